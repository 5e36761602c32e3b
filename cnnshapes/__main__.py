"""The command line: `cnnshapes summary lenet5`, or `python -m cnnshapes`."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import cnnshapes
from cnnshapes import commands
from cnnshapes.design import Design, checked_shape
from cnnshapes.errors import CnnshapesError, DesignError, InputError, ReadError, ShapeError, TrainingError
from cnnshapes.training import commands as training

if TYPE_CHECKING:
    from cnnshapes.report import Report

FAILED: Final = 1
"""Exit status where a network cannot be computed, or `check` finds a difference."""
REFUSED: Final = 2
"""Exit status where what was typed makes no sense."""
NEEDED: Final = ("torch", "psutil", "filelock", "PIL")
"""What training needs and the core does not."""
PIPE_CLOSED: Final = 141
"""Exit status where the reader of the output went away, as a shell reports it."""

NETWORK: Final = """\
NETWORK is one of
  lenet5             a preset; `cnnshapes list` shows them all
  net.json           a design's JSON file
  net.py             PyTorch source, read and never run: the last network in it
  net.py:ClassName   a class of your own; the file is imported and the class made without arguments, with torch,
                     and --input says what it is fed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: what follows the program's name; the process's own arguments if None.

    Returns:
        The exit status: 0, 1 where a network cannot be computed or differs from torch, 2 for input without sense.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ⌊ shows ?
    try:
        status = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # nothing shall complain about the closed pipe when the interpreter flushes its output at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return status


def _run(argv: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(argv)
        status: int = options.run(options)
    except SystemExit as done:  # --help and --version
        return int(done.code or 0)
    except BrokenPipeError:
        raise
    except (ShapeError, ReadError) as error:
        return _cannot_compute(error)
    except TrainingError as error:
        return _say(str(error), FAILED)
    except CnnshapesError as error:
        return _say(str(error), REFUSED)
    except ModuleNotFoundError as error:
        if error.name not in NEEDED:
            raise
        return _say(f'this needs {error.name}: pip install "cnnshapes[train]"', REFUSED)
    except OSError as error:
        return _say(f"{error.filename}: {error.strerror}" if error.filename else str(error), REFUSED)
    return status


# ---- commands -------------------------------------------------------------------------------------------------------


def _summary(options: argparse.Namespace) -> int:
    if options.format in _DESIGN_FORMATS:
        design = _asked(_as_design, options)
        return _put(_DESIGN_FORMATS[options.format](design), options.output)
    report = _asked(cnnshapes.summary, options)
    if options.depth is not None:
        report = report.folded(options.depth)
    return _put(_FORMATS[options.format](report), options.output)


def _explain(options: argparse.Namespace) -> int:
    from cnnshapes.layers.base import written

    report = _asked(cnnshapes.summary, options)
    rows = [_row(report, options.row)] if options.row else report
    blocks = []
    for row in rows:
        inputs = " and ".join(map(written, row.input_shapes))
        lines = (f"  {line}" for line in row.explanation.splitlines())
        blocks.append("\n".join((f"{row.name} ({row.kind}): {inputs} to {written(row.output_shape)}", *lines)))
    return _put("\n\n".join(blocks), options.output)


def _error(options: argparse.Namespace) -> int:
    from cnnshapes.torch_errors import explained

    message = " ".join(options.message) if options.message != ["-"] else sys.stdin.read(1_000_000)
    design = _design(options.of, options.input) if options.of else None
    found = explained(message, design)
    if found is None:
        raise InputError("this message of torch is not known here; it should be one about shapes or sizes")
    offered = "".join(f"\n  {repair.text}" for repair in found.repairs)
    return _put(f"{found}" + (f"\nWhat would mend it:{offered}" if offered else ""), options.output)


def _advise(options: argparse.Namespace) -> int:
    report = _asked(cnnshapes.summary, options)
    return _put("\n".join(map(str, report.advice())) or f"{report.name}: nothing to point out", options.output)


def _memory(options: argparse.Namespace) -> int:
    from cnnshapes.memory import MARGIN

    report = _asked(cnnshapes.summary, options)
    memory = report.memory(number_bytes=options.number_bytes, optimizer=options.optimizer)
    lines = [str(memory)]
    if options.gpu is not None:
        fits = {True: "train", False: "run"}
        lines.append(f"On a GPU of {options.gpu:g} GiB, {MARGIN:.0%} of it left free, the largest batch is")
        for training, doing in fits.items():
            batch = memory.largest_batch(int(options.gpu * 2**30), training=training)
            lines.append(f"  {batch:,} to {doing}" if batch else f"  none: it does not fit to {doing}")
    if memory.assumed:
        lines.append(f"Without a formula, so counted in full: {', '.join(memory.assumed[:5])}")
    return _put("\n".join(lines), options.output)


def _check(options: argparse.Namespace) -> int:
    try:
        agreement = _asked(cnnshapes.check, options)
    except ImportError as error:
        raise _needs("check", error) from error
    _put(str(agreement), options.output)
    return 0 if agreement.agrees else FAILED


def _list(options: argparse.Namespace) -> int:
    from cnnshapes.presets import PRESETS

    counts = {name: f"{cnnshapes.summary(name).total_params:,}" for name in PRESETS}
    name_width = max(map(len, counts), default=0)
    count_width = max(map(len, counts.values()), default=0)
    groups: dict[str, list[str]] = {}
    for name, preset in PRESETS.items():
        line = f"  {name:{name_width}}  {counts[name]:>{count_width}} parameters  {preset.summary}"
        groups.setdefault(preset.group, [preset.group]).append(line)
    return _put("\n\n".join("\n".join(lines) for lines in groups.values()), options.output)


_FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "table": str,
    "csv": lambda report: report.to_csv(),
    "markdown": lambda report: report.to_markdown(),
    "latex": lambda report: report.to_latex(),
    "json": lambda report: report.to_json(),
}


