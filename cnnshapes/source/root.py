"""Which network a text is about: the last module it makes, else the last class that no other one uses.

A loss, a helper without layers, a lone layer or a part of a network is only read where there is nothing better.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from cnnshapes.layers import LAYERS
from cnnshapes.source.calls import Return, TooLong
from cnnshapes.source.interpreter import Interpreter
from cnnshapes.source.modules import BASE, Container, Leaf, Opaque, parts_of
from cnnshapes.source.spelling import meant
from cnnshapes.source.syntax import set_by, shortened
from cnnshapes.source.values import (
    Class,
    Function,
    Instance,
    Note,
    Reference,
    Scope,
    Skip,
    SourceError,
    Unknown,
    refused,
)

_CHANGING: Final = frozenset("add add_module append extend insert pop register_module setdefault update".split())
"""Methods that change what they are called on."""
_HOLDING: Final = frozenset({*LAYERS, *(f"Lazy{name}" for name in LAYERS), "Sequential", "Parameter"})
"""Names of torch that a class with layers of its own has in it."""
_LOSSES: Final = ("loss", "criterion")
"""How the names of classes end that are no network, though they come from nn.Module."""


def root_of(tree: ast.Module, interpreter: Interpreter) -> tuple[Any, str, bool]:
    """The module that the text is about, its name, and whether the text makes none so that a class had to do.

    What surrounds a network, such as its training, is nobody's concern: of the notes only those are kept that are on
    what the network is made from.

    Raises:
        SourceError: there is none.
        Skip: it cannot be made.
    """
    scope = Scope()
    modules: dict[str, Any] = {}
    making: dict[str, ast.stmt] = {}
    notes: list[tuple[ast.stmt, list[Note]]] = []
    for statement in _body(tree.body):
        before = dict(scope)
        value = _run(statement, scope, interpreter)
        notes.append((statement, interpreter.notes[:]))
        interpreter.notes.clear()
        passing = set(_passing(statement))
        made = {name: scope[name] for name in scope if scope[name] is not before.get(name) and name not in passing}
        if isinstance(statement, ast.Expr):
            made[""] = value
        for name, found in made.items():
            if _is_module(found):
                modules.pop(name, None)
                modules[name], making[name] = found, statement
    classes = _classes(scope)
    fittest = _of_class(classes[-1], scope) if classes else 0
    likeliest = _likeliest(modules, scope)
    if likeliest is not None and _fitness(modules[likeliest], modules, scope) >= fittest:
        root = modules[likeliest]
        names = {likeliest} if likeliest else {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
        interpreter.notes[:] = _on(names, notes, making[likeliest])
        _say_others(root, {one: found for one, found in modules.items() if one}, scope, interpreter)
        return root, root.cls.node.name if isinstance(root, Instance) else likeliest or "network", False
    if not classes:
        _check_forward(scope)
        interpreter.notes.clear()
        for function in reversed(_without_arguments(tree)):
            if _is_module(found := _given_by(function, scope, interpreter)):
                return found, found.cls.node.name if isinstance(found, Instance) else function.name, False
            interpreter.notes.clear()
        raise refused(_nothing(tree), [note for _, some in notes for note in some])
    *others, cls = classes
    interpreter.notes[:] = _on({cls.node.name}, notes)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    passed = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called}
    for other in filter(_is_readable, others):
        if other.node.name in passed:  # as a block is, to what makes a network
            continue
        given = ", ".join(f"{name}=…" for name in _missing(other))
        _say_other(cls, other, f"model = {other.node.name}({given})", interpreter)
    walked = _last(cls, interpreter)
    if walked is not None:  # made by a function that the text calls
        interpreter.notes += [note for _, some in notes for note in some if _is_on(note, cls)]
    return walked or _made(cls, tree, scope, interpreter), cls.node.name, True


def _body(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a text that is run as a program, those under `if __name__ == "__main__"` among the others."""
    for statement in statements:
        if isinstance(statement, ast.If) and any(
            getattr(part, "id", "") == "__name__" for part in ast.walk(statement.test)
        ):
            yield from statement.body
        else:
            yield statement


