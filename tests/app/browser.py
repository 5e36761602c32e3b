"""What the tests in a real browser need: Debian's Chromium, and a mark that says where it is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
"""Quickest first: the headless shell takes 60 % of the processor time of a whole Chromium for the same pages."""
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason=f"none of {', '.join(NAMES)} is installed; the page is not tested"),
]

Test = TypeVar("Test", bound=Callable[..., None])


def in_browser(test: Test) -> Test:
    """Mark a test that needs the browser, in a file where others do not."""
    for mark in BROWSER:
        test = mark(test)
    return test


def settled(page: Page) -> None:
    """Wait until no answer is under way: what is typed or clicked on the way may meet what the answer replaces."""
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
