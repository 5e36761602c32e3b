"""The Train page in a real browser: start, watch, reload, cancel, results; and who may start jobs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.train import results, starting
from cnnshapes.training.recipe import RECIPES
from tests.app.browser import BROWSER, settled


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A fresh visitor on the page."""
    context = browser.new_context(viewport={"width": 1440, "height": 1200})
    visited = context.new_page()
    visited.goto(f"{server}/train")
    expect(visited.get_by_role("button", name="Start")).to_be_visible(timeout=60_000)
    yield visited
    context.close()


def test_the_most_common_mistake() -> None:
    """It is what the pictures below the confusion matrix begin with; where there is none, any cell without one."""
    assert results.most_mistaken([[9, 1, 0], [0, 7, 2], [0, 0, 9]]) == (1, 2)
    assert results.most_mistaken([[9, 0], [0, 9]]) == (0, 1)
    assert results.most_mistaken([[3]]) == (0, 0)


class TestInTheBrowser:
    """One after the other; a server's runs are seen by all its visitors."""

    pytestmark = BROWSER

    def test_a_folder_that_holds_no_such_data(self, page: Page, tmp_path: Path) -> None:
        """It is refused beside its field, in a sentence, and no job is made."""
        page.get_by_role("combobox", name="Pictures").click()
        page.get_by_role("option", name="Class folders of your own").click()
        field = page.get_by_role("textbox", name="Folder of the pictures")
        for typed, said in (
            ("", "folder is read from a folder, and none is given"),
            ("~no such user/pictures", "~no such user/pictures"),
            (str(tmp_path), f"{tmp_path} should have a folder of pictures for each of two or more classes"),
        ):
            field.fill(typed)
            field.press("Enter")
            settled(page)
            page.get_by_role("button", name="Start").click()
            expect(page.get_by_test_id("stAlert").filter(has_text=said)).to_be_visible()
        expect(page.get_by_text("There is no run.")).to_be_visible()

    def test_to_the_end(self, page: Page) -> None:
        """A run of the digits ends with its accuracy, by class, and pictures that were taken for others."""
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_text("Test accuracy 9")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("✓ succeeded")).to_be_visible()
        page.get_by_role("tab", name="Worst mistakes").click()
        expect(page.get_by_role("tabpanel").get_by_text(", taken for ").first).to_be_visible()

    def test_the_confusion_matrix_opens_its_pictures(self, page: Page) -> None:
        """A click on the cell of the sevens that were taken for sevens shows them."""
        page.get_by_role("tab", name="Confusion").click()
        cells = page.get_by_role("tabpanel").locator(".nsewdrag").first
        cells.click(trial=True)
        box = cells.bounding_box()
        assert box is not None
        at = box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75
        page.mouse.move(*at)
        expect(page.locator(".hovertext")).to_be_visible()
        page.mouse.click(*at)
        expect(
            page.get_by_role("tabpanel").get_by_role("button", name="Fullscreen: 7", exact=True).first
        ).to_be_visible()

    def test_a_picture_of_ones_own(self, page: Page) -> None:
        """The trained network says what it takes a picture for; what is no picture is refused."""
        content = io.BytesIO()
        Image.new("L", (20, 20), 200).save(content, "PNG")
        page.get_by_role("tab", name="Your picture").click()
        given = page.get_by_role("tabpanel").locator("input[type=file]")
        given.set_input_files({"name": "some.png", "mimeType": "image/png", "buffer": content.getvalue()})
        expect(page.get_by_label("The five likeliest classes", exact=True)).to_be_visible(timeout=60_000)
        given.set_input_files({"name": "none.png", "mimeType": "image/png", "buffer": b"none"})
        expect(page.get_by_text("this is no picture")).to_be_visible(timeout=30_000)

    def test_start_watch_reload_cancel(self, page: Page) -> None:
        """A long run is watched live, outlives a reload, and is cancelled and resumed."""
        page.get_by_role("spinbutton", name="Epochs").fill("5000")
        page.get_by_role("spinbutton", name="Epochs").press("Enter")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_text("● running")).to_be_visible(timeout=60_000)
        accuracy = page.get_by_test_id("stMetric").filter(has_text="Test accuracy").get_by_test_id("stMetricValue")
        expect(accuracy).to_contain_text("%", timeout=30_000)
        page.reload()
        expect(page.get_by_text("● running")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled: it was asked to stop")).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("● running")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled: it was asked to stop")).to_be_visible(timeout=30_000)

    def test_the_form_stays(self, page: Page) -> None:
        """What was set is still set after a visit to another page."""
        page.get_by_role("combobox", name="Recipe").click()
        page.get_by_role("option", name="notes_adam").click()
        expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value(str(RECIPES["notes_adam"].epochs))
        settled(page)
        page.get_by_role("spinbutton", name="Epochs").fill("7")
        page.get_by_role("spinbutton", name="Epochs").press("Enter")
        settled(page)
        page.get_by_role("link", name="Learn").click()
        expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()
        settled(page)
        page.get_by_role("link", name="Train").click()
        expect(page.get_by_role("combobox", name="Recipe")).to_have_value("notes_adam")
        expect(page.get_by_role("spinbutton", name="Epochs")).to_have_value("7")

    def test_a_run_is_deleted(self, page: Page) -> None:
        """A run that ended goes from the list once it is said twice, and another is shown."""
        runs = page.get_by_role("combobox", name="Run")
        name = runs.input_value()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete this run").click()
        expect(runs).not_to_have_value(name)
        runs.click()
        expect(page.get_by_role("option", name=name)).to_have_count(0)


@pytest.mark.parametrize(
    ("setting", "address", "may"),
    [
        ("auto", "127.0.0.1", True),
        ("auto", "0.0.0.0", False),  # noqa: S104  nothing listens there
        ("auto", None, False),
        ("on", "0.0.0.0", True),  # noqa: S104
        ("off", "127.0.0.1", False),
    ],
)
def test_who_may_start(monkeypatch: pytest.MonkeyPatch, setting: str, address: str | None, may: bool) -> None:
    """Off where the page listens beyond this machine, unless a setting says otherwise."""
    monkeypatch.setenv(starting.ALLOWED, setting)
    monkeypatch.setattr(st, "get_option", lambda name: address)
    assert starting.allowed() is may
