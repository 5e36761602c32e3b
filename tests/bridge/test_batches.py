"""What forwards do with the batch: mix its examples, take them one by one, or need so many of them."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes
from cnnshapes import ReadError, ShapeError


def test_examples_that_read_each_other() -> None:
    """A product of the examples with each other has the numbers of a batch of one, and is pointed out."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(6, 5)

        def forward(self, x: Tensor) -> Tensor:
            x = self.fc(x)
            return torch.softmax(x @ x.T, 1) @ x

    report = cnnshapes.summary(Net(), (6,))
    assert [(row.kind, row.output_shape, row.macs) for row in report] == [
        ("Linear", (5,), 30),
        ("__get__", (5,), 0),
        ("matmul", (1,), 5),
        ("Softmax", (1,), 0),
        ("matmul", (5,), 5),
    ]
    (found,) = (found for found in report.advice() if found.kind == "mixed examples")
    assert found.row == "matmul1"


def test_a_size_that_is_the_stand_ins_batch() -> None:
    """A map as wide as the first choice of a batch, 101, is no batch."""
    report = cnnshapes.summary(nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.Flatten(2)), (3, 203, 203))
    assert [row.output_shape for row in report] == [(4, 101, 101), (4, 101 * 101)]
    assert not [found for found in report.advice() if found.kind == "mixed examples"]


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN, nn.MultiheadAttention])
@pytest.mark.parametrize("batch_first", [True, False])
def test_a_sequence_layer_that_steps_along_the_batch(kind: Any, batch_first: bool) -> None:
    """Without batch_first it is pointed out, unless the user transposes; it counts what torch does for one example."""

    class Net(nn.Module):
        def __init__(self, *, transposing: bool) -> None:
            super().__init__()
            self.layer = kind(8, 8 if issubclass(kind, nn.RNNBase) else 2, batch_first=batch_first)
            self.transposing = transposing

        def forward(self, x: Tensor) -> Any:
            if self.transposing:
                x = x.transpose(0, 1)
            return self.layer(x)[0] if isinstance(self.layer, nn.RNNBase) else self.layer(x, x, x)[0]

    noticed = cnnshapes.summary(Net(transposing=False), (5, 8)).advice()
    assert [(one.row, one.kind) for one in noticed] == [("layer", "mixed examples")] * (not batch_first)
    agreement = cnnshapes.check(Net(transposing=False), (5, 8))
    assert agreement.agrees, str(agreement)
    if not batch_first:
        assert not cnnshapes.summary(Net(transposing=True), (5, 8)).advice()


def test_examples_that_got_mixed() -> None:
    """A `view` that puts two rows where one example was computes, and is pointed out."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)
            self.fc = nn.Linear(72, 10)

        def forward(self, x: Tensor) -> Any:
            return self.fc(self.conv(x).view(-1, 72))

    report = cnnshapes.summary(Net(), (3, 8, 8))
    found = next(found for found in report.advice() if found.kind == "mixed examples")
    assert found.text.startswith("2 rows come out for each example")


@pytest.mark.parametrize("split", [False, True])
def test_rows_of_all_examples_together(split: bool) -> None:
    """Where so many rows are taken of all examples together, the numbers are those of a batch of one, and told so."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(3, 4)

        def forward(self, x: Tensor) -> Tensor:
            rows = x.permute(0, 2, 3, 1).reshape(-1, 3)
            parts = torch.split(rows, 25) if split else [rows[start : start + 25] for start in range(0, len(rows), 25)]
            return torch.cat([self.fc(part) for part in parts]).view(x.shape[0], *x.shape[2:], 4)

    for _ in range(2):  # what was answered once is kept
        report = cnnshapes.summary(Net(), (3, 8, 8))
        assert [row.output_shape for row in report if row.name.startswith("fc")] == [(25, 4), (25, 4), (14, 4)]
        assert (report.output_shape, report.total_macs) == ((8, 8, 4), 64 * 3 * 4)
        (found,) = [found for found in report.advice() if found.kind == "mixed examples"]
        assert found.row == "flatten1"
    assert "those of a batch of one" in found.text


