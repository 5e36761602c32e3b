"""Reading torch models: the networks of the notes as a student writes them, and what must stay untouched."""

from __future__ import annotations

import gc
import random
import weakref
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import InputError, ReadError, Report, ShapeError
from tests.bridge.networks import Classifier, FashionCNN, FashionDNN, Inception, LeNet5, MnistCNN, Residual

NOTES: list[tuple[nn.Module, tuple[int, ...], int | None]] = [
    (Classifier(), (3, 32, 32), 1024),
    (LeNet5(), (3, 32, 32), 400),
    (FashionDNN(), (1, 28, 28), 784),
    (FashionCNN(), (1, 28, 28), 2304),
    (MnistCNN(), (1, 28, 28), 3136),
    (Residual(), (16, 32, 32), None),
    (Inception(), (192, 28, 28), None),
]


def parameters(model: nn.Module) -> int:
    """What torch counts."""
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(("model", "shape", "flatten"), NOTES, ids=lambda value: type(value).__name__)
def test_networks_of_the_notes(model: nn.Module, shape: tuple[int, ...], flatten: int | None) -> None:
    """Parameters, output shape and flatten size are torch's, and every row has a formula."""
    report = cnnshapes.summary(model, shape)
    assert report.total_params == report.trainable_params == parameters(model)
    assert report.output_shape == tuple(model.eval()(torch.zeros(2, *shape)).shape[1:])
    assert report.flatten_size == flatten
    assert all(row.layer is not None for row in report)
    assert sum(row.params for row in report) == report.total_params


def test_a_row_per_operation() -> None:
    """Functional calls and `view` have rows, and a module called again shows its call's number."""
    report = cnnshapes.summary(Classifier(), (3, 32, 32))
    assert [(row.name, row.kind) for row in report][:8] == [
        ("conv1", "Conv2d"),
        ("relu1", "ReLU"),
        ("pool", "MaxPool2d"),
        ("conv2", "Conv2d"),
        ("relu2", "ReLU"),
        ("pool#2", "MaxPool2d"),
        ("flatten1", "Flatten"),
        ("fc1", "Linear"),
    ]
    assert report["flatten1"].formulas["shape"] == "features = 8·8·16 = 1024 (16 filters of conv2, 8 = 32/2/2)"


def test_branches_have_the_outermost_receptive_field() -> None:
    """A residual block of two 3×3 with stride 2 sees 7, the widest branch of an inception block 5."""
    assert cnnshapes.summary(Residual(), (16, 32, 32))["add1"].receptive_field.size == 7
    assert cnnshapes.summary(Inception(), (192, 28, 28))[-1].receptive_field.size == 5


def test_pythons_random_numbers_go_on_as_before() -> None:
    """A forward that draws some, for a random depth, leaves those that come next."""

    class Drawing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * random.random()  # noqa: S311  no secret

    state = random.getstate()
    cnnshapes.summary(Drawing(), (8,))
    assert random.getstate() == state


