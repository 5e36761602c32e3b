"""What a text of Python stands for while it is walked, and how large it may grow."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, is_dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from cnnshapes.errors import CnnshapesError
from cnnshapes.source.spelling import meant_for_init

LONGEST: Final = 10_000
"""Items of a list, and of a range."""
DEEPEST: Final = 60
"""Calls within calls, and classes that come from each other."""


class Batch:
    """The size of the batch, which no network should depend on."""


BATCH: Final = Batch()

SCALARS: Final = (int, float, str, bool, type(None))

PLAIN: Final = (int, float, str, bool, type(None), tuple, list, dict)
"""Values that are Python's own."""


class Skip(Exception):  # noqa: N818  it is caught where it is noted, and reaches nobody
    """Something that is not understood; the message says what."""


class Stop(Skip):
    """Something that Python or torch would stop at: a mistake of the text."""


LEFT_OUT: Final = "; left out"
"""What is behind a note on a statement that was not understood."""


class SourceError(CnnshapesError):
    """Text that is no network.

    Attributes:
        line: where, counted from 1; 0 for the text as a whole.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.line = line


@dataclass(frozen=True)
class Note:
    """What was left out or read another way, and where.

    Attributes:
        line: counted from 1.
        text: the sentence.
        stops: whether Python or torch would stop there.
    """

    line: int
    text: str
    stops: bool = False

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


def refused(what: str, notes: Sequence[Note], line: int = 0) -> SourceError:
    """The error of a text that no network was found in: `what`, with the first note.

    Where what was left out first is a mistake of the text, that is the error; later ones may come of what was left out.
    """
    first = next((note for note in notes if note.text.endswith(LEFT_OUT)), None)
    if first is not None and first.stops:
        return SourceError(first.text.removesuffix(LEFT_OUT), first.line)
    return SourceError(what + (f" ({notes[0]})" if notes else ""), line)


@dataclass(frozen=True)
class Unknown:
    """The value of what was not understood."""

    why: str


class Largest(NamedTuple):
    """What `max` along a dimension gives."""

    values: Any
    indices: Any


@dataclass(frozen=True)
class Reference:
    """A name of torch or of another package, `torch.nn.Conv2d`."""

    path: str


@dataclass(eq=False)
class Class:
    """A class of the text."""

    node: ast.ClassDef
    bases: tuple[Any, ...]
    scope: Scope

    def __post_init__(self) -> None:
        above = [cls for base in self.bases if isinstance(base, Class) for cls in base.line]
        self.line: tuple[Class, ...] = (self, *dict.fromkeys(above))
        if len(self.line) > DEEPEST:
            raise Skip(f"classes that come from more than {DEEPEST} others are not understood")
        self._methods = {part.name: part for part in self.node.body if isinstance(part, ast.FunctionDef)}

    def method(self, name: str) -> Function | None:
        """The method of a name, of this class or one of the text that it comes from."""
        return self._method(name, self.line)

    def starting(self) -> Function | None:
        """Its `__init__`; where no class has one, the method whose name must mean it."""
        written = next((name for name in self._methods if name != "__init__" and meant_for_init(name)), "__init__")
        return self.method("__init__") or self.method(written)

    @cached_property
    def setting(self) -> dict[str, int]:
        """The line that first sets each attribute, as `self.name = …` of this class or those it comes from."""
        found: dict[str, int] = {}
        for part in (part for cls in self.line for part in ast.walk(cls.node)):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                found.setdefault(part.attr, part.lineno)
        return found

    def inherited(self, name: str) -> Function | None:
        """The method of a name, of the classes of the text that it comes from."""
        return self._method(name, self.line[1:])

    @staticmethod
    def _method(name: str, line: tuple[Class, ...]) -> Function | None:
        for cls in line:
            part = cls._methods.get(name)
            if part is not None:
                return Function(part, cls.scope, frozenset(map(_last, part.decorator_list)), cls)
        return None

    def constant(self, name: str) -> ast.expr | None:
        """What this class, or one of the text that it comes from, sets an attribute to; None where none does."""
        for part in (part for cls in self.line for part in cls.node.body):
            if isinstance(part, ast.Assign) and any(getattr(target, "id", "") == name for target in part.targets):
                return part.value
            if isinstance(part, ast.AnnAssign) and getattr(part.target, "id", "") == name:
                return part.value
        return None

    def origins(self) -> list[Any]:
        """The classes of other packages that it comes from."""
        return [base for cls in self.line for base in cls.bases if not isinstance(base, Class)]

    def comes_from(self, path: str) -> bool:
        """Whether a class of another package is among those it comes from."""
        return any(getattr(base, "path", "").endswith(path) for base in self.origins())

    def fields(self) -> dict[str, ast.expr | None]:
        """The fields of a dataclass or named tuple with their defaults, empty for any other class."""
        return {
            part.target.id: part.value
            for cls in reversed(self.line)
            if cls._has_fields()
            for part in cls.node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
        }

    def _has_fields(self) -> bool:
        marks = [mark.func if isinstance(mark, ast.Call) else mark for mark in self.node.decorator_list]
        return any(_last(mark) == "dataclass" for mark in marks) or self.comes_from("NamedTuple")


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return getattr(node, "attr", getattr(node, "id", ""))


@dataclass(eq=False)
class Instance:
    """An object of a class of the text."""

    cls: Class
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Function:
    """A function or method of the text; its marks are the decorators by their last names."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    marks: frozenset[str] = frozenset()
    owner: Class | None = None

    @property
    def lineno(self) -> int:
        """The line it begins at."""
        return self.node.lineno


