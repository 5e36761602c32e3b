"""The command line, by its function and as real processes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cnnshapes
from cnnshapes.__main__ import main
from cnnshapes.formats.link import from_link
from cnnshapes.layers import Conv2d, Linear
from cnnshapes.presets import PRESETS
from tests.formats.designs import lenet, residual

Run = Callable[..., tuple[int, str, str]]

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4 * 6 * 6, 10)

    def forward(self, x):
        print("from forward")
        return self.fc(self.conv(x).relu().flatten(1))

class Plain:
    pass
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command here; gives its exit status, stdout and stderr."""

    def run_(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(list(map(str, arguments)))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A user's file with a torch model."""
    path = tmp_path / "net.py"
    path.write_text(NET)
    return path


def assert_sentence(result: tuple[int, str, str], *parts: str) -> None:
    """The command refused: status 2, nothing on stdout, one line on stderr that has these parts."""
    status, out, err = result
    assert status == 2
    assert out == ""
    assert err.startswith("cnnshapes: ")
    assert err.count("\n") == 1
    for part in parts:
        assert part in err


# ---- summary --------------------------------------------------------------------------------------------------------


def test_summary_of_a_preset(run: Run) -> None:
    """The table of a preset."""
    assert run("summary", "lenet5") == (0, f"{cnnshapes.summary('lenet5')}\n", "")


@pytest.mark.parametrize("form", ["csv", "markdown", "latex", "json"])
def test_formats(run: Run, form: str) -> None:
    """Each format is the report's own."""
    expected = getattr(cnnshapes.summary("lenet5"), f"to_{form}")()
    assert run("summary", "lenet5", "--format", form) == (0, expected, "")


def test_code(run: Run) -> None:
    """The code format is PyTorch source that compiles."""
    status, out, _ = run("summary", "lenet5", "--format", "code", "--input", "3x48x48")
    compile(out, "printed", "exec")
    assert status == 0
    assert "in_features=1296" in out


def test_another_input(run: Run) -> None:
    """--input replaces the shape that the preset has."""
    _, out, _ = run("summary", "lenet5", "--input", "3x48x48")
    assert "Flatten size      1,296" in out


@pytest.mark.parametrize("suffix", [".json", ".txt"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_design_file(run: Run, tmp_path: Path, suffix: str, start: bytes) -> None:
    """A design's JSON file is read whatever it is called, with a byte order mark or without."""
    path = tmp_path / f"net{suffix}"
    path.write_bytes(start + residual().to_json().encode())
    assert run("summary", path) == (0, f"{cnnshapes.summary(residual())}\n", "")


def test_a_preset_before_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is called like a preset does not hide it."""
    (tmp_path / "lenet5").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run("summary", "lenet5")[0] == 0


def test_torch_class(run: Run, net: Path) -> None:
    """A class of a user's file is read; what its code prints stays out of the output."""
    status, out, _ = run("summary", f"{net}:Net", "--input", "3x8x8", "--format", "csv")
    assert status == 0
    assert [(line["name"], line["output_shape"]) for line in csv.DictReader(io.StringIO(out))] == [
        ("conv", "4x6x6"),
        ("relu1", "4x6x6"),
        ("flatten1", "144"),
        ("fc", "10"),
    ]
    assert "from forward" not in out


def test_output_file(run: Run, tmp_path: Path) -> None:
    """-o writes the file and prints nothing."""
    path = tmp_path / "out.json"
    assert run("summary", "lenet5", "--format", "json", "-o", path) == (0, "", "")
    assert json.loads(path.read_text(encoding="utf-8"))["totals"]["parameters"] == 62006


# ---- a network that cannot be computed ------------------------------------------------------------------------------


def test_a_network_that_cannot_be_computed(run: Run, tmp_path: Path) -> None:
    """The rows before the failing one and then the sentence with its repairs, on stderr; nothing else is written."""
    path, output = tmp_path / "net.json", tmp_path / "out.csv"
    path.write_text(lenet().with_layer("conv2", Conv2d(out_channels=16, kernel_size=15)).to_json())
    status, out, err = run("summary", path, "--format", "csv", "-o", output)
    assert (status, out) == (1, "")
    assert "pool1 (MaxPool2d)" in err
    assert "Total" not in err
    sentence = err.splitlines()[-1]
    assert sentence.startswith(
        "cnnshapes: conv2 (Conv2d): a 15×15 kernel does not fit the 14×14 input. Use padding ≥ 1, "
    )
    assert not output.exists()


def test_an_input_of_the_wrong_rank(run: Run) -> None:
    """A sequence where an image is needed fails at the first layer, in a sentence alone."""
    status, out, err = run("summary", "lenet5", "--input", "3x32")
    assert (status, out) == (1, "")
    assert err.startswith("cnnshapes: conv1 (Conv2d): the input is a 3x32 map; it needs (channels, height, width) (is")


def test_a_torch_model_that_cannot_be_computed(run: Run, net: Path) -> None:
    """A torch model whose forward fails names the module and shows the rows before it."""
    status, out, err = run("summary", f"{net}:Net", "--input", "3x9x8")
    assert (status, out) == (1, "")
    assert "conv (Conv2d)" in err
    assert "fc (Linear): in_features is 144 but 168 features reach it" in err.splitlines()[-1]


@pytest.mark.parametrize(
    "layer", [{"out_channels": 10**40, "kernel_size": 3}, {"out_channels": 1, "kernel_size": int("9" * 4000)}]
)
def test_huge_numbers(run: Run, tmp_path: Path, layer: dict[str, Any]) -> None:
    """Numbers that no machine could hold are refused in a short sentence."""
    node = {"name": "conv1", "layer": "Conv2d", "arguments": layer}
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"cnnshapes": 1, "name": "net", "input_shape": [3, 32, 32], "nodes": [node]}))
    status, _, err = run("summary", path)
    assert status == 1
    assert "larger than any size torch can hold" in err
    assert len(err) < 200


