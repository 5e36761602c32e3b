"""Text in pictures: how wide it is, how it is cut, and the words that the layouts put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cnnshapes.layers import Shape

SIZE: Final = 11
"""Height of the letters, in pixels."""
SMALL: Final = 10
"""Height of the letters of shapes and second lines."""
LINE: Final = 13
"""From one line of text to the next."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a picture says besides names and numbers, in the reader's language.

    Attributes:
        title: what is pictured.
        description: how, for those who cannot see it.
        input: what the network reads.
        layers: how many layers there are in a fold.
        groups: how many groups of channels a convolution keeps apart.
        fails: on the layer that cannot be computed.
        unfold, fold: what a click on a fold, and on the frame of an opened one, does.
    """

    title: str
    description: str
    input: str
    layers: Callable[[int], str]
    groups: Callable[[int], str]
    fails: str
    unfold: str
    fold: str


def sizes(shape: Shape) -> str:
    """A shape as the papers write it: `6×28×28`."""
    return "×".join(map(str, shape))


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is; Korean letters are as wide as they are high."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.57 for letter in text)


def cut(text: str, width: float, size: float = SIZE) -> str:
    """A name that fits into so many pixels; its end is what tells it apart, so its beginning is left out."""
    if width_of(text, size) <= width:
        return text
    while text and width_of(f"…{text}", size) > width:
        text = text[1:]
    return f"…{text}"
