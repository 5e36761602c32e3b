"""Which repairs of an error really mend the network, found by computing it with each of them."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cnnshapes.design import INPUT, Design
from cnnshapes.errors import CnnshapesError, Edit, Repair, ShapeError, WindowError
from cnnshapes.layers.base import Layer, Shape, sizes_text, written
from cnnshapes.layers.convolution import TransposedConvolution
from cnnshapes.layers.windows import Window, uniform

FOLLOWING = 6
"""How many nodes further down may have to be mended along."""
AGAIN = 3
"""How many of them a second repair of the same node counts for."""
OFFERED = 4
"""How many repairs an error offers at most."""
HALVED = (2, 4, 8, 16, 32, 64)
"""What the sizes of an input may have to be multiples of."""
NAMED = 4
"""How many nodes the text of a repair that is the same at each of them names."""

Compute = Callable[[Design], dict[str, Shape]]


def working(design: Design, error: ShapeError, compute: Compute) -> tuple[Repair, ...]:
    """The repairs of an error with which the whole network computes, edits of later nodes included, fewest edits first.

    Args:
        design: the network that failed.
        error: what it failed with, located at a node.
        compute: gives the output shape of every node, or raises ShapeError.
    """
    found: list[Repair] = []
    above = (_upstream(design, error), _widened(design, error, compute), _evened(design, error, compute))
    for candidate in itertools.chain(_unbatched(design, error), _at_node(error), *above):
        chain = _followed_through(design, candidate, error.node, compute, FOLLOWING)
        repair = _joined(chain, error.node) if chain else None
        if repair is not None and repair.edits not in [known.edits for known in found]:
            found.append(repair)
        if len(found) == OFFERED:
            break
    return tuple(sorted(found, key=changes))


def changes(repair: Repair) -> int:
    """How many arguments a repair changes; a layer that was forgotten is none."""
    return sum(not edit.inserts for edit in repair.edits)


def _at_node(error: ShapeError) -> list[Repair]:
    return [
        Repair(repair.text, tuple(replace(edit, node=edit.node or error.node) for edit in repair.edits))
        for repair in error.offered
    ]


def _followed_through(
    design: Design, repair: Repair, node: str, compute: Compute, depth: int
) -> tuple[Repair, ...] | None:
    """The repair and what it makes necessary, at the same node and further down; None where it does not work out.

    A block that is repeated has its mistake each time, so that its repair at a later one counts for nothing.
    """
    try:
        mended = design.with_edits(repair.edits)
        compute(mended)
    except ShapeError as error:
        left = depth - (AGAIN if error.node == node else 1)
        if design.index(error.node) < design.index(node):
            return None
        again = [
            step
            for step in _upstream(mended, error)
            if error.node != node and _is_same(step, repair) and mended.with_edits(step.edits) != mended
        ]
        onward = [(step, depth) for step in again[:1]] + [(step, left) for step in _at_node(error) if left >= 0]
        for step, further in onward:
            rest = _followed_through(mended, step, error.node, compute, further)
            if rest is not None:
                later = {(edit.node, edit.field) for step in rest for edit in step.edits}
                undone = all((edit.node, edit.field) in later for edit in repair.edits)
                return rest if undone else (repair, *rest)
        return None
    except CnnshapesError:
        return None
    return (repair,)


def _is_same(repair: Repair, other: Repair) -> bool:
    """Whether two repairs set the same arguments to the same values, at whatever nodes."""
    changes, others = ([(edit.field, edit.value) for edit in each.edits] for each in (repair, other))
    return changes == others


def _joined(chain: Sequence[Repair], node: str) -> Repair:
    """Repairs that belong together as one: `padding ≥ 1 with in_features = 8 at fc1`, `padding = 1 at each of a, b`."""
    first, *rest = chain
    alike = [step for step in rest if first.edits[0].node != node and _is_same(step, first)]
    if alike:
        rest = [step for step in rest if step not in alike]
        names = [step.edits[0].node for step in (first, *alike)]
        few, more = ", ".join(names[:NAMED]), len(names) - NAMED
        where = f"{few} and {more} more" if more > 0 else few
        change = first.text.removesuffix(f" at {names[0]}")
        first = Repair(f"{change} at each of {where}", first.edits)
    texts = [step.text + (f" at {where}" if (where := step.edits[0].node) != node else "") for step in rest]
    text = first.text + (f" with {' and '.join(texts)}" if texts else "")
    return Repair(text, tuple(edit for step in chain for edit in step.edits))


def _upstream(design: Design, error: ShapeError) -> Iterator[Repair]:
    """Edits of the nodes that feed a merge whose inputs do not fit together, or a layer that takes another shape."""
    node = design[error.node]
    if error.report is None:
        return
    shapes = _shapes(design, error)
    if node.layer.arity is not None:
        if error.fits:
            yield from _towards(design, node.inputs[0], shapes, error.fits)
        return
    wanted = {shapes[source] for source in node.inputs}
    for source in reversed(node.inputs):
        found = shapes[source]
        sizes = {(*found[:1], *target[1:]) for target in wanted}  # a concatenation takes any number of channels
        for target in sorted((wanted | sizes) - {found}):
            yield from _towards(design, source, shapes, target)


def _shapes(design: Design, error: ShapeError) -> dict[str, Shape]:
    """The shapes of the input and of all that computed."""
    return {INPUT: design.input_shape, **{row.name: row.output_shape for row in error.report or ()}}


def _unbatched(design: Design, error: ShapeError) -> Iterator[Repair]:
    """The input without its first dimension, which may be a batch, where a layer that reads it refuses it."""
    _, *shape = design.input_shape
    if shape and INPUT in design[error.node].inputs:
        yield Repair(f"an input of {written(shape)}, without the batch", (Edit("input_shape", tuple(shape), INPUT),))


def _evened(design: Design, error: ShapeError, compute: Compute) -> Iterator[Repair]:
    """The next input whose sizes halve as often as they are halved, where those that a merge reads differ."""
    node = design[error.node]
    shapes = _shapes(design, error)
    if node.layer.arity is not None or len({shapes[source][1:] for source in node.inputs}) < 2:
        return
    channels, *sizes = design.input_shape
    for times in HALVED:
        counts = [-(-size // times) for size in sizes]
        try:
            compute(design.with_input((channels, *(times * (count | 1) for count in counts))))  # of no more than that
        except CnnshapesError:
            continue
        even = (channels, *(times * count for count in counts))
        yield Repair(f"an input of {written(even)}, multiples of {times}", (Edit("input_shape", even, INPUT),))
        return


def _towards(design: Design, source: str, shapes: dict[str, Shape], target: Shape) -> Iterator[Repair]:
    """Single edits, on the way that leads to `source`, that may give it the shape `target`."""
    found = shapes[source]
    if len(found) != len(target):
        return
    for name, layer in _way_back(design, source):
        arguments = layer.arguments()
        width = next((field for field in ("out_channels", "out_features") if field in arguments), "")
        if width and found[0] != target[0]:
            if found[1:] == target[1:]:
                yield _edit(name, width, target[0])
            return
        if isinstance(layer, TransposedConvolution):
            for padding in range(1, max(layer.each("stride"))):  # what an odd size lost on the way down
                yield _edit(name, "output_padding", padding)
        if isinstance(layer, Window) and found[0] == target[0]:
            reach = max(layer.geometry.kernel_size)
            for stride in range(1, 5):
                yield _edit(name, "stride", stride)
            if "padding" in arguments:
                for padding in range(reach):
                    yield _edit(name, "padding", padding)
            return


def _widened(design: Design, error: ShapeError, compute: Compute) -> Iterator[Repair]:
    """The window above that shrank the map most, and the one that does not fit, no larger than lets all fit."""
    if error.report is None or not isinstance(error, WindowError):
        return
    windows = {name: layer for name, layer in _way_back(design, error.node) if isinstance(layer, Window)}
    shrunk = {row.name: _shrunk(row.input_shapes[0], row.output_shape) for row in error.report if row.name in windows}
    most = max(shrunk.values(), default=1)
    for name in (*[name for name, times in shrunk.items() if times == most > 1][-1:], error.node):
        for field in ("kernel_size", "stride"):
            for edit in _largest(design, name, windows[name], field, compute):
                where = f" at {name}" if name != error.node else ""
                yield Repair(f"{field} ≤ {sizes_text(edit.value)}{where}", (edit,))


def _shrunk(before: Shape, after: Shape) -> float:
    """How many times smaller a map became, along the axis where it lost most."""
    return max(size / left for size, left in zip(before[1:], after[1:], strict=True))


def _largest(design: Design, name: str, layer: Window, field: str, compute: Compute) -> Iterator[Edit]:
    """The largest value below the present one with which every window fits, by bisection, as maps shrink with it."""
    if getattr(layer, field) is None:
        return
    now = layer.each(field)

    def edit(value: int) -> Edit:
        return Edit(field, uniform([min(value, size) for size in now]), name)

    def misfits(value: int) -> bool:
        try:
            compute(design.with_edits([edit(value)]))
        except WindowError:
            return True
        except CnnshapesError:
            pass  # something else, which may have a repair of its own
        return False

    least = 2 if field == "kernel_size" else 1  # a window of 1 sees no neighbour: it is none
    if fitting := bisect_left(range(least, max(now)), True, key=misfits):
        yield edit(least + fitting - 1)


def _way_back(design: Design, name: str) -> Iterator[tuple[str, Layer]]:
    while name != INPUT:
        node = design[name]
        yield name, node.layer
        name = node.inputs[0]


def _edit(node: str, field: str, value: int) -> Repair:
    return Repair(f"{field} = {value} at {node}", (Edit(field, value, node),))
