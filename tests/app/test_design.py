"""The page one designs on, in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from app.design.grid import HEADER, ROW, WIDTHS
from cnnshapes import Design, presets
from cnnshapes.formats.link import to_link
from cnnshapes.report import report_of
from tests.app.browser import BROWSER, settled

pytestmark = BROWSER


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all visitors, which keeps what it has loaded of Streamlit itself."""
    opened = browser.new_context(viewport={"width": 1440, "height": 950})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    """A fresh visitor on the page, loaded."""
    visited = context.new_page()
    visited.goto(server)
    loaded(visited)
    yield visited
    visited.close()


def loaded(page: Page) -> None:
    """Wait until the grid is drawn."""
    expect(grid(page)).to_be_visible(timeout=30_000)
    drawn(page)


def grid(page: Page) -> Locator:
    """The grid of layers."""
    return page.get_by_test_id("stDataFrame")


def total(page: Page, name: str) -> Locator:
    """The value of one of the totals."""
    return page.get_by_test_id("stMetric").filter(has_text=name).get_by_test_id("stMetricValue")


def cell(page: Page, row: int, column: str) -> tuple[float, float]:
    """Where a cell of the grid, which is a canvas, has its text in the page."""
    names = list(WIDTHS)
    before = sum(WIDTHS[name] for name in names[: names.index(column)])
    box = grid(page).bounding_box()
    assert box is not None
    before = round(before * max(1, box["width"] / sum(WIDTHS.values())))  # the columns share what is left over
    return box["x"] + before + 25, box["y"] + HEADER + ROW * row + ROW / 2


def type_into(page: Page, row: int, column: str, text: str) -> None:
    """Type into a cell as a user does: click, type, Enter; the first key opens an editor over the cell."""
    expect(page.get_by_text("torch is being asked")).to_be_hidden(timeout=60_000)
    drawn(page)
    x, y = cell(page, row, column)
    page.mouse.click(x, y)
    page.wait_for_timeout(100)
    page.keyboard.type(text[0])
    expect(page.locator(".gdg-input")).to_be_focused()
    page.keyboard.type(text[1:], delay=60)
    page.wait_for_timeout(250)
    page.keyboard.press("Enter")


def drawn(page: Page) -> None:
    """Wait until no answer is under way: the grid takes the focus for an instant when one arrives."""
    settled(page)
    page.wait_for_timeout(250)


def button(page: Page, name: str) -> Locator:
    """A button by what it says or stands for."""
    return page.get_by_role("button", name=name, exact=True)


def test_the_first_kernel_changes_the_flatten_size(page: Page) -> None:
    """LeNet-5 is there at once; each edit changes the totals, the address holds the design, and a refresh keeps it."""
    expect(total(page, "Parameters")).to_have_text("62,006")
    expect(total(page, "Flatten size")).to_have_text("400")
    type_into(page, 0, "kernel", "7")
    expect(total(page, "Flatten size")).to_have_text("256", timeout=30_000)
    type_into(page, 3, "out", "32")
    expect(total(page, "Flatten size")).to_have_text("512", timeout=30_000)
    type_into(page, 0, "kernel", "5")
    expect(total(page, "Flatten size")).to_have_text("800", timeout=30_000)
    assert "?d=" in page.url
    page.reload()
    loaded(page)
    expect(total(page, "Flatten size")).to_have_text("800", timeout=30_000)


def test_undo_goes_back_step_by_step(page: Page) -> None:
    """Keys and buttons take edits back and repeat them; the history goes back several at once, by their names."""
    type_into(page, 0, "kernel", "7")
    expect(total(page, "Flatten size")).to_have_text("256", timeout=30_000)
    page.keyboard.press("Control+z")
    expect(total(page, "Flatten size")).to_have_text("400", timeout=30_000)
    page.keyboard.press("Control+Shift+z")
    expect(total(page, "Flatten size")).to_have_text("256", timeout=30_000)
    type_into(page, 3, "out", "32")
    expect(total(page, "Flatten size")).to_have_text("512", timeout=30_000)
    page.get_by_role("button", name="History").click()
    page.get_by_text("Undo 2: conv1: kernel_size 7").click()
    expect(total(page, "Flatten size")).to_have_text("400", timeout=30_000)
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="classifier –").click()
    expect(total(page, "Parameters")).to_have_text("69,402", timeout=30_000)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def history(page: Page) -> list[str]:
    """What the history offers to take back."""
    opener = page.get_by_role("button", name="History")
    if opener.is_disabled():
        return []
    opener.click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    said = page.get_by_role("menuitem").all_inner_texts()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem")).to_have_count(0)
    return said