def test_growing_beyond_every_size(run: Run, tmp_path: Path) -> None:
    """A stack of upsamplings ends where torch could hold no such tensor."""
    node = {"layer": "Upsample", "arguments": {"scale_factor": 1000}}
    nodes = [{"name": f"up{number}", **node} for number in range(20)]
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"cnnshapes": 1, "name": "net", "input_shape": [3, 32, 32], "nodes": nodes}))
    status, _, err = run("summary", path)
    assert status == 1
    assert "more numbers than torch can hold" in err.splitlines()[-1]


# ---- input without sense --------------------------------------------------------------------------------------------


def test_unknown_preset(run: Run) -> None:
    """A preset that is not there is answered with those that look alike."""
    assert_sentence(run("summary", "lenet6"), 'no preset "lenet6"', "lenet5")


@pytest.mark.parametrize("shape", ["3x32x", "3 32 32", "", "axb", "-3x32x32", "3.5x32x32", "9" * 5000, "٣x32x32"])
def test_no_shape(run: Run, shape: str) -> None:
    """A shape that is none is answered with one that is."""
    assert_sentence(run("summary", "lenet5", f"--input={shape}"), "is no shape", "3x32x32")


@pytest.mark.parametrize("shape", ["3x0x32", "1x1x1x1x1x1"])
def test_shapes_of_no_example(run: Run, shape: str) -> None:
    """Zero or five dimensions are no example."""
    assert_sentence(run("summary", "lenet5", "--input", shape), "no shape of one example")


def test_an_input_too_large(run: Run) -> None:
    """Billions of pixels along one axis are refused with the number."""
    assert_sentence(run("summary", "lenet5", "--input", "3x9999999999x32"), "9999999999 is too large")


def test_missing_file(run: Run, tmp_path: Path) -> None:
    """A JSON file that is not there is named."""
    assert_sentence(run("summary", tmp_path / "net.json"), "there is no file", "net.json")


def test_directory_for_a_file(run: Run, tmp_path: Path) -> None:
    """A directory is no design."""
    assert_sentence(run("summary", tmp_path), f"{tmp_path} is a directory; give the file of a design")


