"""Every formula a row shows comes to the number it names, for every layer class and many settings."""

from __future__ import annotations

import re
from math import prod

import pytest
from hypothesis import assume, given

from cnnshapes import Row, ShapeError
from cnnshapes.layers import LAYERS
from cnnshapes.layers.base import AXES, written
from cnnshapes.report import report_of
from tests.evaluation import is_formula, value_of
from tests.layers.designs import TESTED, can_be_designed, design_of
from tests.layers.examples import Example
from tests.layers.strategies import fewer, settings_of


def check_equation(text: str, expected: int) -> None:
    """All parts of `a = b = c` that are formulas come to the expected number, the last part among them."""
    parts = text.split(" = ")
    assert is_formula(parts[-1].split(",")[0]), text
    for part in parts:
        if is_formula(part):
            assert value_of(part) == expected, text


def check_shape(row: Row) -> None:
    """The text of the shape names every axis once and gives its size."""
    text = row.formulas["shape"]
    if match := re.fullmatch(r"([\dx]+), as its inputs?", text):
        assert match[1] == written(row.output_shape)
        assert len(row.inputs) > 1 or row.output_shape == row.input_shapes[0]
        return
    text, _, origins = text.removesuffix(")").partition(" (") if row.kind == "Flatten" else (text, "", "")
    for origin in filter(None, origins.split(", ")):
        size = int(origin.split()[0])  # `3 channels of the input`, `8 = height of the input`
        assert size in row.input_shapes[0]
    axes = AXES.get(len(row.output_shape)) or [f"dimension {n}" for n in range(1, len(row.output_shape) + 1)]
    sizes = dict(zip(axes, row.output_shape, strict=True))
    named: list[str] = []
    for equation in text.split("; "):
        parts = equation.split(" = ")
        mine = list(dict.fromkeys(part for part in parts if part in sizes))  # Narrow's length = length
        assert mine, equation
        named += mine
        for axis in mine:
            check_equation(equation.removesuffix(", as before"), sizes[axis])
    assert sorted(named) == sorted(axes)


@pytest.mark.parametrize("kind", LAYERS)
def test_formulas_come_to_their_numbers(kind: str) -> None:
    """Shape, parameters and MACs: the left side of every equation, computed, is its right side."""

    @fewer
    @given(settings_of(kind))
    def come_out(example: Example) -> None:
        assume(can_be_designed(example))
        try:
            row = report_of(design_of(example))[TESTED]
        except ShapeError:
            return
        formulas = row.formulas
        check_shape(row)
        assert ("parameters" in formulas) == bool(row.weights)
        assert ("MACs" in formulas) == (row.macs > 0)
        if row.weights:
            check_equation(formulas["parameters"], sum(map(prod, row.weights.values())))
        if row.macs:
            check_equation(formulas["MACs"], row.macs)

    come_out()
