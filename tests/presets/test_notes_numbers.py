"""Every number that the notes state, against the preset of the network it is said of."""

from __future__ import annotations

import functools
from collections.abc import Callable
from math import prod

import pytest

import cnnshapes
from cnnshapes.layers.base import written
from cnnshapes.presets.vgg import STAGES
from cnnshapes.report import Report
from tests.reference import entries

NUMBERS = entries("notes_numbers")
Quantity = tuple[str, str]
Measure = Callable[[], object]

report: Callable[[str], Report] = functools.cache(cnnshapes.summary)


def shape(preset: str, node: str) -> Measure:
    """The output of a node."""
    return lambda: written(report(preset)[node].output_shape)


def weights(preset: str, node: str) -> Measure:
    """The weights of a node without its biases, which is how the notes count."""
    return lambda: prod(report(preset)[node].weights["weight"])


def all_weights(preset: str) -> Measure:
    """The weights of the whole network without its biases."""
    return lambda: sum(prod(row.weights["weight"]) for row in report(preset) if row.weights)


def parameters(preset: str) -> Measure:
    """All parameters of the network."""
    return lambda: report(preset).total_params


def convolution_parameters(preset: str) -> Measure:
    """The parameters of its convolutions alone."""
    return lambda: sum(row.params for row in report(preset) if row.kind == "Conv2d")


def flatten_size(preset: str) -> Measure:
    """What its Flatten hands to the first linear layer."""
    return lambda: report(preset).flatten_size


MEASURES: dict[Quantity, Measure] = {
    ("classifier", "shape after conv1"): shape("classifier", "conv1"),
    ("classifier", "shape after first pool"): shape("classifier", "pool1"),
    ("classifier", "flatten size"): flatten_size("classifier"),
    ("classifier", "output shape"): lambda: written(report("classifier").output_shape),
    ("classifier", "parameters"): parameters("classifier"),
    ("lenet5_cifar10", "shape after conv1"): shape("lenet5", "conv1"),
    ("lenet5_cifar10", "shape after pool1"): shape("lenet5", "pool1"),
    ("lenet5_cifar10", "shape after conv2"): shape("lenet5", "conv2"),
    ("lenet5_cifar10", "shape after pool2"): shape("lenet5", "pool2"),
    ("lenet5_cifar10", "flatten size"): flatten_size("lenet5"),
    ("lenet5_cifar10", "parameters"): parameters("lenet5"),
    ("conv_pool_example", "shape after Conv2d(1 5 5) on 1x28x28"): shape("conv_pool_example", "conv1"),
    ("conv_pool_example", "shape after MaxPool2d(2)"): shape("conv_pool_example", "pool1"),
    ("vgg11_to_vgg19", "input the networks are built for"): lambda: " ".join(
        {written(report(f"vgg{depth}{norm}").input_shape) for depth in STAGES for norm in ("", "_bn")}
    ),
    ("conv_by_hand", "6x6 image and a 3x3 filter at stride 1"): shape("conv_by_hand", "conv1"),
    ("conv1d_by_hand", "five ones with the filter 0.25 0.5 0.25"): shape("conv1d_by_hand", "conv1"),
    ("fashion_dnn", "first linear layer"): shape("fashion_dnn", "fc1"),
    ("fashion_cnn", "in_features of the first linear layer"): flatten_size("fashion_cnn"),
    ("fashion_cnn", "out_features of the first linear layer"): shape("fashion_cnn", "fc1"),
    ("conv_arithmetic", "weights of 64 filters of 3x3 over 128 channels"): weights("conv_arithmetic", "conv1"),
    ("alexnet_two_gpu", "conv1 weights"): weights("alexnet_two_gpu", "conv1"),
    ("alexnet_two_gpu", "conv2 weights"): weights("alexnet_two_gpu", "conv2"),
    ("alexnet_two_gpu", "conv3 weights"): weights("alexnet_two_gpu", "conv3"),
    ("alexnet_two_gpu", "conv4 weights"): weights("alexnet_two_gpu", "conv4"),
    ("alexnet_two_gpu", "conv5 weights"): weights("alexnet_two_gpu", "conv5"),
    ("alexnet_two_gpu", "dense1 weights as the note counts them (before the last pooling)"): weights(
        "alexnet_two_gpu_as_counted", "dense1"
    ),
    ("alexnet_two_gpu", "dense1 weights as built (after the last pooling)"): weights("alexnet_two_gpu", "dense1"),
    ("alexnet_two_gpu", "dense2 weights"): weights("alexnet_two_gpu", "dense2"),
    ("alexnet_two_gpu", "dense3 weights"): weights("alexnet_two_gpu", "dense3"),
    ("alexnet_two_gpu", "parameters with biases (groups in conv2 conv4 conv5; 6x6 into dense1; input 227)"): parameters(
        "alexnet_two_gpu"
    ),
    ("alexnet_one_tower", "the same without groups"): parameters("alexnet_one_tower"),
    ("alexnet_torchvision", "torchvision's AlexNet at 224"): parameters("alexnet"),
    ("vgg_3x3_twice", "weights at 128 channels"): all_weights("vgg_3x3_twice"),
    ("vgg_5x5_once", "weights at 128 channels"): all_weights("vgg_5x5_once"),
    ("vgg_same_size", "224 image with filter 3 stride 1 padding 1"): lambda: report("vgg_same_size").output_shape[-1],
    ("inception_without_1x1", "weights"): all_weights("inception_without_1x1"),
    ("inception_with_1x1", "weights (1x1 to 32 channels and then 3x3 to 128)"): all_weights("inception_with_1x1"),
    ("ordering", "parameters"): lambda: str(
        report("googlenet").total_params < report("alexnet_two_gpu").total_params < report("vgg11").total_params
    ).lower(),
    ("mnist_cnn", "shapes with padding = kernel_size//2 and hidden channels 32 and 64"): shape("mnist_cnn", "pool2"),
    ("googlenet", "parameters without the auxiliary heads"): parameters("googlenet"),
    ("googlenet", "parameters with the auxiliary heads"): parameters("googlenet_aux"),
    ("vgg16", "parameters"): parameters("vgg16"),
    ("vgg16", "parameters of the convolutions alone"): convolution_parameters("vgg16"),
    ("resnet50", "parameters"): parameters("resnet50"),
}

