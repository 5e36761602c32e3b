"""The page one designs on: totals, the grid, the inspector."""

from __future__ import annotations

from concurrent.futures import Future, wait
from typing import Final

import streamlit as st

from app.actions import Mend, SetInput
from app.checker import Answer, checker
from app.design.grid import show_grid
from app.design.inspector import show_inspector
from app.diagram import show_diagram
from app.state import do, redo, show, state, undo
from cnnshapes import Report, ShapeError, presets
from cnnshapes.layers.base import written
from cnnshapes.report import report_of

PATIENCE: Final = 0.4
"""Seconds that the grid, but not the totals above it, waits for torch: enough for 150 layers, 0.03 s for 20."""


def draw() -> None:
    """Draw the page."""
    now = state()
    report, error = computed()
    promise = checker().ask(now.design) if error is None else None
    _choosing()
    _totals(report, error)
    if now.message:
        st.warning(now.message, icon=":material/info:")
        now.message = ""
    if error is not None:
        _mending(error)
    left, right = st.columns([2.6, 1], gap="medium")
    with left:
        answer = _answer(promise)
        show_grid(report, error, answer)
        _below(report, error, answer, promise)
        show_diagram(report, error)
    with right:
        show_inspector(report, answer)


def _answer(promise: Future[Answer] | None) -> Answer | None:
    """Torch's answer if it is there at once: an answer that comes later redraws the grid under the user's typing."""
    if promise is None:
        return None
    wait([promise], PATIENCE)
    return promise.result() if promise.done() else None


def computed() -> tuple[Report, ShapeError | None]:
    """The report of the design, or of the rows above the one that cannot be computed, with the reason."""
    design = state().design
    try:
        return report_of(design), None
    except ShapeError as error:
        return error.report or Report(design.name, design.input_shape, ()), error


def _choosing() -> None:
    now = state()
    title, choice, shape, back, forth = st.columns([1.1, 2.4, 1, 0.85, 1.05], vertical_alignment="bottom")
    title.subheader("cnnshapes", anchor=False)
    names = list(presets.PRESETS)
    key = f"preset-{now.version}"

    def choose() -> None:
        name = st.session_state[key]
        if name:
            now.selected = ""
            show(presets.preset(name), f"open {name}")

    choice.selectbox(
        "Network",
        names,
        index=names.index(now.design.name) if now.design.name in names else None,
        format_func=lambda name: f"{name} – {presets.PRESETS[name].summary}",
        key=key,
        on_change=choose,
        placeholder="Choose a network",
    )
    shape_key = f"input-{now.version}"

    def resize() -> None:
        do(SetInput(st.session_state[shape_key]))

    shape.text_input(
        "Input",
        value=written(now.design.input_shape),
        key=shape_key,
        on_change=resize,
        help="Shape of one example, without the batch: channels x height x width",
    )
    back.button(
        "Undo",
        on_click=undo,
        disabled=not now.undone,
        help=f"Undo: {now.undone[-1][0]}" if now.undone else None,
        shortcut="Mod+Z",
        width="stretch",
    )
    forth.button(
        "Redo",
        on_click=redo,
        disabled=not now.redone,
        help=f"Redo: {now.redone[-1][0]}" if now.redone else None,
        shortcut="Mod+Shift+Z",
        width="stretch",
    )


def _totals(report: Report, error: ShapeError | None) -> None:
    blank = "–"
    totals = {
        "Parameters": (f"{report.total_params:,}", "Learned numbers of all layers"),
        "MACs": (f"{report.total_macs:,}", "Multiply–accumulates for one example; bias, norm and pooling count 0"),
        "Flatten size": (
            f"{report.flatten_size:,}" if report.flatten_size is not None else blank,
            "Features that the last Flatten hands to the classifier",
        ),
        "Output": (written(report.output_shape).replace("x", " × "), "Shape of what the last layer gives"),
    }
    with st.container(horizontal=True):  # side by side, and two by two where the window is narrow
        for name, (value, meaning) in totals.items():
            st.metric(name, blank if error is not None else value, help=meaning, border=True, width="stretch")


def _mending(error: ShapeError) -> None:
    st.error(f"**{error.node}** ({error.kind}): {error.problem}.", icon=":material/error:")
    if error.repairs:
        with st.container(horizontal=True):
            st.markdown("What would mend it:")
            for number, repair in enumerate(error.repairs):
                st.button(repair.text, key=f"repair-{number}", on_click=do, args=(Mend(repair.edits),))


def _below(report: Report, error: ShapeError | None, answer: Answer | None, promise: Future[Answer] | None) -> None:
    said, csv = st.columns([3, 1], vertical_alignment="center")
    with said:
        if error is not None:
            st.caption("Torch is asked once every layer can be computed.")
        elif answer is None:
            _waiting(promise)
        elif "error" in answer:
            st.caption(f"Torch could not be asked: {answer['error']}")
        else:
            wrong = sum(not row["agrees"] for row in (*answer["rows"], *answer["totals"]))
            verdict = "torch agrees on every row" if not wrong else f"{wrong} rows differ from torch"
            st.caption(f"✓ {verdict} and on the totals; torchinfo's numbers are the same or explained in the row.")
    csv.download_button(
        "Download CSV",
        report.to_csv(),
        file_name=f"{report.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
    )


@st.fragment(run_every=0.4)
def _waiting(promise: Future[Answer] | None) -> None:
    if promise is not None and promise.done():
        st.rerun()
    st.caption("… torch is being asked")
