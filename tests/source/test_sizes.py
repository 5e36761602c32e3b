"""Forwards that ask for the sizes of their tensors, as U-Nets do where a skip connection has another."""

from __future__ import annotations

import pytest

from cnnshapes.source import Reading, from_code

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
