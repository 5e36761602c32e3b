"""Normalisations. They keep the shape; their learned weights are a scale and a shift, and they count no MACs."""

from __future__ import annotations

from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.arguments import argument, flag, integer, number
from cnnshapes.layers.base import (
    LAYERS,
    Layer,
    Saved,
    Shape,
    ShapePreserving,
    Spatial,
    expect_channels,
    layer,
    reads,
    written,
)


class ChannelNorm(ShapePreserving, Spatial):
    """A scale and a shift per channel, C weights and C biases, where affine."""

    base_name: ClassVar[str] = "norm"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    num_features: int | None = integer(default=None, from_input="channels")
    eps: float = number(default=1e-5)
    momentum: float | None = number(default=0.1, optional=True)
    affine: bool = flag(default=True)
    track_running_stats: bool = flag(default=True)
    bias: bool = flag(default=True, keyword=True)

    def compute_shape(self, *inputs: Shape) -> Shape:
        if self.affine or self.track_running_stats:  # else nothing is of that size, and torch lets it pass
            expect_channels(self, "num_features", self.num_features, inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _affine((inputs[0][0],), self.affine, self.bias)

    def buffers(self, *inputs: Shape) -> dict[str, Shape]:
        if not self.track_running_stats:
            return {}
        channels = (inputs[0][0],)
        return {"running_mean": channels, "running_var": channels, "num_batches_tracked": ()}


class BatchNorm(ChannelNorm):
    """Normalises each channel over the batch and the positions."""

    base_name: ClassVar[str] = "bn"

    def check_rules(self) -> None:
        if self.eps <= 0:
            raise ShapeError(f"eps is {self.eps:g}; it must be above 0", [Repair.set("eps", 1e-5)])

    @reads("torch.nn.functional.batch_norm")
    @classmethod
    def from_batch_norm(
        cls,
        input: Shape,
        running_mean: Shape | None,
        running_var: Shape | None,
        weight: Shape | None = None,
        bias: Shape | None = None,
        training: bool = False,
        momentum: float = 0.1,
        eps: float = 1e-5,
    ) -> Layer | None:
        """A call of the functional batch norm; the class follows from the number of axes."""
        features = running_mean[0] if running_mean else weight[0] if weight else None
        known: Any = LAYERS.get(f"BatchNorm{max(1, len(input) - 1)}d")
        return known and known(  # type: ignore[no-any-return]
            features, eps, momentum, weight is not None, running_mean is not None, bias=bias is not None
        )


class InstanceNorm(ChannelNorm):
    """Normalises each channel of each example over its positions; learns nothing unless affine."""

    affine: bool = flag(default=False)
    track_running_stats: bool = flag(default=False)

    def compute_shape(self, *inputs: Shape) -> Shape:
        super().compute_shape(*inputs)
        if arithmetic.product(inputs[0][1:]) == 1:
            raise ShapeError(
                f"the {written(inputs[0])} input has one position a channel, and one value has no variance",
                kind=self.kind,
            )
        return inputs[0]

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=2 * inputs[0][0])

    @reads("torch.nn.functional.instance_norm")
    @classmethod
    def from_instance_norm(
        cls,
        input: Shape,
        running_mean: Shape | None = None,
        running_var: Shape | None = None,
        weight: Shape | None = None,
        bias: Shape | None = None,
        use_input_stats: bool = True,
        momentum: float = 0.1,
        eps: float = 1e-5,
    ) -> Layer | None:
        """A call of the functional instance norm; the class follows from the number of axes."""
        known: Any = LAYERS.get(f"InstanceNorm{len(input) - 1}d")
        features = weight[0] if weight else None
        return known and known(  # type: ignore[no-any-return]
            features, eps, momentum, weight is not None, running_mean is not None, bias=bias is not None
        )


@final
@layer
class BatchNorm1d(BatchNorm):
    """Batch normalisation of (features,) or (C, L)."""

    dims: ClassVar[int] = 1
    ranks: ClassVar[tuple[int, ...]] = (1, 2)


