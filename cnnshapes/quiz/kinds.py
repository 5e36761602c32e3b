"""The kinds of questions: what each hides in a row, why it is so, and what its slips would give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cnnshapes import arithmetic
from cnnshapes.by_hand import size_formula
from cnnshapes.design import INPUT
from cnnshapes.errors import ShapeError
from cnnshapes.layers import BatchNorm1d, BatchNorm2d, BatchNorm3d, Linear
from cnnshapes.layers.base import Layer, Shape, ShapePreserving
from cnnshapes.layers.convolution import Convolution
from cnnshapes.layers.pooling import Pool
from cnnshapes.layers.windows import Window
from cnnshapes.report import Report, Row
from cnnshapes.term import Term, divided_exactly, divided_up, equation

SLIPS: Final = (
    # of a shape; "padding once" takes P in place of 2P, "channels kept" those of the input for the number of filters
    *("no padding", "padding once", "no stride", "no dilation", "no + 1", "rounded up", "rounded down"),
    *("channels kept", "channels last", "no channels", "swapped"),
    # of parameters and MACs; "statistics" counts buffers, "twice" multiplications and additions apart
    *("no bias", "needless bias", "one bias", "one filter", "no input channels", "no groups"),
    *("one of two", "statistics", "with bias", "no positions", "input positions", "twice"),
    # of what a Flatten gives; "one side" takes the height without the width
    *("only channels", "added", "one side", "no pooling", "no last pooling", "input size"),
    # of a padding
    *("both ends", "whole kernel"),
)
"""The slips by name; the page says in a sentence what each of them is."""

MOST_LAYERS: Final = 12
"""A way from the input to the first Linear of more layers, those left out that keep the shape, is not asked about."""


Slips = dict[str, tuple[int, ...] | None]


@dataclass(frozen=True)
class Asked:
    """What a kind of question says of a row; the rest follows from the row."""

    row: Row
    answer: tuple[int, ...]
    why: str
    slips: Slips
    input_shape: Shape = ()
    layers: tuple[tuple[str, str], ...] = ()


def _shape(row: Row, report: Report) -> Asked | None:
    """The output shape of a convolution or a pooling."""
    layer, (shape, *_) = row.layer, row.input_shapes
    if not isinstance(layer, Window):
        return None
    channels, *sizes = output = row.output_shape
    window, arguments = layer.geometry, layer.arguments()
    once = [both - before for both, before in zip(window.both, window.before, strict=True)]
    own = arithmetic.ceil_window if window.ceil_mode else arithmetic.window
    rounding: Slips = (
        {"rounded down": _positions(layer, shape, arithmetic.window, window.both)}
        if window.ceil_mode
        else {"rounded up": _positions(layer, shape, _rounded_up, window.both)}
    )
    slips: Slips = {
        "no padding": _given(layer, shape, padding=0) if any(window.both) else None,
        "padding once": _positions(layer, shape, own, once),
        "no stride": _given(layer, shape, stride=1),
        "no dilation": _given(layer, shape, dilation=1) if "dilation" in arguments else None,
        "no + 1": (channels, *(size - 1 for size in sizes)),
        **rounding,
        "channels kept": (shape[0], *sizes),
        "swapped": (channels, *reversed(sizes)),
        "channels last": (*sizes, channels),
        "no channels": tuple(sizes),
    }
    return Asked(row, output, row.formulas["shape"], slips)


def _padding(row: Row, report: Report) -> Asked | None:
    """The padding by which a convolution of stride 1 keeps the size."""
    layer, (shape, *_) = row.layer, row.input_shapes
    if not isinstance(layer, Convolution) or row.output_shape[1:] != shape[1:]:
        return None
    window = layer.geometry
    kernels, dilations = set(window.kernel_size), set(window.dilation)
    if set(window.stride) != {1} or len(kernels) > 1 or len(dilations) > 1 or kernels == {1}:
        return None
    kernel, dilation = kernels.pop(), dilations.pop()
    both = arithmetic.same_padding(kernel, dilation)
    if both % 2:
        return None
    slips: Slips = {
        "both ends": (both,),
        "whole kernel": (kernel,),
        "no dilation": (arithmetic.same_padding(kernel, 1) // 2,),
        "rounded up": ((both + 2) // 2,),
    }
    hidden = f"{repr(layer.with_arguments(padding=0))[:-1]}, padding=?)"
    half = equation(divided_exactly(arithmetic.same_padding(Term(kernel), Term(dilation)), Term(2)))
    why = f"{half}; {size_formula(shape[-1], kernel, 1, both // 2, dilation)}"
    return Asked(row, (both // 2,), why, slips, layers=((row.name, hidden),))


def _parameters(row: Row, report: Report) -> Asked | None:
    """The learned numbers of a convolution, a Linear or a normalisation."""
    layer = row.layer
    counts = {name: arithmetic.product(shape) for name, shape in row.weights.items()}
    if isinstance(layer, BatchNorm1d | BatchNorm2d | BatchNorm3d) and len(counts) == 2:
        return Asked(
            row,
            (row.params,),
            row.formulas["parameters"],
            {"one of two": (counts["weight"],), "statistics": (2 * row.params,)},
        )
    if not isinstance(layer, Convolution | Linear):
        return None
    weight, bias = counts["weight"], counts.get("bias", 0)
    filters = row.weights["weight"][0]
    slips: Slips = {
        "no bias": (weight,) if bias else None,
        "one bias": (weight + 1,) if bias else None,
        "needless bias": None if bias else (weight + filters,),
        "one filter": ((weight + bias) // filters,),
    }
    if isinstance(layer, Convolution):
        slips["no input channels"] = (weight // row.weights["weight"][1] + bias,)
        slips["no groups"] = (weight * layer.groups + bias,)
    return Asked(row, (row.params,), row.formulas["parameters"], slips)


def _macs(row: Row, report: Report) -> Asked | None:
    """The multiply–accumulates of a convolution or a Linear."""
    layer = row.layer
    if not isinstance(layer, Convolution | Linear):
        return None
    weight = arithmetic.product(row.weights["weight"])
    slips: Slips = {
        "with bias": (row.macs + row.activations,) if "bias" in row.weights else None,
        "twice": (2 * row.macs,),
    }
    if isinstance(layer, Convolution):
        slips |= {
            "no positions": (weight,),
            "input positions": (weight * arithmetic.product(row.input_shapes[0][1:]),),
            "no input channels": (row.macs // row.weights["weight"][1],),
            "one filter": (row.macs // row.output_shape[0],),
            "no groups": (row.macs * layer.groups,),
        }
    return Asked(row, (row.macs,), row.formulas["MACs"], slips)


def _flatten(row: Row, report: Report) -> Asked | None:
    """What a Flatten gives for the map that reaches it."""
    (shape, *_) = row.input_shapes
    if not _flattens(row) or arithmetic.product(shape[1:]) == 1:
        return None
    return Asked(row, row.output_shape, row.formulas["shape"], _flattening_slips(shape))


def _flattening_slips(shape: Shape) -> Slips:
    return {
        "no channels": (arithmetic.product(shape[1:]),),
        "only channels": (shape[0],),
        "added": (arithmetic.total(shape),),
        "one side": (arithmetic.product(shape[:-1]),) if len(shape) > 2 else None,
    }


def _in_features(row: Row, report: Report) -> Asked | None:
    """What reaches the first Linear, from the input on; asked where all that lies between is a plain chain."""
    way = _chain(row, report)
    flattens = next((before for before in way if _flattens(before)), None)
    if flattens is None or not isinstance(row.layer, Linear):
        return None
    told = [before for before in way if not isinstance(before.layer, ShapePreserving)]
    if len(told) > MOST_LAYERS or any(isinstance(before.layer, Linear) for before in way):
        return None
    layers = [before.layer for before in way if before.layer is not None]
    pools = [layer for layer in layers if isinstance(layer, Pool)]
    start, last = way[0].input_shapes[0], flattens.input_shapes[0]
    slips: Slips = {
        "no pooling": _through([layer for layer in layers if not isinstance(layer, Pool)], start),
        "no last pooling": _through([layer for layer in layers if layer is not pools[-1]], start) if pools else None,
        "no padding": _through(map(_unpadded, layers), start),
        "input size": (arithmetic.product((last[0], *start[1:])),),
        **_flattening_slips(last),
    }
    shown = (*((before.name, repr(before.layer)) for before in told), (row.name, _asking(row.layer)))
    return Asked(row, (row.input_shapes[0][-1],), flattens.formulas["shape"], slips, start, shown)


KINDS: Final[dict[str, Callable[[Row, Report], Asked | None]]] = {
    "shape": _shape,
    "padding": _padding,
    "parameters": _parameters,
    "flatten": _flatten,
    "MACs": _macs,
    "in_features": _in_features,
}


# ---- helpers --------------------------------------------------------------------------------------------------------


def _given(layer: Layer, shape: Shape, **changes: Any) -> Shape | None:
    """What the layer would give with other arguments; None where it could not be."""
    try:
        return layer.with_arguments(**changes).output_shape(shape)
    except ShapeError:
        return None


def _positions(layer: Window, shape: Shape, formula: Callable[..., int], both: Sequence[int]) -> Shape | None:
    """What the window would give by another formula or with other padding; None where it would not fit."""
    window = layer.geometry
    sizes = tuple(map(formula, shape[1:], window.kernel_size, window.stride, both, window.dilation))
    return (layer.output_shape(shape)[0], *sizes) if min(sizes) >= 1 else None


def _rounded_up(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return divided_up(size - arithmetic.span(kernel_size, dilation) + padding, stride) + 1


def _flattens(row: Row) -> bool:
    """Whether it makes a vector of a map."""
    return row.layer is not None and row.layer.merges_dimensions and len(row.output_shape) == 1


def _chain(row: Row, report: Report) -> list[Row]:
    """The rows before it, from the input on, where each reads only the one before; none where some do not."""
    way: list[Row] = []
    while row.inputs != (INPUT,):
        if len(row.inputs) > 1:
            return []
        row = report[row.inputs[0]]
        way.insert(0, row)
    return way


def _through(layers: Iterable[Layer], shape: Shape) -> Shape | None:
    """What comes out of the layers one after the other; None where one of them cannot compute."""
    try:
        for layer in layers:
            shape = layer.output_shape(shape)
    except ShapeError:
        return None
    return shape


def _unpadded(layer: Layer) -> Layer:
    return layer.with_arguments(padding=0) if isinstance(layer, Window) and "padding" in layer.arguments() else layer


def _asking(layer: Linear) -> str:
    rest = repr(layer.with_arguments(in_features=None)).partition("(")[2]
    return f"Linear(in_features=?, {rest}"
