"""Layers that put one number for all along a dimension: attention over the mean of the channels, branches summed up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, final

from cnnshapes import receptive_field
from cnnshapes.layers.activation import inside_dim
from cnnshapes.layers.arguments import flag, integer
from cnnshapes.layers.axes import axis_name
from cnnshapes.layers.base import Layer, Shape, layer, reads
from cnnshapes.receptive_field import ReceptiveField


class Reduction(Layer):
    """One number for all along dimension `dim`, counted with the batch."""

    ranks: ClassVar[tuple[int, ...]] = (2, 3, 4)
    dim: int = integer(minimum=None)
    keepdim: bool = flag(default=False)

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = inside_dim(self.dim, shape, self.kind)
        return (*shape[:at], *((1,) if self.keepdim else ()), *shape[at + 1 :])

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        (shape,) = inputs
        at = inside_dim(self.dim, shape, self.kind)
        seen = receptive_field.of_all_positions(fields[0], shape, (at,))
        if self.keepdim:
            return seen
        return receptive_field.permuted(seen, shape, [dim for dim in range(len(shape)) if dim != at])

    def remarks(self, *inputs: Shape) -> list[str]:
        (shape,) = inputs
        at = inside_dim(self.dim, shape, self.kind)
        return [f"{axis_name(shape, at)} 0 to {int(shape[at]) - 1} become one"]

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*inputs, self.dim), {"keepdim": True} if self.keepdim else {}

    @classmethod
    def of_call(cls, input: Shape, dim: Any, keepdim: bool) -> Self | None:
        """A call of the function along one dimension, unless that is the batch."""
        (one, *more) = dim if isinstance(dim, (tuple, list)) and dim else (dim,)
        if type(one) is not int or more or one % (len(input) + 1) == 0:
            return None
        return cls(one, keepdim)


@final
@layer
class Mean(Reduction):
    """The mean along a dimension: a map of what all channels say of a position."""

    torch_function: ClassVar[str] = "torch.mean"


@final
@layer
class Sum(Reduction):
    """The sum along a dimension: branches that were stacked."""

    torch_function: ClassVar[str] = "torch.sum"

    @reads("torch.sum", "torch.Tensor.sum")
    @classmethod
    def from_sum(cls, input: Shape, dim: Any = None, keepdim: bool = False, **named: Any) -> Self | None:
        """A call of the function or the method along one dimension, unless that is the batch."""
        return cls.of_call(input, dim, keepdim) if not named else None


@final
@layer
class Max(Reduction):
    """The largest along a dimension: the map that spatial attention reads beside the mean of the channels."""

    saves: ClassVar[tuple[str, ...]] = ("input", "output")
    torch_function: ClassVar[str] = "torch.amax"
