"""Training speed: images a second of the loop here against the usual two ways, in turn: `make bench-train`.

The tutorial's loop as published has batches of 4 from a DataLoader with two workers, a picture at a time through PIL.
The usual loop has the recipe's batch and augmentation, a picture at a time in the same DataLoader. All on a GPU, where
there is one. Beside images a second of the clock stand images a second of the CPU, the workers' counted in, which other
work on the machine disturbs less.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator

import psutil
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from cnnshapes import Design, presets
from cnnshapes.bridge.build import build
from cnnshapes.errors import Edit
from cnnshapes.training.data import CIFAR10, Dataset, Pictures
from cnnshapes.training.devices import device_of
from cnnshapes.training.loop import Run
from cnnshapes.training.recipe import recipe
from cnnshapes.training.spec import Spec
from tests.bench import processor

SECONDS = 4.0
"""How long each side is measured, after some steps that are not."""
ROUNDS = 3
"""How often; the best counts."""
Rate = tuple[float, float]
"""Images a second of the clock, and of the CPU."""
MEAN, STD = torch.tensor([0.49, 0.48, 0.45]), torch.tensor([0.25, 0.24, 0.26])


def main() -> None:
    """Print images a second of each network and side."""
    device = device_of("auto")
    name = torch.cuda.get_device_name() if device.type == "cuda" else processor()
    print(f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}, torch {torch.__version__}")
    print(
        f"images/s on {device} and per CPU-second, made-up CIFAR-10 pictures, the best of {ROUNDS} turns of {SECONDS} s"
    )
    data = made_up(20_000)
    for title, design in networks().items():
        sides: dict[str, Callable[[], Iterator[int]]] = {
            "tutorial": lambda design=design: usual(design, data.train, 4, device, plain=True),  # type: ignore[misc]
            "usual loop": lambda design=design: usual(design, data.train, 128, device),  # type: ignore[misc]
            "cnnshapes": lambda design=design: ours(design, data, device),  # type: ignore[misc]
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


def networks() -> dict[str, Design]:
    """The three networks, for 3×32×32 and ten classes."""
    resnet = presets.preset("resnet18").with_input((3, 32, 32))
    resnet = resnet.with_edits([Edit("out_features", 10, resnet.nodes[-1].name)])
    return {"LeNet-5": presets.preset("lenet5"), "ResNet-18": resnet, "VGG-16": presets.preset("vgg16_cifar10")}


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
    _wait(device)
    seen, begin, cpu = 0, time.perf_counter(), cpu_seconds()
    while time.perf_counter() - begin < SECONDS:
        seen += next(steps)
    _wait(device)
    return seen / (time.perf_counter() - begin), seen / (cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """What this process and those it started have had of the CPU so far."""
    processes = (psutil.Process(), *psutil.Process().children())
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def ours(design: Design, data: Dataset, device: torch.device) -> Iterator[int]:
    """The steps of the loop here, with the fast recipe."""
    run = Run(Spec(design, "cifar10", "", recipe("fast", epochs=1000), str(device)), data)
    run.model.train()
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
