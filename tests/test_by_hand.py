"""Convolution and pooling by hand, against the notes' own numbers and against torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from cnnshapes import InputError
from cnnshapes.by_hand import (
    NOTES_FILTER,
    NOTES_IMAGE,
    NOTES_MAP,
    NOTES_SIGNAL,
    NOTES_SMOOTHING,
    alike,
    convolved,
    plain,
    pooled,
    resized,
    shades,
    size_formula,
)


def test_the_notes_six_by_six() -> None:
    """The notes' steps: the sums 3, 1, 1, 3 of the first row, and the first written out as they write it."""
    steps = convolved([NOTES_IMAGE], [NOTES_FILTER])
    assert (steps.height, steps.width) == (4, 4)
    assert steps.output[0] == [3, 1, 1, 3]
    assert steps.positions[4].sum == 1
    assert steps.positions[-1].sum == 1
    assert str(steps.positions[0]) == "(1×1) + (0×0) + (0×1) + (0×0) + (1×1) + (0×0) + (0×1) + (0×0) + (1×1) = 3"
    assert steps.formulas == ("⌊(6 − 3 + 2·0) / 1⌋ + 1 = 4",) * 2


def test_the_notes_poolings() -> None:
    """The notes' poolings of one map: the largest 3, 12, 3, 4, the means 0, 3, 0, 1, as they write them."""
    largest, means = (pooled(NOTES_MAP, 2, 2, how) for how in ("max", "average"))
    assert [[place.result for place in row] for row in largest] == [[3, 12], [3, 4]]
    assert [[place.result for place in row] for row in means] == [[0, 3], [0, 1]]
    assert str(largest[0][0]) == "max(3, −1, −3, 1) = 3"
    assert str(means[0][0]) == "(3 + (−1) + (−3) + 1) / 4 = 0"


def test_the_notes_signal() -> None:
    """Five ones smoothed by [0.25, 0.5, 0.25] are three ones."""
    assert convolved([[NOTES_SIGNAL]], [[NOTES_SMOOTHING]]).output == [[1, 1, 1]]


