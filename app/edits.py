"""What a visitor changed in a widget, told from what the browser merely says again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

KNOWN: Final = "known-values"
KEPT: Final = 300
"""Widgets whose value is remembered; a browser is never that far behind."""


def edited(key: str, given: object, then: Callable[[Any], None]) -> Callable[[], None]:
    """What a widget calls when Streamlit takes its value for a new one: `then`, with a value that is.

    With each request the browser sends the values of all that it shows, also of widgets which an answer that it has not
    drawn yet replaced. Streamlit has forgotten those values, but not what to call, and takes them for edits: keys
    pressed fast would record steps that nobody made.

    Args:
        key: of the widget.
        given: the value it starts with.
        then: takes the value that the visitor gave.
    """
    known: dict[str, object] = st.session_state.setdefault(KNOWN, {})
    before = known.pop(key, given)
    known[key] = before if key in st.session_state else given  # the last one drawn stands last
    for oldest in list(known)[:-KEPT]:
        del known[oldest]

    def call() -> None:
        value = st.session_state[key]
        if value != known.get(key, given):
            known[key] = value
            then(value)

    return call
