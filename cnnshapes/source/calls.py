"""Calls: of functions, classes and methods of the text itself, and of the few of Python's own that networks use."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from cnnshapes.source.pure import BUILTINS, LARGEST, TYPES, formatted, guarded, is_walked, joined, operated, replaced
from cnnshapes.source.syntax import shortened
from cnnshapes.source.values import (
    DEEPEST,
    LEFT_OUT,
    LONGEST,
    PLAIN,
    Bound,
    Class,
    Function,
    Instance,
    Note,
    Partial,
    Reference,
    Scope,
    Skip,
    SourceError,
    Stop,
    Super,
    Unknown,
    check_length,
    cloned,
    held,
    is_flat,
)

STEPS: Final = 200_000
"""Parts of the text looked at, those in loops and methods each time; a ResNet-152 takes a sixth of it."""
PACKAGES: Final = ("nn.", "F.", "torch.nn.", "torchvision.")
"""How the names of packages begin all of whose names are classes and functions, and so count as true."""
_SYMBOLS: Final = {"operator.add": ast.Add, "operator.mul": ast.Mult}
"""Functions that are operators."""
_ON_OBJECTS: Final = frozenset({"isinstance", "issubclass", "type", "copy.deepcopy", *_SYMBOLS})
"""Functions that take objects of the text, so that Python's own must never be called."""
_WALKING: Final = frozenset("any all map filter functools.reduce itertools.chain itertools.chain.from_iterable".split())
"""Functions that walk through lists of anything."""
_ALLOWED: Final[dict[type, frozenset[str]]] = {
    list: frozenset("append clear copy count extend index insert pop remove reverse sort".split()),
    dict: frozenset("copy get items keys pop setdefault update values".split()),
    str: frozenset(
        "capitalize count endswith find format isdigit join lower lstrip replace rstrip split startswith strip title "
        "upper".split()
    ),
    tuple: frozenset({"index", "count"}),
}
"""Methods of Python's own values that are understood."""


