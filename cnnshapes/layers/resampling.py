"""Upsampling by interpolation."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, ClassVar, Self, final

from cnnshapes import receptive_field
from cnnshapes.errors import Edit, Repair, ShapeError
from cnnshapes.layers.arguments import argument, flag, sizes, word
from cnnshapes.layers.base import Layer, Shape, layer, miscounted, reads, sizes_text, written
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import multiplied_down

MODES = {"nearest": (2, 3, 4), "nearest-exact": (2, 3, 4), "area": (2, 3, 4)} | {
    "linear": (2,),
    "bilinear": (3,),
    "bicubic": (3,),
    "trilinear": (4,),
}
"""The ranks of the inputs each mode takes."""
_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


class Interpolation(Layer):
    """(C, *W) to (C, *size) or (C, *⌊W·scale_factor⌋) [torch Upsample]; one of the two is given."""

    base_name: ClassVar[str] = "up"
    ranks: ClassVar[tuple[int, ...]] = (2, 3, 4)
    size: int | tuple[int, ...] | None = sizes(default=None)
    scale_factor: float | tuple[float, ...] | None = argument("numbers", default=None)

    @property
    def _measures_again(self) -> bool:
        """Whether torch takes the ratio of the sizes, rounded as they are, for the one of the positions."""
        return False

    @property
    @abstractmethod
    def how(self) -> tuple[str, bool | None]:
        """The mode, and whether the corners of input and output coincide."""

    def check_rules(self) -> None:
        if (self.size is None) == (self.scale_factor is None):
            raise ShapeError(
                "it needs either size or scale_factor, and has " + ("neither" if self.size is None else "both"),
                [Repair.set("scale_factor", 2)]
                if self.size is None
                else [Repair("no size", _unset("size")), Repair("no scale_factor", _unset("scale_factor"))],
            )
        factors = self.scale_factor if isinstance(self.scale_factor, tuple) else (self.scale_factor,)
        if any(factor is not None and not 0 < factor < float("inf") for factor in factors):
            raise ShapeError(
                f"scale_factor {sizes_text(self.scale_factor)} is not positive", [Repair.set("scale_factor", 2)]
            )
        mode, align_corners = self.how
        if align_corners is not None and mode in ("nearest", "nearest-exact", "area"):
            raise ShapeError(
                f'align_corners has no meaning with mode "{mode}"',
                [Repair("no align_corners", _unset("align_corners"))],
            )

    def compute_shape(self, *inputs: Shape) -> Shape:
        channels, *found = inputs[0]
        mode, _ = self.how
        if len(inputs[0]) not in MODES[mode]:
            raise ShapeError(
                f'mode "{mode}" is not for the {written(inputs[0])} input',
                [Repair.set("mode", _LINEAR[len(found)] if "linear" in mode else "nearest")],
                kind=self.kind,
            )
        if self.size is not None:
            return (channels, *self._per_axis(self.size, len(found)))
        factors = self._per_axis(self.scale_factor, len(found))
        result = (channels, *map(_scaled, found, factors))
        if min(result) < 1:
            raise ShapeError(
                f"scale_factor {sizes_text(self.scale_factor)} leaves nothing of the {written(inputs[0])} input",
                [Repair.set("scale_factor", 1)],
                kind=self.kind,
            )
        return result

    def _per_axis(self, value: Any, dims: int) -> tuple[Any, ...]:
        if not isinstance(value, tuple):
            return (value,) * dims
        if len(value) != dims:
            name = "size" if self.size is not None else "scale_factor"
            raise ShapeError(
                miscounted(name, value, dims), [Repair.set(name, value[0] if value else 2)], kind=self.kind
            )
        return value

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        pairs = list(zip(inputs[0][1:], output[1:], strict=True))
        if all(size == out for size, out in pairs):
            return fields[0]
        mode, align_corners = self.how
        factors = self._per_axis(self.scale_factor, len(pairs))
        if align_corners:
            ratios = [Fraction(size - 1, out - 1) if out > 1 else Fraction(0) for size, out in pairs]
        elif self.scale_factor is None or self._measures_again or mode == "area":
            ratios = [Fraction(size, out) for size, out in pairs]
        else:
            ratios = [1 / Fraction(factor).limit_denominator(1000) for factor in factors]
        if mode == "nearest" and all(ratio.numerator == 1 for ratio in ratios):
            return receptive_field.through_resampling(
                fields[0], inputs[0], ratios, [1 - ratio for ratio in ratios], [0] * len(pairs)
            )
        reads = [_reads(mode, bool(align_corners), ratio) for ratio in ratios]
        return receptive_field.through_resampling(
            fields[0], inputs[0], ratios, [before for before, _ in reads], [after for _, after in reads]
        )


@final
@layer
class Upsample(Interpolation):
    """Interpolation by any of torch's modes."""

    mode: str = word(*MODES, default="nearest")
    align_corners: bool | None = flag(default=None)
    recompute_scale_factor: bool | None = flag(default=None)

    def check_rules(self) -> None:
        super().check_rules()
        if self.recompute_scale_factor and self.size is not None:
            raise ShapeError(
                "recompute_scale_factor has no meaning with a size", [Repair.set("recompute_scale_factor", None)]
            )

    @property
    def how(self) -> tuple[str, bool | None]:
        return self.mode, self.align_corners

    @property
    def _measures_again(self) -> bool:
        return bool(self.recompute_scale_factor)

    @reads("torch.nn.functional.interpolate", "torch.nn.functional.upsample")
    @classmethod
    def from_interpolate(
        cls,
        input: Shape,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        antialias: bool = False,
    ) -> Self:
        """A call of the function; anti-aliasing changes no shape."""
        return cls(size, scale_factor, mode, align_corners, recompute_scale_factor)

    @reads(*(f"torchvision.transforms.{package}functional.resize" for package in ("", "v2.")))
    @classmethod
    def from_resize(cls, img: Shape, size: int | tuple[int, ...], interpolation: Any = None, **options: Any) -> Self:
        """A call of the function: one number is the size of the shorter side, and the longer one keeps its ratio."""
        sides = (size,) if isinstance(size, int) else size
        if len(sides) == 1:
            short = min(img[-2:])
            sides = tuple(int(sides[0] * side / short) for side in img[-2:])
        return cls(sides, mode="bilinear")


