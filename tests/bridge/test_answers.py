"""An answer is given again to the same question only, whatever model asks and whatever was changed since."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode

import cnnshapes

SHAPE = (4, 8, 8)


class Calls(nn.Module):
    """A forward given as a function of the module and its input, with some weights to use."""

    def __init__(self, forward: Callable[[Calls, Tensor], object]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(4, 4, 1, 1))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.steps: Tensor
        self.register_buffer("steps", torch.arange(8))
        self.size = 2
        self.called = forward

    def forward(self, x: Tensor) -> object:
        return self.called(self, x)


def written_to(model: Calls, x: Tensor) -> Tensor:
    """The second half of a copy is overwritten."""
    y = x.clone()
    y[:, 2:] = 0
    return y + x


def table(model: Calls, x: Tensor) -> Tensor:
    """A table that is made of a buffer and filled step by step, as a window's mask is."""
    mask = model.steps.new_zeros((8, 8))
    mask[:4] = model.steps
    return x.masked_fill(mask.unsqueeze(0) != 0, 0.0)


FORWARDS: dict[str, Callable[[Calls, Tensor], object]] = {
    "a view": lambda model, x: x.view(x.size(0), 2, -1) + 1,
    "another order": lambda model, x: x.permute(0, 2, 3, 1).contiguous().view(x.size(0), -1),
    "parts": lambda model, x: torch.cat([part * 2 for part in x.chunk(3, 1)], 1),
    "two tensors, one of them none": lambda model, x: model.attention(x[:, 1], x[:, 0], x[:, 0], need_weights=False)[0],
    "several tensors with a name": lambda model, x: x.flatten(2).max(dim=1).values.relu(),
    "itself": lambda model, x: x.contiguous().contiguous() + x.expand_as(x),
    "written in place": lambda model, x: x.transpose(2, 3).clone().mul_(2).add_(x),
    "another shape in place": lambda model, x: x.mul(1).unsqueeze_(1).flatten(1, 2),
    "a weight": lambda model, x: F.conv2d(x.transpose(2, 3), model.weight * 2),
    "an item written": written_to,
    "a table": table,
    "numbers that are equal": lambda model, x: (x.sum(1, True), x.sum(1, False), x * 1, x * 1.0, x * True),
}


@pytest.mark.parametrize("name", FORWARDS)
def test_an_answer_given_again_is_the_answer(name: str) -> None:
    """The rows of a second model and a second reading are the first's, and what comes out has torch's shapes."""
    first, again = (Calls(FORWARDS[name]).eval() for _ in range(2))
    reports = [cnnshapes.summary(model, SHAPE) for model in (first, again, first)]
    assert reports[0].rows == reports[1].rows == reports[2].rows
    given = first(torch.zeros(2, *SHAPE))
    expected = [tuple(output.shape[1:]) for output in (given if isinstance(given, tuple) else (given,))]
    assert [list(report.outputs.values()) for report in reports] == [expected] * 3


def test_what_was_changed_is_read_anew() -> None:
    """A number in the forward, an argument of a module, a weight and the type of the numbers may change between two."""
    conv = nn.Conv2d(4, 6, 3)
    pool = Calls(lambda model, x: F.avg_pool2d(x.transpose(2, 3), model.size))
    model = nn.Sequential(conv, pool)
    assert cnnshapes.summary(model, SHAPE).output_shape == (6, 3, 3)
    pool.size = 3
    assert cnnshapes.summary(model, SHAPE).output_shape == (6, 2, 2)
    conv.stride, pool.size = (3, 3), 2
    assert cnnshapes.summary(model, SHAPE).output_shape == (6, 1, 1)
    conv.weight = nn.Parameter(torch.zeros(9, 4, 3, 3))
    conv.register_parameter("bias", None)
    report = cnnshapes.summary(model, SHAPE)
    assert (report.output_shape, report.rows[0].params) == ((9, 1, 1), 9 * 4 * 9)
    assert cnnshapes.summary(model.double(), SHAPE).rows == report.rows


def test_after_inference_mode() -> None:
    """What was first asked in inference mode serves outside of it, where torch forbids to write into its tensors."""
    model = Calls(lambda model, x: x.transpose(1, 3).add_(11.5))
    with torch.inference_mode():
        first = cnnshapes.summary(model, (5, 7, 9))
    assert cnnshapes.summary(model, (5, 7, 9)).rows == first.rows


def test_fake_tensors() -> None:
    """A model under a mode that makes fake tensors is read, and leaves none to the next."""
    with FakeTensorMode():
        fake = cnnshapes.summary(nn.Sequential(nn.Conv2d(4, 6, 3), nn.ReLU()), SHAPE)
    assert fake.rows == cnnshapes.summary(nn.Sequential(nn.Conv2d(4, 6, 3), nn.ReLU()), SHAPE).rows


def test_a_report_is_freed_when_it_is_let_go() -> None:
    """Nothing of a pass waits for the garbage collector."""
    model = Calls(FORWARDS["parts"])
    cnnshapes.summary(model, SHAPE)
    gc.collect()
    gc.disable()
    try:
        cnnshapes.summary(model, SHAPE)
        assert gc.collect() == 0
    finally:
        gc.enable()
