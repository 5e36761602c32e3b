"""One run: how far it is, live while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from app.language import sentence, t
from app.train.charts import curves
from app.train.results import show_results
from app.train.starting import allowed
from app.values import NO_TOOLBAR, plain
from cnnshapes import CnnshapesError
from cnnshapes.memory import in_units
from cnnshapes.training import jobs
from cnnshapes.training.jobs import Job, Limits

ICONS: Final = {
    "queued": "○", "starting": "◔", "running": "●", "succeeded": "✓",
    "failed": "✗", "cancelled": "–", "interrupted": "!",
}  # fmt: skip
EVERY: Final = 1.0
"""Seconds between looks at a run that goes on."""


def show_run(job: Job) -> None:
    """Draw a run, again and again while it goes on, and what came of it."""
    live = job.status in jobs.LIVE

    @st.fragment(run_every=EVERY if live else None)
    def watched() -> None:
        if live != (job.status in jobs.LIVE):
            st.rerun()  # the page around it looks different then
        _progress(job)

    watched()
    refused = st.session_state.pop("refused", "")
    if refused:
        st.error(refused, icon=":material/error:")
    if not live and job.result is not None:
        show_results(job)


def offer_deletion(job: Job) -> None:
    """Draw the button that deletes a run, once it has ended, and asks before."""
    if not allowed() or job.status in jobs.LIVE:
        return
    with st.popover(t("Delete"), icon=":material/delete:", key=f"delete-{job.name}"):
        st.markdown(t("Its curves, results and weights are deleted for good."))
        st.button(t("Delete this run"), type="primary", on_click=_asked, args=(job, "delete"))


def _progress(job: Job) -> None:
    status = job.status
    lines = job.metrics()
    epochs = [line for line in lines if line.get("kind") == "epoch"]
    moments = [line for line in lines if line.get("kind") == "progress"]
    start: dict[str, Any] = next((line for line in reversed(lines) if line.get("kind") == "start"), {})
    _said(job, status)
    if status in jobs.LIVE:
        _bar(moments)
    if start:
        now: dict[str, Any] = next((line for line in reversed(lines) if line.get("kind") in ("progress", "epoch")), {})
        predicted = in_units(start["predicted_memory"])
        memory = moments[-1].get("memory") if moments else None
        with st.container(horizontal=True, gap="small"):
            st.metric(t("Loss"), f"{now['loss']:.3f}" if now else "–", width="stretch")
            st.metric(t("Test accuracy"), f"{epochs[-1]['test_accuracy']:.1%}" if epochs else "–", width="stretch")
            st.metric(t("Images/s"), f"{now['images_per_second']:,.0f}" if now else "–", width="stretch")
            st.metric(
                "GFLOP/s",
                f"{now['flops'] / 1e9:,.1f}" if "flops" in now else "–",
                help=t("6 per predicted MAC and image: 2 forward, 4 backward"),
                width="stretch",
            )
            st.metric(
                t("Memory"),
                in_units(memory) if memory else predicted,
                help=t("measured; {memory} were predicted", memory=predicted)
                if memory
                else t("predicted from the design"),
                width="stretch",
            )
        how = filter(None, (start.get("precision"), sentence(start["mode"])))  # earlier runs have both in the mode
        st.caption(
            t(
                "{count} parameters on {device}, {mode}",
                count=f"{start['parameters']:,}",
                device=start["device"],
                mode=", ".join(how),
            )
        )
    skipped = next((line for line in reversed(lines) if line.get("kind") == "skipped"), None)
    if skipped is not None:
        with st.expander(t("{count} files were no pictures and were left out", count=f"{skipped['count']:,}")):
            st.text("\n".join(skipped["files"]))
    if epochs:
        st.plotly_chart(
            curves({job.name: lines}, "accuracy"), width="stretch", key=f"accuracy-{job.name}", config=NO_TOOLBAR
        )
        with st.expander(t("Loss and learning rate")):
            st.plotly_chart(
                curves({job.name: lines}, "loss"), width="stretch", key=f"loss-{job.name}", config=NO_TOOLBAR
            )
            rates = pd.DataFrame({t("learning rate"): {line["epoch"]: line["lr"] for line in epochs}})
            st.line_chart(rates, height=160, alt=t("The learning rate after each epoch"))


def _bar(moments: Sequence[dict[str, Any]]) -> None:
    """How much of the time is over, and what the training pictures of this epoch say so far."""
    if not moments:
        st.progress(0.0, t("The first pictures are still to be learned from"))
        return
    now = moments[-1]
    st.progress(
        now["seconds"] / max(now["seconds"] + now["left"], 1e-9),
        t(
            "Epoch {done}, training accuracy {accuracy}, learning rate {lr}, about {left} s left",
            done=f"{now['done']:.2f}",
            accuracy=f"{now['accuracy']:.1%}",
            lr=f"{now['lr']:.4f}",
            left=f"{now['left']:.0f}",
        ),
    )


def _said(job: Job, status: str) -> None:
    spoken = t("queued, waiting for its device") if status == "queued" else sentence(status)
    st.caption(f"{ICONS[status]} {spoken}")
    if status in ("failed", "interrupted", "cancelled"):
        unsaid = t("its process ended without a word") if status == "interrupted" else t("it was asked to stop")
        why = plain(sentence(job.reason)) if job.reason else unsaid
        st.warning(f"{sentence(status).capitalize()}: {why}", icon=":material/info:")
        if allowed():
            st.button(
                t("Resume"), key=f"resume-{job.name}", on_click=_asked, args=(job, "resume"), icon=":material/replay:"
            )
    elif status in jobs.LIVE:
        if (job.folder / "cancel").exists():
            st.caption(t("Stopping…"))
        elif allowed():
            st.button(
                t("Cancel"), key=f"cancel-{job.name}", on_click=_asked, args=(job, "cancel"), icon=":material/stop:"
            )


def _asked(job: Job, what: str) -> None:
    try:
        if what == "resume":
            job.resume(Limits.from_environment())
        elif what == "delete":
            job.remove()
        else:
            job.cancel()
    except (CnnshapesError, OSError) as error:
        st.session_state["refused"] = plain(sentence(str(error)))
