"""What an explanation is, the design that it is held against, and the list of all messages that are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cnnshapes.design import INPUT, Design
from cnnshapes.errors import CnnshapesError, Edit, Repair, ShapeError
from cnnshapes.layers.base import Layer, Shape
from cnnshapes.report import Row, report_of


@dataclass(frozen=True)
class Explanation:
    """What an error message of torch means.

    Attributes:
        cause: what happened, with the numbers.
        change: what to do about it.
        node: the layer of the design that it is about, "" where none stands out.
        repairs: changes of the design that mend it, each checked on the whole of it.
    """

    cause: str
    change: str
    node: str = ""
    repairs: tuple[Repair, ...] = ()

    def __str__(self) -> str:
        where = f"{self.node}: " if self.node else ""
        return f"{where}{self.cause}. {self.change}."


class Network:
    """The design an error came from, as far as it computes."""

    def __init__(self, design: Design | None) -> None:
        self.design = design
        self.rows: list[Row] = []
        self.error: ShapeError | None = None
        if design is not None:
            try:
                self.rows = list(report_of(design))
            except ShapeError as error:
                self.error = error
                self.rows = list(error.report or ())

    def reaching(self, node: str) -> tuple[Shape, ...]:
        """The shapes that reach a node, as far as they are known."""
        if self.design is None or not node:
            return ()
        known = {INPUT: self.design.input_shape, **{row.name: row.output_shape for row in self.rows}}
        return tuple(known[source] for source in self.design[node].inputs if source in known)

    def find(self, wanted: Callable[[Layer, tuple[Shape, ...]], bool]) -> tuple[str, tuple[Repair, ...]]:
        """The failing node if it is as wanted, with its repairs; else the only node that is, or "".

        Args:
            wanted: says of a layer, and of the shapes that reach it as far as they are known, whether they may be it.
        """
        if self.design is None:
            return "", ()
        if self.error is not None and wanted(self.design[self.error.node].layer, self.reaching(self.error.node)):
            return self.error.node, self.error.repairs
        known = {row.name: row for row in self.rows}
        found = [
            node.name
            for node in self.design
            if wanted(
                node.layer.resolved(*known[node.name].input_shapes) if node.name in known else node.layer,
                self.reaching(node.name),
            )
        ]
        return (found[0], ()) if len(found) == 1 else ("", ())

    def named(self, name: str) -> str:
        """A name where it is one of the design's nodes, else ""."""
        return name if any(node.name == name for node in self.design or ()) else ""

    def set(self, node: str, field: str, value: int) -> tuple[Repair, ...]:
        """One repair, if the network computes with it."""
        edit = Edit(field, value, node)
        try:
            if self.design is None or not node:
                return ()
            report_of(self.design.with_edits([edit]))
        except CnnshapesError:
            return ()
        return (Repair(f"{field} = {value}", (edit,)),)


Meaning = Callable[["re.Match[str]", Network], Explanation | None]
"""Says what a message means, or None where it is not of this kind after all."""
MEANINGS: Final[list[tuple[re.Pattern[str], Meaning]]] = []
SHAPE: Final = r"\[([\d, ]+)\]"


def means(pattern: str) -> Callable[[Meaning], Meaning]:
    """Enter the function below under the pattern of the message that it explains."""

    def enter(meaning: Meaning) -> Meaning:
        MEANINGS.append((re.compile(pattern), meaning))
        return meaning

    return enter


def sizes(text: str) -> Shape:
    """The whole numbers in a text."""
    return tuple(int(size) for size in re.findall(r"\d+", text))
