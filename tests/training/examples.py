"""Small designs, recipes and pictures that the tests of training share."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import torch
from PIL import Image

from cnnshapes import Design
from cnnshapes.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU
from cnnshapes.training.data import RECORDS
from cnnshapes.training.places import TESTING, TRAINING
from cnnshapes.training.recipe import Recipe

TINY = Design.chain(
    (1, 8, 8),
    Conv2d(out_channels=8, kernel_size=3),
    ReLU(),
    MaxPool2d(2),
    Flatten(),
    Linear(out_features=10),
    name="tiny",
)
"""Learns the digits in a second."""

RICH = Design.chain(
    (1, 8, 8),
    Conv2d(out_channels=8, kernel_size=3, padding=1, bias=False),
    BatchNorm2d(),
    ReLU(),
    MaxPool2d(2),
    Flatten(),
    Dropout(0.3),
    Linear(out_features=10),
    name="rich",
)
"""Has running statistics and draws random numbers, which a checkpoint has to keep."""

QUICK = Recipe(epochs=2, flip=False)


def cifar10(folder: Path) -> torch.Tensor:
    """The files of the binary version with made-up pictures; gives the records of the first file."""
    generator = torch.Generator().manual_seed(0)
    first = None
    for name in (*TRAINING, TESTING):
        records = torch.randint(0, 256, (RECORDS, 3073), generator=generator, dtype=torch.uint8)
        records[:, 0] %= 10
        (folder / name).write_bytes(records.numpy().tobytes())
        first = records if first is None else first
    assert first is not None
    return first


def idx(path: Path, numbers: torch.Tensor, *, packed: bool = True) -> None:
    """An IDX file of bytes."""
    content = b"\0\0\x08" + bytes([numbers.dim()]) + struct.pack(f">{numbers.dim()}I", *numbers.shape)
    content += numbers.to(torch.uint8).numpy().tobytes()
    path.write_bytes(gzip.compress(content) if packed else content)


def pictures(folder: Path, count: int, size: tuple[int, int] = (12, 10), level: int = 100) -> None:
    """Pictures of one grey, numbered from 1."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        Image.new("RGB", size, (level, level, level)).save(folder / f"picture {number}.png")
