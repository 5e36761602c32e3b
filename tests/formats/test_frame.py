"""The DataFrame."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given

from cnnshapes import Design
from cnnshapes.report import report_of
from tests.formats.designs import chains, empty, lenet


@given(chains())
def test_columns_add_up_to_the_totals(design: Design) -> None:
    """Its number columns are numbers and add up to the totals."""
    report = report_of(design)
    frame = report.to_frame()
    assert len(frame) == len(report)
    assert frame[["parameters", "trainable", "macs"]].sum().tolist() == [
        report.total_params,
        report.trainable_params,
        report.total_macs,
    ]


def test_columns_are_those_of_the_csv() -> None:
    """The columns have the names of the CSV's header, without rows too."""
    header = report_of(lenet()).to_csv().splitlines()[0].split(",")
    assert list(report_of(lenet()).to_frame().columns) == header
    assert list(report_of(empty()).to_frame().columns) == header


def test_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pandas is missing, the error says what is needed."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="to_frame needs pandas"):
        report_of(lenet()).to_frame()
