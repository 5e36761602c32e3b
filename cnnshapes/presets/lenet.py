"""LeNet-5 [LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document Recognition, 1998]."""

from __future__ import annotations

from cnnshapes.design import Design
from cnnshapes.layers import AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Tanh
from cnnshapes.presets.base import entered


@entered("LeNet", "LeNet-5 of the notes, for CIFAR-10: 32 → 28 → 14 → 10 → 5, so 16·5·5 = 400 features")
def lenet5() -> Design:
    """The modern form: ReLU and max pooling, every map of conv2 reads all maps before it."""
    return Design.chain(
        (3, 32, 32),
        Conv2d(out_channels=6, kernel_size=5),
        ReLU(),
        MaxPool2d(kernel_size=2, stride=2),
        Conv2d(out_channels=16, kernel_size=5),
        ReLU(),
        MaxPool2d(kernel_size=2, stride=2),
        Flatten(),
        Linear(out_features=120),
        ReLU(),
        Linear(out_features=84),
        ReLU(),
        Linear(out_features=10),
        name="lenet5",
    )


@entered("LeNet", "LeNet-5 as published in 1998, for 1×32×32 digits: tanh, and subsampling that learns")
def lenet5_1998() -> Design:
    """Layers named as in the paper, whose counts are 156, 12, 1,516, 32, 48,120 and 10,164.

    Subsampling is a mean times a learned coefficient plus a learned bias for each map, here a 1×1 convolution of as
    many groups as maps. Two things differ: each map of C3 reads all six maps of S2 (2,416 parameters, where the paper
    leaves some connections out and has 1,516), and the output is a linear layer in place of fixed radial basis
    functions.
    """
    return Design.chain(
        (1, 32, 32),
        ("c1", Conv2d(out_channels=6, kernel_size=5)),
        ("c1_tanh", Tanh()),
        ("s2_mean", AvgPool2d(kernel_size=2)),
        ("s2", Conv2d(out_channels=6, kernel_size=1, groups=6)),
        ("s2_tanh", Tanh()),
        ("c3", Conv2d(out_channels=16, kernel_size=5)),
        ("c3_tanh", Tanh()),
        ("s4_mean", AvgPool2d(kernel_size=2)),
        ("s4", Conv2d(out_channels=16, kernel_size=1, groups=16)),
        ("s4_tanh", Tanh()),
        ("c5", Conv2d(out_channels=120, kernel_size=5)),
        ("c5_tanh", Tanh()),
        ("flatten", Flatten()),
        ("f6", Linear(out_features=84)),
        ("f6_tanh", Tanh()),
        ("output", Linear(out_features=10)),
        name="lenet5_1998",
    )
