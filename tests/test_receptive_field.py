"""Receptive fields against the support of the gradient, by torch's autograd in double precision.

All weights are positive, so nothing cancels: an input position has a gradient exactly where the output reads it.
"""

from __future__ import annotations

import contextlib
import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnshapes import Design, ShapeError
from cnnshapes.bridge.build import build
from cnnshapes.design import INPUT, Builder
from cnnshapes.layers import (
    GLU,
    AdaptiveAvgPool1d,
    Add,
    AvgPool1d,
    AvgPool2d,
    Concat,
    ConstantPad2d,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    Linear,
    Permute,
    PixelShuffle,
    PixelUnshuffle,
    ReLU,
    Reshape,
    Select,
    Slice,
    Softmax,
    Unflatten,
    Upsample,
    UpsamplingBilinear2d,
    ZeroPad1d,
)
from cnnshapes.receptive_field import Part, ReceptiveField, formula
from cnnshapes.report import report_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same':UserWarning")
LENGTH = 48


def support(design: Design, axis: int = 0) -> list[set[int]]:
    """For each output position along an axis, the middle of the others, which input positions have a gradient."""
    torch.manual_seed(0)
    module = build(design).double().eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(0.5, 1.5)
    batch = torch.rand(1, *design.input_shape, dtype=torch.float64) + 1.0
    batch.requires_grad_()
    output = module(batch)[0]
    spatial = output.shape[1:]
    moved = output.movedim(axis + 1, -1) if spatial else output[:, None]
    middle = tuple(size // 2 for size in moved.shape[1:-1])
    found = []
    for position in range(moved.shape[-1]):
        (gradient,) = torch.autograd.grad(moved[(slice(None), *middle, position)].sum(), batch, retain_graph=True)
        others = [number for number in range(1, batch.dim()) if number != axis + 2]
        reads = gradient.abs().sum(dim=[0, *others])
        found.append(set(reads.nonzero().flatten().tolist()))
    return found


def field_at(field: ReceptiveField, position: int, axis: int = 0) -> tuple[int | Fraction, int | Fraction]:
    """The interval that a position sees, padding counted in."""
    left, right, jump = field.axes[axis]
    return left + position * jump, right + position * jump


def check_bound(design: Design, axis: int = 0) -> ReceptiveField:
    """No output position reads anything outside its field."""
    field = report_of(design)[-1].receptive_field
    for position, reads in enumerate(support(design, axis)):
        left, right = field_at(field, position, axis)
        assert all(left <= read < right for read in reads), (position, sorted(reads), field)
    return field


def check_exact(design: Design, axis: int = 0) -> ReceptiveField:
    """The outermost input positions that the middle output reads are the ends of its field."""
    field = check_bound(design, axis)
    found = support(design, axis)
    middle = len(found) // 2
    assert field.exact
    assert (min(found[middle]), max(found[middle]) + 1) == field_at(field, middle, axis)
    return field


SIZES = st.integers(1, 4)


@st.composite
def windows(draw: DrawFn) -> Layer:
    """A layer that slides a window along one axis, or pads."""
    kernel_size, stride, dilation = draw(SIZES), draw(st.sampled_from((1, 1, 2, 3))), draw(st.sampled_from((1, 1, 2)))
    layers: list[Layer] = [
        Conv1d(
            out_channels=2, kernel_size=kernel_size, stride=stride, padding=draw(st.integers(0, 2)), dilation=dilation
        ),
        Conv1d(out_channels=2, kernel_size=kernel_size, padding="same", dilation=dilation),
        AvgPool1d(kernel_size, stride, draw(st.integers(0, kernel_size // 2)), draw(st.booleans())),
        ConvTranspose1d(out_channels=2, kernel_size=kernel_size, padding=draw(st.integers(0, 1)), dilation=dilation),
        ZeroPad1d((draw(st.integers(0, 2)), draw(st.integers(0, 2)))),
        ReLU(),
    ]
    return draw(st.sampled_from(layers))


@st.composite
def resamplings(draw: DrawFn) -> Layer:
    """A layer whose positions may move in unequal steps."""
    stride = draw(st.integers(2, 3))
    layers: list[Layer] = [
        AdaptiveAvgPool1d(draw(st.integers(1, 9))),
        ConvTranspose1d(
            out_channels=2,
            kernel_size=draw(SIZES),
            stride=stride,
            padding=draw(st.integers(0, 1)),
            output_padding=draw(st.integers(0, stride - 1)),
            dilation=draw(st.integers(1, 2)),
        ),
        Upsample(
            scale_factor=draw(st.sampled_from((2, 3, 1.5, 0.5, 0.7, 2.3))),
            mode=draw(st.sampled_from(("nearest", "area"))),
        ),
        Upsample(size=draw(st.integers(1, 40)), mode=draw(st.sampled_from(("nearest", "nearest-exact", "area")))),
        Upsample(
            size=draw(st.integers(1, 40)), mode="linear", align_corners=draw(st.sampled_from((None, True, False)))
        ),
        Upsample(scale_factor=draw(st.sampled_from((2, 1.5, 0.6))), mode="linear", align_corners=draw(st.booleans())),
        Upsample(scale_factor=draw(st.sampled_from((1.3, 0.7))), mode="nearest", recompute_scale_factor=True),
    ]
    return draw(st.sampled_from(layers))


@st.composite
def stacks(draw: DrawFn, layers: st.SearchStrategy[Layer]) -> Design:
    """Layers in a row and in branches that a sum or a concatenation joins; what does not fit is left out."""
    builder = Builder("stack", (1, LENGTH))
    builder.add(Conv1d(out_channels=2, kernel_size=1))
    for _ in range(draw(st.integers(1, 4))):
        fork = builder.last
        ends = [_chained(builder, fork, draw(st.lists(layers, min_size=1, max_size=2)))]
        if draw(st.booleans()):
            ends.append(_chained(builder, fork, draw(st.lists(layers, max_size=2))))
            join = draw(st.sampled_from((Add(), Concat(), Concat(dim=2))))
            _added(builder, join, *ends)
            builder.last = builder.last if builder.last not in ends else ends[0]
    return _pruned(builder.design(), builder.last)


def _chained(builder: Builder, fork: str, layers: list[Layer]) -> str:
    builder.last = fork
    for layer in layers:
        _added(builder, layer, builder.last)
    return builder.last


def _added(builder: Builder, layer: Layer, *inputs: str) -> None:
    """Add the layer unless it would make the design impossible."""
    shapes = {INPUT: (1, LENGTH)} | {row.name: row.output_shape for row in report_of(builder.design())}
    try:
        layer.output_shape(*(shapes[name] for name in inputs))
    except ShapeError:
        return
    builder.add(layer, *inputs)


def _pruned(design: Design, last: str) -> Design:
    """The design up to a node, which is its output."""
    return Design(design.name, design.input_shape, design.nodes[: design.index(last) + 1])


@given(stacks(windows()))
def test_windows_in_branches(design: Design) -> None:
    """On random branched stacks of windows no position reads outside its field."""
    field = check_bound(design)
    assert field.axes[0].right > field.axes[0].left


@given(stacks(windows() | resamplings()))
def test_resampling_is_bounded(design: Design) -> None:
    """With upsampling, transposed convolutions and adaptive pooling among them, the field is an outer bound."""
    check_bound(design)


@given(st.lists(windows(), min_size=1, max_size=3), st.lists(windows(), max_size=3))
def test_exact_fields_are_equal_to_the_support(trunk: list[Layer], branch: list[Layer]) -> None:
    """Away from the border, where the field is called exact, its ends are the outermost positions that are read."""
    builder = Builder("stack", (1, 200))
    builder.add(Conv1d(out_channels=2, kernel_size=1))
    fork = builder.last
    for layer in trunk:
        builder.add(layer)
    end = builder.last
    if branch:
        builder.last = fork
        for layer in branch:
            builder.add(layer)
        builder.add(Concat(), end, builder.last)
    design = builder.design()
    try:
        field = report_of(design)[-1].receptive_field
    except ShapeError:
        return
    if field.exact:
        check_exact(design)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    "layers",
    [
        (Conv2d(out_channels=4, kernel_size=(3, 1), padding=(1, 0)), PixelShuffle(2)),
        (PixelUnshuffle(2), Conv2d(out_channels=2, kernel_size=3)),
        (Upsample(scale_factor=2, mode="bicubic"),),
        (Upsample(scale_factor=0.6, mode="bicubic", align_corners=True),),
        (UpsamplingBilinear2d(scale_factor=1.7),),
        (Linear(out_features=3), Conv2d(out_channels=1, kernel_size=(3, 1))),
        (GlobalAvgPool2d(),),
        (Conv2d(out_channels=1, kernel_size=5, stride=2), GlobalMaxPool2d(), Flatten(), Linear(out_features=2)),
        (ConstantPad2d((1, -2, 0, 3), 0.5), AvgPool2d(2, ceil_mode=True)),
    ],
    ids=lambda layers: "-".join(layer.kind for layer in layers),
)
def test_layers_of_two_axes(layers: tuple[Layer, ...], axis: int) -> None:
    """What only exists in two dimensions, or treats the axes differently, is bounded along both of them."""
    check_bound(Design.chain((1, 18, 14), *layers), axis)


@st.composite
def arrangings(draw: DrawFn, shape: tuple[int, ...]) -> Layer:
    """A layer that arranges the numbers of a map of this shape anew, keeps a part of them, or reads windows of it."""
    rank = len(shape)
    dims = st.integers(1, rank)
    dim = draw(dims)
    size = shape[dim - 1]
    first, last = sorted((draw(dims), draw(dims)))
    parts = next(((size // each, each) for each in (2, 3, 5) if size % each == 0), (size, 1))
    layers: list[Layer] = [
        Permute((0, *draw(st.permutations(list(range(1, rank + 1)))))),
        Flatten(first, last),
        Unflatten(dim, tuple(draw(st.permutations(list(parts))))),
        Reshape(tuple(draw(st.permutations(list(shape))))),
        Slice.part(dim, draw(st.integers(0, size - 1)), 1),
        Linear(out_features=2),
        GLU(dim),
        Softmax(dim),
        ReLU(),
    ]
    if size > 1:
        layers.append(Slice.part(dim, 1, size - 1))
        layers.append(Slice(step=(None,) * (dim - 1) + (2,)))
    if rank > 1:
        layers.append(Select(dim, draw(st.integers(0, size - 1))))
        layers.append(Conv1d(out_channels=2, kernel_size=3, padding=1) if rank == 2 else ReLU())
    if rank == 3:
        layers += [
            Conv2d(out_channels=2, kernel_size=3, padding=1, stride=draw(st.integers(1, 2))),
            AvgPool2d(2, ceil_mode=True),
            Upsample(scale_factor=2),
        ]
    return draw(st.sampled_from(layers))


@given(st.data())
def test_positions_are_followed_through_arrangings(data: st.DataObject) -> None:
    """No number of a map that was arranged anew, again and again, reads outside the window of its position."""
    builder = Builder("arranged", (2, 6, 4))
    builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    for _ in range(data.draw(st.integers(1, 6))):
        shape = report_of(builder.design())[-1].output_shape
        layer = data.draw(arrangings(shape))
        with contextlib.suppress(ShapeError):
            layer.output_shape(shape)
            builder.add(layer)
    row = report_of(builder.design())[-1]
    field = row.receptive_field
    module = build(builder.design()).double().eval()
    for parameter in module.parameters():
        torch.nn.init.uniform_(parameter, 0.5, 1.5)
    picture = torch.rand(1, *builder.design().input_shape, dtype=torch.float64, requires_grad=True)
    output = module(picture)[0]
    dims = field.dims or (tuple(range(1, output.dim())) if output.dim() == len(field.axes) + 1 else (-1,) * 2)
    for index in itertools.product(*map(range, output.shape)):
        (gradient,) = torch.autograd.grad(output[index], picture, retain_graph=True)
        reads = gradient[0].abs().sum(0)
        for axis, dim in enumerate(dims):
            at = index[dim.dim] // dim.inner % dim.size if isinstance(dim, Part) else index[dim] if dim >= 0 else 0
            begin, end = field_at(field, at, axis)
            for position in reads.sum(1 - axis).nonzero().flatten().tolist():
                assert begin <= position < end, (index, axis, position, field)


def test_the_window_of_a_position_is_where_its_gradient_is() -> None:
    """Along both axes, the interval of each output position is the support of its gradient, padding cut off."""
    layers = (Conv2d(out_channels=1, kernel_size=(5, 3), stride=2, padding=2), AvgPool2d(2))
    design = Design.chain((1, 20, 16), *layers)
    row = report_of(design)["pool1"]
    height, width = row.receptive_field.positions(row.output_shape)
    assert (height, width) == row.output_shape[1:]
    for axis, (size, count) in enumerate(zip((20, 16), (height, width), strict=True)):
        seen = support(design, axis)
        for position in range(count):
            at = (position, width - 1) if axis == 0 else (height - 1, position)
            begin, end = row.receptive_field.window(at)[axis]
            assert seen[position] == set(range(max(0, int(begin)), min(size, int(end))))


def test_positions_of_a_vector() -> None:
    """A vector has one position, which sees everything; its interval is written with the numbers put in."""
    row = report_of(Design.chain((1, 8, 8), Conv2d(out_channels=2, kernel_size=3, padding=1), Flatten()))["flatten1"]
    field = row.receptive_field
    assert field.positions(row.output_shape) == (1, 1)
    assert field.window((0, 0)) == ((-1, 9), (-1, 9))
    assert formula(field.axes[0], 0) == "[−1 + 0·0, 9 + 0·0) = [−1, 9)"


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([Slice((4,))], "≤ 5"),
        ([Conv2d(out_channels=8, kernel_size=1), Slice((4,))], "5"),
        ([Conv2d(out_channels=8, kernel_size=1, groups=2), Slice((4,))], "≤ 5"),
        ([AvgPool2d(2), ReLU(), Slice((4,))], "≤ 6"),
        ([Slice((None, 2), (None, -2))], "5"),
        ([Select(1, 0)], "≤ 5"),
        ([GLU(1)], "≤ 5"),
        ([Flatten(), Slice((), (3,))], "≤ 12"),
        ([Flatten(), Linear(out_features=4), Slice((), (3,))], "12"),
    ],
)
def test_a_choice_of_channels(layers: list[Layer], field: str) -> None:
    """Of branches that were concatenated some channels see less, so what was chosen of them has a bound."""
    builder = Builder("chosen", (2, 8, 8))
    near = builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    far = builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    builder.add(Concat(), near, far)
    for layer in layers:
        builder.add(layer)
    assert str(report_of(builder.design())[-1].receptive_field) == field
