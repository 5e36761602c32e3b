"""The page in two languages: nothing is left untranslated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from app.code.pasted import read
from app.language import CATALOGUES, of_browser
from app.language.catalogue import Catalogue
from app.language.korean import PAGES
from app.language.korean.particles import with_particles
from cnnshapes import CnnshapesError, presets
from cnnshapes.errors import Edit
from cnnshapes.report import report_of
from cnnshapes.torch_errors import explained
from tests.test_torch_errors import MADE, RAISED

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


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("커널이(가) 3을(를)", "커널이 3을"),
        ("특성 2은(는) 그대로", "특성 2는 그대로"),
        ("1(으)로 2(으)로 10(으)로 커널(으)로", "1로 2로 10으로 커널로"),
        ("conv1이(가) `값`과(와)", "conv1이 `값`과"),
        (
            "Linear은(는) Flatten은(는) MaxPool은(는) Dropout은(는) Concat은(는)",
            "Linear는 Flatten은 MaxPool은 Dropout은 Concat은",
        ),
        ("padding(으)로 kernel(으)로 Upsample(으)로 stride(으)로", "padding으로 kernel로 Upsample로 stride로"),
        ("SGD이(가) fc이(가) nn이(가) LR이(가) weight이(가) GiB이(가)", "SGD가 fc가 nn이 LR이 weight가 GiB가"),
        ("10%은(는) conv2d을(를) `x`과(와) ‘:’이(가)", "10%는 conv2d를 `x`와 ‘:’이(가)"),
    ],
)
def test_particles(given: str, right: str) -> None:
    """Particles follow the sound before them, digits and Latin words as they are read; behind signs both are left."""
    assert with_particles(given) == right


SILENT = {
    *("__main__.py", "__init__.py", "commands.py", "folding.py", "formats/code.py", "formats/columns.py"),
    *("formats/files.py", "formats/frame.py", "formats/json.py", "formats/latex.py", "formats/table.py"),
    *("quiz/kinds.py", "training/commands.py", "training/measure.py"),
}
"""Parts of the core whose words no page shows: they print, serve the command line, or are keys."""
ASKED = {"bridge/build.py", "bridge/check.py", "bridge/worker.py"}
"""What the pages hear of torch; the rest of the bridge reads models, which the command line and Python do."""
NOT_SAID = (
    r"<.*>|there is a (layer|preset) \{\} already|\{\} has a reader already|Inference, per example|"
    r"Training, per example| ?torch\.distributed.*|\{\} cnnshapes\.training.*|\{\} runs already\n?|"
    r"\{\}: \{\} with torch.*|.*\\[dw(].*|[\w ]+ [\w ]*_[\w ]*|ones zeros .*|nn[.].*|keep the examples apart|"
    r"out of memory|unable to find an engine"
)
"""Texts that are not said: representations, torch's own messages, lists of names, what only a programmer can meet."""


def core_texts() -> Iterator[tuple[str, str]]:
    """Every text of several words in the core, `{}` for each value in it, with where it stands."""
    for path in sorted((ROOT / "cnnshapes").rglob("*.py")):
        where = str(path.relative_to(ROOT / "cnnshapes"))
        if where in SILENT or (where.startswith("bridge/") and where not in ASKED):
            continue
        for text, line in texts_in(ast.parse(path.read_text(encoding="utf-8"))):
            words = re.findall("[A-Za-z]{2,}", text.replace("{}", " "))
            if len(words) > 1 and " " in text.strip() and not re.fullmatch(NOT_SAID, text, re.DOTALL):
                yield text, f"{where}:{line}"


def raised() -> Iterator[tuple[str, str]]:
    """The sentences of the errors that the pages raise themselves."""
    for path in APP:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise):
                yield from ((text, f"{path.name}:{line}") for text, line in texts_in(node) if " " in text.strip())


