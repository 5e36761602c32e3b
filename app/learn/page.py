"""The page to learn on: one thing at a time."""

from __future__ import annotations

import streamlit as st

from app.language import t
from app.learn.convolution import draw_convolution
from app.learn.pooling import draw_pooling
from app.learn.quiz import QUIZ, draw_quiz


def draw() -> None:
    """Draw the page."""
    parts = {"convolution": draw_convolution, "pooling": draw_pooling, "quiz": draw_quiz}
    names = {"convolution": t("Convolution"), "pooling": t("Pooling"), "quiz": t("Quiz")}
    chosen = st.segmented_control(
        t("What to learn"),
        list(parts),
        default="quiz" if QUIZ in st.query_params else "convolution",
        format_func=names.__getitem__,
        key="learn",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    parts[chosen or "convolution"]()
