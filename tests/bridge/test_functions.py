"""Models whose forwards call torch's functions with weights, sizes and tensors of their own."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import ReadError
from cnnshapes.bridge.build import build
from cnnshapes.bridge.redesign import design_of
from tests.bridge.networks import Functional


class StandardizedConvolution(nn.Conv2d):
    """A subclass whose name and forward are its own, as timm's."""

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
        return F.conv2d(x, weight / weight.std((1, 2, 3), keepdim=True), self.bias, self.stride, self.padding)


def test_convolutions_by_function() -> None:
    """A subclass with another forward, and functional calls on a module's own parameters, are layers like any other."""
    (row,) = cnnshapes.summary(nn.Sequential(StandardizedConvolution(3, 8, 3)), (3, 8, 8))
    assert (row.name, row.kind, row.params, row.macs) == ("0", "Conv2d", 224, 8 * 3 * 9 * 6 * 6)
    rows = cnnshapes.summary(Functional(), (3, 8, 8)).rows
    assert [(row.name, row.kind, row.params) for row in rows] == [("conv1", "Conv2d", 216), ("scale", "Scale", 8)]


def test_numbers_and_weights_on_each() -> None:
    """A weight in another shape, a buffer of that shape, numbers and differences: each is what it is."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gamma = nn.Parameter(torch.ones(4))
            self.beta = nn.Parameter(torch.ones(4, 1, 1))
            self.fixed: Tensor
            self.also_fixed: Tensor
            self.register_buffer("fixed", torch.ones(4, 1, 1))
            self.register_buffer("also_fixed", torch.ones(1, 4, 1, 1))

        def forward(self, x: Tensor) -> Tensor:
            y = x * self.gamma.view(1, -1, 1, 1) + self.beta
            y = y * self.also_fixed + self.fixed
            return (2 * y - x) / x - 1

    report = cnnshapes.summary(Net(), (4, 8, 8))
    assert [(row.name, row.kind, row.params) for row in report] == [
        ("gamma", "Scale", 4),
        ("beta", "Shift", 4),
        ("mul1", "mul", 0),
        ("add1", "add", 0),
        ("times1", "MultiplyScalar", 0),
        ("sub1", "Subtract", 0),
        ("div1", "Divide", 0),
        ("plus1", "AddScalar", 0),
    ]
    with pytest.raises(ReadError, match="there is no layer for mul"):
        design_of(Net(), (4, 8, 8))
    with pytest.raises(ReadError, match="gamma cannot be part of a design: it is used as 1x4x1x1 and has the shape 4"):
        design_of(Scaled(), (4, 8, 8))


class SqueezeAndExcite(nn.Module):
    """As it is usually written, beside other calls that only ask a tensor for its shape."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.fc = nn.Linear(8, 8)
        self.scale = nn.Parameter(torch.ones(1, 8, 1, 1))
        self.like = nn.Parameter(torch.ones(1, 8, 4, 4))

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        weights = self.fc(x.mean((2, 3))).view(x.size(0), -1, 1, 1)
        x = x * weights.expand_as(x)
        x = x.flatten(1).view_as(x) + x.flatten(1).reshape_as(x)
        return x.type_as(self.like).to(self.like) * self.scale.expand_as(x)


def test_tensors_that_only_lend_their_shape() -> None:
    """What is read for its shape or type is no input and counts no parameter; what is repeated to it has a formula."""
    model = SqueezeAndExcite()
    report = cnnshapes.summary(model, (3, 4, 4))
    assert {row.name: row.inputs for row in report if row.kind in ("Expand", "Unflatten")} == {
        "unflatten1": ("fc",), "expand1": ("unflatten1",), "unflatten2": ("flatten1",), "unflatten3": ("flatten2",)
    }  # fmt: skip
    assert report["expand1"].formulas["shape"] == "channels = size = 8; height = width = size = 4"
    assert [row.name for row in report if not row.formulas] == []
    assert report.total_params == sum(parameter.numel() for parameter in model.parameters())
    assert [row.name for row in report.unused] == ["like"]
    assert report[-1].params == 8
    assert cnnshapes.check(model, (3, 4, 4)).agrees


