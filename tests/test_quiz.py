"""The quiz: true answers are right, others wrong, and a slip's number is what its formula gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshapes import Design, InputError, presets
from cnnshapes.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    ReLU,
)
from cnnshapes.layers.base import Layer, written
from cnnshapes.quiz import KINDS, LEVELS, SLIPS, Question, judged, question, questions
from cnnshapes.quiz.answers import read_count, read_shape
from cnnshapes.report import report_of

SMALL = ("lenet5", "lenet5_1998", "classifier", "mnist_cnn", "fashion_cnn", "fashion_dnn", "alexnet", "conv_arithmetic")


def asked(kind: str, shape: tuple[int, ...], *layers: Layer) -> Question:
    """The last question of a kind about a stack."""
    return questions(report_of(Design.chain(shape, *layers)), kind)[-1]


def text(found: Question) -> str:
    """The true answer as one types it."""
    return written(found.answer)


@pytest.mark.parametrize("kind", KINDS)
def test_the_true_answer_is_right_and_every_slip_is_named(kind: str) -> None:
    """On many networks: the report's own number is right, each slip's is wrong and named, and so is no other number."""
    found = [
        one
        for name in (*SMALL, "vgg11", "resnet18", "mobilenet_v2")
        for one in questions(report_of(presets.preset(name)), kind)
    ]
    assert found
    for one in found:
        assert judged(one, text(one)).right
        assert not judged(one, text(one)).slips
        for slip, number in one.slips.items():
            assert slip in SLIPS
            verdict = judged(one, written(number))
            assert not verdict.right
            assert slip in verdict.slips
        other = tuple(7 * size + 5 for size in one.answer)
        if other not in one.slips.values():
            assert judged(one, written(other)) == judged(
                one, ", ".join(map(str, other)) if kind == "shape" else written(other)
            )
            assert not judged(one, written(other)).right
            assert not judged(one, written(other)).slips


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_the_reports_numbers(kind: str) -> None:
    """What is hidden is what the row of the report says, and the reason ends in it."""
    for name in SMALL:
        report = report_of(presets.preset(name))
        for one in questions(report, kind):
            row = report[one.node]
            told = {
                "shape": row.output_shape,
                "parameters": (row.params,),
                "MACs": (row.macs,),
                "flatten": row.output_shape,
                "in_features": row.input_shapes[0],
            }
            if kind in told:
                assert one.answer == told[kind]
                assert str(one.answer[-1]) in one.why
            else:
                assert row.layer is not None
                padded = row.layer.with_arguments(padding=one.answer[0])
                assert padded.output_shape(*row.input_shapes)[1:] == row.input_shapes[0][1:]


@given(
    st.tuples(st.integers(1, 4), st.integers(8, 20), st.integers(8, 20)),
    st.integers(2, 6),
    st.integers(2, 5),
    st.integers(1, 3),
    st.integers(0, 2),
)
def test_slips_of_a_shape(shape: tuple[int, int, int], out: int, kernel: int, stride: int, padding: int) -> None:
    """Each slip's shape is what the formula gives with that mistake in it, worked out here by itself."""
    one = asked("shape", shape, Conv2d(out_channels=out, kernel_size=kernel, stride=stride, padding=padding))
    channels, height, width = shape

    def sizes(p: int, s: int, plus: int = 1) -> tuple[int, ...]:
        return (out, *((size - kernel + p) // s + plus for size in (height, width)))

    up = (out, *(-(-(size - kernel + 2 * padding) // stride) + 1 for size in (height, width)))
    right = sizes(2 * padding, stride)
    wrong = {
        "no padding": sizes(0, stride),
        "padding once": sizes(padding, stride),
        "no stride": sizes(2 * padding, 1),
        "no + 1": sizes(2 * padding, stride, 0),
        "rounded up": up,
        "channels kept": (channels, *right[1:]),
        "swapped": (out, right[2], right[1]),
        "channels last": (*right[1:], out),
        "no channels": right[1:],
    }
    assert one.answer == right
    assert one.slips == {slip: number for slip, number in wrong.items() if number != right}


def test_slips_of_a_window() -> None:
    """Dilation forgotten, and a pooling's stride, which is its kernel, and its ceil_mode."""
    dilated = asked("shape", (1, 9, 9), Conv2d(out_channels=2, kernel_size=3, dilation=2))
    assert dilated.answer == (2, 5, 5)
    assert dilated.slips["no dilation"] == (2, 7, 7)
    pool = asked("shape", (2, 7, 7), MaxPool2d(2, ceil_mode=True))
    assert pool.answer == (2, 4, 4)
    assert pool.slips["rounded down"] == (2, 3, 3)
    assert pool.slips["no stride"] == (2, 6, 6)
    assert "channels kept" not in pool.slips


def test_slips_of_parameters() -> None:
    """A grouped convolution, a Linear and a normalisation with each mistake in turn."""
    grouped = asked("parameters", (8, 5, 5), Conv2d(out_channels=4, kernel_size=3, groups=2))
    assert grouped.answer == (3 * 3 * 4 * 4 + 4,)
    assert grouped.slips == {
        "no bias": (3 * 3 * 4 * 4,),
        "one bias": (3 * 3 * 4 * 4 + 1,),
        "one filter": (3 * 3 * 4 + 1,),
        "no input channels": (3 * 3 * 4 + 4,),
        "no groups": (3 * 3 * 8 * 4 + 4,),
    }
    linear = asked("parameters", (20,), Linear(out_features=3, bias=False))
    assert linear.answer == (60,)
    assert linear.slips == {"needless bias": (63,), "one filter": (20,)}
    norm = asked("parameters", (6, 5, 5), BatchNorm2d())
    assert norm.answer == (12,)
    assert norm.slips == {"one of two": (6,), "statistics": (24,)}


def test_slips_of_macs() -> None:
    """A convolution that halves the size, with each mistake in turn."""
    one = asked("MACs", (6, 8, 8), Conv2d(out_channels=4, kernel_size=2, stride=2, groups=2))
    assert one.answer == (2 * 2 * 3 * 4 * 4 * 4,)
    assert one.slips == {
        "with bias": ((2 * 2 * 3 + 1) * 4 * 4 * 4,),
        "twice": (2 * 2 * 2 * 3 * 4 * 4 * 4,),
        "no positions": (2 * 2 * 3 * 4,),
        "input positions": (2 * 2 * 3 * 4 * 8 * 8,),
        "no input channels": (2 * 2 * 4 * 4 * 4,),
        "one filter": (2 * 2 * 3 * 4 * 4,),
        "no groups": (2 * 2 * 6 * 4 * 4 * 4,),
    }


def test_slips_of_a_flatten() -> None:
    """A 6×5×4 map flattened with each mistake in turn; a map of one position is not asked about."""
    one = asked("flatten", (6, 5, 4), Flatten())
    assert one.answer == (120,)
    assert one.slips == {"no channels": (20,), "only channels": (6,), "added": (15,), "one side": (30,)}
    pooled = Design.chain((6, 5, 4), GlobalAvgPool2d(), Flatten())
    assert questions(report_of(pooled), "flatten") == []


def test_slips_on_the_way_to_a_linear() -> None:
    """What reaches the first Linear with poolings or paddings forgotten; only layers that matter are shown."""
    one = asked(
        "in_features",
        (3, 32, 32),
        Conv2d(out_channels=8, kernel_size=3, padding=1),
        ReLU(),
        MaxPool2d(2),
        Conv2d(out_channels=16, kernel_size=3, padding=1),
        AvgPool2d(2),
        Flatten(),
        Linear(in_features=1024, out_features=64),
        Linear(out_features=10),
    )
    assert one.node == "fc1"
    assert one.input_shape == (3, 32, 32)
    assert [name for name, _ in one.layers] == ["conv1", "pool1", "conv2", "pool2", "flatten1", "fc1"]
    assert one.layers[-1] == ("fc1", "Linear(in_features=?, out_features=64)")
    assert one.answer == (16 * 8 * 8,)
    assert one.slips == {
        "no pooling": (16 * 32 * 32,),
        "no last pooling": (16 * 16 * 16,),
        "no padding": (16 * 6 * 6,),
        "input size": (16 * 32 * 32,),
        "no channels": (8 * 8,),
        "only channels": (16,),
        "added": (16 + 8 + 8,),
        "one side": (16 * 8,),
    }


def test_slips_of_a_padding() -> None:
    """The padding that keeps the size, hidden in the layer; not asked where no padding of both ends alike keeps it."""
    one = asked("padding", (3, 9, 9), Conv2d(out_channels=2, kernel_size=5, dilation=2, padding="same"))
    assert one.layers == (("conv1", "Conv2d(out_channels=2, kernel_size=5, dilation=2, padding=?)"),)
    assert one.answer == (4,)
    assert one.why.startswith("2·(5 − 1)/2 = 4; ")
    assert one.slips == {"both ends": (8,), "whole kernel": (5,), "no dilation": (2,), "rounded up": (5,)}
    even = Design.chain((3, 9, 9), Conv2d(out_channels=2, kernel_size=4, padding="same"))
    assert questions(report_of(even), "padding") == []


@pytest.mark.parametrize("level", LEVELS)
def test_the_seed_decides(level: str) -> None:
    """The same seed asks the same, others ask others, and only what belongs to the level."""
    found = [question(level, seed, SMALL) for seed in range(12)]
    assert found == [question(level, seed, SMALL) for seed in range(12)]
    assert len({(one.network, one.node, one.kind) for one in found}) > 4
    assert {one.kind for one in found} == set(LEVELS[level])


def test_a_design_of_ones_own() -> None:
    """A design is asked about too, above a row that cannot be computed; one without anything to ask says so."""
    broken = Design.chain((3, 8, 8), Conv2d(out_channels=4, kernel_size=3), Conv2d(out_channels=4, kernel_size=9))
    assert question("easy", 0, [broken]).node == "conv1"
    with pytest.raises(InputError, match="nothing to ask about"):
        question("hard", 0, [Design.chain((3, 8, 8), ReLU())])
    with pytest.raises(InputError, match='no level "mad"'):
        question("mad", 0)


@pytest.mark.parametrize(
    "given", ["6x28x28", "6, 28, 28", " (6,28,28) ", "6 28 28", "6×28×28", "[6, 28,28]", "6X28X28"]
)
def test_shapes_as_people_type_them(given: str) -> None:
    """Parted by x, ×, commas or spaces, with brackets or without."""
    assert read_shape(given) == (6, 28, 28)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ("456", 456),
        (" 62,006 ", 62_006),
        ("1,234,567", 1_234_567),
        ("16*5*5", 400),
        ("8 · 8 x 16", 1024),
        ("5*5*3*6 + 6", 456),
        ("62 006", 62_006),
    ],
)
def test_counts_as_people_type_them(given: str, count: int) -> None:
    """With commas between thousands or without, or as the product that one had in mind."""
    assert read_count(given) == count


@pytest.mark.parametrize("given", ["", "abc", "6x", "-6", "6.5", "6, 28, 28e", "9" * 5_000])
def test_nonsense_is_refused_in_a_sentence(given: str) -> None:
    """What is no answer is told what would be one."""
    with pytest.raises(InputError, match="should be like 6x28x28"):
        read_shape(given)
    with pytest.raises(InputError, match=r"should be like 456 or 16\*5\*5"):
        read_count(given)
