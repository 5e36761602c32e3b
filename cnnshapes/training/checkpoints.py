"""What a run leaves on disk to go on from: written whole or not at all, read as data alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from cnnshapes.errors import DataError


@dataclass
class Position:
    """Where a process of a run stands, all that a checkpoint has beside weights and random state.

    Attributes:
        epoch, step: the next step is this one of this epoch.
        loss, correct, seen: sums over this process's share of the steps of this epoch.
        seconds: what the run took so far.
        best: the highest test accuracy so far.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    correct: int = 0
    seen: int = 0
    seconds: float = 0.0
    best: float = -1.0


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write beside the path and move into place, so that what was there stays until the new one is whole.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, RuntimeError) and "file write failed" in str(error):
            raise OSError(None, "there is no space left", str(path)) from error  # torch hides what the disk said
        raise


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What a run saved, on the CPU; tensors and plain values alone, so nothing in it is executed.

    Raises:
        DataError: the file is missing or no checkpoint.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise DataError(f"there is no {path}") from None
    except MemoryError:
        raise
    except Exception as error:
        raise DataError(f"{path} is no checkpoint: {str(error).splitlines()[0]}") from error
    return state
