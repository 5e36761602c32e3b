"""The grids on the page: numbers are edited where they stand, and a click on the map moves the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from app.language import t
from app.learn.lesson import Lesson
from app.learn.picture import Grid, scene

FOLDER: Final = Path(__file__).parent

_board = st.components.v2.component(
    "cnnshapes_board",
    html='<div class="board">\n<div class="scene"></div><input hidden spellcheck="false" autocomplete="off"></div>',
    css=(FOLDER / "board.css").read_text(encoding="utf-8"),
    js=(FOLDER / "board.js").read_text(encoding="utf-8"),
)


def show_board(lesson: Lesson, key: str, *groups: Sequence[Grid] | str) -> None:
    """Show grids, with signs between them; what is typed into them, whatever it is, goes into the lesson.

    Args:
        lesson: what the grids show; those with a key can be edited.
        key: the board's name on the page.
        groups: grids that stand together, and signs such as ∗ and = between them.
    """

    def edited() -> None:
        said = st.session_state[key].get("edits") or {}
        if said.get("version") == lesson.version:
            lesson.type(said.get("cells") or {})

    def chosen() -> None:
        place = st.session_state[key].get("position")
        if isinstance(place, int):
            lesson.position, lesson.playing = max(0, place), False

    _board(
        key=key,
        data={"scene": scene(*groups), "version": lesson.version},
        on_edits_change=edited,
        on_position_change=chosen,
    )
    st.caption(
        t("Click a number to change it, or go there by Tab and arrows and type; a cell of the map moves the window.")
    )
