"""A report as JSON: its rows with their formulas, and its totals."""

from __future__ import annotations

import json
from typing import Any

from cnnshapes.formats.columns import COLUMNS, totals
from cnnshapes.report import Report


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain data: `name`, `input_shape`, `rows` and `totals`; shapes are lists of sizes.

    A row has the columns of the CSV and its `formulas` by quantity. `input_shape` has a shape for each input, and
    `receptive_field` a number per spatial axis of the network's input for its size, jump and offset.
    """
    rows = [{column.name: column.data(row) for column in COLUMNS} | {"formulas": row.formulas} for row in report]
    return {
        "name": report.name,
        "input_shape": list(report.input_shape),
        "rows": rows,
        "totals": totals(report),
    }


def to_json(report: Report) -> str:
    """The report as JSON text, a row per line."""
    data = to_dict(report)
    head = ", ".join(f"{_text(key)}: {_text(data[key])}" for key in ("name", "input_shape"))
    lines = ",\n".join(f"    {_text(row)}" for row in data["rows"])
    rows = f"[\n{lines}\n]" if lines else "[]"
    return f'{{{head}, "rows": {rows}, "totals": {_text(data["totals"])}}}\n'


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
