"""The page in two languages: nothing is left untranslated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from app.language import CATALOGUES, of_browser
from app.language.catalogue import Catalogue
from app.language.korean import PAGES

ROOT = Path(__file__).parents[2]
APP = sorted((ROOT / "app").rglob("*.py"))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """The calls of a function by this name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def said() -> dict[str, str]:
    """What the pages say in English, with where they say it."""
    found = {}
    for path in APP:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), "t"):
            text = call.args[0]
            assert isinstance(text, ast.Constant), f"{path.name}:{call.lineno}: t() takes a text written out"
            assert isinstance(text.value, str)
            found[text.value] = f"{path.relative_to(ROOT)}:{call.lineno}"
    return found


def holes(text: str) -> set[str]:
    """The names of the values in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_all_that_is_said_is_translated() -> None:
    """Each catalogue has exactly the texts of the pages, with the same values in them."""
    texts = said()
    for catalogue in CATALOGUES.values():
        missing = {text: where for text, where in texts.items() if text not in catalogue.words}
        assert not missing
        assert not set(catalogue.words) - set(texts), "these are said nowhere"
        for text in texts:
            assert holes(catalogue.words[text]) == holes(text), text


def test_no_text_stands_in_two_files() -> None:
    """Each text is translated once, by the first page that says it."""
    texts = [text for page in PAGES for text in page.WORDS]
    assert len(texts) == len(set(texts))


def test_values_are_given() -> None:
    """Each call of t gives the values that its text names, and no others."""
    for path in APP:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), "t"):
            text = call.args[0]
            assert isinstance(text, ast.Constant)
            given = {keyword.arg for keyword in call.keywords}
            assert given == holes(str(text.value)), f"{path.name}:{call.lineno}"


@pytest.mark.parametrize(
    ("locale", "code"), [("ko-KR", "ko"), ("ko", "ko"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")]
)
def test_the_browser_chooses(locale: str | None, code: str) -> None:
    """The language of the browser where it is one of ours, English where not."""
    assert of_browser(locale) == code


def test_sentences_are_put_together() -> None:
    """A pattern takes its values in another order, what it holds is translated too, and what is unknown stays."""
    small = Catalogue({}, {"{} does not fit {}": "{1}에 {0} 들어가지 않음", "a {} kernel": "{0} 커널"})
    assert small.sentence("a 5×5 kernel does not fit 4×4") == "4×4에 5×5 커널 들어가지 않음"
    assert small.sentence("conv1: a 5×5 kernel. Something new.") == "conv1: 5×5 커널. Something new."


def test_korean_is_korean() -> None:
    """No translation is the English text, unless it is a name or a formula without words."""
    for english, korean in CATALOGUES["ko"].words.items():
        assert korean != english or not re.search(r"[a-z]{3,} [a-z]{2,}", english), english
