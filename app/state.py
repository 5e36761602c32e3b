"""The one source of truth of a session: the design, how it came about, and the row that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from app.actions import Action, apply, described
from app.language import sentence, t
from cnnshapes import CnnshapesError, Design, presets
from cnnshapes.formats.link import PARAMETER, from_link, to_link

DEFAULT: Final = "lenet5"


@dataclass
class State:
    """What a session knows.

    Attributes:
        design: what is shown.
        undone, redone: earlier and later designs, each with the name of the step that left it.
        selected: the node that the inspector shows.
        grid: goes up when something else than the grid itself changed the design, so that the grid starts anew.
        version: goes up with every change; widgets that show the design have it in their keys.
        message: a sentence to show once.
    """

    design: Design
    undone: list[tuple[str, Design]] = field(default_factory=list)
    redone: list[tuple[str, Design]] = field(default_factory=list)
    selected: str = ""
    grid: int = 0
    version: int = 0
    message: str = ""


def state() -> State:
    """The session's state; a new session opens the link it came by, or LeNet-5."""
    if "state" not in st.session_state:
        st.session_state.state = _opened()
    found: State = st.session_state.state
    return found


def _opened() -> State:
    text = st.query_params.get(PARAMETER)
    if text:
        try:
            return State(from_link(text))
        except CnnshapesError as error:
            said = t("{error}. LeNet-5 is shown instead.", error=sentence(str(error)))
            return State(presets.preset(DEFAULT), message=said)
    return State(presets.preset(DEFAULT))


def do(*actions: Action, from_grid: bool = False) -> None:
    """Change the design; what makes no sense leaves it as it is, and the sentence is shown."""
    now = state()
    changed = now.design
    try:
        for action in actions:
            changed = apply(changed, action)
    except CnnshapesError as error:
        now.message = sentence(str(error))
        now.grid += 1  # the grid forgets what was typed
        return
    show(changed, described(actions), from_grid=from_grid)


def show(design: Design, step: str, *, from_grid: bool = False) -> None:
    """Show another design; the step that led to it can be undone by its name."""
    now = state()
    if design == now.design:
        return
    now.undone.append((step, now.design))
    now.redone.clear()
    _set(design, from_grid=from_grid)


def select(name: str) -> None:
    """Look at this row: the grid, the diagram and the inspector share one selection; a name that is none is ignored."""
    now = state()
    if name in {node.name for node in now.design}:
        now.selected = name


def undo() -> None:
    """Back to the design before the last step."""
    now = state()
    if now.undone:
        step, design = now.undone.pop()
        now.redone.append((step, now.design))
        _set(design)


def redo() -> None:
    """The step that was undone last, again."""
    now = state()
    if now.redone:
        step, design = now.redone.pop()
        now.undone.append((step, now.design))
        _set(design)


def _set(design: Design, *, from_grid: bool = False) -> None:
    now = state()
    now.design = design
    now.version += 1
    if not from_grid:
        now.grid += 1
    if now.selected not in {node.name for node in design}:
        now.selected = ""
    keep_link()


def keep_link() -> None:
    """Keep the design in the address, which Streamlit empties on the way from page to page."""
    now = state()
    if not (now.undone or now.redone or PARAMETER in st.query_params):
        return  # a visitor who has done nothing keeps the plain address
    try:
        link = to_link(now.design)
    except CnnshapesError as error:
        now.message = sentence(str(error))
        return
    if st.query_params.get(PARAMETER) != link:
        st.query_params[PARAMETER] = link
