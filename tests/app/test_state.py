"""The session: steps that can be taken back, what was typed and could not be read, and the row that is looked at."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import state as session
from app.actions import Duplicate, Insert, Mend, Move, Remove, SetCode, SetInputs, SetKind, SetText, WrapInception
from app.state import State, Step, culprit, discard, do, last_computed, redo, select, show, undo
from cnnshapes import presets, summary
from cnnshapes.errors import Edit
from cnnshapes.formats.link import to_link

LENET = presets.preset("lenet5")


class Session(dict[str, Any]):
    """What Streamlit keeps for a visitor."""

    def __getattr__(self, name: str) -> Any:
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> State:
    """A visitor's state, with LeNet-5."""
    monkeypatch.setattr(st, "session_state", Session())
    monkeypatch.setattr(st, "query_params", {})
    return session.state()


def test_steps_go_back_and_forth(now: State) -> None:
    """Each step has a name, is taken back to what was before, and done again; several at once too."""
    do(SetText("conv1", "kernel_size", "7"))
    do(Insert("conv1", "BatchNorm2d"))
    do(SetText("conv2", "out_channels", "32"))
    assert [step.name for step in now.undone] == [
        "conv1: kernel_size 7",
        "BatchNorm2d after conv1",
        "conv2: out_channels 32",
    ]
    last = now.design
    undo(2)
    assert summary(now.design).flatten_size == 256
    undo()
    assert now.design == LENET
    redo(3)
    assert now.design == last
    undo(9)
    assert now.design == LENET
    assert st.query_params["d"]


def test_a_step_may_be_done_twice() -> None:
    """The page goes on where two steps have the same name: the history tells them apart."""

    def script() -> None:
        from app.design.header import show_header

        show_header()

    page = AppTest.from_function(script)
    page.session_state["state"] = State(LENET, undone=[Step("conv1: kernel_size 3", LENET, "conv1")] * 2)
    page.run()
    assert not page.exception


def test_what_is_opened_broken_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that cannot be computed opens at the failing row, by a link or in another's place; undo goes back."""
    broken = LENET.with_edits([Edit("in_features", 7, "fc2")])
    monkeypatch.setattr(st, "session_state", Session())
    monkeypatch.setattr(st, "query_params", {"d": to_link(broken)})
    assert session.state().looked_at == "fc2"
    select("pool1")
    show(presets.preset("vgg11").with_edits([Edit("in_channels", 5, "features.3")]), "open vgg11")
    assert session.state().looked_at == "features.3"
    assert last_computed() is None  # LeNet-5 says nothing of what a repair of VGG-11 costs
    undo()
    assert session.state().looked_at == "pool1"


def test_the_row_looked_at_follows(now: State) -> None:
    """What is new is looked at, what took the place of what is gone, and after undo what the step changed."""
    assert now.looked_at == "conv1"
    do(Duplicate("conv2"))
    assert now.looked_at == "conv3"
    do(Remove("conv3"))
    assert now.looked_at == "relu2"
    select("fc1")
    select("nobody")
    assert now.looked_at == "fc1"
    undo()
    assert now.looked_at == "conv3"
    undo()
    assert now.looked_at == "conv1"
    select("conv2")
    do(WrapInception("conv2"))
    assert now.looked_at == "cat1"
    undo()
    assert now.looked_at == "conv2"
    show(presets.preset("vgg11"), "open vgg11")
    assert now.looked_at == "features.0"


def test_what_cannot_be_read_is_kept(now: State) -> None:
    """It stays beside the last good value, other edits count, and a good value or giving up ends it."""
    do(SetText("conv1", "kernel_size", "5a"), SetText("conv2", "out_channels", "32"), from_grid=True)
    assert now.grid == 0
    assert now.typed("conv1", "kernel_size", "5") == "5a"
    assert "is not a whole number" in now.drafts["conv1", "kernel_size"].problem
    assert [step.name for step in now.undone] == ["conv2: out_channels 32"]
    do(SetText("conv1", "kernel_size", "5"))
    assert not now.drafts
    assert len(now.undone) == 1
    do(SetInputs("conv2", "nobody"), SetCode("conv1", "nonsense"))
    assert len(now.drafts) == 2
    discard("conv2", "from")
    do(SetKind("conv1", "ReLU"))
    do(Remove("conv1"))
    assert not now.drafts


def test_what_cannot_be_done_says_why(now: State) -> None:
    """A step that cannot be taken leaves the design, and its sentence stays until the next step."""
    do(Move("conv1", -1))
    assert now.design == LENET
    assert now.message == "conv1 is first already"
    do(SetText("conv1", "kernel_size", "7"))
    assert not now.message


def test_repairs_are_held_against_the_last_that_computed(now: State) -> None:
    """Behind an impossible step stands the report of the network before it."""
    do(SetText("conv2", "kernel_size", "30"))
    do(SetText("conv1", "out_channels", "8"))
    before = last_computed()
    assert before is not None
    assert before.total_params == summary(LENET).total_params
    _, error = session.computed(now.design)
    assert error is not None
    do(Mend(error.repairs[0].edits))
    assert session.computed(now.design)[1] is None


def test_the_step_that_made_it_impossible(now: State) -> None:
    """It is the last one, and only where the network could be computed before it and cannot after it."""
    assert culprit() is None
    do(SetText("conv1", "kernel_size", "7"))
    assert culprit() is None
    do(SetText("conv1", "kernel_size", "30"))
    step = culprit()
    assert step is not None
    assert step.name == "conv1: kernel_size 30"
    do(SetText("conv2", "out_channels", "8"))
    assert culprit() is None
    undo(2)
    assert summary(now.design).flatten_size == 256
