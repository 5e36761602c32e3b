"""Names that are nearly those of torch: `nn.Conv2D`, `kernal_size`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

ALIKE: Final = 0.905
"""How alike two names are, of 1, that are taken for one: MaxUnpool2d, another layer of torch, is 0.9 of MaxPool2d."""


def meant(name: str, known: Iterable[str]) -> str:
    """The one of the known names that a misspelt one must mean: but for capitals, or for a letter; "" where none is.

    Args:
        name: one that is not known; what has other digits is another name.
        known: the names there are.
    """
    by_letters = {one.lower(): one for one in known if _digits(one.lower()) == _digits(name.lower())}
    close = get_close_matches(name.lower(), by_letters, 1, ALIKE)
    return by_letters[close[0]] if close else ""


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)
