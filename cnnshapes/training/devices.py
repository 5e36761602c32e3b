"""Where a network is trained: the device, what it takes of its memory, and in which way the steps are fastest there."""

from __future__ import annotations

import contextlib
import copy
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import psutil
import torch
import torch.distributed as dist
from torch import Tensor, nn

from cnnshapes.errors import InputError


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


class Way(NamedTuple):
    """A way to run the steps other than one operation after the other.

    Attributes:
        name: what it is called.
        seconds: what setting it up may take; it is tried where a third of the time left is more.
        made: the module to train through, from the model and a batch of pictures.
    """

    name: str
    seconds: float
    made: Callable[[nn.Module, Tensor], nn.Module]


def graphed(model: nn.Module, images: Tensor) -> nn.Module:
    """The model with its forward and its backward recorded as a CUDA graph each, for batches like this one.

    A GPU replays a graph without waiting for Python between its kernels, which small networks spend most of a step on.
    """
    through = copy.copy(model)  # of the same parts and weights; only its own forward is replaced
    record: Any = torch.cuda.make_graphed_callables  # whose stub takes no module
    record(through, (images.clone(),), allow_unused_input=True)
    return through


def compiled(model: nn.Module, images: Tensor) -> nn.Module:
    """The model compiled by torch, whose kernels do several operations each."""
    module: nn.Module = torch.compile(model)  # type: ignore[assignment]
    return module


WAYS: Final[Mapping[str, Sequence[Way]]] = {
    "cuda": (Way("CUDA graph", 1.0, graphed), Way("compiled", 60.0, compiled)),
    "cpu": (),  # there compiled steps were measured to take 1 to 1.6 times as long
}
"""The ways there are on each type of device."""


def fastest(
    model: nn.Module,
    device: torch.device,
    images: Tensor,
    backward: Callable[[nn.Module], object],
    steps: int,
    seconds: float | None,
) -> tuple[nn.Module, str]:
    """The module to train through, itself or made in another way, and in words which and why; the model stays as it is.

    Args:
        model: what is trained.
        device: where.
        images: a batch.
        backward: goes forward and backward once through a module, on that batch.
        steps: how many are to come.
        seconds: the budget that is left, None for any.
    """
    if not WAYS[device.type]:
        return model, "eager"
    model.train()
    with unchanged(model, device):
        least = _seconds_a_step(model, device, backward)
        best, name, said = model, "eager", [_takes("eager", least)]
        for way in WAYS[device.type]:
            left = min(steps * least, seconds if seconds is not None else float("inf"))
            if left / 3 < way.seconds:
                said.append(f"{way.name} takes longer to set up than it could save of {left:.0f} s")
                continue
            try:
                module = way.made(model, images)
                took = _seconds_a_step(module, device, backward)
            except Exception as error:
                said.append(f"{way.name} could not be set up ({type(error).__name__})")
                continue
            said.append(_takes(way.name, took))
            if took < least:
                best, name, least = module, way.name, took
    return best, f"{name}: {'; '.join(said)}"


def _takes(way: str, seconds: float) -> str:
    return f"{way} takes {seconds * 1e3:.1f} ms a step"


def _seconds_a_step(module: nn.Module, device: torch.device, backward: Callable[[nn.Module], object]) -> float:
    for count in (2, 5):  # the first are for warming up
        wait_for(device)
        start = time.perf_counter()
        for _ in range(count):
            backward(module)
        wait_for(device)
    return (time.perf_counter() - start) / count


def wait_for(device: torch.device) -> None:
    """Wait until a GPU has done all that was asked of it, as a clock that is read needs."""
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
