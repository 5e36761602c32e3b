"""The page's Compare: what its tables hold, and in a real browser, what it shows and opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.compare.chart import PATTERNS, figure, largest
from app.compare.lessons import learned, titles
from app.compare.sides import SIDES, opened
from app.compare.tables import ALONE, DIFFERENT, MOST_WIDE, _colours, _differences, cells, width
from cnnshapes import DesignError, InputError, presets
from cnnshapes.compare import Comparison, compared
from cnnshapes.formats.link import to_link
from cnnshapes.layers import Conv2d
from cnnshapes.presets.comparisons import SIDE_BY_SIDE
from cnnshapes.report import report_of
from tests.app.browser import in_browser, settled


def of(*names: str) -> Comparison:
    """The comparison of presets."""
    return compared(*(report_of(presets.preset(name)) for name in names))


def test_the_notes_comparisons_are_all_there() -> None:
    """Each comparison of the notes has a title and what is learned from it; no more stand side by side than fit."""
    assert set(titles()) == set(SIDE_BY_SIDE)
    assert all(learned(names) for names in SIDE_BY_SIDE)
    assert max(map(len, SIDE_BY_SIDE)) <= SIDES == len(PATTERNS)
    assert learned(("lenet5", "vgg16")) == ""


def test_what_is_learned_is_so() -> None:
    """The numbers in the sentences are those of the presets."""
    for names in SIDE_BY_SIDE[:2]:
        counts = of(*names).totals[0].values
        assert all(f"{count:,}" in learned(names) for count in counts)
    plain, residual, dense = (report_of(presets.preset(name)) for name in SIDE_BY_SIDE[2])
    assert plain.total_params == residual.total_params
    assert dense.output_shape[0] > plain.output_shape[0]
    heads = [report_of(presets.preset(name))[-1].input_shapes[0][0] for name in SIDE_BY_SIDE[3]]
    assert all(f"{features:,}" in learned(SIDE_BY_SIDE[3]) for features in heads)
    big = of(*SIDE_BY_SIDE[4])
    assert big.totals[0].values == tuple(sorted(big.totals[0].values))
    weighted = [sum(bool(row.weights) and row.kind in ("Conv2d", "Linear") for row in each) for each in big.reports]
    assert weighted[0] == max(weighted)
    linears = [sum(row.kind == "Linear" for row in report) for report in big.reports]
    assert linears == [1, 3, 3]
    one, two = (report_of(presets.preset(name)) for name in SIDE_BY_SIDE[5])
    convs = [(a.params, b.params) for a, b in zip(one, two, strict=True) if a.params != b.params]
    assert len(convs) == 3
    assert all(a > b for a, b in convs)


def test_what_differs_is_said_and_coloured() -> None:
    """A cell is coloured just where its row says that it differs, and a row without counterpart says where it is."""
    found = of("plain_block", "residual_block")
    frame = cells(found, found.lines)
    styles = _colours(frame, found.lines)
    for (_, told), (_, style), line in zip(frame.iterrows(), styles.iterrows(), found.lines, strict=True):
        assert (told["differs"] == "") == line.same
        assert ("only in residual_block" in told["differs"]) == (line.missing == (0,))
        assert (style["name1"] == ALONE) == (line.missing == (0,))
        assert (style["output1"] == DIFFERENT) == ("output" in line.differing)


def test_differences_in_words() -> None:
    """A difference has its sign and the ratio; equal totals say so."""
    parameters, *_, field = of("vgg_3x3_twice", "vgg_5x5_once").totals
    assert _differences(parameters) == ["+114,688 (× 1.39)"]
    assert _differences(field) == ["="]


def test_columns_are_as_wide_as_their_texts() -> None:
    """The longest text decides, Korean letters take more room, and one column leaves room for others."""
    long = "≠ arguments, parameters, MACs, receptive field"
    assert width(["Differs", "", long]) == width([long]) > width(["Differs"])
    assert width(["다른 점"]) > width(["none"])
    assert width([long * 9]) == MOST_WIDE


def test_the_chart_has_all_parameters() -> None:
    """The bars of each network add up to its parameters, and the text in its place names the largest."""
    found = of("googlenet", "alexnet", "vgg16")
    for trace, total in zip(figure(found, "params").data, found.totals[0].values, strict=True):
        assert sum(trace.y) == total
    assert largest(found, "params").endswith("vgg16 classifier.0 (102,764,544)")


def test_a_link_or_json_is_opened() -> None:
    """A whole link, its value alone, and JSON give the design; what is neither says so."""
    design = presets.preset("lenet5_1998")
    link = to_link(design)
    for text in (f"http://localhost:8501/compare?lang=ko&d={link}", f"  {link}\n", design.to_json()):
        assert opened(text) == design
    with pytest.raises(InputError, match=r"has \?d= in it"):
        opened("http://localhost:8501/")
    with pytest.raises(InputError, match="cut short"):
        opened(link[:-5])
    with pytest.raises(DesignError, match="not JSON"):
        opened("{")


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh visitor on the page, which opens on the notes' first comparison."""
    context = browser.new_context(viewport={"width": 1440, "height": 1200})
    visited = context.new_page()
    visited.goto(f"{server}/compare")
    expect(visited.get_by_test_id("stTable")).to_be_visible(timeout=60_000)
    yield visited
    context.close()


