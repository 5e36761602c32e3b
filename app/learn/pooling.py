"""Pooling by hand: the largest number and the mean of the same window, side by side."""

from __future__ import annotations

import streamlit as st

from app.checker import checker
from app.language import sentence, t
from app.learn.board import show_board
from app.learn.convolution import called
from app.learn.editor import complain, stepping
from app.learn.lesson import Fault, Lesson, number, numbers, opened_pooling
from app.learn.picture import Grid, Place, texts_of, told
from app.learn.torch_says import torch_says
from cnnshapes import InputError
from cnnshapes.by_hand import POOLINGS, Pooled, pooled, shades, size_formula

KEY = "pooling-by-hand"
"""Where the session keeps the lesson, and how its widgets' names begin."""

LARGEST = 12
"""What fits the page."""


def draw_pooling() -> None:
    """Draw this part of the page."""
    lesson: Lesson = st.session_state.setdefault(KEY, opened_pooling())
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
    _formulas(len(image), len(image[0]), kernel, stride)
    places = [[place for row in rows for place in row] for rows in maps]
    at = stepping(lesson, len(places[0]), KEY)
    names = [t("Max pooling"), t("Average pooling")]
    grids = [_map(rows, at, name) for rows, name in zip(maps, names, strict=True)]
    show_board(lesson, f"{KEY}-board", [_image(lesson, places[0][at].cells, faults)], "→", grids)
    st.code("\n".join(str(own[at]) for own in places), language=None, wrap_lines=True)
    tall = 1 if len(image) == 1 else kernel
    asked = {"image": image, "kernel_size": (tall, kernel), "stride": (stride, stride)}
    torch_says(checker().ask_by_hand("pooling", **asked), [_results(rows) for rows in maps])


def _choosing(lesson: Lesson) -> tuple[int, int]:
    """The kernel and the stride, and the size of the image."""
    keys = [f"{KEY}-{name}-{lesson.version}" for name in ("height", "width")]

    def resize() -> None:
        height, width = (max(1, min(LARGEST, int(st.session_state[key] or 1))) for key in keys)
        lesson.resize(1, (height, width))

    sizes = (len(lesson.image[0]), len(lesson.image[0][0]))
    with st.container(horizontal=True):
        kernel, stride = (
            st.number_input(name, 1, LARGEST, 2, key=f"{KEY}-{name}", persist_state="session", width=140)
            for name in ("kernel_size", "stride")
        )
        for label, value, key in zip((t("Map height"), t("Map width")), sizes, keys, strict=True):
            st.number_input(label, 1, LARGEST, value, key=key, on_change=resize, width=140)
    return int(kernel), int(stride)


def _formulas(height: int, width: int, kernel: int, stride: int) -> None:
    """How large the maps are, and why."""
    wide, tall = size_formula(width, kernel, stride), size_formula(height, kernel, stride)
    if height == 1:
        parts = [t("length = {formula}", formula=wide)]
    elif tall == wide:
        parts = [t("height = width = {formula}", formula=tall)]
    else:
        parts = [t("height = {formula}", formula=tall), t("width = {formula}", formula=wide)]
    st.markdown(f"{t('Size of the map')} &nbsp;" + " &nbsp; ".join(f"`{part}`" for part in parts))


def _image(lesson: Lesson, window: tuple[Place, ...], faults: list[Fault]) -> Grid:
    (texts,) = lesson.image
    name = t("Feature map")
    return Grid(
        texts,
        name,
        f"{name}: {told(texts)}",
        called(name),
        key="image/0",
        shades=shades([[number(text) or 0 for text in row] for row in texts]),
        marked=frozenset(window),
        wrong=frozenset((fault.row - 1, fault.column - 1) for fault in faults),
    )


def _map(rows: list[list[Pooled]], at: int, name: str) -> Grid:
    """A pooled map as far as the window has come."""
    places = [place for row in rows for place in row]
    known = {(place.row, place.column) for place in places[: at + 1]}
    (whole,) = texts_of([_results(rows)])
    texts = [[text if (y, x) in known else "" for x, text in enumerate(row)] for y, row in enumerate(whole)]
    alt = t("{name}, as far as the window has come: {numbers}", name=name, numbers=told(texts))
    here = frozenset({(places[at].row, places[at].column)})
    return Grid(texts, name, alt, called(name), f"map/{places[at].how}", chosen=True, marked=here)


def _results(rows: list[list[Pooled]]) -> list[list[float]]:
    return [[place.result for place in row] for row in rows]
