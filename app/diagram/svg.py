"""A scene as one SVG text that needs nothing else: it opens in a browser and in a drawing program alike.

Colours stand in the elements, for a light page; each element also has a class, by which the page gives it the colours
of its theme. What can be selected is a button with `data-row`, what can be opened or closed one with `data-fold`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from app.diagram.boxes import lines
from app.diagram.scene import Cell, Edge, Frame, Part, Point, Scene
from app.diagram.text import LINE, SIZE, SMALL, Words

FAMILIES: Final = {
    "convolution": ("#9cc4ea", "#2f5680"),
    "pooling": ("#f2b8a8", "#84483a"),
    "linear": ("#a9d8b0", "#33623c"),
    "normalization": ("#cdbcec", "#574684"),
    "activation": ("#f4d58a", "#75591b"),
    "dropout": ("#c9ced6", "#4d5561"),
    "merging": ("#8fd6d2", "#22625f"),
    "resampling": ("#e6b3d4", "#763f62"),
    "fold": ("#e6edf6", "#2a3545"),
    "input": ("#ffffff", "#14181f"),
    "other": ("#dfe3e9", "#3c4553"),
}
"""The colours of each family of layers on a light and on a dark page; one without its own is `other`."""
SLIT: Final = 5
"""Between the towers of a box."""
INK: Final = "#1c2430"
FAINT: Final = "#5b6675"
LINES: Final = "#6b7686"
ALARM: Final = "#b3261e"
EDGE: Final = f'stroke="{INK}" stroke-width="0.8" stroke-linejoin="round" data-edge=""'
HALO: Final = 'stroke="#ffffff" stroke-width="3" paint-order="stroke" stroke-linejoin="round" data-halo=""'
FONT: Final = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif"


def svg(scene: Scene, words: Words) -> str:
    """The text of a picture."""
    inside = [
        *(_band(frame) for frame in scene.frames),
        *(_line(edge, scene.form) for edge in scene.edges if not edge.window),
        *(_header(frame, words) for frame in scene.frames),
        *(text for cell in scene.cells for text in _cell(cell, scene.form, words)),
        *(_window(edge) for edge in scene.edges if edge.window),
        *_labels(scene),
    ]
    return document(scene.width, scene.height, words.title, words.description, inside)


def document(width: float, height: float, title: str, description: str, inside: Iterable[str]) -> str:
    """What every picture has around what it shows: sizes, letters, arrowheads, and words for those who cannot see."""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
            f'viewBox="0 0 {_n(width)} {_n(height)}" role="group" aria-label={quoteattr(title)} '
            f'font-family="{FONT}" font-size="{SIZE}">',
            f"<desc>{escape(description)}</desc>",
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            f'orient="auto"><path d="M0 0.5 L8 4 L0 7.5 z" fill="{LINES}" class="arrow"/></marker>'
            '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            f'<line x1="0" y1="0" x2="0" y2="6" stroke="{LINES}" class="line" stroke-width="1.5"/></pattern></defs>',
            f'<rect width="{_n(width)}" height="{_n(height)}" fill="#ffffff" class="paper"/>',
            *inside,
            "</svg>",
        ]
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def polygon(points: Iterable[Point], look: str) -> str:
    """A polygon with the given attributes."""
    corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    return f'<polygon points="{corners}" {look}/>'


def text(x: float, y: float, content: str, look: str = "") -> str:
    """A line of text that begins at a point unless `look` says otherwise."""
    return f'<text x="{_n(x)}" y="{_n(y)}" fill="{INK}" class="ink" {look}>{escape(content)}</text>'


def fill(family: str) -> str:
    """The attributes that colour a family."""
    known = family if family in FAMILIES else "other"
    return f'fill="{FAMILIES[known][0]}" class="family-{known}"'


# ---- frames, edges and their labels -------------------------------------------------------------------------------


def _band(frame: Frame) -> str:
    return (
        f'<rect x="{_n(frame.x)}" y="{_n(frame.y)}" width="{_n(frame.width)}" height="{_n(frame.height)}" rx="6" '
        f'fill="#eef2f7" fill-opacity="0.7" stroke="{LINES}" stroke-opacity="0.4" class="frame"/>'
    )


def _header(frame: Frame, words: Words) -> str:
    said = f"{frame.label}: {words.fold}"
    label = text(frame.indent, frame.y + 14, f"▾ {frame.label}", f'font-weight="600" {HALO}')
    return f"<g {_button(said)} data-fold={quoteattr(frame.key)}><title>{escape(said)}</title>{label}</g>"


def _line(edge: Edge, form: str) -> str:
    path = _rounded(edge.points) if form == "graph" else _path(edge.points)
    return f'<path d="{path}" fill="none" stroke="{LINES}" class="line" stroke-width="1.2" marker-end="url(#arrow)"/>'


def _window(edge: Edge) -> str:
    """A kernel's window on the box it reads, and its lines to the point it gives."""
    tip = edge.points[-1]
    rays = "".join(
        f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(tip.x)}" y2="{_n(tip.y)}" {EDGE} stroke-dasharray="3 2"/>'
        for x, y in edge.window
    )
    pane = polygon(edge.window, f'fill="#ffffff" fill-opacity="0.6" {EDGE}')
    return f'<g pointer-events="none">{pane}{rays}</g>'


