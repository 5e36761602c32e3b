"""A row in words: its formulas with the numbers put in, by running the layer's own code on terms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from cnnshapes import arithmetic
from cnnshapes.layers.base import AXES, Layer, Shape, written
from cnnshapes.term import Term, divided_exactly, equation

if TYPE_CHECKING:
    from cnnshapes.report import Row


def formulas(row: Row) -> dict[str, str]:
    """What was computed, by quantity: `shape`, then `parameters` and `MACs` where there are any, then `note`s.

    `{"shape": "channels = out_channels = 6; height = width = ⌊(32 − 5 + 2·0) / 1⌋ + 1 = 28", …}`
    """
    if row.layer is None:
        return {"shape": f"{written(row.output_shape)}, as torch says; there is no formula for {row.kind} here"}
    layer, inputs, output = _on_terms(row.layer, row.input_shapes)
    result = {"shape": _shape_text(row, inputs, output)}
    weights = layer.weights(*inputs)
    if weights:
        counts = [arithmetic.product(reversed(shape)) for shape in weights.values()]
        result["parameters"] = equation(arithmetic.total(counts))
    macs = layer.macs(_leaves(row.output_shape), *inputs)
    if macs:
        result["MACs"] = equation(macs)
    remarks = [*row.layer.remarks(*row.input_shapes), *row.notes]
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
    kept = {id(size) for shape in inputs for size in shape}
    if all(id(size) in kept for size in output) and len(output) == len(inputs[0]):
        return f"{written(output)}, as its input"
    parts: dict[str, list[str]] = {}  # what an axis equals -> the axes that equal it
    for axis, size in zip(_axes(output), output, strict=True):
        if id(size) in kept:
            text = f"{int(size)}, as before"
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


def origin(trail: Mapping[str, Row], name: str, shape: Shape, axis: int) -> str:
    """Where a size comes from: `16 filters of conv2`, `8 = 32/2/2`; empty where there is nothing to tell.

    Args:
        trail: the rows by name.
        name: the row whose output has the size, or `input`.
        shape: that output's shape.
        axis: which of its dimensions.
    """
    steps = [shape[axis]]
    wanted = shape[axis]
    source = "the input"
    while (row := trail.get(name)) is not None and row.layer is not None:
        _, inputs, output = _on_terms(row.layer, row.input_shapes)
        size = output[axis]
        at = next(
            ((k, j) for k, found in enumerate(inputs) for j, other in enumerate(found) if other is size),
            None,
        )
        if at is not None:
            name, axis = row.inputs[at[0]], at[1]
            continue
        if not isinstance(size, Term) or not size.operator:
            source = row.name
            if isinstance(size, Term) and size.name == "out_channels":
                return f"{wanted} filters of {row.name}" if len(steps) == 1 else f"{_chained(steps)}, of {row.name}"
            break
        before = row.input_shapes[0]
        if len(before) != len(output) or axis == 0 or _step(before[axis], steps[-1]) is None:
            source = row.name
            break
        if before[axis] != steps[-1]:
            steps.append(before[axis])
        name = row.inputs[0]
    else:
        source = "the input" if row is None else name
    if len(steps) == 1:
        what = _axes(shape)[axis] if len(shape) > 1 else "features"
        return f"{wanted} {what if what != 'channels' else 'channels'} of {source}"
    return f"{wanted} = {_chained(steps)}" + ("" if source == "the input" else f" from {steps[-1]} of {source}")


def _chained(steps: Sequence[int]) -> str:
    """`32/2/2` of the sizes 8, 16, 32."""
    value: int = Term(steps[-1])
    for before, after in zip(reversed(steps[1:]), reversed(steps[:-1]), strict=True):
        sign, amount = _step(before, after) or ("−", before - after)
        value = _APPLY[sign](value, amount)
    return value.numbers() if isinstance(value, Term) else str(value)


_APPLY: Final[dict[str, Callable[[int, int], int]]] = {
    "/": divided_exactly,
    "⌊": operator.floordiv,
    "−": operator.sub,
    "+": operator.add,
    "·": operator.mul,
}


def _step(before: int, after: int) -> tuple[str, int] | None:
    """The simplest operation that leads from one size to the next, None where only the formula would do."""
    if before % after == 0:
        return "/", before // after
    ratio = round(before / after)
    if ratio >= 2 and before // ratio == after:
        return "⌊", ratio
    if ratio == 1 and after < before:
        return "−", before - after
    if after % before == 0:
        return "·", after // before
    return ("+", after - before) if ratio <= 1 and after - before < before else None
