"""The layers of learned numbers without a window: the fully connected one, and a factor for each channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Edit, Repair, ShapeError
from cnnshapes.layers.arguments import REQUIRED, argument, flag, integer
from cnnshapes.layers.base import Layer, Shape, ShapePreserving, expect, layer, named, reads, sizes_text, written
from cnnshapes.receptive_field import ReceptiveField


@final
@layer
class Linear(Layer):
    """(…, in_features) to (…, out_features): in_features·out_features weights, each used once per leading position.

    Torch applies it to the last dimension, so a map that was not flattened is taken too, row by row.
    """

    base_name: ClassVar[str] = "fc"
    saves: ClassVar[tuple[str, ...]] = ("factor",)
    in_features: int | None = integer(default=None, from_input="features")
    out_features: int = integer(default=REQUIRED)
    bias: bool = flag(default=True)

    def compute_shape(self, *inputs: Shape) -> Shape:
        if self.in_features not in (None, inputs[0][-1]) and len(inputs[0]) > 1:
            raise self._unflattened(inputs[0])
        expect(self, "in_features", self.in_features, inputs[0][-1], "features")
        return (*inputs[0][:-1], self.out_features)

    def _unflattened(self, shape: Shape) -> ShapeError:
        """A map reaches it: a Flatten is missing more often than the number is wrong."""
        joined = arithmetic.product(shape)
        flatten = Repair("a Flatten before it", (Edit.in_front("Flatten"),))
        narrow = Repair.set("in_features", int(shape[-1]))
        return ShapeError(
            f"in_features is {self.in_features}, and the input is {named(shape)}, of which it reads the last "
            f"dimension, {int(shape[-1])}; flattened it has {int(joined)} features",
            [flatten] if joined == self.in_features else [flatten, narrow],
            kind=self.kind,
        )

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        weight = (self.out_features, inputs[0][-1])
        return {"weight": weight, "bias": (self.out_features,)} if self.bias else {"weight": weight}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        return arithmetic.product((inputs[0][-1], self.out_features, *output[:-1]))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.of_all_positions(fields[0], inputs[0], (len(inputs[0]) - 1,))

    def remarks(self, *inputs: Shape) -> list[str]:
        if len(inputs[0]) > 1:
            return [f"it reads only the last dimension, {int(inputs[0][-1])}, of the map; a Flatten would join all"]
        return []

    @reads("torch.nn.functional.linear")
    @classmethod
    def from_linear(cls, input: Shape, weight: Shape, bias: Shape | None = None) -> Self:
        """A call of the function."""
        return cls(weight[1], weight[0], bias is not None)


class Learned(ShapePreserving):
    """A learned weight of a size, lined up from the right and repeated to fit; (C, 1, 1) is one for each channel."""

    size: tuple[int, ...] = argument("shape")

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        whole = (1, *shape)
        facing = whole[max(0, len(whole) - len(self.size)) :]
        fits = len(self.size) <= len(whole) and all(
            own in (1, other) for own, other in zip(self.size, facing, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"a weight of {sizes_text(self.size)} cannot be repeated to fit the {written(shape)} input",
                [Repair.set("size", (int(shape[0]), *((1,) * (len(shape) - 1))))],
            )
        return shape

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"weight": self.size}

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return tuple(inputs), {}


@final
@layer
class Scale(Learned):
    """Times a learned weight: LayerScale [Touvron 2021]. In torch a parameter and a product, `x * self.layer_scale`."""

    torch_function: ClassVar[str] = "torch.mul"
    saves: ClassVar[tuple[str, ...]] = ("factor",)
    size: tuple[int, ...] = argument("shape")


@final
@layer
class Shift(Learned):
    """Plus a learned weight: a position embedding, or a bias apart. In torch a parameter and a sum, `x + self.bias`."""

    torch_function: ClassVar[str] = "torch.add"
    size: tuple[int, ...] = argument("shape")
