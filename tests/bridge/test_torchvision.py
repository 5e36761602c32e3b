"""All of torchvision's classifiers, on the meta device: the reference totals, and every row as torch says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import cnnshapes
from cnnshapes.bridge.read import read
from tests.torchvision_models import on_meta

REFERENCE = Path(__file__).parents[1] / "reference" / "torchvision_models.csv"
with REFERENCE.open(encoding="utf-8") as file:
    MODELS = {row["model"]: row for row in csv.DictReader(file)}
TRANSFORMERS = ("vit_", "swin_", "maxvit_")


@pytest.mark.parametrize("name", MODELS)
def test_totals_and_rows(name: str) -> None:
    """Parameters, output shape and MACs are exact, each row is torch's, and a CNN's rows have formulas."""
    reference = MODELS[name]
    shape = tuple(map(int, reference["input_shape"].split("x")))
    model = on_meta(name)
    report = cnnshapes.summary(model, shape)
    assert report.total_params == int(reference["parameters"])
    assert report.total_params == sum(parameter.numel() for parameter in model.parameters())
    assert "x".join(map(str, report.output_shape)) == reference["output_shape"]
    assert report.total_macs == int(reference["macs"])
    by_torch = {row.name: row for row in read(model, shape, by_formula=False)}
    passing_on = {row.name for row in report if row.kind == "Identity"}  # no operation at all where torch runs it
    assert by_torch.keys() <= {row.name for row in report} <= by_torch.keys() | passing_on
    for row in report:
        theirs = by_torch.get(row.name, row)
        assert (row.output_shape, row.params, row.macs) == (theirs.output_shape, theirs.params, theirs.macs), row.name
    if not name.startswith(TRANSFORMERS):
        with_formula = sum(row.layer is not None for row in report)
        assert with_formula >= 0.95 * len(report)
