"""Models on a GPU, on two, and spread over several, read on a machine that has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode

import cnnshapes
from cnnshapes import ReadError
from tests.bridge.networks import LeNet5


class Towers(nn.Module):
    """Two convolutions on a GPU each, whose halves meet on the first."""

    def __init__(self, away: Callable[[Tensor], Tensor], back: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(16, 5)
        self.scale = nn.Parameter(torch.ones(5))
        self.away, self.back = away, back

    def forward(self, x: Tensor) -> Tensor:
        halves = torch.cat([self.back(self.first(x)), self.back(self.second(self.away(x)))], 1)
        scores: Tensor = self.head(halves.mean((2, 3)))
        return scores * self.back(self.scale)


MOVES: dict[str, Callable[[Tensor], Tensor]] = {
    "by name": lambda x: x.to("cuda:1"),
    "by number": lambda x: x.to(1),
    "by device": lambda x: x.to(torch.device("cuda", 1)),
    "by keyword": lambda x: x.to(device="cuda", non_blocking=True),
    "with a type": lambda x: x.to("cuda:0", torch.float32),
    "cuda": lambda x: x.cuda(),
    "cuda of a number": lambda x: x.cuda(1),
    "cpu": lambda x: x.cpu(),
    "made there": lambda x: x + torch.zeros(1, device="cuda"),
    "made here": lambda x: x + torch.ones(1).cuda(),
}


@pytest.mark.parametrize("move", MOVES)
def test_forwards_that_name_a_device(move: str) -> None:
    """Whatever way a tensor takes to another device, the shapes and the counts are those of a model that stays."""
    staying = cnnshapes.summary(Towers(lambda x: x, lambda x: x), (3, 8, 8))
    moving = cnnshapes.summary(Towers(MOVES[move], MOVES["cpu"]), (3, 8, 8))
    assert (moving.total_params, moving.total_macs) == (staying.total_params, staying.total_macs)
    rows = [(row.name, row.output_shape) for row in moving if not row.name.startswith("add")]
    assert rows == [(row.name, row.output_shape) for row in staying]
    assert len(moving) - len(staying) == move.startswith("made")


def test_a_device_that_is_none() -> None:
    """A name that torch does not know is the forward's own error, in torch's words."""
    with pytest.raises(ReadError, match="its forward raised RuntimeError: Expected one of cpu, cuda"):
        cnnshapes.summary(Towers(lambda x: x + torch.zeros(1, device="gpu"), lambda x: x), (3, 8, 8))


def test_checked_where_there_is_no_gpu() -> None:
    """The real forward, torch's counts and torchinfo agree with a model that names GPUs, lazy or not."""
    agreement = cnnshapes.check(Towers(MOVES["by name"], MOVES["cuda"]), (3, 8, 8))
    assert (agreement.agrees, agreement.device) == (True, "cpu")

    class Lazy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.LazyLinear(4)

        def forward(self, x: Tensor) -> Any:
            return self.head(x.cuda().flatten(1))

    assert cnnshapes.summary(Lazy(), (3, 4, 4)).total_params == 48 * 4 + 4
    assert cnnshapes.check(Lazy(), (3, 4, 4)).agrees


def test_a_model_on_a_gpu() -> None:
    """Weights that are on a GPU, here of torch's fake ones without data, are read as those of the same model here."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)

    def on_gpu(tensor: Tensor, number: int) -> Tensor:
        like = torch.empty_like(tensor, device="meta")
        return FakeTensor(mode, like, torch.device("cuda", number))

    for model, shape in ((LeNet5(), (3, 32, 32)), (Towers(MOVES["by name"], MOVES["cuda"]), (3, 8, 8))):
        expected = cnnshapes.summary(model, shape)
        for number, module in enumerate(model.modules()):
            for name, parameter in module._parameters.items():
                assert parameter is not None
                module._parameters[name] = nn.Parameter(on_gpu(parameter, number % 2))
        found = cnnshapes.summary(model, shape)
        assert {parameter.device.type for parameter in model.parameters()} == {"cuda"}
        assert [str(row) for row in found] == [str(row) for row in expected]
        assert found.memory() == expected.memory()


def test_spread_over_gpus() -> None:
    """A DataParallel that would split the batch over two GPUs reads as the module in it, and stays as it is."""
    spread = nn.DataParallel(LeNet5())
    spread.device_ids, spread.src_device_obj = [0, 1], torch.device("cuda:0")
    report = cnnshapes.summary(spread, (3, 32, 32))
    assert [row.name.removeprefix("module.") for row in report] == [
        row.name for row in cnnshapes.summary(LeNet5(), (3, 32, 32))
    ]
    assert cnnshapes.check(spread, (3, 32, 32)).agrees
    assert spread.device_ids == [0, 1]
    assert "_compiled_call_impl" not in vars(spread)
