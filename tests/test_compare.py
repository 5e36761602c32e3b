"""Networks side by side."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest

from cnnshapes import Design, InputError, presets
from cnnshapes.compare import Comparison, change, compared
from cnnshapes.layers import Conv2d, Flatten, Linear, ReLU
from cnnshapes.presets.comparisons import SIDE_BY_SIDE
from cnnshapes.report import report_of


def of(*names: str) -> Comparison:
    """The comparison of presets."""
    return compared(*(report_of(presets.preset(name)) for name in names))


def total(comparison: Comparison, name: str) -> tuple[int, ...]:
    """The values of a total."""
    return next(each.values for each in comparison.totals if each.name == name)


@pytest.mark.parametrize("names", [*SIDE_BY_SIDE, ("resnet18", "vgg16", "lenet5", "mobilenet_v2")])
def test_no_row_is_lost(names: tuple[str, ...]) -> None:
    """Each row of each network stands in one line, in its own order, and differences are where values differ."""
    found = of(*names)
    for at, report in enumerate(found.reports):
        assert [line.rows[at] for line in found.lines if line.rows[at]] == list(report)
    for line in found.lines:
        rows = [row for row in line.rows if row is not None]
        assert len({row.kind for row in rows}) == 1
        assert len(rows) + len(line.missing) == len(names)
        assert ("parameters" in line.differing) == (len({row.params for row in rows}) > 1)
        assert ("output" in line.differing) == (len({row.output_shape for row in rows}) > 1)


def test_the_notes_pair() -> None:
    """Two 3×3 against one 5×5: one convolution more, 114,688 weights less, and the same 5×5 pixels seen."""
    found = of("vgg_3x3_twice", "vgg_5x5_once")
    parameters = found.totals[0]
    assert parameters.values == (294_912, 409_600)
    assert parameters.differences == (0, 114_688)
    assert parameters.ratios == (1, 409_600 / 294_912)
    assert total(found, "layers") == (2, 1)
    assert total(found, "field") == (5, 5)
    assert sorted(line.missing for line in found.lines) == [(), (1,)]


def test_what_the_last_row_sees() -> None:
    """Heads that give no map at all see the whole of what they read."""
    assert total(of("flatten_head", "global_pooling_head"), "field") == (7, 7)


def test_three_networks() -> None:
    """The notes' order: GoogLeNet has fewer parameters than AlexNet, and AlexNet fewer than VGG."""
    found = of("googlenet", "alexnet", "vgg16")
    assert total(found, "parameters") == tuple(sorted(total(found, "parameters")))
    assert found.names == ("googlenet", "alexnet", "vgg16")
    assert all(len(line.rows) == 3 for line in found.lines)


@pytest.mark.parametrize("names", SIDE_BY_SIDE)
def test_differences_add_up(names: tuple[str, ...]) -> None:
    """The lines' differences in parameters add up to those of the totals."""
    found = of(*names)
    sums = [sum(each) for each in zip(*(line.differences for line in found.lines), strict=True)]
    assert tuple(sums) == found.totals[0].differences


def test_blocks_as_one_line() -> None:
    """Folded, each block is one line, and the totals are those of all rows nevertheless."""
    reports = [report_of(presets.preset(name)) for name in ("resnet18", "resnet34")]
    found = compared(*reports, depth=1)
    assert len(found.lines) == 11
    assert found.totals == compared(*reports).totals
    assert sum(line.differences[1] for line in found.lines) == found.totals[0].differences[1]


def test_a_network_beside_itself() -> None:
    """Nothing differs, and the second of the same name is told apart."""
    found = of("resnet18", "resnet18")
    assert all(line.same for line in found.lines)
    assert found.names == ("resnet18", "resnet18 (2)")


def test_a_residual_block_beside_a_plain_one() -> None:
    """Only the sum has no counterpart."""
    found = of("plain_block", "residual_block")
    assert [line.rows[1].kind for line in found.lines if line.rows[0] is None and line.rows[1]] == ["Add"]


