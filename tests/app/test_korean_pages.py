"""Every page drawn in Korean: what is left in Latin letters is a name, a number or a term."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from cnnshapes import presets
from cnnshapes.layers import LAYERS
from cnnshapes.training import jobs
from cnnshapes.training.recipe import Recipe
from cnnshapes.training.spec import Spec

PAGES = ("design", "solve", "compare", "learn", "code", "train")
SHOWN = {"label", "body", "help", "placeholder", "options", "text", "title", "caption", "value", "alt", "columns"}
"""Fields of Streamlit's messages that a user reads."""
TERMS = {
    *"torch torchinfo cnnshapes kernel stride padding dilation groups bias cpu cuda auto fast notes seed".split(),
    *"sgd adam adamw depthwise eager".split(),
    *(word for name in presets.PRESETS for word in re.findall("[a-z]+", name)),
}
"""Lower-case words that stay as they are: terms and names."""
ARGUMENTS = {name for layer in LAYERS.values() for name in layer.arguments()}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No runs but those of the test."""
    monkeypatch.setenv(jobs.ROOT, str(tmp_path))


def drawn(name: str, language: str) -> AppTest:
    """A page in a language, without a browser."""

    def script(name: str) -> None:
        import importlib

        importlib.import_module(f"app.{name}").draw()

    page = AppTest.from_function(script, args=(name,), default_timeout=30)
    page.session_state["lang"] = language
    return page.run()


def texts(page: AppTest) -> Iterator[str]:
    """All that a page shows to be read."""
    for element in page.main:
        if getattr(element, "proto", None) is not None:
            yield from read(MessageToDict(element.proto))


def read(value: Any, field: str = "") -> Iterator[str]:
    """The texts of a message of Streamlit's."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from read(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from read(inner, field)
    elif isinstance(value, str) and field == "columns":  # of a table: its own settings, as JSON
        yield from read(json.loads(value))
    elif isinstance(value, str) and field in SHOWN:
        yield value


def words(text: str) -> set[str]:
    """Lower-case English words of a text: not code, formulas, names with digits or markup."""
    plain = re.sub(r"^class Net.*|^= .*|`[^`]*`|<[^>]*>|:material/\w+:|https?://\S+|&\w+;", " ", text, flags=re.DOTALL)
    return set(re.findall(r"(?<![\w./-])[a-z]{3,}(?![\w./=(-])", plain)) - TERMS - ARGUMENTS


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_left_in_english(name: str) -> None:
    """A page in Korean has no English word but terms; the same page in English has many."""
    page = drawn(name, "ko")
    assert not page.exception
    left = {text: found for text in texts(page) if (found := words(text))}
    assert not left
    assert any(words(text) for text in texts(drawn(name, "en")))


def test_a_finished_run() -> None:
    """Nor has a run that is over: its numbers, its classes, its mistakes."""
    done = jobs.start(Spec(presets.preset("lenet5"), recipe=Recipe(epochs=1), device="cpu"))
    list(jobs.watch(done))
    assert done.status == "succeeded", done.reason
    page = drawn("train", "ko")
    assert not page.exception
    said = list(texts(page))
    assert any("정확도" in text for text in said)
    assert not {text: found for text in said if (found := words(text))}
    lines = done.folder / "metrics.jsonl"
    told = lines.read_text(encoding="utf-8").replace(
        '"precision": "float32", "mode": "eager"', '"mode": "eager, float32"'
    )
    lines.write_text(told, encoding="utf-8")
    earlier = drawn("train", "ko")
    assert not earlier.exception
    assert [text.replace("float32, eager", "eager, float32") for text in said] == list(texts(earlier))
