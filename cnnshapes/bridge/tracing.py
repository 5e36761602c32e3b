"""Run a model's own forward once on stand-ins that have a shape and no data, and note every operation.

The stand-ins are tensors on the meta device. What a layer of ours knows is answered by its formula, and torch's kernel
is skipped: a module of torch.nn that was not tampered with (`leaves`), and a call of a torch function that a layer
reads (`cnnshapes.layers.READERS`), which a torch function mode catches. Any other call runs on the meta device, and its
row says that torch answered. What was answered once is answered again from `answers`, for the same question only.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import get_ident
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn.modules import module as torch_module
from torch.overrides import TorchFunctionMode

from cnnshapes.bridge.answers import Call, kept
from cnnshapes.bridge.asking import Asker
from cnnshapes.bridge.constants import Constants
from cnnshapes.bridge.doors import swapped
from cnnshapes.bridge.functions import IN_PLACE, PACKING, READING, REPLYING, VALUES, Unanswered, replied
from cnnshapes.bridge.leaves import layer_of
from cnnshapes.bridge.moves import cast, is_available, named_device
from cnnshapes.bridge.questions import Question
from cnnshapes.bridge.rows import Frame, Rows
from cnnshapes.bridge.stand_ins import Origin, StandIns, tensors_of
from cnnshapes.bridge.survey import Site, Survey

_NONE: Final[frozenset[int]] = frozenset()
_NO_ROWS: Final[tuple[str, ...]] = ()
_NOTHING: Final[Mapping[str, Any]] = {}
_PARALLEL: Final = frozenset((torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel))
_disabled: Final = torch._C.DisableTorchFunction


class Tracer(TorchFunctionMode):
    """Notes the operations of one forward pass.

    Args:
        survey: of the model that will run.
        batch: the size of the stand-ins' batch.
        by_formula: False has torch answer every call, which is what `check` holds the formulas against.

    Attributes:
        rows: the operations so far.
        stand_ins: the tensors so far.
        asker: asks the formulas and torch.
        failed_in: the path of the module that raised first.
        unregistered: the first row that learns by what is no parameter of the model.
    """

    def __init__(self, survey: Survey, batch: int, *, by_formula: bool = True) -> None:
        super().__init__()
        self._kept = kept(batch, survey.dtype, by_formula=by_formula)
        self._calls = self._kept.calls
        self.rows = Rows(survey)
        self.stand_ins = StandIns(survey, self._kept.blanks)
        self._constants = Constants()
        self.asker = Asker(self.stand_ins, self.rows, self._constants, by_formula=by_formula)
        self.failed_in = ""
        self.unregistered = ""
        self._sites = survey.sites
        self._origins = self.stand_ins.origins
        self._by_name = self.rows.by_name
        self._skips_modules = by_formula and not _global_hooks()
        self._thread = get_ident()
        self._off = _disabled()

    # ---- modules --------------------------------------------------------------------------------------------------

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Let every call of the model's modules come by here.

        `torch.nn.Module` calls `_compiled_call_impl` where a module has one, which is how `Module.compile` steps in
        front of it; for the time of one pass this does. No class is touched, so other models notice nothing.
        """
        partial, call, parallel = functools.partial, self.call, self._call_parallel
        leaf = self._call_leaf if self._skips_modules else call
        compiled: list[tuple[dict[str, Any], Any]] = []
        try:
            for site in self._sites:
                state = site.state
                if "_compiled_call_impl" in state:
                    compiled.append((state, state["_compiled_call_impl"]))
                if site.arguments is not None:
                    state["_compiled_call_impl"] = partial(leaf, site)
                else:
                    state["_compiled_call_impl"] = partial(parallel if type(site.module) in _PARALLEL else call, site)
            with self:
                yield
        finally:
            for site in self._sites:
                site.state.pop("_compiled_call_impl", None)
            for state, own in compiled:
                state["_compiled_call_impl"] = own

    def call(self, site: Site, *args: Any, **kwargs: Any) -> Any:
        """Run a module."""
        if get_ident() != self._thread:
            return site.module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]
        site.calls += 1
        return self._run(site, _path(site), args, kwargs)

    def _call_parallel(self, site: Site, *args: Any, **kwargs: Any) -> Any:
        """Run what is in a module that would spread the batch over several GPUs, once for the whole batch."""
        site.calls += 1
        return self._run(site, _path(site), args, kwargs, site.module.module)

    def _run(self, site: Site, path: str, args: tuple[Any, ...], kwargs: dict[str, Any], inner: Any = None) -> Any:
        """Run a module, or `inner` in its place, with its frame around what it calls."""
        frames = self.rows.frames
        frames.append(Frame(site, path))
        try:
            return (inner or site.module._call_impl)(*args, **kwargs)
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
        if origin is None:
            return self._run(site, path, args, kwargs)
        given, field = origin.blank, origin.field
        if not given.usual or not origin.row or path in self._by_name or not path or swapped:
            return self._run(site, path, args, kwargs)
        module = site.module
        try:
            key = (type(module), site.arguments(site.state), site.biased, given)  # type: ignore[misc]
            call = self._calls.get(key)
        except (KeyError, TypeError):  # an attribute deleted or made unhashable
            return self._run(site, path, args, kwargs)
        if call is None:
            call = self._asked_of(module, key, origin, path)
        if call is None:
            return self._run(site, path, args, kwargs)
        answer = call.answers[0]
        if site.weights != answer.weights:  # its weights were replaced; its forward knows
            return self._run(site, path, args, kwargs)
        if not answer.passes:
            field = answer.fields.get(field) or answer.field((field,))
        self.rows.enter(path, answer, (origin.row,), field, site.own)
        blank: Any = call.outputs[0]
        if call.returns:
            tensor = origin.tensor
        else:
            with self._off:
                tensor = blank.base.data
        self._origins[id(tensor)] = Origin(tensor, path, blank, field, _NONE)
        return tensor

    def _asked_of(self, module: torch.nn.Module, key: Any, origin: Origin, path: str) -> Call | None:
        """The answer of a module's layer, kept by `key`; None where it is none of ours."""
        with _disabled():
            layer = layer_of(module)
            if layer is None:
                return None
            call = self.asker.of_layer(layer, [origin], path)
            self._kept.keep(key, call)
        return call

    # ---- functions ------------------------------------------------------------------------------------------------

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or _NOTHING
        if func in READING:
            return func(*args, **kwargs)
        if func in REPLYING:
            if (reply := replied(func, args, kwargs)) is not Unanswered:
                return reply
            func, args, kwargs = cast(func, args, kwargs)
        question = Question(func, args, kwargs, [], [], [])
        key = question.key(self.stand_ins)
        if not question.inputs and not self._on_meta(question):
            if func in VALUES:
                args, kwargs = self._constants.known(args, kwargs)
            result = func(*args, **kwargs)
            if isinstance(result, Tensor) and (result.is_meta or func in IN_PLACE):
                self._constants.note(func, args, kwargs, (result,))
            return result
        if self.asker.parts:
            self.asker.read(origin.tensor for origin in question.inputs)
        call = self._calls.get(key) if key is not None else None
        result = None
        if call is None:
            call, result, repeats = self.asker.of_function(question)
            if repeats and key is not None:
                self._kept.keep(key, call)
        if result is None:
            result = _given(call, question)
        outputs = (result,) if call.kind is None else tuple(tensors_of(result))
        self._note(call, question, outputs)
        if not question.inputs or (func in IN_PLACE and question.inputs[0].tensor is not args[0]):
            self._constants.note(func, args, kwargs, outputs)
        return result

    def _on_meta(self, question: Question) -> bool:
        """Whether a call that reads no activation is made on the meta device, not on the model's own numbers."""
        if question.func in VALUES:
            return False
        if question.others or any(tensor.is_meta for tensor in question.strangers):
            return True
        if question.reaches(self.stand_ins.batch):
            return True
        if question.func in IN_PLACE and any(map(self.stand_ins.is_models, question.strangers)):
            return True
        return not is_available(named_device(question.func, question.args, question.kwargs))

    def _note(self, call: Call, question: Question, outputs: Sequence[Tensor]) -> None:
        """Enter the rows of a call and remember what it gave."""
        inputs, others = question.inputs, question.others
        used = _NONE.union(*[origin.parameters for origin in others]) if others else _NONE
        blanks: Sequence[Any] = call.outputs
        if None in blanks:
            blanks = [blank for blank in blanks if blank is not None]
        if call.silent:
            self._origins[id(outputs[0])] = replace(inputs[0], tensor=outputs[0], blank=blanks[0])
            return
        answers = call.answers
        name, field = "", None
        if question.func in PACKING:
            outputs = outputs[:1]  # what comes with it counts examples and steps, and is a constant
        for number, tensor in enumerate(outputs):
            if number < len(answers):
                answer = answers[number]
                name = self.rows.name(answer, used)
                rows, field = _NO_ROWS, None
                if len(inputs) == 1:
                    rows, field = (inputs[0].row,), answer.field((inputs[0].field,))
                elif inputs:
                    rows = tuple([origin.row for origin in inputs])
                    field = answer.field(tuple([origin.field for origin in inputs]))
                self.rows.enter(name, answer, rows, field, used)
                used = _NONE
            # `used` where no row has counted it
            self._origins[id(tensor)] = Origin(tensor, name, blanks[number], field, used)
        if question.strangers and not self.unregistered and torch.nn.Parameter in map(type, question.strangers):
            self.unregistered = name


def _given(call: Call, question: Question) -> Any:
    """What a call gives that fares as an earlier one did."""
    if call.returns:
        return question.first
    if call.kind is None:
        blank: Any = call.outputs[0]
        return blank.base.data
    if call.kind is type(None):
        return None
    return call.kind([None if blank is None else blank.base.data for blank in call.outputs])


def _path(site: Site) -> str:
    """The path of a module that was just called, with the number of the call where it is not the first."""
    return f"{site.path}#{site.calls}" if site.calls > 1 and site.path else site.path


def _global_hooks() -> bool:
    """Whether hooks for all modules are registered; then every forward must run, for they may change its output."""
    return bool(torch_module._global_forward_hooks or torch_module._global_forward_pre_hooks)
