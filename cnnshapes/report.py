"""What comes out: a row per operation and the totals. `rows` is the one pass over a design."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, Final, NamedTuple, overload

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


_NO_WEIGHTS: Final[Mapping[str, Shape]] = {}
_NO_TRAIL: Final[Mapping[str, Step]] = {}


class Row(NamedTuple):
    """One operation of a network.

    A named tuple, for a network has hundreds and `tuple.__new__` makes one in a third of the time that any other class
    takes. The trail leads to all other rows, so rows are compared and shown without theirs.

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
        parts: the rows it stands for, where a report was folded.
        trail: the steps of the network by the rows' names, from which the explanation tells where a size came from.
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
    weights: Mapping[str, Shape] = _NO_WEIGHTS
    notes: tuple[str, ...] = ()
    parts: tuple[Row, ...] = ()
    trail: Mapping[str, Step] = _NO_TRAIL

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self[:-1] == other[:-1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.name, self.kind, self.inputs, self.output_shape, self.params, self.macs))

    def __repr__(self) -> str:
        shown = zip(self._fields[:-2], self, strict=False)  # without its parts too
        return f"Row({', '.join(f'{name}={value!r}' for name, value in shown)})"

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


class Report(Sequence[Row]):
    """The rows of a network, in the order they compute, and their totals.

    Attributes:
        name: the network's.
        input_shape: the shape of one example.
        unused: a row for each parameter of a torch model that its forward never reached, of kind `unused`. They are
            among neither the rows nor their count, but the totals and the CSV have them.
        inputs: the shapes of all inputs by name.
        outputs: the shapes of all outputs by where they sit in what a torch model returns.
        returned: the rows that a torch model returns; others may be read nowhere. "" stands for what no row gives.
        modules: the class names of a torch model's modules by path.
        buffer_bytes: what a torch model's buffers take, None where the layers know.
        noticed: what reading a torch model found that the rows do not show; part of `advice()`.
        batch: the size of a batch that the numbers hold for, where a torch model does not do the same to any.
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
        batch: int | None = None,
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
        self.batch = batch

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
        macs = layer.macs(output, *inputs)
        row = Row(
            node.name,
            layer.kind,
            node.inputs,
            inputs,
            output,
            params,
            params,
            macs,
            seen,
            layer,
            weights,
            trail=trail,
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
