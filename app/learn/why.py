"""Why one convolves at all: the parameters of a convolution against those of a Linear that gives as large a map."""

from __future__ import annotations

import functools

import streamlit as st

from app.language import t
from cnnshapes import Design
from cnnshapes.layers import Conv2d, Flatten, Linear
from cnnshapes.layers.base import written
from cnnshapes.report import Row, report_of


def draw_why() -> None:
    """Draw the comparison, one step away."""
    panel = st.expander(t("Why convolve at all?"), key="by-hand-why", on_change="rerun")
    if not panel.open:
        return
    convolution, linear = compared()
    with panel:
        st.markdown(
            t(
                "A filter is the same wherever it stands: its numbers are shared by all positions. A Linear has a "
                "number of its own for each pair of an input and an output, and does not know which pixels are "
                "neighbours. Both make a {output} map of a {input} picture here:",
                output=written(convolution.output_shape),
                input=written(convolution.input_shapes[0]),
            )
        )
        left, right = st.columns(2)
        for column, row in ((left, convolution), (right, linear)):
            column.metric(t("Parameters of {layer}", layer=row.kind), f"{row.params:,}", border=True)
            column.code(f"{row.layer}\n{row.formulas['parameters']}", language=None, wrap_lines=True)


@functools.cache
def compared() -> tuple[Row, Row]:
    """A convolution on a picture of CIFAR-10's size, and a Linear from the same picture to as many numbers."""
    picture = (3, 32, 32)
    convolution = report_of(Design.chain(picture, Conv2d(out_channels=8, kernel_size=3, padding=1)))[-1]
    linear = Design.chain(picture, Flatten(), Linear(out_features=convolution.activations))
    return convolution, report_of(linear)[-1]
