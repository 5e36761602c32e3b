"""The page's Solve: what it offers, and in a real browser, what a click does to the design."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.solve import pictures
from app.solve.budget import amount, figure, told
from app.solve.window import matching
from cnnshapes import Design, presets
from cnnshapes.formats.link import to_link
from cnnshapes.layers import Conv2d, Flatten, Linear
from cnnshapes.solve import settings
from cnnshapes.widths import Fit, curve, fit
from tests.app.browser import in_browser, settled


def test_windows_are_filtered() -> None:
    """Only the windows that have all that was wished for are left, in their order."""
    found = settings(32, 16)
    kept = matching(found, {"kernel_size": 3, "dropped": 0})
    assert kept
    assert kept == [one for one in found if one.kernel_size == 3 and one.dropped == 0]
    assert matching(found, {}) == found


@pytest.mark.parametrize("limit", [30_000, 10_000_000])
def test_the_curve_marks_both_networks(limit: int) -> None:
    """The chart has the budget, what is now and what is fitted by words, and its line reaches the fitted one."""
    lenet = presets.preset("lenet5")
    found = fit(lenet, "parameters", limit)
    drawn = figure("parameters", limit, found, curve(lenet), "Parameters")
    words = {word: (trace.x[0], trace.y[0]) for trace in drawn.data for word in trace.text or () if word}
    assert words["now"] == (1, 62_006)
    assert words["fitted"] == (found.after.factor, found.after.parameters)
    assert words["budget"][1] == limit
    assert min(drawn.data[0].x) <= found.after.factor <= max(drawn.data[0].x)


def test_amounts() -> None:
    """Counts are grouped, bytes in their unit."""
    assert amount("macs", 651_720) == "651,720"
    assert amount("memory", 3 * 2**29) == "1.50 GiB"


def test_one_feature() -> None:
    """One feature is one."""
    assert [pictures.amount(1), pictures.amount(1_600)] == ["1 feature", "1,600 features"]


def test_the_fit_in_words() -> None:
    """A factor is told where there is one; widths that can stay, or nearly so, are not multiplied by 1."""
    lenet = presets.preset("lenet5")

    def words(limit: int) -> str:
        return told(lenet, "parameters", limit, fit(lenet, "parameters", limit))

    assert words(62_006) == "The widths can stay as they are: the network takes 62,006 of 62,006 parameters."
    assert re.fullmatch(
        r"With all widths but the output's × 0\.\d+, the network takes [\d,]+ of 30,000 parameters\.", words(30_000)
    )
    found = fit(lenet, "parameters", 30_000)
    close = Fit(found.design, found.edits, found.before, found.after._replace(factor=1.0004))
    assert told(lenet, "parameters", 62_100, close).startswith("With widths close to those of now, ")
    assert words(10**18).startswith("Wider than × 4,096 is not tried; there it takes ")


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh visitor on the page with LeNet-5."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    visited = context.new_page()
    visited.goto(f"{server}/solve")
    expect(visited.get_by_role("button", name="Use in conv1")).to_be_visible(timeout=60_000)
    yield visited
    context.close()


def fill(page: Page, label: str, text: str) -> None:
    """Type into a field and press Enter."""
    settled(page)
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


@in_browser
def test_a_window_is_used(page: Page) -> None:
    """16×16 is wanted, the plainest window comes first, one click sets it in conv1, and undo takes it back."""
    fill(page, "I want out", "16")
    expect(page.get_by_text("32 → 16: 91 windows")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_checked()
    page.get_by_text("kernel_size=3, stride=2, padding=1").click()
    expect(page.get_by_text("Parameters 62,006 → 21,398")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Use in conv1").click()
    expect(page.get_by_text("conv1 has kernel_size=3, stride=2, padding=1.")).to_be_visible()
    expect(page.get_by_text("It reads 32 × 32 and now gives 16 × 16.")).to_be_visible()
    assert "?d=" in page.url
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It reads 32 × 32 and now gives 28 × 28.")).to_be_visible()


@in_browser
def test_same_padding_or_why_not(page: Page) -> None:
    """A kernel of 5 gets padding 2; for one of 4 the page says why there is none, and a convolution gets "same"."""
    page.get_by_text("Same padding").click()
    expect(page.get_by_text("32 → 32 with padding = 2")).to_be_visible()
    fill(page, "kernel_size", "4")
    expect(page.get_by_test_id("stAlert")).to_contain_text("1 at the near end and 2 at the far one")
    page.get_by_role("button", name="Use in conv1").click()
    expect(page.get_by_text("conv1 keeps the size.")).to_be_visible()
    expect(page.get_by_text("It reads 32 × 32 and now gives 32 × 32.")).to_be_visible()


@in_browser
def test_pictures_for_a_linear(browser: Browser, server: str) -> None:
    """A design whose in_features was written down for another picture computes with the one that is found."""
    broken = Design.chain(
        (3, 32, 32), Conv2d(out_channels=8, kernel_size=3), Flatten(), Linear(in_features=1800, out_features=10)
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server}/solve?d={to_link(broken)}")
    page.get_by_text("Pictures for a Linear").click(timeout=60_000)
    expect(page.get_by_test_id("stAlert")).to_contain_text("1800")
    expect(page.get_by_text("3 × 17 × 17 gives 1,800 features.")).to_be_visible()
    page.get_by_role("button", name="Use 3 × 17 × 17 as the input").click()
    expect(page.get_by_text("The input is 3 × 17 × 17.")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_be_hidden()
    fill(page, "in_features that should reach it", "1801")
    expect(page.get_by_test_id("stAlert")).to_contain_text("The nearest that one gives: 1,800, 2,048.")
    context.close()


@in_browser
def test_widths_for_a_budget(page: Page) -> None:
    """The budget is kept, the chart says so in words, one step does it; what nothing fits is said in a sentence."""
    page.get_by_text("Widths for a budget").click()
    fill(page, "At most", "30000")
    fitted = fit(presets.preset("lenet5"), "parameters", 30_000).after
    expect(page.get_by_text(f"takes {fitted.parameters:,} of 30,000 parameters.")).to_be_visible()
    expect(page.get_by_test_id("stTable")).to_contain_text(re.compile(f"62,006.*{fitted.parameters:,}"))
    chart = page.get_by_test_id("stPlotlyChart")
    expect(chart.get_by_text("fitted", exact=True)).to_be_visible()
    page.get_by_role("button", name="Use these widths").click()
    expect(page.get_by_text(f"Now {fitted.parameters:,}.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Now 62,006.")).to_be_visible()
    fill(page, "At most", "10")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Even with the narrowest widths")


@in_browser
@pytest.mark.parametrize("path", ["solve", "compare"])
def test_a_name_from_a_link_stays_text(browser: Browser, server: str, path: str) -> None:
    """A design called like Markdown of a picture is shown by that name, and no picture is asked for."""
    name = "![x](http://127.0.0.1:9/a.png)"
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/{path}?d={to_link(Design(name, (3, 32, 32), presets.preset('lenet5').nodes))}")
    if path == "compare":
        side = page.get_by_role("combobox", name="Left")
        side.wait_for(timeout=60_000)
        settled(page)
        side.click()
        side.fill("The design on the page")
        side.press("Enter")
        expect(page.get_by_test_id("stTable")).to_contain_text(name)
    else:
        expect(page.get_by_text(name)).to_be_visible(timeout=60_000)
    assert not [url for url in asked if "a.png" in url]
    context.close()


@in_browser
def test_in_korean(browser: Browser, server: str) -> None:
    """The page asks and answers in the browser's language."""
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(f"{server}/solve")
    expect(page.get_by_role("button", name="conv1에 적용")).to_be_visible(timeout=60_000)
    fill(page, "원하는 출력 크기", "16")
    expect(page.get_by_text("32 → 16: 윈도 91개")).to_be_visible()
    context.close()
