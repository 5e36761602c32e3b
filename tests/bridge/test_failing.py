"""Models that cannot run: the path, the user's line, the rule, the number that mends it, and the rows before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import InputError, ReadError, ShapeError
from tests.torchvision_models import on_meta


class Net(nn.Module):
    """A body, and a head on its flattened output."""

    def __init__(self, *body: nn.Module, head: nn.Module | None = None) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), *body)
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        if self.head is not None:
            x = self.head(x.view(x.size(0), -1))
        return x


class Then(nn.Module):
    """A convolution, something, a linear layer."""

    def __init__(self, something: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(100, 10)
        self.something = something

    def forward(self, x: Tensor) -> Tensor:
        x = self.something(self.conv(x))
        return self.fc(x)  # type: ignore[no-any-return]


class Branches(nn.Module):
    """Two convolutions of the same picture, joined."""

    def __init__(self, join: Callable[[Tensor, Tensor], Tensor], width: int = 4, kernel_size: int = 3) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3)
        self.b = nn.Conv2d(3, width, kernel_size)
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        return self.join(self.a(x), self.b(x))


class Grouped(nn.Module):
    """A functional convolution in groups."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 3, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, groups=3)


class Halves(nn.Module):
    """A convolution of a part of the channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x[:, 2:])  # type: ignore[no-any-return]


class Down(nn.Module):
    """Half the size and back up, joined with what it was."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(3, 3, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, (0, 1, 0, 1))
        return torch.cat([self.up(F.max_pool2d(x, 2)), x], 1)


