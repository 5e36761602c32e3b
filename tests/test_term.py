"""Ints that remember how they were computed."""

from __future__ import annotations

import copy
import operator
import pickle
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshapes import arithmetic
from cnnshapes.term import Term, divided_exactly, divided_up, equation, multiplied_down
from tests.evaluation import value_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SIZE, KERNEL, PADDING, STRIDE = Term(32, "height"), Term(5, "kernel_size"), Term(0, "padding"), Term(1, "stride")


@pytest.mark.parametrize(
    ("term", "numbers", "symbols"),
    [
        (
            (SIZE - KERNEL + 2 * PADDING) // STRIDE + 1,
            "⌊(32 − 5 + 2·0) / 1⌋ + 1",
            "⌊(height − kernel_size + 2·padding) / stride⌋ + 1",
        ),
        (SIZE, "32", "height"),
        (SIZE - (KERNEL - 1), "32 − (5 − 1)", "height − (kernel_size − 1)"),
        (SIZE + (KERNEL - 1), "32 + 5 − 1", "height + kernel_size − 1"),
        (SIZE - 1 - KERNEL, "32 − 1 − 5", "height − 1 − kernel_size"),
        (2 * (SIZE + 1), "2·(32 + 1)", "2·(height + 1)"),
        (SIZE * KERNEL * 3, "32·5·3", "height·kernel_size·3"),
        (SIZE * (KERNEL * 3), "32·5·3", "height·kernel_size·3"),
        (KERNEL * divided_exactly(SIZE, 2), "5·(32/2)", "kernel_size·(height/2)"),
        (divided_exactly(SIZE, Term(2) * 2), "32/(2·2)", "height/(2·2)"),
        (divided_exactly(divided_exactly(SIZE, 2), 2), "32/2/2", "height/2/2"),
        (divided_exactly(SIZE - 4, 2), "(32 − 4)/2", "(height − 4)/2"),
        (SIZE // 3 // 2, "⌊⌊32 / 3⌋ / 2⌋", "⌊⌊height / 3⌋ / 2⌋"),
        (SIZE // (KERNEL * 2), "⌊32 / (5·2)⌋", "⌊height / (kernel_size·2)⌋"),
        (100 // KERNEL, "⌊100 / 5⌋", "⌊100 / kernel_size⌋"),
        (divided_up(SIZE - 1, KERNEL) + 1, "⌈(32 − 1) / 5⌉ + 1", "⌈(height − 1) / kernel_size⌉ + 1"),
        (multiplied_down(SIZE, 1.5), "⌊32·1.5⌋", "⌊height·1.5⌋"),
        (multiplied_down(SIZE + 1, 0.5), "⌊(32 + 1)·0.5⌋", "⌊(height + 1)·0.5⌋"),
        (SIZE + Term(-1, "crop"), "32 − 1", "height + crop"),
        (SIZE - Term(-1, "crop"), "32 − (−1)", "height − crop"),
        (2 * Term(-1, "crop"), "2·(−1)", "2·crop"),
        (SIZE + 2 * Term(-1, "crop"), "32 + 2·(−1)", "height + 2·crop"),
        (Term(-3) + SIZE, "−3 + 32", "−3 + height"),
        (7 - SIZE, "7 − 32", "7 − height"),
    ],
)
def test_rendering(term: int, numbers: str, symbols: str) -> None:
    """The computation is written as one would by hand, with its numbers or with its names."""
    assert isinstance(term, Term)
    assert (repr(term), term.symbols()) == (numbers, symbols)


def test_equations() -> None:
    """A result stands behind what it was computed from; a number that was not computed stands alone."""
    assert equation(SIZE * 2) == "32·2 = 64"
    assert equation(SIZE) == "32"
    assert equation(32) == "32"
    assert equation(-1) == "−1"


def test_no_neutral_elements() -> None:
    """Products and sums over lists show no factor 1 and no summand 0."""
    assert arithmetic.product([SIZE, KERNEL]).__repr__() == "32·5"
    assert arithmetic.total([SIZE, KERNEL]).__repr__() == "32 + 5"


def test_a_term_is_an_int() -> None:
    """It compares, hashes, prints and indexes as the number; copies and pickles are the plain number."""
    term = SIZE * 2
    assert term == 64
    assert hash(term) == hash(64)
    assert f"{term} {term:,}" == "64 64"
    assert str(term) == "64"
    assert list(range(100))[term] == 64
    assert type(copy.deepcopy(term)) is type(pickle.loads(pickle.dumps(term))) is int  # noqa: S301  our own bytes


def test_plain_numbers_stay_plain() -> None:
    """The divisions and the product with a fraction make no term of plain ints."""
    results = (divided_exactly(6, 3), divided_up(7, 3), multiplied_down(7, 1.5))
    assert results == (2, 3, 10)
    assert all(type(result) is int for result in results)


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": lambda left, right: left // (right or 1),
    "divide up": lambda left, right: divided_up(left, right or 1),
    "divide exactly": lambda left, right: divided_exactly(left * (right or 1), right or 1),
    "multiply down": lambda left, _: multiplied_down(left, 1.25),
}


@st.composite
def computations(draw: DrawFn, leaves: SearchStrategy[int]) -> Term:
    """A term made of a few numbers by operations in any order."""
    found: list[int] = [Term(0), *draw(st.lists(leaves, min_size=1, max_size=7))]
    while len(found) > 1:
        left = found.pop(draw(st.integers(0, len(found) - 1)))
        right = found.pop(draw(st.integers(0, len(found) - 1)))
        found.append(OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS)))](left, right))
    return Term(0) + found[0]


@given(computations(st.integers(-30, 30) | st.integers(-30, 30).map(Term)))
def test_the_text_comes_to_the_number(term: Term) -> None:
    """Whatever is computed, the text with the numbers put in comes to the result."""
    assert value_of(term.numbers()) == int(term)


@given(computations(st.integers(-9, 30).map(lambda value: Term(value, f"n{value}_"))))
def test_names_stand_where_numbers_stand(term: Term) -> None:
    """The text with names comes to the same once each name is replaced by its number."""
    text = re.sub(r"n(-?\d+)_", lambda match: f"({match[1].replace('-', '−')})", term.symbols())
    assert value_of(text) == int(term)
