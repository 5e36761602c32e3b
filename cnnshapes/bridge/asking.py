"""Ask of a call what no earlier call told: the formulas of the layer it is, or else torch on the meta device."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from cnnshapes.bridge.answers import Answer, Call, label_of
from cnnshapes.bridge.constants import Constants
from cnnshapes.bridge.counting import counted
from cnnshapes.bridge.failing import Refused, asks_for_values, makes_nested, misarranged, torchs_refusal
from cnnshapes.bridge.functions import (
    ARRANGING,
    CUTTING,
    FILLING,
    IN_PLACE,
    JOINING,
    RESHAPING,
    SILENT,
    SPLITTING,
    UNCHECKED,
    WITH_INDICES,
    counts_of,
    readers,
    spoken,
)
from cnnshapes.bridge.mixing import along
from cnnshapes.bridge.moves import staying
from cnnshapes.bridge.questions import LISTS, Question
from cnnshapes.bridge.rows import Rows
from cnnshapes.bridge.stand_ins import META, Origin, StandIns, example, is_mapped, tensors_of, whole
from cnnshapes.errors import DesignError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.axes import Slice
from cnnshapes.layers.base import Weight
from cnnshapes.layers.reshaping import Reshape, reshaped


class Asker:
    """Asks on behalf of one pass.

    Args:
        stand_ins, rows, constants: those of the pass.
        by_formula: False has torch answer everything.

    Attributes:
        refused: the operation that could not be computed, None where no layer said so.
        parts: examples, or so many rows of all of them together, that were cut out of what a row gave, by id.
        cut: the row of which such a part was read, "" where none was.
        batches: the sizes that the call which was refused names in a batch's place.
    """

    def __init__(self, stand_ins: StandIns, rows: Rows, constants: Constants, *, by_formula: bool) -> None:
        self.refused: Refused | None = None
        self.parts: dict[int, tuple[Tensor, str]] = {}
        self.cut = ""
        self.batches: list[int] = []
        self._stand_ins = stand_ins
        self._batch = stand_ins.batch
        self._rows = rows
        self._constants = constants
        self._by_formula = by_formula
        self._readers = readers()

    def of_layer(self, layer: Layer, inputs: Sequence[Origin], path: str = "") -> Call:
        """Ask a layer.

        Raises:
            ShapeError: it refuses; the error gets `path`, or the name that the row would have had.
        """
        try:
            return self._answered(layer, inputs)
        except ShapeError as error:
            shapes = [origin.shape for origin in inputs]
            owned = bool(layer.arity == 1 and layer.weights(*shapes))
            error.node = path or self._rows.name_of(layer.kind, label_of(layer), owned=owned)
            error.kind = layer.kind
            self.refused = Refused(error.node, layer, tuple(origin.row for origin in inputs))
            raise

    def _answered(self, layer: Layer, inputs: Sequence[Origin]) -> Call:
        answer = Answer.of(layer, [origin.shape for origin in inputs])
        blank = self._stand_ins.blanks.of(answer.output, inputs[0].blank.dtype)
        return Call((answer,), (blank,), returns=bool(getattr(layer, "inplace", False)))

    def of_function(self, question: Question) -> tuple[Call, Any, bool]:
        """Ask the layer that a call is, or else torch.

        Returns:
            What became of it; what torch gave, None where it was not asked; whether the like of it would fare alike.

        Raises:
            ShapeError: torch refuses; where the layer that the call looks like does so too, in the layer's words.
        """
        mapped = any(map(is_mapped, tensors_of((question.args, dict(question.kwargs)))))
        layer = self._layer(question) if question.inputs and not mapped else None
        call = self._by_layer(layer, question)
        if call is not None:
            if question.func not in IN_PLACE:
                return _silenced(call, question), None, True
            if question.args[0] is question.first and call.answers[0].output == question.inputs[0].shape:
                return _silenced(replace(call, returns=True), question), None, True
        result, macs = self._torch(question, layer)
        if question.func is Tensor.__setitem__:
            result = question.args[0]
        outputs = tuple(tensors_of(result))
        items = result if type(result) in (tuple, list) and not any(type(item) in LISTS for item in result) else outputs
        answers = self._answers(question, outputs, macs, layer)
        like, own = self._stand_ins.blanks.like, len(answers) if answers and answers[0].layer else len(items)
        blanks = tuple(
            [like(item, beside=at >= own) if isinstance(item, Tensor) else None for at, item in enumerate(items)]
        )
        kind = None if isinstance(result, Tensor) else type(result)
        returns = result is not None and result is question.first
        call = Call(answers, blanks, kind, returns)
        cut = self._is_cut(question, outputs)
        if cut and question.func in JOINING:
            self.cut = self.cut or cut
        elif cut:
            self.parts.update({id(output): (output, cut) for output in outputs})
        sizes: Sequence[int] = ()
        if question.func in ARRANGING and question.inputs:
            sizes = question.sizes_named(self._stand_ins)
        self.batches += sizes
        return _silenced(call, question), result, not (cut or sizes) and question.repeats(call, result)

    def _layer(self, question: Question) -> Layer | None:
        """The layer that a call looks like, None where it is none of ours."""
        reader = self._readers.get(question.func)
        if reader is None or any(origin.blank.beside for origin in question.inputs):
            return None
        origins = self._stand_ins.origins
        weights = {id(origin.tensor) for origin in question.others if self._stand_ins.is_weight(origin)}

        def described(value: Any) -> Any:
            if isinstance(value, Tensor):
                origin = origins.get(id(value))
                if origin is not None and origin.row:
                    return origin.shape
                return (Weight if id(value) in weights else tuple)(value.shape)
            if type(value) in LISTS:
                return tuple(map(described, value))
            return value

        named = {name: described(value) for name, value in question.kwargs.items()}
        try:
            layer = reader(*map(described, question.args), **named)
        except (TypeError, DesignError):
            return None  # a form of the call that the layer does not cover
        if layer is None:
            return None
        count = len(question.inputs)
        if layer.arity is None:  # merges all that it is given, the model's own tensors too, which no row is of
            return layer if count > 1 and not question.others and not question.strangers else None
        return layer if count == layer.arity else None

    def _by_layer(self, layer: Layer | None, question: Question) -> Call | None:
        """What the layer says, None where its formula is not all there is to say, or torch may know better."""
        if layer is None or layer.strided or question.func in WITH_INDICES or not self._by_formula:
            return None
        inputs, dtype = question.inputs, question.inputs[0].blank.dtype
        if not all(one.blank.usual for one in inputs) or any(one.blank.dtype != dtype for one in question.others):
            return None
        try:
            return self._answered(layer, inputs)
        except ShapeError:  # which `_torch` raises where torch refuses too
            return self.of_layer(layer, inputs) if question.func in UNCHECKED else None

    def _torch(self, question: Question, layer: Layer | None) -> tuple[Any, int]:
        """Torch's own answer on the meta device and the multiply–accumulates of one example."""
        inputs = question.inputs
        args, kwargs = self._stand_ins.on_meta(
            (question.args, dict(question.kwargs)), lambda tensor: counts_of(question.func, tensor)
        )
        if question.func in FILLING:
            args, kwargs = _filled(question.func, args, kwargs)
        if question.reaches(self._batch):
            args = (args[0].new_empty((self._batch, *args[0].shape[1:])), *args[1:])
        try:
            result, macs = counted(*staying(question.func, args, kwargs, META))
        except RuntimeError as error:
            if asks_for_values(error):
                return self._constants.answered(question.func, question.args, question.kwargs, error), 0
            self.batches += question.sizes_named(self._stand_ins)
            if not inputs or makes_nested(error):
                raise
            if layer is not None and all(one.tensor.shape == (self._batch, *one.shape) for one in inputs):
                self.of_layer(layer, inputs)
            raise self._refusal(question, error) from error
        # what has no batch, a product of weights, is done once
        given = [origin.tensor for origin in inputs]
        shapes = [whole(tensor).shape for tensor in (*given, *tensors_of(result))]
        batched = any(example(shape, self._batch, folded=bool(inputs)) != tuple(shape) for shape in shapes)
        return result, macs // self._batch if batched and macs % self._batch == 0 else macs

    def _refusal(self, question: Question, error: RuntimeError) -> ShapeError:
        """What torch refused, as a sentence with the numbers of one example."""
        func, args = question.func, question.args
        tensors = list(tensors_of(args))
        shapes = [example(tensor.shape, self._batch) for tensor in tensors]
        problem = misarranged(func, args, shapes[0], self._batch) if shapes else ""
        problem = problem or torchs_refusal(func, shapes, error, self._batch)
        mixing = next(filter(None, map(self._stand_ins.mixed, tensors)), "")
        if mixing:
            problem += f"; {mixing} mixed the examples of the batch, which flatten(1) or view(x.size(0), -1) would not"
        elif self.cut:
            problem += f"; {self.cut} was cut along the batch, so that sizes here depend on how many examples there are"
        here = self._rows.frames[-1].path
        return ShapeError(problem, node=here, kind="" if here else spoken(func))

    def _answers(
        self, question: Question, outputs: Sequence[Tensor], macs: int, layer: Layer | None
    ) -> tuple[Answer, ...]:
        """The rows of a call that torch answered.

        Args:
            question: the call.
            outputs: the tensors that torch gave.
            macs: the multiply–accumulates of one example.
            layer: the layer that the call looks like, if any.
        """
        func = question.func
        shapes = [origin.shape for origin in question.inputs]
        if not outputs or not (shapes or macs):
            return ()  # among weights and constants, only their products are work that every forward does
        if func in SPLITTING and shapes and (parts := self._parts(question, outputs)):
            return parts
        output = example(outputs[0].shape, self._batch, folded=bool(shapes))
        one = len(outputs) == 1 or func in WITH_INDICES
        if layer is not None and not (one and _gives(layer, shapes, output)):
            layer = None  # with the batch folded in it need not be what it looks like
        if layer is None and func in RESHAPING and shapes and len(outputs) == 1:
            layer = reshaped(shapes[0], output)
            before, after = question.inputs[0].tensor.shape[:1], outputs[0].shape[:1]
            if isinstance(layer, Reshape) and not before == after == (self._batch,):
                layer = None  # the batch was rearranged too
        kind = layer.kind if layer is not None else spoken(func)
        label = label_of(layer) if layer is not None else kind.strip("_").lower()
        mapped = any(is_mapped(origin.tensor) for origin in question.inputs)
        along = self._along(question) if layer is None and shapes and not mapped else None
        return (Answer.by_torch(layer, kind, shapes, output, macs, label, along),)

    def _along(self, question: Question) -> tuple[int, ...] | None:
        """The dimensions of the examples along which a call reads more than one position, None for any."""
        if any(origin.tensor.shape[:1] != (self._batch,) for origin in question.inputs):
            return None
        found = along(question.func, question.args, question.kwargs, question.inputs[0].tensor.dim())
        return None if found is None or 0 in found else tuple(dim - 1 for dim in found)

    def read(self, tensors: Iterable[Tensor]) -> None:
        """Note where one of these is a part that was cut out of all examples."""
        for tensor in tensors:
            if id(tensor) in self.parts and not self.cut:
                self.cut = self.parts[id(tensor)][1]

    def _is_cut(self, question: Question, parts: Sequence[Tensor]) -> str:
        """The row of what was cut where it has the batch, or holds it together with more, and the parts do not."""
        if question.func not in CUTTING or not question.inputs or self._batch == 1:
            return ""
        batched = (one for one in question.inputs if one.tensor.shape[:1] == (self._batch,))
        origin = next(batched, question.inputs[0])
        if origin.tensor.shape[:1] == (self._batch,):
            lost = (all(size % self._batch or not size for size in part.shape) for part in parts)
            return origin.row if any(lost) else ""
        if not self._stand_ins.mixed(origin.tensor):
            return ""
        lost = (part.shape[0] % self._batch > 0 for part in parts if part.dim() == origin.tensor.dim())
        return origin.row if any(lost) else ""

    def _parts(self, question: Question, outputs: Sequence[Tensor]) -> tuple[Answer, ...]:
        """An answer for each part of a chunk or a split; none where the batch is not the first dimension."""
        origin, args = question.inputs[0], question.args
        sizes = origin.tensor.shape
        dim = question.kwargs.get("dim", args[2] if len(args) > 2 else 0) % len(sizes)
        if sizes != (self._batch, *origin.shape) or dim == 0:
            return ()
        lengths = [part.shape[dim] for part in outputs]
        starts = [sum(lengths[:number]) for number in range(len(lengths))]
        parts = [Slice.part(dim, start, length) for start, length in zip(starts, lengths, strict=True)]
        return tuple([Answer.of(part, [origin.shape]) for part in parts])


def _filled(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """The arguments of what makes a tensor of one number, with 0 for one that is in a tensor without data."""
    number = kwargs["fill_value"] if "fill_value" in kwargs else args[-1]
    if not isinstance(number, Tensor):
        return args, kwargs
    if func is torch.full:  # the others are of the type of their first
        kwargs = {"dtype": number.dtype, **kwargs}
    return (args, {**kwargs, "fill_value": 0}) if "fill_value" in kwargs else ((*args[:-1], 0), kwargs)


def _silenced(call: Call, question: Question) -> Call:
    """The call, silent where it is one that no one wants a row for: a copy, a cast or a move of the same shape."""
    silent = question.func in SILENT and len(call.outputs) == 1 and bool(question.inputs)
    if silent and not question.inputs[0].blank.beside and call.answers[0].output == question.inputs[0].shape:
        return replace(call, silent=True)
    return call


def _gives(layer: Layer, shapes: Sequence[Shape], output: Shape) -> bool:
    try:
        return layer.output_shape(*shapes) == output
    except ShapeError:
        return False
