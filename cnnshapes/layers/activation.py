"""Activations: element by element, so the shape stays and nothing is counted; all of torch.nn's but attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.arguments import flag, integer, number, word
from cnnshapes.layers.base import NOTHING_SAVED, Layer, Saved, Shape, ShapePreserving, layer, named, reads, written
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import divided_exactly


def called(*names: str) -> tuple[str, ...]:
    """The forms an activation has in torch: `relu` as a function of torch, of torch.nn.functional and of a tensor."""
    places = ("torch.nn.functional.", "torch.", "torch.Tensor.")
    return tuple(place + name + mark for name in names for place in places for mark in ("", "_"))


class InplaceActivation(ShapePreserving):
    """An activation whose one choice is to write over its input."""

    inplace: bool = flag(default=False)


class Reversible(ShapePreserving):
    """An activation of which torch keeps the output where it writes over its input: the gradient follows from that."""

    def keeps(self, output: Shape) -> tuple[str, ...]:
        return ("output",) if getattr(self, "inplace", False) else self.saves


@final
@layer
class ReLU(InplaceActivation):
    """max(0, x)."""

    saves: ClassVar[tuple[str, ...]] = ("output",)

    functions: ClassVar[tuple[str, ...]] = called("relu")
    inplace: bool = flag(default=False)


@final
@layer
class ReLU6(InplaceActivation):
    """min(max(0, x), 6)."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("relu6")
    inplace: bool = flag(default=False)


@final
@layer
class LeakyReLU(Reversible):
    """x, or negative_slope·x below 0."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("leaky_relu")
    negative_slope: float = number(default=0.01)
    inplace: bool = flag(default=False)


@final
@layer
class ELU(Reversible):
    """x, or alpha·(eˣ − 1) below 0."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("elu")
    alpha: float = number(default=1.0)
    inplace: bool = flag(default=False)


@final
@layer
class CELU(Reversible):
    """x, or alpha·(e^(x/alpha) − 1) below 0."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("celu")
    alpha: float = number(default=1.0)
    inplace: bool = flag(default=False)

    def check_rules(self) -> None:
        if self.alpha == 0:
            raise ShapeError("alpha is 0, by which CELU divides", [Repair.set("alpha", 1.0)])


@final
@layer
class SELU(Reversible, InplaceActivation):
    """ELU with the self-normalising scale and slope."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("selu")
    inplace: bool = flag(default=False)


@final
@layer
class GELU(ShapePreserving):
    """x·Φ(x), exactly or by tanh."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("gelu")
    approximate: str = word("none", "tanh", default="none")


@final
@layer
class SiLU(InplaceActivation):
    """x·sigmoid(x), also called swish."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("silu")
    inplace: bool = flag(default=False)


@final
@layer
class Mish(InplaceActivation):
    """x·tanh(softplus(x))."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("mish")
    inplace: bool = flag(default=False)


@final
@layer
class Sigmoid(ShapePreserving):
    """1/(1 + e⁻ˣ)."""

    saves: ClassVar[tuple[str, ...]] = ("output",)

    functions: ClassVar[tuple[str, ...]] = called("sigmoid")


@final
@layer
class LogSigmoid(ShapePreserving):
    """log(sigmoid(x))."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("logsigmoid")


@final
@layer
class Hardsigmoid(InplaceActivation):
    """sigmoid in three straight pieces."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("hardsigmoid")
    inplace: bool = flag(default=False)


@final
@layer
class Hardswish(InplaceActivation):
    """x·hardsigmoid(x)."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("hardswish")
    inplace: bool = flag(default=False)


@final
@layer
class Hardtanh(ShapePreserving):
    """x between min_val and max_val, which it does not pass."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("hardtanh")
    min_val: float = number(default=-1.0)
    max_val: float = number(default=1.0)
    inplace: bool = flag(default=False)

    def check_rules(self) -> None:
        if self.max_val <= self.min_val:
            raise ShapeError(
                f"max_val {self.max_val:g} is not above min_val {self.min_val:g}",
                [Repair.set("max_val", self.min_val + 1), Repair.set("min_val", self.max_val - 1)],
            )


@final
@layer
class Hardshrink(ShapePreserving):
    """x, or 0 within lambd of 0."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("hardshrink")
    lambd: float = number(default=0.5)


@final
@layer
class Softshrink(ShapePreserving):
    """x moved lambd towards 0."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("softshrink")
    lambd: float = number(default=0.5, minimum=0)


@final
@layer
class Tanh(ShapePreserving):
    """The hyperbolic tangent."""

    saves: ClassVar[tuple[str, ...]] = ("output",)

    functions: ClassVar[tuple[str, ...]] = called("tanh")


@final
@layer
class Tanhshrink(ShapePreserving):
    """x − tanh(x)."""

    functions: ClassVar[tuple[str, ...]] = called("tanhshrink")


@final
@layer
class Softplus(ShapePreserving):
    """log(1 + e^(beta·x))/beta."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("softplus")
    beta: float = number(default=1.0)
    threshold: float = number(default=20.0)


@final
@layer
class Softsign(ShapePreserving):
    """x/(1 + |x|)."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("softsign")


@final
@layer
class Threshold(ShapePreserving):
    """x where it is above threshold, else value."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    functions: ClassVar[tuple[str, ...]] = called("threshold")
    threshold: float = number()
    value: float = number()
    inplace: bool = flag(default=False)


