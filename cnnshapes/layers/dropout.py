"""Dropout: zeroes elements or whole channels in training, passes everything through otherwise."""

from __future__ import annotations

from typing import Any, ClassVar, final

from cnnshapes import arithmetic
from cnnshapes.layers.arguments import flag, number
from cnnshapes.layers.base import Layer, Saved, Shape, ShapePreserving, layer


class DropoutFamily(ShapePreserving):
    """Zeroes with probability p in training; keeps the shape and learns nothing."""

    base_name: ClassVar[str] = "dropout"
    p: float = number(default=0.5, minimum=0, maximum=1)
    inplace: bool = flag(default=False)

    @property
    def shares_memory(self) -> bool:
        return self.inplace or not self.p  # where nothing is dropped, torch gives back the input itself

    @classmethod
    def from_call(
        cls, input: Shape, p: float = 0.5, training: bool = True, inplace: bool = False, **given: Any
    ) -> Layer | None:
        """A call of the function; `training` is no argument of the layer."""
        return cls(p, inplace)


class ElementDropout(DropoutFamily):
    """Zeroes single elements, and keeps which."""

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=arithmetic.product(output) if self.p else 0)


class ChannelDropout(DropoutFamily):
    """Zeroes whole channels, and keeps which."""

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return Saved(numbers=output[0] if self.p else 0)


@final
@layer
class Dropout(ElementDropout):
    """Zeroes single elements."""

    functions: ClassVar[tuple[str, ...]] = (
        "torch.nn.functional.dropout",
        "torch.dropout",
    )


@final
@layer
class Dropout1d(ChannelDropout):
    """Zeroes whole channels of (C, L)."""

    ranks: ClassVar[tuple[int, ...]] = (2,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout1d",)


@final
@layer
class Dropout2d(ChannelDropout):
    """Zeroes whole channels of (C, H, W)."""

    ranks: ClassVar[tuple[int, ...]] = (3,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout2d",)


@final
@layer
class Dropout3d(ChannelDropout):
    """Zeroes whole channels of (C, D, H, W)."""

    ranks: ClassVar[tuple[int, ...]] = (4,)
    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.dropout3d",)


@final
@layer
class AlphaDropout(ElementDropout):
    """Keeps mean and variance, for SELU networks."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.alpha_dropout",)


@final
@layer
class FeatureAlphaDropout(ChannelDropout):
    """AlphaDropout of whole channels."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.feature_alpha_dropout",)
