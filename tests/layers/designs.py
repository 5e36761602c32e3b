"""A layer under test as the last node of a design, behind nodes that make the shapes of its inputs."""

from __future__ import annotations

from collections.abc import Callable

from cnnshapes import Design
from cnnshapes.design import INPUT, Builder
from cnnshapes.layers import LAYERS, Layer, Linear, Shape
from tests.layers.examples import Example

TESTED = "tested"


def design_of(example: Example) -> Design:
    """A design whose node `tested` is the example's layer; its first input is the design's."""
    builder = Builder("one layer", example.inputs[0])
    sources = [INPUT, *(_branch(builder, shape) for shape in example.inputs[1:])]
    builder.add(example.layer, *sources, name=TESTED)
    return builder.design()


def _branch(builder: Builder, shape: Shape) -> str:
    """The name of a node that makes the shape from the input's, which has as many dimensions."""
    channels, *sizes = shape
    if not sizes:
        return builder.add(Linear(out_features=channels), INPUT)
    convolution: Callable[..., Layer] = LAYERS[f"Conv{len(sizes)}d"]
    pool: Callable[..., Layer] = LAYERS[f"AdaptiveAvgPool{len(sizes)}d"]
    return builder.add(pool(tuple(sizes)), builder.add(convolution(out_channels=channels, kernel_size=1), INPUT))


def can_be_designed(example: Example) -> bool:
    """Whether the shapes of all inputs have as many dimensions as the first."""
    return len({len(shape) for shape in example.inputs}) == 1
