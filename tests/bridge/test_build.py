"""Designs as torch modules."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnshapes import Design, DesignError, ShapeError, presets
from cnnshapes.bridge.build import build, layer_module
from cnnshapes.design import Builder
from cnnshapes.layers import Add, Conv2d, GlobalAvgPool2d, Linear, ReLU
from cnnshapes.report import report_of


@pytest.mark.parametrize("name", presets.PRESETS)
def test_presets_become_modules(name: str) -> None:
    """Every preset, built without numbers, gives the output and has the parameters that its report says."""
    design = presets.preset(name)
    report = report_of(design)
    with torch.device("meta"):
        module = build(design).eval()
        output = module(torch.empty(2, *design.input_shape))
    assert output.shape == (2, *report.output_shape)
    assert sum(parameter.numel() for parameter in module.parameters()) == report.total_params


def test_state_dict_has_the_names_of_the_nodes() -> None:
    """Keys are the node's name and torch's name of the weight, dots between levels."""
    builder = Builder("named", (3, 8, 8))
    builder.add(Conv2d(out_channels=4, kernel_size=3), name="block.0.conv")
    builder.add(ReLU(), name="block.0.act")
    assert list(build(builder.design()).state_dict()) == ["block.0.conv.weight", "block.0.conv.bias"]


def test_branches_and_functions() -> None:
    """A branch read twice and layers that are functions in torch compute what torch does."""
    builder = Builder("branched", (4, 8, 8))
    fork = builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    branch = builder.add(ReLU())
    builder.add(Add(), fork, branch, fork)
    builder.add(GlobalAvgPool2d())
    module = build(builder.design())
    batch = torch.randn(2, 4, 8, 8)
    convolved = module.get_submodule(fork)(batch)
    expected = (convolved + convolved.relu() + convolved).mean((2, 3), keepdim=True)
    assert torch.allclose(module(batch).flatten(), expected.flatten(), atol=1e-6)


def test_an_empty_design_gives_its_input() -> None:
    """A design without nodes is the identity."""
    batch = torch.randn(2, 3, 4)
    assert torch.equal(build(Design("empty", (3, 4), ()))(batch), batch)


def test_one_layer() -> None:
    """A layer with sizes left out takes them from the shape of its input."""
    module = layer_module(Linear(out_features=3), (7,))
    assert isinstance(module, nn.Linear)
    assert module.in_features == 7


def test_refused() -> None:
    """What cannot be computed raises, and so does a name that a module has already."""
    with pytest.raises(ShapeError):
        build(Design.chain((3, 4, 4), Conv2d(out_channels=2, kernel_size=5)))
    with pytest.raises(DesignError, match='has an attribute "training" already; give the node another name'):
        build(Design.chain((3, 4, 4), ("training", ReLU())))
