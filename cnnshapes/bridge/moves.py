"""The devices that a forward names, as that of a network on two GPUs does: everything stays where it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from cnnshapes.bridge.functions import MOVING, spoken

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


def cast(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """The same call, where it is one of `Tensor.type` with a type, as the cast by `Tensor.to` that it is.

    Such a type names a device too, as `torch.cuda.FloatTensor` does, where nothing goes.
    """
    kind = args[1] if len(args) > 1 else kwargs.get("dtype")
    if func is not Tensor.type or kind is None:
        return func, tuple(args), dict(kwargs)
    if isinstance(kind, str):
        kind = getattr(torch, kind.rpartition(".")[2])
    return Tensor.to, (args[0], getattr(kind, "dtype", kind)), {}


def unspread(model: nn.Module) -> nn.Module:
    """The model, changed so that its `DataParallel` modules spread no batch over several GPUs."""
    for module in model.modules():
        if isinstance(module, nn.DataParallel):
            module.device_ids = []
    return model
