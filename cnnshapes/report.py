"""What comes out: a row per operation and the totals. `rows` is the one pass over a design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, make_dataclass
from math import prod
from typing import TYPE_CHECKING, Any, overload

from cnnshapes import explain, repair
from cnnshapes.design import INPUT, Design
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.base import Layer, Shape
from cnnshapes.receptive_field import ReceptiveField, of_input

if TYPE_CHECKING:
    import pandas

    from cnnshapes.advice import Advice
    from cnnshapes.memory import Memory


Step = tuple[Layer | None, tuple[str, ...], tuple[Shape, ...], Shape]
"""What the explanation of a later row needs of a row: its layer, inputs, input shapes and output shape.

Not the row itself, for rows that hold each other are freed late.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of a network.

    Attributes:
        name: the node, or the path of the module in a torch model.
        kind: the layer's class name, or the torch function where no layer of ours stands for it.
        inputs: the names of what it reads.
        input_shapes: their shapes, of one example, channels first.
        output_shape: the shape it gives.
        params: learned numbers that this row is the first to use.
        trainable: those of them that are not frozen.
        macs: multiply–accumulates for one example; bias, norm, activation and pooling count 0.
        receptive_field: which part of the input one position of the output sees.
        layer: the layer, None where only torch knows the operation.
        weights: shapes of the learned weights by their names in torch.
        notes: what else should be said of it.
        trail: the steps of the network by the rows' names, from which the explanation tells where a size came from.
        parts: the rows it stands for, where a report was folded.
    """

    name: str
    kind: str
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shape: Shape
    params: int
    trainable: int
    macs: int
    receptive_field: ReceptiveField
    layer: Layer | None
    weights: Mapping[str, Shape] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()
    trail: Mapping[str, Step] = field(default_factory=dict, repr=False, compare=False)
    parts: tuple[Row, ...] = field(default=(), repr=False)

    @property
    def activations(self) -> int:
        """How many numbers it gives for one example."""
        return prod(self.output_shape)

    @property
    def formulas(self) -> dict[str, str]:
        """The formulas with the numbers put in, by quantity: `shape`, `parameters`, `MACs`, `note`."""
        return explain.formulas(self)

    @property
    def explanation(self) -> str:
        """The formulas with the numbers put in, a line per quantity: `parameters: 5·5·3·6 + 6 = 456`."""
        return "\n".join(f"{quantity}: {text}" for quantity, text in self.formulas.items())


_Draft = make_dataclass("_Draft", [(each.name, each.type) for each in fields(Row)], slots=True)


def row_of(*values: Any) -> Row:
    """A row of these values, all of them, in the order of its fields: a fifth of the time that `Row(...)` takes.

    The constructor of a frozen class writes each field by a call; this fills an open object of the same fields, and
    then makes it a row.
    """
    row: Any = _Draft(*values)
    row.__class__ = Row
    made: Row = row
    return made


class Report(Sequence[Row]):
    """The rows of a network, in the order they compute, and their totals.

    Attributes:
        name: the network's.
        input_shape: the shape of one example.
        unused: a row for each parameter of a torch model that its forward never reached, of kind `unused`. They are
            among neither the rows nor their count, but the totals and the CSV have them.
        inputs: the shapes of all inputs by name.
        outputs: the shapes of all outputs by where they sit in what a torch model returns.
        returned: the rows that a torch model returns; others may be read nowhere.
        modules: the class names of a torch model's modules by path.
        buffer_bytes: what a torch model's buffers take, None where the layers know.
        noticed: what reading a torch model found that the rows do not show; part of `advice()`.
    """

    def __init__(
        self,
        name: str,
        input_shape: Shape,
        rows: Sequence[Row],
        *,
        unused: Sequence[Row] = (),
        inputs: Mapping[str, Shape] | None = None,
        outputs: Mapping[str, Shape] | None = None,
        returned: Iterable[str] = (),
        modules: Mapping[str, str] | None = None,
        buffer_bytes: int | None = None,
        noticed: Sequence[Advice] = (),
    ) -> None:
        self.name = name
        self.input_shape = input_shape
        self.rows = tuple(rows)
        self.unused = tuple(unused)
        self.inputs = dict(inputs or {INPUT: input_shape})
        self.outputs = dict(outputs or {})
        self.returned = frozenset(returned)
        self.modules = dict(modules or {})
        self.buffer_bytes = buffer_bytes
        self.noticed = tuple(noticed)

    @overload
    def __getitem__(self, index: int | str) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | str | slice) -> Row | Sequence[Row]:
        """A row by position or by name, or several by a slice."""
        if not isinstance(index, str):
            return self.rows[index]
        for row in self.rows:
            if row.name == index:
                return row
        raise KeyError(index)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def total_params(self) -> int:
        """All learned numbers, each counted once: those of the rows and those that no row reached."""
        return self.reached_params + sum(row.params for row in self.unused)

    @property
    def reached_params(self) -> int:
        """The learned numbers that the forward uses."""
        return sum(row.params for row in self.rows)

    @property
    def trainable_params(self) -> int:
        """Those that are not frozen."""
        return sum(row.trainable for row in (*self.rows, *self.unused))

    @property
    def total_macs(self) -> int:
        """Multiply–accumulates for one example."""
        return sum(row.macs for row in self.rows)

    @property
    def output_shape(self) -> Shape:
        """The shape of the first output; the last row's where a pass was cut short or is of a design."""
        if self.outputs:
            return next(iter(self.outputs.values()))
        return self.rows[-1].output_shape if self.rows else self.input_shape

    @property
    def flatten_size(self) -> int | None:
        """The features of the vector that the last Flatten hands to the classifier, None in a network without one."""
        for row in reversed(self.rows):
            if row.layer is not None and row.layer.merges_dimensions and len(row.output_shape) == 1:
                return row.output_shape[-1]
        return None

    def folded(self, depth: int) -> Report:
        """The same report with a row for each module of this depth: `layer1` at 1, `layer1.0` at 2.

        A row's counts are the sums of those it stands for, which are its `parts`; its shape is that of the last.

        Raises:
            InputError: the depth is less than 1.
        """
        from cnnshapes.folding import folded

        return folded(self, depth)

    def memory(self, *, number_bytes: int = 4, optimizer: str = "adam") -> Memory:
        """Bytes of parameters, buffers, gradients, optimizer state and activations, and the largest batch.

        Args:
            number_bytes: bytes of one number: 4 for float32, 2 for float16 and bfloat16.
            optimizer: `sgd`, `momentum`, `adam` or `adamw`.

        Raises:
            InputError: there is no such optimizer.
        """
        from cnnshapes.memory import memory_of

        return memory_of(self, number_bytes=number_bytes, optimizer=optimizer)

    def advice(self) -> list[Advice]:
        """What computes but is probably not meant, or costs more than it need; empty where nothing was found."""
        from cnnshapes.advice import advice_on

        return advice_on(self)

    # ---- renderings; the formats live in cnnshapes.formats --------------------------------------------------------

    def __str__(self) -> str:
        from cnnshapes.formats.table import to_text

        return to_text(self)

    def __repr__(self) -> str:
        return f"<Report of {self.name}: {len(self)} rows, {self.total_params:,} parameters, {self.total_macs:,} MACs>"

    def _repr_html_(self) -> str:
        from cnnshapes.formats.table import to_html

        return to_html(self)

    def to_csv(self, path: Any = None) -> str:
        """The rows as CSV text, also written to `path` where one is given; shapes as `16x10x10`."""
        from cnnshapes.formats.csv import to_csv

        return to_csv(self, path)

    def to_markdown(self) -> str:
        """The rows and totals as a Markdown table."""
        from cnnshapes.formats.table import to_markdown

        return to_markdown(self)

    def to_latex(self) -> str:
        """The rows and totals as a LaTeX table; needs the package booktabs."""
        from cnnshapes.formats.latex import to_latex

        return to_latex(self)

    def to_json(self) -> str:
        """The rows and totals as JSON text."""
        from cnnshapes.formats.json import to_json

        return to_json(self)

    def to_frame(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame with the columns of the CSV. Needs pandas."""
        from cnnshapes.formats.frame import to_frame

        return to_frame(self)


def rows(design: Design) -> Iterator[Row]:
    """Compute a design, a row per node.

    Raises:
        ShapeError: at the first node that cannot be computed, after the rows of all before it.
    """
    trail: dict[str, Step] = {}
    done: list[Row] = []
    shapes: dict[str, Shape] = {INPUT: design.input_shape}
    fields = {INPUT: of_input(len(design.input_shape) - 1)}
    for node in design.nodes:
        layer = node.layer
        inputs = tuple([shapes[source] for source in node.inputs])
        try:
            output = layer.output_shape(*inputs)
        except ShapeError as error:
            error.report = Report(design.name, design.input_shape, done)
            raise error.located(node.name, layer.kind, lambda found: _repairs(design, found)) from None
        weights = layer.weights(*inputs)
        params = sum(map(prod, weights.values()))
        seen = layer.receptive_field([fields[source] for source in node.inputs], inputs, output)
        row = row_of(
            node.name,
            layer.kind,
            node.inputs,
            inputs,
            output,
            params,
            params,
            layer.macs(output, *inputs),
            seen,
            layer,
            weights,
            (),
            trail,
            (),
        )
        shapes[node.name], fields[node.name] = output, seen
        trail[node.name] = (layer, node.inputs, inputs, output)
        done.append(row)
        yield row


def report_of(design: Design) -> Report:
    """The whole report of a design.

    Raises:
        ShapeError: the design cannot be computed; `error.report` has the rows before the failing one.
    """
    return Report(design.name, design.input_shape, tuple(rows(design)))


def reached(design: Design, name: str) -> tuple[Shape, ...]:
    """The shapes that reach a node; none where something before it cannot be computed.

    Raises:
        DesignError: there is no such node.
    """
    before = Design(design.name, design.input_shape, design.nodes[: design.index(name)])
    try:
        shapes = {INPUT: design.input_shape} | {row.name: row.output_shape for row in rows(before)}
    except ShapeError:
        return ()
    return tuple(shapes[source] for source in design[name].inputs)


def _repairs(design: Design, error: ShapeError) -> tuple[Repair, ...]:
    def compute(changed: Design) -> dict[str, Shape]:
        return {row.name: row.output_shape for row in rows(changed)}

    return repair.working(design, error, compute)
