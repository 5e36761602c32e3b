"""Which part of the input one output position sees, as an interval per axis.

Output position i sees the input positions [left + i·jump, right + i·jump), padding counted in, so a field may begin
before the image and be larger than it; what fills the padding, zeros or reflected pixels, is not asked. A sliding
window moves the ends and multiplies the jump; a merge takes the outermost ends. Where positions do not move in equal
steps (upsampling, uneven adaptive pooling, branches whose jumps differ) the interval is an outer bound, and `exact`
is False.

Reference: Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor, prod
from typing import NamedTuple, TypeVar

Number = int | Fraction
T = TypeVar("T")


class Axis(NamedTuple):
    """The interval along one axis of the input: position i sees [left + i·jump, right + i·jump)."""

    left: Number
    right: Number
    jump: Number


class Part(NamedTuple):
    """A dimension that several were merged into: what was position p of one is index i with p = (i // inner) % size."""

    dim: int
    inner: int
    size: int


class ReceptiveField(NamedTuple):
    """The interval along each spatial axis of the network's input; no axes where the input has none.

    Attributes:
        axes: an interval per axis of the input.
        exact: whether the interval is the field itself, not just a bound.
        dims: the dimension of the example's shape that runs along each axis, or the part of one that it was merged
            into; −1 where none does any more; empty for the usual 1, 2, … behind the channels. An axis that no
            dimension runs along has a jump of 0.
        even: whether each channel, or each number of a vector, sees as much; of branches that were concatenated some
            see less.
    """

    axes: tuple[Axis, ...]
    exact: bool = True
    dims: tuple[int | Part, ...] = ()
    even: bool = True

    @property
    def size(self) -> int | tuple[int, ...]:
        """Input positions seen along each axis, one int where all axes agree."""
        return _agreed([floor(axis.right - axis.left) for axis in self.axes])

    @property
    def jump(self) -> Number | tuple[Number, ...]:
        """Input positions between neighbouring outputs; 0 for a vector, which has one position."""
        return _agreed([axis.jump for axis in self.axes])

    @property
    def offset(self) -> Number | tuple[Number, ...]:
        """Where the first output's field begins; negative inside the padding."""
        return _agreed([axis.left for axis in self.axes])

    def positions(self, shape: Sequence[int]) -> tuple[int, ...]:
        """How many output positions there are along each axis of the input, in a map of this shape; 1 in a vector."""
        where = _where(self, shape)
        if where is None:
            return (1,) * len(self.axes)
        return tuple(_size(dim, shape) for dim in where)

    def window(self, position: Sequence[int]) -> tuple[tuple[Number, Number], ...]:
        """The interval [from, to) of the input that the output position sees, along each axis."""
        return tuple(
            (_whole(left + at * jump), _whole(right + at * jump))
            for (left, right, jump), at in zip(self.axes, position, strict=True)
        )

    def __str__(self) -> str:
        """`5`, `3x1` where the axes differ, `≤ 23` for a bound, empty where the input has no spatial axes."""
        sizes = self.size if isinstance(self.size, tuple) else (self.size,)
        return ("" if self.exact else "≤ ") + "x".join(map(str, sizes))


def formula(axis: Axis, position: int) -> str:
    """The interval along an axis with the numbers put in: `[−2 + 3·2, 3 + 3·2) = [4, 9)`."""
    left, right, jump = axis
    begin, end = (_whole(side + position * jump) for side in (left, right))
    text = f"[{left} + {position}·{jump}, {right} + {position}·{jump}) = [{begin}, {end})"
    return text.replace("-", "−")


def of_input(dims: int) -> ReceptiveField:
    """Each input position sees itself."""
    return ReceptiveField((Axis(0, 1, 1),) * dims)


def through_window(
    field: ReceptiveField,
    shape: Sequence[int],
    kernel_size: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> ReceptiveField:
    """The field behind a window that slides over a map of this shape; `padding` is what is added before each axis."""
    if field.dims or len(field.axes) != len(kernel_size):
        field = _under_window(field, shape)
        kernel_size, stride, dilation = (_by_axis(field, values, 1) for values in (kernel_size, stride, dilation))
        padding = _by_axis(field, padding, 0)
    return ReceptiveField(
        tuple(
            [
                Axis(left - p * jump, right + (d * (k - 1) - p) * jump, jump * s)
                for (left, right, jump), k, s, p, d in zip(
                    field.axes, kernel_size, stride, padding, dilation, strict=True
                )
            ]
        ),
        field.exact,
        field.dims,
        field.even,
    )


def through_resampling(
    field: ReceptiveField,
    shape: Sequence[int],
    ratio: Sequence[Number],
    before: Sequence[Number],
    after: Sequence[Number],
) -> ReceptiveField:
    """An outer bound where output i reads the inputs from i·ratio − before to i·ratio + after, both ends included."""
    if field.dims or len(field.axes) != len(ratio):
        field = _under_window(field, shape)
        ratio, before, after = _by_axis(field, ratio, 1), _by_axis(field, before, 0), _by_axis(field, after, 0)
    return ReceptiveField(
        tuple(
            Axis(_whole(left - b * jump), _whole(right + a * jump), _whole(jump * r))
            for (left, right, jump), r, b, a in zip(field.axes, ratio, before, after, strict=True)
        ),
        field.exact and not any(axis.jump for axis in field.axes),
        field.dims,
        field.even,
    )


def of_all_positions(field: ReceptiveField, shape: Sequence[int], dims: Sequence[int] | None = None) -> ReceptiveField:
    """The field of something that reads every position of a map of this shape, along all or some of its dimensions.

    Where the map has lost the input's axes (it is a vector) the field stays what it is.
    """
    where = _where(field, shape)
    read = {*range(len(shape))} if dims is None else {*dims}
    even = field.even or {*range(len(shape))} <= {*read, *map(_dimension, where or ())}
    if where is None:
        return field._replace(even=even)
    return field._replace(
        axes=tuple(
            _along(axis, _size(dim, shape)) if dims is None or _dimension(dim) in dims else axis
            for axis, dim in zip(field.axes, where, strict=True)
        ),
        even=even,
    )


def within_all_positions(
    field: ReceptiveField, shape: Sequence[int], dims: Sequence[int] | None = None
) -> ReceptiveField:
    """The field of something that may read any position along these dimensions, and need not read all: a bound."""
    seen = of_all_positions(field, shape, dims)._replace(even=field.even)
    return seen if seen == field and field.even else seen._replace(exact=False)


def merged(fields: Sequence[ReceptiveField], shape: Sequence[int]) -> ReceptiveField:
    """The field of positions that read the same position of several maps; `shape` is that of the merged map."""
    first = fields[0]
    if all(field == first for field in fields):
        return first
    usual = _where(first._replace(dims=()), shape)
    nowhere = (-1,) * len(first.axes)
    wheres = [_where(field, shape) or usual or nowhere for field in fields]
    exact, even = all(field.exact for field in fields), all(field.even for field in fields)
    axes: list[Axis] = []
    dims: list[int | Part] = []
    for number, each in enumerate(zip(*(field.axes for field in fields), strict=True)):
        parts: Sequence[Axis] = each
        moving = {where[number] for where, part in zip(wheres, parts, strict=True) if part.jump}
        dim = moving.pop() if moving else (usual or nowhere)[number]
        if moving:  # along one dimension in one map and along another in the next
            most = max(_size(along, shape) for along in (dim, *moving))
            parts = [_along(part, most) for part in parts]
            dim, exact = -1, False
        size = _size(dim, shape)
        jump = max(part.jump for part in parts)
        # a map that moves slower, or was broadcast and does not move at all, drifts back by the difference
        left = min(part.left + (size - 1) * (part.jump - jump) for part in parts)
        right = max(part.right for part in parts)
        exact = exact and (size == 1 or all(part.jump == jump for part in parts))
        axes.append(Axis(_whole(left), _whole(right), jump))
        dims.append(dim)
    vector = usual is None and tuple(dims) == nowhere
    return ReceptiveField(tuple(axes), exact, () if vector else _unless_usual(dims, shape), even)


def repeated(field: ReceptiveField, shape: Sequence[int], repeated_to: Sequence[int]) -> ReceptiveField:
    """The field of a map repeated along dimensions of size 1: every position sees what the one position saw."""
    if shape == repeated_to:
        return field
    return of_all_positions(field, shape, [dim for dim, size in enumerate(shape) if size == 1])


def sliced(field: ReceptiveField, shape: Sequence[int], dim: int, positions: int, step: int = 1) -> ReceptiveField:
    """The field of a part of a map, `moved` to it; a bound where channels were chosen of which some see less."""
    there = moved(field, shape, dim, positions, step)
    where = _where(field, shape) or ()
    chosen = all(_dimension(each) != dim for each in where)
    return there._replace(exact=there.exact and (field.even or not chosen))


def moved(field: ReceptiveField, shape: Sequence[int], dim: int, positions: int, step: int = 1) -> ReceptiveField:
    """The field of every `step`-th position along one dimension of `shape`, from this position on."""
    where = _where(field, shape)
    if where is None or not any(_dimension(each) == dim for each in where):
        return field
    if dim not in where:  # some positions of several dimensions that were merged
        return _given_up(field, shape, [dim])
    at = where.index(dim)
    left, right, jump = field.axes[at]
    there = Axis(left + positions * jump, right + positions * jump, jump * step)
    return field._replace(axes=(*field.axes[:at], there, *field.axes[at + 1 :]))


def permuted(field: ReceptiveField, shape: Sequence[int], order: Sequence[int]) -> ReceptiveField:
    """The field of a map whose dimension i was dimension order[i]; one that is not in `order` was given up."""
    where = _where(field, shape)
    if where is None:
        return field
    kept = [dim if _dimension(dim) in order else -1 for dim in where]
    axes = tuple(axis if dim != -1 else axis._replace(jump=0) for axis, dim in zip(field.axes, kept, strict=True))
    there = [
        dim._replace(dim=order.index(dim.dim)) if isinstance(dim, Part) else order.index(dim) if dim >= 0 else dim
        for dim in kept
    ]
    return field._replace(axes=axes, dims=_unless_usual(there, order))


def rearranged(field: ReceptiveField, shape: Sequence[int], into: Sequence[int]) -> ReceptiveField:
    """The field of the same numbers in the same order, whose shape is another.

    Positions are followed into a dimension that others are merged into, and out of it again. A vector, of which what
    comes next reads all, sees what all its numbers see.
    """
    where = _where(field, shape)
    if where is None:  # numbers of which each may see less than all of them
        return field._replace(exact=field.exact and prod(into[1:]) == 1)
    if len(into) == 1:
        seen = of_all_positions(field, shape)
        return seen._replace(dims=(), even=seen.axes == field.axes and field.even)
    there = [_rearranged(dim, shape, into) for dim in where]
    lost = [dim for dim, now in zip(where, there, strict=True) if now == -1 and _size(dim, shape) > 1]
    axes = tuple(
        _along(axis, _size(dim, shape)) if now == -1 else axis
        for axis, dim, now in zip(field.axes, where, there, strict=True)
    )
    return ReceptiveField(axes, field.exact and not lost, _unless_usual(there, into), field.even)


def _rearranged(dim: int | Part, shape: Sequence[int], into: Sequence[int]) -> int | Part:
    """Where a dimension, or what was merged into one, runs in another shape; −1 where along none."""
    at, inner, size = dim if isinstance(dim, Part) else (dim, 1, _size(dim, shape))
    if size == 1:
        return -1
    step = inner * prod(shape[at + 1 :])  # between the numbers of neighbouring positions
    for now in reversed(range(len(into))):
        if step < into[now]:
            found = Part(now, step, size)
            return -1 if into[now] % (step * size) else now if into[now] == size else found
        if step % into[now]:
            return -1
        step //= into[now]
    return -1


def _where(field: ReceptiveField, shape: Sequence[int]) -> tuple[int | Part, ...] | None:
    """The dimension along each axis; None where the shape no longer has the input's axes."""
    if field.dims:
        return field.dims if max(map(_dimension, field.dims)) < len(shape) else None
    return tuple(range(1, len(shape))) if len(shape) == len(field.axes) + 1 else None


def _dimension(dim: int | Part) -> int:
    return dim.dim if isinstance(dim, Part) else dim


def _size(dim: int | Part, shape: Sequence[int]) -> int:
    """How many positions run along a dimension, 1 along none."""
    return dim.size if isinstance(dim, Part) else shape[dim] if dim >= 0 else 1


def _along(axis: Axis, size: int) -> Axis:
    """What this many positions see together."""
    return Axis(axis.left, axis.right + (size - 1) * axis.jump, 0)


def _given_up(field: ReceptiveField, shape: Sequence[int], dims: Sequence[int]) -> ReceptiveField:
    """A bound for a map whose positions along some dimensions are no longer followed."""
    seen = within_all_positions(field, shape, dims)
    where = _where(field, shape) or ()
    return seen._replace(dims=_unless_usual([-1 if _dimension(dim) in dims else dim for dim in where], shape))


def _under_window(field: ReceptiveField, shape: Sequence[int]) -> ReceptiveField:
    """The field of what a window reads at once: of all positions that are its channels or were merged into others."""
    where = _where(field, shape) or ()
    return _given_up(field, shape, [0, *(dim.dim for dim in where if isinstance(dim, Part))])


def _unless_usual(dims: Sequence[int | Part], shape: Sequence[int]) -> tuple[int | Part, ...]:
    """Nothing where the axes run as usual along all dimensions of a map behind its first."""
    return () if tuple(dims) == tuple(range(1, len(shape))) else tuple(dims)


def _by_axis(field: ReceptiveField, values: Sequence[T], neutral: T) -> list[T]:
    """What is given per spatial dimension of the shape, in the order of the field's axes."""
    dims = field.dims or range(1, len(field.axes) + 1)
    return [values[dim - 1] if isinstance(dim, int) and 0 < dim <= len(values) else neutral for dim in dims]


def _agreed(values: list[T]) -> T | tuple[T, ...]:
    return values[0] if values and all(value == values[0] for value in values) else tuple(values)


def _whole(value: Number) -> Number:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
