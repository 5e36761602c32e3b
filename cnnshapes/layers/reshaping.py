"""Layers that change how numbers are arranged, and no number: flatten, unflatten, shuffles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.activation import check_dim
from cnnshapes.layers.arguments import argument, integer
from cnnshapes.layers.base import Layer, Shape, ShapePreserving, layer, reads, written
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import divided_exactly


@final
@layer
class Identity(ShapePreserving):
    """Passes its input on."""

    is_view: ClassVar[bool] = True


@final
@layer
class Flatten(Layer):
    """(C, H, W) to (C·H·W,), or only the dimensions from start_dim to end_dim, counted with the batch."""

    merges_dimensions: ClassVar[bool] = True
    is_view: ClassVar[bool] = True
    needs_order: ClassVar[bool] = True
    start_dim: int = integer(default=1, minimum=None)
    end_dim: int = integer(default=-1, minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        start = check_dim(self.start_dim, shape, self.kind, "start_dim")
        end = check_dim(self.end_dim, shape, self.kind, "end_dim")
        if start < 0:
            raise ShapeError(
                "start_dim 0 would flatten the examples of a batch into one",
                [Repair.set("start_dim", 1)],
                kind=self.kind,
            )
        if end < start:
            raise ShapeError(
                f"end_dim {int(self.end_dim)} comes before start_dim {int(self.start_dim)}",
                [Repair.set("end_dim", -1)],
                kind=self.kind,
            )
        return (*shape[:start], arithmetic.product(reversed(shape[start : end + 1])), *shape[end + 1 :])

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.rearranged(fields[0], inputs[0], output)

    @reads("torch.flatten", "torch.Tensor.flatten")
    @classmethod
    def from_flatten(cls, input: Shape, start_dim: int = 0, end_dim: int = -1) -> Self | None:
        """A call of the function, whose default start_dim would take the batch along."""
        return cls(start_dim, end_dim) if start_dim % (len(input) + 1) > 0 else None


@final
@layer
class Unflatten(Layer):
    """Splits dimension `dim`, counted with the batch, into several; one of them may be −1."""

    is_view: ClassVar[bool] = True
    needs_order: ClassVar[bool] = True
    dim: int = integer(minimum=None)
    unflattened_size: tuple[int, ...] = argument("shape")

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = check_dim(self.dim, shape, self.kind)
        if at < 0:
            raise ShapeError("dim 0 is the batch, which cannot be split", [Repair.set("dim", 1)], kind=self.kind)
        parts = self.unflattened_size
        known = arithmetic.product(size for size in parts if size != -1)
        holes = sum(size == -1 for size in parts)
        fits = (holes == 0 and known == shape[at]) or (holes == 1 and known > 0 and shape[at] % known == 0)
        if not fits or not parts or min(parts) < -1 or 0 in parts:
            numbers = int(shape[at])
            needed = known if not holes or known < 1 else -(-numbers // known) * known
            raise ShapeError(
                f"{numbers} numbers cannot be arranged as {written(parts) or 'no dimensions'}",
                [Repair.set("unflattened_size", size) for size in _arranged(parts, numbers)] if holes != 1 else [],
                kind=self.kind,
                fits=(*shape[:at], needed, *shape[at + 1 :]) if needed > 0 else (),
            )
        split = tuple(divided_exactly(shape[at], known) if size == -1 else size for size in parts)
        return (*shape[:at], *split, *shape[at + 1 :])

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.rearranged(fields[0], inputs[0], output)

    @reads("torch.unflatten", "torch.Tensor.unflatten")
    @classmethod
    def from_unflatten(cls, input: Shape, dim: int, sizes: Sequence[int]) -> Self:
        """A call of the function."""
        return cls(dim, tuple(sizes))


@final
@layer
class Reshape(Layer):
    """The same numbers in another shape, in which no dimension need be what it was."""

    is_view: ClassVar[bool] = True
    needs_order: ClassVar[bool] = True
    torch_function: ClassVar[str] = "torch.reshape"
    shape: tuple[int, ...] = argument("shape")

    def compute_shape(self, *inputs: Shape) -> Shape:
        numbers, asked = arithmetic.product(inputs[0]), arithmetic.product(self.shape)
        if numbers != asked or not self.shape or min(self.shape) < 1:
            raise ShapeError(
                f"{int(numbers)} numbers cannot be arranged as {written(self.shape) or 'no dimensions'}",
                [Repair.set("shape", (int(numbers), *((1,) * (len(self.shape) - 1))))],
                kind=self.kind,
            )
        return self.shape

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return receptive_field.rearranged(fields[0], inputs[0], output)

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (*inputs, (-1, *self.shape)), {}


@final
@layer
class PixelShuffle(Layer):
    """(C·r², H, W) to (C, H·r, W·r) with r = upscale_factor [Shi et al. 2016]."""

    ranks: ClassVar[tuple[int, ...]] = (3,)
    upscale_factor: int = integer()
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.pixel_shuffle", "torch.pixel_shuffle")

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels, height, width = inputs[0]
        factor = self.upscale_factor
        if channels % (factor * factor):
            each, root = int(factor) ** 2, _largest_root(channels, factor)
            raise ShapeError(
                f"{int(channels)} channels are no multiple of upscale_factor² = {each}",
                [Repair.set("upscale_factor", root)] if root > 1 else [],  # with 1 it would do nothing
                kind=self.kind,
                fits=(-(-int(channels) // each) * each, height, width),
            )
        return (divided_exactly(channels, factor * factor), height * factor, width * factor)

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        if self.upscale_factor == 1:
            return fields[0]
        step = Fraction(1, self.upscale_factor)
        return receptive_field.through_resampling(fields[0], inputs[0], [step] * 2, [1 - step] * 2, [0] * 2)


@final
@layer
class PixelUnshuffle(Layer):
    """(C, H·r, W·r) to (C·r², H, W) with r = downscale_factor: PixelShuffle backwards."""

    ranks: ClassVar[tuple[int, ...]] = (3,)
    downscale_factor: int = integer()
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.pixel_unshuffle", "torch.pixel_unshuffle")

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels, height, width = inputs[0]
        factor = self.downscale_factor
        if height % factor or width % factor:
            best = max(f for f in range(1, int(factor) + 1) if height % f == 0 and width % f == 0)
            raise ShapeError(
                f"downscale_factor {int(factor)} does not divide the {int(height)}×{int(width)} input evenly",
                [Repair.set("downscale_factor", best)],
                kind=self.kind,
            )
        return (channels * (factor * factor), divided_exactly(height, factor), divided_exactly(width, factor))

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        window = (self.downscale_factor,) * 2
        seen = receptive_field.through_window(fields[0], inputs[0], window, window, (0, 0), (1, 1))
        return seen._replace(
            even=seen.even and self.downscale_factor == 1
        )  # each channel sees one position of the window


@final
@layer
class ChannelShuffle(ShapePreserving):
    """Deals the channels of `groups` groups out in turn, so that grouped convolutions mix [ShuffleNet]."""

    ranks: ClassVar[tuple[int, ...]] = (2, 3, 4)
    groups: int = integer()
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.channel_shuffle", "torch.channel_shuffle")

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels = inputs[0][0]
        if channels % self.groups:
            best = max(groups for groups in range(1, int(self.groups) + 1) if channels % groups == 0)
            raise ShapeError(
                f"{int(self.groups)} groups do not divide {int(channels)} channels evenly",
                [Repair.set("groups", best)],
                kind=self.kind,
            )
        return inputs[0]


def _arranged(parts: tuple[int, ...], numbers: int) -> Iterator[tuple[int, ...]]:
    """The sizes with another one in one place, so that they hold so many numbers; all others 1 where some are none."""
    parts = parts or (1,)
    if min(parts) < 1:
        parts = (1,) * len(parts)
    for place in range(len(parts)):
        before, behind = parts[:place], parts[place + 1 :]
        rest = arithmetic.product((*before, *behind))
        if numbers % rest == 0:
            yield (*before, numbers // rest, *behind)


def _largest_root(channels: int, at_most: int) -> int:
    return max(root for root in range(1, int(at_most) + 1) if channels % (root * root) == 0)


def reshaped(before: Shape, after: Shape) -> Layer | None:
    """The layer that takes one shape to another by a `view`, None where it is not the same numbers."""
    if before == after:
        return Identity()
    longer, shorter = (before, after) if len(before) > len(after) else (after, before)
    width = len(longer) - len(shorter) + 1  # this many dimensions of the longer shape are one of the shorter
    for at, size in enumerate(shorter):
        joined = longer[at : at + width]
        rest = (*longer[:at], size, *longer[at + width :])
        if width > 1 and rest == shorter and arithmetic.product(joined) == size:
            if longer is after:
                return Unflatten(at + 1, joined)
            whole = at == 0 and width == len(before)
            return Flatten() if whole else Flatten(at + 1, at + width)
    return Reshape(after) if after and arithmetic.product(before) == arithmetic.product(after) else None
