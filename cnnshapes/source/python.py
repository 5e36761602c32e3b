"""The little of Python that networks are written in, walked as a tree: nothing is compiled, imported or run.

Understood are assignments, `if` and `for` over what is known, comprehensions, arithmetic, slices, functions, classes
and methods of the text itself. What a name of torch means is asked of a `Library`. Anything else raises `Skip`, which
says what it was; a statement that raises it is noted and left out, and every name it would have set is unknown.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from cnnshapes.source.values import (
    LONGEST,
    PLAIN,
    SCALARS,
    Bound,
    Class,
    Function,
    Instance,
    Note,
    Reference,
    Scope,
    Skip,
    SourceError,
    Super,
    Unknown,
    check_length,
    check_size,
    is_flat,
)

STEPS: Final = 200_000
"""Parts of the text looked at, those in loops and methods each time; a ResNet-152 takes a sixth of it."""
DEEPEST: Final = 60
"""Calls within calls."""
LARGEST: Final = 2**63
"""No number of a network is larger."""


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


class _Return(Exception):  # noqa: N818  no error
    def __init__(self, value: Any) -> None:
        self.value = value


class _Break(Exception):  # noqa: N818
    pass


class _Continue(Exception):  # noqa: N818
    pass


_OPERATIONS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items, ast.NotIn: lambda item, items: item not in items,
}  # fmt: skip

_FORMAT: Final = re.compile(r"([^%]|%[dis])*")
"""Texts to fill in by % that cannot grow beyond what is put in."""


class Interpreter:
    """Walks a text, and keeps the notes on what it did not understand."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.notes: list[Note] = []
        self.line = 0
        self._steps = 0
        self._depth = 0

    def note(self, text: str) -> None:
        """Keep a note on the line at hand, once."""
        note = Note(self.line, text)
        if note not in self.notes:
            self.notes.append(note)

    # ---- statements -----------------------------------------------------------------------------------------------

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Walk statements; what is not understood is noted and left out."""
        for statement in body:
            self._step(statement)
            try:
                self._statement(statement, scope)
            except Skip as skip:
                self.line = statement.lineno
                self.note(f"{skip}; left out")
                for name in _set_by(statement):
                    scope[name] = Unknown(str(skip))

    def _step(self, node: ast.AST) -> None:
        self.line = getattr(node, "lineno", self.line)
        self._steps += 1
        if self._steps > STEPS:
            raise SourceError("the text takes too long to walk through; a network needs no such loops", self.line)

    def _statement(self, statement: ast.stmt, scope: Scope) -> None:  # noqa: PLR0912  one case for each kind
        match statement:
            case ast.Assign(targets=targets, value=value):
                name = _single(targets)
                found = self.value(value, scope, name)
                for target in targets:
                    self._assign(target, found, scope)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self._assign(target, self.value(value, scope, _single([target])), scope)
            case ast.AugAssign(target=target, op=symbol, value=value):
                old = self.value(target, scope)
                added = self.value(value, scope)
                if isinstance(old, list) and isinstance(symbol, ast.Add) and isinstance(added, list | tuple):
                    check_length(len(old) + len(added))
                    old.extend(added)
                else:
                    self._assign(target, self._operation(symbol, old, added, _single([target])), scope)
            case ast.Expr(value=value):
                self.value(value, scope)
            case ast.Return(value=value):
                raise _Return(self.value(value, scope) if value is not None else None)
            case ast.If(test=test, body=body, orelse=other):
                known = self.value(test, scope)
                if isinstance(known, Unknown) or not isinstance(known, PLAIN):
                    raise Skip(f"whether `{ast.unparse(test)}` holds is not known")
                self.run(body if known else other, scope)
            case ast.For():
                self._loop(statement, scope)
            case ast.With(body=body):
                self.run(body, scope)
            case ast.FunctionDef():
                scope[statement.name] = Function(statement, scope)
            case ast.ClassDef():
                bases = tuple(self.value(base, scope) for base in statement.bases)
                scope[statement.name] = Class(statement, bases, scope)
            case ast.Import() | ast.ImportFrom():
                _import(statement, scope)
            case ast.Assert() | ast.Pass() | ast.Delete() | ast.Raise():
                pass  # none of them computes anything
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case _:
                raise Skip(f"`{_first_line(statement)}` is not understood")

    def _loop(self, statement: ast.For, scope: Scope) -> None:
        try:
            for item in self.items(self.value(statement.iter, scope), statement.iter):
                self._step(statement)
                self._assign(statement.target, item, scope)
                try:
                    self.run(statement.body, scope)
                except _Continue:
                    continue
        except _Break:
            return
        self.run(statement.orelse, scope)

    def _assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Attribute(value=owner, attr=name):
                found = self.value(owner, scope)
                if not isinstance(found, Instance):
                    raise Skip(f"setting `{ast.unparse(target)}` is not understood")
                found.attributes[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = self.items(value, target)
                starred = [at for at, part in enumerate(parts) if isinstance(part, ast.Starred)]
                if starred:
                    at, behind = starred[0], len(parts) - starred[0] - 1
                    items = [*items[:at], items[at : len(items) - behind], *items[len(items) - behind :]]
                    parts = [part.value if isinstance(part, ast.Starred) else part for part in parts]
                if len(items) != len(parts):
                    raise Skip(f"{len(items)} values are set to {len(parts)} names")
                for part, item in zip(parts, items, strict=True):
                    self._assign(part, item, scope)
            case ast.Subscript(value=owner, slice=index):
                found, at = self.value(owner, scope), self.value(index, scope)
                if not isinstance(found, dict | list):
                    raise Skip(f"setting `{ast.unparse(target)}` is not understood")
                self._guarded(found.__setitem__, at, value)
            case _:
                raise Skip(f"setting `{ast.unparse(target)}` is not understood")

    # ---- expressions ----------------------------------------------------------------------------------------------

    def value(self, node: ast.expr, scope: Scope, target: str = "") -> Any:  # noqa: PLR0912  one case for each kind
        """The value of an expression; `target` is the one variable it is assigned to, where there is one."""
        self._step(node)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                try:
                    return scope.find(name)
                except KeyError:
                    return Reference(name)
            case ast.Attribute(value=owner, attr=name):
                return self._attribute(self.value(owner, scope), name, node)
            case ast.Call():
                return self._call(node, scope, target)
            case ast.BinOp(left=left, op=symbol, right=right):
                return self._operation(symbol, self.value(left, scope), self.value(right, scope), target)
            case ast.UnaryOp(op=symbol, operand=operand):
                return self._plain_operation(symbol, node, self.value(operand, scope))
            case ast.Compare(left=left, ops=symbols, comparators=rights):
                first = self.value(left, scope)
                for sign, right in zip(symbols, rights, strict=True):
                    second = self.value(right, scope)
                    if not self._plain_operation(sign, node, first, second):
                        return False
                    first = second
                return True
            case ast.BoolOp(op=symbol, values=values):
                for part in values:
                    found = self.value(part, scope)
                    if isinstance(found, Unknown | Reference):
                        raise Skip(f"`{ast.unparse(part)}` is not known")
                    if bool(found) is isinstance(symbol, ast.Or):
                        return found
                return found
            case ast.IfExp(test=test, body=body, orelse=other):
                known = self.value(test, scope)
                if not isinstance(known, PLAIN):
                    raise Skip(f"whether `{ast.unparse(test)}` holds is not known")
                return self.value(body if known else other, scope, target)
            case ast.Tuple(elts=parts):
                return tuple(self._spread(parts, scope))
            case ast.List(elts=parts):
                return self._spread(parts, scope)
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values, scope)
            case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part):
                return [self.value(part, inner) for inner in self._each(node.generators, scope)]
            case ast.DictComp(key=key, value=part):
                return {
                    self._key(self.value(key, inner)): self.value(part, inner)
                    for inner in self._each(node.generators, scope)
                }
            case ast.Subscript(value=owner, slice=index):
                return self._subscript(self.value(owner, scope), index, scope, node)
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [self.value(part, scope) if part is not None else None for part in (lower, upper, step)]
                return slice(*bounds)
            case ast.Lambda():
                return Function(node, scope)
            case ast.JoinedStr(values=parts):
                return "".join(self._formatted(part, scope) for part in parts)
            case ast.NamedExpr(target=name, value=value):
                found = self.value(value, scope)
                self._assign(name, found, scope)
                return found
            case _:
                raise Skip(f"`{_shortened(node)}` is not understood")

    def _formatted(self, part: ast.expr, scope: Scope) -> str:
        if isinstance(part, ast.FormattedValue):
            part = part.value
        value = self.value(part, scope)
        if not isinstance(value, SCALARS):
            raise Skip("this text is not known")
        return str(value)[:200]

    def _spread(self, parts: Sequence[ast.expr], scope: Scope) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found.extend(self.items(self.value(part.value, scope), part.value))
            else:
                found.append(self.value(part, scope))
        return found

    def _dict(self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr], scope: Scope) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:
                more = self.value(value, scope)
                if not isinstance(more, dict):
                    raise Skip(f"`{_shortened(value)}` is not known to be a dict")
                found.update(more)
            else:
                found[self._key(self.value(key, scope))] = self.value(value, scope)
        return found

    @staticmethod
    def _key(key: Any) -> Any:
        if not isinstance(key, SCALARS):
            raise Skip("only numbers and texts are understood as keys")
        return key

    def _each(self, generators: Sequence[ast.comprehension], scope: Scope) -> Iterator[Scope]:
        if not generators:
            yield scope
            return
        first, *rest = generators
        for item in self.items(self.value(first.iter, scope), first.iter):
            self._step(first.iter)
            inner = Scope(scope)
            self._assign(first.target, item, inner)
            if all(self.value(test, inner) for test in first.ifs):
                yield from self._each(rest, inner)

    def items(self, value: Any, node: ast.AST) -> list[Any]:
        """The items of something to walk through.

        Raises:
            Skip: they are not known.
        """
        walked = value if isinstance(value, list | tuple | range | str | dict) else self.library.items(value)
        if walked is None:
            raise Skip(f"what `{_shortened(node)}` holds is not known")
        if len(walked) > LONGEST:
            raise Skip(f"`{_shortened(node)}` has {len(walked):,} items")
        return list(walked)

    def _subscript(self, owner: Any, index: ast.expr, scope: Scope, node: ast.expr) -> Any:
        at = self.value(index, scope)
        if isinstance(owner, Reference):
            return owner  # a type: list[int]
        if isinstance(owner, list | tuple | dict | str):
            return self._guarded(operator.getitem, owner, at)
        walked = self.library.items(owner)
        if walked is not None and isinstance(at, int | slice):
            return self._guarded(operator.getitem, walked, at)
        return self.library.call(Bound("__getitem__", owner), (at,), {}, "")

    def _attribute(self, owner: Any, name: str, node: ast.expr) -> Any:
        if isinstance(owner, Reference):
            return Reference(f"{owner.path}.{name}")
        if isinstance(owner, Instance):
            if name in owner.attributes:
                return owner.attributes[name]
            method = owner.cls.method(name)
            if method is not None:
                return method if method.static else Bound(method, owner)
            constant = _class_constant(owner.cls, name)
            if constant is not None:
                return self.value(constant, owner.cls.scope)
            return self.library.attribute(owner, name)
        if isinstance(owner, Class):
            method, constant = owner.method(name), _class_constant(owner, name)
            if method is not None:
                return method
            if constant is not None:
                return self.value(constant, owner.scope)
        if isinstance(owner, Super):
            method = owner.cls.inherited(name)
            return Bound(method or f"super().{name}", owner.instance)
        if isinstance(owner, list | dict | str | tuple):
            return Bound(name, owner)
        if isinstance(owner, Unknown):
            raise Skip(owner.why)
        return self.library.attribute(owner, name)

    def _operation(self, symbol: ast.operator, left: Any, right: Any, target: str) -> Any:
        if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            return self._plain_operation(symbol, None, left, right)
        for side in (left, right):
            if isinstance(side, Unknown):
                raise Skip(side.why)
        return self.library.operation(type(symbol), left, right, target)

    def _plain_operation(self, symbol: ast.AST, node: ast.AST | None, *values: Any) -> Any:
        for value in values:
            if isinstance(value, Unknown):
                raise Skip(value.why)
        known = _OPERATIONS.get(type(symbol))
        if known is None:
            raise Skip(f"`{_shortened(node)}` is not understood" if node is not None else "this operator is unknown")
        if isinstance(symbol, ast.Is | ast.IsNot | ast.Not):
            return known(*values)
        if isinstance(symbol, ast.cmpop) and not all(map(is_flat, values)):
            raise Skip(f"`{_shortened(node)}` is not known")
        if isinstance(symbol, ast.Eq | ast.NotEq):
            return known(*values)
        if not all(isinstance(value, PLAIN) for value in values):
            raise Skip(f"`{_shortened(node)}` is not known" if node is not None else "the values are not known")
        _check_result(symbol, values)
        found = self._guarded(known, *values)
        if isinstance(found, int | float) and not abs(found) < LARGEST:
            raise Skip("the number is larger than any of a network")
        return found

    @staticmethod
    def _guarded(function: Callable[..., Any], *values: Any, **named: Any) -> Any:
        try:
            return function(*values, **named)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise Skip(f"Python would stop here: {error}") from error

    # ---- calls ----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope, target: str) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return self._super(scope)
        function = self.value(node.func, scope)
        given = self._spread(node.args, scope)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                named.update(value)
            else:
                raise Skip(f"`**{_shortened(keyword.value)}` is not known")
        self.line = node.lineno
        return self.called(function, given, named, target)

    def _super(self, scope: Scope) -> Super:
        try:
            instance, cls = scope.find("self"), scope.find("__class__")
        except KeyError:
            raise Skip("`super()` outside of a method is not understood") from None
        if not isinstance(instance, Instance) or not isinstance(cls, Class):
            raise Skip("`super()` outside of a method is not understood")
        return Super(cls, instance)

    def called(self, function: Any, given: Sequence[Any], named: Mapping[str, Any], target: str = "") -> Any:
        """The value of a call."""
        check_size([*given, *named.values()])
        match function:
            case Function():
                return self._run_function(function, given, named)
            case Bound(function=Function() as method, to=owner):
                return self._run_function(method, (owner, *given), named)
            case Bound(function=str(name), to=owner) if isinstance(owner, PLAIN):
                return self._method(owner, name, given, named)
            case Class():
                return self._new(function, given, named)
            case Reference(path=path) if path in _BUILTINS:
                if any(isinstance(value, Unknown) for value in given):
                    raise Skip(next(value.why for value in given if isinstance(value, Unknown)))
                return self._builtin(path, given, named)
            case Unknown(why=why):
                raise Skip(why)
            case _:
                return self.library.call(function, given, named, target)

    def _new(self, cls: Class, given: Sequence[Any], named: Mapping[str, Any]) -> Instance:
        made = Instance(cls)
        starting = cls.method("__init__") or Bound("super().__init__", made)
        self.called(Bound(starting, made) if isinstance(starting, Function) else starting, given, named)
        return made

    def _run_function(self, function: Function, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        with self._deeper():
            scope = Scope(function.scope)
            if function.owner is not None:
                scope["__class__"] = function.owner
            self._bind(function, given, named, scope)
            line = self.line
            try:
                if isinstance(function.node, ast.Lambda):
                    return self.value(function.node.body, scope)
                try:
                    self.run(function.node.body, scope)
                except _Return as result:
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
            raise Skip(f"{what} takes {len(names)} arguments and is given {len(given)}")
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
            raise Skip(f"{what} has no argument {next(iter(left))}")

    def _default(self, node: ast.expr, function: Function) -> Any:
        try:
            return self.value(node, function.scope)
        except Skip as skip:
            return Unknown(str(skip))

    def _method(self, owner: Any, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        allowed: dict[type, tuple[str, ...]] = {
            list: ("append", "extend", "insert", "pop", "index", "reverse", "copy"),
            dict: ("items", "keys", "values", "get", "update", "setdefault"),
            str: ("upper", "lower", "startswith", "endswith", "strip"),
            tuple: ("index", "count"),
        }
        if name not in allowed.get(type(owner), ()) or named:
            raise Skip(f"`.{name}` is not understood")
        if isinstance(owner, list) and name == "extend" and given:
            given = [self.items(given[0], ast.Name(id="the list"))]
        if name in ("index", "count") and not is_flat(owner):
            raise Skip(f"`.{name}` is not understood")
        added = len(given[0]) if name in ("extend", "update") and given and isinstance(given[0], list | dict) else 1
        check_length(len(owner) + added)
        found = self._guarded(getattr(owner, name), *given)
        return list(found) if name in ("items", "keys", "values") else found

    def _builtin(self, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        if name == "print":
            return None
        if name == "range":
            if not all(type(value) is int for value in given):
                raise Skip("the bounds of a range are not known")
            return self._guarded(range, *given)
        if name in ("getattr", "setattr"):
            if len(given) < 2 or not isinstance(given[0], Instance) or not isinstance(given[1], str):
                raise Skip(f"this `{name}` is not understood")
            if name == "getattr":
                return self._attribute(given[0], given[1], ast.Name(id=given[1]))
            given[0].attributes[given[1]] = given[2] if len(given) > 2 else None
            return None
        if name == "isinstance" and len(given) == 2:
            return self._is_instance(*given)
        if name in ("isinstance", "hasattr", "issubclass"):
            raise Skip(f"`{name}` is not understood")
        values = [self.items(value, ast.Name(id="it")) if _is_walked(name, at, value) else value
                  for at, value in enumerate(given)]  # fmt: skip
        if name in ("str", "sum", "min", "max", "sorted") and not all(map(is_flat, values)):
            raise Skip(f"this `{name}` is not understood")
        found = self._guarded(_BUILTINS[name], *values, **named)
        return list(found) if name in ("enumerate", "zip", "reversed") else found

    def _is_instance(self, value: Any, kinds: Any) -> bool:
        for kind in kinds if isinstance(kinds, tuple) else (kinds,):
            if isinstance(kind, Class):
                found = isinstance(value, Instance) and value.cls is kind
            elif isinstance(kind, Reference) and kind.path in _TYPES:
                found = isinstance(value, _TYPES[kind.path])
            elif isinstance(kind, Reference):
                found = self.library.is_instance(value, kind.path)
            else:
                raise Skip("this type is not known")
            if found:
                return True
        return False


_TYPES: Final[dict[str, type]] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict,
}  # fmt: skip

_BUILTINS: Final[dict[str, Callable[..., Any]]] = {
    "print": print, "range": range, "len": len, "enumerate": enumerate, "zip": zip, "reversed": reversed, "list": list,
    "tuple": tuple, "int": int, "float": float, "bool": bool, "str": str, "sum": sum, "min": min, "max": max,
    "abs": abs, "round": round, "sorted": sorted, "dict": dict, "isinstance": isinstance, "hasattr": hasattr,
    "getattr": getattr, "setattr": setattr, "issubclass": issubclass,
}  # fmt: skip


def _check_result(symbol: ast.AST, values: Sequence[Any]) -> None:
    """Raises Skip where an operation would give something larger than any network needs."""
    if isinstance(symbol, ast.Pow | ast.LShift) and not _is_small(values[1]):
        raise Skip("the exponent is larger than any network needs")
    if isinstance(symbol, ast.Mult):
        for one, other in (values, values[::-1]):
            if isinstance(one, list | tuple | str) and isinstance(other, int):
                check_length(len(one) * other)
    if isinstance(symbol, ast.Add) and all(isinstance(value, list | tuple | str) for value in values):
        check_length(sum(map(len, values)))
    if isinstance(symbol, ast.Mod) and isinstance(values[0], str) and not _FORMAT.fullmatch(values[0]):
        raise Skip("this text made by % is not understood")


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 64


def _is_walked(name: str, at: int, value: Any) -> bool:
    if name in ("zip",):
        return True
    walking = ("len", "enumerate", "reversed", "list", "tuple", "sum", "sorted")
    return at == 0 and name in walking and not isinstance(value, str | dict)


def _import(statement: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            scope[alias.asname or alias.name] = Reference(f"{statement.module or ''}.{alias.name}")
        elif alias.asname:
            scope[alias.asname] = Reference(alias.name)
        else:
            first = alias.name.split(".")[0]
            scope[first] = Reference(first)


def _class_constant(cls: Class, name: str) -> ast.expr | None:
    for part in cls.node.body:
        if isinstance(part, ast.Assign) and any(getattr(target, "id", "") == name for target in part.targets):
            return part.value
        if isinstance(part, ast.AnnAssign) and getattr(part.target, "id", "") == name:
            return part.value
    for base in cls.bases:
        found = _class_constant(base, name) if isinstance(base, Class) else None
        if found is not None:
            return found
    return None


def _single(targets: Sequence[ast.expr]) -> str:
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def _set_by(statement: ast.stmt) -> Iterable[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0][:80]


def _shortened(node: ast.AST | None) -> str:
    text = ast.unparse(node) if node is not None else ""
    return text if len(text) <= 60 else f"{text[:57]}…"


def parsed(text: str, longest: int = 200_000) -> ast.Module:
    """The tree of a text.

    Raises:
        SourceError: it is no Python, or too long; says where.
    """
    if len(text) > longest:
        raise SourceError(f"the text has {len(text):,} characters; {longest:,} are the most that are read")
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise SourceError(f"this is not Python: {error.msg}", error.lineno or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError("this is not Python that a network is written in: it is nested too deep") from error
