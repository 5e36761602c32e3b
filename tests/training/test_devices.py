"""Devices: named or refused, their memory, and compiling only where it pays."""

from __future__ import annotations

import functools

import psutil
import pytest
import torch
from torch import nn

from cnnshapes import InputError
from cnnshapes.bridge.build import build
from cnnshapes.training import devices
from cnnshapes.training.devices import MemoryTaken, device_of, fastest, unchanged
from tests.training.examples import RICH

CPU = torch.device("cpu")


def backward(module: nn.Module) -> None:
    """Forward and backward once."""
    module(torch.ones(4, 1, 8, 8)).sum().backward()


def test_devices_that_are_not_there() -> None:
    """A device that is none, and a GPU where there is none."""
    with pytest.raises(InputError, match="there is auto, cpu, cuda"):
        device_of("gpu0")
    with pytest.raises(InputError, match="is not supported"):
        device_of("meta")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="no GPU"):
            device_of("cuda")


def test_unchanged() -> None:
    """What is computed meanwhile leaves running means, gradients and random numbers as they were."""
    model = build(RICH).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    with unchanged(model, CPU):
        backward(model)
        assert not torch.equal(model.get_buffer("bn1.running_mean"), before["bn1.running_mean"])
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_compiling_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The faster of the two is taken, by its steps as measured here, and the words say which and why."""
    times = iter([0.5, 0.2, 0.5, 0.7])
    monkeypatch.setattr(devices, "_seconds_a_step", lambda module, device, step: (step(module), next(times))[1])
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="eager"))
    model = build(RICH)
    module, said = fastest(model, CPU, backward, 1000, None)
    assert module is not model
    assert said == "compiled: a step takes 200.0 ms instead of 500.0"
    assert torch.equal(module.eval()(torch.ones(1, 1, 8, 8)), model(torch.ones(1, 1, 8, 8)))
    module, said = fastest(model, CPU, backward, 1000, None)
    assert (module, said) == (model, "eager: compiled, a step takes 700.0 ms instead of 500.0")


def test_compiling_that_is_not_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With little left to do it is not tried, by steps or by budget; where it fails the steps stay plain."""
    monkeypatch.setattr(devices, "_seconds_a_step", lambda module, device, step: 0.5)

    def broken(model: nn.Module) -> nn.Module:
        raise RuntimeError("no compiler")

    monkeypatch.setattr(torch, "compile", broken)
    model = build(RICH)
    assert fastest(model, CPU, backward, 10, None)[1] == "eager: compiling takes longer than it could save of 5 s"
    assert fastest(model, CPU, backward, 1000, 20.0)[1] == "eager: compiling takes longer than it could save of 20 s"
    assert fastest(model, CPU, backward, 1000, None) == (model, "eager: compiling failed (RuntimeError)")


def test_memory_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a CPU it is what the process grew by, at the most that was seen."""
    held = MemoryTaken(CPU).before
    assert 10 * 2**20 < held < psutil.virtual_memory().total
    sizes = iter([100, 150, 120])
    monkeypatch.setattr(MemoryTaken, "_now", lambda self: next(sizes))
    memory = MemoryTaken(CPU)
    assert (memory.bytes(), memory.bytes()) == (50, 50)
