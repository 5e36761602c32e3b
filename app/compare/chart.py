"""Where the parameters or the multiply–accumulates sit in each network, row by row."""

from __future__ import annotations

from html import escape
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from app.language import t
from app.values import NO_TOOLBAR
from cnnshapes.compare import Comparison

PATTERNS: Final = (("#3d8fd6", ""), ("#e69f00", "/"), ("#2ca58d", "x"))
"""Colour and pattern of the bars of each network: told apart without colour too, and on light and dark alike."""
LABELLED: Final = 40
"""Rows up to which each has its name below."""


def draw_chart(comparison: Comparison) -> None:
    """Draw a group of bars for each line; the table of rows has the same numbers."""
    names = {"params": t("Parameters"), "macs": t("MACs")}
    quantity = st.segmented_control(
        t("By row"),
        list(names),
        default="params",
        format_func=names.__getitem__,
        key="compare-chart",
        required=True,
        persist_state="session",
    )
    chosen = quantity or "params"
    told = t("{quantity} by row, the most in {rows}", quantity=names[chosen], rows=largest(comparison, chosen))
    st.plotly_chart(figure(comparison, chosen), alt=told, config=NO_TOOLBAR)


def largest(comparison: Comparison, quantity: str) -> str:
    """The row of each network that has the most: `alexnet classifier.1 (37,752,832), vgg16 classifier.0 (…)`."""
    told = []
    for side, name in enumerate(comparison.names):
        rows = [row for line in comparison.lines if (row := line.rows[side]) is not None]
        most = max(rows, key=lambda row: int(getattr(row, quantity)), default=None)
        told += [f"{name} {most.name} ({getattr(most, quantity):,})"] if most is not None else []
    return ", ".join(told)


def figure(comparison: Comparison, quantity: str) -> go.Figure:
    """The bars: of `params` or `macs`, one for each network, lines without any left out."""
    lines = [line for line in comparison.lines if any(row is not None and getattr(row, quantity) for row in line.rows)]
    drawn = go.Figure()
    for side, name in enumerate(comparison.names):
        rows = [line.rows[side] for line in lines]
        colour, pattern = PATTERNS[side]
        drawn.add_bar(
            name=escape(name),  # Plotly would read tags
            x=list(range(len(lines))),
            y=[getattr(row, quantity) if row is not None else 0 for row in rows],
            customdata=[f"{row.name} ({row.kind})" if row is not None else "–" for row in rows],
            hovertemplate="%{customdata}: %{y:,}",
            marker={"color": colour, "line": {"color": colour, "width": 1}, "pattern": {"shape": pattern}},
        )
    labels = [" / ".join(dict.fromkeys(row.name for row in line.rows if row is not None)) for line in lines]
    shown = len(lines) <= LABELLED
    drawn.update_xaxes(tickvals=list(range(len(lines))) if shown else [], ticktext=labels if shown else [])
    drawn.update_layout(
        barmode="group",
        hovermode="x unified",
        height=320,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.12},
    )
    return drawn