@final
@layer
class UpsamplingNearest2d(Interpolation):
    """Upsample with mode nearest."""

    ranks: ClassVar[tuple[int, ...]] = (3,)

    @property
    def how(self) -> tuple[str, bool | None]:
        return "nearest", None


@final
@layer
class UpsamplingBilinear2d(Interpolation):
    """Upsample with mode bilinear and align_corners."""

    ranks: ClassVar[tuple[int, ...]] = (3,)

    @property
    def how(self) -> tuple[str, bool | None]:
        return "bilinear", True


def _reads(mode: str, align_corners: bool, ratio: Fraction) -> tuple[Fraction, Fraction]:
    """How far before and behind i·ratio the values lie that output i is made of, at most.

    Source: torch's UpSample.h; its anti-aliased kernels widen with the ratio where they make a map smaller.
    """
    half, one = Fraction(1, 2), Fraction(1)
    if mode == "nearest":
        return one, 0 * one
    if mode == "nearest-exact":
        return 1 - ratio / 2, ratio / 2
    if mode == "area":
        return one, ratio
    more = one if mode == "bicubic" else 0 * one  # four neighbours instead of two
    if align_corners:
        return 1 + more, 1 + more
    widened = (ratio + 1) / 2 + more * ratio, ratio + (ratio - 1) / 2 + more * ratio
    return max(3 * half - ratio / 2 + more, widened[0]), max(half + ratio / 2 + more, widened[1])


def _scaled(size: int, factor: Any) -> int:
    return size * int(factor) if factor == int(factor) else multiplied_down(size, factor)


def _unset(field: str) -> tuple[Any, ...]:
    return (Edit(field, None),)
