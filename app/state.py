"""The one source of truth of a session: the design, how it came about, and the row that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import streamlit as st

from app.actions import Action, Typed, apply, described
from app.language import sentence, t
from cnnshapes import CnnshapesError, Design, Report, ShapeError, presets
from cnnshapes.formats.link import PARAMETER, from_link, to_link
from cnnshapes.report import report_of

DEFAULT: Final = "lenet5"


OF_A_NODE: Final = ("from", "code", "name")
"""What can be typed for every node, beside its layer's arguments."""


@dataclass(frozen=True)
class Draft:
    """What was typed and could not be read, kept where it was typed.

    Attributes:
        text: as typed.
        problem: the sentence that says why.
    """

    text: str
    problem: str


class Step(NamedTuple):
    """A step of the history.

    Attributes:
        name: what it is called, `conv1: kernel_size 3`.
        design: the network on its other side.
        selected: the row that was looked at when it was done.
    """

    name: str
    design: Design
    selected: str


@dataclass
class Budget:
    """The machine a network is to be trained on: what the totals reckon the memory for.

    Attributes:
        gib: GiB of the GPU.
        number: torch's name of the type of its numbers, `float32`.
        optimizer: `sgd`, `momentum`, `adam` or `adamw`.
        batch: examples at once.
    """

    gib: float = 8.0
    number: str = "float32"
    optimizer: str = "adam"
    batch: int = 32


@dataclass
class State:
    """What a session knows.

    Attributes:
        design: what is shown.
        undone, redone: the steps that can be taken back, and again, the next one last.
        selected: the node that the grid marks and the inspector shows; "" for the first.
        drafts: what was typed and could not be read, by node and argument; the design has the last good value.
        grid: goes up when something else than the grid itself changed the design, so that the grid starts anew.
        version: goes up with every change; widgets that show the design have it in their keys, or `grid` where an edit
            in the grid cannot change what they show: to draw a widget anew takes the browser longer than all else.
        message: a sentence to show until the next step.
        budget: what memory is reckoned for.
    """

    design: Design
    undone: list[Step] = field(default_factory=list)
    redone: list[Step] = field(default_factory=list)
    selected: str = ""
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    grid: int = 0
    version: int = 0
    message: str = ""
    budget: Budget = field(default_factory=Budget)

    @property
    def looked_at(self) -> str:
        """The node that the grid marks and the inspector shows, "" in an empty network."""
        first = self.design.nodes[0].name if self.design.nodes else ""
        return self.selected or first

    def typed(self, node: str, argument: str, value: str) -> str:
        """What a widget shows: the value, or the text that was typed in its place and could not be read."""
        draft = self.drafts.get((node, argument))
        return value if draft is None else draft.text


def state() -> State:
    """The session's state; a new session opens the link it came by, at the layer that cannot be computed if one is."""
    if "state" not in st.session_state:
        st.session_state.state = _opened()
    found: State = st.session_state.state
    return found


def _opened() -> State:
    text = st.query_params.get(PARAMETER)
    if text:
        try:
            design = from_link(text)
            return State(design, selected=_failing(design))
        except CnnshapesError as error:
            said = t("{error}. LeNet-5 is shown instead.", error=sentence(str(error)))
            return State(presets.preset(DEFAULT), message=said)
    return State(presets.preset(DEFAULT))


def do(*actions: Action, from_grid: bool = False) -> None:
    """Change the design, as one step; what cannot be done leaves it as it is, and what was typed stays where it was."""
    now = state()
    changed, done = now.design, []
    now.selected, now.message = now.looked_at, ""
    for action in actions:
        try:
            after = apply(changed, action)
        except CnnshapesError as error:
            _refuse(action, str(error), from_grid)
            continue
        if isinstance(action, Typed):
            now.drafts.pop((action.node, action.field), None)
        if after != changed:
            done.append(action)
        changed = after
    if done:
        _step(changed, described(done), from_grid=from_grid)


def _refuse(action: Action, why: str, from_grid: bool) -> None:
    now = state()
    if isinstance(action, Typed):
        now.drafts[action.node, action.field] = Draft(action.text, why)
    else:
        now.message = sentence(why)
    if not (from_grid and isinstance(action, Typed)):
        now.grid += 1


