"""Below the grid: the picture, where it sits, and the receptive field. Only the open tab is computed."""

from __future__ import annotations

import streamlit as st

from app.diagram.blocks import blocks_of, has_branches, steps_of
from app.diagram.boxes import boxes
from app.diagram.field import show_field
from app.diagram.graph import graph
from app.diagram.picture import show_picture
from app.diagram.scene import Scene
from app.diagram.shares import show_shares
from app.diagram.svg import svg
from app.diagram.text import Words
from app.language import t
from app.state import select, state
from cnnshapes import Report, ShapeError
from cnnshapes.design import Node


def show_diagram(report: Report, error: ShapeError | None) -> None:
    """Draw the tabs.

    Args:
        report: of the design, or of the rows above the one that fails.
        error: why that one fails.
    """
    picture, shares, field = st.tabs(
        [t("Picture"), t("Where it sits"), t("Receptive field")], key="diagram-tab", on_change="rerun"
    )
    if picture.open:
        with picture:
            _picture(report, state().design[error.node] if error is not None else None)
    if shares.open:
        with shares:
            show_shares(report)
    if field.open:
        with field:
            show_field(report)


def scene_of(report: Report, failing: Node | None, opened: set[str], words: Words) -> Scene:
    """The picture of a network: boxes where it is a plain stack, a graph where it has branches."""
    steps = steps_of(report, failing)
    layout = graph if has_branches(steps) else boxes
    return layout(*blocks_of(report, steps, opened), words)


def _picture(report: Report, failing: Node | None) -> None:
    opened: set[str] = st.session_state.setdefault("diagram-opened", set())
    words = _words(report)
    scene = scene_of(report, failing, opened, words)
    row = _selected(report, failing)
    cell = next((cell.key for cell in scene.cells if any(part.row == row for part in cell.parts)), "")

    def fold(key: str, unfold: bool) -> None:
        (opened.add if unfold else opened.discard)(key)  # no toggle: a run that was cut short tells it twice

    show_picture(svg(scene, words), report.name, key="diagram", row=row, cell=cell, on_select=select, on_fold=fold)
    if failing is not None:
        st.caption(t("What stands below {name} is drawn once it can be computed.", name=failing.name))


def _selected(report: Report, failing: Node | None) -> str:
    """The selected row, the first of all where none is."""
    names = [*(row.name for row in report), *([failing.name] if failing is not None else [])]
    return state().selected or next(iter(names), "")


def _words(report: Report) -> Words:
    return Words(
        title=t("Diagram of {name}", name=report.name),
        description=t("What reads what, with the shape of what each layer gives. Arrow keys move, Enter selects."),
        input=t("input"),
        layers=lambda count: t("{count} layers", count=count),
        groups=lambda count: t("{count} groups", count=count),
        fails=t("cannot be computed"),
        unfold=t("show its layers"),
        fold=t("fold its layers"),
    )
