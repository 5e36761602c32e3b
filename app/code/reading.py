"""Code in: a text on the left, what it computes on the right, and the way to the designer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from app.code.mending import offer, say_mended, show_lines
from app.code.pasted import Pasted, excerpt, read, rows
from app.front import to_front
from app.language import sentence, t
from app.state import show
from app.uploader import uploader
from app.values import plain
from cnnshapes import Design
from cnnshapes.layers.base import written
from cnnshapes.source import Note

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

TEXT: Final = "code-pasted"
SHAPE: Final = "code-shape"
FILE: Final = "code-file"
PROBLEM: Final = "code-file-problem"
"""Why a file could not be read, kept until another is chosen."""

EXAMPLE: Final = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc = nn.Linear(16 * 8 * 8, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 8 * 8)
        return self.fc(x)
"""


def draw() -> None:
    """Draw the question."""
    left, right = st.columns(2, gap="medium")
    with left:
        _typing()
    with right:
        pasted = pasted_code()
        if pasted is None:
            _nothing_yet()
        else:
            _answer(pasted)


def pasted_code() -> Pasted | None:
    """What stands in the text field, read; None where it is empty."""
    text = st.session_state.get(TEXT) or ""
    return read(text, st.session_state.get(SHAPE) or "") if text.strip() else None


def _typing() -> None:
    st.text_area(
        t("PyTorch code, a design's JSON, or a link"),
        height=440,
        key=TEXT,
        persist_state="session",
        placeholder=EXAMPLE,
    )
    st.caption(t("Ctrl+Enter, or a click beside the text, reads it. Nothing is run."))
    shape, file = st.columns([1, 1.4], vertical_alignment="top")
    shape.text_input(
        t("Input"),
        key=SHAPE,
        persist_state="session",
        placeholder=t("found in the code"),
        help=t("Shape of one example, without the batch: 3x32x32 is channels x height x width"),
    )
    with file:
        uploader(t("Or a file"), ["py", "json", "txt"], FILE, _uploaded)
    problem = st.session_state.get(PROBLEM)
    if problem:
        st.error(problem, icon=":material/error:")


def _uploaded() -> None:
    """Put what a file holds into the text field; what stood there stays where the file is none of ours."""
    file: UploadedFile | None = st.session_state[FILE]
    st.session_state[PROBLEM] = ""
    if file is None:
        return
    try:
        st.session_state[TEXT] = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = t("{name} is not UTF-8 text, so it is neither Python nor JSON", name=plain(file.name))
        st.session_state[PROBLEM] = problem


def _nothing_yet() -> None:
    st.markdown(t("Paste a network, and its shapes appear here, line by line."))
    st.caption(
        t(
            "An `nn.Sequential`, or a class with `__init__` and `forward`: functional calls, `view`, loops over lists, "
            "blocks of your own. What surrounds it, such as the training, may stay."
        )
    )

    def fill() -> None:
        st.session_state[TEXT] = EXAMPLE

    st.button(t("Try an example"), on_click=fill, icon=":material/edit_note:")


def _answer(pasted: Pasted) -> None:
    cause = pasted.cause if pasted.error is not None else None
    if cause is not None:  # what fails may well fail because of it
        _say(cause)
    if pasted.problem:
        st.error(_at(pasted.line, pasted.problem), icon=":material/error:")
        if pasted.error is not None:
            show_lines(pasted, pasted.error.node)
        elif pasted.line:
            st.code(excerpt(pasted.text, pasted.line), language=None)
        if pasted.guessed and pasted.design is not None:
            st.caption(t("The code does not say its input: {shape} is assumed. "
                         "If your pictures have another, type it under Input.",
                         shape=_shape(pasted.design)))  # fmt: skip
    if pasted.design is not None and pasted.error is not None:
        offer(pasted.design, pasted.error.repairs)
    say_mended()
    if pasted.design is None:
        return
    _opening(pasted)
    if pasted.guessed and pasted.error is None:
        st.caption(t("The code does not say its input: this is the first size found that all its layers fit. "
                     "If your pictures have another, type it under Input."))  # fmt: skip
    for note in pasted.notes:
        if note != cause:
            _say(note)
    _table(pasted)


def _say(note: Note) -> None:
    st.warning(_at(note.line, note.text), icon=":material/info:")


def _shape(design: Design) -> str:
    return written(design.input_shape).replace("x", " × ")


def _at(line: int, text: str) -> str:
    said = plain(sentence(text))
    return t("Line {line}: {said}", line=line, said=said) if line else said


def _opening(pasted: Pasted) -> None:
    """What was read in one line, and the button that opens it."""
    design = pasted.design
    if design is None:
        return
    read_as = t("**{name}** reads {shape}", name=plain(design.name), shape=_shape(design))
    total = ""
    if pasted.report is not None and pasted.error is None:
        total = t("{parameters} parameters, {macs} MACs",
                  parameters=f"{pasted.report.total_params:,}", macs=f"{pasted.report.total_macs:,}")  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{read_as} · {total}" if total else read_as, width="stretch")
        if st.button(
            t("Open in the designer"),
            type="primary",
            icon=":material/arrow_forward:",
            help=t("One step, which can be undone there"),
        ):
            show(design, t("open {name}", name=design.name))
            to_front()


def _table(pasted: Pasted) -> None:
    columns: dict[str, Any] = {
        "line": st.column_config.NumberColumn(t("Line"), width=50),
        "name": st.column_config.TextColumn(t("Name")),
        "layer": st.column_config.TextColumn(t("Layer")),
        "output": st.column_config.TextColumn(t("Output")),
        "parameters": st.column_config.TextColumn(t("Parameters"), alignment="right"),
    }
    shown = rows(pasted)
    if not pasted.lines:
        columns["line"] = None
    with st.container(key="code-rows"):
        st.dataframe(shown, column_config=columns, hide_index=True, height="content" if len(shown) < 14 else 520)
