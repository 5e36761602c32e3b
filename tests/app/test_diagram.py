"""The diagram: how a network is laid out and drawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.diagram import blocks
from app.diagram.blocks import steps_of
from app.diagram.field import Span, field_svg
from app.diagram.scene import Cell, Edge, Scene
from app.diagram.shares import amounts, shares
from app.diagram.svg import svg
from app.diagram.tabs import scene_of
from app.diagram.text import Words, cut, sizes, width_of
from cnnshapes import Design, Report, ShapeError, presets
from cnnshapes.design import INPUT, Builder, Node
from cnnshapes.layers import (
    Add,
    BatchNorm2d,
    Concat,
    Conv1d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool1d,
    MaxPool2d,
    ReLU,
)
from cnnshapes.report import report_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

NAMESPACE = "{http://www.w3.org/2000/svg}"
WORDS = Words(
    "a <title>",
    "a & b",
    "input",
    lambda count: f"{count} layers",
    lambda count: f"{count} groups",
    "cannot be computed",
    "open",
    "close",
)


def drawn(design: Design, opened: set[str] | None = None) -> tuple[Report, Scene]:
    """A design's report as far as it goes, and its picture."""
    failing: Node | None = None
    try:
        report = report_of(design)
    except ShapeError as error:
        report, failing = error.report or Report(design.name, design.input_shape, ()), design[error.node]
    return report, scene_of(report, failing, opened or set(), WORDS)


def fully(design: Design) -> tuple[Report, Scene]:
    """The same with all folds opened."""
    opened: set[str] = set()
    report, scene = drawn(design, opened)
    while folds := {cell.key for cell in scene.cells if cell.role == "fold"} - opened:
        opened |= folds
        report, scene = drawn(design, opened)
    return report, scene


def apart(one: Cell, other: Cell) -> bool:
    """Whether two cells do not overlap, each with all that is drawn of it."""
    left, top, right, bottom = one.hull
    left2, top2, right2, bottom2 = other.hull
    return right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


def crosses(edge: Edge, cell: Cell) -> bool:
    """Whether a line runs through a cell, rather than along its side."""
    left, top, right, bottom = cell.hull
    return any(
        min(a.x, b.x) < right - 1
        and max(a.x, b.x) > left + 1
        and min(a.y, b.y) < bottom - 1
        and max(a.y, b.y) > top + 1
        for a, b in pairwise(edge.points)
    )


def check_layout(report: Report, scene: Scene) -> None:
    """What every picture keeps to."""
    cells = {cell.key: cell for cell in scene.cells}
    assert len(cells) == len(scene.cells)
    for one, other in combinations(scene.cells, 2):
        assert apart(one, other), (one.key, other.key)
    for cell in scene.cells:
        left, top, right, bottom = cell.hull
        assert min(left, top, scene.width - right, scene.height - bottom) >= 0, cell.key
    for frame in scene.frames:
        assert min(frame.x, frame.y, scene.width - frame.x - frame.width, scene.height - frame.y - frame.height) >= 0
    drawn_rows = [part.row for cell in scene.cells for part in cell.parts]
    assert len(drawn_rows) == len(set(drawn_rows))
    assert {row.name for row in report} <= set(drawn_rows)
    for edge in scene.edges:
        assert {edge.source, edge.target} <= set(cells)
        if scene.form == "graph":
            assert not [cell.key for cell in scene.cells if crosses(edge, cell)], edge
    reached = {edge.target for edge in scene.edges}
    assert reached == set(cells) - {INPUT}


def texts(scene: Scene) -> tuple[ET.Element, set[str]]:
    """The picture's SVG, parsed, and all that is written in it."""
    root = ET.fromstring(svg(scene, WORDS))  # noqa: S314  our own text
    return root, {"".join(element.itertext()) for element in root.iter(f"{NAMESPACE}text")}


@pytest.mark.parametrize("name", presets.PRESETS)
def test_presets(name: str) -> None:
    """Every preset is drawn, folded and in full: nothing overlaps, every row is there, and every shape is written."""
    design = presets.preset(name)
    for report, scene in (drawn(design), fully(design)):
        check_layout(report, scene)
        root, written = texts(scene)
        assert root.tag == f"{NAMESPACE}svg"
        wanted = {edge.shape for edge in scene.edges}
        wanted |= {cell.shape for cell in scene.cells} if scene.form == "boxes" else set()
        assert wanted <= written
    assert {cell.shape for cell in scene.cells} == {sizes(report.input_shape)} | {
        sizes(cell_row.output_shape) for cell_row in (report[cell.parts[-1].row] for cell in scene.cells if cell.parts)
    }


