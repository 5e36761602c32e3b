"""Memory: what training keeps is held against what torch's autograd really saves."""

from __future__ import annotations

import weakref
from math import prod
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

import cnnshapes
from cnnshapes import Design, InputError
from cnnshapes.bridge.build import build
from cnnshapes.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from cnnshapes.memory import in_units, kept_by_row
from tests.bridge.networks import Classifier, FashionCNN, FashionDNN, Inception, LeNet5, MnistCNN, Residual
from tests.torchvision_models import torchvision_models

BATCH = 4


def saved_by_torch(model: nn.Module, *shapes: tuple[int, ...]) -> int:
    """Bytes that autograd keeps of one training pass for a batch: each memory once, the parameters left out."""
    kept: dict[int, int] = {}
    own = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers())}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        alive.append(tensor)  # so that no later tensor gets the same address
        return tensor

    alive: list[Tensor] = []
    model.train()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(*[torch.rand(BATCH, *shape) for shape in shapes])
    return sum(kept.values())


of_the_notes = pytest.mark.parametrize(
    ("model", "shape"),
    [
        (Classifier(), (3, 32, 32)),
        (LeNet5(), (3, 32, 32)),
        (FashionDNN(), (1, 28, 28)),
        (FashionCNN(), (1, 28, 28)),
        (MnistCNN(), (1, 28, 28)),
        (Residual(), (16, 32, 32)),
        (Inception(), (192, 28, 28)),
    ],
    ids=lambda value: type(value).__name__,
)
"""The networks of the notes, as torch has them."""


@of_the_notes
def test_training_activations_of_the_notes(model: nn.Module, shape: tuple[int, ...]) -> None:
    """What autograd saves on the networks of the notes is predicted within 5 %."""
    predicted = BATCH * cnnshapes.summary(model, shape).memory().training
    assert predicted == pytest.approx(saved_by_torch(model, shape), rel=0.05)


@pytest.mark.parametrize(
    "name",
    ["lenet5", "alexnet", "vgg11", "resnet18", "densenet121", "mobilenet_v2", "googlenet", "resnet20_cifar10"],
)
def test_training_activations_of_the_presets(name: str) -> None:
    """The same for the classics, built as modules."""
    design = cnnshapes.presets.preset(name)
    predicted = BATCH * cnnshapes.summary(design).memory().training
    assert predicted == pytest.approx(saved_by_torch(build(design), design.input_shape), rel=0.05)


@pytest.mark.parametrize(
    ("name", "assumed"), [("shufflenet_v2_x0_5", 0), ("swin_t", 0), ("swin_v2_t", 0), ("vit_b_32", 12)]
)
def test_training_activations_of_views_and_products(name: str, assumed: int) -> None:
    """The same where parts, transposed copies and products of them are kept; what was assumed of attention is told."""
    model = torchvision_models().get_model(name)
    memory = cnnshapes.summary(model, (3, 224, 224)).memory()
    assert BATCH * memory.training == pytest.approx(saved_by_torch(model, (3, 224, 224)), rel=0.05)
    assert len(memory.assumed) == assumed


