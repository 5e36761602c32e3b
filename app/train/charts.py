"""The curves of runs."""

from __future__ import annotations

import itertools
from typing import Any

import plotly.graph_objects as go

from app.language import t


def curves(runs: dict[str, list[dict[str, Any]]], what: str) -> go.Figure:
    """Training dotted and test solid, by epoch, a colour for each run."""
    figure = go.Figure()
    colours = ("#0f6cbd", "#c4501b", "#2e7d4f", "#8b3fa8", "#9a7a00", "#555f6b")
    for colour, (name, lines) in zip(itertools.cycle(colours), runs.items(), strict=False):
        epochs = [line for line in lines if line.get("kind") == "epoch"]
        at = [line["epoch"] for line in epochs]
        for key, dash, part in ((what, "dot", t("training")), (f"test_{what}", "solid", t("test"))):
            figure.add_scatter(x=at, y=[line[key] for line in epochs], name=f"{part} {name}" if len(runs) > 1 else part,
                               mode="lines+markers", line={"dash": dash, "color": colour})  # fmt: skip
    few = max((line.get("epoch", 0) for lines in runs.values() for line in lines), default=0) <= 12
    name = t("accuracy") if what == "accuracy" else t("loss")
    figure.update_layout(
        height=300, margin={"l": 0, "r": 0, "t": 10, "b": 0}, yaxis_title=name,
        xaxis={"title": t("epoch"), "dtick": 1 if few else None},
        yaxis_tickformat=".0%" if what == "accuracy" else None, legend={"orientation": "h", "y": 1.15},
    )  # fmt: skip
    return figure
