"""Networks side by side: which rows answer each other, where they differ, and what the totals come to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TextIO

from cnnshapes.errors import InputError
from cnnshapes.formats.columns import BY_NAME
from cnnshapes.formats.csv import written_csv
from cnnshapes.report import Report, Row

ASPECTS: Final = ("layer", "output", "parameters", "macs", "field")
"""What rows are compared in: class and arguments, output shape, parameters, MACs and receptive field."""
BATCH: Final = 32
"""Examples at once, for the memory to train."""
LARGEST: Final = 5_000_000
"""Pairs of rows that are tried at most, some seconds' work: two networks of 2,000 rows."""
KIND, SIZE, NAME = 4, 2, 1
"""What it speaks for two rows answering each other to be of one class, as they must be; to give maps of one size, and
to have one name."""
_COLUMNS: Final = [BY_NAME[name] for name in ("name", "layer", "output_shape", "parameters", "macs", "receptive_field")]


class Line(NamedTuple):
    """Rows that answer each other, one of each network.

    Attributes:
        rows: a row for each network, None where it has no counterpart.
        differing: in which of `ASPECTS` those that are there differ.
    """

    rows: tuple[Row | None, ...]
    differing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether each network has such a row, and all are alike."""
        return not (self.differing or self.missing)

    @property
    def missing(self) -> tuple[int, ...]:
        """The networks that have no such row, counted from 0."""
        return tuple(at for at, row in enumerate(self.rows) if row is None)

    @property
    def differences(self) -> tuple[int, ...]:
        """The parameters that each network has more here than the first; a missing row has none."""
        counts = [row.params if row is not None else 0 for row in self.rows]
        return tuple(count - counts[0] for count in counts)


class Total(NamedTuple):
    """A quantity of each network.

    Attributes:
        name: `parameters`, `macs`, `activations`, `memory` (bytes to train `BATCH` examples with Adam), `layers`, or
            `field`, the receptive field of the last map along its longest axis.
        values: one for each network.
    """

    name: str
    values: tuple[int, ...]

    @property
    def differences(self) -> tuple[int, ...]:
        """What each has more than the first."""
        return tuple(value - self.values[0] for value in self.values)

    @property
    def ratios(self) -> tuple[float | None, ...]:
        """How many times the first each has; None where the first has none."""
        first = self.values[0]
        return tuple(value / first if first else None for value in self.values)


@dataclass(frozen=True)
class Comparison:
    """Networks side by side.

    Attributes:
        reports: of the networks.
        lines: their rows, those that answer each other together, each network's in their order.
    """

    reports: tuple[Report, ...]
    lines: tuple[Line, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The networks' names, those that come again with a number: `lenet5`, `lenet5 (2)`."""
        names = [report.name for report in self.reports]
        counts = [names[:at].count(name) + 1 for at, name in enumerate(names)]
        return tuple(name if count == 1 else f"{name} ({count})" for name, count in zip(names, counts, strict=True))

    @property
    def totals(self) -> tuple[Total, ...]:
        """What each network comes to."""
        quantities = {
            "parameters": [report.total_params for report in self.reports],
            "macs": [report.total_macs for report in self.reports],
            "activations": [sum(row.activations for row in report) for report in self.reports],
            "memory": [report.memory().total(BATCH) for report in self.reports],
            "layers": [len(report) for report in self.reports],
            "field": [_last_field(report) for report in self.reports],
        }
        return tuple(Total(name, tuple(values)) for name, values in quantities.items())

    def to_csv(self, path: str | os.PathLike[str] | TextIO | None = None) -> str:
        """A row for each line as CSV text: each network's columns under its name, whose row is missing, what differs.

        Raises:
            OSError: the path cannot be written; what was there before is unchanged.
        """
        header = [f"{name}: {column.name}" for name in self.names for column in _COLUMNS]
        cells = [
            [column.cell(row) if row is not None else "" for row in line.rows for column in _COLUMNS]
            + [", ".join(self.names[at] for at in line.missing), " ".join(line.differing)]
            for line in self.lines
        ]
        return written_csv([*header, "missing", "differing"], cells, path)

    def __str__(self) -> str:
        from cnnshapes.formats.table import comparison_to_text

        return comparison_to_text(self)


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


