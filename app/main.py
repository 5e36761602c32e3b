"""The app: language, navigation, and a folder per page beside this file. Start it from the root by `make app`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[1]
# Streamlit puts this file's folder there; the root belongs there instead, or `app.code` would hide Python's `code`
sys.path[:] = [str(ROOT), *(path for path in sys.path if path not in (str(ROOT), str(ROOT / "app")))]

from app.front import FRONT  # noqa: E402  after the path is set
from app.hint import draw_hint  # noqa: E402
from app.history import keep_history  # noqa: E402
from app.language import choose_language, t  # noqa: E402
from app.state import keep_link, state  # noqa: E402
from app.values import plain  # noqa: E402


def page(name: str) -> Callable[[], None]:
    """What draws a page; its code is loaded when it is first visited."""
    return lambda: import_module(f"app.{name}").draw()


st.set_page_config(page_title="cnnshapes", page_icon=str(ROOT / "app" / "icon.png"), layout="wide")
chosen = st.navigation(
    [
        st.Page(page("design"), title=t("Design"), url_path=FRONT, default=True),
        # the default page stands at the root alone; here it is for who types its name, as one can of the others
        st.Page(page("design"), title=t("Design"), url_path="design", visibility="hidden"),
        st.Page(page("solve"), title=t("Solve"), url_path="solve"),
        st.Page(page("compare"), title=t("Compare"), url_path="compare"),
        st.Page(page("learn"), title=t("Learn"), url_path="learn"),
        st.Page(page("code"), title=t("Code"), url_path="code"),
        st.Page(page("train"), title=t("Train"), url_path="train"),
    ],
    position="top",
)
with st.container(key="language"):  # placed beside the navigation by the theme's few lines of style
    choose_language()
    keep_history()
st.html(ROOT / "app" / "style.css")
draw_hint()
keep_link()
if chosen.title != t("Design") and state().message:  # the design page shows it beside what it is about
    st.warning(plain(state().message), icon=":material/info:")
chosen.run()
