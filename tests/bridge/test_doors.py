"""What a forward does to its tensors that no count follows from, and that torch does not do without data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.autograd import Variable
from torch.autograd.variable import VariableMeta

import cnnshapes
from cnnshapes import ShapeError
from cnnshapes.bridge.doors import open_doors


class Cast(nn.Module):
    """A layer under the autocast of its input's device, twice."""

    def __init__(self, fails: bool = False) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 3 if fails else 4)

    def forward(self, x: Tensor) -> Any:
        """The layer once off, once on."""
        with torch.autocast(x.device.type, enabled=False):
            x = self.fc(x)
        with torch.autocast(device_type=x.device.type, dtype=torch.bfloat16):
            return self.fc(x)


def test_autocast_of_the_inputs_device() -> None:
    """Torch has no autocast for what has no data; a forward that asks for its input's is read and checked anyhow."""
    own = torch.autocast.__init__
    assert [row.name for row in cnnshapes.summary(Cast(), (4,))] == ["fc", "fc#2"]
    assert cnnshapes.check(Cast(), (4,)).agrees
    with pytest.raises(ShapeError):
        cnnshapes.summary(Cast(fails=True), (4,))
    assert torch.autocast.__init__ is own
    with pytest.raises(RuntimeError):
        torch.autocast("meta")


def test_autocast_in_two_threads() -> None:
    """Of two passes at a time, the one that ends first leaves the other its autocast, and the last takes it away."""
    own = torch.autocast.__init__
    first, second = open_doors(), open_doors()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    with torch.autocast("meta", enabled=False):
        pass
    second.__exit__(None, None, None)
    assert torch.autocast.__init__ is own
    assert "__call__" not in vars(VariableMeta)


FLOATS, FLOATS_OF_A_GPU = (vars(place)["FloatTensor"] for place in (torch, torch.cuda))  # which the stubs lack


class Between(nn.Module):
    """Something done to a map between its layers."""

    def __init__(self, does: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.conv, self.relu, self.pool, self.fc = nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Linear(72, 3)
        self.does = does

    def forward(self, x: Tensor) -> Any:
        x = self.conv(x)
        done = self.does(x)
        return self.fc(self.pool(self.relu(done if isinstance(done, Tensor) else x)).flatten(1))


BETWEEN: dict[str, Callable[[Tensor], Any]] = {
    "cast by a type of numbers": lambda x: (x.type(torch.float64) * 2).type(torch.float32) * 0.5,
    "cast by a class": lambda x: x.type(FLOATS),
    "cast by a name": lambda x: x.type("torch.FloatTensor"),
    "cast to a GPU's": lambda x: x.type(FLOATS_OF_A_GPU),
    "cast to its own": lambda x: x.type(x.type()),
    "a variable": Variable,
    "a variable of its numbers": lambda x: Variable(x.data, requires_grad=True),
    "a parameter": lambda x: nn.Parameter(x, requires_grad=False),
    "a hook": lambda x: x.register_hook(print).remove(),  # type: ignore[no-untyped-call]
    "a kept gradient": lambda x: x.retain_grad(),
    "a print": lambda x: f"{x.shape} {x:.3f}" if x.is_meta else None,
}


@pytest.mark.parametrize("name", BETWEEN)
def test_the_path_goes_on(name: str) -> None:
    """Old casts, variables and hooks leave every row behind them in its place, and torch as it was."""
    model = Between(BETWEEN[name])
    report = cnnshapes.summary(model, (3, 8, 8))
    assert [row.name for row in report if row.layer is not None][-4:] == ["relu", "pool", "flatten1", "fc"]
    assert (str(report[-1].receptive_field), report.total_params) == ("8", 443)
    assert cnnshapes.check(model, (3, 8, 8)).agrees
    assert Variable(torch.ones(2)).shape == (2,)
    with open_doors():
        assert Variable(torch.ones(2), requires_grad=True).requires_grad  # of another thread's


def test_the_path_goes_on_behind_a_map() -> None:
    """What `torch.vmap` gives is what the function gave that it mapped."""
    report = cnnshapes.summary(Between(torch.vmap(lambda example: example * 2)), (3, 8, 8))
    assert [row.name for row in report] == ["conv", "mul1", "relu", "pool", "flatten1", "fc"]
    assert [row.inputs for row in report][1:3] == [("conv",), ("mul1",)]


class Alike(nn.Module):
    """Two maps of one shape, of which the first goes on as a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far, self.last = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 7, padding=3), nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Any:
        near, far = self.near(x), self.far(x)
        return self.last(nn.Parameter(near, requires_grad=False)) + far


def test_no_other_that_looks_alike_is_taken_for_it() -> None:
    """Of two maps of one shape a parameter is made of the one it is made of, read once or again."""
    for _ in range(2):
        row = cnnshapes.summary(Alike(), (3, 8, 8))["last"]
        assert (row.inputs, str(row.receptive_field)) == (("near",), "1")


def test_positions_that_a_map_mixes() -> None:
    """What is mapped over rows of pictures may see all of them."""
    model = Between(torch.vmap(lambda row: row.cumsum(-1), in_dims=2, out_dims=2))
    assert [str(row.receptive_field) for row in cnnshapes.summary(model, (3, 8, 8))][:2] == ["3", "≤ 8"]


class Swapped(nn.Module):
    """A layer that is called with weights that are not its own."""

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.weight = nn.Linear(8, 4), nn.Parameter(torch.zeros(4, 8))

    def forward(self, x: Tensor) -> Any:
        return torch.func.functional_call(self.fc, {"weight": self.weight}, (x,))


def test_weights_that_are_swapped() -> None:
    """The weights that a functional call has in a layer are those that are used."""
    report = cnnshapes.summary(Swapped(), (8,))
    assert [(row.name, row.params) for row in report.unused] == [("fc.weight", 32)]
    assert report.reached_params == 36
    assert cnnshapes.summary(Swapped(), (8,)).total_params == report.total_params


def test_gradients_inside_a_forward() -> None:
    """A gradient that a forward takes by a function transform is read as often as one likes."""
    model = Between(torch.func.grad(lambda y: y.tanh().sum()))
    first, *others = (cnnshapes.summary(model, (3, 8, 8)) for _ in range(3))
    assert [row.name for row in first][-4:] == ["relu", "pool", "flatten1", "fc"]
    assert all([row[:6] for row in other] == [row[:6] for row in first] for other in others)


def test_variables_of_constants() -> None:
    """A variable that a forward makes of its own numbers is the tensor it is of."""
    model = Between(lambda x: x + Variable(torch.ones(1, 8, 1, 1)))
    assert cnnshapes.summary(model, (3, 8, 8)).output_shape == (3,)
