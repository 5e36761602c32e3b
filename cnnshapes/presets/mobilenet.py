"""MobileNet-v2 [Sandler et al.: Inverted Residuals and Linear Bottlenecks, arXiv:1801.04381], as torchvision's."""

from __future__ import annotations

from typing import Final

from cnnshapes.design import Builder, Design
from cnnshapes.layers import AdaptiveAvgPool2d, Add, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, ReLU6
from cnnshapes.presets.base import entered

STAGES: Final = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, blocks, stride of the first block [table 2 of the paper]."""


@entered("MobileNet", "MobileNet-v2: depthwise convolutions, each channel its own group, between two 1×1 convolutions")
def mobilenet_v2() -> Design:
    """3×224×224, width 1.0: 3,504,872 parameters and 300,774,272 multiply–accumulates."""
    network = Builder("mobilenet_v2", (3, 224, 224))
    channels = 32
    _conv(network, "features.0", channels, kernel_size=3, stride=2)
    number = 0
    for expansion, width, blocks, first_stride in STAGES:
        for block in range(blocks):
            number += 1
            _inverted_residual(
                network, f"features.{number}", channels, expansion, width, first_stride if block == 0 else 1
            )
            channels = width
    _conv(network, f"features.{number + 1}", 1280)
    network.add(AdaptiveAvgPool2d(output_size=1), name="avgpool")
    network.add(Flatten(), name="flatten")
    network.add(Dropout(p=0.2), name="classifier.0")
    network.add(Linear(out_features=1000), name="classifier.1")
    return network.design()


def _inverted_residual(
    network: Builder, name: str, channels: int, expansion: int, out_channels: int, stride: int
) -> None:
    """Widen by 1×1, filter each channel on its own by 3×3, narrow by 1×1; added to its input where the shape stays."""
    source = network.last
    wide = channels * expansion
    steps = 0
    if expansion != 1:
        _conv(network, f"{name}.conv.0", wide)
        steps = 1
    _conv(network, f"{name}.conv.{steps}", wide, kernel_size=3, stride=stride, groups=wide)
    network.add(Conv2d(out_channels=out_channels, kernel_size=1, bias=False), name=f"{name}.conv.{steps + 1}")
    narrow = network.add(BatchNorm2d(), name=f"{name}.conv.{steps + 2}")
    if stride == 1 and out_channels == channels:
        network.add(Add(), source, narrow, name=f"{name}.add")


def _conv(
    network: Builder, name: str, out_channels: int, kernel_size: int = 1, stride: int = 1, groups: int = 1
) -> None:
    """A convolution that keeps the size at stride 1, with its BatchNorm and ReLU6."""
    convolution = Conv2d(
        out_channels=out_channels,
        kernel_size=kernel_size,
        stride=stride,
        padding=kernel_size // 2,
        groups=groups,
        bias=False,
    )
    network.add(convolution, name=f"{name}.0")
    network.add(BatchNorm2d(), name=f"{name}.1")
    network.add(ReLU6(), name=f"{name}.2")