@final
@layer
class BatchNorm2d(BatchNorm):
    """Batch normalisation of (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class BatchNorm3d(BatchNorm):
    """Batch normalisation of (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class InstanceNorm1d(InstanceNorm):
    """Instance normalisation of (C, L)."""

    dims: ClassVar[int] = 1


@final
@layer
class InstanceNorm2d(InstanceNorm):
    """Instance normalisation of (C, H, W)."""

    dims: ClassVar[int] = 2


@final
@layer
class InstanceNorm3d(InstanceNorm):
    """Instance normalisation of (C, D, H, W)."""

    dims: ClassVar[int] = 3


@final
@layer
class GroupNorm(ShapePreserving):
    """Normalises groups of channels of each example; a scale and a shift per channel."""

    base_name: ClassVar[str] = "norm"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    num_groups: int = integer()
    num_channels: int | None = integer(default=None, from_input="channels")
    eps: float = number(default=1e-5)
    affine: bool = flag(default=True)
    bias: bool = flag(default=True, keyword=True)

    def compute_shape(self, *inputs: Shape) -> Shape:
        if self.affine:  # else nothing is of that size, and torch only sees whether the groups divide it
            expect_channels(self, "num_channels", self.num_channels, inputs[0])
        self._check_groups(inputs[0][0])
        if self.num_channels is not None:
            self._check_groups(self.num_channels)
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _affine((inputs[0][0],), self.affine, self.bias)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=2 * self.num_groups)

    def _check_groups(self, channels: int) -> None:
        if channels % self.num_groups:
            best = max(groups for groups in range(1, self.num_groups + 1) if channels % groups == 0)
            raise ShapeError(
                f"{int(self.num_groups)} groups do not divide {int(channels)} channels evenly",
                [Repair.set("num_groups", best)],
                kind=self.kind,
            )

    @reads("torch.nn.functional.group_norm")
    @classmethod
    def from_group_norm(
        cls,
        input: Shape,
        num_groups: int,
        weight: Shape | None = None,
        bias: Shape | None = None,
        eps: float = 1e-5,
    ) -> Self:
        """A call of the functional group norm."""
        return cls(num_groups, weight[0] if weight else None, eps, weight is not None, bias=bias is not None)


class LastDimensionsNorm(ShapePreserving):
    """Normalises each example over its last dimensions, which normalized_shape names."""

    base_name: ClassVar[str] = "norm"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    normalized_shape: int | tuple[int, ...] = argument("sizes", minimum=1)

    @property
    def normalized(self) -> Shape:
        """normalized_shape as a tuple."""
        return self.normalized_shape if isinstance(self.normalized_shape, tuple) else (self.normalized_shape,)

    def compute_shape(self, *inputs: Shape) -> Shape:
        found = inputs[0][-len(self.normalized) :]
        if found != self.normalized:
            problem = (
                f"normalized_shape is {written(self.normalized)} but the {written(inputs[0])} input "
                f"ends in {written(found)}"
            )
            if self.normalized == inputs[0][:1]:  # a norm of the channels is meant, not one of each row
                found = inputs[0]
                problem += f"; its channels come first, and GroupNorm(1, {int(found[0])}) is a norm over them"
            raise ShapeError(problem, [Repair.set("normalized_shape", tuple(map(int, found)))], kind=self.kind)
        return inputs[0]


@final
@layer
class LayerNorm(LastDimensionsNorm):
    """Mean and variance over the last dimensions; a scale and a shift for each of their elements."""

    eps: float = number(default=1e-5)
    elementwise_affine: bool = flag(default=True)
    bias: bool = flag(default=True)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _affine(self.normalized, self.elementwise_affine, self.bias)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=2 * arithmetic.product(inputs[0][: -len(self.normalized)]))

    @reads("torch.nn.functional.layer_norm")
    @classmethod
    def from_layer_norm(
        cls,
        input: Shape,
        normalized_shape: Any,
        weight: Shape | None = None,
        bias: Shape | None = None,
        eps: float = 1e-5,
    ) -> Self:
        """A call of the functional layer norm."""
        return cls(tuple(normalized_shape), eps, weight is not None, bias is not None or weight is None)


@final
@layer
class RMSNorm(LastDimensionsNorm):
    """Root mean square over the last dimensions; a scale for each of their elements."""

    eps: float | None = number(default=None)
    elementwise_affine: bool = flag(default=True)

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return _affine(self.normalized, self.elementwise_affine, bias=False)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        scaled = arithmetic.product(inputs[0]) if self.elementwise_affine else 0
        return Saved(numbers=scaled + arithmetic.product(inputs[0][: -len(self.normalized)]))

    @reads("torch.nn.functional.rms_norm")
    @classmethod
    def from_rms_norm(
        cls, input: Shape, normalized_shape: Any, weight: Shape | None = None, eps: float | None = None
    ) -> Self:
        """A call of the functional RMS norm."""
        return cls(tuple(normalized_shape), eps, weight is not None)


@final
@layer
class LocalResponseNorm(ShapePreserving):
    """AlexNet's normalisation over `size` neighbouring channels; learns nothing."""

    base_name: ClassVar[str] = "lrn"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    ranks: ClassVar[tuple[int, ...]] = (2, 3, 4)
    size: int = integer()
    alpha: float = number(default=1e-4)
    beta: float = number(default=0.75)
    k: float = number(default=1.0)

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        channels, *rest = inputs[0]
        # the squares, padded by size − 1 channels, and twice the input's size: the base of the power and the divisor
        return Saved(numbers=(channels + self.size - 1 + 2 * channels) * arithmetic.product(rest))

    def works_with(self, *inputs: Shape) -> int:
        return 2 * arithmetic.product(inputs[0])  # steps towards the divisor, three at once, when no output is yet

    @reads("torch.nn.functional.local_response_norm")
    @classmethod
    def from_local_response_norm(cls, input: Shape, size: int, *rest: float, **named: float) -> Self:
        """A call of the functional local response norm."""
        return cls(size, *rest, **named)


def _affine(shape: Shape, scale: bool, bias: bool) -> dict[str, Shape]:
    if not scale:
        return {}
    return {"weight": shape, "bias": shape} if bias else {"weight": shape}
