"""Reading models of every kind: inputs, outputs, weights and modules that are not as in a textbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

import cnnshapes
from cnnshapes import InputError, ReadError, ShapeError
from cnnshapes.bridge.read import read
from tests.bridge.networks import Functional


def conv(*more: nn.Module, before: int = 3, width: int = 8) -> nn.Sequential:
    """A 3×3 convolution and what follows it."""
    return nn.Sequential(nn.Conv2d(before, width, 3), *more)


MACS = 8 * 3 * 9 * 6 * 6
"""Of that convolution on an 8×8 picture."""


class Two(nn.Module):
    """Two inputs, and tensors in a list in a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(8, 4)
        self.b = nn.Linear(6, 4)

    def forward(self, x: Tensor, y: Tensor) -> dict[str, Any]:
        return {"sum": self.a(x) + self.b(y), "parts": [F.relu(x), (F.relu(y),)]}


@pytest.mark.parametrize("shapes", [[(8,), (6,)], {"y": (6,), "x": (8,)}])
def test_several_inputs_and_outputs(shapes: Any) -> None:
    """A list of shapes in order, or a dict by name; each output is named by where it sits."""
    report = cnnshapes.summary(Two(), shapes)
    assert report.outputs == {"sum": (4,), "parts.0": (8,), "parts.1.0": (6,)}
    assert report.total_macs == 8 * 4 + 6 * 4
    assert set(report.inputs.values()) == {(8,), (6,)}
    assert report["add1"].inputs == ("a", "b")


@pytest.mark.parametrize("shapes", [(8,), [(8,), (6,), (6,)], {"x": (8,), "z": (6,)}])
def test_the_wrong_number_of_inputs(shapes: Any) -> None:
    """Inputs that the forward does not take get a sentence with its own signature."""
    with pytest.raises(InputError, match=r"the forward of Two takes \(x: .*y: .*a dict of them by name"):
        cnnshapes.summary(Two(), shapes)


class Held(nn.Module):
    """One argument that holds two maps, as the batch of a loader does."""

    def __init__(self, *keys: Any) -> None:
        super().__init__()
        self.keys = keys
        self.image, self.depth = nn.Conv2d(3, 4, 3), nn.Conv2d(1, 4, 3)

    def forward(self, held: Any) -> Any:
        image, depth = (held[key] for key in self.keys)
        return self.image(image) + self.depth(depth)


@pytest.mark.parametrize(
    ("keys", "shapes", "names"),
    [
        ((0, 1), [[(3, 8, 8), (1, 8, 8)]], ["input.0", "input.1"]),
        (("a", "b"), [{"a": (3, 8, 8), "b": (1, 8, 8)}], ["input.a", "input.b"]),
        (("a", "b"), {"held": {"a": (3, 8, 8), "b": (1, 8, 8)}}, ["held.a", "held.b"]),
    ],
    ids=["a list", "a dict", "a dict by name"],
)
def test_inputs_that_one_argument_holds(keys: tuple[Any, ...], shapes: Any, names: list[str]) -> None:
    """A list or a dict in a list, or by name, is one argument; each tensor in it is named by where it sits."""
    report = cnnshapes.summary(Held(*keys), shapes)
    assert (list(report.inputs), report.output_shape) == (names, (4, 6, 6))
    assert report[0].inputs == (names[0],)
    agreement = cnnshapes.check(Held(*keys), shapes)
    assert agreement.agrees, str(agreement)
    assert not agreement.torchinfo_error
    with pytest.raises(InputError, match=r"takes \(held: .* in a list again, \[\[…\]\] or \[\{…\}\]"):
        cnnshapes.summary(Held(*keys), [(3, 8, 8), (1, 8, 8)])


@dataclasses.dataclass
class Output:
    """An output as transformers has it."""

    logits: Tensor
    hidden: Tensor
    loss: Tensor | None = None


class Pair(NamedTuple):
    """An output as torchvision has it."""

    logits: Tensor
    aux: Tensor


