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
from math import floor
from typing import NamedTuple, TypeVar

Number = int | Fraction
T = TypeVar("T")


class Axis(NamedTuple):
    """The interval along one axis of the input: position i sees [left + i·jump, right + i·jump)."""

    left: Number
    right: Number
    jump: Number


class ReceptiveField(NamedTuple):
    """The interval along each spatial axis of the network's input; no axes where the input has none.

    Attributes:
        axes: an interval per axis of the input.
        exact: whether the interval is the field itself, not just a bound.
        dims: the dimension of the example's shape that runs along each axis, −1 where none does any more; empty for
            the usual 1, 2, … behind the channels.
    """

    axes: tuple[Axis, ...]
    exact: bool = True
    dims: tuple[int, ...] = ()

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
        return tuple(shape[dim] if dim >= 0 else 1 for dim in where)

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
    kernel_size: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
) -> ReceptiveField:
    """The field behind a sliding window; `padding` is what is added before the first position of each axis."""
    if field.dims:
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
        field.exact and 0 not in field.dims,
        field.dims,
    )


def through_resampling(
    field: ReceptiveField, ratio: Sequence[Number], before: Sequence[Number], after: Sequence[Number]
) -> ReceptiveField:
    """An outer bound where output i reads the inputs from i·ratio − before to i·ratio + after, both ends included."""
    if field.dims:
        ratio, before, after = _by_axis(field, ratio, 1), _by_axis(field, before, 0), _by_axis(field, after, 0)
    return ReceptiveField(
        tuple(
            Axis(_whole(left - b * jump), _whole(right + a * jump), _whole(jump * r))
            for (left, right, jump), r, b, a in zip(field.axes, ratio, before, after, strict=True)
        ),
        False,
        field.dims,
    )


def of_all_positions(field: ReceptiveField, shape: Sequence[int], dims: Sequence[int] | None = None) -> ReceptiveField:
    """The field of something that reads every position of a map of this shape, along all or some of its dimensions.

    Where the map has lost the input's axes (it is a vector, or was reshaped) the field stays what it is.
    """
    where = _where(field, shape)
    if where is None:
        return field
    return ReceptiveField(
        tuple(
            Axis(axis.left, axis.right + (shape[dim] - 1) * axis.jump, 0)
            if dim >= 0 and (dims is None or dim in dims)
            else axis
            for axis, dim in zip(field.axes, where, strict=True)
        ),
        field.exact,
        field.dims,
    )


def merged(fields: Sequence[ReceptiveField], shape: Sequence[int]) -> ReceptiveField:
    """The field of positions that read the same position of several maps; `shape` is that of the merged map."""
    first = fields[0]
    if all(field == first for field in fields):
        return first
    where = _where(first, shape)
    exact = all(field.exact and field.dims == first.dims for field in fields)
    axes = []
    for number, parts in enumerate(zip(*(field.axes for field in fields), strict=True)):
        size = shape[where[number]] if where is not None and where[number] >= 0 else 1  # a vector has one position
        jump = max(part.jump for part in parts)
        # a map that moves slower, or was broadcast and does not move at all, drifts back by the difference
        left = min(part.left + (size - 1) * (part.jump - jump) for part in parts)
        right = max(part.right for part in parts)
        exact = exact and (size == 1 or all(part.jump == jump for part in parts))
        axes.append(Axis(_whole(left), _whole(right), jump))
    return ReceptiveField(tuple(axes), exact, first.dims)


def repeated(field: ReceptiveField, shape: Sequence[int], repeated_to: Sequence[int]) -> ReceptiveField:
    """The field of a map repeated along dimensions of size 1: every position sees what the one position saw."""
    where = _where(field, shape)
    if shape == repeated_to or where is None:
        return field
    return ReceptiveField(
        tuple(
            Axis(axis.left, axis.right, 0) if dim >= 0 and shape[dim] == 1 else axis
            for axis, dim in zip(field.axes, where, strict=True)
        ),
        field.exact,
        field.dims,
    )


def moved(field: ReceptiveField, shape: Sequence[int], dim: int, positions: int) -> ReceptiveField:
    """The field of a map whose first position is what was this position along one dimension of `shape`."""
    where = _where(field, shape)
    if where is None or dim not in where:
        return field
    at = where.index(dim)
    left, right, jump = field.axes[at]
    there = Axis(left + positions * jump, right + positions * jump, jump)
    return field._replace(axes=(*field.axes[:at], there, *field.axes[at + 1 :]))


def permuted(field: ReceptiveField, shape: Sequence[int], order: Sequence[int]) -> ReceptiveField:
    """The field of a map whose dimension i was dimension order[i]; one that is not in `order` was given up."""
    where = _where(field, shape)
    if where is None:
        return field
    dims = tuple(order.index(dim) if dim in order else -1 for dim in where)
    return field._replace(dims=() if dims == tuple(range(1, len(dims) + 1)) else dims)


def _where(field: ReceptiveField, shape: Sequence[int]) -> tuple[int, ...] | None:
    """The dimension along each axis; None where the shape no longer has the input's axes."""
    if field.dims:
        return field.dims if max(field.dims) < len(shape) else None
    return tuple(range(1, len(shape))) if len(shape) == len(field.axes) + 1 else None


def _by_axis(field: ReceptiveField, values: Sequence[T], neutral: T) -> list[T]:
    """What is given per spatial dimension of the shape, in the order of the field's axes."""
    return [values[dim - 1] if 0 < dim <= len(values) else neutral for dim in field.dims]


def _agreed(values: list[T]) -> T | tuple[T, ...]:
    return values[0] if values and all(value == values[0] for value in values) else tuple(values)


def _whole(value: Number) -> Number:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
