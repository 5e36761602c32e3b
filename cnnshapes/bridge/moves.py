"""The devices that a forward names, as that of a network on two GPUs does: everything stays where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import torch
from torch import Tensor, nn

from cnnshapes.bridge.functions import MOVING, spoken
from cnnshapes.bridge.stand_ins import META

Named = str | int | torch.device
"""A device as a user writes it: `"cuda:1"`, `1`, `torch.device("cuda")`."""


def named_device(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Named | None:
    """The device that a call names, None where it names none."""
    if func in MOVING:
        return spoken(func)
    named = kwargs.get("device")
    if named is None and func is Tensor.to and len(args) > 1:
        named = args[1]
    return named if isinstance(named, Named) else None


def is_available(device: Named | None) -> bool:
    """Whether this machine has such a device.

    Raises:
        RuntimeError: it is the name of none.
    """
    if isinstance(device, int):
        return torch.accelerator.is_available()
    kind = getattr(torch, torch.device("cpu" if device is None else device).type, None)
    return kind is None or bool(kind.is_available())


def staying(
    func: Any, args: Any, kwargs: Mapping[str, Any], device: torch.device
) -> tuple[Any, Any, Mapping[str, Any]]:
    """The same call with `device` in place of the one that it names, if any."""
    if named_device(func, args, kwargs) is None:
        return func, args, kwargs
    if func in MOVING:
        return Tensor.to, (args[0], device), {}
    if kwargs.get("device") is not None:
        return func, args, {**kwargs, "device": device}
    return func, (args[0], device, *args[2:]), kwargs


_autocast: Final[Any] = torch.autocast
_OWN: Final[Any] = _autocast.__init__
_passes: Final[list[None]] = []
"""One for each that is inside `autocasting`, in any thread."""
_lock: Final = Lock()


def _of_data(self: Any, device_type: str, *args: Any, **kwargs: Any) -> None:
    """Make a `torch.autocast`, on the CPU where it is asked for on the device of what has no data."""
    _OWN(self, "cpu" if device_type == META.type else device_type, *args, **kwargs)


@contextmanager
def autocasting() -> Iterator[None]:
    """Let `torch.autocast(x.device.type)` be for a stand-in what it is for its like with data: torch refuses it."""
    with _lock:
        _passes.append(None)
        _autocast.__init__ = _of_data
    try:
        yield
    finally:
        with _lock:
            _passes.pop()
            if not _passes:
                _autocast.__init__ = _OWN


def unspread(model: nn.Module) -> nn.Module:
    """The model, changed so that its `DataParallel` modules spread no batch over several GPUs."""
    for module in model.modules():
        if isinstance(module, nn.DataParallel):
            module.device_ids = []
    return model
