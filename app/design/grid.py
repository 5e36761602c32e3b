"""The grid: a row per layer, its most used arguments to edit, and what comes out beside them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from app.actions import Action, SetInputs, SetKind, SetText
from app.checker import Answer
from app.edits import edited
from app.language import t
from app.state import Draft, do, select, state
from app.values import read_names, shown
from cnnshapes import Design, Report, ShapeError
from cnnshapes.advice import Advice
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

WIDTHS: Final = {
    "torch": 50,
    "name": 100,
    "layer": 136,
    "from": 60,
    "out": 58,
    "kernel": 72,
    "stride": 98,
    "padding": 82,
    "output": 94,
    "parameters": 88,
    "MACs": 94,
    "field": 44,
}
"""Columns in their order, and how wide each is in pixels, in any language."""
ROW: Final = 35
HEADER: Final = 38
TALLEST: Final = 640
LOOKED_AT: Final = "▸ "
WORTH_A_LOOK: Final = " ⓘ"
NOTHING_TYPED: Final[Mapping[str, object]] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
"""What the editor says of a grid that is as it was first given."""

Drafts = Mapping[tuple[str, str], Draft]


def argument(node: Node, column: str) -> str:
    """The argument of a node that a column edits, "" where it has none."""
    return next((name for name in EDITED[column] if name in node.layer.arguments()), "")


def edited_cells(design: Design, drafts: Drafts) -> pd.DataFrame:
    """The cells that can be edited, as text; what could not be read stands where it was typed."""
    inputs = design.inputs_given()
    return pd.DataFrame(
        [_said(node, inputs[node.name], drafts) for node in design], columns=["layer", "from", *EDITED], dtype="str"
    )


def _said(node: Node, inputs: Sequence[str], drafts: Drafts) -> dict[str, str]:
    """What the editable cells of a row say."""

    def of(field: str, value: str) -> str:
        draft = drafts.get((node.name, field))
        return value if draft is None else draft.text

    cells = {"layer": node.layer.kind, "from": of("from", shown(tuple(inputs)))}
    for column in EDITED:
        name = argument(node, column)
        cells[column] = of(name, shown(getattr(node.layer, name))) if name else ""
    return cells


def computed_cells(
    design: Design,
    report: Report,
    error: ShapeError | None = None,
    answer: Answer | None = None,
    noted: Container[str] = (),
    looked_at: str = "",
) -> pd.DataFrame:
    """The cells that follow: torch's tick and what comes out; behind a layer that cannot be computed they are empty.

    Args:
        design: what is shown.
        report: of the rows that could be computed.
        error: why the next one could not.
        answer: torch's.
        noted: the rows there is advice on.
        looked_at: the row that is marked.
    """
    said = {row["name"]: row for row in (answer or {}).get("rows", ())}
    rows = {row.name: row for row in report}
    cells = []
    for node in design:
        row = rows.get(node.name)
        name = LOOKED_AT + node.name if node.name == looked_at else node.name
        if row is None:
            failing = error is not None and error.node == node.name
            cells.append({"torch": "✗" if failing else "", "name": name})
            continue
        cells.append(
            {
                "torch": _tick(node.name, said, waiting=answer is None and error is None)
                + (WORTH_A_LOOK if node.name in noted else ""),
                "name": name,
                "output": written(row.output_shape).replace("x", " × "),
                "parameters": f"{row.params:,}" if row.params else "",
                "MACs": f"{row.macs:,}" if row.macs else "",
                "field": str(row.receptive_field),
            }
        )
    return pd.DataFrame(cells, columns=["torch", "name", *COMPUTED], dtype="str").fillna("")


def _tick(name: str, said: Mapping[str, Any], *, waiting: bool) -> str:
    if name in said:
        return "✓" if said[name]["agrees"] else t("✗ differs")
    return "…" if waiting else "–"


def show_grid(report: Report, error: ShapeError | None, answer: Answer | None, advice: Sequence[Advice]) -> None:
    """Draw the grid; an edit changes the design, a click on a name selects the row.

    A row that cannot be computed is marked by words alone: where a styled frame takes the place of a plain one, the
    editor forgets what was typed.
    """
    now = state()
    key, base_key = f"grid-{now.grid}", f"grid-base-{now.grid}"
    if base_key not in st.session_state:  # the editor lays its edits over what it was first given
        for old in [key for key in st.session_state if str(key).startswith("grid-base-")]:
            del st.session_state[old]
        st.session_state[base_key] = edited_cells(now.design, now.drafts)
    noted = {one.row for one in advice}
    computed = computed_cells(now.design, report, error, answer, noted, now.looked_at)
    st.data_editor(
        pd.concat([computed, st.session_state[base_key]], axis=1),
        key=key,
        hide_index=True,
        num_rows="fixed",
        disabled=["torch", *COMPUTED],
        height=min(HEADER + ROW * max(len(now.design), 1), TALLEST),
        column_order=list(WIDTHS),
        column_config=_columns(),
        on_change=edited(
            key,
            NOTHING_TYPED,
            partial(_typed, now.grid, [node.name for node in now.design], st.session_state[base_key]),
        ),
        alt=t("The layers of the network, one per row, with what each gives"),
    )


def _columns() -> dict[str, Any]:
    """Labels, widths and help of the columns."""
    kinds: dict[str, Any] = {
        "name": st.column_config.ButtonColumn,
        "layer": st.column_config.SelectboxColumn,
        **dict.fromkeys(("from", *EDITED), st.column_config.TextColumn),
    }
    labels = {
        "torch": (t("torch"), t("✓ torch gives the same shape, parameters and MACs for this row; ⓘ worth a look")),
        "name": (t("name"), t("Click to see the row's formulas and to act on the row")),
        "layer": (t("layer"), t("Double-click for another layer")),
        "from": (t("from"), t("What the row reads, where that is not the row above: conv1, relu3")),
        "out": (t("out"), t("out_channels, out_features or output_size")),
        "kernel": (t("kernel"), t("kernel_size: 5, or 3, 1 for height and width")),
        "stride": (t("stride"), t("Empty in a pooling: the kernel's size")),
        "padding": (t("padding"), t('A number, one per axis, or "same"')),
        "output": (t("output"), t("Shape of one example: channels × height × width")),
        "parameters": (t("parameters"), t("Learned numbers: weights and biases")),
        "MACs": (t("MACs"), t("Multiply–accumulates for one example")),
        "field": (
            t("sees"),
            t("Receptive field: how many input pixels along each axis one output position sees"),
        ),
    }
    more: dict[str, dict[str, Any]] = {
        "name": {"type": "tertiary", "alignment": "left", "on_click": _clicked, "key": "grid-click"},
        "layer": {"options": list(LAYERS), "required": True},
        **{column: {"alignment": "right"} for column in ("parameters", "MACs", "field")},
    }
    return {
        column: kinds.get(column, st.column_config.Column)(
            label, width=WIDTHS[column], help=meaning, **more.get(column, {})
        )
        for column, (label, meaning) in labels.items()
    }


def _clicked() -> None:
    now = state()
    row = st.session_state["grid-click"]["row"]
    if 0 <= row < len(now.design):
        select(now.design.nodes[row].name)


def _typed(grid: int, names: Sequence[str], base: pd.DataFrame, edits: Mapping[str, Any]) -> None:
    """Take over what was typed into the grid of this number, which first showed `base` for the nodes of these names."""
    now = state()
    inputs = now.design.inputs_given()
    nodes = {node.name: node for node in now.design}
    # the whole grid is held against the design: an edit back to the first value is no longer among the edits, and the
    # editor reports all of them each time; of a grid that was to be replaced, only what was typed counts
    current = grid == now.grid
    actions: list[Action] = []
    for position, (name, cells) in enumerate(zip(names, base.to_dict("records"), strict=True)):
        typed = edits["edited_rows"].get(position, {})
        if name in nodes and (current or typed):
            actions += changes(nodes[name], inputs[name], cells | typed if current else typed, now.drafts)
    if actions:
        select(next(action.node for action in actions if isinstance(action, SetText | SetInputs | SetKind)))
        do(*actions, from_grid=not any(isinstance(action, SetKind) for action in actions))


def changes(node: Node, inputs: Sequence[str], cells: Mapping[str, Any], drafts: Drafts) -> list[Action]:
    """What edited cells of a row ask for that is not so already."""
    kind = cells.get("layer")
    if kind and kind != node.layer.kind:
        return [SetKind(node.name, kind)]
    actions: list[Action] = []
    before = _said(node, inputs, drafts)
    for column in EDITED:
        typed = str(cells.get(column, before[column]) or "")
        name = argument(node, column)
        if name and _plain(typed) != _plain(before[column]):
            actions.append(SetText(node.name, name, typed))
    typed = str(cells.get("from", before["from"]) or "")
    if read_names(typed) != read_names(before["from"]):
        actions.append(SetInputs(node.name, typed))
    return actions


def _plain(text: str) -> str:
    return text.replace(" ", "").strip("()").lower()
