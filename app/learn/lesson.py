"""What is convolved or pooled by hand: numbers as they were typed, which may make no sense yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from app.learn.examples import Example
from app.learn.picture import texts_of
from cnnshapes.by_hand import resized

Cells = list[list[list[str]]]
"""What was typed, by channel, row and column."""
Numbers = list[list[list[float]]]
"""What it says, likewise."""

LIMIT: Final = 1e6
"""Numbers are at most this large, so that sums stay readable."""
LONGEST: Final = 20
"""No more characters of a cell are kept."""


@dataclass
class Lesson:
    """What a visitor looks at; the widgets are views of it.

    Attributes:
        example: what it began with.
        image: its cells.
        filters: the cells of each filter.
        bias: of each filter.
        version: goes up when the cells are others, so that what was typed before counts no more.
        position: the place of the window, from 0.
        playing: whether the window moves on by itself.
    """

    example: Example
    image: Cells = field(default_factory=list)
    filters: list[Cells] = field(default_factory=list)
    bias: list[str] = field(default_factory=list)
    version: int = 0
    position: int = 0
    playing: bool = False

    def __post_init__(self) -> None:
        self.show(self.example)

    def show(self, example: Example) -> None:
        """Begin anew with an example."""
        self.example = example
        self.image = texts_of(example.image)
        self.filters = [texts_of(one) for one in example.filters]
        self.bias = ["0"] * len(example.filters)
        self.position, self.playing = 0, False
        self.version += 1

    @property
    def changed(self) -> bool:
        """Whether the cells are others than the example's."""
        fresh = Lesson(self.example)
        return (self.image, self.filters, self.bias) != (fresh.image, fresh.filters, fresh.bias)

    def type(self, edits: Mapping[str, str]) -> None:
        """Put texts into cells, by their place: `image/0/2/1` or `filter/1/0/2/1`; others are passed over."""
        grids = {f"image/{channel}": cells for channel, cells in enumerate(self.image)}
        for number_, one in enumerate(self.filters):
            grids |= {f"filter/{number_}/{channel}": cells for channel, cells in enumerate(one)}
        places = {
            f"{name}/{row}/{column}": (line, column)
            for name, cells in grids.items()
            for row, line in enumerate(cells)
            for column in range(len(line))
        }
        for place, text in edits.items():
            if place in places:
                line, column = places[place]
                line[column] = str(text)[:LONGEST]

    def resize(self, channels: int, image: tuple[int, int], filters: int = 0, kernel: tuple[int, int] = (1, 1)) -> None:
        """Other sizes: what fits is kept, and zeros or copies are added."""
        self.image = resized(self.image, channels, *image, "0")
        known = self.filters
        chosen = [known[min(number, len(known) - 1)] for number in range(filters)]
        self.filters = [resized(one, channels, *kernel, "0") for one in chosen]
        self.bias = [self.bias[number] if number < len(self.bias) else "0" for number in range(filters)]
        self.version += 1


class Fault(NamedTuple):
    """A cell that holds no number, counted from 1."""

    channel: int
    row: int
    column: int
    text: str


def numbers(cells: Cells) -> tuple[Numbers, list[Fault]]:
    """The numbers that were typed, 0 for those that are none, and which these are."""
    faults: list[Fault] = []

    def read(channel: int, row: int, column: int) -> float:
        text = cells[channel][row][column]
        found = number(text)
        if found is None:
            faults.append(Fault(channel + 1, row + 1, column + 1, text))
        return found or 0

    picture = [
        [[read(channel, row, column) for column in range(len(line))] for row, line in enumerate(own)]
        for channel, own in enumerate(cells)
    ]
    return picture, faults


def number(text: str) -> float | None:
    """The number that a text says, with a minus sign of either kind; None where it is none, or too large."""
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        return None
    return value if abs(value) <= LIMIT else None
