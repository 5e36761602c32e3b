"""Choosing a row of the design, which all questions about one layer begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from app.choice import choose
from app.language import t
from app.state import state
from cnnshapes import Row

ALONE: Final = ""
"""Stands for no row of the design."""
MOST: Final = 9_007_199_254_740_991
"""The largest number that can be typed: what a browser counts to exactly."""


def choose_row(rows: Sequence[Row], key: str, *, alone: bool = False) -> Row | None:
    """The row that is asked about: the one selected on the design page, else the first; None for none of the design.

    Args:
        rows: those that the question fits.
        key: of the widget.
        alone: whether it can be asked without a row.
    """
    names = [row.name for row in rows] + [ALONE] * alone
    if not names:
        return None
    if st.session_state.get(key) not in names:
        selected = state().selected
        st.session_state[key] = selected if selected and selected in names else names[0]
    options = {row.name: f"{row.name} ({row.kind})" for row in rows}
    if alone:
        options[ALONE] = t("none of the design")
    chosen = choose(t("Row"), options, key, persist_state="session")
    return next((row for row in rows if row.name == chosen), None)


def axis_names(dims: int) -> Sequence[str]:
    """What the spatial axes are called."""
    return {
        1: (t("length"),),
        2: (t("height"), t("width")),
        3: (t("depth"), t("height"), t("width")),
    }[dims]


def sizes_text(sizes: Sequence[int]) -> str:
    """`32 × 32`."""
    return " × ".join(map(str, sizes))
