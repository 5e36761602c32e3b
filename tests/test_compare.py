"""Two networks side by side."""

from __future__ import annotations

import pytest

from cnnshapes import presets
from cnnshapes.compare import ASPECTS, change, compared
from cnnshapes.presets.comparisons import PAIRS
from cnnshapes.report import report_of


@pytest.mark.parametrize(("left", "right"), PAIRS)
def test_no_row_is_lost(left: str, right: str) -> None:
    """Each row of both stands in one pair, in its own order, and differences are where values differ."""
    first, second = report_of(presets.preset(left)), report_of(presets.preset(right))
    found = compared(first, second)
    assert [pair.left for pair in found.pairs if pair.left] == list(first)
    assert [pair.right for pair in found.pairs if pair.right] == list(second)
    for pair in found.pairs:
        if pair.left is None or pair.right is None:
            assert pair.differing == ASPECTS
        else:
            assert ("parameters" in pair.differing) == (pair.left.params != pair.right.params)
            assert ("output" in pair.differing) == (pair.left.output_shape != pair.right.output_shape)


def test_the_notes_pair() -> None:
    """Two 3×3 against one 5×5: one convolution more, 114,688 weights less."""
    found = compared(report_of(presets.preset("vgg_3x3_twice")), report_of(presets.preset("vgg_5x5_once")))
    assert found.totals["parameters"] == (294_912, 409_600)
    assert found.totals["layers"] == (2, 1)
    assert [(pair.left is not None, pair.right is not None) for pair in found.pairs] == [(True, True), (True, False)]


def test_a_network_beside_itself() -> None:
    """Nothing differs."""
    report = report_of(presets.preset("resnet18"))
    assert all(pair.differing == () for pair in compared(report, report).pairs)


def test_a_residual_block_beside_a_plain_one() -> None:
    """Only the sum has no counterpart."""
    found = compared(report_of(presets.preset("plain_block")), report_of(presets.preset("residual_block")))
    assert [pair.right.kind for pair in found.pairs if pair.left is None and pair.right] == ["Add"]


def test_what_a_step_costs() -> None:
    """Two 3×3 instead of one 5×5 take away what the reports' totals differ by; back again is the opposite."""
    one, two = report_of(presets.preset("vgg_5x5_once")), report_of(presets.preset("vgg_3x3_twice"))
    assert change(one, two).parameters == two.total_params - one.total_params < 0
    assert change(two, one).macs == -change(one, two).macs > 0