def test_nothing_changes_on_the_model() -> None:
    """Training flags, running statistics, random state, hooks and memory are as they were."""
    model = FashionCNN()
    model.layer1[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flags = [module.training for module in model.modules()]
    state = torch.get_rng_state()
    cnnshapes.summary(model, (1, 28, 28))
    assert [module.training for module in model.modules()] == flags
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert not any("_compiled_call_impl" in vars(module) for module in model.modules())
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


class Keeping(nn.Module):
    """Its forward counts, collects, fills a cache, and replaces a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bias = nn.Parameter(torch.zeros(4, 9))
        self.mean: Tensor
        self.register_buffer("mean", torch.zeros(()))
        self.calls = 0
        self.seen: list[Tensor] = []
        self.cache: dict[str, dict[str, Tensor]] = {"bias": {}}

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.seen.append(x)
        self.mean = 0.9 * self.mean + x.mean()
        self.last = x
        self.conv.last = x
        if not self.cache["bias"]:
            self.cache["bias"][str(x.device)] = self.bias[:, 3:]
        return self.conv(x) * self.cache["bias"][str(x.device)].mean()  # type: ignore[no-any-return]


def test_what_a_forward_keeps_is_put_back() -> None:
    """Counters, lists, caches and buffers that a forward fills are as before, so a second summary is the same."""
    model = Keeping()
    mean = model.mean
    first = cnnshapes.summary(model, (3, 8, 8))
    assert (model.calls, model.seen, model.cache) == (0, [], {"bias": {}})
    assert model.mean is mean
    assert not hasattr(model, "last")
    assert not hasattr(model.conv, "last")
    second = cnnshapes.summary(model, (3, 8, 8))
    assert second.rows == first.rows
    assert not second.unused
    assert cnnshapes.check(model, (3, 8, 8)).agrees


class Replacing(nn.Module):
    """Sets weights and buffers of torch's own modules, adds to them, and writes into parts of what it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn, self.act = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()
        self.behind = nn.Sequential(nn.ReLU())
        self.counts: Tensor
        self.register_buffer("counts", torch.zeros(4))
        self.plain, self.listed = torch.zeros(4), [torch.zeros(3)]

    def forward(self, x: Tensor) -> Any:
        self.conv.weight = nn.Parameter(self.conv.weight * 2)
        del self.conv.bias
        self.conv.bias = None
        x = self.conv(x)
        self.bn.running_mean = 0.9 * self.bn.get_buffer("running_mean") + 0.1 * x.mean((0, 2, 3))
        self.act.register_buffer("seen", torch.ones(1))
        self.behind.add_module("extra", nn.Sigmoid())
        self.counts[0] += 1
        self.counts[1:3].fill_(5)
        self.plain += 1
        self.plain[1:].mul_(3)
        self.listed[0].add_(1)
        return self.behind(self.act(self.bn(x)))


def test_what_a_forward_replaces_is_put_back() -> None:
    """Weights, buffers and children of torch's own modules are the very ones they were, their numbers too."""
    model = Replacing()
    held = {name: (tensor, tensor.clone()) for name, tensor in model.state_dict(keep_vars=True).items()}
    assert cnnshapes.summary(model, (3, 8, 8))[0].kind == "Conv2d"
    now = model.state_dict(keep_vars=True)
    assert list(now) == list(held)
    assert all(now[name] is tensor and torch.equal(tensor, before) for name, (tensor, before) in held.items())
    assert list(model.behind) == [model.behind[0]]
    assert not any(map(torch.any, (model.counts, model.plain, model.listed[0])))


class Beside(nn.Module):
    """Functional calls beside modules that have the names which the calls would be given."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool1, self.relu1 = nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.ReLU()

    def forward(self, x: Tensor) -> Any:
        return self.relu1(self.pool1(F.max_pool2d(F.relu(self.conv(x)), 2)))


def test_names_of_modules_are_theirs() -> None:
    """A functional call is not called as a module is, so that a row of a module's name is that module's."""
    names = [row.name for row in cnnshapes.summary(Beside(), (3, 12, 12))]
    assert names == ["conv", "relu2", "pool2", "pool1", "relu1"]


class Unregistered(nn.Module):
    """Layers in a plain list, which torch does not find."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Conv2d(3, 4, 3), nn.ReLU()]
        self.fc = nn.Linear(144, 10)

    def forward(self, x: Tensor) -> Any:
        for layer in self.layers:
            x = layer(x)
        return self.fc(x.flatten(1))


def test_layers_that_are_not_registered() -> None:
    """They have no parameters as far as torch knows, and it is said where and how to register them."""
    report = cnnshapes.summary(Unregistered(), (3, 8, 8))
    assert report.total_params == 1450
    (found,) = [found for found in report.advice() if found.kind == "not registered"]
    assert (found.row, "nn.ModuleList" in found.text) == ("conv1", True)
    assert not [found for found in cnnshapes.summary(Beside(), (3, 12, 12)).advice() if found.kind == "not registered"]


def test_nothing_changes_after_an_error() -> None:
    """The same holds when the forward fails."""
    model = LeNet5(features=500)
    with pytest.raises(ShapeError):
        cnnshapes.summary(model, (3, 32, 32))
    assert all(module.training for module in model.modules())
    assert not any("_compiled_call_impl" in vars(module) for module in model.modules())
    assert torch.zeros(1).add(1).item() == 1


@pytest.mark.parametrize(
    ("model", "shape", "message"),
    [
        (
            LeNet5(features=500),
            (3, 32, 32),
            "fc1 (Linear): in_features is 500 but 400 features reach it. Use in_features = 400.",
        ),
        (LeNet5(), (1, 32, 32), "conv1 (Conv2d): in_channels is 3 but 1 channel reaches it. Use in_channels = 1."),
        (
            LeNet5(),
            (3, 8, 8),
            "conv2 (Conv2d): a 5×5 kernel does not fit the 2×2 input. Use padding ≥ 2 or kernel_size ≤ 2.",
        ),
        (
            Classifier(),
            (3, 40, 40),
            "view: view(-1, 1024) does not fit: 1600 numbers of each example reach it, so it must be view(-1, 1600).",
        ),
    ],
)
def test_errors_name_the_module_and_the_number(model: nn.Module, shape: tuple[int, ...], message: str) -> None:
    """A model that cannot run gets the layer, the numbers and the repair, with the rows before it on the error."""
    with pytest.raises(ShapeError) as caught:
        cnnshapes.summary(model, shape)
    assert str(caught.value) == f"{message} ({caught.value.source})"
    assert caught.value.source.startswith("networks.py:")
    assert isinstance(caught.value.report, Report)


def test_shared_and_tied_weights_count_once() -> None:
    """A block used twice and two layers with one weight count their parameters once."""

    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(16, 16)
            self.second = nn.Linear(16, 16, bias=False)
            self.second.weight = self.first.weight

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.second(self.first(self.first(x))))

    report = cnnshapes.summary(Tied(), (16,))
    assert report.total_params == 16 * 16 + 16
    assert [(row.name, row.params, row.macs) for row in report][:3] == [
        ("first", 272, 256),
        ("first#2", 0, 256),
        ("second", 0, 256),
    ]


