"""What Python's own operators, functions and methods give on values that are known: never more than a network needs."""

from __future__ import annotations

import ast
import copy
import functools
import itertools
import math
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from cnnshapes.source.syntax import shortened
from cnnshapes.source.values import PLAIN, SCALARS, Class, Reference, Skip, Stop, Unknown, check_length, is_flat

LARGEST: Final = 2**63
"""No number of a network is larger."""

OPERATIONS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda item, items: item in items, ast.NotIn: lambda item, items: item not in items,
}  # fmt: skip

_FIELDS: Final = re.compile(r"([^{}]|\{\d?(:0?\d{0,2}(\.\d)?[dsf]?)?\})*")
"""Texts to fill in by `format` that look into nothing."""
_FORMAT: Final = re.compile(r"([^%]|%[dis])*")
"""Texts to fill in by % that cannot grow beyond what is put in."""

TYPES: Final[dict[str, type]] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict,
}  # fmt: skip

BUILTINS: Final[dict[str, Callable[..., Any]]] = {
    "print": print, "range": range, "len": len, "enumerate": enumerate, "zip": zip, "reversed": reversed, "list": list,
    "tuple": tuple, "int": int, "float": float, "bool": bool, "str": str, "sum": sum, "min": min, "max": max,
    "abs": abs, "round": round, "sorted": sorted, "dict": dict, "isinstance": isinstance, "hasattr": hasattr,
    "getattr": getattr, "setattr": setattr, "issubclass": issubclass, "type": type, "any": any, "all": all, "map": map,
    "filter": filter, "divmod": divmod, "copy.deepcopy": copy.deepcopy,
    "functools.reduce": functools.reduce, "itertools.chain": itertools.chain,
    "itertools.chain.from_iterable": itertools.chain.from_iterable, "operator.add": operator.add,
    "operator.mul": operator.mul,
}  # fmt: skip

_NUMERIC: Final[dict[str, Callable[..., Any]]] = {
    "floor": math.floor, "ceil": math.ceil, "sqrt": math.sqrt, "log": math.log, "log2": math.log2, "pow": math.pow,
    "prod": math.prod, "gcd": math.gcd, "exp": math.exp, "trunc": math.trunc,
}  # fmt: skip

BUILTINS.update((f"{package}.{name}", function) for package in ("math", "numpy") for name, function in _NUMERIC.items())
CONSTANTS: Final = {"math.pi": math.pi, "math.inf": math.inf, "numpy.pi": math.pi, "numpy.inf": math.inf}
"""Values of Python's packages by their names."""


def operated(symbol: ast.AST, node: ast.AST | None, *values: Any) -> Any:
    """The result of an operator of Python; raises Skip where it is not known, or larger than a network needs.

    Args:
        symbol: the operator.
        node: the expression, for messages.
        values: what it is put between.
    """
    for value in values:
        if isinstance(value, Unknown):
            raise Skip(value.why)
    known = OPERATIONS.get(type(symbol))
    if known is None:
        raise Skip(f"`{shortened(node)}` is not understood" if node is not None else "this operator is unknown")
    if isinstance(symbol, ast.Is | ast.IsNot):
        if all(isinstance(value, Reference) for value in values):  # each a class, though read twice
            return (values[0] == values[1]) is isinstance(symbol, ast.Is)
        return known(*values)
    if isinstance(symbol, ast.In | ast.NotIn) and isinstance(values[1], list | tuple) and all(map(_is_kind, values[1])):
        return known(*values)
    if isinstance(symbol, ast.cmpop) and not all(map(is_flat, values)):
        raise Skip(f"`{shortened(node)}` is not known")
    if isinstance(symbol, ast.Eq | ast.NotEq):
        return known(*values)
    if not all(isinstance(value, PLAIN) for value in values):
        raise Skip(f"`{shortened(node)}` is not known" if node is not None else "the values are not known")
    _check_result(symbol, values)
    found = guarded(known, *values)
    if isinstance(found, int | float) and not abs(found) < LARGEST:
        raise Skip("the number is larger than any of a network")
    return found


def guarded(function: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """The value of a call of one of Python's own functions; raises Stop where it raises."""
    try:
        return function(*values, **named)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise Stop(f"Python would stop here: {error}") from error


def formatted(text: str, values: Sequence[Any]) -> str:
    """A text with values put in for its `{}`; raises Skip where it could grow beyond what is put in, or reach into it.

    Args:
        text: with `{}`, `{0}` or `{:03d}` for values.
        values: numbers and texts.
    """
    if not _FIELDS.fullmatch(text) or not all(isinstance(value, SCALARS) for value in values):
        raise Skip("this text is not known")
    check_length(len(text) + sum(len(value) for value in values if isinstance(value, str)))
    found: str = guarded(text.format, *values)
    return found


def joined(between: str, texts: Sequence[Any]) -> str:
    """Texts in one, with a text between them; raises Skip where it is longer than any network needs."""
    check_length(sum(len(text) + len(between) for text in texts if isinstance(text, str)))
    found: str = guarded(between.join, texts)
    return found


def replaced(text: str, values: Sequence[Any]) -> str:
    """A text with one of its parts replaced; raises Skip where it could be longer than any network needs."""
    check_length((len(text) + 1) * max(len(value) if isinstance(value, str) else 1 for value in (*values, "")))
    found: str = guarded(text.replace, *values)
    return found


def _is_kind(value: Any) -> bool:
    """Whether a value is a class, of torch or of the text, or another one that is compared at no cost."""
    return isinstance(value, (Reference, Class, *SCALARS))


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


def is_walked(name: str, at: int, value: Any) -> bool:
    """Whether a builtin function walks through this argument."""
    if name in ("zip",):
        return True
    walking = ("len", "enumerate", "reversed", "list", "tuple", "sum", "sorted")
    return at == 0 and name in walking and not isinstance(value, str | dict)
