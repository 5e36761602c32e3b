"""Layers that reorder dimensions or keep a part of one. Torch does them by a view of the same memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, final

from cnnshapes import receptive_field
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.activation import inside_dim
from cnnshapes.layers.arguments import argument, integer
from cnnshapes.layers.base import AXES, Layer, Shape, layer, reads, sizes_text, written
from cnnshapes.layers.reshaping import reshaped
from cnnshapes.receptive_field import ReceptiveField


class Axes(Layer):
    """A layer that views its input's memory in another order, or a part of it."""

    is_view: ClassVar[bool] = True
    strided: ClassVar[bool] = True

    def _inside(self, name: str, shape: Shape) -> int:
        """The position in `shape` of the dimension that an argument names.

        Raises:
            ShapeError: there is none, or it is the batch.
        """
        return inside_dim(getattr(self, name), shape, self.kind, name)


@final
@layer
class Permute(Axes):
    """The dimensions in another order, counted with the batch, which stays first: (0, 2, 3, 1) puts channels last."""

    torch_function: ClassVar[str] = "torch.permute"
    dims: tuple[int, ...] = argument("shape")

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        return tuple(shape[at] for at in self._order(shape))

    def _order(self, shape: Shape) -> list[int]:
        rank = len(shape) + 1
        whole = (0, *range(2, rank), 1)
        order = [int(dim) % rank if -rank <= dim < rank else rank for dim in self.dims]
        if sorted(order) != list(range(rank)):
            raise ShapeError(
                f"dims {sizes_text(self.dims)} do not name each of the {rank} dimensions once, the batch with them",
                [Repair.set("dims", whole)],
            )
        if order[0] != 0:
            raise ShapeError(
                f"dims {sizes_text(self.dims)} move the batch, dimension 0, from the front", [Repair.set("dims", whole)]
            )
        return [at - 1 for at in order[1:]]

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.permuted(fields[0], inputs[0], self._order(inputs[0]))

    @reads("torch.permute", "torch.Tensor.permute")
    @classmethod
    def from_permute(cls, input: Shape, *each: Any, dims: tuple[int, ...] = ()) -> Self | None:
        """A call of the function or the method, unless it moves the batch."""
        order = dims or _listed(each)
        return cls(order) if order[0] in (0, -len(order)) else None


