"""Two ways to do one thing, side by side: the comparisons that the notes draw, as tiny networks.

The convolutions have no bias: the notes count weights alone, so the totals are their numbers.
"""

from __future__ import annotations

from typing import Final

from cnnshapes.design import Builder, Design
from cnnshapes.layers import Add, BatchNorm2d, Concat, Conv2d, Flatten, GlobalAvgPool2d, Linear, ReLU
from cnnshapes.presets.base import entered

CHANNELS: Final = 128
"""Channels of the notes' examples of convolutions."""


@entered("Comparisons", "two 3×3 convolutions see 5×5 pixels with 294,912 weights; compare vgg_5x5_once")
def vgg_3x3_twice() -> Design:
    """Why VGG has only 3×3 kernels: 3·3·128·128 weights, twice."""
    return Design.chain((CHANNELS, 32, 32), _same(CHANNELS, 3), _same(CHANNELS, 3), name="vgg_3x3_twice")


@entered("Comparisons", "one 5×5 convolution sees the same 5×5 pixels with 409,600 weights; compare vgg_3x3_twice")
def vgg_5x5_once() -> Design:
    """5·5·128·128 weights."""
    return Design.chain((CHANNELS, 32, 32), _same(CHANNELS, 5), name="vgg_5x5_once")


@entered("Comparisons", "a 3×3 convolution of 128 channels to 128: 147,456 weights; compare inception_with_1x1")
def inception_without_1x1() -> Design:
    """3·3·128·128 weights."""
    return Design.chain((CHANNELS, 32, 32), _same(CHANNELS, 3), name="inception_without_1x1")


@entered("Comparisons", "the same with a 1×1 convolution to 32 channels before it: 40,960 weights")
def inception_with_1x1() -> Design:
    """1·1·128·32 + 3·3·32·128 weights, and the same shapes going in and coming out."""
    return Design.chain((CHANNELS, 32, 32), _same(32, 1), _same(CHANNELS, 3), name="inception_with_1x1")


@entered("Comparisons", "two convolutions with BatchNorm and ReLU; compare residual_block")
def plain_block() -> Design:
    """The block of ResNet-18 without its shortcut."""
    return _block("plain_block", shortcut=False)


@entered("Comparisons", "the same two convolutions with the input added to their result: not one parameter more")
def residual_block() -> Design:
    """The convolutions learn only the difference to the input, f(x) of f(x) + x."""
    return _block("residual_block", shortcut=True)


@entered("Comparisons", "two convolutions that each read all maps before them, as in DenseNet; compare residual_block")
def dense_block() -> Design:
    """Where a residual block adds, a dense one concatenates: 32 new channels each time, and the old ones stay."""
    network = Builder("dense_block", (64, 56, 56))
    maps = [network.last]
    for _ in range(2):
        if len(maps) > 1:
            network.add(Concat(), *maps)
        network.add(BatchNorm2d())
        network.add(ReLU())
        maps.append(network.add(_same(32, 3)))
    network.add(Concat(), *maps)
    return network.design()


@entered("Comparisons", "a classifier on the flattened map: 512·7·7 = 25,088 features; compare global_pooling_head")
def flatten_head() -> Design:
    """The first linear layer of VGG-16 alone has 102,760,448 weights; this one goes to ten classes at once."""
    return Design.chain((512, 7, 7), Flatten(), Linear(out_features=10), name="flatten_head")


@entered("Comparisons", "a classifier on the mean of each channel: 512 features, whatever the picture's size")
def global_pooling_head() -> Design:
    """What GoogLeNet and ResNet end in."""
    return Design.chain((512, 7, 7), GlobalAvgPool2d(), Linear(out_features=10), name="global_pooling_head")


SIDE_BY_SIDE: Final = (
    ("vgg_3x3_twice", "vgg_5x5_once"),
    ("inception_without_1x1", "inception_with_1x1"),
    ("plain_block", "residual_block", "dense_block"),
    ("flatten_head", "global_pooling_head"),
    ("googlenet", "alexnet", "vgg16"),
    ("alexnet_one_tower", "alexnet_two_gpu"),
)
"""What the notes hold side by side."""


def _same(out_channels: int, kernel_size: int) -> Conv2d:
    return Conv2d(out_channels=out_channels, kernel_size=kernel_size, padding=kernel_size // 2, bias=False)


def _block(name: str, *, shortcut: bool) -> Design:
    network = Builder(name, (64, 56, 56))
    source = network.last
    network.add(_same(64, 3))
    network.add(BatchNorm2d())
    network.add(ReLU())
    network.add(_same(64, 3))
    network.add(BatchNorm2d())
    if shortcut:
        network.add(Add(), network.last, source)
    network.add(ReLU())
    return network.design()
