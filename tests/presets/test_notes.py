"""The networks of the notes, against the same networks as a student writes them in torch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshapes
from cnnshapes.presets.notes import cnn_by_widths
from tests.bridge import networks


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("classifier", networks.Classifier),
        ("lenet5", networks.LeNet5),
        ("fashion_dnn", networks.FashionDNN),
        ("fashion_cnn", networks.FashionCNN),
    ],
)
def test_weights_equal_those_of_the_torch_code(name: str, module: Any) -> None:
    """Each weight has the name and the shape that it has in the notes' code."""
    theirs = {path: tuple(parameter.shape) for path, parameter in module().named_parameters()}
    ours = {f"{row.name}.{weight}": shape for row in cnnshapes.summary(name) for weight, shape in row.weights.items()}
    assert ours == theirs


def test_mnist_cnn_has_the_weights_of_the_torch_code() -> None:
    """The MNIST CNN has the weights, in order, of the notes' code for the same lists of widths."""
    theirs = [tuple(parameter.shape) for parameter in networks.MnistCNN((32, 64), (128,)).parameters()]
    assert [shape for row in cnnshapes.summary("mnist_cnn") for shape in row.weights.values()] == theirs


def test_mnist_cnn_halves_twice() -> None:
    """28 → 14 → 7, each block a convolution that keeps the size, BatchNorm, ReLU, pooling, dropout."""
    report = cnnshapes.summary("mnist_cnn")
    blocks = ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d", "Dropout2d"]
    assert [row.kind for row in report] == [*blocks, *blocks, "Flatten", "Linear", "ReLU", "Linear"]
    assert [row.output_shape[-1] for row in report if row.kind == "MaxPool2d"] == [14, 7]
    assert [row.output_shape[-1] for row in report if row.kind == "Conv2d"] == [28, 14]


def test_classifier_ends_in_probabilities_of_ten_classes() -> None:
    """The first classifier ends as the notes' code does, in a log-softmax; LeNet-5 ends in plain scores."""
    assert cnnshapes.summary("classifier")[-1].kind == "LogSoftmax"
    assert cnnshapes.summary("lenet5")[-1].kind == "Linear"


@given(
    size=st.integers(16, 64),
    channels=st.integers(1, 4),
    conv_widths=st.lists(st.integers(1, 64), min_size=1, max_size=4),
    dense_widths=st.lists(st.integers(1, 64), max_size=3),
    classes=st.integers(1, 20),
    kernel_size=st.sampled_from([1, 3, 5, 7]),
)
def test_cnn_by_widths_halves_once_per_width(
    size: int, channels: int, conv_widths: list[int], dense_widths: list[int], classes: int, kernel_size: int
) -> None:
    """Any lists of widths give the flatten size of the notes, C · (H // 2ⁿ) · (W // 2ⁿ), and the sum of all layers."""
    design = cnn_by_widths("any", (channels, size, size), conv_widths, dense_widths, classes, kernel_size)
    report = cnnshapes.summary(design)
    features = conv_widths[-1] * (size // 2 ** len(conv_widths)) ** 2
    assert report.flatten_size == features
    assert report.output_shape == (classes,)
    convs = zip([channels, *conv_widths], conv_widths, strict=False)
    dense = zip([features, *dense_widths], [*dense_widths, classes], strict=True)
    assert report.total_params == (
        sum(kernel_size**2 * before * width + width + 2 * width for before, width in convs)
        + sum(before * width + width for before, width in dense)
    )