class Twice(nn.Module):
    """A module called twice, and another between."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 3, 3, padding=1)
        self.b = nn.Conv2d(3, 6, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.a(x)) + self.a(x)  # type: ignore[no-any-return]


FAILURES: list[tuple[str, nn.Module, str, int]] = [
    (
        "wrong in_features",
        Net(nn.ReLU(), head=nn.Sequential(nn.Linear(100, 10))),
        "head.0 (Linear): in_features is 100 but 288 features reach it. Use in_features = 288.",
        3,
    ),
    (
        "channel mismatch",
        Net(nn.ReLU(), nn.Conv2d(16, 8, 3)),
        "features.2 (Conv2d): in_channels is 16 but 8 channels reach it. Use in_channels = 8.",
        2,
    ),
    (
        "kernel larger than the input",
        Net(nn.Conv2d(8, 8, 7)),
        "features.1 (Conv2d): a 7×7 kernel does not fit the 6×6 input. "
        "Use padding ≥ 1, kernel_size ≤ 6 or kernel_size ≤ 2 at features.0.",
        1,
    ),
    (
        "groups that do not divide",
        Net(Grouped()),
        "features.1 (Conv2d): in_channels is 9 but 8 channels reach it. Use in_channels = 8 with groups = 2.",
        1,
    ),
    (
        "concatenation of unlike sizes",
        Branches(lambda a, b: torch.cat([a, b], 1), kernel_size=5),
        "cat1 (Concat): its inputs 4x6x6 and 4x4x4 differ in more than dimension 1. Use padding = 1 at b.",
        2,
    ),
    (
        "sum of unlike channels",
        Branches(lambda a, b: a + b, width=6),
        "add1 (Add): its inputs 4x6x6 and 6x6x6 differ in channels; all must have one shape, or 1 where they differ. "
        "Use out_channels = 4 at b or out_channels = 6 at a.",
        2,
    ),
    (
        "view to a wrong size",
        Then(lambda x: x.view(-1, 100)),
        "view: view(-1, 100) does not fit: 144 numbers of each example reach it, so it must be view(-1, 144).",
        1,
    ),
    (
        "view to a wrong shape",
        Then(lambda x: x.view(x.size(0), 4, 30)),
        "view: view(batch, 4, 30) does not fit: 144 numbers of each example reach it, and 144 is not 4·30 = 120.",
        1,
    ),
    (
        "reshape by a tuple",
        Then(lambda x: torch.reshape(x, (-1, 100))),
        "reshape: reshape(-1, 100) does not fit: 144 numbers of each example reach it, so it must be reshape(-1, 144).",
        1,
    ),
    (
        "view of what was rearranged",
        Then(lambda x: x.permute(0, 2, 3, 1).view(x.size(0), -1)),
        "view: view(batch, -1) cannot be: the numbers do not lie in this order in memory; use reshape, or contiguous() "
        "before.",
        2,
    ),
    (
        "view of a fixed batch",
        Then(lambda x: x.view(4, 144)),
        "view: view(4, 144) fixes the batch at 4; write x.size(0) or -1 there.",
        1,
    ),
    (
        "channels of a part that lies apart in memory",
        Halves(),
        "conv (Conv2d): in_channels is 3 but 1 channel reaches it. Use in_channels = 1.",
        1,
    ),
    (
        "an odd size lost on the way down",
        Down(),
        "cat1 (Concat): its inputs 3x8x8 and 3x9x9 differ in more than dimension 1. Use output_padding = 1 at up.",
        3,
    ),
    (
        "sum with a module that is called twice",
        Twice(),
        "add1 (Add): its inputs 6x8x8 and 3x8x8 differ in channels; all must have one shape, or 1 where they differ. "
        "Use out_channels = 3 at b.",
        3,
    ),
    (
        "a module called again on what it gave",
        nn.Sequential(*[nn.Conv2d(3, 6, 3)] * 2),
        "0#2 (Conv2d): in_channels is 3 but 6 channels reach it; this is call 2 of 0, with the weights of the first.",
        1,
    ),
    (
        "flatten of the batch",
        Then(lambda x: x.flatten()),
        "fc: torch refuses linear of 144 and 10x100 and 10: a and b must have same reduction dim, but got [1, "
        "batch·144] X [100, 10]; flatten1 mixed the examples of the batch, which flatten(1) or view(x.size(0), -1) "
        "would not.",
        2,
    ),
    (
        "BatchNorm width",
        Net(nn.BatchNorm2d(16)),
        "features.1 (BatchNorm2d): num_features is 16 but 8 channels reach it. Use num_features = 8.",
        1,
    ),
    (
        "a norm of another rank",
        Net(nn.BatchNorm1d(8)),
        "features.1 (BatchNorm1d): the input is an 8x6x6 map; it needs (features) or (channels, length) (BatchNorm2d "
        "takes this one).",
        1,
    ),
    (
        "a forgotten flatten",
        Net(nn.Linear(288, 10)),
        "features.1 (Linear): in_features is 288, and the input is an 8x6x6 map, of which it reads the last dimension, "
        "6; flattened it has 288 features. Use a Flatten before it.",
        1,
    ),
    (
        "something torch alone knows",
        Branches(lambda a, b: torch.stack([a, b]), kernel_size=5),
        "stack: torch refuses stack of 4x6x6 and 4x4x4: stack expects each tensor to be equal size, but got "
        "torch.Size([batch, 4, 6, 6]) at entry 0.",
        2,
    ),
]


@pytest.mark.parametrize(
    ("model", "message", "rows"), [failure[1:] for failure in FAILURES], ids=[f[0] for f in FAILURES]
)
def test_what_is_wrong_and_what_would_be_right(model: nn.Module, message: str, rows: int) -> None:
    """The sentence, the line of this file it came from, and the report of the rows before it."""
    with pytest.raises(ShapeError) as caught:
        cnnshapes.summary(model, (3, 8, 8))
    error = caught.value
    source = f" ({error.source})" if error.source else ""
    assert str(error) == message + source
    assert error.source.startswith("test_failing.py:") or type(model) is nn.Sequential
    assert error.report is not None
    assert len(error.report) == rows


def test_a_missing_channel() -> None:
    """A picture without channels is asked for them."""
    with pytest.raises(ShapeError, match="is the first, the channels, missing"):
        cnnshapes.summary(Net(), (32, 32))


def test_a_mask_that_picks_numbers() -> None:
    """How many numbers a boolean mask leaves is in the numbers, which a summary has not."""

    class Picked(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x[x > 0]

    with pytest.raises(ReadError, match="asks for the numbers in a tensor"):
        cnnshapes.summary(Picked(), (3, 8, 8))


def test_lengths_that_must_be_known() -> None:
    """How long a packed sequence is follows from the lengths, which are numbers."""

    class Packed(nn.Module):
        def forward(self, x: Tensor, lengths: Tensor) -> Any:
            return nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)

    with pytest.raises(ReadError, match="asks for the numbers in a tensor"):
        cnnshapes.summary(Packed(), {"x": (5, 4), "lengths": ()}, dtype={"lengths": "int64"})


def test_a_forgotten_return_is_pointed_out() -> None:
    """A forward that returns nothing computes, and is told so."""

    class Silent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x: Tensor) -> None:
            self.conv(x)

    (found,) = [one for one in cnnshapes.summary(Silent(), (3, 8, 8)).advice() if one.kind == "nothing returned"]
    assert str(found) == "conv: the forward returns no tensor; return its result at the end"


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (nn.LSTM(16, 8, batch_first=True), "0 (LSTM): input_size is 16 but 12 features reach it. Use input_size = 12."),
        (
            nn.TransformerEncoderLayer(16, 4, 8, batch_first=True),
            "0 (TransformerEncoderLayer): d_model is 16 but 12 features reach it. Use d_model = 12.",
        ),
        (
            nn.TransformerEncoderLayer(16, 8, 8, batch_first=True),
            "0 (TransformerEncoderLayer): d_model is 16 but 12 features reach it, which 8 heads cannot share.",
        ),
        (
            nn.Sequential(nn.Flatten(), nn.GRUCell(100, 8)),
            "0.1 (GRUCell): input_size is 100 but 120 features reach it. Use input_size = 120.",
        ),
        (
            nn.Sequential(nn.LSTM(12, 8, batch_first=True), nn.Linear(8, 2)),
            "0.1: a tuple reaches it, and it reads one tensor; recurrent layers and attentions give more than their "
            "output, so take the first in a forward, as `x, _ = self.lstm(x)` does.",
        ),
    ],
    ids=["LSTM", "attention", "heads", "cell", "tuple"],
)
def test_features_that_a_sequence_layer_does_not_take(layer: nn.Module, said: str) -> None:
    """What a recurrent layer or an attention says itself becomes a sentence with the number that mends it."""
    with pytest.raises((ShapeError, ReadError)) as caught:
        cnnshapes.summary(nn.Sequential(layer), (10, 12))
    assert str(caught.value) == said


def test_a_layer_behind_a_lazy_one() -> None:
    """Where all lazy sizes are settled, a layer that fails behind them is named like any other."""
    model = nn.Sequential(nn.LazyConv2d(8, 3), nn.Flatten(), nn.LazyLinear(10), nn.Linear(20, 3))
    with pytest.raises(ShapeError, match=r"^3 \(Linear\): in_features is 20 but 10 features reach it"):
        cnnshapes.summary(model, (3, 8, 8))


def test_messages_of_torchs_speak_of_the_batch() -> None:
    """What torch says of an LSTM's or an attention's input has no size of the stand-ins' own."""
    with pytest.raises(ReadError, match=r"\[7, batch, 16\]\) does not match value shape"):
        cnnshapes.summary(nn.MultiheadAttention(16, 4, batch_first=True), [(7, 16), (7, 16), (7, 12)])


