"""What the README quotes, measured here and now: `make bench`. Two sides of a comparison run in turn."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

import cnnshapes
from cnnshapes import Design, presets, rows
from cnnshapes.bridge.build import build
from cnnshapes.layers import BatchNorm2d, Conv2d, ReLU


def main() -> None:
    """Print every section."""
    torch.set_num_threads(1)
    print(f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}\n")
    import_time()
    rows_per_layer()
    against_torchinfo()


def import_time() -> None:
    """`import cnnshapes` in a fresh interpreter, bytecode compiled; without the interpreter's own start."""
    code = "import time; t = time.perf_counter(); import cnnshapes; print(time.perf_counter() - t)"
    with tempfile.TemporaryDirectory() as cache:
        settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        settings["PYTHONPYCACHEPREFIX"] = cache

        def once() -> float:
            done = subprocess.run(
                [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True
            )
            return float(done.stdout)

        once()
        times = [once() for _ in range(11)]
    print(f"import cnnshapes: {_ms(statistics.median(times))} (median of {len(times)})\n")


def rows_per_layer() -> None:
    """Time of the pass over a design, per layer, as it grows."""
    print("rows(design), per layer, median of 11:")
    for size in (100, 1_000, 10_000):
        block = (Conv2d(out_channels=16, kernel_size=3, padding=1), BatchNorm2d(), ReLU())
        layers = [block[number % 3] for number in range(size)]
        design = Design.chain((3, 64, 64), *layers)
        taken = _median(lambda design=design: list(rows(design)), 11)  # type: ignore[misc]
        print(f"  {size:>6} layers: {taken / size * 1e6:5.1f} µs a layer")
    print()


def against_torchinfo() -> None:
    """The whole report against torchinfo's, in turn."""
    import torchinfo

    print("report against torchinfo.summary, medians in turn (torchinfo runs a real forward):")
    for name in ("lenet5", "resnet18", "resnet50", "vgg16"):
        design = presets.preset(name)
        module = build(design).eval()
        size = (1, *design.input_shape)

        def theirs(module: torch.nn.Module = module, size: tuple[int, ...] = size) -> object:
            return torchinfo.summary(module, input_size=size, verbose=0, device="cpu")

        with torch.device("meta"):
            meta, data = build(design).eval(), torch.empty(size)

        def theirs_on_meta(module: torch.nn.Module = meta, data: torch.Tensor = data) -> object:
            return torchinfo.summary(module, input_data=data, verbose=0, device="meta")

        sides: list[Callable[[], object]] = [
            lambda design=design: cnnshapes.summary(design),  # type: ignore[misc]
            lambda module=module, design=design: cnnshapes.summary(module, design.input_shape),  # type: ignore[misc]
            theirs,
            theirs_on_meta,
        ]
        ours, read, full, on_meta = _medians(sides, 7)
        print(
            f"  {name:<9} design {_ms(ours):>8}, module {_ms(read):>8}; torchinfo {_ms(full):>9} ({full / read:4.0f} "
            f"times), on meta {_ms(on_meta):>9} ({on_meta / read:3.0f} times)"
        )


def _medians(sides: list[Callable[[], object]], runs: int) -> list[float]:
    times: list[list[float]] = [[] for _ in sides]
    for side in sides:
        side()
    for _ in range(runs):
        for taken, side in zip(times, sides, strict=True):
            gc.collect()
            gc.disable()  # as timeit does: torch's objects are many, and when they are walked is chance
            start = time.perf_counter()
            side()
            taken.append(time.perf_counter() - start)
            gc.enable()
    return [statistics.median(taken) for taken in times]


def _median(what: Callable[[], object], runs: int) -> float:
    return _medians([what], runs)[0]


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
