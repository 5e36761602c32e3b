"""The formulas, one small function each.

Every function takes ints and returns an int, and does the same with `Term`s, which then explain themselves. Sizes are
in positions along one axis; W, F, P, S, D stand for input size, kernel size, padding, stride and dilation.

References:
    [guide]  Dumoulin and Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285
    [cs231n] Stanford CS231n, Convolutional Networks: (W − F + 2P)/S + 1
    [torch]  the "Shape" section of the torch.nn class of the same name
"""

from __future__ import annotations

from collections.abc import Iterable

from cnnshapes.term import divided_up


def product(sizes: Iterable[int]) -> int:
    """The product of the sizes, 1 of none (unlike `math.prod`, no factor 1 enters an explanation)."""
    result: int | None = None
    for size in sizes:
        result = size if result is None else result * size
    return 1 if result is None else result


def total(amounts: Iterable[int]) -> int:
    """The sum of the amounts, 0 of none (no summand 0 enters an explanation)."""
    result: int | None = None
    for amount in amounts:
        result = amount if result is None else result + amount
    return 0 if result is None else result


def span(kernel_size: int, dilation: int) -> int:
    """Positions from the first to the last one a dilated kernel touches, D·(F − 1) + 1 [guide, section 5.1]."""
    return kernel_size if dilation == 1 else dilation * (kernel_size - 1) + 1


def window(size: int, kernel_size: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Positions of a sliding window, ⌊(W − F + 2P) / S⌋ + 1 [cs231n; guide, relationship 6].

    `padding` is what is added at both ends together, 2P, which "same" may share out unevenly.
    """
    return (size - span(kernel_size, dilation) + padding) // stride + 1


def ceil_window(size: int, kernel_size: int, stride: int, padding: int, dilation: int = 1) -> int:
    """Positions of a window that may hang over the end, ⌈(W − F + 2P) / S⌉ + 1 [torch MaxPool2d, ceil_mode].

    The last window must start inside the input or its left padding; one that would start in the right padding is
    left out, so the result is then one less. `padding` is 2P, half of it at each end.
    """
    positions = divided_up(size - span(kernel_size, dilation) + padding, stride) + 1
    return positions - 1 if starts_in_padding(positions, size, stride, padding) else positions


def starts_in_padding(positions: int, size: int, stride: int, padding: int) -> bool:
    """Whether the last of the windows would start behind the input, in the right half of the padding 2P."""
    return (int(positions) - 1) * int(stride) >= int(size) + int(padding) // 2


def same_padding(kernel_size: int, dilation: int) -> int:
    """Zeros to add along an axis, both ends together, so that stride 1 keeps its size: D·(F − 1) [torch Conv2d]."""
    return kernel_size - 1 if dilation == 1 else dilation * (kernel_size - 1)


def transposed_window(
    size: int, kernel_size: int, stride: int, padding: int, output_padding: int, dilation: int = 1
) -> int:
    """Size after a transposed convolution, (W − 1)·S − 2P + D·(F − 1) + 1 + output_padding [torch ConvTranspose2d]."""
    result = (size - 1) * stride - 2 * padding + span(kernel_size, dilation)
    return result if output_padding == 0 else result + output_padding


def dropped(size: int, kernel_size: int, stride: int, padding: int, after: int, dilation: int = 1) -> int:
    """Positions of the input itself behind the last window that the floor lets fit.

    `padding` is what both ends together get, `after` the share of the far end, which the floor drops first.
    """
    left_over = (size - span(kernel_size, dilation) + padding) % stride
    return min(size, max(0, left_over - after))
