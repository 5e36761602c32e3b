"""Forwards that ask for the sizes of their tensors, as U-Nets do where a skip connection has another."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
import torch

import cnnshapes
from cnnshapes.layers import READERS, ZeroPad2d
from cnnshapes.source import Reading, from_code
from tests.torchvision_models import torchvision_models

UNET = """
class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(8, 8, 2, 2)
        self.last = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        s = self.down(x)
        x = self.up(self.pool(s))
        {fit}
        return self.last(torch.cat([s, x], 1))
"""


def read(fit: str, side: int) -> Reading:
    """The network with what makes the skip connection fit, on pictures of a side."""
    return from_code(UNET.format(fit=fit.replace("\n", "\n        ")), (3, side, side))


@pytest.mark.parametrize(
    "fit",
    [
        "if x.shape != s.shape:\n    x = TF.resize(x, size=s.shape[2:])",
        "if x.shape != s.shape:\n    x = F.interpolate(x, size=s.shape[2:])",
        "if x.size() != s.size():\n    x = F.interpolate(x, s.size()[-2:])",
        "if x.shape == s.shape:\n    pass\nelse:\n    x = F.interpolate(x, s.shape[-2:])",
    ],
)
def test_sizes_that_are_asked_for(fit: str) -> None:
    """Shapes are compared, batch and all: what makes them fit is a layer where they differ, and none where not."""
    for side, expected in ((32, []), (33, ["Upsample"])):
        reading = read(fit, side)
        assert (reading.notes, reading.error) == ((), None)
        assert [node.layer.kind for node in reading.design][3:-2] == expected


VALID = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.second = nn.Conv2d(8, 8, (4, 6))

    def forward(self, x):
        s = self.first(x)
        x = self.second(s)
        {fit}
        return torch.cat([s, x], 1), s
"""


def vision() -> Any:
    """The package torchvision."""
    torchvision_models()
    import torchvision

    return torchvision


@pytest.mark.parametrize(
    "fit",
    [
        "s = TF.center_crop(s, x.shape[2:])",
        "s = TF.center_crop(s, [x.shape[2], x.size(3)])",
        "x = TF.center_crop(x, output_size=(s.shape[2], s.shape[3]))",
        "s = transforms.CenterCrop([x.shape[2], x.shape[3]])(s)",
        "x = torchvision.transforms.functional.center_crop(x, 12); s = TF.center_crop(s, 12)",
        "s, x = TF.resize(s, 12), TF.resize(x, [12, 12])",
        "s = TF.resize(s, x.shape[-1])\n        x = TF.resize(x, s.shape[2:])",
        "s = s[:, :, :x.size(2), :x.size(3)]",
        "s = s[..., 2:, : x.shape[-1]][:, :, : x.shape[-2]]",
        "d = s.size(3) - x.size(3)\n        s = s[:, :, 1:-2, d // 2 : d // 2 + x.size(3)]",
    ],
)
def test_crops(fit: str) -> None:
    """What is cut to another tensor's size, or resized to it, has the sizes that torch and torchvision give it."""
    transforms = vision().transforms
    names: dict[str, Any] = {
        "torch": torch, "nn": torch.nn, "torchvision": vision(), "transforms": transforms, "TF": transforms.functional,
    }  # fmt: skip
    for side in (20, 21):
        reading = from_code(VALID.format(fit=fit).replace(", s\n", "\n"), (3, side, side))
        assert (reading.notes, reading.error) == ((), None)
        exec(VALID.format(fit=fit), names)  # noqa: S102  the test's own text, as the truth
        joined, _ = names["Net"]()(torch.zeros(1, 3, side, side))
        assert cnnshapes.summary(reading.design).output_shape == joined.shape[1:]


@pytest.mark.parametrize(("picture", "sides"), [((3, 30, 41), 12), ((3, 30, 41), (20, 9)), ((3, 8, 9), 13)])
def test_where_a_crop_lies(picture: tuple[int, int, int], sides: int | tuple[int, int]) -> None:
    """A crop keeps the very pixels that torchvision keeps, and the same zeros around a picture that is too small."""
    functional = vision().transforms.functional
    given = sides if isinstance(sides, int) else list(sides)
    layer = READERS["torchvision.transforms.functional.center_crop"](picture, sides)
    assert isinstance(layer, ZeroPad2d)
    assert isinstance(layer.padding, tuple)
    pixels = torch.arange(1.0, 1 + prod(picture)).reshape(1, *picture)
    assert torch.equal(torch.nn.functional.pad(pixels, layer.padding), functional.center_crop(pixels, given))


def test_a_condition_that_is_not_known() -> None:
    """What an `if` of an unknown condition would change stays as it was, and its line is named."""
    reading = read("if lucky(x):\n    x = F.relu(x)", 32)
    assert reading.error is None
    assert [node.name for node in reading.design] == ["down", "pool", "up", "cat1", "last"]
    assert "line 13: whether `lucky(x)` holds is not known; left out" in map(str, reading.notes)


def test_what_is_not_known_is_not_concatenated() -> None:
    """A concatenation with something that was not understood is left out and named, and is no error of its own."""
    reading = read("x = s if lucky else x", 32)
    assert "a part of this `cat` is not understood" in str(reading.notes[1])
    assert "got 1 input" not in str(reading.error)
