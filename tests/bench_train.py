"""Training speed: images a second of the loop here against the usual two ways, in turn: `make bench-train`.

The tutorial's loop as published has batches of 4 from a DataLoader with two workers, a picture at a time through PIL.
The usual loop has the recipe's batch and augmentation, a picture at a time in the same DataLoader. All on a GPU, where
there is one. Beside images a second of the clock stand images a second of the CPU, the workers' counted in, which other
work on the machine disturbs less. What the steps compute is held against what one large product of matrices
reaches on the same device.

Given the folder of the real CIFAR-10 images, `make bench-train DATA=folder`, it trains on them too, until the aim.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

import psutil
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from cnnshapes import Design, presets
from cnnshapes.bridge.build import build
from cnnshapes.training.data import CIFAR10, Dataset, Pictures, load
from cnnshapes.training.devices import device_of, wait_for, working_on
from cnnshapes.training.loop import Run
from cnnshapes.training.recipe import Recipe, recipe
from cnnshapes.training.spec import Spec
from tests.bench import processor

SECONDS = 4.0
"""How long each side is measured, after some steps that are not."""
ROUNDS = 3
"""How often; the best counts."""
Rate = tuple[float, float]
"""Images a second of the clock, and of the CPU."""
MEAN, STD = torch.tensor([0.49, 0.48, 0.45]), torch.tensor([0.25, 0.24, 0.26])


NETWORKS: Final = {"LeNet-5": "lenet5", "ResNet-18": "resnet18_cifar10", "VGG-16": "vgg16_cifar10"}
AIMS: Final[dict[str, tuple[tuple[str, float, Recipe], ...]]] = {
    "cpu": (("LeNet-5", 0.60, recipe("fast", epochs=10)), ("LeNet-5", 0.68, recipe("fast", epochs=10))),
    "cuda": (("LeNet-5", 0.68, recipe("fast", epochs=10)), ("ResNet-18", 0.93, recipe("fast", epochs=15, crop=4))),
}
"""What is to be reached on each type of device: the share of the test images, and by which recipe."""


def main() -> None:
    """Print images a second of each network and side, and how long the aims take where there are real images."""
    device = device_of("auto")
    name = torch.cuda.get_device_name() if device.type == "cuda" else processor()
    print(f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}")
    with working_on(device):
        speed(device)
    if len(sys.argv) > 1:
        time_to_accuracy(device, load("cifar10", sys.argv[1]))


def speed(device: torch.device) -> None:
    """Images a second, and what that is in operations."""
    print(
        f"images/s on {device} and per CPU-second, made-up CIFAR-10 pictures, the best of {ROUNDS} turns of {SECONDS} s"
    )
    data = made_up(20_000)
    highest = {dtype: product(device, dtype) for dtype in ("float32", "bfloat16")}
    for title, preset in NETWORKS.items():
        design = presets.preset(preset)
        run = Run(Spec(design, "cifar10", "", recipe("fast", epochs=1000), str(device)), data)
        run.prepare()
        sides: dict[str, Callable[[], Iterator[int]]] = {
            "tutorial": lambda design=design: usual(design, data.train, 4, device, plain=True),  # type: ignore[misc]
            "usual loop": lambda design=design: usual(design, data.train, 128, device),  # type: ignore[misc]
            "cnnshapes": lambda run=run: ours(run),  # type: ignore[misc]
        }
        rates: dict[str, Rate] = dict.fromkeys(sides, (0.0, 0.0))
        for _ in range(ROUNDS):
            for side, steps in sides.items():
                clock, cpu = measured(steps(), device)
                rates[side] = max(rates[side][0], clock), max(rates[side][1], cpu)
        for kind, unit in enumerate(("s", "CPU-s")):
            one, other, here = (rates[side][kind] for side in sides)
            told = ", ".join(f"{side} {rates[side][kind]:,.0f}" for side in sides)
            print(f"  {title:<9} images/{unit}: {told}: {here / one:.1f} and {here / other:.2f} times", flush=True)
        flops = rates["cnnshapes"][0] * 6 * run.report.total_macs
        print(
            f"  {'':<9} {run.precision}, {flops / 1e12:.3f} TFLOP/s, {flops / highest[run.precision]:.0%} of a product "
            f"of matrices; {run.mode}"
        )


def product(device: torch.device, dtype: str) -> float:
    """FLOP/s of a large product of matrices, the most that can be had of a device; the best of some."""
    size = 8192 if device.type == "cuda" else 2048
    left, right = (torch.rand(size, size, dtype=getattr(torch, dtype), device=device) for _ in range(2))
    times = []
    for _ in range(6):
        wait_for(device)
        start = time.perf_counter()
        left @ right
        wait_for(device)
        times.append(time.perf_counter() - start)
    return 2 * size**3 / min(times)


def time_to_accuracy(device: torch.device, data: Dataset) -> None:
    """Seconds of training on the real images, the tests after each epoch among them, until each aim is passed."""
    for title, aim, chosen in AIMS[device.type]:
        start = time.perf_counter()
        epochs: list[dict[str, float]] = []
        run = Run(
            Spec(presets.preset(NETWORKS[title]), "cifar10", "", chosen, str(device)),
            data,
            said=lambda line, epochs=epochs: epochs.append(line) if line["kind"] == "epoch" else None,  # type: ignore[misc]
        )
        result = run.run()
        whole = time.perf_counter() - start
        passed = next((line for line in epochs if line["test_accuracy"] >= aim), None)
        told = "not passed" if passed is None else f"passed after epoch {passed['epoch']}, {passed['seconds']:.1f} s"
        print(
            f"  {title:<9} {aim:.0%} of the real test images: {told}; {result.accuracy:.1%} at the end, {whole:.1f} s "
            f"with setting up; {run.precision}, {run.mode}",
            flush=True,
        )


def made_up(count: int) -> Dataset:
    """Pictures of noise, as many bytes as CIFAR-10's."""
    images = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8)
    pictures = Pictures(images, torch.arange(count) % 10)
    return Dataset("cifar10", CIFAR10, pictures, Pictures(images[:500], pictures.labels[:500]))


