"""Messages of labels and losses, of types and devices, of data and of saved weights."""

from __future__ import annotations

import re

from cnnshapes.layers.base import written
from cnnshapes.report import Row, report_of
from cnnshapes.torch_errors.explanation import SHAPE, Explanation, Network, means, sizes


@means(r"Target (-?\d+) is out of bounds|`t >= 0 && t < n_classes`|device-side assert triggered")
def _target(match: re.Match[str], network: Network) -> Explanation:
    if match[1] is None:
        return Explanation(
            "an index was out of bounds on the GPU, most often a label that is no class of the network",
            "Run it on the CPU once, where the message has the number; labels count the classes from 0",
        )
    label = int(match[1])
    if label < 0:
        return Explanation(
            f"a label is {label}, and classes are counted from 0",
            f"Count the labels from 0, by labels - labels.min(); where {label} marks what has no label, write "
            f"CrossEntropyLoss(ignore_index={label})",
        )
    last = next((row for row in reversed(network.rows) if _width(row)), None)
    field = (_width(last) if last is not None else "") or "out_features"
    gives = last.output_shape[-1 if field == "out_features" else 0] if last is not None else 0
    if gives > label:
        last, gives = None, 0  # it is another network's label
    what = "Linear" if field == "out_features" else "convolution"
    return Explanation(
        f"a label is {label}, so there are at least {label + 1} classes"
        + (f", and the last layer gives {gives}" if gives else ""),
        f"Set {field} of the last {what} to {label + 1} or more, or count the labels from 0",
        last.name if last is not None else "",
        network.set(last.name, field, label + 1) if last is not None else (),
    )


def _width(row: Row) -> str:
    """The argument that says how many a layer gives, "" where it has none."""
    arguments = row.layer.arguments() if row.layer is not None else {}
    return next((field for field in ("out_features", "out_channels") if field in arguments), "")


@means(
    r"expected target dtype to be Long or Byte, but got (\w+)|expected scalar type Long but found (\w+)"
    r"|nll_loss\w*\"? not implemented for '(\w+)'"
)
def _class_labels(match: re.Match[str], network: Network) -> Explanation:
    kind = next(filter(None, match.groups()))
    return Explanation(
        f"the labels are {kind} numbers, and this loss takes classes as whole numbers of 64 bits, Long",
        "Convert the labels: loss(output, labels.long()); for numbers to be met as they are, use MSELoss",
    )


@means(
    r"result type \w+ can't be cast to the desired output type (\w+)|Found dtype (\w+) but expected Float"
    r"|Expected floating point type for target with class probabilities, got (\w+)"
)
def _float_labels(match: re.Match[str], network: Network) -> Explanation:
    if match[3]:
        return Explanation(
            f"labels of the shape of the predictions are taken as probabilities, and these are {match[3]} numbers",
            "Give the classes themselves, labels.argmax(1) of a one-hot code, or convert them by labels.float()",
        )
    return Explanation(
        f"whole numbers, {match[1] or match[2]}, stand where this loss takes fractions",
        "Convert the labels: loss(output, labels.float())",
    )


@means(r"0D or 1D target tensor expected, multi-target not supported")
def _one_label(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the labels have two dimensions or more, and CrossEntropyLoss takes one class for each example: (batch)",
        "Write labels.squeeze(1) where they are (batch, 1), and labels.argmax(1) where they are one-hot",
    )


@means(r"Expected target size \[([\d, ]+)\], got \[([\d, ]+)\]")
def _classes_second(match: re.Match[str], network: Network) -> Explanation:
    wanted, given = sizes(match[1]), sizes(match[2])
    return Explanation(
        f"the labels are {written(given)}, and for these predictions the loss takes {written(wanted)}: dimension 1 of "
        "the predictions is that of the classes",
        "Bring the classes there, by output.transpose(1, 2) where they come last; for one class for each example, the "
        "output is (batch, classes): pool and flatten it first",
    )


@means(r"all elements of (?:input|target) should be between 0 and 1")
def _probabilities(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "BCELoss takes probabilities from 0 to 1, and is given other numbers",
        "Use BCEWithLogitsLoss, which computes the sigmoid itself, and labels of 0 and 1",
    )


@means(r"softmax\w*\"? not implemented for '(?:Long|Int)'")
def _swapped(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the loss is given whole numbers where it takes the predictions",
        "Give the output first and the labels second: loss(output, labels)",
    )


@means(r"index out of range in self")
def _embedding(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "an index has no row in an Embedding: it is below 0, or num_embeddings or more",
        "Set num_embeddings to the largest index and one more, as indices count from 0",
    )


@means(r"Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got (\S+)")
def _indices(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        f"an Embedding takes whole numbers as indices, and is given a {match[1]}", "Convert them: x.long()"
    )


@means(r"Torch not compiled with CUDA enabled|No CUDA GPUs are available|Found no NVIDIA driver")
def _no_cuda(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the GPU is asked for, and torch has none to use here",
        'Write device = "cuda" if torch.cuda.is_available() else "cpu", and .to(device) in place of .cuda()',
    )


@means(r"only batches of spatial targets supported \(3D tensors\) but got targets of dimension: (\d+)")
def _label_map(match: re.Match[str], network: Network) -> Explanation:
    dims = int(match[1])
    return Explanation(
        f"the network gives a map of classes, so its labels have 3 dimensions, (batch, height, width), and not {dims}",
        "Take the one channel out: labels.squeeze(1)"
        if dims == 4
        else "Pool and flatten the map before the last layer if each picture has one class, or give a class per pixel",
    )


