"""What the formulas, or else torch, said of an operation, kept so that the same is not asked twice.

A transformer of twelve equal blocks asks the same twelve times. Formulas look at arguments and shapes alone, torch's
kernels on the meta device at strides and types besides; an answer is kept by just those, never by which model asked.

Each row reads of these objects, and Python reads a slot in a fifth of the time that it takes for a named tuple's item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from cnnshapes import receptive_field
from cnnshapes.bridge.stand_ins import Blank, Blanks
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.merging import Elementwise
from cnnshapes.receptive_field import ReceptiveField

KEPT: Final = 20_000
"""Calls kept between models."""


@dataclass(slots=True)
class Answer:
    """What is said of one operation on inputs of given shapes.

    Attributes:
        layer: the layer it is, None where only torch knows the operation.
        kind, inputs, output, macs, weights: as a row has them.
        label: what such rows are called before a number, where no module gives them a name.
        fields: receptive fields of the output, as far as they were asked for, by that of the input or all of theirs.
        passes: it leaves the receptive field as it is.
        along: where no layer tells, the dimensions of the examples along which it reads more than one position; None
            for any.
    """

    layer: Layer | None
    kind: str
    inputs: tuple[Shape, ...]
    output: Shape
    macs: int
    weights: Mapping[str, Shape]
    label: str
    fields: dict[Any, ReceptiveField]
    passes: bool = False
    along: tuple[int, ...] | None = None

    @classmethod
    def of(cls, layer: Layer, shapes: Sequence[Shape]) -> Answer:
        """Ask the layer.

        Raises:
            ShapeError: it cannot be computed.
        """
        output = layer.output_shape(*shapes)
        macs = layer.macs(output, *shapes)
        return cls.by_torch(layer, layer.kind, shapes, output, macs, label_of(layer))

    @classmethod
    def by_torch(
        cls,
        layer: Layer | None,
        kind: str,
        shapes: Sequence[Shape],
        output: Shape,
        macs: int,
        label: str,
        along: tuple[int, ...] | None = None,
    ) -> Answer:
        """What torch gave, and the layer that it is nevertheless, if any."""
        if isinstance(layer, Elementwise):
            along = ()
        weights = layer.weights(*shapes) if layer is not None else {}
        passes = layer is not None and len(shapes) == 1 and type(layer).receptive_field is Layer.receptive_field
        return cls(layer, kind, tuple(shapes), output, macs, weights, label, {}, passes, along)

    def field(self, fields: tuple[ReceptiveField | None, ...]) -> ReceptiveField | None:
        """The receptive field of the output, from those of the inputs; None where it sees no input."""
        if self.passes:
            return fields[0]
        key = fields[0] if len(fields) == 1 else fields
        known = self.fields.get(key)
        if known is None:
            seeing = [(field, shape) for field, shape in zip(fields, self.inputs, strict=True) if field is not None]
            if not seeing:
                return None
            known = self.fields[key] = self._field(seeing)
        return known

    def _field(self, seeing: Sequence[tuple[ReceptiveField, Shape]]) -> ReceptiveField:
        if self.layer is not None and len(seeing) == len(self.inputs):
            return self.layer.receptive_field([field for field, _ in seeing], self.inputs, self.output)
        return receptive_field.merged([self._through(field, shape) for field, shape in seeing], self.output)

    def _through(self, field: ReceptiveField, shape: Shape) -> ReceptiveField:
        """What the output sees by way of one input, where no layer tells."""
        along, output = self.along, self.output
        if along is not None:
            others = [dim for dim in range(len(shape)) if dim not in along]
            if len(shape) == len(output) and all(shape[dim] in (1, output[dim]) for dim in others):
                field = receptive_field.repeated(field, shape, output)
                return receptive_field.within_all_positions(field, shape, along)
            if tuple([shape[dim] for dim in others]) == output:
                field = receptive_field.within_all_positions(field, shape, along)
                return receptive_field.permuted(field, shape, others)
        return receptive_field.within_all_positions(field, shape)._replace(dims=(-1,) * len(field.axes))


@dataclass(slots=True)
class Call:
    """What became of a call on arguments of one kind.

    Attributes:
        answers: of the rows that it makes: one, one for each part that it splits into, or none.
        outputs: the tensors that it gives.
        kind: the class of what holds them, None where it gives one tensor itself.
        returns: it gives back the first tensor among its arguments, written to or as it is.
        silent: its output is known as its input is.
    """

    answers: tuple[Answer, ...]
    outputs: tuple[Blank | None, ...]
    kind: type | None = None
    returns: bool = False
    silent: bool = False


class Kept:
    """What passes over models leave to the next one with the same batch, on a model with the same type of numbers.

    Attributes:
        blanks: what their tensors were like.
        calls: what became of a call, by all that it follows from.
    """

    def __init__(self, batch: int, dtype: torch.dtype) -> None:
        self.blanks = Blanks(batch, dtype)
        self.calls: dict[Any, Call] = {}

    def keep(self, key: Any, call: Call) -> None:
        """Keep what became of a call."""
        if len(self.calls) >= KEPT:
            self.calls.clear()
        self.calls[key] = call


_kept: dict[tuple[int, torch.dtype], Kept] = {}


def kept(batch: int, dtype: torch.dtype, *, by_formula: bool) -> Kept:
    """What earlier passes found out, nothing where they asked in another way.

    Args:
        batch: the size of the stand-ins' batch.
        dtype: the type of numbers the model computes with.
        by_formula: False where torch answers every call.
    """
    if not by_formula or torch._C._len_torch_dispatch_stack():  # such as a mode that makes fake tensors
        return Kept(batch, dtype)
    found = _kept.get((batch, dtype))
    if found is None:
        found = _kept[batch, dtype] = Kept(batch, dtype)
    return found


def label_of(layer: Layer) -> str:
    """What the rows of a kind of layer are called before a number, where no module gives them a name."""
    return layer.node_name(0).removesuffix("0")
