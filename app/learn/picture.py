"""Grids of numbers as SVG: pure functions from what stands in the cells to text.

Colours are the theme's, so that one drawing serves light and dark; what is marked is also outlined, and padding is
hatched, so that colour never carries the meaning alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from cnnshapes.by_hand import Picture, plain

CELL: Final = 44
"""The side of a cell in pixels, where there is room."""
EDGE: Final = 2
"""Room around the grid for the outline."""
DARKEST: Final = 0.3
"""How much of the text's colour the darkest cell has, so that its number can still be read."""

Place = tuple[int, int]
"""A row and a column."""
Texts = Sequence[Sequence[str]]
"""What stands in the cells, by row and column."""


@dataclass(frozen=True)
class Grid:
    """One channel of a picture, a filter or a map.

    Attributes:
        texts: what stands in the cells; "" in those that are not known yet.
        title: what stands above it.
        alt: what it shows, for who cannot see it.
        label: what a cell that can be edited or chosen is called, by its row and column from 1.
        key: the place of its cells, such as `image/0`; "" where they can be neither edited nor chosen.
        chosen: whether a click on a cell moves the window there, in place of editing it.
        shades: how dark each cell is, from 0 to 1; all light where it is empty.
        padding: rows above and below, and columns left and right, of zeros around it.
        marked: the cells that the window reads, counted from the first that is not padding.
        wrong: the cells that hold no number.
        small: what stands small in the corner of a cell, such as the weight it is multiplied by.
    """

    texts: Texts
    title: str
    alt: str
    label: Callable[[int, int], str] = "{}, {}".format
    key: str = ""
    chosen: bool = False
    shades: Sequence[Sequence[float]] = ()
    padding: Place = (0, 0)
    marked: frozenset[Place] = frozenset()
    wrong: frozenset[Place] = frozenset()
    small: Mapping[Place, str] = field(default_factory=dict)

    def holds(self, place: Place) -> bool:
        """Whether a place is one of its own, and not padding."""
        return 0 <= place[0] < len(self.texts) and 0 <= place[1] < len(self.texts[0])


def drawn(grid: Grid) -> str:
    """The grid as an SVG element."""
    down, right = grid.padding
    rows, columns = range(-down, len(grid.texts) + down), range(-right, len(grid.texts[0]) + right)
    wide, tall = len(columns) * CELL + 2 * EDGE, len(rows) * CELL + 2 * EDGE
    cells = [_cell(grid, (row, column)) for row in rows for column in columns]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{escape(grid.alt)}" '
        f'viewBox="0 0 {wide} {tall}" width="{wide}" text-anchor="middle" fill="currentColor">'
        f"{''.join(cells)}{_outline(grid)}</svg>"
    )


def _cell(grid: Grid, place: Place) -> str:
    x, y = _corner(grid, place)
    inside = grid.holds(place)
    text = grid.texts[place[0]][place[1]] if inside else "0"
    shade = grid.shades[place[0]][place[1]] if inside and grid.shades else 0
    square = f'x="{x}" y="{y}" width="{CELL}" height="{CELL}"'
    parts = [f'<rect {square} fill-opacity="{shade * DARKEST:.3f}" stroke="currentColor" stroke-opacity="0.35"/>']
    if not inside:
        parts.append(_hatching(x, y))
    if place in grid.marked:
        parts.append(f'<rect {square} fill="var(--window)" fill-opacity="0.2"/>')
    if place in grid.wrong:
        parts.append(f'<rect class="wrong" {square} fill="none" stroke="var(--st-red-color)" stroke-width="3"/>')
    parts.append(
        f'<text x="{x + CELL * 0.5}" y="{y + CELL * 0.5}" dy="0.35em" font-size="{_size(text)}" '
        f'fill-opacity="{1 if inside else 0.6}">{escape(text)}</text>'
    )
    if place in grid.small:
        parts.append(
            f'<text x="{x + CELL - 3}" y="{y + CELL - 4}" font-size="11" text-anchor="end" font-weight="600" '
            f'fill="var(--window)">{escape(grid.small[place])}</text>'
        )
    return f"<g{_handle(grid, place, text)}>{''.join(parts)}</g>"


def _handle(grid: Grid, place: Place, text: str) -> str:
    """What makes a cell one that can be edited or chosen; one of each grid is reached by Tab, the others by arrows."""
    if not grid.holds(place) or not grid.key:
        return ""
    row, column = place
    name = f"{grid.label(row + 1, column + 1)}: {text or '…'}"
    first = place == (min(grid.marked) if grid.chosen and grid.marked else (0, 0))
    use = f'data-position="{row * len(grid.texts[0]) + column}"' if grid.chosen else f'data-text="{escape(text)}"'
    return (
        f' role="button" tabindex="{0 if first else -1}" data-at="{escape(grid.key)}/{row}/{column}" {use} '
        f'aria-label="{escape(name)}"'
    )


def _size(text: str) -> int:
    """A font size at which the text fits its cell."""
    return next((size for longest, size in ((3, 17), (5, 13), (7, 10)) if len(text) <= longest), 8)


def _hatching(x: float, y: float) -> str:
    lines = [
        f"M{x} {y + CELL * part}L{x + CELL * part} {y}M{x + CELL * part} {y + CELL}L{x + CELL} {y + CELL * part}"
        for part in (0.25, 0.5, 0.75, 1)
    ]
    return f'<path d="{"".join(lines)}" stroke="currentColor" stroke-opacity="0.22" fill="none"/>'


def _outline(grid: Grid) -> str:
    """A frame around all that the window reads."""
    if not grid.marked:
        return ""
    corners = [_corner(grid, place) for place in grid.marked]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    wide, tall = max(x for x, _ in corners) - left + CELL, max(y for _, y in corners) - top + CELL
    return (
        f'<rect class="window" x="{left}" y="{top}" width="{wide}" height="{tall}" fill="none" stroke="var(--window)" '
        'stroke-width="3" rx="2"/>'
    )


def _corner(grid: Grid, place: Place) -> tuple[int, int]:
    return EDGE + (place[1] + grid.padding[1]) * CELL, EDGE + (place[0] + grid.padding[0]) * CELL


def scene(*groups: Sequence[Grid] | str) -> str:
    """Groups of grids beside each other, with signs such as ∗ and = between them; they wrap where it is narrow."""
    parts = [
        f'<div class="sign" aria-hidden="true">{escape(group)}</div>'
        if isinstance(group, str)
        else f'<div class="group">{"".join(map(_figure, group))}</div>'
        for group in groups
    ]
    return f'<div class="row">{"".join(parts)}</div>'


def _figure(grid: Grid) -> str:
    return f"<figure><figcaption>{escape(grid.title)}</figcaption>{drawn(grid)}</figure>"


def told(texts: Texts) -> str:
    """A grid in words, row by row: `1 0 1; 0 1 0`; what is not known yet is `…`."""
    return "; ".join(" ".join(text or "…" for text in row) for row in texts)


def texts_of(picture: Picture) -> list[list[list[str]]]:
    """The numbers of a picture as one writes them."""
    return [[[plain(value) for value in row] for row in channel] for channel in picture]
