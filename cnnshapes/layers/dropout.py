"""Dropout: zeroes elements or whole channels in training, passes everything through otherwise."""

from __future__ import annotations

from typing import Any, ClassVar, final

from cnnshapes.layers.base import Layer, Shape, ShapePreserving, flag, layer, number


class DropoutFamily(ShapePreserving):
    """Zeroes with probability p in training; keeps the shape and learns nothing."""

    base_name: ClassVar[str] = "dropout"
    p: float = number(default=0.5, minimum=0, maximum=1)
    inplace: bool = flag(default=False)

    @classmethod
    def from_call(
        cls, input: Shape, p: float = 0.5, training: bool = True, inplace: bool = False, **given: Any
    ) -> Layer | None:
        """A call of the function; `training` is no argument of the layer."""
        return cls(p, inplace)


@final
@layer
class Dropout(DropoutFamily):
    """Zeroes single elements."""

    functions: ClassVar[tuple[str, ...]] = (
        "torch.nn.functional.dropout",
        "torch.dropout",
    )


@final
@layer
class Dropout1d(DropoutFamily):
    """Zeroes whole channels of (C, L)."""

    ranks: ClassVar[tuple[int, ...]] = (2,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout1d",)


@final
@layer
class Dropout2d(DropoutFamily):
    """Zeroes whole channels of (C, H, W)."""

    ranks: ClassVar[tuple[int, ...]] = (3,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout2d",)


@final
@layer
class Dropout3d(DropoutFamily):
    """Zeroes whole channels of (C, D, H, W)."""

    ranks: ClassVar[tuple[int, ...]] = (4,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout3d",)


@final
@layer
class AlphaDropout(DropoutFamily):
    """Keeps mean and variance, for SELU networks."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.alpha_dropout",)


@final
@layer
class FeatureAlphaDropout(DropoutFamily):
    """AlphaDropout of whole channels."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.feature_alpha_dropout",)