def test_maps_of_one_size_stand_beside_each_other() -> None:
    """Of the convolutions that could answer each other, those on maps of one size do, as the stages of two VGGs."""
    found = of("vgg11", "vgg16")
    paired = [line.rows for line in found.lines if not line.missing]
    assert len(paired) == len(found.reports[0])
    assert all(a and b and a.output_shape[1:] == b.output_shape[1:] for a, b in paired)


def test_a_layer_between_moves_nothing() -> None:
    """A layer put in or taken out has no counterpart; all others keep theirs."""
    short = Design.chain((3, 8, 8), Conv2d(out_channels=4, kernel_size=3), Flatten(), Linear(out_features=2))
    longer = short.inserted(ReLU(), "conv1")
    lines = compared(report_of(short), report_of(longer)).lines
    assert [line.missing for line in lines] == [(), (0,), (), ()]
    assert [line.same for line in lines] == [True, False, True, True]


def test_totals_without_a_ratio() -> None:
    """A network without parameters has no ratio to, and one without maps no receptive field."""
    nothing = Design.chain((4,), ReLU(), name="nothing")
    found = compared(report_of(nothing), report_of(Design.chain((4,), Linear(out_features=2))))
    assert found.totals[0].ratios == (None, None)
    assert total(found, "field") == (0, 0)
    assert total(found, "activations") == (4, 2)
    assert "parameters" in str(found)


def test_csv(tmp_path: Path) -> None:
    """Each network's columns stand under its name, add up to its totals, and what differs is told."""
    found = of("lenet5", "lenet5_1998")
    rows = list(csv.DictReader(io.StringIO(found.to_csv(tmp_path / "compared.csv"))))
    for name, parameters in zip(found.names, total(found, "parameters"), strict=True):
        assert sum(int(row[f"{name}: parameters"] or 0) for row in rows) == parameters
    assert rows[0]["differing"] == "parameters macs"
    assert (tmp_path / "compared.csv").read_text(encoding="utf-8") == found.to_csv()


def test_text() -> None:
    """The table for a terminal has what differs in words, and the totals with their ratio."""
    text = str(of("inception_without_1x1", "inception_with_1x1"))
    assert "not in inception_without_1x1" in text
    assert "40,960 (× 0.278)" in text


def test_one_network_is_no_comparison() -> None:
    """A sentence says that it takes two."""
    with pytest.raises(InputError, match="two networks or more"):
        compared(report_of(presets.preset("lenet5")))


def test_long_networks_are_quick() -> None:
    """Two networks of 500 and 700 rows are compared within seconds on any machine."""
    reports = [report_of(presets.preset(name)) for name in ("resnet152", "densenet201")]
    started = time.perf_counter()
    compared(*reports)
    assert time.perf_counter() - started < 3


def test_networks_too_long_to_compare() -> None:
    """Thousands of rows against thousands are refused in a sentence, not computed for minutes."""
    long = report_of(Design.chain((4,), *(ReLU() for _ in range(2_500))))
    with pytest.raises(InputError, match="2,500 and 2,500 rows are too many"):
        compared(long, long)


def test_networks_without_rows() -> None:
    """An empty network beside another has no line, and nothing fails."""
    found = compared(report_of(Design("empty", (3, 8, 8), ())), report_of(presets.preset("lenet5")))
    assert all(line.missing == (0,) for line in found.lines)
    assert found.to_csv().count("\n") == 13
    assert "not in empty" in str(found)


def test_what_a_step_costs() -> None:
    """Two 3×3 instead of one 5×5 take away what the reports' totals differ by; back again is the opposite."""
    one, two = report_of(presets.preset("vgg_5x5_once")), report_of(presets.preset("vgg_3x3_twice"))
    assert change(one, two).parameters == two.total_params - one.total_params < 0
    assert change(two, one).macs == -change(one, two).macs > 0
