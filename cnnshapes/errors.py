"""The errors a user can meet.

CnnshapesError            anything cnnshapes refuses, in one sentence that says what would be right
├── ShapeError            a network that cannot be computed: who, which numbers, which rule, which repairs
│   └── WindowError       a window that is larger than the map it slides over, padding counted in
├── ReadError             a torch model whose forward cannot be followed, or fails by itself
├── DataError             pictures that are missing, truncated or not what they should be; names the file
├── TrainingError         a training run that cannot go on: no memory, no disk, a loss that is no number
└── DesignError           a design that cannot be read or put together: an unknown layer, a name used twice, bad JSON
    └── InputError        what a command or a form was given makes no sense: an unknown preset, "3x32" for an image
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from cnnshapes.report import Report


class CnnshapesError(ValueError):
    """Anything cnnshapes refuses."""


class DesignError(CnnshapesError):
    """A design that cannot be read or put together."""


class InputError(DesignError):
    """What a user typed makes no sense."""


class ReadError(CnnshapesError):
    """A torch model whose forward cannot be followed, or that fails by itself.

    Attributes:
        source: the line of the user's code, `net.py:12: x = self.fc(x)`; "" where there is none.
        report: the rows before it.
    """

    source: str = ""
    report: Report | None = None

    def __str__(self) -> str:
        return f"{super().__str__()}." + (f" ({self.source})" if self.source else "")


class DataError(CnnshapesError):
    """Pictures that are missing, truncated or not what they should be."""


class TrainingError(CnnshapesError):
    """A training run that cannot go on."""


@dataclass(frozen=True)
class Edit:
    """One argument of one layer set to another value.

    Attributes:
        field: the argument, by torch's name; `layer` for the class, `before` for a layer put in front, `input_shape`
            of the network's input.
        value: what to set it to; of a layer the name of the class.
        node: the name of the node, or "" for the layer that raised the error.
    """

    field: str
    value: Any
    node: str = ""

    @classmethod
    def in_front(cls, kind: str) -> Self:
        """A layer of a class, by its name, put in front."""
        return cls("before", kind)

    @property
    def inserts(self) -> bool:
        """Whether it puts a layer in front, and changes no argument."""
        return self.field == "before"


@dataclass(frozen=True)
class Repair:
    """Edits that together mend an error, and how to say so: `padding ≥ 1`, `in_features = 2048`."""

    text: str
    edits: tuple[Edit, ...]

    @classmethod
    def set(cls, field: str, value: Any, relation: str = "=") -> Repair:
        """A repair of one argument of the layer that raised the error."""
        shown = f'"{value}"' if isinstance(value, str) else str(value)
        return cls(f"{field} {relation} {shown}", (Edit(field, value),))


class ShapeError(CnnshapesError):
    """A network that cannot be computed.

    A layer raises it with what it found and which repairs would let that layer compute. The pass over the network adds
    the node and a way to check the repairs, after which `repairs` holds only those with which the whole network
    computes. The message is `<node> (<layer>): <what was found>; <rule>. Use <repairs>.`

    Attributes:
        problem: what was found and the rule it breaks, with the numbers.
        node: the name of the node, "" outside a network.
        kind: the class name of the layer, "" where none is known.
        fits: the shape of an input that the layer would take, () where none is near.
        report: the rows before the failing one, once a pass has run.
        source: for a torch model, the line of the user's forward, `net.py:12: x = self.fc(x)`; else "".
    """

    def __init__(
        self,
        problem: str,
        repairs: Sequence[Repair] = (),
        *,
        node: str = "",
        kind: str = "",
        fits: tuple[int, ...] = (),
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.node = node
        self.kind = kind
        self.fits = fits
        self.report: Report | None = None
        self.source = ""
        self.offered = tuple(repairs)
        self._verify: Callable[[ShapeError], tuple[Repair, ...]] | None = None
        self._verified: tuple[Repair, ...] | None = None

    def located(self, node: str, kind: str, verify: Callable[[ShapeError], tuple[Repair, ...]]) -> ShapeError:
        """This error with the node it happened at and a function that keeps the repairs that mend the network."""
        self.node, self.kind, self._verify = node, kind, verify
        return self

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Repairs that work; checked, on first use, by computing the network with each of them."""
        if self._verify is None:
            return self.offered
        if self._verified is None:
            self._verified = self._verify(self)
        return self._verified

    def __str__(self) -> str:
        who = f"{self.node} ({self.kind}): " if self.node and self.kind else f"{self.node}{self.kind}: "
        advice = alternatives([repair.text for repair in self.repairs])
        source = f" ({self.source})" if self.source else ""
        return f"{who if who != ': ' else ''}{self.problem}." + (f" Use {advice}." if advice else "") + source


class WindowError(ShapeError):
    """A window that is larger than the map it slides over, padding counted in."""


def alternatives(texts: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return ", ".join(texts[:-1]) + " or " + texts[-1] if len(texts) > 1 else "".join(texts)
