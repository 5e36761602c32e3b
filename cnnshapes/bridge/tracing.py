"""Run a model's own forward once on stand-ins that have a shape and no data, and note every operation.

The stand-ins are tensors on the meta device. What a layer of ours knows is answered by its formula, and torch's kernel
is skipped: a module of torch.nn that was not tampered with (`leaves`), and a call of a torch function that a layer
reads (`cnnshapes.layers.READERS`), which a torch function mode catches. Any other call runs on the meta device, and its
row says that torch answered. What was answered once is answered again from `answers`, for the same question only.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import get_ident
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn.modules import module as torch_module
from torch.overrides import TorchFunctionMode

from cnnshapes.bridge.answers import Answer, Call, kept, label_of
from cnnshapes.bridge.counting import counted
from cnnshapes.bridge.failing import asks_for_values, torchs_refusal
from cnnshapes.bridge.functions import IN_PLACE, READING, RESHAPING, SILENT, SPLITTING, VALUES, readers, spoken
from cnnshapes.bridge.leaves import layer_of
from cnnshapes.bridge.rows import Frame, Rows
from cnnshapes.bridge.stand_ins import META, Origin, example, tensors_of
from cnnshapes.bridge.survey import Site, Survey
from cnnshapes.errors import DesignError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.axes import Narrow
from cnnshapes.layers.base import Weight
from cnnshapes.layers.reshaping import reshaped
from cnnshapes.receptive_field import ReceptiveField

_ABSENT: Final = object()
_NONE: Final[frozenset[int]] = frozenset()
_NO_ROWS: Final[tuple[str, ...]] = ()
_NOTHING: Final[Mapping[str, Any]] = {}
_NUMBERS: Final[frozenset[type]] = frozenset((bool, float, complex))
_PLAIN: Final[frozenset[type]] = frozenset(
    (int, str, type(None), type(...), torch.dtype, torch.device, torch.memory_format, torch.layout)
)
_LISTS: Final[frozenset[type]] = frozenset((tuple, list, torch.Size))
_disabled: Final = torch._C.DisableTorchFunction


class Refused(NamedTuple):
    """The operation that a layer refused: its name, the layer, and the rows it reads."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


class Read(NamedTuple):
    """The tensors among the arguments of a call.

    Attributes:
        inputs: the activations.
        others: the parameters, and what was made of them and of constants.
        strangers: all the rest.
    """

    inputs: list[Origin]
    others: list[Origin]
    strangers: list[Tensor]


class _Unlike(Exception):  # noqa: N818  no error
    """An argument that cannot be told from another by looking at it."""


