"""Rows in a row that may be folded into one: a module, or a sequence of kinds that repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final, NamedTuple

LONGEST: Final = 24
"""The most rows that are looked at as one repeated block, where names do not say what belongs together."""


class Named(NamedTuple):
    """A row by its name and kind, all that folding looks at."""

    name: str
    kind: str

    @property
    def modules(self) -> list[str]:
        """The modules that it lies in, the outermost first: `layer1`, `layer1.0`."""
        return list(accumulate(self.name.split(".")[:-1], lambda outer, inner: f"{outer}.{inner}"))


@dataclass(frozen=True, slots=True)
class Run:
    """Some rows in a row.

    Attributes:
        key: of the fold, unlike any row's name; empty for rows that are not folded.
        label: the module, or the first and last row of what repeats.
        first, end: where its rows begin, and where they have ended.
        times: how often something repeats in it, 1 where nothing does.
    """

    key: str
    label: str
    first: int
    end: int
    times: int


def runs(rows: Sequence[Named], all_rows: Counter[str], opened: str) -> list[Run]:
    """Rows cut into runs: by the module they lie in where that says something, else by what repeats.

    Args:
        rows: those to cut.
        all_rows: how many rows each module has in the whole network, by `in_modules`.
        opened: the key of the opened fold that they are all of; empty where there is none.
    """
    level = _shared(rows)
    found: list[Run] = []
    at = 0
    for module, group in groupby(rows, key=lambda row: (row.modules[level:] or [""])[0]):
        inside = list(group)
        whole = all_rows[module] == len(inside)  # else the network comes back to the module
        key = f"{module}.*" if whole else f"{module}.*{inside[0].name}"
        found.append(Run(key if module else "", module, at, at + len(inside), _repeats(inside, level)))
        at += len(inside)
    if all(not run.key or run.end - run.first == 1 for run in found):
        return _repeating(rows, opened)
    return found


def in_modules(rows: Iterable[Named]) -> Counter[str]:
    """How many rows lie in each module, at any depth."""
    return Counter(module for row in rows for module in row.modules)


def _shared(rows: Sequence[Named]) -> int:
    """How many levels of modules all the rows share."""
    levels = zip(*(row.modules for row in rows), strict=False)
    return next((depth for depth, level in enumerate(levels) if len(set(level)) > 1), min(len(r.modules) for r in rows))


def _repeats(rows: Sequence[Named], level: int) -> int:
    """How many children of a module are alike, but for the first and for single rows; 1 where they are not."""
    children = [
        tuple(row.kind for row in group) for _, group in groupby(rows, key=lambda row: row.name.split(".")[: level + 2])
    ]
    bodies = [kinds for kinds in children if len(kinds) > 1]
    return len(bodies) if len(bodies) > 1 and len(set(bodies[1:])) == 1 else 1


def _repeating(rows: Sequence[Named], opened: str) -> list[Run]:
    """Rows cut into runs by sequences of kinds that repeat, where names do not tell."""
    kinds = [row.kind for row in rows]
    found: list[Run] = []
    at = 0
    while at < len(rows):
        period, times = _most_repeated(kinds, at)
        end = at + period * times
        label = f"{rows[at].name}…{rows[end - 1].name}"
        folded = times > 1 and label != opened  # an opened one shows its rows, not itself again
        found.append(Run(label if folded else "", label, at, end, times))
        at = end
    return found


def _most_repeated(kinds: Sequence[str], at: int) -> tuple[int, int]:
    """The length of what repeats from here on, and how often; what covers the most rows, the shortest of those."""
    best = (1, 1)
    for period in range(1, LONGEST + 1):
        pattern = kinds[at : at + period]
        times = 1
        while kinds[at + times * period : at + (times + 1) * period] == pattern:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = (period, times)
    return best
