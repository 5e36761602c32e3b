"""What torch's error messages mean: each is made by torch itself, here and now, and explained from its text alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from cnnshapes import Design, presets
from cnnshapes.design import INPUT, Node
from cnnshapes.layers import Concat, Conv2d, Flatten, Linear, MaxPool2d
from cnnshapes.report import report_of
from cnnshapes.source import from_code
from cnnshapes.torch_errors import explained


def zeros(*sizes: int) -> Tensor:
    """An input of these sizes, batch included."""
    return torch.zeros(sizes)


MADE: dict[str, tuple[Callable[[], object], str]] = {
    "linear": (
        lambda: nn.Linear(1050, 10)(zeros(2, 1568)),
        "1,568 features reach Linear(in_features=1050, out_features=10), which takes 1,050. Set in_features to 1568.",
    ),
    "channels": (
        lambda: nn.Conv2d(3, 64, 3)(zeros(2, 16, 28, 28)),
        "a convolution with in_channels=3 and out_channels=64 is given 16 channels. Set its in_channels to 16, or the "
        "out_channels before it to 3.",
    ),
    "grey": (
        lambda: nn.Conv2d(3, 64, 3)(zeros(2, 1, 28, 28)),
        "a convolution with in_channels=3 and out_channels=64 is given 1 channel. The picture is grey: set "
        "in_channels "
        "to 1, or repeat its one channel three times.",
    ),
    "channels last": (
        lambda: nn.Conv2d(3, 64, 3)(zeros(2, 28, 28, 3)),
        "a convolution with in_channels=3 and out_channels=64 is given 28 channels, because the channels of 2x28x28x3 "
        "come last. Bring them forward: x.permute(0, 3, 1, 2).",
    ),
    "kernel": (
        lambda: nn.Conv2d(3, 8, 5)(zeros(2, 3, 2, 2)),
        "a 5x5 kernel does not fit the 2x2 map, its padding included. Add padding of 2 or more, use a smaller "
        "kernel, or "
        "pool less before it.",
    ),
    "pooling": (
        lambda: nn.MaxPool2d(2)(zeros(2, 16, 1, 1)),
        "a pooling is given 16x1x1, which is smaller than its kernel, so nothing would be left. Leave this "
        "pooling out, "
        "start from a larger picture, or add padding before it.",
    ),
    "batch norm": (
        lambda: nn.BatchNorm2d(32)(zeros(2, 64, 4, 4)),
        "64 channels reach a BatchNorm with num_features=32. Set its num_features to 64, the out_channels of the "
        "convolution before it.",
    ),
    "sum": (
        lambda: zeros(2, 64, 8, 8) + zeros(2, 128, 8, 8),
        "a sum or product of two tensors whose channels differ, 64 and 128. Give both branches one width: a 1×1 "
        "convolution on the shortcut turns 64 channels into 128.",
    ),
    "sum of sizes": (
        lambda: zeros(2, 64, 8, 8) + zeros(2, 64, 4, 8),
        "a sum or product of two tensors whose heights differ, 8 and 4. Give both branches one size: the same "
        "strides on "
        "both, and padding that keeps the size (1 for a 3×3).",
    ),
    "concatenation": (
        lambda: torch.cat([zeros(2, 64, 28, 28), zeros(2, 64, 14, 28)], 1),
        "a concatenation along dimension 1 of maps whose other sizes differ, 28 and 14, in tensor 1 counted "
        "from 0. Give "
        "all branches the same height and width: padding 1 for a 3×3, 2 for a 5×5, and the same strides.",
    ),
    "view": (
        lambda: zeros(2, 16, 6, 6).view(-1, 400),
        "1,152 numbers cannot be arranged as (-1, 400), because 400 does not divide them evenly. Write x.flatten(1) "
        "instead, and let in_features of the next Linear be what comes out.",
    ),
    "strides": (
        lambda: zeros(2, 3, 4, 4).permute(0, 2, 3, 1).view(2, -1),
        "the numbers no longer lie in order, after a permute or transpose, and a view does not move them. Write "
        ".reshape(…) in place of .view(…), or .contiguous() before it.",
    ),
    "rank": (
        lambda: nn.Conv2d(3, 8, 3)(zeros(28, 28)),
        "conv2d is given 2 dimensions, 28x28; it takes 4: (batch, channels, height, width). Add the missing "
        "dimensions: x[None, None] for a batch of one with one channel.",
    ),
    "flat": (
        lambda: nn.Conv2d(3, 8, 3)(zeros(2, 784)),
        "conv2d is given 2 dimensions, 2x784; it takes 4: (batch, channels, height, width). Leave out the Flatten or "
        "view before it, or arrange the numbers again by x.view.",
    ),
    "never flattened": (
        lambda: nn.Linear(3200, 10)(zeros(4, 32, 10, 10)),
        "10 features reach Linear(in_features=3200, out_features=10), which takes 3,200; they are the last dimension "
        "of a map that was never flattened. Put a Flatten before it: 3,200 numbers for each of 4 examples are what it "
        "takes.",
    ),
    "transposed": (
        lambda: nn.ConvTranspose2d(64, 32, 2, 2)(zeros(2, 128, 8, 8)),
        "a transposed convolution with in_channels=64 and out_channels=32 is given 128 channels. Set its in_channels "
        "to 128, or the out_channels before it to 64.",
    ),
    "kernel of one dimension": (
        lambda: nn.Conv1d(3, 8, 5)(zeros(2, 3, 2)),
        "a kernel of 5 does not fit a map of length 2, its padding included. Add padding of 2 or more, use a smaller "
        "kernel, or pool less before it.",
    ),
    "batch norm of vectors": (
        lambda: nn.BatchNorm2d(8)(zeros(4, 8)),
        "BatchNorm2d takes 4 dimensions, batch and channels included, and is given 2. Use BatchNorm1d, which takes 2.",
    ),
    "layer norm": (
        lambda: nn.LayerNorm(10)(zeros(2, 12)),
        "a LayerNorm over 10 is given 2x12, which ends in 12. Set its normalized_shape to [12]; for channels that come "
        "first, use GroupNorm(1, channels).",
    ),
    "dimensions": (
        lambda: torch.cat([zeros(2, 64, 8, 8), zeros(2, 64)], 1),
        "a concatenation of tensors of 4 and 2 dimensions. Flatten the maps among them by x.flatten(1) first, or make "
        "a map of the vector by v[:, :, None, None].expand.",
    ),
    "examples": (
        lambda: zeros(2, 64) + zeros(3, 64),
        "a sum, product or loss of two tensors with 2 and 3 examples in the batch. Take both from the same batch, and "
        "flatten from dimension 1 on, so that no view mixes the examples.",
    ),
    "stack": (
        lambda: torch.stack([zeros(3, 32, 32), zeros(3, 40, 32)]),
        "the examples of a batch differ in size: number 0 is 3x32x32 and number 1 is 3x40x32. Bring all to one size in "
        "the data set's transform: Resize((224, 224)), as Resize(224) sets the shorter side alone.",
    ),
    "room": (
        lambda: zeros(4, 10).view(2, 3, 4),
        "40 numbers cannot be arranged as (2, 3, 4), which has room for 24. Write x.flatten(1) instead, and let "
        "in_features of the next Linear be what comes out.",
    ),
    "label below 0": (
        lambda: nn.functional.cross_entropy(zeros(2, 10), torch.tensor([1, -1])),
        "a label is -1, and classes are counted from 0. Count the labels from 0, by labels - labels.min(); where -1 "
        "marks what has no label, write CrossEntropyLoss(ignore_index=-1).",
    ),
    "type of labels": (
        lambda: nn.functional.cross_entropy(zeros(4, 10), zeros(4)),
        "the labels are Float numbers, and this loss takes classes as whole numbers of 64 bits, Long. Convert the "
        "labels: loss(output, labels.long()); for numbers to be met as they are, use MSELoss.",
    ),
    "whole numbers": (
        lambda: nn.functional.binary_cross_entropy_with_logits(zeros(4, 1), torch.zeros((4, 1), dtype=torch.long)),
        "whole numbers, Long, stand where this loss takes fractions. Convert the labels: loss(output, labels.float()).",
    ),
    "one-hot": (
        lambda: nn.functional.cross_entropy(zeros(4, 10), torch.zeros((4, 10), dtype=torch.long)),
        "labels of the shape of the predictions are taken as probabilities, and these are Long numbers. Give the "
        "classes themselves, labels.argmax(1) of a one-hot code, or convert them by labels.float().",
    ),
    "several labels": (
        lambda: nn.functional.cross_entropy(zeros(4, 10), torch.zeros((4, 1), dtype=torch.long)),
        "the labels have two dimensions or more, and CrossEntropyLoss takes one class for each example: (batch). Write "
        "labels.squeeze(1) where they are (batch, 1), and labels.argmax(1) where they are one-hot.",
    ),
    "labels of a map": (
        lambda: nn.functional.cross_entropy(zeros(4, 10, 8, 8), torch.zeros((4, 1, 8, 8), dtype=torch.long)),
        "the network gives a map of classes, so its labels have 3 dimensions, (batch, height, width), and not 4. Take "
        "the one channel out: labels.squeeze(1).",
    ),
    "sizes of a map": (
        lambda: nn.functional.cross_entropy(zeros(4, 10, 8, 8), torch.zeros((4, 6, 6), dtype=torch.long)),
        "the network's map 8x8 and the labels' 6x6 differ in size. Resize the output by F.interpolate(output, "
        "size=labels.size()[1:]), or keep the size by padding.",
    ),
    "labels without a dimension": (
        lambda: nn.functional.binary_cross_entropy_with_logits(zeros(4, 1), zeros(4)),
        "this loss compares number with number, and the output is 4x1 but the labels 4. Give the labels the same "
        "dimension, labels.unsqueeze(1).float(), or take it out: output.squeeze(1).",
    ),
    "saved sizes": (
        lambda: nn.Linear(3, 10).load_state_dict({"weight": zeros(5, 3), "bias": zeros(5)}),
        "weight was saved as 5x3 and is 10x3 in this network. Build the network with the sizes it was saved with, here "
        "5 in place of 10; or drop this key from the loaded dict, and load the rest with strict=False.",
    ),
    "missing keys": (
        lambda: nn.Linear(3, 10).load_state_dict({}),
        "weight is in this network and not among the saved weights. Build the network that was saved, check that the "
        "file holds the state_dict itself, or load with strict=False what is there.",
    ),
    "unexpected keys": (
        lambda: nn.ReLU().load_state_dict({"bias": zeros(4)}),
        "bias is among the saved weights and not in this network. Build the network that was saved, or load with "
        "strict=False to leave it out.",
    ),
    "keys of a wrapped model": (
        lambda: nn.Linear(3, 10).load_state_dict({"module.weight": zeros(10, 3), "module.bias": zeros(10)}),
        'the weights were saved from a wrapped model, so that each name begins with "module.". Take it off: '
        '{k.removeprefix("module."): v for k, v in state.items()}.',
    ),
    "no super": (
        lambda: nn.Module.__setattr__(nn.Module.__new__(nn.Module), "a", nn.ReLU()),
        "the class sets a layer before torch's own __init__ has run. Write super().__init__() as the first line of its "
        "__init__.",
    ),
    "one value": (
        lambda: nn.BatchNorm1d(8)(zeros(1, 8)),
        "BatchNorm is given one number per channel, 1x8, and has nothing to average. Train with batches of several "
        "examples (drop_last=True in the DataLoader), or call model.eval() to use it.",
    ),
    "labels": (
        lambda: nn.functional.cross_entropy(zeros(16, 10), torch.zeros(4, dtype=torch.long)),
        "the network gives 16 predictions for 4 labels, 4 times as many: a view mixed the examples of the "
        "batch. Flatten "
        "with x.flatten(1), which keeps the batch apart, and set in_features to what comes out.",
    ),
    "classes": (
        lambda: nn.functional.cross_entropy(zeros(2, 10), torch.tensor([1, 10])),
        "a label is 10, so there are at least 11 classes. Set out_features of the last Linear to 11 or more, or count "
        "the labels from 0.",
    ),
    "groups": (
        lambda: nn.Conv2d(6, 8, 3, groups=4),
        "a convolution's in_channels is no multiple of groups, so the groups cannot share the channels out. Choose "
        "groups that divide in_channels, such as 1, 2, or all of them for a depthwise convolution.",
    ),
    "groups of a norm": (
        lambda: nn.GroupNorm(4, 6),
        "GroupNorm cannot share 6 channels out evenly among 4 groups. Choose num_groups that divide 6, such as 3.",
    ),
    "padding of a pooling": (
        lambda: nn.MaxPool2d(3, padding=2)(zeros(2, 3, 8, 8)),
        "a pooling has padding 2, more than half of its kernel of 3, so a window could see padding alone. Set its "
        "padding to 1 or less.",
    ),
    "types": (
        lambda: nn.Conv2d(3, 8, 3)(torch.zeros((2, 3, 8, 8), dtype=torch.uint8)),
        "the input and the weights have different types of numbers, unsigned char and float. Convert the input: "
        "x.float(), "
        "and pictures to 0 … 1 by / 255.",
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_messages(name: str) -> None:
    """Torch's own words, raised here, are told as cause and change with their numbers."""
    raising, meaning = MADE[name]
    with pytest.raises((RuntimeError, ValueError, IndexError, AttributeError)) as raised:
        raising()
    found = explained(f"Traceback (most recent call last):\n  …\n{type(raised.value).__name__}: {raised.value}")
    assert found is not None
    assert str(found) == meaning


