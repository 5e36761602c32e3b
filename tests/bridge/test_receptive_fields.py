"""Receptive fields of torch models that rearrange positions or mix them, against the support of the gradient."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import cnnshapes

SIZE = 12
Between = Callable[[Tensor], Tensor]


class Around(nn.Module):
    """What is between two 3×3 convolutions, which keep the size."""

    def __init__(self, between: Between) -> None:
        super().__init__()
        self.before = nn.Conv2d(4, 4, 3, padding=1)
        self.after = nn.Conv2d(4, 4, 3, padding=1)
        self.between = between
        for parameter in self.parameters():
            nn.init.uniform_(parameter, 0.5, 1.5)

    def forward(self, x: Tensor) -> Tensor:
        """Run all three."""
        result: Tensor = self.after(self.between(self.before(x)))
        return result


def shuffled(x: Tensor) -> Tensor:
    """ShuffleNet's channel shuffle, by a view and a transpose."""
    batch, channels, height, width = x.shape
    return x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(x.shape)


def as_tokens(x: Tensor) -> Tensor:
    """Normalized as a sequence of positions, and made a picture again."""
    return F.layer_norm(x.flatten(2).transpose(1, 2), (4,)).transpose(1, 2).reshape(x.shape)


def swapped(x: Tensor) -> Tensor:
    """The two halves of the channels change places, written into a new map."""
    result = torch.zeros_like(x)
    result[:, :2] = x[:, 2:]
    result[:, 2:] = x[:, :2]
    return result


def attended(x: Tensor) -> Tensor:
    """A gate from the mean and the largest of the channels, as in CBAM."""
    most, _ = x.max(1, keepdim=True)
    return x * torch.sigmoid(torch.cat([x.mean(1, keepdim=True), most], 1).sum(1, keepdim=True))


def down(x: Tensor) -> Tensor:
    """Every row gets what was in the row above."""
    result = torch.zeros_like(x)
    result[:, :, 1:] = x[:, :, :-1]
    return result


def as_anchors(x: Tensor) -> Tensor:
    """As a detector lists its anchors, position by position, and made a picture again."""
    batch, height, width = x.size(0), x.size(2), x.size(3)
    anchors = x.view(batch, 2, 2, height, width).permute(0, 1, 3, 4, 2).reshape(batch, -1, 2)
    return anchors.view(batch, 2, height, width, 2).permute(0, 1, 4, 2, 3).reshape(x.shape)


def channels_last(x: Tensor) -> Tensor:
    """A convolution takes the rows for channels."""
    return F.conv2d(x.permute(0, 2, 3, 1), torch.ones(SIZE, SIZE, 1, 1, dtype=x.dtype)).permute(0, 3, 1, 2)


FOLLOWED: dict[str, Between] = {
    "channel shuffle": shuffled,
    "tokens": as_tokens,
    "slices": swapped,
    "channel attention": attended,
    "channels last and back": lambda x: (
        x.permute(0, 2, 3, 1).reshape(x.size(0), -1, 4).permute(0, 2, 1).reshape(x.shape)
    ),
    "anchors": as_anchors,
    "normalized": lambda x: F.normalize(x, dim=1),
    "where": lambda x: torch.where(x > 0, x, 2 * x),
    "constants beside it": lambda x: F.conv2d(torch.cat([x, torch.ones_like(x)], 1), torch.ones(4, 8, 1, 1).to(x)),
    "new dimension": lambda x: x[:, :, None].squeeze(2),
    "halves": lambda x: torch.cat([one + other for one, other in zip(x.chunk(2, 1), x.chunk(2, 1), strict=True)], 1),
}
MIXED: dict[str, Between] = {
    "roll": lambda x: torch.roll(x, 1, 2),
    "cumsum": lambda x: x.cumsum(-1),
    "flip": lambda x: x.flip(3),
    "sort": lambda x: x.sort(dim=2)[0],
    "fft": lambda x: torch.fft.fft2(x).real,
    "shifted slice": down,
    "unfold": lambda x: F.unfold(x, 3, padding=1).view(x.size(0), 4, 9, SIZE, SIZE).sum(2),
    "product": lambda x: torch.matmul(x, x.transpose(2, 3)),
    "convolution over rows": channels_last,
    "attention": lambda x: F.scaled_dot_product_attention(x, x, x),
    "vector and back": lambda x: x.flatten(1).view(x.shape),
    "standardized": lambda x: x / x.std(dim=(2, 3), keepdim=True),
}


def support(model: nn.Module) -> list[tuple[int, int]]:
    """From where to where the middle position reads, along both axes."""
    picture = torch.rand(1, 4, SIZE, SIZE, dtype=torch.float64, requires_grad=True)
    middle = model.double()(picture)[0, :, SIZE // 2, SIZE // 2]
    (gradient,) = torch.autograd.grad(middle.square().sum(), picture)
    reads = gradient.abs().sum((0, 1))
    found = [reads.sum(other).nonzero().flatten().tolist() for other in (1, 0)]
    return [(min(positions), max(positions) + 1) for positions in found]


@pytest.mark.parametrize("between", FOLLOWED.values(), ids=FOLLOWED)
def test_positions_are_followed(between: Between) -> None:
    """What only rearranges positions, or reads each alone, leaves the field of two 3×3 convolutions at exactly 5×5."""
    model = Around(between)
    field = cnnshapes.summary(model, (4, SIZE, SIZE))[-1].receptive_field
    assert str(field) == "5"
    assert list(field.window((SIZE // 2, SIZE // 2))) == support(model)


@pytest.mark.parametrize("between", MIXED.values(), ids=MIXED)
def test_what_mixes_positions_is_bounded(between: Between) -> None:
    """No position reads outside its field, which is marked as a bound."""
    model = Around(between)
    field = cnnshapes.summary(model, (4, SIZE, SIZE))[-1].receptive_field
    assert not field.exact
    for (begin, end), (first, last) in zip(field.window((SIZE // 2, SIZE // 2)), support(model), strict=True):
        assert begin <= first
        assert last <= end


def test_a_recurrent_layer_and_a_transformer_are_bounded() -> None:
    """Whose output has the shape of their input, and sees more than that position."""

    class Sequence(nn.Module):
        def __init__(self, mixing: nn.Module) -> None:
            super().__init__()
            self.conv = nn.Conv1d(4, 8, 3, padding=1)
            self.mixing = mixing

        def forward(self, x: Tensor) -> Tensor:
            mixed = self.mixing(self.conv(x).transpose(1, 2))
            result: Tensor = mixed[0] if isinstance(mixed, tuple) else mixed
            return result

    for mixing in (nn.GRU(8, 8, batch_first=True), nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)):
        field = cnnshapes.summary(Sequence(mixing), (4, 20))[-1].receptive_field
        assert not field.exact
        assert field.axes[0].right - field.axes[0].left >= 20
