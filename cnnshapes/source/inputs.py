"""Which input shape a network is meant for: what its source says, else what is worth trying."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, prod
from typing import Any, Final

from cnnshapes.design import Design, checked_shape
from cnnshapes.errors import DesignError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.convolution import TransposedConvolution
from cnnshapes.source.modules import FILLING, Container, Leaf, Parameter
from cnnshapes.source.values import Instance, Reference

SIDES: Final = (32, 28, 224, 64, 227, 96, 128, 256, 299, 48, 84, 112, 160, 192, 320, 384, 448, 512)
"""Sides of pictures tried where the text does not say, the usual ones first."""
MNIST: Final = 28
"""The side of the grey pictures that are met most."""
LEAST: Final = 4
"""Smaller pictures are none, and many a wrong network computes on a single pixel."""
COMMON: Final = 4
"""So many of them are what most people have."""
TRIED: Final = 2_000
"""Layers computed in search of a size, where none of the usual ones fits."""
FIRST: Final = (3, SIDES[0], SIDES[0])
"""What is tried first."""
_SUMMARIES: Final = frozenset({"summary", "stat", "get_model_complexity_info"})
"""Functions that are given a network and the sizes of its input: of one example, but for torchinfo's."""


@dataclass(frozen=True)
class Told:
    """What a call says that a module is given.

    Attributes:
        module: the module, as the text makes it.
        sizes: of its input.
        batched: whether the first of them is the batch, as far as one can tell.
    """

    module: Any
    sizes: Shape
    batched: bool = True


def told(function: Any, given: Sequence[Any], named: Mapping[str, Any]) -> Told | None:
    """What a call of a module says of its input, or one of another package's function that is given a module."""
    values = (function, *given, *named.values())
    module = next((value for value in values if isinstance(value, Instance | Container | Leaf)), None)
    if module is None:
        return None
    for value in values:
        inside = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
        if isinstance(inside, Parameter) and inside.shape:
            return Told(module, inside.shape)
    path = function.path if isinstance(function, Reference) else ""
    if path.rpartition(".")[2] not in _SUMMARIES:
        return None
    sizes = named.get("input_size", named.get("input_shape", given[1] if len(given) > 1 else None))
    if isinstance(sizes, list | tuple) and len(sizes) == 1 and isinstance(sizes[0], list | tuple):
        sizes = sizes[0]
    if not isinstance(sizes, list | tuple) or not sizes or not all(type(size) is int for size in sizes):
        return None
    return Told(module, tuple(sizes), path.startswith("torchinfo.") and "batch_dim" not in named)


def stated(calls: Sequence[Told], root: Any, design: Design) -> Shape | None:
    """The shape of one example that the last call of the network, or of another one of its class, says.

    Where none is called, that of the example it keeps itself, as Lightning's modules do.
    """
    for call in (*reversed(calls), *_example(root)):
        if call.module is root or is_another(call.module, root):
            try:
                return checked_shape(_one(call, design))
            except DesignError:
                continue
    return None


def _example(root: Any) -> Iterator[Told]:
    """What the `example_input_array` of a module says of its input."""
    example = root.attributes.get("example_input_array") if isinstance(root, Instance) else None
    if isinstance(example, Parameter) and example.shape:
        yield Told(root, example.shape)


def is_another(module: Any, root: Any) -> bool:
    """Whether a module is of the same class of the text as the root."""
    return isinstance(module, Instance) and isinstance(root, Instance) and module.cls.node is root.cls.node


def _one(call: Told, design: Design) -> Shape:
    """One example of what a call is given; a first convolution tells whether there is a batch in front."""
    first = next((node.layer for node in design if "in_features" in node.layer.arguments() or _dims(node.layer)), None)
    axes = _dims(first) + 1 if first is not None and _dims(first) else 0
    batched = len(call.sizes) > axes if axes and len(call.sizes) in (axes, axes + 1) else call.batched
    return call.sizes[1:] if batched and len(call.sizes) > 1 else call.sizes


def _dims(layer: Layer) -> int:
    return getattr(layer, "dims", 2) if "in_channels" in layer.arguments() else 0


def trials(tree: ast.Module) -> list[ast.stmt]:
    """What stands in the functions of a text that need no argument and make a tensor or a summary, such as `test`."""
    found: list[ast.stmt] = []
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and len(function.args.args) == len(function.args.defaults):
            names = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(function)}
            if names & (_SUMMARIES | FILLING):
                found.extend(function.body)
    return found


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
        if dims := _dims(node.layer):
            channels = int(arguments.get("in_channels", FIRST[0]))
            return [(channels, *(side,) * dims) for side in _sides(node.layer, channels)]
    return [(FIRST[0], side, side) for side in SIDES]


def _sides(first: Layer, channels: int) -> Sequence[int]:
    """Sides in the order worth trying: MNIST's first for grey pictures, a generator's noise of one position first."""
    if isinstance(first, TransposedConvolution) and set(first.each("stride")) == {1}:
        return (1, *SIDES)
    return sorted(SIDES, key=lambda side: side != MNIST) if channels == 1 else SIDES


def scaled(design: Design, error: ShapeError | None) -> int | None:
    """The channels of an input of which a convolution behind a split gets as many as it expects, None without one."""
    if error is None or error.report is None or any(hasattr(row.layer, "out_channels") for row in error.report):
        return None  # what a convolution gives out does not grow with the input
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
        sides = [side for side in range(LEAST, 257) if side not in SIDES]
        yield from ((shape[0], *(side,) * (len(shape) - 1)) for side in sides[: TRIED // (layers + 1)])