def texts_in(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts below a node but for docstrings."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr == "split":
            continue  # a list of names, written in one text
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "means":
            continue  # the pattern of one of torch's own messages
        if isinstance(child, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in child.values]
            yield "".join(map(str, parts)), child.lineno
            for part in child.values:
                if isinstance(part, ast.FormattedValue):
                    yield from texts_in(part)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value, child.lineno
        else:
            yield from texts_in(child)


def test_all_that_the_core_says_is_translated() -> None:
    """Each sentence of the core is known to each catalogue, as it stands or as what follows a semicolon."""
    for catalogue in CATALOGUES.values():
        missing = {
            text: where
            for text, where in (*core_texts(), *raised())
            if not {text, text.strip(), text.strip().removeprefix("; ")} & set(catalogue.patterns)
        }
        assert not missing


def test_translations_have_the_same_values() -> None:
    """Each translation of a sentence has each of its values."""
    for catalogue in CATALOGUES.values():
        for pattern, translation in catalogue.patterns.items():
            assert holes(translation) == {str(number) for number in range(pattern.count("{}"))}, pattern


def test_one_word_for_shape() -> None:
    """What is a shape in English has one name in Korean, on every page and in what the core says."""
    korean = CATALOGUES["ko"]
    told = {**korean.words, **korean.patterns}
    shapes = [text for text in told if re.search(r"(?<![_{])\bshapes?\b(?!})", text, re.IGNORECASE)]
    assert len(shapes) > 10
    assert not [text for text in shapes if "모양" not in told[text]]


def test_real_sentences() -> None:
    """Errors, advice and formulas of real networks are Korean but for names, numbers and terms."""
    korean = CATALOGUES["ko"].sentence
    assert korean("a 30×30 kernel does not fit the 14×14 input") == "30×30 커널이 14×14 입력에 들어가지 않습니다"
    mode = "CUDA graph: eager takes 5.0 ms a step; CUDA graph takes 2.0 ms a step; compiled could not be set up (E)"
    assert korean(mode) == "CUDA 그래프: eager 한 스텝에 5.0 ms; CUDA 그래프 한 스텝에 2.0 ms; 컴파일 준비 실패 (E)"
    counted = "torchinfo adds the bias, 10 and leaves out the 160 positions"
    assert korean(counted) == "torchinfo는 bias 10을 더하고 위치 160개를 빠뜨립니다"
    said = [korean(error_of(edit)) for edit in EDITS]
    said += [korean(advice.text) for name in presets.PRESETS for advice in report_of(presets.preset(name)).advice()]
    said += [korean(entry.summary) for entry in presets.PRESETS.values()]
    for text in said:
        words = re.findall(r"[A-Za-z_][\w.]*", text)
        left = [word for word in words if re.fullmatch("[a-z]+", word) and word not in TERMS | {"flatten", "input"}]
        assert not left, text
    features = report_of(presets.preset("lenet5"))["flatten1"].formulas["shape"]
    assert korean(features) == "features = 5·5·16 = 400 (conv2의 필터 16개, 5 = ((32 − 4)/2 − 4)/2)"


BROKEN = {
    "m = nn.Sequential(nn.Conv2d('3', 5, 3))": "Conv2d: in_channels에는 정수 또는 없음이 와야 하는데 '3'입니다",
    "m = nn.Sequential(nn.Conv2d(3, 5))": "Conv2d에는 kernel_size가 필요합니다 (정수 하나 또는 축마다 하나씩)",
    "for x in DataLoader(data):\n    print(x)": (
        "글에 네트워크가 없습니다. nn.Sequential도, forward가 있는 클래스도 없습니다 "
        "(1번째 줄: `DataLoader(data)`에 무엇이 들었는지 알 수 없습니다. 뺐습니다)"
    ),
    "n = 1 / 0\nm = nn.Conv2d(3, n, 3)": "Python이 여기서 멈춥니다: 0으로 나눕니다",
    "cfg = {'A': 3}\nm = nn.Sequential(nn.Conv2d(cfg['B'], 8, 3))": "`cfg['B']`에 'B' 키가 없습니다. 있는 것: 'A'",
    "m = nn.Sequential(nn.ReLU()": "Python이 아닙니다: ‘(’ 괄호를 닫지 않았습니다",
    "m = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(5408, 10))": (
        "1 (Linear): in_features = 5408인데 입력은 8x30x30 특성 맵이고, 그 마지막 차원 30만 읽습니다. "
        "앞에 Flatten을 두면 특성이 7200개가 됩니다. "
        "해결: 앞에 Flatten 넣기, 함께 in_features = 7200 또는 in_features = 30."
    ),
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_pasted_code_is_told(text: str) -> None:
    """What is wrong with a text is said in Korean to the end, what was left out and Python's own words included."""
    assert CATALOGUES["ko"].sentence(read(text, "" if "5408" not in text else "3x32x32").problem) == BROKEN[text]


@pytest.mark.parametrize("message", MADE)
def test_explanations_of_torch_are_korean(message: str) -> None:
    """No explanation is left in English but for code and names."""
    raising, _ = MADE[message]
    with pytest.raises(RAISED) as raised:
        raising()
    found = explained(str(raised.value))
    assert found is not None
    for text in (found.cause, found.change):
        assert not re.search(r"(?<![\w.(])(the|of|is|are|batch|given)(?![\w.(])", CATALOGUES["ko"].sentence(text))


TERMS = set("padding stride dilation torch torchinfo groups option bias softmax depthwise tanh dim auto cpu".split())
"""Lower-case words that stay as they are: arguments and terms."""
EDITS = [
    Edit("kernel_size", 30, "conv2"),
    Edit("in_channels", 5, "conv2"),
    Edit("in_features", 7, "fc1"),
    Edit("groups", 4, "conv2"),
    Edit("stride", 0, "conv1"),
    Edit("padding", 3, "pool1"),
    Edit("layer", "LSTM", "conv1"),
]


def error_of(edit: Edit) -> str:
    """What the core says of LeNet-5 with one edit."""
    with pytest.raises(CnnshapesError) as caught:
        report_of(presets.preset("lenet5").with_edits([edit]))
    return str(caught.value)