@final
@layer
class Transpose(Axes):
    """Two dimensions change places, counted with the batch."""

    torch_function: ClassVar[str] = "torch.transpose"
    dim0: int = integer(minimum=None)
    dim1: int = integer(minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        return tuple(inputs[0][at] for at in self._order(inputs[0]))

    def _order(self, shape: Shape) -> list[int]:
        order = list(range(len(shape)))
        first, second = self._inside("dim0", shape), self._inside("dim1", shape)
        order[first], order[second] = second, first
        return order

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.permuted(fields[0], inputs[0], self._order(inputs[0]))

    @reads(
        *(f"torch.{where}{name}" for where in ("", "Tensor.") for name in ("transpose", "swapaxes", "swapdims")),
    )
    @classmethod
    def from_transpose(cls, input: Shape, dim0: int, dim1: int) -> Self | None:
        """A call of the function or the method, unless it moves the batch."""
        rank = len(input) + 1
        return cls(dim0, dim1) if dim0 % rank and dim1 % rank else None


@final
@layer
class Narrow(Axes):
    """`length` positions of dimension `dim` from `start` on: one part of a chunk or a split, or a slice."""

    torch_function: ClassVar[str] = "torch.narrow"
    dim: int = integer(minimum=None)
    start: int = integer(minimum=None)
    length: int = integer()

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = self._inside("dim", shape)
        start = self._first(shape, at)
        if start + self.length > shape[at]:
            raise ShapeError(
                f"{int(self.length)} from {int(self.start)} on go beyond the {int(shape[at])} of dimension "
                f"{int(self.dim)}",
                [Repair.set("length", int(shape[at]) - start, "≤")],
            )
        return (*shape[:at], self.length, *shape[at + 1 :])

    def _first(self, shape: Shape, at: int) -> int:
        start, size = int(self.start), int(shape[at])
        if not -size <= start < size:
            raise ShapeError(
                f"start {start} is none of the {size} positions of dimension {int(self.dim)}", [Repair.set("start", 0)]
            )
        return start % size

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        at = self._inside("dim", inputs[0])
        return receptive_field.moved(fields[0], inputs[0], at, self._first(inputs[0], at))

    def remarks(self, *inputs: Shape) -> list[str]:
        (shape,) = inputs
        at = self._inside("dim", shape)
        first = self._first(shape, at)
        return [f"{axis_name(shape, at)} {first} to {first + int(self.length) - 1} of 0 to {int(shape[at]) - 1}"]

    @reads("torch.narrow", "torch.Tensor.narrow")
    @classmethod
    def from_narrow(cls, input: Shape, dim: int, start: int, length: int) -> Self | None:
        """A call of the function, unless it keeps a part of the batch."""
        return cls(dim, start, length) if dim % (len(input) + 1) else None

    @reads("torch.Tensor.__getitem__")
    @classmethod
    def from_getitem(cls, input: Shape, index: Any) -> Layer | None:
        """`x[:, :64]` or `x[:, 0]`: one slice or one number among whole dimensions, none of them the batch's."""
        rank = len(input) + 1
        entries = indexed(index, rank)
        if None in entries:
            return _with_new(input, entries)
        chosen = [(dim, entry) for dim, entry in enumerate(entries) if entry != slice(None)]
        if len(chosen) != 1 or chosen[0][0] == 0 or len(entries) > rank:
            return None
        dim, entry = chosen[0]
        if type(entry) is int:
            return Select(dim, entry)
        if not isinstance(entry, slice) or entry.step not in (None, 1):
            return None
        start, stop, _ = entry.indices(input[dim - 1])
        return cls(dim, start, stop - start) if stop > start else None


@final
@layer
class Select(Axes):
    """One position of dimension `dim`, which is dropped: the class token of a vision transformer."""

    torch_function: ClassVar[str] = "torch.select"
    ranks: ClassVar[tuple[int, ...]] = (2, 3, 4)
    dim: int = integer(minimum=None)
    index: int = integer(minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = self._inside("dim", shape)
        self._position(shape, at)
        return (*shape[:at], *shape[at + 1 :])

    def _position(self, shape: Shape, at: int) -> int:
        index, size = int(self.index), int(shape[at])
        if not -size <= index < size:
            raise ShapeError(
                f"index {index} is none of the {size} positions of dimension {int(self.dim)}", [Repair.set("index", 0)]
            )
        return index % size

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        (shape,) = inputs
        at = self._inside("dim", shape)
        there = receptive_field.moved(fields[0], shape, at, self._position(shape, at))
        return receptive_field.permuted(there, shape, [dim for dim in range(len(shape)) if dim != at])

    def remarks(self, *inputs: Shape) -> list[str]:
        (shape,) = inputs
        at = self._inside("dim", shape)
        return [f"{axis_name(shape, at)} {self._position(shape, at)} of 0 to {int(shape[at]) - 1}"]

    @reads("torch.select", "torch.Tensor.select")
    @classmethod
    def from_select(cls, input: Shape, dim: int, index: int) -> Self | None:
        """A call of the function, unless it picks one example."""
        return cls(dim, index) if dim % (len(input) + 1) else None


@final
@layer
class Expand(Axes):
    """Repeats dimensions of size 1 until they have `size`, without the batch: the weights of squeeze-and-excitation."""

    torch_function: ClassVar[str] = "torch.broadcast_to"
    size: tuple[int, ...] = argument("shape")

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sizes = tuple(now if size == -1 else size for now, size in zip(shape, self.size, strict=False))
        if len(self.size) != len(shape) or min(sizes, default=1) < 1:
            raise ShapeError(
                f"size {sizes_text(self.size)} does not name the {len(shape)} dimensions of {written(shape)}, "
                "-1 for what stays",
                [Repair.set("size", tuple(map(int, shape)))],
            )
        fitting = tuple(size if now == 1 else now for now, size in zip(shape, sizes, strict=True))
        if fitting != sizes:
            raise ShapeError(
                f"{written(shape)} does not repeat to {written(sizes)}; only dimensions of 1 do",
                [Repair.set("size", tuple(map(int, fitting)))],
            )
        return sizes

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.repeated(fields[0], inputs[0], output)

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*inputs, (-1, *self.size)), {}

    @reads("torch.broadcast_to", "torch.Tensor.broadcast_to", "torch.Tensor.expand")
    @classmethod
    def from_expand(cls, input: Shape, *each: Any, size: tuple[int, ...] = ()) -> Self | None:
        """A call of the function or the method, unless it puts a dimension in front of the batch."""
        sizes = size or _listed(each)
        return cls(sizes[1:]) if len(sizes) == len(input) + 1 else None

    @reads("torch.Tensor.expand_as")
    @classmethod
    def from_expand_as(cls, input: Shape, other: Shape) -> Self:
        """`x.expand_as(y)`."""
        return cls(other)


def indexed(index: Any, rank: int) -> list[Any]:
    """The entries of an index, one for each dimension it names, with whole dimensions in place of an ellipsis."""
    entries = list(index) if isinstance(index, tuple) else [index]
    if entries.count(...) == 1:
        at = entries.index(...)
        entries[at : at + 1] = [slice(None)] * (rank - (len(entries) - entries.count(None)) + 1)
    return entries


def _with_new(input: Shape, entries: Sequence[Any]) -> Layer | None:
    """`x[:, :, None]`: new dimensions of size 1 among whole ones, behind the batch."""
    if entries[0] is None or any(entry is not None and entry != slice(None) for entry in entries):
        return None
    sizes = iter(input)
    shape = [1 if entry is None else next(sizes) for entry in entries[1:]]
    return reshaped(input, (*shape, *sizes))


def _listed(each: tuple[Any, ...]) -> tuple[Any, ...]:
    """The numbers of a call that takes them one by one or as one tuple."""
    return each[0] if len(each) == 1 and isinstance(each[0], tuple) else each


def axis_name(shape: Shape, at: int) -> str:
    """What a dimension of an example is called: `height`."""
    return AXES[len(shape)][at] if len(shape) in AXES else f"dimension {at + 1}"
