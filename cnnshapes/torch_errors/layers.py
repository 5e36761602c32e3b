"""Messages of layers that are given what they do not take."""

from __future__ import annotations

import re
from math import prod

from cnnshapes.layers.base import Layer, Shape, written
from cnnshapes.layers.convolution import Convolution, TransposedConvolution
from cnnshapes.layers.linear import Linear
from cnnshapes.torch_errors.explanation import SHAPE, Explanation, Network, means, sizes


@means(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")
def _linear(match: re.Match[str], network: Network) -> Explanation:
    lines, reach, takes, gives = map(int, match.groups())
    node, repairs = network.find(
        lambda layer, _: isinstance(layer, Linear) and (layer.in_features, layer.out_features) == (takes, gives)
    )
    cause = f"{reach:,} features reach Linear(in_features={takes}, out_features={gives}), which takes {takes:,}"
    flat = _never_flattened(network, node, lines, reach)
    if flat:
        return Explanation(
            f"{cause}; they are the last dimension of a map that was never flattened",
            f"Put a Flatten before it and set in_features to {flat}",
            node,
            repairs,
        )
    examples, rest = divmod(lines * reach, takes)
    if not node and not rest and 0 < examples < lines and lines % examples == 0:
        return Explanation(
            f"{cause}; they are the last dimension of a map that was never flattened",
            f"Put a Flatten before it: {takes:,} numbers for each of {examples} examples are what it takes",
        )
    change = f"Set in_features to {reach}"
    if takes * lines == reach or (reach % takes == 0 and lines == 1):
        change += ", unless the batch was flattened along: flatten from dimension 1 on"
    return Explanation(cause, change, node, repairs or network.set(node, "in_features", reach))


def _never_flattened(network: Network, node: str, lines: int, reach: int) -> int:
    """The features of the map that reaches a Linear as it is, 0 where it is flat."""
    shape = next(iter(network.reaching(node)), ())
    return prod(shape) if len(shape) > 1 and shape[-1] == reach and lines % prod(shape[:-1]) == 0 else 0


@means(
    r"[Gg]iven (groups|transposed)=(\d+), (?:weight of size|expected weight to be at least \d+ at dimension 0, but got "
    r"weight of size) " + SHAPE + r".*?expected input ?" + SHAPE + r" to have (\d+) channels, but got (\d+) channels"
)
def _channels(match: re.Match[str], network: Network) -> Explanation:
    weight, given, takes, reach = sizes(match[3]), sizes(match[4]), int(match[5]), int(match[6])
    back = match[1] == "transposed"
    gives = weight[1] if back else weight[0]

    def wanted(layer: Layer, _: tuple[Shape, ...]) -> bool:
        return (
            isinstance(layer, Convolution)
            and isinstance(layer, TransposedConvolution) == back
            and layer.in_channels in (None, takes)
            and layer.out_channels == (gives * layer.groups if back else gives)
        )

    node, repairs = network.find(wanted)
    what = "a transposed convolution" if back else "a convolution"
    cause = (
        f"{what} with in_channels={takes} and out_channels={gives} is given 1 channel"
        if reach == 1
        else f"{what} with in_channels={takes} and out_channels={gives} is given {reach} channels"
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


@means(r"Calculated padded input size per channel: \(([\d x]+)\)\. Kernel size: \(([\d x]+)\)")
def _kernel(match: re.Match[str], network: Network) -> Explanation:
    size, kernel = sizes(match[1]), sizes(match[2])
    node, repairs = network.find(lambda layer, _: isinstance(layer, Convolution) and _is(layer, kernel))
    missing = max(wide - there for wide, there in zip(kernel, size, strict=True))
    return Explanation(
        f"a {written(kernel)} kernel does not fit the {written(size)} map, its padding included"
        if len(size) > 1
        else f"a kernel of {kernel[0]} does not fit a map of length {size[0]}, its padding included",
        f"Add padding of {-(-missing // 2)} or more, use a smaller kernel, or pool less before it",
        node,
        repairs,
    )


def _is(layer: Convolution, kernel: Shape) -> bool:
    own = layer.kernel_size if isinstance(layer.kernel_size, tuple) else (layer.kernel_size,) * len(kernel)
    return own == kernel or set(kernel) == set(own)


@means(
    r"Given input size: \(([\d x]+)\)\. Calculated output size: \(([-\d x]+)\)\. Output size is too small"
    r"|max_pool1d\(\) Invalid computed output size"
)
def _pooled_away(match: re.Match[str], network: Network) -> Explanation:
    size = sizes(match[1] or "")

    def wanted(layer: Layer, reach: tuple[Shape, ...]) -> bool:
        return "Pool" in layer.kind and (not reach or not size or reach[0][0] == size[0])

    node, repairs = network.find(wanted)
    what = written(size) if size else "a map"
    return Explanation(
        f"a pooling is given {what}, which is smaller than its kernel, so nothing would be left",
        "Leave this pooling out, start from a larger picture, or add padding before it",
        node,
        repairs,
    )


@means(r"(running_mean|weight) should contain (\d+) elements not (\d+)")
def _batch_norm(match: re.Match[str], network: Network) -> Explanation:
    reach, takes = int(match[2]), int(match[3])
    node, repairs = network.find(lambda layer, _: getattr(layer, "num_features", None) == takes)
    return Explanation(
        f"1 channel reaches a BatchNorm with num_features={takes}"
        if reach == 1
        else f"{reach} channels reach a BatchNorm with num_features={takes}",
        f"Set its num_features to {reach}, the out_channels of the convolution before it",
        node,
        repairs or network.set(node, "num_features", reach),
    )


@means(r"Given normalized_shape=" + SHAPE + r", expected input with shape .*?, but got input of size ?" + SHAPE)
def _layer_norm(match: re.Match[str], network: Network) -> Explanation:
    takes, given = sizes(match[1]), sizes(match[2])
    node, repairs = network.find(
        lambda layer, _: (
            layer.kind == "LayerNorm" and getattr(layer, "normalized_shape", None) in (takes, takes[0], [*takes])
        )
    )
    last = given[-len(takes) :]
    return Explanation(
        f"a LayerNorm over {written(takes)} is given {written(given)}, which ends in {written(last)}",
        f"Set its normalized_shape to {list(last)}; for channels that come first, use GroupNorm(1, channels)",
        node,
        repairs,
    )


@means(
    r"Expected (\d)D \(unbatched\) or (\d)D \(batched\) input to (\w+), but got input of size: "
    + SHAPE
    + r"|(adaptive_\w+)\(\): Expected (\d)D or (\d)D tensor, but got:? ?"
    + SHAPE
)
def _rank(match: re.Match[str], network: Network) -> Explanation:
    what, given = match[3] or match[5], sizes(match[4] or match[8])
    batched = int(match[2] or match[7])
    kind = "Pool" if "pool" in what else "Conv"
    node = network.error.node if network.error is not None and kind in network.error.kind else ""
    if len(given) > batched:
        change = "Take the extra dimension out by x.squeeze or x.flatten"
    elif given[0] == given[1] or len(given) == 1:
        change = "Add the missing dimensions: x[None, None] for a batch of one with one channel"
    else:
        change = "Leave out the Flatten or view before it, or arrange the numbers again by x.view"
    return Explanation(
        f"{what} is given {len(given)} dimensions, {written(given)}; it takes {batched}: ({_axes(batched)})",
        change,
        node,
    )


@means(
    r"non-empty \dD or (\d)D \(batch mode\) tensor expected for input"
    r"|Expected \dD or (\d)D \(batch mode\) tensor with optional 0 dim batch size for input, but got: ?"
    r"(?!.*\b0\b)" + SHAPE
    + r"|Expected \d to (\d) dimensions, but got (\d)-dimensional tensor for argument #1 'self'"
)  # fmt: skip
def _pooling_rank(match: re.Match[str], network: Network) -> Explanation:
    takes = int(match[1] or match[2] or match[4])
    given = len(sizes(match[3] or "")) or int(match[5] or 0)
    node, repairs = network.find(
        lambda layer, reach: "Pool" in layer.kind and bool(reach) and len(reach[0]) != takes - 1
    )
    return Explanation(
        f"a pooling takes {takes} dimensions, ({_axes(takes)}), and is given {given}"
        if given
        else f"a pooling takes {takes} dimensions, ({_axes(takes)}), and is given fewer or more",
        "Put it before the Flatten or view, or take the pooling for this many axes, as MaxPool1d for vectors with "
        "channels",
        node,
        repairs,
    )


def _axes(dims: int) -> str:
    """The dimensions that a layer reads, by name."""
    spatial = {3: ("length",), 4: ("height", "width")}.get(dims, ("depth", "height", "width"))
    return ", ".join(("batch", "channels", *spatial))


@means(r"Dimension out of range \(expected to be in range of \[-\d+, (\d+)\], but got (-?\d+)\)")
def _dimension(match: re.Match[str], network: Network) -> Explanation:
    last, asked = int(match[1]), int(match[2])
    return Explanation(
        f"dimension {asked} of a tensor is asked for that has {last + 1}, numbered from 0 to {last}",
        "The batch is dimension 0: give it to one example by x.unsqueeze(0), and flatten only behind what reads a map",
    )


@means(
    r"pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but "
    r"input\.size\(-3\)=(\d+) is not divisible by (\d+)"
)
def _pixel_shuffle(match: re.Match[str], network: Network) -> Explanation:
    channels, square = int(match[1]), int(match[2])
    node, repairs = network.find(
        lambda layer, reach: layer.kind == "PixelShuffle" and (not reach or reach[0][0] == channels)
    )
    return Explanation(
        f"PixelShuffle makes pixels of groups of {square} channels, and {channels} do not divide into such groups",
        f"Let the convolution before it give {-(-channels // square) * square}, or another multiple of {square}",
        node,
        repairs,
    )


@means(
    r"pixel_unshuffle expects (height|width) to be divisible by downscale_factor, but input\.size\(-\d\)=(\d+) is not "
    r"divisible by (\d+)"
)
def _pixel_unshuffle(match: re.Match[str], network: Network) -> Explanation:
    side, size, factor = match[1], int(match[2]), int(match[3])
    node, repairs = network.find(lambda layer, _: layer.kind == "PixelUnshuffle")
    return Explanation(
        f"PixelUnshuffle takes {factor}×{factor} pixels together, and the {side} {size} is no multiple of {factor}",
        f"Give it pictures of a {side} of {-(-size // factor) * factor}, or pad them to that",
        node,
        repairs,
    )


@means(r"expected (\dD(?: or \dD)?) input \(got (\d)D input\)")
def _norm_rank(match: re.Match[str], network: Network) -> Explanation:
    kinds = {"2D or 3D": "BatchNorm1d", "4D": "BatchNorm2d", "5D": "BatchNorm3d"}
    takes = kinds.get(match[1], "a normalisation")
    right = {"2": kinds["2D or 3D"], "3": kinds["2D or 3D"], "4": kinds["4D"], "5": kinds["5D"]}.get(match[2], "")
    node = network.error.node if network.error is not None and "Norm" in network.error.kind else ""
    change = f"Use {right}, which takes {match[2]}" if right else "Give it the batch and the channels first"
    return Explanation(
        f"{takes} takes {match[1].replace('D', '')} dimensions, batch and channels included, and is given {match[2]}",
        change,
        node,
    )


@means(
    r"Expected more than 1 (value per channel|spatial element) when training, got input size (?:torch\.Size\()?" + SHAPE
)
def _one_value(match: re.Match[str], network: Network) -> Explanation:
    given = written(sizes(match[2]))
    if match[1].startswith("spatial"):
        return Explanation(
            f"InstanceNorm is given a map of one position, {given}, and has nothing to average",
            "Leave it out where the map has shrunk to one position, or start from a larger picture",
        )
    return Explanation(
        f"BatchNorm is given one number per channel, {given}, and has nothing to average",
        "Train with batches of several examples (drop_last=True in the DataLoader), or call model.eval() to use it",
    )


@means(r"(in|out)_channels must be divisible by groups")
def _groups(match: re.Match[str], network: Network) -> Explanation:
    node = network.error.node if network.error is not None and "groups" in network.error.problem else ""
    return Explanation(
        f"a convolution's {match[1]}_channels is no multiple of groups, so the groups cannot share the channels out",
        f"Choose groups that divide {match[1]}_channels, such as 1, 2, or all of them for a depthwise convolution",
        node,
        network.error.repairs if node and network.error is not None else (),
    )


@means(
    r"num_channels \((\d+)\) must be divisible by num_groups \((\d+)\)"
    r"|input to be divisible by num_groups, but got input of shape \[\d+, (\d+)[\d, ]*\] and num_groups=(\d+)"
)
def _group_norm(match: re.Match[str], network: Network) -> Explanation:
    channels, groups = int(match[1] or match[3]), int(match[2] or match[4])
    best = max((divisor for divisor in range(1, groups + 1) if channels % divisor == 0), default=1)
    return Explanation(
        f"GroupNorm cannot share {channels} channels out evenly among {groups} groups",
        f"Choose num_groups that divide {channels}, such as {best}",
    )


@means(r"pad should be at most half of (?:effective )?kernel size, but got pad=(-?\d+), kernel_size=(\d+)")
def _pooling_padding(match: re.Match[str], network: Network) -> Explanation:
    most = int(match[2]) // 2
    return Explanation(
        f"a pooling has padding {match[1]}, more than half of its kernel of {match[2]}, so a window could see padding "
        "alone",
        f"Set its padding to {most} or less",
    )
