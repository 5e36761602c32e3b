"""What a picture is made of, in pixels: cells, edges and frames. The layouts make one, `svg` writes it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Role = Literal["input", "layer", "fold", "failing"]


class Point(NamedTuple):
    """A point, y downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Part:
    """A row in a cell: the layer itself, or an activation, norm or dropout that follows it.

    Attributes:
        row: its name; what a click selects.
        kind: the layer's class name.
        family: the kind of layer, which has a colour: `convolution`, `pooling`.
    """

    row: str
    kind: str
    family: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A box or a bar, with the rows it shows.

    Attributes:
        key: the name of its row, or of the fold.
        role: what it stands for.
        label: what is written above or in it.
        detail: a second line, such as the number of layers in a fold.
        shape: what comes out of it, `6×28×28`.
        parts: its rows, the first of which gave it its form; a fold has all that it hides.
        x, y, width, height: the front.
        lean: how far the sides go back, to the right and upwards; 0 for a flat bar.
        slab: the width of each part behind the first, on the right of the front; 0 where they are written only.
        towers: how many boxes side by side the front is, one for each group of a convolution.
    """

    key: str
    role: Role
    label: str
    detail: str
    shape: str
    parts: tuple[Part, ...]
    x: float
    y: float
    width: float
    height: float
    lean: float = 0
    slab: float = 0
    towers: int = 1

    @property
    def hull(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that is drawn of it."""
        return self.x, self.y - self.lean, self.x + self.width + self.lean, self.y + self.height


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a cell to one that reads it.

    Attributes:
        source, target: the keys of the cells.
        shape: what flows along it.
        points: its corners.
        label: where the shape is written.
        upright: whether it is written from bottom to top, along the line.
        window: corners of the kernel's window on the source, from which lines converge on the target.
    """

    source: str
    target: str
    shape: str
    points: tuple[Point, ...]
    label: Point
    upright: bool = False
    window: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The band behind the rows of a fold that was opened; a click on its label, which begins at `indent`, closes it."""

    key: str
    label: str
    x: float
    y: float
    width: float
    height: float
    indent: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture.

    Attributes:
        form: `boxes` for a stack in three dimensions, `graph` for what has branches.
        width, height: of the picture.
    """

    form: Literal["boxes", "graph"]
    width: float
    height: float
    cells: tuple[Cell, ...]
    edges: tuple[Edge, ...]
    frames: tuple[Frame, ...] = ()