def _path(points: Iterable[Point]) -> str:
    return "M" + " L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _rounded(points: tuple[Point, ...], radius: float = 5) -> str:
    """A path whose corners are round, so that lines that only cross are told from lines that turn."""
    path = [f"M{_n(points[0].x)} {_n(points[0].y)}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        begin, end = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(f"L{_n(begin.x)} {_n(begin.y)} Q{_n(corner.x)} {_n(corner.y)} {_n(end.x)} {_n(end.y)}")
    path.append(f"L{_n(points[-1].x)} {_n(points[-1].y)}")
    return " ".join(path)


def _towards(point: Point, other: Point, most: float) -> Point:
    """The point some pixels along an upright or level line, at most half of it."""
    across, down = other.x - point.x, other.y - point.y
    length = abs(across) + abs(down)
    share = min(most, length / 2) / length if length else 0
    return Point(point.x + across * share, point.y + down * share)


def _labels(scene: Scene) -> Iterator[str]:
    """The shapes on the edges, once where several begin at the same place; a stack has them below its boxes."""
    if scene.form == "boxes":
        return
    seen = {(edge.label, edge.shape): edge for edge in scene.edges}
    for edge in seen.values():
        x, y = edge.label
        turned = f'transform="rotate(-90 {_n(x)} {_n(y)})" text-anchor="middle" ' if edge.upright else ""
        yield (
            f'<text x="{_n(x)}" y="{_n(y)}" fill="{FAINT}" class="label" font-size="{SMALL}" '
            f"{turned}{HALO}>{escape(edge.shape)}</text>"
        )


# ---- cells ----------------------------------------------------------------------------------------------------------


def _cell(cell: Cell, form: str, words: Words) -> Iterator[str]:
    """A cell: what its first row is a button for, and after it a button for each of the others."""
    said = _said(cell, words)
    if cell.role == "fold":
        act = f"{_button(said)} data-fold={quoteattr(cell.key)}"
    elif cell.role == "input":
        act = f'role="img" aria-label={quoteattr(said)}'
    else:
        act = f"{_button(said)} data-row={quoteattr(cell.key)}"
    first, others = (_box(cell), _marks_of_box(cell)) if form == "boxes" else (_bar(cell), _marks_of_bar(cell))
    yield f"<g data-cell={quoteattr(cell.key)}><g {act}><title>{escape(said)}</title>"
    yield from first
    yield "</g>"
    yield from others if cell.role == "layer" else ()
    yield "</g>"


def _button(said: str) -> str:
    return f'role="button" tabindex="0" aria-label={quoteattr(said)}'


def _said(cell: Cell, words: Words) -> str:
    """A cell in words: `conv1, Conv2d, ReLU, 6×28×28`."""
    kinds = [part.kind for part in cell.parts] if cell.role in ("layer", "failing") else []
    said = ", ".join(filter(None, [cell.label, *kinds, cell.detail, cell.shape]))
    return f"{said}: {words.unfold}" if cell.role == "fold" else said


def _family(cell: Cell) -> str:
    return cell.role if cell.role in ("input", "fold") else cell.parts[0].family


def _dash(cell: Cell) -> str:
    return ' stroke-dasharray="5 3"' if cell.role == "failing" else ""


def _mark(part: Part, element: str, look: str = "") -> str:
    """The text of an activation, norm or dropout, which can be selected by itself."""
    said = _button(f"{part.row}, {part.kind}")
    return f"<{element} {look} {said} data-row={quoteattr(part.row)}>{escape(part.kind)}</{element}>"


def _cross(cell: Cell) -> str:
    """The mark of the layer that cannot be computed: a shape, beside the word."""
    size = 7
    x, y = cell.x + cell.width - 14, cell.y + 14
    return (
        f'<path d="M{_n(x - size)} {_n(y - size)} l{2 * size} {2 * size} m0 {-2 * size} l{-2 * size} {2 * size}" '
        f'stroke="{ALARM}" class="alarm" stroke-width="3" fill="none"/>'
    )


# ---- boxes ----------------------------------------------------------------------------------------------------------


def _box(cell: Cell) -> Iterator[str]:
    """A box, and the text around it."""
    width = (cell.width - _slabs(cell) - SLIT * (cell.towers - 1)) / cell.towers
    for number in range(cell.towers):
        x = cell.x + number * (width + SLIT)
        yield from _front(cell, x, width, _family(cell))
        yield from _side(cell, x + width if number < cell.towers - 1 else cell.x + cell.width)
    if cell.role == "fold":
        for number in range(1, 4):  # boxes behind each other
            x = cell.x + cell.width * number / 4
            yield f'<path d="M{_n(x)} {_n(cell.y)} v{_n(cell.height)}" {EDGE}/>'
    if cell.role == "failing":
        yield _cross(cell)
    middle, below = _below(cell)
    yield text(middle, cell.hull[1] - 6, cell.label, 'text-anchor="middle" font-weight="600"')
    own = lines(cell)[: len(lines(cell)) - _marks(cell)]
    for line, y in zip(own, below, strict=False):
        yield text(middle, y, line, f'text-anchor="middle" font-size="{SIZE if line == cell.shape else SMALL}"')


def _marks_of_box(cell: Cell) -> Iterator[str]:
    """The slabs behind each other on the right of a box, and their kinds below it."""
    middle, below = _below(cell)
    start = cell.x + cell.width - _slabs(cell)
    for number, part in enumerate(cell.parts[1:]):
        yield f"<g data-row={quoteattr(part.row)}><title>{escape(f'{part.row}, {part.kind}')}</title>"
        yield from _front(cell, start + number * cell.slab, cell.slab, part.family)
        yield "</g>"
        y = below[len(below) - _marks(cell) + number]
        look = f'x="{_n(middle)}" y="{_n(y)}" text-anchor="middle" fill="{FAINT}" class="faint" font-size="{SMALL}"'
        yield _mark(part, "text", look)


def _marks(cell: Cell) -> int:
    """How many rows follow the first."""
    return len(cell.parts) - 1 if cell.role == "layer" else 0


def _slabs(cell: Cell) -> float:
    """The width that the marks take of the front."""
    return cell.slab * _marks(cell)


def _below(cell: Cell) -> tuple[float, list[float]]:
    """The middle of a box, and the height of each line of text below it."""
    left, _, right, bottom = cell.hull
    return (left + right) / 2, [bottom + LINE * (number + 1) for number in range(len(lines(cell)))]


def _front(cell: Cell, x: float, width: float, family: str) -> Iterator[str]:
    """The front of a part of a box, and its top, which is lit."""
    y, height, lean = cell.y, cell.height, cell.lean
    front = (Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height))
    yield polygon(front, f'{fill(family)} {EDGE}{_dash(cell)} data-face=""')
    if lean:
        top = (Point(x, y), Point(x + lean, y - lean), Point(x + width + lean, y - lean), Point(x + width, y))
        yield from _shaded(top, family, 'fill="#ffffff" fill-opacity="0.35"')


