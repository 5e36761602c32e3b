"""Agreement with torch and torchinfo: explained where it is known, loud where it is not."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import Design, Report
from cnnshapes.bridge import check as checking
from cnnshapes.layers import BatchNorm2d, Conv2d, ConvTranspose2d, Flatten, Layer, Linear, PReLU
from cnnshapes.report import report_of
from tests.bridge.networks import Classifier, Inception, MnistCNN, Residual
from tests.torchvision_models import on_meta

SMALL = ("lenet5", "classifier", "mnist_cnn", "fashion_cnn", "fashion_dnn", "resnet20_cifar10")
LARGE = ("residual_block", "alexnet_two_gpu", "vgg16", "googlenet_aux", "resnet50", "densenet121", "mobilenet_v2")


class ChannelsLast(nn.LayerNorm):
    """A norm over the channels of a map, as ConvNeXt has it."""

    def __init__(self) -> None:
        super().__init__(8)

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Functional(nn.Module):
    """A convolution by function, on a parameter of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(8, 3, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.kernel)


@pytest.mark.parametrize("name", SMALL)
def test_small_presets_agree_on_the_cpu(name: str) -> None:
    """The presets of the notes agree on every row with a real forward on the CPU and with torchinfo."""
    agreement = cnnshapes.check(name)
    assert agreement.agrees, str(agreement)
    assert agreement.device == "cpu"
    assert not agreement.torchinfo_error


@pytest.mark.parametrize("name", LARGE)
def test_large_presets_agree_on_the_meta_device(name: str) -> None:
    """The large presets agree on every row with a forward on the meta device and with torchinfo."""
    agreement = cnnshapes.check(name)
    assert agreement.agrees, str(agreement.differences)
    assert agreement.device == "meta"


@pytest.mark.parametrize(
    ("model", "shape"),
    [(Classifier(), (3, 32, 32)), (MnistCNN(), (1, 28, 28)), (Residual(), (16, 32, 32)), (Inception(), (192, 28, 28))],
)
def test_modules_agree_and_stay_untouched(model: nn.Module, shape: tuple[int, ...]) -> None:
    """A module written by hand agrees row by row, and its numbers and flags are as before."""
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    agreement = cnnshapes.check(model, shape)
    assert agreement.agrees, str(agreement)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training
    assert torch.equal(torch.get_rng_state(), state)


class Windows(nn.Module):
    """A convolution over the four quarters of a picture, which the batch is folded with."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3)
        self.token = nn.Parameter(torch.zeros(1, 5, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        channels, height, width = x.shape[1:]
        quarters = x.reshape(-1, channels, 2, height // 2, 2, width // 2).permute(0, 2, 4, 1, 3, 5)
        return self.conv(quarters.flatten(0, 2)) + self.token.expand(4 * len(x), -1, -1, -1)  # type: ignore[no-any-return]


def test_a_batch_folded_into_windows() -> None:
    """Where the batch sits in a dimension with something else, the real forward's shape is read the same way."""
    agreement = cnnshapes.check(Windows(), (3, 8, 8))
    assert agreement.agrees, str(agreement)
    assert agreement.rows[-1].ours.startswith("4x5x2x2")


@pytest.mark.parametrize(
    ("layer", "shape", "note"),
    [
        (Conv2d(out_channels=6, kernel_size=5), (3, 32, 32), "torchinfo adds the bias, 4704"),
        (Conv2d(out_channels=6, kernel_size=5, bias=False), (3, 32, 32), ""),
        (BatchNorm2d(), (3, 8, 8), "torchinfo counts a scale and a shift as MACs"),
        (Linear(out_features=32), (4, 5, 16), "torchinfo adds the bias, 32 and leaves out the 20 positions"),
        (
            ConvTranspose2d(out_channels=8, kernel_size=2, stride=2, bias=False),
            (4, 8, 8),
            "torchinfo counts weights per output position, not per input position",
        ),
        (PReLU(), (3, 8, 8), "torchinfo counts a learned slope or scale as MACs"),
    ],
)
def test_known_differences_are_explained(layer: Layer, shape: tuple[int, ...], note: str) -> None:
    """Where torchinfo counts by another rule, the note says in what."""
    agreement = cnnshapes.check(Design.chain(shape, layer))
    assert agreement.agrees
    assert agreement.rows[0].note == note


@pytest.mark.parametrize(
    ("model", "shape", "notes"),
    [
        (
            nn.TransformerEncoderLayer(16, 4, 32, batch_first=True),
            (10, 16),
            {"self_attn": "torchinfo counts modules without children alone, and leaves this out"},
        ),
        (
            nn.Sequential(nn.LSTM(8, 16, batch_first=True)),
            (10, 8),
            {"0": f"torchinfo counts {10 * 1664} MACs, from the parameters of LSTM alone"},
        ),
        (
            nn.Sequential(ChannelsLast()),
            (8, 6, 6),
            {"0.permute1": "torchinfo counts 16 MACs for 0, from the parameters of ChannelsLast alone"},
        ),
        (Functional(), (3, 8, 8), {"conv1": "torchinfo counts 0 MACs, from the parameters of Functional alone"}),
    ],
)
def test_modules_of_several_operations(model: nn.Module, shape: tuple[int, ...], notes: dict[str, str]) -> None:
    """Attention, sequences and modules that rearrange: each number of torchinfo is explained by its own rule."""
    agreement = cnnshapes.check(model, shape)
    assert agreement.agrees, str(agreement)
    found = {row.name: row.note for row in agreement.rows}
    assert {name: found[name] for name in notes} == notes