@pytest.mark.parametrize("network", ["", " "])
def test_no_network(run: Run, network: str) -> None:
    """A name that is empty asks for one."""
    assert_sentence(run("summary", network), "which network? Give a preset, such as lenet5")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b'{"cnnshapes": 1, "nodes": [', "this is not JSON"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"[]", '"cnnshapes": 1'),
        (b'{"cnnshapes": 1, "input_shape": [3, 8, 8], "nodes": [{"name": "a", "layer": "Conv9d"}]}', "Conv9d"),
        (b"[" * 100_000, "this is not JSON of a design: it is nested too deep"),
        (b"1" * 5000, "this is not JSON of a design: a number in it has too many digits"),
    ],
)
def test_broken_file(run: Run, tmp_path: Path, content: bytes, part: str) -> None:
    """A file that holds no design is named, with what is wrong in it."""
    path = tmp_path / "net.json"
    path.write_bytes(content)
    assert_sentence(run("summary", path), str(path), part)


def test_class_that_is_no_module(run: Run, net: Path) -> None:
    """A class that is no torch module is answered with one that is."""
    assert_sentence(run("summary", f"{net}:Plain", "--input", "3x8x8"), "no torch.nn.Module class Plain", "Net")


def test_file_without_a_class(run: Run, net: Path) -> None:
    """A Python file alone is read without being run: its last network, with an input that fits its sizes if said."""
    status, text, err = run("summary", net)
    assert status == 0
    assert "no usual size of pictures fits, so 8×8 was taken; if yours are 28×28: fc (Linear)" in err
    assert "Net, input 3x8x8" in text
    assert run("summary", net, "--input", "3x8x8")[::2] == (0, "")


def test_python_that_holds_no_network(run: Run, tmp_path: Path) -> None:
    """A Python file without a network is named, with what is wrong in it."""
    path = tmp_path / "plain.py"
    path.write_text("import os\nx = (\n")
    assert_sentence(run("summary", path), str(path), "line 2", "not Python")
    path.write_text("x = 1\n")
    assert_sentence(run("summary", path), str(path), "no network")


def test_notes_of_reading(run: Run, tmp_path: Path) -> None:
    """What was left out of a text is said on stderr, with its line."""
    path = tmp_path / "net.py"
    path.write_text("from own import Own\nmodel = nn.Sequential(nn.Conv2d(3, 4, 3),\n    Own())\n")
    status, _, err = run("summary", path)
    assert status == 0
    assert err.startswith(f"{path}, line 3: Own is not understood")


def test_an_assumed_input(run: Run, tmp_path: Path) -> None:
    """An error of a network whose input was found by trying says which was assumed."""
    path = tmp_path / "net.py"
    path.write_text("m = nn.Sequential(nn.Conv2d(3, 8, 5), nn.Conv2d(9, 8, 5))\n")
    status, _, err = run("summary", path)
    assert status == 1
    assert err.startswith(f"{path} does not say its input: 3x32x32 is assumed")


def test_error_explained(run: Run, tmp_path: Path) -> None:
    """A message of torch is told as the layer, the numbers and the change; another is refused."""
    path = tmp_path / "net.py"
    path.write_text("m = nn.Sequential(nn.Conv2d(3, 8, 5), nn.Flatten(), nn.Linear(1050, 10))\n")
    message = "mat1 and mat2 shapes cannot be multiplied (2x6272 and 1050x10)"
    status, text, _ = run("error", message, "--of", path, "--input", "3x32x32")
    assert status == 0
    assert text.splitlines()[0].startswith("2: 6,272 features reach Linear(in_features=1050, out_features=10)")
    assert text.splitlines()[1:] == ["What would mend it:", "  in_features = 6272"]
    assert_sentence(run("error", "KeyError: 3"), "not known here")


def test_torch_class_without_input(run: Run, net: Path) -> None:
    """A torch model does not know its input, so --input is asked for."""
    assert_sentence(run("summary", f"{net}:Net"), "--input 3x32x32")