def test_undo_with_the_keys_held(page: Page) -> None:
    """Keys pressed faster than the page answers take back steps and repeat them, and record none of their own."""
    for label, text in (
        ("As PyTorch", "nn.Conv2d(3, 8, kernel_size=7)"),
        ("Input", "3x40x40"),
        ("Name", "mine"),
        ("As PyTorch", "nn.Conv2d(3, 9, kernel_size=7)"),
        ("Input", "3x44x44"),
        ("Name", "ours"),
    ):
        before = page.url
        page.get_by_role("textbox", name=label).fill(text)
        page.get_by_role("textbox", name=label).press("Enter")
        drawn(page)
        expect(page).not_to_have_url(before)  # each step has an address of its own
    before = page.url
    type_into(page, 0, "out", "7")
    expect(page.get_by_role("button", name="Undo")).to_have_count(1)
    drawn(page)
    expect(page).not_to_have_url(before)
    design, steps = page.url, history(page)
    assert len(steps) == 7
    undo, redo = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Redo")
    for delay in (30, 50, 80):
        for key, button_of_it in (("Control+z", undo), ("Control+Shift+z", redo)):
            for _ in range(20):
                page.keyboard.press(key)
                page.wait_for_timeout(delay)
            expect(button_of_it).to_be_disabled()
            drawn(page)
            taken_back = key == "Control+z"
            assert len(history(page)) == (0 if taken_back else 7)
            (expect(page).not_to_have_url if taken_back else expect(page).to_have_url)(design)
    assert history(page) == steps


def test_an_impossible_layer_says_why_and_can_be_mended(page: Page) -> None:
    """A kernel too large is kept with its reason; repairs say what they cost, and one click mends the network."""
    type_into(page, 3, "kernel", "30")
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text("conv2 (Conv2d): a 30×30 kernel does not fit the 14×14 input.", timeout=30_000)
    expect(total(page, "Parameters")).to_have_text("–")
    type_into(page, 0, "out", "8")  # what is impossible elsewhere stays, and stands in nobody's way
    expect(page.get_by_role("combobox", name="Row")).to_have_value("conv1", timeout=30_000)
    expect(alert).to_contain_text("a 30×30 kernel")
    page.get_by_role("button", name="kernel_size ≤ 14").filter(has_text="parameters").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0, timeout=30_000)
    expect(total(page, "Flatten size")).to_have_text("16")


def test_the_step_that_made_it_impossible_is_undone(page: Page) -> None:
    """Where an edit further up is what leaves no room, it can be taken back by its name, or made smaller."""
    type_into(page, 0, "kernel", "30")
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text("conv2 (Conv2d): a 5×5 kernel does not fit the 1×1 input.", timeout=30_000)
    expect(page.get_by_role("button", name="kernel_size ≤ 21 at conv1")).to_be_visible()
    page.get_by_role("button", name="Undo: conv1: kernel_size 30").click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0, timeout=30_000)
    expect(total(page, "Flatten size")).to_have_text("400")


def test_what_cannot_be_read_stays(page: Page) -> None:
    """Text that is no number stays in its cell with a sentence, others can be edited meanwhile, and it can be left."""
    type_into(page, 0, "kernel", "5a")
    sentence = page.get_by_text('conv1: kernel_size: "5a" is not a whole number or one per axis.')
    expect(sentence).to_be_visible(timeout=30_000)
    type_into(page, 3, "out", "32")
    expect(total(page, "Flatten size")).to_have_text("800", timeout=30_000)
    expect(sentence).to_be_visible()
    button(page, "Back to the last good value").click()
    expect(sentence).to_be_hidden(timeout=30_000)
    expect(total(page, "Flatten size")).to_have_text("800")


