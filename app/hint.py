"""What a field says while something is typed into it, in the reader's language."""

from __future__ import annotations

import json
from typing import Final

import streamlit as st

from app.language import t

_WORDS: Final = """<style>
[data-testid="InputInstructions"]:not(:empty)::after {{ content: {enter}; }}
[data-testid="stTextArea"] [data-testid="InputInstructions"]:not(:empty)::after {{ content: "Ctrl+Enter"; }}
</style>"""
"""Streamlit's own words are hidden by the style sheet, and these put in their place."""


def draw_hint() -> None:
    """Put it into the page."""
    st.html(_WORDS.format(enter=json.dumps(t("Press Enter"), ensure_ascii=False)))
