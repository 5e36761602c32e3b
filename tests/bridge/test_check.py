"""Agreement with torch and torchinfo: explained where it is known, loud where it is not."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor, nn

import cnnshapes
from cnnshapes import Design, Report
from cnnshapes.bridge import check as checking
from cnnshapes.layers import BatchNorm2d, Conv2d, ConvTranspose2d, Flatten, Layer, Linear, PReLU
from cnnshapes.report import report_of
from tests.bridge.networks import Classifier, Inception, MnistCNN, Residual

SMALL = ("lenet5", "classifier", "mnist_cnn", "fashion_cnn", "fashion_dnn", "resnet20_cifar10")
LARGE = ("residual_block", "alexnet_two_gpu", "vgg16", "googlenet_aux", "resnet50", "densenet121", "mobilenet_v2")


@pytest.mark.parametrize("name", SMALL)
def test_small_presets_agree_on_the_cpu(name: str) -> None:
    """The presets of the notes agree on every row with a real forward on the CPU and with torchinfo."""
    agreement = cnnshapes.check(name)
    assert agreement.agrees, str(agreement)
    assert agreement.device == "cpu"
    assert not agreement.torchinfo_error


@pytest.mark.parametrize("name", LARGE)
def test_large_presets_agree_on_the_meta_device(name: str) -> None:
    """The large presets agree on every row with a forward on the meta device and with torchinfo."""
    agreement = cnnshapes.check(name)
    assert agreement.agrees, str(agreement.differences)
    assert agreement.device == "meta"


@pytest.mark.parametrize(
    ("model", "shape"),
    [(Classifier(), (3, 32, 32)), (MnistCNN(), (1, 28, 28)), (Residual(), (16, 32, 32)), (Inception(), (192, 28, 28))],
)
def test_modules_agree_and_stay_untouched(model: nn.Module, shape: tuple[int, ...]) -> None:
    """A module written by hand agrees row by row, and its numbers and flags are as before."""
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    agreement = cnnshapes.check(model, shape)
    assert agreement.agrees, str(agreement)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("layer", "shape", "note"),
    [
        (Conv2d(out_channels=6, kernel_size=5), (3, 32, 32), "torchinfo adds the bias, 4704"),
        (Conv2d(out_channels=6, kernel_size=5, bias=False), (3, 32, 32), ""),
        (BatchNorm2d(), (3, 8, 8), "torchinfo counts a scale and a shift as MACs"),
        (Linear(out_features=32), (4, 5, 16), "torchinfo adds the bias, 32 and leaves out the 20 positions"),
        (
            ConvTranspose2d(out_channels=8, kernel_size=2, stride=2, bias=False),
            (4, 8, 8),
            "torchinfo counts weights per output position, not per input position",
        ),
        (PReLU(), (3, 8, 8), "torchinfo counts a learned slope or scale as MACs"),
    ],
)
def test_known_differences_are_explained(layer: Layer, shape: tuple[int, ...], note: str) -> None:
    """Where torchinfo counts by another rule, the note says in what."""
    agreement = cnnshapes.check(Design.chain(shape, layer))
    assert agreement.agrees
    assert agreement.rows[0].note == note


def test_a_wrong_number_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of ours that is wrong by one differs, with both numbers shown."""
    design = Design.chain((3, 32, 32), Conv2d(out_channels=6, kernel_size=5), Flatten())
    right = report_of(design)
    wrong = Report(right.name, right.input_shape, [dataclasses.replace(right[0], macs=352_801), right[1]])
    monkeypatch.setattr(checking, "report_of", lambda design: wrong)
    agreement = checking.check(design)
    assert not agreement.agrees
    assert [row.name for row in agreement.differences] == ["conv1", "total MACs"]
    assert "6x28x28 · 456 · 352801" in str(agreement)
    assert "6x28x28 · 456 · 352800" in str(agreement)


def test_what_torchinfo_cannot_run_is_said() -> None:
    """A model that torchinfo fails on is held against torch alone, and the failure is told."""

    class Output:
        """Something that is no tensor."""

        def __init__(self, logits: Tensor) -> None:
            self.logits = logits

    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Output:
            return Output(self.fc(x))

    agreement = cnnshapes.check(Odd(), (8,))
    assert agreement.agrees
    assert agreement.torchinfo_error
    assert agreement.torchinfo_error in str(agreement)
