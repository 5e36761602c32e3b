"""Questions backwards: which window gives this size, what keeps a size, which picture fits this Linear."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, NamedTuple

from cnnshapes import arithmetic
from cnnshapes.design import INPUT, Design, Node, free_name
from cnnshapes.errors import Edit, InputError, ShapeError
from cnnshapes.layers.base import LAYERS, Layer, Shape
from cnnshapes.layers.pooling import Pool
from cnnshapes.layers.windows import Window, uniform
from cnnshapes.term import Term, divided_up, equation

# ---- windows --------------------------------------------------------------------------------------------------------

KERNELS: Final = range(1, 12)
STRIDES: Final = range(1, 9)
DILATIONS: Final = range(1, 5)


class Setting(NamedTuple):
    """A window along one axis.

    Attributes:
        kernel_size, stride, padding, dilation: as torch has them.
        dropped: input positions at the far end that no window reaches.
    """

    kernel_size: int
    stride: int
    padding: int
    dilation: int
    dropped: int

    def formula(self, size: int) -> str:
        """What it makes of a size, with the numbers put in: `⌊(32 − 3 + 2·1) / 2⌋ + 1 = 16`."""
        kernel, stride, padding, dilation = map(Term, self[:4])
        return equation(arithmetic.window(Term(size), kernel, stride, 2 * padding, dilation))

    def __str__(self) -> str:
        """As one writes it: `kernel_size=3, stride=2, padding=1`."""
        parts = [f"kernel_size={self.kernel_size}", f"stride={self.stride}", f"padding={self.padding}"]
        return ", ".join(parts + ([f"dilation={self.dilation}"] if self.dilation != 1 else []))


def settings(size: int, wanted: int, *, pooling: bool = False) -> list[Setting]:
    """All windows that take one size to another, the plainest first.

    Kernels up to 11, strides up to 8, dilations up to 4 are tried, with paddings up to the window itself, or for a
    pooling up to half of the kernel, as torch allows. A kernel of 1 is left undilated.

    Args:
        size: positions of the input along an axis.
        wanted: positions of the output.
        pooling: whether the window is a pooling's.

    Raises:
        InputError: a size is less than 1.
    """
    if size < 1 or wanted < 1:
        raise InputError("both sizes should be 1 or more")
    found = []
    for kernel, stride, dilation in itertools.product(KERNELS, STRIDES, DILATIONS):
        if (kernel == 1 and dilation > 1) or (wanted == 1 and stride > max(1, kernel)):
            continue
        span = arithmetic.span(kernel, dilation)
        most = kernel // 2 if pooling else span - 1
        for padding in range(most + 1):
            if size + 2 * padding >= span and arithmetic.window(size, kernel, stride, 2 * padding, dilation) == wanted:
                lost = arithmetic.dropped(size, kernel, stride, 2 * padding, padding, dilation)
                found.append(Setting(kernel, stride, padding, dilation, lost))
    return sorted(found, key=_plainness)


def _plainness(setting: Setting) -> tuple[Any, ...]:
    """Windows that everyone would write first come first."""
    kernel, stride, padding, dilation, dropped = setting
    usual = kernel in (1, 2, 3, 5, 7, 11) and stride in (1, 2, 4)
    centred = 2 * padding in (0, dilation * (kernel - 1))
    return (
        dilation != 1,
        dropped > 0,
        stride > kernel,
        not usual,
        not centred,
        kernel not in (3, 2),
        kernel,
        stride,
        padding,
    )


def settings_of(layer: Window, size: int, wanted: int) -> list[Setting]:
    """Those of the windows that a layer can be: not every pooling of torch has a padding or a dilation.

    Raises:
        InputError: a size is less than 1.
    """
    known = layer.arguments()
    return [
        setting
        for setting in settings(size, wanted, pooling=isinstance(layer, Pool))
        if (setting.padding == 0 or "padding" in known) and (setting.dilation == 1 or "dilation" in known)
    ]


def setting_edits(node: Node, axes: Sequence[Setting]) -> tuple[Edit, ...]:
    """What makes a window layer slide like this, with a setting for each spatial axis; its ceil_mode is left off."""
    known = node.layer.arguments()
    fields = [field for field in Setting._fields if field in known]
    edits = [Edit(field, uniform([getattr(setting, field) for setting in axes]), node.name) for field in fields]
    return (*edits, *([Edit("ceil_mode", False, node.name)] if getattr(node.layer, "ceil_mode", False) else []))


# ---- same padding ---------------------------------------------------------------------------------------------------


class Same(NamedTuple):
    """What keeps a size.

    Attributes:
        padding: torch's argument; None where no equal padding of both ends does.
        before, after: what has to be added at the two ends.
        size: what comes out.
        formula: what both ends get together, with the numbers put in; nothing is added where it is negative.
        why: a sentence where `padding` is None, "" where not.
    """

    padding: int | None
    before: int
    after: int
    size: int
    formula: str
    why: str


def same_padding(size: int, kernel_size: int, stride: int = 1, dilation: int = 1) -> Same:
    """The padding by which a window gives ⌈size / stride⌉ positions, as "same" means it.

    Larger strides than 1 always have one, as the floor drops what is too much; TensorFlow then adds `before` and
    `after` nevertheless, so that its windows stand elsewhere.

    Source: D·(F − 1) zeros at stride 1 [torch Conv2d]; (⌈W/S⌉ − 1)·S + D·(F − 1) + 1 − W at others [TensorFlow's SAME].

    Raises:
        InputError: a number is less than 1.
    """
    if min(size, kernel_size, stride, dilation) < 1:
        raise InputError("size, kernel_size, stride and dilation should be 1 or more")
    needed = _added(*map(Term, (size, kernel_size, stride, dilation)))
    wanted = -(-size // stride)
    both = max(0, int(needed))
    before, after = both // 2, both - both // 2
    span = arithmetic.span(kernel_size, dilation)
    for padding in (before, after):
        if size + 2 * padding >= span and arithmetic.window(size, kernel_size, stride, 2 * padding, dilation) == wanted:
            return Same(padding, before, after, wanted, equation(needed), "")
    why = (
        f"it takes {before} at the near end and {after} at the far one, which no padding of both ends alike gives; "
        'padding="same" of a convolution does, or a ZeroPad before the layer'
    )
    return Same(None, before, after, wanted, equation(needed), why)


def _added(size: int, kernel_size: int, stride: int, dilation: int) -> int:
    if stride == 1:
        return arithmetic.same_padding(kernel_size, dilation)
    return (divided_up(size, stride) - 1) * stride + arithmetic.span(kernel_size, dilation) - size


def with_same_padding(
    design: Design,
    name: str,
    size: Shape,
    *,
    kernel_size: int,
    stride: int = 1,
    dilation: int = 1,
    like_tensorflow: bool = False,
) -> Design:
    """A design whose window layer of this name gives ⌈size / stride⌉ positions along each axis.

    It gets a padding where one does; else a convolution gets "same", and a pooling a ZeroPad before it.

    Args:
        design: the network.
        name: a convolution or a pooling in it.
        size: what reaches the layer along each spatial axis.
        kernel_size: of the window, along all axes.
        stride: of the window.
        dilation: of the window; left out where a pooling has none.
        like_tensorflow: a ZeroPad wherever the two ends do not get the same, so that windows stand as TensorFlow's.

    Raises:
        DesignError: there is no such node.
        InputError: a number is less than 1.
    """
    node = design[name]
    dilation = dilation if "dilation" in node.layer.arguments() else 1
    axes = [same_padding(along, kernel_size, stride, dilation) for along in size]
    pooling = isinstance(node.layer, Pool)
    uneven = like_tensorflow and any(one.before != one.after for one in axes)
    paddings = [one.padding for one in axes if one.padding is not None and not uneven]
    most = kernel_size // 2 if pooling else max(one.after for one in axes)
    if "padding" not in node.layer.arguments():
        most = 0
    if len(paddings) == len(axes) and max(paddings) <= most:
        return design.with_edits(_sliding(node, kernel_size, stride, dilation, paddings))
    changed = design.with_edits(_sliding(node, kernel_size, stride, dilation, [0] * len(axes)))
    if stride == 1 and not pooling:
        return changed.with_edits([Edit("padding", "same", name)])
    ends = [end for one in reversed(axes) for end in (one.before, one.after)]
    made: Any = LAYERS[f"ZeroPad{len(axes)}d"]
    return _with_before(changed, name, made(tuple(ends)))


def _sliding(node: Node, kernel_size: int, stride: int, dilation: int, paddings: Sequence[int]) -> tuple[Edit, ...]:
    return setting_edits(node, [Setting(kernel_size, stride, padding, dilation, 0) for padding in paddings])


def _with_before(design: Design, name: str, layer: Layer) -> Design:
    """The design with a layer between a node and what it reads; other readers of that are left as they are."""
    at = design.index(name)
    node = design.nodes[at]
    new = Node(free_name(layer, {each.name for each in design}), layer, node.inputs)
    return replace(design, nodes=(*design.nodes[:at], new, replace(node, inputs=(new.name,)), *design.nodes[at + 1 :]))


# ---- inputs ---------------------------------------------------------------------------------------------------------

LARGEST: Final = 512
"""Sides of pictures are tried one by one up to this."""
FARTHEST: Final = 8192
"""The largest side that is found by halving, where more features are asked for than those give."""


class Inputs(NamedTuple):
    """The square inputs for which a Linear is reached by a number of features.

    Attributes:
        fitting: their shapes, the smallest first.
        below, above: where none fits, the nearest numbers of features that some square input gives.
    """

    fitting: tuple[Shape, ...]
    below: int | None = None
    above: int | None = None


def input_sizes(design: Design, node: str, features: int, largest: int = LARGEST) -> Inputs:
    """The square inputs for which a Linear of a design is reached by so many features.

    Args:
        design: the network; `in_features` of the Linear itself are not looked at.
        node: the Linear.
        features: how many should reach it.
        largest: the largest side tried one by one; a network that reads a vector is not bound by it.

    Raises:
        DesignError: there is no such node.
    """
    at = design.index(node)
    source = design.nodes[at].inputs[0]
    if source == INPUT and len(design.input_shape) == 1:
        return Inputs(((features,),))
    before = _before(design, source)
    found = dict(_reaching(before, source, largest))
    if found and features > max(found) and len(design.input_shape) > 1:
        found |= _beyond(before, source, features, largest)
    if features in found:
        return Inputs(found[features])
    below = max((number for number in found if number < features), default=None)
    return Inputs((), below, min((number for number in found if number > features), default=None))


@lru_cache(maxsize=16)
def _reaching(design: Design, node: str, largest: int) -> dict[int, tuple[Shape, ...]]:
    """The square inputs by the features that a node gives for them; those for which it gives a map are left out."""
    channels, *sides = design.input_shape
    if not sides:
        tried: list[Shape] = [design.input_shape]
    else:
        tried = [(channels, *(side,) * len(sides)) for side in range(1, largest + 1)]
    found: dict[int, tuple[Shape, ...]] = {}
    for shape in tried:
        try:
            output = _output(design, node, shape)
        except ShapeError:
            continue
        if len(output) == 1:
            found[output[0]] = (*found.get(output[0], ()), shape)
    return found


def _beyond(design: Design, node: str, features: int, largest: int) -> dict[int, tuple[Shape, ...]]:
    """The square inputs around so many features, above the largest side tried one by one: more pixels give no fewer."""
    channels, *sides = design.input_shape

    def given(side: int) -> int:
        try:
            output = _output(design, node, (channels, *(side,) * len(sides)))
        except ShapeError:
            return 0
        return output[0] if len(output) == 1 else 0

    span = range(largest, FARTHEST + 1)
    first = largest + bisect_left(span, features, key=given)
    last = largest + bisect_right(span, features, key=given)
    found: dict[int, tuple[Shape, ...]] = {}
    for side in range(first - 1, min(last, FARTHEST) + 1):
        found[given(side)] = (*found.get(given(side), ()), (channels, *(side,) * len(sides)))
    return found


def _output(design: Design, node: str, shape: Shape) -> Shape:
    """What a node gives for an input; shapes alone, which takes a third of the time of whole rows."""
    shapes = {INPUT: shape}
    for each in design:
        shapes[each.name] = each.layer.output_shape(*[shapes[source] for source in each.inputs])
    return shapes[node]


def _before(design: Design, node: str) -> Design:
    """The part of a design that a node follows from, itself included."""
    needed = {node}
    for each in reversed(design.nodes):
        if each.name in needed:
            needed.update(each.inputs)
    return replace(design, nodes=tuple(each for each in design if each.name in needed))
