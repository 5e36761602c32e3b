"""A stack as boxes in oblique projection, from left to right: the look of the LeNet and AlexNet papers.

A map's height and width are drawn by their square root, so that 7×7 still shows beside 224×224; its channels, and the
features of a vector, by their logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log2, sqrt
from typing import Final

from app.diagram.blocks import Block, Link
from app.diagram.scene import Cell, Edge, Frame, Point, Scene
from app.diagram.text import LINE, SMALL, Words, cut, sizes, width_of
from cnnshapes.layers import Shape
from cnnshapes.receptive_field import of_input

TALLEST: Final = 150
"""Height of the largest map."""
SMALLEST: Final = 8
"""Height and width of a map of one pixel."""
LEAN: Final = 0.24
"""How far a side goes back, as a share of the map's width."""
TOWERS: Final = 4
"""A convolution of more groups is drawn as one box."""
SLAB: Final = 5
"""Width of an activation, norm or dropout on the right of its box."""
MARGIN: Final = 14
GAP: Final = 18
HEADER: Final = 18
"""Room for the name of an opened fold."""
WIDEST_LABEL: Final = 110
FLAT: Final = 12
"""Width of the bar of a vector."""


def boxes(blocks: Sequence[Block], links: Sequence[Link], words: Words) -> Scene:
    """The picture of blocks that each read the one before."""
    largest = max((size for block in blocks for size in (block.shape or ())[1:]), default=1)
    forms = [_form(block, largest) for block in blocks]
    levels = max((len(block.inside) for block in blocks), default=0)
    above = MARGIN + LINE + 4 + HEADER * levels
    middle = above + max(height + lean for _, height, lean in forms) / 2
    cells: list[Cell] = []
    x: float = MARGIN
    for block, (width, height, lean) in zip(blocks, forms, strict=True):
        cell = _cell(block, words, width, height, lean)
        room = max(width + lean, *(width_of(line) for line in (cell.label, *lines(cell))))
        left, top = x + (room - width - lean) / 2, middle - (height - lean) / 2
        cells.append(replace(cell, x=left, y=top))
        x += room + GAP
    found = {cell.key: cell for cell in cells}
    steps = {block.key: block for block in blocks}
    edges = [_edge(link, found[link.source], found[link.target], steps) for link in links]
    below = max(cell.hull[3] + LINE * len(lines(cell)) for cell in cells)
    frames = _frames(blocks, cells, above - LINE - 4, below + MARGIN / 2)
    return Scene("boxes", x - GAP + MARGIN, below + MARGIN, tuple(cells), tuple(edges), tuple(frames))


def _frames(blocks: Sequence[Block], cells: Sequence[Cell], top: float, bottom: float) -> Iterator[Frame]:
    """A frame around the boxes of each opened fold, its name above them."""
    for fold in dict.fromkeys(fold for block in blocks for fold in block.inside):
        within = [(block, cell) for block, cell in zip(blocks, cells, strict=True) if fold in block.inside]
        depth = len(within[0][0].inside) - within[0][0].inside.index(fold)
        left, right = within[0][1].hull[0] - 4 - depth, within[-1][1].hull[2] + 4 + depth
        label = cut(fold.label, max(right - left, WIDEST_LABEL) - 24)
        start = top - HEADER * depth
        yield Frame(fold.key, label, left, start, right - left, bottom - start, left + 8)


def lines(cell: Cell) -> list[str]:
    """What is written below a box."""
    kinds = [part.kind for part in cell.parts] if cell.role in ("layer", "failing") else []
    return [line for line in (cell.shape, cell.detail, *kinds) if line]


def _form(block: Block, largest: int) -> tuple[float, float, float]:
    """Width and height of the front, and the lean."""
    marks = SLAB * (len(block.steps) - 1) if block.role == "layer" else 0
    if block.shape is None:
        return 56, 56, 0
    if len(block.shape) == 1:
        return FLAT + marks, 24 + 9 * log2(block.shape[0]), 0
    height, width = (_side(size, largest) for size in _plane(block.shape))
    thickness = 6 + 4 * log2(block.shape[0])
    return thickness * (1.6 if block.role == "fold" else 1) + marks, height, width * LEAN


def _plane(shape: Shape) -> tuple[int, int]:
    """Height and width of a map; a signal of one dimension is high and one pixel wide."""
    return (shape[1], 1) if len(shape) == 2 else (shape[-2], shape[-1])


def _side(size: int, largest: int) -> float:
    return max(SMALLEST, TALLEST * sqrt(size / largest))


def _cell(block: Block, words: Words, width: float, height: float, lean: float) -> Cell:
    parts = tuple(step.part for step in block.steps)
    groups = getattr(block.steps[0].layer, "groups", 1) if block.role == "layer" else 1
    detail = {"fold": words.layers(len(parts)), "failing": words.fails}.get(block.role, "")
    return Cell(
        key=block.key,
        role=block.role,
        label=cut(label_of(block, words), WIDEST_LABEL),
        detail=detail or (words.groups(groups) if groups > 1 else ""),
        shape=sizes(block.shape) if block.shape is not None else "",
        parts=parts,
        x=0,
        y=0,
        width=width,
        height=height,
        lean=lean,
        slab=SLAB if block.role == "layer" else 0,
        towers=groups if groups <= TOWERS else 1,
    )


def label_of(block: Block, words: Words) -> str:
    """What a block is called, with how often it repeats."""
    if block.role == "input":
        return words.input
    return f"{block.label} ×{block.times}" if block.times > 1 else block.label


def _edge(link: Link, source: Cell, target: Cell, blocks: dict[str, Block]) -> Edge:
    """The arrow between two boxes; where a kernel slides, the lines of the papers from its window to the next box."""
    _, top, right, bottom = source.hull
    middle = (top + bottom) / 2
    points = (Point(right + 2, middle), Point(target.x - 2, middle))
    label = Point(source.x, bottom + SMALL)
    window = _window(source, blocks[link.source], blocks[link.target])
    return Edge(link.source, link.target, sizes(link.shape), points, label, window=window)


def _window(cell: Cell, source: Block, target: Block) -> tuple[Point, ...]:
    """The corners of the kernel's window in the middle of the source's side, which is height by width."""
    layer = target.steps[0].layer if target.role == "layer" else None
    if not hasattr(layer, "kernel_size") or source.shape is None or target.steps[0].shape is None:
        return ()
    if len(source.shape) != 3 or layer is None:
        return ()
    seen = layer.receptive_field([of_input(2)], [source.shape], target.steps[0].shape)
    smallest = (SMALLEST / cell.height, SMALLEST / 2 / cell.lean)  # or it would not show on a large map
    tall, wide = (
        min(1.0, max(float(axis.right - axis.left) / size, least))
        for axis, size, least in zip(seen.axes, source.shape[1:], smallest, strict=True)
    )
    left, right = (1 - wide) / 2, (1 + wide) / 2
    top, bottom = (1 - tall) / 2, (1 + tall) / 2
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return tuple(
        Point(cell.x + cell.width + across * cell.lean, cell.y + down * cell.height - across * cell.lean)
        for across, down in corners
    )