def test_what_has_no_formula_is_torchs_and_says_so() -> None:
    """An operation without a layer of ours takes torch's shape and count."""

    class Odd(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.einsum("bchw,bdhw->bcd", x, x).cumsum(1)

    report = cnnshapes.summary(Odd(), (3, 8, 8))
    assert report.output_shape == (3, 3)
    assert report.total_macs == 3 * 3 * 64
    assert report[0].layer is None
    assert report[0].formulas["shape"] == "3x3, as torch says; there is no formula for einsum here"


@pytest.mark.parametrize("model", [42, "no such preset", nn.Linear])
def test_what_is_no_model(model: object) -> None:
    """Anything but a Design, a preset or a module gets one clear sentence."""
    with pytest.raises(InputError):
        cnnshapes.summary(model, (3, 32, 32))


def test_a_module_needs_a_shape() -> None:
    """Without a shape the sentence says what to give."""
    with pytest.raises(InputError, match=r"such as \(3, 32, 32\)"):
        cnnshapes.summary(LeNet5())


def test_a_forward_that_asks_for_values_is_told_so() -> None:
    """A branch on numbers in a tensor cannot be followed without data; the rows before it are on the error."""

    class Branching(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            return x if x.sum() > 0 else -x

    with pytest.raises(ReadError, match="its forward asks for the numbers in a tensor") as caught:
        cnnshapes.summary(Branching(), (3, 8, 8))
    assert "x.sum() > 0" in caught.value.source
    assert caught.value.report is not None
    assert caught.value.report["conv"].output_shape == (4, 6, 6)
