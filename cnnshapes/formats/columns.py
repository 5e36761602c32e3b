"""The columns of a report and its totals, said once: the CSV, the DataFrame, the JSON and the tables read them here."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NamedTuple

from cnnshapes.layers.base import written
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Report, Row


class Column(NamedTuple):
    """One column of a report.

    Attributes:
        name: its heading in the CSV and its key in the JSON.
        heading: its heading in a table for people.
        data: what a row has there, as plain data for JSON; `input_shape` has one shape per input.
        cell: the same as a whole number or text, several names or shapes joined with a space.
    """

    name: str
    heading: str
    data: Callable[[Row], Any]
    cell: Callable[[Row], int | str]


def _field(field: ReceptiveField) -> dict[str, Any]:
    """A receptive field as plain data, a list with a number per spatial axis of the input."""
    return {
        "size": [int(axis.right - axis.left) for axis in field.axes],
        "jump": [_number(axis.jump) for axis in field.axes],
        "offset": [_number(axis.left) for axis in field.axes],
        "exact": field.exact,
    }


def _number(value: int | Fraction) -> int | float:
    return value if isinstance(value, int) else float(value)


COLUMNS: Final[tuple[Column, ...]] = (
    Column("name", "Name", lambda row: row.name, lambda row: row.name),
    Column("layer", "Layer", lambda row: row.kind, lambda row: row.kind),
    Column("inputs", "Inputs", lambda row: list(row.inputs), lambda row: " ".join(row.inputs)),
    Column(
        "input_shape",
        "Input",
        lambda row: [list(shape) for shape in row.input_shapes],
        lambda row: " ".join(map(written, row.input_shapes)),
    ),
    Column("output_shape", "Output", lambda row: list(row.output_shape), lambda row: written(row.output_shape)),
    Column("parameters", "Parameters", lambda row: row.params, lambda row: row.params),
    Column("trainable", "Trainable", lambda row: row.trainable, lambda row: row.trainable),
    Column("macs", "MACs", lambda row: row.macs, lambda row: row.macs),
    Column(
        "receptive_field",
        "Receptive field",
        lambda row: _field(row.receptive_field),
        lambda row: str(row.receptive_field),
    ),
)
"""Every column, in the order of the CSV."""

BY_NAME: Final[dict[str, Column]] = {column.name: column for column in COLUMNS}


def totals(report: Report) -> dict[str, Any]:
    """The totals as plain data, by name; `parameters`, `trainable` and `macs` are what those columns add up to.

    `batch` is the size of a batch that they hold for, None for any.
    """
    return {
        "parameters": report.total_params,
        "trainable": report.trainable_params,
        "macs": report.total_macs,
        "flatten_size": report.flatten_size,
        "output_shape": list(report.output_shape),
        "unused_parameters": {row.name: row.params for row in report.unused},
        "batch": report.batch,
    }