def compared(*reports: Report, depth: int | None = None) -> Comparison:
    """Two or more networks row by row.

    Rows answer each other if they are of one class and stand in the same order; of all ways to pair them so, the one is
    taken whose pairs most often give maps of one size and have one name.

    Args:
        reports: of the networks.
        depth: if given, a line for each module this deep, as `Report.folded` has them; the totals stay as they are.

    Raises:
        InputError: there are fewer than two reports, the depth is less than 1, or the networks are too long.
    """
    if len(reports) < 2:
        raise InputError("a comparison needs two networks or more")
    shown = reports if depth is None else [report.folded(depth) for report in reports]
    grid: list[tuple[Row | None, ...]] = [(row,) for row in shown[0]]
    for count, report in enumerate(shown[1:], start=1):
        grid = _merged(grid, report, count)
    return Comparison(tuple(reports), tuple(Line(rows, _differing(rows)) for rows in grid))


def _merged(grid: list[tuple[Row | None, ...]], report: Report, count: int) -> list[tuple[Row | None, ...]]:
    """Lines of so many networks with the rows of one more, each beside those that it answers."""
    ours = [[row for row in rows if row is not None] for rows in grid]
    steps = _path(ours, report.rows)
    nothing: tuple[None, ...] = (None,) * count
    merged: list[tuple[Row | None, ...]] = []
    at = behind = 0
    for left, right in [*steps, (len(grid), len(report))]:
        merged += [(*rows, None) for rows in grid[at:left]]
        merged += [(*nothing, row) for row in report[behind:right]]
        if left < len(grid):
            merged.append((*grid[left], report[right]))
        at, behind = left + 1, right + 1
    return merged


def _path(ours: Sequence[Sequence[Row]], theirs: Sequence[Row]) -> list[tuple[int, int]]:
    """The pairs of positions that answer each other: the best way through the table of all pairs.

    Source: Needleman and Wunsch, 1970, without a price for gaps.
    """
    left = [(rows[0].kind, {row.output_shape[1:] for row in rows}, {row.name for row in rows}) for rows in ours]
    right = [(row.kind, row.output_shape[1:], row.name) for row in theirs]

    if len(left) * len(right) > LARGEST:
        raise InputError(f"{len(left):,} and {len(right):,} rows are too many to compare; fold them into blocks")

    def worth(a: int, b: int) -> int:
        return KIND + SIZE * (right[b][1] in left[a][1]) + NAME * (right[b][2] in left[a][2])

    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]  # of what is left from each pair of positions on
    for a in range(len(left) - 1, -1, -1):
        here, below = best[a], best[a + 1]
        for b in range(len(right) - 1, -1, -1):
            here[b] = max(here[b + 1], below[b])
            if left[a][0] == right[b][0]:
                here[b] = max(here[b], below[b + 1] + worth(a, b))
    pairs, a, b = [], 0, 0
    while a < len(left) and b < len(right):
        if left[a][0] == right[b][0] and best[a][b] == best[a + 1][b + 1] + worth(a, b):
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs


def _differing(rows: Sequence[Row | None]) -> tuple[str, ...]:
    values: list[tuple[Any, ...]] = [
        (row.layer, row.output_shape, row.params, row.macs, str(row.receptive_field)) for row in rows if row is not None
    ]
    return tuple(aspect for aspect, *each in zip(ASPECTS, *values, strict=True) if any(one != each[0] for one in each))


def _last_field(report: Report) -> int:
    """The receptive field of the last row that gives a map, else of the last row, along its longest axis; or 0."""
    seeing = [row for row in report.rows if row.receptive_field.axes]
    maps = [row for row in seeing if len(row.output_shape) > 1]
    for row in (maps or seeing)[-1:]:
        size = row.receptive_field.size
        return max(size) if isinstance(size, tuple) else size
    return 0
