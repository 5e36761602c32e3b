"""Where a network is trained: the device, what it takes of its memory, and in which way the steps are fastest there."""

from __future__ import annotations

import contextlib
import copy
import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
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
    if device.type not in ("cpu", "cuda"):
        raise InputError(f'"{name}" is not supported; there is auto, cpu, cuda or cuda:1')
    if device.type == "cpu":
        return device
    if not torch.cuda.is_available():
        raise InputError("there is no GPU that torch can use here; train on cpu")
    number = int(os.environ.get("LOCAL_RANK", "0")) if dist.is_initialized() else device.index or 0
    return _gpu(number)


def devices_of(name: str, processes: int) -> tuple[torch.device, ...]:
    """The devices that so many processes work on, each on a GPU of its own, or all on the CPU.

    Raises:
        InputError: there is no such device here, or there are too few.
    """
    device = device_of(name)
    if processes == 1 or device.type == "cpu":
        return (device,)
    return tuple(map(_gpu, range(processes)))


def _gpu(number: int) -> torch.device:
    """The GPU of a number, which is part of its name, so that one GPU has one name."""
    there = torch.cuda.device_count()
    if number >= there:
        raise InputError(f"there is no cuda:{number}; the last GPU that torch can use here is cuda:{there - 1}")
    return torch.device("cuda", number)


class MemoryTaken:
    """The most memory that was taken on a device since this was made: of the GPU, or of the machine by this process."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.forget()
        self.before = self._now()

    def forget(self) -> None:
        """Look for the most from now on; what trying out took is over."""
        self.most = 0
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)

    def bytes(self) -> int:
        """As much as was seen; on a CPU it is looked at now and not between."""
        self.most = max(self.most, self._now() - self.before)
        return self.most

    def _now(self) -> int:
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_allocated(self.device))
        return int(psutil.Process().memory_info().rss)


@contextlib.contextmanager
def working_on(device: torch.device) -> Iterator[None]:
    """Have a GPU be the current one, for graphs and streams, and cuDNN choose its fastest kernels for our batches."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = device.type == "cuda"
    try:
        with torch.cuda.device(device) if device.type == "cuda" else contextlib.nullcontext():
            yield
    finally:
        torch.backends.cudnn.benchmark = before


def has_bfloat16(device: torch.device) -> bool:
    """Whether it computes with bfloat16 itself; older GPUs only imitate it."""
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


Autocast = Callable[[], AbstractContextManager[Any]]
"""Makes what a forward computes within."""


class Way(NamedTuple):
    """A way to run the steps other than one operation after the other.

    Attributes:
        name: what it is called.
        seconds: what setting it up may take; it is tried where a third of the time left is more.
        made: the module to train through, from the model, a batch of pictures and what a forward computes within.
    """

    name: str
    seconds: float
    made: Callable[[nn.Module, Tensor, Autocast], nn.Module]


def graphed(model: nn.Module, images: Tensor, autocast: Autocast) -> nn.Module:
    """The model with its forward and its backward recorded as a CUDA graph each, for batches like this one.

    A GPU replays a graph without waiting for Python between its kernels, which small networks spend most of a step on.

    Raises:
        ValueError: something in it waits for the GPU, which breaks a recording off, and torch does not recover from it.
    """
    if any(isinstance(module, _BATCH_NORMS) and module.momentum is None for module in model.modules()):
        raise ValueError("a BatchNorm without momentum asks how many batches there were")
    through = copy.copy(model)  # of the same parts and weights; only its own forward is replaced

    def forward(images: Tensor) -> Any:
        with autocast():  # recorded with the forward alone; the backward computes in the types it finds
            return model(images)

    through.forward = forward
    record: Any = torch.cuda.make_graphed_callables  # whose stub takes no module
    torch.cuda.graph.default_capture_stream = None  # torch keeps the first, which may be of another GPU
    with torch.cuda.stream(torch.cuda.current_stream()) if images.is_cuda else contextlib.nullcontext():
        record(through, (images.clone(),), allow_unused_input=True)  # which, where it fails, leaves its own stream on
    return through


_BATCH_NORMS: Final = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def compiled(model: nn.Module, images: Tensor, autocast: Autocast) -> nn.Module:
    """The model compiled by torch, whose kernels do several operations each."""
    torch.compiler.reset()  # all networks have one class, and after some of it torch would compile no more
    module: nn.Module = torch.compile(model, dynamic=False)  # type: ignore[assignment]
    return module


WAYS: Final[Mapping[str, Sequence[Way]]] = {
    "cuda": (Way("CUDA graph", 1.0, graphed), Way("compiled", 60.0, compiled)),
    "cpu": (),  # there compiled steps were measured to take 1 to 1.6 times as long
}
"""The ways there are on each type of device."""


WORTH: Final = 0.97
"""The share of the time of a step that another way may take at most; what saves less may be chance."""


def fastest(
    model: nn.Module,
    device: torch.device,
    images: Tensor,
    backward: Callable[[nn.Module], object],
    steps: int,
    seconds: float | None,
    autocast: Autocast = contextlib.nullcontext,
) -> tuple[nn.Module, str]:
    """The module to train through, itself or made in another way, and in words which and why; the model stays as it is.

    Args:
        model: what is trained.
        device: where.
        images: a batch.
        backward: goes forward and backward once through a module, on that batch.
        steps: how many are to come.
        seconds: the budget that is left, None for any.
        autocast: makes what a forward computes within.
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
            module: nn.Module | None = None
            try:
                module = way.made(model, images, autocast)
                took = _seconds_a_step(module, device, backward)
            except Exception as error:
                said.append(f"{way.name} could not be set up ({type(error).__name__})")
            else:
                said.append(_takes(way.name, took))
                if took < WORTH * least:
                    best, name, least = module, way.name, took
            del module
            gc.collect()  # a graph holds its memory in a cycle
    return best, f"{name}: {'; '.join(said)}"


def _takes(way: str, seconds: float) -> str:
    return f"{way} takes {seconds * 1e3:.1f} ms a step"


def _seconds_a_step(module: nn.Module, device: torch.device, backward: Callable[[nn.Module], object]) -> float:
    for count in (3, 10):  # the first are for warming up
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
