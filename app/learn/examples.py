"""What the lessons begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cnnshapes.by_hand import NOTES_FILTER, NOTES_IMAGE, NOTES_MAP, NOTES_SIGNAL, NOTES_SMOOTHING, Picture


class Example(NamedTuple):
    """Something to begin with.

    Attributes:
        image: channels of rows.
        filters: as many as maps come out.
        stride, padding, dilation: along both axes, of a signal along its one.
    """

    image: Picture
    filters: Sequence[Picture] = ()
    stride: int = 1
    padding: int = 0
    dilation: int = 1


STEP: Final = ((0, 0, 0, 9, 9, 9),) * 6
"""Dark on the left and bright on the right."""
SQUARE: Final = ((0,) * 6, *((0, 0, 9, 9, 0, 0),) * 4, (0,) * 6)
"""A bright block in the dark."""
DOT: Final = ((0,) * 5, (0,) * 5, (0, 0, 16, 0, 0), (0,) * 5, (0,) * 5)
COLOURS: Final = (
    ((9, 9, 0, 0), (9, 9, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)),
    ((0, 0, 5, 5), (0, 0, 5, 5), (0, 0, 0, 0), (0, 0, 0, 0)),
    ((0, 0, 0, 0), (0, 0, 0, 0), (2, 2, 2, 2), (2, 2, 2, 2)),
)
"""Red on the upper left, green on the upper right, blue below."""

ACROSS: Final = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
DOWN: Final = ((-1, -2, -1), (0, 0, 0), (1, 2, 1))
"""Sobel's filters for edges from left to right and from top to bottom."""
BLUR: Final = ((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625))
KEEP: Final = ((0, 0, 0), (0, 1, 0), (0, 0, 0))
COLOUR_FILTER: Final = (((1, 0), (0, 1)), ((0, 1), (1, 0)), ((-1, -1), (1, 1)))

CONVOLUTIONS: Final = {
    "notes": Example([NOTES_IMAGE], [[NOTES_FILTER]]),
    "edge": Example([STEP], [[ACROSS]]),
    "blur": Example([DOT], [[BLUR]], padding=1),
    "identity": Example([NOTES_IMAGE], [[KEEP]], padding=1),
    "rgb": Example(COLOURS, [COLOUR_FILTER]),
    "two": Example([SQUARE], [[ACROSS], [DOWN]]),
    "signal": Example([[NOTES_SIGNAL]], [[[NOTES_SMOOTHING]]]),
}
"""Ready convolutions by name; the page opens on the first."""
POOLING: Final = Example([NOTES_MAP])
"""What is pooled."""
