"""What a user can do to a design, without a browser."""

from __future__ import annotations

import pytest

from app.actions import (
    Action,
    Duplicate,
    Insert,
    InsertBefore,
    Mend,
    Move,
    Remove,
    Rename,
    SetCode,
    SetInput,
    SetInputs,
    SetKind,
    SetName,
    SetText,
    SetValue,
    WrapInception,
    WrapResidual,
    apply,
    described,
    made,
)
from app.design.grid import changes, computed_cells, edited_cells
from app.state import Draft
from app.values import capital, read, read_shape, shown
from cnnshapes import CnnshapesError, Design, InputError, ShapeError, presets, summary
from cnnshapes.errors import Edit
from cnnshapes.layers import LAYERS, Conv2d, MaxPool2d, ReLU, Upsample

LENET = presets.preset("lenet5")


def test_a_kernel_typed_as_text_changes_the_flatten_size() -> None:
    """LeNet-5 with a first kernel of 7 flattens 16·4·4 features: 32 → 26 → 13 → 9 → 4."""
    changed = apply(LENET, SetText("conv1", "kernel_size", "7"))
    assert changed["conv1"].layer == Conv2d(out_channels=6, kernel_size=7)
    assert summary(changed).flatten_size == 16 * 4 * 4


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("5", "kernel_size", 5),
        ("3, 1", "kernel_size", (3, 1)),
        ("(3,1)", "kernel_size", (3, 1)),
        ("3x1", "kernel_size", (3, 1)),
        (" Same ", "padding", "same"),
        ("", "in_channels", None),
        ("-2", "stride", -2),
    ],
)
def test_values_are_read_as_typed(text: str, field: str, value: object) -> None:
    """Numbers, one per axis, words and nothing; an impossible number is kept for the pass to explain."""
    assert read(text, Conv2d.arguments()[field]) == value


@pytest.mark.parametrize(
    ("text", "field"), [("abc", "kernel_size"), ("", "out_channels"), ("1.5", "stride"), ("3,", "x")]
)
def test_what_is_no_value_is_refused(text: str, field: str) -> None:
    """A sentence says what the argument can be."""
    spec = Conv2d.arguments().get(field, Conv2d.arguments()["out_channels"])
    with pytest.raises(InputError, match="whole number"):
        read(text if field != "x" else "a", spec)


@pytest.mark.parametrize("kind", LAYERS)
def test_every_value_shown_can_be_read_back(kind: str) -> None:
    """What the page shows of any new layer's arguments is what it reads."""
    layer = made(kind)
    for name, spec in layer.arguments().items():
        value = getattr(layer, name)
        if spec.kind not in ("flag",):
            assert read(shown(value), spec) == value


@pytest.mark.parametrize(
    "action",
    [
        Insert("conv1", "BatchNorm2d"),
        Insert("input", "Dropout2d"),
        InsertBefore("relu1", "BatchNorm2d"),
        Duplicate("conv2"),
        SetInputs("pool1", "conv1"),
        SetCode("conv1", "nn.Conv2d(3, 8, 3)"),
        SetName("mine"),
        WrapResidual("conv1", "relu1"),
        WrapInception("conv2"),
        Remove("relu1"),
        Rename("conv1", "stem"),
        SetKind("relu1", "Tanh"),
        SetKind("pool1", "AvgPool2d"),
        SetValue("conv1", "bias", False),
        SetInput("3x64x64"),
        Move("relu1", 1),
        Move("relu1", -1),
        Mend((Edit("padding", 2, "conv1"),)),
    ],
)
def test_actions_give_a_network_that_computes(action: Action) -> None:
    """Each action changes LeNet-5 into another network that computes, and has a name for the undo list."""
    changed = apply(LENET, action)
    assert changed != LENET
    assert summary(changed).total_params > 0
    assert described([action])


