"""The settings the page is served with."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from streamlit import config

ROOT = Path(__file__).parents[2]


def test_the_hidden_options_still_exist() -> None:
    """No garbage is collected after a rerun and no message is a reference; these options are undocumented, may go."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    assert settings["global"]["minCachedMessageSize"] >= 1e9
    assert {"runner.postScriptGC", "global.minCachedMessageSize"} <= set(config.get_config_options())


def test_every_setting_is_one_of_streamlits() -> None:
    """No setting is misspelt."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    known = set(config.get_config_options())
    for section, values in settings.items():
        for name, value in values.items():
            names = (
                [f"{section}.{name}"] if not isinstance(value, dict) else [f"{section}.{name}.{key}" for key in value]
            )
            assert set(names) <= known, names


def test_the_page_loads_no_torch() -> None:
    """The web process leaves torch to the checker's process."""
    code = "import sys; sys.path.insert(0, '.'); import app.design; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True).returncode == 0


def test_the_page_has_no_formula() -> None:
    """Nothing in app/ divides or takes powers: numbers come from the core."""
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv | ast.Pow | ast.Mod):
                raise AssertionError(f"{path.name}:{node.lineno} computes")
