"""What calls of torch.nn make in a text: layers, containers and parameters; and tensors, which go through them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cnnshapes.errors import DesignError
from cnnshapes.layers import LAYERS, Layer, Shape
from cnnshapes.layers.base import Weight
from cnnshapes.source.interpreter import Interpreter
from cnnshapes.source.spelling import meant
from cnnshapes.source.values import PLAIN, Class, Function, Instance, Note, Partial, Reference, Skip, Stop, Unknown

BASE: Final = "super()"
"""The attribute of an object that holds the layer of torch which its class comes from."""
_MEANINGLESS: Final = frozenset(
    {"device", "dtype", "inplace", "return_indices", "track_running_stats", "requires_grad"}
)
"""Arguments that change no shape and no count."""
FILLING: Final = frozenset("ones zeros empty rand randn full Tensor FloatTensor".split())
"""Functions of torch that make a tensor of a given size."""


@dataclass(eq=False)
class Leaf:
    """A module that is one layer of ours.

    Attributes:
        layer: as it is written.
        line: where it is made.
        lazy: whether torch finds the size of its input by itself.
        calls: how often it is called.
    """

    layer: Layer
    line: int
    lazy: bool = False
    calls: int = 0


@dataclass(eq=False)
class Container:
    """A Sequential, ModuleList or ModuleDict."""

    kind: str
    items: dict[str, Any] = field(default_factory=dict)


class Modules(dict[str, Any]):
    """The modules of an object of the text: one that is set or deleted here is so as its attribute."""

    def __init__(self, owner: Instance) -> None:
        super().__init__(modules_of(owner))
        self._owner = owner

    def __setitem__(self, name: str, module: Any) -> None:
        super().__setitem__(name, module)
        self._owner.attributes[name] = module

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        del self._owner.attributes[name]


@dataclass(eq=False)
class Opaque:
    """A module of a class that is known neither to torch.nn nor to the text."""

    kind: str
    line: int


@dataclass(eq=False)
class Parameter:
    """A learned weight of its own, or a tensor of a given size.

    Attributes:
        shape: None where it is not known.
        learned: whether it is a weight.
        origin: the weight that this one is in another arrangement, None for the weight itself.
    """

    shape: Shape | None
    learned: bool = False
    origin: Parameter | None = None


@dataclass(frozen=True)
class Tensor:
    """What a node gives.

    Attributes:
        node: the node's name.
        shape: of one example.
        lacks: the first thing that was left out on the way to it, None where nothing was.
        passed_on: what was left out right before it, so that it may stand for several values; "" where nothing was.
    """

    node: str
    shape: Shape
    lacks: Note | None = None
    passed_on: str = ""


def layer_of(kind: str, given: Sequence[Any], named: Mapping[str, Any], note: Callable[..., object]) -> Layer:
    """The layer of a call of its class in torch.nn; raises Skip where its arguments are not known."""
    cls = LAYERS[kind.removeprefix("Lazy")]
    if given and isinstance(given[0], Tensor):
        raise Stop(f"{kind} is made of settings and then called: write nn.{kind}(…)(x)")
    order = [name for name, spec in cls.arguments().items() if cls.__name__ == kind or not spec.from_input]
    if kind.startswith("MaxPool"):
        order.insert(4, "return_indices")
    arguments = dict(zip(order, given, strict=False))
    if len(given) > len(order) and order:
        raise Stop(f"{kind} takes {len(order)} arguments and is given {len(given)}")
    for name, value in named.items():
        alike = meant(name, set(cls.arguments()) - set(named)) if name not in {*cls.arguments(), *_MEANINGLESS} else ""
        if alike:
            note(f"{kind} has no argument {name}; read as {alike}")
        arguments[alike or name] = value
    if arguments.get("return_indices"):
        raise Skip(f"{kind} with return_indices is not understood")
    for name, value in list(arguments.items()):
        if name not in cls.arguments():
            del arguments[name]
            if name not in _MEANINGLESS:
                note(f"{kind} has no argument {name}; left out", stops=True)
        elif isinstance(value, list):
            arguments[name] = tuple(value)
        elif not isinstance(value, PLAIN):
            why = f": {value.why}" if isinstance(value, Unknown) else ""
            raise Skip(f"the {name} of this {kind} is not known{why}")
    return _made(cls, arguments, kind)


def _made(cls: type[Layer], arguments: Mapping[str, Any], kind: str) -> Layer:
    """A layer of a class; raises Stop for one that cannot be, or reads nothing."""
    try:
        made = cls(**arguments)
    except DesignError as error:
        raise Stop(str(error)) from error
    for name, spec in cls.arguments().items():
        if spec.from_input and getattr(made, name) == 0 and not kind.startswith("Lazy"):
            raise Stop(f"the {name} of this {kind} is 0, so that it reads nothing")
    return made


def container_of(kind: str, given: Sequence[Any], interpreter: Interpreter) -> Container:
    """The container of a call of its class in torch.nn; raises Skip where a part of it is no module."""
    if len(given) == 1 and (named := pairs_in(given[0], kind)) is not None:
        return Container(kind, {str(key): value for key, value in named.items()})
    if kind != "Sequential" and given:
        given = interpreter.items(given[0], ast.Name(id="the list"))
    if kind == "Sequential" and len(given) == 1 and isinstance(given[0], list | tuple):
        raise Stop("a Sequential takes its modules one by one: write nn.Sequential(*layers), and not the list itself")
    for value in given:
        if isinstance(value, Unknown):
            raise Skip(value.why)
        if isinstance(value, Reference) and value.path.startswith(("torch.", "nn.", "F.")):
            raise Stop(f"`{value.path}` is no module; write a layer made by its call, such as nn.ReLU()")
        if not isinstance(value, Leaf | Container | Instance | Opaque | Class | Function | Partial):
            raise Skip(f"a part of this {kind} is no module")
    return numbered(kind, given)


def numbered(kind: str, modules: Sequence[Any]) -> Container:
    """The container whose modules are named by their positions."""
    return Container(kind, {str(at): module for at, module in enumerate(modules)})


def pairs_in(value: Any, kind: str = "ModuleDict") -> dict[Any, Any] | None:
    """What a container of named modules is made of: a dict, or of a ModuleDict its like or a list of pairs; else None.

    Raises:
        Skip: the list has other things than pairs.
    """
    if isinstance(value, dict):
        return value
    if kind != "ModuleDict":
        return None
    if isinstance(value, Container):
        return {**value.items}
    if not isinstance(value, list | tuple):
        return None
    if not all(isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in value):
        raise Skip("these are no pairs of a name and a module")
    return dict(value)


def modules_of(module: Any) -> dict[str, Any]:
    """The modules right below one, by name."""
    if isinstance(module, Container):
        return {**module.items}
    if not isinstance(module, Instance):
        return {}
    kinds = Instance | Container | Leaf | Opaque
    return {name: value for name, value in module.attributes.items() if name != BASE and isinstance(value, kinds)}


def parts_of(value: Any, known: Collection[int] = ()) -> list[Any]:
    """A module, or a list of some, and all modules and lists in it.

    Args:
        value: the module or list.
        known: the identities of those that are passed over, with what is in them.
    """
    found: dict[int, Any] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if id(one) in found or id(one) in known:
            continue
        found[id(one)] = one
        inner = one.attributes if isinstance(one, Instance) else one.items if isinstance(one, Container) else one
        if isinstance(inner, dict | list | tuple):
            parts = inner.values() if isinstance(inner, dict) else inner
            waiting += [part for part in parts if isinstance(part, Instance | Container | Leaf | dict | list | tuple)]
    return list(found.values())


def tensors_in(values: Sequence[Any]) -> list[Tensor]:
    """The tensors among values and in the lists among them."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, tuple | list):
            found.extend(tensors_in(value))
    return found


def shapes_of(value: Any) -> Any:
    """An argument of a call as a layer's reader takes it."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, Parameter):
        if value.shape is None:
            raise Skip("the size of this weight is not known")
        return Weight(value.shape)
    if isinstance(value, tuple):
        return tuple(shapes_of(item) for item in value)
    return value
