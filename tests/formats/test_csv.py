"""The CSV: read back by pandas it is the report again."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given

from cnnshapes import Design, Report
from cnnshapes.formats.csv import to_csv
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row, report_of
from tests.formats.designs import DESIGNS, chains, lenet, residual

COLUMNS = ["name", "layer", "inputs", "input_shape", "output_shape", "parameters", "trainable", "macs"]


def read_back(text: str) -> pd.DataFrame:
    """The CSV as a DataFrame, text as it stands."""
    return pd.read_csv(
        io.StringIO(text), keep_default_na=False, dtype=dict.fromkeys((*COLUMNS[:5], "receptive_field"), str)
    )


def test_header_and_rows() -> None:
    """The columns have their fixed names and order; shapes are joined by x."""
    lines = to_csv(report_of(lenet())).splitlines()
    assert lines[0] == "name,layer,inputs,input_shape,output_shape,parameters,trainable,macs,receptive_field"
    assert lines[1] == "conv1,Conv2d,input,3x32x32,6x28x28,456,456,352800,5"
    assert len(lines) == 11


def test_several_inputs() -> None:
    """The names and shapes of several inputs are joined with a space."""
    line = next(line for line in to_csv(report_of(residual())).splitlines() if "Add" in line)
    assert line == "layer1.0.add,Add,layer1.0.relu layer1.0.conv1 input,8x6x6 8x6x6 8x6x6,8x6x6,0,0,0,3"


@pytest.mark.parametrize("design", DESIGNS)
def test_round_trip(design: Callable[[], Design]) -> None:
    """Read back with pandas, the CSV has the cells of the DataFrame."""
    report = report_of(design())
    pd.testing.assert_frame_equal(read_back(to_csv(report)), report.to_frame(), check_dtype=False)


@given(chains())
def test_columns_add_up_to_the_totals(design: Design) -> None:
    """Read back with pandas, the columns add up to the totals of the report."""
    report = report_of(design)
    frame = pd.read_csv(io.StringIO(to_csv(report)))
    assert list(frame["output_shape"].astype(str)) == ["x".join(map(str, row.output_shape)) for row in report]
    assert frame["parameters"].sum() == report.total_params
    assert frame["trainable"].sum() == report.trainable_params
    assert frame["macs"].sum() == report.total_macs


@pytest.mark.parametrize("kind", [str, Path])
def test_written_to_a_path(tmp_path: Path, kind: Callable[[Path], str | Path]) -> None:
    """A path gets the same text as UTF-8, with the same line ends everywhere, and nothing is left beside it."""
    report = Report("Netz", (3,), [row_named("größe")])
    path = tmp_path / "net.csv"
    text = report.to_csv(kind(path))
    assert path.read_bytes() == text.encode()
    assert "größe" in text
    assert [path.name for path in tmp_path.iterdir()] == ["net.csv"]


def test_written_to_an_open_file() -> None:
    """An open text file is written to and stays open."""
    file = io.StringIO()
    text = to_csv(report_of(lenet()), file)
    assert file.getvalue() == text


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x"])
def test_names_that_a_spreadsheet_would_run(name: str) -> None:
    """A torch module may have any name; one that begins like a formula gets an apostrophe before it."""
    assert to_csv(Report("Net", (3,), [row_named(name)])).splitlines()[1].startswith(f"'{name},")


def test_quoting() -> None:
    """Commas, quotes and line breaks in a module's name survive."""
    name = 'a, "b"\nc'
    assert read_back(to_csv(Report("Net", (3,), [row_named(name)])))["name"][0] == name


def row_named(name: str) -> Row:
    """A row as a torch model may give it."""
    return Row(name, "relu", ("input",), ((3,),), (3,), 0, 0, 0, ReceptiveField(()), None)