@means(r"size mismatch \(got input: " + SHAPE + r" ?, target: " + SHAPE)
def _map_sizes(match: re.Match[str], network: Network) -> Explanation:
    given, labels = sizes(match[1]), sizes(match[2])
    return Explanation(
        f"the network's map {written(given[2:])} and the labels' {written(labels[1:])} differ in size",
        "Resize the output by F.interpolate(output, size=labels.size()[1:]), or keep the size by padding",
    )


@means(
    r"Target size \(torch\.Size\(" + SHAPE + r"\)\) must be the same as input size \(torch\.Size\(" + SHAPE
    + r"|Using a target size \(torch\.Size\(" + SHAPE + r"\)\) that is different to the input size \(torch\.Size\("
    + SHAPE
)  # fmt: skip
def _same_sizes(match: re.Match[str], network: Network) -> Explanation:
    labels, given = sizes(match[1] or match[3]), sizes(match[2] or match[4])
    change = "Give both one shape: labels.view_as(output) where they hold the same numbers"
    if given == (*labels, 1):
        change = "Give the labels the same dimension, labels.unsqueeze(1).float(), or take it out: output.squeeze(1)"
    return Explanation(
        f"this loss compares number with number, and the output is {written(given)} but the labels {written(labels)}",
        change,
    )


@means(r"Expected all tensors to be on the same device|Tensor on device \S+ is not on the expected device")
def _devices(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the input and the weights are on different devices", "Move both: model.to(device) and x.to(device)"
    )


@means(
    r"Input type \(([^)]+)\) and (?:weight|bias) type \(([^)]+)\) should be the same"
    r"|expected scalar type (\w+) but found (\w+)|mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)"
)
def _types(match: re.Match[str], network: Network) -> Explanation:
    kinds = [kind for kind in match.groups() if kind]
    on_gpu = ["cuda" in kind.lower() for kind in kinds]
    if on_gpu == [True, False]:
        return Explanation(
            "the input is on the GPU and the weights are not", "Move the model before it is used: model.to(device)"
        )
    if on_gpu == [False, True]:
        return Explanation("the weights are on the GPU and the input is not", "Move each batch: x = x.to(device)")
    change = "Convert the input: x.float(), and pictures to 0 … 1 by / 255"
    if "alf" in kinds[0] + kinds[1] or "loat16" in kinds[0] + kinds[1]:
        change = "Give both one type: x.to(next(model.parameters()).dtype), or run the model under torch.autocast"
    return Explanation(f"the input and the weights have different types of numbers, {kinds[0]} and {kinds[1]}", change)


@means(
    r"size mismatch for ([\w.]+): copying a param with shape torch\.Size\("
    + SHAPE
    + r"\) from checkpoint, the shape in "
    r"current model is torch\.Size\(" + SHAPE
)
def _saved_sizes(match: re.Match[str], network: Network) -> Explanation:
    key, saved, own = match[1], sizes(match[2]), sizes(match[3])
    node = network.named(key.rpartition(".")[0])
    field = "out_features" if len(saved) < 3 else "out_channels"
    same = len(saved) == len(own) and saved[0] != own[0] and saved[1:] == own[1:]
    here = f", here {saved[0]} in place of {own[0]}" if same else ""
    back = network.design is not None and bool(node) and network.design[node].layer.kind.startswith("ConvTranspose")
    return Explanation(
        f"{key} was saved as {written(saved)} and is {written(own)} in this network",
        f"Build the network with the sizes it was saved with{here}; or drop this key from the loaded dict, and load "
        "the rest with strict=False",
        node,
        network.set(node, field, saved[0]) if same and not back else (),
    )


@means(
    r"(Missing|Unexpected) key\(s\) in state_dict: (\"[^\"]+\")(?:.*?Unexpected key\(s\) in state_dict: (\"[^\"]+\"))?"
)
def _keys(match: re.Match[str], network: Network) -> Explanation:
    first, other = match[2].strip('"'), (match[3] or "").strip('"')
    missing = first if match[1] == "Missing" else ""
    unexpected = other if missing else first
    for prefix in ("module.", "_orig_mod."):
        if unexpected.startswith(prefix) and (not missing or unexpected.removeprefix(prefix) == missing):
            return Explanation(
                f'the weights were saved from a wrapped model, so that each name begins with "{prefix}"',
                f'Take it off: {{k.removeprefix("{prefix}"): v for k, v in state.items()}}',
            )
    if missing and unexpected:
        return Explanation(
            f"this network has {missing}, which was not saved, and {unexpected} was saved, which it has not",
            "Build the very network that was saved, or rename the keys of the loaded dict",
        )
    if missing:
        return Explanation(
            f"{missing} is in this network and not among the saved weights",
            "Build the network that was saved, check that the file holds the state_dict itself, or load with "
            "strict=False what is there",
            network.named(missing.rpartition(".")[0]),
        )
    return Explanation(
        f"{unexpected} is among the saved weights and not in this network",
        "Build the network that was saved, or load with strict=False to leave it out",
    )


@means(r"cannot assign (?:module|parameters?) before Module\.__init__\(\) call")
def _no_super(match: re.Match[str], network: Network) -> Explanation:
    return Explanation(
        "the class sets a layer before torch's own __init__ has run",
        "Write super().__init__() as the first line of its __init__",
    )


@means(r"(?:CUDA )?out of memory")
def _memory(match: re.Match[str], network: Network) -> Explanation:
    said = ""
    if network.rows and network.error is None and network.design is not None:
        memory = report_of(network.design).memory()
        said = (
            f"; this network needs {(memory.training + memory.backward) / 2**20:,.1f} MiB for each example in training"
        )
    return Explanation(f"the GPU's memory is full{said}", "Use a smaller batch, smaller pictures or bfloat16")
