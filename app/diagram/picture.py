"""Shows an SVG on the page: what is clicked in it or chosen by keyboard is told, and it is saved as SVG or PNG."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st

from app.diagram.svg import FAMILIES
from app.language import t

HERE: Final = Path(__file__).parent
HTML: Final = """
<div class="tools"><button type="button" class="svg">SVG</button><button type="button" class="png">PNG</button></div>
<div class="frame"></div>
"""
COLOURS: Final = "\n".join(
    f".family-{name} {{ fill: light-dark({light}, {dark}); }}" for name, (light, dark) in FAMILIES.items()
)
_component: Final = st.components.v2.component(
    "cnnshapes_picture",
    html=HTML,
    css=COLOURS + "\n" + (HERE / "picture.css").read_text(encoding="utf-8"),
    js=(HERE / "picture.js").read_text(encoding="utf-8"),
)
TALLEST: Final = 560
"""Height at which a picture begins to scroll, in pixels."""


def show_picture(
    svg: str,
    name: str,
    *,
    key: str,
    row: str = "",
    cell: str = "",
    on_select: Callable[[str], None] | None = None,
    on_fold: Callable[[str, bool], None] | None = None,
) -> None:
    """Draw a picture.

    Args:
        svg: its text, by `app.diagram.svg`.
        name: what it is saved as, without the ending.
        key: of the widget.
        row: the selected row, which is marked.
        cell: the cell that this row is in.
        on_select: called with the row that is chosen.
        on_fold: called with a fold, and whether it is to be open.
    """

    def selected() -> None:
        chosen = st.session_state[key].get("selected")
        if chosen and on_select is not None:
            on_select(chosen)

    def folded() -> None:
        chosen = st.session_state[key].get("folded")
        if chosen and on_fold is not None:
            on_fold(chosen["key"], chosen["open"])

    _component(
        key=key,
        data={
            "svg": svg,
            "name": name,
            "row": row,
            "cell": cell,
            "tallest": TALLEST,
            "save_svg": t("Save as SVG"),
            "save_png": t("Save as PNG"),
        },
        on_selected_change=selected,
        on_folded_change=folded,
    )
