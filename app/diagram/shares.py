"""Bars of where the parameters, the MACs and the memory of a network sit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import streamlit as st

from app.language import t
from app.state import select, state
from app.values import NO_TOOLBAR
from cnnshapes import Report
from cnnshapes.design import INPUT
from cnnshapes.memory import in_units, kept_by_row

MOST: Final = 16
"""So many rows have a bar of their own; the others share the last."""
BAR: Final = 26
"""Height of a bar with the space to the next, in pixels."""


class Share(NamedTuple):
    """A bar: the row, or "" for all that have none of their own, with how many it stands for."""

    row: str
    value: int
    part: float
    rows: int = 1


def amounts(report: Report, measure: str) -> Mapping[str, int]:
    """What each row has of `parameters`, `macs` or `memory`, which is bytes kept for training, one example."""
    if measure == "memory":
        kept = kept_by_row(report)
        return {name: kept[name] for name in (*report.inputs, *(row.name for row in report)) if name in kept}
    return {row.name: row.params if measure == "parameters" else row.macs for row in report}


def shares(amount: Mapping[str, int], most: int = MOST) -> list[Share]:
    """The rows that have any, in their order; where they are many, the largest and one for the rest."""
    there = {name: value for name, value in amount.items() if value}
    total = sum(there.values())
    largest = set(sorted(there, key=there.__getitem__, reverse=True)[: most if len(there) > most + 1 else None])
    bars = [Share(name, value, value / total) for name, value in there.items() if name in largest]
    rest = [value for name, value in there.items() if name not in largest]
    return [*bars, Share("", sum(rest), sum(rest) / total, len(rest))] if rest else bars


def show_shares(report: Report) -> None:
    """Draw the choice and the bars."""
    names = {"parameters": t("Parameters"), "macs": t("MACs"), "memory": t("Memory for training")}
    measure = st.segmented_control(
        t("What is counted"),
        list(names),
        default="parameters",
        format_func=names.__getitem__,
        key="diagram-measure",
        required=True,
        label_visibility="collapsed",
    )
    bars = shares(amounts(report, measure))
    if not bars:
        st.info(t("No layer has any."), icon=":material/info:")
        return
    labels = [_label(bar) for bar in bars]
    values = [in_units(bar.value) if measure == "memory" else f"{bar.value:,}" for bar in bars]
    said = [f"{value} · {bar.part:.1%}" for bar, value in zip(bars, values, strict=True)]
    most = max(bars, key=lambda bar: bar.part if bar.row else 0)
    st.caption(t("{name} has the largest share: {share}.", name=_label(most), share=f"{most.part:.1%}"))
    alternative = "; ".join(f"{label}: {text}" for label, text in zip(labels, said, strict=True))
    _chart(bars, labels, said, names[measure], f"{names[measure]}. {alternative}")


def _label(bar: Share) -> str:
    if bar.row == INPUT:
        return t("input")
    return bar.row or t("{count} other layers", count=bar.rows)


def _chart(bars: list[Share], labels: list[str], said: list[str], title: str, alternative: str) -> None:
    now = state()
    selected = now.selected
    key = f"shares-{now.version}-{title}-{selected}"

    def chosen() -> None:
        points = st.session_state[key].selection.points
        if points and bars[points[0]["point_index"]].row in {node.name for node in now.design}:
            select(bars[points[0]["point_index"]].row)

    st.plotly_chart(
        _figure(bars, labels, said, selected),
        key=key,
        on_select=chosen,
        selection_mode="points",
        config=NO_TOOLBAR,
        alt=alternative,
    )


def _figure(bars: list[Share], labels: list[str], said: list[str], selected: str) -> Any:
    import plotly.graph_objects as go  # takes a while, and is not needed before this tab is opened

    marked = [bar.row != "" and bar.row == selected for bar in bars]
    shown = [f"▸ {label}" if mark else label for mark, label in zip(marked, labels, strict=True)]
    bar = go.Bar(
        x=[bar.value for bar in bars],
        y=list(range(len(bars))),
        orientation="h",
        text=said,
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{label}: {text}" for label, text in zip(labels, said, strict=True)],
        hoverinfo="text",
        marker={"pattern": {"shape": ["/" if mark else "" for mark in marked]}},
        unselected={"marker": {"opacity": 1}},
    )
    figure = go.Figure(bar)
    figure.update_layout(
        height=BAR * len(bars) + 24,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        bargap=0.25,
        xaxis={"visible": False, "range": [0, 1.35 * max(bar.value for bar in bars)], "fixedrange": True},
        yaxis={
            "tickvals": list(range(len(bars))),
            "ticktext": shown,
            "autorange": "reversed",
            "automargin": True,
            "fixedrange": True,
        },
        showlegend=False,
    )
    return figure