def test_the_notes_message_finds_its_layer() -> None:
    """The message of a design that fails names the layer and offers the number that mends the whole network."""
    reading = from_code(
        "m = nn.Sequential(nn.Conv2d(3, 32, 5), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(1050, 10))", (3, 32, 32)
    )
    found = explained("mat1 and mat2 shapes cannot be multiplied (2x1568 and 1050x10)", reading.design)
    assert found is not None
    assert found.node == "3"
    assert [repair.text for repair in found.repairs] == ["in_features = 1568"]
    report_of(reading.design.with_edits(found.repairs[0].edits))


def test_a_map_that_was_never_flattened() -> None:
    """Where a Linear is fed a map, the message's numbers are told from those of a flat one."""
    design = Design.chain((3, 32, 32), Conv2d(out_channels=8, kernel_size=3), Linear(in_features=7200, out_features=10))
    found = explained("mat1 and mat2 shapes cannot be multiplied (480x30 and 7200x10)", design)
    assert found is not None
    assert found.node == "fc1"
    assert str(found).endswith("Put a Flatten before it and set in_features to 7200.")


def test_a_design_without_the_error_names_the_likeliest_layer() -> None:
    """A design that computes still tells which of its layers has the message's sizes."""
    design = Design.chain((3, 32, 32), Conv2d(out_channels=8, kernel_size=5), MaxPool2d(2), Flatten(),
                          ("fc", Linear(out_features=10)))  # fmt: skip
    found = explained("mat1 and mat2 shapes cannot be multiplied (4x1800 and 1568x10)", design)
    assert found is not None
    assert found.node == "fc"


