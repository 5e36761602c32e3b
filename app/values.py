"""How values are typed and shown: `5`, `3, 1`, `same`, and nothing for what is left out."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from cnnshapes import InputError
from cnnshapes.layers import Argument

NO_TOOLBAR: Final = {"displayModeBar": False}
"""The settings of a chart: Plotly's toolbar would cover the legend on a phone, and speaks English alone."""


def shown(value: Any) -> str:
    """A value as text: `5`, `3, 1`, `same`; empty for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join("" if item is None else f"{item}" for item in value)
    return f"{value}"


def read(text: str, spec: Argument) -> Any:
    """The value that a text stands for; brackets and `x` between numbers are taken too.

    Raises:
        InputError: it is none that the argument can take; says what would be.
    """
    plain = text.strip().strip("()[]").strip()
    if plain.lower() in spec.words:
        return plain.lower()
    if not plain:
        if spec.optional:
            return None
        if spec.gaps and spec.kind == "shape":
            return ()
        raise InputError(f"it cannot be empty; it should be {spec.describe()}")
    plain = plain.replace("×", ",").replace("x", ",")
    parts = [part.strip() for part in plain.split(",")] if "," in plain and spec.gaps else re.split(r"[\s,]+", plain)
    try:
        numbers = tuple(_number(part, spec) if part else None for part in parts if part or spec.gaps)
        if len(numbers) == 1 and spec.kind != "shape":
            return spec.clean(numbers[0])
        return spec.clean(numbers)
    except (ValueError, TypeError) as error:
        raise InputError(f'"{text.strip()}" is not {spec.describe()}') from error


def _number(text: str, spec: Argument) -> int | float:
    try:
        return int(text)
    except ValueError:
        if spec.kind not in ("number", "numbers"):
            raise
        return float(text)


def read_names(text: str) -> tuple[str, ...]:
    """The names in `conv1, relu3`; none of an empty text."""
    return tuple(text.replace(",", " ").split())


def read_shape(text: str) -> tuple[int, ...]:
    """The shape of one example from `3x32x32` or `3, 32, 32`.

    Raises:
        InputError: it is none.
    """
    parts = text.strip().strip("()[]").lower().replace("×", ",").replace("x", ",").split(",")
    try:
        return tuple(int(part) for part in parts)
    except ValueError as error:
        raise InputError(f'"{text}" is no shape; it should be like 3x32x32: channels, height, width') from error


def capital(text: str, names: Collection[str]) -> str:
    """Text that begins with a capital letter, unless one of these names, or a word that is no mere word, begins it."""
    first = re.split(r"[\s,:;]", text, maxsplit=1)[0]
    return text if first in names or not first.isalpha() else text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is, but for `code`: a name from a link shall make no link and no picture."""
    return re.sub(
        r"`[^`\n]+`|[\\`*_\[\]<>#~$|/:]", lambda found: found[0] if len(found[0]) > 1 else f"\\{found[0]}", text
    )
