"""Padding layers: a border of zeros, a constant, reflections, repeated edges or the opposite side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, final

from cnnshapes import receptive_field
from cnnshapes.errors import Edit, Repair, ShapeError
from cnnshapes.layers.arguments import number, sizes
from cnnshapes.layers.base import LAYERS, Layer, Shape, Spatial, layer, reads, sizes_text, written
from cnnshapes.receptive_field import ReceptiveField

_MODES = {
    "zeros": "ZeroPad",
    "constant": "ConstantPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}


class Pad(Spatial):
    """Each axis grows by what both its ends get; a pair of numbers per axis, the last axis first, as in torch."""

    base_name: ClassVar[str] = "pad"
    any_axes: ClassVar[bool] = False
    """Whether torch takes numbers for the last axes alone, and for the channels as the last pair."""
    crops_first: ClassVar[bool] = True
    """Whether torch crops by what is negative before it pads the other end."""
    padding: int | tuple[int, ...] = sizes(minimum=None)

    @property
    def ends(self) -> tuple[tuple[int, int], ...]:
        """(before, after) of the channels and of each axis behind them.

        Raises:
            ShapeError: a tuple that is not two numbers per axis.
        """
        if not isinstance(self.padding, tuple):
            return ((0, 0), *((self.padding, self.padding),) * self.dims)
        given, needed = len(self.padding), 2 * self.dims
        if given != needed and not (self.any_axes and given % 2 == 0 and given <= needed + 2):
            raise ShapeError(
                f"padding {sizes_text(self.padding)} has {given} numbers; it needs one or {needed}, before and after "
                "each axis, the last axis first",
                [Repair.set("padding", abs(int(self.padding[0])) if self.padding else 0)],
            )
        pairs = [(self.padding[i], self.padding[i + 1]) for i in range(0, given, 2)]
        pairs += [(0, 0)] * (self.dims + 1 - len(pairs))
        return tuple(reversed(pairs))

    def check_rules(self) -> None:
        self.ends  # noqa: B018  raises where a tuple has the wrong length

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        for size, pair in zip(shape[1:], self.ends[1:], strict=True):
            limit = self.limit(size)
            if limit is not None and max(pair) > limit:
                mended = int(limit)
                raise ShapeError(
                    f"padding {sizes_text(self.padding)} is too wide for the {written(inputs[0])} input; "
                    f"{self.kind} can add at most {mended} here",
                    [Repair(f"padding ≤ {mended}", (Edit("padding", mended),))],
                    kind=self.kind,
                )
        result = tuple(
            size + before + after if before or after else size
            for size, (before, after) in zip(shape, self.ends, strict=True)
        )
        left = (size + min(before, 0) + min(after, 0) for size, (before, after) in zip(shape, self.ends, strict=True))
        if min(result) < 1 or (self.crops_first and min(left) < 0):
            raise ShapeError(
                f"padding {sizes_text(self.padding)} crops all of the {written(inputs[0])} input away",
                [Repair.set("padding", 0)],
                kind=self.kind,
            )
        return result

    def limit(self, size: int) -> int | None:
        """The widest border an axis of this size can get, None for any."""
        return None

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        (field,), (shape,) = fields, inputs
        for dim, (before, after) in enumerate(self.ends):
            if min(before, after) < 0:
                field = receptive_field.sliced(field, shape, dim, -before)
            elif before:
                field = receptive_field.moved(field, shape, dim, -before)
        return field

    @reads("torch.nn.functional.pad", "torch.constant_pad_nd")
    @classmethod
    def from_pad(
        cls, input: Shape, pad: Sequence[int], mode: str = "constant", value: float | None = None
    ) -> Layer | None:
        """A call of the function, unless it pads the batch; zeros at the axes left out."""
        dims = len(input) - 1
        padding = (*pad, *((0,) * (2 * dims - len(pad))))
        while len(padding) > 2 * dims and not any(padding[-2:]):
            padding = padding[:-2]
        if not 1 <= dims <= 3 or len(padding) > 2 * dims + 2 * (mode == "constant"):
            return None
        if mode == "constant" and not value:
            mode, value = "zeros", None
        known: Any = LAYERS[f"{_MODES[mode]}{dims}d"]
        made: Layer = known(padding, value) if mode == "constant" else known(padding)
        return made

    @reads(*(f"torchvision.transforms.{package}functional.center_crop" for package in ("", "v2.")))
    @classmethod
    def from_center_crop(cls, img: Shape, output_size: int | tuple[int, ...]) -> Layer | None:
        """A call of the function, which puts zeros around a picture that is too small."""
        height, width = img[-2:]
        sides = (output_size,) if isinstance(output_size, int) else output_size
        return ZeroPad2d((*_ends(width, sides[-1]), *_ends(height, sides[0]))) if len(img) == 3 else None


def _ends(size: int, wanted: int) -> tuple[int, int]:
    """What to add before and after an axis for `wanted` positions around its centre, as torchvision rounds it."""
    before = (wanted - size) // 2 if wanted > size else -round((size - wanted) / 2)
    return before, wanted - size - before


class ZeroPad(Pad):
    """A border of zeros; negative padding crops, and one more pair of numbers adds channels."""

    any_axes: ClassVar[bool] = True


class ConstantPad(Pad):
    """A border of one value; negative padding crops, and one more pair of numbers adds channels."""

    any_axes: ClassVar[bool] = True
    value: float = number()


class ReplicationPad(Pad):
    """A border that repeats the edge."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    crops_first: ClassVar[bool] = False


class ReflectionPad(Pad):
    """A border that mirrors what lies inside the edge, so it is narrower than the input."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    crops_first: ClassVar[bool] = False

    def limit(self, size: int) -> int | None:
        return size - 1


class CircularPad(Pad):
    """A border that wraps around from the opposite side, so it is no wider than the input."""

    def limit(self, size: int) -> int | None:
        return size


@final
@layer
class ZeroPad1d(ZeroPad):
    """Zeros around (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class ZeroPad2d(ZeroPad):
    """Zeros around (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class ZeroPad3d(ZeroPad):
    """Zeros around (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class ConstantPad1d(ConstantPad):
    """One value around (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class ConstantPad2d(ConstantPad):
    """One value around (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class ConstantPad3d(ConstantPad):
    """One value around (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class ReplicationPad1d(ReplicationPad):
    """Repeated edges around (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class ReplicationPad2d(ReplicationPad):
    """Repeated edges around (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class ReplicationPad3d(ReplicationPad):
    """Repeated edges around (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class ReflectionPad1d(ReflectionPad):
    """Mirrored edges around (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class ReflectionPad2d(ReflectionPad):
    """Mirrored edges around (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class ReflectionPad3d(ReflectionPad):
    """Mirrored edges around (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class CircularPad1d(CircularPad):
    """The opposite side around (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class CircularPad2d(CircularPad):
    """The opposite side around (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class CircularPad3d(CircularPad):
    """The opposite side around (C, D, H, W)."""

    dims: ClassVar[int] = 3
