"""What a user can do to a design, as data, and `apply`, which does it. Nothing of Streamlit here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.values import read, read_shape
from cnnshapes import Design, InputError
from cnnshapes.design import INPUT, layer_class
from cnnshapes.errors import Edit
from cnnshapes.layers import Layer


@dataclass(frozen=True)
class SetText:
    """An argument of a node typed as text."""

    node: str
    field: str
    text: str


@dataclass(frozen=True)
class SetValue:
    """An argument of a node set to a value."""

    node: str
    field: str
    value: object


@dataclass(frozen=True)
class SetKind:
    """Another class of layer at a node; arguments that both classes have are kept."""

    node: str
    kind: str


@dataclass(frozen=True)
class Insert:
    """A new layer behind a node, or behind the input."""

    after: str
    kind: str


@dataclass(frozen=True)
class Remove:
    """A node taken out."""

    node: str


@dataclass(frozen=True)
class Move:
    """A node of a plain stack one place up (−1) or down (1)."""

    node: str
    by: int


@dataclass(frozen=True)
class Rename:
    """A node called something else."""

    node: str
    to: str


@dataclass(frozen=True)
class SetInput:
    """The shape of one example, as text."""

    text: str


@dataclass(frozen=True)
class Mend:
    """The edits of a repair."""

    edits: tuple[Edit, ...]


Action = SetText | SetValue | SetKind | Insert | Remove | Move | Rename | SetInput | Mend

STARTING = {"out_channels": 16, "out_features": 10, "kernel_size": 3, "num_groups": 1}
"""What a new layer gets for arguments it must have; 1 for any other number."""


def apply(design: Design, action: Action) -> Design:
    """The design after an action.

    Raises:
        DesignError: what was typed makes no sense, or the design would not hold together; says why.
    """
    match action:
        case SetText(node, field, text):
            layer = design[node].layer
            try:
                value = read(text, layer.arguments()[field])
            except InputError as error:
                raise InputError(f"{node}: {field}: {error}") from error
            return design.with_edits([Edit(field, value, node)])
        case SetValue(node, field, value):
            return design.with_edits([Edit(field, value, node)])
        case SetKind(node, kind):
            return design.with_layer(node, made(kind, design[node].layer))
        case Insert(after, kind):
            return design.inserted(made(kind), after)
        case Remove(node):
            return design.without(node)
        case Move(node, by):
            return _moved(design, node, by)
        case Rename(node, to):
            return design.renamed(node, to.strip())
        case SetInput(text):
            return design.with_input(read_shape(text))
        case Mend(edits):
            return design.with_edits(edits)


def made(kind: str, like: Layer | None = None) -> Layer:
    """A layer of a class with the arguments of another where they fit, and sensible ones for the rest."""
    cls = layer_class(kind)
    given = {name: value for name, value in like.given().items() if name in cls.arguments()} if like else {}
    if like and "out_channels" in given and "out_features" in cls.arguments():
        given["out_features"] = given["out_channels"]
    for name in cls.required() - set(given):
        start = STARTING.get(name, 1)
        given[name] = (start,) if cls.arguments()[name].kind == "shape" else start
    if kind == "Upsample" and not {"size", "scale_factor"} & set(given):
        given["scale_factor"] = 2
    return cls(**given)


def _moved(design: Design, name: str, by: int) -> Design:
    """Exchange a node with its neighbour, where nothing but the stack itself joins the two."""
    at = design.index(name)
    first, second = (at - 1, at) if by < 0 else (at, at + 1)
    if first < 0 or second >= len(design):
        raise InputError(f"{name} is {'first' if by < 0 else 'last'} already")
    upper, lower = design.nodes[first], design.nodes[second]
    if lower.inputs != (upper.name,) or len(upper.inputs) > 1 or design.readers(upper.name) != [lower.name]:
        raise InputError(f"{upper.name} and {lower.name} are part of a branch, and cannot change places")
    nodes = list(design.nodes)
    nodes[first], nodes[second] = replace(lower, inputs=upper.inputs), replace(upper, inputs=(lower.name,))
    for later in range(second + 1, len(nodes)):
        node = nodes[later]
        nodes[later] = replace(node, inputs=tuple(upper.name if s == lower.name else s for s in node.inputs))
    return Design(design.name, design.input_shape, tuple(nodes))


def described(actions: Iterable[Action]) -> str:
    """What a step is called in the undo list: `conv1: kernel_size 3`."""
    return "; ".join(_described(action) for action in actions)


def _described(action: Action) -> str:
    match action:
        case SetText(node, field, value) | SetValue(node, field, value):
            return f"{node}: {field} {value}"
        case SetKind(node, kind):
            return f"{node}: {kind}"
        case Insert(after, kind):
            return f"{kind} after {after}" if after != INPUT else f"{kind} first"
        case Remove(node):
            return f"remove {node}"
        case Move(node, by):
            return f"move {node} {'up' if by < 0 else 'down'}"
        case Rename(node, to):
            return f"{node} becomes {to}"
        case SetInput(text):
            return f"input {text}"
        case Mend(edits):
            return ", ".join(f"{edit.node}: {edit.field} {edit.value}" for edit in edits)
