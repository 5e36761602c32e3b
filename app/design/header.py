"""The network: which one, what it is called, what it reads, and the steps one can take back."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from app.actions import SetInput, SetName
from app.edits import edited
from app.language import language, sentence, t
from app.state import do, redo, show, state, undo
from cnnshapes import Design, presets
from cnnshapes.layers.base import written

STEPS = 12
"""Steps that the history lists."""


def show_header() -> None:
    """Draw the row above the totals."""
    choice, rest = st.columns([1, 1.7], vertical_alignment="bottom")
    with choice:
        _network()
    with rest, st.container(horizontal=True, vertical_alignment="bottom"):
        _name()
        _input()
        _history()


@lru_cache(maxsize=64)
def _preset(name: str) -> Design:
    return presets.preset(name)


def _network() -> None:
    now = state()
    names = list(presets.PRESETS)
    known = now.design.name in names and now.design == _preset(now.design.name)
    # the browser knows an option by its text: in another language it is another box
    key = f"preset-{language()}-{now.design.name if known else ''}-{now.grid}"
    chosen = now.design.name if known else None

    def choose(name: str | None) -> None:
        if name:
            show(_preset(name), t("open {name}", name=name))

    st.selectbox(
        t("Network"),
        names,
        index=names.index(chosen) if chosen else None,
        format_func=lambda name: f"{name} – {sentence(presets.PRESETS[name].summary)}",
        key=key,
        on_change=edited(key, chosen, choose),
        placeholder=t("your own; choose another to open it"),
        filter_mode="contains",  # a fuzzy search would list them in an order that depends on the language
    )


def _name() -> None:
    now = state()
    key = f"name-{now.grid}"
    st.text_input(
        t("Name"),
        value=now.design.name,
        key=key,
        on_change=edited(key, now.design.name, lambda text: do(SetName(text))),
        max_chars=60,
        width="stretch",
        help=t("What the network is called in files, code and links"),
    )


def _input() -> None:
    now = state()
    key = f"input-{now.grid}"
    shape = now.typed("", "input", written(now.design.input_shape))
    st.text_input(
        t("Input"),
        value=shape,
        key=key,
        on_change=edited(key, shape, lambda text: do(SetInput(text))),
        width=110,
        help=t("Shape of one example, without the batch: channels x height x width"),
    )


def _history() -> None:
    now = state()
    st.button(
        t("Undo"),
        icon=":material/undo:",
        on_click=undo,
        disabled=not now.undone,
        help=t("Undo: {step}", step=now.undone[-1].name) if now.undone else None,
        shortcut="Mod+Z",
    )
    st.button(
        t("Redo"),
        icon=":material/redo:",
        on_click=redo,
        disabled=not now.redone,
        help=t("Redo: {step}", step=now.redone[-1].name) if now.redone else None,
        shortcut="Mod+Shift+Z",
    )
    steps = [step.name for step in reversed(now.undone[-STEPS:])]

    def back() -> None:
        undo(st.session_state["history"] + 1)

    st.menu_button(
        t("History"),
        range(max(1, len(steps))),
        # a step may be done twice, and no two entries of a menu may say the same
        format_func=lambda at: t("Undo {count}: {step}", count=at + 1, step=steps[at] if steps else ""),
        icon=":material/history:",
        key="history",
        on_click=back,
        disabled=not steps,
        help=t("The last steps; choose one to go back to before it"),
    )
