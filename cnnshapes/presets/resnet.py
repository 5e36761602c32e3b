"""ResNet [He, Zhang, Ren, Sun: Deep Residual Learning, arXiv:1512.03385]; the deep ones as torchvision has them.

Torchvision's bottleneck blocks have their stride in the 3×3 convolution, the paper's in the first 1×1.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from cnnshapes.design import Builder, Design
from cnnshapes.layers import (
    AdaptiveAvgPool2d,
    Add,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Slice,
    Threshold,
)
from cnnshapes.presets.base import enter

Convs = tuple[tuple[int, int, int], ...]
"""The convolutions of a block: out_channels, kernel_size, stride of each."""

DEPTHS: Final[dict[int, tuple[bool, tuple[int, int, int, int]]]] = {
    18: (False, (2, 2, 2, 2)),
    34: (False, (3, 4, 6, 3)),
    50: (True, (3, 4, 6, 3)),
    101: (True, (3, 4, 23, 3)),
    152: (True, (3, 8, 36, 3)),
}
"""Whether the blocks are bottlenecks, and how many each of the four stages has [table 1 of the paper]."""


def resnet(name: str, bottleneck: bool, blocks: tuple[int, int, int, int], *, small: bool = False) -> Design:
    """ResNet for ImageNet, 3×224×224. Where a block changes its shape, a 1×1 convolution takes the shortcut along.

    `small` is for CIFAR-10, 3×32×32: the image is not reduced before the first block, or little would be left of it.
    """
    network = Builder(name, (3, 32, 32) if small else (3, 224, 224))
    kernel_size, stride = (3, 1) if small else (7, 2)
    first = Conv2d(out_channels=64, kernel_size=kernel_size, stride=stride, padding=kernel_size // 2, bias=False)
    _normed(network, "conv1", "bn1", first)
    network.add(ReLU(), name="relu")
    if not small:
        network.add(MaxPool2d(kernel_size=3, stride=2, padding=1), name="maxpool")
    channels = 64
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for number in range(count):
            stride = 2 if stage > 0 and number == 0 else 1
            convs: Convs = ((width, 3, stride), (width, 3, 1))
            if bottleneck:
                convs = ((width, 1, 1), (width, 3, stride), (4 * width, 1, 1))
            block, source = f"layer{stage + 1}.{number}", network.last
            branch = _branch(network, block, convs)
            if stride != 1 or channels != convs[-1][0]:
                channels = convs[-1][0]
                project = Conv2d(out_channels=channels, kernel_size=1, stride=stride, bias=False)
                source = _normed(network, f"{block}.downsample.0", f"{block}.downsample.1", project, source)
            _join(network, block, branch, source, len(convs))
    _classify(network, classes=10 if small else 1000)
    return network.design()


def resnet_cifar10(name: str, blocks: int) -> Design:
    """ResNet for CIFAR-10, 3×32×32: three stages of `blocks` blocks each, 6·blocks + 2 layers [section 4.2].

    The shortcuts are the paper's option A, which learns nothing: where a block halves the image and doubles the
    channels, every second pixel is taken and channels of zeros are added.
    """
    network = Builder(name, (3, 32, 32))
    _normed(network, "conv1", "bn1", Conv2d(out_channels=16, kernel_size=3, padding=1, bias=False))
    network.add(ReLU(), name="relu")
    for stage in range(3):
        width = 16 * 2**stage
        for number in range(blocks):
            stride = 2 if stage > 0 and number == 0 else 1
            block, source = f"layer{stage + 1}.{number}", network.last
            branch = _branch(network, block, ((width, 3, stride), (width, 3, 1)))
            if stride == 2:
                source = _subsampled_and_padded(network, f"{block}.shortcut", source)
            _join(network, block, branch, source, 2)
    _classify(network, classes=10)
    return network.design()


def _branch(network: Builder, block: str, convs: Convs) -> str:
    """The convolutions of a block, each with a BatchNorm, and a ReLU between them."""
    for number, (out_channels, kernel_size, stride) in enumerate(convs, start=1):
        conv = Conv2d(
            out_channels=out_channels, kernel_size=kernel_size, stride=stride, padding=kernel_size // 2, bias=False
        )
        _normed(network, f"{block}.conv{number}", f"{block}.bn{number}", conv)
        if number < len(convs):
            network.add(ReLU(), name=f"{block}.relu{number}")
    return network.last


def _join(network: Builder, block: str, branch: str, shortcut: str, relu: int) -> None:
    network.add(Add(), branch, shortcut, name=f"{block}.add")
    network.add(ReLU(), name=f"{block}.relu{relu}")


def _normed(network: Builder, conv_name: str, norm_name: str, conv: Conv2d, *source: str) -> str:
    network.add(conv, *source, name=conv_name)
    return network.add(BatchNorm2d(), name=norm_name)


def _subsampled_and_padded(network: Builder, name: str, source: str) -> str:
    kept = network.add(Slice(step=(None, 2, 2)), source, name=f"{name}.subsample")
    # whatever does not exceed a threshold that nothing exceeds becomes 0
    zeros = network.add(Threshold(threshold=1e30, value=0.0), kept, name=f"{name}.zeros")
    return network.add(Concat(), kept, zeros, name=f"{name}.pad")


def _classify(network: Builder, classes: int) -> None:
    network.add(AdaptiveAvgPool2d(output_size=1), name="avgpool")
    network.add(Flatten(), name="flatten")
    network.add(Linear(out_features=classes), name="fc")


for _depth, (_bottleneck, _blocks) in DEPTHS.items():
    enter(
        f"resnet{_depth}",
        "ResNet",
        f"ResNet-{_depth}: {sum(_blocks)} residual blocks of "
        + ("1×1, 3×3 and 1×1 convolutions (bottlenecks)" if _bottleneck else "two 3×3 convolutions"),
        partial(resnet, f"resnet{_depth}", _bottleneck, _blocks),
    )

enter(
    "resnet18_cifar10",
    "ResNet",
    "ResNet-18 for CIFAR-10: the first convolution 3×3 with stride 1, and no pooling after it",
    partial(resnet, "resnet18_cifar10", *DEPTHS[18], small=True),
)

for _depth in (20, 56):
    enter(
        f"resnet{_depth}_cifar10",
        "ResNet",
        f"ResNet-{_depth} for CIFAR-10, the paper's own: shortcuts without parameters (option A)",
        partial(resnet_cifar10, f"resnet{_depth}_cifar10", (_depth - 2) // 6),
    )
