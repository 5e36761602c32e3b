"""Compute the text of a formula, `⌊(32 − 5 + 2·0) / 1⌋ + 1`, as a reader would."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction

_SIGNS = {"−": "-", "·": "*", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
_OPERATORS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FORMULA = re.compile(r"[\d.\s+−·/()⌊⌋⌈⌉]+")


def is_formula(text: str) -> bool:
    """Whether the text has numbers and signs alone."""
    return bool(_FORMULA.fullmatch(text.strip()) and re.search(r"\d", text))


def value_of(text: str) -> Fraction:
    """What the formula comes to, fractions kept where nothing rounds them."""
    assert is_formula(text), text
    for sign, python in _SIGNS.items():
        text = text.replace(sign, python)
    return _computed(ast.parse(text.strip(), mode="eval").body)


def _computed(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=float(factor))):
            return Fraction(float(_computed(left)) * factor)  # ⌊7·1.5⌋, in the numbers that torch multiplies in
        case ast.BinOp(left=left, op=sign, right=right):
            return _OPERATORS[type(sign)](_computed(left), _computed(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_computed(operand)
        case ast.Call(func=ast.Name(id="floor"), args=[argument]):
            return Fraction(math.floor(_computed(argument)))
        case ast.Call(func=ast.Name(id="ceil"), args=[argument]):
            return Fraction(math.ceil(_computed(argument)))
    raise AssertionError(ast.dump(node))
