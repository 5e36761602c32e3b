"""What both lessons share beside their grids: the steps of the window, the way back, and complaints about cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from app.language import t
from app.learn.lesson import Fault, Lesson
from app.values import plain

EVERY: Final = 0.9
"""Seconds between two places of a window that moves by itself."""


def complain(what: str, faults: Iterable[Fault]) -> None:
    """Say which cells hold no number."""
    for fault in faults:
        said = t(
            '{what}, row {row}, column {column}: "{typed}" is no number; it should be like 1, −2 or 0.25.',
            what=what,
            row=fault.row,
            column=fault.column,
            typed=plain(fault.text),
        )
        st.error(said, icon=":material/error:")


def offer_start(lesson: Lesson, key: str) -> None:
    """A button back to the example's own numbers, once they were changed."""
    if lesson.changed:
        st.button(
            t("Start over"), key=f"{key}-start", icon=":material/restart_alt:", on_click=lesson.show,
            args=(lesson.example,),
        )  # fmt: skip


def stepping(lesson: Lesson, count: int, key: str) -> int:
    """The buttons and the slider that move the window; the place it stands at, of so many."""
    lesson.position = min(lesson.position, count - 1)
    slider = f"{key}-step"

    def move(to: int) -> None:
        lesson.position, lesson.playing = to, False

    def play() -> None:
        lesson.playing = not lesson.playing
        if lesson.playing and lesson.position == count - 1:
            lesson.position = 0

    def slid() -> None:
        move(st.session_state[slider] - 1)

    here, last = lesson.position, count - 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            t("Previous"), key=f"{key}-previous", icon=":material/chevron_left:", on_click=move, args=(here - 1,),
            disabled=here == 0,
        )  # fmt: skip
        st.button(
            t("Next"), key=f"{key}-next", icon=":material/chevron_right:", on_click=move, args=(here + 1,),
            disabled=here == last, type="primary",
        )  # fmt: skip
        icon = ":material/pause:" if lesson.playing else ":material/play_arrow:"
        st.button(t("Pause") if lesson.playing else t("Play"), key=f"{key}-play", icon=icon, on_click=play)
        if count > 1:
            st.session_state[slider] = here + 1
            st.slider(t("Position, of {count}", count=count), 1, count, key=slider, on_change=slid, width=360)
    if lesson.playing:
        _play(lesson, last)
    return here


def _play(lesson: Lesson, last: int) -> None:
    """Move the window on from time to time, until it has come to the end."""
    began = iter((False,))

    @st.fragment(run_every=EVERY)
    def tick() -> None:
        if not next(began, True):
            return  # the run that drew the page; those after it come from the clock
        lesson.position = min(lesson.position + 1, last)
        lesson.playing = lesson.position < last
        st.rerun()

    tick()
