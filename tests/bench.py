"""What the README quotes, measured here and now: `make bench`. Two sides of a comparison run in turn."""

from __future__ import annotations

import copy
import csv
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
from typing import Any

import torch
import torchinfo
from torch import nn
from torch.overrides import TorchFunctionMode

import cnnshapes
from cnnshapes import Design, presets, rows
from cnnshapes.bridge.build import build
from cnnshapes.bridge.state import untouched
from cnnshapes.bridge.survey import Survey
from cnnshapes.layers import BatchNorm2d, Conv2d, ReLU
from tests.torchvision_models import on_meta, torchvision_models

REFERENCE = Path(__file__).parent / "reference" / "torchvision_models.csv"


def main() -> None:
    """Print every section."""
    torch.set_num_threads(1)
    print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}\n")
    import_time()
    rows_per_layer()
    against_torchinfo()
    all_of_torchvision()
    where_time_goes()


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
    print("report against torchinfo.summary, medians in turn (torchinfo runs a real forward, or one on meta):")
    lenet = presets.preset("lenet5")
    _versus("lenet5", lenet, build(lenet), lenet.input_shape)
    for name in ("resnet18", "resnet50", "vgg16"):
        _versus(name, presets.preset(name), torchvision_models().get_model(name), (3, 224, 224))
    _versus(
        "resnet50, 1024×1024", presets.preset("resnet50"), on_meta("resnet50").to_empty(device="cpu"), (3, 1024, 1024)
    )
    print()


def _versus(name: str, design: Design, module: nn.Module, shape: tuple[int, ...]) -> None:
    module.eval()
    meta, data = copy.deepcopy(module).to("meta"), torch.empty((1, *shape), device="meta")
    runs = 2 if shape[-1] > 500 else 9
    sides: list[Callable[[], object]] = [
        lambda: cnnshapes.summary(design, shape),
        lambda: cnnshapes.summary(module, shape),
        lambda: torchinfo.summary(module, input_size=(1, *shape), verbose=0, device="cpu"),
        lambda: torchinfo.summary(meta, input_data=data, verbose=0, device="meta"),
    ]
    ours, read_, full, on_meta_ = _medians(sides, runs)
    print(
        f"  {name:<19} design {_ms(ours):>7}, module {_ms(read_):>7}; torchinfo {_ms(full):>9} ({full / read_:4.0f} "
        f"times), on meta {_ms(on_meta_):>8} ({on_meta_ / read_:3.0f} times)"
    )


def all_of_torchvision() -> None:
    """Every classifier of torchvision on the meta device, both sides in turn."""
    ratios: dict[str, float] = {}
    for name, shape in _torchvision().items():
        model, data = on_meta(name), torch.empty((1, *shape), device="meta")
        sides: list[Callable[[], object]] = [
            lambda model=model, shape=shape: cnnshapes.summary(model, shape),  # type: ignore[misc]
            lambda model=model, data=data: torchinfo.summary(  # type: ignore[misc]
                model, input_data=data, verbose=0, device="meta"
            ),
        ]
        ours, theirs = _medians(sides, 3)
        ratios[name] = theirs / ours
    least = min(ratios, key=lambda name: ratios[name])
    middle = statistics.median(ratios.values())
    print(
        f"all {len(ratios)} classifiers of torchvision, torchinfo on meta: {middle:.0f} times "
        f"in the median, {ratios[least]:.1f} times at the least ({least})\n"
    )


def _torchvision() -> dict[str, tuple[int, ...]]:
    with REFERENCE.open(encoding="utf-8") as file:
        return {row["model"]: tuple(map(int, row["input_shape"].split("x"))) for row in csv.DictReader(file)}


def where_time_goes() -> None:
    """What is left of a ResNet-50's report once each part of reading is taken away."""
    model, shape = on_meta("resnet50"), (3, 224, 224)

    class First(TorchFunctionMode):
        """Every function gives back its first argument."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return args[0]

    def bare_forward() -> None:
        """The model's own Python: every leaf answers at once with what it answered before."""
        with torch.no_grad(), First():
            stubbed(picture)

    picture = torch.empty((101, *shape), device="meta")

    stubbed = on_meta("resnet50")
    outputs: dict[nn.Module, torch.Tensor] = {}
    handles = [
        module.register_forward_hook(lambda module, args, output: outputs.__setitem__(module, output))
        for module in stubbed.modules()
        if not list(module.children())
    ]
    stubbed(picture)
    for handle in handles:
        handle.remove()
    for module, output in outputs.items():
        module.__dict__["_compiled_call_impl"] = lambda *args, output=output: output

    def everything() -> object:
        """The report, and all its rows and totals looked at."""
        report = cnnshapes.summary(model, shape)
        totals = report.total_params, report.trainable_params, report.total_macs, report.output_shape
        return totals, [(row.name, row.output_shape, row.params, row.macs, row.receptive_field) for row in report]

    def guarding() -> None:
        """What is noted of the model before the pass and put back after it."""
        with untouched(modules):
            pass

    modules = list(model.modules())
    whole, read_, surveying, guarded, forward = _medians(
        [lambda: cnnshapes.summary(model, shape), everything, lambda: Survey(model), guarding, bare_forward], 51
    )
    rest = whole - forward - surveying - guarded
    print(f"where a ResNet-50's {whole * 1e3:.2f} ms go; {read_ * 1e3:.2f} ms with every row and total read:")
    print(f"  {forward * 1e3:.2f} ms the model's own Python")
    print(f"  {surveying * 1e3:.2f} ms its modules, parameters and buffers")
    print(f"  {guarded * 1e3:.2f} ms its state, noted before and put back after")
    print(f"  {rest * 1e3:.2f} ms the rows: shape, parameters, MACs and receptive field of each\n")


def _medians(sides: list[Callable[[], object]], runs: int) -> list[float]:
    """The median seconds of each side, in turn; each runs once untimed before, or it pays for the other."""
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    gc.freeze()  # else a collection between two runs walks all that torch has made, and empties the processor's caches
    gc.disable()  # as timeit does
    for _ in range(runs):
        for taken, side in zip(times, sides, strict=True):
            side()
            start = time.perf_counter()
            side()
            taken.append(time.perf_counter() - start)
        gc.collect()
    gc.enable()
    gc.unfreeze()
    return [statistics.median(taken) for taken in times]


def _median(what: Callable[[], object], runs: int) -> float:
    return _medians([what], runs)[0]


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def processor() -> str:
    """What the machine calls its processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
