"""Torch's error message in plain words: which layer, what to change, and repairs to click."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.code.mending import offer, say_mended, show_lines
from app.code.pasted import Pasted
from app.code.reading import pasted_code
from app.language import sentence, t
from app.state import state
from app.values import plain
from cnnshapes import Design
from cnnshapes.torch_errors import Explanation, explained

MESSAGE: Final = "code-message"
OF: Final = "code-of"
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
        )
        st.caption(t("Ctrl+Enter, or a click beside the text, reads it."))
        pasted = pasted_code()
        design = _whose(pasted)
    with right:
        say_mended()
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
    if pasted is not None:
        show_lines(pasted, found.node)
    st.error(_begun(plain(sentence(found.cause))) + ".", icon=":material/error:")
    st.markdown(f"{plain(sentence(found.change))}.")
    offer(design, found.repairs)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
