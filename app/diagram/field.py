"""The receptive field of the selected row, drawn on the input to scale, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final, NamedTuple

import streamlit as st

from app.diagram.picture import show_picture
from app.diagram.scene import Point
from app.diagram.svg import EDGE, LINES, document, fill, polygon, text
from app.diagram.text import LINE, SMALL, sizes, width_of
from app.language import t
from app.state import state
from cnnshapes import Report
from cnnshapes.receptive_field import formula
from cnnshapes.report import Row

LONGEST: Final = 340
"""The longer side of what is drawn of the input, padding counted in, in pixels."""
OUTPUT: Final = 150
"""The same of the output."""
THIN: Final = 26
"""The height of a signal that has only a length."""
FINE: Final = 6
"""From so many pixels each on, the input's own pixels are drawn."""
MARGIN: Final = 24


class Span(NamedTuple):
    """An interval, and the size of what it lies on, along one axis."""

    begin: float
    end: float
    size: int

    @property
    def first(self) -> str:
        """The first position of it."""
        return f"{floor(self.begin)}".replace("-", "−")

    @property
    def last(self) -> str:
        """The last position of it."""
        return f"{ceil(self.end) - 1}".replace("-", "−")

    @property
    def beyond(self) -> tuple[int, int]:
        """How far it reaches beyond both ends."""
        return max(0, ceil(-self.begin)), max(0, ceil(self.end - self.size))


@dataclass(frozen=True, slots=True)
class Plane:
    """The input or the output with a rectangle on it; one axis for a signal.

    Attributes:
        spans: the rectangle along each axis.
        longest: the longer side on the page, in pixels, with what lies beyond.
    """

    spans: tuple[Span, ...]
    longest: float

    @property
    def rows(self) -> Span:
        """The upright axis."""
        return self.spans[-2] if len(self.spans) > 1 else Span(0, 1, 1)

    @property
    def columns(self) -> Span:
        """The level axis."""
        return self.spans[-1]

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels on the page for one row and one column."""
        wide, tall = (max(span.end, span.size) - min(span.begin, 0) for span in (self.columns, self.rows))
        if len(self.spans) == 1:
            return THIN, self.longest / wide
        return (self.longest / max(wide, tall),) * 2

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height on the page, with what lies beyond."""
        down, across = self.scale
        wide, tall = (max(span.end, span.size) - min(span.begin, 0) for span in (self.columns, self.rows))
        return wide * across, tall * down


def show_field(report: Report) -> None:
    """Draw the field of the selected row."""
    name = state().selected or next((row.name for row in report), "")
    row = next((row for row in report if row.name == name), None)
    if row is None:
        st.info(t("There is nothing to draw before the layers above can be computed."), icon=":material/info:")
        return
    field = row.receptive_field
    if not field.axes:
        st.info(t("The input has neither height nor width, so every output sees all of it."), icon=":material/info:")
        return
    position = _position(row)
    spans = _spans(row, report.input_shape, position)
    _in_words(row, spans)
    drawn = field_svg(row, report.input_shape, spans, position, t("Receptive field of {name}", name=name), _alt(spans))
    show_picture(drawn, f"{report.name}-{name}", key="diagram-field")
    _formulas(row, position)


def _position(row: Row) -> tuple[int, ...]:
    """The output position that the sliders choose; the middle until they are moved."""
    counts = row.receptive_field.positions(row.output_shape)
    names = _axis_names(len(counts))
    position = []
    with st.container(horizontal=True):
        for axis, (count, axis_name) in enumerate(zip(counts, names, strict=True)):
            middle = floor(count / 2)
            if count == 1:
                position.append(0)
                continue
            key = f"field-{state().version}-{row.name}-{axis}"
            label = t("Output position: {axis}", axis=axis_name) if len(counts) > 1 else t("Output position")
            position.append(st.slider(label, 0, count - 1, middle, key=key, width=260))
    return tuple(position)


def _axis_names(count: int) -> list[str]:
    return [t("depth"), t("row"), t("column")][3 - count :] if count > 1 else [t("position")]


def _spans(row: Row, input_shape: Sequence[int], position: Sequence[int]) -> tuple[Span, ...]:
    windows = row.receptive_field.window(position)
    return tuple(
        Span(float(begin), float(end), size) for (begin, end), size in zip(windows, input_shape[1:], strict=True)
    )