@pytest.mark.parametrize(
    ("wrap", "names"),
    [(Output, ["logits", "hidden"]), (Pair, ["logits", "aux"]), (lambda a, b: [a, None, b], ["0", "2"])],
)
def test_outputs_of_every_kind(wrap: Callable[[Tensor, Tensor], Any], names: list[str]) -> None:
    """Dataclasses, named tuples and lists; what is no tensor is passed over."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Any:
            return wrap(F.relu(x), torch.sigmoid(x))

    assert list(cnnshapes.summary(Net(), (8,)).outputs) == names


def test_shapes_with_their_batch() -> None:
    """A batch that was given along is named, with the shape that is meant; also for several inputs, and a tensor."""

    class Unpacking(nn.Module):
        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            _, _, height, width = x.shape
            return x.view(-1, 3 * height * width) + y

    meant = [(3, 4, 4), (48,)]
    assert cnnshapes.summary(Unpacking(), meant).output_shape == (48,)
    with pytest.raises(InputError, match=r"computes for \[\(3, 4, 4\), \(48,\)\], not for .*without the batch"):
        cnnshapes.summary(Unpacking(), [(1, 3, 4, 4), (1, 48)])
    conv = nn.Sequential(nn.Conv2d(3, 8, 3))
    with pytest.raises(InputError, match=r"Sequential computes for \(3, 8, 8\), not for \(16, 3, 8, 8\): "):
        cnnshapes.summary(conv, (16, 3, 8, 8))
    with pytest.raises(InputError, match=r"a tensor is no shape; .* such as \(3, 8, 8\)"):
        cnnshapes.summary(conv, torch.zeros(2, 3, 8, 8))
    with pytest.raises(InputError, match="'3x8x8' is no shape of one example"):
        cnnshapes.summary(conv, "3x8x8")
    with pytest.raises(ShapeError, match="in_channels"):
        cnnshapes.summary(conv, (4, 8, 8))


def test_whole_numbers_as_input() -> None:
    """Tokens need dtype="int64", which the error says where it was left out; a sequence's layers have torch's count."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(100, 16)
            self.lstm = nn.LSTM(16, 32, batch_first=True)
            self.fc = nn.Linear(32, 2)

        def forward(self, x: Tensor) -> Any:
            return self.fc(self.lstm(self.embedding(x))[0][:, -1])

    report = cnnshapes.summary(Net(), (12,), dtype="int64")
    assert report.total_params == sum(parameter.numel() for parameter in Net().parameters())
    assert report.total_macs == 12 * 4 * 32 * (16 + 32) + 64
    assert report.output_shape == (2,)
    with pytest.raises(cnnshapes.ShapeError, match=r'embedding: .*give its input whole numbers, dtype="int64"'):
        cnnshapes.summary(Net(), (12,))


