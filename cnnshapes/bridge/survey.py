"""One walk over a model, before it runs: its modules by path, its parameters and buffers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from cnnshapes.bridge.leaves import leaf_classes
from cnnshapes.layers import Shape
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row

COMPILED: Final = "_orig_mod"
"""Where torch.compile keeps the module that it wraps, which is no level of the user's own."""
_NO_WEIGHTS: Final[Mapping[str, Shape]] = {}


class Site:
    """A module in its place.

    Attributes:
        module, path: the module and where it sits, `layer1.0.conv1`.
        state: the module's attributes.
        arguments: gets its arguments from `state`, where it is a layer of ours and nothing was hung onto it; else None.
        biased: whether it has a bias, which is an argument too.
        weights: its own parameters' shapes by name.
        own: its own parameters' ids.
        calls: how often it was called so far.
    """

    __slots__ = ("arguments", "biased", "calls", "module", "own", "path", "state", "weights")

    def __init__(
        self, module: nn.Module, path: str, state: dict[str, Any], arguments: Callable[[Any], Any] | None
    ) -> None:
        self.module = module
        self.path = path
        self.state = state
        self.arguments = arguments
        self.calls = 0
        self.biased = False
        self.weights: Mapping[str, Shape] = _NO_WEIGHTS
        self.own: Sequence[int] = ()


Parameter = tuple[str, str, Tensor, int, bool]
"""A learned tensor: the path of its module and its name there, the tensor, how many numbers it holds, and whether it is
not frozen. A plain tuple, for a model has hundreds of them, and they are all made before the first row."""


class Survey:
    """What a model is made of; a module or parameter that sits in several places counts where it comes first.

    Attributes:
        sites: every module's place, in the order of `named_modules`.
        modules: the class name of every module by its path.
        parameters: each parameter by its id.
        buffers: the buffers by id.
        buffer_bytes: what they take.
        lazy: whether some sizes are not settled before a first run.
        scripted: the path of a scripted module, None where there is none.
    """

    def __init__(self, model: nn.Module) -> None:
        self.sites: list[Site] = []
        self.modules: dict[str, str] = {}
        self.parameters: dict[int, Parameter] = {}
        self.buffers: dict[int, Tensor] = {}
        self.buffer_bytes = 0
        self.lazy = False
        self.scripted: str | None = None
        self._counts: set[int] = set()
        self._type: torch.dtype | None = None
        self._walk(model)

    def _walk(self, model: nn.Module) -> None:
        leaves, sites, modules = leaf_classes(), self.sites, self.modules
        seen: set[nn.Module] = set()
        waiting: list[tuple[str, nn.Module]] = [("", model)]
        buffers: list[Tensor | None] = []
        while waiting:
            path, module = waiting.pop()
            if module in seen:
                continue
            seen.add(module)
            state, kind = module.__dict__, type(module)
            modules[path] = kind.__name__
            arguments = None
            if kind in leaves:
                if not (state["_forward_hooks"] or state["_forward_pre_hooks"] or "forward" in state):
                    arguments = leaves[kind][1]
            elif isinstance(module, torch.jit.ScriptModule):
                self.scripted = path
                return  # there is nothing to read it by
            site = Site(module, path, state, arguments)
            sites.append(site)
            if parameters := state["_parameters"]:
                self._take_parameters(site, parameters)
            if registry := state["_buffers"]:
                buffers += registry.values()
            if children := state["_modules"]:
                dotted = f"{path}." if path else ""
                for name in reversed(children):
                    if children[name] is not None:
                        waiting.append((path if name == COMPILED else dotted + name, children[name]))
        self._take_buffers(buffers)

    def _take_parameters(self, site: Site, parameters: Mapping[str, Tensor | None]) -> None:
        weights: dict[str, Shape] = {}
        own: list[int] = []
        known, counts, path = self.parameters, self._counts, site.path
        learned = None
        for name, parameter in parameters.items():
            if parameter is None:
                continue
            if type(parameter) is UninitializedParameter:
                self.lazy = True
                continue
            learned = parameter
            weights[name] = parameter.shape
            key = id(parameter)
            own.append(key)
            if key not in known:
                numbers = parameter.numel()
                counts.add(numbers)
                known[key] = path, name, parameter, numbers, parameter.requires_grad
        site.weights, site.own, site.biased = weights, own, "bias" in weights
        if learned is not None and learned.dtype is not self._type:
            if self._type is None:
                self._type = learned.dtype
            else:
                site.arguments = None  # its formula does not know what numbers reach it, so its forward runs

    def _take_buffers(self, buffers: list[Tensor | None]) -> None:
        """Note all buffers at once, for there are as many as parameters and little to say of each."""
        known = self.buffers = {id(buffer): buffer for buffer in buffers if buffer is not None}
        if UninitializedBuffer in map(type, known.values()):
            self.lazy = True
            return
        taken = [buffer.nbytes for buffer in known.values()]
        self._counts.update(taken)
        self.buffer_bytes = sum(taken)

    def sizes(self) -> set[int]:
        """Numbers that every size which occurs in the model divides: what its parameters hold, the bytes of buffers."""
        return self._counts - {0}

    @property
    def dtype(self) -> torch.dtype:
        """The type of numbers the model computes with."""
        return _first_type(tensor for _, _, tensor, _, _ in self.parameters.values())

    def name_of(self, key: int) -> str:
        """The name of a parameter, as the model's `named_parameters` has it."""
        path, name, _, _, _ = self.parameters[key]
        return f"{path}.{name}" if path else name

    def unused(self, uncounted: Iterable[int]) -> list[Row]:
        """A row for each of these parameters."""
        rows = []
        for key in uncounted:
            _, _, tensor, count, trains = self.parameters[key]
            name = self.name_of(key)
            shape = tuple(tensor.shape)
            rows.append(Row(name, "unused", (), (), shape, count, count if trains else 0, 0, ReceptiveField(()), None))
        return rows


def numbers_of(model: nn.Module) -> torch.dtype:
    """The type of numbers a model computes with, that of its first real parameter, or complex where none is real."""
    return _first_type(model.parameters())


def _first_type(tensors: Iterable[Tensor]) -> torch.dtype:
    complex_: torch.dtype | None = None
    for tensor in tensors:
        if tensor.dtype.is_floating_point:
            return tensor.dtype
        if tensor.dtype.is_complex:
            complex_ = complex_ or tensor.dtype
    return complex_ or torch.float32
