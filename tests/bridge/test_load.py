"""A model out of a user's own file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cnnshapes import InputError, ShapeError
from cnnshapes.bridge.load import load, running

FILE = """
from __future__ import annotations
from dataclasses import dataclass
from torch import nn
from neighbour import WIDTH

print("imported")

@dataclass
class Settings:
    width: int = WIDTH

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        print("made")
        self.fc = nn.Linear(3, Settings().width)

class Needs(nn.Module):
    def __init__(self, width):
        super().__init__()

class Leaves(nn.Module):
    def __init__(self):
        raise SystemExit("bye")

class Plain:
    pass
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of a user beside one that it imports."""
    (tmp_path / "neighbour.py").write_text("WIDTH = 7\n")
    path = tmp_path / "net.py"
    path.write_text(FILE)
    return path


def test_makes_the_class(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file runs beside its neighbours; what it prints does not mix with the output; sys.path stays."""
    path = list(sys.path)
    model = load(file, "Net")
    assert [tuple(parameter.shape) for parameter in model.parameters()] == [(7, 3), (7,)]
    assert sys.path == path
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "imported\nmade\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Nett", r"net.py has no torch.nn.Module class Nett; it has Net"),
        ("Plain", r"has no torch.nn.Module class Plain; it has "),
        ("WIDTH", r"has no torch.nn.Module class WIDTH; it has "),
        ("nn", r"has no torch.nn.Module class nn; it has "),
        ("Needs", r"making Needs\(\) without arguments failed: TypeError: .*missing 1 required .*'width'"),
        ("Leaves", r"making Leaves\(\) without arguments failed: SystemExit: bye"),
    ],
)
def test_a_class_that_cannot_be_made(file: Path, name: str, message: str) -> None:
    """A class that is not there, is no module or cannot be made is named, with what would be right."""
    with pytest.raises(InputError, match=message):
        load(file, name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import torhc", "failed: ModuleNotFoundError: No module named 'torhc'"),
        ("class Net(:", "failed: SyntaxError: invalid syntax"),
        ("x = 1", r"has no torch.nn.Module class Net\Z"),
    ],
)
def test_a_file_that_does_not_run(tmp_path: Path, text: str, message: str) -> None:
    """A file whose code fails is named with what it raised."""
    path = tmp_path / "net.py"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load(path, "Net")


def test_no_such_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(InputError, match=r"there is no file .*nothing\.py"):
        load(tmp_path / "nothing.py", "Net")


def test_our_own_errors_pass() -> None:
    """An error of ours, raised while a user's code runs, stays what it is."""
    with pytest.raises(ShapeError, match="does not fit"), running("it"):
        raise ShapeError("does not fit")