def test_a_kind_keeps_the_arguments_both_have() -> None:
    """A max pooling that becomes an average pooling keeps its kernel; a new one halves, an upsampling doubles."""
    assert apply(LENET, SetKind("pool1", "AvgPool2d"))["pool1"].layer.given()["kernel_size"] == 2
    assert made("MaxPool2d") == MaxPool2d(2)
    assert made("Upsample") == Upsample(scale_factor=2)


def test_nonsense_leaves_one_sentence() -> None:
    """Unknown kinds, names in use and shapes that are none are refused with a sentence."""
    for action in (
        SetKind("conv1", "Conv9d"),
        Rename("conv1", "conv2"),
        SetInput("3xx"),
        SetInput("big"),
        SetCode("conv1", "x"),
    ):
        with pytest.raises(CnnshapesError):
            apply(LENET, action)
    assert read_shape("3 x 32 x 32") == (3, 32, 32)


def test_the_grid_shows_rows_above_the_failing_one() -> None:
    """Above an impossible layer the rows have shapes; at and behind it they are empty."""
    broken = apply(LENET, SetText("conv2", "kernel_size", "30"))
    with pytest.raises(ShapeError) as caught:
        summary(broken)
    report = caught.value.report
    assert report is not None
    cells = computed_cells(broken, report, caught.value, looked_at="relu1")
    assert list(cells["output"])[:4] == ["6 × 28 × 28", "6 × 28 × 28", "6 × 14 × 14", ""]
    assert list(cells["torch"])[2:5] == ["–", "✗", ""]  # torch is not asked: nothing to wait for
    assert list(cells["name"])[:2] == ["conv1", "▸ relu1"]


def test_advice_marks_its_row() -> None:
    """The first cell of a row that there is advice on hints at it, beside torch's tick."""
    cells = computed_cells(LENET, summary(LENET), noted={"pool2"})
    assert [name for name, torch in zip(cells["name"], cells["torch"], strict=True) if "ⓘ" in torch] == ["pool2"]


def test_edited_cells_become_actions() -> None:
    """A cell that says what is so already asks for nothing; another asks for the argument it stands for."""
    node = LENET["conv1"]
    assert changes(node, (), {"kernel": "5", "padding": "0"}, {}) == []
    assert changes(node, (), {"kernel": "3"}, {}) == [SetText("conv1", "kernel_size", "3")]
    assert changes(node, (), {"layer": "ReLU", "kernel": "3"}, {}) == [SetKind("conv1", "ReLU")]
    assert changes(node, (), {"from": "input"}, {}) == [SetInputs("conv1", "input")]
    assert changes(node, ("a", "b"), {"from": "a b"}, {}) == []
    assert changes(LENET["relu1"], (), {"kernel": "3"}, {}) == []
    assert list(edited_cells(LENET, {})["kernel"])[:3] == ["5", "", "2"]
    assert edited_cells(Design("empty", (3, 8, 8), ()), {}).empty
    assert ReLU.required() == frozenset()


def test_a_draft_stays_in_its_cell() -> None:
    """What could not be read is shown where it was typed and asks for nothing again; the last good value leaves it."""
    drafts = {("conv1", "kernel_size"): Draft("5a", "it is no number")}
    assert edited_cells(LENET, drafts)["kernel"][0] == "5a"
    assert changes(LENET["conv1"], (), {"kernel": "5a"}, drafts) == []
    assert changes(LENET["conv1"], (), {"kernel": "5"}, drafts) == [SetText("conv1", "kernel_size", "5")]


def test_a_name_stays_as_it_is_written() -> None:
    """A sentence begins with a capital letter, but not a name in its place."""
    names = {"conv1", "padding", "stem"}
    for text in ("conv1 subtracts the mean", "padding 3 is too wide", "stem: nothing is left", "in_channels is 3"):
        assert capital(text, names) == text
    assert capital("each position of the last map", names) == "Each position of the last map"
    assert capital("", names) == ""