class Tracer(TorchFunctionMode):
    """Notes the operations of one forward pass.

    Args:
        survey: of the model that will run.
        batch: the size of the stand-ins' batch.
        by_formula: False has torch answer every call, which is what `check` holds the formulas against.

    Attributes:
        noted: the operations so far.
        failed_in: the path of the module that raised first.
        refused: the operation that could not be computed, None where no layer said so.
    """

    def __init__(self, survey: Survey, batch: int, *, by_formula: bool = True) -> None:
        super().__init__()
        self.noted = Rows(survey)
        self.batch = batch
        self.failed_in = ""
        self.refused: Refused | None = None
        self._sites = survey.sites
        self._parameters = survey.parameters
        self._buffers = survey.buffers
        self._by_formula = by_formula
        self._readers = readers()
        self._kept = kept(batch, by_formula=by_formula)
        self._blanks = self._kept.blanks
        self._calls = self._kept.calls
        self._origins: dict[int, Origin] = {}
        self._strangers: dict[int, tuple[Tensor, Any, Origin | None]] = {}
        self._without_data: dict[int, tuple[Tensor, Tensor]] = {}
        self._thread = get_ident()

    # ---- stand-ins ------------------------------------------------------------------------------------------------

    def stand_in(self, shape: Shape, dtype: torch.dtype, name: str, field: ReceptiveField | None) -> Tensor:
        """A tensor of a batch of examples without data, known as the output of row `name`."""
        blank = self._blanks.of(shape, dtype)
        tensor: Tensor = blank.base.data
        self._origins[id(tensor)] = Origin(tensor, name, blank, field)
        return tensor

    def example(self, shape: Sequence[int]) -> Shape:
        """The shape of one example: without the batch, or with what was folded into it."""
        return example(shape, self.batch)

    def mixed(self, tensor: Tensor) -> str:
        """The row that gave a tensor whose first dimension holds the batch together with something else; else ""."""
        first = tensor.shape[0] if tensor.shape else 0
        origin = self._origins.get(id(tensor))
        return origin.row if origin is not None and first > self.batch and first % self.batch == 0 else ""

    def _is_models(self, tensor: Tensor) -> bool:
        return id(tensor) in self._parameters or id(tensor) in self._buffers

    def _stranger(self, tensor: Tensor) -> tuple[Tensor, Any, Origin | None]:
        """A tensor that came from no operation, its mark, and for a parameter what is known of it."""
        known = self._strangers.get(id(tensor))
        if known is None:
            models = self._is_models(tensor)
            if type(tensor) not in (Tensor, torch.nn.Parameter) and (tensor.is_meta and not models):
                raise _Unlike
            try:
                blank = self._blanks.like(tensor)
            except RuntimeError:  # it has no strides
                raise _Unlike from None
            if id(tensor) in self._parameters:
                known = tensor, (Weight, blank), Origin(tensor, "", blank, None, frozenset((id(tensor),)))
            else:
                known = tensor, (Tensor, blank), None
            self._strangers[id(tensor)] = known
        return known

    def _on_meta(self, value: Any) -> Any:
        """The same arguments with every tensor on the meta device; the model's own are never touched."""
        if isinstance(value, Tensor):
            if value.is_meta and not self._is_models(value):
                return value
            known = self._without_data.get(id(value))
            if known is None:
                empty = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device=META)
                known = self._without_data[id(value)] = (value, empty)  # the value too, so that its id stays its own
            return known[1]
        if isinstance(value, (list, tuple)):
            changed = [self._on_meta(item) for item in value]
            return type(value)(*changed) if hasattr(value, "_fields") else type(value)(changed)
        if isinstance(value, dict):
            return {name: self._on_meta(item) for name, item in value.items()}
        return META if isinstance(value, torch.device) else value

    # ---- modules --------------------------------------------------------------------------------------------------

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Let every call of the model's modules come by here.

        `torch.nn.Module` calls `_compiled_call_impl` where a module has one, which is how `Module.compile` steps in
        front of it; for the time of one pass this does. No class is touched, so other models notice nothing.
        """
        partial, call = functools.partial, self.call
        leaf = self._call_leaf if self._by_formula and not _global_hooks() else call
        before: list[tuple[dict[str, Any], Any]] = []
        try:
            for site in self._sites:
                state = site.module.__dict__
                before.append((state, state.get("_compiled_call_impl", _ABSENT)))
                state["_compiled_call_impl"] = partial(call if site.arguments is None else leaf, site)
            with self:
                yield
        finally:
            for state, earlier in before:
                if earlier is _ABSENT:
                    state.pop("_compiled_call_impl", None)
                else:
                    state["_compiled_call_impl"] = earlier

    def call(self, site: Site, *args: Any, **kwargs: Any) -> Any:
        """Run a module."""
        if get_ident() != self._thread:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        site.calls += 1
        return self._run(site, _path(site), args, kwargs)

    def _run(self, site: Site, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        frames = self.noted.frames
        frames.append(Frame(site, path))
        try:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        except Exception:
            self.failed_in = self.failed_in or path
            raise
        finally:
            frames.pop()

    def _call_leaf(self, site: Site, *args: Any, **kwargs: Any) -> Any:
        """Answer for a module of torch.nn by its layer's formula, or run it where its forward has more to say."""
        if get_ident() != self._thread:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        site.calls += 1
        path = site.path if site.calls == 1 else _path(site)
        origin = self._origins.get(id(args[0])) if len(args) == 1 and not kwargs else None
        if origin is None or not origin.blank.usual or path in self.noted.rows or not path:
            return self._run(site, path, args, kwargs)
        module = site.module
        try:
            key = (type(module), site.arguments(module), site.biased, origin.blank)  # type: ignore[misc]
            call = self._calls.get(key)
        except (AttributeError, TypeError):  # an attribute deleted or made unhashable
            return self._run(site, path, args, kwargs)
        if call is None:
            call = self._asked_of(module, key, origin, path)
        if call is None or site.weights != call.answers[0].weights:  # its weights were replaced; its forward knows
            return self._run(site, path, args, kwargs)
        answer = call.answers[0]
        field = origin.field
        if not answer.passes:
            field = answer.fields.get(field) or answer.field((field,))
        self.noted.enter(path, answer, (origin.row,), field, site.own)
        blank: Any = call.outputs[0]
        if call.returns:
            tensor = args[0]
        else:
            with _disabled():
                tensor = blank.base.data
        # what the class itself does for its arguments, at half the time
        self._origins[id(tensor)] = tuple.__new__(Origin, (tensor, path, blank, field, _NONE))
        return tensor

    def _asked_of(self, module: torch.nn.Module, key: Any, origin: Origin, path: str) -> Call | None:
        """The answer of a module's layer, kept by `key`; None where it is none of ours."""
        with _disabled():
            layer = layer_of(module)
            if layer is None:
                return None
            call = self._by_formula_of(layer, [origin], path)
            self._kept.keep(key, call)
        return call

    # ---- functions ------------------------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or _NOTHING
        if func in READING:
            return func(*args, **kwargs)
        read = Read([], [], [])
        try:
            key: Any = (func, *self._marks(args, read))
            if kwargs:
                key = (*key, tuple(kwargs), *self._marks(kwargs.values(), read))
        except _Unlike:
            key, read = None, self._read(args, kwargs)
        if not read.inputs and not self._stays_aside(func, read):
            return func(*args, **kwargs)
        call = self._calls.get(key) if key is not None else None
        if call is not None:
            result, outputs = self._again(call, read)
        else:
            call, result, outputs = self._first(func, args, kwargs, read, key)
        self._note(call, read, outputs)
        return result

    def _marks(self, values: Iterable[Any], read: Read) -> tuple[Any, ...]:
        """Something hashable for each argument, equal where formulas and torch's meta kernels answer alike.

        Raises:
            _Unlike: there is no telling.
        """
        marks: list[Any] = []
        for value in values:
            origin = self._origins.get(id(value))
            if origin is not None:
                if origin.row:
                    read.inputs.append(origin)
                    marks.append(origin.blank)
                else:
                    read.others.append(origin)
                    marks.append((Tensor, origin.blank))
                continue
            kind = type(value)
            if kind in _PLAIN:
                marks.append(value)
            elif kind in _NUMBERS:
                marks.append((kind, value))
            elif kind in _LISTS:
                marks.append((kind, self._marks(value, read)))
            elif kind is slice:
                marks.append((kind, self._marks((value.start, value.stop, value.step), read)))
            elif isinstance(value, Tensor):
                tensor, mark, origin = self._stranger(value)
                marks.append(mark)
                if origin is not None:
                    read.others.append(origin)
                else:
                    read.strangers.append(tensor)
            else:
                raise _Unlike
        return tuple(marks)

    def _read(self, args: Any, kwargs: Any) -> Read:
        """The tensors of a call whose arguments have no marks."""
        read = Read([], [], [])
        for tensor in tensors_of((args, dict(kwargs))):
            origin = self._origins.get(id(tensor))
            if origin is None and id(tensor) in self._parameters:
                origin = self._stranger(tensor)[2]
            if origin is None:
                read.strangers.append(tensor)
            else:
                (read.inputs if origin.row else read.others).append(origin)
        return read

    def _stays_aside(self, func: Any, read: Read) -> bool:
        """Whether a call that reads no activation is made on the meta device, not on the model's own numbers."""
        if func in VALUES:
            return False
        if read.others or any([tensor.is_meta for tensor in read.strangers]):
            return True
        return func in IN_PLACE and any(map(self._is_models, read.strangers))

    def _again(self, call: Call, read: Read) -> tuple[Any, Sequence[Tensor]]:
        """What an earlier call on the like gave, and the tensors in it."""
        if call.returns:
            tensor = (read.inputs or read.others)[0].tensor
            return tensor, (tensor,)
        if call.kind is None:
            blank: Any = call.outputs[0]
            tensor = blank.base.data
            return tensor, (tensor,)
        tensors = [None if blank is None else blank.base.data for blank in call.outputs]
        result = None if call.kind is type(None) else call.kind(tensors)
        return result, [tensor for tensor in tensors if tensor is not None]

    def _first(
        self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], read: Read, key: Any
    ) -> tuple[Call, Any, Sequence[Tensor]]:
        """Ask the formulas, or else torch; kept by `key` where the outcome follows from that alone."""
        call, layer = self._by_reader(func, args, kwargs, read.inputs) if read.inputs else (None, None)
        if call is not None:
            result, outputs = self._again(call, read)
        else:
            result, macs = self._by_torch(func, args, kwargs, read)
            outputs = tuple(tensors_of(result))
            answers = self._answers(func, args, kwargs, read, outputs, macs, layer)
            first = next(iter(read.inputs or read.others), None)
            items = result if type(result) in (tuple, list) and all(map(_is_flat, result)) else outputs
            blanks = tuple([None if item is None else self._blanks.like(item) for item in items])
            kind = None if isinstance(result, Tensor) else type(result)
            call = Call(answers, blanks, kind, first is not None and result is first.tensor)
            if not _repeatable(func, call, result, read):
                key = None
        if func in SILENT and read.inputs and [answer.output for answer in call.answers] == [read.inputs[0].shape]:
            call = call._replace(silent=True)
        if key is not None:
            self._kept.keep(key, call)
        return call, result, outputs

    def _note(self, call: Call, read: Read, outputs: Sequence[Tensor]) -> None:
        """Enter the rows of a call and remember what it gave."""
        inputs, others, _ = read
        used = _NONE.union(*[origin.parameters for origin in others]) if others else _NONE
        blanks: Sequence[Any] = call.outputs
        if None in blanks:
            blanks = [blank for blank in blanks if blank is not None]
        if call.silent:
            self._origins[id(outputs[0])] = inputs[0]._replace(tensor=outputs[0], blank=blanks[0])
            return
        answers = call.answers
        name, field = "", None
        for number, tensor in enumerate(outputs):
            if number < len(answers):
                answer = answers[number]
                name = self.noted.name(answer, used)
                rows, field = _NO_ROWS, None
                if len(inputs) == 1:
                    rows, field = (inputs[0].row,), answer.field((inputs[0].field,))
                elif inputs:
                    rows = tuple([origin.row for origin in inputs])
                    field = answer.field(tuple([origin.field for origin in inputs]))
                self.noted.enter(name, answer, rows, field, used)
                used = _NONE
            # what the class itself does for its arguments, at half the time; `used` where no row has counted it
            self._origins[id(tensor)] = tuple.__new__(Origin, (tensor, name, blanks[number], field, used))

    def _by_reader(
        self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], inputs: Sequence[Origin]
    ) -> tuple[Call | None, Layer | None]:
        """What the formulas say of a call, and the layer it is; nothing where torch must say, no layer of ours."""
        reader = self._readers.get(func)
        if reader is None:
            return None, None
        activations = {id(origin.tensor): origin.shape for origin in inputs}

        def described(value: Any) -> Any:
            if isinstance(value, Tensor):
                known = activations.get(id(value))
                return known or (Weight if id(value) in self._parameters else tuple)(value.shape)
            if type(value) in _LISTS:
                return tuple(map(described, value))
            return value

        try:
            layer = reader(*map(described, args), **{name: described(value) for name, value in kwargs.items()})
        except (TypeError, DesignError):
            return None, None  # a form of the call that the layer does not cover
        if layer is None or len(inputs) != (layer.arity or max(2, len(inputs))):
            return None, None
        # the batch in front and the numbers in the usual order: then the formula is all there is to the answer
        if not self._by_formula or layer.strided or not all([origin.blank.usual for origin in inputs]):
            return None, layer
        call = self._by_formula_of(layer, inputs)
        if func in IN_PLACE:
            if args[0] is not inputs[0].tensor or call.answers[0].output != inputs[0].shape:
                return None, layer
            call = call._replace(returns=True)
        return call, layer

    def _by_formula_of(self, layer: Layer, inputs: Sequence[Origin], path: str = "") -> Call:
        """Ask a layer; where it refuses, the error gets the path of the module."""
        shapes = [origin.shape for origin in inputs]
        try:
            answer = Answer.of(layer, shapes)
        except ShapeError as error:
            owned = bool(layer.arity == 1 and layer.weights(*shapes))
            error.node = path or self.noted.name_of(layer.kind, label_of(layer), owned=owned)
            error.kind = layer.kind
            self.refused = Refused(error.node, layer, tuple(origin.row for origin in inputs))
            raise
        blank = self._blanks.of(answer.output, inputs[0].blank.dtype)
        return Call((answer,), (blank,), returns=bool(getattr(layer, "inplace", False)))

    def _by_torch(self, func: Any, args: Any, kwargs: Any, read: Read) -> tuple[Any, int]:
        """Torch's own answer on the meta device and the multiply–accumulates of one example.

        Raises:
            ShapeError: torch refuses.
        """
        on_meta, named = self._on_meta((args, dict(kwargs)))
        try:
            result, macs = counted(func, on_meta, named)
        except RuntimeError as error:
            if not read.inputs or asks_for_values(error):
                raise
            raise self._refused(func, args, error) from error
        # what has no batch, a product of weights, is done once
        batched = any(size % self.batch == 0 for tensor in tensors_of(result) for size in tensor.shape if size)
        return result, macs // self.batch if batched and macs % self.batch == 0 else macs

    def _refused(self, func: Any, args: tuple[Any, ...], error: RuntimeError) -> ShapeError:
        """What torch refused, as a sentence with the numbers of one example."""
        tensors = list(tensors_of(args))
        problem = torchs_refusal(func, args, [self.example(tensor.shape) for tensor in tensors], error, self.batch)
        mixing = next(filter(None, map(self.mixed, tensors)), "")
        if mixing:
            problem += f"; {mixing} mixed the examples of the batch, which flatten(1) or view(x.size(0), -1) would not"
        here = self.noted.frames[-1].path
        return ShapeError(problem, node=here, kind="" if here else spoken(func))

    def _answers(
        self,
        func: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        read: Read,
        outputs: Sequence[Tensor],
        macs: int,
        layer: Layer | None,
    ) -> tuple[Answer, ...]:
        """The rows of a call that torch answered.

        Args:
            func, args, kwargs, read: the call and the tensors it reads.
            outputs, macs: what torch gave.
            layer: the layer that the call looks like, if any.
        """
        shapes = [origin.shape for origin in read.inputs]
        if not outputs or not (shapes or macs):
            return ()  # among weights and constants, only their products are work that every forward does
        if func in SPLITTING and shapes and (parts := self._parts(args, kwargs, read.inputs[0], outputs)):
            return parts
        output = self.example(outputs[0].shape)
        if layer is not None and not (len(outputs) == 1 and _gives(layer, shapes, output)):
            layer = None  # with the batch folded in it need not be what it looks like
        if layer is None and func in RESHAPING and len(outputs) == 1 and shapes:
            layer = reshaped(shapes[0], output)
        kind = layer.kind if layer is not None else spoken(func)
        label = label_of(layer) if layer is not None else kind.strip("_").lower()
        return (Answer.by_torch(layer, kind, shapes, output, macs, label),)

    def _parts(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], origin: Origin, outputs: Sequence[Tensor]
    ) -> tuple[Answer, ...]:
        """An answer for each part of a chunk or a split; none where the batch is not the first dimension."""
        sizes = origin.tensor.shape
        dim = kwargs.get("dim", args[2] if len(args) > 2 else 0) % len(sizes)
        if sizes != (self.batch, *origin.shape) or dim == 0:
            return ()
        lengths = [part.shape[dim] for part in outputs]
        starts = [sum(lengths[:number]) for number in range(len(lengths))]
        parts = [Narrow(dim, start, length) for start, length in zip(starts, lengths, strict=True)]
        return tuple([Answer.of(part, [origin.shape]) for part in parts])


