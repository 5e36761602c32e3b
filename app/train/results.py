"""What a run has learned: by class, what it takes for what, its worst mistakes, and a picture of the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.language import sentence, t
from app.uploader import uploader
from app.values import NO_TOOLBAR, plain
from cnnshapes import CnnshapesError
from cnnshapes.training.jobs import Job

PICTURE: Final = 100
"""Pixels of a picture's width."""


def show_results(job: Job) -> None:
    """Draw the results of a run that has some."""
    result = job.result
    assert result is not None  # noqa: S101  whoever calls has looked
    st.markdown(
        t(
            "**Test accuracy {accuracy}**, error rate {error}: {correct} of {count} pictures, after {epochs} epochs in "
            "{seconds} s",
            accuracy=f"{result.accuracy:.1%}",
            error=f"{result.error_rate:.1%}",
            correct=f"{result.correct:,}",
            count=f"{result.count:,}",
            epochs=f"{result.epochs:.4g}",
            seconds=f"{result.seconds:.1f}",
        )
    )
    classes, confusion, mistakes, some, one = st.tabs(
        [t("By class"), t("Confusion"), t("Worst mistakes"), t("Predictions"), t("Your picture")]
    )
    with classes:
        names = [t("class"), t("right"), t("of"), t("accuracy")]
        rows = [
            (name, right, count, right / count if count else 0.0) for name, (right, count) in result.by_class.items()
        ]
        st.dataframe(
            pd.DataFrame(rows, columns=names),
            hide_index=True,
            column_config={names[-1]: st.column_config.ProgressColumn(names[-1], format="percent")},
        )
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
        st.download_button(t("Weights for the exported code (state_dict)"), weights.read_bytes, f"{job.name}.pt")


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
        hovertemplate=t("{label}, taken for {guess}", label="%{y}", guess="%{x}") + ": %{text}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        height=420, margin={"l": 0, "r": 0, "t": 10, "b": 0},
        xaxis_title=t("taken for"), yaxis_title=t("what it shows"),
        yaxis={"autorange": "reversed", "type": "category"}, xaxis={"type": "category"},
        clickmode="event+select", dragmode=False,
    )  # fmt: skip
    key, of, taken_for = (f"{what}-{job.name}" for what in ("confusion", "of", "for"))

    def clicked() -> None:
        for at in st.session_state[key].selection.point_indices:
            st.session_state[of], st.session_state[taken_for] = (classes[part] for part in divmod(at, len(classes)))

    st.plotly_chart(figure, width="stretch", key=key, on_select=clicked, selection_mode="points", config=NO_TOOLBAR)
    one, two = st.columns(2)
    if of not in st.session_state:
        st.session_state[of], st.session_state[taken_for] = (classes[part] for part in most_mistaken(result.confusion))
    label = classes.index(one.selectbox(t("Pictures of"), classes, key=of))
    guess = classes.index(two.selectbox(t("taken for"), classes, key=taken_for))
    found, count = job.pictures(label, guess), result.confusion[label][guess]
    if count > len(found):
        st.caption(t("{shown} of {count}", shown=len(found), count=f"{count:,}"))
    _show(found, result.classes)


def most_mistaken(confusion: Sequence[Sequence[int]]) -> tuple[int, int]:
    """What pictures show and what they are taken for most often instead, as the numbers of the classes."""
    cells = {(shows, guess): count for shows, row in enumerate(confusion) for guess, count in enumerate(row)}
    return max(cells, key=lambda cell: (cell[0] != cell[1], cells[cell]))


def _show(pictures: list[tuple[int, int, int, Path]], classes: tuple[str, ...]) -> None:
    if not pictures:
        st.caption(t("None."))
        return
    with st.container(horizontal=True, gap="small"):  # as many beside each other as there is room for
        for label, guess, _, path in pictures[:24]:
            said = classes[label]
            if label != guess:
                said = t("{label}, taken for {guess}", label=said, guess=classes[guess])
            st.image(str(path), caption=plain(said), width=PICTURE)


def _own_picture(job: Job) -> None:
    given = uploader(t("A picture"), ["png", "jpg", "jpeg", "webp", "bmp"], f"picture-{job.name}")
    if given is None:
        return
    try:
        said = _predicted(job, given.getvalue())
    except CnnshapesError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        return
    st.image(given, width=160)
    st.bar_chart(pd.DataFrame({t("probability"): said}).head(5), horizontal=True, sort=False,
                 alt=t("The five likeliest classes"))  # fmt: skip


@st.cache_data(max_entries=50, show_spinner=False, hash_funcs={Job: lambda job: job.name})
def _predicted(job: Job, picture: bytes) -> dict[str, float]:
    return job.predict(picture)
