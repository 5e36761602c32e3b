"""Where a network is trained: the device, what it takes of its memory, and whether compiling pays there."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Final

import psutil
import torch
import torch.distributed as dist
from torch import nn

from cnnshapes.errors import InputError

COMPILING: Final = 60.0
"""Seconds that compiling a network may take; it is tried where a third of the time left is more."""


def device_of(name: str) -> torch.device:
    """The device of a name; `auto` is the first GPU, or the CPU.

    Raises:
        InputError: there is no such device here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise InputError(f'"{name}" is no device; there is auto, cpu, cuda or cuda:1') from None
    if device.type == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no GPU that torch can use here; train on cpu")
    if device.type not in ("cpu", "cuda"):
        raise InputError(f'"{name}" is not supported; there is auto, cpu, cuda or cuda:1')
    if device.type == "cuda" and dist.is_initialized():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return device


class MemoryTaken:
    """The most memory that was taken on a device since this was made: of the GPU, or of the machine by this process."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.most = 0
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(device)
        self.before = self._now()

    def bytes(self) -> int:
        """As much as was seen; on a CPU it is looked at now and not between."""
        self.most = max(self.most, self._now() - self.before)
        return self.most

    def _now(self) -> int:
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_allocated(self.device))
        return int(psutil.Process().memory_info().rss)


@contextlib.contextmanager
def fastest_kernels(device: torch.device) -> Iterator[None]:
    """On a GPU let cuDNN choose its fastest kernels for the one shape of batch there is."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = device.type == "cuda"
    try:
        yield
    finally:
        torch.backends.cudnn.benchmark = before


def fastest(
    model: nn.Module, device: torch.device, backward: Callable[[nn.Module], object], steps: int, seconds: float | None
) -> tuple[nn.Module, str]:
    """The module to train through, itself or compiled, and in words which and why; the model stays as it is.

    On a CPU it is not worth asking: there compiled steps were measured to take 1 to 1.6 times as long.

    Args:
        model: what is trained.
        device: where.
        backward: goes forward and backward once through a module.
        steps: how many are to come.
        seconds: the budget that is left, None for any.
    """
    model.train()
    with unchanged(model, device):
        plain = _seconds_a_step(model, device, backward)
        left = min(steps * plain, seconds if seconds is not None else float("inf"))
        if left / 3 < COMPILING:
            return model, f"eager: compiling takes longer than it could save of {left:.0f} s"
        try:
            compiled: nn.Module = torch.compile(model)  # type: ignore[assignment]
            took = _seconds_a_step(compiled, device, backward)
        except Exception as error:
            return model, f"eager: compiling failed ({type(error).__name__})"
    if took > plain:
        return model, f"eager: compiled, a step takes {took * 1e3:.1f} ms instead of {plain * 1e3:.1f}"
    return compiled, f"compiled: a step takes {took * 1e3:.1f} ms instead of {plain * 1e3:.1f}"


def _seconds_a_step(module: nn.Module, device: torch.device, backward: Callable[[nn.Module], object]) -> float:
    for count in (2, 5):  # the first are for warming up
        _wait(device)
        start = time.perf_counter()
        for _ in range(count):
            backward(module)
        _wait(device)
    return (time.perf_counter() - start) / count


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@contextlib.contextmanager
def unchanged(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Whatever is computed meanwhile leaves no trace: not in gradients, running statistics or random numbers."""
    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        try:
            yield
        finally:
            model.zero_grad(set_to_none=True)
            with torch.no_grad():
                for name, buffer in model.named_buffers():
                    buffer.copy_(buffers[name])
