"""The JSON of a report."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given

from cnnshapes import Design
from cnnshapes.formats.json import to_dict, to_json
from cnnshapes.layers import Conv2d, Upsample
from cnnshapes.report import report_of
from tests.formats.designs import DESIGNS, chains, lenet


def test_first_row_of_lenet() -> None:
    """A row has the columns of the CSV as numbers and lists, its receptive field in full, and its formulas."""
    data = json.loads(to_json(report_of(lenet())))
    assert data["name"] == "lenet"
    assert data["input_shape"] == [3, 32, 32]
    assert data["rows"][0] == {
        "name": "conv1",
        "layer": "Conv2d",
        "inputs": ["input"],
        "input_shape": [[3, 32, 32]],
        "output_shape": [6, 28, 28],
        "parameters": 456,
        "trainable": 456,
        "macs": 352800,
        "receptive_field": {"size": [5, 5], "jump": [1, 1], "offset": [0, 0], "exact": True},
        "formulas": {
            "shape": "channels = out_channels = 6; height = width = ⌊(32 − 5 + 2·0) / 1⌋ + 1 = 28",
            "parameters": "5·5·3·6 + 6 = 456",
            "MACs": "5·5·3·6·28·28 = 352800",
        },
    }
    assert data["totals"] == {
        "parameters": 62006,
        "trainable": 62006,
        "macs": 651720,
        "flatten_size": 400,
        "output_shape": [10],
        "unused_parameters": {},
        "batch": None,
    }


@pytest.mark.parametrize("design", DESIGNS)
def test_text_is_the_data(design: Callable[[], Design]) -> None:
    """The text, a row per line, reads back as the data."""
    report = report_of(design())
    text = report.to_json()
    assert json.loads(text) == to_dict(report)
    assert text.count("\n") == (len(report) + 2 if len(report) else 1)


@given(chains())
def test_rows_add_up_to_the_totals(design: Design) -> None:
    """The rows add up to the totals of the same file."""
    data = json.loads(to_json(report_of(design)))
    for column in ("parameters", "trainable", "macs"):
        assert sum(row[column] for row in data["rows"]) == data["totals"][column]


def test_positions_between_pixels() -> None:
    """Where upsampling makes a jump of half a pixel, the JSON has 0.5."""
    report = report_of(Design.chain((1, 8, 8), Conv2d(out_channels=1, kernel_size=3), Upsample(scale_factor=2)))
    field = json.loads(to_json(report))["rows"][1]["receptive_field"]
    assert field["jump"] == [0.5, 0.5]
    assert field["exact"] is False
