"""The little of Python that networks are written in, walked as a tree: nothing is compiled, imported or run.

Understood are assignments, `if` and `for` over what is known, comprehensions, arithmetic, slices, functions, classes
and methods of the text itself. What a name of torch means is asked of a `Library`. Anything else raises `Skip`, which
says what it was; a statement that raises it is noted and left out, and every name it would have set is unknown, but for
an `if` without an `else`, behind which names may well be what they were.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from cnnshapes.source.calls import Return
from cnnshapes.source.expressions import Expressions
from cnnshapes.source.options import Options
from cnnshapes.source.pure import guarded
from cnnshapes.source.syntax import first_line, imported, set_by, shortened, single
from cnnshapes.source.values import (
    PLAIN,
    Bound,
    Class,
    Function,
    Instance,
    Reference,
    Scope,
    Skip,
    Stop,
    Unknown,
    check_length,
)


class _Break(Exception):  # noqa: N818
    pass


class _Continue(Exception):  # noqa: N818
    pass


class Interpreter(Expressions):
    """Walks a text, and keeps the notes on what it did not understand."""

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._step(statement)
            try:
                self._statement(statement, scope)
            except Skip as skip:
                self.leave(statement, skip)
                for name in set_by(statement):
                    if not (_may_be_left(statement) and name in scope):
                        scope[name] = Unknown(str(skip))

    def _statement(self, statement: ast.stmt, scope: Scope) -> None:  # noqa: PLR0912  one case for each kind
        match statement:
            case ast.Assign(targets=targets, value=value):
                name = single(targets)
                found = self.value(value, scope, name)
                for target in targets:
                    self._assign(target, found, scope)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self._assign(target, self.value(value, scope, single([target])), scope)
            case ast.AugAssign(target=target, op=symbol, value=value):
                old = self.value(target, scope)
                added = self.value(value, scope)
                if isinstance(old, list) and isinstance(symbol, ast.Add) and isinstance(added, list | tuple):
                    check_length(len(old) + len(added))
                    old.extend(added)
                else:
                    self._assign(target, self._operation(symbol, old, added, single([target])), scope)
            case ast.Expr(value=value):
                self._in_place(value, scope)
            case ast.Return(value=value):
                raise Return(self.value(value, scope) if value is not None else None)
            case ast.If(test=test, body=body, orelse=other):
                self.run(body if self.truth(self.value(test, scope), test) else other, scope)
            case ast.For():
                self._loop(statement, scope)
            case ast.While(test=test, body=body):
                self._while(test, body, scope)
            case ast.With(body=body):
                self.run(body, scope)
            case ast.Try(body=body, orelse=other, finalbody=last):
                self.run([*body, *other, *last], scope)  # as if nothing were raised
            case ast.FunctionDef():
                scope[statement.name] = Function(statement, scope)
            case ast.ClassDef():
                bases = tuple(self.value(base, scope) for base in statement.bases)
                scope[statement.name] = Class(statement, bases, scope)
            case ast.Import() | ast.ImportFrom():
                imported(statement, scope)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    scope.share(name, whole=isinstance(statement, ast.Global))
            case ast.Delete(targets=targets):
                self._delete(targets, scope)
            case ast.Assert() | ast.Pass():
                pass  # neither of them computes anything
            case ast.Raise():
                raise Skip("the text raises an error here")
            case ast.Break() | ast.Continue():
                raise _Break if isinstance(statement, ast.Break) else _Continue
            case _:
                raise Skip(f"`{first_line(statement)}` is not understood")

    def _delete(self, targets: list[ast.expr], scope: Scope) -> None:
        """Take items out of lists, dicts and containers; a name that goes does nothing to what it named."""
        for target in targets:
            match target:
                case ast.Subscript(value=owner, slice=index):
                    found, at = self.value(owner, scope), self.value(index, scope)
                    if self.library.items(found) is not None:
                        self.library.call(Bound("pop", found), (at,), {}, "")
                    elif isinstance(found, dict | list):
                        guarded(found.__delitem__, at)
                    else:
                        raise Skip(f"`del {shortened(target)}` is not understood")
                case ast.Tuple(elts=parts) | ast.List(elts=parts):
                    self._delete(parts, scope)
                case ast.Attribute():
                    raise Skip(f"`del {shortened(target)}` is not understood")

    def _in_place(self, node: ast.expr, scope: Scope) -> None:
        """A call as a statement; the variable that it changes in place, if any, is what the call gives from then on."""
        known = {name: scope.find(name) for name in _changed_by(node) if name in scope}
        changed = next((name for name, old in known.items() if not isinstance(old, (*PLAIN, Reference))), "")
        found = self.value(node, scope, changed)
        if changed and type(found) is type(known[changed]):
            scope[changed] = found

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

    def _while(self, test: ast.expr, body: Sequence[ast.stmt], scope: Scope) -> None:
        """A loop that ends by itself, or by the count of steps."""
        while self.truth(self.value(test, scope), test):
            try:
                self.run(body, scope)
            except _Break:
                return
            except _Continue:
                continue

    def _assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope[name] = value
            case ast.Attribute(value=owner, attr=name):
                found = self.value(owner, scope)
                if name in ("requires_grad", "data", "__annotations__") and not isinstance(found, PLAIN):
                    return  # a weight's numbers and the types of fields are nobody's concern here
                if not isinstance(found, Instance | Options):
                    raise Skip(f"setting `{shortened(target)}` is not understood")
                found.attributes[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                items = self.items(value, target)
                starred = [at for at, part in enumerate(parts) if isinstance(part, ast.Starred)]
                if starred:
                    at, behind = starred[0], len(parts) - starred[0] - 1
                    items = [*items[:at], items[at : len(items) - behind], *items[len(items) - behind :]]
                    parts = [part.value if isinstance(part, ast.Starred) else part for part in parts]
                if len(items) != len(parts):
                    raise Stop(f"{len(items)} values are set to {len(parts)} names")
                for part, item in zip(parts, items, strict=True):
                    self._assign(part, item, scope)
            case ast.Subscript(value=owner, slice=index):
                found, at = self.value(owner, scope), self.value(index, scope)
                if self.library.items(found) is not None:
                    self.library.call(Bound("__setitem__", found), (at, value), {}, "")
                    return
                if not isinstance(found, dict | list):
                    raise Skip(f"setting `{shortened(target)}` is not understood")
                guarded(found.__setitem__, at, value)
            case _:
                raise Skip(f"setting `{shortened(target)}` is not understood")


def _may_be_left(statement: ast.stmt) -> bool:
    """Whether a statement may do nothing: an `if` and its `elif`s without an `else`."""
    return isinstance(statement, ast.If) and all(map(_may_be_left, statement.orelse))


def _changed_by(node: ast.expr) -> Iterator[str]:
    """The variables that a call may change, by its name or its options, as `y.add_(x)` and `F.relu_(y)` do."""
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    asked = any(word.arg == "inplace" and getattr(word.value, "value", True) for word in node.keywords)
    if asked or (name.endswith("_") and not name.endswith("__")):
        for part in (*([node.func.value] if isinstance(node.func, ast.Attribute) else []), *node.args[:1]):
            yield from [part.id] if isinstance(part, ast.Name) else _changed_by(part)
