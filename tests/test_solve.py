"""Questions backwards, held against counting and against torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnshapes import Design, InputError, presets
from cnnshapes.layers import LAYERS, AvgPool2d, Conv2d, Linear, LPPool2d, MaxPool2d, ReLU
from cnnshapes.layers.windows import Window
from cnnshapes.report import report_of
from cnnshapes.solve import (
    KERNELS,
    STRIDES,
    Inputs,
    input_sizes,
    same_padding,
    setting_edits,
    settings,
    settings_of,
    with_same_padding,
)


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
        assert stride == 1
        assert all(given_by(padding, padding) != found.size for padding in range(span + stride))
        assert f"{found.before} at the near end and {found.after} at the far one" in found.why


def test_same_padding_of_an_even_kernel() -> None:
    """A kernel of 2 cannot keep a size by one number, and the sentence says what does."""
    assert same_padding(32, 2).why == (
        "it takes 0 at the near end and 1 at the far one, which no padding of both ends alike gives; "
        'padding="same" of a convolution does, or a ZeroPad before the layer'
    )
    with pytest.raises(InputError, match="1 or more"):
        same_padding(8, 0)


def test_input_sizes() -> None:
    """The pictures whose flattened map has so many features; each is computed anew, and no other side fits."""
    lenet = presets.preset("lenet5")
    found = input_sizes(lenet, "fc1", 400)
    assert found == Inputs(tuple((3, side, side) for side in (32, 33, 34, 35)))
    for side in range(20, 60):
        reached = report_of(lenet.with_input((3, side, side)))["flatten1"].output_shape == (400,)
        assert reached == ((3, side, side) in found.fitting)


def test_the_nearest_inputs() -> None:
    """Where no picture gives the number of features, the nearest that some picture gives are told."""
    lenet = presets.preset("lenet5")
    assert input_sizes(lenet, "fc1", 1050) == Inputs((), 16 * 8 * 8, 16 * 9 * 9)
    assert input_sizes(lenet, "fc1", 3) == Inputs((), None, 16)
    assert input_sizes(lenet, "fc2", 120).fitting[0] == (3, 16, 16)


def test_large_inputs() -> None:
    """Pictures larger than those that are tried one by one are found too, and the nearest beside them."""
    lenet = presets.preset("lenet5")
    assert input_sizes(lenet, "fc1", 640_000) == Inputs(tuple((3, side, side) for side in (812, 813, 814, 815)))
    assert input_sizes(lenet, "fc1", 640_001) == Inputs((), 640_000, 16 * 201 * 201)


def test_inputs_that_are_vectors() -> None:
    """A Linear that reads the input takes any number; one behind another takes what that gives."""
    design = Design.chain((784,), Linear(out_features=300), ReLU(), Linear(out_features=3))
    assert input_sizes(design, "fc1", 12_000).fitting == ((12_000,),)
    assert input_sizes(design, "fc2", 300).fitting == ((784,),)
    assert input_sizes(design, "fc2", 301) == Inputs((), 300, None)


def test_inputs_of_a_branched_network() -> None:
    """Only what leads to the Linear is computed; with a global pooling all pictures large enough fit."""
    found = input_sizes(presets.preset("googlenet_aux"), "fc", 1024, largest=64).fitting
    assert found[0] == (3, 15, 15)
    assert len(found) == 50


WINDOWS = sorted(name for name, cls in LAYERS.items() if issubclass(cls, Window))


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_setting_is_put_into_every_window_layer(kind: str) -> None:
    """Each class of convolution and pooling gives the wanted size with the settings offered for it."""
    cls = LAYERS[kind]
    needed = {"out_channels": 4, "kernel_size": 3, "norm_type": 2.0}
    given = {name: needed[name] for name in cls.required()}
    layer = cls(**given, **({"ceil_mode": True} if "ceil_mode" in cls.arguments() else {}))
    assert isinstance(layer, Window)
    design = Design.chain((3, *(21,) * layer.dims), ("it", layer))
    found = settings_of(layer, 21, 10)
    assert found
    for setting in found[:: max(1, len(found) // 12)]:
        changed = design.with_edits(setting_edits(design["it"], [setting] * layer.dims))
        assert report_of(changed).output_shape[1:] == (10,) * layer.dims


def test_a_setting_for_each_axis() -> None:
    """Height and width may get different windows; an axis that agrees with the others is written once."""
    design = Design.chain((1, 32, 20), Conv2d(out_channels=2, kernel_size=3))
    layer = Conv2d(out_channels=2, kernel_size=3)
    axes = [settings_of(layer, 32, 16)[0], settings_of(layer, 20, 20)[0]]
    changed = design.with_edits(setting_edits(design["conv1"], axes))
    assert changed["conv1"].layer == Conv2d(out_channels=2, kernel_size=(2, 3), stride=(2, 1), padding=(0, 1))
    assert report_of(changed).output_shape == (2, 16, 20)


def test_what_a_layer_cannot_have_is_not_offered() -> None:
    """An average pooling has no dilation, a power-average pooling no padding either."""
    assert all(setting.dilation == 1 for setting in settings_of(AvgPool2d(2), 32, 16))
    assert all(setting.padding == 0 for setting in settings_of(LPPool2d(2, 2), 32, 16))
    assert any(setting.dilation > 1 for setting in settings_of(MaxPool2d(2), 32, 16))


def test_the_formula_of_a_setting() -> None:
    """It has the numbers put in, and the dilation where there is one."""
    assert settings(32, 16)[1].formula(32) == "⌊(32 − 3 + 2·1) / 2⌋ + 1 = 16"
    dilated = next(setting for setting in settings(32, 32) if setting[:4] == (3, 1, 2, 2))
    assert dilated.formula(32) == "⌊(32 − (2·(3 − 1) + 1) + 2·2) / 1⌋ + 1 = 32"


@given(
    st.sampled_from(["conv", "pool"]),
    st.integers(4, 30),
    st.integers(4, 30),
    st.integers(1, 6),
    st.integers(1, 4),
    st.integers(1, 2),
    st.booleans(),
)
def test_a_layer_is_made_to_keep_the_size(
    name: str, height: int, width: int, kernel: int, stride: int, dilation: int, tensorflow: bool
) -> None:
    """Whatever the kernel, stride and dilation, the layer gives ⌈size / stride⌉ and other readers see no padding."""
    layer = Conv2d(out_channels=2, kernel_size=9) if name == "conv" else MaxPool2d(9, ceil_mode=True)
    design = Design.chain((2, height, width), ("first", ReLU()), (name, layer))
    changed = with_same_padding(
        design,
        name,
        (height, width),
        kernel_size=kernel,
        stride=stride,
        dilation=dilation,
        like_tensorflow=tensorflow,
    )
    report = report_of(changed)
    assert report[name].output_shape == (2, -(-height // stride), -(-width // stride))
    assert report["first"].output_shape == (2, height, width)
    assert len(report) <= 3


def test_uneven_padding() -> None:
    """A convolution of stride 1 gets torch's own "same"; a pooling, or what TensorFlow pads unevenly, a ZeroPad."""
    design = Design.chain((1, 16, 16), Conv2d(out_channels=1, kernel_size=3), MaxPool2d(2))

    def kept(name: str, kernel: int, stride: int = 1, *, tensorflow: bool = False) -> Design:
        return with_same_padding(design, name, (16, 16), kernel_size=kernel, stride=stride, like_tensorflow=tensorflow)

    assert kept("conv1", 4)["conv1"].layer.given()["padding"] == "same"
    assert kept("conv1", 3, 2)["conv1"].layer.given()["padding"] == 1
    assert [node.layer.kind for node in kept("pool1", 2)] == ["Conv2d", "ZeroPad2d", "MaxPool2d"]
    padded = kept("conv1", 3, 2, tensorflow=True)
    assert [node.layer.kind for node in padded] == ["ZeroPad2d", "Conv2d", "MaxPool2d"]
    assert padded["pad1"].layer.given() == {"padding": (0, 1, 0, 1)}
    assert report_of(padded)["conv1"].output_shape == (1, 8, 8)
    assert same_padding(16, 3, 2).formula == "(⌈16 / 2⌉ − 1)·2 + 3 − 16 = 1"
    assert same_padding(16, 5).formula == "5 − 1 = 4"
