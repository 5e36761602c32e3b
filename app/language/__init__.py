"""The words of the page in the reader's language.

The code is written in English: `t("Undo: {step}", step=name)` for what the page says itself, `sentence(text)` for what
the core says, such as an error. Other languages are catalogues beside this file, from the English to theirs.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from app.language.catalogue import Catalogue
from app.language.korean import KOREAN

LANGUAGES: Final = {"en": "English", "ko": "한국어"}
"""The languages by their code, each in its own words."""
CATALOGUES: Final = {"ko": KOREAN}
PARAMETER: Final = "lang"
"""The parameter of the address that keeps what was chosen."""


def language() -> str:
    """The code of the language that was chosen, else of the address's, else of the one that the browser asks for."""
    chosen = st.session_state.get(PARAMETER, st.query_params.get(PARAMETER))
    return chosen if chosen in LANGUAGES else of_browser(st.context.locale)


def of_browser(locale: str | None) -> str:
    """The language for a browser's locale, such as `ko-KR`; English where it is none of ours."""
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else "en"


def choose_language() -> None:
    """Draw the choice of the language, and keep it in the address where it is not the browser's own."""
    chosen = st.segmented_control(
        t("Language"),
        list(LANGUAGES),
        default=language(),
        format_func=_in_ascii,
        key=PARAMETER,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    kept = None if chosen == of_browser(st.context.locale) else chosen  # not bound: that would write its name
    if kept and st.query_params.get(PARAMETER) != kept:
        st.query_params[PARAMETER] = kept
    elif not kept and PARAMETER in st.query_params:
        del st.query_params[PARAMETER]


def _in_ascii(code: str) -> str:
    """What a language calls itself, any letter beyond ASCII as a reference, which the page shows as that letter.

    For any other text Streamlit would load its table of emoji first: a tenth of a second of the first page.
    """
    return LANGUAGES[code].encode("ascii", "xmlcharrefreplace").decode("ascii")


def t(text: str, **values: object) -> str:
    """What the page says, in the reader's language.

    Args:
        text: the English, written out in the call so that a test finds it; `{name}` stands for a value.
        values: what the names stand for.
    """
    catalogue = _catalogue()
    found = catalogue.words.get(text, text)
    return catalogue.finish(found.format(**values)) if values else found


def sentence(text: str) -> str:
    """What the core says, in the reader's language."""
    return _catalogue().sentence(text)


def _catalogue() -> Catalogue:
    return CATALOGUES.get(language(), ENGLISH)


ENGLISH: Final = Catalogue({}, {})
