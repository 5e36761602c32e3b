"""Poolings: max, average and power-average windows, adaptive ones, and global ones."""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Edit, Repair, ShapeError
from cnnshapes.layers.arguments import REQUIRED, flag, integer, number, sizes
from cnnshapes.layers.base import LAYERS, Layer, Saved, Shape, Spatial, layer, reads, sizes_text
from cnnshapes.layers.reducing import Max, Mean
from cnnshapes.layers.windows import Geometry, Window, a_kernel, the_input, uniform
from cnnshapes.receptive_field import ReceptiveField


class Pool(Window):
    """(C, *W) to (C, *⌊(W − F + 2P)/S⌋ + 1), rounded up with ceil_mode; the stride is the kernel unless given."""

    base_name: ClassVar[str] = "pool"
    spreads_kernel: ClassVar[bool] = True
    """Whether torch takes a tuple of one number for a kernel of that size along all axes."""
    bare: ClassVar[bool] = False
    """Whether torch wants the kernel to fit the input without its padding, as its avg_pool3d does."""

    @functools.cached_property
    def geometry(self) -> Geometry:
        given: Any = self  # each family has those of these arguments that torch has
        kernel_size = self.each("kernel_size", spread=self.spreads_kernel)
        stride = kernel_size if given.stride is None else self.each("stride")
        before = self.each("padding") if "padding" in self.arguments() else (0,) * self.dims
        dilation = self.each("dilation") if "dilation" in self.arguments() else (1,) * self.dims
        return Geometry(kernel_size, stride, before, tuple(2 * p for p in before), dilation, given.ceil_mode)

    def check_rules(self) -> None:
        window = self.geometry
        for size, pad in zip(window.kernel_size, window.before, strict=True):
            if pad > size // 2:  # torch leaves the dilation out of account
                kernel = a_kernel(window.kernel_size).split(maxsplit=1)[1]
                raise ShapeError(
                    f"padding {sizes_text(uniform(window.before))} is more than half of the {kernel}, so a window "
                    "could hold padding alone",
                    [Repair.set("padding", int(size) // 2, "≤"), Repair.set("kernel_size", 2 * int(pad), "≥")],
                )

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels, *found = inputs[0]
        if self.bare and any(map(operator.gt, self.geometry.kernel_size, found)):
            fitting = uniform(list(map(min, self.geometry.kernel_size, found)))
            edits = [Edit("kernel_size", fitting), *([Edit("padding", 0)] if any(self.geometry.before) else [])]
            also = " with padding = 0" if len(edits) > 1 else ""
            raise ShapeError(
                f"{a_kernel(self.geometry.kernel_size)} is larger than {the_input(found)}, which torch's {self.kind} "
                "refuses whatever the padding",
                [Repair(f"kernel_size ≤ {sizes_text(fitting)}{also}", tuple(edits))],
                kind=self.kind,
            )
        return (channels, *self.positions(inputs[0]))

    def _may_pad(self, padding: int | tuple[int, ...]) -> bool:
        wanted = padding if isinstance(padding, tuple) else (padding,) * self.dims
        return all(pad <= size // 2 for pad, size in zip(wanted, self.geometry.kernel_size, strict=True))


class MaxPool(Pool):
    """The largest value under the window."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    kernel_size: int | tuple[int, ...] = sizes()
    stride: int | tuple[int, ...] | None = sizes(default=None)
    padding: int | tuple[int, ...] = sizes(default=0, minimum=0)
    dilation: int | tuple[int, ...] = sizes(default=1)
    ceil_mode: bool = flag(default=False)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(indices=arithmetic.product(output))  # where each maximum was

    @reads("torch.nn.functional.max_pool{dims}d", "torch.max_pool{dims}d")
    @classmethod
    def from_max_pool(
        cls,
        input: Shape,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Self | None:
        """A call of the functional max pooling, which is ours unless it returns indices too."""
        return None if return_indices else cls(kernel_size, stride or None, padding, dilation, ceil_mode)

    @reads("torch.nn.functional.max_pool{dims}d_with_indices")
    @classmethod
    def from_max_pool_with_indices(cls, *given: Any, return_indices: bool = True, **named: Any) -> Any:
        """A call that gives the indices as a second tensor."""
        return cls.from_max_pool(*given, **named)


class AvgPool(Pool):
    """The mean of the values under the window."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    kernel_size: int | tuple[int, ...] = sizes()
    stride: int | tuple[int, ...] | None = sizes(default=None)
    padding: int | tuple[int, ...] = sizes(default=0, minimum=0)
    ceil_mode: bool = flag(default=False)
    count_include_pad: bool = flag(default=True)

    @reads("torch.nn.functional.avg_pool{dims}d")
    @classmethod
    def from_avg_pool(cls, input: Shape, kernel_size: Any, stride: Any = None, *rest: Any, **named: Any) -> Self:
        """A call of the functional average pooling."""
        return cls(kernel_size, stride or None, *rest, **named)


class LPPool(Pool):
    """The power average under the window, (Σ xᵖ)^(1/p) with p = norm_type."""

    spreads_kernel: ClassVar[bool] = False
    saves: ClassVar[tuple[str, ...]] = ("input",)
    norm_type: float = number()
    kernel_size: int | tuple[int, ...] = sizes()
    stride: int | tuple[int, ...] | None = sizes(default=None)
    ceil_mode: bool = flag(default=False)

    def check_rules(self) -> None:
        super().check_rules()
        if self.norm_type == 0:
            raise ShapeError("norm_type is 0, and no number has a root of order 0", [Repair.set("norm_type", 2)])

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        # torch computes it in steps: a power, a mean, a sign, a root
        return Saved(numbers=arithmetic.product(inputs[0]) + 4 * arithmetic.product(output))

    @reads("torch.nn.functional.lp_pool{dims}d")
    @classmethod
    def from_lp_pool(cls, input: Shape, norm_type: float, kernel_size: Any, *rest: Any, **named: Any) -> Self:
        """A call of the functional power-average pooling."""
        return cls(norm_type, kernel_size, *rest, **named)


class AdaptivePool(Spatial):
    """(C, *W) to (C, *output_size): windows are laid so that just so many come out; None keeps an axis."""

    base_name: ClassVar[str] = "pool"
    output_size: int | tuple[int | None, ...] = sizes(gaps=True)

    def check_rules(self) -> None:
        self.each("output_size", spread=False)

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels, *found = inputs[0]
        wanted = self.each("output_size", spread=False)
        return (channels, *(size if want is None else want for size, want in zip(found, wanted, strict=True)))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        pairs = list(zip(inputs[0][1:], output[1:], strict=True))
        if all(size % out == 0 for size, out in pairs):
            steps = tuple(size // out for size, out in pairs)
            return receptive_field.through_window(
                fields[0], inputs[0], steps, steps, (0,) * self.dims, (1,) * self.dims
            )
        # window i spans ⌊i·W/out⌋ to ⌈(i + 1)·W/out⌉ [torch adaptive pooling]
        uneven = [Fraction(out - 1, out) for _, out in pairs]
        return receptive_field.through_resampling(
            fields[0],
            inputs[0],
            [Fraction(size, out) for size, out in pairs],
            uneven,
            [Fraction(size, out) + extra - 1 for (size, out), extra in zip(pairs, uneven, strict=True)],
        )

    @reads("torch.nn.functional.{snake}")
    @classmethod
    def from_adaptive(cls, input: Shape, output_size: Any, return_indices: bool = False) -> Self | None:
        """A call of the functional adaptive pooling, which is ours unless it returns indices too."""
        return None if return_indices else cls(output_size)


class GlobalPool(Spatial):
    """(C, *W) to (C,), one number a channel; to (C, 1, …) with keepdim. In torch a reduction over the spatial axes."""

    base_name: ClassVar[str] = "pool"
    keepdim: bool = flag(default=False)

    def compute_shape(self, *inputs: Shape) -> Shape:
        return (inputs[0][0], *((1,) * self.dims if self.keepdim else ()))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.of_all_positions(fields[0], inputs[0])

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        spatial = tuple(range(2, self.dims + 2))
        return tuple(inputs), {"dim": spatial, **({"keepdim": True} if self.keepdim else {})}


@final
@layer
class MaxPool1d(MaxPool):
    """Max pooling along one axis: (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class MaxPool2d(MaxPool):
    """Max pooling of an image: (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class MaxPool3d(MaxPool):
    """Max pooling of a volume: (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class AvgPool1d(AvgPool):
    """Average pooling along one axis: (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class AvgPool2d(AvgPool):
    """Average pooling of an image: (C, H, W)."""

    dims: ClassVar[int] = 2
    divisor_override: int | None = integer(default=None)


@final
@layer
class AvgPool3d(AvgPool):
    """Average pooling of a volume: (C, D, H, W)."""

    dims: ClassVar[int] = 3
    bare: ClassVar[bool] = True
    divisor_override: int | None = integer(default=None)


@final
@layer
class LPPool1d(LPPool):
    """Power-average pooling along one axis: (C, L)."""

    dims: ClassVar[int] = 1
    kernel_size: int = integer(default=REQUIRED)


@final
@layer
class LPPool2d(LPPool):
    """Power-average pooling of an image: (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class LPPool3d(LPPool):
    """Power-average pooling of a volume: (C, D, H, W)."""

    dims: ClassVar[int] = 3
    bare: ClassVar[bool] = True


class AdaptiveAvgPool(AdaptivePool):
    """The mean under each window."""

    def keeps(self, output: Shape) -> tuple[str, ...]:
        return () if set(output[1:]) == {1} and self.dims > 1 else ("input",)  # to 1×1 torch takes a plain mean


class AdaptiveMaxPool(AdaptivePool):
    """The largest value under each window."""

    saves: ClassVar[tuple[str, ...]] = ("input",)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(indices=arithmetic.product(output))


@final
@layer
class AdaptiveAvgPool1d(AdaptiveAvgPool):
    """Average pooling to a given length."""

    dims: ClassVar[int] = 1
    output_size: int | tuple[int, ...] = sizes()


@final
@layer
class AdaptiveAvgPool2d(AdaptiveAvgPool):
    """Average pooling to a given height and width."""

    dims: ClassVar[int] = 2


@final
@layer
class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """Average pooling to a given depth, height and width."""

    dims: ClassVar[int] = 3


@final
@layer
class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """Max pooling to a given length."""

    dims: ClassVar[int] = 1
    output_size: int | tuple[int, ...] = sizes()


@final
@layer
class AdaptiveMaxPool2d(AdaptiveMaxPool):
    """Max pooling to a given height and width."""

    dims: ClassVar[int] = 2


@final
@layer
class AdaptiveMaxPool3d(AdaptiveMaxPool):
    """Max pooling to a given depth, height and width."""

    dims: ClassVar[int] = 3


class GlobalAvgPool(GlobalPool):
    """The mean of each channel."""

    torch_function: ClassVar[str] = "torch.mean"

    @reads("torch.mean", "torch.Tensor.mean")
    @classmethod
    def from_mean(cls, input: Shape, dim: Any = None, keepdim: bool = False, **named: Any) -> Layer | None:
        """A mean, which is a global pooling where it runs over just the spatial axes."""
        if named:
            return None
        return _global_pool("GlobalAvgPool", input, dim, keepdim) or Mean.of_call(input, dim, keepdim)


class GlobalMaxPool(GlobalPool):
    """The largest value of each channel."""

    saves: ClassVar[tuple[str, ...]] = ("input", "output")
    torch_function: ClassVar[str] = "torch.amax"

    @reads("torch.amax", "torch.Tensor.amax")
    @classmethod
    def from_amax(cls, input: Shape, dim: Any = (), keepdim: bool = False) -> Layer | None:
        """A maximum, which is a global pooling where it runs over just the spatial axes."""
        return _global_pool("GlobalMaxPool", input, dim, keepdim) or Max.of_call(input, dim, keepdim)

    @reads("torch.max", "torch.Tensor.max")
    @classmethod
    def from_max(cls, input: Shape, dim: Any = None, keepdim: bool = False) -> Layer | None:
        """A call that gives the largest along one dimension and, as a second tensor, where they were."""
        return cls.from_amax(input, dim, keepdim) if type(dim) is int else None


def _global_pool(family: str, shape: Shape, dim: Any, keepdim: bool) -> Layer | None:
    rank = len(shape) + 1
    reduced = {axis % rank for axis in (dim if isinstance(dim, (tuple, list)) else () if dim is None else (dim,))}
    known: Any = LAYERS.get(f"{family}{rank - 2}d")
    return known(keepdim) if known and reduced == set(range(2, rank)) else None


@final
@layer
class GlobalAvgPool1d(GlobalAvgPool):
    """The mean of each channel of (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class GlobalAvgPool2d(GlobalAvgPool):
    """The mean of each channel of (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class GlobalAvgPool3d(GlobalAvgPool):
    """The mean of each channel of (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class GlobalMaxPool1d(GlobalMaxPool):
    """The largest value of each channel of (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class GlobalMaxPool2d(GlobalMaxPool):
    """The largest value of each channel of (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class GlobalMaxPool3d(GlobalMaxPool):
    """The largest value of each channel of (C, D, H, W)."""

    dims: ClassVar[int] = 3
