"""What the modules of a model hold beside their weights: noted before a forward, and put back after it.

A forward may count its calls, keep its last input or fill a cache, and a pass on stand-ins must leave none of it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from typing import Any, Final

from torch import nn

_DICTS: Final = frozenset((dict, OrderedDict, defaultdict, Counter))
_CONTAINERS: Final = _DICTS | {list, set, deque}
_REGISTRIES: Final = ("_parameters", "_buffers", "_modules")
_MACHINERY: Final = frozenset(vars(nn.Module()))
"""What torch itself keeps on a module; but for the registries, a forward has no business with it."""
_TORCHS: Final[set[type]] = set()
"""Torch's own classes of modules that were met."""


class State:
    """The attributes of some modules, down to the entries of their lists, dicts and sets.

    Of torch's own modules, whose forwards keep nothing, only what somebody else hangs onto them is noticed.
    """

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        self._sizes: list[tuple[dict[str, Any], int]] = []
        self._attributes: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._containers: dict[int, tuple[Any, Any]] = {}
        for module in modules:
            state = module.__dict__
            kind = type(module)
            if kind in _TORCHS or kind.__module__.startswith("torch.nn."):
                _TORCHS.add(kind)
                self._sizes.append((state, len(state)))
                continue
            self._attributes.append((state, state.copy()))
            for name in _REGISTRIES:
                registry = state[name]
                self._containers[id(registry)] = registry, registry.copy()
            for name in state.keys() - _MACHINERY:
                if type(state[name]) in _CONTAINERS:
                    self._note(state[name])

    def _note(self, container: Any) -> None:
        if id(container) in self._containers:
            return
        self._containers[id(container)] = container, container.copy()
        for value in container.values() if type(container) in _DICTS else container:
            if type(value) in _CONTAINERS:
                self._note(value)

    def put_back(self) -> None:
        """Make everything what it was."""
        for container, before in self._containers.values():
            container.clear()
            (container.extend if isinstance(container, list | deque) else container.update)(before)
        for state, attributes in self._attributes:
            state.clear()
            state.update(attributes)
        for state, size in self._sizes:
            while len(state) > size:
                state.popitem()  # the latest
