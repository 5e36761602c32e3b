"""What the modules of a model hold beside their weights: noted before a forward, and put back after it.

A forward may count its calls, keep its last input or fill a cache, and a pass on stand-ins must leave none of it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any, Final

from torch import nn

_DICTS: Final = frozenset((dict, OrderedDict, defaultdict, Counter))
_CONTAINERS: Final = _DICTS | {list, set, deque}
_MACHINERY: Final = frozenset(vars(nn.Module())) - {"_parameters", "_buffers", "_modules"}
"""What torch itself keeps on a module; a forward has no business with it."""


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
            if type(module).__module__.startswith("torch.nn."):
                self._sizes.append((state, len(state)))
                continue
            self._attributes.append((state, dict(state)))
            for name, value in state.items():
                if type(value) in _CONTAINERS and name not in _MACHINERY:
                    self._note(value)

    def _note(self, container: Any) -> None:
        if id(container) in self._containers:
            return
        self._containers[id(container)] = container, container.copy()
        for value in _entries(container):
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


def _entries(container: Any) -> Iterator[Any]:
    yield from container.values() if type(container) in _DICTS else container
