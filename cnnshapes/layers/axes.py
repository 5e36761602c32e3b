"""Layers that reorder dimensions or keep a part of one. Torch does them by a view of the same memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, ClassVar, Final, Self, final

from cnnshapes import receptive_field
from cnnshapes.errors import Edit, Repair, ShapeError
from cnnshapes.layers.activation import inside_dim
from cnnshapes.layers.arguments import argument, integer
from cnnshapes.layers.base import AXES, Layer, Shape, layer, named, reads, sizes_text, written
from cnnshapes.layers.reshaping import reshaped
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import divided_up

_SLICE: Final = ("start", "stop", "step")


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
class Slice(Axes):
    """A part of its input: from each dimension every `step`-th position from `start` on, before `stop`.

    Numbers are those of a slice in Python, one per dimension, channels first and without the batch: a negative one
    counts from the end, and one left out stands for the beginning, the end, and a step of 1.
    """

    torch_function: ClassVar[str] = "torch.Tensor.__getitem__"
    start: tuple[int | None, ...] = argument("shape", default=(), gaps=True)
    stop: tuple[int | None, ...] = argument("shape", default=(), gaps=True)
    step: tuple[int | None, ...] = argument("shape", default=(), gaps=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in _SLICE:
            object.__setattr__(self, name, _trimmed(getattr(self, name)))  # what says the same is equal

    @classmethod
    def of(cls, *entries: slice) -> Self:
        """The layer of a slice for each dimension behind the batch."""
        return cls(*(tuple(getattr(entry, name) for entry in entries) for name in _SLICE))

    @classmethod
    def part(cls, dim: int, start: int, length: int) -> Self:
        """`length` positions of one dimension, counted with the batch: a part of a chunk."""
        return cls.of(*[slice(None)] * (dim - 1), slice(start or None, start + length))

    @property
    def entries(self) -> tuple[slice, ...]:
        """A slice for each dimension behind the batch that is named."""
        return tuple(slice(*numbers) for numbers in zip_longest(*(getattr(self, name) for name in _SLICE)))

    def check_rules(self) -> None:
        if any(step is not None and step < 1 for step in self.step):
            mended = tuple(None if step is None else max(1, int(step)) for step in self.step)
            raise ShapeError(f"step is {sizes_text(self.step)}; it must be at least 1", [Repair.set("step", mended)])

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        entries, rank = self.entries, len(shape)
        if len(entries) > rank:
            fewer = tuple(Edit(name, given[:rank]) for name in _SLICE if len(given := getattr(self, name)) > rank)
            problem = f"it cuts {len(entries)} dimensions of {named(shape)}, which has {rank}"
            raise ShapeError(problem, [Repair(f"{rank} numbers at most", fewer)])
        found = tuple(map(_kept, shape, entries))
        for at, (size, entry) in enumerate(zip(shape, entries, strict=False)):
            if found[at] < 1:
                problem = f"[{slice_text(entry)}] keeps none of the {int(size)} positions of dimension {at + 1}"
                raise ShapeError(problem, list(self._mended(at, size)))
        return (*found, *shape[len(found) :])

    def _mended(self, at: int, size: int) -> Iterator[Repair]:
        """One end of a slice left out, where that lets it keep something."""
        entry = self.entries[at]
        without = {"start": slice(None, entry.stop, entry.step), "stop": slice(entry.start, None, entry.step)}
        for name, left in without.items():
            if getattr(entry, name) is not None and _kept(size, left) > 0:
                given = getattr(self, name)
                yield Repair.set(name, _trimmed((*given[:at], None, *given[at + 1 :])))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        (field,), (shape,) = fields, inputs
        for at, entry in enumerate(self.entries):
            if entry != slice(None):
                start, _, step = entry.indices(shape[at])
                field = receptive_field.sliced(field, shape, at, start, step)
        return field

    def remarks(self, *inputs: Shape) -> list[str]:
        (shape,) = inputs
        cut = ((at, range(shape[at])[entry]) for at, entry in enumerate(self.entries))
        return [
            f"{axis_name(shape, at)} {_positions_text(kept)} of 0 to {int(shape[at]) - 1}"
            for at, kept in cut
            if len(kept) < shape[at]
        ]

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*inputs, (slice(None), *self.entries)), {}

    @reads("torch.narrow", "torch.Tensor.narrow")
    @classmethod
    def from_narrow(cls, input: Shape, dim: int, start: int, length: int) -> Self | None:
        """A call of the function, unless it keeps a part of the batch."""
        at = dim % (len(input) + 1)
        return cls.part(at, start % input[at - 1], length) if at else None

    @reads("torch.Tensor.__getitem__")
    @classmethod
    def from_getitem(cls, input: Shape, index: Any) -> Layer | None:
        """`x[:, :64]`, `x[:, :, ::2, ::2]` or `x[:, 0]`: slices, or one number, behind the whole batch."""
        entries = indexed(index, len(input) + 1)
        if None in entries:
            return _with_new(input, entries)
        if len(entries) > len(input) + 1 or entries[:1] != [slice(None)]:
            return None
        chosen = [(dim, entry) for dim, entry in enumerate(entries) if entry != slice(None)]
        if len(chosen) == 1 and type(chosen[0][1]) is int:
            return Select(*chosen[0])
        if not all(isinstance(entry, slice) for _, entry in chosen):
            return None
        return cls.of(*entries[1:])


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
        there = receptive_field.sliced(fields[0], shape, at, self._position(shape, at))
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


def slice_text(entry: slice) -> str:
    """A slice as one writes it: `1:-1`, `::2`, `:`."""
    numbers = ["" if number is None else str(number) for number in (entry.start, entry.stop, entry.step)]
    return ":".join(numbers if numbers[2] else numbers[:2])


def _kept(size: int, entry: slice) -> int:
    """How many of `size` positions a slice keeps."""
    start, stop = _position(size, entry.start, 0), _position(size, entry.stop, size)
    if stop <= start:
        return 0
    span = stop - start if start else stop
    return span if entry.step in (None, 1) else divided_up(span, entry.step)


def _position(size: int, number: int | None, default: int) -> int:
    """The position that an end of a slice stands for, as Python counts."""
    if number is None:
        return default
    if number < 0:
        return max(0, size + number)
    return number if number < size else size


def _trimmed(numbers: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The numbers without those at the end that are left out."""
    return numbers[: max((at + 1 for at, number in enumerate(numbers) if number is not None), default=0)]


def _positions_text(kept: range) -> str:
    """`4`, `0 to 7`, `0 and 2`, `0, 2, … 30`."""
    if len(kept) == 1:
        return str(kept[0])
    if kept.step == 1:
        return f"{kept[0]} to {kept[-1]}"
    return f"{kept[0]} and {kept[1]}" if len(kept) == 2 else f"{kept[0]}, {kept[1]}, … {kept[-1]}"


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
