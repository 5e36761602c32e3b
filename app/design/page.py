"""The page one designs on: the network, its totals, what is wrong with it, and the grid beside the inspector."""

from __future__ import annotations

from concurrent.futures import Future, wait
from typing import Final

import streamlit as st

from app.checker import Answer, checker
from app.design.header import show_header
from app.design.inspector import show_inspector
from app.design.problems import show_advice, show_problems
from app.design.toolbar import show_toolbar
from app.design.totals import show_totals
from app.diagram import show_diagram
from app.language import sentence, t
from app.state import computed, state
from cnnshapes import Report, ShapeError

PATIENCE: Final = 0.08
"""Seconds that the grid, but not the totals above it, waits for torch: a warm one answers for 20 layers in 0.03."""


def draw() -> None:
    """Draw the page."""
    now = state()
    report, error = computed(now.design)
    promise = checker().ask(now.design) if error is None else None
    advice = report.advice()
    show_header()
    show_totals(report, error)
    show_problems(error)
    if not now.design.nodes:
        show_toolbar()
        st.info(
            t(
                "The network has no layer yet. Choose one in the box above and press Add: pictures often go through "
                "Conv2d, ReLU and MaxPool2d, then Flatten and Linear. Or open a network at the top and change it."
            ),
            icon=":material/add_circle:",
        )
        return
    from app.design.grid import show_grid  # with pandas, for whose loading the totals above do not wait

    left, right = st.columns([4, 1], gap="small")
    with left:
        show_toolbar()
        show_advice(advice)
        answer = _answer(promise)
        show_grid(report, error, answer, advice)
        _verdict(report, error, answer, promise)
        show_diagram(report, error)
    with right:
        show_inspector(report, error, answer, advice)


def _answer(promise: Future[Answer] | None) -> Answer | None:
    """Torch's answer if it is there at once; one that comes later redraws the page by itself."""
    if promise is None:
        return None
    if checker().warm:
        wait([promise], PATIENCE)
    return promise.result() if promise.done() else None


def _verdict(report: Report, error: ShapeError | None, answer: Answer | None, promise: Future[Answer] | None) -> None:
    """What torch says of the whole, and the rows as a file."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if error is not None:
            st.caption(t("Torch is asked once every layer can be computed."), width="content")
        elif answer is None:
            _waiting(promise)
        elif "error" in answer:
            st.caption(t("Torch could not be asked: {why}", why=sentence(answer["error"])), width="content")
        else:
            wrong = sum(not row["agrees"] for row in (*answer["rows"], *answer["totals"]))
            told = (
                t("✗ {count} rows or totals differ from torch; the inspector shows both numbers.", count=wrong)
                if wrong
                else t("✓ Torch agrees on every row and on the totals.")
            )
            st.caption(told, width="content", help=t("A real forward pass of torch, and torchinfo, row by row"))
        st.download_button(
            t("Download CSV"),
            report.to_csv,
            file_name=f"{report.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


@st.fragment(run_every=0.4)
def _waiting(promise: Future[Answer] | None) -> None:
    if promise is not None and promise.done():
        st.rerun()
    st.caption(t("… torch is being asked"), width="content")
