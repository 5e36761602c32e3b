"""The page that trains the design and shows the runs: started, watched, cancelled, compared."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.state import state
from cnnshapes import CnnshapesError
from cnnshapes.memory import in_units
from cnnshapes.report import report_of
from cnnshapes.training import jobs
from cnnshapes.training.jobs import Job, Limits
from cnnshapes.training.recipe import RECIPES, recipe
from cnnshapes.training.spec import Spec

ALLOWED: Final = "CNNSHAPES_TRAIN"
"""Environment variable: `on` or `off`; unless set, jobs may be started where the page listens to this machine alone."""
DATA: Final = {
    "digits": "Digits: 1,797 of 8×8, ships with cnnshapes",
    "cifar10": "CIFAR-10, binary version",
    "mnist": "MNIST",
    "fashion_mnist": "FashionMNIST",
    "folder": "Class folders of your own",
}
ICONS: Final = {
    "queued": "○", "starting": "◔", "running": "●", "succeeded": "✓",
    "failed": "✗", "cancelled": "–", "interrupted": "!",
}  # fmt: skip
EVERY: Final = 1.0
"""Seconds between looks at a run that goes on."""


def draw() -> None:
    """Draw the page."""
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        _starting()
    known = jobs.jobs()
    with right:
        if not known:
            st.info(
                "Nothing was trained yet. The digits need no download and take some seconds.", icon=":material/info:"
            )
            return
        names = [job.name for job in known]
        latest = st.session_state.pop("started", None)
        if latest in names:
            st.session_state["run"] = latest
        chosen = st.selectbox("Run", names, key="run")
        job = next(job for job in known if job.name == chosen)
        _run(job)
        if len(known) > 1:
            _comparing(known, job)


def allowed() -> bool:
    """Whether jobs may be started from the page."""
    setting = os.environ.get(ALLOWED, "auto").lower()
    if setting in ("on", "off"):
        return setting == "on"
    return st.get_option("server.address") in ("127.0.0.1", "localhost", "::1")


# ---- starting -------------------------------------------------------------------------------------------------------


def _starting() -> None:
    design = state().design
    st.subheader(f"Train {design.name}")
    if not allowed():
        st.info(
            f"Starting runs is off, because this page can be reached from other machines. {ALLOWED}=on allows it.",
            icon=":material/lock:",
        )
        return
    data = st.selectbox("Pictures", list(DATA), format_func=DATA.__getitem__, key="data")
    folder = ""
    if data != "digits":
        folder = st.text_input("Folder of the pictures", key="data_dir", help=_where(data))
    name = st.selectbox(
        "Recipe", list(RECIPES), key="recipe", help="fast works for any stack; the others are the notes'"
    )
    usual = RECIPES[name]
    one, two = st.columns(2)
    epochs = one.number_input("Epochs", 1, 10_000, usual.epochs, key=f"epochs-{name}")
    batch = two.number_input("Batch", 1, 100_000, usual.batch_size, key=f"batch-{name}")
    with st.expander("More"):
        lr = st.number_input("Learning rate", 0.0, 100.0, usual.lr, format="%.4f", key=f"lr-{name}")
        smoothing = st.number_input("Label smoothing", 0.0, 0.9, usual.label_smoothing, key=f"smoothing-{name}")
        flip = st.checkbox("Mirror half of the pictures", usual.flip, key=f"flip-{name}")
        crop = st.number_input("Shift pictures by up to", 0, 100, usual.crop, key=f"crop-{name}", help="pixels")
        initialisation = st.selectbox("First weights", ("torch", "he"), key=f"init-{name}")
        seconds = st.number_input("Seconds at most, 0 for any", 0.0, 1e6, 0.0, key=f"seconds-{name}")
        seed = st.number_input("Seed", 0, 2_147_483_647, usual.seed, key=f"seed-{name}")
        device = st.text_input("Device", "auto", key="device", help="auto, cpu, cuda or cuda:1")
    if st.button("Start", type="primary", icon=":material/play_arrow:", width="stretch"):
        try:
            how = recipe(
                name, epochs=int(epochs), batch_size=int(batch), lr=lr, label_smoothing=smoothing,
                initialisation=initialisation, seconds=seconds or None, seed=int(seed), flip=flip, crop=int(crop),
            )  # fmt: skip
            spec = Spec(design, data, str(Path(folder).expanduser()) if folder else "", how, device)
            st.session_state["started"] = jobs.start(spec, Limits.from_environment()).name
        except (CnnshapesError, OSError) as error:
            st.error(str(error), icon=":material/error:")


def _where(data: str) -> str:
    if data == "folder":
        return "with a folder of pictures for each class, or train and test with such folders"
    return f"`cnnshapes data get {data} --data-dir FOLDER` downloads them"


# ---- one run --------------------------------------------------------------------------------------------------------


def _run(job: Job) -> None:
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
        _results(job)


def _progress(job: Job) -> None:
    status = job.status
    lines = job.metrics()
    epochs = [line for line in lines if line.get("kind") == "epoch"]
    moments = [line for line in lines if line.get("kind") == "progress"]
    start: dict[str, Any] = next((line for line in reversed(lines) if line.get("kind") == "start"), {})
    _said(job, status)
    if start:
        now: dict[str, Any] = next((line for line in reversed(lines) if line.get("kind") in ("progress", "epoch")), {})
        cells = st.columns(5)
        cells[0].metric("Loss", f"{now['loss']:.3f}" if now else "–")
        cells[1].metric("Test accuracy", f"{epochs[-1]['test_accuracy']:.1%}" if epochs else "–")
        cells[2].metric("Images/s", f"{now['images_per_second']:,.0f}" if now else "–")
        predicted = in_units(start["predicted_memory"])
        memory = moments[-1].get("memory") if moments else None
        cells[3].metric(
            "GFLOP/s",
            f"{now['flops'] / 1e9:,.1f}" if "flops" in now else "–",
            help="6 per predicted MAC and image: 2 forward, 4 backward",
        )
        cells[4].metric(
            "Memory",
            in_units(memory) if memory else predicted,
            help=f"measured; {predicted} were predicted" if memory else "predicted from the design",
        )
        if moments and status == "running":
            _bar(moments[-1])
        st.caption(f"{start['parameters']:,} parameters on {start['device']}, {start['mode']}")
    skipped = next((line for line in reversed(lines) if line.get("kind") == "skipped"), None)
    if skipped is not None:
        with st.expander(f"{skipped['count']:,} files were no pictures and were left out"):
            st.text("\n".join(skipped["files"]))
    if epochs:
        st.plotly_chart(_curves({job.name: lines}, "accuracy"), width="stretch", key=f"accuracy-{job.name}")
        with st.expander("Loss and learning rate"):
            st.plotly_chart(_curves({job.name: lines}, "loss"), width="stretch", key=f"loss-{job.name}")
            st.line_chart(pd.DataFrame({"learning rate": {line["epoch"]: line["lr"] for line in epochs}}), height=160,
                          alt="The learning rate after each epoch")  # fmt: skip


def _bar(now: dict[str, Any]) -> None:
    """How much of the time is over, and what the training pictures of this epoch say so far."""
    st.progress(
        now["seconds"] / max(now["seconds"] + now["left"], 1e-9),
        f"Epoch {now['done']:.2f}, training accuracy {now['accuracy']:.1%}, learning rate {now['lr']:.4f}, "
        f"about {now['left']:.0f} s left",
    )


def _said(job: Job, status: str) -> None:
    st.caption(f"{ICONS[status]} {status}" + (", waiting for its device" if status == "queued" else ""))
    if status in ("failed", "interrupted", "cancelled"):
        why = job.reason or {"interrupted": "its process ended without a word"}.get(status, "it was asked to stop")
        st.warning(f"{status.capitalize()}: {why}", icon=":material/info:")
        if allowed():
            st.button(
                "Resume", key=f"resume-{job.name}", on_click=_asked, args=(job, "resume"), icon=":material/replay:"
            )
    elif status in jobs.LIVE:
        if (job.folder / "cancel").exists():
            st.caption("Stopping…")
        elif allowed():
            st.button("Cancel", key=f"cancel-{job.name}", on_click=_asked, args=(job, "cancel"), icon=":material/stop:")


def _asked(job: Job, what: str) -> None:
    try:
        if what == "resume":
            job.resume(Limits.from_environment())
        else:
            job.cancel()
    except (CnnshapesError, OSError) as error:
        st.session_state["refused"] = str(error)


def _curves(runs: dict[str, list[dict[str, Any]]], what: str) -> go.Figure:
    """Training dotted and test solid, by epoch, a colour for each run."""
    figure = go.Figure()
    colours = ("#0f6cbd", "#c4501b", "#2e7d4f", "#8b3fa8", "#9a7a00", "#555f6b")
    for colour, (name, lines) in zip(itertools.cycle(colours), runs.items(), strict=False):
        epochs = [line for line in lines if line.get("kind") == "epoch"]
        at = [line["epoch"] for line in epochs]
        for key, dash, part in ((what, "dot", "training"), (f"test_{what}", "solid", "test")):
            figure.add_scatter(x=at, y=[line[key] for line in epochs], name=f"{part} {name}" if len(runs) > 1 else part,
                               mode="lines+markers", line={"dash": dash, "color": colour})  # fmt: skip
    few = max((line.get("epoch", 0) for lines in runs.values() for line in lines), default=0) <= 12
    figure.update_layout(
        height=300, margin={"l": 0, "r": 0, "t": 10, "b": 0}, yaxis_title=what,
        xaxis={"title": "epoch", "dtick": 1 if few else None},
        yaxis_tickformat=".0%" if what == "accuracy" else None, legend={"orientation": "h", "y": 1.15},
    )  # fmt: skip
    return figure


# ---- results --------------------------------------------------------------------------------------------------------


def _results(job: Job) -> None:
    result = job.result
    assert result is not None  # noqa: S101  whoever calls has looked
    st.markdown(
        f"**Test accuracy {result.accuracy:.1%}**, error rate {result.error_rate:.1%}: {result.correct:,} of "
        f"{result.count:,} pictures, after {result.epochs:.4g} epochs in {result.seconds:.1f} s"
    )
    classes, confusion, mistakes, some, one = st.tabs(
        ["By class", "Confusion", "Worst mistakes", "Predictions", "Your picture"]
    )
    with classes:
        rows = [
            {"class": name, "right": right, "of": count, "accuracy": right / count if count else 0.0}
            for name, (right, count) in result.by_class.items()
        ]
        st.dataframe(
            pd.DataFrame(rows), hide_index=True,
            column_config={"accuracy": st.column_config.ProgressColumn("accuracy", format="percent")},
        )  # fmt: skip
    with confusion:
        _confusion(job)
    with mistakes:
        named = {mistake.picture: mistake for mistake in result.mistakes}
        found = [picture for picture in job.pictures() if picture[2] in named]
        found.sort(key=lambda picture: -named[picture[2]].probability)
        _show(found, result.classes)
    with some:
        _show(job.pictures(), result.classes)
    with one:
        _own_picture(job)
    weights = job.folder / "weights.pt"
    if weights.exists():
        st.download_button("Weights for the exported code (state_dict)", weights.read_bytes, f"{job.name}.pt")


def _confusion(job: Job) -> None:
    result = job.result
    assert result is not None  # noqa: S101
    classes = list(result.classes)
    figure = go.Figure(
        go.Heatmap(z=result.confusion, x=classes, y=classes, text=result.confusion, texttemplate="%{text}",
                   colorscale="Blues", showscale=False,
                   hoverinfo="skip")
    )  # fmt: skip
    unseen = {"marker": {"opacity": 0}}
    figure.add_scatter(  # a heat map cannot be clicked; this lies on it
        x=classes * len(classes), y=[name for name in classes for _ in classes], mode="markers", showlegend=False,
        marker={"size": 30, "symbol": "square", "opacity": 0}, selected=unseen, unselected=unseen,
        text=[count for row in result.confusion for count in row],
        hovertemplate="%{y} taken for %{x}: %{text}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        height=420, margin={"l": 0, "r": 0, "t": 10, "b": 0}, xaxis_title="taken for", yaxis_title="what it shows",
        yaxis={"autorange": "reversed", "type": "category"}, xaxis={"type": "category"},
        clickmode="event+select", dragmode=False,
    )  # fmt: skip
    key, of, taken_for = (f"{what}-{job.name}" for what in ("confusion", "of", "for"))

    def clicked() -> None:
        for at in st.session_state[key].selection.point_indices:
            st.session_state[of], st.session_state[taken_for] = (classes[part] for part in divmod(at, len(classes)))

    st.plotly_chart(figure, width="stretch", key=key, on_select=clicked, selection_mode="points")
    one, two = st.columns(2)
    st.session_state.setdefault(taken_for, classes[min(1, len(classes) - 1)])
    label = classes.index(one.selectbox("Pictures of", classes, key=of))
    guess = classes.index(two.selectbox("taken for", classes, key=taken_for))
    found, count = job.pictures(label, guess), result.confusion[label][guess]
    if count > len(found):
        st.caption(f"{len(found)} of {count:,}")
    _show(found, result.classes)


def _show(pictures: list[tuple[int, int, int, Path]], classes: tuple[str, ...]) -> None:
    if not pictures:
        st.caption("None.")
        return
    columns = st.columns(8)
    for column, (label, guess, _, path) in zip(itertools.cycle(columns), pictures[:24], strict=False):
        said = classes[label] if label == guess else f"{classes[label]}, taken for {classes[guess]}"
        column.image(str(path), caption=said, width="stretch")


def _own_picture(job: Job) -> None:
    given = st.file_uploader("A picture", type=["png", "jpg", "jpeg", "webp", "bmp"], key=f"picture-{job.name}")
    result = job.result
    if given is None or result is None:
        return
    from cnnshapes.training.predict import predict  # loads torch, so only for whoever asks

    try:
        said = predict(job.spec, job.folder, given.getvalue(), result.classes)
    except CnnshapesError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.image(given, width=160)
    st.bar_chart(pd.DataFrame({"probability": said}).head(5), horizontal=True, sort=False,
                 alt="The five likeliest classes")  # fmt: skip


def _comparing(known: list[Job], job: Job) -> None:
    others = [other.name for other in known if other.name != job.name]
    chosen = st.multiselect("Compare with", others, key="compare", max_selections=5)
    if chosen:
        runs = [job, *(jobs.job(name) for name in chosen)]
        st.plotly_chart(_curves({run.name: run.metrics() for run in runs}, "accuracy"), width="stretch", key="compared")
        st.dataframe(pd.DataFrame(map(_compared, runs)), hide_index=True)


def _compared(job: Job) -> dict[str, Any]:
    """A run's row of the comparison."""
    report, result = report_of(job.spec.design), job.result
    return {
        "run": job.name,
        "layers": sum(bool(row.weights) for row in report),
        "parameters": report.total_params,
        "MACs": report.total_macs,
        "test accuracy": f"{result.accuracy:.1%}" if result is not None else "–",
        "seconds": round(result.seconds, 1) if result is not None else None,
    }