def test_complex_numbers() -> None:
    """A model with complex weights is fed complex numbers."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(2, 4, 3, dtype=torch.complex64)

        def forward(self, x: Tensor) -> Tensor:
            return torch.view_as_real(self.conv(x))

    report = cnnshapes.summary(Net(), (2, 16))
    assert report.output_shape == (4, 14, 2)
    assert report.total_macs == 3 * (4 * 2 * 3 * 14)  # torch makes three real convolutions of a complex one
    assert report["conv"].formulas["MACs"] == "1008, as torch counts"
    assert cnnshapes.check(Net(), (2, 16)).agrees


def test_complex_and_real_weights() -> None:
    """Of both kinds the input is real unless said otherwise, and torch's refusal says what to give."""

    class Spectral(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.factor = nn.Parameter(torch.randn(8, 5, dtype=torch.complex64))
            self.conv = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            return torch.fft.irfft2(torch.fft.rfft2(self.conv(x)) * self.factor)  # type: ignore[no-any-return]

    report = cnnshapes.summary(Spectral(), (3, 8, 8))
    assert report.output_shape == (4, 8, 8)
    assert report.total_params == 40 + 112
    with pytest.raises(cnnshapes.ShapeError, match='give it real numbers, dtype="float32"'):
        cnnshapes.summary(Spectral(), (3, 8, 8), dtype="complex64")


def test_numbers_of_another_type_on_the_way() -> None:
    """What a cast or a comparison gives is of torch's type, so what torch alone knows runs on it."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x.float() / 255)
            return torch.logsumexp((y > 0) * y, (1, 2, 3))

    report = cnnshapes.summary(Net(), (3, 8, 8), dtype="uint8")
    assert report.output_shape == ()
    assert report["conv"].macs == 4 * 3 * 9 * 64
    with pytest.raises(cnnshapes.ShapeError, match="should be the same"):
        cnnshapes.summary(nn.Sequential(nn.Conv2d(3, 4, 3)), (3, 8, 8), dtype="int64")


def test_lazy_modules() -> None:
    """Sizes are settled on a copy; the model itself stays lazy."""
    model = nn.Sequential(nn.LazyConv2d(8, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))
    report = cnnshapes.summary(model, (3, 8, 8))
    assert [row.params for row in report] == [224, 16, 0, 0, 2890]
    assert all(row.layer is not None for row in report)
    assert isinstance(model[0], nn.LazyConv2d)
    assert cnnshapes.check(model, (3, 8, 8)).agrees
    assert isinstance(model[0], nn.LazyConv2d)
    assert model(torch.rand(2, 3, 8, 8)).shape == (2, 10)


def pruned() -> nn.Module:
    """Half of the weights set to 0 by a mask."""
    model = conv()
    prune.l1_unstructured(model[0], "weight", 0.5)  # type: ignore[no-untyped-call]
    return model


@pytest.mark.parametrize(
    ("model", "params"),
    [
        (nn.Sequential(parametrizations.weight_norm(nn.Conv2d(3, 8, 3))), 232),
        (nn.Sequential(parametrizations.spectral_norm(nn.Conv2d(3, 8, 3))), 224),
        (pruned(), 224),
    ],
    ids=["weight_norm", "spectral_norm", "pruned"],
)
def test_weights_that_are_computed(model: nn.Module, params: int) -> None:
    """A parametrized convolution is one row with all the parameters it is made of, and says where they are more."""
    report = cnnshapes.summary(model, (3, 8, 8))
    assert [(row.name, row.kind, row.params, row.macs) for row in report] == [("0", "Conv2d", params, MACS)]
    assert params == sum(parameter.numel() for parameter in model.parameters())
    assert report[0].formulas.get("note", "") == ("" if params == 224 else "232 learned numbers make these weights")


def test_frozen_weights() -> None:
    """Frozen parameters count, and not as trainable."""
    model = conv(nn.ReLU(), nn.Conv2d(8, 8, 3))
    model[0].requires_grad_(False)
    report = cnnshapes.summary(model, (3, 8, 8))
    assert (report.total_params, report.trainable_params) == (224 + 584, 584)
    assert (report["0"].params, report["0"].trainable) == (224, 0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions(dtype: torch.dtype) -> None:
    """The numbers' type changes nothing but the bytes of buffers."""
    model = conv(nn.BatchNorm2d(8), nn.ReLU())
    full = cnnshapes.summary(model, (3, 8, 8))
    other = cnnshapes.summary(model.to(dtype), (3, 8, 8))
    assert other.rows == full.rows
    assert other.buffer_bytes == 16 * dtype.itemsize + 8


def test_on_the_meta_device() -> None:
    """A model without data is read like any other."""
    with torch.device("meta"):
        model = conv(nn.BatchNorm2d(8))
    assert cnnshapes.summary(model, (3, 8, 8)).rows == cnnshapes.summary(conv(nn.BatchNorm2d(8)), (3, 8, 8)).rows


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch's own imports
def test_compiled_models() -> None:
    """What torch.compile wrapped is read as if it were not, whole or inside another, and stays compiled."""

    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body: Any = torch.compile(conv())

        def forward(self, x: Tensor) -> Any:
            return self.body(x)

    plain = cnnshapes.summary(conv(nn.ReLU()), (3, 8, 8)).rows
    wrapped: Any = torch.compile(conv(nn.ReLU()))
    assert cnnshapes.summary(wrapped, (3, 8, 8)).rows == plain
    assert [row.name for row in cnnshapes.summary(Outer(), (3, 8, 8))] == ["body.0"]
    in_place = conv(nn.ReLU())
    in_place.compile()
    compiled_call = in_place._compiled_call_impl
    assert cnnshapes.summary(in_place, (3, 8, 8)).rows == plain
    assert in_place._compiled_call_impl is compiled_call is not None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("inside", "where"), [(False, ""), (True, "0: ")])
