"""Messages of settings that no layer takes, and of paddings, splits, resizings and sequences that do not fit."""

from __future__ import annotations

import re

from cnnshapes.layers.base import written
from cnnshapes.torch_errors.explanation import SHAPE, Explanation, Network, means, sizes


@means(r"Padding size should be less than the corresponding input dimension, but got: padding \((\d+), (\d+)\) .*?"
       r"at dimension (\d+) of input ?" + SHAPE)  # fmt: skip
def _reflection(match: re.Match[str], network: Network) -> Explanation:
    padding, size = max(int(match[1]), int(match[2])), sizes(match[4])[int(match[3])]
    return Explanation(
        f"a padding by reflection is {padding} wide on a side, and the map it mirrors has a size of {size}, which "
        "holds at most one less",
        f"Set the padding to {size - 1} or less, start from a larger picture, or pad with zeros or by replication",
    )


@means(r"Padding value causes wrapping around more than once")
def _circular(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "a circular padding is wider than the map it goes around",
        "Set the padding to the map's size or less, start from a larger picture, or pad with zeros",
    )


@means(
    r"split_with_sizes expects split_sizes to sum exactly to (\d+) \(input tensor's size at dimension (-?\d+)\), but "
    r"got split_sizes=" + SHAPE
)
def _split(match: re.Match[str], network: Network) -> Explanation:
    size, parts = int(match[1]), sizes(match[3])
    return Explanation(
        f"a split into {list(parts)} takes {sum(parts)} in dimension {match[2]}, which has {size}",
        f"Let the sizes sum to {size}; for equal parts write x.chunk({len(parts)}, dim={match[2]})",
    )


@means(
    r"The expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\) at non-singleton dimension (\d+)"
)
def _expand(match: re.Match[str], network: Network) -> Explanation:
    wanted, there, dim = match.groups()
    return Explanation(
        f"expand is asked for {wanted} in dimension {dim}, where there are {there}; it repeats a single one alone",
        f"Leave the dimension as it is by -1, or repeat its {there} as a whole by x.repeat",
    )


@means(
    r"the number of sizes provided \((\d+)\) must be greater or equal to the number of dimensions in the tensor "
    r"\((\d+)\)"
)
def _expand_rank(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        f"expand is given {match[1]} sizes for a tensor of {match[2]} dimensions",
        "Give it a size for each dimension, -1 for those that stay",
    )


@means(r"Got (\d)D input, but (\w+) mode needs (\d)D input")
def _mode(match: re.Match[str], network: Network) -> Explanation:
    given, mode, takes = match.groups()
    right = {"3": "linear", "4": "bilinear", "5": "trilinear"}[given]
    return Explanation(
        f"a resizing with mode {mode} takes {takes} dimensions, batch and channels included, and is given {given}",
        f"Write mode='{right}', which takes {given}, or nearest, which takes any",
    )


@means(r"Only 3D, 4D and 5D input Tensors supported \(got (\d)D\)")
def _resizing_rank(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        f"a resizing takes 3, 4 or 5 dimensions, batch and channels included, and is given {match[1]}",
        "Put it before the Flatten or view, or add the missing dimensions: x[None, None] for a batch of one with one "
        "channel",
    )


@means(
    r"Input and (?:output|scale_factor) must have the same number of spatial dimensions, but got input with spatial "
    r"dimensions of " + SHAPE + r" and (output size|scale_factor) of (?:shape )?\(([\d., ]+)\)"
)
def _resizing_sizes(match: re.Match[str], network: Network) -> Explanation:
    axes, given = len(sizes(match[1])), match[3].count(",") + (not match[3].rstrip().endswith(","))
    what = "factors" if match[2] == "scale_factor" else "sizes"
    return Explanation(
        f"a resizing is given {given} {what} for a map of {written(sizes(match[1]))}, which has {axes}",
        "Give one for each axis behind the channels, or a single number for all; the batch and the channels stay",
    )


@means(
    r"input\.size\(-1\) must be equal to input_size\. Expected (?P<takes>\d+), got (?P<given>\d+)"
    r"|input has inconsistent input_size: got (?P<cell_given>\d+),? expected (?P<cell_takes>\d+)"
)
def _recurrent(match: re.Match[str], network: Network) -> Explanation:
    takes, given = match["takes"] or match["cell_takes"], match["given"] or match["cell_given"]
    return Explanation(
        f"a recurrent layer with input_size={takes} is given {given} features in the last dimension",
        f"Set its input_size to {given}; the sequence is (batch, length, features) with batch_first=True, so bring "
        "features that come earlier to the end by x.transpose",
    )


@means(r"(\w+): Expected input to be (\d)D or (\d)D, got (\d)D instead")
def _recurrent_rank(match: re.Match[str], network: Network) -> Explanation:
    kind, one, several, given = match.groups()
    return Explanation(
        f"{kind} takes {several} dimensions, or {one} for one example, and is given {given}",
        "Make a sequence of a map by x.flatten(2).transpose(1, 2): its positions one after the other, their channels "
        "last",
    )


@means(r"Expected hidden(?:\[(\d)\])? size \(([\d, ]+)\), got " + SHAPE)
def _hidden(match: re.Match[str], network: Network) -> Explanation:
    takes, given = sizes(match[2]), sizes(match[3])
    return Explanation(
        f"the state given to a recurrent layer is {written(given)}, and this batch takes {written(takes)}",
        "Make it of (layers, batch, hidden_size), twice the layers where bidirectional, with the batch of this very "
        "input, or leave it out: zeros are taken then",
    )


@means(r"embed_dim must be divisible by num_heads")
def _heads(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "an attention's embed_dim (d_model) is no multiple of num_heads (nhead), so the heads cannot share it out",
        "Choose num_heads that divide embed_dim, such as 8 for 512, or another embed_dim",
    )


@means(r"was expecting embedding dimension of (\d+), but got (\d+)")
def _embedding_size(match: re.Match[str], network: Network) -> Explanation:
    takes, given = match.groups()
    return Explanation(
        f"an attention with embed_dim={takes} is given {given} features in the last dimension",
        f"Set its embed_dim (d_model) to {given}, or let a Linear before it give {takes}",
    )


@means(
    r"non-positive (stride) is not supported|(stride) should not be zero"
    r"|(dilation) should be greater than zero|(kernel size) should be greater than zero"
    r"|negative (padding) is not supported|(groups) must be a positive integer"
)
def _too_small(match: re.Match[str], network: Network) -> Explanation:
    name = next(filter(None, match.groups())).replace(" ", "_")
    if match[2]:
        return Explanation(
            "a pooling has stride 0, or kernel_size 0, which its stride is unless given",
            "Write 1 or more for both; stride=1 keeps the size, but for the border",
        )
    if name == "padding":
        return Explanation(
            "a layer has a padding below 0", "Write 0 or more; to cut a border off, write x[:, :, 1:-1, 1:-1]"
        )
    return Explanation(
        f"a layer has {name} 0 or less",
        f"Write 1 or more; where it is computed, as by //, check what it comes to: {name}=max(1, …)",
    )


@means(r"Trying to create tensor with negative dimension (-\d+): ?" + r"\[([-\d, ]+)\]")
def _negative(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        f"a layer or tensor is made with a size of {match[1]}: its weight would be ({match[2]})",
        "Check the number of channels, features or the kernel_size that is computed here: a difference below 0",
    )


@means(r"pad should be at most half of (?:effective )?kernel size, but got pad=-?\d+, kernel_size=(-\d+)")
def _negative_kernel(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(f"a pooling has a kernel_size of {match[1]}", "Write 1 or more; check what it is computed from")