def test_labels_of_a_preset() -> None:
    """A label out of bounds names the last Linear, and offers the classes it needs."""
    found = explained("IndexError: Target 10 is out of bounds.", presets.preset("lenet5"))
    assert found is not None
    assert (found.node, [repair.text for repair in found.repairs]) == ("fc3", ["out_features = 11"])


@pytest.mark.parametrize(
    ("message", "node"),
    [
        ("Given input size: (16x1x1). Calculated output size: (16x0x0). Output size is too small", "pool2"),
        ("Given input size: (7x1x1). Calculated output size: (7x0x0). Output size is too small", ""),
        ("mat1 and mat2 shapes cannot be multiplied (4x3456 and 4704x10)", ""),
        ("mat1 and mat2 shapes cannot be multiplied (4x3456 and 400x120)", "fc1"),
        ("Target -1 is out of bounds.", ""),
        ("Target 3 is out of bounds.", ""),
        ("The size of tensor a (64) must match the size of tensor b (128) at non-singleton dimension 1", ""),
        ('Missing key(s) in state_dict: "fc2.weight"', "fc2"),
        ("size mismatch for fc3.weight: copying a param with shape torch.Size([7, 84]) from checkpoint, the shape in "
         "current model is torch.Size([10, 84])", "fc3"),
    ],
)  # fmt: skip
def test_no_layer_is_blamed_for_anothers_message(message: str, node: str) -> None:
    """A layer is named where it has the message's kind and numbers, and none where the message is not the design's."""
    found = explained(message, presets.preset("lenet5"))
    assert found is not None
    assert found.node == node


def test_a_pooling_is_no_concatenation() -> None:
    """The message of a pooling names a pooling, though it is a concatenation of the design that fails."""
    concat = Node("cat1", Concat(), ("pool", INPUT))
    design = Design("net", (3, 9, 9), (Node("pool", MaxPool2d(2), (INPUT,)), concat))
    message = "Given input size: ({0}x1x1). Calculated output size: ({0}x0x0). Output size is too small"
    found = [explained(message.format(channels), design) for channels in (3, 4)]
    assert [one and one.node for one in found] == ["pool", ""]


def test_other_messages_are_left() -> None:
    """What has nothing to do with shapes is not explained."""
    assert explained("KeyError: 'a'") is None
    assert explained("") is None