def test_scripted_models(inside: bool, where: str) -> None:
    """A scripted module has no Python to follow; the sentence says which it is."""
    traced: nn.Module = torch.jit.trace(nn.Conv2d(3, 8, 3), torch.zeros(1, 3, 8, 8))  # type: ignore[no-untyped-call]
    with pytest.raises(ReadError, match=rf"^{where}a scripted module has no Python forward to follow"):
        cnnshapes.summary(nn.Sequential(traced) if inside else traced, (3, 8, 8))


def test_what_hooks_set_on_torchs_modules_is_put_back() -> None:
    """A pruned weight is computed at each call and kept on the module; it is the old one after a summary."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
    prune.l1_unstructured(model[0], "weight", 0.5)  # type: ignore[no-untyped-call]
    before = model[0].weight
    cnnshapes.summary(model, (3, 9, 9))
    assert model[0].weight is before
    assert not before.is_meta


def test_hooks_that_change_an_output() -> None:
    """What a user's hook makes of an output is what flows on."""
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(2, 4))
    model[0].register_forward_hook(lambda module, args, output: output[:, :2])
    report = cnnshapes.summary(model, (4,))
    assert [row.output_shape for row in report] == [(4,), (2,), (4,)]


def test_attention() -> None:
    """Attention has torch's shape and count: its four projections and its two products."""
    model = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)
    report = cnnshapes.summary(model, (10, 16))
    assert report.total_params == sum(parameter.numel() for parameter in model.parameters())
    assert report["self_attn"].macs == 4 * 10 * 16 * 16 + 2 * 10 * 10 * 16
    assert report["linear1"].layer is not None


class Translator(nn.Module):
    """Torch's transformer with the masks of its tutorial, which torch asks for their numbers."""

    def __init__(self, *, masked: bool) -> None:
        super().__init__()
        self.words = nn.Embedding(20, 16)
        self.transformer = nn.Transformer(16, 4, 1, 1, 32, batch_first=True)
        self.masked = masked

    def forward(self, source: Tensor, target: Tensor) -> Any:
        read, written = self.words(source), self.words(target)
        if not self.masked:
            return self.transformer(read, written)
        causal = self.transformer.generate_square_subsequent_mask(target.size(1), device=target.device)
        padded = source == 0
        masks = {"src_key_padding_mask": padded, "memory_key_padding_mask": padded}
        return self.transformer(read, written, tgt_mask=causal, **masks)


def test_masks_of_a_transformer() -> None:
    """Masks on the device of the input, causal or of what is padded, change no shape and no count."""
    shapes, model = [(9,), (6,)], Translator(masked=True)
    masked = cnnshapes.summary(model, shapes, dtype="int64")
    plain = cnnshapes.summary(Translator(masked=False), shapes, dtype="int64")
    assert (masked.total_macs, masked.outputs) == (plain.total_macs, plain.outputs)
    agreement = cnnshapes.check(model, shapes, dtype="int64")
    assert agreement.agrees, str(agreement)


def test_distributions() -> None:
    """What describes a distribution is taken to be valid; torch asks for its numbers to see that it is."""

    class Policy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.mean, self.spread, self.choice = nn.Linear(4, 2), nn.Linear(4, 2), nn.Linear(4, 3)

        def forward(self, x: Tensor) -> Any:
            place = torch.distributions.Normal(self.mean(x), self.spread(x).exp()).rsample()
            choices: Any = torch.distributions.Categorical(logits=self.choice(x))
            chosen = choices.sample()
            return place, chosen, choices.log_prob(chosen)

    report = cnnshapes.summary(Policy(), (4,))
    assert report.outputs == {"0": (2,), "1": (), "2": ()}
    assert report.total_macs == 4 * (2 + 2 + 3)
    agreement = cnnshapes.check(Policy(), (4,))
    assert agreement.agrees, str(agreement)


