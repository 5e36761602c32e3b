"""A language: words for the page, and patterns for the sentences that the core makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Final

HOLE: Final = "{}"
"""Stands in a pattern for what the core puts there: a number, a name, or another sentence."""
TELLING: Final = 11
"""Letters of its own by which a pattern is a sentence; `{} or {}` has fewer, and waits until nothing else fits."""

INNER: Final = "((?:(?!; |: ).)*?)"
"""A value in the middle, which does not reach beyond a colon or a semicolon."""
LAST: Final = "(.*?)"
"""A value at the end, which may be a text of its own."""

_Pattern = tuple[re.Pattern[str], str]


class Catalogue:
    """A language.

    Args:
        words: what the page says, by the English; both with the same `{names}`.
        patterns: what the core says, by the English with `{}` for each value; the translation has the values by their
            position, `{0}`, `{1}`, so that they can change places.
        finish: what is done to a text once its values are in it.
    """

    def __init__(
        self, words: Mapping[str, str], patterns: Mapping[str, str], finish: Callable[[str], str] = lambda text: text
    ) -> None:
        self.finish = finish
        self.words = dict(words)
        self.patterns = dict(patterns)
        self.sentence = lru_cache(maxsize=2_000)(self._sentence)

    @cached_property
    def _compiled(self) -> tuple[list[_Pattern], list[_Pattern], list[_Pattern], list[_Pattern]]:
        """Four kinds of patterns, those with most letters first.

        Sentences within one clause; clauses that stand behind any sentence, `{}; left out`; sentences the last value of
        which may be a text of its own; and what is too short to be a sentence, such as what joins two.
        """
        ordered = sorted(self.patterns, key=lambda pattern: -_letters(pattern))
        telling = [pattern for pattern in ordered if _letters(pattern) >= TELLING]
        behind = [pattern for pattern in ordered if re.match(r"\{\}; [^{]+$", pattern)]
        joining = [pattern for pattern in ordered if _letters(pattern) < TELLING]
        return (
            self._expressions(telling, INNER),
            self._expressions(behind, LAST),
            self._expressions(telling, LAST),
            self._expressions(joining, LAST),
        )

    def _expressions(self, patterns: Sequence[str], last: str) -> list[_Pattern]:
        return [(re.compile(_expression(pattern, last), re.DOTALL), self.patterns[pattern]) for pattern in patterns]

    def _sentence(self, text: str) -> str:
        """A sentence of the core in this language; what it is made of is translated too, what is unknown stays."""
        if not self.patterns or not re.search("[A-Za-z]", text):
            return text
        clause, behind, whole, joining = self._compiled
        if ". " in text:
            return ". ".join(map(self.sentence, text.split(". ")))
        if text.endswith(".") and len(text) > 1:
            return f"{self.sentence(text[:-1])}."
        if (located := re.fullmatch(r"(.*?) \((line \d+: .*)\)", text, re.DOTALL)) is not None:
            return f"{self.sentence(located[1])} ({self.sentence(located[2])})"
        for patterns in (clause, behind, whole):
            if (found := self._by(patterns, text)) is not None:
                return found
        for joint in ("\n", ": ", "; "):
            before, there, after = text.partition(joint)
            if there and after:
                return self.finish(f"{self.sentence(before)}{joint}{self.sentence(after)}")
        if (aside := re.fullmatch(r"(.*?) \((.*)\)", text, re.DOTALL)) is not None:
            said, items = aside.groups()
            listed = self._by(whole, items) or ", ".join(map(self.sentence, items.split(", ")))
            return f"{self.sentence(said)} ({listed})"
        if (found := self._by(joining, text)) is not None:
            return found
        return ", ".join(map(self.sentence, text.split(", "))) if ", " in text.strip() else text

    def _by(self, patterns: list[_Pattern], text: str) -> str | None:
        """The translation by the first of these patterns that the text follows."""
        for expression, translation in patterns:
            match = expression.fullmatch(text)
            if match is not None:
                return self.finish(translation.format(*map(self.sentence, match.groups())))
        return None


def _letters(pattern: str) -> int:
    return len(re.sub("[^A-Za-z]", "", pattern))


def _expression(pattern: str, last: str) -> str:
    """The pattern with an expression for each value, that at the very end by itself."""
    first, *rest = map(re.escape, pattern.split(HOLE))
    if re.match(r"\{\}; [^{]+$", pattern):
        return f"{last}{rest[0]}"
    return first + "".join(
        (INNER if text or number < len(rest) - 1 else last) + text for number, text in enumerate(rest)
    )