def test_a_row_reads_another(page: Page) -> None:
    """A name in the column `from` makes a branch, and a wrong one says what it can be."""
    type_into(page, 2, "from", "conv1")
    expect(page.get_by_test_id("stCode").first).to_contain_text("⌊(28 − 2 + 2·0) / 2⌋", timeout=30_000)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    type_into(page, 1, "from", "conv9")
    expect(page.get_by_text('relu1 reads "conv9", which does not come before it')).to_be_visible(timeout=30_000)


def test_structure(page: Page) -> None:
    """Add, duplicate, move and delete act on the row looked at, which follows; what cannot be done is disabled."""
    row = page.get_by_role("combobox", name="Row")
    expect(button(page, "Up")).to_be_disabled()
    button(page, "Add after").click()
    expect(row).to_have_value("conv3", timeout=30_000)
    expect(button(page, "Up")).to_be_enabled()
    button(page, "Up").click()
    expect(button(page, "Up")).to_be_disabled(timeout=30_000)
    button(page, "Duplicate").click()
    expect(row).to_have_value("conv4", timeout=30_000)
    button(page, "Delete").click()
    expect(row).to_have_value("conv1", timeout=30_000)
    button(page, "Add before").click()
    expect(row).to_have_value("conv4", timeout=30_000)


def test_a_shortcut_and_an_inception(page: Page) -> None:
    """Branches are offered with what they do and cost, and torch agrees with what is made."""
    page.get_by_role("button", name="Branch").click()
    expect(page.get_by_text("the shortcut is a 1×1 convolution to 6 channels")).to_be_visible(timeout=30_000)
    button(page, "Add a shortcut").click()
    expect(total(page, "Flatten size")).to_have_text("576", timeout=30_000)
    expect(page.get_by_text("Torch agrees on every row")).to_be_visible(timeout=60_000)
    drawn(page)
    page.keyboard.press("Control+z")
    expect(total(page, "Flatten size")).to_have_text("400", timeout=30_000)
    drawn(page)
    page.get_by_role("button", name="Branch").click()
    button(page, "Make branches").click()
    expect(page.get_by_role("combobox", name="Row")).to_have_value("cat1", timeout=30_000)


def test_the_layer_as_code(page: Page) -> None:
    """The line of PyTorch edits the layer; what is no layer gets a sentence and stays."""
    code = page.get_by_role("textbox", name="As PyTorch")
    expect(code).to_have_value("nn.Conv2d(3, 6, kernel_size=5)")
    code.fill("nn.Conv2d(3, 6, kernel_size=7)")
    code.press("Enter")
    expect(total(page, "Flatten size")).to_have_text("256", timeout=30_000)
    drawn(page)
    code.fill("nn.Conv9d(3, 6)")
    code.press("Enter")
    expect(
        page.get_by_text("`nn.Conv9d` is no layer").or_(page.get_by_text("is no layer that is known"))
    ).to_be_visible(timeout=30_000)
    expect(code).to_have_value("nn.Conv9d(3, 6)")


def test_advice_and_memory(page: Page) -> None:
    """What is worth a look leads to its row and sentence; a smaller GPU holds a smaller batch."""
    button(page, "pool2: sees too little").click()
    expect(page.get_by_text("Each position of the last map sees 16x16 of the 32x32 input")).to_be_visible(
        timeout=10_000
    )
    expect(total(page, "Largest batch, 8 GiB")).to_have_text("81,484")
    drawn(page)
    page.get_by_role("button", name="GPU").click()
    page.get_by_role("spinbutton", name="Memory of the GPU in GiB").fill("4")
    page.get_by_role("spinbutton", name="Memory of the GPU in GiB").press("Enter")
    expect(total(page, "Largest batch, 4 GiB")).to_have_text("40,737", timeout=30_000)


