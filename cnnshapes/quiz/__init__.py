"""Questions on real networks: predict a shape or a count, and be told which slip a wrong number comes from.

A question hides one number that the report knows. A slip is a mistake that people make in its formula; its number is
computed by making the mistake, so that a wrong answer which is one of these numbers can be named.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cnnshapes import presets
from cnnshapes.design import Design
from cnnshapes.errors import InputError, ShapeError
from cnnshapes.layers.base import Shape
from cnnshapes.quiz.answers import read_count, read_shape
from cnnshapes.quiz.kinds import KINDS, SLIPS
from cnnshapes.report import Report, report_of

__all__ = ["KINDS", "LEVELS", "SLIPS", "Question", "Verdict", "judged", "question", "questions"]

LEVELS: Final = {
    "easy": ("shape", "shape", "padding"),
    "medium": ("parameters", "flatten"),
    "hard": ("MACs", "in_features"),
}
"""What is asked at each level, what stands twice twice as often; each kind of question is a function in `kinds`."""


@dataclass(frozen=True)
class Question:
    """Something to predict.

    Attributes:
        kind: `shape`, `padding`, `parameters`, `flatten`, `MACs` or `in_features`.
        network: the name of the design.
        node: the row that it is about.
        input_shape: what reaches the first of `layers`.
        layers: names and layers to look at, as `("conv1", "Conv2d(out_channels=6, kernel_size=5)")`.
        answer: a shape, or a tuple of one number.
        why: the formula with the numbers put in.
        slips: by name, the answers that they would give; none is the true one.
    """

    kind: str
    network: str
    node: str
    input_shape: Shape
    layers: tuple[tuple[str, str], ...]
    answer: tuple[int, ...]
    why: str
    slips: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth.

    Attributes:
        given: the answer as it was understood.
        right: whether it is the true one.
        slips: the names of the slips that give just this answer.
    """

    given: tuple[int, ...]
    right: bool
    slips: tuple[str, ...]


def question(level: str, seed: int, networks: Sequence[str | Design] = ()) -> Question:
    """One question; the same seed asks the same.

    Args:
        level: `easy`, `medium` or `hard`.
        seed: any number.
        networks: designs or names of presets to ask about; all presets unless given.

    Raises:
        InputError: there is no such level, or nothing in the networks that it could ask about.
    """
    if level not in LEVELS:
        raise InputError(f'there is no level "{level}"; there is {", ".join(LEVELS)}')
    chooser = random.Random(f"{level} {seed}")  # noqa: S311  a quiz, no secret
    kinds, order = LEVELS[level], list(networks or presets.PRESETS)
    chooser.shuffle(order)
    for kind in chooser.sample(kinds, len(kinds)):
        for network in order:
            found = questions(_report(network), kind)
            if found:
                return chooser.choice(found)
    raise InputError("the network has nothing to ask about at this level; choose another level or network")


def questions(report: Report, kind: str) -> list[Question]:
    """All questions of a kind about a network, equal layers on equal inputs asked about once."""
    found = {(row.layer, row.input_shapes): KINDS[kind](row, report) for row in reversed(report)}
    return [
        Question(
            kind,
            report.name,
            asked.row.name,
            asked.input_shape or asked.row.input_shapes[0],
            asked.layers or ((asked.row.name, repr(asked.row.layer)),),
            asked.answer,
            asked.why,
            {name: number for name, number in asked.slips.items() if number is not None and number != asked.answer},
        )
        for asked in reversed(found.values())
        if asked is not None
    ]


def judged(asked: Question, text: str) -> Verdict:
    """Whether an answer is right, and which slips give it where it is wrong.

    Args:
        asked: the question.
        text: a shape as `6x28x28` or `6, 28, 28`, a count as `456`, `62,006` or a product as `16*5*5`.

    Raises:
        InputError: the text is neither.
    """
    given = read_shape(text) if asked.kind == "shape" else (read_count(text),)
    slips = tuple(name for name, number in asked.slips.items() if number == given)
    return Verdict(given, given == asked.answer, slips)


def _report(network: str | Design) -> Report:
    """The report, or that of the rows above the one that cannot be computed."""
    design = presets.preset(network) if isinstance(network, str) else network
    try:
        return report_of(design)
    except ShapeError as error:
        return error.report or Report(design.name, design.input_shape, ())