@st.composite
def branched(draw: DrawFn) -> Design:
    """A network in which each node reads any one or two of those before it, and lies in any modules."""
    builder = Builder("random", (4, 8, 8))
    names = [INPUT]
    for _ in range(draw(st.integers(1, 14))):
        first = draw(st.sampled_from(names[-4:]))
        second = draw(st.sampled_from(names))
        layer = draw(st.sampled_from([ReLU(), Conv2d(out_channels=4, kernel_size=1), Add()]))
        sources = (first, second) if isinstance(layer, Add) else (first,)
        modules = draw(st.sampled_from(["", "a.", "a.", "b.", "a.b.", "a.c."]))
        names.append(builder.add(layer, *sources, name=f"{modules}n{len(names)}"))
    return builder.design()


@given(branched())
def test_random_branches(design: Design) -> None:
    """Whatever reads whatever: no two bars overlap, and no line runs through a bar."""
    check_layout(*drawn(design))


@given(branched(), st.sets(st.integers(0, 9)))
def test_random_folds(design: Design, chosen: set[int]) -> None:
    """The same where every few rows are folded, by whatever names and repeats, and any of the folds are opened."""
    with patch.multiple(blocks, MANY=4, FEWEST=2, ROOM=3):
        _, scene = drawn(design)
        folds = [cell.key for cell in scene.cells if cell.role == "fold"]
        check_layout(*drawn(design, {key for number, key in enumerate(folds) if number in chosen}))
        check_layout(*fully(design))


def test_a_stack_is_boxes_of_the_size_of_its_maps() -> None:
    """LeNet-5 looks as in the paper: boxes that shrink as the maps do, activations on them, flat bars for vectors."""
    _, scene = drawn(presets.preset("lenet5"))
    assert scene.form == "boxes"
    assert [cell.label for cell in scene.cells] == "input conv1 pool1 conv2 pool2 flatten1 fc1 fc2 fc3".split()
    conv1 = scene.cells[1]
    assert [part.kind for part in conv1.parts] == ["Conv2d", "ReLU"]
    maps = scene.cells[:5]
    assert all(before.height > after.height and before.lean > after.lean for before, after in pairwise(maps))
    assert scene.cells[3].width > conv1.width  # 16 channels, 6
    assert all(cell.lean == 0 for cell in scene.cells[5:])
    assert [bool(edge.window) for edge in scene.edges] == [True] * 4 + [False] * 4
    assert all(before.hull[2] < after.x for before, after in pairwise(scene.cells))


def test_groups_are_towers() -> None:
    """AlexNet's convolutions on two GPUs are two boxes each that fill the place of one; many groups are only told."""
    _, scene = drawn(presets.preset("alexnet_two_gpu"))
    grouped = {cell.key: (cell.towers, cell.detail) for cell in scene.cells if cell.detail}
    assert grouped == dict.fromkeys(("conv2", "conv4", "conv5"), (2, "2 groups"))
    text = svg(scene, WORDS)
    cell = next(cell for cell in scene.cells if cell.key == "conv2")
    one = text.split('data-cell="conv2"')[1].split("</title>")[1].split("</g>")[0]
    corners = [[float(point.split(",")[0]) for point in face.split()]
               for face in re.findall(r'points="([^"]+)"[^>]*data-face', one)]  # fmt: skip
    assert len(corners) == 2
    (start, first), (second, end) = [(min(face), max(face)) for face in corners]
    assert start == pytest.approx(cell.x, abs=0.1)
    assert start < first < second < end < cell.x + cell.width
    _, deep = drawn(Design.chain((32, 8, 8), Conv2d(out_channels=32, kernel_size=3, groups=32)))
    assert [(cell.towers, cell.detail) for cell in deep.cells] == [(1, ""), (1, "32 groups")]


def test_a_mark_is_drawn_where_nothing_else_reads_what_it_reads() -> None:
    """A norm whose input is also added further down has a bar of its own, so that the line ends at the right place."""
    builder = Builder("preactivation", (4, 8, 8))
    first = builder.add(Conv2d(out_channels=4, kernel_size=1))
    builder.add(BatchNorm2d())
    builder.add(ReLU())
    second = builder.add(Conv2d(out_channels=4, kernel_size=1))
    builder.add(Add(), first, second)
    _, scene = drawn(builder.design())
    assert [[part.kind for part in cell.parts] for cell in scene.cells] == [
        [], ["Conv2d"], ["BatchNorm2d", "ReLU"], ["Conv2d"], ["Add"]
    ]  # fmt: skip
    assert {(edge.source, edge.target) for edge in scene.edges} >= {("conv1", "add1"), ("conv1", "bn1")}


