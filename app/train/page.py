"""The page that trains the design and shows the runs: started, watched, cancelled, compared."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app.language import t
from app.train.charts import curves
from app.train.running import offer_deletion, show_run
from app.train.starting import show_starting
from app.values import NO_TOOLBAR
from cnnshapes.report import report_of
from cnnshapes.training import jobs
from cnnshapes.training.jobs import Job


def draw() -> None:
    """Draw the page."""
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        show_starting()
    known = jobs.jobs()
    with right:
        if not known:
            st.info(
                t("There is no run. The digits need no download and take some seconds."),
                icon=":material/info:",
            )
            return
        names = [job.name for job in known]
        latest = st.session_state.pop("started", None)
        if latest in names:
            st.session_state["run"] = latest
        if st.session_state.get("run") not in names:
            st.session_state["run"] = names[0]  # the one that was looked at is deleted
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(t("Run"), names, key="run", persist_state="session")
            job = next(job for job in known if job.name == chosen)
            offer_deletion(job)
        show_run(job)
        if len(known) > 1:
            _comparing(known, job)


def _comparing(known: list[Job], job: Job) -> None:
    others = [other.name for other in known if other.name != job.name]
    if "compare" in st.session_state:
        st.session_state["compare"] = [name for name in st.session_state["compare"] if name in others]
    chosen = st.multiselect(
        t("Compare with"),
        others,
        key="compare",
        persist_state="session",
        max_selections=5,
        placeholder=t("none yet; up to five runs"),
    )
    if chosen:
        runs = [job, *(jobs.job(name) for name in chosen)]
        st.plotly_chart(
            curves({run.name: run.metrics() for run in runs}, "accuracy"),
            width="stretch",
            key="compared",
            config=NO_TOOLBAR,
        )
        st.dataframe(pd.DataFrame(map(_compared, runs)), hide_index=True)


def _compared(job: Job) -> dict[str, Any]:
    """A run's row of the comparison."""
    report, result = report_of(job.spec.design), job.result
    return {
        t("run"): job.name,
        t("layers with weights"): sum(bool(row.weights) for row in report),
        t("parameters"): report.total_params,
        "MACs": report.total_macs,
        t("test accuracy"): f"{result.accuracy:.1%}" if result is not None else "–",
        t("seconds"): round(result.seconds, 1) if result is not None else None,
    }
