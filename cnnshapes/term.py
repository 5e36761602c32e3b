"""An int that remembers how it was computed.

A formula of `cnnshapes.arithmetic` run on plain ints gives a size; run on terms, the same code gives the size *and*
its own explanation, so no second text can drift away from the code:

    >>> size, kernel_size = Term(32, "height"), Term(5, "kernel_size")
    >>> (size - kernel_size) // Term(1, "stride") + 1
    ⌊(32 − 5) / 1⌋ + 1
    >>> _.symbols()
    '⌊(height − kernel_size) / stride⌋ + 1'
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor

Operands = tuple[float, ...]

# How tightly each operation binds; a weaker operand is put into parentheses. Brackets ⌊ ⌋ bind as a name does.
_BINDING = {"+": 1, "−": 1, "·": 2, "/": 2}
_ATOM = 3


class Term(int):
    """An int with the name it goes by or the operation it came from.

    Attributes:
        name: what the number is called (`kernel_size`), or "" for a bare number or a result.
        operator: `+ − · / ⌊/⌋ ⌈/⌉ ⌊·⌋`, or "" for a number that was not computed.
        operands: what the operator was applied to.
    """

    name: str
    operator: str
    operands: Operands

    def __new__(cls, value: int, name: str = "", operator: str = "", operands: Operands = ()) -> Term:
        term = super().__new__(cls, value)
        term.name, term.operator, term.operands = name, operator, operands
        return term

    def __add__(self, other: int) -> Term:
        return _combine("+", int.__add__(self, other), self, other)

    def __radd__(self, other: int) -> Term:
        return _combine("+", int.__add__(self, other), other, self)

    def __sub__(self, other: int) -> Term:
        return _combine("−", int.__sub__(self, other), self, other)

    def __rsub__(self, other: int) -> Term:
        return _combine("−", int.__rsub__(self, other), other, self)

    def __mul__(self, other: int) -> Term:
        return _combine("·", int.__mul__(self, other), self, other)

    def __rmul__(self, other: int) -> Term:
        return _combine("·", int.__mul__(self, other), other, self)

    def __floordiv__(self, other: int) -> Term:
        return _combine("⌊/⌋", int.__floordiv__(self, other), self, other)

    def __rfloordiv__(self, other: int) -> Term:
        return _combine("⌊/⌋", int.__rfloordiv__(self, other), other, self)

    def numbers(self) -> str:
        """The computation with its numbers put in: `⌊(32 − 5) / 1⌋ + 1`."""
        return _render(self, lambda term: "")

    def symbols(self) -> str:
        """The computation with its names: `⌊(height − kernel_size) / stride⌋ + 1`."""
        return _render(self, lambda term: term.name)

    def __repr__(self) -> str:
        return self.numbers()

    def __str__(self) -> str:
        return int.__repr__(self)

    # An int with attributes pickles and copies as the plain number it is.
    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)


def divided_exactly(numerator: int, denominator: int) -> int:
    """The quotient of a division without remainder, written `a/b` instead of `⌊a / b⌋`."""
    quotient = int(numerator) // int(denominator)
    if isinstance(numerator, Term) or isinstance(denominator, Term):
        return _combine("/", quotient, numerator, denominator)
    return quotient


def divided_up(numerator: int, denominator: int) -> int:
    """The quotient rounded up, `⌈a / b⌉`."""
    quotient = -(-int(numerator) // int(denominator))
    if isinstance(numerator, Term) or isinstance(denominator, Term):
        return _combine("⌈/⌉", quotient, numerator, denominator)
    return quotient


def multiplied_down(number: int, factor: float) -> int:
    """The product with a fraction, rounded down, `⌊7·1.5⌋`."""
    product = floor(int(number) * factor)
    if isinstance(number, Term):
        return Term(product, operator="⌊·⌋", operands=(number, factor))
    return product


def equation(value: int) -> str:
    """`computation = value` with the numbers put in, or just the value where nothing was computed."""
    if isinstance(value, Term) and value.operator:
        return f"{value.numbers()} = {int(value)}"
    return _number(value)


def _combine(operator: str, value: int, *operands: int) -> Term:
    return Term(value, operator=operator, operands=operands)


def _number(value: float) -> str:
    return (int.__repr__(value) if isinstance(value, int) else repr(value)).replace("-", "−")


def _binding(value: float) -> int:
    operator = value.operator if isinstance(value, Term) else ""
    return _BINDING.get(operator, _ATOM)


def _render(value: float, name: Callable[[Term], str]) -> str:
    if not isinstance(value, Term) or not value.operator:
        return (name(value) if isinstance(value, Term) else "") or _number(value)
    left, right = value.operands
    if value.operator in ("⌊/⌋", "⌈/⌉"):
        return f"{value.operator[0]}{_bracketed(left, 2, name)} / {_bracketed(right, _ATOM, name)}{value.operator[-1]}"
    if value.operator == "⌊·⌋":
        return f"⌊{_bracketed(left, 2, name)}·{_number(right)}⌋"
    if value.operator == "+" and right < 0 and _binding(right) == _ATOM and _render(right, name).startswith("−"):
        return f"{_bracketed(left, 1, name)} − {_render(right, name)[1:]}"  # a negative padding: 32 − 1, not 32 + −1
    binding = _BINDING[value.operator]
    # a − (b + c) and a/(b·c) need their parentheses, a + (b + c) does not; a·(b/c) reads better with them
    needed = value.operator in "−/" or (isinstance(right, Term) and right.operator == "/")
    right_binding = binding + 1 if needed else binding
    space = " " if binding == 1 else ""
    joint = f"{space}{value.operator}{space}"
    return f"{_bracketed(left, binding, name)}{joint}{_bracketed(right, right_binding, name)}"


def _bracketed(value: float, at_least: int, name: Callable[[Term], str]) -> str:
    text = _render(value, name)
    return text if _binding(value) >= at_least and not (text.startswith("−") and at_least > 1) else f"({text})"
