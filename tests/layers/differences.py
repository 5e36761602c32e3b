"""Where torch gives a tensor and cnnshapes refuses, each with its reason. The other way round there are none."""

from __future__ import annotations

from cnnshapes.layers import Layer, Reshape, Scale, Shape, Shift
from cnnshapes.layers.base import Spatial
from cnnshapes.layers.padding import CircularPad, Pad


def reason(layer: Layer, inputs: tuple[Shape, ...], theirs: Shape) -> str:
    """Why cnnshapes refuses what torch computes, empty where it should not."""
    if 0 in theirs:
        return "an empty tensor is no result that a network could want"
    if layer.ranks and any(len(shape) not in layer.ranks for shape in inputs):
        return "torch takes the batch for the channels of one example, pads any axes, or warns, as Dropout2d does"
    if len({len(shape) for shape in inputs}) > 1:
        return "torch lines shapes up from the right, and would add the channels of one to the batch of another"
    if any(
        spec.kind == "int" and spec.minimum is None and getattr(layer, name) in (0, -1 - len(inputs[0]))
        for name, spec in layer.arguments().items()
    ):
        return "the dimension is the batch, which belongs to no example"
    if isinstance(layer, Reshape):
        return "torch fills the batch up with what is left over"
    if isinstance(layer, Scale | Shift):
        return "the weight would widen the map, or add dimensions in front of the batch"
    if isinstance(layer, Spatial):
        lengths = {len(value) for name in layer.arguments() if isinstance(value := getattr(layer, name), tuple)}
        if 0 in lengths:
            return "torch takes an empty stride for none"
        if isinstance(layer, Pad) and any(length != 2 * layer.dims for length in lengths):
            return "torch pads channels and batch too where it is given more numbers, and one axis of a vector"
    if isinstance(layer, CircularPad) and any(
        size + min(end, 0) < 0 for size, ends in zip(inputs[0][1:], layer.ends, strict=True) for end in ends
    ):
        return "torch crops more than there is and returns memory that was never written"
    if getattr(layer, "dilation", 1) == 0 or 0 in _several(getattr(layer, "dilation", 1)):
        return "torch looks at the dilation of a kernel of one only where it must"
    if getattr(layer, "scale_factor", None) == 0:
        return "torch takes a scale_factor of 0 for none"
    return ""


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