@pytest.mark.parametrize("form", ["code", "design", "link"])
def test_torch_class_as_code_and_as_a_design(run: Run, net: Path, tmp_path: Path, form: str) -> None:
    """What a user's class does comes out as code, or as a design's file that the command line reads again."""
    status, text, _ = run("summary", f"{net}:Net", "--input", "3x8x8", "--format", form)
    assert status == 0
    path = tmp_path / "net.json"
    if form == "code":
        assert "self.conv = nn.Conv2d(in_channels=3, out_channels=4, kernel_size=3)" in text
    elif form == "link":
        address, _, packed = text.strip().partition("?d=")
        assert address == "http://localhost:8501/"
        assert cnnshapes.summary(from_link(packed)).output_shape == (10,)
    else:
        path.write_text(text, encoding="utf-8")
        assert run("summary", path)[1].splitlines()[-4].split() == ["MACs", f"{3 * 4 * 9 * 36 + 1440:,}"]


def test_folded(run: Run, net: Path) -> None:
    """--depth gives a row for each module of that depth."""
    net.write_text(NET.replace("nn.Conv2d(3, 4, 3)", "nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))"))
    deep = run("summary", f"{net}:Net", "--input", "3x8x8")[1]
    folded = run("summary", f"{net}:Net", "--input", "3x8x8", "--depth", "1")[1]
    assert "conv.1 (BatchNorm2d)" in deep
    assert "conv (Sequential)" in folded
    assert "conv.1" not in folded
    assert deep.splitlines()[-6:-1] == folded.splitlines()[-6:-1]
    assert_sentence(run("summary", "lenet5", "--depth", "0"), "depth is 0")


def test_memory(run: Run) -> None:
    """Bytes by what they are for, and the largest batch on a GPU of a given size, or that nothing fits."""
    status, text, _ = run("memory", "vgg16", "--gpu", "24", "--optimizer", "momentum")
    assert status == 0
    assert "Parameters              527.79 MiB" in text
    memory = cnnshapes.summary("vgg16").memory(optimizer="momentum")
    assert f"  {memory.largest_batch(24 * 2**30):,} to train" in text
    assert "none: it does not fit to train" in run("memory", "vgg16", "--gpu", "0.5")[1]
    assert_sentence(run("memory", "vgg16", "--gpu", "0"), "such as 24")
    assert_sentence(run("memory", "vgg16", "--optimizer", "lion"), "adamw")


def test_advise(run: Run) -> None:
    """A line for each thing to look at, or that there is none."""
    assert "classifier.0: it holds 102,764,544" in run("advise", "vgg16")[1]
    assert run("advise", "resnet18")[1] == "resnet18: nothing to point out\n"


