"""GoogLeNet [Szegedy et al.: Going Deeper with Convolutions, arXiv:1409.4842], as torchvision has and names it.

Torchvision's differs from the paper in two ways: a BatchNorm behind each convolution, and 3×3 kernels in the branch
that the paper gives 5×5.
"""

from __future__ import annotations

from cnnshapes.design import Builder, Design
from cnnshapes.layers import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
)
from cnnshapes.presets.base import entered


@entered("GoogLeNet", "GoogLeNet: nine inception blocks, 1×1 convolutions before the wide ones, one linear layer")
def googlenet() -> Design:
    """As it predicts, without the auxiliary heads: 6,624,904 parameters."""
    return _googlenet("googlenet", auxiliary=False)


@entered("GoogLeNet", "GoogLeNet as it is trained, with two auxiliary heads that hold half of its parameters")
def googlenet_aux() -> Design:
    """13,004,888 parameters. The last node is the main classifier; the heads end in `aux1.fc2` and `aux2.fc2`."""
    return _googlenet("googlenet_aux", auxiliary=True)


def _googlenet(name: str, *, auxiliary: bool) -> Design:
    network = Builder(name, (3, 224, 224))
    _conv(network, "conv1", 64, kernel_size=7, stride=2)
    _halve(network, "maxpool1")
    _conv(network, "conv2", 64)
    _conv(network, "conv3", 192, kernel_size=3)
    _halve(network, "maxpool2")
    # the filters of the 1×1 branch, of the two reduced branches (before and behind the reduction), behind the pooling
    _inception(network, "inception3a", 64, (96, 128), (16, 32), 32)
    _inception(network, "inception3b", 128, (128, 192), (32, 96), 64)
    _halve(network, "maxpool3")
    first = _inception(network, "inception4a", 192, (96, 208), (16, 48), 64)
    _inception(network, "inception4b", 160, (112, 224), (24, 64), 64)
    _inception(network, "inception4c", 128, (128, 256), (24, 64), 64)
    second = _inception(network, "inception4d", 112, (144, 288), (32, 64), 64)
    _inception(network, "inception4e", 256, (160, 320), (32, 128), 128)
    _halve(network, "maxpool4", kernel_size=2)
    _inception(network, "inception5a", 256, (160, 320), (32, 128), 128)
    last = _inception(network, "inception5b", 384, (192, 384), (48, 128), 128)
    if auxiliary:
        _head(network, "aux1", first)
        _head(network, "aux2", second)
    network.add(AdaptiveAvgPool2d(output_size=1), last, name="avgpool")
    network.add(Flatten(), name="flatten")
    network.add(Dropout(p=0.2), name="dropout")
    network.add(Linear(out_features=1000), name="fc")
    return network.design()


def _halve(network: Builder, name: str, kernel_size: int = 3) -> None:
    network.add(MaxPool2d(kernel_size=kernel_size, stride=2, ceil_mode=True), name=name)


def _conv(network: Builder, name: str, out_channels: int, *source: str, kernel_size: int = 1, stride: int = 1) -> str:
    """A convolution that keeps the size at stride 1, with its BatchNorm and ReLU."""
    convolution = Conv2d(
        out_channels=out_channels, kernel_size=kernel_size, stride=stride, padding=kernel_size // 2, bias=False
    )
    network.add(convolution, *source, name=f"{name}.conv")
    network.add(BatchNorm2d(eps=0.001), name=f"{name}.bn")
    return network.add(ReLU(), name=f"{name}.relu")


def _inception(
    network: Builder, name: str, single: int, reduced: tuple[int, int], reduced_more: tuple[int, int], pooled: int
) -> str:
    """Four branches of one input, concatenated."""
    source = network.last
    branches = [_conv(network, f"{name}.branch1", single, source)]
    for number, (before, behind) in enumerate((reduced, reduced_more), start=2):
        _conv(network, f"{name}.branch{number}.0", before, source)
        branches.append(_conv(network, f"{name}.branch{number}.1", behind, kernel_size=3))
    pool = MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True)
    network.add(pool, source, name=f"{name}.branch4.0")
    branches.append(_conv(network, f"{name}.branch4.1", pooled))
    return network.add(Concat(), *branches, name=f"{name}.cat")


def _head(network: Builder, name: str, source: str) -> None:
    """A classifier on the middle of the network, which training uses and prediction leaves out."""
    network.add(AdaptiveAvgPool2d(output_size=4), source, name=f"{name}.pool")
    _conv(network, f"{name}.conv", 128)
    network.add(Flatten(), name=f"{name}.flatten")
    network.add(Linear(out_features=1024), name=f"{name}.fc1")
    network.add(ReLU(), name=f"{name}.relu")
    network.add(Dropout(p=0.7), name=f"{name}.dropout")
    network.add(Linear(out_features=1000), name=f"{name}.fc2")