def choose(page: Page, side: str, name: str) -> None:
    """Choose what stands on a side."""
    settled(page)
    page.get_by_role("combobox", name=side).click()
    page.get_by_role("combobox", name=side).fill(name)
    page.get_by_role("option", name=name, exact=True).click()


@in_browser
def test_the_notes_comparisons_are_one_click_each(page: Page) -> None:
    """The first opens by itself; a click on another shows its totals, the difference, the ratio and what is learned."""
    table = page.get_by_test_id("stTable")
    expect(table).to_contain_text("+114,688 (× 1.39)")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Two 3×3 convolutions see the same 5×5 pixels")
    page.get_by_text("GoogLeNet, AlexNet, VGG").click()
    expect(table).to_contain_text("+131,732,640 (× 20.9)")
    expect(page.get_by_test_id("stAlert")).to_contain_text("GoogLeNet has the most layers and the fewest parameters")
    expect(page.get_by_text("A row for each block")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert sum(int(row["vgg16: parameters"] or 0) for row in rows) == 138_357_544


@in_browser
def test_any_designs(page: Page) -> None:
    """A preset beside pasted JSON of a changed one: only what differs is shown if asked, and the left one opens."""
    changed = presets.preset("lenet5").with_layer("conv2", Conv2d(out_channels=32, kernel_size=5))
    choose(page, "Left", "lenet5")
    choose(page, "Right", "From a link or JSON …")
    page.get_by_label("Link or JSON of a design").fill("{broken")
    page.get_by_label("Link or JSON of a design").press("Control+Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("this is not JSON")
    settled(page)
    page.get_by_label("Link or JSON of a design").fill(changed.to_json())
    page.get_by_label("Link or JSON of a design").press("Control+Enter")
    expect(page.get_by_text("lenet5 (2) − lenet5", exact=True)).to_be_visible()
    expect(page.get_by_text("12 rows side by side, 7 of them alike.")).to_be_visible()
    page.get_by_text("Only rows that differ").click()
    expect(page.get_by_test_id("stDataFrame").locator("tbody tr")).to_have_count(5)
    page.get_by_role("button", name="Open lenet5 in the designer").last.click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=60_000)
    assert "/compare" not in page.url
    assert f"d={to_link(changed)}" in page.url


@in_browser
def test_in_korean(browser: Browser, server: str) -> None:
    """The page compares in the browser's language."""
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(f"{server}/compare")
    page.get_by_text("기본, 잔차, 밀집 블록").click(timeout=60_000)
    expect(page.get_by_test_id("stAlert")).to_contain_text("잔차 블록의 덧셈에는 파라미터가 들지 않고")
    expect(page.get_by_test_id("stTable")).to_contain_text("마지막 특성 맵의 수용 영역")
    context.close()
