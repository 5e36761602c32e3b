"""Presets that torchvision has too, against its models and the figures torch counted on them."""

from __future__ import annotations

import pytest

import cnnshapes
from cnnshapes.layers.base import written
from cnnshapes.presets import PRESETS
from tests.reference import entries
from tests.torchvision_models import on_meta

FIGURES = {entry["model"]: entry for entry in entries("torchvision_models")}
SHARED = [name for name in PRESETS if name in FIGURES]
AS_TRAINED = {"googlenet": "googlenet_aux"}
"""The preset with all the parameters, where the one of torchvision's name is the network as it predicts."""


def test_presets_that_torchvision_has() -> None:
    """The presets held against torchvision are these 19, so none drops out by a change of name."""
    vggs = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
    resnets = [f"resnet{depth}" for depth in (18, 34, 50, 101, 152)]
    densenets = [f"densenet{depth}" for depth in (121, 169, 201)]
    assert {"alexnet", "googlenet", "mobilenet_v2", *vggs, *resnets, *densenets} == set(SHARED)


@pytest.mark.parametrize("name", SHARED)
def test_totals_equal_torchvision(name: str) -> None:
    """Input and output shape, parameters and multiply–accumulates are torchvision's, to the last one."""
    report, figures = cnnshapes.summary(name), FIGURES[name]
    assert written(report.input_shape) == figures["input_shape"]
    assert written(report.output_shape) == figures["output_shape"]
    assert report.total_macs == int(figures["macs"])
    assert cnnshapes.summary(AS_TRAINED.get(name, name)).total_params == int(figures["parameters"])


@pytest.mark.parametrize("name", [*SHARED, "googlenet_aux"])
def test_weights_equal_torchvision_by_name(name: str) -> None:
    """Each weight has the name and the shape that it has in torchvision's model."""
    model = on_meta("googlenet", aux_logits=name == "googlenet_aux") if name.startswith("googlenet") else on_meta(name)
    theirs = {path: tuple(parameter.shape) for path, parameter in model.named_parameters()}
    ours = {f"{row.name}.{weight}": shape for row in cnnshapes.summary(name) for weight, shape in row.weights.items()}
    assert ours == theirs