@dataclass(eq=False)
class Super:
    """What `super()` gives in a method of a class."""

    cls: Class
    instance: Instance


@dataclass(eq=False)
class Bound:
    """A function with its first argument, or a method of something of torch by name."""

    function: Any
    to: Any


@dataclass(eq=False)
class Partial:
    """A function with some of its arguments."""

    function: Any
    given: tuple[Any, ...]
    named: dict[str, Any]


class Scope(dict[str, Any]):
    """Names of a block, and the blocks around it."""

    def __init__(self, around: Scope | None = None) -> None:
        super().__init__()
        self.around = around
        self._shared: dict[str, Scope] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self._shared:
            self._shared[name][name] = value
        else:
            super().__setitem__(name, value)

    def share(self, name: str, *, whole: bool) -> None:
        """Have a name stand for that of a block around this one: of the whole text, else of the next that has it."""
        block = self.around
        while block is not None and block.around is not None and (whole or name not in block):
            block = block.around
        if block is not None:
            self._shared[name] = block

    def find(self, name: str) -> Any:
        """What a name stands for; raises KeyError."""
        if name in self._shared:
            return self._shared[name].find(name)
        if name in self:
            return self[name]
        if self.around is None:
            raise KeyError(name)
        return self.around.find(name)


def check_length(count: int) -> None:
    """Raises Skip for a list or text of more items than any network needs."""
    if count > LONGEST:
        raise Skip(f"a list of {count:,} items is longer than any network needs")


def held(values: list[Any]) -> int:
    """How many values there are with those in lists within them, each time they come up; stops above `LONGEST`."""
    count, waiting = 0, values
    while waiting and count <= LONGEST:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict | list | tuple):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return count


def cloned(value: Any, known: dict[int, Any]) -> Any:
    """A copy of a list, an object or a module, with copies of what is in it.

    Args:
        value: what is copied; what is none of these is given back.
        known: the copies so far by the identities of what they are of, to which those made are added.
    """
    if id(value) in known or not _is_copied(value):
        return known.get(id(value), value)
    if isinstance(value, tuple):
        return known.setdefault(id(value), tuple(cloned(part, known) for part in value))
    made = known[id(value)] = copy(value)
    parts = made if isinstance(made, dict | list) else vars(made)
    for key, part in list(parts.items() if isinstance(parts, dict) else enumerate(parts)):
        parts[key] = cloned(part, known)
    return made


def _is_copied(value: Any) -> bool:
    """Whether a copy of a value is another one: a list, an object, a module, and no class, function or tensor."""
    if isinstance(value, list | dict | tuple):
        return not isinstance(value, Scope)
    return is_dataclass(value) and type(value).__eq__ is object.__eq__ and not isinstance(value, Class | Function)


def is_flat(value: Any) -> bool:
    """Whether a value holds no lists within lists, so that comparing or printing it costs little."""
    return not isinstance(value, list | tuple | dict) or all(isinstance(item, (*SCALARS, Batch)) for item in value)
