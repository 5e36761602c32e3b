"""Where in the user's own code a forward failed, and what that means."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from cnnshapes.design import INPUT, Design, Node
from cnnshapes.errors import DesignError, ReadError, Repair, ShapeError
from cnnshapes.layers import Layer
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


def refusal(
    error: Exception, path: str, in_words: Callable[[str], str] = lambda message: message
) -> ShapeError | ReadError:
    """What a user is told of an error that a forward raised.

    Args:
        error: what was raised.
        path: the module that was running, "" at the top.
        in_words: makes a message of torch's say `batch` for the size of the stand-ins' batch.
    """
    if not isinstance(error, ShapeError):
        said = in_words(str(error).strip().splitlines()[0].strip(" .")) if str(error).strip() else ""
        where = f"{path}: " if path else ""
        if asks_for_values(error):
            reason = "its forward asks for the numbers in a tensor, which a summary computes without"
        else:
            reason = f"its forward raised {type(error).__name__}{': ' if said else ''}{said}"
        failed: ShapeError | ReadError = ReadError(f"{where}{reason}")
    else:
        failed = error
    failed.source = source_of(error)
    return failed


def asks_for_values(error: Exception) -> bool:
    """Whether torch failed for want of data: `if x.sum() > 0`, `x.item()`, a boolean mask."""
    text = str(error).lower()
    return isinstance(error, NotImplementedError | RuntimeError | TypeError | ValueError) and (
        "meta tensor" in text
        or "meta device type tensor" in text
        or "item() cannot be called" in text
        or "data-dependent" in text
        or "data-independent" in text
    )


def repairs(report: Report, refused: Refused) -> tuple[Repair, ...]:
    """The repairs of what was refused, each tried on a design of the rows before it; none where they make no design.

    A design has a node for each call of a module, so an edit of a module that is called again would be no repair.
    """
    again = {name for row in report if "#" in row.name for name in (row.name.replace("#", "_"), row.name.split("#")[0])}
    names = {row.name: row.name.replace("#", "_") for row in report} | {INPUT: INPUT}
    try:
        nodes = [_node(row.name, row.layer, row.inputs, names) for row in report]
        nodes.append(_node(refused.name, refused.layer, refused.inputs, names))
        report_of(Design(report.name, report.input_shape, tuple(nodes)))
    except ShapeError as error:
        return tuple(repair for repair in error.repairs if again.isdisjoint(edit.node for edit in repair.edits))
    except (DesignError, KeyError):  # an operation without a layer, a second input, two names that look alike
        return ()
    return ()


def _node(name: str, layer: Layer | None, inputs: Sequence[str], names: dict[str, str]) -> Node:
    if layer is None:
        raise DesignError(f"there is no layer for {name}")
    return Node(name.replace("#", "_"), layer, tuple(names[source] for source in inputs))