class Library(Protocol):
    """What names that the text does not define mean."""

    def call(self, function: Any, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        """The value of a call; `target` is the variable it is assigned to, where it is to one alone."""

    def attribute(self, value: Any, name: str) -> Any:
        """An attribute of something of torch."""

    def operation(self, symbol: type[ast.operator], left: Any, right: Any, target: str) -> Any:
        """An operation one side of which is something of torch."""

    def is_instance(self, value: Any, path: str) -> bool:
        """Whether a value is of a class of another package."""

    def items(self, value: Any) -> list[Any] | None:
        """The parts of something of torch that can be walked through, None where it cannot."""

    def length(self, value: Any) -> Any:
        """What `len` gives of something of torch that is not walked through, None where there is nothing."""

    def truth(self, value: Any) -> bool | None:
        """Whether something of torch counts as true, None where that is not known."""


class Return(Exception):  # noqa: N818  no error
    """What a function gives back."""

    def __init__(self, value: Any) -> None:
        self.value = value


class TooLong(SourceError):  # noqa: N818  as it reads
    """A text that takes more steps than any network."""


class Calls(ABC):
    """Keeps count of the steps, and the notes on what was not understood; makes calls."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.notes: list[Note] = []
        self.made: list[Instance] = []  # objects all of whose arguments were known
        self.line = 0
        self._steps = 0
        self._before = 0
        self._depth = 0

    @abstractmethod
    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Walk statements; what is not understood is noted and left out."""

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope, target: str = "") -> Any:
        """The value of an expression; `target` is the one variable it is assigned to, where there is one."""

    @abstractmethod
    def items(self, value: Any, node: ast.AST) -> list[Any]:
        """The items of something to walk through; raises Skip where they are not known."""

    @abstractmethod
    def _assign(self, target: ast.expr, value: Any, scope: Scope) -> None: ...

    @abstractmethod
    def _attribute(self, owner: Any, name: str) -> Any: ...

    @abstractmethod
    def _spread(self, parts: Sequence[ast.expr], scope: Scope) -> list[Any]: ...

    def truth(self, value: Any, node: ast.AST) -> bool:
        """Whether a value counts as true; raises Skip where that is not known."""
        if isinstance(value, (*PLAIN, range)):
            return bool(value)
        torchs = isinstance(value, Reference) and value.path.startswith(PACKAGES)
        known = True if torchs or isinstance(value, Class | Function | Partial) else self.library.truth(value)
        if known is None:
            raise Skip(f"whether `{shortened(node)}` holds is not known")
        return known

    def note(self, text: str, *, line: int = 0, stops: bool = False) -> Note:
        """Keep a note on a line, unless given the one at hand, once; gives it back."""
        note = Note(line or self.line, text, stops)
        if note not in self.notes:
            self.notes.append(note)
        return note

    def leave(self, statement: ast.stmt, skip: Skip) -> None:
        """Note what of a statement was not understood, so that it is left out."""
        if not statement.lineno <= self.line <= (statement.end_lineno or 0):
            self.line = statement.lineno
        self.note(f"{skip}{LEFT_OUT}", stops=isinstance(skip, Stop))

    def _step(self, node: ast.AST) -> None:
        self.line = getattr(node, "lineno", self.line)
        self._steps += 1
        if self._steps > STEPS:
            raise TooLong("the text takes too long to walk through; a network needs no such loops", self.line)

    def _pay(self, *values: Any) -> None:
        """Count the items of what is handled at once as steps."""
        self._steps += sum(len(value) for value in values if isinstance(value, list | tuple | dict | str))

    @property
    def steps(self) -> int:
        """Parts of the text looked at so far."""
        return self._before + self._steps

    def start_again(self, error: TooLong) -> None:
        """Count the steps from 0, once; raises the error the second time."""
        if self._before:
            raise error
        self._before, self._steps = self._steps, 0

    def _call(self, node: ast.Call, scope: Scope, target: str) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self._super(scope)
        function = self._own(self.value(node.func, scope), scope)
        given = self._spread(node.args, scope)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                named.update(value)
            else:
                raise Skip(f"`**{shortened(keyword.value)}` is not known")
        self.line = node.lineno
        return self.called(function, given, named, target)

    def _own(self, function: Any, scope: Scope) -> Any:
        """What is called, or the attribute of a method's object that its bare name must mean."""
        if not isinstance(function, Reference) or function.path in BUILTINS:
            return function
        try:
            instance = scope.find("__self__")
        except KeyError:
            return function
        if not isinstance(instance, Instance) or function.path not in instance.attributes:
            return function
        self.note(f"{function.path} is not defined here; read as self.{function.path}")
        return instance.attributes[function.path]

    def _super(self, scope: Scope) -> Super:
        try:
            instance, cls = scope.find("__self__"), scope.find("__class__")
        except KeyError:
            raise Skip("`super()` outside of a method is not understood") from None
        if not isinstance(instance, Instance) or not isinstance(cls, Class):
            raise Skip("`super()` outside of a method is not understood")
        return Super(cls, instance)

    def called(self, function: Any, given: Sequence[Any], named: Mapping[str, Any], target: str = "") -> Any:
        """The value of a call."""
        count = held([*given, *named.values()])
        self._steps += count
        if count > LONGEST:
            raise Skip("the lists given here hold more than any network needs")
        match function:
            case Function():
                return self._run_function(function, given, named)
            case Bound(function=Function() as method, to=owner):
                return self._run_function(method, (owner, *given), named)
            case Bound(function=str(name), to=owner) if isinstance(owner, PLAIN):
                self._pay(owner)
                return self._method(owner, name, given, named)
            case Class():
                return self._new(function, given, named)
            case Partial():
                more = {**function.named, **named}
                return self.called(function.function, (*function.given, *given), more, target)
            case Reference(path="functools.partial") if given:
                return Partial(given[0], tuple(given[1:]), dict(named))
            case Reference(path=path) if path in BUILTINS:
                if any(isinstance(value, Unknown) for value in given):
                    raise Skip(next(value.why for value in given if isinstance(value, Unknown)))
                return self._builtin(path, given, named)
            case Unknown(why=why):
                raise Skip(why)
            case _:
                return self.library.call(function, given, named, target)

    def _new(self, cls: Class, given: Sequence[Any], named: Mapping[str, Any]) -> Instance:
        made = Instance(cls)
        starting: Any = cls.starting()
        if starting is None and cls.fields():
            made.attributes.update(self._fields(cls, given, named))
            return made
        if starting is None:
            starting = Bound("super().__init__", made)
        self.called(Bound(starting, made) if isinstance(starting, Function) else starting, given, named)
        if isinstance(starting, Function) and cls.method("__init__") is None:
            name = getattr(starting.node, "name", "")
            self.note(f"Python never calls {name} by itself; read as __init__", line=starting.lineno)
        if isinstance(starting, Function) and cls.comes_from("nn.Module") and not _starts_its_base(starting.node):
            self.line = starting.lineno
            self.note(f"{cls.node.name} never calls super().__init__(), without which torch takes no layer")
        if not any(isinstance(value, Unknown) for value in (*given, *named.values())):
            self.made.append(made)
        return made

    def _fields(self, cls: Class, given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes of a new object of a dataclass."""
        defaults = cls.fields()
        found = dict(zip(defaults, given, strict=False)) | dict(named)
        wrong = next((name for name in found if name not in defaults), "")
        if wrong or len(given) > len(defaults):
            raise Stop(f"{cls.node.name} has no field {wrong or len(defaults)}")
        for name, default in defaults.items():
            if name not in found:
                found[name] = self._field(default, cls) if default is not None else Unknown(f"{name} is not given")
        return found

    def _field(self, default: ast.expr, cls: Class) -> Any:
        try:
            match default:
                case ast.Call(func=ast.Name(id="field") | ast.Attribute(attr="field"), keywords=[option]):
                    value = self.value(option.value, cls.scope)
                    return self.called(value, (), {}) if option.arg == "default_factory" else value
                case _:
                    return self.value(default, cls.scope)
        except Skip as skip:
            return Unknown(str(skip))

    def _run_function(self, function: Function, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        with self._deeper():
            scope = Scope(function.scope)
            if function.owner is not None:
                scope["__class__"], scope["__self__"] = function.owner, given[0] if given else None
                _check_self(function, given)
            self._bind(function, given, named, scope)
            line = self.line
            try:
                if isinstance(function.node, ast.Lambda):
                    return self.value(function.node.body, scope)
                try:
                    self.run(function.node.body, scope)
                except Return as result:
                    return result.value
                return None
            finally:
                self.line = line

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise SourceError(f"calls are nested more than {DEEPEST} deep", self.line)
            yield
        finally:
            self._depth -= 1

    def _bind(self, function: Function, given: Sequence[Any], named: Mapping[str, Any], scope: Scope) -> None:
        spec = function.node.args
        left = dict(named)
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        what = getattr(function.node, "name", "lambda")
        if len(given) > len(names) and spec.vararg is None:
            raise Stop(f"{what} takes {len(names)} arguments and is given {len(given)}")
        defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
        for at, name in enumerate(names):
            if at < len(given):
                scope[name] = given[at]
            elif name in left:
                scope[name] = left.pop(name)
            elif name in defaults:
                scope[name] = self._default(defaults[name], function)
            else:
                scope[name] = Unknown(f"{name} is not given")
        if spec.vararg is not None:
            scope[spec.vararg.arg] = tuple(given[len(names) :])
        for argument, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if argument.arg in left:
                scope[argument.arg] = left.pop(argument.arg)
            else:
                missing = Unknown(f"{argument.arg} is not given")
                scope[argument.arg] = self._default(default, function) if default is not None else missing
        if spec.kwarg is not None:
            scope[spec.kwarg.arg] = left
        elif left:
            raise Stop(f"{what} has no argument {next(iter(left))}")

    def _default(self, node: ast.expr, function: Function) -> Any:
        try:
            return self.value(node, function.scope)
        except Skip as skip:
            return Unknown(str(skip))

    def _method(self, owner: Any, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        if name not in _ALLOWED.get(type(owner), ()) or (named and name != "sort") or "key" in named:
            raise Skip(f"`.{name}` is not understood")
        if name == "format":
            return formatted(owner, given)
        if name == "replace":
            return replaced(owner, given)
        if name in ("extend", "join") and given:
            given = [self.items(given[0], ast.Name(id="the list"))]
        if name == "join":
            return joined(owner, *given)
        if name in ("index", "count", "remove", "sort") and not is_flat(owner):
            raise Skip(f"`.{name}` is not understood")
        added = len(given[0]) if name in ("extend", "update") and given and isinstance(given[0], list | dict) else 1
        check_length(len(owner) + added)
        found = guarded(getattr(owner, name), *given, **named)
        return list(found) if name in ("items", "keys", "values") else found

    def _builtin(  # noqa: PLR0912  one case for each kind of function
        self, name: str, given: Sequence[Any], named: Mapping[str, Any]
    ) -> Any:
        if name == "print":
            return None
        if name == "len" and given and self.library.length(given[0]) is not None:
            return self.library.length(given[0])
        if name == "range":
            if not all(type(value) is int for value in given):
                raise Skip("the bounds of a range are not known")
            return guarded(range, *given)
        if name in ("getattr", "setattr", "hasattr"):
            return self._by_name(name, given)
        if name == "isinstance" and len(given) == 2:
            return self._is_instance(*given)
        if name == "issubclass" and len(given) == 2:
            return self._is_subclass(*given)
        if name == "type" and len(given) == 1:
            return self._type(given[0])
        if name == "copy.deepcopy" and len(given) == 1:
            known: dict[int, Any] = {}
            copied = cloned(given[0], known)
            self._steps += len(known)
            return copied
        if name in _SYMBOLS and len(given) == 2:
            return self._operated(_SYMBOLS[name], *given)
        if name in _ON_OBJECTS:
            raise Skip(f"this `{name}` is not understood")
        if name == "sum" and given and (len(given) == 2 or not is_flat(given[0])):
            return self._total(self.items(given[0], ast.Name(id="it")), given[1:])
        if name in _WALKING:
            return self._walked(name, given)
        values = [self.items(value, ast.Name(id="it")) if is_walked(name, at, value) else value
                  for at, value in enumerate(given)]  # fmt: skip
        if (name in ("str", "sum", "min", "max", "sorted") or "." in name) and not all(map(is_flat, values)):
            raise Skip(f"this `{name}` is not understood")
        found = guarded(BUILTINS[name], *values, **named)
        if isinstance(found, int | float) and not abs(found) < LARGEST:
            raise Skip("the number is larger than any of a network")
        return list(found) if name in ("enumerate", "zip", "reversed") else found

    def _total(self, values: Sequence[Any], start: Sequence[Any]) -> Any:
        """A sum of something of torch, or of lists."""
        total, *rest = [*start, *values]
        for value in rest:
            total = self._operated(ast.Add, total, value)
        return total

    def _operated(self, symbol: type[ast.operator], left: Any, right: Any) -> Any:
        if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            found = operated(symbol(), None, left, right)
            self._pay(found)
            return found
        return self.library.operation(symbol, left, right, "")

    def _walked(self, name: str, given: Sequence[Any]) -> Any:
        """What a function that walks through lists gives: a list for what Python would compute by and by."""
        if not given:
            raise Skip(f"this `{name}` is not understood")
        it = ast.Name(id="it")
        match name.rpartition(".")[2]:
            case "any":
                return any(self.truth(value, it) for value in self.items(given[0], it))
            case "all":
                return all(self.truth(value, it) for value in self.items(given[0], it))
            case "chain":
                return self._chained([self.items(value, it) for value in given])
            case "from_iterable":
                return self._chained([self.items(value, it) for value in self.items(given[0], it)])
            case "map" if len(given) > 1:
                rows = zip(*(self.items(value, it) for value in given[1:]), strict=False)
                return [self.called(given[0], row, {}) for row in rows]
            case "filter" if len(given) == 2:
                values = self.items(given[1], it)
                return [value for value in values if self.truth(self.called(given[0], (value,), {}), it)]
            case "reduce" if len(given) > 1:
                values = [*given[2:], *self.items(given[1], it)]
                total = guarded(values.pop, 0)
                for value in values:
                    total = self.called(given[0], (total, value), {})
                return total
            case _:
                raise Skip(f"this `{name}` is not understood")

    def _chained(self, lists: Sequence[list[Any]]) -> list[Any]:
        check_length(sum(map(len, lists)))
        return [value for values in lists for value in values]

    def _type(self, value: Any) -> Any:
        """What `type` gives of an object of the text, or of a value of Python's own."""
        if isinstance(value, Instance):
            return value.cls
        name = next((name for name, kind in TYPES.items() if type(value) is kind), "")
        if not name:
            raise Skip("this type is not known")
        return Reference(name)

    def _by_name(self, name: str, given: Sequence[Any]) -> Any:
        """`getattr`, `setattr` and `hasattr`, of objects of the text; `getattr` of what torch has, too."""
        if (
            len(given) > 1
            and name == "getattr"
            and isinstance(given[0], Reference | Class)
            and isinstance(given[1], str)
        ):
            return self._attribute(given[0], given[1])
        if len(given) < 2 or not isinstance(given[0], Instance) or not isinstance(given[1], str):
            raise Skip(f"this `{name}` is not understood")
        owner, attribute, *value = given
        if name == "setattr":
            owner.attributes[attribute] = value[0] if value else None
            return None
        known = attribute in owner.attributes or owner.cls.method(attribute) or owner.cls.constant(attribute)
        if name == "hasattr":
            return bool(known)
        return self._attribute(owner, attribute) if known or not value else value[0]

    def _is_instance(self, value: Any, kinds: Any) -> bool:
        for kind in kinds if isinstance(kinds, tuple) else (kinds,):
            if isinstance(kind, Class):
                found = isinstance(value, Instance) and kind in value.cls.line
            elif kind == Reference("type"):
                found = isinstance(value, Class) or (isinstance(value, Reference) and value.path in TYPES)
                found = found or (isinstance(value, Reference) and value.path.rpartition(".")[2][:1].isupper())
            elif isinstance(kind, Reference) and kind.path in TYPES:
                found = isinstance(value, TYPES[kind.path])
            elif isinstance(kind, Reference):
                found = self.library.is_instance(value, kind.path)
            else:
                raise Skip("this type is not known")
            if found:
                return True
        return False

    def _is_subclass(self, cls: Any, kinds: Any) -> bool:
        for kind in kinds if isinstance(kinds, tuple) else (kinds,):
            if not isinstance(cls, Class | Reference) or not isinstance(kind, Class | Reference):
                raise Skip("this type is not known")
            name = kind.path.rpartition(".")[2] if isinstance(kind, Reference) else ""
            if isinstance(cls, Class):
                found = kind in cls.line or (bool(name) and cls.comes_from(name))
            else:
                found = cls == kind or (name == "Module" and cls.path.startswith(PACKAGES))
            if found:
                return True
        return False


def _check_self(function: Function, given: Sequence[Any]) -> None:
    """Raises Stop for a method that does not name the object it is called on."""
    spec = function.node.args
    names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
    if len(given) == len(names) + 1 and "self" not in names and isinstance(given[0], Instance) and not spec.vararg:
        what = getattr(function.node, "name", "lambda")
        raise Stop(f"{what} is given its object first: write def {what}({', '.join(['self', *names])})")


def _starts_its_base(starting: ast.AST) -> bool:
    """Whether an `__init__` calls that of a class it comes from: by `super()`, or `nn.Module.__init__(self)`."""
    return any(isinstance(node, ast.Attribute) and node.attr == "__init__" for node in ast.walk(starting))