def _side(cell: Cell, x: float) -> Iterator[str]:
    """The side of a whole box or of a tower of it, in shade."""
    y, height, lean = cell.y, cell.height, cell.lean
    if lean:
        side = (Point(x, y), Point(x + lean, y - lean), Point(x + lean, y + height - lean), Point(x, y + height))
        yield from _shaded(side, _family(cell), 'fill="#000000" fill-opacity="0.14"')


def _shaded(points: tuple[Point, ...], family: str, shade: str) -> Iterator[str]:
    yield polygon(points, f"{fill(family)} {EDGE}")
    yield polygon(points, shade)


# ---- bars -----------------------------------------------------------------------------------------------------------


def _bar(cell: Cell) -> Iterator[str]:
    """A bar with its name in it, and below it what it is."""
    x, y = cell.x, cell.y
    sheets = (6, 3, 0) if cell.role == "fold" else (0,)  # a fold is several sheets, the first in front
    size = f'width="{_n(cell.width - sheets[0])}" height="{_n(cell.height - sheets[0])}" rx="4"'
    for off in sheets:
        face = ' data-face=""' if not off else ""
        yield f'<rect x="{_n(x + off)}" y="{_n(y + off)}" {size} {fill(_family(cell))} {EDGE}{_dash(cell)}{face}/>'
    sign = "▸ " if cell.role == "fold" else ""
    yield text(x + 9, y + (14 if sign else 16), f"{sign}{cell.label}", 'font-weight="600"')
    if cell.role == "failing":
        yield _cross(cell)
    if cell.role != "layer":
        kind = cell.parts[0].kind if cell.role == "failing" else cell.shape
        said = " · ".join(filter(None, [cell.detail, kind]))
        yield text(x + 9, y + (28 if sign else 31), said, f'font-size="{SMALL}"')


def _marks_of_bar(cell: Cell) -> Iterator[str]:
    """The kinds of all rows of a bar, in one line."""
    opening = f'<text x="{_n(cell.x + 9)}" y="{_n(cell.y + 31)}" fill="{FAINT}" class="faint" font-size="{SMALL}">'
    own = f"<tspan data-row={quoteattr(cell.key)}>{escape(cell.parts[0].kind)}</tspan>"
    marks = [f"<tspan> · </tspan>{_mark(part, 'tspan')}" for part in cell.parts[1:]]
    yield f"{opening}{own}{''.join(marks)}</text>"
