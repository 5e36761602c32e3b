"""Run a model's own forward once on stand-ins that have a shape and no data, and note every operation.

The stand-ins are tensors on the meta device. Under a torch function mode each call of torch passes through here: a call
that a layer knows (`cnnshapes.layers.READERS`) is answered by the layer's formula and torch's kernel is skipped; any
other runs on the meta device and its row says that torch answered. Modules only lend their names.

The batch of the stand-ins is a prime that divides no size of the model, so it can be told apart in any shape, and the
shape of one example is what is left without it.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from cnnshapes import receptive_field
from cnnshapes.bridge.functions import IN_PLACE, QUIET, READING, RESHAPING, SILENT, VALUES, readers, spoken
from cnnshapes.errors import DesignError, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.base import written
from cnnshapes.layers.reshaping import reshaped
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.report import Row


class Origin(NamedTuple):
    """What a stand-in knows of itself: the row it came from, its receptive field, the parameters it was made of."""

    row: str
    field: ReceptiveField | None
    parameters: frozenset[int] = frozenset()


@dataclass(slots=True)
class Call:
    """A module that is being called: its path, how often it was called before, how many rows it has made."""

    module: nn.Module
    path: str
    rows: Counter[str]
    named: bool = False


class Tracer(TorchFunctionMode):
    """Notes the operations of one forward pass.

    Attributes:
        rows: the operations so far, by name, in the order they ran.
        batch: the size of the stand-ins' batch.
    """

    # by_formula=False lets torch answer every call, which is what `check` holds the formulas against

    def __init__(self, model: nn.Module, batch: int, *, by_formula: bool = True) -> None:
        super().__init__()
        self._by_formulas = by_formula
        self.rows: dict[str, Row] = {}
        self.batch = batch
        self._paths = {id(module): path for path, module in model.named_modules()}
        self._parameters = {id(parameter): parameter for parameter in model.parameters()}
        self._model_tensors = {**self._parameters, **{id(buffer): buffer for buffer in model.buffers()}}
        self._stand_ins: dict[int, Tensor] = {}
        self._uncounted = dict(self._parameters)
        self._origins: dict[int, tuple[Tensor, Origin]] = {}
        self._calls: list[Call] = [Call(model, "", Counter())]
        self._times_called: Counter[str] = Counter()

    # ---- stand-ins ------------------------------------------------------------------------------------------------

    def stand_in(self, shape: Shape, dtype: torch.dtype, name: str, field: ReceptiveField) -> Tensor:
        """A tensor of a batch of examples without data, known as the output of row `name`."""
        tensor = torch.empty((self.batch, *shape), dtype=dtype, device="meta")
        return self._remember(tensor, Origin(name, field))

    def _remember(self, tensor: Tensor, origin: Origin) -> Tensor:
        self._origins[id(tensor)] = (tensor, origin)  # the tensor too, so that its id stays its own
        return tensor

    def _origin(self, tensor: Tensor) -> Origin | None:
        known = self._origins.get(id(tensor))
        if known is not None:
            return known[1]
        if id(tensor) in self._parameters:
            return Origin("", None, frozenset({id(tensor)}))
        return None

    def example(self, shape: Sequence[int]) -> Shape:
        """The shape of one example: without the batch, or with what was folded into it."""
        for axis, size in enumerate(shape):
            if size == self.batch:
                return (*shape[:axis], *shape[axis + 1 :])
            if size % self.batch == 0 and size:
                return (*shape[:axis], size // self.batch, *shape[axis + 1 :])
        return tuple(shape)

    def parameters_used(self) -> Mapping[int, Tensor]:
        """The parameters that no operation has used."""
        return self._uncounted

    # ---- modules --------------------------------------------------------------------------------------------------

    @contextmanager
    def inside(self, module: nn.Module) -> Iterator[None]:
        """While a module runs, its rows carry its path."""
        path = self._paths.get(id(module))
        if path is None:  # a module made on the fly has its class's name
            path = ".".join(filter(None, (self._calls[-1].path, type(module).__name__)))
        self._times_called[path] += 1
        times = self._times_called[path]
        shown = f"{path}#{times}" if times > 1 and path else path
        self._calls.append(Call(module, shown, Counter()))
        try:
            yield
        finally:
            self._calls.pop()

    @property
    def here(self) -> str:
        """The path of the module that is running, "" at the top."""
        return self._calls[-1].path

    def _name(self, kind: str, label: str, owned: bool) -> str:
        """The module's path for the operation that the module stands for, `path.relu1` for any other."""
        call = self._calls[-1]
        stands_for = getattr(call.module, "kind", type(call.module).__name__)
        if call.path and not call.named and (owned or kind == stands_for):
            call.named = True
            return call.path
        while True:
            call.rows[label] += 1
            name = ".".join(filter(None, (call.path, f"{label}{call.rows[label]}")))
            if name not in self.rows:
                return name

    # ---- operations -----------------------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in READING:
            return func(*args, **kwargs)
        tensors = list(_tensors((args, kwargs)))
        known = [(tensor, origin) for tensor in tensors if (origin := self._origin(tensor)) is not None]
        inputs = [(tensor, origin) for tensor, origin in known if origin.row]
        if not inputs:
            return self._aside(func, args, kwargs, tensors, known)
        used = frozenset().union(*(origin.parameters for _, origin in known))
        layer = self._layer(func, args, kwargs, inputs)
        if layer is not None and self._by_formulas and self._plain(inputs):
            output = self._by_formula(layer, inputs)
            dtype = inputs[0][0].dtype
            result = torch.empty((self.batch, *output), dtype=dtype, device="meta")
            if func in IN_PLACE or getattr(layer, "inplace", False):
                result = inputs[0][0]
            macs = layer.macs(output, *(self.example(tensor.shape) for tensor, _ in inputs))
        else:
            result, macs = self._by_torch(func, args, kwargs)
            if layer is None and func in RESHAPING and isinstance(result, Tensor):
                layer = reshaped(self.example(inputs[0][0].shape), self.example(result.shape))
        self._note(func, layer, inputs, result, macs, used)
        return result

    def _layer(
        self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], inputs: Sequence[tuple[Tensor, Origin]]
    ) -> Layer | None:
        """The layer that a call is, None where no layer of ours is."""
        reader = readers().get(func)
        if reader is None:
            return None
        activations = {id(tensor) for tensor, _ in inputs}

        def described(value: Any) -> Any:
            if isinstance(value, Tensor):
                return self.example(value.shape) if id(value) in activations else tuple(value.shape)
            if isinstance(value, (list, tuple)):
                return type(value)(map(described, value)) if type(value) in (list, tuple) else value
            return value

        try:
            layer = reader(*map(described, args), **{name: described(value) for name, value in kwargs.items()})
        except (TypeError, DesignError):
            return None  # a form of the call that the layer does not cover; torch answers
        if layer is None:
            return None
        wanted = layer.arity or len(inputs)
        whole = len(inputs) == wanted and (layer.arity is not None or len(inputs) >= 2)
        return layer if whole else None

    def _plain(self, inputs: Sequence[tuple[Tensor, Origin]]) -> bool:
        """Whether the formula's answer is all there is to it: batch in front, elements in the usual order."""
        return all(tensor.shape[:1] == (self.batch,) and tensor.is_contiguous() for tensor, _ in inputs)

    def _by_formula(self, layer: Layer, inputs: Sequence[tuple[Tensor, Origin]]) -> Shape:
        shapes = [self.example(tensor.shape) for tensor, _ in inputs]
        try:
            return layer.output_shape(*shapes)
        except ShapeError as error:
            call = self._calls[-1]
            error.node = self._name(layer.kind, layer.node_name(1)[:-1], owned=bool(layer.weights(*shapes)))
            error.kind = layer.kind if error.node != call.path else type(call.module).__name__
            raise

    def _by_torch(self, func: Any, args: Any, kwargs: Any) -> tuple[Any, int]:
        """Torch's own answer on the meta device and the multiply–accumulates of one example."""
        on_meta, named = self._on_meta((args, kwargs))
        try:
            if func in QUIET:
                return func(*on_meta, **named), 0
            with CountMacs() as counted:
                result = func(*on_meta, **named)
        except RuntimeError as error:
            raise self._refused(func, args, error) from error
        return result, counted.macs // self.batch if counted.macs % self.batch == 0 else counted.macs

    def _refused(self, func: Any, args: tuple[Any, ...], error: RuntimeError) -> ShapeError:
        """What torch refused, as a sentence with the numbers of one example."""
        shapes = [self.example(tensor.shape) for tensor in _tensors(args)]
        problem = f"torch refuses {spoken(func)} of {' and '.join(map(written, shapes))}: {str(error).splitlines()[0]}"
        sizes = [size for size in args[1:] if isinstance(size, int)] or list(*args[1:2] if len(args) == 2 else ())
        if func in (Tensor.view, Tensor.reshape, torch.reshape) and sizes:
            asked = ", ".join(map(str, sizes))
            problem = f"{spoken(func)}({asked}) does not fit: {prod(shapes[0])} numbers of each example reach it"
            if len(sizes) == 2 and -1 in (sizes[0], sizes[1] if sizes[0] == self.batch else 0):
                problem += f", so it must be {spoken(func)}({sizes[0]}, {prod(shapes[0])})"
            elif len(sizes) == 2:
                problem += f"; write {prod(shapes[0])} in place of {sizes[1]}"
        return ShapeError(problem, node=self.here, kind="" if self.here else spoken(func))

    def _aside(
        self,
        func: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        tensors: Sequence[Tensor],
        known: Sequence[tuple[Tensor, Origin]],
    ) -> Any:
        """A call that reads no activation: among weights, buffers and constants."""
        ours = [tensor for tensor in tensors if id(tensor) in self._model_tensors]
        changes = func in IN_PLACE and ours
        if func in VALUES or not (known or changes or any(tensor.is_meta for tensor in tensors)):
            return func(*args, **kwargs)
        args, kwargs = self._on_meta((args, kwargs))
        if func in QUIET:
            result, macs = func(*args, **kwargs), 0
        else:
            with CountMacs() as counted:
                result = func(*args, **kwargs)
            macs = counted.macs
        used = frozenset().union(*(origin.parameters for _, origin in known))
        if macs:
            self._note(func, None, [], result, macs, used)
        else:
            for tensor in _tensors(result):
                self._remember(tensor, Origin("", None, used))
        return result

    def _on_meta(self, value: Any) -> Any:
        """The same arguments with every tensor on the meta device; the model's own are never touched."""
        if isinstance(value, Tensor):
            if value.is_meta and id(value) not in self._model_tensors:
                return value
            known = self._stand_ins.get(id(value))
            if known is None:
                known = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
                self._stand_ins[id(value)] = known
                self._origins[-id(value)] = (value, Origin("", None))  # keeps the id taken
            return known
        if isinstance(value, (list, tuple)):
            changed = [self._on_meta(item) for item in value]
            return type(value)(*changed) if hasattr(value, "_fields") else type(value)(changed)
        if isinstance(value, dict):
            return {name: self._on_meta(item) for name, item in value.items()}
        if isinstance(value, torch.device):
            return torch.device("meta")
        return value

    # ---- rows -----------------------------------------------------------------------------------------------------

    def _note(
        self,
        func: Any,
        layer: Layer | None,
        inputs: Sequence[tuple[Tensor, Origin]],
        result: Any,
        macs: int,
        used: frozenset[int],
    ) -> None:
        outputs = list(_tensors(result))
        if not outputs:
            return
        shapes = tuple(self.example(tensor.shape) for tensor, _ in inputs)
        output = self.example(outputs[0].shape)
        fields = [origin.field for _, origin in inputs if origin.field is not None]
        field = self._field(layer, fields, shapes, output)
        if func in SILENT and shapes and output == shapes[0] and len(outputs) == 1:
            self._remember(outputs[0], Origin(inputs[0][1].row, inputs[0][1].field, used))
            return
        new = [self._uncounted.pop(key) for key in used if key in self._uncounted]
        kind = layer.kind if layer is not None else spoken(func)
        label = layer.node_name(1)[:-1] if layer is not None else kind.strip("_").lower()
        owned = bool(new) and any(
            parameter is own for parameter in new for own in self._calls[-1].module._parameters.values()
        )
        name = self._name(kind, label, owned)
        row = Row(
            name=name,
            kind=kind,
            inputs=tuple(origin.row for _, origin in inputs),
            input_shapes=shapes,
            output_shape=output,
            params=sum(parameter.numel() for parameter in new),
            trainable=sum(parameter.numel() for parameter in new if parameter.requires_grad),
            macs=macs,
            receptive_field=field,
            layer=layer,
            weights=layer.weights(*shapes) if layer is not None else {},
            trail=self.rows,
        )
        self.rows[name] = row
        for tensor in outputs:
            self._remember(tensor, Origin(name, field if fields else None))

    def _field(
        self, layer: Layer | None, fields: Sequence[ReceptiveField], shapes: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        if not fields:
            return ReceptiveField(())
        if layer is not None and len(fields) == len(shapes):
            return layer.receptive_field(fields, shapes, output)
        merged = receptive_field.merged(fields, output[1:])
        if all(shape[1:] == output[1:] for shape in shapes):
            return merged
        return receptive_field.of_all_positions(merged, shapes[0][1:])._replace(exact=False)


class CountMacs(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the multiply–accumulates of the kernels that run inside, by torch's own formulas."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.macs = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        formula = flop_registry.get(func._overloadpacket)
        if formula is None and func is not torch.ops.prim.device.default:
            with self:  # an operation made of others is counted by them
                parts = func.decompose(*args, **kwargs)
            if parts is not NotImplemented:
                return parts
        result = func(*args, **kwargs)
        if formula is not None:
            self.macs += formula(*args, **kwargs, out_val=result) // 2
        return result


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)


# ---- which module runs: its __call__ is watched while a tracer is at work in this thread ---------------------------

_active = threading.local()
_lock = threading.Lock()
_watchers = 0
_original: Callable[..., Any] = nn.Module.__call__


@functools.wraps(_original)
def _watched(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
    tracer: Tracer | None = getattr(_active, "tracer", None)
    if tracer is None:
        return _original(module, *args, **kwargs)
    with tracer.inside(module):
        return _original(module, *args, **kwargs)


@contextmanager
def watching(tracer: Tracer) -> Iterator[None]:
    """Let a tracer know which module runs; other threads and what comes after notice nothing."""
    global _watchers, _original  # noqa: PLW0603  the class torch.nn.Module is global too
    with _lock:
        if _watchers == 0:
            _original = nn.Module.__call__
            nn.Module.__call__ = _watched  # type: ignore[method-assign]
        _watchers += 1
    before = getattr(_active, "tracer", None)
    _active.tracer = tracer
    try:
        with tracer:
            yield
    finally:
        _active.tracer = before
        with _lock:
            _watchers -= 1
            if _watchers == 0:
                nn.Module.__call__ = _original  # type: ignore[method-assign]


def marking_batch(sizes: set[int]) -> int:
    """A prime that divides none of these sizes, so that a batch of it is recognised in any shape."""
    for prime in _PRIMES:
        if all(size % prime for size in sizes):
            return prime
    return 999_983


_PRIMES = [number for number in range(101, 1000) if all(number % divisor for divisor in range(2, 32))]
