"""Messages of sums, concatenations and views, and of batches that they mixed."""

from __future__ import annotations

import re
from math import prod
from typing import Final

from cnnshapes.layers.base import Layer, Shape, written
from cnnshapes.torch_errors.explanation import Explanation, Network, means, sizes

_SIZES: Final = {1: "channels", 2: "heights", 3: "widths"}
"""What the dimensions behind the batch count."""


@means(r"[Tt]he size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)")
def _sum(match: re.Match[str], network: Network) -> Explanation:
    first, second, dim = map(int, match.groups())

    def wanted(layer: Layer, reach: tuple[Shape, ...]) -> bool:
        merges = layer.kind in ("Add", "Subtract", "Multiply", "Divide")
        return merges and dim > 0 and (dim > 1 or {first, second} <= {shape[0] for shape in reach})

    node, repairs = network.find(wanted)
    if dim == 0:
        return Explanation(
            f"a sum, product or loss of two tensors with {first} and {second} examples in the batch",
            "Take both from the same batch, and flatten from dimension 1 on, so that no view mixes the examples",
        )
    change = (
        f"Give both branches one width: a 1×1 convolution on the shortcut turns {first} channels into {second}"
        if dim == 1
        else "Give both branches one size: the same strides on both, and padding that keeps the size (1 for a 3×3)"
    )
    return Explanation(
        f"a sum or product of two tensors whose {_SIZES.get(dim, 'sizes')} differ, {first} and {second}",
        change,
        node,
        repairs,
    )


@means(
    r"Sizes of tensors must match except in dimension (\d+)\. (?:Expected size|Got) (\d+) (?:but got size|and) (\d+)"
    r"(?: for tensor number (\d+))?"
)
def _concatenation(match: re.Match[str], network: Network) -> Explanation:
    dim, first, other = int(match[1]), int(match[2]), int(match[3])
    node, repairs = network.find(lambda layer, _: layer.kind == "Concat")
    cause = f"a concatenation along dimension {dim} of maps whose other sizes differ, {first} and {other}"
    return Explanation(
        f"{cause}, in tensor {int(match[4])} counted from 0" if match[4] else cause,
        "Give all branches the same height and width: padding 1 for a 3×3, 2 for a 5×5, and the same strides",
        node,
        repairs,
    )


@means(r"Tensors must have same number of dimensions: got (\d+) and (\d+)")
def _ranks(match: re.Match[str], network: Network) -> Explanation:
    node, repairs = network.find(lambda layer, _: layer.kind == "Concat")
    return Explanation(
        f"a concatenation of tensors of {match[1]} and {match[2]} dimensions",
        "Flatten the maps among them by x.flatten(1) first, or make a map of the vector by v[:, :, None, None].expand",
        node,
        repairs,
    )


@means(r"stack expects each tensor to be equal size, but got \[([\d, ]*)\] at entry 0 and \[([\d, ]*)\] at entry (\d+)")
def _stack(match: re.Match[str], network: Network) -> Explanation:
    first, other = (written(sizes(match[at])) or "one number" for at in (1, 2))
    return Explanation(
        f"the examples of a batch differ in size: number 0 is {first} and number {match[3]} is {other}",
        "Bring all to one size in the data set's transform: Resize((224, 224)), as Resize(224) sets the shorter side "
        "alone",
    )


@means(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)")
def _view(match: re.Match[str], network: Network) -> Explanation:
    wanted, count = re.findall(r"-?\d+", match[1]), int(match[2])
    known = prod(int(size) for size in wanted if size != "-1")
    fitting = [row for row in _flattened(network) if prod(row[1]) <= count and count % prod(row[1]) == 0]
    change = "Write x.flatten(1) instead, and let in_features of the next Linear be what comes out"
    if fitting and known:
        _, shape = fitting[-1]
        size = prod(shape)
        change = f"Each example has {written(shape)} = {size} numbers here: write x.flatten(1), and in_features={size}"
    return Explanation(
        f"{count:,} numbers cannot be arranged as ({', '.join(wanted)}), because {known:,} does not divide them evenly"
        if "-1" in wanted
        else f"{count:,} numbers cannot be arranged as ({', '.join(wanted)}), which has room for {known:,}",
        change,
        fitting[-1][0] if fitting and known else "",
    )


def _flattened(network: Network) -> list[tuple[str, Shape]]:
    """The nodes of a design that a Flatten or Reshape reads, with the maps that they give."""
    shapes = {row.name: row.output_shape for row in network.rows}
    design = network.design or ()
    return [
        (node.inputs[0], shapes[node.inputs[0]])
        for node in design
        if node.layer.kind in ("Flatten", "Reshape") and len(shapes.get(node.inputs[0], ())) > 1
    ]


@means(r"view size is not compatible with input tensor's size and stride")
def _strides(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the numbers no longer lie in order, after a permute or transpose, and a view does not move them",
        "Write .reshape(…) in place of .view(…), or .contiguous() before it",
    )


@means(r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)")
def _mixed(match: re.Match[str], network: Network) -> Explanation:
    given, batch = int(match[1]), int(match[2])
    times = f", {given / batch:g} times as many" if given > batch and batch else ""
    return Explanation(
        f"the network gives {given} predictions for {batch} labels{times}: a view mixed the examples of the batch",
        "Flatten with x.flatten(1), which keeps the batch apart, and set in_features to what comes out",
    )