def measured(steps: Iterator[int], device: torch.device) -> Rate:
    """Images a second, once the first half second is over."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < 0.5:
        next(steps)
    wait_for(device)
    seen, begin, cpu = 0, time.perf_counter(), cpu_seconds()
    while time.perf_counter() - begin < SECONDS:
        seen += next(steps)
    wait_for(device)
    return seen / (time.perf_counter() - begin), seen / (cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """What this process and those it started have had of the CPU so far."""
    processes = (psutil.Process(), *psutil.Process().children())
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def ours(run: Run) -> Iterator[int]:
    """The steps of the loop here, with the fast recipe."""
    run.stepping.train()
    epoch = 0
    while True:
        for images, labels in run.train.training(run.recipe, epoch, 0, (0, 1)):
            run.step(images, labels)
            yield len(labels)
        epoch += 1


class OneByOne(TorchDataset[tuple[Tensor, int]]):
    """A picture at a time, by way of PIL, as torchvision's CIFAR10 does."""

    def __init__(self, pictures: Pictures, flip: bool) -> None:
        self.arrays = pictures.images.permute(0, 2, 3, 1).contiguous().numpy()
        self.labels = pictures.labels.tolist()
        self.flip = flip

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, number: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.arrays[number])
        if self.flip and float(torch.rand(())) < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        numbers = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(32, 32, 3).permute(2, 0, 1)
        return (numbers.float() / 255 - MEAN.view(3, 1, 1)) / STD.view(3, 1, 1), self.labels[number]


def usual(
    design: Design, pictures: Pictures, batch_size: int, device: torch.device, *, plain: bool = False
) -> Iterator[int]:
    """The steps of a loop with a DataLoader; `plain` is the tutorial's, without augmentation."""
    model: nn.Module = build(design).to(device).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    loader = DataLoader(OneByOne(pictures, not plain), batch_size, shuffle=True, num_workers=2, drop_last=True)
    while True:
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images.to(device)), labels.to(device))
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            loss.item()
            yield len(labels)


if __name__ == "__main__":
    main()
