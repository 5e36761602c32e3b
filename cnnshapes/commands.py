"""The command line's part: compare networks, fit one to a budget, and the windows that give a size."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cnnshapes.errors import InputError

if TYPE_CHECKING:
    from cnnshapes.design import Design
    from cnnshapes.report import Report
    from cnnshapes.widths import Fit

Command = Callable[..., Any]
Named = Callable[[str, argparse.Namespace], Any]
Put = Callable[[str, str | None], int]


def add_to(command: Command, report_of: Named, design_of: Named, put: Put) -> None:
    """Enter the commands.

    Args:
        command: makes a command of a name, what runs it and a sentence.
        report_of: the report of a network that a user named, with the options' `--input`.
        design_of: its design.
        put: writes text to a path, or to the output where it is None; returns the exit status.
    """
    compare = command(
        "compare",
        lambda options: put(
            _compared([report_of(name, options) for name in options.networks], options), options.output
        ),
        "networks row by row: what differs, and the totals",
        network=False,
    )
    compare.add_argument("networks", nargs="+", metavar="NETWORK", help="two or more, each as for summary")
    compare.add_argument("--input", metavar="3x32x32", help="the shape of one example for all of them")
    compare.add_argument("--depth", type=int, metavar="N", help="a row for each module this deep")
    compare.add_argument("--format", choices=("table", "csv"), default="table", help="table unless said")

    fit = command(
        "fit",
        lambda options: put(_fitted(design_of(options.network, options), options), options.output),
        "its widths multiplied by the largest factor that a budget allows",
    )
    budget = fit.add_mutually_exclusive_group(required=True)
    budget.add_argument("--parameters", type=count, metavar="N", help="at most so many parameters")
    budget.add_argument("--macs", type=count, metavar="N", help="at most so many multiply–accumulates for one example")
    budget.add_argument("--gpu", type=gib, metavar="GIB", help="to train a batch on a GPU of so many GiB, with Adam")
    fit.add_argument("--batch", type=count, default=32, metavar="N", help="examples at once, for --gpu; 32 unless said")
    fit.add_argument("--multiple", type=count, default=1, metavar="N", help="widths are multiples of N, such as 8")
    fit.add_argument(
        "--format", choices=("table", "code", "design"), default="table", help="code is PyTorch, design its JSON file"
    )

    window = command(
        "window", lambda options: put(_windows(options), options.output), "the windows that give a size", network=False
    )
    window.add_argument("size", type=int, help="positions that go in")
    window.add_argument("wanted", type=int, help="positions that should come out")
    window.add_argument("--pooling", action="store_true", help="of a pooling instead of a convolution")
    window.add_argument("--all", action="store_true", help="all of them; the ten plainest unless said")


def gib(text: str) -> float:
    """A GPU's memory in GiB, as a user types it.

    Raises:
        argparse.ArgumentTypeError: it is no size of a GPU.
    """
    try:
        size = float(text)
    except ValueError:
        size = 0
    if not 0 < size < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; give the GPU's memory in GiB, such as 24")
    return size


def count(text: str) -> int:
    """A whole number of 1 or more, as a user types it: 1000000, 1_000_000 or 1e6.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        number = int(text) if text.replace("_", "").isdecimal() else float(text)
    except ValueError:
        number = 0
    if not 1 <= number < 1e30 or number != int(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of 1 or more, such as 32 or 1e6")
    return int(number)


def _compared(reports: list[Report], options: argparse.Namespace) -> str:
    from cnnshapes.compare import compared

    found = compared(*reports, depth=options.depth)
    return found.to_csv() if options.format == "csv" else str(found)


def _fitted(design: Design, options: argparse.Namespace) -> str:
    from cnnshapes.formats.code import to_code
    from cnnshapes.widths import fit, gpu_budget

    if options.gpu is not None:
        quantity, limit = "memory", gpu_budget(options.gpu)
    else:
        quantity = "macs" if options.parameters is None else "parameters"
        limit = getattr(options, quantity)
    found = fit(design, quantity, limit, batch=options.batch, multiple=options.multiple)
    if options.format == "code":
        return to_code(found.design)
    return found.design.to_json() if options.format == "design" else _told(design, found, options.batch)


def _told(design: Design, found: Fit, batch: int) -> str:
    from cnnshapes.memory import in_units

    before, after = found.before, found.after
    lines = [
        f"{design.name}: all widths × {after.factor:.4g}",
        f"parameters  {before.parameters:,} → {after.parameters:,}",
        f"MACs        {before.macs:,} → {after.macs:,}",
        f"memory      {in_units(before.memory)} → {in_units(after.memory)} to train {batch:,} examples",
    ]
    changed = [
        f"{edit.node}  {edit.field} {getattr(design[edit.node].layer, edit.field)} → {edit.value}"
        for edit in found.edits
        if edit.value is not None
    ]
    return "\n".join((*lines, "", *changed))


def _windows(options: argparse.Namespace) -> str:
    from cnnshapes.solve import settings

    found = settings(options.size, options.wanted, pooling=options.pooling)
    if not found:
        raise InputError(f"no kernel up to 11 with a stride up to 8 takes {options.size} to {options.wanted}")
    shown = found if options.all else found[:10]
    width = max(len(str(setting)) for setting in shown)
    lines = [f"{setting!s:{width}}  {setting.formula(options.size)}{_lost(setting.dropped)}" for setting in shown]
    more = len(found) - len(shown)
    return "\n".join([*lines, *([f"and {more} more; --all shows them"] if more else [])])


def _lost(dropped: int) -> str:
    return f", drops the last {dropped}" if dropped else ""
