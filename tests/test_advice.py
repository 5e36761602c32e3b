"""Advice: each silent mistake is pointed out once, where it is; the classics get none for what they do on purpose."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import Design, Node
from cnnshapes.layers import (
    Add,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Layer,
    Linear,
    LogSoftmax,
    MaxPool2d,
    Multiply,
    ReLU,
    Sigmoid,
    Softmax,
    Unflatten,
)
from tests.torchvision_models import on_meta


def advice(*layers: Layer, shape: tuple[int, ...] = (3, 8, 8)) -> list[tuple[str, str]]:
    """What is said of a chain: the row and the kind of each piece of advice."""
    return [(found.row, found.kind) for found in cnnshapes.summary(Design.chain(shape, *layers)).advice()]


def conv(width: int = 8, kernel_size: int = 3, **options: int) -> Conv2d:
    """A convolution that keeps the size."""
    return Conv2d(out_channels=width, kernel_size=kernel_size, padding=kernel_size // 2, **options)  # type: ignore[arg-type]


def test_a_linear_on_a_map() -> None:
    """A forgotten Flatten in front of a Linear whose width happens to fit."""
    assert ("fc1", "Linear on a map") in advice(conv(), ReLU(), Linear(out_features=10))
    assert advice(conv(), ReLU(), conv(), ReLU(), conv(), ReLU(), Flatten(), Linear(out_features=10))[:1] != [
        ("fc1", "Linear on a map")
    ]


@pytest.mark.parametrize(
    ("layer", "narrow", "kind"),
    [
        (Add(), [GlobalAvgPool2d(), Unflatten(1, (8, 1, 1))], None),
        (Multiply(), [GlobalAvgPool2d(), Unflatten(1, (8, 1, 1)), Sigmoid()], None),
        (Multiply(), [conv(1), Sigmoid()], None),
        (Add(), [conv(1)], "broadcast"),
        (Add(), [AvgPool2d((1, 8))], "broadcast"),
    ],
    ids=["time embedding", "squeeze-and-excitation", "gate", "one channel", "one column"],
)
def test_what_broadcasts(layer: Layer, narrow: list[Layer], kind: str | None) -> None:
    """A map with numbers for its channels, or a gate, is meant; a sum with a map of one channel or column hardly."""
    nodes = [Node("conv1", conv(), ("input",))]
    for number, each in enumerate(narrow):
        nodes.append(Node(f"narrow{number}", each, (nodes[-1].name,)))
    nodes.append(Node("join", layer, ("conv1", nodes[-1].name)))
    report = cnnshapes.summary(Design("gate", (3, 8, 8), tuple(nodes)))
    assert [found.kind for found in report.advice() if found.row == "join"] == ([kind] if kind else [])


class Outer(nn.Module):
    """Each with each, of a row and a column that were made for it."""

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.bias = nn.Linear(4, 4), nn.Parameter(torch.rand(1, 4, 4))

    def forward(self, x: Tensor) -> Tensor:
        """As in graph attention."""
        x = self.fc(x)
        return x.unsqueeze(1) + x[..., None]


class Columns(nn.Module):
    """The means of columns and those of rows."""

    def __init__(self, *, product: bool) -> None:
        super().__init__()
        self.conv, self.product = nn.Conv2d(3, 4, 1), product

    def forward(self, x: Tensor) -> Tensor:
        """Their sum, or as in coordinate attention their product."""
        x = self.conv(x)
        columns, rows = F.adaptive_avg_pool2d(x, (1, 8)), F.adaptive_avg_pool2d(x, (8, 1))
        return columns * rows if self.product else columns + rows


class Biased(Outer):
    """The products of positions, to which one bias for all heads is added."""

    def forward(self, x: Tensor) -> Tensor:
        """As in an attention."""
        x = self.fc(x)
        return x @ x.transpose(1, 2) + F.relu(self.bias @ self.bias)


def test_both_repeated_and_what_no_input_reaches() -> None:
    """A sum of rows and columns is pointed out; each with each, gates and biases of positions are meant."""

    def kinds(model: nn.Module, *shape: int) -> set[str]:
        return {found.kind for found in cnnshapes.summary(model, shape).advice()}

    assert "broadcast" in kinds(Columns(product=False), 3, 8, 8)
    assert "broadcast" not in kinds(Columns(product=True), 3, 8, 8)
    assert "broadcast" not in kinds(Outer(), 4)
    assert "broadcast" not in kinds(Biased(), 4, 4)


def test_a_norm_that_is_not_of_the_features() -> None:
    """A BatchNorm over positions keeps the bias of a Linear, which is one number for each feature."""
    assert ("fc1", "bias before BatchNorm") in advice(Linear(out_features=16), BatchNorm1d(), shape=(8,))
    assert ("fc1", "bias before BatchNorm") not in advice(Linear(out_features=16), BatchNorm1d(), shape=(5, 8))


@pytest.mark.parametrize(("layer", "word"), [(Softmax(1), "second"), (LogSoftmax(1), "NLLLoss")])
def test_a_softmax_at_the_end(layer: Layer, word: str) -> None:
    """A softmax in front of CrossEntropyLoss, and which loss goes with a LogSoftmax."""
    report = cnnshapes.summary(Design.chain((16,), Linear(out_features=4), layer))
    (found,) = report.advice()
    assert found.kind == "softmax at the end"
    assert word in found.text


def test_a_softmax_on_each_of_two_outputs() -> None:
    """Every output is looked at, not only what was computed last; a softmax that is read on is no output."""

    class Heads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(8, 4)
            self.b = nn.Linear(8, 4)

        def forward(self, x: Tensor) -> dict[str, Tensor]:
            weighed = x * F.softmax(x, -1)
            return {"a": F.softmax(self.a(weighed), -1), "b": self.b(x)}

    found = [found.row for found in cnnshapes.summary(Heads(), (8,)).advice() if found.kind == "softmax at the end"]
    assert found == ["softmax2"]


def test_a_bias_before_batchnorm() -> None:
    """The bias that a BatchNorm subtracts, and how many parameters leaving it out saves."""
    report = cnnshapes.summary(Design.chain((3, 8, 8), conv(), BatchNorm2d(), ReLU()))
    found = next(found for found in report.advice() if found.kind == "bias before BatchNorm")
    assert found.row == "conv1"
    assert "bias=False saves 8 parameters" in found.text
    kinds = {kind for _, kind in advice(conv(bias=False), BatchNorm2d(), ReLU())}
    assert "bias before BatchNorm" not in kinds


def test_nothing_that_bends_between() -> None:
    """Two convolutions, or two linear layers with only a dropout between them."""
    assert ("conv2", "no activation between") in advice(conv(), conv(), ReLU())
    assert ("fc2", "no activation between") in advice(
        Linear(out_features=8), Dropout(), Linear(out_features=4), shape=(16,)
    )
    assert "no activation between" not in {kind for _, kind in advice(conv(), ReLU(), conv())}
    assert "no activation between" not in {kind for _, kind in advice(conv(), MaxPool2d(2), conv())}
    assert "no activation between" not in {kind for _, kind in advice(conv(), conv(groups=8), ReLU())}


@pytest.mark.parametrize(
    "layers",
    [
        (conv(16), ReLU(), conv(8, 1), BatchNorm2d(), conv(32, 1), ReLU()),
        (conv(16), ReLU(), conv(16, groups=16), conv(16, 1), ReLU()),
        (conv(16), ReLU(), Conv2d(None, 8, (1, 7)), Conv2d(None, 8, (7, 1)), ReLU()),
        (Flatten(), Linear(out_features=8), Linear(out_features=64), ReLU()),
    ],
    ids=["linear bottleneck", "separable by channels", "separable by axes", "low rank"],
)
def test_one_large_linear_map_as_two_small_ones(layers: tuple[Layer, ...]) -> None:
    """Two linear maps that together cost less than the one they stand for are meant."""
    assert "no activation between" not in {kind for _, kind in advice(*layers)}


def test_one_linear_with_most_parameters() -> None:
    """VGG-16's first Linear holds three quarters of it; a global pooling would leave 2 million."""
    found = next(found for found in cnnshapes.summary("vgg16").advice() if found.kind == "one large Linear")
    assert found.row == "classifier.0"
    assert "102,764,544 of the network's 138,357,544 parameters (74%)" in found.text
    assert f"would leave {512 * 4096 + 4096:,}" in found.text