@pytest.mark.parametrize(
    ("name", "folds"),
    [
        ("resnet50", ["layer1 ×3", "layer2 ×4", "layer3 ×6", "layer4 ×3"]),
        ("resnet56_cifar10", ["layer1 ×9", "layer2 ×9", "layer3 ×9"]),
        ("densenet121", [f"features.denseblock{n} ×{times}" for n, times in enumerate((6, 12, 24, 16), 1)]),
        ("googlenet", [f"inception{n}" for n in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")]),
        ("resnet18", []),
    ],
)
def test_repeated_blocks_are_folded(name: str, folds: list[str]) -> None:
    """Long networks have a bar for each group of blocks, by the modules in the names, and how often they repeat."""
    report, scene = drawn(presets.preset(name))
    assert [cell.label for cell in scene.cells if cell.role == "fold"] == folds
    assert len(scene.cells) < 40
    check_layout(report, scene)


def test_a_fold_opens_level_by_level() -> None:
    """An opened fold shows its blocks in a frame, and a block of those its layers in another."""
    _, scene = drawn(presets.preset("resnet50"), {"layer1.*"})
    assert [frame.label for frame in scene.frames] == ["layer1"]
    assert [cell.key for cell in scene.cells if cell.role == "fold"][:3] == ["layer1.0.*", "layer1.1.*", "layer1.2.*"]
    _, scene = drawn(presets.preset("resnet50"), {"layer1.*", "layer1.0.*"})
    outer, inner = scene.frames
    assert (inner.label, outer.y <= inner.y, inner.height < outer.height) == ("layer1.0", True, True)
    assert [cell.label for cell in scene.cells][3:8] == ["conv1", "conv2", "conv3", "downsample.0", "add"]


def test_without_modules_in_names_sequences_are_folded() -> None:
    """A stack of a hundred pairs of convolution and ReLU becomes one fold, which opens to all of them."""
    layers = [layer for _ in range(100) for layer in (Conv2d(out_channels=4, kernel_size=1), ReLU())]
    design = Design.chain((4, 8, 8), *layers, Flatten(), Linear(out_features=3))
    _, scene = drawn(design)
    assert [cell.role for cell in scene.cells] == ["input", "fold", "layer", "layer"]
    assert "×100" in scene.cells[1].label
    report, scene = fully(design)
    assert len(scene.cells) == 103
    (frame,) = scene.frames
    assert frame.x < scene.cells[1].x < scene.cells[100].hull[2] < frame.x + frame.width < scene.cells[101].x
    check_layout(report, scene)


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "residual_block"])
def test_what_fails_is_marked_by_shape_and_word(name: str) -> None:
    """The rows that work are drawn, and the failing one with a dashed edge, a cross and a word, never in a fold."""
    design = presets.preset(name)
    last = [node.name for node in design if isinstance(node.layer, Conv2d)][-1]
    broken = design.with_layer(last, Conv2d(out_channels=4, kernel_size=999))
    report, scene = drawn(broken)
    check_layout(report, scene)
    (failing,) = (cell for cell in scene.cells if cell.role == "failing")
    assert failing.key == last
    root, written = texts(scene)
    assert any("cannot be computed" in text for text in written)
    (group,) = (group for group in root.iter(f"{NAMESPACE}g") if group.get("data-cell") == last)
    assert any(element.get("stroke-dasharray") for element in group.iter())
    assert any(element.get("class") == "alarm" for element in group.iter())


@pytest.mark.parametrize(
    "design",
    [
        Design("empty", (3, 8, 8), ()),
        Design.chain((2, 40), Conv1d(out_channels=8, kernel_size=5, padding=2), MaxPool1d(2), Flatten()),
        Design.chain((7,), Linear(out_features=1)),
        Design.chain((1, 1, 1), Conv2d(out_channels=2**20, kernel_size=1)),
        Design.chain((3, 8, 2**20), MaxPool2d(2)),
    ],
    ids=lambda design: sizes(design.input_shape),
)
def test_odd_designs(design: Design) -> None:
    """Nothing at all, signals, vectors, a million channels and a very wide picture are drawn within reason."""
    report, scene = drawn(design)
    check_layout(report, scene)
    assert max(scene.width, 2 * scene.height) < 1000
    texts(scene)


