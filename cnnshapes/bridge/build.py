"""Build a torch module from a design. No layer class is named here: the arguments of a layer are those of torch."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from cnnshapes.design import INPUT, Design
from cnnshapes.errors import DesignError
from cnnshapes.layers import Layer, Shape
from cnnshapes.report import rows


def build(design: Design) -> nn.Module:
    """The design as a torch module; made under `torch.device("meta")`, it has shapes and no numbers.

    Every node is a submodule of the node's name, dots between the levels, so the keys of its state dict are
    `{node}.{weight}`. It takes a batch of examples and returns what the last node gives, or the batch itself where
    there is no node.

    Raises:
        ShapeError: the design cannot be computed.
        DesignError: a node is called what a torch module has already, such as `training` or `conv1.weight`.
    """
    return Network(design)


def layer_module(layer: Layer, *input_shapes: Shape) -> nn.Module:
    """One layer as a torch module, for inputs of these shapes of one example.

    The shapes fill in the sizes that the layer left out (`in_channels`); where it has them all, none need be given.
    Nothing is checked here: what torch refuses it refuses in its own words.
    """
    resolved = layer.resolved(*input_shapes)
    if resolved.torch_function:
        return Operation(resolved, *input_shapes)
    module: nn.Module = getattr(nn, resolved.kind)(**resolved.given())
    return module


class Operation(nn.Module):
    """A layer that is a function in torch, such as a sum or a global pooling, in the place of its node.

    Attributes:
        layer: the layer.
        kind: its class name, which a reader of the model takes for the name of this module's class.
    """

    def __init__(self, layer: Layer, *input_shapes: Shape) -> None:
        super().__init__()
        self.layer = layer
        self.kind = layer.kind
        for name, shape in layer.weights(*input_shapes).items():
            self.register_parameter(name, nn.Parameter(torch.ones(shape)))

    def forward(self, *inputs: Tensor) -> Tensor:
        """What the function gives."""
        return called(self.layer, (*inputs, *self.parameters()))

    def extra_repr(self) -> str:
        return repr(self.layer)


class Step(NamedTuple):
    """One node: its module's path, what it reads, and whose outputs nobody reads after it."""

    path: str
    inputs: tuple[str, ...]
    last_reads: tuple[str, ...]


class Network(nn.Module):
    """A design as a module. Its submodules sit at the nodes' names; replacing one replaces what the node computes."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        modules = {row.name: layer_module(row.layer, *row.input_shapes) for row in rows(design) if row.layer}
        placed: dict[str, nn.Module] = {"": self}
        self._weighted: dict[str, Layer] = {}
        for name, module in modules.items():
            if isinstance(module, Operation) and module._parameters:  # in torch a parameter, and no module of its own
                self._weighted[name] = module.layer
                above, _, own = name.rpartition(".")
                _place(above, modules, placed).register_parameter(own, next(module.parameters()))
            else:
                _place(name, modules, placed)
        self._steps = _steps(design)

    def forward(self, x: Tensor) -> Tensor:
        """The output of the last node for a batch of examples."""
        values = {INPUT: x}
        for path, inputs, last_reads in self._steps:
            read = [values[source] for source in inputs]
            weighted = self._weighted.get(path)
            if weighted is None:
                x = self.get_submodule(path)(*read)
            else:
                x = called(weighted, (*read, self.get_parameter(path)))
            values[path] = x
            for source in last_reads:
                del values[source]
        return x


def _place(path: str, modules: dict[str, nn.Module], placed: dict[str, nn.Module]) -> nn.Module:
    """Put the module of a node, or an empty one for a level between, where its path says."""
    if path in placed:
        return placed[path]
    above, _, name = path.rpartition(".")
    owner = _place(above, modules, placed)
    module = modules[path] if path in modules else nn.Module()
    try:
        owner.add_module(name, module)
    except KeyError:
        raise DesignError(
            f'"{path}" cannot be the name of a torch module, because {type(owner).__name__} has an attribute '
            f'"{name}" already; give the node another name'
        ) from None
    placed[path] = module
    return module


def _steps(design: Design) -> tuple[Step, ...]:
    output = design.nodes[-1].name if design.nodes else INPUT
    last = {source: position for position, node in enumerate(design.nodes) for source in node.inputs}
    finished: list[list[str]] = [[] for _ in design.nodes]
    for position, node in enumerate(design.nodes):
        if node.name != output:
            finished[last.get(node.name, position)].append(node.name)  # one that nobody reads goes at once
    if INPUT in last:
        finished[last[INPUT]].append(INPUT)
    return tuple(Step(node.name, node.inputs, tuple(done)) for node, done in zip(design.nodes, finished, strict=True))


def called(layer: Layer, inputs: Sequence[Tensor]) -> Tensor:
    """What the torch function of a layer gives."""
    return layer.torch_call(function_called(layer.torch_function), inputs)


@functools.cache
def function_called(name: str) -> Callable[..., Any]:
    """The torch function of a dotted name, `torch.nn.functional.pad`."""
    return functools.reduce(getattr, name.split(".")[1:], torch)  # type: ignore[return-value]
