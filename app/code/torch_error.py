"""Torch's error message in plain words: which layer, what to change, and repairs to click."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.code.pasted import Pasted, excerpt
from app.code.reading import pasted_code
from app.language import sentence, t
from app.state import show, state
from app.values import plain
from cnnshapes import Design, ShapeError
from cnnshapes.errors import Repair
from cnnshapes.report import report_of
from cnnshapes.torch_errors import Explanation, explained

MESSAGE: Final = "code-message"
OF: Final = "code-of"
MENDED: Final = "code-mended"
"""What was mended last, said once."""
LONGEST: Final = 100_000
"""Characters of a message, its traceback included; the last ones are read."""
EXAMPLE: Final = "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x1568 and 1050x10)"


def draw() -> None:
    """Draw the question."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.text_area(
            t("Torch's message, or the whole traceback"),
            height=220,
            key=MESSAGE,
            persist_state="session",
            placeholder=EXAMPLE,
            help=t("Ctrl+Enter, or a click beside the text, reads it."),
        )
        pasted = pasted_code()
        design = _whose(pasted)
    with right:
        done = st.session_state.pop(MENDED, "")
        if done:
            st.success(done, icon=":material/check:")
        message = (st.session_state.get(MESSAGE) or "")[-LONGEST:]
        if not message.strip():
            st.markdown(t("Paste the message, and the layer it is about is named here, with what to change."))
            return
        found = explained(message, design)
        if found is None:
            st.info(
                t("This message is not known here; it should be one about shapes or sizes, with torch's numbers in it.")
            )
            return
        _answer(found, design, pasted if pasted is not None and design == pasted.design else None)


def _whose(pasted: Pasted | None) -> Design:
    """The design that the message is held against: the pasted code where there is some, else the one at hand."""
    own = state().design
    other = pasted.design if pasted is not None else None
    if other is None or other == own:
        st.caption(
            t(
                "It is held against {name}, the design at hand; paste your code under “Code in” to ask about that.",
                name=plain(own.name),
            )
        )
        return own
    chosen = st.segmented_control(
        t("It came from"),
        ["code", "design"],
        default="code",
        format_func={
            "code": t("the pasted code, {name}", name=plain(other.name)),
            "design": t("the design at hand, {name}", name=plain(own.name)),
        }.__getitem__,
        key=OF,
        required=True,
        persist_state="session",
    )
    return own if chosen == "design" else other


def _answer(found: Explanation, design: Design, pasted: Pasted | None) -> None:
    if found.node:
        layer = design[found.node].layer
        st.markdown(t("It is about **{name}** ({kind}).", name=found.node, kind=layer.kind))
    else:
        st.markdown(t("No layer of {name} stands out as the one it is about.", name=plain(design.name)))
    line = pasted.lines.get(found.node, 0) if pasted is not None else 0
    if pasted is not None and line:
        st.code(excerpt(pasted.text, line), language=None)
    st.error(_begun(plain(sentence(found.cause))) + ".", icon=":material/error:")
    st.markdown(f"{plain(sentence(found.change))}.")
    if found.repairs:
        st.caption(t("With one click, in the designer:"))
        with st.container(horizontal=True):
            for number, repair in enumerate(found.repairs):
                st.button(
                    repair.text,
                    key=f"code-repair-{number}",
                    on_click=_mend,
                    args=(design, repair),
                    icon=":material/build:",
                    help=_costs(design, repair),
                )


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _costs(design: Design, repair: Repair) -> str:
    """What the network comes to with a repair."""
    try:
        report = report_of(design.with_edits(repair.edits))
    except ShapeError as error:
        return sentence(str(error))
    return t("The network then has {parameters} parameters and {macs} MACs.",
             parameters=f"{report.total_params:,}", macs=f"{report.total_macs:,}")  # fmt: skip


def _mend(design: Design, repair: Repair) -> None:
    node = repair.edits[0].node
    show(design.with_edits(repair.edits), f"{node}: {repair.text}")
    st.session_state[MENDED] = t("{node}: {change}, done in the designer", node=node, change=repair.text)
