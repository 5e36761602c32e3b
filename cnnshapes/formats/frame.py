"""A report as a pandas DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnshapes.formats.columns import COLUMNS
from cnnshapes.report import Report

if TYPE_CHECKING:
    import pandas


def to_frame(report: Report) -> pandas.DataFrame:
    """The rows as a DataFrame with the columns of the CSV; shapes as text, parameters and MACs as whole numbers.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError('to_frame needs pandas, which is not installed: pip install "cnnshapes[pandas]"') from error
    return pandas.DataFrame({column.name: [column.cell(row) for row in report] for column in COLUMNS})
