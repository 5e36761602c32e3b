"""What a forward does with the batch: examples that read each other, are taken one by one, or must be so many.

The shapes of a report are those of one example, whatever the batch, where the forward does the same to each. Where it
does not, its numbers are those of a batch of one, or of the only size that it computes for; what is noticed says so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Final

from cnnshapes.advice import Advice
from cnnshapes.layers import Shape
from cnnshapes.report import Report, Row, Step

if TYPE_CHECKING:
    from cnnshapes.bridge.survey import Survey
    from cnnshapes.bridge.tracing import Tracer

MIXED: Final = "mixed examples"
_ONE_BY_ONE: Final = (
    "the forward takes examples out of the batch, or so many rows of all together, so what it does depends on how many "
    "there are; the numbers here are those of a batch of {}"
)
_CROSSED: Final = (
    "its output has the batch in two dimensions, so each example depends on all the others; the numbers here are those "
    "of a batch of one"
)
_STEPPED: Final = (
    "it takes the batch for the steps of a sequence, so each example depends on others; set batch_first to whether its "
    "input has the batch first, or transpose that; the numbers here are those of a batch of one"
)
_ROWS: Final = (
    "{} rows come out for each example; unless they were joined on purpose, a view or a flatten before it mixed the "
    "examples of the batch: keep the batch as the first dimension, as flatten(1) and view(x.size(0), -1) do"
)
_FIXED: Final = (
    "from here on the forward computes for batches of {} alone, and the numbers are those of an example in one; "
    "x.size(0) in place of the number takes any"
)
_REFUSED: Final = "the forward refuses many sizes of a batch; the numbers are those of an example in a batch of {}"
_MULTIPLES: Final = (
    "from here on the forward takes {} examples together, and computes for multiples of that alone; the numbers are "
    "those of an example"
)
_ATTENTION: Final = "multi_head_attention_forward"
_DOT: Final = "scaled_dot_product_attention"
_RECURRENT: Final = frozenset(("lstm", "gru", "rnn_tanh", "rnn_relu"))
_STEPPING: Final = _RECURRENT | {_ATTENTION, _DOT}
_STATE: Final = re.compile(r"hidden.*got \[([\d, ]+)\]|doesn't match hidden\d batch size (\d+)")
"""What torch says of the state that a recurrent layer is given."""
_SHAPE: Final = re.compile(r"[\[(](\d+(?:, *\d+)+),?[\])]")
_WANTED: Final = re.compile(r"to be (\d+), but got (\d+)")


@dataclass
class Met:
    """What a pass met with of the batch.

    Attributes:
        sizes: those that a forward which failed names in a batch's place.
        cut: the row that examples were taken out of, "" where none were.
        doubtful: whether a tensor was taken for another, and may have been a third.
    """

    sizes: list[int] = field(default_factory=list)
    cut: str = ""
    doubtful: bool = False


def rows_for_each(row: str, rows: int) -> Advice:
    """So many rows come out for each example of what `row` gives."""
    return Advice(row, MIXED, _ROWS.format(rows))


def one_by_one(row: str, batch: int) -> Advice:
    """Single examples of what `row` gives are read, and the numbers are those of so many."""
    return Advice(row, MIXED, _ONE_BY_ONE.format("one" if batch == 1 else batch))


def fixed_at(batch: int, row: str, *, multiples: bool) -> Advice:
    """The forward computes for one size of a batch alone, or for multiples of it, which shows at `row`."""
    told = _FIXED if not multiples else _MULTIPLES if batch > 1 else _REFUSED
    return Advice(row, "fixed batch", told.format(batch))


def sizes_said(error: BaseException, batch: int) -> list[int]:
    """The sizes that a batch would have to have, where torch holds what it is given against what it wants.

    The state of a recurrent layer is (layers, batch, features), or (batch, features) of a cell; a mask, a target or
    the like has one shape where another is meant, such as [16, 1] and [101, 1].
    """
    said = str(error)
    if state := _STATE.search(said):
        given = [int(number) for number in (state[1] or state[2]).split(",")]
        return [] if batch in given else [given[1 if len(given) == 3 else 0]]
    shapes = [tuple(map(int, numbers.split(","))) for numbers in _SHAPE.findall(said)]
    shapes += [(int(number),) for found in _WANTED.findall(said) for number in found]
    named = []
    for one, other in itertools.permutations(shapes, 2):
        differ = [sizes for sizes in zip(one, other, strict=False) if sizes[0] != sizes[1]]
        if len(one) == len(other) and len(differ) == 1:
            mine, theirs = differ[0]
            times, rest = divmod(mine, batch)
            if times and not rest and theirs % times == 0 and theirs % batch:
                named.append(theirs // times)
    return named


def across_examples(tracer: Tracer, survey: Survey) -> list[Advice]:
    """Find what takes the batch for the steps of a sequence, and count its work for a batch of one.

    The default of torch's recurrent layers and attentions is to have the batch as the second dimension.

    Args:
        tracer: of the pass.
        survey: of the model.
    """
    rows, origins, batch = tracer.rows.by_name, tracer.stand_ins.origins, tracer.stand_ins.batch
    found = [row for row in rows.values() if row.kind in _STEPPING and row.inputs]
    if not found or batch == 1:  # of which any dimension of size 1 might be it
        return []
    modules = {site.path: site.module for site in survey.sites}
    sizes: dict[str, set[tuple[int, ...]]] = {}
    for origin in origins.values():
        sizes.setdefault(origin.row, set()).add(tuple(origin.tensor.shape))
    noticed = []
    for row in found:
        module = modules.get(row.name.partition("#")[0])
        at = -2 if row.kind == _DOT else 1 if row.kind in _RECURRENT and getattr(module, "batch_first", False) else 0
        given = sizes.get(row.inputs[0], set())
        if not given or any(len(size) < 3 or size[at] != batch for size in given):
            continue
        macs = row.macs
        if row.kind == _ATTENTION:  # its two products are of each example with all others
            macs -= 2 * prod(row.output_shape) * (batch - 1)
        elif row.kind == _DOT:
            macs //= batch
        rows[row.name] = row._replace(macs=macs)
        noticed.append(Advice(row.name, MIXED, _STEPPED))
    return noticed


def leave_one(report: Report, batch: int) -> None:
    """Where the batch is left in a shape, as in a product of the examples with each other, put 1 for it."""
    rows: list[Row] = []
    trail: dict[str, Step] = {}

    def of_one(shape: Shape) -> Shape:
        return tuple(size // batch if size and size % batch == 0 else size for size in shape)

    for row in report.rows:
        macs = row.macs
        if is_left(batch, (row.output_shape, *row.input_shapes)):
            while macs and macs % batch == 0:
                macs //= batch
            report.batch = 1
            if not any(advice.text in (_CROSSED, _STEPPED) for advice in report.noticed):
                report.noticed += (Advice(row.name, MIXED, _CROSSED),)
        shapes = tuple(map(of_one, row.input_shapes))
        output = of_one(row.output_shape)
        trail[row.name] = (row.layer, row.inputs, shapes, output)
        rows.append(row._replace(input_shapes=shapes, output_shape=output, macs=macs, trail=trail))
    report.rows = tuple(rows)
    if is_left(batch, report.outputs.values()):
        report.batch = 1
    report.outputs = {name: of_one(shape) for name, shape in report.outputs.items()}


def is_left(batch: int, shapes: Iterable[Shape]) -> bool:
    """Whether a batch that marks itself is still in one of these shapes."""
    return any(size and size % batch == 0 for shape in shapes for size in shape)


def of_single(report: Report, single: Report) -> Report:
    """The report of a batch of one, which no shape shows, with the help of another batch.

    A leading 1 is the batch where an example was cut out by a slice, and a channel where it was picked by its number.
    Of the two passes that one is believed in which a row is a layer, or else gives what the rows behind it read.

    Args:
        report: of a batch that marks itself.
        single: of a batch of one; it has fewer rows where examples are taken one by one, and torch's own counts.
    """
    known = {row.name: row for row in report}
    read: dict[str, Shape] = {}
    rows: list[Row] = []
    for row in reversed(single.rows):
        other = known.get(row.name)
        if other is not None and _is_like(row, other):
            has, has_other = row.layer is not None, other.layer is not None
            if has_other > has or (has_other == has and read.get(row.name) != row.output_shape):
                row = other._replace(macs=row.macs, inputs=row.inputs)  # noqa: PLW2901
        read.update(zip(row.inputs, row.input_shapes, strict=True))
        rows.insert(0, row)
    trail: dict[str, Step] = {}
    for number, row in enumerate(rows):
        trail[row.name] = (row.layer, row.inputs, row.input_shapes, row.output_shape)
        rows[number] = row._replace(trail=trail)
    single.rows = tuple(rows)
    for name, shape in single.outputs.items():
        by = report.outputs.get(name, shape)
        single.outputs[name] = by if _squeezed([by]) == _squeezed([shape]) else shape
    there = {*trail, *single.inputs}
    single.noticed = tuple(advice for advice in report.noticed if advice.row in there)
    single.batch = 1
    return single


def _is_like(row: Row, other: Row) -> bool:
    """Whether the shapes of two rows differ at most in dimensions of 1."""
    shapes, others = ((*each.input_shapes, each.output_shape) for each in (row, other))
    return _squeezed(shapes) == _squeezed(others)


def _squeezed(shapes: Iterable[Shape]) -> list[Shape]:
    return [tuple(size for size in shape if size != 1) for shape in shapes]
