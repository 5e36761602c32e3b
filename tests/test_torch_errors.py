"""What torch's error messages mean: each is made by torch itself, here and now, and explained from its text alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnshapes import Design, presets
from cnnshapes.design import INPUT, Node
from cnnshapes.layers import Concat, Conv2d, Flatten, Linear, MaxPool2d
from cnnshapes.report import report_of
from cnnshapes.source import from_code
from cnnshapes.torch_errors import explained


def ones(*sizes: int) -> Any:
    """A tensor of these sizes that asks for its gradient."""
    return torch.ones(sizes, requires_grad=True)


def twice() -> None:
    """Goes back through one loss two times."""
    loss: Any = (ones(3) ** 2).sum()
    loss.backward()
    loss.backward()


def overwritten() -> None:
    """Goes back through a ReLU whose output was changed."""
    output = ones(2).exp().relu_()
    output.add_(1)
    output.sum().backward()


def zeros(*sizes: int) -> Tensor:
    """An input of these sizes, batch included."""
    return torch.zeros(sizes)


wrong: Any = nn
"""torch.nn, for calls that are wrong by their arguments alone."""

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
    "adaptive pooling of a vector": (
        lambda: nn.AdaptiveMaxPool2d(1)(zeros(2, 10)),
        "adaptive_max_pool2d is given 2 dimensions, 2x10; it takes 4: (batch, channels, height, width). Leave out"
        " the Flatten or view before it, or arrange the numbers again by x.view.",
    ),
    "pooling of a vector": (
        lambda: nn.MaxPool2d(2)(zeros(2, 10)),
        "a pooling takes 4 dimensions, (batch, channels, height, width), and is given fewer or more. Put it "
        "before the Flatten or view, or take the pooling for this many axes, as MaxPool1d for vectors with "
        "channels.",
    ),
    "pooling of one axis": (
        lambda: nn.MaxPool1d(2)(zeros(2, 3, 4, 4)),
        "a pooling takes 3 dimensions, (batch, channels, length), and is given 4. Put it before the Flatten or "
        "view, or take the pooling for this many axes, as MaxPool1d for vectors with channels.",
    ),
    "average of one axis": (
        lambda: nn.AvgPool1d(2)(zeros(2, 3, 4, 4)),
        "a pooling takes 3 dimensions, (batch, channels, length), and is given 4. Put it before the Flatten or "
        "view, or take the pooling for this many axes, as MaxPool1d for vectors with channels.",
    ),
    "dimension": (
        lambda: zeros(3).flatten(1),
        "dimension 1 of a tensor is asked for that has 1, numbered from 0 to 0. The batch is dimension 0: give it"
        " to one example by x.unsqueeze(0), and flatten only behind what reads a map.",
    ),
    "pixel shuffle": (
        lambda: nn.PixelShuffle(2)(zeros(2, 3, 4, 4)),
        "PixelShuffle makes pixels of groups of 4 channels, and 3 do not divide into such groups. Let the "
        "convolution before it give 4, or another multiple of 4.",
    ),
    "pixel unshuffle": (
        lambda: nn.PixelUnshuffle(2)(zeros(2, 3, 5, 4)),
        "PixelUnshuffle takes 2×2 pixels together, and the height 5 is no multiple of 2. Give it pictures of a "
        "height of 6, or pad them to that.",
    ),
    "misspelt argument": (
        lambda: wrong.Conv2d(3, 8, kernal_size=3),
        "Conv2d has no argument kernal_size. Write kernel_size in place of kernal_size.",
    ),
    "activation as argument": (
        lambda: wrong.Linear(3, 4, activation="relu"),
        "Linear has no argument activation. Put the activation behind it as a layer of its own: Linear(…), then "
        "nn.ReLU().",
    ),
    "unknown argument": (
        lambda: wrong.Dropout(rate=0.2),
        "Dropout has no argument rate. Take it out; Dropout takes p, inplace.",
    ),
    "argument of a container": (
        lambda: wrong.Sequential(relu=nn.ReLU()),
        "Sequential has no argument relu. Take it out, or give the __init__ of Sequential this argument.",
    ),
    "missing argument": (
        lambda: wrong.Conv2d(3, 8),
        "Conv2d is not given kernel_size. Write Conv2d(kernel_size=…), beside the others.",
    ),
    "missing arguments of a family": (
        wrong.MaxPool2d,
        "MaxPool is not given kernel_size. Write MaxPool(kernel_size=…), beside the others.",
    ),
    "missing input": (
        nn.ReLU(),
        "the forward of ReLU is not given input. Call it with all it reads: model(input).",
    ),
    "too many settings": (
        lambda: wrong.Linear(1, 2, True, None, None, 3),
        "Linear takes at most 5 arguments and is given 6. Take some out, or name them as kernel_size=3; a layer "
        "takes its settings first, and tensors when it is called.",
    ),
    "too many inputs": (
        lambda: nn.Sequential(nn.ReLU())(zeros(2), zeros(2)),
        "the forward of Sequential takes 1 and is given 2. Give it what its forward names, self aside; a "
        "Sequential and most layers take one tensor.",
    ),
    "no forward": (
        lambda: nn.Module()(zeros(2)),
        "Module has no forward. Write def forward(self, x): in its class, spelled so, and indented as far as "
        "__init__ and not inside of it.",
    ),
    "list of layers called": (
        lambda: nn.ModuleList([nn.ReLU()])(zeros(2)),
        "a ModuleList holds layers and cannot be called. Call each of its layers in a loop, x = layer(x), or make"
        " it nn.Sequential(*layers).",
    ),
    "list in a Sequential": (
        lambda: wrong.Sequential([nn.ReLU()]),
        "a list stands where layers are taken one by one. Take it apart: nn.Sequential(*layers).",
    ),
    "function in a Sequential": (
        lambda: wrong.Sequential(nn.functional.leaky_relu),
        "leaky_relu stands where a layer is taken, and is none. Write the layer: nn.LeakyReLU().",
    ),
    "tuple": (
        lambda: nn.Linear(2, 2)((zeros(2),)),
        "a layer is given a tuple, and takes a tensor. Take the tensor out, x[0]: a loader gives (pictures, "
        "labels), and an LSTM (outputs, state).",
    ),
    "array": (
        lambda: nn.Linear(2, 2)(zeros(2).numpy()),
        "a layer is given a ndarray, and takes a tensor. Make a tensor of it: torch.from_numpy(x).float().",
    ),
    "nothing": (
        lambda: nn.Linear(2, 2)(None),
        "a layer is given a NoneType, and takes a tensor. Write return x at the end of the forward, or the "
        "function, that should have given it.",
    ),
    "fraction": (
        lambda: wrong.Linear(5 / 2, 3),
        "a size of a layer is a fraction, most often because of a division by /. Divide by //, which gives a "
        "whole number, or write int(…) around it.",
    ),
    "fraction of channels": (
        lambda: wrong.Conv2d(3, 8.0, 3),
        "a size of a layer is a fraction, most often because of a division by /. Divide by //, which gives a "
        "whole number, or write int(…) around it.",
    ),
    "name of a layer": (
        lambda: wrong.Conv2D,
        "torch.nn has no Conv2D. Write nn.Conv2d.",
    ),
    "name of Keras": (lambda: wrong.Dense(8, 10), "torch.nn has no Dense. Write nn.Linear."),
    "layer made of a tensor": (
        lambda: wrong.ReLU(zeros(1)).shape,
        "nn.ReLU(…) is a layer and no tensor: it was made, and not called. Make it and call it: nn.ReLU(…)(x), "
        "best once in __init__ and then self.layer(x).",
    ),
    "yes or no": (
        lambda: wrong.CrossEntropyLoss(zeros(4, 10), zeros(4)),
        "a tensor of several numbers stands where yes or no is asked, as where a loss is made with tensors. Make "
        "the loss first, then call it: nn.CrossEntropyLoss()(output, labels); in an if, write (a == b).all() or "
        ".any().",
    ),
    "same padding": (
        lambda: nn.Conv2d(3, 8, 3, stride=2, padding="same"),
        "padding='same' keeps the size, which a stride above 1 does not. Write the padding as a number, half of "
        "the kernel rounded down: padding=1 for a 3×3.",
    ),
    "classes come last": (
        lambda: nn.functional.cross_entropy(zeros(2, 5, 10), torch.zeros((2, 5), dtype=torch.long)),
        "the labels are 2x5, and for these predictions the loss takes 2x10: dimension 1 of the predictions is "
        "that of the classes. Bring the classes there, by output.transpose(1, 2) where they come last; for one "
        "class for each example, the output is (batch, classes): pool and flatten it first.",
    ),
    "probabilities": (
        lambda: nn.functional.binary_cross_entropy(zeros(2) + 2, zeros(2)),
        "BCELoss takes probabilities from 0 to 1, and is given other numbers. Use BCEWithLogitsLoss, which "
        "computes the sigmoid itself, and labels of 0 and 1.",
    ),
    "swapped": (
        lambda: nn.functional.cross_entropy(torch.tensor([1, 2]), zeros(2, 10)),
        "the loss is given whole numbers where it takes the predictions. Give the output first and the labels "
        "second: loss(output, labels).",
    ),
    "embedding": (
        lambda: nn.Embedding(10, 3)(torch.tensor([10])),
        "an index has no row in an Embedding: it is below 0, or num_embeddings or more. Set num_embeddings to the"
        " largest index and one more, as indices count from 0.",
    ),
    "indices": (
        lambda: nn.Embedding(10, 3)(zeros(2)),
        "an Embedding takes whole numbers as indices, and is given a torch.FloatTensor. Convert them: x.long().",
    ),
    "several numbers": (
        lambda: ones(3).mul(2).backward(),
        "backward() is called on a tensor of several numbers, and a gradient is that of one. Make one number of "
        "the loss: loss.mean().backward(); a loss made with reduction='none' is not averaged yet.",
    ),
    "no gradient": (
        lambda: ones(3).detach().sum().backward(),
        "the loss does not depend on any weight by operations that torch followed. Leave out what cuts the way: "
        "torch.no_grad(), .detach(), .item(), torch.tensor(loss), argmax of the output, or requires_grad = False "
        "on all weights.",
    ),
    "twice": (
        twice,
        "backward() is called again on what one forward pass computed, and torch frees that after the first time."
        " Compute the output and the loss anew for each backward(), inside the loop; what is kept from one step "
        "to the next, such as a hidden state or a sum of losses, takes .detach() or .item().",
    ),
    "overwritten": (
        overwritten,
        "a tensor that the backward pass needs was overwritten after the forward pass had used it. Write x = x + "
        "y in place of x += y, and inplace=False in the activations; call optimizer.step() after backward().",
    ),
    "weight in place": (
        lambda: ones(3).add_(1),
        "a weight is changed in place while torch records what is done to it. Change it under torch.no_grad(), or"
        " by the functions of torch.nn.init.",
    ),
    "numpy": (
        lambda: ones(3).numpy(),
        "NumPy takes neither a tensor that remembers its gradients nor one on the GPU. Write x.detach().cpu().numpy().",
    ),
    "item": (
        lambda: zeros(3).item(),
        "a tensor of 3 numbers stands where one is taken, as by .item(). Make one number of it first, by x.mean()"
        " or x[0], or take them all by x.tolist().",
    ),
    "no weights": (
        lambda: torch.optim.SGD([], lr=0.1),
        "the optimizer is given no weights, because the model has none that torch knows of. Set the layers in "
        "__init__ as self.name = …, a list of them as nn.ModuleList([…]), and call super().__init__() first.",
    ),
    "reflection": (
        lambda: nn.ReflectionPad2d(4)(zeros(1, 3, 4, 4)),
        "a padding by reflection is 4 wide on a side, and the map it mirrors has a size of 4, which holds at "
        "most one less. Set the padding to 3 or less, start from a larger picture, or pad with zeros or by "
        "replication.",
    ),
    "circular": (
        lambda: nn.CircularPad2d(5)(zeros(1, 3, 4, 4)),
        "a circular padding is wider than the map it goes around. Set the padding to the map's size or less, "
        "start from a larger picture, or pad with zeros.",
    ),
    "split": (
        lambda: torch.split(zeros(2, 10), [3, 3], 1),
        "a split into [3, 3] takes 6 in dimension 1, which has 10. Let the sizes sum to 10; for equal parts "
        "write x.chunk(2, dim=1).",
    ),
    "expand": (
        lambda: zeros(2, 3).expand(2, 4),
        "expand is asked for 4 in dimension 1, where there are 3; it repeats a single one alone. Leave the "
        "dimension as it is by -1, or repeat its 3 as a whole by x.repeat.",
    ),
    "rank of expand": (
        lambda: zeros(2, 3, 4).expand(2, 3),
        "expand is given 2 sizes for a tensor of 3 dimensions. Give it a size for each dimension, -1 for "
        "those that stay.",
    ),
    "mode": (
        lambda: nn.functional.interpolate(zeros(2, 3, 8), scale_factor=2, mode="bilinear"),
        "a resizing with mode bilinear takes 4 dimensions, batch and channels included, and is given 3. Write"
        " mode='linear', which takes 3, or nearest, which takes any.",
    ),
    "rank of a resizing": (
        lambda: nn.functional.interpolate(zeros(3, 8), scale_factor=2),
        "a resizing takes 3, 4 or 5 dimensions, batch and channels included, and is given 2. Put it before "
        "the Flatten or view, or add the missing dimensions: x[None, None] for a batch of one with one "
        "channel.",
    ),
    "sizes of a resizing": (
        lambda: nn.functional.interpolate(zeros(2, 3, 8, 8), size=(4, 4, 4)),
        "a resizing is given 3 sizes for a map of 8x8, which has 2. Give one for each axis behind the "
        "channels, or a single number for all; the batch and the channels stay.",
    ),
    "factors of a resizing": (
        lambda: nn.functional.interpolate(zeros(2, 3, 8, 8), scale_factor=(2, 2, 2)),
        "a resizing is given 3 factors for a map of 8x8, which has 2. Give one for each axis behind the "
        "channels, or a single number for all; the batch and the channels stay.",
    ),
    "lstm": (
        lambda: nn.LSTM(10, 20)(zeros(5, 3, 8)),
        "a recurrent layer with input_size=10 is given 8 features in the last dimension. Set its input_size "
        "to 8; the sequence is (batch, length, features) with batch_first=True, so bring features that come "
        "earlier to the end by x.transpose.",
    ),
    "cell": (
        lambda: nn.GRUCell(10, 20)(zeros(5, 8)),
        "a recurrent layer with input_size=10 is given 8 features in the last dimension. Set its input_size "
        "to 8; the sequence is (batch, length, features) with batch_first=True, so bring features that come "
        "earlier to the end by x.transpose.",
    ),
    "rank of a sequence": (
        lambda: nn.LSTM(10, 20)(zeros(5, 3, 8, 10)),
        "LSTM takes 3 dimensions, or 2 for one example, and is given 4. Make a sequence of a map by "
        "x.flatten(2).transpose(1, 2): its positions one after the other, their channels last.",
    ),
    "state": (
        lambda: nn.LSTM(10, 20)(zeros(5, 3, 10), (zeros(1, 2, 20), zeros(1, 3, 20))),
        "the state given to a recurrent layer is 1x2x20, and this batch takes 1x3x20. Make it of (layers, "
        "batch, hidden_size), twice the layers where bidirectional, with the batch of this very input, or "
        "leave it out: zeros are taken then.",
    ),
    "heads": (
        lambda: nn.MultiheadAttention(10, 3),
        "an attention's embed_dim (d_model) is no multiple of num_heads (nhead), so the heads cannot share it"
        " out. Choose num_heads that divide embed_dim, such as 8 for 512, or another embed_dim.",
    ),
    "features of an attention": (
        lambda: nn.MultiheadAttention(12, 3)(*[zeros(2, 5, 10)] * 3),
        "an attention with embed_dim=12 is given 10 features in the last dimension. Set its embed_dim "
        "(d_model) to 10, or let a Linear before it give 12.",
    ),
    "stride": (
        lambda: nn.Conv2d(3, 8, 3, stride=0)(zeros(1, 3, 8, 8)),
        "a layer has stride 0 or less. Write 1 or more; where it is computed, as by //, check what it comes "
        "to: stride=max(1, …).",
    ),
    "stride of a pooling": (
        lambda: nn.MaxPool2d(0)(zeros(1, 3, 8, 8)),
        "a pooling has stride 0, or kernel_size 0, which its stride is unless given. Write 1 or more for "
        "both; stride=1 keeps the size, but for the border.",
    ),
    "negative kernel": (
        lambda: nn.Conv2d(3, 8, -3),
        "a layer or tensor is made with a size of -3: its weight would be (8, 3, -3, -3). Check the number of"
        " channels, features or the kernel_size that is computed here: a difference below 0.",
    ),
    "negative kernel of a pooling": (
        lambda: nn.MaxPool2d(-2)(zeros(1, 3, 8, 8)),
        "a pooling has a kernel_size of -2. Write 1 or more; check what it is computed from.",
    ),
    "no kernel": (
        lambda: nn.functional.conv2d(zeros(1, 3, 8, 8), zeros(8, 3, 0, 0)),
        "a layer has kernel_size 0 or less. Write 1 or more; where it is computed, as by //, check what it "
        "comes to: kernel_size=max(1, …).",
    ),
    "negative padding": (
        lambda: nn.Conv2d(3, 8, 3, padding=-1)(zeros(1, 3, 8, 8)),
        "a layer has a padding below 0. Write 0 or more; to cut a border off, write x[:, :, 1:-1, 1:-1].",
    ),
    "dilation": (
        lambda: nn.Conv2d(3, 8, 3, dilation=0)(zeros(1, 3, 8, 8)),
        "a layer has dilation 0 or less. Write 1 or more; where it is computed, as by //, check what it comes"
        " to: dilation=max(1, …).",
    ),
    "no groups": (
        lambda: nn.Conv2d(3, 8, 3, groups=0),
        "a layer has groups 0 or less. Write 1 or more; where it is computed, as by //, check what it comes "
        "to: groups=max(1, …).",
    ),
}


RAISED = (RuntimeError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What torch raises them as."""


@pytest.mark.parametrize("name", MADE)
def test_messages(name: str) -> None:
    """Torch's own words, raised here, are told as cause and change with their numbers."""
    raising, meaning = MADE[name]
    with pytest.raises(RAISED) as raised:
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


def test_an_attribute_that_the_network_lacks() -> None:
    """A name asked of the design's own class is held against its nodes; that of another class says nothing."""
    lenet = presets.preset("lenet5")
    message = "AttributeError: '{}' object has no attribute '{}'"
    said = [str(explained(message.format(lenet.name, name), lenet)) for name in ("conv_1", "head")]
    assert said == [
        f"self.conv_1 was never set in {lenet.name}. Write self.conv1 in place of self.conv_1.",
        f"self.head was never set in {lenet.name}. Set self.head in its __init__.",
    ]
    assert explained(message.format("Trainer", "conv_1"), lenet) is None
    assert str(explained(message.format("NoneType", "shape"))).startswith("shape is asked of None")


def test_other_messages_are_left() -> None:
    """What has nothing to do with shapes is not explained."""
    assert explained("KeyError: 'a'") is None
    assert explained("") is None
