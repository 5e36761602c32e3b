"""The nodes of a design, made one by one, and their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from cnnshapes.design import INPUT, Design, Node, layer_class
from cnnshapes.errors import CnnshapesError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.merging import Elementwise
from cnnshapes.source.interpreter import Interpreter
from cnnshapes.source.modules import BASE, Container, Leaf, Opaque, Parameter, Tensor, parts_of
from cnnshapes.source.values import Instance, Note, SourceError, refused

MOST: Final = 3_000
"""Layers of a network; a ResNet-152 has 515."""


class Graph:
    """Makes a node for each layer that a tensor goes through.

    Attributes:
        input_shape: the shape of one example.
        interpreter: knows the line at hand, and takes notes.
        nodes: those made so far.
        lines: the line each comes from.
        made: the line that the module of each was made in.
        error: what the first that cannot be computed failed with.
        lacking: what was left out first on the way to a node, of those where something was.
        paths: the path of each module, by its identity.
        assigned: how often the forward sets each variable.
    """

    def __init__(self, input_shape: Shape, interpreter: Interpreter) -> None:
        self.input_shape = input_shape
        self.interpreter = interpreter
        self.nodes: list[Node] = []
        self.lines: dict[str, int] = {}
        self.made: dict[str, int] = {}
        self.error: ShapeError | None = None
        self.lacking: dict[str, Note] = {}
        self.paths: dict[int, str] = {}
        self.assigned: Counter[str] = Counter()
        self._listed: dict[int, tuple[Instance, str]] = {}  # modules in lists of Python's own: whose, and its name
        self._names: set[str] = set()  # of modules
        self._taken = {INPUT}  # by nodes
        self._numbers: Counter[str] = Counter()
        self._prefixes: list[str] = []
        self._nested = ""  # the last node, where it is part of a larger expression
        self._read: dict[str, tuple[Tensor, ...]] = {}  # by sums and products

    def name_modules(self, root: Any, path: str = "") -> None:
        """Give every module below `root` its path, the first it is found by; `root` itself has none."""
        if isinstance(root, Instance):
            children = root.attributes
        elif isinstance(root, Container):
            children = root.items
        else:
            return
        for name, child in children.items():
            if name == BASE:
                self.paths[id(child)] = path
            elif isinstance(child, Instance | Container | Leaf | Parameter | Opaque) and id(child) not in self.paths:
                clean = re.sub(r"\W", "_", str(name)) or "_"  # what a module is called, a node may not be
                below = f"{path}.{clean}" if path else clean
                self.paths[id(child)] = below
                self._names.add(below)
                self.name_modules(child, below)
            elif isinstance(child, list | tuple | dict) and isinstance(root, Instance):
                self._listed |= dict.fromkeys(map(id, parts_of(child, self._listed)), (root, name))

    def add(self, layer: Layer, inputs: Sequence[Tensor], name: str = "", target: str = "") -> Tensor:
        """A new node; one that cannot be computed is kept, and the first error too."""
        if isinstance(layer, Elementwise) and not name:
            inputs = self._flattened(layer, inputs)
        if len(self.nodes) >= MOST:
            raise SourceError(f"the network has more than {MOST:,} layers", self.interpreter.line)
        named = self.assigned[target] == 1 and not any(self._prefixes) and target not in self._names
        if not name and target and named:
            name = target
        if not name or name in self._taken:
            name = self._free(layer, name)
        self._taken.add(name)
        self._nested = "" if target else name
        self.nodes.append(Node(name, layer, tuple(tensor.node for tensor in inputs)))
        self.lines[name] = self.interpreter.line
        if isinstance(layer, Elementwise):
            self._read[name] = tuple(inputs)
        shapes = [tensor.shape for tensor in inputs]
        try:
            shape = layer.output_shape(*shapes)
        except ShapeError as error:
            if self.error is None:
                self.error = error
                error.source = f"line {self.interpreter.line}"
            shape = _supposed(layer, shapes, error)
        else:
            self.nodes[-1] = Node(name, as_written(layer, shapes), self.nodes[-1].inputs)
        lacks = next((tensor.lacks for tensor in inputs if tensor.lacks), None)
        if lacks is not None:
            self.lacking[name] = lacks
        return Tensor(name, shape, lacks)

    def _flattened(self, layer: Layer, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        """The inputs of a sum whose first is a sum in the same expression, `a + b + c`, as those of one sum of all."""
        last = self.nodes[-1] if self.nodes else None
        if (
            last is None
            or last.layer != layer
            or layer.arity is not None
            or not last.name == inputs[0].node == self._nested
        ):
            return inputs
        if self.lines[last.name] != self.interpreter.line or any(tensor.node == last.name for tensor in inputs[1:]):
            return inputs
        self.nodes.pop()
        self._taken.remove(last.name)
        self._numbers[last.name.rstrip("0123456789")] -= 1
        return [*self._read.pop(last.name), *inputs[1:]]

    def _free(self, layer: Layer, name: str) -> str:
        """A name that is free: `pool_2` for a further call of a module, `relu1` in a module for a function."""
        prefix = f"{self._prefixes[-1]}." if self._prefixes and self._prefixes[-1] else ""
        stem = f"{name}_" if name else prefix + layer.node_name(0).removesuffix("0")
        while True:
            self._numbers[stem] += 1
            free = f"{stem}{self._numbers[stem] + bool(name)}"
            if free not in self._taken and free not in self._names and free not in self.assigned:
                return free

    def design(self, name: str, result: Any) -> Design:
        """The design whose last node is what the text gave back.

        Raises:
            SourceError: it gave back no tensor.
        """
        if not isinstance(result, Tensor):
            notes = self.interpreter.notes
            line = notes[0].line if notes else self.interpreter.line
            raise refused("its forward gives back no tensor that could be followed", notes, line)
        nodes = self.nodes
        if nodes and result.node != nodes[-1].name and result.node != INPUT:
            wanted = _needed(nodes, result.node)
            nodes = [node for node in nodes if node.name in wanted]
        return Design(name, self.input_shape, tuple(nodes))


def as_written(layer: Layer, shapes: Sequence[Shape]) -> Layer:
    """The layer without the sizes that agree with what reaches it, so that the design can be edited."""
    follows = {
        name: None for name, spec in layer.arguments().items() if spec.from_input and getattr(layer, name) is not None
    }
    if not follows:
        return layer
    bare = layer.with_arguments(**follows)
    return bare if bare.resolved(*shapes) == layer else layer


def _supposed(layer: Layer, shapes: Sequence[Shape], error: ShapeError) -> Shape:
    """The shape that a layer would give if it were mended, to read on with."""
    for repair in error.offered:
        try:
            if repair.edits[0].inserts:
                shapes = [layer_class(repair.edits[0].value)().output_shape(*shapes)]
                return layer.output_shape(*shapes)
            return layer.with_arguments(**{edit.field: edit.value for edit in repair.edits}).output_shape(*shapes)
        except CnnshapesError:
            continue
    return shapes[0]


def _needed(nodes: Sequence[Node], last: str) -> set[str]:
    """The names of a node and of all it depends on, so that it comes last."""
    wanted = {last}
    for node in reversed(nodes):
        if node.name in wanted:
            wanted.update(node.inputs)
    return wanted
