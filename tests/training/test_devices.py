"""Devices: named or refused, their memory, and the fastest way to run a step on them."""

from __future__ import annotations

import functools
import weakref
from typing import Any

import psutil
import pytest
import torch
from torch import Tensor, nn

from cnnshapes import InputError
from cnnshapes.bridge.build import build
from cnnshapes.training import devices
from cnnshapes.training.data import load
from cnnshapes.training.devices import MemoryTaken, Way, device_of, devices_of, fastest, unchanged
from cnnshapes.training.loop import Run
from cnnshapes.training.recipe import Recipe
from cnnshapes.training.spec import Spec
from tests.training.examples import RICH

CPU = torch.device("cpu")
GPU = torch.device("cuda")
IMAGES = torch.ones(4, 1, 8, 8)


def backward(module: nn.Module) -> None:
    """Forward and backward once."""
    module(IMAGES).sum().backward()


def recorded(module: nn.Module, sample: tuple[Tensor], allow_unused_input: bool) -> nn.Module:
    """Does what `torch.cuda.make_graphed_callables` does, with the same few tensors written to at each step.

    As there, the forward of this one module is replaced, for training only; it copies the pictures to a place of its
    own, computes in the type of now, gives the same tensor every time, and its gradients are the same tensors too.
    """
    (place,) = sample
    half = torch.is_autocast_enabled("cpu")
    forward, parameters = module.forward, tuple(module.parameters())
    output: Tensor = forward(place)
    given, gradients = output.detach(), [torch.empty_like(parameter) for parameter in parameters]

    class Replayed(torch.autograd.Function):
        """One step."""

        @staticmethod
        def forward(ctx: Any, images: Tensor, *weights: Tensor) -> Tensor:
            place.copy_(images)
            with torch.enable_grad(), torch.autocast("cpu", torch.bfloat16, enabled=half):
                ctx.output = forward(place)
            return given.copy_(ctx.output.detach()).detach()

        @staticmethod
        def backward(ctx: Any, *above: Tensor) -> Any:
            found = torch.autograd.grad(ctx.output, parameters, above, allow_unused=allow_unused_input)
            return (None, *[held.copy_(new).detach() for held, new in zip(gradients, found, strict=True)])

    module.forward = lambda images: (
        Replayed.apply(images, *parameters) if module.training else forward(images)  # type: ignore[no-untyped-call]
    )
    return module


def test_devices_that_are_not_there() -> None:
    """A device that is none, and a GPU where there is none."""
    with pytest.raises(InputError, match="there is auto, cpu, cuda"):
        device_of("gpu0")
    with pytest.raises(InputError, match="is not supported"):
        device_of("meta")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="no GPU"):
            device_of("cuda")


def test_gpus_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first GPU has one name, and what is not there is refused with the number of the last."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert {str(device_of(name)) for name in ("auto", "cuda", "cuda:0")} == {"cuda:0"}
    assert [str(device) for device in devices_of("auto", 2)] == ["cuda:0", "cuda:1"]
    assert devices_of("cpu", 4) == (CPU,)
    for refused in (lambda: device_of("cuda:2"), lambda: devices_of("cuda", 3)):
        with pytest.raises(InputError, match="there is no cuda:2; the last GPU that torch can use here is cuda:1"):
            refused()


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


def timed(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    """Let steps take so many seconds, each way in its turn, and let the CPU have a GPU's random numbers."""
    each = iter(times)
    monkeypatch.setattr(devices, "_seconds_a_step", lambda module, device, step: (step(module), next(each))[1])
    monkeypatch.setattr(devices, "unchanged", lambda model, device: unchanged(model, CPU))
    monkeypatch.setattr(torch.cuda, "make_graphed_callables", recorded)
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="eager"))