def test_a_large_linear_without_a_map() -> None:
    """Nothing could be pooled in front of the classifier of pooled features, or of a perceptron's input."""
    for layers in ((conv(), ReLU(), GlobalAvgPool2d()), (Flatten(), Linear(out_features=8), ReLU())):
        design = Design.chain((3, 64, 64), *layers, Linear(out_features=20_000))
        assert "one large Linear" not in {found.kind for found in cnnshapes.summary(design).advice()}


def test_a_receptive_field_smaller_than_the_picture() -> None:
    """Two 3×3 on a 32×32 picture see 5×5 of it."""
    report = cnnshapes.summary(
        Design.chain((3, 32, 32), conv(), ReLU(), conv(), ReLU(), Flatten(), Linear(out_features=4))
    )
    found = next(found for found in report.advice() if found.kind == "sees too little")
    assert found.row == "relu2"
    assert "sees 5x5 of the 32x32 input" in found.text


def test_a_branch_may_see_little() -> None:
    """Beside branches that see the whole, the last one need not."""

    class Pyramid(nn.Module):
        def __init__(self, dilation: int) -> None:
            super().__init__()
            self.stem, self.narrow, self.head = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 1), nn.Linear(16, 4)
            self.wide = nn.Conv2d(8, 8, 3, dilation=dilation)

        def forward(self, x: Tensor) -> Tensor:
            x = F.relu(self.stem(x))
            branches = [branch(x).mean((2, 3)) for branch in (self.wide, self.narrow)]
            result: Tensor = self.head(torch.cat(branches, 1))
            return result

    kinds = {}
    for dilation in (1, 8):
        kinds[dilation] = {found.row for found in cnnshapes.summary(Pyramid(dilation), (3, 32, 32)).advice()}
    assert kinds == {1: {"wide"}, 8: set()}


