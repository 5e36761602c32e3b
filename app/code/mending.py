"""Repairs to click, and where in the text it is that they change something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from app.code.pasted import Pasted, excerpt
from app.language import sentence, t
from app.state import show
from app.values import plain
from cnnshapes import Design, ShapeError
from cnnshapes.errors import Repair
from cnnshapes.report import report_of

MENDED: Final = "code-mended"
"""What was mended last, said once."""


def show_lines(pasted: Pasted, node: str) -> None:
    """The line that a node comes from, and the line that its module was made in."""
    line, made = pasted.lines.get(node, 0), pasted.made.get(node, 0)
    if line:
        st.code(excerpt(pasted.text, line), language=None)
    if made and made != line:
        st.caption(t("{name} is made in line {line}:", name=node, line=made))
        st.code(excerpt(pasted.text, made), language=None)


def offer(design: Design, repairs: Sequence[Repair]) -> None:
    """A button for each repair; it opens the mended design in the designer."""
    if not repairs:
        return
    st.caption(t("With one click, in the designer:"))
    with st.container(horizontal=True):
        for number, repair in enumerate(repairs):
            st.button(
                sentence(repair.text),
                key=f"code-repair-{number}",
                on_click=_mend,
                args=(design, repair),
                icon=":material/build:",
                help=_costs(design, repair),
            )


def say_mended() -> None:
    """What was just mended."""
    done = st.session_state.pop(MENDED, "")
    if done:
        st.success(done, icon=":material/check:")


def _costs(design: Design, repair: Repair) -> str:
    """What the network comes to with a repair."""
    try:
        report = report_of(design.with_edits(repair.edits))
    except ShapeError as error:
        return plain(sentence(str(error)))
    return t("The network then has {parameters} parameters and {macs} MACs.",
             parameters=f"{report.total_params:,}", macs=f"{report.total_macs:,}")  # fmt: skip


def _mend(design: Design, repair: Repair) -> None:
    node, change = repair.edits[0].node, sentence(repair.text)
    show(design.with_edits(repair.edits), f"{node}: {change}")
    st.session_state[MENDED] = t("{node}: {change}, done in the designer", node=plain(node), change=plain(change))