def test_what_is_repeated_is_a_layer() -> None:
    """A block of squeeze-and-excitation becomes a design that gives the same numbers."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            weights = self.fc(x.mean((2, 3))).unsqueeze(-1).unsqueeze(-1)
            return torch.cat([x * weights.expand_as(x), weights.expand(-1, 8, 4, 4)], 1)

    model = Block().eval()
    design = design_of(model, (8, 4, 4))
    assert [node.layer.kind for node in design].count("Expand") == 2
    built = build(design).eval()
    built.load_state_dict(model.state_dict())
    x = torch.rand(2, 8, 4, 4)
    assert torch.equal(built(x), model(x))


class DynamicConvolution(nn.Module):
    """A kernel for each example, a mixture of two [Chen et al. 2020], then one made of a fixed vector."""

    def __init__(self) -> None:
        super().__init__()
        self.kernels = nn.Parameter(torch.randn(2, 4, 3, 3, 3))
        self.attention = nn.Linear(3, 2)
        self.code = nn.Parameter(torch.randn(6))
        self.hyper = nn.Linear(6, 4 * 4)

    def forward(self, x: Tensor) -> Tensor:
        batch, _, height, width = x.shape
        shares = self.attention(x.mean((2, 3))).softmax(1).view(batch, 2, 1, 1, 1, 1)
        kernels = (shares * self.kernels).sum(1).view(batch * 4, 3, 3, 3)
        mixed = F.conv2d(x.view(1, batch * 3, height, width), kernels, groups=batch, padding=1)
        return F.conv2d(mixed.view(batch, 4, height, width), self.hyper(self.code).view(4, 4, 1, 1))


def test_kernels_that_are_computed() -> None:
    """What torch computes is not refused for a layer of ours; a vector counts where it is read."""
    model = DynamicConvolution()
    report = cnnshapes.summary(model, (3, 8, 8))
    assert report.outputs == {"": (4, 8, 8)}
    assert report.total_macs == 3 * 2 + 8 * 8 * 3 * 3 * 3 * 4 + 6 * 16 + 8 * 8 * 4 * 4
    assert report.total_params == sum(parameter.numel() for parameter in model.parameters())
    assert report["hyper"].params == 6 * 16 + 16 + 6
    agreement = cnnshapes.check(model, (3, 8, 8))
    assert agreement.agrees
    (hyper,) = [row for row in agreement.rows if row.name == "hyper"]
    assert hyper.note.startswith("6 parameters more than the module's own")


class Scaled(nn.Module):
    """A factor for each channel, kept as a vector."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma.view(1, -1, 1, 1)


def test_a_view_that_is_neither_a_flatten_nor_its_inverse() -> None:
    """Any view of each example is a Reshape with a formula; one that rearranges the batch too has none."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.view(len(x), 8, 24).view(len(x) * 3, 64)

    assert [(row.kind, row.output_shape) for row in cnnshapes.summary(Net(), (3, 8, 8))] == [
        ("Reshape", (8, 24)),
        ("view", (3, 64)),
    ]


class Cached(nn.Module):
    """Attention to keys that are kept, for so many examples at most."""

    def __init__(self, examples: int) -> None:
        super().__init__()
        self.keys = nn.Linear(16, 16)
        self.kept = torch.zeros(examples, 64, 16)

    def forward(self, x: Tensor) -> Tensor:
        self.kept[: x.size(0), : x.size(1)] = self.keys(x)
        return x @ self.kept[: x.size(0), : x.size(1)].transpose(1, 2)


def test_a_cache_for_fewer_examples_than_the_stand_ins() -> None:
    """How many examples a cache has room for changes nothing of one example's numbers."""
    small, large = (cnnshapes.summary(Cached(examples), (10, 16)) for examples in (4, 512))
    assert small.outputs == {"": (10, 10)}
    assert small.total_macs == 10 * 16 * 16 + 10 * 10 * 16
    assert [row.output_shape for row in small][2:] == [row.output_shape for row in large][2:]
    assert cnnshapes.check(Cached(4), (10, 16)).agrees


class Mapped(nn.Module):
    """Three linear layers and a forward given as a function of the module and its input."""

    def __init__(self, forward: Callable[[Mapped, Tensor], Tensor]) -> None:
        super().__init__()
        self.one = nn.Linear(8, 8)
        self.weights = nn.Parameter(torch.zeros(3, 4, 8))
        self.called = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.called(self, x)


@pytest.mark.parametrize(
    ("called", "shape", "output", "macs"),
    [
        (lambda model, x: torch.vmap(model.one)(x), (8,), (8,), 8 * 8),
        (lambda model, x: torch.vmap(lambda y: F.relu(model.one(y)), 1, 1)(x), (5, 8), (5, 8), 5 * 8 * 8),
        (lambda model, x: torch.vmap(F.linear, (None, 0), 1)(x, model.weights), (8,), (3, 4), 3 * 4 * 8),
        (lambda model, x: torch.vmap(lambda w: F.linear(x, w), 0, 1)(model.weights * 2), (8,), (3, 4), 3 * 4 * 8),
    ],
    ids=["examples", "positions", "weights", "what is made of weights"],
)
def test_what_vmap_maps(
    called: Callable[[Mapped, Tensor], Tensor], shape: tuple[int, ...], output: tuple[int, ...], macs: int
) -> None:
    """A function mapped over examples, positions or weights does its work once for each, read once or again."""
    for _ in range(2):
        report = cnnshapes.summary(Mapped(called), shape)
        assert report.outputs == {"": output}
        assert report.total_macs == macs
        assert sum(row.params for row in report) in (8 * 8 + 8, 3 * 4 * 8)


