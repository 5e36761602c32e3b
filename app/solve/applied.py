"""What an answer does to the design: one step that can be undone, and a word that it was done."""

from __future__ import annotations

import streamlit as st

from app.language import sentence, t
from app.state import show, state
from app.values import plain
from cnnshapes import Design, ShapeError
from cnnshapes.report import report_of

SAID = "solve-said"


def use(design: Design, step: str, done: str) -> None:
    """Show a design that answers the question; `done` is what is said once."""
    show(design, step)
    st.session_state[SAID] = done


def said() -> str:
    """What was just done, said once."""
    text: str = st.session_state.pop(SAID, "")
    return text


def consequence(design: Design) -> str:
    """What the whole network comes to with a design, or why it cannot be computed."""
    try:
        report = report_of(design)
    except ShapeError as error:
        return t("Behind it the network cannot be computed: {error}", error=plain(sentence(str(error))))
    was = state().design
    try:
        before = report_of(was)
    except ShapeError:
        return t("The network then has {parameters} parameters and {macs} MACs.",
                 parameters=f"{report.total_params:,}", macs=f"{report.total_macs:,}")  # fmt: skip
    return t(
        "Parameters {before} → {after}, MACs {macs_before} → {macs_after}",
        before=f"{before.total_params:,}",
        after=f"{report.total_params:,}",
        macs_before=f"{before.total_macs:,}",
        macs_after=f"{report.total_macs:,}",
    )
