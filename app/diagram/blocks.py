"""Which rows are drawn as one: what follows a layer without changing the shape is a mark on it, repeats are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.diagram.runs import Named, Run, in_modules, runs
from app.diagram.scene import Part, Role
from cnnshapes import Report
from cnnshapes.design import INPUT, Node
from cnnshapes.layers import Layer, Shape

MANY: Final = 80
"""A design of more rows than this is folded."""
MARKS: Final = frozenset({"activation", "normalization", "dropout"})
"""Families that are drawn as marks on what they read."""
FEWEST: Final = 6
"""A fold hides at least so many rows."""
ROOM: Final = 24
"""A fold of at most so many rows opens to all of them at once, without folds inside."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row as the pictures see it; the row that fails has no shape.

    Attributes:
        reads: the names of its inputs.
        shape: of one example, None where it cannot be computed.
    """

    part: Part
    reads: tuple[str, ...]
    shape: Shape | None
    layer: Layer | None


class Opened(NamedTuple):
    """A fold that was opened."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Block:
    """What becomes one cell.

    Attributes:
        key: the name of its row, of the fold, or `input`.
        steps: its rows; none for the input.
        times: how often a fold repeats something, 1 where it only holds it together.
        inside: the opened folds that it lies in, by key, with their labels; the outermost first.
    """

    key: str
    role: Role
    label: str
    shape: Shape | None
    steps: tuple[Step, ...]
    times: int = 1
    inside: tuple[Opened, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A block that another reads, with the shape of what it reads."""

    source: str
    target: str
    shape: Shape


def family_of(layer: Layer | None) -> str:
    """The family of a layer, by the file it is written in: `convolution`; `other` for what has no layer."""
    return type(layer).__module__.rpartition(".")[2] if layer is not None else "other"


def steps_of(report: Report, failing: Node | None) -> list[Step]:
    """The rows of a report, and the one that failed behind them."""
    steps = [
        Step(Part(row.name, row.kind, family_of(row.layer)), row.inputs, row.output_shape, row.layer) for row in report
    ]
    if failing is not None:
        part = Part(failing.name, failing.layer.kind, family_of(failing.layer))
        steps.append(Step(part, failing.inputs, None, failing.layer))
    return steps


def has_branches(steps: Sequence[Step]) -> bool:
    """Whether anything is read twice or reads two things, so that it is no plain stack."""
    before = INPUT
    for step in steps:
        if step.reads != (before,):
            return True
        before = step.part.row
    return False


def blocks_of(report: Report, steps: Sequence[Step], opened: Collection[str]) -> tuple[list[Block], list[Link]]:
    """The blocks of a network in the order they compute, the input first, and who reads whom.

    Args:
        report: of the network.
        steps: its rows.
        opened: the keys of the folds that are to be shown in full.
    """
    blocks = [Block(INPUT, "input", INPUT, report.input_shape, ())]
    blocks += _Folding(steps, opened).blocks(list(steps), ())
    return blocks, _links(report, blocks)


def _links(report: Report, blocks: Sequence[Block]) -> list[Link]:
    home = {step.part.row: block.key for block in blocks for step in block.steps}
    shapes = {row.name: row.output_shape for row in report} | {INPUT: report.input_shape}
    found: dict[tuple[str, str], Link] = {}
    for block in blocks:
        for step in block.steps:
            for read in step.reads:
                source = home.get(read, INPUT)
                if source != block.key:
                    found.setdefault((source, block.key), Link(source, block.key, shapes[read]))
    return list(found.values())


def _single(group: Sequence[Step], inside: tuple[Opened, ...] = ()) -> Block:
    first, last = group[0], group[-1]
    role: Role = "failing" if first.shape is None else "layer"
    return Block(first.part.row, role, first.part.row, last.shape, tuple(group), inside=inside)


def _marked(steps: Sequence[Step], readers: Counter[str]) -> list[list[Step]]:
    """The rows in groups: one that gives the box its form, and the marks that follow it.

    A row is a mark only where nothing else reads what it reads, so that each line still ends where it should.
    """
    groups: dict[str, list[Step]] = {}  # by the last row of each
    order: list[list[Step]] = []
    for step in steps:
        group = groups.pop(step.reads[0], None) if _is_mark(step) and readers[step.reads[0]] == 1 else None
        if group is None or group[-1].shape != step.shape:
            group = []
            order.append(group)
        group.append(step)
        groups[step.part.row] = group
    return order


def _is_mark(step: Step) -> bool:
    return step.part.family in MARKS and len(step.reads) == 1 and step.shape is not None


class _Folding:
    """Which rows are hidden in folds."""

    def __init__(self, steps: Sequence[Step], opened: Collection[str]) -> None:
        self.opened = opened
        self.readers = Counter(read for step in steps for read in step.reads)
        self.modules = in_modules(map(_named, steps))

    def blocks(self, steps: list[Step], inside: tuple[Opened, ...]) -> Iterator[Block]:
        """The blocks of some rows, those of a closed fold as one."""
        if len(steps) <= (ROOM if inside else MANY):
            yield from self._loose(steps, inside)
            return
        loose: list[Step] = []
        for run in runs([_named(step) for step in steps], self.modules, inside[-1].key if inside else ""):
            rows = steps[run.first : run.end]
            if run.key and len(rows) >= FEWEST:
                yield from self._loose(loose, inside)
                yield from self._fold(run, rows, inside)
                loose = []
            else:
                loose += rows
        yield from self._loose(loose, inside)

    def _fold(self, run: Run, rows: list[Step], inside: tuple[Opened, ...]) -> Iterator[Block]:
        if run.key in self.opened or rows[-1].shape is None:  # what fails is not hidden
            yield from self.blocks(rows, (*inside, Opened(run.key, run.label)))
        elif run.times == 1 and len(rows) > MANY:  # a wrapper, such as `features`, would hide too much
            yield from self.blocks(rows, inside)
        else:
            yield Block(run.key, "fold", run.label, rows[-1].shape, tuple(rows), run.times, inside)

    def _loose(self, steps: Sequence[Step], inside: tuple[Opened, ...]) -> Iterator[Block]:
        return (_single(group, inside) for group in _marked(steps, self.readers))


def _named(step: Step) -> Named:
    return Named(step.part.row, step.part.kind)