NUMBERS = st.integers(-3, 3)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, object]:
    """An image, a filter and settings that fit together."""
    channels, height, width = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(1, 6))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    kernel = tuple(
        draw(st.integers(1, max(1, min(3, (size + 2 * pad - 1) // wide + 1))))
        for size, pad, wide in zip((height, width), padding, dilation, strict=True)
    )

    def picture(tall: int, broad: int) -> list[list[list[int]]]:
        rows = st.lists(NUMBERS, min_size=broad, max_size=broad)
        return draw(st.lists(st.lists(rows, min_size=tall, max_size=tall), min_size=channels, max_size=channels))

    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    return {"image": picture(height, width), "filter": picture(*kernel), "bias": draw(NUMBERS), "settings": settings}


@given(cases())
def test_convolution_agrees_with_torch(case: dict[str, object]) -> None:
    """Any image, filter and setting gives torch's numbers, and each position's products add up to its sum."""
    image, filter_, bias, settings = case["image"], case["filter"], case["bias"], case["settings"]
    steps = convolved(image, filter_, bias=bias, **settings)  # type: ignore[arg-type]
    told = functional.conv2d(
        torch.tensor([image], dtype=torch.float64),
        torch.tensor([filter_], dtype=torch.float64),
        torch.tensor([bias], dtype=torch.float64),
        **settings,  # type: ignore[arg-type]
    )
    assert steps.output == told[0, 0].tolist()


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(st.lists(NUMBERS, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_pooling_agrees_with_torch(image: list[list[int]], kernel: int, stride: int) -> None:
    """Any map, kernel and stride gives torch's numbers; a window that does not fit is refused."""
    sizes = (1 if len(image) == 1 else kernel, kernel)
    if len(image) < sizes[0] or len(image[0]) < kernel:
        with pytest.raises(InputError, match="does not fit"):
            pooled(image, kernel, stride, "max")
        return
    tensor = torch.tensor([[image]], dtype=torch.float64)
    for how, function in (("max", functional.max_pool2d), ("average", functional.avg_pool2d)):
        found = [[place.result for place in row] for row in pooled(image, kernel, stride, how)]
        assert torch.allclose(torch.tensor(found, dtype=torch.float64), function(tensor, sizes, stride)[0, 0])


def test_channels_are_summed_one_by_one() -> None:
    """The products of a position come by channel, and with the bias they add up to the sum, negative ones bracketed."""
    position = convolved([[[1, 2]], [[-3, 4]]], [[[5, -6]], [[7, 8]]], bias=-2).positions[0]
    assert [[str(product) for product in own] for own in position.by_channel] == [
        ["(1×5)", "(2×(−6))"],
        ["(−3×7)", "(4×8)"],
    ]
    assert str(position) == "(1×5) + (2×(−6)) + (−3×7) + (4×8) + (−2) = 2"
    assert position.lines == ["(1×5) + (2×(−6)) = −7", "(−3×7) + (4×8) = 11", "(−7) + 11 + (−2) = 2"]
    single = convolved([[[1, 2]]], [[[3, 4]]]).positions[0]
    assert single.lines == [str(single)]


def test_numbers_are_written_as_by_hand() -> None:
    """No trailing zeros, a real minus sign, and no negative zero."""
    assert [plain(value) for value in (3.0, -1, 0.25, -0.0)] == ["3", "−1", "0.25", "0"]


@given(cases())
def test_size_formulas_end_in_the_size(case: dict[str, object]) -> None:
    """The formula with the numbers ends in the size that came out, and shows padding, stride and dilation."""
    steps = convolved(case["image"], case["filter"], **case["settings"])  # type: ignore[arg-type]
    assert [formula.rpartition(" = ")[2] for formula in steps.formulas] == [str(steps.height), str(steps.width)]


def test_a_dilated_window_shows_its_span() -> None:
    """A dilation is put into the formula as D·(F − 1) + 1."""
    assert size_formula(6, 3, 2, 1, 2) == "⌊(6 − (2·(3 − 1) + 1) + 2·1) / 2⌋ + 1 = 2"


def test_resized() -> None:
    """What fits is kept, what is added is as told, and a channel added is a copy of the last."""
    assert resized([[[1, 2], [3, 4]]], 2, 1, 3, 0) == [[[1, 2, 0]], [[1, 2, 0]]]
    assert resized([[["1", "2"], ["3", "?"]], [["5", "6"], ["7", "8"]]], 1, 3, 1, "0") == [[["1"], ["3"], ["0"]]]
    with pytest.raises(InputError, match="1 or more"):
        resized([[[1]]], 0, 1, 1, 0)


def test_shades() -> None:
    """The smallest number is 0, the largest 1, and the rest lie between in proportion; equal numbers are all 0."""
    assert shades([[-1, 1], [0, 3]]) == [[0, 0.5], [0.25, 1]]
    assert shades([[4, 4]]) == [[0, 0]]


def test_alike() -> None:
    """Rounding makes no difference; another number or another size does."""
    assert alike([[0.1 + 0.2, 1e6]], [[0.3, 1e6]])
    assert not alike([[0.301]], [[0.3]])
    assert not alike([[1, 2]], [[1], [2]])
    assert not alike([[1]], [[1, 2]])


def test_wrong_input() -> None:
    """Sizes that do not fit together are refused in a sentence that says which."""
    with pytest.raises(InputError, match="the filter has 2 channels and the image 1"):
        convolved([NOTES_IMAGE], [NOTES_FILTER, NOTES_FILTER])
    with pytest.raises(InputError, match="a window of 7×7 does not fit the 6×6 input"):
        convolved([NOTES_IMAGE], [[[1] * 7] * 7])
    with pytest.raises(InputError, match="one length"):
        convolved([[[1, 2], [3]]], [[[1]]])
    with pytest.raises(InputError, match="stride and dilation should be 1 or more"):
        convolved([NOTES_IMAGE], [NOTES_FILTER], stride=(0, 1))
    with pytest.raises(InputError, match='no pooling "min"'):
        pooled(NOTES_MAP, 2, 2, "min")
