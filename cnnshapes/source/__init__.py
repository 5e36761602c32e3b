"""PyTorch source as a design: read by its syntax tree, never executed.

from_code(text, input_shape) -> Reading    the design, and notes on what was left out or read another way
SourceError                                the text is no Python, or has no network in it
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from cnnshapes.design import INPUT, Design, checked_shape
from cnnshapes.errors import CnnshapesError, ShapeError
from cnnshapes.layers import Shape
from cnnshapes.report import report_of
from cnnshapes.source.modules import Tensor
from cnnshapes.source.network import Network
from cnnshapes.source.root import root_of
from cnnshapes.source.syntax import parsed
from cnnshapes.source.values import Instance, Note, Skip, SourceError

__all__ = ["Note", "Reading", "SourceError", "from_code"]

SIDES: Final = (32, 28, 224, 64, 227, 96, 128, 256, 299, 48, 84, 112, 160, 192, 320, 384, 448, 512)
"""Sides of pictures tried where the text does not say, the usual ones first."""


TRIED: Final = 2_000
"""Layers computed in search of a size, where none of the usual ones fits."""


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        design: the network; one that cannot be computed is kept as it is written.
        notes: what was left out or read another way, in the order of the lines.
        lines: the line that each node comes from.
        made: the line that a node's module was made in, of those that have one.
        error: why the design cannot be computed, with the line in its sentence; None where it can.
    """

    design: Design
    notes: tuple[Note, ...]
    lines: dict[str, int]
    made: dict[str, int]
    error: ShapeError | None


def from_code(text: str, input_shape: Sequence[int] | None = None) -> Reading:
    """The design of PyTorch source: an nn.Sequential, or a class with its `__init__` and `forward`.

    Nothing of the text is executed. Methods, other classes of the text, loops over what is known, functional calls and
    `view` are followed; what is not understood is noted and left out.

    Args:
        text: the source; the network is the last module it makes, else the last class that no other one uses.
        input_shape: the shape of one example; unless given, what the class's docstring says (`3x32x32 to …`), else the
            first usual size of pictures that the network can compute.

    Raises:
        SourceError: the text is no Python, or no network was found in it; says where.
    """
    tree = parsed(text)
    if input_shape is not None:
        return _read(tree, checked_shape(input_shape))
    said = _said(tree)
    if said is not None:
        return _read(tree, said)
    first = _read(tree, (3, SIDES[0], SIDES[0]))
    best, tried = first, {first.design.input_shape}
    shapes = _usual(first.design)
    scaled = _scaled(_read(tree, shapes[0])) if first.error is not None else None
    if scaled is not None:
        shapes = [(scaled, *shape[1:]) for shape in shapes]
    if len(shapes[0]) > 1:
        others = [side for side in range(1, 257) if side not in SIDES][: TRIED // (len(first.design) + 1)]
        shapes += [(shapes[0][0], *(side,) * (len(shapes[0]) - 1)) for side in others]
    if first.error is None and first.design.input_shape in shapes and not _mixes(first):
        return first
    for shape in shapes:
        if shape not in tried:
            tried.add(shape)
            reading = _read(tree, shape)
            if reading.error is None and not _mixes(reading):
                return reading
            if best is first and shape[0] != first.design.input_shape[0]:
                best = reading
    return best


def _mixes(reading: Reading) -> bool:
    """Whether a `view` of fixed sizes says that the pictures have another size."""
    return any("keep the examples apart" in note.text for note in reading.notes)


def _said(tree: ast.Module) -> Shape | None:
    """The input shape that the docstring of the last class names, as exported code has it."""
    for node in reversed(tree.body):
        if isinstance(node, ast.ClassDef):
            match = re.match(r"(\d{1,9}(?:x\d{1,9}){0,3}) to \d", ast.get_docstring(node) or "")
            return checked_shape([int(size) for size in match[1].split("x")]) if match else None
    return None


def _usual(design: Design) -> list[Shape]:
    """Input shapes worth trying: the channels or features that the first layer expects, and usual sides."""
    for node in design:
        arguments = node.layer.arguments()
        if "in_features" in arguments and node.layer.in_features is not None:  # type: ignore[attr-defined]
            features = int(node.layer.in_features)  # type: ignore[attr-defined]
            pictures = [(channels, side, side) for channels in (1, 3) for side in SIDES]
            flat = [shape for shape in pictures if prod(shape) == features]
            return [*flat, (features,), *((features, side, side) for side in SIDES)]
        if "in_channels" in arguments:
            dims = getattr(node.layer, "dims", 2)
            channels = node.layer.in_channels or 3  # type: ignore[attr-defined]
            return [(channels, *(side,) * dims) for side in SIDES]
    return [(3, side, side) for side in SIDES]


def _scaled(reading: Reading) -> int | None:
    """The channels of an input of which a convolution behind a split gets as many as it expects, None without one."""
    if reading.error is None or reading.error.report is None:
        return None
    node = reading.design[reading.error.node]
    expected = getattr(node.layer, "in_channels", None)
    shapes = {row.name: row.output_shape for row in reading.error.report}
    reached = shapes.get(node.inputs[0], reading.design.input_shape)[0]
    channels, rest = divmod(reading.design.input_shape[0] * (expected or 0), reached)
    return channels if channels and not rest else None


def _read(tree: ast.Module, input_shape: Shape) -> Reading:
    network = Network(input_shape)
    interpreter = network.interpreter
    try:
        root, name = root_of(tree, interpreter)
        network.name_modules(root)
        network.assigned = _assigned(root)
        interpreter.line = root.cls.node.lineno if isinstance(root, Instance) else 1
        result = _forward(root, network)
        design = network.design(name, result)
    except Skip as skip:
        raise SourceError(f"{skip}", interpreter.line) from skip
    except RecursionError as error:
        raise SourceError("the text is nested too deep to be followed") from error
    found: ShapeError | None = None
    try:
        report_of(design)
    except ShapeError as error:
        error.source = f"line {network.lines[error.node]}"
        found = error
    except CnnshapesError as error:
        raise SourceError(str(error)) from error
    lines = {node.name: network.lines[node.name] for node in design}
    made = {node.name: network.made[node.name] for node in design if node.name in network.made}
    return Reading(design, tuple(sorted(interpreter.notes, key=lambda note: note.line)), lines, made, found)


def _forward(root: Any, network: Network) -> Any:
    start = Tensor(INPUT, network.input_shape)
    if isinstance(root, Instance):
        forward = root.cls.method("forward")
        if forward is not None:
            inputs = [argument.arg for argument in forward.node.args.args[1:]]
            needed = len(inputs) - len(forward.node.args.defaults)
            if needed > 1:
                listed = ", ".join(inputs[:needed])
                raise SourceError(
                    f"{root.cls.node.name}.forward reads {needed} inputs ({listed}); a design has one", forward.lineno
                )
    return network.call(root, (start,), {}, "")


def _assigned(root: Any) -> Counter[str]:
    """How often the root's forward sets each variable: one set once gives its node the name."""
    forward = root.cls.method("forward") if isinstance(root, Instance) else None
    if forward is None:
        return Counter()
    inputs = [argument.arg for argument in forward.node.args.args]
    names = [
        node.id for node in ast.walk(forward.node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return Counter([*names, *inputs, "x"])
