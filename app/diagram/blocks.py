"""Which rows are drawn as one: what follows a layer without changing the shape is a mark on it, repeats are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from app.diagram.scene import Part, Role
from cnnshapes import Report
from cnnshapes.design import INPUT, Node
from cnnshapes.layers import Layer, Shape

MANY: Final = 80
"""A design of more rows than this is folded."""
MARKS: Final = frozenset({"activation", "normalization", "dropout"})
"""Families that are drawn as marks on what they read."""
LONGEST: Final = 24
"""The most rows that are looked at as one repeated block, where names do not say what belongs together."""
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


@dataclass(frozen=True, slots=True)
class Block:
    """What becomes one cell.

    Attributes:
        key: the name of its row, of the fold, or `input`.
        steps: its rows; none for the input.
        times: how often a fold repeats something, 1 where it only holds it together.
        inside: the opened folds that it lies in, the outermost first.
    """

    key: str
    role: Role
    label: str
    shape: Shape | None
    steps: tuple[Step, ...]
    times: int = 1
    inside: tuple[str, ...] = ()


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
    blocks += _folded(list(steps), opened, ()) if len(steps) > MANY else [_single(group) for group in _marked(steps)]
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


def _single(group: Sequence[Step], inside: tuple[str, ...] = ()) -> Block:
    first, last = group[0], group[-1]
    role: Role = "failing" if first.shape is None else "layer"
    return Block(first.part.row, role, first.part.row, last.shape, tuple(group), inside=inside)


def _marked(steps: Sequence[Step], readers: Counter[str] | None = None) -> list[list[Step]]:
    """The rows in groups: one that gives the box its form, and the marks that follow it.

    A row is a mark only where nothing else reads what it reads, so that each line still ends where it should.
    """
    if readers is None:
        readers = Counter(read for step in steps for read in step.reads)
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


# ---- folding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows in a row that may be folded: what they are called, and how often they repeat something."""

    key: str
    label: str
    steps: list[Step]
    times: int


def _folded(
    steps: list[Step], opened: Collection[str], inside: tuple[str, ...], readers: Counter[str] | None = None
) -> Iterator[Block]:
    """The blocks of some rows, those of a closed fold as one."""
    readers = readers or Counter(read for step in steps for read in step.reads)
    loose: list[Step] = []
    for run in _runs(steps, inside):
        if len(run.steps) < FEWEST or not run.key:
            loose += run.steps
            continue
        yield from (_single(group, inside) for group in _marked(loose, readers))
        loose = []
        if run.key in opened or run.steps[-1].shape is None:  # what fails is not hidden
            within = (*inside, run.key)
            if len(run.steps) > ROOM:
                yield from _folded(run.steps, opened, within, readers)
            else:
                yield from (_single(group, within) for group in _marked(run.steps, readers))
        elif run.times == 1 and len(run.steps) > MANY:  # a wrapper, such as `features`, hides too much
            yield from _folded(run.steps, opened, inside, readers)
        else:
            yield Block(run.key, "fold", run.label, run.steps[-1].shape, tuple(run.steps), run.times, inside)
    yield from (_single(group, inside) for group in _marked(loose, readers))


def _runs(steps: list[Step], inside: tuple[str, ...]) -> list[_Run]:
    """Rows cut into runs: by the module they lie in where that says something, else by what repeats."""
    shared = _shared_path(steps)
    runs = []
    for head, group in groupby(steps, key=lambda step: _head(step, shared)):
        rows = list(group)
        times = _repeats(rows, head) if head else 1
        runs.append(_Run(head, head, rows, times))
    if all(not run.key or len(run.steps) == 1 for run in runs):
        return _repeating(steps, inside)
    returned = {key for key, often in Counter(run.key for run in runs).items() if key and often > 1}
    return [replace(run, key=f"{run.steps[0].part.row}…") if run.key in returned else run for run in runs]


def _shared_path(steps: Sequence[Step]) -> int:
    """How many levels of modules all the rows share."""
    paths = [step.part.row.split(".")[:-1] for step in steps]
    depth = 0
    while all(len(path) > depth for path in paths) and len({path[depth] for path in paths}) == 1:
        depth += 1
    return depth


def _head(step: Step, shared: int) -> str:
    """The module below the shared ones that a row lies in; empty for a row that lies in none."""
    path = step.part.row.split(".")[:-1]
    return ".".join(path[: shared + 1]) if len(path) > shared else ""


def _repeats(rows: Sequence[Step], head: str) -> int:
    """How many children of a module are alike, but for the first and for single rows; 1 where they are not."""
    level = head.count(".") + 1
    children = [
        tuple(step.part.kind for step in group)
        for _, group in groupby(rows, key=lambda step: step.part.row.split(".")[level])
    ]
    bodies = [kinds for kinds in children if len(kinds) > 1]
    return len(bodies) if len(bodies) > 1 and len(set(bodies[1:])) == 1 else 1


def _repeating(steps: list[Step], inside: tuple[str, ...]) -> list[_Run]:
    """Rows cut into runs by sequences of kinds that repeat, where names do not tell."""
    if inside and inside[-1].startswith(f"{steps[0].part.row}…"):  # the opened fold is this very run
        return [_Run("", "", [step], 1) for step in steps]
    kinds = [step.part.kind for step in steps]
    runs: list[_Run] = []
    at = 0
    while at < len(steps):
        period, times = _most_repeated(kinds, at)
        rows = steps[at : at + max(period * times, 1)]
        key = f"{rows[0].part.row}…{rows[-1].part.row}" if times > 1 else ""
        runs.append(_Run(key, key, rows, times))
        at += len(rows)
    return runs


def _most_repeated(kinds: Sequence[str], at: int) -> tuple[int, int]:
    """The length of what repeats from here on, and how often; what covers the most rows, the shortest of those."""
    best = (1, 1)
    for period in range(1, LONGEST + 1):
        pattern = kinds[at : at + period]
        times = 1
        while kinds[at + times * period : at + (times + 1) * period] == pattern:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = (period, times)
    return best