def _path(site: Site) -> str:
    """The path of a module that was just called, with the number of the call where it is not the first."""
    return f"{site.path}#{site.calls}" if site.calls > 1 and site.path else site.path


def _gives(layer: Layer, shapes: Sequence[Shape], output: Shape) -> bool:
    try:
        return layer.output_shape(*shapes) == output
    except ShapeError:
        return False


def _is_flat(item: Any) -> bool:
    return item is None or isinstance(item, Tensor)


def _repeatable(func: Any, call: Call, result: Any, read: Read) -> bool:
    """Whether torch's outcome can be given again to other tensors that are alike: nothing but fresh tensors came out."""
    if call.kind not in (None, tuple, list, type(None)) or (
        call.kind in (tuple, list) and not all(map(_is_flat, result))
    ):
        return False
    outputs = list(tensors_of(result))
    given = [origin.tensor for origin in (*read.inputs, *read.others)]
    if not all([type(tensor) is Tensor and tensor.is_meta for tensor in outputs]):
        return False
    if call.returns:
        return call.outputs[0] is (read.inputs or read.others)[0].blank  # its shape was not written to
    if result is None:
        return func is Tensor.__setitem__
    return func not in IN_PLACE and not any([tensor is one for tensor in outputs for one in (*given, *read.strangers)])


def _global_hooks() -> bool:
    """Whether hooks for all modules are registered; then every forward must run, for they may change its output."""
    return bool(torch_module._global_forward_hooks or torch_module._global_forward_pre_hooks)