def discard(node: str, argument: str) -> None:
    """Back to the last good value where something was typed that could not be read."""
    now = state()
    now.message = ""
    now.drafts.pop((node, argument), None)
    now.grid += 1
    now.version += 1


def show(design: Design, step: str) -> None:
    """Show another design; the step that led to it can be undone by its name."""
    now = state()
    now.drafts.clear()
    now.message = ""
    if design != now.design:
        other = [node.name for node in design] != [node.name for node in now.design]
        _step(design, step)
        if other:
            now.selected = _failing(design)


def _step(design: Design, step: str, *, from_grid: bool = False) -> None:
    now = state()
    now.undone.append(Step(step, now.design, now.selected))
    now.redone.clear()
    _set(design, from_grid=from_grid)


def select(name: str) -> None:
    """Look at this row: the grid, the diagram and the inspector share one selection; a name that is none is ignored."""
    now = state()
    if name in {node.name for node in now.design}:
        now.selected = name


def undo(steps: int = 1) -> None:
    """Back to the design before the last step, or before several."""
    now = state()
    _walk(now.undone, now.redone, steps)


def redo(steps: int = 1) -> None:
    """The step that was undone last, again, or several."""
    now = state()
    _walk(now.redone, now.undone, steps)


def _walk(source: list[Step], target: list[Step], steps: int) -> None:
    """Steps from one list to the other; the row that the last of them changed is looked at."""
    now = state()
    taken = [source.pop() for _ in range(min(steps, len(source)))]
    design = now.design
    for step in taken:
        target.append(step._replace(design=design))
        design = step.design
    now.message = ""
    if taken:
        now.drafts.clear()
        _set(design)
        select(taken[-1].selected)


def _set(design: Design, *, from_grid: bool = False) -> None:
    now = state()
    now.selected = _selected(now.design, design, now.selected)
    now.design = design
    now.version += 1
    if not from_grid:
        now.grid += 1
    kept = {(node.name, argument) for node in design for argument in (*node.layer.arguments(), *OF_A_NODE)}
    now.drafts = {key: draft for key, draft in now.drafts.items() if not key[0] or key in kept}
    keep_link()


def _selected(before: Design, after: Design, name: str) -> str:
    """The row to look at: what is new, else the one looked at, else the one that took its place."""
    old, new = [node.name for node in before], [node.name for node in after]
    known = set(old)
    added = [found for found in new if found not in known]
    if name and added and len(new) >= len(old):
        return added[-1]
    if name in new or name not in old or not new:
        return name if name in new else ""
    return new[min(old.index(name), len(new) - 1)]


@lru_cache(maxsize=100)
def computed(design: Design) -> tuple[Report, ShapeError | None]:
    """The report of a design, or of the rows above the one that cannot be computed, with the reason."""
    try:
        return report_of(design), None
    except ShapeError as error:
        return error.report or Report(design.name, design.input_shape, ()), error


def _failing(design: Design) -> str:
    """The row to look at in a network that was just opened: the one that cannot be computed, "" for the first."""
    _, error = computed(design)
    return error.node if error else ""


def last_computed() -> Report | None:
    """The report of the design, else of the last before it that could be computed: what a repair is held against.

    None where there is none, or where what came before is another network: costs beside that one's would say nothing.
    """
    now = state()
    for design in (now.design, *(step.design for step in reversed(now.undone))):
        if design.name != now.design.name:
            break
        report, error = computed(design)
        if error is None:
            return report
    return None


def culprit() -> Step | None:
    """The last step, where the design could be computed before it and cannot any more."""
    now = state()
    if not now.undone or computed(now.design)[1] is None or computed(now.undone[-1].design)[1] is not None:
        return None
    return now.undone[-1]


@lru_cache(maxsize=100)
def _link(design: Design) -> str:
    return to_link(design)


def keep_link() -> None:
    """Keep the design in the address, which Streamlit empties on the way from page to page."""
    now = state()
    if PARAMETER not in st.query_params and now.design == presets.preset(DEFAULT):
        return  # a visitor who has done nothing keeps the plain address
    try:
        link = _link(now.design)
    except CnnshapesError as error:
        now.message = sentence(str(error))
        return
    if st.query_params.get(PARAMETER) != link:
        st.query_params[PARAMETER] = link
