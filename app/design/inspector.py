"""The selected row: every argument of its layer, and its formulas with the numbers put in."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.actions import Insert, Move, Remove, Rename, SetText, SetValue
from app.checker import Answer
from app.state import do, state
from app.values import shown
from cnnshapes import Report
from cnnshapes.design import INPUT, Node
from cnnshapes.explain import symbolic
from cnnshapes.layers import LAYERS, Argument


def show_inspector(report: Report, answer: Answer | None) -> None:
    """Draw the inspector of the selected row, the first of all where none is."""
    now = state()
    names = [node.name for node in now.design]
    if not names:
        st.info("The network has no layer yet.")
        _adding(INPUT)
        return
    selected = now.selected if now.selected in names else names[0]
    key = f"row-{now.version}-{selected}"

    def select() -> None:
        now.selected = st.session_state[key]

    st.selectbox("Row", names, index=names.index(selected), key=key, on_change=select)
    node = now.design[selected]
    _formulas(report, node, answer)
    with st.expander(f"Arguments of {node.layer.kind}", expanded=False):
        _arguments(node)
    with st.expander("Add, move, remove", expanded=False):
        _structure(node)


def _formulas(report: Report, node: Node, answer: Answer | None) -> None:
    try:
        row = report[node.name]
    except KeyError:
        st.caption("Nothing to show before the layers above can be computed.")
        return
    formulas, names = row.formulas, symbolic(row)
    for quantity in ("shape", "parameters", "MACs"):
        if quantity in formulas:
            st.markdown(f"**{quantity[0].upper()}{quantity[1:]}**")
            st.code(formulas[quantity].replace("; ", "\n"), language=None, wrap_lines=True)
    if "note" in formulas:
        st.info(f"{formulas['note'][0].upper()}{formulas['note'][1:]}.")
    with_names = {name: text for name, text in names.items() if any(sign in text for sign in "+−·/⌊")}
    if with_names:
        with st.expander("The formulas with names"):
            st.code("\n".join(f"{name} = {text}" for name, text in with_names.items()), language=None, wrap_lines=True)
    seen = row.receptive_field
    if seen.axes:
        bound = "" if seen.exact else " at most"
        st.caption(f"Receptive field:{bound} {seen.size} input pixels, {seen.jump} apart, from {seen.offset}.")
    said = next((one for one in (answer or {}).get("rows", ()) if one["name"] == node.name), None)
    if said:
        agreed = "Torch agrees" if said["agrees"] else f"Torch has {said['torch']}"
        st.caption(f"{agreed}." + (f" {said['note'][0].upper()}{said['note'][1:]}." if said["note"] else ""))


def _arguments(node: Node) -> None:
    for name, spec in node.layer.arguments().items():
        _widget(node, name, spec, getattr(node.layer, name))
    if not node.layer.arguments():
        st.caption("It has none.")


def _widget(node: Node, name: str, spec: Argument, value: Any) -> None:
    """The widget that fits the kind of argument."""
    key = f"argument-{state().version}-{node.name}-{name}"

    def typed() -> None:
        do(SetText(node.name, name, st.session_state[key]))

    def chosen() -> None:
        do(SetValue(node.name, name, st.session_state[key]))

    if spec.kind == "flag" and not spec.optional:
        st.checkbox(name, value=value, key=key, on_change=chosen)
    elif spec.kind == "flag":
        st.selectbox(name, [None, True, False], index=[None, True, False].index(value), key=key, on_change=chosen)
    elif spec.kind == "word":
        st.selectbox(name, spec.words, index=spec.words.index(value), key=key, on_change=chosen)
    else:
        st.text_input(
            name,
            value=shown(value),
            key=key,
            on_change=typed,
            placeholder="from the input" if spec.from_input else "none",
            help=spec.describe(),
        )


def _structure(node: Node) -> None:
    now = state()
    up, down, remove = st.columns(3)
    up.button("Up", icon=":material/arrow_upward:", on_click=do, args=(Move(node.name, -1),), width="stretch")
    down.button("Down", icon=":material/arrow_downward:", on_click=do, args=(Move(node.name, 1),), width="stretch")
    remove.button("Remove", icon=":material/delete:", on_click=do, args=(Remove(node.name),), width="stretch")
    key = f"name-{now.version}-{node.name}"

    def rename() -> None:
        now.selected = st.session_state[key].strip()
        do(Rename(node.name, st.session_state[key]))

    st.text_input("Name", value=node.name, key=key, on_change=rename)
    _adding(node.name)


def _adding(after: str) -> None:
    def add() -> None:
        do(Insert(after, st.session_state["new-kind"]))

    kinds = list(LAYERS)
    where = "first" if after == INPUT else f"after {after}"
    st.selectbox("New layer", kinds, index=kinds.index("Conv2d"), key="new-kind")
    st.button(f"Add {where}", icon=":material/add:", on_click=add, width="stretch")
