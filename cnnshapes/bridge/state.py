"""Everything a model holds: noted before a forward, and put back after it.

A forward may count its calls, keep its last input or fill a cache, and a pass on stand-ins must leave none of it.
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, filterfalse
from operator import itemgetter
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.modules.lazy import LazyModuleMixin

from cnnshapes.bridge.doors import open_doors

_DICTS: Final = frozenset((dict, OrderedDict, defaultdict, Counter))
_CONTAINERS: Final = _DICTS | {list, set, deque}
_NOTED: Final = _CONTAINERS | {Tensor, nn.Parameter}
_REGISTRIES: Final = ("_parameters", "_buffers", "_modules")
_MACHINERY: Final = frozenset(vars(nn.Module()))
"""What torch itself keeps on a module; but for the registries, a forward has no business with it."""
_TORCHS: Final[set[type]] = set()
"""Torch's own classes of modules that were met."""


@contextlib.contextmanager
def untouched(modules: Iterable[nn.Module]) -> Iterator[Mapping[int, Tensor]]:
    """Evaluation mode without gradients for the modules of a model, and everything as it was afterwards.

    Yields:
        The tensors by id that its modules keep without having registered them.
    """
    random_state, pythons = torch.get_rng_state(), random.getstate()
    compiler = "torch._dynamo" in sys.modules  # what was compiled runs as it was written
    eager = torch.compiler.set_stance("force_eager") if compiler else contextlib.nullcontext()
    state = _State(modules)
    try:
        state.begin()
        with torch.no_grad(), eager, open_doors():
            yield state.plain
    finally:
        state.put_back()
        for attributes in state.training:
            attributes["training"] = True
        torch.set_rng_state(random_state)
        random.setstate(pythons)


@contextlib.contextmanager
def on_device(model: nn.Module, device: str) -> Iterator[Mapping[int, Tensor]]:
    """Copies on a device, without data on meta, in place of a model's parameters and buffers; then its own again.

    The model itself runs, not a copy of it, for what a hook's closure holds of it no copy would have.

    Yields:
        Its own, by the ids of the copies.
    """
    copies: dict[int, Any] = {}
    own: dict[int, Tensor] = {}

    def copy(tensor: Any) -> Any:
        known = copies.get(id(tensor))
        if known is None:
            there = torch.empty_like(tensor, device=device)
            if not (tensor.is_meta or there.is_meta):
                there.copy_(tensor.detach())
            is_parameter = isinstance(tensor, nn.Parameter)
            known = copies[id(tensor)] = nn.Parameter(there, requires_grad=False) if is_parameter else there
            own[id(known)] = tensor
        return known

    registries: list[tuple[Any, dict[str, Tensor]]] = []
    recurrent: list[tuple[nn.RNNBase, list[Any]]] = []  # which hold their weights in a list of their own too
    try:
        with torch.no_grad():
            for module in model.modules():
                for registry in (module._parameters, module._buffers):
                    tensors = {name: tensor for name, tensor in registry.items() if tensor is not None}
                    registries.append((registry, tensors))
                    registry.update({name: copy(tensor) for name, tensor in tensors.items()})
                if isinstance(module, nn.RNNBase):
                    recurrent.append((module, module._flat_weights))
                    module.__dict__["_flat_weights"] = [copy(weight) for weight in module._flat_weights]
        yield own
    finally:
        for registry, tensors in registries:
            registry.update(tensors)
        for rnn, weights in recurrent:
            rnn.__dict__["_flat_weights"] = weights


class _State:
    """The attributes of some modules, down to the entries of their lists, dicts and sets.

    Of torch's own modules, whose forwards keep nothing in containers, the attributes and what is registered are enough:
    pruning and weight norm set one at each call, a forward may set another weight. They are left alone where nothing
    did, for Python finds the attributes of a dict that was emptied and filled again more slowly.

    Attributes:
        training: the attributes of the modules that are in training mode.
        plain: the tensors by id among their attributes and in their containers.
    """

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        self.training: list[dict[str, Any]] = []
        self.plain: dict[int, Tensor] = {}
        self._dicts: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._containers: dict[int, tuple[Any, Any]] = {}
        self._torchs: list[dict[str, Any]] = []
        self._before: list[dict[str, Any]] = []
        training, dicts, torchs, known = self.training, self._dicts, self._torchs, _TORCHS
        for module in modules:
            state = module.__dict__
            if state.get("training"):
                training.append(state)
            kind = type(module)
            if kind in known:
                torchs.append(state)
                continue
            if issubclass(kind, LazyModuleMixin):
                continue  # its first forward makes it what it is
            if kind.__module__.startswith("torch.nn."):
                known.add(kind)
                torchs.append(state)
                continue
            dicts.append((state, state.copy()))
            for name in _REGISTRIES:
                registry = state[name]
                dicts.append((registry, registry.copy()))
            for name in state.keys() - _MACHINERY:
                if type(state[name]) in _NOTED:
                    self._note(state[name])
        registries = list(chain.from_iterable(map(itemgetter(*_REGISTRIES), torchs)))
        self._empty = list(filterfalse(bool, registries))
        torchs += filter(None, registries)

    def _note(self, value: Any) -> None:
        if isinstance(value, Tensor):
            self.plain[id(value)] = value
            return
        if id(value) in self._containers:
            return
        self._containers[id(value)] = value, value.copy()
        for item in value.values() if type(value) in _DICTS else value:
            if type(item) in _NOTED:
                self._note(item)

    def begin(self) -> None:
        """Put the modules into evaluation mode; not by `.eval()`, which a class may override to do more."""
        for attributes in self.training:
            attributes["training"] = False
        self._before = list(map(dict.copy, self._torchs))

    def put_back(self) -> None:
        """Make everything what it was."""
        for container, before in self._containers.values():
            container.clear()
            (container.extend if isinstance(container, list | deque) else container.update)(before)
        for now, then in (*self._dicts, *self._changed()):
            now.clear()
            now.update(then)
        if any(self._empty):
            for registry in self._empty:
                registry.clear()

    def _changed(self) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
        """The attributes of torch's own modules, now and then, unless all are what they were."""
        with contextlib.suppress(Exception):  # of a tensor or the like that is another one, and not to be compared
            if self._torchs == self._before:
                return ()
        return zip(self._torchs, self._before, strict=True)
