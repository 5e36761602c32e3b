"""Rows of a design made into a block with branches: a residual connection, or an inception of parallel windows.

residual(design, first, last) -> Block    a shortcut past rows that stand one behind the other, added to what they give
inception(design, name) -> Block          a convolution shared out among parallel windows, put together by a Concat
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, Final, NamedTuple

from cnnshapes import arithmetic
from cnnshapes.design import INPUT, Design, Node, free_name
from cnnshapes.errors import InputError, ShapeError
from cnnshapes.layers.base import LAYERS, Layer, Shape, written
from cnnshapes.layers.convolution import Convolution
from cnnshapes.layers.linear import Linear
from cnnshapes.layers.merging import Add, Concat
from cnnshapes.layers.windows import Window, uniform
from cnnshapes.report import rows

KERNELS: Final = (1, 3, 5)
"""The windows of an inception beside its pooling [Szegedy et al. 2014, Going deeper with convolutions]."""


class Block(NamedTuple):
    """A design with rows made into a block.

    Attributes:
        design: the network.
        join: the node where the branches meet.
        made: a sentence for each thing that was done.
    """

    design: Design
    join: str
    made: tuple[str, ...]


def residual(design: Design, first: str, last: str = "") -> Block:
    """A shortcut from what `first` reads to behind `last`, where both are added.

    Where the rows change the channels or divide the size, the shortcut is a 1×1 convolution with the stride that does
    the same, or a Linear between vectors [He et al. 2015, option B]. Where the rows lose their border, their padding is
    set so that they do not.

    Raises:
        DesignError: there is no such node.
        InputError: the rows do not lead from one place to another, or no shortcut gives the same size; says why.
    """
    last = last or first
    inside = _stretch(design, first, last)
    entry = inside[0].inputs[0]
    start = _shapes(design, entry)
    for changed, done in _sized(design, inside):
        found = _shortcut(start, _shapes(changed, last))
        if found is None:
            continue
        layers, told = found
        taken = {node.name for node in design}
        added = [Node(_free("shortcut", taken), layer, (entry,)) for layer in layers]
        join = Node(free_name(Add(), taken), Add(), (last, *([node.name for node in added] or [entry])))
        return Block(_joined(changed, last, [*added, join]), join.name, (*done, told))
    raise InputError(
        f"{first if first == last else f'{first} to {last}'} makes {written(_shapes(design, last))} of "
        f"{written(start)}, and no 1×1 convolution with a stride does the same"
    )


def inception(design: Design, name: str) -> Block:
    """A convolution beside 1×1, 3×3 and 5×5 ones and a pooling with a 1×1, put together by a Concat.

    The windows that the convolution is not itself are added, each with the same share of its channels; the rest stays
    with it, so that what follows gets the shape it got. A convolution that loses its border is padded.

    Raises:
        DesignError: there is no such node.
        InputError: it is no plain convolution, has too few channels to share, or a window of even size.
    """
    layer = design[name].layer
    if not isinstance(layer, Convolution) or layer.kind not in ("Conv1d", "Conv2d", "Conv3d") or layer.groups > 1:
        raise InputError(f"{name} is a {layer.kind}; an inception is made of a convolution without groups")
    inside = _stretch(design, name, name)
    start = _shapes(design, inside[0].inputs[0])
    others = [kernel for kernel in KERNELS if set(layer.geometry.kernel_size) != {kernel}]
    branches = len(others) + 2
    share = layer.out_channels // branches
    if not share:
        raise InputError(f"{name} has {layer.out_channels} channels to share among {branches} branches; give it more")
    kept = layer.out_channels - share * (branches - 1)
    for changed, done in _sized(design, inside):
        shared = changed.with_layer(name, changed[name].layer.with_arguments(out_channels=kept))
        added = _branches(shared, name, others, share)
        block = Block(
            _joined(shared, name, added),
            added[-1].name,
            (*done, f"{branches} branches: {kept} channels from {name}, {share} from each of the others"),
        )
        try:
            _shapes(block.design, block.join)
        except InputError:
            continue
        return block
    raise InputError(
        f"{name} makes {written(_shapes(design, name)[1:])} of {written(start[1:])}, and the other windows do not; "
        "give it a kernel of odd size"
    )


def _branches(design: Design, name: str, others: Sequence[int], share: int) -> list[Node]:
    """The nodes that stand beside a convolution, with its stride, and the Concat of all ends."""
    node = design[name]
    conv, pool = LAYERS[node.layer.kind], LAYERS[node.layer.kind.replace("Conv", "MaxPool")]
    stride = node.layer.stride  # type: ignore[attr-defined]
    added: list[Node] = []

    def add(layer: Layer, *inputs: str) -> str:
        added.append(Node(free_name(layer, {one.name for one in (*design, *added)}), layer, inputs))
        return added[-1].name

    def window(kind: Any, kernel: int, stride: Any, **more: int) -> Layer:
        layer: Layer = kind(**more, kernel_size=kernel, stride=stride, padding=arithmetic.same_padding(kernel, 1) // 2)
        return layer

    ends = [add(window(conv, kernel, stride, out_channels=share), *node.inputs) for kernel in others]
    pooled = add(window(pool, 3, stride), *node.inputs)
    ends.append(add(window(conv, 1, 1, out_channels=share), pooled))
    add(Concat(), name, *ends)
    return added


def _stretch(design: Design, first: str, last: str) -> list[Node]:
    """The nodes from one to another, where what goes in and what comes out does so in one place.

    Raises:
        InputError: it does not.
    """
    start, end = design.index(first), design.index(last)
    if end < start:
        raise InputError(f"{last} stands before {first}; name the upper row first")
    inside = list(design.nodes[start : end + 1])
    names = {node.name for node in inside}
    if len(inside[0].inputs) > 1:
        raise InputError(f"{first} reads {len(inside[0].inputs)} rows; a block begins where one is read")
    for node in inside[1:]:
        foreign = [source for source in node.inputs if source not in names and source != inside[0].inputs[0]]
        if foreign:
            raise InputError(f"{node.name} reads {foreign[0]}, which is outside of {first} to {last}")
    for node in design.nodes[end + 1 :]:
        leaking = [source for source in node.inputs if source in names - {last}]
        if leaking:
            raise InputError(f"{node.name} reads {leaking[0]}, which is inside of {first} to {last}")
    return inside


def _shapes(design: Design, name: str) -> Shape:
    """What a node gives, or the input.

    Raises:
        InputError: the node cannot be computed.
    """
    if name == INPUT:
        return design.input_shape
    try:
        for row in rows(design):
            if row.name == name:
                return row.output_shape
    except ShapeError as error:
        raise InputError(f"{error.node} cannot be computed yet; mend it first") from error
    raise AssertionError(name)


def _sized(design: Design, inside: Sequence[Node]) -> Iterator[tuple[Design, tuple[str, ...]]]:
    """The design as it is, and with its windows of odd size padded so that only their stride changes a size."""
    yield design, ()
    done = []
    for node in inside:
        layer = node.layer
        if not isinstance(layer, Window) or "padding" not in layer.arguments() or layer.geometry.ceil_mode:
            continue
        reach = layer.reach
        if any(span % 2 == 0 for span in reach):
            continue
        padding = uniform([arithmetic.same_padding(span, 1) // 2 for span in reach])
        if uniform(layer.geometry.before) != padding:
            design = design.with_layer(node.name, layer.with_arguments(padding=padding))
            done.append(f"padding = {padding} at {node.name} keeps the border")
    if done:
        yield design, tuple(done)


def _shortcut(start: Shape, end: Shape) -> tuple[tuple[Layer, ...], str] | None:
    """The layers that take one shape to another on a shortcut, none where they are alike, and how to say it."""
    if start == end:
        return (), "the shortcut is the input itself"
    if len(start) != len(end):
        return None
    if len(start) == 1:
        return (Linear(out_features=end[0]),), f"the shortcut is a Linear to {end[0]} features"
    strides = [_stride(size, wanted) for size, wanted in zip(start[1:], end[1:], strict=True)]
    if not all(strides):
        return None
    stride = uniform([found for found in strides if found])
    conv: Any = LAYERS[f"Conv{len(end) - 1}d"]
    by = "" if stride == 1 else f" and stride {stride}"
    told = f"the shortcut is a 1×1 convolution to {end[0]} channels{by}"
    return (conv(out_channels=end[0], kernel_size=1, stride=stride),), told


def _stride(size: int, wanted: int) -> int | None:
    """The smallest stride by which a window of 1 gives so many positions."""
    found = next((stride for stride in range(1, size + 1) if arithmetic.window(size, 1, stride, 0, 1) <= wanted), None)
    return found if found and arithmetic.window(size, 1, found, 0, 1) == wanted else None


def _joined(design: Design, last: str, added: Sequence[Node]) -> Design:
    """The design with nodes behind `last`; what read `last` reads the last of them."""
    at = design.index(last) + 1
    join = added[-1].name
    behind = [
        replace(node, inputs=tuple(join if source == last else source for source in node.inputs))
        for node in design.nodes[at:]
    ]
    return Design(design.name, design.input_shape, (*design.nodes[:at], *added, *behind))


def _free(word: str, taken: set[str]) -> str:
    return next(name for number in count(1) if (name := f"{word}{number}") not in taken)
