"""What the whole network comes to, always in view."""

from __future__ import annotations

import streamlit as st

from app.language import sentence, t
from app.state import Budget, state
from cnnshapes import Report, ShapeError
from cnnshapes.layers.base import written
from cnnshapes.memory import GIB, MARGIN, NUMBER_BYTES, OPTIMIZERS, in_units

BLANK = "–"


def show_totals(report: Report, error: ShapeError | None) -> None:
    """Draw the totals; blank until every layer can be computed."""
    budget = state().budget
    memory = report.memory(number_bytes=NUMBER_BYTES[budget.number], optimizer=budget.optimizer)
    batch = memory.largest_batch(int(budget.gib * GIB))
    flatten = report.flatten_size
    totals = [
        (t("Parameters"), f"{report.total_params:,}", t("Learned numbers of all layers: weights and biases")),
        (
            t("MACs"),
            f"{report.total_macs:,}",
            t("Multiply–accumulates for one example; bias, norm, activation and pooling count 0"),
        ),
        (
            t("Flatten size"),
            BLANK if flatten is None else f"{flatten:,}",
            t("Features that the last Flatten hands to the classifier"),
        ),
        (
            t("Output"),
            written(report.output_shape).replace("x", " × "),
            t("Shape of what the last layer gives, for one example"),
        ),
        (
            t("Memory, batch of {batch}", batch=budget.batch),
            sentence(in_units(memory.total(budget.batch))),
            t(
                "To train with {optimizer} in {number}: parameters, gradients, what the optimizer and autograd keep",
                optimizer=budget.optimizer,
                number=budget.number,
            ),
        ),
        (
            t("Largest batch, {gib} GiB", gib=f"{budget.gib:g}"),
            f"{batch:,}" if memory.total(1) else BLANK,
            t("Examples at once on the GPU, {margin} of it left free for torch itself", margin=f"{MARGIN:.0%}"),
        ),
    ]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="totals"):
        for name, value, meaning in totals:
            st.metric(name, BLANK if error is not None else value, help=meaning, border=True, width="stretch")
        _machine(budget)


def _machine(budget: Budget) -> None:
    """The GPU that the last two are reckoned for."""
    numbers = {"float32": "float32", "float16": "float16", "bfloat16": "bfloat16"}

    def taken() -> None:
        now = state()
        now.budget = Budget(
            gib=st.session_state["gpu-gib"] or budget.gib,
            number=st.session_state["gpu-number"],
            optimizer=st.session_state["gpu-optimizer"],
            batch=st.session_state["gpu-batch"] or budget.batch,
        )

    with st.popover(t("GPU"), icon=":material/memory:", help=t("Memory is reckoned for this GPU and batch")):
        st.number_input(
            t("Memory of the GPU in GiB"), 0.5, 1024.0, budget.gib, 1.0, "%g", key="gpu-gib", on_change=taken
        )
        st.number_input(t("Batch"), 1, 1_000_000, budget.batch, key="gpu-batch", on_change=taken)
        st.selectbox(t("Numbers"), numbers, index=list(numbers).index(budget.number), key="gpu-number", on_change=taken)
        st.selectbox(
            t("Optimizer"),
            OPTIMIZERS,
            index=list(OPTIMIZERS).index(budget.optimizer),
            key="gpu-optimizer",
            on_change=taken,
        )
        st.caption(
            t(
                "Training counts what autograd keeps and the gradients of the largest layer; {margin} of the GPU is "
                "left free.",
                margin=f"{MARGIN:.0%}",
            )
        )
