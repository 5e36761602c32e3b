"""The grids of both lessons: those that are edited, and maps as far as the window has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import streamlit as st

from app.language import t
from app.learn.lesson import Fault, number
from app.learn.picture import Grid, Place, Texts, texts_of, told
from cnnshapes.by_hand import shades


class Positioned(Protocol):
    """A place of the window: a convolution's or a pooling's."""

    @property
    def row(self) -> int:
        """Of the map."""

    @property
    def column(self) -> int:
        """Of the map."""


def edited(
    name: str,
    key: str,
    texts: Texts,
    faults: Iterable[Fault],
    *,
    window: Iterable[Place] = (),
    padding: Place = (0, 0),
    small: Mapping[Place, str] | None = None,
) -> Grid:
    """A channel of an image or a filter.

    Args:
        name: what it is called.
        key: the place of its cells in the lesson.
        texts: what was typed.
        faults: those of its cells that hold no number.
        window: the cells that the window reads.
        padding: of the image.
        small: what stands in the corners of cells.
    """
    return Grid(
        texts,
        name,
        f"{name}: {told(texts)}",
        _called(name),
        key,
        shades=shades([[number(text) or 0 for text in row] for row in texts]),
        padding=padding,
        marked=frozenset(window),
        wrong=frozenset((fault.row - 1, fault.column - 1) for fault in faults),
        small=small or {},
    )


def growing(name: str, key: str, output: Sequence[Sequence[float]], places: Sequence[Positioned], at: int) -> Grid:
    """A map as far as the window has come.

    Args:
        name: what it is called.
        key: the place of its cells.
        output: the whole map.
        places: of the window, in their order.
        at: which of them it stands at.
    """
    known = {(place.row, place.column) for place in places[: at + 1]}
    (whole,) = texts_of([output])
    texts = _only(whole, known, "")
    return Grid(
        texts,
        name,
        t("{name}, as far as the window has come: {numbers}", name=name, numbers=told(texts)),
        _called(name),
        key,
        chosen=True,
        shades=_only(shades(output), known, 0.0),
        marked=frozenset({(places[at].row, places[at].column)}),
    )


def show_size(tall: str, wide: str, *more: str, flat: bool) -> None:
    """How large the map is, and why.

    Args:
        tall: the formula of its height.
        wide: the formula of its width, or of the length of a signal.
        more: what else there is to say.
        flat: whether it is a signal.
    """
    if flat:
        parts = [t("length = {formula}", formula=wide)]
    elif tall == wide:
        parts = [t("height = width = {formula}", formula=tall)]
    else:
        parts = [t("height = {formula}", formula=tall), t("width = {formula}", formula=wide)]
    st.markdown(f"{t('Size of the map')} &nbsp;" + " &nbsp; ".join(f"`{part}`" for part in (*parts, *more)))


def _called(name: str) -> Callable[[int, int], str]:
    """What a cell of a grid is called, by its row and column."""
    return lambda row, column: t("{name}, row {row}, column {column}", name=name, row=row, column=column)


def _only(rows: Sequence[Sequence[Any]], known: set[Place], other: Any) -> list[list[Any]]:
    """The cells at known places, and something else in place of the others."""
    return [[cell if (y, x) in known else other for x, cell in enumerate(row)] for y, row in enumerate(rows)]
