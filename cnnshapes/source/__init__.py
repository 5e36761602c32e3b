"""PyTorch source as a design: read by its syntax tree, never executed.

from_code(text, input_shape) -> Reading    the design, and notes on what was left out or read another way
SourceError                                the text is no Python, or has no network in it

syntax, values                    the tree of a text, and what its names stand for
pure, options, calls, expressions, interpreter
                                  the little of Python that networks are written in, each file on the one before
modules, containers, weights, graph, functions, network
                                  what the names of torch mean: layers, nodes, functions on tensors, all together
root, inputs                      which network a text is about, and which input shape it is meant for
layer                             one layer alone
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final

from cnnshapes.design import INPUT, Design, checked_shape
from cnnshapes.errors import CnnshapesError, ShapeError
from cnnshapes.layers import Shape
from cnnshapes.layers.base import written
from cnnshapes.repair import changes
from cnnshapes.report import report_of
from cnnshapes.source import inputs
from cnnshapes.source.calls import STEPS
from cnnshapes.source.modules import Tensor
from cnnshapes.source.network import Network
from cnnshapes.source.root import root_of
from cnnshapes.source.syntax import parsed
from cnnshapes.source.values import LEFT_OUT, Instance, Note, Skip, SourceError

__all__ = ["Note", "Reading", "SourceError", "from_code"]

MOST_NOTES: Final = 100
"""Nobody reads more."""


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        design: the network; one that cannot be computed is kept as it is written.
        notes: what was left out or read another way, in the order of the lines.
        lines: the line that each node comes from: the call, or where none is written its module.
        made: the line that a node's module was made in, of those that have one.
        error: why the design cannot be computed, with the line in its sentence; None where it can.
        cause: the first note on the way to the layer that cannot be computed, which may fail because of it.
        guessed: whether the input shape stands nowhere in the text, so that it was found by trying.
    """

    design: Design
    notes: tuple[Note, ...]
    lines: dict[str, int]
    made: dict[str, int]
    error: ShapeError | None
    cause: Note | None = None
    guessed: bool = False


def from_code(text: str, input_shape: Sequence[int] | None = None) -> Reading:
    """The design of PyTorch source: an nn.Sequential, or a class with its `__init__` and `forward`.

    Nothing of the text is executed. Methods, other classes of the text, loops over what is known, functional calls and
    `view` are followed; what is not understood is noted and left out.

    Args:
        text: the source; the network is the last module it makes, else the last class that no other one uses.
        input_shape: the shape of one example; unless given, that of what the text calls the network with
            (`net(torch.randn(1, 3, 32, 32))`, `summary(net, (3, 32, 32))`), else what the class's docstring says
            (`3x32x32 to …`), else the first size of pictures that the network can compute, the usual ones tried first.

    Raises:
        SourceError: the text is no Python, or no network was found in it; says where.
    """
    reader = _Reader(parsed(text))
    return reader.read(checked_shape(input_shape)) if input_shape is not None else reader.find()