def test_weights_of_what_has_no_layer() -> None:
    """Behind the first weight that learns things are kept, whether a layer of ours has it or not."""

    class Products(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Parameter(torch.rand(8, 16)), nn.Parameter(torch.rand(16, 4))

        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(x @ self.first) @ self.second

    assert BATCH * cnnshapes.summary(Products(), (5, 8)).memory().training == saved_by_torch(Products(), (5, 8))


class Frames(nn.Module):
    """A convolution of each frame of a film, which the batch is folded with."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        """The mean over the frames."""
        result: Tensor = self.conv(x.flatten(0, 1)).view(*x.shape[:2], 8, 6, 6).mean(1)
        return result


class Patches(nn.Module):
    """A sum along the rows, and a Linear on the patches of what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(72, 4)

    def forward(self, x: Tensor) -> Tensor:
        """A vector for each patch."""
        result: Tensor = self.fc(F.unfold(self.conv(x).cumsum(2), 3, padding=1).transpose(1, 2))
        return result


@pytest.mark.parametrize(("model", "shape"), [(Frames(), (4, 3, 8, 8)), (Patches(), (3, 16, 16))])
def test_functions_that_are_no_layer(model: nn.Module, shape: tuple[int, ...]) -> None:
    """What autograd keeps of them is known, and nothing is assumed."""
    memory = cnnshapes.summary(model, shape).memory()
    assert BATCH * memory.training == saved_by_torch(model, shape)
    assert not memory.assumed


class Swapped(nn.Module):
    """The two halves of a map's channels, written in each other's place."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Into a map of zeros."""
        found = self.first(x)
        result = torch.zeros_like(found)
        result[:, :4] = found[:, 4:]
        result[:, 4:] = found[:, :4]
        return torch.relu(self.second(result))


def test_what_is_written_into_parts() -> None:
    """A map that is written in two steps is one map."""
    assert BATCH * cnnshapes.summary(Swapped(), (3, 16, 16)).memory().training == saved_by_torch(Swapped(), (3, 16, 16))


class Graph(nn.Module):
    """A graph convolution of the nodes and the edges between them, neither of which learns."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(16, 32, bias=False), nn.Linear(32, 4, bias=False)

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        """Each node gathers from its neighbours, twice."""
        result: Tensor = torch.bmm(edges, self.second(F.relu(torch.bmm(edges, self.first(nodes)))))
        return result


class Votes(nn.Module):
    """What each capsule says of each class, by a matrix of its own for each pair."""

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.matrices = nn.Linear(8, 8), nn.Parameter(torch.rand(1, 12, 10, 16, 8))

    def forward(self, x: Tensor) -> Tensor:
        """Votes for each class, the sum of all capsules'."""
        found = torch.matmul(self.matrices, self.fc(x)[:, :, None, :, None])
        return found.squeeze(-1).sum(1)


class States(nn.Module):
    """The inputs of a state space model, a sum over products of three."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        """For each step a matrix."""
        step, gate, value = self.fc(x), torch.sigmoid(self.fc(x)), torch.tanh(self.fc(x))
        return torch.einsum("bld,bln,bld->bldn", step, gate, value)


@pytest.mark.parametrize(
    ("model", "shape"), [(Graph(), ((32, 16), (32, 32))), (Votes(), ((12, 8),)), (States(), ((6, 8),))]
)
def test_factors_of_products(model: nn.Module, shape: tuple[tuple[int, ...], ...]) -> None:
    """A factor is kept where the other learns, a matrix as often as it is repeated, and each step of a longer one."""
    memory = cnnshapes.summary(model, list(shape)).memory()
    assert BATCH * memory.training == saved_by_torch(model, *shape)
    assert not memory.assumed


def test_a_frozen_linear_keeps_no_input() -> None:
    """Where only a narrow bypass learns, as in LoRA, the large weight needs its input for nothing."""
    large = nn.Linear(32, 32).requires_grad_(False)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), large, nn.Tanh(), nn.Linear(32, 2))
    assert BATCH * cnnshapes.summary(model, (8,)).memory().training == saved_by_torch(model, (8,))


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_what_padding_keeps(mode: str) -> None:
    """All but zeros make a padded copy, and what mirrors or repeats keeps what it pads."""
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 3, padding=1, padding_mode=mode))  # type: ignore[arg-type]
    memory = cnnshapes.summary(model, (3, 16, 16)).memory()
    assert BATCH * memory.training == saved_by_torch(model, (3, 16, 16))
    assert BATCH * memory.inference == alive_in_torch(model, (3, 16, 16))


def test_dropout_of_nothing() -> None:
    """Where nothing is dropped, torch gives back the input, and nothing more is kept for it."""
    first, last = nn.Linear(8, 8), nn.Linear(8, 2)
    model = nn.Sequential(first, nn.ReLU(), nn.Dropout(0.0), last)
    memory, without = (cnnshapes.summary(one, (8,)).memory() for one in (model, nn.Sequential(first, nn.ReLU(), last)))
    assert BATCH * memory.training == saved_by_torch(model, (8,))
    assert (memory.training, memory.inference) == (without.training, without.inference)


class Alive(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the tensors alive while a model runs, each memory once.

    Attributes:
        peak: the most bytes at once.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.peak = 0
        self._own = {tensor.untyped_storage()._cdata for tensor in (*model.parameters(), *model.buffers())}
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple | list) else [result]:
            storage = tensor.untyped_storage()
            key = storage._cdata
            if key not in self._own | self._alive.keys():
                self._alive[key] = storage.nbytes()
                weakref.finalize(storage, self._alive.pop, key, None)
        self.peak = max(self.peak, sum(self._alive.values()))
        return result


def alive_in_torch(model: nn.Module, shape: tuple[int, ...]) -> int:
    """The most bytes alive at once while torch runs a batch without gradients."""
    model.eval()
    with torch.no_grad(), Alive(model) as alive:
        model(torch.rand(BATCH, *shape))
    return int(alive.peak)


@of_the_notes
def test_inference_peak_of_the_notes(model: nn.Module, shape: tuple[int, ...]) -> None:
    """The most that is alive at once in a forward without gradients is what really is, within 5 %."""
    predicted = BATCH * cnnshapes.summary(model, shape).memory().inference
    assert predicted == pytest.approx(alive_in_torch(model, shape), rel=0.05)


def test_local_response_normalisation_works_with_more() -> None:
    """AlexNet's normalisation, which torch computes in steps, is the most that is alive at once."""
    model = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(inplace=True), nn.LocalResponseNorm(5), nn.MaxPool2d(2))
    predicted = BATCH * cnnshapes.summary(model, (3, 16, 16)).memory().inference
    assert predicted == pytest.approx(alive_in_torch(model, (3, 16, 16)), rel=0.05)