PIXELS = "a value computed from pixels; the tool computes sizes and counts"
NOT_COMPUTED: dict[Quantity, str] = {
    ("lenet5_cifar10", "test accuracy reported"): "found by training, not by arithmetic",
    ("conv_by_hand", "first value"): PIXELS,
    ("conv_by_hand", "second value"): PIXELS,
    ("pool_by_hand", "max of 3 -1 -3 1"): PIXELS,
    ("pool_by_hand", "max of 12 -1 0 1"): PIXELS,
    ("pool_by_hand", "average of 3 -1 -3 1"): PIXELS,
    ("pool_by_hand", "average of 12 -1 0 1"): PIXELS,
}


def quantity(entry: dict[str, str]) -> Quantity:
    """What a line of the table states a number of."""
    return entry["network"], entry["quantity"]


@pytest.mark.parametrize(
    "entry",
    [entry for entry in NUMBERS if quantity(entry) in MEASURES],
    ids=lambda entry: f"{entry['note'][:3]}-{entry['network']}-{entry['quantity']}",
)
def test_preset_gives_the_number_of_the_note(entry: dict[str, str]) -> None:
    """The preset gives the very number that stands in the notes."""
    assert str(MEASURES[quantity(entry)]()) == entry["value"]


def test_every_number_of_the_notes_is_accounted_for() -> None:
    """Each number is either measured or listed with the reason why no shape tool can compute it, and none is both."""
    stated = [quantity(entry) for entry in NUMBERS]
    assert len(stated) == len(set(stated))
    assert set(stated) == {*MEASURES, *NOT_COMPUTED}
    assert not set(MEASURES) & set(NOT_COMPUTED)


def test_products_in_the_notes_come_to_the_values_stated() -> None:
    """The table itself is sound: wherever it gives a sum of products, that comes to its value."""
    checked = 0
    for entry in NUMBERS:
        factors = [term.split("*") for term in entry["expression"].split(" + ")]
        if all(factor.isdigit() for term in factors for factor in term):
            assert sum(prod(map(int, term)) for term in factors) == int(entry["value"]), entry
            checked += 1
    assert checked > 20
