"""The diagram in a real browser: selecting, folding, saving, and the other two tabs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.diagram.text import sizes
from cnnshapes import Design, presets
from cnnshapes.formats.link import to_link
from cnnshapes.layers import Conv2d
from cnnshapes.report import report_of
from tests.app.browser import BROWSER

NAMESPACE = "{http://www.w3.org/2000/svg}"

pytestmark = BROWSER


def visit(browser: Browser, address: str, design: Design | None = None, locale: str = "en-US") -> Page:
    """A fresh visitor who came by the link of a design, the picture drawn."""
    page = browser.new_context(viewport={"width": 1440, "height": 1400}, locale=locale).new_page()
    page.goto(address if design is None else f"{address}/?d={to_link(design)}")
    expect(picture(page)).to_be_visible(timeout=60_000)
    return page


def picture(page: Page) -> Locator:
    """The drawing."""
    return page.locator(".st-key-diagram svg")


def button(page: Page, row: str) -> Locator:
    """The box of a row, or what else selects it."""
    return page.locator(f"[role=button][data-row='{row}']")


def face(page: Page, row: str) -> Locator:
    """The front of a box or bar, where one clicks."""
    return button(page, row).locator("[data-face]").first


def test_a_click_and_the_keyboard_select(browser: Browser, server: str) -> None:
    """A click on a box shows its formulas in the inspector; the arrows and Enter, or Space, go on from there."""
    page = visit(browser, server)
    face(page, "conv2").click()
    expect(page.get_by_text("5·5·6·16 + 16 = 2416")).to_be_visible(timeout=30_000)
    expect(button(page, "conv2")).to_have_attribute("aria-pressed", "true")
    expect(button(page, "conv1")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-cell=conv2]")).to_have_attribute("data-holds", "")
    button(page, "conv2").focus()
    page.keyboard.press("ArrowRight")
    expect(button(page, "relu2")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_text("400·120 + 120 = 48120")).to_be_visible(timeout=30_000)
    expect(button(page, "fc1")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Space")
    expect(page.get_by_text("84·10 + 10 = 850")).to_be_visible(timeout=30_000)
    assert page.locator("[role=button][data-row][tabindex='0']").count() == 1
    page.context.close()


def test_svg_and_png_are_saved(browser: Browser, server: str) -> None:
    """The SVG parses and has all shapes, the PNG is one and twice as large; neither fetches anything."""
    page = visit(browser, server)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as SVG").click()
    root = ET.fromstring(Path(waiting.value.path()).read_text(encoding="utf-8"))  # noqa: S314  our own text
    assert waiting.value.suggested_filename == "lenet5.svg"
    written = {element.text for element in root.iter(f"{NAMESPACE}text")}
    assert {sizes(row.output_shape) for row in report_of(presets.preset("lenet5"))} <= written
    assert not [value for element in root.iter() for value in element.attrib.values() if value.startswith("http")]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as PNG").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    assert int.from_bytes(content[16:20], "big") == pytest.approx(2 * float(root.attrib["width"]), abs=2)
    page.context.close()


def test_a_fold_opens_and_closes(browser: Browser, server: str) -> None:
    """A click on a fold shows its layers, one on the name of its frame hides them; Enter does too."""
    page = visit(browser, server, presets.preset("googlenet"))
    assert button(page, "inception3a.branch1.conv").count() == 0
    fold = page.locator("[data-fold='inception3a.*']")
    fold.locator("[data-face]").click()
    expect(button(page, "inception3a.branch1.conv")).to_be_visible(timeout=30_000)
    fold.locator("text").click()
    expect(button(page, "inception3a.branch1.conv")).to_have_count(0, timeout=30_000)
    fold.focus()
    page.keyboard.press("Enter")
    face(page, "inception3a.branch2.1.conv").click(timeout=30_000)
    expect(page.get_by_text("3·3·96·128 = 110592")).to_be_visible(timeout=30_000)
    page.context.close()


def test_the_other_tabs(browser: Browser, server: str) -> None:
    """The bars say what they show and select on a click; the field follows the selected row and its sliders."""
    page = visit(browser, server)
    page.get_by_role("tab", name="Where it sits").click()
    expect(page.get_by_text("fc1 has the largest share: 77.6%.")).to_be_visible(timeout=30_000)
    bars = page.locator(".js-plotly-plot .barlayer path")
    expect(bars).to_have_count(5, timeout=60_000)
    bars.nth(1).click(force=True)  # what lies above it listens for it
    expect(page.get_by_text("5·5·6·16 + 16 = 2416")).to_be_visible(timeout=30_000)
    page.get_by_role("radio", name="MACs").click()
    expect(page.get_by_text("conv1 has the largest share: 54.1%.")).to_be_visible(timeout=30_000)
    page.get_by_role("tab", name="Receptive field").click()
    expect(page.get_by_text("row 10 to 23; column 10 to 23")).to_be_visible(timeout=30_000)
    page.get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("row 0 to 13; column 10 to 23")).to_be_visible(timeout=30_000)
    page.context.close()


def test_a_field_beyond_the_picture_in_korean(browser: Browser, server: str) -> None:
    """Padding that is seen is hatched and said, in the reader's language."""
    design = Design.chain((1, 8, 8), Conv2d(out_channels=2, kernel_size=5, padding=2), name="padded")
    page = visit(browser, server, design, locale="ko-KR")
    expect(page.get_by_role("button", name="SVG로 저장")).to_be_visible()
    page.get_by_role("tab", name="수용 영역").click()
    expect(page.get_by_text("행 2부터 6까지")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("패딩까지 봅니다")).to_be_hidden()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("행 −2부터 2까지")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("패딩까지 봅니다")).to_be_visible()
    page.context.close()


def test_the_picture_of_an_impossible_design(browser: Browser, server: str) -> None:
    """What works is drawn, what fails says so in the picture, and the page stays as wide as a narrow window."""
    design = presets.preset("lenet5").with_layer("conv2", Conv2d(out_channels=16, kernel_size=30))
    context = browser.new_context(viewport={"width": 420, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/?d={to_link(design)}")
    expect(button(page, "conv2")).to_contain_text("cannot be computed", timeout=60_000)
    expect(button(page, "pool1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
