"""The page of code: what a text computes, what torch's error means, and the design in other forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from app.code import out, reading, torch_error
from app.language import t

QUESTIONS: Final[dict[str, Callable[[], None]]] = {
    "in": reading.draw,
    "error": torch_error.draw,
    "out": out.draw,
}
"""What draws each question."""


def draw() -> None:
    """Draw the page."""
    asked = st.segmented_control(
        t("What to do"),
        list(QUESTIONS),
        default="in",
        format_func={"in": t("Code in"), "error": t("Torch's error"), "out": t("Out")}.__getitem__,
        key="code-question",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    QUESTIONS[asked or "in"]()