def test_the_fastest_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever takes least, by its steps as measured here, and the words say which and why."""
    model = build(RICH)
    timed(monkeypatch, 0.5, 0.4, 0.2, 0.5, 0.2, 0.4, 0.5, 0.6, 0.7)
    for expected in ("compiled", "CUDA graph", "eager"):
        module, said = fastest(model, GPU, IMAGES, backward, 1000, None)
        assert (module is model) == (expected == "eager")
        assert said.startswith(f"{expected}: eager takes 500.0 ms a step; CUDA graph takes ")
        assert torch.equal(module.eval()(IMAGES), model.eval()(IMAGES))
        model.zero_grad()
        backward(module.train())
        assert all(parameter.grad is not None for parameter in model.parameters())


def test_ways_that_are_not_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With little left to do, by steps or by budget, none is tried; where one fails the steps stay plain."""

    def broken(*given: Any, **named: Any) -> nn.Module:
        raise RuntimeError("no such thing")

    model = build(RICH)
    timed(monkeypatch, 0.25, 0.25, 0.2, 0.25, 0.2, 0.5)
    short = "takes longer to set up than it could save of"
    assert fastest(model, GPU, IMAGES, backward, 10, None) == (
        model,
        f"eager: eager takes 250.0 ms a step; CUDA graph {short} 2 s; compiled {short} 2 s",
    )
    graph = "CUDA graph: eager takes 250.0 ms a step; CUDA graph takes 200.0 ms a step"
    assert fastest(model, GPU, IMAGES, backward, 1000, 20.0)[1] == f"{graph}; compiled {short} 20 s"
    monkeypatch.setattr(torch, "compile", broken)
    assert (
        fastest(model, GPU, IMAGES, backward, 2000, None)[1] == f"{graph}; compiled could not be set up (RuntimeError)"
    )
    monkeypatch.setattr(torch.cuda, "make_graphed_callables", broken)
    module, said = fastest(model, GPU, IMAGES, backward, 2000, None)
    failed = "could not be set up (RuntimeError)"
    assert (module, said) == (model, f"eager: eager takes 500.0 ms a step; CUDA graph {failed}; compiled {failed}")
    assert fastest(model, CPU, IMAGES, backward, 2000, None) == (model, "eager")


def test_what_is_not_taken_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that lost is gone with its memory; a network that asks for a number while it runs is not recorded."""
    made: list[weakref.ref[nn.Module]] = []

    def held_in_a_cycle(module: nn.Module, *given: Any, **named: Any) -> nn.Module:
        made.append(weakref.ref(module))
        module.__dict__["itself"] = module
        return recorded(module, *given, **named)

    model = build(RICH)
    timed(monkeypatch, 0.5, 0.6, 0.7, 0.5, 0.1)
    monkeypatch.setattr(torch.cuda, "make_graphed_callables", held_in_a_cycle)
    assert fastest(model, GPU, IMAGES, backward, 1000, None)[0] is model
    assert [found() for found in made] == [None]
    norm = model.get_submodule("bn1")
    norm.momentum = None  # type: ignore[assignment]
    assert "CUDA graph could not be set up (ValueError)" in fastest(model, GPU, IMAGES, backward, 1000, 50.0)[1]
    assert len(made) == 1


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_graphs_train_the_same_weights(monkeypatch: pytest.MonkeyPatch, precision: str) -> None:
    """Steps through a graph, whose tensors are written over again and again, end in the very weights of plain steps."""
    monkeypatch.setattr(Run, "precision", precision)

    def trained(expected: str) -> dict[str, Tensor]:
        run = Run(Spec(RICH, recipe=Recipe(epochs=2), device="cpu"), load("digits"))
        assert run.run().mode.startswith(expected)
        return run.model.state_dict()

    plain = trained("eager")
    times = iter([2.0, 1.0])
    monkeypatch.setattr(devices, "_seconds_a_step", lambda module, device, step: (step(module), next(times))[1])
    monkeypatch.setattr(torch.cuda, "make_graphed_callables", recorded)
    monkeypatch.setitem(devices.WAYS, "cpu", (Way("CUDA graph", 1.0, devices.graphed),))
    through = trained("CUDA graph: eager takes 2000.0 ms a step; CUDA graph takes 1000.0")
    assert plain.keys() == through.keys()
    assert all(torch.equal(plain[name], through[name]) for name in plain)


def test_memory_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a CPU it is what the process grew by, at the most that was seen."""
    held = MemoryTaken(CPU).before
    assert 10 * 2**20 < held < psutil.virtual_memory().total
    sizes = iter([100, 150, 120])
    monkeypatch.setattr(MemoryTaken, "_now", lambda self: next(sizes))
    memory = MemoryTaken(CPU)
    assert (memory.bytes(), memory.bytes()) == (50, 50)
