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
    """The interval along each spatial axis of the network's input; no axes where the input has none."""

    axes: tuple[Axis, ...]
    exact: bool = True

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

    def __str__(self) -> str:
        """`5`, `3x1` where the axes differ, `≤ 23` for a bound, empty where the input has no spatial axes."""
        sizes = self.size if isinstance(self.size, tuple) else (self.size,)
        return ("" if self.exact else "≤ ") + "x".join(map(str, sizes))


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
    return ReceptiveField(
        tuple(
            Axis(left - p * jump, right + (d * (k - 1) - p) * jump, jump * s)
            for (left, right, jump), k, s, p, d in zip(field.axes, kernel_size, stride, padding, dilation, strict=True)
        ),
        field.exact,
    )


def through_resampling(
    field: ReceptiveField, ratio: Sequence[Number], before: Sequence[Number], after: Sequence[Number]
) -> ReceptiveField:
    """An outer bound where output i reads the inputs from i·ratio − before to i·ratio + after, both ends included."""
    return ReceptiveField(
        tuple(
            Axis(_whole(left - b * jump), _whole(right + a * jump), _whole(jump * r))
            for (left, right, jump), r, b, a in zip(field.axes, ratio, before, after, strict=True)
        ),
        exact=False,
    )


def of_all_positions(field: ReceptiveField, sizes: Sequence[int], axes: Sequence[int] | None = None) -> ReceptiveField:
    """The field of something that reads every position of a map of these sizes, along all or only some of its axes.

    Where the map has lost the input's axes (it is a vector, or was reshaped) the field stays what it is.
    """
    if len(sizes) != len(field.axes):
        return field
    return ReceptiveField(
        tuple(
            Axis(axis.left, axis.right + (size - 1) * axis.jump, 0) if axes is None or number in axes else axis
            for number, (axis, size) in enumerate(zip(field.axes, sizes, strict=True))
        ),
        field.exact,
    )


def merged(fields: Sequence[ReceptiveField], sizes: Sequence[int]) -> ReceptiveField:
    """The field of positions that read the same position of several maps; `sizes` are those of the merged map."""
    first = fields[0]
    if all(field == first for field in fields):
        return first
    if len(sizes) != len(first.axes):
        sizes = (1,) * len(first.axes)  # vectors: one position
    exact = all(field.exact for field in fields)
    axes = []
    for number, size in enumerate(sizes):
        parts = [field.axes[number] for field in fields]
        jump = max(part.jump for part in parts)
        last = size - 1
        # a map that moves slower, or was broadcast and does not move at all, drifts back by the difference
        left = min(part.left + last * (part.jump - jump) for part in parts)
        right = max(part.right for part in parts)
        exact = exact and (last == 0 or all(part.jump == jump for part in parts))
        axes.append(Axis(_whole(left), _whole(right), jump))
    return ReceptiveField(tuple(axes), exact)


def repeated(field: ReceptiveField, sizes: Sequence[int], repeated_to: Sequence[int]) -> ReceptiveField:
    """The field of a map repeated along axes of size 1: every position sees what the one position saw."""
    if sizes == repeated_to or len(sizes) != len(field.axes):
        return field
    return ReceptiveField(
        tuple(
            Axis(axis.left, axis.right, 0) if size == 1 else axis for axis, size in zip(field.axes, sizes, strict=True)
        ),
        field.exact,
    )


def moved(field: ReceptiveField, axis: int, positions: int) -> ReceptiveField:
    """The field of a map that begins only so many positions on along one axis."""
    left, right, jump = field.axes[axis]
    there = Axis(left - positions * jump, right - positions * jump, jump)
    return ReceptiveField((*field.axes[:axis], there, *field.axes[axis + 1 :]), exact=False)


def _agreed(values: list[T]) -> T | tuple[T, ...]:
    return values[0] if values and all(value == values[0] for value in values) else tuple(values)


def _whole(value: Number) -> Number:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