def _run(statement: ast.stmt, scope: Scope, interpreter: Interpreter) -> Any:
    """Walk a statement; one that takes too long, such as a training loop, is left, and once the count starts anew."""
    try:
        if isinstance(statement, ast.Assert):  # it may call the network
            with suppress(Skip):
                interpreter.value(statement.test, scope)
            return None
        if not isinstance(statement, ast.Expr):
            return interpreter.run([statement], scope)
        try:
            return interpreter.value(statement.value, scope)
        except Skip as skip:
            interpreter.leave(statement, skip)
            return None
    except Return as result:  # of a function that is walked as a part of the text
        return result.value
    except TooLong as error:
        interpreter.start_again(error)
        interpreter.line = statement.lineno
        interpreter.note("this takes too long to walk through; left out")
        scope.update({name: Unknown(str(error)) for name in set_by(statement)})


def _passing(statement: ast.stmt) -> Iterator[str]:
    """The variables of a statement's loops."""
    for node in ast.walk(statement):
        if isinstance(node, ast.For):
            yield from (part.id for part in ast.walk(node.target) if isinstance(part, ast.Name))


def _is_module(value: Any) -> bool:
    if isinstance(value, Instance):
        own = value.cls.method("forward") is not None or BASE in value.attributes
        return own or value.cls.comes_from("nn.Sequential")
    return isinstance(value, Leaf) or (isinstance(value, Container) and value.kind == "Sequential")


# ---- what is likeliest meant ----------------------------------------------------------------------------------------


def _likeliest(modules: dict[str, Any], scope: Scope) -> str | None:
    """The name of the last of the modules that are most like a network, None where there is none."""
    return max(reversed(modules), key=lambda name: _fitness(modules[name], modules, scope), default=None)


def _fitness(module: Any, modules: dict[str, Any], scope: Scope) -> int:
    """How much a module that the text makes is like a network: what is but a part of one is least."""
    if isinstance(module, Leaf):
        return 0
    if any(_is_part(module, other) for other in modules.values() if _is_network(other, scope)):
        return -1
    holding = any(isinstance(part, Leaf | Opaque) for part in parts_of(module))
    return _of_class(module.cls, scope, holding=holding) if isinstance(module, Instance) else 3 + holding


def _is_part(module: Any, other: Any) -> bool:
    """Whether a module is a part of another one, or a Sequential made of nothing but such parts."""
    if module is other:
        return False
    inside = set(map(id, parts_of(other)))
    made_of = module.items.values() if isinstance(module, Container) else ()
    return id(module) in inside or (
        bool(made_of) and id(other) not in map(id, made_of) and inside >= set(map(id, made_of))
    )


def _of_class(cls: Class, scope: Scope, *, holding: bool = False) -> int:
    """How much a class is like a network: it is a module of torch, reads one input and has layers."""
    return 1 + _is_torchs(cls) + (_needed(cls) == 1) + (holding or _holds_layers(cls, scope))


def _is_network(value: Any, scope: Scope) -> bool:
    """Whether what is in a module or class is a part of a network, and not what a loss or a trainer works on."""
    if isinstance(value, Instance):
        return _is_torchs(value.cls)
    return isinstance(value, Container) or (
        isinstance(value, Class) and _is_torchs(value) and _holds_layers(value, scope)
    )


def _is_readable(cls: Class) -> bool:
    return _is_torchs(cls) and _needed(cls) <= 1


def _is_torchs(cls: Class) -> bool:
    """Whether a class comes from another package's, as from nn.Module, and is no loss by its name."""
    origins = [base for base in cls.origins() if getattr(base, "path", "") != "object"]
    return bool(origins) and not cls.node.name.lower().endswith(_LOSSES)


def _needed(cls: Class) -> int:
    """How many inputs its forward needs; a layer of torch it comes from has one."""
    forward = cls.method("forward")
    if forward is None:
        return 1
    spec = forward.node.args
    return max(len(spec.args) - 1 - len(spec.defaults), min(len(spec.args) - 1, 1), int(spec.vararg is not None))


