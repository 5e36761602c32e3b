"""The command line's compare, fit and window."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from cnnshapes import Design
from cnnshapes.__main__ import main
from cnnshapes.report import report_of
from cnnshapes.widths import gpu_budget

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command here; gives its exit status, stdout and stderr."""

    def run_(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(list(map(str, arguments)))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_


def test_compare(run: Run, tmp_path: Path) -> None:
    """Presets and files stand side by side, as a table or as CSV, also in a file."""
    status, out, _ = run("compare", "vgg_3x3_twice", "vgg_5x5_once")
    assert status == 0
    assert "not in vgg_5x5_once" in out
    assert "409,600 (× 1.39)" in out
    saved = tmp_path / "net.json"
    run("summary", "lenet5", "--format", "design", "-o", saved)
    assert run("compare", "lenet5", saved, "lenet5_1998", "--format", "csv", "-o", tmp_path / "it.csv")[0] == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "it.csv").read_text(encoding="utf-8"))))
    assert sum(int(row["lenet5 (2): parameters"] or 0) for row in rows) == 62_006


def test_compare_for_one_input_and_folded(run: Run) -> None:
    """All networks read the input that is given, and blocks are folded where asked."""
    status, out, _ = run("compare", "resnet18", "resnet34", "--input", "3x64x64", "--depth", "1")
    assert status == 0
    assert any(line.split()[:3] == ["layer4", "(block)", "512x2x2"] for line in out.splitlines())


def test_compare_takes_two(run: Run) -> None:
    """One network alone, or one that is unknown, is answered by a sentence."""
    assert "two networks or more" in run("compare", "lenet5")[2]
    assert 'no preset "lenet55"' in run("compare", "lenet5", "lenet55")[2]


def test_fit(run: Run, tmp_path: Path) -> None:
    """The widths are told one by one; the design that is written keeps the budget."""
    status, out, _ = run("fit", "lenet5", "--parameters", 30_000)
    assert status == 0
    assert "parameters  62,006 → 29,785" in out
    assert "conv2  out_channels 16 → 11" in out
    saved = tmp_path / "net.json"
    assert run("fit", "resnet18", "--gpu", 2, "--batch", 64, "--multiple", 8, "--format", "design", "-o", saved)[0] == 0
    design = Design.from_json(saved.read_text(encoding="utf-8"))
    assert report_of(design).memory().total(64) <= gpu_budget(2)
    assert all(row.output_shape[0] % 8 == 0 for row in report_of(design))
    assert "class " in run("fit", "lenet5", "--macs", "3e5", "--format", "code")[1]


def test_what_fit_refuses(run: Run) -> None:
    """No budget, two of them, one too small or no number, and a batch of none are sentences; nothing is written."""
    for arguments, sentence in (
        ((), "one of the arguments --parameters --macs --gpu is required"),
        (("--parameters", 9, "--macs", 9), "not allowed with"),
        (("--parameters", 9), "even with the narrowest widths the network takes"),
        (("--gpu", "nan"), "argument --gpu: 'nan' is no size"),
        (("--gpu", "1e308"), "such as 24"),
        (("--macs", "1.5"), "argument --macs: '1.5' is no whole number of 1 or more"),
        (("--parameters", "inf"), "is no whole number of 1 or more"),
        (("--gpu", 8, "--batch", 0), "argument --batch: '0' is no whole number of 1 or more"),
        (("--macs", 9, "--multiple", -8), "is no whole number of 1 or more"),
    ):
        status, out, error = run("fit", "lenet5", *arguments)
        assert (status, out) == (2, "")
        assert sentence in error


def test_window(run: Run, tmp_path: Path) -> None:
    """The plainest ten with their formulas, all of them where asked, also in a file; a sentence where there is none."""
    status, out, _ = run("window", 32, 16)
    assert status == 0
    assert out.splitlines()[1] == "kernel_size=3, stride=2, padding=1   ⌊(32 − 3 + 2·1) / 2⌋ + 1 = 16"
    assert "and 81 more" in out
    assert len(run("window", 32, 16, "--all")[1].splitlines()) == 91
    assert "padding=2" not in run("window", 7, 7, "--pooling")[1].splitlines()[0]
    assert run("window", 9, 9, "--all")[1].count("\n") > run("window", 9, 9, "--all", "--pooling")[1].count("\n")
    assert run("window", 32, 16, "-o", tmp_path / "windows.txt") == (0, "", "")
    assert (tmp_path / "windows.txt").read_text(encoding="utf-8") == out
    assert "no kernel up to 11" in run("window", 8, 800)[2]
