"""A language: words for the page, and patterns for the sentences that the core makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Final

HOLE: Final = "{}"
"""Stands in a pattern for what the core puts there: a number, a name, or another sentence."""


class Catalogue:
    """A language.

    Args:
        words: what the page says, by the English; both with the same `{names}`.
        patterns: what the core says, by the English with `{}` for each value; the translation has the values by their
            position, `{0}`, `{1}`, so that they can change places.
    """

    def __init__(self, words: Mapping[str, str], patterns: Mapping[str, str]) -> None:
        self.words = dict(words)
        self.patterns = dict(patterns)
        self.sentence = lru_cache(maxsize=2_000)(self._sentence)

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        """The patterns, those with the most words of their own first."""
        most = sorted(self.patterns, key=lambda pattern: -len(pattern.replace(HOLE, "")))
        return [(re.compile(_expression(pattern), re.DOTALL), self.patterns[pattern]) for pattern in most]

    def _sentence(self, text: str) -> str:
        """A sentence of the core in this language; what it is made of is translated too, what is unknown stays."""
        if not self.patterns or not re.search("[A-Za-z]", text):
            return text
        for expression, translation in self._compiled:
            match = expression.fullmatch(text)
            if match is not None:
                return translation.format(*(self.sentence(part) for part in match.groups()))
        for joint in ("\n", "; ", ". ", ": ", ", "):
            if joint in text.strip():
                return joint.join(self.sentence(part) for part in text.split(joint))
        if text.endswith(".") and len(text) > 1:
            return f"{self.sentence(text[:-1])}."
        return text


def _expression(pattern: str) -> str:
    return "(.*?)".join(map(re.escape, pattern.split(HOLE)))
