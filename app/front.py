"""The page at the root of the address, which is Design, and the way there from another."""

from __future__ import annotations

from typing import Final

import streamlit as st

FRONT: Final = "front"
"""What Streamlit knows that page by; as it keeps a name to itself, `design` can be an address too."""


def to_front() -> None:
    """Go there."""
    st.switch_page(st.Page(lambda: None, url_path=FRONT, default=True))  # what draws it is known by the name
