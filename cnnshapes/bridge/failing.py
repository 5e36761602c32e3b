"""Where in the user's own code a forward failed, and what that means."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

import torch

from cnnshapes.errors import ReadError, ShapeError

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
