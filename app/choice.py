"""A select box whose options may come to be called otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st


def choose(
    label: str,
    options: Mapping[str, str],
    key: str,
    *,
    on_change: Callable[[], None] | None = None,
    persist_state: Literal["page", "session"] | None = None,
    width: int | Literal["stretch"] = "stretch",
) -> str:
    """Draw a select box that keeps its option when the language, or a name in the option's text, changes.

    The browser knows an option by its text alone: it would go on showing the old one, and send it back as if it were an
    option. So the option is set anew when the texts are others than before.

    Args:
        label: of the box.
        options: the text of each option.
        key: of the widget; where the session keeps the option.
        on_change: called when the visitor has chosen another.
        persist_state: whether the option outlives a visit to another page, as for `st.selectbox`.
        width: of the box, in pixels or all there is.
    """
    seen, texts = f"{key}-texts", tuple(options.values())
    if key in st.session_state and st.session_state.get(seen, texts) != texts:
        st.session_state[key] = st.session_state[key]
    st.session_state[seen] = texts
    return st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=on_change,
        persist_state=persist_state,
        width=width,
    )
