"""What was pasted, read: PyTorch source, a design's JSON, or a link. Nothing of Streamlit here, and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, urlsplit

from app.values import read_shape
from cnnshapes import CnnshapesError, Design, InputError, Report, ShapeError
from cnnshapes.formats.link import LARGEST, PARAMETER, from_link
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
        report: the rows that compute.
        error: why the next does not.
    """

    text: str
    design: Design | None = None
    problem: str = ""
    line: int = 0
    notes: tuple[Note, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    report: Report | None = None
    error: ShapeError | None = None


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
            return _computed(text, _resized(_from_json(text), typed))
        link = link_in(text)
        if link is not None:
            return _computed(text, _resized(from_link(link), typed))
        reading = from_code(text, typed)
    except SourceError as error:
        return Pasted(text, problem=str(error).removeprefix(f"line {error.line}: "), line=error.line)
    except CnnshapesError as error:
        return Pasted(text, problem=str(error))
    return _computed(text, reading.design, reading.notes, reading.lines)


def link_in(text: str) -> str | None:
    """The part of an address that holds a design, None where the text is no address."""
    parts = text.split()
    if len(parts) != 1 or "?" not in text:
        return None
    try:
        return parse_qs(urlsplit(parts[0]).query).get(PARAMETER, [None])[0]
    except ValueError:  # brackets that are no address
        return None


def excerpt(text: str, line: int) -> str:
    """The lines around one of a text, numbered, that one marked by an arrow."""
    lines = text.splitlines()
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    width = len(str(last))
    return "\n".join(
        f"{'→' if number == line else ' '} {number:>{width}} │ {lines[number - 1][:200]}".rstrip()
        for number in range(first, last + 1)
    )


def rows(pasted: Pasted) -> list[dict[str, str | int | None]]:
    """A row for each node: its line, name, layer, output shape and parameters, empty where it does not compute."""
    known = {row.name: row for row in pasted.report or ()}
    return [
        {
            "line": pasted.lines.get(node.name),
            "name": node.name,
            "layer": node.layer.kind,
            "output": written(known[node.name].output_shape).replace("x", " × ") if node.name in known else "",
            "parameters": known[node.name].params if node.name in known else None,
        }
        for node in pasted.design or ()
    ]


def _from_json(text: str) -> Design:
    if len(text) > LARGEST:
        raise InputError(f"the text has {len(text):,} characters; a design's JSON has at most {LARGEST:,}")
    return Design.from_json(text)


def _resized(design: Design, shape: tuple[int, ...] | None) -> Design:
    return design if shape is None else design.with_input(shape)


def _computed(
    text: str, design: Design, notes: tuple[Note, ...] = (), lines: Mapping[str, int] | None = None
) -> Pasted:
    where = lines or {}
    try:
        return Pasted(text, design, notes=notes, lines=where, report=report_of(design))
    except ShapeError as error:
        line = where.get(error.node, 0)
        return Pasted(text, design, str(error), line, notes, where, error.report, error)
