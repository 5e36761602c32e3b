"""A report as CSV: a row per operation, shapes as `16x10x10`; the columns add up to the totals."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from typing import TextIO

from cnnshapes.formats.columns import COLUMNS
from cnnshapes.formats.files import write
from cnnshapes.report import Report


def to_csv(report: Report, path: str | os.PathLike[str] | TextIO | None = None) -> str:
    """The rows as CSV text with a header, then one for each parameter that was never used.

    Several inputs and their shapes are joined with a space.

    Args:
        report: what to write.
        path: where to write it as well, as UTF-8: a path, or a text file that is open.

    Raises:
        OSError: the path cannot be written; what was there before is unchanged.
    """
    cells = ([column.cell(row) for column in COLUMNS] for row in (*report, *report.unused))
    return written_csv([column.name for column in COLUMNS], cells, path)


def written_csv(
    header: Sequence[str], rows: Iterable[Sequence[int | str]], path: str | os.PathLike[str] | TextIO | None = None
) -> str:
    """A header and rows as CSV text, also written to `path` where one is given.

    Raises:
        OSError: the path cannot be written; what was there before is unchanged.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(_cell, header))
    writer.writerows(map(_cell, row) for row in rows)
    text = buffer.getvalue()
    if path is not None:
        write(text, path)
    return text


def _cell(value: int | str) -> int | str:
    """The value, with an apostrophe where a spreadsheet would run it: modules of a torch model may be called `=1+1`."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
