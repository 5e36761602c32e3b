"""Torch's word on a map, from the checker's process, below the map itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, wait
from typing import Final

import streamlit as st

from app.checker import Answer
from app.language import sentence, t
from cnnshapes.by_hand import alike

PATIENCE: Final = 0.4
"""Seconds that the page waits for torch before it goes on without."""

Map = Sequence[Sequence[float]]


def torch_says(promise: Future[Answer], ours: Sequence[Map]) -> None:
    """Whether torch gives the same maps, one by one: asked, not assumed."""
    wait([promise], PATIENCE)
    if promise.done():
        _said(promise.result(), ours)
    else:
        _waiting(promise)


@st.fragment(run_every=0.4)
def _waiting(promise: Future[Answer]) -> None:
    if promise.done():
        st.rerun()
    st.caption(t("… torch is being asked"))


def _said(answer: Answer, ours: Sequence[Map]) -> None:
    if "error" in answer:
        st.caption(t("Torch could not be asked: {error}", error=sentence(answer["error"])))
        return
    different = [theirs for own, theirs in zip(ours, answer["maps"], strict=True) if not alike(own, theirs)]
    if different:
        st.error(t("✗ torch gives another map: {numbers}", numbers=different[0]), icon=":material/error:")
    elif len(ours) > 1:
        st.caption(t("✓ torch gives the same maps"))
    else:
        st.caption(t("✓ torch gives the same map"))
