"""Pooling by hand: the largest number and the mean of the same window, side by side."""

from __future__ import annotations

import streamlit as st

from app.checker import checker
from app.language import sentence, t
from app.learn.board import show_board
from app.learn.controls import complain, offer_start, stepping
from app.learn.examples import POOLING
from app.learn.grids import edited, growing, show_size
from app.learn.lesson import Fault, Lesson, numbers
from app.learn.picture import Grid, Place
from app.learn.torch_says import torch_says
from cnnshapes import InputError
from cnnshapes.by_hand import POOLINGS, Pooled, pooled, size_formula

KEY = "pooling-by-hand"
"""Where the session keeps the lesson, and how its widgets' names begin."""

LARGEST = 12
"""What fits the page."""


def draw_pooling() -> None:
    """Draw this part of the page."""
    lesson: Lesson = st.session_state.setdefault(KEY, Lesson(POOLING))
    kernel, stride = _choosing(lesson)
    (image,), faults = numbers(lesson.image)
    complain(t("Feature map"), faults)
    maps: list[list[list[Pooled]]] = []
    if not faults:
        try:
            maps = [pooled(image, kernel, stride, how) for how in POOLINGS]
        except InputError as error:
            st.error(sentence(f"{error}."), icon=":material/error:")
    if not maps:
        show_board(lesson, f"{KEY}-board", [_image(lesson, (), faults)])
        return
    flat = len(image) == 1
    show_size(size_formula(len(image), kernel, stride), size_formula(len(image[0]), kernel, stride), flat=flat)
    outputs = [[[place.result for place in row] for row in rows] for rows in maps]
    places = [[place for row in rows for place in row] for rows in maps]
    at = stepping(lesson, len(places[0]), KEY)
    names = {"max": t("Max pooling"), "average": t("Average pooling")}
    grids = [
        growing(names[how], f"map/{how}", output, own, at)
        for how, output, own in zip(POOLINGS, outputs, places, strict=True)
    ]
    show_board(lesson, f"{KEY}-board", [_image(lesson, places[0][at].cells, faults)], "→", grids)
    st.code("\n".join(str(own[at]) for own in places), language=None, wrap_lines=True)
    asked = {"image": image, "kernel_size": (1 if flat else kernel, kernel), "stride": (stride, stride)}
    torch_says(checker().ask_by_hand("pooling", **asked), outputs)


def _choosing(lesson: Lesson) -> tuple[int, int]:
    """The kernel and the stride, and the size of the image."""
    keys = [f"{KEY}-{name}-{lesson.version}" for name in ("height", "width")]

    def resize() -> None:
        height, width = (max(1, min(LARGEST, int(st.session_state[key] or 1))) for key in keys)
        lesson.resize(1, (height, width))

    sizes = (len(lesson.image[0]), len(lesson.image[0][0]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kernel, stride = (
            st.number_input(name, 1, LARGEST, 2, key=f"{KEY}-{name}", persist_state="session", width=140)
            for name in ("kernel_size", "stride")
        )
        for label, value, key in zip((t("Map height"), t("Map width")), sizes, keys, strict=True):
            st.number_input(label, 1, LARGEST, value, key=key, on_change=resize, width=140)
        offer_start(lesson, KEY)
    return int(kernel), int(stride)


def _image(lesson: Lesson, window: tuple[Place, ...], faults: list[Fault]) -> Grid:
    (texts,) = lesson.image
    return edited(t("Feature map"), "image/0", texts, faults, window=window)
