"""One example or more of every layer. From them the harness makes its many settings; a new layer adds a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cnnshapes import layers as nn
from cnnshapes.layers import Layer, Shape


class Example(NamedTuple):
    """A layer and the shapes of inputs that it takes."""

    layer: Layer
    inputs: tuple[Shape, ...]


def _of(layer: Layer, *inputs: Shape) -> Example:
    return Example(layer, inputs)


def _made(kind: str, shape: Shape, *arguments: Any) -> Example:
    layer: Callable[..., Layer] = nn.LAYERS[kind]
    return Example(layer(*arguments), (shape,))


_LINE, _IMAGE, _VOLUME = (6, 12), (6, 10, 9), (6, 7, 8, 9)
"""Inputs of one, two and three spatial axes, with a number of channels that has many divisors."""
_BY_DIMS: list[tuple[int, Shape]] = [(1, _LINE), (2, _IMAGE), (3, _VOLUME)]

EXAMPLES: list[Example] = [
    # activations
    _of(nn.ReLU(), _IMAGE),
    _of(nn.ReLU6(inplace=True), _LINE),
    _of(nn.LeakyReLU(0.2), _VOLUME),
    _of(nn.ELU(), _IMAGE),
    _of(nn.CELU(), _IMAGE),
    _of(nn.SELU(), (20,)),
    _of(nn.GELU(approximate="tanh"), _IMAGE),
    _of(nn.SiLU(), _IMAGE),
    _of(nn.Mish(), _IMAGE),
    _of(nn.Sigmoid(), _IMAGE),
    _of(nn.LogSigmoid(), _IMAGE),
    _of(nn.Hardsigmoid(), _IMAGE),
    _of(nn.Hardswish(), _IMAGE),
    _of(nn.Hardtanh(-2.0, 2.0), _IMAGE),
    _of(nn.Hardshrink(), _IMAGE),
    _of(nn.Softshrink(), _IMAGE),
    _of(nn.Tanh(), _IMAGE),
    _of(nn.Tanhshrink(), _IMAGE),
    _of(nn.Softplus(), _IMAGE),
    _of(nn.Softsign(), _IMAGE),
    _of(nn.Threshold(0.1, 20.0), _IMAGE),
    _of(nn.RReLU(), _IMAGE),
    _of(nn.PReLU(), _IMAGE),
    _of(nn.PReLU(num_parameters=20), (20,)),
    _of(nn.GLU(), (6, 12)),
    _of(nn.GLU(dim=1), _IMAGE),
    _of(nn.Softmax(dim=1), (10,)),
    _of(nn.Softmin(dim=-1), _IMAGE),
    _of(nn.LogSoftmax(), _IMAGE),
    _of(nn.Softmax2d(), _IMAGE),
    # axes
    _of(nn.Permute((0, 2, 3, 1)), _IMAGE),
    _of(nn.Permute((0, -1, 1)), _LINE),
    _of(nn.Transpose(1, 2), _IMAGE),
    _of(nn.Transpose(-1, 2), _VOLUME),
    _of(nn.Slice((2,), (5,)), _IMAGE),
    _of(nn.Slice((None, -4), (None, -1)), _LINE),
    _of(nn.Slice(step=(1, 2, 2)), _IMAGE),
    _of(nn.Slice((0, 1, None, 2), (3, None, -1), (None, 2, None, 3)), _VOLUME),
    _of(nn.Expand((-1, 5, 7)), (4, 1, 7)),
    _of(nn.Expand((3, 8)), (3, 1)),
    _of(nn.Select(1, 0), _IMAGE),
    _of(nn.Select(-1, -2), _LINE),
    # reducing
    _of(nn.Mean(1, keepdim=True), _IMAGE),
    _of(nn.Mean(-1), _LINE),
    _of(nn.Sum(1), _VOLUME),
    _of(nn.Sum(2), _IMAGE),
    _of(nn.Max(1, keepdim=True), _IMAGE),
    _of(nn.Max(-2), _LINE),
    # convolutions
    _of(nn.Conv1d(out_channels=4, kernel_size=5, stride=2, dilation=2), _LINE),
    _of(nn.Conv2d(out_channels=4, kernel_size=3), _IMAGE),
    _of(nn.Conv2d(out_channels=12, kernel_size=(3, 1), padding=(1, 0), groups=3, bias=False), _IMAGE),
    _of(nn.Conv2d(out_channels=4, kernel_size=(4, 3), padding="same", dilation=(1, 2)), _IMAGE),
    _of(nn.Conv2d(out_channels=4, kernel_size=5, padding=2, padding_mode="reflect"), _IMAGE),
    _of(nn.Conv3d(out_channels=2, kernel_size=3, padding=1, stride=(1, 2, 2)), _VOLUME),
    _of(nn.ConvTranspose1d(out_channels=4, kernel_size=3, stride=2, output_padding=1), _LINE),
    _of(nn.ConvTranspose2d(out_channels=4, kernel_size=4, stride=2, padding=1, groups=2), _IMAGE),
    _of(nn.ConvTranspose2d(out_channels=4, kernel_size=3, dilation=3, output_padding=(2, 1)), _IMAGE),
    _of(nn.ConvTranspose3d(out_channels=2, kernel_size=2, stride=2), _VOLUME),
    # dropout
    _of(nn.Dropout(), (20,)),
    _of(nn.Dropout1d(), _LINE),
    _of(nn.Dropout2d(0.25), _IMAGE),
    _of(nn.Dropout3d(), _VOLUME),
    _of(nn.AlphaDropout(), _IMAGE),
    _of(nn.FeatureAlphaDropout(), _IMAGE),
    # linear
    _of(nn.Linear(out_features=10), (20,)),
    _of(nn.Linear(out_features=3, bias=False), _IMAGE),
    _of(nn.Shift((6, 1, 1)), _IMAGE),
    _of(nn.Shift((6, 12)), _LINE),
    _of(nn.Scale((6, 1, 1)), _IMAGE),
    _of(nn.Scale((1, 6, 1)), _LINE),
    _of(nn.Scale((20,)), (20,)),
    # merges
    _of(nn.Add(), _IMAGE, _IMAGE),
    _of(nn.Add(), _IMAGE, (6, 1, 1), _IMAGE),
    _of(nn.Multiply(), _IMAGE, (6, 1, 1)),
    _of(nn.Subtract(), _IMAGE, _IMAGE),
    _of(nn.Divide(), _IMAGE, (6, 1, 1)),
    _of(nn.Concat(), _IMAGE, (4, 10, 9), _IMAGE),
    _of(nn.Concat(dim=-1), _IMAGE, (6, 10, 2)),
    _of(nn.Stack(), _IMAGE, _IMAGE),
    _of(nn.Stack(-1), _LINE, _LINE, _LINE),
    _of(nn.Stack(dim=2), (20,), (20,)),
    # normalisation
    _of(nn.BatchNorm1d(), (20,)),
    _of(nn.BatchNorm1d(affine=False), _LINE),
    _of(nn.BatchNorm2d(), _IMAGE),
    _of(nn.BatchNorm3d(), _VOLUME),
    _of(nn.InstanceNorm1d(affine=True), _LINE),
    _of(nn.InstanceNorm2d(), _IMAGE),
    _of(nn.InstanceNorm3d(), _VOLUME),
    _of(nn.GroupNorm(3), _IMAGE),
    _of(nn.GroupNorm(2), (20,)),
    _of(nn.LayerNorm((10, 9)), _IMAGE),
    _of(nn.LayerNorm(20), (20,)),
    _of(nn.RMSNorm((9,)), _IMAGE),
    _of(nn.LocalResponseNorm(5), _IMAGE),
    # padding
    *(
        _made(f"{family}Pad{dims}d", shape, padding, *([1.5] if family == "Constant" else []))
        for family in ("Zero", "Constant", "Replication", "Reflection", "Circular")
        for dims, shape in _BY_DIMS
        for padding in (2, (1, 2, 0, 3, 1, 0)[: 2 * dims])
    ),
    _of(nn.ZeroPad2d((0, 0, 0, 0, 4, 4)), _IMAGE),
    _of(nn.ConstantPad1d((1, 0, 2, -1), 1.5), _LINE),
    # a number on each
    _of(nn.AddScalar(0.5), _IMAGE),
    _of(nn.MultiplyScalar(-2), _LINE),
    _of(nn.Power(2), _IMAGE),
    # pooling
    _of(nn.MaxPool1d(3, padding=1), _LINE),
    _of(nn.MaxPool2d(2), _IMAGE),
    _of(nn.MaxPool2d(3, 2, 1, ceil_mode=True), _IMAGE),
    _of(nn.MaxPool3d((1, 2, 2), dilation=2), _VOLUME),
    _of(nn.AvgPool1d(4, 3, 2, ceil_mode=True, count_include_pad=False), _LINE),
    _of(nn.AvgPool2d((3, 2), divisor_override=3), _IMAGE),
    _of(nn.AvgPool3d(2, 1, 1), _VOLUME),
    _of(nn.LPPool1d(2, 3, ceil_mode=True), _LINE),
    _of(nn.LPPool2d(1.5, (2, 3), 1), _IMAGE),
    _of(nn.LPPool3d(2, 2), _VOLUME),
    *(
        _made(f"Adaptive{what}Pool{dims}d", shape, size)
        for what in ("Avg", "Max")
        for dims, shape in _BY_DIMS
        for size in (3, (5, None, 1)[:dims])
    ),
    *(
        _made(f"Global{what}Pool{dims}d", shape, keepdim)
        for what in ("Avg", "Max")
        for dims, shape in _BY_DIMS
        for keepdim in (False, True)
    ),
    # resampling
    _of(nn.Upsample(scale_factor=2), _LINE),
    _of(nn.Upsample(scale_factor=(1.5, 2), mode="bilinear", align_corners=True), _IMAGE),
    _of(nn.Upsample(size=(5, 20, 9), mode="trilinear"), _VOLUME),
    _of(nn.Upsample(scale_factor=0.7, mode="bicubic", recompute_scale_factor=True), _IMAGE),
    _of(nn.UpsamplingNearest2d(size=(7, 30)), _IMAGE),
    _of(nn.UpsamplingBilinear2d(scale_factor=3), _IMAGE),
    # reshaping
    _of(nn.Identity(), _IMAGE),
    _of(nn.Flatten(), _IMAGE),
    _of(nn.Flatten(2, 3), _VOLUME),
    _of(nn.Unflatten(1, (2, 3)), _IMAGE),
    _of(nn.Unflatten(-1, (4, -1)), (20,)),
    _of(nn.Reshape((5, 36, 3)), _IMAGE),
    _of(nn.Reshape((2, 10)), (20,)),
    _of(nn.PixelShuffle(2), (12, 4, 5)),
    _of(nn.PixelUnshuffle(3), (2, 9, 6)),
    _of(nn.ChannelShuffle(3), _IMAGE),
]


def examples_of(kind: str) -> list[Example]:
    """The examples of the layer of this class name."""
    return [example for example in EXAMPLES if example.layer.kind == kind]