@pytest.mark.parametrize(
    ("model", "dtype", "where", "types"),
    [
        (nn.Sequential(nn.Linear(8, 4).half()), "float32", "0", "float16 and float32"),
        (nn.Sequential(nn.Linear(8, 4)), "int64", "0", "float32 and int64"),
        (nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4).half()), None, "1", "float16 and float32"),
    ],
    ids=["of the input", "whole numbers", "inside"],
)
def test_numbers_of_unlike_types(model: nn.Module, dtype: str | None, where: str, types: str) -> None:
    """Torch multiplies numbers of one type alone, unless autocast makes them that."""
    with pytest.raises(ShapeError, match=f"^{where}: torch refuses linear .*{types} are .*by x.to.weight.dtype"):
        cnnshapes.summary(model, (8,), dtype=dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert cnnshapes.summary(model, (8,), dtype=dtype).outputs == {"": (4,)}


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax, F.softmin])
def test_a_dimension_that_torch_minds_only_with_data(function: Any) -> None:
    """A softmax along a dimension that is not there is refused, though torch's kernel without data lets it pass."""
    with pytest.raises(ShapeError, match="dim 5 is none of the 4 dimensions of a 4x6x6 map with its batch"):
        cnnshapes.summary(Then(lambda x: function(x, dim=5)), (3, 8, 8))


