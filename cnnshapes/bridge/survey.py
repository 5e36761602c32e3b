"""One walk over a model, before it runs: its modules by path, its parameters and buffers, and who is in training."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
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
_LAZY: frozenset[type] = frozenset((UninitializedParameter, UninitializedBuffer))


class Site:
    """A module in its place.

    Attributes:
        module, path: the module and where it sits, `layer1.0.conv1`.
        arguments: gets its arguments, where it is a layer of ours and nothing was hung onto it; else None.
        biased: whether it has a bias, which is an argument too.
        weights: its own parameters' shapes by name.
        own: its own parameters' ids.
        calls: how often it was called so far.
    """

    __slots__ = ("arguments", "biased", "calls", "module", "own", "path", "weights")

    def __init__(self, module: nn.Module, path: str) -> None:
        self.module = module
        self.path = path
        self.calls = 0
        self.weights: dict[str, Shape] = {}
        self.own: list[int] = []
        self.arguments: Callable[[Any], Any] | None = None
        self.biased = False
        state = module.__dict__
        known = leaf_classes().get(type(module))
        if known and not (state["_forward_hooks"] or state["_forward_pre_hooks"] or "forward" in state):
            self.arguments = known[1]


class Survey:
    """What a model is made of; a module or parameter that sits in several places counts where it comes first.

    Attributes:
        sites: every module's place, in the order of `named_modules`.
        parameters: (name, tensor, count, trainable) of each parameter by its id.
        buffers: the buffers by id.
        buffer_bytes: what they take.
        sizes: all sizes that occur in them.
        training: the modules in training mode.
        lazy: whether some sizes are not settled before a first run.
        scripted: the path of a scripted module, None where there is none.
    """

    def __init__(self, model: nn.Module) -> None:
        self.sites: list[Site] = []
        self.parameters: dict[int, tuple[str, Tensor, int, bool]] = {}
        self.buffers: dict[int, Tensor] = {}
        self.buffer_bytes = 0
        self.sizes: set[int] = set()
        self.training: list[nn.Module] = []
        self.lazy = False
        self.scripted: str | None = None
        seen: set[int] = set()
        waiting: list[tuple[str, nn.Module]] = [("", model)]
        while waiting:
            path, module = waiting.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            self._visit(path, module)
            children = module._modules.items()
            if children:
                dotted = f"{path}." if path else ""
                waiting.extend(
                    [
                        (path if name == COMPILED else dotted + name, child)
                        for name, child in reversed(children)
                        if child is not None
                    ]
                )

    def _visit(self, path: str, module: nn.Module) -> None:
        site = Site(module, path)
        self.sites.append(site)
        if module.training:
            self.training.append(module)
        if isinstance(module, torch.jit.ScriptModule):
            self.scripted = path if self.scripted is None else self.scripted
        for name, parameter in module._parameters.items():
            if parameter is not None:
                if type(parameter) in _LAZY:
                    self.lazy = True
                    continue
                shape = tuple(parameter.shape)
                site.weights[name] = shape
                key = id(parameter)
                site.own.append(key)
                if key not in self.parameters:
                    full = f"{path}.{name}" if path else name
                    self.parameters[key] = (full, parameter, prod(shape), parameter.requires_grad)
                    self.sizes.update(shape)
        site.biased = "bias" in site.weights
        for buffer in module._buffers.values():
            if type(buffer) in _LAZY:
                self.lazy = True
            elif buffer is not None and id(buffer) not in self.buffers:
                self.buffers[id(buffer)] = buffer
                self.buffer_bytes += buffer.nbytes
                self.sizes.update(buffer.shape)

    @property
    def dtype(self) -> torch.dtype:
        """The type of numbers the model computes with."""
        return _first_type(tensor for _, tensor, _, _ in self.parameters.values())

    def unused(self, uncounted: Iterable[int]) -> list[Row]:
        """A row for each of these parameters."""
        rows = []
        for key in uncounted:
            name, tensor, count, trains = self.parameters[key]
            shape = tuple(tensor.shape)
            rows.append(Row(name, "unused", (), (), shape, count, count * trains, 0, ReceptiveField(()), None))
        return rows

    @property
    def modules(self) -> dict[str, str]:
        """The class name of every module by its path."""
        return {site.path: type(site.module).__name__ for site in self.sites}


def numbers_of(model: nn.Module) -> torch.dtype:
    """The type of numbers a model computes with, that of its first real or complex parameter."""
    return _first_type(model.parameters())


def _first_type(tensors: Iterable[Tensor]) -> torch.dtype:
    found = (tensor.dtype for tensor in tensors if tensor.is_floating_point() or tensor.is_complex())
    return next(found, torch.float32)
