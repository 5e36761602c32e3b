"""Run a model's own forward once on stand-ins that have a shape and no data, and note every operation.

The stand-ins are tensors on the meta device. What a layer of ours knows is answered by its formula, and torch's kernel
is skipped: a module of torch.nn that was not tampered with (`leaves`), and a call of a torch function that a layer
reads (`cnnshapes.layers.READERS`), which a torch function mode catches. Any other call runs on the meta device, and its
row says that torch answered.

The batch of the stand-ins is a prime that divides no size of the model, so it can be told apart in any shape, and the
shape of one example is what is left without it.
"""

from __future__ import annotations

import functools
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn.modules import module as torch_module
from torch.overrides import TorchFunctionMode

from cnnshapes import receptive_field
from cnnshapes.bridge.computing import computed
from cnnshapes.bridge.failing import asks_for_values
from cnnshapes.bridge.functions import (
    ARRANGING,
    IN_PLACE,
    READING,
    RESHAPING,
    SILENT,
    SPLITTING,
    VALUES,
    readers,
    spoken,
)
from cnnshapes.bridge.leaves import layer_of, leaf_classes
from cnnshapes.bridge.survey import Site, Survey
from cnnshapes.errors import DesignError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.axes import Narrow
from cnnshapes.layers.base import Weight, written
from cnnshapes.layers.reshaping import Reshape, reshaped
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row

META: Final = torch.device("meta")
_ABSENT: Final = object()
_NONE: Final[frozenset[int]] = frozenset()
_PLAIN: Final[frozenset[type]] = frozenset((int, float, bool, str, type(None)))


class Answer(NamedTuple):
    """What the formulas, or else torch, say of one operation on inputs of given shapes."""

    layer: Layer | None
    kind: str
    output: Shape
    macs: int
    weights: Mapping[str, Shape]
    label: str
    fields: dict[tuple[ReceptiveField, ...], ReceptiveField] | None = None
    """Receptive fields of the output by those of the inputs, as far as they are known; None where torch answered."""
    passes: bool = False
    """It leaves the receptive field as it is."""

    @classmethod
    def of(cls, layer: Layer, shapes: Sequence[Shape]) -> Answer:
        """Ask the layer.

        Raises:
            ShapeError: it cannot be computed.
        """
        output = layer.output_shape(*shapes)
        weights = layer.weights(*shapes)
        passes = len(shapes) == 1 and type(layer).receptive_field is Layer.receptive_field
        return cls(layer, layer.kind, output, layer.macs(output, *shapes), weights, label_of(layer), {}, passes)


class Origin(NamedTuple):
    """What is known of a tensor.

    Attributes:
        row: the operation it came from, "" for what was made of weights and constants alone.
        shape: the shape of one example.
        field: that operation's receptive field, None where it sees no input.
        parameters: ids of the parameters it was made of, where that was no row of its own.
        dtype: the type of its numbers, where it is `usual`.
        usual: the batch is its first dimension, and its numbers lie in order and are of the model's real type, so that
            a formula is all there is to say.
    """

    row: str
    shape: Shape
    field: ReceptiveField | None = None
    parameters: frozenset[int] = frozenset()
    dtype: torch.dtype | None = None
    usual: bool = False


