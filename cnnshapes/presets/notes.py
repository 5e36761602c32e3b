"""Networks and worked examples of the study notes that are no classics of their own."""

from __future__ import annotations

from collections.abc import Sequence

from cnnshapes.design import Builder, Design
from cnnshapes.layers import (
    BatchNorm2d,
    Conv1d,
    Conv2d,
    Dropout,
    Dropout2d,
    Flatten,
    Linear,
    LogSoftmax,
    MaxPool2d,
    ReLU,
)
from cnnshapes.presets.base import entered


@entered("Notes", "the first classifier of the notes, for CIFAR-10: two convolutions, then 8·8·16 = 1,024 features")
def classifier() -> Design:
    """ReLU after every layer but the last, which ends in a log-softmax over the ten classes."""
    return Design.chain(
        (3, 32, 32),
        Conv2d(out_channels=8, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=2, stride=2),
        Conv2d(out_channels=16, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(kernel_size=2, stride=2),
        Flatten(),
        Linear(out_features=64),
        ReLU(),
        Linear(out_features=32),
        ReLU(),
        Linear(out_features=10),
        LogSoftmax(dim=1),
        name="classifier",
    )


def cnn_by_widths(
    name: str,
    input_shape: Sequence[int],
    conv_widths: Sequence[int],
    dense_widths: Sequence[int],
    classes: int,
    kernel_size: int = 3,
) -> Design:
    """A CNN from lists of widths: a convolution that keeps the size and a pooling that halves it, per width.

    An odd `kernel_size` with padding `kernel_size // 2` keeps height and width, so n convolutions leave
    `conv_widths[-1] · (height // 2ⁿ) · (width // 2ⁿ)` features for the dense layers.
    """
    network = Builder(name, input_shape)
    for width in conv_widths:
        network.add(Conv2d(out_channels=width, kernel_size=kernel_size, padding=kernel_size // 2))
        network.add(BatchNorm2d())
        network.add(ReLU())
        network.add(MaxPool2d(kernel_size=2))
        network.add(Dropout2d(p=0.5))
    network.add(Flatten())
    for width in dense_widths:
        network.add(Linear(out_features=width))
        network.add(ReLU())
    network.add(Linear(out_features=classes))
    return network.design()


@entered("Notes", "the MNIST CNN of the notes, built from lists of widths: 28 → 14 → 7, 64·7·7 features")
def mnist_cnn() -> Design:
    """The notes state the convolutions; the one dense layer of 128 is a choice."""
    return cnn_by_widths("mnist_cnn", (1, 28, 28), conv_widths=[32, 64], dense_widths=[128], classes=10)


@entered("Notes", "the FashionMNIST network without convolutions: 784 pixels into three linear layers")
def fashion_dnn() -> Design:
    """What a CNN is measured against: flattening first throws the neighbourhood of the pixels away."""
    return Design.chain(
        (1, 28, 28),
        Flatten(),
        Linear(out_features=256),
        ReLU(),
        Dropout(p=0.25),
        Linear(out_features=128),
        ReLU(),
        Linear(out_features=10),
        name="fashion_dnn",
    )


@entered("Notes", "the FashionMNIST CNN: the second convolution has no padding, so 64·6·6 features are left")
def fashion_cnn() -> Design:
    """Named as in the notes: two Sequential blocks, then three linear layers with nothing between but a dropout."""
    return Design.chain(
        (1, 28, 28),
        ("layer1.0", Conv2d(out_channels=32, kernel_size=3, padding=1)),
        ("layer1.1", BatchNorm2d()),
        ("layer1.2", ReLU()),
        ("layer1.3", MaxPool2d(kernel_size=2, stride=2)),
        ("layer2.0", Conv2d(out_channels=64, kernel_size=3)),
        ("layer2.1", BatchNorm2d()),
        ("layer2.2", ReLU()),
        ("layer2.3", MaxPool2d(kernel_size=2)),
        ("flatten", Flatten()),
        ("fc1", Linear(out_features=600)),
        ("drop", Dropout(p=0.25)),
        ("fc2", Linear(out_features=120)),
        ("fc3", Linear(out_features=10)),
        name="fashion_cnn",
    )


@entered("Notes", "one convolution and one pooling on an MNIST image: 28 → 24 → 12")
def conv_pool_example() -> Design:
    """`nn.Conv2d(1, 5, 5)` and `nn.MaxPool2d(2)`, as the notes try them on a 1×1×28×28 tensor."""
    return Design.chain((1, 28, 28), Conv2d(1, 5, 5), MaxPool2d(2), name="conv_pool_example")


@entered("Notes", "the convolution that the notes work out by hand: a 3×3 filter takes 4×4 positions on a 6×6 image")
def conv_by_hand() -> Design:
    """One filter, one channel, stride 1."""
    return Design.chain((1, 6, 6), Conv2d(out_channels=1, kernel_size=3, bias=False), name="conv_by_hand")


@entered("Notes", "a filter of three numbers over five ones: three positions")
def conv1d_by_hand() -> Design:
    """The smoothing filter [0.25, 0.5, 0.25] of the notes."""
    return Design.chain((1, 5), Conv1d(out_channels=1, kernel_size=3, bias=False), name="conv1d_by_hand")


@entered("Notes", "how many weights a convolution has: 64 filters of 3×3 over 128 channels, 3·3·128·64 = 73,728")
def conv_arithmetic() -> Design:
    """Without biases, as the notes count; the size of the image changes the MACs and no weight."""
    return Design.chain(
        (128, 32, 32), Conv2d(out_channels=64, kernel_size=3, padding=1, bias=False), name="conv_arithmetic"
    )


@entered("Notes", "a 3×3 convolution with padding 1 keeps a 224×224 image at 224×224")
def vgg_same_size() -> Design:
    """The first convolution of VGG: (224 − 3 + 2·1)/1 + 1 = 224."""
    return Design.chain((3, 224, 224), Conv2d(out_channels=64, kernel_size=3, padding=1), name="vgg_same_size")
