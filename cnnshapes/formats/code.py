"""A design as PyTorch source: one class that runs as printed."""

from __future__ import annotations

import itertools
import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from cnnshapes.design import INPUT, Design, Node
from cnnshapes.layers.axes import slice_text
from cnnshapes.layers.base import Layer, written
from cnnshapes.report import Row, report_of

_INPUT: Final = "input"
_RUNNING: Final = "x"
_FIRST: Final = ("in_channels", "out_channels", "in_features", "out_features", "num_features")
"""Arguments that nobody writes the names of."""

_TAKEN_LOCALS: Final = frozenset({"self", "torch", "nn", _INPUT, _RUNNING})
_TAKEN_ATTRIBUTES: Final = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad
    """.split()
)
"""What torch.nn.Module has already; a submodule of such a name could not be called."""


def to_code(design: Design) -> str:
    """The source of a torch.nn.Module that computes the design and returns its last node.

    Sizes that the design leaves to the input are written out, and each line of `forward` ends in the shape of one
    example, without the batch.

    Raises:
        ShapeError: the design cannot be computed.
    """
    report = report_of(design)
    names = identifiers(node.name for node in design)
    values = _variables(design, names)
    modules: list[str] = []
    steps: list[str] = []
    for node, row in zip(design, report, strict=True):
        layer = node.layer.resolved(*row.input_shapes)
        if not layer.torch_function:
            modules.append(f"self.{names[node.name]} = nn.{_call(layer.kind, (), layer.given())}")
        read = [values[source] for source in node.inputs]
        if layer.torch_function:
            for shape in layer.weights(*row.input_shapes).values():
                modules.append(f"self.{names[node.name]} = nn.Parameter(torch.ones({_value(shape)}))")
                read.append(f"self.{names[node.name]}")
        step = _step(layer, names[node.name], read)
        steps.append(f"{values[node.name]} = {step}  # {written(row.output_shape)}")
    last = design.nodes[-1].name if design.nodes else INPUT
    lines = [
        "import torch",
        "from torch import nn",
        "",
        "",
        f"class {class_name(design.name)}(nn.Module):",
        f'    """{written(report.input_shape)} to {written(report.output_shape)}: {report.total_params:,} parameters, '
        f'{report.total_macs:,} multiply–accumulates for one example."""',
        "",
        "    def __init__(self) -> None:",
        "        super().__init__()",
        *(f"        {line}" for line in _renamed(names)),
        *(f"        {line}" for line in modules),
        "",
        f"    def forward(self, {values[INPUT]}: torch.Tensor) -> torch.Tensor:",
        *(f"        {line}" for line in steps),
        f"        return {values[last]}",
    ]
    return "\n".join(lines) + "\n"


def layer_code(node: Node, row: Row | None = None) -> str:
    """One layer as people write it: `nn.Conv2d(6, 16, kernel_size=5)`.

    Args:
        node: the layer and what it reads.
        row: its row, from which sizes that were left to the input are filled in; None where it cannot be computed.
    """
    layer = node.layer if row is None else node.layer.resolved(*row.input_shapes)
    if not layer.torch_function:
        named = layer.given()
        first = list(itertools.takewhile(lambda name: name in _FIRST and name in named, layer.arguments()))
        return f"nn.{_call(layer.kind, [named.pop(name) for name in first], named)}"
    names = identifiers(source for source in node.inputs if source != INPUT) | {INPUT: _INPUT}
    return _step(layer, "", [names[source] for source in node.inputs])


def class_name(name: str) -> str:
    """The name of a design as the name of a class: `Resnet18Cifar` for `resnet18_cifar`."""
    words = re.split(r"[\W_]+", unicodedata.normalize("NFKC", name))
    joined = _spelled("".join(word[:1].upper() + word[1:] for word in words))
    return joined if joined.isidentifier() and not keyword.iskeyword(joined) else f"Net{joined}"


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """An identifier for each name of a node, no two the same: `layer1_0_conv1` for `layer1.0.conv1`."""
    result: dict[str, str] = {}
    taken = {*_TAKEN_LOCALS, *_TAKEN_ATTRIBUTES, *keyword.kwlist}
    for name in names:
        plain = _spelled(unicodedata.normalize("NFKC", name))
        if plain.startswith("_") or not plain.isidentifier():
            plain = f"layer_{plain.lstrip('_')}"
        free, number = plain, 1
        while free in taken:
            number += 1
            free = f"{plain}_{number}"
        taken.add(free)
        result[name] = free
    return result


def _renamed(names: dict[str, str]) -> Iterator[str]:
    """A comment on what became of dots, where names are paths such as torch gives to the modules of a module."""
    path = next((name for name in names if "." in name), None)
    if path is not None:
        yield f"# names have _ for each dot: {names[path]} is {path}"


def _spelled(text: str) -> str:
    """The text with _ for every character that no identifier may hold."""
    return "".join(letter if f"_{letter}".isidentifier() else "_" for letter in text)


def _variables(design: Design, names: dict[str, str]) -> dict[str, str]:
    """What holds each node's output: `x` where a module gives it and only the next line reads it, else its own name.

    A function has no attribute that would keep its node's name, so its variable does.
    """
    readers: dict[str, set[str]] = {name: set() for name in (INPUT, *names)}
    for node in design:
        for source in node.inputs:
            readers[source].add(node.name)
    functions = {node.name for node in design if node.layer.torch_function}
    following = zip((INPUT, *names), (*names, ""), strict=True)
    return {
        name: _RUNNING if readers[name] <= {after} and name not in functions else names.get(name, _INPUT)
        for name, after in following
    }


def _step(layer: Layer, name: str, inputs: Sequence[str]) -> str:
    if not layer.torch_function:
        return f"self.{name}({', '.join(inputs)})"

    def spelled(*positional: Any, **named: Any) -> _Source:
        if layer.torch_function == "torch.Tensor.__getitem__":
            tensor, index = positional
            return _Source(f"{tensor}[{', '.join(map(slice_text, index))}]")
        return _Source(_call(layer.torch_function, positional, named))

    return layer.torch_call(spelled, [_Source(variable) for variable in inputs])


class _Source(str):
    """Source text, which stands for itself inside a printed value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _call(function: str, positional: Sequence[Any], named: dict[str, Any]) -> str:
    arguments = [*map(_value, positional), *(f"{name}={_value(value)}" for name, value in named.items())]
    return f"{function}({', '.join(arguments)})"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, float) and value in (float("inf"), -float("inf")):
        return f'float("{value}")'
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, _Source) else repr(value)