class Refused(NamedTuple):
    """The operation that a layer refused: its name, the layer, and the rows it reads."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


class Frame:
    """A module that is running: its path, with the number of its call, and how many rows of each kind it has made."""

    __slots__ = ("named", "path", "rows", "site")

    def __init__(self, site: Site, path: str) -> None:
        self.site = site
        self.path = path
        self.rows: Counter[str] = Counter()
        self.named = False


_answers: dict[Any, Answer] = {}
KEPT: Final = 20_000
"""Answers kept between models; they are small, and a model of a thousand layers has some hundred different ones."""


class Tracer(TorchFunctionMode):
    """Notes the operations of one forward pass.

    Args:
        survey: of the model that will run.
        batch: the size of the stand-ins' batch.
        by_formula: False has torch answer every call, which is what `check` holds the formulas against.

    Attributes:
        rows: the operations so far by name, in the order they ran.
        failed_in: the path of the module that raised first.
        refused: the operation that could not be computed, None where no layer said so.
        uncounted: the parameters that no operation has used yet, by id.
    """

    def __init__(self, survey: Survey, batch: int, *, by_formula: bool = True) -> None:
        super().__init__()
        self.rows: dict[str, Row] = {}
        self.batch = batch
        self.failed_in = ""
        self.refused: Refused | None = None
        self.uncounted = dict(survey.parameters)
        self._sites = survey.sites
        self._parameters = survey.parameters
        self._dtype = None if survey.dtype.is_complex else survey.dtype  # torch counts complex numbers its own way
        self._buffers = survey.buffers
        self._by_formula = by_formula
        self._skips_modules = by_formula and not _global_hooks()
        self._readers = readers()
        self._bases: dict[Any, Tensor] = {}
        self._stand_ins: dict[int, tuple[Tensor, Tensor]] = {}
        self._origins: dict[int, tuple[Tensor, Origin]] = {}
        self._frames = [Frame(survey.sites[0], "")]
        self._thread = threading.get_ident()

    # ---- stand-ins ------------------------------------------------------------------------------------------------

    def stand_in(self, shape: Shape, dtype: torch.dtype, name: str, field: ReceptiveField | None) -> Tensor:
        """A tensor of a batch of examples without data, known as the output of row `name`."""
        tensor = torch.empty((self.batch, *shape), dtype=dtype, device=META)
        self._remember(tensor, Origin(name, shape, field, dtype=dtype, usual=dtype == self._dtype))
        return tensor

    def _blank(self, shape: Shape, dtype: torch.dtype | None) -> Tensor:
        """A fresh tensor of a batch; a detached alias of one kept for the shape, which torch makes fastest."""
        key = (shape, dtype)
        base = self._bases.get(key)
        if base is None:
            base = self._bases[key] = torch.empty((self.batch, *shape), dtype=dtype, device=META)
        return base.detach()

    def _remember(self, tensor: Tensor, origin: Origin) -> None:
        self._origins[id(tensor)] = (tensor, origin)  # the tensor too, so that its id stays its own

    def _origin(self, tensor: Tensor) -> Origin | None:
        known = self._origins.get(id(tensor))
        if known is not None:
            return known[1]
        if id(tensor) in self._parameters:
            return Origin("", tuple(tensor.shape), None, frozenset({id(tensor)}))
        return None

    def _is_models(self, tensor: Tensor) -> bool:
        return id(tensor) in self._parameters or id(tensor) in self._buffers

    def example(self, shape: Sequence[int]) -> Shape:
        """The shape of one example: without the batch, or with what was folded into it."""
        if shape and shape[0] == self.batch:
            return tuple(shape[1:])
        for axis, size in enumerate(shape):
            if size == self.batch:
                return (*shape[:axis], *shape[axis + 1 :])
            if size % self.batch == 0 and size:
                return (*shape[:axis], size // self.batch, *shape[axis + 1 :])
        return tuple(shape)

    def mixed(self, tensor: Tensor) -> str:
        """The row that gave a tensor whose first dimension holds the batch together with something else; else ""."""
        first = tensor.shape[0] if tensor.shape else 0
        origin = self._origin(tensor)
        return origin.row if origin is not None and first > self.batch and first % self.batch == 0 else ""

    # ---- modules --------------------------------------------------------------------------------------------------

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Let every call of the model's modules come by here.

        `torch.nn.Module` calls `_compiled_call_impl` where a module has one, which is how `Module.compile` steps in
        front of it; for the time of one pass this does. No class is touched, so other models notice nothing.
        """
        states = [site.module.__dict__ for site in self._sites]
        before = [state.get("_compiled_call_impl", _ABSENT) for state in states]
        try:
            for site, state in zip(self._sites, states, strict=True):
                state["_compiled_call_impl"] = functools.partial(self.call, site)
            with self:
                yield
        finally:
            for state, call in zip(states, before, strict=True):
                if call is _ABSENT:
                    state.pop("_compiled_call_impl", None)
                else:
                    state["_compiled_call_impl"] = call

    def call(self, site: Site, *args: Any, **kwargs: Any) -> Any:
        """Run a module, or answer for it where it is a layer of ours."""
        if threading.get_ident() != self._thread:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        path = site.path
        site.calls += 1
        if site.calls > 1 and path:
            path = f"{path}#{site.calls}"
        if self._skips_modules and site.arguments is not None and len(args) == 1 and not kwargs:
            result = self._leaf(site, path, args[0])
            if result is not None:
                return result
        self._frames.append(Frame(site, path))
        try:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        except Exception:
            self.failed_in = self.failed_in or path
            raise
        finally:
            self._frames.pop()

    def _leaf(self, site: Site, path: str, tensor: Any) -> Tensor | None:
        """The output of a module of torch.nn by its layer's formula, None where its forward must run."""
        known = self._origins.get(id(tensor))
        if known is None or path in self.rows or not path:
            return None
        origin = known[1]
        if not (origin.usual and origin.row):
            return None
        module = site.module
        try:
            key = (type(module), site.arguments(module), origin.shape, site.biased)  # type: ignore[misc]
            answer = _answers.get(key)
        except (AttributeError, TypeError):  # an attribute deleted or made unhashable
            return None
        if answer is None:
            with torch._C.DisableTorchFunction():
                layer = layer_of(module)
                if layer is None:
                    return None
                answer = self._asked(layer, [origin], key, path)
        if site.weights != answer.weights:
            return None  # its weights were replaced; its forward knows
        result: Tensor
        if module.__dict__.get("inplace"):
            result = tensor
        else:
            with torch._C.DisableTorchFunction():
                result = self._blank(answer.output, origin.dtype)
        self._enter(path, answer, (origin,), (result,), site.own, origin.dtype)
        return result

    # ---- functions ------------------------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if not kwargs and (result := self._known_call(func, args)) is not None:
            return result
        kwargs = kwargs or {}
        if func in READING:
            return func(*args, **kwargs)
        tensors = list(_tensors((args, kwargs) if kwargs else args))
        known = [(tensor, origin) for tensor in tensors if (origin := self._origin(tensor)) is not None]
        inputs = [(tensor, origin) for tensor, origin in known if origin.row]
        if not inputs:
            return self._aside(func, args, kwargs, tensors, known)
        answer, layer = self._answer(func, args, kwargs, inputs)
        if answer is not None:
            macs, layer = answer.macs, answer.layer
            in_place = func in IN_PLACE or getattr(layer, "inplace", False)
            dtype = inputs[0][1].dtype
            result = inputs[0][0] if in_place else self._blank(answer.output, dtype)
        else:
            dtype = None
            result, macs = self._by_torch(func, args, kwargs, layer, inputs)
            if layer is not None and not self._is(layer, inputs, result):
                layer = None
            if layer is None and func in RESHAPING and isinstance(result, Tensor):
                layer = reshaped(inputs[0][1].shape, self.example(result.shape))
                if isinstance(layer, Reshape) and not inputs[0][0].shape[:1] == result.shape[:1] == (self.batch,):
                    layer = None  # the batch was rearranged too
        outputs = tuple(_tensors(result))
        if func in SPLITTING and self._split(args, kwargs, *inputs[0], outputs):
            return result
        if func in SILENT and len(outputs) == 1 and self.example(outputs[0].shape) == inputs[0][1].shape:
            same = inputs[0][1]._replace(dtype=outputs[0].dtype, usual=self._usual(outputs[0]))
            self._remember(outputs[0], same)
        elif outputs:
            used = frozenset().union(*(origin.parameters for _, origin in known))
            if answer is None:
                shapes = [origin.shape for _, origin in inputs]
                kind = layer.kind if layer is not None else spoken(func)
                label = label_of(layer) if layer is not None else kind.strip("_").lower()
                weights = layer.weights(*shapes) if layer is not None else {}
                answer = Answer(layer, kind, self.example(outputs[0].shape), macs, weights, label)
            name = self._weights_name(layer, used) or self._name(
                answer.kind, answer.label, owned=not used.isdisjoint(self._frames[-1].site.own)
            )
            self._enter(name, answer, [origin for _, origin in inputs], outputs, used, dtype)
        return result

    def _known_call(self, func: Any, args: tuple[Any, ...]) -> Tensor | None:
        """The shortest way for what was answered before on nothing but activations and plain values: `x + y`."""
        inputs: list[Origin] = []
        plain: list[Any] = []
        for value in args:
            known = self._origins.get(id(value))
            if known is not None:
                origin = known[1]
                if not (origin.usual and origin.row):
                    return None
                inputs.append(origin)
                plain.append(origin.shape)
            elif type(value) in _PLAIN:
                plain.append(value)
            else:
                return None
        answer = _answers.get((func, tuple(plain), (), len(inputs))) if inputs and self._by_formula else None
        if answer is None or func in SILENT:
            return None
        in_place = func in IN_PLACE or getattr(answer.layer, "inplace", False)
        result: Tensor = args[0] if in_place else self._blank(answer.output, inputs[0].dtype)
        name = self._name(answer.kind, answer.label, owned=False)
        self._enter(name, answer, inputs, (result,), (), inputs[0].dtype)
        return result

    def _is_weight(self, tensor: Tensor) -> bool:
        """Whether a tensor is a parameter, or all of one in another shape: `gamma.view(1, -1, 1, 1)`."""
        origin = self._origin(tensor)
        if origin is None or origin.row or len(origin.parameters) != 1:
            return False
        (key,) = origin.parameters
        return tensor.numel() == self._parameters[key].numbers

    def _is(self, layer: Layer, inputs: Sequence[tuple[Tensor, Origin]], result: Any) -> bool:
        """Whether a call that torch answered is the layer it looks like: with the batch folded in it need not be."""
        outputs = list(_tensors(result))
        try:
            output = layer.output_shape(*(origin.shape for _, origin in inputs))
        except ShapeError:
            return False
        return len(outputs) == 1 and output == self.example(outputs[0].shape)

    def _split(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], tensor: Tensor, origin: Origin, parts: Sequence[Tensor]
    ) -> bool:
        """Enter a row for each part of a chunk or a split; False where the batch is not the first dimension."""
        if not parts or tensor.shape != (self.batch, *origin.shape):
            return False
        dim = kwargs.get("dim", args[2] if len(args) > 2 else 0) % tensor.dim()
        if dim == 0:
            return False
        start = 0
        for part in parts:
            length = part.shape[dim]
            answer = Answer.of(Narrow(dim, start, length), [origin.shape])
            self._enter(self._name(answer.kind, answer.label, owned=False), answer, (origin,), (part,), ())
            start += length
        return True

    def _answer(
        self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: Sequence[tuple[Tensor, Origin]]
    ) -> tuple[Answer | None, Layer | None]:
        """What the formulas say of a call, and the layer it is; no answer where torch must say, no layer of ours."""
        reader = self._readers.get(func)
        if reader is None:
            return None, None
        activations = {id(tensor): origin.shape for tensor, origin in inputs}

        def described(value: Any) -> Any:
            if isinstance(value, Tensor):
                known = activations.get(id(value))
                return known or (Weight if self._is_weight(value) else tuple)(value.shape)
            if type(value) in (list, tuple, torch.Size):
                return tuple(map(described, value))
            return value

        plain = tuple(map(described, args))
        named = {name: described(value) for name, value in kwargs.items()} if kwargs else {}
        # the batch in front and the elements in the usual order: then the formula is all there is to the answer
        usual = self._by_formula and all(origin.usual for _, origin in inputs)
        key = (func, plain, tuple(named.items()), len(inputs)) if usual else None
        try:
            answer = _answers.get(key) if usual else None
        except TypeError:
            key = answer = None
        if answer is not None:
            return answer, answer.layer
        try:
            layer = reader(*plain, **named)
        except (TypeError, DesignError):
            return None, None  # a form of the call that the layer does not cover
        if layer is None or len(inputs) != (layer.arity or max(2, len(inputs))):
            return None, None
        usual = usual and not layer.strided
        return (self._asked(layer, [origin for _, origin in inputs], key) if usual else None), layer

    def _asked(self, layer: Layer, inputs: Sequence[Origin], key: Any, path: str = "") -> Answer:
        """Ask a layer and keep the answer; where it refuses, the error gets the path of the module."""
        shapes = [origin.shape for origin in inputs]
        try:
            answer = Answer.of(layer, shapes)
        except ShapeError as error:
            owned = bool(layer.arity == 1 and layer.weights(*shapes))
            error.node = path or self._name(layer.kind, label_of(layer), owned)
            error.kind = layer.kind
            self.refused = Refused(error.node, layer, tuple(origin.row for origin in inputs))
            raise
        if key is not None:
            if len(_answers) >= KEPT:
                _answers.clear()
            _answers[key] = answer
        return answer

    def _by_torch(
        self, func: Any, args: Any, kwargs: Any, layer: Layer | None, inputs: Sequence[tuple[Tensor, Origin]]
    ) -> tuple[Any, int]:
        """Torch's own answer on the meta device and the multiply–accumulates of one example.

        Raises:
            ShapeError: torch refuses; where the layer that the call looks like does so too, in the layer's words.
        """
        on_meta, named = self._on_meta((args, kwargs))
        try:
            result, macs = computed(func, on_meta, named)
        except RuntimeError as error:
            if asks_for_values(error):
                raise
            if layer is not None and all(tensor.shape == (self.batch, *origin.shape) for tensor, origin in inputs):
                self._asked(layer, [origin for _, origin in inputs], None)
            raise self._refused(func, args, error) from error
        return result, self._per_example(macs, result)

    def _per_example(self, macs: int, result: Any) -> int:
        """Multiply–accumulates of one example; what has no batch, a product of weights, is done once."""
        batched = any(size % self.batch == 0 for tensor in _tensors(result) for size in tensor.shape if size)
        return macs // self.batch if batched and macs % self.batch == 0 else macs

    def _refused(self, func: Any, args: tuple[Any, ...], error: RuntimeError) -> ShapeError:
        """What torch refused, as a sentence with the numbers of one example."""
        tensors = list(_tensors(args))
        shapes = [self.example(tensor.shape) for tensor in tensors]
        problem = self._misarranged(func, args, shapes[0]) if func in ARRANGING else ""
        if not problem:
            said = self.in_words(str(error).splitlines()[0].strip(" ."))
            problem = f"torch refuses {spoken(func)} of {' and '.join(map(written, shapes))}: {said}"
            if "scalar types: Long" in said or "IntTensor" in said:
                problem += '; give its input whole numbers, dtype="int64"'
        mixed = [origin.row for tensor in tensors if (origin := self._origin(tensor)) and self.mixed(tensor)]
        if mixed and mixed[0]:
            problem += (
                f"; {mixed[0]} mixed the examples of the batch, which flatten(1) or view(x.size(0), -1) would not"
            )
        return ShapeError(problem, node=self.here, kind="" if self.here else spoken(func))

    def _misarranged(self, func: Any, args: tuple[Any, ...], shape: Shape) -> str:
        """What is wrong with the sizes of a `view` or `reshape`; "" where it is something else."""
        sizes = args[1] if len(args) == 2 and isinstance(args[1], (tuple, list)) else args[1:]
        if not all(isinstance(size, int) for size in sizes):
            return ""
        numbers, asked = prod(shape), prod(size for size in sizes[1:] if size > 0)
        call = f"{spoken(func)}({', '.join('batch' if size == self.batch else str(size) for size in sizes)})"
        found = f"{call} does not fit: {numbers} numbers of each example reach it"
        if type(sizes[0]) is int and sizes[0] not in (-1, self.batch) and asked == numbers:
            return f"{call} fixes the batch at {sizes[0]}; write x.size(0) or -1 there"
        if asked == numbers or (-1 in sizes[1:] and asked and numbers % asked == 0):
            return (
                f"{call} cannot be: the numbers do not lie in this order in memory; use reshape, or contiguous() before"
            )
        if len(sizes) == 2:
            return f"{found}, so it must be {call.split(',', maxsplit=1)[0]}, {numbers})"
        sizes_asked = "·".join(str(size) for size in sizes[1:] if size > 0)
        product = f"{sizes_asked} = {asked}" if "·" in sizes_asked else sizes_asked
        return f"{found}, and {numbers} is not {'a multiple of ' if -1 in sizes[1:] else ''}{product}"

    def in_words(self, message: str) -> str:
        """A message of torch's with the stand-ins' batch called by that name."""
        return re.sub(r"\d+", self._spoken_size, message)

    def _spoken_size(self, match: re.Match[str]) -> str:
        """A number in a message of torch: `batch·144` for what is a multiple of the stand-ins' batch."""
        times, rest = divmod(int(match[0]), self.batch)
        return match[0] if rest or not times else "batch" if times == 1 else f"batch·{times}"

    def _aside(
        self,
        func: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        tensors: Sequence[Tensor],
        known: Sequence[tuple[Tensor, Origin]],
    ) -> Any:
        """A call that reads no activation: among weights, buffers and constants."""
        changes = func in IN_PLACE and any(map(self._is_models, tensors))
        if func in VALUES or not (known or changes or any(tensor.is_meta for tensor in tensors)):
            return func(*args, **kwargs)
        result, macs = computed(func, *self._on_meta((args, kwargs)))
        macs = self._per_example(macs, result)
        used = frozenset().union(*(origin.parameters for _, origin in known))
        outputs = tuple(_tensors(result))
        if macs and outputs:  # a product of weights is work that every forward does, so it has a row
            kind = spoken(func)
            answer = Answer(None, kind, self.example(outputs[0].shape), macs, {}, kind.strip("_").lower())
            self._enter(self._name(kind, answer.label, owned=False), answer, (), outputs, used)
        else:
            for tensor in outputs:
                self._remember(tensor, Origin("", tuple(tensor.shape), None, used))
        return result

    def _on_meta(self, value: Any) -> Any:
        """The same arguments with every tensor on the meta device; the model's own are never touched."""
        if isinstance(value, Tensor):
            if value.is_meta and not self._is_models(value):
                return value
            known = self._stand_ins.get(id(value))
            if known is None:
                empty = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device=META)
                known = self._stand_ins[id(value)] = (value, empty)  # the value too, so that its id stays its own
            return known[1]
        if isinstance(value, (list, tuple)):
            changed = [self._on_meta(item) for item in value]
            return type(value)(*changed) if hasattr(value, "_fields") else type(value)(changed)
        if isinstance(value, dict):
            return {name: self._on_meta(item) for name, item in value.items()}
        return META if isinstance(value, torch.device) else value

    # ---- rows -----------------------------------------------------------------------------------------------------

    @property
    def here(self) -> str:
        """The path of the module that is running, "" at the top."""
        return self._frames[-1].path

    def _weights_name(self, layer: Layer | None, used: Iterable[int]) -> str:
        """The name of the one weight of a layer that is a function in torch, "" for any other or where it is taken."""
        if layer is None or not layer.torch_function:
            return ""
        names = [self._parameters[key].name for key in used]
        return names[0] if len(names) == 1 and names[0] not in self.rows else ""

    def _name(self, kind: str, label: str, owned: bool) -> str:
        """The module's path for the operation that the module stands for, `path.relu1` for any other."""
        frame = self._frames[-1]
        if frame.path and not frame.named and frame.path not in self.rows:
            module = frame.site.module
            plain = type(module) in leaf_classes() and not frame.site.weights  # ReLU6 calls hardtanh
            if owned or plain or kind == getattr(module, "kind", type(module).__name__):
                frame.named = True
                return frame.path
        while True:
            frame.rows[label] += 1
            name = f"{label}{frame.rows[label]}"
            if frame.path:
                name = f"{frame.path}.{name}"
            if name not in self.rows:
                return name

    def _enter(
        self,
        name: str,
        answer: Answer,
        inputs: Sequence[Origin],
        outputs: Sequence[Tensor],
        weights: Iterable[int],
        dtype: torch.dtype | None = None,
    ) -> None:
        """Enter a row and remember its outputs; a parameter counts on the first row that uses it.

        `dtype` is given where the output is one of `_blank`, about which there is nothing to find out.
        """
        params = trainable = 0
        for key in weights:
            parameter = self.uncounted.pop(key, None)
            if parameter is not None:
                params += parameter.numbers
                trainable += parameter.numbers if parameter.trains else 0
        shapes = tuple([origin.shape for origin in inputs])
        field = inputs[0].field if answer.passes else self._field(answer, inputs, shapes)
        self.rows[name] = Row(
            name,
            answer.kind,
            tuple([origin.row for origin in inputs]),
            shapes,
            answer.output,
            params,
            trainable,
            answer.macs,
            field or ReceptiveField(()),
            answer.layer,
            answer.weights,
            (),
            self.rows,
        )
        if dtype is not None:
            origin = tuple.__new__(Origin, (name, answer.output, field, _NONE, dtype, True))  # at half the time
            self._origins[id(outputs[0])] = (outputs[0], origin)
            return
        for number, tensor in enumerate(outputs):
            shape = answer.output if number == 0 else self.example(tensor.shape)
            self._remember(tensor, Origin(name, shape, field, _NONE, tensor.dtype, self._usual(tensor)))

    def _usual(self, tensor: Tensor) -> bool:
        return tensor.shape[:1] == (self.batch,) and tensor.is_contiguous() and tensor.dtype == self._dtype

    def _field(self, answer: Answer, inputs: Sequence[Origin], shapes: Sequence[Shape]) -> ReceptiveField | None:
        fields = tuple([origin.field for origin in inputs if origin.field is not None])
        if not fields:
            return None
        if answer.fields is None or answer.layer is None or len(fields) != len(shapes):
            return self._bound(answer, fields, shapes)
        known = answer.fields.get(fields)
        if known is None:
            known = answer.fields[fields] = answer.layer.receptive_field(fields, shapes, answer.output)
        return known

    def _bound(self, answer: Answer, fields: Sequence[ReceptiveField], shapes: Sequence[Shape]) -> ReceptiveField:
        """The receptive field of what only torch knows, or of what reads something besides the picture."""
        if answer.layer is not None and len(fields) == len(shapes):
            return answer.layer.receptive_field(fields, shapes, answer.output)
        merged = receptive_field.merged(fields, answer.output)
        if all(shape[1:] == answer.output[1:] for shape in shapes):
            return merged
        return receptive_field.of_all_positions(merged, shapes[0])._replace(exact=False)


def label_of(layer: Layer) -> str:
    """What the rows of a kind of layer are called before a number, where no module gives them a name."""
    return layer.node_name(0).removesuffix("0")


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)


def _global_hooks() -> bool:
    """Whether hooks for all modules are registered; then every forward must run, for they may change its output."""
    return bool(torch_module._global_forward_hooks or torch_module._global_forward_pre_hooks)


def marking_batch(numbers: Iterable[int]) -> int:
    """A prime that divides none of these numbers, so that a batch of it is recognised in any shape."""
    return next((prime for prime in _PRIMES if all(number % prime for number in numbers)), 999_983)


_PRIMES = [number for number in range(101, 1000) if all(number % divisor for divisor in range(2, 32))]
