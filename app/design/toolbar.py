"""What can be done with the row looked at: layers around it, its place, and branches."""

from __future__ import annotations

import streamlit as st

from app.actions import Action, Duplicate, Insert, InsertBefore, Move, Remove, WrapInception, WrapResidual, apply
from app.design.problems import costing
from app.language import sentence, t
from app.state import computed, do, state
from app.values import capital
from cnnshapes import CnnshapesError, Design
from cnnshapes.blocks import Block, inception, residual
from cnnshapes.compare import change
from cnnshapes.design import INPUT
from cnnshapes.layers import LAYERS


def show_toolbar() -> None:
    """Draw the row of buttons above the grid."""
    now = state()
    row = now.looked_at
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
        kind = st.selectbox(
            t("New layer"),
            LAYERS,
            index=list(LAYERS).index("Conv2d"),
            key="new-kind",
            label_visibility="collapsed",
            width=150,
        )
        if not row:
            _button(t("Add"), "add", Insert(INPUT, kind), t("{kind} as the first layer", kind=kind))
            return
        _button(t("Add after"), "add", Insert(row, kind), t("{kind} after {node}", kind=kind, node=row))
        _button(t("Add before"), "add", InsertBefore(row, kind), t("{kind} before {node}", kind=kind, node=row))
        _button(t("Duplicate"), "content_copy", Duplicate(row), t("Duplicate {node}", node=row))
        _button(t("Up"), "arrow_upward", Move(row, -1), t("Move {node} up", node=row))
        _button(t("Down"), "arrow_downward", Move(row, 1), t("Move {node} down", node=row))
        _button(t("Delete"), "delete", Remove(row), t("Delete {node}", node=row))
        _branching(now.design, row)


def _button(label: str, icon: str, action: Action, meaning: str) -> None:
    """A button that does an action; one that cannot be done is disabled and says why."""
    why = ""
    try:
        apply(state().design, action)
    except CnnshapesError as error:
        why = sentence(str(error))
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"do-{icon}-{label}",
        on_click=do,
        args=(action,),
        disabled=bool(why),
        help=f"{meaning}: {why}" if why else meaning,
    )


def _branching(design: Design, row: str) -> None:
    menu = st.popover(
        t("Branch"),
        icon=":material/account_tree:",
        on_change="rerun",
        key=f"branching-{state().version}",  # closed again once it has been used
        help=t("A residual connection past rows, or an inception of parallel windows"),
    )
    if not menu.open:
        return
    with menu:
        names = [node.name for node in design]
        st.markdown(t("**Residual**: the rows from one to another, and a shortcut past them, are added."))
        first, last = st.columns(2)
        start = first.selectbox(t("From"), names, index=names.index(row), key=f"wrap-first-{row}")
        below = names[names.index(start) :]
        end = last.selectbox(t("To"), below, key=f"wrap-last-{start}")
        _offer(t("Add a shortcut"), design, WrapResidual(start, end))
        st.divider()
        st.markdown(
            t("**Inception**: {node} beside other windows and a pooling, put together by a Concat.", node=f"`{row}`")
        )
        _offer(t("Make branches"), design, WrapInception(row))


def _offer(label: str, design: Design, action: WrapResidual | WrapInception) -> None:
    """A button for a block, with what it does and what the network then costs; disabled with the reason."""
    names = {node.name for node in design}
    try:
        block = _made(design, action)
    except CnnshapesError as error:
        st.button(label, key=f"make-{label}", disabled=True)
        st.caption(f"{capital(sentence(str(error)), names)}.")
        return
    st.button(label, key=f"make-{label}", type="primary", on_click=do, args=(action,))
    before, broken = computed(design)
    after, error_after = computed(block.design)
    parts = [sentence(text) for text in block.made]
    if broken is None and error_after is None:
        parts.append(costing(change(before, after)))
    elif error_after is not None:
        parts.append(t("{node} would then have to be mended", node=error_after.node))
    st.caption(f"{capital('; '.join(parts), names)}.")


def _made(design: Design, action: WrapResidual | WrapInception) -> Block:
    if isinstance(action, WrapResidual):
        return residual(design, action.first, action.last)
    return inception(design, action.node)
