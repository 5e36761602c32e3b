"""What importing cnnshapes costs and brings in, and which module may know which."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "cnnshapes"
FORBIDDEN = ("torch", "numpy", "pandas", "streamlit", "plotly", "torchinfo")


def run(code: str, **settings: str) -> str:
    """What a fresh interpreter prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | settings
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_core_needs_nothing() -> None:
    """A summary of every preset, its formulas and every text format load nothing beside the standard library."""
    code = """
import sys, cnnshapes
for name in cnnshapes.presets.PRESETS:
    report = cnnshapes.summary(name)
    report.to_csv(), report.to_markdown(), report.to_latex(), report.to_json(), str(report), report._repr_html_()
    [row.explanation for row in report]
print(*(name for name in sys.modules if name.partition('.')[0] in %r))
""" % (FORBIDDEN,)  # noqa: UP031  braces would need doubling
    assert run(code).split() == []


def test_import_is_quick(tmp_path: Path) -> None:
    """With compiled bytecode it takes some 40 ms, twice what asyncio does; a library more would take hundreds."""
    code = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"
    cache = str(tmp_path)

    def seconds(module: str) -> float:
        return float(run(code.format(module), PYTHONPYCACHEPREFIX=cache))

    seconds("cnnshapes"), seconds("asyncio")
    times = [(seconds("cnnshapes"), seconds("asyncio")) for _ in range(7)]
    ours, theirs = map(min, zip(*times, strict=True))
    assert ours < 5 * theirs, f"{ours:.3f} s, asyncio {theirs:.3f} s"


def test_jobs_are_listed_without_torch() -> None:
    """Whoever only looks at jobs and for pictures, as the page does, loads no torch."""
    code = """
import sys
from cnnshapes.training import jobs, places
jobs.jobs(), places.located('digits')
print('torch' in sys.modules)
"""
    assert run(code).strip() == "False"


def imported(path: Path) -> set[str]:
    """The modules that a file imports, at its top or inside functions, those for type checkers left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        stack += ast.iter_child_nodes(node)
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_directions(path: Path) -> None:
    """Layers know no design, the core knows no torch, presets and formats know no bridge, and nothing knows the app."""
    names = imported(path)
    area = path.relative_to(PACKAGE).parts[0]
    roots = {name.partition(".")[0] for name in names}
    assert "app" not in roots
    assert "tests" not in roots
    if area not in ("bridge", "training"):
        assert not roots & (set(FORBIDDEN) - {"pandas"})
    if "pandas" in roots:
        assert path.name == "frame.py"
    below = {
        "layers": ("design", "report", "explain", "repair", "presets", "formats", "bridge", "training"),
        "design.py": ("report", "explain", "repair", "presets", "formats", "bridge", "training"),
        "explain.py": ("design", "presets", "formats", "bridge", "training"),
        "presets": ("report", "explain", "formats", "bridge", "training"),
        "formats": ("presets", "bridge", "training"),
        "source": ("presets", "formats", "bridge", "training"),
        "arithmetic.py": ("layers", "design", "report", "presets", "formats", "bridge", "training"),
        "term.py": ("layers", "design", "report", "presets", "formats", "bridge", "training"),
    }.get(area, ())
    for other in below:
        assert not any(name.startswith(f"cnnshapes.{other}") for name in names), other