def test_each_row_can_be_selected_by_keyboard() -> None:
    """Each row outside folds is a button with a name that says its kind and shape; so is each fold."""
    _, scene = drawn(presets.preset("googlenet"), {"inception3a.*"})
    root, _ = texts(scene)
    buttons = [element for element in root.iter() if element.get("role") == "button"]
    assert all(button.get("tabindex") == "0" and button.get("aria-label") for button in buttons)
    rows = {button.get("data-row") for button in buttons} - {None}
    assert rows == {part.row for cell in scene.cells if cell.role == "layer" for part in cell.parts}
    folds = {button.get("data-fold") for button in buttons} - {None}
    assert folds == {cell.key for cell in scene.cells if cell.role == "fold"} | {"inception3a.*"}
    label = next(button.get("aria-label") for button in buttons if button.get("data-row") == "conv1.conv")
    assert label == "conv1.conv, Conv2d, BatchNorm2d, ReLU, 64×112×112"


def test_branches_are_told_from_stacks() -> None:
    """What is read twice or reads two things makes a graph; a chain does not, nor does an empty design."""
    builder = Builder("two", (3, 8, 8))
    one = builder.add(ReLU(), INPUT)
    builder.add(Concat(), INPUT, one)
    for design, form in ((builder.design(), "graph"), (presets.preset("vgg16"), "boxes")):
        assert drawn(design)[1].form == form
    assert steps_of(report_of(builder.design()), None)[1].reads == (INPUT, one)


def test_long_names_are_cut_at_their_beginning() -> None:
    """The end of a name tells it apart, and what is left fits."""
    assert cut("features.denseblock1.denselayer12.conv2", 100).startswith("…")
    assert cut("features.denseblock1.denselayer12.conv2", 100).endswith("12.conv2")
    assert width_of(cut("features.denseblock1.denselayer12.conv2", 100)) <= 100
    assert cut("conv1", 100) == "conv1"
    assert width_of("입력") > width_of("in")


@pytest.mark.parametrize("measure", ["parameters", "macs", "memory"])
@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet152"])
def test_shares_add_up(name: str, measure: str) -> None:
    """The bars add up to the report's total and to 100 %, in the order of the rows, the rest in one at the end."""
    report = report_of(presets.preset(name))
    total = {
        "parameters": report.total_params,
        "macs": report.total_macs,
        "memory": report.memory().training,
    }[measure]
    bars = shares(amounts(report, measure), most=5)
    assert sum(bar.value for bar in bars) == total
    assert sum(bar.part for bar in bars) == pytest.approx(1)
    names = [INPUT, *(row.name for row in report)]
    places = [names.index(bar.row) for bar in bars if bar.row]
    assert places == sorted(places)
    assert len(bars) <= 6
    assert [bar.row for bar in bars].count("") == (bars[-1].rows > 1)
    assert bars[-1].row or bars[-1].value <= 10**12


def test_no_share_where_there_is_nothing() -> None:
    """A network without weights has no bars of parameters."""
    assert shares(amounts(report_of(Design.chain((3, 8, 8), ReLU(), MaxPool2d(2))), "parameters")) == []


@pytest.mark.parametrize(
    ("spans", "hatched"),
    [
        ((Span(10, 24, 32), Span(0, 14, 32)), (0, 0)),
        ((Span(-2, 3, 224), Span(220, 226, 224)), (2, 2)),
        ((Span(-6, 8, 40),), (6, 0)),
    ],
)
def test_the_field_is_drawn_to_scale(spans: tuple[Span, ...], hatched: tuple[int, int]) -> None:
    """The rectangle is as much larger than the input as its numbers say, and it tells how far it reaches beyond."""
    report = report_of(Design.chain((3, *(span.size for span in spans)), ReLU()))
    text = field_svg(report[0], report.input_shape, spans, (0,) * len(spans), "field", "said")
    root = ET.fromstring(text)  # noqa: S314  our own text
    polygons = [
        [tuple(map(float, corner.split(","))) for corner in (element.get("points") or "").split()]
        for element in root.iter(f"{NAMESPACE}polygon")
    ]
    window, image = polygons[0], polygons[1]
    across = spans[-1]
    share = (window[1][0] - window[0][0]) / (image[1][0] - image[0][0])
    assert share == pytest.approx((across.end - across.begin) / across.size, rel=0.05)
    assert (spans[0].beyond[0], spans[-1].beyond[1]) == hatched
