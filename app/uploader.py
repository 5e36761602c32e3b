"""A field to upload a file, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from app.language import t

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_WORDS: Final = '<style>[class*="st-key-upload-"] button p::after {{ content: {words}; }}</style>'
"""Streamlit's own button is in English alone; its word is hidden by the style sheet, and ours put there."""


def uploader(
    label: str, kinds: Sequence[str], key: str, on_change: Callable[[], None] | None = None
) -> UploadedFile | None:
    """Draw the field; gives the file, None while there is none.

    Args:
        label: what is asked for.
        kinds: the endings of the files' names.
        key: of the file in the session's state.
        on_change: called once a file is there.
    """
    with st.container(key=f"upload-{key}"):
        found = st.file_uploader(label, type=list(kinds), key=key, on_change=on_change)
        st.html(_WORDS.format(words=json.dumps(t("Choose a file"), ensure_ascii=False)))
    return found
