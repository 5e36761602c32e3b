"""The formulas against counting by hand: every position of a small axis is enumerated."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import assume, given
from hypothesis import strategies as st

from cnnshapes import arithmetic
from cnnshapes.term import Term
from tests.evaluation import value_of

SIZES = st.integers(1, 14)
SMALL = st.integers(1, 5)


def touched(kernel_size: int, dilation: int) -> list[int]:
    """The offsets that a kernel reads."""
    return [tap * dilation for tap in range(kernel_size)]


def starts(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> list[int]:
    """Where windows that fit begin, counted from the first position of the padding, `padding` at both ends together."""
    last = touched(kernel_size, dilation)[-1]
    return [start for start in range(0, size + padding, stride) if start + last < size + padding]


@given(SIZES, SMALL, SMALL, st.integers(0, 5), SMALL)
def test_window_counts_the_windows_that_fit(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    """⌊(W − F + 2P)/S⌋ + 1 is how many windows fit, and at most 0 where none does."""
    count = len(starts(size, kernel, stride, padding, dilation))
    assert max(0, arithmetic.window(size, kernel, stride, padding, dilation)) == count


@given(SIZES, SMALL, SMALL, st.integers(0, 2), SMALL)
def test_ceil_window_lets_one_hang_over(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    """With ceil_mode windows go on until one reaches the end, but none starts behind the input."""
    assume(2 * padding <= kernel)
    last = touched(kernel, dilation)[-1]
    count = 0
    for start in range(0, size + padding, stride):  # behind this lies the right padding
        before_reached_the_end = count and start - stride + last >= size + 2 * padding - 1
        if before_reached_the_end:
            break
        count += 1
    if size + 2 * padding > last - stride + 1:  # else even the first window would hang over by a whole stride
        assert arithmetic.ceil_window(size, kernel, stride, 2 * padding, dilation) == count


@given(SIZES, SMALL, SMALL)
def test_same_padding_keeps_the_size(size: int, kernel: int, dilation: int) -> None:
    """As many zeros are added as a window of stride 1 takes away."""
    padding = arithmetic.same_padding(kernel, dilation)
    assert len(starts(size, kernel, 1, padding, dilation)) == size


@given(SIZES, SMALL, SMALL, st.integers(0, 4), st.integers(0, 4), SMALL)
def test_transposed_window_counts_what_is_written(
    size: int, kernel: int, stride: int, padding: int, output_padding: int, dilation: int
) -> None:
    """A transposed convolution spans all it writes to, less the padding, plus the output padding."""
    written = {position * stride + tap for position in range(size) for tap in touched(kernel, dilation)}
    expected = max(written) + 1 - 2 * padding + output_padding
    assert arithmetic.transposed_window(size, kernel, stride, padding, output_padding, dilation) == expected


@given(SIZES, SMALL, SMALL, st.integers(0, 3), st.integers(0, 3), SMALL)
def test_dropped_counts_pixels_behind_the_last_window(
    size: int, kernel: int, stride: int, before: int, after: int, dilation: int
) -> None:
    """What the floor drops of the input itself, not of its padding."""
    found = starts(size, kernel, stride, before + after, dilation)
    assume(found)
    last = found[-1] + touched(kernel, dilation)[-1]
    behind = [position for position in range(before, before + size) if position > last]
    assert arithmetic.dropped(size, kernel, stride, before + after, after, dilation) == len(behind)


@given(st.lists(st.integers(1, 20), max_size=5))
def test_product_and_total(sizes: list[int]) -> None:
    """The product and the sum, 1 and 0 of nothing."""
    product = 1
    for size in sizes:
        product *= size
    assert arithmetic.product(sizes) == product
    assert arithmetic.total(sizes) == sum(sizes)


@given(
    st.sampled_from([arithmetic.window, arithmetic.ceil_window]),
    SIZES,
    SMALL,
    SMALL,
    st.integers(0, 4),
    st.integers(1, 3),
)
def test_on_terms_a_formula_explains_itself(
    formula: Callable[..., int], size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    """The same function run on terms gives the same number, and the text it prints comes to that number."""
    numbers = (size, kernel, stride, 2 * padding, dilation)
    result = formula(*map(Term, numbers))
    assert result == formula(*numbers)
    assert isinstance(result, Term)
    assert value_of(result.numbers()) == result
