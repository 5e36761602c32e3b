"""What a forward asks of constants: numbers that follow from no input are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import cnnshapes
from cnnshapes import ReadError


class Asking(nn.Module):
    """A layer, called again if what it asks is true."""

    def __init__(self, asks: Callable[[Any, Tensor], Any]) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.alpha = nn.Parameter(torch.tensor(0.5))
        self.register_buffer("three", torch.tensor(3))
        self.asks = asks

    def forward(self, x: Tensor) -> Any:
        """The layer once or twice."""
        x = self.fc(x)
        return self.fc(x) if self.asks(self, x) else x


def written(x: Tensor) -> Any:
    """Sizes that are put where there was nothing, by views of it too."""
    sizes = torch.empty((3, 2), device=x.device, dtype=torch.long)
    total = sizes.sum()
    first = sizes[0]
    first[:] = 4
    for row, size in enumerate((3, 2), 1):
        sizes[row, 0] = size
        sizes[row, 1] = size
    first.mul_(2)
    return sizes.prod(1).sum() == 64 + 9 + 4 and total.shape == ()


def written_by_the_input(x: Tensor) -> Any:
    """Ones of which some are the input's since."""
    mask = torch.ones(len(x), 4, device=x.device)
    part = mask[:, :2]
    mask[:] = x
    return part.all()


def moved_and_written(x: Tensor) -> Any:
    """A number that changed where it came from."""
    number = torch.tensor(1)
    moved = number.to(x.device)
    number.fill_(0)
    return moved > 0


YES: dict[str, Callable[[Any, Tensor], Any]] = {
    "a mask of ones": lambda net, x: (mask := torch.ones(len(x), 4, device=x.device) > 0).sum() == mask.numel(),
    "a part": lambda net, x: (torch.ones(len(x), 4, device=x.device)[:, :2] * 2).max().item() == 2,
    "like the input": lambda net, x: not torch.zeros_like(x).type_as(x).any(),
    "new": lambda net, x: int(x.new_full((2,), 3).sum()) == 6,
    "its own": lambda net, x: net.alpha > 0,
    "a buffer": lambda net, x: net.three.to(x.device) * 2 == 6,
    "a list": lambda net, x: torch.as_tensor([(2, 2), (4, 4)], device=x.device).prod(1).sum() == 20,
    "in it": lambda net, x: 3 in torch.arange(4, device=x.device),
    "picked": lambda net, x: len(torch.ones(5, device=x.device).nonzero()) == 5,
    "counted": lambda net, x: [int(n) for n in torch.arange(2, device=x.device)] == [0, 1],
    "written": lambda net, x: written(x),
    "equal": lambda net, x: torch.equal(torch.eye(2, device=x.device), torch.eye(2)),
}
NO: dict[str, Callable[[Any, Tensor], Any]] = {
    "the input": lambda net, x: x.sum() > 0,
    "of the input": lambda net, x: (torch.ones_like(x) * x).sum() > 0,
    "chance": lambda net, x: torch.rand(3, device=x.device).sum() > 0,
    "like it, by chance": lambda net, x: torch.rand_like(x).sum() > 0,
    "by chance since": lambda net, x: torch.ones(3, device=x.device).normal_().sum() > 0,
    "written by the input": lambda net, x: written_by_the_input(x),
    "its own, written": lambda net, x: net.three.mul_(2) == 6,
    "written elsewhere": lambda net, x: moved_and_written(x),
    "too much": lambda net, x: torch.ones(2**15, 2**15, device=x.device).sum() > 0,
}


@pytest.mark.parametrize("name", YES)
def test_what_follows_from_constants_is_known(name: str) -> None:
    """A forward that asks for it is read as it runs, by formulas, by torch, and in what holds both together."""
    model = Asking(YES[name])
    assert bool(YES[name](model, torch.zeros(1, 4)))
    assert [row.name for row in cnnshapes.summary(model, (4,)) if row.macs] == ["fc", "fc#2"]
    assert cnnshapes.check(model, (4,)).agrees


@pytest.mark.parametrize("name", NO)
def test_what_follows_from_more_is_not(name: str) -> None:
    """A forward that asks for it is refused at its line."""
    model = Asking(NO[name])
    with pytest.raises(ReadError, match="asks for the numbers in a tensor"):
        cnnshapes.summary(model, (4,))
    assert (model.alpha.item(), model.get_buffer("three").item()) == (0.5, 3)


def test_what_a_mask_of_constants_picks() -> None:
    """The rows that it picks of the examples are as many as it has ones."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Any:
            return self.fc(x)[:, torch.tensor([True, False, True], device=x.device)]

    assert cnnshapes.summary(Net(), (3, 4)).output_shape == (2, 4)
    assert cnnshapes.check(Net(), (3, 4)).agrees


def test_nothing_is_written_into_the_model() -> None:
    """Where the numbers of constants are worked out, what they were made of keeps its own."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(3, 4, max_norm=0.1)  # which torch does by writing into the weight
            self.register_buffer("kept", torch.zeros(3))

        def forward(self, x: Tensor) -> Any:
            mask = torch.ones(3, device=x.device) > 0
            places = self.embedding(torch.arange(3, device=x.device))
            assert not places.isnan().any()
            self.get_buffer("kept")[mask] = 1
            self.get_buffer("kept").masked_scatter_(mask, torch.ones(3, device=x.device))
            return x + places

    model = Net()
    before = model.embedding.weight.detach().clone()
    assert cnnshapes.summary(model, (3, 4)).output_shape == (3, 4)
    assert cnnshapes.check(model, (3, 4)).agrees
    assert torch.equal(model.embedding.weight, before)
    assert not model.get_buffer("kept").any()


@pytest.mark.parametrize("lengths", [lambda x: [7] * len(x), lambda x: torch.full((len(x),), x.size(1))])
def test_lengths_that_follow_from_shapes(lengths: Callable[[Tensor], Any]) -> None:
    """Sequences that are packed by lengths which no input has are read, and unpacked again."""

    class Packed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(4, 6, num_layers=2, batch_first=True)
            self.fc = nn.Linear(6, 3)

        def forward(self, x: Tensor) -> Any:
            packed = pack_padded_sequence(x, lengths(x), batch_first=True)
            steps, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
            return self.fc(steps[:, -1])

    for _ in range(2):
        report = cnnshapes.summary(Packed(), (7, 4))
        assert (report["lstm"].output_shape, report.output_shape) == ((7, 6), (3,))
        assert report.total_macs == 7 * (4 * 6 * (4 + 6) + 4 * 6 * (6 + 6)) + 6 * 3
        assert report.batch is None
    agreement = cnnshapes.check(Packed(), (7, 4))
    assert agreement.agrees, str(agreement)
