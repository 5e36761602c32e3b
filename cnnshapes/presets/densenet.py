"""DenseNet [Huang, Liu, van der Maaten, Weinberger, arXiv:1608.06993], named as torchvision's."""

from __future__ import annotations

from functools import partial
from typing import Final

from cnnshapes.design import Builder, Design
from cnnshapes.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
)
from cnnshapes.presets.base import enter

BLOCKS: Final[dict[int, tuple[int, int, int, int]]] = {
    121: (6, 12, 24, 16),
    169: (6, 12, 32, 32),
    201: (6, 12, 48, 32),
}
"""How many layers each dense block has [table 1 of the paper]."""

GROWTH: Final = 32
"""Channels that each layer adds to those before it."""
BOTTLENECK: Final = 4
"""The 1×1 convolution of a layer has this many times as many filters."""
STEM: Final = 64
"""Channels before the first block."""


def densenet(name: str, blocks: tuple[int, int, int, int]) -> Design:
    """DenseNet-BC, 3×224×224: each layer reads all before it, and a 1×1 convolution halves the channels in between."""
    network = Builder(name, (3, 224, 224))
    network.add(Conv2d(out_channels=STEM, kernel_size=7, stride=2, padding=3, bias=False), name="features.conv0")
    network.add(BatchNorm2d(), name="features.norm0")
    network.add(ReLU(), name="features.relu0")
    network.add(MaxPool2d(kernel_size=3, stride=2, padding=1), name="features.pool0")
    channels = STEM
    for number, layers in enumerate(blocks, start=1):
        _dense_block(network, f"features.denseblock{number}", layers)
        channels += layers * GROWTH
        if number < len(blocks):
            channels //= 2
            _transition(network, f"features.transition{number}", channels)
    network.add(BatchNorm2d(), name="features.norm5")
    network.add(ReLU(), name="relu")
    network.add(AdaptiveAvgPool2d(output_size=1), name="avgpool")
    network.add(Flatten(), name="flatten")
    network.add(Linear(out_features=1000), name="classifier")
    return network.design()


def _dense_block(network: Builder, name: str, layers: int) -> None:
    features = [network.last]
    for number in range(1, layers + 1):
        layer = f"{name}.denselayer{number}"
        source = features[0] if number == 1 else network.add(Concat(), *features, name=f"{layer}.cat")
        network.add(BatchNorm2d(), source, name=f"{layer}.norm1")
        network.add(ReLU(), name=f"{layer}.relu1")
        network.add(Conv2d(out_channels=BOTTLENECK * GROWTH, kernel_size=1, bias=False), name=f"{layer}.conv1")
        network.add(BatchNorm2d(), name=f"{layer}.norm2")
        network.add(ReLU(), name=f"{layer}.relu2")
        conv = Conv2d(out_channels=GROWTH, kernel_size=3, padding=1, bias=False)
        features.append(network.add(conv, name=f"{layer}.conv2"))
    network.add(Concat(), *features, name=f"{name}.cat")


def _transition(network: Builder, name: str, out_channels: int) -> None:
    network.add(BatchNorm2d(), name=f"{name}.norm")
    network.add(ReLU(), name=f"{name}.relu")
    network.add(Conv2d(out_channels=out_channels, kernel_size=1, bias=False), name=f"{name}.conv")
    network.add(AvgPool2d(kernel_size=2, stride=2), name=f"{name}.pool")


for _depth, _blocks in BLOCKS.items():
    enter(
        f"densenet{_depth}",
        "DenseNet",
        f"DenseNet-{_depth}: dense blocks of {', '.join(map(str, _blocks))} layers that concatenate where ResNet adds",
        partial(densenet, f"densenet{_depth}", _blocks),
    )
