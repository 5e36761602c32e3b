"""Widths fitted to budgets."""

from __future__ import annotations

import pytest

from cnnshapes import Design, InputError, presets
from cnnshapes.design import Builder
from cnnshapes.layers import Add, BatchNorm2d, Conv2d, Flatten, GlobalAvgPool2d, GroupNorm, Linear, ReLU
from cnnshapes.report import report_of
from cnnshapes.widths import BUDGETS, FACTORS, WIDEST, _widths, curve, fit, gpu_budget

FITTED = (
    "lenet5",
    "vgg16_cifar10",
    "resnet18",
    "resnet20_cifar10",
    "googlenet_aux",
    "mobilenet_v2",
    "alexnet_two_gpu",
    "fashion_dnn",
)


@pytest.mark.parametrize("name", FITTED)
@pytest.mark.parametrize("quantity", ["parameters", "macs"])
def test_fit(name: str, quantity: str) -> None:
    """The fitted network computes, keeps its classes and uses the budget: the next width up would not fit."""
    design = presets.preset(name)
    before = report_of(design)
    limit = (before.total_params if quantity == "parameters" else before.total_macs) // 3
    found = fit(design, quantity, limit)
    after = report_of(design.with_edits(found.edits))
    assert found.design == design.with_edits(found.edits)
    assert after.output_shape == before.output_shape
    assert found.after.parameters == after.total_params
    assert found.before.macs == before.total_macs
    assert getattr(found.after, quantity) <= limit
    widths = _widths(design, before, 1)
    wider = found.after.factor
    while widths.edits(wider) == found.edits:
        wider *= 1.001
    assert BUDGETS[quantity](widths.report(wider), 1) > limit


def test_fit_to_memory() -> None:
    """A budget of bytes is kept for the batch that is asked for."""
    design = presets.preset("resnet18")
    found = fit(design, "memory", 2 * 2**30, batch=64)
    assert report_of(found.design).memory().total(64) <= 2 * 2**30
    assert fit(design, "memory", 2 * 2**30, batch=256).after.factor < found.after.factor


def test_the_curve() -> None:
    """The trade-off has a point for each factor; factor 1 is the network itself, and costs never fall with width."""
    found = curve(presets.preset("lenet5"))
    assert [point.factor for point in found] == list(FACTORS)
    itself = next(point for point in found if point.factor == 1)
    assert (itself.parameters, itself.macs) == (62_006, 651_720)
    assert [point.parameters for point in found] == sorted(point.parameters for point in found)


def test_the_whole_of_a_budget_is_used() -> None:
    """A budget that the network just takes is met by the network itself, and a boundless one ends somewhere."""
    lenet = presets.preset("lenet5")
    assert report_of(fit(lenet, "parameters", 62_006).design).total_params == 62_006
    assert fit(presets.preset("vgg_3x3_twice"), "parameters", 10**30).after.factor == WIDEST


def test_gpu_budget() -> None:
    """A tenth of the GPU is left free, as where the largest batch is asked for."""
    budget = gpu_budget(8)
    assert budget == int(8 * 2**30 * 0.9)
    memory = report_of(fit(presets.preset("resnet18"), "memory", budget, batch=64).design).memory()
    assert 64 <= memory.largest_batch(8 * 2**30) < 66


def test_what_is_given_out_stays() -> None:
    """All that decides the output keeps its width: a last convolution, and both branches of a last sum."""
    network = Builder("tail", (3, 16, 16))
    network.add(Conv2d(out_channels=32, kernel_size=3, padding=1))
    network.add(Conv2d(out_channels=8, kernel_size=3, padding=1), name="left")
    network.add(Conv2d(out_channels=8, kernel_size=1), "conv1", name="right")
    network.add(Add(), "left", "right")
    network.add(ReLU())
    network.add(GlobalAvgPool2d())
    found = fit(network.design(), "parameters", 1_000)
    assert {edit.node for edit in found.edits} == {"conv1"}
    assert report_of(found.design).output_shape == (8,)


def test_sizes_given_by_hand_follow() -> None:
    """in_channels and in_features that were written down are left to follow, so that the network still computes."""
    design = Design.chain(
        (3, 8, 8),
        Conv2d(3, 16, 3, padding=1),
        BatchNorm2d(16),
        Conv2d(16, 16, 3, padding=1, groups=16),
        Flatten(),
        Linear(1024, 10),
    )
    found = fit(design, "parameters", 4_000)
    depthwise = found.design["conv2"].layer
    assert (
        depthwise.given()["groups"] == depthwise.given()["out_channels"] == report_of(found.design)[0].output_shape[0]
    )


def test_groups_stay_whole() -> None:
    """Widths stay multiples of what groups and normalisations divide, and of what is asked for."""
    grouped = Conv2d(out_channels=24, kernel_size=3, groups=4)
    layers = (Conv2d(out_channels=24, kernel_size=3), GroupNorm(6), grouped, Flatten(), Linear(out_features=2))
    found = fit(Design.chain((3, 16, 16), *layers), "parameters", 6_000, multiple=2)
    assert all(row.output_shape[0] % 12 == 0 for row in report_of(found.design)[:3])


def test_what_cannot_be_fitted() -> None:
    """Each is a sentence: an unknown budget, one too small, no width, a width that something else holds."""
    lenet = presets.preset("lenet5")
    with pytest.raises(InputError, match='no budget of "money"'):
        fit(lenet, "money", 3)
    with pytest.raises(InputError, match=r"even with the narrowest widths the network takes [0-9,]+, more than 10;"):
        fit(lenet, "parameters", 10)
    with pytest.raises(
        InputError, match=r"even with the narrowest widths the network takes [0-9.]+ KiB, more than 10 bytes;"
    ):
        fit(lenet, "memory", 10, batch=1)
    with pytest.raises(InputError, match="take fewer pictures at once"):
        fit(lenet, "memory", 10)
    with pytest.raises(InputError, match="need not be multiples of 32"):
        fit(lenet, "parameters", 30_000, multiple=32)
    with pytest.raises(InputError, match="no width to change"):
        fit(presets.preset("conv_by_hand"), "parameters", 100)
    network = Builder("held", (5, 8, 8))
    network.add(Conv2d(out_channels=5, kernel_size=1))
    network.add(Add(), network.last, "input")
    network.add(Flatten())
    network.add(Linear(out_features=2))
    with pytest.raises(InputError, match="the widths of held cannot be multiplied together: add1"):
        fit(network.design(), "parameters", 300)