def test_modules_in_containers_and_wrappers() -> None:
    """Lists, dicts, DataParallel and checkpoints keep the paths a user knows."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.list = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])
            self.dict = nn.ModuleDict({"head": nn.Linear(4, 2)})

        def forward(self, x: Tensor) -> Any:
            for layer in self.list:
                x = checkpoint(layer, x, use_reentrant=False)
            return self.dict["head"](x)

    names = ["list.0", "list.1", "dict.head"]
    assert [row.name for row in cnnshapes.summary(Net(), (4,))] == names
    parallel = cnnshapes.summary(nn.DataParallel(Net()), (4,))
    assert [row.name for row in parallel] == [f"module.{name}" for name in names]


def test_weights_among_what_is_joined() -> None:
    """Two maps and a token of the model's own are joined to what torch gives, and so are their constants."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, 4))
            self.register_buffer("zeros", torch.zeros(1, 2, 4))

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            own = [self.token.expand(len(x), -1, -1), self.get_buffer("zeros").expand(len(x), -1, -1)]
            return torch.cat([x, y, *own], dim=1)

    report = cnnshapes.summary(Net(), [(5, 4), (6, 4)])
    assert (report.output_shape, report.total_params) == ((14, 4), 4)


def test_weights_alone_in_front_of_a_layer() -> None:
    """Tokens that a layer makes of weights count on the row that reads them, whoever answers."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Parameter(torch.zeros(1, 5, 8))
            self.query = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 4))
            self.fc = nn.Linear(6, 4)

        def forward(self, x: Tensor) -> Any:
            return self.fc(x)[:, None] + self.query(self.tokens.expand(len(x), -1, -1))

    counts = [
        {row.name: row.params for row in read(Net(), (6,), by_formula=by_formula)} for by_formula in (True, False)
    ]
    assert counts[0] == counts[1]
    assert counts[0]["query.1"] == 5 * 8 + 8 + 8 + 8 * 4 + 4


def test_one_number_for_each_example() -> None:
    """Time steps, a number an example, are spread over the batch as diffusion models do."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Tensor, step: Tensor) -> Any:
            return self.fc(x) + step.expand(x.shape[0])[:, None]

    assert cnnshapes.summary(Net(), [(4,), ()]).output_shape == (4,)


def test_filled_with_a_number_without_data() -> None:
    """A number in a tensor on meta fills another: its value is nobody's business, its type is."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.strides = torch.tensor([8, 16], device="meta")

        def forward(self, x: Tensor) -> Any:
            one, two = self.strides
            made = torch.full(size=(len(x), 2), fill_value=one, device=x.device)
            like = torch.full_like(x, fill_value=two)
            assert (made.dtype, like.dtype) == (torch.int64, x.dtype)
            return x.new_full((len(x), 2), two) + made, like, x.new_full((len(x), 3), 0.5)

    assert list(cnnshapes.summary(Net(), (4,)).outputs.values()) == [(2,), (4,), (3,)]


def test_no_tensor_memory() -> None:
    """No operation of a summary makes a tensor with data, whatever the size of the picture."""

    class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = func(*args, **(kwargs or {}))
            for tensor in result if isinstance(result, tuple | list) else [result]:
                if isinstance(tensor, Tensor) and not tensor.is_meta:
                    with_data.append(tensor)
            return result

    with_data: list[Tensor] = []
    model = Functional()
    with Watch():  # type: ignore[no-untyped-call]
        report = cnnshapes.summary(model, (3, 40_000, 40_000))
    assert report.output_shape == (8, 39_998, 39_998)
    assert not with_data


def test_torch_is_asked_once_for_equal_operations() -> None:
    """Blocks that are equal get equal rows, in-place operations and repeated calls included."""

    class Block(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.cumsum(1).add_(1).clone()

    once = cnnshapes.summary(nn.Sequential(Block()), (4, 6))
    thrice = cnnshapes.summary(nn.Sequential(Block(), Block(), Block()), (4, 6))
    assert [(row.kind, row.output_shape, row.macs) for row in thrice] == 3 * [
        (row.kind, row.output_shape, row.macs) for row in once
    ]
