"""Convolution and pooling on numbers one can look at: each position, its products and their sum.

Pictures are lists of channels, each a list of rows: `[[[1, 0], [0, 1]]]` is one channel of 2×2. A signal has one row.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Final, TypeVar

from cnnshapes import arithmetic
from cnnshapes.errors import InputError
from cnnshapes.term import Term, equation

Picture = Sequence[Sequence[Sequence[float]]]
"""Numbers by channel, row and column."""

Cell = TypeVar("Cell")
"""What stands in a cell of a picture: a number, or the text that was typed for one."""

POOLINGS: Final = ("max", "average")


@dataclass(frozen=True)
class Product:
    """One number of the input and what it is multiplied by.

    Attributes:
        channel, row, column: where it stands in the input, padding counted as rows and columns below 0 and behind the
            last.
        value: the number, 0 in the padding.
        weight: the filter's number for it.
    """

    channel: int
    row: int
    column: int
    value: float
    weight: float

    def __str__(self) -> str:
        """`(1×0)`."""
        return f"({plain(self.value)}×{bracketed(self.weight)})"


@dataclass(frozen=True)
class Position:
    """One place of the window.

    Attributes:
        row, column: of the output.
        products: what is multiplied there, channel by channel, row by row.
        bias: what is added.
    """

    row: int
    column: int
    products: tuple[Product, ...]
    bias: float = 0

    @property
    def sum(self) -> float:
        """What comes out: the sum of the products and the bias."""
        return sum(product.value * product.weight for product in self.products) + self.bias

    @property
    def by_channel(self) -> list[tuple[Product, ...]]:
        """The products of each channel."""
        return [tuple(own) for _, own in itertools.groupby(self.products, lambda product: product.channel)]

    @property
    def lines(self) -> list[str]:
        """The sum written out; with several channels a line for each, and one that adds their sums and the bias."""
        channels = self.by_channel
        if len(channels) == 1:
            return [str(self)]
        sums = [sum(product.value * product.weight for product in own) for own in channels]
        written = [f"{' + '.join(map(str, own))} = {plain(part)}" for own, part in zip(channels, sums, strict=True)]
        parts = [bracketed(part) for part in (*sums, *([self.bias] if self.bias else []))]
        return [*written, f"{' + '.join(parts)} = {plain(self.sum)}"]

    def __str__(self) -> str:
        """`(1×1) + (0×0) + … = 3`, as the notes write it, negative numbers in brackets."""
        bias = [bracketed(self.bias)] if self.bias else []
        return f"{' + '.join([*map(str, self.products), *bias])} = {plain(self.sum)}"


@dataclass(frozen=True)
class Steps:
    """A whole convolution or pooling.

    Attributes:
        height, width: of the output.
        positions: one for each of its numbers, row by row.
        formulas: how height and width come about.
    """

    height: int
    width: int
    positions: tuple[Position, ...]
    formulas: tuple[str, str]

    @property
    def output(self) -> list[list[float]]:
        """The numbers that come out, by row and column."""
        sums = [position.sum for position in self.positions]
        return [sums[row * self.width : (row + 1) * self.width] for row in range(self.height)]


def convolved(
    image: Picture,
    filter_: Picture,
    *,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
    bias: float = 0,
) -> Steps:
    """A convolution by one filter, as torch computes it: the filter is not turned round.

    Args:
        image: channels of equal size.
        filter_: as many channels as the image.
        stride: along rows and columns.
        padding: the same, zeros added at both ends.
        dilation: the same.
        bias: added to each sum.

    Raises:
        InputError: the sizes do not fit together; says which.
    """
    channels, height, width = _size(image, "image")
    filter_channels, kernel_height, kernel_width = _size(filter_, "filter")
    if channels != filter_channels:
        raise InputError(f"the filter has {filter_channels} channels and the image {channels}; both need as many")
    rows, columns = _positions((height, width), (kernel_height, kernel_width), stride, padding, dilation)

    def products(row: int, column: int) -> tuple[Product, ...]:
        found = []
        for channel, down, right in itertools.product(range(channels), range(kernel_height), range(kernel_width)):
            y = row * stride[0] + down * dilation[0] - padding[0]
            x = column * stride[1] + right * dilation[1] - padding[1]
            inside = 0 <= y < height and 0 <= x < width
            value = image[channel][y][x] if inside else 0
            found.append(Product(channel, y, x, value, filter_[channel][down][right]))
        return tuple(found)

    places = itertools.product(range(rows), range(columns))
    positions = tuple(Position(row, column, products(row, column), bias) for row, column in places)
    axes = zip((height, width), (kernel_height, kernel_width), stride, padding, dilation, strict=True)
    tall, wide = (size_formula(*axis) for axis in axes)
    return Steps(rows, columns, positions, (tall, wide))


def size_formula(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> str:
    """How many positions a window takes along an axis, with the numbers: `⌊(6 − 3 + 2·0) / 1⌋ + 1 = 4`."""
    return equation(arithmetic.window(Term(size), Term(kernel_size), Term(stride), 2 * Term(padding), Term(dilation)))


@dataclass(frozen=True)
class Pooled:
    """One place of a pooling window.

    Attributes:
        row, column: of the output.
        cells: the rows and columns of the input that it looks at.
        values: the numbers there.
        how: `max` or `average`.
    """

    row: int
    column: int
    cells: tuple[tuple[int, int], ...]
    values: tuple[float, ...]
    how: str

    @property
    def result(self) -> float:
        """The largest of the numbers, or their mean."""
        return max(self.values) if self.how == "max" else sum(self.values) / len(self.values)

    def __str__(self) -> str:
        """`max(3, −1, −3, 1) = 3`, `(3 + (−1) + (−3) + 1) / 4 = 0`."""
        if self.how == "max":
            return f"max({', '.join(map(plain, self.values))}) = {plain(self.result)}"
        return f"({' + '.join(map(bracketed, self.values))}) / {len(self.values)} = {plain(self.result)}"


def pooled(image: Sequence[Sequence[float]], kernel_size: int, stride: int, how: str) -> list[list[Pooled]]:
    """The places of a pooling without padding, by row and column of its output.

    Args:
        image: one channel, by row and column.
        kernel_size: along both axes; of a picture of one row, along the columns alone.
        stride: the same.
        how: `max` or `average`.

    Raises:
        InputError: the window does not fit, or there is no such pooling.
    """
    if how not in POOLINGS:
        raise InputError(f'there is no pooling "{how}"; there is {" and ".join(POOLINGS)}')
    _, height, width = _size([image], "image")
    tall = 1 if height == 1 else kernel_size
    rows, columns = _positions((height, width), (tall, kernel_size), (stride, stride), (0, 0), (1, 1))
    found = []
    for row in range(rows):
        line = []
        for column in range(columns):
            cells = tuple(
                (row * stride + down, column * stride + right) for down in range(tall) for right in range(kernel_size)
            )
            line.append(Pooled(row, column, cells, tuple(image[y][x] for y, x in cells), how))
        found.append(line)
    return found


def _positions(
    sizes: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
) -> tuple[int, int]:
    if min(*stride, *dilation) < 1 or min(padding) < 0:
        raise InputError("stride and dilation should be 1 or more, and padding 0 or more")
    found = [
        arithmetic.window(size, width, step, 2 * pad, wide)
        for size, width, step, pad, wide in zip(sizes, kernel, stride, padding, dilation, strict=True)
    ]
    if min(found) < 1:
        spans = "×".join(str(arithmetic.span(width, wide)) for width, wide in zip(kernel, dilation, strict=True))
        there = "×".join(str(size + 2 * pad) for size, pad in zip(sizes, padding, strict=True))
        raise InputError(f"a window of {spans} does not fit the {there} input; use padding or a smaller filter")
    return found[0], found[1]


def _size(picture: Picture, what: str) -> tuple[int, int, int]:
    heights = {len(channel) for channel in picture}
    widths = {len(row) for channel in picture for row in channel}
    if len(heights) != 1 or len(widths) != 1 or not min(widths):
        raise InputError(f"the rows and channels of the {what} should all have one length, and none be empty")
    return len(picture), heights.pop(), widths.pop()


def resized(
    picture: Sequence[Sequence[Sequence[Cell]]], channels: int, height: int, width: int, added: Cell
) -> list[list[list[Cell]]]:
    """The same picture cut to this size, or grown behind and below; channels added are copies of the last.

    Args:
        picture: its cells, by channel, row and column.
        channels: how many it should have.
        height: of each channel.
        width: of each channel.
        added: what new cells hold.

    Raises:
        InputError: a size is less than 1.
    """
    if min(channels, height, width) < 1:
        raise InputError("channels, height and width should be 1 or more")
    kept = [picture[min(channel, len(picture) - 1)] for channel in range(channels)]
    return [
        [[own[y][x] if y < len(own) and x < len(own[y]) else added for x in range(width)] for y in range(height)]
        for own in kept
    ]


def shades(channel: Sequence[Sequence[float]]) -> list[list[float]]:
    """How dark each number of a channel is, from 0 for the smallest to 1 for the largest; all 0 where all are alike."""
    values = [value for row in channel for value in row]
    least, most = min(values), max(values)
    return [[(value - least) / (most - least) if most > least else 0.0 for value in row] for row in channel]


def alike(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> bool:
    """Whether two maps have one size and the same numbers, but for the rounding of additions in another order."""
    if [len(row) for row in ours] != [len(row) for row in theirs]:
        return False
    flat = [(a, b) for row, other in zip(ours, theirs, strict=True) for a, b in zip(row, other, strict=True)]
    largest = max((abs(b) for _, b in flat), default=0)
    return all(isclose(a, b, rel_tol=1e-9, abs_tol=1e-9 * largest) for a, b in flat)


def plain(value: float) -> str:
    """A number as one writes it: `3`, `−1`, `0.25`; adding 0 makes 0 of −0."""
    return f"{value + 0:g}".replace("-", "−")


def bracketed(value: float) -> str:
    """The same, in brackets where it is negative."""
    return f"({plain(value)})" if value < 0 else plain(value)


NOTES_IMAGE: Final = (
    (1, 0, 0, 0, 0, 1),
    (0, 1, 0, 0, 1, 0),
    (0, 0, 1, 1, 0, 0),
    (1, 0, 0, 0, 1, 0),
    (0, 1, 0, 0, 1, 0),
    (0, 0, 1, 0, 1, 0),
)
"""The 6×6 image that the notes convolve by hand."""
NOTES_FILTER: Final = ((1, 0, 1), (0, 1, 0), (1, 0, 1))
"""The filter of the notes: its first sums are 3, 1, 1, 3."""
NOTES_MAP: Final = ((3, -1, 12, -1), (-3, 1, 0, 1), (2, -3, 0, 1), (3, -2, 4, -1))
"""The map that the notes pool: the largest are 3, 12, 3, 4, and the means 0, 3, 0, 1."""
NOTES_SIGNAL: Final = (1, 1, 1, 1, 1)
"""The signal that the notes smooth by (0.25, 0.5, 0.25)."""
NOTES_SMOOTHING: Final = (0.25, 0.5, 0.25)
