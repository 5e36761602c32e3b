"""README: its snippets run and print what it says, its commands exist, and its lists are whole."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import shlex
from pathlib import Path

import pytest

from cnnshapes.__main__ import main
from cnnshapes.formats.columns import COLUMNS
from cnnshapes.layers import LAYERS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)


def test_python_prints_what_it_says() -> None:
    """The Python snippets, one after the other, print the text blocks behind them."""
    scope: dict[str, object] = {}
    ran = 0
    for (language, source), (after, expected) in itertools.pairwise(BLOCKS):
        if language != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(source, "README.md", "exec"), scope)  # noqa: S102  our own README
        assert after == "text"
        assert printed.getvalue().strip() == expected.strip()
        ran += 1
    assert ran >= 4


def commands() -> list[str]:
    """The `cnnshapes …` lines of the shell blocks."""
    lines = [line for language, source in BLOCKS if language == "sh" for line in source.splitlines()]
    return [line for line in lines if line.startswith("cnnshapes ")]


@pytest.mark.parametrize("line", commands())
def test_commands_run(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of README ends well; a network of one's own is there as net.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNSHAPES_JOBS", str(tmp_path / "jobs"))
    source = "from torch import nn\n\n\nclass Net(nn.Sequential):\n    def __init__(self):\n"
    (tmp_path / "net.py").write_text(source + "        super().__init__(nn.Conv2d(3, 8, 3))\n")
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(shlex.split(line, comments=True)[1:]) == 0


def test_make_targets_exist() -> None:
    """The two commands that README opens with are targets of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in BLOCKS[0][1].splitlines():
        target = shlex.split(line, comments=True)[1]
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_every_layer_and_column_is_listed() -> None:
    """The table of layers has each class once, by family, and the table of columns has each column of the CSV."""
    layers = README.split("## Layers")[1].split("## How")[0]
    listed = re.findall(r"^\| (\w+) \| ([A-Z]\w+(?: [A-Z]\w+)*) \|$", layers, flags=re.MULTILINE)
    found = {name: family for family, names in listed if family != "Family" for name in names.split()}
    assert found == {name: kind.__module__.rpartition(".")[2].capitalize() for name, kind in LAYERS.items()}
    table = README.split("## What the columns mean")[1].split("## Layers")[0]
    for column in COLUMNS:
        assert f"`{column.name}`" in table
