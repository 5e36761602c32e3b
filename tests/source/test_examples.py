"""Sources as people write them, in `examples`: each is read as the module that Python makes of it."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import cnnshapes
from cnnshapes import Report
from cnnshapes.source import from_code

if TYPE_CHECKING:
    import torch

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.py"))


class Example(NamedTuple):
    """A source, and what stands above it: the shape of one example, what makes the module, lines with notes."""

    text: str
    shape: tuple[int, ...]
    module: str
    noted: list[int]


def example(path: Path) -> Example:
    """The example of a file."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"# ([\dx]+): (.*)\n(?:# said of lines: (.*)\n)?", text)
    assert match is not None
    shape = tuple(map(int, match[1].split("x")))
    return Example(text, shape, match[2], [int(line) for line in (match[3] or "").split(", ") if line])


def real(source: Example, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report of the module that the source makes when it is run."""
    module = ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", module)  # where a dataclass looks for itself
    namespace: dict[str, Any] = vars(module)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source.text, "example", "exec"), namespace)  # noqa: S102  the test's own text, as the truth
        model: torch.nn.Module = eval(source.module, namespace)  # noqa: S307
    return cnnshapes.summary(model.eval(), source.shape)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_read_as_python_would(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same layers with the same shapes, the same totals; what has no layer here is named with its line."""
    source = example(path)
    reading = from_code(source.text, source.shape)
    found = cnnshapes.summary(reading.design)
    wanted = real(source, monkeypatch)
    assert sorted({note.line for note in reading.notes}) == source.noted, [str(note) for note in reading.notes]
    assert [(row.kind, row.output_shape) for row in found] == [
        (row.kind, row.output_shape) for row in wanted if row.layer is not None
    ]
    assert (found.total_params, found.total_macs) == (wanted.reached_params, wanted.total_macs)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_input_is_found(path: Path) -> None:
    """Unless it is said, an input shape is found that the network can compute, with the right channels."""
    source = example(path)
    reading = from_code(source.text)
    assert reading.error is None
    assert reading.design.input_shape[0] == source.shape[0]