class Heads(nn.Module):
    """Two outputs, of which the larger is computed first."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far = nn.Conv2d(3, 16, 1), nn.Conv2d(3, 8, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Both."""
        return self.near(x), torch.sigmoid(self.far(x))


def test_outputs_stay() -> None:
    """What is returned is alive until the end, though nothing reads it."""
    predicted = BATCH * cnnshapes.summary(Heads(), (3, 16, 16)).memory().inference
    assert predicted == alive_in_torch(Heads(), (3, 16, 16))


def test_dropout_is_no_work_outside_training() -> None:
    """It passes its input on, so no second map is alive beside it."""
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Dropout(0.5), nn.Conv2d(8, 2, 1))
    predicted = BATCH * cnnshapes.summary(model, (3, 16, 16)).memory().inference
    assert predicted == alive_in_torch(model, (3, 16, 16))


ACTIVATIONS = [
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.CELU, nn.SELU, nn.SiLU, nn.Mish),
    *(nn.Hardsigmoid, nn.Hardswish, nn.Hardtanh, nn.RReLU),
]


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda kind: kind.__name__)
def test_activations_in_place(activation: Any, inplace: bool) -> None:
    """Of an input that is written over autograd saves a copy, unless the output does for the gradient."""
    width = 8
    model = nn.Sequential(
        nn.Conv1d(4, width, 3), nn.BatchNorm1d(width), activation(inplace=inplace), nn.Conv1d(width, 4, 3)
    )
    statistics = 2 * 4 * width  # of BatchNorm, saved once for the whole batch but counted for each example
    predicted = BATCH * cnnshapes.summary(model, (4, 16)).memory().training
    assert abs(predicted - saved_by_torch(model, (4, 16))) <= statistics * BATCH


def test_a_frozen_backbone_keeps_nothing() -> None:
    """In front of the first weight that learns, autograd saves nothing."""
    model = LeNet5()
    for layer in (model.conv1, model.conv2):
        layer.requires_grad_(False)
    predicted = BATCH * cnnshapes.summary(model, (3, 32, 32)).memory().training
    assert predicted == saved_by_torch(model, (3, 32, 32))


