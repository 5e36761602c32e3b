"""Layers that do the same with each number, by a number that is given: `x + 1`, `0.5 * x`, `x ** 2`."""

from __future__ import annotations

from typing import Any, ClassVar, Self, final

from cnnshapes.layers.arguments import number
from cnnshapes.layers.base import Shape, ShapePreserving, layer, reads


@final
@layer
class AddScalar(ShapePreserving):
    """Plus a number."""

    base_name: ClassVar[str] = "plus"
    torch_function: ClassVar[str] = "torch.add"
    other: float = number()


@final
@layer
class MultiplyScalar(ShapePreserving):
    """Times a number: the weight of a branch, or a mean of several by 1 / n."""

    base_name: ClassVar[str] = "times"
    torch_function: ClassVar[str] = "torch.mul"
    other: float = number()

    @reads(*(f"torch.{place}{name}" for place in ("", "Tensor.") for name in ("neg", "negative", "__neg__")))
    @classmethod
    def from_neg(cls, input: Shape) -> Self:
        """The negative."""
        return cls(-1)


@final
@layer
class Power(ShapePreserving):
    """To the power of a number."""

    base_name: ClassVar[str] = "pow"
    torch_function: ClassVar[str] = "torch.pow"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    exponent: float = number()

    @reads("torch.pow", "torch.Tensor.pow", "torch.Tensor.__pow__")
    @classmethod
    def from_pow(cls, input: Any, exponent: Any) -> Self | None:
        """A power of an activation by a number."""
        return cls(exponent) if isinstance(input, tuple) and isinstance(exponent, int | float) else None

    @reads("torch.square", "torch.Tensor.square")
    @classmethod
    def from_square(cls, input: Shape) -> Self:
        """A square."""
        return cls(2)