def test_a_selected_row_shows_its_formulas(page: Page) -> None:
    """A click on a row's name shows its formulas with the numbers put in."""
    expect(page.get_by_test_id("stCode").first).to_contain_text("⌊(32 − 5 + 2·0) / 1⌋ + 1 = 28")
    page.mouse.click(*cell(page, 6, "name"))
    flatten = "5·5·16 = 400 (16 filters of conv2, 5 = ((32 − 4)/2 − 4)/2)"
    expect(page.get_by_test_id("stCode").first).to_contain_text(flatten, timeout=30_000)


def test_torch_agrees(page: Page) -> None:
    """Torch's word on every row arrives by itself, and an open cell stays open; the CSV re-adds to the totals."""
    x, y = cell(page, 0, "kernel")
    page.mouse.click(x, y)
    page.wait_for_timeout(100)
    page.keyboard.type("1")
    expect(page.get_by_text("Torch agrees on every row")).to_be_visible(timeout=60_000)
    expect(page.locator(".gdg-input")).to_have_value("1")
    page.keyboard.press("Escape")
    with page.expect_download() as waiting:
        button(page, "Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert ",".join(rows[0]) == "name,layer,inputs,input_shape,output_shape,parameters,trainable,macs,receptive_field"
    assert sum(int(row["parameters"]) for row in rows) == 62_006


def test_a_network_begins_from_nothing(context: BrowserContext, server: str) -> None:
    """Without any layer the page says how to begin, and nothing of torch; a click on Add gives the first row."""
    visited = context.new_page()
    visited.goto(f"{server}/?d={to_link(Design('mine', (3, 32, 32), ()))}")
    expect(visited.get_by_test_id("stAlert")).to_contain_text("Choose one in the box above", timeout=30_000)
    expect(visited.get_by_text("Torch agrees")).to_be_hidden()
    settled(visited)
    button(visited, "Add").click()
    loaded(visited)
    expect(total(visited, "Output")).to_contain_text("× 30 × 30")
    visited.close()


@pytest.mark.parametrize("text", ["broken", to_link(presets.preset("vgg11"))[:-9]])
def test_a_broken_link_warns(context: BrowserContext, server: str, text: str) -> None:
    """A link that holds no design warns, on whichever page it opens, and opens LeNet-5."""
    visited = context.new_page()
    visited.goto(f"{server}/?d={text}")
    loaded(visited)
    expect(visited.get_by_test_id("stAlert")).to_contain_text("LeNet-5 is shown instead")
    expect(total(visited, "Parameters")).to_have_text("62,006")
    visited.goto(f"{server}/solve?d={text}")
    expect(visited.get_by_test_id("stAlert")).to_contain_text("LeNet-5 is shown instead")
    visited.close()


def test_the_name_of_the_page_leads_to_it(context: BrowserContext, server: str) -> None:
    """The first page opens by its name too, with the link's network and in the link's language."""
    visited = context.new_page()
    visited.goto(f"{server}/design?lang=ko&d={to_link(presets.preset('vgg11'))}")
    loaded(visited)
    expect(visited.get_by_role("dialog")).to_have_count(0)
    expect(visited.get_by_role("link", name="설계")).to_have_count(1)
    expect(total(visited, "파라미터")).to_have_text(f"{report_of(presets.preset('vgg11')).total_params:,}")
    visited.close()


def test_a_link_goes_along(context: BrowserContext, server: str) -> None:
    """Whoever came by a link and chose a language has both in the address of every page, and after a refresh."""
    link = to_link(presets.preset("classifier"))
    visited = context.new_page()
    visited.goto(f"{server}/?d={link}")
    loaded(visited)
    visited.get_by_text("한국어").click()
    visited.get_by_role("link", name="비교").click()
    for part in ("lang=ko", f"d={re.escape(link)}"):
        expect(visited).to_have_url(re.compile(rf"/compare\?.*{part}"))
    visited.get_by_role("link", name="설계").click()
    expect(visited).to_have_url(re.compile(rf"{server}/\?.*{re.escape(link)}"))
    visited.reload()
    loaded(visited)
    expect(total(visited, "파라미터")).to_have_text("69,402")


def test_back_goes_from_page_to_page(page: Page) -> None:
    """The browser's Back leads to the page before, however much was edited, and leaves the edits."""
    page.get_by_role("link", name="Solve").click()
    expect(page.get_by_text("A window for a size")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Design").click()
    loaded(page)
    for _ in range(2):
        settled(page)
        button(page, "Duplicate").click()
        expect(page).to_have_url(re.compile(r"\?d="))
    page.get_by_role("link", name="Learn").click()
    expect(page).to_have_url(re.compile(r"/learn\?d="), timeout=60_000)
    settled(page)
    page.go_back()
    loaded(page)
    settled(page)
    page.go_back()
    expect(page.get_by_text("A window for a size")).to_be_visible(timeout=60_000)


def test_in_korean(browser: Browser, server: str) -> None:
    """A Korean browser gets the page in Korean, with the same columns in the same places."""
    context = browser.new_context(viewport={"width": 1440, "height": 950}, locale="ko-KR")
    visited = context.new_page()
    visited.goto(server)
    expect(grid(visited)).to_be_visible(timeout=60_000)
    expect(total(visited, "파라미터")).to_have_text("62,006")
    type_into(visited, 0, "kernel", "7")
    expect(total(visited, "펼친 크기")).to_have_text("256", timeout=30_000)
    context.close()


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-US"), (1366, "ko-KR")])
def test_all_columns_fit(browser: Browser, server: str, width: int, locale: str) -> None:
    """The grid has room for its last column, and the header stands in one row, on a small laptop."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
    visited = context.new_page()
    visited.goto(server)
    loaded(visited)
    box = grid(visited).bounding_box()
    assert box is not None
    assert box["width"] >= sum(WIDTHS.values())
    named = re.compile("Undo|Redo|History|실행|이력")
    tops = {button.bounding_box()["y"] for button in visited.get_by_role("button", name=named).all()}  # type: ignore[index]
    assert len(tops) == 1
    context.close()


def test_the_drawer_of_a_phone_is_closed(browser: Browser, server: str) -> None:
    """The choice of the language does not lie over the button that closes the drawer."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    visited = context.new_page()
    visited.goto(server)
    loaded(visited)
    visited.get_by_test_id("stExpandSidebarButton").click()
    visited.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click(timeout=5_000)
    expect(visited.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    context.close()


def watched(page: Page) -> list[str]:
    """The addresses that the page asks for from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return asked


@pytest.mark.parametrize("path", ["", "compare", "learn"])
def test_the_language_there_and_back(context: BrowserContext, server: str, path: str) -> None:
    """What was chosen in a box is shown in the new language, and is still chosen back in the old one."""
    visited = context.new_page()
    visited.goto(f"{server}/{path}")
    box = visited.get_by_role("combobox").nth(2 if path == "compare" else 0)
    for language, chosen in (("한국어", "노트|없음"), ("English", "notes|None")):
        visited.get_by_role("radio", name=language).click()
        expect(box).to_have_value(re.compile(chosen), timeout=30_000)
        drawn(visited)
    expect(visited.get_by_test_id("stException")).to_have_count(0)
    visited.close()


def test_nothing_is_fetched_from_outside(browser: Browser, server: str) -> None:
    """The page asks no other server for anything, in light or dark, wide or narrow."""
    themes: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 420))
    for scheme, width in themes:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        visited = context.new_page()
        asked = watched(visited)
        visited.goto(server)
        loaded(visited)
        folder = os.environ.get("CNNSHAPES_SCREENSHOTS")
        if folder:
            visited.screenshot(path=f"{folder}/{scheme}-{width}.png")
        assert asked
        foreign = [url for url in asked if not url.startswith((server, server.replace("http", "ws"), "data:", "blob:"))]
        assert not foreign
        context.close()
