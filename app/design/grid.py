"""The grid: a row per layer, its most used arguments to edit, and what comes out beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from app.actions import Action, SetKind, SetText
from app.checker import Answer
from app.state import do, state
from app.values import shown
from cnnshapes import Design, Report, ShapeError
from cnnshapes.design import Node
from cnnshapes.layers import LAYERS
from cnnshapes.layers.base import written

EDITED: Final = {
    "out": ("out_channels", "out_features", "output_size"),
    "kernel": ("kernel_size",),
    "stride": ("stride",),
    "padding": ("padding",),
}
"""Editable columns and the arguments they stand for; a layer has at most one of each."""

COMPUTED: Final = ["output", "parameters", "MACs", "field"]

BAD: Final = "background-color: rgba(214, 40, 40, 0.22)"


def argument(node: Node, column: str) -> str:
    """The argument of a node that a column edits, "" where it has none."""
    return next((name for name in EDITED[column] if name in node.layer.arguments()), "")


def edited_cells(design: Design) -> pd.DataFrame:
    """The cells that can be edited, as text."""
    return pd.DataFrame(
        [
            {
                "layer": node.layer.kind,
                **{
                    column: shown(getattr(node.layer, name)) if (name := argument(node, column)) else ""
                    for column in EDITED
                },
            }
            for node in design
        ],
        columns=["layer", *EDITED],
        dtype="str",
    )


def computed_cells(design: Design, report: Report, error: ShapeError | None, answer: Answer | None) -> pd.DataFrame:
    """The cells that follow: torch's tick and what comes out; behind a layer that cannot be computed they are empty."""
    said = {row["name"]: row for row in (answer or {}).get("rows", ())}
    rows = {row.name: row for row in report}
    cells = []
    for node in design:
        row = rows.get(node.name)
        if row is None:
            failing = error is not None and error.node == node.name
            cells.append({"torch": "✗ impossible" if failing else "", "name": node.name})
            continue
        tick = "…"
        if node.name in said:
            tick = "✓" if said[node.name]["agrees"] else "✗ differs"
        elif answer is not None:
            tick = "–"
        cells.append(
            {
                "torch": tick,
                "name": node.name,
                "output": written(row.output_shape).replace("x", " × "),
                "parameters": f"{row.params:,}" if row.params else "",
                "MACs": f"{row.macs:,}" if row.macs else "",
                "field": str(row.receptive_field),
            }
        )
    return pd.DataFrame(cells, columns=["torch", "name", *COMPUTED]).fillna("")


def show_grid(report: Report, error: ShapeError | None, answer: Answer | None) -> None:
    """Draw the grid; an edit changes the design, a click on a name selects the row."""
    now = state()
    base_key = f"grid-base-{now.grid}"
    if base_key not in st.session_state:  # the editor lays its edits over what it was first given
        for old in [key for key in st.session_state if str(key).startswith("grid-base-")]:
            del st.session_state[old]
        st.session_state[base_key] = edited_cells(now.design)
    frame = pd.concat([computed_cells(now.design, report, error, answer), st.session_state[base_key]], axis=1)
    failing = error.node if error is not None else None

    def red(row: pd.Series[Any]) -> list[str]:
        return [BAD if row["name"] == failing else ""] * len(row)

    st.data_editor(
        frame.style.apply(red, axis=1) if failing else frame,
        key=f"grid-{now.grid}",
        hide_index=True,
        num_rows="fixed",
        disabled=["torch", *COMPUTED],
        height=min(38 + 35 * max(len(frame), 1), 640),
        column_order=["torch", "name", "layer", *EDITED, *COMPUTED],
        column_config=_columns(),
        on_change=_edited,
        args=(now.grid, [node.name for node in now.design], st.session_state[base_key]),
        alt="The layers of the network, one per row, with what each gives",
    )


def _columns() -> dict[str, Any]:
    text, column = st.column_config.TextColumn, st.column_config.Column
    return {
        "torch": column("torch", width=58, help="✓ torch gives the same shape, parameters and MACs for this row"),
        "name": st.column_config.ButtonColumn("name", width=80, type="tertiary", on_click=_clicked, key="grid-click",
                                              help="Click to see the row's formulas"),
        "layer": st.column_config.SelectboxColumn("layer", options=list(LAYERS), required=True, width=112),
        "out": text("out", width=62, help="out_channels, out_features or output_size"),
        "kernel": text("kernel", width=78, help="kernel_size: 5, or 3, 1 for height and width"),
        "stride": text("stride", width=75, help="Empty in a pooling: the kernel's size"),
        "padding": text("padding", width=88, help='A number, one per axis, or "same"'),
        "output": column("output", width=98, help="Shape of one example: channels × height × width"),
        "parameters": column("parameters", width=92, alignment="right", help="Learned numbers: weights and biases"),
        "MACs": column("MACs", width=98, alignment="right", help="Multiply–accumulates for one example"),
        "field": column("sees", width=52, alignment="right",
                        help="Receptive field: how many input pixels along each axis one output position sees"),
    }  # fmt: skip


def _clicked() -> None:
    now = state()
    row = st.session_state["grid-click"]["row"]
    if 0 <= row < len(now.design):
        now.selected = now.design.nodes[row].name


def _edited(grid: int, names: Sequence[str], base: pd.DataFrame) -> None:
    """Take over what was typed into the grid of this number, which first showed `base` for the nodes of these names."""
    now = state()
    edits = st.session_state[f"grid-{grid}"]["edited_rows"]
    nodes = {node.name: node for node in now.design}
    # the whole grid is held against the design: an edit back to the first value is no longer among the edits, and the
    # editor reports all of them each time, twice; of a grid that was to be replaced, only what was typed counts
    current = grid == now.grid
    for position, (name, cells) in enumerate(zip(names, base.to_dict("records"), strict=True)):
        node = nodes.get(name)
        if node is None:
            continue
        typed = edits.get(position, {})
        actions = changes(node, cells | typed if current else typed)
        if actions:
            now.selected = node.name
            do(*actions, from_grid=not any(isinstance(action, SetKind) for action in actions))
            return


def changes(node: Node, cells: dict[str, Any]) -> list[Action]:
    """What edited cells of a row ask for that is not so already."""
    actions: list[Action] = []
    kind = cells.get("layer")
    if kind and kind != node.layer.kind:
        return [SetKind(node.name, kind)]
    for column in EDITED:
        name = argument(node, column)
        if column not in cells:
            continue
        typed = str(cells[column] or "")
        if name and _plain(typed) != _plain(shown(getattr(node.layer, name))):
            actions.append(SetText(node.name, name, typed))
    return actions


def _plain(text: str) -> str:
    return text.replace(" ", "").strip("()").lower()