@final
@layer
class RReLU(ShapePreserving):
    """LeakyReLU with a slope drawn between lower and upper in training."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    lower: float = number(default=1 / 8)
    upper: float = number(default=1 / 3)
    inplace: bool = flag(default=False)

    def check_rules(self) -> None:
        if self.lower > self.upper:
            raise ShapeError(f"lower {self.lower} is above upper {self.upper}", [Repair.set("lower", self.upper, "≤")])

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        return NOTHING_SAVED if self.inplace else Saved(numbers=arithmetic.product(output))  # the slopes drawn

    @reads(*called("rrelu"))
    @classmethod
    def from_rrelu(
        cls, input: Shape, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
    ) -> Self:
        """A call of the function."""
        return cls(lower, upper, inplace)


@final
@layer
class PReLU(ShapePreserving):
    """LeakyReLU with a learned slope: num_parameters weights, one or one per channel."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    num_parameters: int = integer(default=1)
    init: float = number(default=0.25)

    def compute_shape(self, *inputs: Shape) -> Shape:
        if self.num_parameters not in (1, inputs[0][0]):
            raise ShapeError(
                f"num_parameters is {int(self.num_parameters)} but {int(inputs[0][0])} channels reach it",
                [Repair.set("num_parameters", int(inputs[0][0])), Repair.set("num_parameters", 1)],
                kind=self.kind,
            )
        return inputs[0]

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        return {"weight": (self.num_parameters,)}

    @reads("torch.nn.functional.prelu", "torch.prelu")
    @classmethod
    def from_prelu(cls, input: Shape, weight: Shape) -> Self:
        """A call of the function."""
        return cls(weight[0] if weight else 1)


def check_dim(dim: int, shape: Shape, kind: str, name: str = "dim") -> int:
    """The position in `shape` that a torch dimension, counted with the batch, stands for; −1 for the batch itself.

    Raises:
        ShapeError: the shape has no such dimension.
    """
    rank = len(shape) + 1
    if not -rank <= dim < rank:
        raise ShapeError(
            f"{name} {int(dim)} is none of the {rank} dimensions of {named(shape)} with its batch",
            [Repair.set(name, -1)],
            kind=kind,
        )
    return int(dim) % rank - 1


def inside_dim(dim: int, shape: Shape, kind: str, name: str = "dim") -> int:
    """The position in `shape` that a torch dimension, counted with the batch, stands for.

    Raises:
        ShapeError: the shape has no such dimension, or it is the batch.
    """
    at = check_dim(dim, shape, kind, name)
    if at < 0:
        raise ShapeError(f"{name} {int(dim)} is the batch, whose examples stay apart", [Repair.set(name, 1)])
    return at


@final
@layer
class GLU(Layer):
    """Half of the channels times the sigmoid of the other half: the dimension is halved."""

    saves: ClassVar[tuple[str, ...]] = ("input",)
    dim: int = integer(default=-1, minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        at = check_dim(self.dim, shape, self.kind)
        if at < 0 or shape[at] % 2:
            found = f"the {int(shape[at])}" if at >= 0 else "the batch"
            even = [number_ - len(shape) for number_, size in enumerate(shape) if size % 2 == 0]
            raise ShapeError(
                f"dim {int(self.dim)} of the {written(shape)} input is {found}, which cannot be halved",
                [Repair.set("dim", even[0])] if even else [],
                kind=self.kind,
            )
        return (*shape[:at], divided_exactly(shape[at], 2), *shape[at + 1 :])

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.glu",)

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        at = check_dim(self.dim, inputs[0], self.kind)
        return receptive_field.within_all_positions(fields[0], inputs[0], [at])


class SoftmaxFamily(ShapePreserving):
    """A softmax: normalises along one dimension, counted with the batch, so 1 is the channels or the features."""

    base_name: ClassVar[str] = "softmax"
    saves: ClassVar[tuple[str, ...]] = ("output",)
    dim: int | None = integer(default=None, minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        if self.dim is not None:
            check_dim(self.dim, inputs[0], self.kind)
        return inputs[0]

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        at = 0 if self.dim is None else check_dim(self.dim, inputs[0], self.kind)
        return receptive_field.of_all_positions(fields[0], inputs[0], [at])

    @classmethod
    def from_call(cls, input: Shape, dim: int | None = None, *rest: Any, **given: Any) -> Layer | None:
        """A call of the function; without `dim`, torch takes the channels of an image or the features of a vector."""
        return cls(dim)


@final
@layer
class Softmax(SoftmaxFamily):
    """eˣ/Σ eˣ along a dimension: the scores of classes as probabilities."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.softmax", "torch.softmax", "torch.Tensor.softmax")


@final
@layer
class Softmin(SoftmaxFamily):
    """Softmax of −x."""

    functions: ClassVar[tuple[str, ...]] = ("torch.nn.functional.softmin",)


@final
@layer
class LogSoftmax(SoftmaxFamily):
    """The logarithm of Softmax."""

    functions: ClassVar[tuple[str, ...]] = (
        "torch.nn.functional.log_softmax",
        "torch.log_softmax",
        "torch.Tensor.log_softmax",
    )


@final
@layer
class Softmax2d(ShapePreserving):
    """Softmax over the channels of each position of (C, H, W)."""

    saves: ClassVar[tuple[str, ...]] = ("output",)

    base_name: ClassVar[str] = "softmax"
    ranks: ClassVar[tuple[int, ...]] = (3,)
