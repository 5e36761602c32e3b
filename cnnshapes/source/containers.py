"""Containers of torch.nn: which modules are in one, and what its methods change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cnnshapes.source.modules import Container, Modules, modules_of, numbered
from cnnshapes.source.pure import guarded
from cnnshapes.source.values import SCALARS, Instance, Skip, Stop

KINDS: Final = ("Sequential", "ModuleList", "ModuleDict")
_LOOKING: Final = frozenset({"items", "values", "keys", "children", "named_children", "modules", "named_modules"})
"""Methods of a module that give modules."""


def contained(module: Any) -> Container | None:
    """A container, or an object of a class that comes from one as such; None for any other value."""
    if isinstance(module, Container):
        return module
    if isinstance(module, Instance):
        kind = next((kind for kind in KINDS if module.cls.comes_from(f"nn.{kind}")), "")
        return Container(kind, Modules(module)) if kind else None
    return None


def looked_through(module: Any, name: str) -> list[Any] | None:
    """What a method such as `children` or `named_modules` gives, None for any other method."""
    if name not in _LOOKING:
        return None
    pairs = list(modules_of(module).items())
    if name in ("modules", "named_modules"):
        pairs = _all(module, "", set())
    if name in ("children", "named_children"):  # each once, by its first name
        first: dict[int, tuple[str, Any]] = {}
        for key, child in pairs:
            first.setdefault(id(child), (key, child))
        pairs = list(first.values())
    if name in ("items", "named_children", "named_modules"):
        return pairs
    return [key if name == "keys" else child for key, child in pairs]


def _all(module: Any, path: str, known: set[int]) -> list[tuple[str, Any]]:
    """A module and all below it with their paths, each once."""
    if id(module) in known:
        return []
    known.add(id(module))
    found = [(path, module)]
    for name, child in modules_of(module).items():
        found += _all(child, f"{path}.{name}" if path else name, known)
    return found


def item(container: Container, at: Any) -> Any:
    """`container[at]`: a module, or of a slice a container of the same kind."""
    items = container.items
    if container.kind == "ModuleDict" or not isinstance(at, int | slice):
        if not isinstance(at, SCALARS) or at not in items:
            raise Stop(f"there is no {at!r} among {', '.join(map(repr, items))}")
        return items[at]
    if isinstance(at, int):
        return items[_key(container, at)]
    pairs = guarded(list(items.items()).__getitem__, at)
    return Container("Sequential", dict(pairs)) if container.kind == "Sequential" else numbered(
        container.kind, [value for _, value in pairs])  # fmt: skip


def set_item(container: Container, at: Any, value: Any) -> None:
    """`container[at] = value`."""
    name = _key(container, at) if container.kind != "ModuleDict" and isinstance(at, int) else at
    if not isinstance(name, str):
        raise Skip("what this sets is not known")
    container.items[name] = value


def _key(container: Container, at: Any) -> str:
    """The name of the module at a position."""
    found: str = guarded(list(container.items).__getitem__, at)
    return found


def changed(container: Container, name: str, given: Sequence[Any]) -> Any:
    """What a method of a container gives, which may change it; raises Skip for one that is not known."""
    items = container.items
    values = list(items.values())
    match name, container.kind, list(given):
        case "append", "Sequential" | "ModuleList", [value]:
            items[str(len(items))] = value
        case "insert", "Sequential" | "ModuleList", [int(at), value]:
            values.insert(at, value)
            _refill(items, values)
        case "extend", "Sequential" | "ModuleList", [list(more)]:
            for value in more:
                items[str(len(items))] = value
        case "pop", "Sequential" | "ModuleList", [int()] | []:
            found = guarded(values.pop, *given)
            _refill(items, values)
            return found
        case "pop", "ModuleDict", [key]:
            found = item(container, key)
            del items[key]
            return found
        case "update", "ModuleDict", [dict(more)]:
            for key, value in more.items():
                items[key] = value
        case "clear", "ModuleDict", []:
            _refill(items, [])
        case _:
            raise Skip(f"`.{name}` of this is not understood")
    return container


def _refill(items: dict[str, Any], values: Sequence[Any]) -> None:
    for key in list(items):
        del items[key]
    for at, value in enumerate(values):
        items[str(at)] = value
