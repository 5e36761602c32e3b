"""The app: theme, navigation, and one file per page beside this one. Start it from the root by `make app`."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # Streamlit puts this file's folder there, not the root

from app import design, train  # noqa: E402  after the path is set

st.set_page_config(page_title="cnnshapes", page_icon=str(ROOT / "app" / "icon.png"), layout="wide")
st.navigation(
    [
        st.Page(design.page, title="Design", url_path="design", default=True),
        st.Page(train.page, title="Train", url_path="train"),
    ],
    position="top",
).run()
