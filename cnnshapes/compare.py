"""Two networks side by side: which rows answer each other, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, NamedTuple

from cnnshapes.report import Report, Row


@dataclass(frozen=True)
class Pair:
    """Two rows that answer each other, or one that has no counterpart.

    Attributes:
        left, right: the rows; one of them may be None.
        differing: in what they differ: `layer`, `output`, `parameters`, `macs`, `field`; all of them where one is None.
    """

    left: Row | None
    right: Row | None
    differing: tuple[str, ...]


ASPECTS: Final = ("layer", "output", "parameters", "macs", "field")
"""What rows are compared in."""


@dataclass(frozen=True)
class Comparison:
    """Two networks side by side.

    Attributes:
        left, right: their reports.
        pairs: their rows, those that answer each other together, in order.
    """

    left: Report
    right: Report
    pairs: tuple[Pair, ...]

    @property
    def totals(self) -> dict[str, tuple[int, int]]:
        """The totals of both: `parameters`, `macs`, `activations`, `layers`, and `field`, the last map's."""
        sides = (self.left, self.right)

        def of(what: Any) -> tuple[int, int]:
            first, second = map(what, sides)
            return first, second

        return {
            "parameters": of(lambda report: report.total_params),
            "macs": of(lambda report: report.total_macs),
            "activations": of(lambda report: sum(row.activations for row in report)),
            "layers": of(len),
        }


class Change(NamedTuple):
    """What one network has more than another, or less where it is negative.

    Attributes:
        parameters: learned numbers.
        macs: multiply–accumulates for one example.
    """

    parameters: int
    macs: int


def change(before: Report, after: Report) -> Change:
    """What a step from one network to another costs."""
    return Change(after.total_params - before.total_params, after.total_macs - before.total_macs)


def compared(left: Report, right: Report) -> Comparison:
    """Two reports row by row: rows of one kind that stand in the same order answer each other."""
    return Comparison(left, right, tuple(_pairs(left, right)))


def _pairs(left: Report, right: Report) -> Iterator[Pair]:
    matcher = SequenceMatcher(None, [row.kind for row in left], [row.kind for row in right], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        first, second = list(left[a:b]), list(right[c:d])
        if tag == "equal":
            yield from (_pair(one, other) for one, other in zip(first, second, strict=True))
        else:
            yield from (_pair(one, None) for one in first)
            yield from (_pair(None, other) for other in second)


def _pair(left: Row | None, right: Row | None) -> Pair:
    if left is None or right is None:
        return Pair(left, right, ASPECTS)
    values = [(row.layer, row.output_shape, row.params, row.macs, str(row.receptive_field)) for row in (left, right)]
    differing = tuple(aspect for aspect, one, other in zip(ASPECTS, *values, strict=True) if one != other)
    return Pair(left, right, differing)
