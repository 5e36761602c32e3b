"""The LaTeX table: its columns add up, and nothing in it is read as a command."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cnnshapes import Design
from cnnshapes.formats.latex import to_latex
from cnnshapes.presets import preset
from cnnshapes.report import report_of
from tests.formats.designs import chains, lenet, residual
from tests.formats.test_table import counts, strange


def cells(text: str) -> list[list[str]]:
    """The cells of the lines between the second and the third rule."""
    body = text.split("\\midrule\n")[1].removeprefix("\\endhead\n")
    return [re.split(r"(?<!\\) & ", line.removesuffix(" \\\\")) for line in body.splitlines()]


def test_latex_of_lenet() -> None:
    """A tabular of six columns with booktabs' rules; sizes are math, counts have their separators."""
    lines = to_latex(report_of(lenet())).splitlines()
    assert lines[:6] == [
        r"% lenet, input 3x32x32; needs \usepackage{booktabs}",
        r"\begin{tabular}{lllrrr}",
        r"\toprule",
        r"Layer & Input & Output & Parameters & MACs & Receptive field \\",
        r"\midrule",
        r"conv1 (Conv2d) & $3 \times 32 \times 32$ & $6 \times 28 \times 28$ & 456 & 352,800 & 5 \\",
    ]
    assert r"Total parameters & \multicolumn{5}{l}{62,006} \\" in lines
    assert lines[-2:] == [r"\bottomrule", r"\end{tabular}"]


@given(chains())
def test_columns_add_up(design: Design) -> None:
    """The parameters and MACs of the rows add up to the totals below them."""
    report = report_of(design)
    rows = cells(to_latex(report))
    assert len(rows) == len(report)
    assert sum(counts(row[3])[0] for row in rows) == report.total_params
    assert sum(counts(row[4])[0] for row in rows) == report.total_macs


def test_more_than_a_page() -> None:
    """A network that no page holds is a longtable, whose headings stand on each page."""
    lines = to_latex(report_of(preset("resnet18"))).splitlines()
    assert lines[0].endswith(r"needs \usepackage{booktabs,longtable}")
    assert lines[1] == r"\begin{longtable}{lllrrr}"
    assert lines[3].startswith("Layer & Input")
    assert lines[4:6] == [r"\midrule", r"\endhead"]
    assert lines[-1] == r"\end{longtable}"


def test_several_inputs() -> None:
    """Equal shapes in a row are counted with a sign that every font has."""
    row = next(line for line in to_latex(report_of(residual())).splitlines() if "(Add)" in line)
    assert r"3 $\times$ $8 \times 6 \times 6$" in row
    assert row.startswith(r"layer1.0.add (Add)")


@given(st.text())
def test_any_name_is_text(name: str) -> None:
    """Whatever a module of torch is called, no sign of it is left that LaTeX would read as its own."""
    row = cells(to_latex(strange(name.replace("\\", "").replace("&", ""))))[0][0]
    plain = re.sub(r"\\[&%$#_{}]|\\text\w+\{\}|\$\\(?:leq|times)\$|\$\d+(?: \\times \d+)+\$", "", row)
    assert not set(plain) & set(r"\&%$#_{}~^<>|")


def test_every_special_sign() -> None:
    """Each sign that LaTeX has a use for is written so that it is printed."""
    row = to_latex(strange(r"a\b&c%d$e#f_g{h}i~j^k")).splitlines()[5]
    assert row.startswith(
        r"a\textbackslash{}b\&c\%d\$e\#f\_g\{h\}i\textasciitilde{}j\textasciicircum{}k (\_\_getitem\_\_)"
    )