def test_torch_is_not_installed(run: Run, net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without torch, what needs it says so; the rest works."""
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("cnnshapes.bridge.")]:
        monkeypatch.delitem(sys.modules, name)
    assert_sentence(run("summary", f"{net}:Net", "--input", "3x8x8"), "needs torch", 'pip install "cnnshapes[torch]"')
    assert_sentence(run("check", "lenet5"), "needs torch")
    assert run("summary", "lenet5")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ((), "COMMAND"),
        (("sumary", "lenet5"), "invalid choice: 'sumary'"),
        (("summary",), "NETWORK"),
        (("summary", "lenet5", "--format", "xml"), "invalid choice: 'xml'"),
        (("summary", "lenet5", "--inputs"), "--input"),
        (("list", "lenet5"), "unrecognized arguments: lenet5"),
    ],
)
def test_wrong_command_lines(run: Run, arguments: tuple[str, ...], part: str) -> None:
    """A wrong command line is a sentence that says where help is."""
    assert_sentence(run(*arguments), part, "--help")


def test_output_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    """A file that cannot be written is named as it was given."""
    assert_sentence(run("list", "-o", tmp_path / "no" / "x.txt"), str(tmp_path / "no" / "x.txt"), "No such file")


# ---- the other commands ---------------------------------------------------------------------------------------------


def test_explain_all(run: Run) -> None:
    """Every row with its formulas."""
    status, out, _ = run("explain", "lenet5")
    assert status == 0
    assert out.count("\n\n") == len(cnnshapes.summary("lenet5")) - 1
    assert out.startswith("conv1 (Conv2d): 3x32x32 to 6x28x28\n  shape: channels = out_channels = 6; ")
    assert "  parameters: 5·5·3·6 + 6 = 456\n" in out


def test_explain_one_row(run: Run) -> None:
    """One row with its formulas, for another input."""
    _, out, _ = run("explain", "lenet5", "flatten1", "--input", "3x48x48")
    assert out.startswith("flatten1 (Flatten): 16x9x9 to 1296\n  shape: features = 9·9·16 = 1296")
    assert out.count("(Flatten)") == 1


def test_explain_unknown_row(run: Run) -> None:
    """A row that is not there is answered with those that look alike."""
    assert_sentence(run("explain", "lenet5", "convv1"), 'no row "convv1"', "conv1")


def test_list(run: Run) -> None:
    """Every preset under its group, with its parameters."""
    status, out, _ = run("list")
    assert status == 0
    for preset in PRESETS.values():
        assert preset.group in out.splitlines()
        line = next(line for line in out.splitlines() if line.split()[:1] == [preset.name])
        assert line.split()[1] == f"{cnnshapes.summary(preset.name).total_params:,}"
        assert line.endswith(preset.summary)


def test_check_agrees(run: Run) -> None:
    """A network that torch agrees with: status 0 and the comparison."""
    status, out, _ = run("check", "lenet5")
    assert status == 0
    assert "conv1" in out
    assert "agree" in out


def test_check_of_a_torch_class(run: Run, net: Path) -> None:
    """A user's own class is checked too."""
    status, out, _ = run("check", f"{net}:Net", "--input", "3x8x8")
    assert status == 0
    assert "from forward" not in out


def test_check_differs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a formula of ours is wrong, check says so by its status."""
    monkeypatch.setattr(Linear, "macs", lambda self, output, *inputs: 1)
    status, out, _ = run("check", "lenet5")
    assert status == 1
    assert "differ" in out


def test_version(run: Run) -> None:
    """The version is that of the package."""
    assert run("--version") == (0, f"cnnshapes {cnnshapes.__version__}\n", "")


def test_help_names_the_networks(run: Run) -> None:
    """The help says what can be asked about, and that a file of one's own is imported."""
    status, out, _ = run("summary", "--help")
    assert status == 0
    for part in ("lenet5", "net.json", "net.py:ClassName", "imported"):
        assert part in out


# ---- as processes ---------------------------------------------------------------------------------------------------


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """`python -m cnnshapes` with these arguments."""
    return subprocess.run([sys.executable, "-m", "cnnshapes", *arguments], capture_output=True, check=False, **options)


def test_as_a_module() -> None:
    """`python -m cnnshapes` gives the same table, in UTF-8."""
    done = process("summary", "lenet5", env={**os.environ, "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0
    assert done.stdout.decode() == f"{cnnshapes.summary('lenet5')}\n"


def test_refusing_as_a_process() -> None:
    """A sentence and status 2, no traceback."""
    done = process("summary", "lenet6")
    assert done.returncode == 2
    assert done.stderr.startswith(b'cnnshapes: there is no preset "lenet6"')
    assert b"Traceback" not in done.stderr


def test_a_terminal_without_our_signs() -> None:
    """Where the terminal cannot show ⌊, something else stands for it and the rest is there."""
    done = process("explain", "lenet5", "conv1", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"(32 ? 5 + 2?0) / 1" in done.stdout


def test_closed_pipe() -> None:
    """A reader that goes away, as `head` does, is no error worth a word."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "cnnshapes", "list"], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == b""


def test_starts_without_torch() -> None:
    """Commands about presets load neither torch nor pandas."""
    code = (
        "import sys; from cnnshapes.__main__ import main; main(['summary', 'lenet5', '--format', 'csv']); "
        "print({'torch', 'numpy', 'pandas', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
