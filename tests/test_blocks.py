"""Residual and inception blocks made of rows: they compute, torch agrees, and what cannot be made says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshapes
from cnnshapes import Design, InputError, ShapeError, presets
from cnnshapes.blocks import inception, residual
from cnnshapes.layers import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU
from cnnshapes.report import report_of

LENET = presets.preset("lenet5")


@given(
    st.integers(1, 9), st.sampled_from([1, 3, 5]), st.integers(1, 3), st.integers(0, 2), st.integers(5, 12)
)  # fmt: skip
def test_a_residual_computes(channels: int, kernel: int, stride: int, padding: int, size: int) -> None:
    """A shortcut past a convolution of odd size and its activation fits, whatever the channels, stride and padding."""
    conv = Conv2d(out_channels=channels, kernel_size=kernel, stride=stride, padding=padding)
    design = Design.chain((3, size, size), conv, ReLU(), Flatten(), Linear(out_features=2))
    try:
        report_of(design)
    except ShapeError:
        with pytest.raises(InputError, match="cannot be computed yet"):
            residual(design, "conv1", "relu1")
        return
    block = residual(design, "conv1", "relu1")
    report = report_of(block.design)
    assert report[block.join].input_shapes[0] == report[block.join].input_shapes[1]
    assert block.design["flatten1"].inputs == (block.join,)
    assert block.made


def test_shortcuts() -> None:
    """The input itself where the shape stays, a 1×1 convolution with the stride where not, a Linear between vectors."""
    keeping = Design.chain((8, 6, 6), Conv2d(out_channels=8, kernel_size=3, padding=1), BatchNorm2d())
    block = residual(keeping, "conv1", "bn1")
    assert block.design["add1"].inputs == ("bn1", "input")
    assert block.made == ("the shortcut is the input itself",)
    block = residual(LENET, "pool1")
    assert block.design["shortcut1"].layer == Conv2d(out_channels=6, kernel_size=1, stride=2)
    block = residual(LENET, "fc1", "relu3")
    assert block.design["shortcut1"].layer == Linear(out_features=120)
    block = residual(LENET, "conv1", "relu1")
    assert block.made == ("padding = 2 at conv1 keeps the border", "the shortcut is a 1×1 convolution to 6 channels")


@pytest.mark.parametrize("name", ["conv1", "conv2"])
def test_blocks_agree_with_torch(name: str) -> None:
    """LeNet-5 with either block agrees with torch on every row."""
    assert cnnshapes.check(residual(LENET, name).design).agrees
    assert cnnshapes.check(inception(LENET, name).design).agrees


@given(st.integers(4, 40), st.sampled_from([1, 3, 5, 7]), st.integers(1, 3), st.integers(7, 12))
def test_an_inception_keeps_the_shape(channels: int, kernel: int, stride: int, size: int) -> None:
    """What follows a padded convolution gets the same shape from its block."""
    conv = Conv2d(out_channels=channels, kernel_size=kernel, stride=stride, padding=kernel // 2)
    design = Design.chain((3, size, size), conv, ReLU())
    if channels < 5 and kernel == 7:
        with pytest.raises(InputError, match="share among 5 branches"):
            inception(design, "conv1")
        return
    block = inception(design, "conv1")
    found = report_of(block.design)
    assert found[block.join].output_shape == report_of(design)["conv1"].output_shape
    assert len(found[block.join].inputs) == (4 if kernel != 7 else 5)
    assert block.design["relu1"].inputs == (block.join,)


def test_what_cannot_be_made_says_why() -> None:
    """Order, branches, other layers, vectors, even kernels and what is not computed yet: one sentence each."""
    forked = presets.preset("residual_block")
    add = next(node.name for node in forked if len(node.inputs) > 1)
    even = Design.chain((3, 8, 8), Conv2d(out_channels=8, kernel_size=4))
    broken = Design.chain((3, 8, 8), Conv2d(out_channels=8, kernel_size=40), MaxPool2d(2))
    cases: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: residual(LENET, "relu1", "conv1"), "conv1 stands before relu1"),
        (lambda: residual(LENET, "pool2", "flatten1"), "pool2 to flatten1 makes 400 of 16x10x10"),
        (lambda: residual(forked, add), f"{add} reads 2 rows"),
        (lambda: inception(LENET, "relu1"), "relu1 is a ReLU"),
        (lambda: inception(even, "conv1"), "kernel of odd size"),
        (lambda: residual(broken, "pool1"), "conv1 cannot be computed yet"),
        (lambda: residual(LENET, "conv9"), 'no node "conv9"'),
    )
    for make, sentence in cases:
        with pytest.raises(cnnshapes.CnnshapesError, match=sentence):
            make()


def test_a_block_has_one_way_in_and_one_out() -> None:
    """Rows that others read in the middle, or that read others, are no block."""
    forked = presets.preset("residual_block")
    names = [node.name for node in forked]
    merge = next(node for node in forked if len(node.inputs) > 1)
    with pytest.raises(InputError, match=f"{merge.name} reads .*, which is outside of"):
        residual(forked, names[1], merge.name)
    plain = Design.chain((8, 6, 6), ReLU(), Conv2d(out_channels=8, kernel_size=3, padding=1), ReLU(), ReLU())
    skipping = plain.with_inputs("relu3", ["conv1"])
    with pytest.raises(InputError, match="relu3 reads conv1, which is inside of conv1 to relu2"):
        residual(skipping, "conv1", "relu2")
