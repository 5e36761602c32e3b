"""Which square pictures reach a Linear with so many features."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language import t
from app.solve.applied import consequence, use
from app.solve.rows import MOST
from app.state import state
from app.values import plain
from cnnshapes import Design, Report
from cnnshapes.design import Node
from cnnshapes.layers import Linear
from cnnshapes.layers.base import Shape, written
from cnnshapes.solve import LARGEST, Inputs, input_sizes


def draw(report: Report) -> None:
    """Draw the question and its answers."""
    design = state().design
    linears = [node for node in design if isinstance(node.layer, Linear)]
    if not linears:
        st.info(t("{name} has no Linear layer.", name=plain(design.name)), icon=":material/info:")
        return
    asking, answering = st.columns([1, 2], gap="large")
    with asking:
        node = _choose(linears)
        features = int(
            st.number_input(
                t("in_features that should reach it"),
                1,
                MOST,
                min(max(1, _features(node, report)), MOST),
                key=f"pictures-{state().version}-{node.name}",
            )
        )
    with answering:
        with st.spinner(t("Pictures are being tried"), show_time=False):
            found = input_sizes(design, node.name, features)
        _answer(design, node.name, features, found)


def _choose(linears: Sequence[Node]) -> Node:
    names = [node.name for node in linears]
    if st.session_state.get("solve-linear") not in names:
        selected = state().selected
        st.session_state["solve-linear"] = selected if selected in names else names[0]
    name = st.selectbox(t("Linear layer"), names, key="solve-linear", persist_state="session")
    return next(node for node in linears if node.name == name)


def _features(node: Node, report: Report) -> int:
    """in_features as it was written down, else what reaches the layer now."""
    if isinstance(node.layer, Linear) and node.layer.in_features is not None:
        return node.layer.in_features
    return next((row.input_shapes[0][-1] for row in report if row.name == node.name), 1)


def _answer(design: Design, node: str, features: int, found: Inputs) -> None:
    if not found.fitting:
        st.info(_none(features, found), icon=":material/info:")
        return
    first, last = found.fitting[0], found.fitting[-1]
    count = len(found.fitting)
    if count == 1:
        told = t("{shape} gives {features}.", shape=_shape(first), features=amount(features))
    elif last[-1] == LARGEST:
        told = t("All pictures from {first} on give {features}, as far as was tried: up to {last}.",
                 first=_shape(first), last=_shape(last), features=amount(features))  # fmt: skip
    else:
        told = t("{count} pictures give {features}, from {first} to {last}.",
                 count=count, first=_shape(first), last=_shape(last), features=amount(features))  # fmt: skip
    st.markdown(f"**{told}**")
    shape = st.selectbox(
        t("Picture"),
        found.fitting,
        index=found.fitting.index(design.input_shape) if design.input_shape in found.fitting else 0,
        format_func=_shape,
        key=f"picture-{state().version}-{node}-{features}",
        width=240,
    )
    changed = design.with_input(shape)
    st.button(
        t("Use {shape} as the input", shape=_shape(shape)),
        type="primary",
        icon=":material/check:",
        on_click=use,
        args=(changed, t("input {shape}", shape=written(shape)), t("The input is {shape}.", shape=_shape(shape))),
        disabled=changed == design,
    )
    st.caption(t("The design reads it already.") if changed == design else consequence(changed))


def _none(features: int, found: Inputs) -> str:
    near = [f"{number:,}" for number in (found.below, found.above) if number is not None]
    if not near:
        return t(
            "No square picture up to {largest} reaches this layer with a vector; is a Flatten missing?", largest=LARGEST
        )
    return t("No square picture gives {features}. The nearest that one gives: {near}.",
             features=amount(features), near=", ".join(near))  # fmt: skip


def amount(features: int) -> str:
    """`1 feature`, `1,600 features`."""
    return t("1 feature") if features == 1 else t("{count} features", count=f"{features:,}")


def _shape(shape: Shape) -> str:
    return written(shape).replace("x", " × ")
