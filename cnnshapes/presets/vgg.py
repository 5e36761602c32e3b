"""VGG [Simonyan and Zisserman: Very Deep Convolutional Networks, arXiv:1409.1556], named as torchvision's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from cnnshapes.design import Builder, Design
from cnnshapes.layers import AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from cnnshapes.presets.base import enter, entered

Widths = Sequence[Sequence[int]]
"""The filters of each convolution, stage by stage; a 2×2 pooling ends each stage."""

STAGES: Final[dict[int, Widths]] = {
    11: ([64], [128], [256] * 2, [512] * 2, [512] * 2),
    13: ([64] * 2, [128] * 2, [256] * 2, [512] * 2, [512] * 2),
    16: ([64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3),
    19: ([64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4),
}
"""By the number of layers with weights, three of them linear: columns A, B, D and E of the paper."""


def vgg(name: str, stages: Widths, *, batch_norm: bool = False) -> Design:
    """VGG for ImageNet: 3×224×224, 3×3 convolutions that keep the size, five poolings down to 7×7."""
    network = Builder(name, (3, 224, 224))
    _features(network, stages, batch_norm)
    network.add(AdaptiveAvgPool2d(output_size=7), name="avgpool")
    _classifier(network, classes=1000)
    return network.design()


for _depth, _stages in STAGES.items():
    enter(
        f"vgg{_depth}",
        "VGG",
        f"VGG-{_depth}: {_depth - 3} convolutions of 3×3 and 3 linear layers",
        partial(vgg, f"vgg{_depth}", _stages),
    )
    enter(
        f"vgg{_depth}_bn",
        "VGG",
        f"VGG-{_depth} with a BatchNorm behind each convolution",
        partial(vgg, f"vgg{_depth}_bn", _stages, batch_norm=True),
    )


@entered("VGG", "VGG-16 narrowed for CIFAR-10 and 3×32×32: three poolings leave 512·4·4 = 8,192 features")
def vgg16_cifar10() -> Design:
    """13 convolutions and 3 linear layers, as in the course behind the notes [deeplearningzerotoall, lab 10-5-2]."""
    network = Builder("vgg16_cifar10", (3, 32, 32))
    _features(network, ([32] * 2, [64] * 2 + [128] * 3, [256] * 3 + [512] * 3), batch_norm=False)
    _classifier(network, classes=10)
    return network.design()


def _features(network: Builder, stages: Widths, batch_norm: bool) -> None:
    layers: list[Conv2d | BatchNorm2d | ReLU | MaxPool2d] = []
    for widths in stages:
        for width in widths:
            layers.append(Conv2d(out_channels=width, kernel_size=3, padding=1))
            if batch_norm:
                layers.append(BatchNorm2d())
            layers.append(ReLU())
        layers.append(MaxPool2d(kernel_size=2, stride=2))
    for number, layer in enumerate(layers):
        network.add(layer, name=f"features.{number}")


def _classifier(network: Builder, classes: int) -> None:
    network.add(Flatten(), name="flatten")
    hidden = (Linear(out_features=4096), ReLU(), Dropout(p=0.5))
    for number, layer in enumerate((*hidden, *hidden, Linear(out_features=classes))):
        network.add(layer, name=f"classifier.{number}")