def test_a_warning_of_hugging_face_is_not_asked_for() -> None:
    """Whether an example has padding, of which it only warns, is no; the same question of anyone else is refused."""

    def warn_if_padding_and_no_attention_mask(x: Tensor) -> bool:
        return 0 in x[:, [-1, 0]]

    class Net(nn.Module):
        def __init__(self, asks: Any) -> None:
            super().__init__()
            self.embedding = nn.Embedding(10, 4)
            self.asks = asks

        def forward(self, x: Tensor) -> Any:
            assert not self.asks(x)
            return self.embedding(x)

    code = warn_if_padding_and_no_attention_mask.__code__
    theirs = types.FunctionType(code, {"__name__": "transformers.modeling_utils", "__builtins__": __builtins__})
    assert cnnshapes.summary(Net(theirs), (5,), dtype="int64").output_shape == (5, 4)
    with pytest.raises(ReadError, match="numbers in a tensor"):
        cnnshapes.summary(Net(warn_if_padding_and_no_attention_mask), (5,), dtype="int64")


REDUCED: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "mean(1, keepdim)": (lambda x: x.mean(1, keepdim=True), "Mean"),
    "mean(dim=(1,))": (lambda x: torch.mean(x, dim=(1,)), "Mean"),
    "mean(-1)": (lambda x: x.mean(-1), "Mean"),
    "sum(1)": (lambda x: x.sum(1), "Sum"),
    "sum(dim=2)": (lambda x: torch.sum(x, dim=2, keepdim=True), "Sum"),
    "mean((2, 3))": (lambda x: x.mean((2, 3)), "GlobalAvgPool2d"),
    "mean((1, 2))": (lambda x: x.mean((1, 2)), "mean"),
    "mean()": (lambda x: x.mean() + x[:, 0, 0, 0], "mean"),
    "sum(0)": (lambda x: x.sum(0, keepdim=True) + x, "sum"),
    "max(1)": (lambda x: x.max(1)[0], "Max"),
    "max(-1, keepdim)": (lambda x: torch.max(x, -1, keepdim=True).values, "Max"),
    "amax(2)": (lambda x: x.amax(2), "Max"),
    "max()": (lambda x: x.max() + x[:, 0, 0, 0], "max"),
    "max(other)": (lambda x: torch.max(x, x), "max"),
    "max pooling with indices": (lambda x: F.max_pool2d(x, 2, return_indices=True)[0], "MaxPool2d"),
    "amax((2, 3))": (lambda x: x.amax((2, 3)), "GlobalMaxPool2d"),
    "sum, float64": (lambda x: x.sum(1, dtype=torch.float64), "sum"),
}


@pytest.mark.parametrize("name", REDUCED)
def test_what_is_reduced(name: str) -> None:
    """One along one dimension of an example has a formula, any other is torch's; both give torch's shape."""
    function, kind = REDUCED[name]

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return function(x)

    report = cnnshapes.summary(Net(), (3, 4, 5))
    assert (report[0].kind, report.output_shape) == (kind, tuple(Net()(torch.zeros(1, 3, 4, 5)).shape[1:]))
    assert cnnshapes.check(Net(), (3, 4, 5)).agrees


SLICES: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "x[:, :2]": (lambda x: x[:, :2], "Slice"),
    "x[..., ::2]": (lambda x: x[..., ::2], "Slice"),
    "x[:, :, 1:-1, 1:-1]": (lambda x: x[:, :, 1:-1, 1:-1], "Slice"),
    "x[:, 1]": (lambda x: x[:, 1], "Select"),
    "x[:, 1, ::2]": (lambda x: x[:, 1, ::2], "__getitem__"),
    "x[:, [0, 2]]": (lambda x: x[:, [0, 2]], "__getitem__"),
    "narrow": (lambda x: x.narrow(1, -2, 2), "Slice"),
    "chunk": (lambda x: x.chunk(2, -1)[1], "Slice"),
    "stack": (lambda x: torch.stack([x, x], 1), "Stack"),
    "stack of batches": (lambda x: torch.stack([x, x]).sum(0), "stack"),
    "pad of channels": (lambda x: F.pad(x, (0, 0, 0, 1, 2, 0)), "ZeroPad2d"),
    "pad of the batch": (lambda x: F.pad(x, (0, 0, 0, 0, 0, 0, 0, 0)), "ZeroPad2d"),
}


@pytest.mark.parametrize("name", SLICES)
def test_what_is_cut_and_put_together(name: str) -> None:
    """Slices, stacks and pads have formulas unless they touch the batch; all give torch's shape."""
    function, kind = SLICES[name]

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return function(x)

    report = cnnshapes.summary(Net(), (3, 4, 6))
    assert (report[0].kind, report.output_shape) == (kind, tuple(Net()(torch.zeros(1, 3, 4, 6)).shape[1:]))
    assert cnnshapes.check(Net(), (3, 4, 6)).agrees
