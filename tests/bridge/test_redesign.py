"""From a torch model to a design and back to a module with the same state dict."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import Design, ReadError
from cnnshapes.bridge.build import build
from cnnshapes.formats.code import to_code
from tests.bridge.networks import FashionCNN, FashionDNN, Inception, LeNet5, MnistCNN, Residual
from tests.torchvision_models import on_meta, torchvision_models

NOTES: list[tuple[nn.Module, tuple[int, ...]]] = [
    (LeNet5(), (3, 32, 32)),
    (FashionDNN(), (1, 28, 28)),
    (FashionCNN(), (1, 28, 28)),
    (MnistCNN(), (1, 28, 28)),
    (Residual(), (16, 32, 32)),
    (Inception(), (192, 28, 28)),
]


@pytest.mark.parametrize(("model", "shape"), NOTES, ids=lambda value: type(value).__name__)
def test_there_and_back(model: nn.Module, shape: tuple[int, ...]) -> None:
    """The rebuilt module takes the model's state dict as it is and gives the same output."""
    design = cnnshapes.design_of(model, shape)
    rebuilt = build(design)
    assert list(rebuilt.state_dict()) == list(model.state_dict())
    rebuilt.load_state_dict(model.state_dict())
    picture = torch.rand(2, *shape)
    assert torch.allclose(rebuilt.eval()(picture), model.eval()(picture), atol=1e-6)
    assert Design.from_json(design.to_json()) == design
    assert not any(isinstance(value, tuple) for node in design.nodes for value in node.layer.given().values())


@pytest.mark.parametrize(
    "name", ["resnet18", "squeezenet1_1", "mobilenet_v3_small", "shufflenet_v2_x0_5", "densenet121"]
)
def test_torchvision_there_and_back(name: str) -> None:
    """Torchvision's networks are designs with the same state dict and the same output, whole branches included."""
    torch.manual_seed(0)
    model = torchvision_models().get_model(name).eval()
    rebuilt = build(cnnshapes.design_of(model, (3, 64, 64))).eval()
    rebuilt.load_state_dict(model.state_dict())
    picture = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(rebuilt(picture), model(picture), atol=1e-5)


class Attention(nn.Module):
    """Spatial attention on a residual whose shortcut subsamples and pads with zeros, and branches that are stacked."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 8, 3, stride=2, padding=1)
        self.attention = nn.Conv2d(2, 1, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x) + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 2, 2))
        largest, _ = torch.max(y, dim=1, keepdim=True)
        y = y * torch.sigmoid(self.attention(torch.cat([y.mean(1, keepdim=True), largest], dim=1)))
        result = torch.stack([y[:, 0:4], y[:, 4:8]], dim=1).sum(1)[:, :, 1:-1, 1:]
        torch.relu(x)  # nothing reads this
        return result


def test_slices_and_extremes_there_and_back() -> None:
    """Slices, zeros for channels, the largest along a dimension and stacks are layers; the result comes last."""
    model = Attention().eval()
    design = cnnshapes.design_of(model, (4, 8, 8))
    kinds = [node.layer.kind for node in design.nodes]
    assert {"Slice", "ZeroPad2d", "Max", "Mean", "Stack", "Sum"} < set(kinds)
    assert kinds[-1] == "Slice"
    picture = torch.rand(2, 4, 8, 8)
    namespace: dict[str, type[nn.Module]] = {}
    exec(compile(to_code(design), "printed", "exec"), namespace)  # noqa: S102  it is our own text that runs
    assert "[:, :, ::2, ::2]" in to_code(design)
    for module in (build(design), namespace["Attention"]()):
        module.load_state_dict(model.state_dict())
        assert torch.allclose(module.eval()(picture), model(picture), atol=1e-6)


@pytest.mark.parametrize("padding", [(1,) * 6, (1, 1), (1, 1, 1, 1), (2, 2, 0, 0)])
def test_paddings_there_and_back(padding: tuple[int, ...]) -> None:
    """One number stands for all sides of the picture, and not for some of them, nor for the channels too."""

    class Padded(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.pad(x, padding)

    picture = torch.rand(2, 3, 4, 5)
    module = build(cnnshapes.design_of(Padded(), (3, 4, 5)))
    assert torch.equal(module(picture), Padded()(picture))


def test_a_design_can_be_edited() -> None:
    """Sizes that follow from the input are left out, so another input shape computes."""
    design = cnnshapes.design_of(on_meta("resnet18"), (3, 224, 224))
    assert cnnshapes.summary(design.with_input((1, 64, 64))).output_shape == (1000,)
    assert "class " in to_code(design)


class Called(nn.Module):
    """One linear layer called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(F.relu(self.fc(x)))  # type: ignore[no-any-return]


class Odd(nn.Module):
    """Something there is no layer for."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cumsum(x, 1)


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(8, 8)
        self.b = nn.Linear(8, 8)
        self.b.weight = self.a.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.b(F.relu(self.a(x)))  # type: ignore[no-any-return]


class Two(nn.Module):
    """Two outputs."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return F.relu(x), torch.sigmoid(x)


class Early(nn.Module):
    """What it returns is read by an operation behind it."""

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(x)
        torch.sigmoid(y)
        return y


class Where(nn.Module):
    """It returns where the largest is, not the largest."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x).view(-1, 2, 4).max(1)[1]


class FromIndices(nn.Module):
    """It goes on with where the largest is."""

    def forward(self, x: Tensor) -> Tensor:
        _, at = x.view(-1, 2, 4).max(1)
        return torch.relu(at.float())


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Called(), "fc#2 cannot be part of a design: the module is called twice, and a design has each weight once."),
        (Odd(), "cumsum1 cannot be part of a design: there is no layer for cumsum."),
        (Tied(), "b cannot be part of a design: its weights are shared with another row."),
        (Two(), "Two has 1 inputs and 2 outputs, and a design one of each."),
        (Early(), "Early returns relu1, which other operations read; a design returns what its last one gives."),
        (Where(), "Where returns what no operation of a design gives, such as indices or a constant."),
        (FromIndices(), "float1 cannot be part of a design: there is no layer for float."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_a_design(model: nn.Module, message: str) -> None:
    """A model that is more than a design says which row stands in the way."""
    with pytest.raises(ReadError) as caught:
        cnnshapes.design_of(model, (8,))
    assert str(caught.value) == message
