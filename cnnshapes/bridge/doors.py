"""Doors of torch that no function mode watches, changed while a model runs on tensors without data or gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import torch
from torch import Tensor
from torch.autograd.variable import VariableMeta
from torch.nn.utils import stateless

from cnnshapes.bridge.stand_ins import META

_autocast: Final[Any] = torch.autocast
_OWN: Final[Any] = _autocast.__init__
_variable: Final[Any] = VariableMeta
_passes: Final[list[None]] = []
"""One for each that is inside `open_doors`, in any thread."""
_lock: Final = Lock()


def _of_data(self: Any, device_type: str, *args: Any, **kwargs: Any) -> None:
    """Make a `torch.autocast`, on the CPU where it is asked for on the device of what has no data."""
    _OWN(self, "cpu" if device_type == META.type else device_type, *args, **kwargs)


def _itself(cls: type, *args: Any, **kwargs: Any) -> Any:
    """`Variable(x)` of a stand-in, which torch would make anew, where no function mode sees it."""
    known = bool(args) and isinstance(args[0], Tensor) and args[0].is_meta
    return args[0] if known else type.__call__(cls, *args, **kwargs)


swapped: Final[list[None]] = []
"""One for each `torch.func.functional_call` that has other weights than its own in a module, in any thread."""
_swapping: Final[Any] = stateless._reparametrize_module


@contextmanager
def _noted(*args: Any, **kwargs: Any) -> Iterator[None]:
    """Put other weights into a module, and note that they are there."""
    swapped.append(None)
    try:
        with _swapping(*args, **kwargs):
            yield
    finally:
        swapped.pop()


@contextmanager
def open_doors() -> Iterator[None]:
    """Let `torch.autocast(x.device.type)` and `Variable(x)` be for a stand-in what they are for its like with data.

    `torch.func.functional_call`, which none of a module's own calls tells of, says that it is at work.
    """
    with _lock:
        _passes.append(None)
        _autocast.__init__ = _of_data
        _variable.__call__ = _itself
        stateless._reparametrize_module = _noted
    try:
        yield
    finally:
        with _lock:
            _passes.pop()
            if not _passes:
                _autocast.__init__ = _OWN
                del _variable.__call__
                stateless._reparametrize_module = _swapping
