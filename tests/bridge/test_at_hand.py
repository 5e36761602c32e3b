"""A module's children among its plain attributes while it is read."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import cnnshapes
from cnnshapes.bridge.at_hand import at_hand


class Net(nn.Module):
    """A convolution and a head that its forward looks up by name."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Any:
        return self.head(self.conv(x).mean((2, 3)))


class Shadowed(Net):
    """A class that has something else of a child's name."""

    conv = nn.Conv2d(3, 8, 5)


class Renamed(Net):
    """A class that finds another child than the one asked for."""

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__("wide" if name == "conv" and "wide" in self._modules else name)


class Swapping(Net):
    """A forward that sets another child, and one that was not there."""

    def forward(self, x: Tensor) -> Any:
        self.conv = nn.Conv2d(3, 8, 5)
        self.last = nn.ReLU()
        return self.last(super().forward(x))


def test_found_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children are found without torch's own lookup, and are where they were afterwards."""
    net = Net()
    before = dict(net.__dict__)
    with at_hand(net.modules()):
        monkeypatch.delattr(nn.Module, "__getattr__")
        assert net.conv is net._modules["conv"]
        monkeypatch.undo()
    assert net.__dict__ == before


def test_what_is_found_otherwise_stays_so() -> None:
    """Where the class has its own ways, its own ways are kept."""
    renamed = Renamed()
    renamed.wide = nn.Conv2d(3, 8, 7)
    for net, kernel in ((Shadowed(), 5), (renamed, 7)):
        expected = net(torch.zeros(1, 3, 16, 16)).shape
        report = cnnshapes.summary(net, (3, 16, 16))
        assert (1, *report.output_shape) == expected
        assert report.rows[0].macs == 3 * 8 * kernel**2 * (16 - kernel + 1) ** 2


def test_a_forward_that_sets_children() -> None:
    """A child that the forward sets is the one that runs, and nothing of it is left."""
    net = Swapping()
    conv, names = net.conv, set(net.__dict__)
    report = cnnshapes.summary(net, (3, 16, 16))
    assert report.rows[0].output_shape == (8, 12, 12)
    assert net.conv is conv
    assert set(net.__dict__) == names
    assert "last" not in net._modules


def test_an_error_leaves_nothing() -> None:
    """After a forward that fails, children are no attributes either."""
    net = Net()
    names = set(net.__dict__)
    with pytest.raises(cnnshapes.ShapeError):
        cnnshapes.summary(net, (4, 16, 16))
    assert set(net.__dict__) == names
