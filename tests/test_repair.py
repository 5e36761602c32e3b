"""Every repair that is offered gives, applied, a network that computes; there is one where one is to be expected."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import cnnshapes
from cnnshapes import Design, ShapeError, presets
from cnnshapes.design import Builder
from cnnshapes.errors import Edit
from cnnshapes.layers import (
    Add,
    BatchNorm2d,
    Concat,
    Conv2d,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    MaxPool2d,
    PixelShuffle,
    Unflatten,
    Upsample,
)
from cnnshapes.report import report_of

NAMES = (
    "lenet5",
    "alexnet_two_gpu",
    "vgg11",
    "googlenet",
    "resnet18",
    "densenet121",
    "mobilenet_v2",
    "resnet20_cifar10",
)


def error_of(design: Design) -> ShapeError:
    """The error of a design that cannot be computed."""
    with pytest.raises(ShapeError) as caught:
        report_of(design)
    return caught.value


def check_repairs(design: Design, error: ShapeError) -> None:
    """Each repair computes."""
    for repair in error.repairs:
        more = sum(edit.inserts for edit in repair.edits)
        assert len(report_of(design.with_edits(repair.edits))) == len(design) + more


@given(st.sampled_from(NAMES), st.data())
def test_one_wrong_size_in_a_real_network(name: str, data: st.DataObject) -> None:
    """A preset with one whole number set to another either computes, or every repair offered works."""
    design = presets.preset(name)
    node = data.draw(st.sampled_from(design.nodes))
    sizes = [field for field, value in node.layer.given().items() if type(value) is int]
    assume(sizes)
    field = data.draw(st.sampled_from(sizes))
    changed = design.with_edits([Edit(field, data.draw(st.integers(0, 40)), node.name)])
    try:
        report_of(changed)
    except ShapeError as error:
        check_repairs(changed, error)


@given(st.sampled_from(NAMES), st.integers(1, 40), st.integers(1, 40))
def test_an_image_too_small(name: str, height: int, width: int) -> None:
    """A preset on another image either computes, or every repair offered works."""
    design = presets.preset(name)
    changed = design.with_input((design.input_shape[0], height, width))
    try:
        report_of(changed)
    except ShapeError as error:
        check_repairs(changed, error)


def test_the_sentence() -> None:
    """Who, which numbers, which rule, which repairs."""
    design = Design.chain((3, 8, 8), Conv2d(out_channels=4, kernel_size=9), Flatten(), Linear(10, 16))
    error = error_of(design)
    assert str(error).startswith("conv1 (Conv2d): a 9×9 kernel does not fit the 8×8 input. Use ")
    assert (error.node, error.kind) == ("conv1", "Conv2d")
    assert error.repairs
    check_repairs(design, error)


def test_a_repair_mends_what_follows_from_it() -> None:
    """A kernel made smaller changes what a later Linear reads; the repair names both."""
    design = Design.chain((1, 8, 8), Conv2d(out_channels=2, kernel_size=9), Flatten(), Linear(7, 3))
    repair = error_of(design).repairs[0]
    assert {edit.node for edit in repair.edits} == {"conv1", "fc1"}
    assert report_of(design.with_edits(repair.edits)).output_shape == (3,)


@pytest.mark.parametrize(
    ("features", "text"), [(5408, "a Flatten before it"), (7200, "a Flatten before it with in_features = 5408")]
)
def test_a_flatten_that_is_missing(features: int, text: str) -> None:
    """A map that reaches a Linear is flattened before it; in_features follow where they do not fit it either."""
    design = Design.chain((1, 28, 28), Conv2d(out_channels=8, kernel_size=3), Linear(features, 10), Linear(10, 2))
    error = error_of(design)
    repair = next(repair for repair in error.repairs if "Flatten" in repair.text)
    assert repair.text == text
    mended = design.with_edits(repair.edits)
    assert [node.layer.kind for node in mended] == ["Conv2d", "Flatten", "Linear", "Linear"]
    assert report_of(mended).output_shape == (2,)


def test_a_merge_is_mended_where_its_branches_come_from() -> None:
    """A sum of 8 and 16 channels offers the widths of the convolutions before it."""
    builder = Builder("merge", (3, 16, 16))
    left = builder.add(Conv2d(out_channels=8, kernel_size=3, padding=1))
    builder.last = "input"
    builder.add(Conv2d(out_channels=16, kernel_size=3, padding=1))
    right = builder.add(BatchNorm2d())
    builder.add(Add(), left, right)
    error = error_of(builder.design())
    assert "differ in channels" in error.problem
    assert {"out_channels = 8 at conv2", "out_channels = 16 at conv1"} <= {repair.text for repair in error.repairs}
    check_repairs(builder.design(), error)


@pytest.mark.parametrize(
    ("blocks", "where"),
    [(2, "conv1, conv2"), (4, "conv1, conv2, conv3, conv4"), (9, "conv1, conv2, conv3, conv4 and 5 more")],
)
def test_a_mistake_in_each_of_many_blocks(blocks: int, where: str) -> None:
    """A residual block that forgot its padding, repeated, is mended in all of them at once."""
    builder = Builder("residual", (4, 32, 32))
    for _ in range(blocks):
        shortcut = builder.last
        builder.add(Add(), builder.add(Conv2d(out_channels=4, kernel_size=3)), shortcut)
    error = error_of(builder.design())
    (repair,) = (repair for repair in error.repairs if repair.text.startswith("padding = 1"))
    assert repair.text == f"padding = 1 at each of {where}"
    assert len(repair.edits) == blocks
    check_repairs(builder.design(), error)


def test_an_input_with_its_batch() -> None:
    """A batch in front of the input is left out; an input that is refused for its size keeps all dimensions."""
    design = presets.preset("lenet5").with_input((1, 3, 32, 32))
    repairs = error_of(design).repairs
    assert [repair.text for repair in repairs] == ["an input of 3x32x32, without the batch"]
    assert design.with_edits(repairs[0].edits) == presets.preset("lenet5")
    other = error_of(Design.chain((1, 4, 4), Conv2d(out_channels=8, kernel_size=5)))
    assert not any("batch" in repair.text for repair in other.repairs)


def test_a_concatenation_of_two_sizes() -> None:
    """Branches that shrank differently offer a stride or a padding that makes them fit."""
    builder = Builder("merge", (3, 16, 16))
    left = builder.add(MaxPool2d(2))
    builder.last = "input"
    right = builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    builder.add(Concat(), left, right)
    error = error_of(builder.design())
    assert any("stride = 2 at conv1" in repair.text for repair in error.repairs)
    check_repairs(builder.design(), error)


def test_the_rows_before_are_on_the_error() -> None:
    """What computes is not lost."""
    design = presets.preset("lenet5").with_edits([Edit("kernel_size", 30, "conv2")])
    error = error_of(design)
    assert error.report is not None
    assert [row.name for row in error.report] == ["conv1", "relu1", "pool1"]
    assert error.report["conv1"] == cnnshapes.summary("lenet5")["conv1"]


@given(st.sampled_from(("lenet5", "vgg11", "densenet121")), st.integers(12, 230))
def test_a_window_above_that_took_too_much(name: str, kernel_size: int) -> None:
    """A first kernel that leaves too little for a later window is offered, as large as the network can take it."""
    design = presets.preset(name)
    first = design.nodes[0].name
    changed = design.with_edits([Edit("kernel_size", kernel_size, first)])
    try:
        report_of(changed)
    except ShapeError as error:
        check_repairs(changed, error)
        largest = next(edit for repair in error.repairs for edit in repair.edits if edit.node == first)
        error_of(changed.with_edits([replace(largest, value=largest.value + 1)]))


def test_a_stride_above_that_took_too_much() -> None:
    """Where a stride shrank the map it is the stride that is offered, before repairs of several layers."""
    design = presets.preset("lenet5").with_edits([Edit("stride", 8, "conv1")])
    texts = [repair.text for repair in error_of(design).repairs]
    assert "stride ≤ 2 at conv1" in texts
    counts = [len(repair.edits) for repair in error_of(design).repairs]
    assert counts == sorted(counts)


class Mistake(NamedTuple):
    """Layers on an input that do not compute, and what is said of them."""

    shape: tuple[int, ...]
    layers: tuple[Layer, ...]
    said: str
    repairs: list[str]


MISTAKES = [
    Mistake(
        (224, 224, 3),
        (Conv2d(3, 8, 3),),
        "in_channels is 3, which the 224x224x3 input has last; channels come first, as in 3x224x224",
        [],
    ),
    Mistake(
        (3, 8, 8),
        (Conv2d(3, 16, 3), LayerNorm(16)),
        "normalized_shape is 16 but the 16x6x6 input ends in 6; its channels come first, and GroupNorm(1, 16) is a "
        "norm over them",
        ["normalized_shape = (16, 6, 6)"],
    ),
    Mistake(
        (3, 8, 8),
        (Conv2d(3, 10, 3), PixelShuffle(2)),
        "10 channels are no multiple of upscale_factor² = 4",
        ["out_channels = 12 at conv1"],
    ),
    Mistake(
        (8,),
        (Linear(8, 100), Unflatten(1, (8, 4, 4))),
        "100 numbers cannot be arranged as 8x4x4",
        ["out_features = 128 at fc1"],
    ),
    Mistake(
        (8,),
        (Linear(8, 96), Unflatten(1, (8, 4, 4))),
        "96 numbers cannot be arranged as 8x4x4",
        ["unflattened_size = (6, 4, 4)", "unflattened_size = (8, 3, 4)", "unflattened_size = (8, 4, 3)"],
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.layers[-1].kind for mistake in MISTAKES])
def test_no_repair_computes_what_nobody_means(mistake: Mistake) -> None:
    """A picture with its channels last, a norm of rows for channels, a factor of 1: what is meant is said instead."""
    design = Design.chain(mistake.shape, *mistake.layers)
    error = error_of(design)
    assert error.problem == mistake.said
    assert [repair.text for repair in error.repairs][: len(mistake.repairs) or 1] == mistake.repairs
    check_repairs(design, error)


@pytest.mark.parametrize(("size", "times", "larger"), [(50, 4, 52), (51, 4, 52), (49, 4, 52)])
def test_sizes_that_do_not_halve(size: int, times: int, larger: int) -> None:
    """Where skips meet what was halved and doubled, the input's sizes have to be multiples of how often."""
    builder = Builder("skips", (3, size, size))
    first = builder.last
    second = builder.add(MaxPool2d(2))
    builder.add(MaxPool2d(2))
    for skip in (second, first):
        builder.add(Concat(), builder.add(Upsample(scale_factor=2)), skip)
    error = error_of(builder.design())
    text = f"an input of 3x{larger}x{larger}, multiples of {times}"
    assert text in [repair.text for repair in error.repairs]
    check_repairs(builder.design(), error)