def _to_code(design: Design) -> str:
    from cnnshapes.formats.code import to_code

    return to_code(design)


def _to_link(design: Design) -> str:
    from cnnshapes.formats.link import PAGE, PARAMETER, to_link

    return f"{PAGE}/?{PARAMETER}={to_link(design)}"


_DESIGN_FORMATS: Final[dict[str, Callable[[Design], str]]] = {
    "code": _to_code,
    "design": Design.to_json,
    "link": _to_link,
}


def _as_design(model: Any, shape: tuple[int, ...] | None) -> Design:
    return model if isinstance(model, Design) else cnnshapes.design_of(model, shape)


# ---- the network ----------------------------------------------------------------------------------------------------


def _asked(question: Callable[[Any, tuple[int, ...] | None], Any], options: argparse.Namespace) -> Any:
    """What `summary` or `check` says of the network that was named."""
    model = _model(options.network, options.input)
    if isinstance(model, Design):
        return question(model, None)
    from cnnshapes.bridge.load import running

    with running(f"the forward of {options.network}"):
        return question(model, _input_shape(options.input))


def _named(question: Callable[[Any, tuple[int, ...] | None], Any], network: str, options: argparse.Namespace) -> Any:
    """What `summary` says of one of several networks."""
    return _asked(question, argparse.Namespace(network=network, input=options.input))


def _model(network: str, input_text: str | None) -> Any:
    """The design or the torch module that a user named."""
    path, found, class_name = network.rpartition(":")
    if not (found and path.endswith(".py")):
        return _design(network, input_text)
    if input_text is None:
        raise InputError(
            f"{network} does not say what it is fed: give the shape of one example, such as --input 3x32x32"
        )
    try:
        from cnnshapes.bridge.load import load
    except ImportError as error:
        raise _needs("a class of torch", error) from error
    return load(Path(path), class_name)


def _design(network: str, input_text: str | None) -> Design:
    path = Path(network)
    if not network.strip():
        raise InputError("which network? Give a preset, such as lenet5, or the file of a design")
    if network not in cnnshapes.presets.PRESETS and path.is_dir():
        raise InputError(f"{path} is a directory; give the file of a design, .json or .py, or a preset")
    if path.suffix == ".py":
        return _from_code(path, input_text)
    preset = network in cnnshapes.presets.PRESETS or not (path.suffix == ".json" or path.exists())
    design = cnnshapes.presets.preset(network) if preset else _read(path)
    shape = _input_shape(input_text)
    return design if shape is None else design.with_input(shape)


