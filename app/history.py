"""The browser's Back button goes from page to page.

Streamlit enters each change of the address into the browser's history: each edit, and each page twice, first without
its design. Back would change nothing so many times, as the design is the session's and is written into the address
again; undo is what takes an edit back.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

JS: Final = """
const push = history.pushState
history.pushState = function (state, title, url) {
  const here = new URL(url ?? "", location.href).pathname === location.pathname
  return (here ? history.replaceState : push).call(history, state, title, url)
}
export default function () {}
"""
_component: Final = st.components.v2.component("cnnshapes_history", js=JS)


def keep_history() -> None:
    """Let the history of the browser have one entry for each visit of a page."""
    _component(key="history-of-browser")
