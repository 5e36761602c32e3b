"""A report as a LaTeX table, with the rules of the package booktabs."""

from __future__ import annotations

import re
from typing import Final

from cnnshapes.formats.table import HEADINGS, NUMBERS, SHOWN, cells, printable, total_texts
from cnnshapes.layers.base import written
from cnnshapes.report import Report

_SHAPE: Final = re.compile(r"(?<!\w)\d+(?:x\d+)+(?!\w)")
_SPECIAL: Final = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "≤": r"$\leq$", "×": r"$\times$",
}  # fmt: skip
"""What LaTeX would read as its own, or has no letter for in every font."""


PAGE: Final = 40
"""Lines that fit on a page with some text."""


def to_latex(report: Report) -> str:
    """The rows and totals as a `tabular`, or a `longtable` where a page is too short; shapes are set as math.

    Either needs the package booktabs, the long one longtable too.
    """
    columns = "".join("r" if column.name in NUMBERS else "l" for column in SHOWN)
    rows = [" & ".join(map(_cell, line)) for line in map(cells, report)]
    ending = [rf"{_text(what)} & \multicolumn{{{len(SHOWN) - 1}}}{{l}}{{{_cell(text)}}}"
              for what, text in total_texts(report).items()]  # fmt: skip
    long = len(rows) + len(ending) > PAGE
    table, packages = ("longtable", "booktabs,longtable") if long else ("tabular", "booktabs")
    lines = [
        f"% {printable(report.name)}, input {written(report.input_shape)}; needs \\usepackage{{{packages}}}",
        rf"\begin{{{table}}}{{{columns}}}",
        r"\toprule",
        rf"{' & '.join(map(_text, HEADINGS))} \\",
        r"\midrule",
        *([r"\endhead"] if long else []),  # what is above is repeated on each page
        *(rf"{line} \\" for line in rows),
        r"\midrule",
        *(rf"{line} \\" for line in ending),
        r"\bottomrule",
        rf"\end{{{table}}}",
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """The text of a cell with its shapes, such as `16x10x10`, as math."""
    parts = _SHAPE.split(text)
    shapes = ["$" + shape.replace("x", r" \times ") + "$" for shape in _SHAPE.findall(text)]
    return "".join(_text(part) + shape for part, shape in zip(parts, [*shapes, ""], strict=True))


def _text(text: str) -> str:
    """The text with what LaTeX would read as its own escaped."""
    return "".join(_SPECIAL.get(letter, letter) for letter in text)