def _read(path: Path) -> Design:
    try:
        return Design.from_json(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text, so it is no design's JSON file") from None
    except DesignError as error:
        raise InputError(f"{path}: {error}") from error


def _from_code(path: Path, input_text: str | None) -> Design:
    from cnnshapes.source import SourceError, from_code

    try:
        reading = from_code(path.read_text(encoding="utf-8-sig"), _input_shape(input_text))
    except FileNotFoundError:
        raise InputError(f"there is no file {path}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text, so it is no Python") from None
    except SourceError as error:
        raise InputError(f"{path}: {error}") from error
    for note in reading.notes:
        print(f"{path}, {note}", file=sys.stderr)
    if reading.guessed and reading.error is not None:
        shape = "x".join(map(str, reading.design.input_shape))
        print(f"{path} does not say its input: {shape} is assumed; give another by --input", file=sys.stderr)
    return reading.design


def _input_shape(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,10}(x[0-9]{1,10})*", text):
        raise InputError(f'"{text}" is no shape; write the sizes of one example joined by x, such as 3x32x32 or 784')
    return checked_shape(tuple(int(size) for size in text.split("x")))


def _row(report: Report, name: str) -> Any:
    try:
        return report[name]
    except KeyError:
        from difflib import get_close_matches

        names = [row.name for row in report]
        alike = get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
        raise InputError(f'{report.name} has no row "{name}"; it has {", ".join(alike)}') from None


# ---- reading the command line, and answering it ---------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A wrong command line is a sentence like every other wrong input."""
        raise InputError(f"{message}; {self.prog} --help says more")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cnnshapes",
        description="What shape comes out of each layer, what it costs, and why.",
        epilog=NETWORK,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"cnnshapes {cnnshapes.__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str, network: bool = True) -> Any:
        added = subparsers.add_parser(
            name,
            help=text,
            description=text,
            epilog=NETWORK if network else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        if network:
            added.add_argument(
                "network", metavar="NETWORK", help="a preset, a design's JSON file, file.py or file.py:ClassName"
            )
            added.add_argument("--input", metavar="3x32x32", help="the shape of one example, without the batch")
        added.add_argument("-o", "--output", metavar="FILE", help="write to this file, as UTF-8")
        return added

    summary = command("summary", _summary, "a row per operation, and the totals")
    formats = (*_FORMATS, *_DESIGN_FORMATS)
    summary.add_argument(
        "--format",
        choices=formats,
        default="table",
        help="table unless said; code is PyTorch, design its JSON file, link opens it on the page",
    )
    summary.add_argument(
        "--depth", type=int, metavar="N", help="a row for each module this deep, instead of each layer"
    )
    explain = command("explain", _explain, "the formulas with the numbers put in")
    explain.add_argument("row", nargs="?", metavar="ROW", help="the name of one row")
    command("check", _check, "hold every row against a real torch forward pass and against torchinfo")
    command("advise", _advise, "what computes but is probably not meant, or costs more than it need")
    memory = command("memory", _memory, "bytes to keep, to run and to train it, and the largest batch")
    memory.add_argument(
        "--gpu", type=commands.gib, metavar="GIB", help="the memory of a GPU, for the largest batch on it"
    )
    memory.add_argument(
        "--optimizer", default="adam", metavar="NAME", help="sgd, momentum, adam (unless said) or adamw"
    )
    memory.add_argument(
        "--number-bytes", type=int, choices=(2, 4, 8), default=4, help="bytes of a number: 4 is float32, 2 bfloat16"
    )
    command("list", _list, "the presets", network=False)
    error = command("error", _error, "what an error message of torch means, and what to change", network=False)
    error.add_argument(
        "message", nargs="+", metavar="MESSAGE", help="the message, in quotes; - reads it from the input"
    )
    error.add_argument("--of", metavar="NETWORK", help="the network it came from, so that the layer can be named")
    error.add_argument("--input", metavar="3x32x32", help="the shape of one example, without the batch")
    commands.add_to(command, partial(_named, cnnshapes.summary), partial(_named, _as_design), _put)
    training.add_to(command, lambda options: _asked(_as_design, options))
    return parser


def _put(text: str, output: str | None) -> int:
    if not text.endswith("\n"):
        text += "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        from cnnshapes.formats.files import write

        write(text, output)
    return 0


def _say(sentence: str, status: int) -> int:
    sys.stdout.flush()
    print(f"cnnshapes: {sentence}", file=sys.stderr)
    return status


def _cannot_compute(error: ShapeError | ReadError) -> int:
    """The rows that compute, then why the next does not; all on stderr, so that no output passes for a whole one."""
    from cnnshapes.formats.table import to_text

    if error.report is not None and len(error.report):
        print(to_text(error.report, totals=False), file=sys.stderr)
    return _say(str(error), FAILED if isinstance(error, ShapeError) else REFUSED)


def _needs(what: str, error: ImportError) -> InputError:
    return InputError(f'{what} needs torch and torchinfo ({error}): pip install "cnnshapes[torch]"')


if __name__ == "__main__":
    sys.exit(main())
