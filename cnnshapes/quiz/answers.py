"""Answers as people type them: a shape, or a count."""

from __future__ import annotations

import re
from typing import Final

from cnnshapes import arithmetic
from cnnshapes.errors import InputError
from cnnshapes.layers.base import Shape

LONGEST: Final = 60
"""No answer has more characters than this."""


def read_shape(text: str) -> Shape:
    """The shape that a text says; brackets do no harm, and sizes are parted by `x`, `×`, commas or spaces.

    Raises:
        InputError: it says none.
    """
    parts = re.split(r"\s*[x×,]\s*|\s+", text.strip().strip("()[]").strip().lower())
    if len(text) > LONGEST or not all(re.fullmatch("[0-9]+", part) for part in parts):
        raise InputError(f'"{text.strip()[:LONGEST]}" is no shape; it should be like 6x28x28')
    return tuple(map(int, parts))


def read_count(text: str) -> int:
    """The count that a text says: a number, with commas between thousands or without, or a sum of products of them.

    Raises:
        InputError: it says none.
    """
    plain = re.sub(r"(?<=[0-9])[,\s_](?=[0-9]{3}(?![0-9]))", "", text.strip())
    products = [re.split(r"\s*[*·×x]\s*", product) for product in re.split(r"\s*\+\s*", plain)]
    if len(text) > LONGEST or not all(re.fullmatch("[0-9]+", factor) for product in products for factor in product):
        raise InputError(f'"{text.strip()[:LONGEST]}" is no count; it should be like 456 or 16*5*5')
    return sum(arithmetic.product(map(int, product)) for product in products)
