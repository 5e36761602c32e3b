"""Expressions: arithmetic on what is known, attributes, slices, comprehensions."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterator, Sequence
from typing import Any

from cnnshapes.source.calls import PACKAGES, Calls
from cnnshapes.source.pure import CONSTANTS, formatted, guarded, operated
from cnnshapes.source.syntax import shortened
from cnnshapes.source.values import (
    LONGEST,
    PLAIN,
    SCALARS,
    Bound,
    Class,
    Function,
    Instance,
    Largest,
    Partial,
    Reference,
    Scope,
    Skip,
    Stop,
    Super,
    Unknown,
)


class Expressions(Calls):
    """Finds the values of expressions."""

    @property
    def inside(self) -> bool:
        """Whether a function is walked at the moment."""
        return self._depth > 0

    def value(self, node: ast.expr, scope: Scope, target: str = "") -> Any:  # noqa: PLR0912  one case for each kind
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
                return self._attribute(self.value(owner, scope), name)
            case ast.Call():
                return self._call(node, scope, target)
            case ast.BinOp(left=left, op=symbol, right=right):
                return self._operation(symbol, self.value(left, scope), self.value(right, scope), target)
            case ast.UnaryOp(op=symbol, operand=operand):
                return self._unary(symbol, node, self.value(operand, scope), target)
            case ast.Compare(left=left, ops=symbols, comparators=rights):
                first = self.value(left, scope)
                for sign, right in zip(symbols, rights, strict=True):
                    second = self.value(right, scope)
                    self._pay(first, second)
                    if not operated(sign, node, first, second):
                        return False
                    first = second
                return True
            case ast.BoolOp(op=symbol, values=values):
                for part in values:
                    found = self.value(part, scope)
                    if self.truth(found, part) is isinstance(symbol, ast.Or):
                        return found
                return found
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if self.truth(self.value(test, scope), test) else other, scope, target)
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
                return self._subscript(self.value(owner, scope), index, scope, node, target)
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
                raise Skip(f"`{shortened(node)}` is not understood")

    def _formatted(self, part: ast.expr, scope: Scope) -> str:
        if not isinstance(part, ast.FormattedValue):
            return str(self.value(part, scope))
        spec = self.value(part.format_spec, scope) if part.format_spec is not None else ""
        return formatted(f"{{:{spec}}}", [self.value(part.value, scope)])

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
                    raise Skip(f"`{shortened(value)}` is not known to be a dict")
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
            if all(self.truth(self.value(test, inner), test) for test in first.ifs):
                yield from self._each(rest, inner)

    def items(self, value: Any, node: ast.AST) -> list[Any]:
        walked = value if isinstance(value, list | tuple | range | str | dict) else self.library.items(value)
        if walked is None and isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Store):
            return self._unpacked(value, len(node.elts))
        if walked is None:
            raise Skip(f"what `{shortened(node)}` holds is not known")
        if len(walked) > LONGEST:
            raise Skip(f"`{shortened(node)}` has {len(walked):,} items")
        found = list(walked)
        self._pay(found)
        return found

    def _unpacked(self, value: Any, count: int) -> list[Any]:
        """What names are set to by something that is no list of Python's."""
        if isinstance(value, Unknown):
            return [value] * count
        found: list[Any] = self.library.call(Bound("__iter__", value), (count,), {}, "")
        return found

    def _subscript(self, owner: Any, index: ast.expr, scope: Scope, node: ast.expr, target: str) -> Any:
        at = self.value(index, scope)
        if isinstance(owner, Reference):
            return owner  # a type: list[int]
        if isinstance(owner, dict) and isinstance(at, SCALARS) and at not in owner:
            raise Stop(f"`{shortened(node)}` finds no key {at!r}; there is {', '.join(map(repr, owner)) or 'none'}")
        if isinstance(owner, list | tuple | dict | str | range):
            found = guarded(operator.getitem, owner, at)
            self._pay(found if isinstance(at, slice) else "")
            return found
        return self.library.call(Bound("__getitem__", owner), (at,), {}, target)

    def _attribute(self, owner: Any, name: str) -> Any:  # noqa: PLR0912  one case for each kind
        if told := _told(owner, name):
            return told[0]
        if isinstance(owner, Reference):
            path = f"{owner.path}.{name}"
            return CONSTANTS.get(path, Reference(path))
        if isinstance(owner, Instance):
            if name in owner.attributes:
                return owner.attributes[name]
            method = owner.cls.method(name)
            if method is not None:  # a forward is called as the object is
                return Bound(name, owner) if name == "forward" else self._bound(method, owner)
            constant = owner.cls.constant(name)
            if constant is not None:
                return self.value(constant, owner.cls.scope)
            if name in ("__getattr__", "__setattr__"):
                return Partial(Reference(name.strip("_")), (owner,), {})
            return self.library.attribute(owner, name)
        if isinstance(owner, Class):
            method, constant = owner.method(name), owner.constant(name)
            if method is not None:
                return Bound(method, owner) if "classmethod" in method.marks else method
            if constant is not None:
                return self.value(constant, owner.scope)
        if isinstance(owner, Super):
            method = owner.cls.inherited(name)
            return Bound(method or f"super().{name}", owner.instance)
        if isinstance(owner, Largest) and name in Largest._fields:
            return getattr(owner, name)
        if type(owner) in (list, dict, str, tuple):  # a kind of dict is of the library
            return Bound(name, owner)
        if isinstance(owner, Unknown):
            raise Skip(owner.why)
        return self.library.attribute(owner, name)

    def _bound(self, method: Function, owner: Instance) -> Any:
        """A method as an attribute of an object."""
        if "staticmethod" in method.marks:
            return method
        if method.marks & {"property", "cached_property"}:
            return self.called(method, (owner,), {})
        return Bound(method, owner.cls if "classmethod" in method.marks else owner)

    def _unary(self, symbol: ast.unaryop, node: ast.UnaryOp, value: Any, target: str) -> Any:
        if isinstance(symbol, ast.Not):
            return not self.truth(value, node.operand)
        if isinstance(symbol, ast.USub) and not isinstance(value, (*PLAIN, Unknown, Reference)):
            return self.library.operation(ast.Mult, value, -1, target)
        return operated(symbol, node, value)

    def _operation(self, symbol: ast.operator, left: Any, right: Any, target: str) -> Any:
        if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            found = operated(symbol, None, left, right)
            self._pay(left, right, found)
            return found
        for side in (left, right):
            if isinstance(side, Unknown):
                raise Skip(side.why)
        return self.library.operation(type(symbol), left, right, target)


def _told(owner: Any, name: str) -> tuple[Any, ...]:
    """What Python itself tells of a value by an attribute, `__name__` or a part of a partial; () for any other."""
    if isinstance(owner, Partial) and name in ("func", "args", "keywords"):
        return ({"func": owner.function, "args": owner.given, "keywords": owner.named}[name],)
    if name == "__class__" and isinstance(owner, Instance):
        return (owner.cls,)
    if name == "__name__" and isinstance(owner, Class | Function):
        return (getattr(owner.node, "name", "<lambda>"),)
    if name == "__name__" and isinstance(owner, Reference) and owner.path.startswith(PACKAGES):
        return (owner.path.rpartition(".")[2],)
    return ()