def test_several_inputs() -> None:
    """A model with several inputs, whole numbers among them, is checked like any other."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(10, 8)
            self.fc = nn.Linear(8, 4)

        def forward(self, tokens: Tensor, x: Tensor) -> Tensor:
            return self.fc(self.embedding(tokens).mean(1) + x)  # type: ignore[no-any-return]

    agreement = cnnshapes.check(Net(), {"tokens": (5,), "x": (8,)}, dtype={"tokens": "int64"})
    assert agreement.agrees, str(agreement)


@pytest.mark.parametrize(
    "name", ["shufflenet_v2_x0_5", "swin_v2_t", "vit_b_32", "maxvit_t", "convnext_tiny", "googlenet"]
)
def test_torchvision_on_the_meta_device(name: str) -> None:
    """Networks that cut, roll and attend agree on every row, without data."""
    agreement = cnnshapes.check(on_meta(name), (3, 224, 224))
    assert agreement.agrees, "\n".join(map(str, agreement.differences))
    assert agreement.device == "meta"
    assert not agreement.torchinfo_error


class Plain(nn.Module):
    """A forward that makes tensors on the CPU and holds one that is no buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.rnn = nn.LSTM(8, 16, batch_first=True)
        self.mean = torch.rand(3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """A masked map, made a sequence."""
        found = self.conv(x - self.mean)
        mask = torch.tril(torch.ones(x.size(-2), x.size(-1)))
        padded = torch.zeros(x.size(0), 8, x.size(2), x.size(3) + 2)
        padded[..., 1:-1] = found.masked_fill(mask == 0, 0.0)
        state = torch.zeros(1, x.size(0), 16), torch.zeros(1, x.size(0), 16)
        result: Tensor = self.rnn(padded.flatten(2).transpose(1, 2), state)[0]
        return result


class Overheard(nn.Module):
    """A hook keeps a map in a dict of the module that its closure holds."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(4, 2)
        self.kept: dict[str, Tensor] = {}
        self.conv.register_forward_hook(lambda module, args, output: self.kept.update(conv=output))

    def forward(self, x: Tensor) -> Tensor:
        """Read what the hook kept."""
        self.conv(x)
        result: Tensor = self.fc(self.kept["conv"].mean((2, 3)))
        return result


@pytest.mark.parametrize("kind", [Plain, Overheard])
def test_the_module_itself_runs_and_is_left_as_it_was(kind: type[Plain | Overheard]) -> None:
    """Tensors made elsewhere and hooks with a closure agree, and each parameter is the very one it was."""
    model = kind()
    before = [id(parameter) for parameter in model.parameters()]
    agreement = cnnshapes.check(model, (3, 8, 8))
    assert agreement.agrees, str(agreement)
    assert [id(parameter) for parameter in model.parameters()] == before
    assert not getattr(model, "kept", None)
    model(torch.rand(2, 3, 8, 8))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_wrong_number_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of ours that is wrong by one differs, with both numbers shown."""
    design = Design.chain((3, 32, 32), Conv2d(out_channels=6, kernel_size=5), Flatten())
    right = report_of(design)
    wrong = Report(right.name, right.input_shape, [right[0]._replace(macs=352_801), right[1]])
    monkeypatch.setattr(checking, "report_of", lambda design: wrong)
    agreement = checking.check(design)
    assert not agreement.agrees
    assert [row.name for row in agreement.differences] == ["conv1", "total MACs"]
    assert "6x28x28 · 456 · 352801" in str(agreement)
    assert "6x28x28 · 456 · 352800" in str(agreement)


def test_a_weight_that_is_read_before_its_module_runs() -> None:
    """An embedding whose weight a product reads first, as a vector quantizer's, counts there."""

    class Quantizer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.codes = nn.Embedding(32, 8)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.codes((x @ self.codes.weight.t()).argmax(-1))
            return result

    agreement = cnnshapes.check(Quantizer(), (5, 8))
    assert agreement.agrees, str(agreement)
    assert agreement.rows[-1].note.startswith("256 of the module's own parameters count where a row before reads them")


def test_only_parameters_without_a_row_explain_more() -> None:
    """A row with more parameters than its module agrees only where some that no other row has add up to the rest."""
    assert checking._add_up([160, 6, 10], 166)
    assert not checking._add_up([160, 6, 10], 161)
    assert not checking._add_up([160], 320)
    assert not checking._add_up([160], 0)


def test_what_torchinfo_cannot_run_is_said() -> None:
    """A model that torchinfo fails on is held against torch alone, and the failure is told."""

    class Output:
        """Something that is no tensor."""

        def __init__(self, logits: Tensor) -> None:
            self.logits = logits

    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Output:
            return Output(self.fc(x))

    agreement = cnnshapes.check(Odd(), (8,))
    assert agreement.agrees
    assert agreement.torchinfo_error
    assert agreement.torchinfo_error in str(agreement)


@pytest.mark.parametrize("repeated", [True, False])
def test_what_is_made_of_weights_alone(repeated: bool) -> None:
    """Queries and positions that are learned agree, repeated for each example or added to all."""

    class Queries(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.queries, self.positions = nn.Embedding(5, 8), nn.Embedding(7, 8)
            self.layer = nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            queries = self.queries.weight
            if repeated:
                queries = queries.unsqueeze(0).expand(x.size(0), -1, -1)
            keys = x + self.positions(torch.arange(x.size(1), device=x.device))
            result: Tensor = self.layer(queries) @ keys.transpose(1, 2)
            return result

    agreement = cnnshapes.check(Queries(), (7, 8))
    assert agreement.agrees, str(agreement)


def test_a_forward_that_draws_a_number() -> None:
    """What a forward makes on the CPU keeps its numbers there while all else is without data."""

    class Dropping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            return x + self.layer(x) if torch.rand(1).item() >= 0 else x

    agreement = cnnshapes.check(Dropping(), (4,))
    assert agreement.agrees, str(agreement)
