"""The tables for people: text, HTML, Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given

from cnnshapes import Design, Report, ShapeError, rows
from cnnshapes.formats.table import to_html, to_markdown, to_text
from cnnshapes.layers import Conv2d, Flatten, Linear
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row, report_of
from tests.formats.designs import DESIGNS, chains, lenet, residual


def strange(name: str) -> Report:
    """A report with one row of this name, as a torch model may have it."""
    row = Row(name, "__getitem__", ("input",), ((3,),), (3,), 0, 0, 0, ReceptiveField(()), None)
    return Report("Net", (3,), [row])


def counts(text: str) -> list[int]:
    """The whole numbers in some text, thousands separators taken out."""
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def test_text_of_a_whole_table() -> None:
    """The table of LeNet-5, letter for letter."""
    assert str(report_of(lenet())) == (
        "lenet, input 3x32x32\n"
        "============================================================================\n"
        "Layer               Input     Output    Parameters     MACs  Receptive field\n"
        "----------------------------------------------------------------------------\n"
        "conv1 (Conv2d)      3x32x32   6x28x28          456  352,800                5\n"
        "relu1 (ReLU)        6x28x28   6x28x28            0        0                5\n"
        "pool1 (MaxPool2d)   6x28x28   6x14x14            0        0                6\n"
        "conv2 (Conv2d)      6x14x14   16x10x10       2,416  240,000               14\n"
        "relu2 (ReLU)        16x10x10  16x10x10           0        0               14\n"
        "pool2 (MaxPool2d)   16x10x10  16x5x5             0        0               16\n"
        "flatten1 (Flatten)  16x5x5    400                0        0               32\n"
        "fc1 (Linear)        400       120           48,120   48,000               32\n"
        "fc2 (Linear)        120       84            10,164   10,080               32\n"
        "fc3 (Linear)        84        10               850      840               32\n"
        "============================================================================\n"
        "Total parameters  62,006\n"
        "Trainable         62,006\n"
        "MACs              651,720\n"
        "Flatten size      400\n"
        "Output shape      10\n"
        "============================================================================"
    )


@given(chains())
def test_printed_columns_add_up(design: Design) -> None:
    """The parameters and MACs that the table prints in its rows add up to the totals it prints below them."""
    _, _, _, _, body = to_text(report_of(design)).split("\n", 4)
    table, totals, _ = re.split(r"\n=+(?:\n|\Z)", body)
    cells = [re.split(r" {2,}", line) for line in table.splitlines()]
    printed = dict(re.split(r" {2,}", line) for line in totals.splitlines())
    assert sum(counts(line[3])[0] for line in cells) == counts(printed["Total parameters"])[0]
    assert sum(counts(line[4])[0] for line in cells) == counts(printed["MACs"])[0]


@pytest.mark.parametrize("design", DESIGNS)
def test_no_line_is_wider_than_the_rules(design: Callable[[], Design]) -> None:
    """Every line fits between the rules, which are as wide as the widest line."""
    lines = to_text(report_of(design())).splitlines()
    assert max(map(len, lines)) == len(lines[1])
    assert set(lines[1]) == {"="}


def test_inputs_of_a_merge() -> None:
    """A row with several inputs shows all their shapes, equal ones counted."""
    line = next(line for line in to_text(report_of(residual())).splitlines() if "(Add)" in line)
    assert re.split(" {2,}", line)[1] == "3 × 8x6x6"


def test_wide_letters_keep_the_columns() -> None:
    """Korean letters fill two columns of a terminal, and the numbers behind them still stand below each other."""
    design = Design.chain((4,), ("분류", Linear(out_features=2)), ("fc", Linear(out_features=2)))
    first, second = (line for line in to_text(report_of(design)).splitlines() if "(Linear)" in line)
    assert len(second) - len(first) == 2


def test_rows_before_an_error() -> None:
    """The rows of a network that fails further down render, without totals where none are wanted."""
    design = Design.chain((1, 8, 8), Conv2d(out_channels=2, kernel_size=3), Flatten(), Linear(5, 2))
    with pytest.raises(ShapeError) as caught:
        list(rows(design))
    assert caught.value.report is not None
    text = to_text(caught.value.report, totals=False)
    assert "flatten1 (Flatten)" in text
    assert "fc1" not in text
    assert "Total" not in text


def test_no_rows_at_all() -> None:
    """A design without nodes gives out what it is given."""
    report = report_of(Design("empty", (3, 8, 8), ()))
    assert "Output shape      3x8x8" in str(report)
    assert "Flatten" not in str(report)
    assert "- Total parameters: 0" in to_markdown(report)
    assert "<tbody>\n</tbody>" in to_html(report)


def test_parameters_that_were_never_used() -> None:
    """Parameters outside the forward are told beside the totals, a few of them by name."""
    unused = [
        Row(f"aux.{number}.weight", "unused", (), (), (10, 100), 1000, 1000, 0, ReceptiveField(()), None)
        for number in range(5)
    ]
    text = to_text(Report("Net", (3,), (), unused=unused))
    assert "Never used        5,000 in aux.0.weight, aux.1.weight, aux.2.weight and 2 more" in text


def test_control_characters_do_not_reach_a_terminal() -> None:
    """A module's name may hold any character; the table keeps to one line each and moves no cursor."""
    text = to_text(strange("a\n\x1b[2Jb"))
    assert "\x1b" not in text
    assert "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[2Jb (__getitem__)" in text


class Cells(HTMLParser):
    """Collects the text of each cell, the tooltips of the rows, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.titles: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        self.titles += [value for name, value in attrs if name == "title" and value]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def test_html_says_what_the_text_says() -> None:
    """The HTML is well formed and has the same cells; a row's tooltip has its formulas."""
    report = report_of(lenet())
    reader = Cells()
    reader.feed(report._repr_html_())
    assert reader.open == []
    assert reader.cells[6:12] == ["conv1 (Conv2d)", "3x32x32", "6x28x28", "456", "352,800", "5"]
    assert reader.cells[-2:] == ["Output shape", "10"]
    assert reader.titles == [row.explanation for row in report]


def test_html_is_escaped_and_has_no_colours() -> None:
    """A name that is HTML stays text, and light and dark notebooks keep their own colours."""
    html = to_html(strange('<script>alert("x")</script>'))
    reader = Cells()
    reader.feed(html)
    assert "script" not in reader.tags
    assert '<script>alert("x")</script> (__getitem__)' in reader.cells
    assert "color" not in html
    assert "background" not in html


def test_markdown_table() -> None:
    """Every line of the Markdown table has the same six cells, numbers to the right, and the totals follow."""
    lines = to_markdown(report_of(lenet())).splitlines()
    assert lines[2] == "| Layer | Input | Output | Parameters | MACs | Receptive field |"
    assert lines[3] == "| --- | --- | --- | ---: | ---: | ---: |"
    assert lines[4] == "| conv1 (Conv2d) | 3x32x32 | 6x28x28 | 456 | 352,800 | 5 |"
    assert {line.count("|") for line in lines if line.startswith("|")} == {7}
    assert "- Total parameters: 62,006" in lines


def test_markdown_escapes() -> None:
    """Bars, stars and the underscores of `__getitem__` stand for themselves; those inside a name stay as they are."""
    line = to_markdown(strange("a|b *c* layer_1")).splitlines()[4]
    assert line.startswith(r"| a\|b \*c\* layer_1 (\_\_getitem\_\_) |")
