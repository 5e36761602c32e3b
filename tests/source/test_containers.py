"""PyTorch source as a design: containers, weights and several values where they are not what they should be."""

from __future__ import annotations

import pytest

import cnnshapes
from cnnshapes.source import SourceError, from_code

NET = """
import torch
import torch.nn as nn
from collections import OrderedDict

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {made}
        self.last = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        {forward}
        return self.last(x)
"""


def read(made: str, forward: str = "pass") -> tuple[list[str], list[str]]:
    """The kinds of the layers, and the notes, of a network with these lines in it."""
    reading = from_code(NET.format(made=made, forward=forward), (3, 16, 16))
    return [node.layer.kind for node in reading.design], [str(note) for note in reading.notes]


@pytest.mark.parametrize(
    ("made", "forward", "note"),
    [
        ("self.a = nn.Sequential()", "x = self.a.backwards(x)",
         "line 13: `.backwards` is not understood; left out, so that its input goes on as it is"),
        ("self.a = nn.Sequential()", "self.a.reverse()", "line 13: `.reverse` of this is not understood; left out"),
        ("nn.ReLU().add_module('x', nn.ReLU())", "pass", "line 9: `.add_module` of this is not understood; left out"),
        ("self.a = nn.ModuleDict([1, 2])", "pass",
         "line 9: these are no pairs of a name and a module; left out"),
        ("self.add_module(nn.ReLU())", "pass", "line 9: what this sets is not known; left out"),
        ("self.a = nn.ReLU()", "x = self.a(x, 3)",
         "line 13: what ReLU is given beside its input is not understood; left out"),
        ("self.k = torch.ones(3, 1, 3, 3) / 9", "x = nn.functional.conv2d(x, self.k, groups=3)",
         "line 13: a constant tensor in `conv2d` is not understood; left out, so that its input goes on as it is"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_noted(made: str, forward: str, note: str) -> None:
    """Nothing is left out in silence."""
    kinds, notes = read(made, forward)
    assert kinds[-1] == "Conv2d"
    assert notes == [note]


@pytest.mark.parametrize(
    ("made", "forward"),
    [
        ("self.a = nn.LSTM(3, 8)", "x, (h, c) = self.a(x)"),
        ("self.a = nn.MultiheadAttention(3, 1)", "x, _ = self.a(x, x, x)"),
        ("self.a = nn.MultiheadAttention(3, 1)", "x = self.a(query=x, key=x, value=x)[0]"),
    ],
)
def test_several_values_of_what_is_not_understood(made: str, forward: str) -> None:
    """What goes on is the first of them."""
    kinds, notes = read(made, forward)
    assert kinds == ["Conv2d"]
    assert len(notes) == 1
    assert "left out, so that its input goes on as it is" in notes[0]


def test_a_module_in_what_is_not_understood() -> None:
    """It changes nothing."""
    assert read("self.a = nn.LSTM(3, 8); self.a.add_module('x', nn.ReLU())") == (["Conv2d"], [])


def test_names_with_other_characters() -> None:
    """What a node cannot be called is read as an underscore; two that are alike then stay apart."""
    text = "m = nn.Sequential(OrderedDict([('conv 1', nn.ReLU()), ('conv-1', nn.Tanh()), ('a:b', nn.ReLU())]))"
    assert [node.name for node in from_code(text).design] == ["conv_1", "conv_1_2", "a_b"]


def test_a_layer_of_nothing() -> None:
    """A layer that reads no channels is the error."""
    with pytest.raises(SourceError, match="line 1: the in_channels of this Conv2d is 0, so that it reads nothing"):
        from_code("m = nn.Sequential(nn.Conv2d(0, 3, 3))")


@pytest.mark.parametrize(
    "made",
    [
        "self.a = nn.ModuleDict({'a': nn.ReLU()})[[1]]",
        "self.a = nn.ModuleDict({'a': nn.ReLU()})['b']",
        "self.a = nn.Sequential(nn.ReLU())['b']",
        "self.a = nn.Sequential(nn.ReLU())[3]",
        "self.a = nn.Sequential(nn.ReLU()).pop(3)",
        "self.a = nn.ModuleList([nn.ReLU()]).insert('a', nn.ReLU())",
        "self.a = nn.ModuleDict().update(3)",
        "self.a = nn.Conv2d(8, 3, 1)(torch.zeros(1, 0, 3, 3))",
        "self.a = nn.Conv2d(8, 3, 1)(torch.zeros(1, 3, 3, 3))",
        "self.a = torch.zeros(3).view(-1, 2)",
        "self.a = torch.zeros(3).squeeze('a')",
        "self.a = torch.zeros(()).squeeze(0)",
        "self.a = torch.zeros(3)[0]",
        "self.a = torch.tensor(['a'])",
    ],
)
def test_mistakes_are_noted(made: str) -> None:
    """What cannot be is left out with a note on its line."""
    kinds, notes = read(made)
    assert kinds == ["Conv2d"]
    assert [note.partition(":")[0] for note in notes] == ["line 9"]


def test_items_that_are_set() -> None:
    """A layer set at a place of a Sequential or under a name of a ModuleDict is the one that is called."""
    reading = from_code(
        """
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        self.features[1] = nn.Tanh()
        self.heads = nn.ModuleDict()
        for number in range(2):
            self.heads[f"head{number}"] = nn.Linear(8, 2 + number)

    def forward(self, x):
        return self.heads["head1"](self.features(x).mean((2, 3)))

net = Net()
net.heads["head1"] = nn.Linear(8, 7)
""",
        (3, 8, 8),
    )
    assert [node.layer.kind for node in reading.design] == ["Conv2d", "Tanh", "GlobalAvgPool2d", "Linear"]
    assert cnnshapes.summary(reading.design).output_shape == (7,)
    assert reading.notes == ()


def test_items_that_are_deleted() -> None:
    """What `del` takes out of a list or a Sequential is not called."""
    reading = from_code(
        """
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Conv2d(3, 8, 3), nn.ReLU(), nn.BatchNorm2d(8)]
        del layers[-1]
        self.features = nn.Sequential(*layers, nn.Tanh())
        del self.features[1]

    def forward(self, x):
        y = self.features(x)
        del x
        return y
"""
    )
    assert [node.layer.kind for node in reading.design] == ["Conv2d", "Tanh"]
    assert reading.notes == ()
