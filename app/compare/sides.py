"""Which designs stand side by side: presets, the design on the page, or one that was pasted."""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.choice import choose
from app.compare.lessons import titles
from app.front import to_front
from app.language import sentence, t
from app.state import show, state
from app.values import plain
from cnnshapes import CnnshapesError, Design, presets
from cnnshapes.formats.link import from_link, in_address

SIDES: Final = 3
"""Networks that fit beside each other."""
PAGE, PASTED, NONE = "(page)", "(pasted)", ""
"""Choices that are no preset: the design on the page, one from a link or JSON, and none."""
LONGEST: Final = 200_000
"""Characters that can be pasted."""


def key(side: int) -> str:
    """The key of the widget that chooses a side."""
    return f"compare-{side}"


def start() -> None:
    """Choose what stands there at first: an edited design beside what it was, else the notes' first comparison."""
    if key(0) in st.session_state:
        return
    now = state()
    if now.undone:
        put((PAGE, now.design.name if now.design.name in presets.PRESETS else "lenet5"))
    else:
        put(next(iter(titles())))


def put(names: tuple[str, ...]) -> None:
    """Choose the designs that stand side by side."""
    for side in range(SIDES):
        st.session_state[key(side)] = names[side] if side < len(names) else NONE


def chosen() -> tuple[str, ...]:
    """What is chosen, by name."""
    return tuple(name for side in range(SIDES) if (name := st.session_state.get(key(side), NONE)) != NONE)


def draw_sides() -> list[Design]:
    """Draw the choices beside each other; returns the designs that could be read, in their order."""
    designs = []
    for side, place in enumerate(st.columns(SIDES, gap="medium")):
        with place:
            design = _side(side)
        if design is not None:
            designs.append(design)
    return designs


def _side(side: int) -> Design | None:
    now = state()
    options = {PAGE: t("The design on the page: {name}", name=now.design.name), PASTED: t("From a link or JSON …")}
    options |= {name: name for name in presets.PRESETS}
    if side >= 2:
        options = {NONE: t("None"), **options}
    name = choose((t("Left"), t("Right"), t("Third"))[side], options, key(side), persist_state="session")
    if name == NONE:
        return None
    design = now.design if name == PAGE else _pasted(side) if name == PASTED else presets.preset(name)
    if design is not None and name != PAGE:
        _opening(design, side)
    return design


def _pasted(side: int) -> Design | None:
    text = st.text_area(
        t("Link or JSON of a design"),
        key=f"compare-text-{side}",
        persist_state="session",
        max_chars=LONGEST,
        placeholder="http://localhost:8501/?d=…",
        height=100,
    )
    if not text:
        return None
    try:
        return opened(text)
    except CnnshapesError as error:
        st.error(f"{plain(sentence(str(error)))}.", icon=":material/error:")
        return None


def opened(text: str) -> Design:
    """The design of a pasted link or of pasted JSON.

    Raises:
        DesignError: it is neither; says why.
    """
    plain = text.strip()
    if plain.startswith("{"):
        return Design.from_json(plain)
    packed = in_address(plain)
    return from_link(plain if packed is None else packed)


def _opening(design: Design, side: int) -> None:
    label = t("Open {name} in the designer", name=plain(design.name))
    if st.button(label, key=f"compare-open-{side}", type="tertiary", icon=":material/edit:"):
        show(design, t("open {name}", name=design.name))
        to_front()
