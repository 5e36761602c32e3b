"""The page that holds designs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import streamlit as st

from app.compare.chart import draw_chart
from app.compare.lessons import learned, titles
from app.compare.sides import chosen, draw_sides, put, start
from app.compare.tables import draw_rows, draw_totals
from app.language import sentence, t
from app.values import plain
from cnnshapes import CnnshapesError, Design
from cnnshapes.compare import Comparison, compared
from cnnshapes.report import report_of

LONG: Final = 100
"""Rows above which blocks are folded at first."""


def draw() -> None:
    """Draw the page."""
    start()
    _lessons()
    designs = draw_sides()
    told = learned(chosen())
    if told:
        st.info(told, icon=":material/school:")
    if len(designs) < 2:
        return
    try:
        comparison = _compared(tuple(designs), _folded(designs))
    except CnnshapesError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        return
    draw_totals(comparison)
    draw_chart(comparison)
    draw_rows(comparison)


def _folded(designs: Sequence[Design]) -> bool:
    """Whether each block is one row, at first where a network is long."""
    if not any("." in node.name for design in designs for node in design):
        return False
    long = any(len(design) > LONG for design in designs)
    return st.toggle(t("A row for each block"), value=long, key=f"compare-folded-{long}", persist_state="session")


def _lessons() -> None:
    """The notes' comparisons, a click each; the one that is shown is marked."""
    known = titles()
    shown = chosen()
    st.session_state["compare-lesson"] = shown if shown in known else None

    def choose() -> None:
        names = st.session_state["compare-lesson"]
        if names:
            put(names)

    st.pills(t("From the notes"), list(known), format_func=known.__getitem__, key="compare-lesson", on_change=choose)


@lru_cache(maxsize=32)
def _compared(designs: Sequence[Design], folded: bool) -> Comparison:
    return compared(*map(report_of, designs), depth=1 if folded else None)
