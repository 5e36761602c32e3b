"""Which input shapes a network may be meant for, where its source does not say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from math import log, prod
from typing import Final

from cnnshapes.design import Design, checked_shape
from cnnshapes.errors import ShapeError
from cnnshapes.layers import Shape

SIDES: Final = (32, 28, 224, 64, 227, 96, 128, 256, 299, 48, 84, 112, 160, 192, 320, 384, 448, 512)
"""Sides of pictures tried where the text does not say, the usual ones first."""
COMMON: Final = 4
"""So many of them are what most people have."""
TRIED: Final = 2_000
"""Layers computed in search of a size, where none of the usual ones fits."""
FIRST: Final = (3, SIDES[0], SIDES[0])
"""What is tried first."""


def said(tree: ast.Module) -> Shape | None:
    """The input shape that the docstring of the last class names, as exported code has it."""
    for node in reversed(tree.body):
        if isinstance(node, ast.ClassDef):
            match = re.match(r"(\d{1,9}(?:x\d{1,9}){0,3}) to \d", ast.get_docstring(node) or "")
            return checked_shape([int(size) for size in match[1].split("x")]) if match else None
    return None


def usual(design: Design) -> list[Shape]:
    """Shapes worth trying: the channels or features that the first layer expects, and usual sides."""
    for node in design:
        arguments = node.layer.given()
        if "in_features" in arguments:
            features = int(arguments["in_features"])
            pictures = [(channels, side, side) for channels in (1, 3) for side in SIDES]
            flat = [shape for shape in pictures if prod(shape) == features]
            return [*flat, (features,), *((features, side, side) for side in SIDES)]
        if "in_channels" in node.layer.arguments():
            dims = getattr(node.layer, "dims", 2)
            channels = int(arguments.get("in_channels", FIRST[0]))
            return [(channels, *(side,) * dims) for side in SIDES]
    return [(FIRST[0], side, side) for side in SIDES]


def scaled(design: Design, error: ShapeError | None) -> int | None:
    """The channels of an input of which a convolution behind a split gets as many as it expects, None without one."""
    if error is None or error.report is None:
        return None
    node = design[error.node]
    expected = getattr(node.layer, "in_channels", None)
    shapes = {row.name: row.output_shape for row in error.report}
    reached = shapes.get(node.inputs[0], design.input_shape)[0]
    channels, rest = divmod(design.input_shape[0] * (expected or 0), reached)
    return channels if channels and not rest else None


def nearest(shape: Shape, shapes: Sequence[Shape]) -> Shape:
    """Of the most usual shapes the one that is nearest in size."""
    return min(shapes[:COMMON], key=lambda other: abs(log(other[-1] / shape[-1])))


def others(shape: Shape, layers: int) -> Iterator[Shape]:
    """Further sides for a shape, fewer for a network of many layers."""
    if len(shape) > 1:
        sides = [side for side in range(1, 257) if side not in SIDES]
        yield from ((shape[0], *(side,) * (len(shape) - 1)) for side in sides[: TRIED // (layers + 1)])
