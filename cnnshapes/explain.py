"""A row in words: its formulas with the numbers put in, by running the layer's own code on terms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from cnnshapes import arithmetic
from cnnshapes.layers.base import AXES, Layer, Shape, written
from cnnshapes.term import Term, divided_exactly, equation

if TYPE_CHECKING:
    from cnnshapes.report import Row, Step


def formulas(row: Row) -> dict[str, str]:
    """What was computed, by quantity: `shape`, then `parameters` and `MACs` where there are any, then `note`s.

    `{"shape": "channels = out_channels = 6; height = width = ⌊(32 − 5 + 2·0) / 1⌋ + 1 = 28", …}`
    """
    if row.parts:
        last = row.parts[-1]
        told = {"shape": f"{written(row.output_shape)}, as {last.name}, the last of its {len(row.parts)} rows"}
        sums = {"parameters": [part.params for part in row.parts], "MACs": [part.macs for part in row.parts]}
        return told | {
            name: f"{' + '.join(map(str, filter(None, counts)))} = {sum(counts)}"
            for name, counts in sums.items()
            if any(counts)
        }
    if row.layer is None:
        told = {"shape": f"{written(row.output_shape)}, as torch says; there is no formula for {row.kind} here"}
        if row.output_shape in row.input_shapes:
            told["shape"] = f"{written(row.output_shape)}, as its input"
        return told | ({"MACs": f"{row.macs}, as torch counts"} if row.macs else {})
    layer, inputs, output = _on_terms(row.layer, row.input_shapes)
    result = {"shape": _shape_text(row, inputs, output)}
    weights = layer.weights(*inputs)
    if weights:
        counts = [arithmetic.product(reversed(shape)) for shape in weights.values()]
        result["parameters"] = equation(arithmetic.total(counts))
    macs = layer.macs(_leaves(row.output_shape), *inputs)
    if row.macs != macs:
        result["MACs"] = f"{row.macs}, as torch counts"  # a convolution of complex numbers is three of real ones
    elif macs:
        result["MACs"] = equation(macs)
    remarks = [*row.layer.remarks(*row.input_shapes), *row.notes]
    if weights and row.params > arithmetic.total(counts):
        remarks.append(f"{row.params} learned numbers make these weights")
    if remarks:
        result["note"] = "; ".join(remarks)
    return result


def symbolic(row: Row) -> dict[str, str]:
    """The same formulas with names for the numbers: `⌊(height − kernel_size + 2·padding) / stride⌋ + 1`."""
    if row.layer is None:
        return {}
    layer, inputs, output = _on_terms(row.layer, row.input_shapes)
    texts = {axis: size.symbols() for axis, size in zip(_axes(output), output, strict=True) if isinstance(size, Term)}
    counts = [arithmetic.product(reversed(shape)) for shape in layer.weights(*inputs).values()]
    amounts = {"parameters": arithmetic.total(counts), "MACs": layer.macs(_leaves(row.output_shape), *inputs)}
    return texts | {name: amount.symbols() for name, amount in amounts.items() if isinstance(amount, Term)}


def _on_terms(layer: Layer, shapes: Sequence[Shape]) -> tuple[Layer, list[Shape], Shape]:
    termed = layer.with_terms()
    inputs = [_leaves(shape) for shape in shapes]
    return termed, inputs, termed.compute_shape(*inputs)


def _leaves(shape: Shape) -> Shape:
    return tuple(Term(size, axis) for size, axis in zip(shape, _axes(shape), strict=True))


def _axes(shape: Shape) -> Sequence[str]:
    return AXES.get(len(shape)) or [f"dimension {number}" for number in range(1, len(shape) + 1)]


def _shape_text(row: Row, inputs: Sequence[Shape], output: Shape) -> str:
    kept = {id(size): size for shape in inputs for size in shape}
    if len(output) == len(inputs[0]) and all(
        any(size is found for found in places) for size, *places in zip(output, *inputs, strict=False)
    ):
        return f"{written(output)}, as its input{'s' if len(inputs) > 1 else ''}"
    parts: dict[str, list[str]] = {}  # what an axis equals -> the axes that equal it
    for axis, size in zip(_axes(output), output, strict=True):
        if id(size) in kept:
            name = getattr(kept[id(size)], "name", axis)
            text = f"{int(size)}, {'as' if name == axis else f'the {name}'} before"
        elif isinstance(size, Term) and size.name and not size.operator:
            text = f"{size.name} = {int(size)}"
        else:
            text = equation(size)
        parts.setdefault(text, []).append(axis)
    text = "; ".join(f"{' = '.join(names)} = {what}" for what, names in parts.items())
    if row.layer is not None and row.layer.merges_dimensions:
        origins = [
            origin(row.trail, row.inputs[0], row.input_shapes[0], axis) for axis in range(len(row.input_shapes[0]))
        ]
        text += " (" + ", ".join(dict.fromkeys(filter(None, origins))) + ")"
    return text


def origin(trail: Mapping[str, Step], name: str, shape: Shape, axis: int) -> str:
    """Where a size comes from: `16 filters of conv2`, `8 = 32/2/2`, `6 = output_size of avgpool`.

    Args:
        trail: the steps by the rows' names.
        name: the row whose output has the size, or `input`.
        shape: that output's shape.
        axis: which of its dimensions.
    """
    wanted = shape[axis]
    what = _axes(shape)[axis]
    steps: list[tuple[str, int]] = []  # what was done to the size found at the end of the way back, last step first
    while (step := trail.get(name)) is not None:
        layer, sources, shapes, _ = step
        if layer is None:
            break
        _, inputs, output = _on_terms(layer, shapes)
        size = output[axis]
        kept = next(((k, j) for k, found in enumerate(inputs) for j, one in enumerate(found) if one is size), None)
        if kept is not None:
            name, axis = sources[kept[0]], kept[1]
            continue
        if not isinstance(size, Term) or not size.operator:
            argument = size.name if isinstance(size, Term) else ""
            if argument == "out_channels":
                return _told(wanted, steps, size, f"{int(size)} {_counted(size, 'filter')} of {name}")
            return _told(wanted, steps, size, f"{int(size)} = {argument or 'size'} of {name}")
        before = shapes[0]
        done = _step(before[axis], size) if len(before) == len(output) and axis > 0 else None
        if done is None:
            return _told(wanted, steps, size, f"{int(size)} = {size.numbers()} in {name}")
        if done[1]:
            steps.append(done)
        name = sources[0]
    source = "the input" if step is None else name
    if steps:
        found = step[3][axis] if step is not None else _undone(wanted, steps)
        return _told(wanted, steps, found, "" if step is None else f"{found} = {what} of {source}")
    if what == "channels":
        return f"{wanted} {_counted(wanted, 'channel')} of {source}"
    return f"{wanted} = {what} of {source}"


def _told(wanted: int, steps: Sequence[tuple[str, int]], found: int, source: str) -> str:
    """`5 = ((32 − 4)/2 − 4)/2` of the size found and the steps that follow, with the source of the size found."""
    if not steps:
        return source
    value: int = Term(int(found))
    for sign, amount in reversed(steps):
        value = _APPLY[sign](value, amount)
    told = f"{wanted} = {value.numbers() if isinstance(value, Term) else value}"
    return f"{told} with {source}" if source else told


def _undone(size: int, steps: Sequence[tuple[str, int]]) -> int:
    """The size before the steps."""
    inverse = {"/": operator.mul, "−": operator.add, "+": operator.sub, "·": operator.floordiv}
    for sign, amount in steps:
        size = inverse[sign](size, amount)
    return size


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


_APPLY: Final[dict[str, Callable[[int, int], int]]] = {
    "/": divided_exactly,
    "−": operator.sub,
    "+": operator.add,
    "·": operator.mul,
}


def _step(before: int, size: Term) -> tuple[str, int] | None:
    """The simple operation that a layer's formula comes to, None where only the formula itself would do.

    A window of stride 1 adds or takes away; one of a larger stride divides, where that comes out even.
    """
    stride = next((int(part.operands[1]) for part in _parts(size) if part.operator in ("⌊/⌋", "⌈/⌉")), None)
    if stride is None:
        return ("·", size // before) if size.operator == "·" and size % before == 0 else None
    if stride > 1:
        return ("/", stride) if before == int(size) * stride else None
    difference = int(size) - before
    return ("+", difference) if difference > 0 else ("−", -difference)


def _parts(value: float) -> Iterator[Term]:
    if isinstance(value, Term) and value.operator:
        yield value
        for operand in value.operands:
            yield from _parts(operand)
