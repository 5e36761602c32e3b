"""The explanations: the numbers put into the formulas, word for word."""

from __future__ import annotations

import pytest

from cnnshapes import Design, Report
from cnnshapes.design import Builder
from cnnshapes.explain import symbolic
from cnnshapes.layers import (
    AdaptiveAvgPool2d,
    Add,
    Concat,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Upsample,
)
from cnnshapes.report import report_of


def chain(*layers: Layer, input_shape: tuple[int, ...] = (3, 32, 32)) -> Report:
    """The report of a plain stack."""
    return report_of(Design.chain(input_shape, *layers))


def test_convolution() -> None:
    """A convolution shows its size, its parameters and its multiply–accumulates with the numbers put in."""
    (row,) = chain(Conv2d(out_channels=6, kernel_size=5))
    assert row.explanation.splitlines() == [
        "shape: channels = out_channels = 6; height = width = ⌊(32 − 5 + 2·0) / 1⌋ + 1 = 28",
        "parameters: 5·5·3·6 + 6 = 456",
        "MACs: 5·5·3·6·28·28 = 352800",
    ]


def test_symbols() -> None:
    """The same formulas are there with names for the numbers."""
    (row,) = chain(Conv2d(out_channels=6, kernel_size=5))
    assert symbolic(row)["height"] == "⌊(height − kernel_size + 2·padding) / stride⌋ + 1"
    assert symbolic(row)["parameters"] == "kernel_size·kernel_size·channels·out_channels + out_channels"


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (
            Conv2d(out_channels=4, kernel_size=3, dilation=2),
            "height = width = ⌊(32 − (2·(3 − 1) + 1) + 2·0) / 1⌋ + 1 = 28",
        ),
        (Conv2d(out_channels=4, kernel_size=(3, 1)), "width = ⌊(32 − 1 + 2·0) / 1⌋ + 1 = 32"),
        (Conv2d(out_channels=4, kernel_size=4, padding="same"), "height = width = ⌊(32 − 4 + 4 − 1) / 1⌋ + 1 = 32"),
        (MaxPool2d(3, 2, ceil_mode=True), "height = width = ⌈(32 − 3 + 2·0) / 2⌉ + 1 = 16"),
        (ConvTranspose2d(out_channels=4, kernel_size=2, stride=2), "height = width = (32 − 1)·2 − 2·0 + 2 = 64"),
        (Upsample(scale_factor=2), "channels = 3, as before; height = width = 32·2 = 64"),
        (ReLU(), "shape: 3x32x32, as its input"),
    ],
)
def test_shapes(layer: Layer, expected: str) -> None:
    """Every kind of size formula is written as one would by hand."""
    (row,) = chain(layer)
    assert expected in row.explanation


def test_groups_show_their_division() -> None:
    """Grouped convolutions show the channels that each group gets."""
    (row,) = chain(Conv2d(out_channels=256, kernel_size=5, groups=2, bias=False), input_shape=(96, 27, 27))
    assert row.formulas["parameters"] == "5·5·(96/2)·256 = 307200"


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            (
                Conv2d(out_channels=8, kernel_size=3, padding=1),
                ReLU(),
                MaxPool2d(2),
                Conv2d(out_channels=16, kernel_size=3, padding=1),
                MaxPool2d(2),
                Flatten(),
            ),
            "features = 8·8·16 = 1024 (16 filters of conv2, 8 = 32/2/2)",
        ),
        (
            (
                Conv2d(out_channels=6, kernel_size=5),
                MaxPool2d(2),
                Conv2d(out_channels=16, kernel_size=5),
                MaxPool2d(2),
                Flatten(),
            ),
            "features = 5·5·16 = 400 (16 filters of conv2, 5 = ((32 − 4)/2 − 4)/2)",
        ),
        (
            (Conv2d(out_channels=96, kernel_size=11, stride=4), MaxPool2d(3, 2), AdaptiveAvgPool2d(3), Flatten()),
            "features = 3·3·96 = 864 (96 filters of conv1, 3 = output_size of pool2)",
        ),
        (
            (MaxPool2d(3, 2), MaxPool2d(3), Flatten()),
            "features = 5·5·3 = 75 (3 channels of the input, 5 = 15/3 with 15 = ⌊(32 − 3 + 2·0) / 2⌋ + 1 in pool1)",
        ),
        ((Conv2d(out_channels=1, kernel_size=28), Flatten()), "features = 5·5·1 = 25 (1 filter of conv1, 5 = 32 − 27)"),
        ((MaxPool2d(2), Flatten()), "features = 16·16·3 = 768 (3 channels of the input, 16 = 32/2)"),
        (
            (Flatten(),),
            "features = 32·32·3 = 3072 (3 channels of the input, 32 = height of the input, 32 = width of the input)",
        ),
    ],
)
def test_flatten_tells_where_its_factors_come_from(layers: tuple[Layer, ...], expected: str) -> None:
    """A Flatten names the filters it counts and how the height and width came about."""
    assert chain(*layers)[-1].formulas["shape"] == expected


def test_dropped_border_pixels_are_counted() -> None:
    """Where the floor leaves pixels out, the row says how many; where only padding is left out, it says nothing."""
    (row,) = chain(Conv2d(out_channels=4, kernel_size=4, stride=3), input_shape=(3, 32, 33))
    assert row.formulas["note"] == "the floor drops the last row and 2 columns of the 32x33 input"
    (row,) = chain(Conv2d(out_channels=4, kernel_size=7, stride=2, padding=3), input_shape=(3, 224, 224))
    assert "note" not in row.formulas


def test_merges() -> None:
    """A concatenation adds channels up; a sum keeps its inputs' shape."""
    builder = Builder("branches", (3, 8, 8))
    left = builder.add(Conv2d(out_channels=4, kernel_size=1), "input")
    right = builder.add(Conv2d(out_channels=6, kernel_size=1), "input")
    builder.add(Concat(), left, right, name="cat")
    builder.add(Add(), "cat", "cat", name="add")
    report = report_of(builder.design())
    assert report["cat"].formulas["shape"] == "channels = 4 + 6 = 10; height = width = 8, as before"
    assert report["add"].formulas["shape"] == "10x8x8, as its inputs"


def test_global_pooling_and_linear() -> None:
    """A vector has features, and a Linear multiplies them."""
    report = chain(GlobalAvgPool2d(), Linear(out_features=10))
    assert report[0].formulas["shape"] == "features = 3, the channels before"
    assert report[1].formulas["parameters"] == "3·10 + 10 = 40"
