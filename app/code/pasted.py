"""What was pasted, read: PyTorch source, a design's JSON, or a link. Nothing of Streamlit here, and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from textwrap import dedent
from typing import Final

from app.values import read_shape
from cnnshapes import CnnshapesError, Design, InputError, Report, ShapeError
from cnnshapes.formats.link import LARGEST, from_link, in_address
from cnnshapes.layers.base import written
from cnnshapes.report import report_of
from cnnshapes.source import Note, SourceError, from_code

AROUND: Final = 2
"""Lines shown above and below the one that something is said of."""


@dataclass(frozen=True)
class Pasted:
    """A text that was read.

    Attributes:
        text: as it was pasted.
        design: the network; None where none was found.
        problem: why not, or why it cannot be computed, in one sentence.
        line: the line that the problem is in, 0 where it is in none.
        notes: what was left out or read another way.
        lines: the line that each node comes from; empty for a JSON or a link.
        made: the line that a node's module was made in.
        report: the rows that compute.
        error: why the next does not.
        cause: the note on what the error may come of.
        guessed: whether the text does not say the input shape, so that it was found by trying.
    """

    text: str
    design: Design | None = None
    problem: str = ""
    line: int = 0
    notes: tuple[Note, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[str, int] = field(default_factory=dict)
    report: Report | None = None
    error: ShapeError | None = None
    cause: Note | None = None
    guessed: bool = False


@lru_cache(maxsize=32)
def read(text: str, shape: str = "") -> Pasted:
    """What a text holds: JSON where it begins with a brace, a link where it is an address, else source.

    Args:
        text: what was pasted.
        shape: the shape of one example as typed; the text decides where it is empty.
    """
    try:
        typed = read_shape(shape) if shape.strip() else None
        if text.lstrip().startswith("{"):
            return _computed(Pasted(text, _resized(_from_json(text), typed)))
        link = in_address(text)
        if link is not None:
            return _computed(Pasted(text, _resized(from_link(link), typed)))
        reading = from_code(text, typed)
    except SourceError as error:
        return Pasted(text, problem=str(error).removeprefix(f"line {error.line}: "), line=error.line)
    except CnnshapesError as error:
        return Pasted(text, problem=str(error))
    return _computed(
        Pasted(
            text,
            reading.design,
            notes=reading.notes,
            lines=reading.lines,
            made=reading.made,
            cause=reading.cause,
            guessed=reading.guessed,
        )
    )


def excerpt(text: str, line: int) -> str:
    """The lines around one of a text, numbered, that one marked by an arrow."""
    first = max(1, line - AROUND)
    lines = text.splitlines()[first - 1 : line + AROUND]
    shown = dedent("\n".join(one[:200] for one in lines)).split("\n")
    width = len(str(line + AROUND))
    return "\n".join(
        f"{'→' if number == line else ' '} {number:>{width}} │ {one}".rstrip()
        for number, one in enumerate(shown, start=first)
    )


def rows(pasted: Pasted) -> list[dict[str, str | int | None]]:
    """A row for each node: its line, name, layer, output and parameters, the last two empty where it has none."""
    known = {row.name: row for row in pasted.report or ()}
    return [
        {
            "line": pasted.lines.get(node.name),
            "name": node.name,
            "layer": node.layer.kind,
            "output": written(known[node.name].output_shape).replace("x", " × ") if node.name in known else "",
            "parameters": f"{known[node.name].params:,}" if node.name in known else "",
        }
        for node in pasted.design or ()
    ]


def _from_json(text: str) -> Design:
    if len(text) > LARGEST:
        raise InputError(f"the text has {len(text):,} characters; a design's JSON has at most {LARGEST:,}")
    return Design.from_json(text)


def _resized(design: Design, shape: tuple[int, ...] | None) -> Design:
    return design if shape is None else design.with_input(shape)


def _computed(pasted: Pasted) -> Pasted:
    """The same with the rows of its design, and why the next does not compute."""
    if pasted.design is None:
        return pasted
    try:
        return replace(pasted, report=report_of(pasted.design))
    except ShapeError as error:
        line = pasted.lines.get(error.node, 0)
        return replace(pasted, problem=str(error), line=line, report=error.report, error=error)
