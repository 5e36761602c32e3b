"""A network with branches as a graph of bars, from top to bottom.

The longest path is the spine, on the left. What runs beside it takes lanes to the right, as few as do not collide. What
skips over layers runs in tracks to the left of the spine, one for each bar that is read further down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from app.diagram.blocks import Block, Link, Opened
from app.diagram.boxes import HEADER, label_of
from app.diagram.scene import Cell, Edge, Frame, Point, Scene
from app.diagram.text import SMALL, Words, cut, sizes

WIDTH: Final = 196
HEIGHT: Final = 40
LANE: Final = WIDTH + 20
"""From one lane to the next."""
GAP: Final = 36
"""Between two bars above each other, where few lines cross."""
SLOT: Final = 7
"""Between two lines that run across the same gap."""
TRACK: Final = 17
"""From one track to the next."""
MARGIN: Final = 16


def graph(blocks: Sequence[Block], links: Sequence[Link], words: Words) -> Scene:
    """The picture of blocks that read any earlier ones."""
    return _Layout(blocks, links).scene(words)


class _Layout:
    """Where everything goes: each block has a depth, which gives its height on the page, and a lane."""

    def __init__(self, blocks: Sequence[Block], links: Sequence[Link]) -> None:
        self.blocks = blocks
        self.links = links
        self.sources: dict[str, list[str]] = defaultdict(list)
        self.targets: dict[str, list[str]] = defaultdict(list)
        for link in links:
            self.sources[link.target].append(link.source)
            self.targets[link.source].append(link.target)
        self.depth = self._depths()
        self.lane: dict[str, int] = {}
        self.after: dict[str, str] = {}  # the next of the same chain, straight below
        self.enter: dict[str, str] = {}  # a chain's first, from where its lane is reached
        self.leave: dict[str, str] = {}  # a chain's last, to where it leads back
        self._lanes()
        self.tracks = self._tracks()
        self.slots: list[dict[str, int]] = [{} for _ in range(max(self.depth.values()) + 1)]
        for link in links:
            self._reserve(link)
        self.tops = self._heights()

    # ---- depths and lanes -----------------------------------------------------------------------------------------

    def _depths(self) -> dict[str, int]:
        depth: dict[str, int] = {}
        for block in self.blocks:
            depth[block.key] = 1 + max((depth[source] for source in self.sources[block.key]), default=-1)
        return depth

    def _lanes(self) -> None:
        spine = self._spine()
        self._chain(spine, 0)
        taken: list[list[tuple[int, int]]] = []
        below = self._below()
        for block in self.blocks:
            if block.key in self.lane:
                continue
            chain = [block.key]
            while following := [key for key in self.targets[chain[-1]] if key not in self.lane and key not in chain]:
                chain.append(max(following, key=below.__getitem__))
            self._place(chain, taken)

    def _spine(self) -> list[str]:
        """The longest path, found backwards from the deepest block."""
        path = [max(self.blocks, key=lambda block: self.depth[block.key]).key]
        while sources := self.sources[path[0]]:
            path.insert(0, max(sources, key=self.depth.__getitem__))
        return path

    def _below(self) -> dict[str, int]:
        """How many blocks the longest path from each one down has."""
        below: dict[str, int] = {}
        for block in reversed(self.blocks):
            below[block.key] = 1 + max((below[target] for target in self.targets[block.key]), default=0)
        return below

    def _chain(self, chain: Sequence[str], lane: int) -> None:
        for key, following in zip(chain, [*chain[1:], None], strict=True):
            self.lane[key] = lane
            if following is not None:
                self.after[key] = following

    def _place(self, chain: list[str], taken: list[list[tuple[int, int]]]) -> None:
        """Put a chain into the first lane that is free from where it is reached to where it leads back."""
        first, last = chain[0], chain[-1]
        origin = max(self.sources[first], key=self.depth.__getitem__)
        goal = min(self.targets[last], key=self.depth.__getitem__, default=None)
        begin = self.depth[origin] + 1
        end = self.depth[goal] - 1 if goal is not None else self.depth[last]
        self.enter[first] = origin
        if goal is not None:
            self.leave[last] = goal
        self._chain(chain, 1 + _first_free(taken, begin, end + 1))

    # ---- lines ----------------------------------------------------------------------------------------------------

    def _route(self, link: Link) -> str:
        """How a line goes: `straight` down, `out` to the lane of a chain, `back` from one, or by a `track`."""
        if self.after.get(link.source) == link.target:
            return "straight"
        if self.enter.get(link.target) == link.source:
            return "out"
        if self.leave.get(link.source) == link.target:
            return "back"
        return "track"

    def _tracks(self) -> dict[str, int]:
        """The track of each block that is read further down; short ones are nearest to the spine."""
        until: dict[str, int] = {}
        for link in self.links:
            if self._route(link) == "track":
                until[link.source] = max(until.get(link.source, 0), self.depth[link.target])
        taken: list[list[tuple[int, int]]] = []
        tracks: dict[str, int] = {}
        for key in sorted(until, key=lambda key: until[key] - self.depth[key]):
            tracks[key] = _first_free(taken, self.depth[key], until[key])
        return tracks

    def _reserve(self, link: Link) -> None:
        """Keep room for what runs across gaps: below the source, above the target."""
        route = self._route(link)
        above_target = self.slots[self.depth[link.target] - 1]
        if route == "out" or (route == "track" and self.lane[link.source]):
            below_source = self.slots[self.depth[link.source]]
            below_source.setdefault(link.source, len(below_source))
        if route == "back" or (route == "track" and self.lane[link.target]):
            above_target.setdefault(link.source, len(above_target))

    def _heights(self) -> list[float]:
        """The top of the bars of each depth."""
        starts = self._frame_starts()
        y: float = MARGIN
        tops = []
        for depth, slots in enumerate(self.slots):
            y += HEADER * starts.get(depth, 0)
            tops.append(y)
            y += HEIGHT + max(GAP, 26 + SLOT * len(slots))
        return tops

    def _spans(self) -> dict[Opened, tuple[int, int]]:
        """The first and last depth of each opened fold."""
        spans: dict[Opened, tuple[int, int]] = {}
        for block in self.blocks:
            depth = self.depth[block.key]
            for fold in block.inside:
                first, last = spans.get(fold, (depth, depth))
                spans[fold] = (min(first, depth), max(last, depth))
        return spans

    def _frame_starts(self) -> dict[int, int]:
        starts: dict[int, int] = defaultdict(int)
        for first, _ in self._spans().values():
            starts[first] += 1
        return starts

    # ---- coordinates ----------------------------------------------------------------------------------------------

    @property
    def left(self) -> float:
        """Where the spine begins."""
        return MARGIN + (TRACK * (max(self.tracks.values()) + 1) + 8 if self.tracks else 0)

    def x(self, key: str) -> float:
        """The left of a bar."""
        return self.left + LANE * self.lane[key]

    def top(self, key: str) -> float:
        """The top of a bar."""
        return self.tops[self.depth[key]]

    def across(self, key: str, gap: int) -> float:
        """The height at which what a block gives runs across a gap."""
        return self.tops[gap] + HEIGHT + 19 + SLOT * self.slots[gap][key]

    def points(self, link: Link) -> list[Point]:
        """The corners of a line."""
        source, target = link.source, link.target
        route = self._route(link)
        start = Point(self.x(source) + WIDTH / 2, self.top(source) + HEIGHT)
        end = Point(self.x(target) + WIDTH / 2, self.top(target))
        if route == "straight":
            return [start, end]
        if route == "out":
            y = self.across(source, self.depth[source])
            return [start, Point(start.x, y), Point(end.x, y), end]
        if route == "back":
            y = self.across(source, self.depth[target] - 1)
            side = end.x + self._entry(source, target)
            return [start, Point(start.x, y), Point(side, y), Point(side, end.y)]
        return self._by_track(link, start, end)

    def _entry(self, source: str, target: str) -> float:
        """How far from the middle of the target's top a line from a lane enters, so that arrows do not meet."""
        lanes = sorted(self.lane[key] for key in self.sources[target] if self.leave.get(key) == target)
        towards = 1 if self.lane[source] >= self.lane[target] else -1
        return towards * min(14.0 * (1 + lanes.index(self.lane[source])), WIDTH / 2 - 6)

    def _by_track(self, link: Link, start: Point, end: Point) -> list[Point]:
        source, target = link.source, link.target
        track = self.left - 8 - TRACK * (self.tracks[source] + 0.5)
        out_of_left = self.top(source) + HEIGHT - 6
        if self.lane[source]:
            y = self.across(source, self.depth[source])
            points = [start, Point(start.x, y), Point(track, y)]
        else:
            points = [Point(self.left, out_of_left), Point(track, out_of_left)]
        if self.lane[target]:
            y = self.across(source, self.depth[target] - 1)
            side = end.x - 14
            return [*points, Point(track, y), Point(side, y), Point(side, end.y)]
        sources = self.sources[target]
        y = self.top(target) + 6 + (HEIGHT - 18) * sources.index(source) / len(sources)
        return [*points, Point(track, y), Point(self.left, y)]

    # ---- the picture ----------------------------------------------------------------------------------------------

    def scene(self, words: Words) -> Scene:
        """All of it."""
        cells = [self._cell(block, words) for block in self.blocks]
        edges = [self._edge(link) for link in self.links]
        width = max(cell.x + cell.width for cell in cells) + MARGIN
        height = self.tops[-1] + HEIGHT + MARGIN
        width += MARGIN if self._spans() else 0
        return Scene("graph", width, height, tuple(cells), tuple(edges), tuple(self._frames(width)))

    def _cell(self, block: Block, words: Words) -> Cell:
        parts = tuple(step.part for step in block.steps)
        label = _within(label_of(block, words), block.inside)
        detail = {"fold": words.layers(len(parts)), "failing": words.fails}.get(block.role, "")
        return Cell(
            key=block.key,
            role=block.role,
            label=cut(label, WIDTH - 34),
            detail=detail,
            shape=sizes(block.shape) if block.shape is not None else "",
            parts=parts,
            x=self.x(block.key),
            y=self.top(block.key),
            width=WIDTH,
            height=HEIGHT,
        )

    def _edge(self, link: Link) -> Edge:
        points = self.points(link)
        upright = self._route(link) == "track" and not self.lane[link.source]
        if upright:
            first, second = points[1], points[2]
            label = Point(first.x - 2, min((first.y + second.y) / 2, first.y + 70))
        else:
            label = Point(points[0].x + 5, points[0].y + SMALL + 2)
        return Edge(link.source, link.target, sizes(link.shape), tuple(points), label, upright)

    def _frames(self, width: float) -> list[Frame]:
        spans = self._spans()
        order = list(spans)
        frames = []
        for fold, (first, last) in spans.items():
            starts = [other for other in order[order.index(fold) :] if spans[other][0] == first]
            inside = next(block.inside for block in self.blocks if fold in block.inside)
            level = inside.index(fold)
            x = 4.0 + 5 * level
            top = self.tops[first] - HEADER * len(starts) - 4
            height = self.tops[last] + HEIGHT + 10 - 3 * level - top
            label = _within(fold.label, inside[:level])
            frames.append(Frame(fold.key, label, x, top, width - 2 * x, height, self.left))
        return frames


def _first_free(taken: list[list[tuple[int, int]]], begin: int, end: int) -> int:
    """The first lane in which nothing lies from `begin` to before `end`; it is taken from now on."""
    for number, spans in enumerate(taken):
        if all(end <= other or begin >= past for other, past in spans):
            spans.append((begin, end))
            return number
    taken.append([(begin, end)])
    return len(taken) - 1


def _within(label: str, inside: Sequence[Opened]) -> str:
    """A name without the modules of the frame that it stands in, unless a mere number would be left."""
    short = label.removeprefix(f"{inside[-1].label}.") if inside else label
    return label if short[:1].isdigit() else short