def test_bytes_of_a_small_network() -> None:
    """Each quantity of one convolution, ReLU, pooling and linear layer, worked out by hand."""
    layers = (Conv2d(out_channels=2, kernel_size=3), ReLU(), MaxPool2d(2), Flatten(), Linear(out_features=5))
    memory = cnnshapes.summary(Design.chain((1, 6, 6), *layers)).memory(optimizer="adam")
    params = 2 * 9 + 2 + 8 * 5 + 5
    assert (memory.parameters, memory.gradients, memory.optimizer) == (4 * params, 4 * params, 8 * params)
    # conv keeps the image; ReLU its output, which the pooling keeps too, with its indices; Linear the pooled map
    assert memory.training == 4 * (36 + 2 * 4 * 4 + 2 * 2 * 2) + 8 * 8
    # at the most the input, the convolution's output and the ReLU's
    assert memory.inference == 4 * (36 + 32 + 32)
    assert memory.backward == 4 * (36 + 32)
    assert memory.total(3) == 16 * params + 3 * (memory.training + memory.backward)
    assert memory.total(3, training=False) == 4 * params + 3 * memory.inference


def test_what_is_kept_is_told_by_row() -> None:
    """The bytes of each row of a small network, worked out by hand: each tensor once, a view with what it views."""
    layers = (Conv2d(out_channels=2, kernel_size=3), ReLU(), MaxPool2d(2), Flatten(), Linear(out_features=5))
    report = cnnshapes.summary(Design.chain((1, 6, 6), *layers))
    assert kept_by_row(report) == {"input": 4 * 36, "relu1": 4 * 32, "pool1": 4 * 8 + 8 * 8}
    for name in ("resnet18", "mobilenet_v2"):
        report = cnnshapes.summary(name)
        assert sum(kept_by_row(report, number_bytes=2).values()) == report.memory(number_bytes=2).training
        assert set(kept_by_row(report)) <= {"input", *(row.name for row in report)}


def test_half_precision_and_optimizers() -> None:
    """Numbers of two bytes halve what is counted in numbers; an optimizer's state is a multiple of the parameters."""
    report = cnnshapes.summary("vgg11")
    full, half = report.memory(), report.memory(number_bytes=2)
    assert half.parameters * 2 == full.parameters
    assert half.backward * 2 == full.backward
    states = {name: report.memory(optimizer=name).optimizer // full.parameters for name in ("sgd", "momentum", "adam")}
    assert states == {"sgd": 0, "momentum": 1, "adam": 2}
    with pytest.raises(InputError, match="there is sgd, momentum, adam, adamw"):
        report.memory(optimizer="lion")


@pytest.mark.parametrize("training", [True, False])
def test_the_largest_batch_fits_and_one_more_does_not(training: bool) -> None:
    """The largest batch is the last that fits into what the margin leaves."""
    memory = cnnshapes.summary("resnet18").memory()
    room = int(8 * 2**30 * 0.9)
    batch = memory.largest_batch(8 * 2**30, training=training)
    assert memory.total(batch, training=training) <= room < memory.total(batch + 1, training=training)
    assert memory.largest_batch(2**20, training=training) == 0
    with pytest.raises(InputError, match="margin"):
        memory.largest_batch(2**30, margin=1.0)


def test_buffers_are_torchs() -> None:
    """Running statistics are counted from a design and from a module alike."""
    design = cnnshapes.presets.preset("resnet18")
    module = build(design)
    expected = sum(prod(buffer.shape) * buffer.element_size() for buffer in module.buffers())
    assert cnnshapes.summary(design).memory().buffers == expected
    assert cnnshapes.summary(module, design.input_shape).memory().buffers == expected


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (512, "512 bytes"),
        (1536, "1.50 KiB"),
        (3 * 2**20, "3.00 MiB"),
        (5 * 2**40, "5.00 TiB"),
        (3 * 2**50, "3,072.00 TiB"),
    ],
)
def test_bytes_in_words(size: int, text: str) -> None:
    """A size is given in the largest unit that leaves at least one."""
    assert in_units(size) == text