class Calls(nn.Module):
    """A forward given as a function of a module and the inputs."""

    def __init__(self, module: nn.Module, called: Callable[..., Any]) -> None:
        super().__init__()
        self.module = module
        self.called = called
        self.weight = nn.Parameter(torch.zeros(16, 4))

    def forward(self, *inputs: Tensor) -> Any:
        return self.called(self, *inputs)


REFUSED: list[tuple[str, nn.Module, Callable[..., Any], Any, str]] = [
    (
        "a weight",
        nn.Identity(),
        lambda model, x: x @ model.weight,
        (8,),
        "matmul: 8 times 16x4 cannot be: rows of 8 meet columns of 16; the second would fit as 8x4.",
    ),
    (
        "not transposed",
        nn.Identity(),
        lambda model, x: x @ x,
        (5, 8),
        "matmul: 5x8 times 5x8 cannot be: rows of 8 meet columns of 5; the second would fit as 8x8 or transposed.",
    ),
    (
        "bilinear",
        nn.Bilinear(6, 8, 3),
        lambda model, x: model.module(x, x),
        (8,),
        "module (Bilinear): in1_features is 6 but 8 features reach it. Use in1_features = 8.",
    ),
    (
        "keys",
        nn.MultiheadAttention(8, 2, kdim=6, vdim=4, batch_first=True),
        lambda model, x, y: model.module(x, y, y),
        [(5, 8), (7, 4)],
        "module (MultiheadAttention): kdim is 6 but 4 features reach it. Use kdim = 4.",
    ),
    (
        "keys as wide as queries",
        nn.MultiheadAttention(8, 2, batch_first=True),
        lambda model, x, y: model.module(x, y, y),
        [(5, 8), (7, 4)],
        "module: keys of 4 features reach queries of 8; kdim=4 and vdim=4 would take them.",
    ),
    (
        "a state",
        nn.LSTM(8, 3, 2, batch_first=True),
        lambda model, x: model.module(x, 2 * (x.new_zeros(1, x.size(0), 3),)),
        (5, 8),
        "module: the state it is given is (1, batch, 3), and it takes (2, batch, 3): layers·directions, batch, size.",
    ),
    (
        "nested",
        nn.Identity(),
        lambda model, x: torch.nested.as_nested_tensor([x[0], x[1]]),
        (5, 8),
        "its forward makes a nested tensor, whose examples have sizes of their own; pad them to one shape.",
    ),
]


@pytest.mark.parametrize(
    ("module", "called", "shape", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_torch_alone_refuses_is_told_in_words(
    module: nn.Module, called: Callable[..., Any], shape: Any, said: str
) -> None:
    """The numbers that do not fit each other, and what would, of products, attentions and states."""
    with pytest.raises((ShapeError, ReadError)) as caught:
        cnnshapes.summary(Calls(module, called), shape)
    assert str(caught.value).partition(" (test_failing.py")[0] == said


def test_inputs_that_are_handed_on() -> None:
    """Behind `*inputs`, a wrong number of them is still one of the inputs; a mistake further in is not."""

    def two(model: Calls, first: Tensor, second: Tensor) -> Tensor:
        return first + second

    def deeper(model: Calls, x: Tensor) -> Any:
        return two(model, x)  # type: ignore[call-arg]

    with pytest.raises(InputError, match=r"the forward of Calls takes .*missing 1 required .*for several inputs give"):
        cnnshapes.summary(Calls(nn.Identity(), two), (8,))
    with pytest.raises(ReadError, match="its forward raised TypeError"):
        cnnshapes.summary(Calls(nn.Identity(), deeper), (8,))


def test_lines_of_packages_whose_names_begin_as_torchs() -> None:
    """A package beside torch, as torchvision is, has lines of its own to name."""
    with pytest.raises(ReadError, match="Wrong image height") as caught:
        cnnshapes.summary(on_meta("vit_b_16"), (3, 64, 64))
    assert caught.value.source.startswith("vision_transformer.py:")


@pytest.mark.filterwarnings("ignore")
def test_quantised_layers_are_not_read() -> None:
    """They compute with numbers alone, which is said of them."""
    quantise: Any = torch.ao.quantization.quantize_dynamic
    quantised = quantise(nn.Sequential(nn.Linear(4, 2)), {nn.Linear}, dtype=torch.qint8)
    with pytest.raises(ShapeError, match="linear_dynamic computes with numbers alone, as quantised layers do"):
        cnnshapes.summary(quantised, (4,))
