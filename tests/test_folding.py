"""Folding: fewer rows, the same totals."""

from __future__ import annotations

import pytest
from torch import Tensor, nn

import cnnshapes
from cnnshapes import InputError
from tests.bridge.networks import FashionCNN
from tests.torchvision_models import on_meta


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "mobilenet_v3_small", "densenet121", "swin_t"])
def test_totals_stay(name: str) -> None:
    """At every depth the counts add up to the same, the shapes end alike, and each row's inputs are rows before it."""
    report = cnnshapes.summary(on_meta(name), (3, 224, 224))
    lengths = []
    for depth in (1, 2, 3, 9):
        folded = report.folded(depth)
        lengths.append(len(folded))
        assert folded.total_params == report.total_params
        assert folded.trainable_params == report.trainable_params
        assert folded.total_macs == report.total_macs
        assert folded.output_shape == report.output_shape
        assert folded[-1].receptive_field == report[-1].receptive_field
        assert folded.returned == {folded[-1].name}
        known = {"input", ""}
        for row in folded:
            assert known.issuperset(row.inputs), row.name
            known.add(row.name)
    assert lengths == sorted(lengths)
    assert len(report.folded(9)) == len(report)


def test_a_row_stands_for_its_module() -> None:
    """A folded row has the module's path and class, what reaches it, what leaves it, and the sums written out."""
    folded = cnnshapes.summary(FashionCNN(), (1, 28, 28)).folded(1)
    row = folded["layer2"]
    assert (row.kind, row.inputs, row.input_shapes, row.output_shape) == (
        "Sequential",
        ("layer1",),
        ((32, 14, 14),),
        (64, 6, 6),
    )
    assert [part.name for part in row.parts] == ["layer2.0", "layer2.1", "layer2.2", "layer2.3"]
    assert row.formulas["parameters"] == "18496 + 128 = 18624"
    assert row.formulas["MACs"] == f"{32 * 64 * 9 * 12 * 12} = {32 * 64 * 9 * 12 * 12}"
    assert row.formulas["shape"] == "64x6x6, as layer2.3, the last of its 4 rows"
    assert [row.name for row in folded] == ["layer1", "layer2", "flatten1", "fc1", "drop", "fc2", "fc3"]


def test_a_module_that_the_forward_comes_back_to() -> None:
    """A block that runs twice with something between has two rows, the second with its number."""

    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = nn.Sequential(nn.Linear(8, 8), nn.ReLU())
            self.between = nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            return self.block(self.between(self.block(x)))  # type: ignore[no-any-return]

    folded = cnnshapes.summary(Twice(), (8,)).folded(1)
    assert [(row.name, row.params, row.macs) for row in folded] == [
        ("block", 72, 64),
        ("between", 72, 64),
        ("block#2", 0, 64),
    ]
    assert folded["block#2"].inputs == ("between",)


def test_a_design_without_modules_folds_to_itself() -> None:
    """The nodes of a preset without dots stay as they are."""
    report = cnnshapes.summary("lenet5")
    assert report.folded(1).rows == report.rows


def test_depth_starts_at_one() -> None:
    """A depth below 1 gets a sentence."""
    with pytest.raises(InputError, match="depth is 0; it should be 1 or more"):
        cnnshapes.summary("lenet5").folded(0)
