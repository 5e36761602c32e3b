"""A report as a table for people: as text, as HTML for notebooks, as Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from cnnshapes.formats.columns import BY_NAME
from cnnshapes.layers.base import Shape, written
from cnnshapes.report import Report, Row

if TYPE_CHECKING:
    from cnnshapes.compare import Comparison, Total

_GAP: Final = "  "
_AIR: Final = "padding: 0.2em 0.7em"

NUMBERS: Final = ("parameters", "macs", "receptive_field")
SHOWN: Final = [BY_NAME[name] for name in ("layer", "input_shape", "output_shape", *NUMBERS)]
HEADINGS: Final = [column.heading for column in SHOWN]


def to_text(report: Report, *, totals: bool = True) -> str:
    """The rows and totals as text, each column as wide as what stands in it; `totals=False` leaves those out."""
    heading, *body = _lines([HEADINGS, *map(cells, report)], [column.name in NUMBERS for column in SHOWN])
    ending = _total_lines(report) if totals else []
    title = printable(f"{report.name}, input {written(report.input_shape)}")
    rule = "=" * max(map(_width, (title, heading, *body, *ending)))
    parts = [title, rule, heading, "-" * len(rule), *body]
    if totals:
        parts += [rule, *ending]
    return "\n".join((*parts, rule))


def comparison_to_text(comparison: Comparison) -> str:
    """Networks side by side as text: a line for rows that answer each other, what differs, and the totals."""
    networks = len(comparison.reports)
    names = list(map(printable, comparison.names))
    headings = [heading for name in names for heading in (name, "Output", "Parameters")]
    body = [
        [cell for row in line.rows for cell in (_side(row) if row is not None else ("", "", ""))]
        + [_difference(line.missing, line.differing, names)]
        for line in comparison.lines
    ]
    heading, *lines = _lines([[*headings, "Differs"], *body], [False, False, True] * networks + [False])
    totals = [[total.name, *_compared(total)] for total in comparison.totals]
    ending = _lines([["", *names], *totals], [False] + [True] * networks)
    rule = "=" * max(map(_width, (heading, *lines, *ending)))
    return "\n".join((rule, heading, "-" * len(rule), *lines, rule, *ending, rule))


def _side(row: Row) -> tuple[str, str, str]:
    return printable(f"{row.name} ({row.kind})"), written(row.output_shape), _grouped(row.params)


def _difference(missing: Sequence[int], differing: Sequence[str], names: Sequence[str]) -> str:
    return f"not in {' and '.join(names[at] for at in missing)}" if missing else ", ".join(differing)


def _compared(total: Total) -> list[str]:
    """The values of a total, each but the first with its ratio to it: `62,006`, `138,357,544 (× 2231)`."""
    return [
        _grouped(value) + (f" (× {ratio:.3g})" if at and ratio is not None else "")
        for at, (value, ratio) in enumerate(zip(total.values, total.ratios, strict=True))
    ]


def _lines(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Cells as lines of text, each column as wide as what stands in it."""
    widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
    return [
        _GAP.join(
            _padded(cell, width, right=numbers) for cell, width, numbers in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    ]


def to_html(report: Report) -> str:
    """The rows and totals as an HTML table without colours of its own; a row shows its formulas under the pointer."""

    def line(shown: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} style="text-align: {"right" if column.name in NUMBERS else "left"}; {_AIR}">{_html(cell)}</{tag}>'
            for column, cell in zip(SHOWN, shown, strict=True)
        )

    rows = [f'<tr title="{_html(row.explanation)}">{line(cells(row), "td")}</tr>' for row in report]
    left = f'style="text-align: left; {_AIR}"'
    ending = "".join(
        f'<tr><th {left}>{_html(what)}</th><td colspan="{len(SHOWN) - 1}" {left}>{_html(text)}</td></tr>'
        for what, text in total_texts(report).items()
    )
    return "\n".join(
        (
            "<table>",
            f"<caption>{_html(report.name)}, input {written(report.input_shape)}</caption>",
            f"<thead><tr>{line(HEADINGS, 'th')}</tr></thead>",
            "<tbody>",
            *rows,
            "</tbody>",
            f"<tfoot>{ending}</tfoot>",
            "</table>",
        )
    )


def to_markdown(report: Report) -> str:
    """The rows as a Markdown table (GitHub's), and the totals as a list below it."""
    rule = ["---:" if column.name in NUMBERS else "---" for column in SHOWN]
    lines = [HEADINGS, rule, *(list(map(_markdown, cells(row))) for row in report)]
    table = [f"| {' | '.join(line)} |" for line in lines]
    ending = [f"- {what}: {_markdown(text)}" for what, text in total_texts(report).items()]
    title = f"**{_markdown(printable(report.name))}**, input {written(report.input_shape)}"
    return "\n".join((title, "", *table, "", *ending)) + "\n"


def cells(row: Row) -> list[str]:
    """What a row shows, column by column."""
    shown = [f"{row.name} ({row.kind})", _shapes(row.input_shapes), *(column.cell(row) for column in SHOWN[2:])]
    return [printable(_grouped(cell)) for cell in shown]


def total_texts(report: Report) -> dict[str, str]:
    """The totals by what they are called."""
    flatten, unused = report.flatten_size, report.unused
    return {
        "Total parameters": _grouped(report.total_params),
        "Trainable": _grouped(report.trainable_params),
        "MACs": _grouped(report.total_macs),
        **({} if flatten is None else {"Flatten size": _grouped(flatten)}),
        "Output shape": written(report.output_shape),
        **({"Never used": printable(_sum_of(unused))} if unused else {}),
        **({"For batches of": str(report.batch)} if report.batch is not None else {}),
    }


def _sum_of(unused: Sequence[Row]) -> str:
    return f"{sum(row.params for row in unused):,} in {_some([row.name for row in unused])}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _total_lines(report: Report) -> list[str]:
    found = total_texts(report)
    width = max(map(len, found))
    return [f"{what.ljust(width)}{_GAP}{text}" for what, text in found.items()]


def _grouped(value: int | str) -> str:
    """A count with thousands separators: `62,006`."""
    return value if isinstance(value, str) else f"{value:,}"


def _shapes(shapes: Sequence[Shape]) -> str:
    """The shapes of all inputs, equal ones in a row counted: `64x56x56, 5 × 32x56x56`."""
    runs = [(len(list(run)), written(shape)) for shape, run in groupby(shapes)]
    return ", ".join(text if count == 1 else f"{count} × {text}" for count, text in runs)


def _width(text: str) -> int:
    """Columns of a terminal the text fills: Korean letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def printable(text: str) -> str:
    """The text on one line, without characters that move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _html(text: str) -> str:
    return escape(text).replace("\n", "&#10;")


def _markdown(text: str) -> str:
    """The text with what Markdown would read as its own escaped; an underscore only where it could emphasise."""
    return re.sub(r"([\\|`*<>\[\]~&]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", text)
