"""Layers that read several inputs: sums, products and concatenations."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, final

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Repair, ShapeError
from cnnshapes.layers.activation import check_dim, inside_dim
from cnnshapes.layers.arguments import integer
from cnnshapes.layers.base import Layer, Shape, T, Weight, layer, reads, written
from cnnshapes.layers.linear import Scale, Shift
from cnnshapes.layers.pointwise import AddScalar, MultiplyScalar
from cnnshapes.layers.reshaping import Identity, reshaped
from cnnshapes.receptive_field import ReceptiveField


class Elementwise(Layer):
    """Joins inputs of one shape element by element; an axis of size 1 is repeated to fit, as torch broadcasts."""

    arity: ClassVar[int | None] = None

    def compute_shape(self, *inputs: Shape) -> Shape:
        if all(shape == inputs[0] for shape in inputs):
            return inputs[0]
        shapes = " and ".join(written(shape) for shape in inputs)
        if len({len(shape) for shape in inputs}) > 1:
            raise ShapeError(f"its inputs {shapes} differ in the number of dimensions", kind=self.kind)
        result = []
        for axis, found in enumerate(zip(*inputs, strict=True)):
            wide = [size for size in found if size != 1]
            if len(set(wide)) > 1:
                what = "channels" if axis == 0 and len(found) > 1 and len(inputs[0]) > 1 else "size"
                raise ShapeError(
                    f"its inputs {shapes} differ in {what}; all must have one shape, or 1 where they differ",
                    kind=self.kind,
                )
            result.append(wide[0] if wide else found[0])
        return tuple(result)

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        return super().receptive_field(
            [receptive_field.repeated(field, shape, output) for field, shape in zip(fields, inputs, strict=True)],
            inputs,
            output,
        )

    def torch_call(self, function: Callable[..., T], inputs: Sequence[T]) -> T:
        return functools.reduce(function, inputs)  # torch's takes two tensors

    def remarks(self, *inputs: Shape) -> list[str]:
        if all(shape == inputs[0] for shape in inputs):
            return []
        return [f"inputs of different shapes, {' and '.join(map(written, inputs))}, are repeated to fit (broadcast)"]


@final
@layer
class Add(Elementwise):
    """The sum of its inputs: a residual connection."""

    torch_function: ClassVar[str] = "torch.add"

    @reads("torch.add", "torch.Tensor.add", "torch.Tensor.add_", "torch.Tensor.__radd__")
    @classmethod
    def from_add(cls, input: Any, other: Any, *, alpha: float = 1) -> Layer | None:
        """A sum of two tensors, one of which may be a weight, or of a tensor and a number."""
        return _joined(cls(), Shift, AddScalar, input, alpha * other if _is_number(other) else other)


@final
@layer
class Subtract(Elementwise):
    """The first of its inputs less the second."""

    base_name: ClassVar[str] = "sub"
    torch_function: ClassVar[str] = "torch.sub"
    arity: ClassVar[int | None] = 2

    @reads("torch.sub", "torch.subtract", "torch.Tensor.sub", "torch.Tensor.sub_")
    @classmethod
    def from_sub(cls, input: Any, other: Any, *, alpha: float = 1) -> Layer | None:
        """A difference of two activations, or of one and a number."""
        if _is_number(other):
            return AddScalar(-alpha * other)
        return cls() if type(input) is type(other) is tuple else None


@final
@layer
class Divide(Elementwise):
    """The first of its inputs by the second."""

    base_name: ClassVar[str] = "div"
    saves: ClassVar[tuple[str, ...]] = ("input",)
    torch_function: ClassVar[str] = "torch.div"
    arity: ClassVar[int | None] = 2

    @reads(*(f"torch.{place}{name}" for place in ("", "Tensor.") for name in ("div", "divide", "true_divide")))
    @classmethod
    def from_div(cls, input: Any, other: Any) -> Layer | None:
        """A quotient of two activations, or of one and a number."""
        if _is_number(other):
            return MultiplyScalar(1 / other) if other else None
        return cls() if type(input) is type(other) is tuple else None


@final
@layer
class Multiply(Elementwise):
    """The product of its inputs: a gate, as in squeeze-and-excitation."""

    base_name: ClassVar[str] = "mul"
    saves: ClassVar[tuple[str, ...]] = ("factor",)
    torch_function: ClassVar[str] = "torch.mul"

    @reads("torch.mul", "torch.multiply", "torch.Tensor.mul", "torch.Tensor.mul_", "torch.Tensor.__rmul__")
    @classmethod
    def from_mul(cls, input: Any, other: Any) -> Layer | None:
        """A product of two tensors, one of which may be a weight, or of a tensor and a number."""
        return _joined(cls(), Scale, MultiplyScalar, input, other)


@final
@layer
class Concat(Layer):
    """Its inputs one behind the other along `dim`, counted with the batch; the other dimensions must agree."""

    base_name: ClassVar[str] = "cat"
    torch_function: ClassVar[str] = "torch.cat"
    arity: ClassVar[int | None] = None
    dim: int = integer(default=1, minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        at = check_dim(self.dim, inputs[0], self.kind)
        if at < 0:
            raise ShapeError(
                f"dim {int(self.dim)} would join the examples of different batches",
                [Repair.set("dim", 1)],
                kind=self.kind,
            )
        if not _joinable(inputs, at):
            fitting = [axis + 1 for axis in range(len(inputs[0])) if _joinable(inputs, axis)]
            raise ShapeError(
                f"its inputs {' and '.join(map(written, inputs))} differ in more than dimension {int(self.dim)}",
                [Repair.set("dim", axis) for axis in fitting],
                kind=self.kind,
            )
        return (*inputs[0][:at], arithmetic.total(shape[at] for shape in inputs), *inputs[0][at + 1 :])

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        at = check_dim(self.dim, output, self.kind)
        starts = itertools.accumulate((shape[at] for shape in inputs[:-1]), initial=0)
        shifted = [
            receptive_field.moved(field, shape, at, -start)
            for field, shape, start in zip(fields, inputs, starts, strict=True)
        ]
        joined = super().receptive_field(shifted, inputs, output)
        if shifted != list(fields):
            return joined._replace(exact=False)
        return _side_by_side(joined, fields)

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (tuple(inputs),), {"dim": self.dim}

    @reads("torch.cat", "torch.concat", "torch.concatenate")
    @classmethod
    def from_cat(cls, tensors: Sequence[Shape], dim: int = 0) -> Layer | None:
        """A concatenation, unless it joins batches; of one tensor alone it changes nothing."""
        if len(tensors) == 1:
            return Identity()
        return cls(dim) if dim % (len(tensors[0]) + 1) else None


@final
@layer
class Stack(Layer):
    """Its inputs beside each other along a new dimension `dim`, counted with the batch; all are of one shape."""

    torch_function: ClassVar[str] = "torch.stack"
    arity: ClassVar[int | None] = None
    dim: int = integer(default=1, minimum=None)

    def compute_shape(self, *inputs: Shape) -> Shape:
        shape = inputs[0]
        if any(other != shape for other in inputs):
            raise ShapeError(
                f"its inputs {' and '.join(map(written, inputs))} differ; all must have one shape to be stacked",
                kind=self.kind,
            )
        at = inside_dim(self.dim, (1, *shape), self.kind)
        return (*shape[:at], len(inputs), *shape[at:])

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        at = inside_dim(self.dim, output, self.kind)
        each = [
            receptive_field.rearranged(field, shape, (*shape[:at], 1, *shape[at:]))
            for field, shape in zip(fields, inputs, strict=True)
        ]
        joined = super().receptive_field(each, inputs, output)
        return _side_by_side(joined, fields)

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (tuple(inputs),), {"dim": self.dim}

    @reads("torch.stack")
    @classmethod
    def from_stack(cls, tensors: Sequence[Shape], dim: int = 0) -> Layer | None:
        """A call of the function, unless it puts a dimension in front of the batch; one tensor gets a dimension."""
        shape = tensors[0]
        at = dim % (len(shape) + 2)
        if not at:
            return None
        return cls(dim) if len(tensors) > 1 else reshaped(shape, (*shape[: at - 1], 1, *shape[at - 1 :]))


def _side_by_side(joined: ReceptiveField, fields: Sequence[ReceptiveField]) -> ReceptiveField:
    """The field of maps that keep a place of their own in the joined one, some of which may see less than others."""
    return joined._replace(even=joined.even and all(field == fields[0] for field in fields))


def _joined(
    layer_: Layer, with_weight: type[Scale | Shift], with_number: type[AddScalar | MultiplyScalar], one: Any, other: Any
) -> Layer | None:
    """The layer of a sum or a product, by what its two sides are."""
    if isinstance(one, Weight) or _is_number(one):
        one, other = other, one
    if type(one) is not tuple:
        return None
    if isinstance(other, Weight):
        return with_weight(tuple(other))
    if _is_number(other):
        return with_number(other)
    return layer_ if type(other) is tuple else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _joinable(shapes: Sequence[Shape], axis: int) -> bool:
    """Whether the shapes agree in the number of dimensions and in all but this one."""
    first = shapes[0]
    return all(
        len(shape) == len(first) and (*shape[:axis], *shape[axis + 1 :]) == (*first[:axis], *first[axis + 1 :])
        for shape in shapes
    )
