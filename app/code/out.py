"""Out: the design in each of the forms it is written in, to copy and to save, and its link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from app.language import sentence, t
from app.state import state
from app.values import plain
from cnnshapes import CnnshapesError, Design, ShapeError
from cnnshapes.formats.code import to_code
from cnnshapes.formats.link import PARAMETER, to_link
from cnnshapes.report import report_of

SHOWN: Final = 20_000
"""Characters of a form that are shown; the file has them all."""


class Form(NamedTuple):
    """A form a design is written in.

    Attributes:
        write: makes the text.
        language: what the text is highlighted as.
        ending: of the file's name, "" where it is no file.
        mime: the file's type.
    """

    write: Callable[[Design], str]
    language: str | None
    ending: str
    mime: str


FORMS: Final[dict[str, Form]] = {
    "code": Form(to_code, "python", ".py", "text/x-python"),
    "link": Form(lambda design: address(design, st.context.url or ""), None, "", ""),
    "csv": Form(lambda design: report_of(design).to_csv(), None, ".csv", "text/csv"),
    "markdown": Form(lambda design: report_of(design).to_markdown(), "markdown", ".md", "text/markdown"),
    "latex": Form(lambda design: report_of(design).to_latex(), "latex", ".tex", "application/x-tex"),
    "json": Form(lambda design: report_of(design).to_json(), "json", ".report.json", "application/json"),
    "design": Form(Design.to_json, "json", ".json", "application/json"),
}


def draw() -> None:
    """Draw the question."""
    design = state().design
    chosen = st.segmented_control(
        t("Form"),
        list(FORMS),
        default="code",
        format_func={
            "code": "PyTorch",
            "link": t("Link"),
            "csv": "CSV",
            "markdown": "Markdown",
            "latex": "LaTeX",
            "json": t("Report (JSON)"),
            "design": t("Design (JSON)"),
        }.__getitem__,
        key="code-form",
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    meanings = {
        "code": t("A class that runs as it stands, the shape of one example behind each line."),
        "link": t(
            "Opens {name} on this page; the address of the page holds it too, from the first edit on.",
            name=plain(design.name),
        ),
        "csv": t("A row for each layer; the columns add up to the totals."),
        "markdown": t("A table for a README or a notebook, the totals below it."),
        "latex": t("A tabular for a paper; it needs the package booktabs."),
        "json": t("The rows with their formulas, and the totals, for other programs."),
        "design": t("The network itself: what “Code in” and the command line open again."),
    }
    form = chosen or "code"
    try:
        text = FORMS[form].write(design)
    except ShapeError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        st.caption(t("The link and the design's JSON can be had all the same."))
        return
    except CnnshapesError as error:
        st.error(plain(sentence(str(error))), icon=":material/error:")
        return
    _written(design, FORMS[form], text, meanings[form])


def _written(design: Design, form: Form, text: str, meaning: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(meaning, width="stretch")
        if form.ending:
            st.download_button(
                t("Download"),
                text,
                file_name=f"{design.name}{form.ending}",
                mime=form.mime,
                icon=":material/download:",
                on_click="ignore",
            )
    st.code(
        text[:SHOWN], language=form.language, wrap_lines=not form.ending, height="content" if len(text) < 2_000 else 560
    )
    if len(text) > SHOWN:
        st.caption(t("The first {shown} of {count} characters; the file has them all.",
                     shown=f"{SHOWN:,}", count=f"{len(text):,}"))  # fmt: skip


def address(design: Design, here: str) -> str:
    """The address that opens a design, on the server that this page came from.

    Raises:
        InputError: the design is too large for a link.
    """
    parts = urlsplit(here)
    folder = parts.path.rstrip("/").removesuffix("/code")
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/", f"{PARAMETER}={to_link(design)}", ""))
