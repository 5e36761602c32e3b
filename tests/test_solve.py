"""Questions backwards, held against counting and against torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnshapes import Design, InputError, presets
from cnnshapes.layers import Conv2d, Flatten, GroupNorm, Linear
from cnnshapes.report import report_of
from cnnshapes.solve import BUDGETS, FACTORS, KERNELS, STRIDES, _Widths, fit, input_sizes, same_padding, settings


@given(st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_every_setting_gives_the_size(size: int, wanted: int, pooling: bool) -> None:
    """Torch gives the wanted size for each window offered, and no window is offered twice."""
    found = settings(size, wanted, pooling=pooling)
    assert len(found) == len(set(found))
    picture = torch.empty((1, 1, size), device="meta")
    for setting in found[:20]:
        kernel, stride, padding, dilation, _ = setting
        module = (
            nn.MaxPool1d(kernel, stride, padding, dilation)
            if pooling
            else nn.Conv1d(1, 1, kernel, stride, padding, dilation, device="meta")
        )
        assert module(picture).shape[-1] == wanted


def test_no_setting_is_missed() -> None:
    """All windows without dilation that lead from 32 to 16, found by trying each in torch."""
    picture = torch.empty((1, 1, 32), device="meta")
    tried = set()
    for kernel in KERNELS:
        for stride in STRIDES:
            for padding in range(kernel):
                if nn.Conv1d(1, 1, kernel, stride, padding, device="meta")(picture).shape[-1] == 16:
                    tried.add((kernel, stride, padding))
    assert tried == {setting[:3] for setting in settings(32, 16) if setting.dilation == 1}


def test_the_plainest_setting_comes_first() -> None:
    """Halving, keeping the size and AlexNet's first layer are offered first as everyone writes them."""
    assert str(settings(32, 16)[0]) == "kernel_size=2, stride=2, padding=0"
    assert str(settings(32, 16)[1]) == "kernel_size=3, stride=2, padding=1"
    assert str(settings(224, 224)[0]) == "kernel_size=3, stride=1, padding=1"
    assert str(settings(227, 55)[0]) == "kernel_size=11, stride=4, padding=0"
    with pytest.raises(InputError, match="1 or more"):
        settings(0, 3)


@given(st.integers(1, 50), st.integers(1, 9), st.integers(1, 4), st.integers(1, 3))
def test_same_padding(size: int, kernel: int, stride: int, dilation: int) -> None:
    """The padding offered keeps the size in torch; where none is, no equal padding does, and the uneven one does."""
    found = same_padding(size, kernel, stride, dilation)
    assert found.size == -(-size // stride)
    picture = torch.empty((1, 1, size), device="meta")
    span = dilation * (kernel - 1) + 1

    def given_by(before: int, after: int) -> int:
        padded = nn.functional.pad(picture, (before, after))
        convolution = nn.Conv1d(1, 1, kernel, stride, dilation=dilation, device="meta")
        return int(convolution(padded).shape[-1]) if padded.shape[-1] >= span else 0

    assert given_by(found.before, found.after) == found.size
    if found.padding is not None:
        assert given_by(found.padding, found.padding) == found.size
        assert found.why == ""
    else:
        assert all(given_by(padding, padding) != found.size for padding in range(span + stride))
        assert f"{found.before} at the near end and {found.after} at the far one" in found.why


def test_same_padding_of_an_even_kernel() -> None:
    """A kernel of 2 cannot keep a size by one number, and the sentence says what does."""
    assert same_padding(32, 2).why == (
        "it takes 0 at the near end and 1 at the far one, which no padding of both ends alike gives; "
        'padding="same" does'
    )
    assert "stride 1 only" in same_padding(4, 6, 3).why or same_padding(4, 6, 3).padding is not None
    with pytest.raises(InputError, match="1 or more"):
        same_padding(8, 0)


def test_input_sizes() -> None:
    """The pictures whose flattened map has so many features; each is computed anew, and no other side fits."""
    lenet = presets.preset("lenet5")
    assert input_sizes(lenet, "fc1", 400) == [(3, side, side) for side in (32, 33, 34, 35)]
    assert input_sizes(lenet, "fc1", 1050) == []
    for side in range(20, 60):
        reached = report_of(lenet.with_input((3, side, side)))["flatten1"].output_shape == (400,)
        assert reached == ((3, side, side) in input_sizes(lenet, "fc1", 400))
    assert input_sizes(Design.chain((784,), Linear(out_features=3)), "fc1", 12) == [(12,)]


FITTED = ("lenet5", "vgg16_cifar10", "resnet18", "googlenet", "mobilenet_v2", "alexnet_two_gpu", "fashion_dnn")


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
    used = after.total_params if quantity == "parameters" else after.total_macs
    assert found.used == used <= limit
    widths = _Widths(design, before, 1)
    wider = found.factor
    while widths.edits(wider) == found.edits:
        wider *= 1.001
    assert BUDGETS[quantity](widths.report(wider), 1) > limit


def test_fit_to_memory() -> None:
    """A budget of bytes is kept for the batch that is asked for."""
    design = presets.preset("resnet18")
    found = fit(design, "memory", 2 * 2**30, batch=64)
    assert report_of(found.design).memory().total(64) <= 2 * 2**30
    assert fit(design, "memory", 2 * 2**30, batch=256).factor < found.factor


def test_the_curve() -> None:
    """The trade-off has a point for each factor; factor 1 is the network itself, and costs never fall with width."""
    design = presets.preset("lenet5")
    curve = fit(design, "parameters", 30_000).curve
    assert [point.factor for point in curve] == list(FACTORS)
    itself = next(point for point in curve if point.factor == 1)
    assert itself.parameters == 62_006
    assert itself.macs == 651_720
    assert [point.parameters for point in curve] == sorted(point.parameters for point in curve)


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
    with pytest.raises(InputError, match=r"even the narrowest takes [0-9,]+, more than 10"):
        fit(lenet, "parameters", 10)
    with pytest.raises(InputError, match="no width to change"):
        fit(presets.preset("conv_by_hand"), "parameters", 100)
    with pytest.raises(InputError, match=r"cannot be multiplied together: layer\d"):
        fit(presets.preset("resnet20_cifar10"), "parameters", 100_000)