def _holds_layers(cls: Class, scope: Scope) -> bool:
    """Whether a class names layers of torch, by itself or by the classes and functions of the text that it names."""
    known: set[int] = set()
    waiting: list[Any] = [cls]
    while waiting:
        one = waiting.pop()
        if id(one.node) in known:
            continue
        known.add(id(one.node))
        if any(_named(base) in _HOLDING for base in getattr(one, "bases", ())):
            return True
        for part in ast.walk(one.node):
            if getattr(part, "attr", getattr(part, "id", "")) in _HOLDING:
                return True
            if isinstance(part, ast.Name) and isinstance(scope.get(part.id), Class | Function):
                waiting.append(scope[part.id])
        waiting += getattr(one, "line", ())
    return False


def _named(base: Any) -> str:
    return str(getattr(base, "path", "")).rpartition(".")[2]


# ---- notes ----------------------------------------------------------------------------------------------------------


def _on(names: set[str], notes: list[tuple[ast.stmt, list[Note]]], making: ast.stmt | None = None) -> list[Note]:
    """The notes on the statement that makes the network, which may set no name, and on those that names depend on."""
    wanted = set(names)
    for statement, _ in reversed(notes):
        if any(wanted & set(_changed(part)) for part in _simple(statement)):
            wanted |= {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
    kept = []
    for statement, some in notes:
        parts = list(_simple(statement))
        relevant = statement is making or any(wanted & set(_changed(part)) for part in parts)
        for note in some:
            there = [part for part in parts if part.lineno <= note.line <= (part.end_lineno or note.line)]
            if relevant if not there else any(wanted & set(_changed(part)) for part in there):
                kept.append(note)
    return kept


def _simple(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements without a body of their own in a statement; a class or function is one."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef) or not hasattr(statement, "body"):
        yield statement
        return
    for block in ("body", "orelse", "finalbody"):
        for part in getattr(statement, block, ()):
            yield from _simple(part)


def _changed(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement sets, or whose values it changes."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        yield statement.name
        return
    yield from set_by(statement)
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _CHANGING:
                yield name
            case ast.Call(func=ast.Name(id="setattr"), args=[ast.Name(id=name), *_]):
                yield name
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                yield name


# ---- classes --------------------------------------------------------------------------------------------------------


def _classes(scope: Scope) -> list[Class]:
    """The classes with a forward that no network uses, the likeliest last, which the text is about if it makes none."""
    classes = [value for value in scope.values() if isinstance(value, Class) and value.method("forward")]
    used = {
        name.id
        for cls in classes
        if _is_network(cls, scope)
        for name in ast.walk(cls.node)
        if isinstance(name, ast.Name) and name.id != cls.node.name
    }
    left = [cls for cls in classes if cls.node.name not in used] or classes[-1:]
    return sorted(left, key=lambda cls: _of_class(cls, scope))


def _say_others(root: Any, modules: dict[str, Any], scope: Scope, interpreter: Interpreter) -> None:
    """Note the networks of other classes that the text makes beside the one that is read, and none of its parts."""
    inside = set(map(id, parts_of(root)))
    said = {root.cls.node.name} if isinstance(root, Instance) else set()
    for name, found in modules.items():
        if not isinstance(found, Instance) or not isinstance(root, Instance) or found.cls.node.name in said:
            continue
        if id(found) not in inside and root not in parts_of(found) and _is_readable(found.cls):
            said.add(found.cls.node.name)
            _say_other(root.cls, found.cls, name, interpreter)


def _say_other(read: Class, other: Class, line: str, interpreter: Interpreter) -> None:
    interpreter.line = other.node.lineno
    interpreter.note(f"{read.node.name} is read; there is {other.node.name} too: write `{line}` below it to read that")


def _check_forward(scope: Scope) -> None:
    """Raises SourceError for a network whose forward is misspelt, or stands in another method by its indentation."""
    for cls in (value for value in scope.values() if isinstance(value, Class) and value.comes_from("nn.Module")):
        for part in ast.walk(cls.node):
            if not isinstance(part, ast.FunctionDef) or not meant(part.name, ["forward"]):
                continue
            if part in cls.node.body:
                raise SourceError(f"{cls.node.name} has no forward; {part.name} must be meant", part.lineno)
            raise SourceError(
                f"the forward of {cls.node.name} stands inside of another method; indent it as far as __init__",
                part.lineno,
            )


def _nothing(tree: ast.Module) -> str:
    names = {getattr(node, "id", "") for node in ast.walk(tree)}
    if {"keras", "tf", "tensorflow"} & names:
        return "this looks like Keras; only PyTorch is read"
    return "there is no network in the text: no nn.Sequential, and no class with a forward"


def _made(cls: Class, tree: ast.Module, scope: Scope, interpreter: Interpreter) -> Instance:
    """An object of the class, with the arguments that the text gives it somewhere where it needs some."""
    interpreter.line = cls.node.lineno
    if not cls.bases:
        interpreter.note(f"{cls.node.name} is no module of torch; write class {cls.node.name}(nn.Module)")
    missing = _missing(cls)
    if not missing:
        made: Instance = interpreter.called(cls, (), {})
        return made
    for call in sorted(_calls(cls.node.name, tree), key=lambda call: call.lineno):
        kept = interpreter.notes[:]
        interpreter.line = call.lineno
        interpreter.note(f"{cls.node.name} needs {', '.join(missing)}; made as `{shortened(call)}`, as here")
        try:
            return _called(call, cls, scope, interpreter)
        except Skip:
            interpreter.notes[:] = kept
    functions = _without_arguments(tree)
    for function in sorted(functions, key=lambda function: not any(_calls(cls.node.name, function))):
        if (found := _made_by(function, cls, scope, interpreter)) is not None:
            how = f"{function.name}()"
            text = f"{cls.node.name} needs {', '.join(missing)}; made as `{how}`, as here"
            interpreter.note(text, line=function.lineno)
            return found
    raise SourceError(
        f"{cls.node.name} needs {', '.join(missing)}; write `model = {cls.node.name}("
        f"{', '.join(f'{name}=…' for name in missing)})` below it",
        cls.node.lineno,
    )


def _last(cls: Class, interpreter: Interpreter) -> Instance | None:
    """The last object of a class that was made so far, None where there is none."""
    return next((made for made in reversed(interpreter.made) if made.cls is cls), None)


def _is_on(note: Note, cls: Class) -> bool:
    """Whether a note is on a class or what it comes from, and not on what surrounds it."""
    return any(one.node.lineno <= note.line <= (one.node.end_lineno or 0) for one in cls.line)


def _without_arguments(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions of a text that need no argument."""
    found = []
    for part in tree.body:
        if isinstance(part, ast.FunctionDef):
            spec = part.args
            if len(spec.posonlyargs) + len(spec.args) == len(spec.defaults) and all(spec.kw_defaults):
                found.append(part)
    return found


def _given_by(function: ast.FunctionDef, scope: Scope, interpreter: Interpreter) -> Any:
    """What a function of the text gives back, None where it cannot be walked."""
    try:
        return interpreter.called(Function(function, scope), (), {})
    except Skip:
        return None
    except TooLong as error:  # it trains what it made before
        interpreter.start_again(error)
    except SourceError:  # it calls itself without an end
        return None
    return None


def _made_by(function: ast.FunctionDef, cls: Class, scope: Scope, interpreter: Interpreter) -> Instance | None:
    """The last object of the class that a function of the text makes where it is walked, None where it makes none."""
    kept = interpreter.notes[:]
    interpreter.notes.clear()
    _given_by(function, scope, interpreter)
    interpreter.notes[:] = [*kept, *(note for note in interpreter.notes if _is_on(note, cls))]
    return _last(cls, interpreter)


def _missing(cls: Class) -> list[str]:
    """The arguments that its `__init__` must be given."""
    starting = cls.starting()
    if starting is None:
        return []
    spec = starting.node.args
    names = [argument.arg for argument in spec.args[1:]]
    named = [argument.arg for argument, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if not default]
    return names[: max(0, len(names) - len(spec.defaults))] + named


def _calls(name: str, tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _called(call: ast.Call, cls: Class, scope: Scope, interpreter: Interpreter) -> Instance:
    """What a call gives whose arguments are known to the text as a whole; raises Skip where they are not."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    for argument in arguments:
        value = interpreter.value(argument, scope)
        if isinstance(value, Unknown | Function) or (isinstance(value, Reference) and "." not in value.path):
            raise Skip("it is not known here")
    made = interpreter.value(call, scope)
    if not isinstance(made, Instance) or made.cls is not cls:
        raise Skip("it is something else")
    return made
