"""The page that answers backwards, one question at a time: a window, same padding, a picture, widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from app.language import sentence, t
from app.solve import budget, pictures, same, window
from app.solve.applied import said
from app.state import computed, state, undo
from app.values import plain
from cnnshapes import Design, Report
from cnnshapes.layers.base import written

QUESTIONS: Final[dict[str, Callable[[Report], None]]] = {
    "window": window.draw,
    "same": same.draw,
    "pictures": pictures.draw,
    "budget": budget.draw,
}
"""What draws each question, given the rows that compute."""


def draw() -> None:
    """Draw the page."""
    asked = st.segmented_control(
        t("Question"),
        list(QUESTIONS),
        default="window",
        format_func={
            "window": t("A window for a size"),
            "same": t("Same padding"),
            "pictures": t("Pictures for a Linear"),
            "budget": t("Widths for a budget"),
        }.__getitem__,
        key="solve-question",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    _design()
    QUESTIONS[asked or "window"](_computed(state().design))


def _computed(design: Design) -> Report:
    """The rows of the design; where one cannot be computed those above it, and the reason is shown."""
    report, error = computed(design)
    if error is not None:
        st.warning(plain(sentence(str(error))), icon=":material/error:")
    return report


def _design() -> None:
    """Whose question it is, what was last done to it, and the way back."""
    now = state()
    with st.container(horizontal=True, vertical_alignment="center"):
        shape = written(now.design.input_shape).replace("x", " × ")
        st.markdown(t("In **{name}**, which reads {shape}", name=plain(now.design.name), shape=shape), width="content")
        done = said()
        if done:
            st.markdown(f":green[:material/check:] {done}", width="content")
        if now.undone:
            st.button(
                t("Undo"),
                on_click=undo,
                icon=":material/undo:",
                type="tertiary",
                help=t("Undo: {step}", step=plain(now.undone[-1][0])),
                shortcut="Mod+Z",
            )
