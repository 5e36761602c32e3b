"""What a user can do to a design, as data, and `apply`, which does it. Nothing of Streamlit here but the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.language import t
from app.values import read, read_names, read_shape
from cnnshapes import Design, InputError
from cnnshapes.blocks import inception, residual
from cnnshapes.design import INPUT, layer_class
from cnnshapes.errors import Edit
from cnnshapes.layers import Layer
from cnnshapes.layers.pooling import Pool
from cnnshapes.report import reached
from cnnshapes.source.layer import layer_from_code

# ---- what is typed: text that may turn out to be none that can be read ----------------------------------------------


@dataclass(frozen=True)
class SetText:
    """An argument of a node typed as text."""

    node: str
    field: str
    text: str


@dataclass(frozen=True)
class SetInputs:
    """What a node reads, as names with commas between; nothing for the node before it."""

    node: str
    text: str
    field: str = "from"


@dataclass(frozen=True)
class SetCode:
    """The layer of a node as a line of PyTorch."""

    node: str
    text: str
    field: str = "code"


@dataclass(frozen=True)
class Rename:
    """A node called something else."""

    node: str
    text: str
    field: str = "name"


@dataclass(frozen=True)
class SetInput:
    """The shape of one example, as text."""

    text: str
    node: str = ""
    field: str = "input"


Typed = SetText | SetInputs | SetCode | Rename | SetInput

# ---- what is chosen -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetName:
    """The network called something else."""

    name: str


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
class InsertBefore:
    """A new layer in front of a node."""

    node: str
    kind: str


@dataclass(frozen=True)
class Duplicate:
    """A second node like this one, behind it."""

    node: str


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
class WrapResidual:
    """A shortcut past the rows from one to another."""

    first: str
    last: str


@dataclass(frozen=True)
class WrapInception:
    """A convolution shared out among parallel windows."""

    node: str


@dataclass(frozen=True)
class Mend:
    """The edits of a repair."""

    edits: tuple[Edit, ...]


Action = (
    Typed
    | SetName
    | SetValue
    | SetKind
    | Insert
    | InsertBefore
    | Duplicate
    | Remove
    | Move
    | WrapResidual
    | WrapInception
    | Mend
)

STARTING = {"out_channels": 16, "out_features": 10, "kernel_size": 3, "num_groups": 1}
"""What a new layer gets for arguments it must have; 1 for any other number."""
HALVING: Final = 2
"""The kernel_size of a new pooling, which halves a map."""


def apply(design: Design, action: Action) -> Design:  # noqa: PLR0912  one case for each action
    """The design after an action.

    Raises:
        CnnshapesError: what was typed makes no sense, or the design would not hold together; says why.
    """
    match action:
        case SetText(node, field, text):
            try:
                value = read(text, design[node].layer.arguments()[field])
            except InputError as error:
                raise InputError(f"{node}: {field}: {error}") from error
            return design.with_edits([Edit(field, value, node)])
        case SetInputs(node, text):
            return design.with_inputs(node, read_names(text))
        case SetCode(node, text):
            return design.with_layer(node, layer_from_code(text, reached(design, node)))
        case Rename(node, to):
            return design.renamed(node, to.strip())
        case SetInput(text):
            return design.with_input(read_shape(text))
        case SetName(name):
            if not name.strip():
                raise InputError("the name of a network cannot be empty")
            return design.called(name.strip())
        case SetValue(node, field, value):
            return design.with_edits([Edit(field, value, node)])
        case SetKind(node, kind):
            return design.with_layer(node, made(kind, design[node].layer))
        case Insert(after, kind):
            return design.inserted(made(kind), after)
        case InsertBefore(node, kind):
            return design.inserted_before(made(kind), node)
        case Duplicate(node):
            return design.duplicated(node)
        case Remove(node):
            return design.without(node)
        case Move(node, by):
            return design.moved(node, by)
        case WrapResidual(first, last):
            return residual(design, first, last).design
        case WrapInception(node):
            return inception(design, node).design
        case Mend(edits):
            return design.with_edits(edits)


def made(kind: str, like: Layer | None = None) -> Layer:
    """A layer of a class with the arguments of another where they fit, and sensible ones for the rest."""
    cls = layer_class(kind)
    given = {name: value for name, value in like.given().items() if name in cls.arguments()} if like else {}
    if like and "out_channels" in given and "out_features" in cls.arguments():
        given["out_features"] = given["out_channels"]
    for name in cls.required() - set(given):
        start = HALVING if name == "kernel_size" and issubclass(cls, Pool) else STARTING.get(name, 1)
        given[name] = (start,) if cls.arguments()[name].kind == "shape" else start
    if kind == "Upsample" and not {"size", "scale_factor"} & set(given):
        given["scale_factor"] = 2
    return cls(**given)


def described(actions: Iterable[Action]) -> str:
    """What a step is called in the undo list: `conv1: kernel_size 3`."""
    return "; ".join(_described(action) for action in actions)


def _described(action: Action) -> str:  # noqa: PLR0912  one case for each action
    match action:
        case SetText(node, field, value) | SetValue(node, field, value):
            return f"{node}: {field} {value}"
        case SetInputs(node, text):
            return t("{node} reads {rows}", node=node, rows=text or t("the row above"))
        case SetCode(node, text):
            return f"{node}: {text}"
        case SetKind(node, kind):
            return f"{node}: {kind}"
        case Insert(after, kind):
            return (
                t("{kind} after {node}", kind=kind, node=after)
                if after != INPUT
                else t("{kind} as the first layer", kind=kind)
            )
        case InsertBefore(node, kind):
            return t("{kind} before {node}", kind=kind, node=node)
        case Duplicate(node):
            return t("Duplicate {node}", node=node)
        case Remove(node):
            return t("Delete {node}", node=node)
        case Move(node, by):
            return t("Move {node} up", node=node) if by < 0 else t("Move {node} down", node=node)
        case Rename(node, to):
            return t("{node} becomes {name}", node=node, name=to)
        case SetInput(text):
            return t("input {shape}", shape=text)
        case SetName(name):
            return t("call it {name}", name=name)
        case WrapResidual(first, last):
            return t("shortcut past {rows}", rows=first if first == last else f"{first} … {last}")
        case WrapInception(node):
            return t("inception at {node}", node=node)
        case Mend(edits):
            return ", ".join(
                t("{kind} before {node}", kind=edit.value, node=edit.node)
                if edit.inserts
                else f"{edit.node}: {edit.field} {edit.value}"
                for edit in edits
            )
