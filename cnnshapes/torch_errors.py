"""Torch's error messages in plain words: which layer, which numbers, and what to change.

One function for each message, found by the pattern above it. It is given the numbers in the message, and says what
happened; with the design at hand it says where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Final

from cnnshapes.design import Design
from cnnshapes.errors import CnnshapesError, Edit, Repair, ShapeError
from cnnshapes.layers.base import Layer, Shape, written
from cnnshapes.layers.convolution import Convolution
from cnnshapes.layers.linear import Linear
from cnnshapes.report import Row, report_of


@dataclass(frozen=True)
class Explanation:
    """What an error message of torch means.

    Attributes:
        cause: what happened, with the numbers.
        change: what to do about it.
        node: the layer of the design that it is about, "" where none stands out.
        repairs: changes of the design that mend it, each checked on the whole of it.
    """

    cause: str
    change: str
    node: str = ""
    repairs: tuple[Repair, ...] = ()

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        return f"{where}{self.cause}. {self.change}."


def explained(message: str, design: Design | None = None) -> Explanation | None:
    """The meaning of torch's error message; None where it is none that has to do with shapes.

    Args:
        message: the message, or a whole traceback that ends in it.
        design: the network it came from, so that the layer can be named.
    """
    text = " ".join(message.split())
    for pattern, meaning in _MEANINGS:
        match = pattern.search(text)
        if match is not None:
            return meaning(match, _Network(design))
    return None


class _Network:
    """The design an error came from, as far as it computes."""

    def __init__(self, design: Design | None) -> None:
        self.design = design
        self.rows: list[Row] = []
        self.error: ShapeError | None = None
        if design is not None:
            try:
                self.rows = list(report_of(design))
            except ShapeError as error:
                self.error = error
                self.rows = list(error.report or ())

    def find(self, wanted: Callable[[Layer], bool]) -> tuple[str, tuple[Repair, ...]]:
        """The failing node if it is as wanted, with its repairs; else the only node that is, or ""."""
        if self.design is None:
            return "", ()
        if self.error is not None and wanted(self.design[self.error.node].layer):
            return self.error.node, self.error.repairs
        known = {row.name: row for row in self.rows}
        found = [
            node.name
            for node in self.design
            if wanted(node.layer.resolved(*known[node.name].input_shapes) if node.name in known else node.layer)
        ]
        return (found[0], ()) if len(found) == 1 else ("", ())

    def set(self, node: str, field: str, value: int) -> tuple[Repair, ...]:
        """One repair, if the network computes with it."""
        edit = Edit(field, value, node)
        try:
            if self.design is None or not node:
                return ()
            report_of(self.design.with_edits([edit]))
        except CnnshapesError:
            return ()
        return (Repair(f"{field} = {value}", (edit,)),)


_Meaning = Callable[["re.Match[str]", _Network], Explanation]
_MEANINGS: Final[list[tuple[re.Pattern[str], _Meaning]]] = []
_SHAPE = r"\[([\d, ]+)\]"


def _means(pattern: str) -> Callable[[_Meaning], _Meaning]:
    def enter(meaning: _Meaning) -> _Meaning:
        _MEANINGS.append((re.compile(pattern), meaning))
        return meaning

    return enter


def _sizes(text: str) -> Shape:
    return tuple(int(size) for size in re.findall(r"\d+", text))


@_means(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")
def _linear(match: re.Match[str], network: _Network) -> Explanation:
    lines, reach, takes, gives = map(int, match.groups())
    node, repairs = network.find(
        lambda layer: isinstance(layer, Linear) and (layer.in_features, layer.out_features) == (takes, gives)
    )
    if not node:
        node, repairs = network.find(lambda layer: isinstance(layer, Linear) and layer.out_features == gives)
    cause = f"{reach:,} features reach Linear(in_features={takes}, out_features={gives}), which takes {takes:,}"
    flat = _never_flattened(network, node, lines, reach)
    if flat:
        return Explanation(
            f"{cause}; they are the last dimension of a map that was never flattened",
            f"Put a Flatten before it and set in_features to {flat}",
            node,
            repairs,
        )
    change = f"Set in_features to {reach}"
    if takes * lines == reach or (reach % takes == 0 and lines == 1):
        change += ", unless the batch was flattened along: flatten from dimension 1 on"
    return Explanation(cause, change, node, repairs or network.set(node, "in_features", reach))


def _never_flattened(network: _Network, node: str, lines: int, reach: int) -> int:
    """The features of the map that reaches a Linear as it is, 0 where it is flat."""
    if not node or network.design is None:
        return 0
    shapes = {row.name: row.output_shape for row in network.rows}
    shape = shapes.get(network.design[node].inputs[0], network.design.input_shape)
    return prod(shape) if len(shape) > 1 and shape[-1] == reach and lines % prod(shape[:-1]) == 0 else 0


@_means(
    r"[Gg]iven groups=(\d+), (?:weight of size|expected weight to be at least \d+ at dimension 0, but got weight of "
    r"size) " + _SHAPE + r".*?expected input ?" + _SHAPE + r" to have (\d+) channels, but got (\d+) channels"
)
def _channels(match: re.Match[str], network: _Network) -> Explanation:
    weight, given, takes, reach = _sizes(match[2]), _sizes(match[3]), int(match[4]), int(match[5])
    node, repairs = network.find(
        lambda layer: (
            isinstance(layer, Convolution) and layer.in_channels in (None, takes) and layer.out_channels == weight[0]
        )
    )
    cause = (
        f"a convolution with in_channels={takes} and out_channels={weight[0]} is given 1 channel"
        if reach == 1
        else f"a convolution with in_channels={takes} and out_channels={weight[0]} is given {reach} channels"
    )
    if given[-1] == takes and len(given) == len(weight):
        return Explanation(
            f"{cause}, because the channels of {written(given)} come last",
            "Bring them forward: x.permute(0, 3, 1, 2)" if len(given) == 4 else "Bring them forward by x.permute",
            node,
        )
    change = f"Set its in_channels to {reach}, or the out_channels before it to {takes}"
    if reach == 1 and takes == 3:
        change = "The picture is grey: set in_channels to 1, or repeat its one channel three times"
    return Explanation(cause, change, node, repairs or network.set(node, "in_channels", reach))


@_means(r"Calculated padded input size per channel: \(([\d x]+)\)\. Kernel size: \(([\d x]+)\)")
def _kernel(match: re.Match[str], network: _Network) -> Explanation:
    size, kernel = _sizes(match[1]), _sizes(match[2])
    node, repairs = network.find(lambda layer: isinstance(layer, Convolution) and _is(layer, kernel))
    missing = max(wide - there for wide, there in zip(kernel, size, strict=True))
    return Explanation(
        f"a {written(kernel)} kernel does not fit the {written(size)} map, its padding included",
        f"Add padding of {-(-missing // 2)} or more, use a smaller kernel, or pool less before it",
        node,
        repairs,
    )


def _is(layer: Convolution, kernel: Shape) -> bool:
    own = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * len(kernel)
    return own == kernel or set(kernel) == set(own)


@_means(r"Given input size: \(([\d x]+)\)\. Calculated output size: \(([-\d x]+)\)\. Output size is too small")
def _pooled_away(match: re.Match[str], network: _Network) -> Explanation:
    size = _sizes(match[1])
    node = network.error.node if network.error is not None else ""
    return Explanation(
        f"a pooling is given {written(size)}, which is smaller than its kernel, so nothing would be left",
        "Leave this pooling out, start from a larger picture, or add padding before it",
        node,
        network.error.repairs if network.error is not None else (),
    )


@_means(r"running_mean should contain (\d+) elements not (\d+)")
def _batch_norm(match: re.Match[str], network: _Network) -> Explanation:
    reach, takes = int(match[1]), int(match[2])
    node, repairs = network.find(lambda layer: getattr(layer, "num_features", None) == takes)
    return Explanation(
        f"1 channel reaches a BatchNorm with num_features={takes}"
        if reach == 1
        else f"{reach} channels reach a BatchNorm with num_features={takes}",
        f"Set its num_features to {reach}, the out_channels of the convolution before it",
        node,
        repairs or network.set(node, "num_features", reach),
    )


@_means(r"[Tt]he size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)")
def _sum(match: re.Match[str], network: _Network) -> Explanation:
    first, second, dim = map(int, match.groups())
    node = network.error.node if network.error is not None and network.error.kind in ("Add", "Multiply") else ""
    what = "channels" if dim == 1 else "heights" if dim == 2 else "widths"
    change = (
        f"Give both branches one width: a 1×1 convolution on the shortcut turns {first} channels into {second}"
        if dim == 1
        else "Give both branches one size: the same strides on both, and padding that keeps the size (1 for a 3×3)"
    )
    return Explanation(
        f"a sum or product of two tensors whose {what} differ, {first} and {second}",
        change,
        node,
        network.error.repairs if node and network.error is not None else (),
    )


@_means(
    r"Sizes of tensors must match except in dimension (\d+)\. (?:Expected size|Got) (\d+) (?:but got size|and) (\d+)"
    r"(?: for tensor number (\d+))?"
)
def _concatenation(match: re.Match[str], network: _Network) -> Explanation:
    dim, first, other = int(match[1]), int(match[2]), int(match[3])
    node = network.error.node if network.error is not None and network.error.kind == "Concat" else ""
    which = f", in tensor {int(match[4])} counted from 0" if match[4] else ""
    return Explanation(
        f"a concatenation along dimension {dim} of maps whose other sizes differ, {first} and {other}{which}",
        "Give all branches the same height and width: padding 1 for a 3×3, 2 for a 5×5, and the same strides",
        node,
        network.error.repairs if node and network.error is not None else (),
    )


@_means(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)")
def _view(match: re.Match[str], network: _Network) -> Explanation:
    wanted, count = re.findall(r"-?\d+", match[1]), int(match[2])
    known = prod(int(size) for size in wanted if size != "-1")
    fitting = [
        row for row in network.rows if known and count % prod(row.output_shape) == 0 and len(row.output_shape) > 1
    ]
    change = "Write x.flatten(1) instead, and let in_features of the next Linear be what comes out"
    if fitting:
        shape = fitting[-1].output_shape
        size = prod(shape)
        change = f"Each example has {written(shape)} = {size} numbers here: write x.flatten(1), and in_features={size}"
    return Explanation(
        f"{count:,} numbers cannot be arranged as ({', '.join(wanted)}), because {known:,} does not divide them evenly",
        change,
        fitting[-1].name if fitting else "",
    )


@_means(r"view size is not compatible with input tensor's size and stride")
def _strides(match: re.Match[str], network: _Network) -> Explanation:
    return Explanation(
        "the numbers no longer lie in order, after a permute or transpose, and a view does not move them",
        "Write .reshape(…) in place of .view(…), or .contiguous() before it",
    )


@_means(r"Expected (\d)D \(unbatched\) or (\d)D \(batched\) input to (\w+), but got input of size: " + _SHAPE)
def _rank(match: re.Match[str], network: _Network) -> Explanation:
    given, batched = _sizes(match[4]), int(match[2])
    if len(given) < batched:
        change = "Add the missing dimension: x.unsqueeze(0) for a batch of one, x.unsqueeze(1) for one channel"
    else:
        change = "Take the extra dimension out by x.squeeze or x.flatten"
    axes = ", ".join(("batch", "channels", *("depth", "height", "width")[5 - batched :]))
    return Explanation(
        f"{match[3]} is given {len(given)} dimensions, {written(given)}; it takes {batched}: ({axes})", change
    )


@_means(r"Expected more than 1 value per channel when training, got input size (?:torch\.Size\()?" + _SHAPE)
def _one_value(match: re.Match[str], network: _Network) -> Explanation:
    return Explanation(
        f"BatchNorm is given one number per channel, {written(_sizes(match[1]))}, and has nothing to average",
        "Train with batches of several examples (drop_last=True in the DataLoader), or call model.eval() to use it",
    )


@_means(r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)")
def _mixed(match: re.Match[str], network: _Network) -> Explanation:
    given, batch = int(match[1]), int(match[2])
    times = f", {given / batch:g} times as many" if given > batch and batch else ""
    return Explanation(
        f"the network gives {given} predictions for {batch} labels{times}: a view mixed the examples of the batch",
        "Flatten with x.flatten(1), which keeps the batch apart, and set in_features to what comes out",
    )


@_means(r"Target (-?\d+) is out of bounds")
def _target(match: re.Match[str], network: _Network) -> Explanation:
    linear = next((row for row in reversed(network.rows) if isinstance(row.layer, Linear)), None)
    label = int(match[1])
    gives = f", and the last layer gives {linear.output_shape[-1]}" if linear is not None else ""
    return Explanation(
        f"a label is {label}, so there are at least {label + 1} classes{gives}",
        f"Set out_features of the last Linear to {label + 1} or more, or count the labels from 0",
        linear.name if linear is not None else "",
        network.set(linear.name, "out_features", label + 1) if linear is not None and label >= 0 else (),
    )


@_means(r"(in|out)_channels must be divisible by groups")
def _groups(match: re.Match[str], network: _Network) -> Explanation:
    node = network.error.node if network.error is not None and "groups" in network.error.problem else ""
    return Explanation(
        f"a convolution's {match[1]}_channels is no multiple of groups, so the groups cannot share the channels out",
        f"Choose groups that divide {match[1]}_channels, such as 1, 2, or all of them for a depthwise convolution",
        node,
        network.error.repairs if node and network.error is not None else (),
    )


@_means(r"num_channels \((\d+)\) must be divisible by num_groups \((\d+)\)")
def _group_norm(match: re.Match[str], network: _Network) -> Explanation:
    channels, groups = int(match[1]), int(match[2])
    best = max((divisor for divisor in range(1, groups + 1) if channels % divisor == 0), default=1)
    return Explanation(
        f"GroupNorm cannot share {channels} channels out evenly among {groups} groups",
        f"Choose num_groups that divide {channels}, such as {best}",
    )


@_means(r"pad should be at most half of (?:effective )?kernel size, but got pad=(-?\d+), kernel_size=(\d+)")
def _pooling_padding(match: re.Match[str], network: _Network) -> Explanation:
    most = int(match[2]) // 2
    return Explanation(
        f"a pooling has padding {match[1]}, more than half of its kernel of {match[2]}, so a window could see padding "
        "alone",
        f"Set its padding to {most} or less",
    )


@_means(
    r"Input type \(([^)]+)\) and (?:weight|bias) type \(([^)]+)\) should be the same"
    r"|expected scalar type (\w+) but found (\w+)|mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)"
)
def _types(match: re.Match[str], network: _Network) -> Explanation:
    kinds = [kind for kind in match.groups() if kind]
    if any("cuda" in kind for kind in kinds) and any("cuda" not in kind for kind in kinds):
        return Explanation(
            "the input and the weights are on different devices", "Move both: model.to(device) and x.to(device)"
        )
    said = f", {' and '.join(kinds)}" if kinds else ""
    return Explanation(
        f"the input and the weights have different types of numbers{said}",
        "Convert the input: x.float(), and pictures to 0 … 1 by / 255",
    )


@_means(r"(?:CUDA )?out of memory")
def _memory(match: re.Match[str], network: _Network) -> Explanation:
    said = ""
    if network.rows and network.error is None and network.design is not None:
        memory = report_of(network.design).memory()
        said = (
            f"; this network needs {(memory.training + memory.backward) / 2**20:,.1f} MiB for each example in training"
        )
    return Explanation(f"the GPU's memory is full{said}", "Use a smaller batch, smaller pictures or bfloat16")
