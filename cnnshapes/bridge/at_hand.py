"""For the time of a pass: a module's children among its plain attributes, where Python finds them at once.

Python looks for `self.conv1` in vain before it asks `torch.nn.Module.__getattr__`, which takes as long as half a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from torch import nn

_BY_POSITION: Final = frozenset((nn.Sequential, nn.ModuleList, nn.ModuleDict))
"""What finds its children without their names."""


@contextmanager
def at_hand(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Put the children of modules among their attributes, where that makes no difference but in time."""
    other_names: dict[type[nn.Module], frozenset[str] | None] = {}
    put: list[tuple[dict[str, Any], tuple[str, ...]]] = []
    try:
        for module in modules:
            state, kind = module.__dict__, type(module)
            if not state["_modules"] or kind in _BY_POSITION:
                continue
            if kind not in other_names:
                other_names[kind] = _names(kind)
            taken, children = other_names[kind], state["_modules"].keys()
            if taken is not None and children.isdisjoint(taken) and children.isdisjoint(state.keys()):
                put.append((state, tuple(children)))
                state.update(state["_modules"])
        yield
    finally:
        for state, names in put:
            for name in names:
                state.pop(name, None)


def _names(kind: type[nn.Module]) -> frozenset[str] | None:
    """The names that a class gives to something else; None where it has another way to find children."""
    if kind.__getattr__ is not nn.Module.__getattr__ or kind.__getattribute__ is not object.__getattribute__:
        return None
    return frozenset[str]().union(*map(vars, kind.__mro__))
