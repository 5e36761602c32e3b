"""Convolutions and transposed convolutions."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.arguments import REQUIRED, flag, integer, sizes, word
from cnnshapes.layers.base import Saved, Shape, Spatial, expect_channels, layer, reads, sizes_text, written
from cnnshapes.layers.windows import Geometry, Window
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import divided_exactly

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Convolution(Window):
    """(C, *W) to (out_channels, *⌊(W − F + 2P)/S⌋ + 1), with out_channels·C/groups·F… weights.

    Multiply–accumulates are one per weight and output position [torch Conv2d; FlopCounterMode counts two flops each].
    """

    base_name: ClassVar[str] = "conv"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    in_channels: int | None = integer(default=None, from_input="channels")
    out_channels: int = integer(default=REQUIRED)
    kernel_size: int | tuple[int, ...] = sizes(default=REQUIRED)
    stride: int | tuple[int, ...] = sizes(default=1)
    padding: int | tuple[int, ...] | str = sizes(default=0, minimum=0, words=("same", "valid"))
    dilation: int | tuple[int, ...] = sizes(default=1)
    groups: int = integer(default=1)
    bias: bool = flag(default=True)
    padding_mode: str = word(*PADDING_MODES, default="zeros")

    @functools.cached_property
    def geometry(self) -> Geometry:
        kernel_size, dilation = self.each("kernel_size", spread=False), self.each("dilation")
        if self.padding == "same":
            both = tuple(map(arithmetic.same_padding, kernel_size, dilation))
            before = tuple(int(amount) // 2 for amount in both)
        else:
            spread = self.padding_mode == "zeros"  # torch pads the other ways by a function that wants all the axes
            before = (0,) * self.dims if self.padding == "valid" else self.each("padding", spread=spread)
            both = tuple(2 * amount for amount in before)
        return Geometry(kernel_size, self.each("stride"), before, both, dilation)

    def check_rules(self) -> None:
        if self.padding == "same" and any(step != 1 for step in self.each("stride")):
            raise ShapeError(
                f'padding "same" needs stride 1, and the stride is {sizes_text(self.stride)}',
                [Repair.set("stride", 1), Repair.set("padding", self._half_kernel())],
            )
        self.geometry  # noqa: B018  raises where a tuple has the wrong length

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_channels(self, "in_channels", self.in_channels, shape)
        check_groups(self.groups, shape[0], self.out_channels)
        if self.padding_mode in ("reflect", "circular"):
            self._check_wrapping(shape[1:])
        return (self.out_channels, *self.positions(shape))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return of_all_channels(super().receptive_field(fields, inputs, output), self.groups)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        weight = (self.out_channels, per_group(inputs[0][0], self.groups), *self.geometry.kernel_size)
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        return arithmetic.product((*reversed(self.weights(*inputs)["weight"]), *reversed(output[1:])))

    def keeps(self, output: Shape) -> tuple[str, ...]:
        return () if self.padding_mode == "circular" else self.saves  # of the others the padding needs it

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=self.works_with(*inputs))

    def works_with(self, *inputs: Shape) -> int:
        if self.padding_mode == "zeros":
            return 0
        grown = (size + both for size, both in zip(inputs[0][1:], self.geometry.both, strict=True))
        return arithmetic.product((inputs[0][0], *grown))  # the padded copy

    def _half_kernel(self) -> int | tuple[int, ...]:
        half = tuple(arithmetic.span(k, d) // 2 for k, d in zip(*self.geometry[::4], strict=True))
        return half[0] if len(set(half)) == 1 else half

    def _check_wrapping(self, found: tuple[int, ...]) -> None:
        """Reflecting needs more pixels than it pads, wrapping around as many [torch.nn.functional.pad]."""
        _, _, before, both, _, _ = self.geometry
        for size, near, total in zip(found, before, both, strict=True):
            widest = max(near, total - near)
            limit = size - 1 if self.padding_mode == "reflect" else size
            if widest > limit:
                raise ShapeError(
                    f'padding {widest} with padding_mode "{self.padding_mode}" is too wide for the '
                    f"{written(found)} input; it can be at most {limit}",
                    [Repair.set("padding_mode", "zeros")],
                    kind=self.kind,
                )

    @reads("torch.nn.functional.conv{dims}d")
    @classmethod
    def from_conv(
        cls,
        input: Shape,
        weight: Shape,
        bias: Shape | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Self:
        """A call of the functional convolution."""
        return cls(weight[1] * groups, weight[0], weight[2:], stride, padding, dilation, groups, bias is not None)


class TransposedConvolution(Spatial):
    """(C, *W) to (out_channels, *(W − 1)·S − 2P + D·(F − 1) + 1 + output_padding) [torch ConvTranspose2d].

    Multiply–accumulates are one per weight and *input* position.
    """

    base_name: ClassVar[str] = "convt"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    in_channels: int | None = integer(default=None, from_input="channels")
    out_channels: int = integer(default=REQUIRED)
    kernel_size: int | tuple[int, ...] = sizes(default=REQUIRED)
    stride: int | tuple[int, ...] = sizes(default=1)
    padding: int | tuple[int, ...] = sizes(default=0, minimum=0)
    output_padding: int | tuple[int, ...] = sizes(default=0, minimum=0)
    groups: int = integer(default=1)
    bias: bool = flag(default=True)
    dilation: int | tuple[int, ...] = sizes(default=1)
    padding_mode: str = word("zeros", default="zeros")

    @functools.cached_property
    def _windows(self) -> tuple[tuple[int, ...], ...]:
        """kernel_size, stride, padding, output_padding and dilation, a number per axis each."""
        rest = map(self.each, ("stride", "padding", "output_padding", "dilation"))
        return (self.each("kernel_size", spread=False), *rest)

    def check_rules(self) -> None:
        _, stride, _, output_padding, dilation = self._windows
        for extra, step, spread in zip(output_padding, stride, dilation, strict=True):
            if extra >= max(step, spread):
                raise ShapeError(
                    f"output_padding {extra} must be smaller than the stride ({step}) or the dilation ({spread})",
                    [Repair.set("output_padding", int(max(step, spread)) - 1, "≤")],
                )

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_channels(self, "in_channels", self.in_channels, shape)
        check_groups(self.groups, shape[0], self.out_channels)
        result = tuple(map(arithmetic.transposed_window, shape[1:], *self._windows))
        if min(result) < 1:
            raise ShapeError(
                f"padding {sizes_text(self.padding)} takes away all of the output, which would be {written(result)}",
                [Repair.set("padding", 0)],
                kind=self.kind,
            )
        return (self.out_channels, *result)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        weight = (inputs[0][0], per_group(self.out_channels, self.groups), *self._windows[0])
        return {"weight": weight, "bias": (self.out_channels,)} if self.bias else {"weight": weight}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        return arithmetic.product((*reversed(self.weights(*inputs)["weight"]), *reversed(inputs[0][1:])))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        kernel_size, stride, padding, _, dilation = self._windows
        reach = tuple(map(arithmetic.same_padding, kernel_size, dilation))
        if set(stride) == {1}:  # a plain convolution that sees backwards
            wide = tuple(r + 1 for r in reach)
            before = tuple(r - p for r, p in zip(reach, padding, strict=True))
            field = receptive_field.through_window(fields[0], inputs[0], wide, stride, before, (1,) * self.dims)
        else:
            field = receptive_field.through_resampling(
                fields[0],
                inputs[0],
                [Fraction(1, s) for s in stride],
                [Fraction(r - p, s) for r, p, s in zip(reach, padding, stride, strict=True)],
                [Fraction(p, s) for p, s in zip(padding, stride, strict=True)],
            )
        return of_all_channels(field, self.groups)

    @reads("torch.nn.functional.conv_transpose{dims}d")
    @classmethod
    def from_conv_transpose(
        cls,
        input: Shape,
        weight: Shape,
        bias: Shape | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Self:
        """A call of the functional transposed convolution."""
        return cls(
            weight[0],
            weight[1] * groups,
            weight[2:],
            stride,
            padding,
            output_padding,
            groups,
            bias is not None,
            dilation,
        )


def per_group(channels: int, groups: int) -> int:
    """The channels each group gets; a single group has them all, and the explanation then shows no division."""
    return channels if groups == 1 else divided_exactly(channels, groups)


def of_all_channels(field: ReceptiveField, groups: int) -> ReceptiveField:
    """The field of channels that each read all channels, unless they are in groups."""
    return field if groups > 1 else field._replace(even=True)


def check_groups(groups: int, in_channels: int, out_channels: int) -> None:
    """Refuse groups that do not divide the channels on both sides.

    Raises:
        ShapeError: they do not; offers the largest number of groups that does, and the nearest out_channels.
    """
    if in_channels % groups == 0 and out_channels % groups == 0:
        return
    side, count = ("in_channels", in_channels) if in_channels % groups else ("out_channels", out_channels)
    common = gcd(int(in_channels), int(out_channels))
    best = max(divisor for divisor in range(1, groups + 1) if common % divisor == 0)
    repairs = [Repair.set("groups", best)]
    if in_channels % groups == 0:
        repairs.append(Repair.set("out_channels", -(-int(out_channels) // int(groups)) * int(groups)))
    raise ShapeError(f"{int(groups)} groups do not divide {side} {int(count)} evenly", repairs)


@final
@layer
class Conv1d(Convolution):
    """Convolution along one axis: (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class Conv2d(Convolution):
    """Convolution of an image: (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class Conv3d(Convolution):
    """Convolution of a volume or a video: (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class ConvTranspose1d(TransposedConvolution):
    """Transposed convolution along one axis: (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class ConvTranspose2d(TransposedConvolution):
    """Transposed convolution of an image: (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class ConvTranspose3d(TransposedConvolution):
    """Transposed convolution of a volume: (C, D, H, W)."""

    dims: ClassVar[int] = 3
