"""The report: a sequence of rows with totals, and the pass that makes it."""

from __future__ import annotations

from itertools import islice

import pytest

from cnnshapes import Design, DesignError, ShapeError, rows, summary
from cnnshapes.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from cnnshapes.report import report_of
from tests.formats.designs import DESIGNS, empty, lenet


def failing() -> Design:
    """A stack whose fourth node cannot be computed."""
    return Design.chain(
        (3, 8, 8),
        Conv2d(out_channels=4, kernel_size=3),
        MaxPool2d(2),
        Flatten(),
        Linear(35, 10),
        ReLU(),
        name="failing",
    )


def test_a_report_is_a_sequence() -> None:
    """Rows by position, from the end, by slice and by name; its length and order are those of the network."""
    report = report_of(lenet())
    assert len(report) == 10
    assert [row.name for row in report][:3] == ["conv1", "relu1", "pool1"]
    assert report[-1].name == "fc3"
    assert [row.name for row in report[7:]] == ["fc1", "fc2", "fc3"]
    assert report["conv2"].output_shape == (16, 10, 10)
    assert report[3] in report


def test_there_is_no_such_row() -> None:
    """A name that no row has is a KeyError, a position too far an IndexError."""
    report = report_of(lenet())
    with pytest.raises(KeyError, match="conv9"):
        report["conv9"]
    with pytest.raises(IndexError):
        report[10]


def test_totals_of_lenet() -> None:
    """The totals of LeNet-5 are the known ones."""
    report = report_of(lenet())
    assert report.total_params == report.trainable_params == 62006
    assert report.total_macs == 651720
    assert report.output_shape == (10,)
    assert report.flatten_size == 400


@pytest.mark.parametrize("design", DESIGNS)
def test_rows_add_up(design: Design) -> None:
    """The rows add up to the totals, and the weights of each row to its parameters."""
    report = report_of(design())  # type: ignore[operator]
    assert report.total_params == sum(row.params for row in report)
    assert report.total_macs == sum(row.macs for row in report)
    for row in report:
        counted = 0
        for shape in row.weights.values():
            size = 1
            for factor in shape:
                size *= factor
            counted += size
        assert row.params == counted


def test_a_report_without_rows() -> None:
    """A design without nodes gives out its input and costs nothing."""
    report = report_of(empty())
    assert len(report) == 0
    assert report.output_shape == (3, 8, 8)
    assert report.flatten_size is None
    assert report.total_params == report.total_macs == 0


def test_no_flatten_no_flatten_size() -> None:
    """A network without a Flatten has no flatten size."""
    assert report_of(Design.chain((3, 8, 8), ReLU())).flatten_size is None


def test_repr_is_one_line() -> None:
    """In a console a report says what it is in a line; printed it is the table."""
    assert repr(report_of(lenet())) == "<Report of lenet: 10 rows, 62,006 parameters, 651,720 MACs>"


def test_row_of_a_convolution() -> None:
    """A row has all that its layer answers."""
    row = report_of(lenet())["conv2"]
    assert (row.kind, row.inputs, row.input_shapes) == ("Conv2d", ("pool1",), ((6, 14, 14),))
    assert row.weights == {"weight": (16, 6, 5, 5), "bias": (16,)}
    assert (row.params, row.trainable, row.macs, row.activations) == (2416, 2416, 240000, 1600)
    assert row.receptive_field.size == 14
    assert "parameters: 5·5·6·16 + 16 = 2416" in row.explanation


def test_rows_come_one_by_one() -> None:
    """The pass gives each row as it is computed, so those before a failure are there."""
    design = failing()
    assert [row.name for row in islice(rows(design), 3)] == ["conv1", "pool1", "flatten1"]
    with pytest.raises(ShapeError, match=r"fc1 \(Linear\): in_features is 35 but 36 features reach it"):
        list(rows(design))


def test_the_error_has_the_rows_before_it() -> None:
    """The error of a network carries the report of what did compute, under the network's name."""
    with pytest.raises(ShapeError) as caught:
        summary(failing())
    report = caught.value.report
    assert report is not None
    assert report.name == "failing"
    assert [row.name for row in report] == ["conv1", "pool1", "flatten1"]


def test_only_a_vector_has_a_flatten_size() -> None:
    """A Flatten that leaves a map, as in a channel shuffle, hands no features to a classifier."""
    assert summary("lenet5").flatten_size == 400
    assert summary(Design.chain((4, 8, 8), Flatten(start_dim=2))).flatten_size is None


def test_summary_with_another_input() -> None:
    """A design's own input can be replaced; one that is no shape is refused."""
    assert summary(lenet(), (3, 48, 48)).flatten_size == 16 * 9 * 9
    with pytest.raises(DesignError, match="no shape of one example"):
        summary(lenet(), (3, 0, 32))


def test_every_rendering_is_there() -> None:
    """The report's own methods give each format of it."""
    report = report_of(lenet())
    assert str(report).startswith("lenet, input 3x32x32\n")
    assert report._repr_html_().startswith("<table>")
    assert report.to_markdown().startswith("**lenet**")
    assert report.to_csv().startswith("name,layer,")
    assert report.to_json().startswith('{"name": "lenet"')
    assert list(report.to_frame()["name"]) == [row.name for row in report]
