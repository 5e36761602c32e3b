"""Names that are nearly those of torch: `nn.Conv2D`, `kernal_size`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

ALIKE: Final = 0.905
"""How alike two names are, of 1, that are taken for one: MaxUnpool2d, another layer of torch, is 0.9 of MaxPool2d."""

_KERAS: Final = {
    r"Dense": "Linear",
    r"BatchNorm(alization)?": "BatchNorm2d",
    r"LayerNormalization": "LayerNorm",
    r"MaxPool(ing)?(\d)D": r"MaxPool\2d",
    r"(Average|Avg)Pool(ing)?(\d)D": r"AvgPool\3d",
    r"Global(Average|Avg)Pool(ing)?(\d)D": r"AdaptiveAvgPool\3d(1)",
    r"GlobalMaxPool(ing)?(\d)D": r"AdaptiveMaxPool\2d(1)",
    r"Conv(\d)DTranspose": r"ConvTranspose\1d",
    r"SpatialDropout(\d)D": r"Dropout\1d",
    r"UpSampling\dD": "Upsample",
    r"ZeroPadding(\d)D": r"ZeroPad\1d",
}
"""Layers of Keras, and those of torch that do the same; their arguments are others."""


def meant(name: str, known: Iterable[str]) -> str:
    """The one of the known names that a misspelt one must mean: but for capitals, or for a letter; "" where none is.

    Args:
        name: one that is not known; what has other digits is another name.
        known: the names there are.
    """
    by_letters = {one.lower(): one for one in known if _digits(one.lower()) == _digits(name.lower())}
    close = get_close_matches(name.lower(), by_letters, 1, ALIKE)
    return by_letters[close[0]] if close else ""


def meant_for_init(name: str) -> bool:
    """Whether a method's name must mean `__init__`: `_init_`, `__int__`."""
    return name != (bare := name.strip("_")) and bool(meant(f"__{bare}__", ["__init__"]))


def of_keras(name: str) -> str:
    """The layer of torch that does what one of Keras's name does, "" where none is known."""
    for theirs, ours in _KERAS.items():
        if match := re.fullmatch(theirs, name, re.IGNORECASE):
            return match.expand(ours)
    return ""


def _digits(name: str) -> str:
    return re.sub(r"\D", "", name)
