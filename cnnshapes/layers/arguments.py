"""What the arguments of a layer may be: the fields of its class, each with the kind and the bounds of its values."""

from __future__ import annotations

import dataclasses
from math import isnan
from typing import Any, Final

REQUIRED: Final = object()
"""The default of an argument that must be given."""
INTEGRAL: Final = frozenset({"int", "sizes", "number", "numbers"})
"""The kinds of argument that a whole number is a value of."""


@dataclasses.dataclass(frozen=True)
class Argument:
    """What one argument of a layer may be.

    Attributes:
        kind: `int`; `sizes` (an int or one per axis); `shape` (a tuple of ints); `number`; `numbers` (a number or one
            per axis); `flag`; `word`.
        minimum, maximum: bounds of each number, where there are any.
        words: the words allowed beside or instead of numbers.
        optional: None is allowed, and means that torch's default or the input decides.
        gaps: None is allowed for single axes too, and keeps those as they are.
        from_input: what the input decides where it is left out: its `channels` (first dimension) or `features` (last).
    """

    kind: str
    minimum: float | None = None
    maximum: float | None = None
    words: tuple[str, ...] = ()
    optional: bool = False
    gaps: bool = False
    from_input: str = ""

    def clean(self, value: Any) -> Any:
        """The value as the layer keeps it (lists become tuples).

        Raises:
            TypeError: it is no value of this kind; the message says what would be.
        """
        if type(value) is int and self.kind in INTEGRAL:
            return value
        if value is None and self.optional:
            return None
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, bool):
            accepted = self.kind == "flag"
        elif isinstance(value, int):
            accepted = self.kind in INTEGRAL
        else:
            accepted = isinstance(value, float) and self.kind in ("number", "numbers") and not isnan(value)
        if accepted:
            return value
        if isinstance(value, list | tuple) and self.kind in ("sizes", "shape", "numbers"):
            return tuple(_element(item, self) for item in value)
        raise TypeError(f"{value!r} is not {self.describe()}")

    def describe(self) -> str:
        """What a value may be, for messages: `an int or one per axis, "same" or "valid"`."""
        kinds = {
            "int": "a whole number",
            "sizes": "a whole number or one per axis",
            "shape": "a list of whole numbers",
            "number": "a number",
            "numbers": "a number or one per axis",
            "flag": "true or false",
            "word": "",
        }
        parts = [kinds[self.kind], *(f'"{word}"' for word in self.words), "none" if self.optional else ""]
        return " or ".join(part for part in parts if part)

    def fault(self, value: Any) -> tuple[str, float] | None:
        """The bound a value breaks, as (`at least`, bound) or (`at most`, bound); None where it breaks none."""
        if self.minimum is None and self.maximum is None:
            return None
        for item in value if isinstance(value, tuple) else (value,):
            if item is None or isinstance(item, str):
                continue
            if self.minimum is not None and item < self.minimum:
                return "at least", self.minimum
            if self.maximum is not None and item > self.maximum:
                return "at most", self.maximum
        return None


def _element(item: Any, argument: Argument) -> Any:
    floats = argument.kind == "numbers"
    if item is None and argument.gaps:
        return item
    if isinstance(item, bool) or not isinstance(item, (int, float) if floats else int):
        raise TypeError(f"{item!r} is not a {'number' if floats else 'whole number'}")
    return item


def argument(kind: str, *, default: Any = REQUIRED, keyword: bool = False, **limits: Any) -> Any:
    """A dataclass field that carries its `Argument`; without a default it must be given."""
    optional = default is None or limits.pop("optional", False)
    spec = Argument(kind, optional=optional, **limits)
    return dataclasses.field(default=default, kw_only=keyword, metadata={"argument": spec})


def integer(*, default: Any = REQUIRED, minimum: int | None = 1, **limits: Any) -> Any:
    """A whole number, at least 1 unless said otherwise."""
    return argument("int", default=default, minimum=minimum, **limits)


def sizes(*, default: Any = REQUIRED, minimum: int | None = 1, **limits: Any) -> Any:
    """A whole number, or one per spatial axis."""
    return argument("sizes", default=default, minimum=minimum, **limits)


def number(*, default: Any = REQUIRED, **limits: Any) -> Any:
    """A number, whole or not."""
    return argument("number", default=default, **limits)


def flag(*, default: Any = REQUIRED, keyword: bool = False) -> Any:
    """True or false."""
    return argument("flag", default=default, keyword=keyword)


def word(*words: str, default: str) -> Any:
    """One of a few words."""
    return argument("word", default=default, words=words)