def _in_words(row: Row, spans: Sequence[Span]) -> None:
    """What is seen, and how much of it lies beyond the picture."""
    field = row.receptive_field
    names = _axis_names(len(spans))
    where = "; ".join(
        t("{axis} {first} to {last}", axis=name, first=span.first, last=span.last)
        for name, span in zip(names, spans, strict=True)
    )
    size = " × ".join(f"{floor(span.end - span.begin)}" for span in spans)
    if field.exact:
        said = t(
            "One output of **{name}** sees **{size}** input pixels: {where}.", name=row.name, size=size, where=where
        )
    else:
        said = t(
            "One output of **{name}** sees at most **{size}** input pixels: {where}.",
            name=row.name,
            size=size,
            where=where,
        )
    st.markdown(said)
    if any(any(span.beyond) for span in spans):
        beyond = "; ".join(
            t("{axis}: {before} before, {after} behind", axis=name, before=span.beyond[0], after=span.beyond[1])
            for name, span in zip(names, spans, strict=True)
        )
        st.caption(t("It sees beyond the picture, into the padding, which is hatched ({beyond}).", beyond=beyond))


def _formulas(row: Row, position: Sequence[int]) -> None:
    """Where the rectangle comes from."""
    axes = row.receptive_field.axes
    names = _axis_names(len(axes))
    lines = [f"{name}: {formula(axis, at)}" for name, axis, at in zip(names, axes, position, strict=True)]
    with st.expander(t("Where the numbers come from")):
        st.caption(t("Output i sees the input from left + i·jump to right + i·jump; each layer moves the three."))
        st.code("\n".join(lines), language=None, wrap_lines=True)


def _alt(spans: Sequence[Span]) -> str:
    return t(
        "The input, with the rectangle that one output sees: {spans}.",
        spans=", ".join(f"{span.first} … {span.last} / {span.size}" for span in spans),
    )


# ---- the drawing -----------------------------------------------------------------------------------------------------


def field_svg(
    row: Row, input_shape: Sequence[int], spans: tuple[Span, ...], position: Sequence[int], title: str, said: str
) -> str:
    """The input with what one position sees, and beside it the output with that position."""
    given = Plane(spans, LONGEST)
    counts = row.receptive_field.positions(row.output_shape)
    places = tuple(Span(at, at + 1, count) for at, count in zip(position, counts, strict=True))
    alone = all(count == 1 for count in counts)
    taken = Plane(places, THIN if alone else OUTPUT)
    label = f"{row.name} {sizes(row.output_shape)}"
    (wide, tall), (narrow, low) = given.extent, taken.extent
    height = max(tall, low) + 2 * MARGIN + 2 * LINE
    middle = (height - LINE) / 2
    right = MARGIN + wide + 70
    inside = [
        *_plane(given, MARGIN, middle - tall / 2, t("input {shape}", shape=sizes(tuple(input_shape)))),
        f'<path d="M{MARGIN + wide + 16:.1f} {middle:.1f} h34" stroke="{LINES}" class="line" stroke-width="1.5" '
        'marker-end="url(#arrow)"/>',
        *_plane(taken, right, middle - low / 2, label),
    ]
    width = right + max(narrow, width_of(label)) + MARGIN
    return document(width, height, title, said, inside)


def _plane(plane: Plane, left: float, top: float, label: str) -> Iterator[str]:
    """A picture or map with its rectangle; what of it lies beyond is hatched."""
    down, across = plane.scale
    x = left - min(plane.columns.begin, 0) * across
    y = top - min(plane.rows.begin, 0) * down

    def rectangle(columns: tuple[float, float], rows: tuple[float, float], look: str) -> str:
        (a, b), (c, d) = ((x + at * across for at in columns), (y + at * down for at in rows))
        return polygon((Point(a, c), Point(b, c), Point(b, d), Point(a, d)), look)

    rows, columns = plane.rows, plane.columns
    seen = ((columns.begin, columns.end), (rows.begin, rows.end))
    inner = (
        (max(0, columns.begin), min(columns.size, columns.end)),
        (max(0, rows.begin), min(rows.size, rows.end)),
    )
    yield rectangle(*seen, 'fill="url(#hatch)"')
    yield rectangle((0, columns.size), (0, rows.size), f"{fill('input')} {EDGE}")
    if all(low < high for low, high in inner):
        yield rectangle(*inner, fill("convolution"))
    if min(down, across) >= FINE:
        yield from _grid(plane, x, y)
    yield rectangle(*seen, 'fill="none" stroke="#0f6cbd" class="window" stroke-width="2.5"')
    below = top + plane.extent[1] + LINE + 4
    yield text(left, below, label, f'font-size="{SMALL}"')


def _grid(plane: Plane, x: float, y: float) -> Iterator[str]:
    """The lines between the pixels."""
    down, across = plane.scale
    wide, tall = plane.columns.size * across, plane.rows.size * down
    paths = [f"M{x + at * across:.1f} {y:.1f} v{tall:.1f}" for at in range(1, plane.columns.size)]
    paths += [f"M{x:.1f} {y + at * down:.1f} h{wide:.1f}" for at in range(1, plane.rows.size)]
    if paths:
        yield f'<path d="{" ".join(paths)}" stroke="{LINES}" class="line" stroke-width="0.4" fill="none"/>'