class _Reader:
    """Reads a text, for one input shape after the other until one fits or all together took as long as one may."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.steps = 0

    def find(self) -> Reading:
        """The reading for the input shape that the text says, else for one found by trying."""
        said = inputs.said(self.tree)
        network = Network(said or inputs.FIRST)
        first = self.read_by(network)
        shape = inputs.stated(network.told, network.root, first.design)
        if shape is None and (tried := self.tried_out(network)) is not None:
            return tried
        shape = shape or said
        if shape is None:
            return _as_guessed(self.guess(first))
        return first if first.design.input_shape == shape else self.read(shape)

    def tried_out(self, network: Network) -> Reading | None:
        """The reading for what a function of the text that it may never call, such as `test`, gives the network.

        Where the text itself makes none, such a function says what the network is made with, too. None where no
        function gives it anything, or what it makes itself another shape.
        """
        trials = inputs.trials(self.tree)
        if not trials:
            return None
        with_trials = _Reader(ast.Module([*self.tree.body, *trials], []))
        trial = Network(inputs.FIRST)
        try:
            reading = with_trials.read_by(trial)
        except SourceError:
            return None
        finally:
            self.steps += with_trials.steps
        shape = inputs.stated(trial.told, network.root, reading.design)
        if shape is None:
            return None
        if network.assumed and inputs.is_another(trial.root, network.root):
            return with_trials.read(shape)
        found = self.read(shape)
        return found if found.error is None or network.assumed else None

    def guess(self, first: Reading) -> Reading:
        """The reading for the first input shape that fits, else for the one that is likeliest meant."""
        shapes = inputs.usual(first.design)
        if first.error is None and first.design.input_shape in shapes and not _mixes(first):
            return first
        likely = self.read(shapes[0])
        channels = inputs.scaled(likely.design, likely.error)
        if channels is not None:
            shapes = [(channels, *shape[1:]) for shape in shapes]
        failing = []
        for shape in (*shapes, *inputs.others(shapes[0], len(first.design))):
            reading = self.read(shape)
            if reading.error is None and not _mixes(reading):
                return reading if shape in shapes else self.doubted(reading, inputs.nearest(shape, shapes))
            if shape in shapes:
                failing.append(reading)
            if self.steps > STEPS:
                break
        return _likeliest(failing)

    def doubted(self, reading: Reading, usual: Shape) -> Reading:
        """The reading for an unusual shape, with a note of what would have to change for a usual one."""
        error = self.read(usual).error
        if error is None:
            return reading
        taken, other = ("×".join(map(str, shape[1:])) for shape in (reading.design.input_shape, usual))
        error.source = ""  # the note has the line
        text = f"no usual size of pictures fits, so {taken} was taken; if yours are {other}: {error}".removesuffix(".")
        note = Note(reading.lines.get(error.node, 0), text)
        return replace(reading, notes=(note, *reading.notes))

    def read(self, shape: Shape) -> Reading:
        """The reading for an input shape."""
        return self.read_by(Network(shape))

    def read_by(self, network: Network) -> Reading:
        """The reading by a network that has read nothing yet."""
        reading = _read(self.tree, network)
        self.steps += network.interpreter.steps
        return reading


def _as_guessed(reading: Reading) -> Reading:
    """The reading, said to be for an input shape that the text does not say; beside its error too."""
    if reading.error is not None:
        reading.error.source += f"; the text does not say its input: {written(reading.design.input_shape)} is assumed"
    return replace(reading, guessed=True)


def _likeliest(readings: Sequence[Reading]) -> Reading:
    """Of readings none of which computes, the first that gets furthest, and of those the one with least to change.

    Its error is the text's own, and none of too small a picture.
    """

    def reached(reading: Reading) -> int:
        return len(reading.design) if reading.error is None else reading.design.index(reading.error.node)

    def fewest(reading: Reading) -> float:
        repairs = reading.error.repairs if reading.error is not None else ()
        return min(map(changes, repairs), default=inf)

    most = max(map(reached, readings))
    return min((reading for reading in readings if reached(reading) == most), key=fewest)


def _mixes(reading: Reading) -> bool:
    """Whether a `view` of fixed sizes says that the pictures have another size."""
    return any("keep the examples apart" in note.text for note in reading.notes)


def _read(tree: ast.Module, network: Network) -> Reading:
    interpreter = network.interpreter
    try:
        root, name, network.assumed = root_of(tree, interpreter)
        if network.assumed:  # a function of the text may make one and call it
            root = next((one.module for one in network.told[::-1] if inputs.is_another(one.module, root)), root)
        network.root = root
        network.name_modules(root)
        network.assigned = _assigned(root)
        interpreter.line = root.cls.node.lineno if isinstance(root, Instance) else 1
        result = _forward(root, network)
        inside = _in_classes(tree)
        interpreter.notes.sort(key=lambda note: note.line not in inside)  # a text that is refused is told the first
        design = network.design(name, result)
        if not isinstance(root, Instance):  # no line of the text calls its layers
            network.lines |= network.made
    except Skip as skip:
        raise SourceError(f"{skip}", interpreter.line) from skip
    except RecursionError as error:
        raise SourceError("the text is nested too deep to be followed") from error
    found: ShapeError | None = None
    cause: Note | None = None
    try:
        report_of(design)
    except ShapeError as error:
        error.source = f"line {network.lines[error.node]}"
        if (cause := network.lacking.get(error.node)) is not None:
            error.source += f"; it may come of line {cause.line}, where {cause.text.partition(LEFT_OUT)[0]}"
        found = error
    except CnnshapesError as error:
        raise SourceError(str(error)) from error
    lines = {node.name: network.lines[node.name] for node in design}
    made = {node.name: network.made[node.name] for node in design if node.name in network.made}
    notes = sorted(interpreter.notes, key=lambda note: note.line)[:MOST_NOTES]
    return Reading(design, tuple(notes), lines, made, found, cause)


def _in_classes(tree: ast.Module) -> set[int]:
    """The lines of the classes of a text, and not of what surrounds them."""
    classes = [part for part in tree.body if isinstance(part, ast.ClassDef)]
    return {line for cls in classes for line in range(cls.lineno, (cls.end_lineno or cls.lineno) + 1)}


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
    return _first(network.call(root, (start,), {}, ""), root, network)


def _first(result: Any, root: Any, network: Network) -> Any:
    """What a forward gives back: of several tensors the first, which is noted."""
    values = list(result.values()) if isinstance(result, dict) else result
    if isinstance(values, tuple | list) and values and isinstance(values[0], Tensor):
        network.interpreter.line = network.lines.get(values[0].node, network.interpreter.line)
        if len(values) > 1:
            network.interpreter.note(f"the forward gives back {len(values)} values; the first is read")
        return values[0]
    forward = root.cls.method("forward") if result is None and isinstance(root, Instance) else None
    if forward is not None and not any(isinstance(part, ast.Return) for part in ast.walk(forward.node)):
        raise SourceError(f"{root.cls.node.name}.forward gives nothing back; end it with `return x`", forward.lineno)
    return result


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
