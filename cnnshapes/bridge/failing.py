"""Where in the user's own code a forward failed, and what that means."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from cnnshapes.bridge.functions import ARRANGING, spoken
from cnnshapes.design import INPUT, Design, Node
from cnnshapes.errors import DesignError, ReadError, Repair, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.base import written
from cnnshapes.report import Report, report_of

if TYPE_CHECKING:
    from cnnshapes.bridge.tracing import Refused

_NOT_THE_USERS = (str(Path(torch.__file__).parent), str(Path(__file__).parents[1]))


def source_of(error: BaseException) -> str:
    """`net.py:12: x = self.fc(x)`, the innermost line of the user's forward; empty where the error has none."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        if not name.startswith(_NOT_THE_USERS):
            text = linecache.getline(name, line).strip()
            return f"{Path(name).name}:{line}" + (f": {text}" if text else "")
    return ""


def refusal(error: Exception, path: str) -> ShapeError | ReadError:
    """What a user is told of an error that a forward raised.

    Args:
        error: what was raised.
        path: the module that was running, "" at the top.
    """
    if not isinstance(error, ShapeError):
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        where = f"{path}: " if path else ""
        if asks_for_values(error):
            reason = "its forward asks for the numbers in a tensor, which a summary computes without"
        else:
            reason = f"its forward raised {type(error).__name__}: {said}"
        failed: ShapeError | ReadError = ReadError(f"{where}{reason}")
    else:
        failed = error
    failed.source = source_of(error)
    return failed


def asks_for_values(error: Exception) -> bool:
    """Whether torch failed for want of data: `if x.sum() > 0`, `x.item()`, a boolean mask."""
    text = str(error).lower()
    return isinstance(error, NotImplementedError | RuntimeError | TypeError | ValueError) and (
        "meta tensor" in text or "item() cannot be called" in text or "data-dependent" in text
    )


def repairs(report: Report, refused: Refused) -> tuple[Repair, ...]:
    """The repairs of what was refused, each tried on a design of the rows before it; none where they make no design."""
    names = {row.name: row.name.replace("#", "_") for row in report} | {INPUT: INPUT}
    try:
        nodes = [_node(row.name, row.layer, row.inputs, names) for row in report]
        nodes.append(_node(refused.name, refused.layer, refused.inputs, names))
        report_of(Design(report.name, report.input_shape, tuple(nodes)))
    except ShapeError as error:
        return error.repairs
    except (DesignError, KeyError):  # an operation without a layer, a second input, two names that look alike
        return ()
    return ()


def _node(name: str, layer: Layer | None, inputs: Sequence[str], names: dict[str, str]) -> Node:
    if layer is None:
        raise DesignError(f"there is no layer for {name}")
    return Node(name.replace("#", "_"), layer, tuple(names[source] for source in inputs))


def torchs_refusal(func: Any, args: tuple[Any, ...], shapes: Sequence[Shape], error: RuntimeError, batch: int) -> str:
    """What torch refused, as a sentence with the numbers of one example.

    Args:
        func, args: the call.
        shapes: of one example, of the tensors among its arguments.
        error: what torch raised.
        batch: the size of the stand-ins' batch.
    """
    problem = _misarranged(func, args, shapes[0], batch) if func in ARRANGING else ""
    if problem:
        return problem

    def spoken_size(match: re.Match[str]) -> str:
        """`batch·144` for what is a multiple of the stand-ins' batch."""
        times, rest = divmod(int(match[0]), batch)
        return match[0] if rest or not times else "batch" if times == 1 else f"batch·{times}"

    said = re.sub(r"\d+", spoken_size, str(error).splitlines()[0].strip(" ."))
    problem = f"torch refuses {spoken(func)} of {' and '.join(map(written, shapes))}: {said}"
    if "scalar types: Long" in said or "IntTensor" in said:
        problem += '; give its input whole numbers, dtype="int64"'
    return problem


def _misarranged(func: Any, args: tuple[Any, ...], shape: Shape, batch: int) -> str:
    """What is wrong with the sizes of a `view` or `reshape`; "" where it is something else."""
    sizes = args[1] if len(args) == 2 and isinstance(args[1], (tuple, list)) else args[1:]
    if not all(isinstance(size, int) for size in sizes):
        return ""
    numbers, asked = prod(shape), prod(size for size in sizes[1:] if size > 0)
    call = f"{spoken(func)}({', '.join('batch' if size == batch else str(size) for size in sizes)})"
    found = f"{call} does not fit: {numbers} numbers of each example reach it"
    if asked == numbers or (-1 in sizes[1:] and asked and numbers % asked == 0):
        return f"{call} cannot be: the numbers do not lie in this order in memory; use reshape, or contiguous() before"
    if len(sizes) == 2:
        return f"{found}, so it must be {call.split(',', maxsplit=1)[0]}, {numbers})"
    sizes_asked = "·".join(str(size) for size in sizes[1:] if size > 0)
    product = f"{sizes_asked} = {asked}" if "·" in sizes_asked else sizes_asked
    return f"{found}, and {numbers} is not {'a multiple of ' if -1 in sizes[1:] else ''}{product}"