def test_parts_of_what_is_no_picture() -> None:
    """A split behind a fold of the batch into heads, as in attention over blocks, has torch's shapes."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            batch = x.shape[0]
            heads = x.reshape(batch * 2, 4, 8, 8).unfold(2, 4, 4)
            keys, values = torch.split(heads, [1, 3], dim=1)
            return torch.cat(torch.split(keys, 1, dim=2), dim=4) + values.mean()

    expected = Net()(torch.zeros(3, 8, 8, 8)).shape
    report = cnnshapes.summary(Net(), (8, 8, 8))
    assert report.output_shape == (2, *expected[1:])


class Given(nn.Module):
    """Layers, and what a test says is done with them."""

    def __init__(self, does: Callable[[Given, Tensor], Any]) -> None:
        super().__init__()
        self.conv, self.fc, self.flat = nn.Conv2d(3, 4, 3), nn.Linear(4, 2), nn.Linear(144, 2)
        self.gru, self.cell = nn.GRU(4, 6, batch_first=True), nn.GRUCell(4, 6)
        self.grey, self.pool, self.steps = nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.LSTM(8, 16)
        self.does = does

    def forward(self, x: Tensor) -> Any:
        return self.does(self, x)


IMAGE = (3, 8, 8)
SINGLE: dict[str, tuple[Callable[[Given, Tensor], Any], tuple[int, ...], int, tuple[int, ...]]] = {
    "slices": (lambda m, x: torch.cat([m.conv(x[i : i + 1]) for i in range(x.size(0))]), IMAGE, 3888, (4, 6, 6)),
    "iteration": (lambda m, x: torch.stack([m.conv(one[None])[0] for one in x]), IMAGE, 3888, (4, 6, 6)),
    "by number": (lambda m, x: torch.stack([x[i] @ x[i].t() for i in range(len(x))]), (5, 3), 75, (5, 5)),
    "the first": (lambda m, x: m.conv(x)[0], IMAGE, 3888, (4, 6, 6)),
    "grey pictures": (lambda m, x: torch.stack([m.fc(m.grey(i).mean((1, 2))) for i in x]), (1, 8, 8), 1304, (2,)),
    "pooled alone": (lambda m, x: torch.stack([m.pool(x[i]) for i in range(len(x))]), IMAGE, 0, (3, 1, 1)),
    "constants among them": (lambda m, x: m.fc(torch.cat([torch.randn(64, 4), x])), (4,), 65 * 8, (65, 2)),
}


@pytest.mark.parametrize("name", SINGLE)
def test_examples_taken_out_of_the_batch(name: str) -> None:
    """Where a forward takes its examples one by one, the numbers are those of a batch of one, and it is said."""
    does, shape, macs, output = SINGLE[name]
    for _ in range(2):  # what was answered once is kept
        report = cnnshapes.summary(Given(does), shape)
        assert (report.total_macs, report.output_shape, report.batch) == (macs, output, 1)
        (found,) = [found for found in report.advice() if found.kind == "mixed examples"]
        assert "those of a batch of one" in found.text
    assert cnnshapes.check(Given(does), shape).agrees


FIXED: dict[str, tuple[Callable[[Given, Tensor], Any], tuple[int, ...], int, tuple[int, ...]]] = {
    "view": (lambda m, x: m.flat(m.conv(x).view(64, -1)), IMAGE, 64, (2,)),
    "reshape": (lambda m, x: m.flat(m.conv(x).reshape(64, 144)), IMAGE, 64, (2,)),
    "one row": (lambda m, x: m.flat(m.conv(x).view(1, -1)), IMAGE, 1, (2,)),
    "state": (lambda m, x: m.gru(x, torch.zeros(1, 64, 6))[0], (5, 4), 64, (5, 6)),
    "state of a cell": (lambda m, x: m.cell(x, torch.zeros(64, 6)), (4,), 64, (6,)),
    "noise": (lambda m, x: m.fc(x + torch.randn(64, 4)), (4,), 64, (2,)),
    "targets": (lambda m, x: F.binary_cross_entropy_with_logits(m.fc(x), torch.ones(16, 2)), (4,), 16, ()),
    "in the middle": (lambda m, x: m.steps(x.transpose(0, 1), (torch.zeros(1, 16, 16),) * 2)[0], (32, 8), 16, (32, 16)),
    "one sequence": (lambda m, x: m.steps(x[None], (torch.zeros(1, 1, 16),) * 2)[0], (8,), 1, (1, 16)),
}


@pytest.mark.parametrize("name", FIXED)
def test_a_batch_that_the_forward_names(name: str) -> None:
    """A forward that computes for one size of a batch alone is read with it, and told so, read once or again."""
    does, shape, batch, output = FIXED[name]
    for _ in range(2):
        report = cnnshapes.summary(Given(does), shape)
        assert (report.batch, report.output_shape) == (batch, output)
        (found,) = [found for found in report.advice() if found.kind == "fixed batch"]
        assert f"for batches of {batch} alone" in found.text
        assert found.row in {row.name for row in report}
    assert cnnshapes.check(Given(does), shape).agrees


REFUSING: dict[str, tuple[Callable[[Given, Tensor], Any], int]] = {
    "two": (lambda m, x: m.fc(x) if len(x) == 2 else refused(), 2),
    "what divides a queue": (lambda m, x: m.fc(x) if 64 % len(x) == 0 else refused(), 1),
    "a token for each": (lambda m, x: m.fc(torch.cat([m.fc.weight[:1].expand(16, 4), x], 0)[:16] + x), 16),
}


def refused() -> None:
    """What an assertion of a forward does."""
    raise AssertionError("a batch of another size is meant")


@pytest.mark.parametrize("name", REFUSING)
def test_a_batch_that_the_forward_asks_for(name: str) -> None:
    """A forward that refuses a batch for its size is read with one that it takes."""
    does, batch = REFUSING[name]
    report = cnnshapes.summary(Given(does), (4,))
    assert (report.batch, report.output_shape) == (batch, (2,))
    assert "fixed batch" in {found.kind for found in report.advice()}


def test_sizes_made_of_the_batch_are_none_of_it() -> None:
    """Half of the batch is no number of the forward's own."""
    with pytest.raises(ShapeError, match="does not fit"):
        cnnshapes.summary(Given(lambda m, x: x.view(len(x) // 2, 2, *x.shape[1:]).mean(1)), IMAGE)


def attended(x: Tensor) -> Tensor:
    """What an attention without weights gives."""
    return F.scaled_dot_product_attention(x, x, x)


SUMMED: dict[str, tuple[Callable[[Given, Tensor], Any], tuple[int, ...], int]] = {
    "covariance": (lambda m, x: m.fc(x).t() @ m.fc(x), (4,), 8 + 8 + 4),
    "pooled examples": (lambda m, x: m.fc(x).t().softmax(1) @ x, (4,), 8 + 8),
    "attention": (lambda m, x: attended(x.transpose(0, 1)), (5, 8), 80),
}


@pytest.mark.parametrize("name", SUMMED)
def test_sums_over_the_batch(name: str) -> None:
    """What is summed over all examples is counted for one, whether or not the batch is left in its shape."""
    does, shape, macs = SUMMED[name]
    for _ in range(2):
        assert cnnshapes.summary(Given(does), shape).total_macs == macs
    assert cnnshapes.check(Given(does), shape).agrees


@pytest.mark.parametrize("batch_first", [False, True])
def test_attention_across_examples(batch_first: bool) -> None:
    """An attention that takes the batch for the steps is pointed out, whatever batch_first is."""
    attention = nn.MultiheadAttention(8, 2, batch_first=batch_first)

    def attends(model: Given, x: Tensor) -> Any:
        x = x.transpose(0, 1) if batch_first else x
        return attention(x, x, x)

    model = Given(attends)
    model.attention = attention
    report = cnnshapes.summary(model, (5, 8))
    assert report.total_macs == 5 * (4 * 8 * 8 + 2 * 8)
    assert set(report.outputs.values()) == {(5, 8), (5, 1)}
    assert "mixed examples" in {found.kind for found in report.advice()}


def test_multiples_of_a_batch() -> None:
    """Examples that are taken together in so many need multiples of that; what weights alone make has no batch."""

    def together(model: Given, x: Tensor) -> Any:
        y = model.conv(x)
        return y + (model.fc.weight @ model.fc.weight.t()).sum() * y.view(3, -1, 4, 6, 6).std(0).mean()

    report = cnnshapes.summary(Given(together), IMAGE)
    (found,) = [found for found in report.advice() if found.kind == "fixed batch"]
    assert "takes 3 examples together, and computes for multiples of that alone" in found.text
    assert (report["matmul1"].output_shape, report["matmul1"].macs) == ((2, 2), 16)
    assert (report["std1"].output_shape, report.output_shape) == ((1, 4, 6, 6), (4, 6, 6))
    assert "For batches of    3" in str(report)
    assert cnnshapes.check(Given(together), IMAGE).agrees


def test_shapes_of_examples_are_asked_for() -> None:
    """A forward that looks at the shape of one example alone does the same to each."""

    def looks(model: Given, x: Tensor) -> Any:
        assert {one.shape for one in x} == {x[0].shape}
        return model.conv(x)

    report = cnnshapes.summary(Given(looks), IMAGE)
    assert (report.total_macs, report.batch) == (3888, None)
    assert not [found for found in report.advice() if found.kind == "mixed examples"]


def with_itself(x: Tensor) -> Tensor:
    """The products of all rows with each other."""
    return x @ x.t()


@pytest.mark.parametrize(
    ("does", "shape", "output", "macs"),
    [
        (lambda m, x: with_itself(torch.cat([m.fc(x), m.fc(x)])), (4,), (2, 2), 8 + 8 + 8),
        (lambda m, x: with_itself(x.flatten(2).flatten(0, 1)), (8, 6, 6), (8, 8), 8 * 8 * 36),
    ],
    ids=["two views of each example", "Gram matrix"],
)
def test_multiples_of_the_batch_with_each_other(does: Any, shape: Any, output: Any, macs: int) -> None:
    """Where more rows than one come of each example, their products with all others are those of a batch of one."""
    report = cnnshapes.summary(Given(does), shape)
    assert (report.output_shape, report.total_macs, report.batch) == (output, macs, 1)
    assert cnnshapes.check(Given(does), shape).agrees


def test_no_batch_mends_what_does_not_fit() -> None:
    """A wrong number of features stays an error, whatever the batch; so does a batch in parts, which says why."""
    for does in (
        lambda m, x: m.steps(x, (torch.zeros(1, len(x), 16),) * 2)[0],
        lambda m, x: m.steps(x, (torch.zeros(len(x), 2, 16),) * 2)[0],
    ):
        with pytest.raises(ReadError, match=r"the state it is given is .* and it takes"):
            cnnshapes.summary(Given(does), (5, 8))
    with pytest.raises(ShapeError, match=r"view\(144\) leaves no dimension for the batch; write x\.size\(0\), 144"):
        cnnshapes.summary(Given(lambda m, x: m.flat(m.conv(x).view(144))), IMAGE)
    with pytest.raises(ShapeError, match=r"view\(-1, 100\) does not fit: 144 numbers of each example reach it"):
        cnnshapes.summary(Given(lambda m, x: m.flat(m.conv(x).view(-1, 100))), IMAGE)
    with pytest.raises(ShapeError, match="fc was cut along the batch, so that sizes here depend on how many examples"):
        cnnshapes.summary(Given(lambda m, x: torch.mul(*m.fc(x).chunk(2))), (4,))


def test_check_says_where_a_real_forward_fails() -> None:
    """A loop over more examples than the real forward of a check has ends in a sentence with its line."""

    def counted(model: Given, x: Tensor) -> Tensor:
        return torch.stack([model.fc(x[i]) for i in range(64)])

    with pytest.raises(ReadError, match="its forward raised IndexError"):
        cnnshapes.check(Given(counted), (4,))


def test_what_another_batch_failed_with_is_let_go() -> None:
    """A model that was read with another batch than the first is freed as soon as nobody holds it."""
    cnnshapes.summary(Given(FIXED["view"][0]), IMAGE)  # what torch imports then holds its frames until a collection
    model = Given(FIXED["view"][0])
    gone = weakref.ref(model)
    gc.disable()
    try:
        cnnshapes.summary(model, IMAGE)
        del model
        assert gone() is None
    finally:
        gc.enable()
