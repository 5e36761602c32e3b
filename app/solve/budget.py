"""The widths of the whole design fitted to a budget, with what other widths would cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, ldexp, log2
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.language import sentence, t
from app.solve.applied import use
from app.solve.rows import MOST
from app.state import state
from app.values import NO_TOOLBAR, capital, plain
from cnnshapes import CnnshapesError, Design, Report
from cnnshapes.memory import in_units
from cnnshapes.widths import WIDEST, Fit, Point, curve, fit, gpu_budget

fitted = lru_cache(maxsize=64)(fit)
curved = lru_cache(maxsize=32)(curve)
TICKS: Final = 5
"""Steps of the axis of widths at most, × 1 among them: more would not fit a phone."""


def draw(report: Report) -> None:
    """Draw the question, its answer and the curve."""
    if len(report) < len(state().design):
        st.info(t("Widths can be fitted once every layer can be computed."), icon=":material/info:")
        return
    design = state().design
    asking, answering = st.columns([1, 2], gap="large")
    with asking:
        quantity, limit, batch, multiple = _budget(design, report)
    with answering:
        try:
            with st.spinner(t("Widths are being fitted")):
                found = fitted(design, quantity, limit, batch=batch, multiple=multiple)
                points = curved(design, batch=batch, multiple=multiple)
        except CnnshapesError as refused:
            st.warning(f"{capital(plain(sentence(str(refused))), {design.name})}.", icon=":material/info:")
            return
        _answer(design, quantity, limit, found)
        _curve(quantity, limit, found, points)


def _budget(design: Design, report: Report) -> tuple[str, int, int, int]:
    """The quantity, the most it may come to, the batch, and what widths are multiples of."""
    names = {"parameters": t("Parameters"), "macs": t("MACs"), "memory": t("GPU memory")}
    quantity = st.segmented_control(
        t("Budget of"), list(names), default="parameters", format_func=names.__getitem__, key="budget-of",
        required=True, persist_state="session",
    ) or "parameters"  # fmt: skip
    batch = 32
    key = f"budget-{quantity}-{design.name}"  # it stays what it was while the widths of the same design change
    if quantity == "memory":
        gib = st.number_input(t("GiB of the GPU"), 0.01, 10_000.0, 8.0, key=key, persist_state="session")
        batch = int(st.number_input(t("Pictures at once"), 1, 1_000_000, batch, key="budget-batch"))
        limit = gpu_budget(gib)
        st.caption(
            t("To train with Adam; a tenth of the GPU is left free, so {limit} are used.", limit=in_units(limit))
        )
    else:
        now = report.total_params if quantity == "parameters" else report.total_macs
        limit = int(st.number_input(t("At most"), 1, MOST, min(max(now, 1), MOST), key=key, persist_state="session"))
        st.caption(t("Now {amount}.", amount=f"{now:,}"))
    multiple = st.segmented_control(
        t("Widths are multiples of"), [1, 8, 16, 32], default=1, key="budget-multiple", required=True,
        help=t("Matrix units of GPUs are fastest with multiples of 8"),
    )  # fmt: skip
    return quantity, limit, batch, int(multiple or 1)


def _answer(design: Design, quantity: str, limit: int, found: Fit) -> None:
    st.markdown(f"**{told(design, quantity, limit, found)}**")
    rows = {
        t("Parameters"): [f"{point.parameters:,}" for point in (found.before, found.after)],
        t("MACs"): [f"{point.macs:,}" for point in (found.before, found.after)],
        t("Memory to train"): [in_units(point.memory) for point in (found.before, found.after)],
    }
    st.table(pd.DataFrame.from_dict(rows, orient="index", columns=[t("Now"), t("Fitted")]), alt=t("Before and after"))
    step = t("widths fitted to {limit}", limit=in_words(quantity, limit))
    st.button(
        t("Use these widths"),
        type="primary",
        icon=":material/check:",
        on_click=use,
        args=(found.design, step, t("The widths are fitted.")),
        disabled=found.design == design,
    )
    with st.expander(t("The widths one by one"), key="budget-widths", on_change="rerun") as widths:
        if widths.open:
            _widths(design, found)


def told(design: Design, quantity: str, limit: int, found: Fit) -> str:
    """What the fit comes to, in a sentence."""
    used, most = amount(quantity, getattr(found.after, quantity)), in_words(quantity, limit)
    if found.design == design:
        return t("The widths can stay as they are: the network takes {used} of {limit}.", used=used, limit=most)
    factor = times(found.after.factor)
    if factor == "× 1":
        return t("With widths close to those of now, the network takes {used} of {limit}.", used=used, limit=most)
    if found.after.factor >= WIDEST:
        return t(
            "Wider than {factor} is not tried; there it takes {used} of {limit}.", factor=factor, used=used, limit=most
        )
    return t(
        "With all widths but the output's {factor}, the network takes {used} of {limit}.",
        factor=factor,
        used=used,
        limit=most,
    )


def _widths(design: Design, found: Fit) -> None:
    cells = [
        (edit.node, edit.field, getattr(design[edit.node].layer, edit.field), edit.value)
        for edit in found.edits
        if edit.value is not None
    ]
    st.dataframe(
        pd.DataFrame(cells, columns=[t("Row"), t("Argument"), t("Now"), t("Fitted")]),
        hide_index=True,
        alt=t("Each width before and after"),
    )


def times(factor: float) -> str:
    """A factor as text: `× 0.484`, `× 4,096`."""
    return f"× {factor:.3g}" if factor < 1000 else f"× {factor:,.0f}"


def in_words(quantity: str, value: int) -> str:
    """A quantity with what it is of: `62,006 parameters`, `1.50 GiB`."""
    if quantity == "parameters":
        return t("{count} parameters", count=f"{value:,}")
    return t("{count} MACs", count=f"{value:,}") if quantity == "macs" else amount(quantity, value)


def amount(quantity: str, value: int) -> str:
    """A quantity as text: `62,006`, `1.50 GiB`."""
    return in_units(value) if quantity == "memory" else f"{value:,}"


def _curve(quantity: str, limit: int, found: Fit, points: Sequence[Point]) -> None:
    names = {"parameters": t("Parameters"), "macs": t("MACs"), "memory": t("Memory to train, bytes")}
    told = t(
        "{quantity} against the widths: now {now} at × 1, fitted {fitted} at {factor}",
        quantity=names[quantity],
        now=amount(quantity, getattr(found.before, quantity)),
        fitted=amount(quantity, getattr(found.after, quantity)),
        factor=times(found.after.factor),
    )
    st.plotly_chart(figure(quantity, limit, found, points, names[quantity]), alt=told, config=NO_TOOLBAR)
    with st.expander(t("The curve as a table"), key="budget-curve", on_change="rerun") as table:
        if table.open:
            cells = [
                (times(point.factor), f"{point.parameters:,}", f"{point.macs:,}", in_units(point.memory))
                for point in points
            ]
            heads = [t("Widths"), t("Parameters"), t("MACs"), t("Memory to train")]
            st.dataframe(pd.DataFrame(cells, columns=heads), hide_index=True, alt=told)


def figure(quantity: str, limit: int, found: Fit, points: Sequence[Point], title: str) -> go.Figure:
    """The curve with the budget, the network as it is, and the fitted one."""
    drawn = go.Figure()
    line = sorted([*points, found.after])
    ends = [line[0].factor, line[-1].factor]
    narrower, at_edge = found.after.factor < 1, found.after.factor == ends[0]
    drawn.add_scatter(
        x=[point.factor for point in line],
        y=[getattr(point, quantity) for point in line],
        mode="lines",
        hovertemplate="× %{x:.3g}<br>%{y:,}<extra></extra>",
    )
    drawn.add_scatter(
        x=ends,
        y=[limit, limit],
        mode="lines+markers+text",
        marker={"size": 12, "opacity": 0},  # keeps the label off the line
        cliponaxis=False,
        text=["", t("budget")] if narrower else [t("budget"), ""],
        textposition="top left" if narrower else "top right",
        line={"dash": "dash", "color": "#8a94a3"},
        hovertemplate="%{y:,}<extra></extra>",
    )
    for name, point, symbol, place in (
        (t("now"), found.before, "circle", "bottom right"),
        (t("fitted"), found.after, "diamond", "top right" if at_edge else "top left"),
    ):
        drawn.add_scatter(
            x=[point.factor],
            y=[getattr(point, quantity)],
            mode="markers+text",
            cliponaxis=False,
            text=[name],
            textposition=place,
            marker={"size": 12, "symbol": symbol},
            hovertemplate=f"{name}: %{{y:,}}<extra></extra>",
        )
    first, last = (round(log2(end)) for end in ends)
    step = ceil((last - first) / TICKS)
    ticks = [ldexp(1, power) for power in range(step * ceil(first / step), last + 1, step)]
    labels = [times(factor) for factor in ticks]
    drawn.update_xaxes(type="log", title=t("Widths, times those of now"), tickvals=ticks, ticktext=labels)
    costs = [limit, *(getattr(point, quantity) for point in line)]
    few = max(costs) < 100_000 * max(min(costs), 1)  # powers of ten between which 2 and 5 have room
    drawn.update_yaxes(type="log", title=title, dtick="D2" if few else 1)
    drawn.update_layout(showlegend=False, height=360, margin={"l": 0, "r": 24, "t": 40, "b": 0})
    return drawn