def test_no_map_is_last_where_later_ones_are_not_followed() -> None:
    """Behind an operation that mixes positions no map is said to see too little."""

    class Mixing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(3, 4, 3)
            self.conv2 = nn.Conv2d(4, 4, 3)
            self.fc = nn.Linear(4, 2)

        def forward(self, x: Tensor) -> Tensor:
            x = F.relu(self.conv2(F.relu(self.conv1(x)).cumsum(2).cumsum(3)))
            return torch.relu(self.fc(x.mean((2, 3))))

    assert "sees too little" not in {found.kind for found in cnnshapes.summary(Mixing(), (3, 32, 32)).advice()}


class Twice(nn.Module):
    """A convolution that is called again, before a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Both times with an activation behind it, or a norm and another convolution."""
        result: Tensor = self.fc(self.norm(self.conv(F.relu(self.conv(x)))))
        return result


class Returned(Twice):
    """A convolution before a norm that is an output too."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Both."""
        early = self.conv(x)
        return self.fc(self.norm(early)), early


@pytest.mark.parametrize("kind", [Twice, Returned])
def test_what_serves_elsewhere_too_is_needed(kind: type[Twice]) -> None:
    """A bias, or a layer without an activation behind it, whose numbers are returned or which is called again."""
    assert not cnnshapes.summary(kind(), (4, 8, 8)).advice()


def test_parameters_that_are_never_used() -> None:
    """A layer that was made and forgotten in the forward."""

    class Forgetful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = nn.Linear(8, 4)
            self.forgotten = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.used(x))

    (found,) = cnnshapes.summary(Forgetful(), (8,)).advice()
    assert (found.row, found.kind) == ("forgotten.weight", "never used")
    assert "20 parameters" in str(found)


def test_a_linear_on_channels_last_is_meant() -> None:
    """ConvNeXt's Linear reads the channels of a permuted map on purpose."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(8, 8, 7, padding=3, groups=8)
            self.fc = nn.Linear(8, 32)

        def forward(self, x: Tensor) -> Tensor:
            return F.gelu(self.fc(torch.permute(self.conv(x), (0, 2, 3, 1))))

    assert "Linear on a map" not in {found.kind for found in cnnshapes.summary(Block(), (8, 16, 16)).advice()}


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "densenet121", "mobilenet_v2", "resnet20_cifar10"])
def test_well_made_networks_get_no_advice(name: str) -> None:
    """What the classics do on purpose is no mistake."""
    assert not cnnshapes.summary(name).advice()


@pytest.mark.parametrize("name", ["mobilenet_v3_small", "efficientnet_b0", "mnasnet0_5", "swin_v2_t", "convnext_tiny"])
def test_nor_do_torchvisions(name: str) -> None:
    """The same for blocks that no preset has."""
    assert not cnnshapes.summary(on_meta(name), (3, 224, 224)).advice()
