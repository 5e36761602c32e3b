"""Read a torch model: the report of its own forward pass, without data and without leaving a trace on it."""

from __future__ import annotations

import contextlib
import copy
import gc
import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import torch
from torch import nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from cnnshapes.advice import Advice
from cnnshapes.bridge.at_hand import at_hand
from cnnshapes.bridge.batches import (
    Met,
    across_examples,
    fixed_at,
    is_left,
    leave_one,
    of_single,
    one_by_one,
    rows_for_each,
    sizes_said,
)
from cnnshapes.bridge.failing import hands_on, let_go, refusal, repairs
from cnnshapes.bridge.inputs import Fed, Inputs, inputs_of, tensors_in, unbatched
from cnnshapes.bridge.moves import unspread
from cnnshapes.bridge.one_device import Staying
from cnnshapes.bridge.stand_ins import example, marking_batch
from cnnshapes.bridge.state import untouched
from cnnshapes.bridge.survey import COMPILED, Survey
from cnnshapes.bridge.tracing import Tracer
from cnnshapes.errors import CnnshapesError, InputError, ReadError, ShapeError
from cnnshapes.layers import Shape
from cnnshapes.receptive_field import of_input
from cnnshapes.report import Report, Row


def read(model: Any, input_shape: Any, *, dtype: Any = None, by_formula: bool = True) -> Report:
    """The report of a torch model for one example.

    Args:
        model: any `torch.nn.Module`, in training or evaluation mode; it is read in evaluation mode.
        input_shape: the shape of one example without the batch, or several, as `inputs_of` takes them.
        dtype: the type of the input's numbers, that of the model's parameters unless given.
        by_formula: False has torch compute every shape and count every operation, for `check` to compare with.

    Raises:
        InputError: `model` is no module, or there is no shape.
        ShapeError: its forward cannot run for this shape; the error names the module's path and the user's line.
        ReadError: its forward cannot be followed, or fails by itself.
    """
    if not isinstance(model, nn.Module):
        raise InputError(
            f"a summary is of a Design, the name of a preset or a torch.nn.Module, not of {type(model).__name__}"
        )
    if input_shape is None:
        raise InputError(
            "a torch model does not say what it is fed: give the shape of one example, such as (3, 32, 32)"
        )
    model = getattr(model, COMPILED, model)
    with _uncollected():
        try:
            return _read(model, input_shape, dtype, by_formula=by_formula)
        except (ShapeError, ReadError) as error:
            shapes = unbatched(inputs_of(input_shape, None, torch.float32))
            if shapes is None or not _is_read(model, shapes, dtype):
                raise
            raise InputError(
                f"{type(model).__name__} computes for {shapes}, not for {input_shape}: give the shape of one example, "
                "without the batch"
            ) from error


def _is_read(model: nn.Module, input_shape: Any, dtype: Any) -> bool:
    """Whether there is a report for this shape."""
    try:
        _read(model, input_shape, dtype, by_formula=True)
    except CnnshapesError:
        return False
    return True


def _read(model: nn.Module, input_shape: Any, dtype: Any, *, by_formula: bool) -> Report:
    """The report of a module."""
    survey = Survey(model)
    if survey.scripted is not None:
        where = f"{survey.scripted}: " if survey.scripted else ""
        raise ReadError(f"{where}a scripted module has no Python forward to follow; summarise it before scripting")
    if survey.lazy:
        survey = Survey(model := settled(model, input_shape, dtype))
    inputs = inputs_of(input_shape, dtype, survey.dtype)
    numbers = survey.sizes().union(*(one.shape for one in inputs.each()))
    batch, met = marking_batch(numbers), Met()
    try:
        report = _pass(model, survey, inputs, batch, met, by_formula=by_formula)
    except (ShapeError, ReadError) as error:
        sizes = _named_again(model, inputs, met.sizes, marking_batch(numbers, 2 * batch))
        if isinstance(error, ReadError):
            sizes += [1, 2]  # what a forward itself refuses it may refuse for being so many
        found = _of_another_batch(model, inputs, sizes, error.report or (), by_formula=by_formula)
        if found is None:
            raise
        let_go(error)
        return found
    if met.doubtful and by_formula:
        return _read(model, input_shape, dtype, by_formula=False)  # where no two tensors have one memory
    if is_left(batch, {*report.outputs.values(), *(row.output_shape for row in report.rows)}):
        batch = marking_batch(numbers | {batch})  # for it may be a size of its own
        report = _pass(model, Survey(model), inputs, batch, met, by_formula=by_formula)
        leave_one(report, batch)
    if met.cut:
        single = _tried(model, inputs, 1, by_formula=False)
        if single is not None and all(0 not in row.output_shape for row in single):
            report, batch = of_single(report, single), 1
        report.noticed += (one_by_one(met.cut, batch),)
    return report


def _named_again(model: nn.Module, inputs: Inputs, sizes: Sequence[int], batch: int) -> list[int]:
    """Those of the sizes which a forward also names where it fails with this batch; others it made of the batch."""
    met = Met()
    if sizes:
        try:
            _pass(model, Survey(model), inputs, batch, met, by_formula=True)
        except (ShapeError, ReadError) as error:
            let_go(error)
    return [size for size in sizes if size in met.sizes]


def _of_another_batch(
    model: nn.Module, inputs: Inputs, sizes: Sequence[int], before: Iterable[Row], *, by_formula: bool
) -> Report | None:
    """The report for the first of these sizes of a batch that the forward computes for; None where it does for none.

    Args:
        model: it failed with another batch.
        inputs: what it is fed.
        sizes: of a batch, which it named.
        before: the rows before it failed.
        by_formula: as for `read`.
    """
    for batch in list(dict.fromkeys(sizes))[:_TRIED]:
        report = _tried(model, inputs, batch, by_formula=by_formula)
        if report is not None:
            multiples = batch > 1 and _tried(model, inputs, 2 * batch, by_formula=by_formula) is not None
            names = [row.name for row in report]
            known = [row.name for row in before if row.name in names]
            report.noticed += (fixed_at(batch, (known[-1:] or names[:1] or [""])[0], multiples=multiples),)
            report.batch = batch
            return report
    return None


def _tried(model: nn.Module, inputs: Inputs, batch: int, *, by_formula: bool) -> Report | None:
    """The report of a pass on a batch of so many, None where it fails."""
    try:
        return _pass(model, Survey(model), inputs, batch, Met(), by_formula=by_formula)
    except (ShapeError, ReadError) as error:
        let_go(error)
        return None


_TRIED: Final = 4
"""Sizes of a batch that are tried where the forward refuses any."""


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No collection of garbage for these milliseconds: all that a pass makes is in use, and none would be found."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _pass(model: nn.Module, survey: Survey, inputs: Inputs, batch: int, met: Met, *, by_formula: bool) -> Report:
    """The report of one forward pass on a batch of so many stand-ins; `met` gets what it did with the batch.

    Raises:
        ShapeError, ReadError, InputError: as `read`.
    """
    fed = inputs.each()
    tracer = Tracer(survey, batch, by_formula=by_formula)

    def stand_in(one: Fed) -> torch.Tensor:
        # only the first input's axes are the picture's; what the others are like, their names do not tell
        field = of_input(len(one.shape) - 1) if one is fed[0] else None
        return tracer.stand_ins.made(one.shape, one.dtype, one.name, field)

    positional, named_ = inputs.filled(stand_in)
    outputs: dict[str, Shape] = {}
    returned: list[str] = []
    noticed: list[Advice] = []

    def report() -> Report:
        return Report(
            type(model).__name__,
            fed[0].shape,
            tuple(tracer.rows.by_name.values()),
            unused=survey.unused(tracer.rows.uncounted),
            inputs={one.name: one.shape for one in fed},
            outputs=outputs,
            returned=returned,
            modules=survey.modules,
            buffer_bytes=survey.buffer_bytes,
            noticed=noticed,
        )

    try:
        modules = [site.module for site in survey.sites]
        with untouched(modules) as plain, at_hand(modules), tracer.watching():
            tracer.stand_ins.plain = plain
            result = model(*positional, **named_)
    except Exception as error:
        _check_inputs(model, inputs, error)
        met.sizes += [*tracer.asker.batches, *sizes_said(error.__cause__ or error, batch)]
        failed = refusal(error, tracer.failed_in, batch, {site.path: site.module for site in survey.sites})
        failed.report = before = report()
        refused = tracer.asker.refused
        if isinstance(failed, ShapeError) and refused is not None:
            module, _, call = refused.name.partition("#")
            if call.isdigit():
                failed.problem += f"; this is call {call} of {module}, with the weights of the first"
            failed.located(refused.name, refused.layer.kind, lambda found: repairs(before, refused, found.offered))
        if failed is error:
            raise
        raise failed from error
    for path, tensor in tensors_in(result):
        tracer.asker.read([tensor])
        outputs[path] = example(tensor.shape, batch)
        if (origin := tracer.stand_ins.origins.get(id(tensor))) is not None:
            returned += [origin.row, ""] if origin.blank.beside else [origin.row]
        if row := tracer.stand_ins.mixed(tensor):
            noticed.append(rows_for_each(row, tensor.shape[0] // batch))
    noticed += across_examples(tracer, survey)
    if tracer.unregistered:
        noticed.append(Advice(tracer.unregistered, "not registered", _UNREGISTERED))
    met.cut, met.doubtful = tracer.asker.cut, tracer.stand_ins.doubtful
    if not outputs:
        last = next(reversed(tracer.rows.by_name), "")
        noticed.append(Advice(last, "nothing returned", "the forward returns no tensor; return its result at the end"))
    return report()


_UNREGISTERED: Final = (
    "its weights are none of the model's parameters, so they are not counted, and no optimizer trains them; make a "
    "layer an attribute in __init__, and several an nn.ModuleList"
)


def _check_inputs(model: nn.Module, inputs: Inputs, failed: Exception) -> None:
    """Hold the inputs against what the forward takes, or what it hands them on to by `*inputs`.

    Raises:
        InputError: it cannot be called with them.
    """
    handed_on = hands_on(failed)
    if not (handed_on or isinstance(failed, TypeError)):
        return
    error: Exception = failed
    try:
        signature = inspect.signature(model.forward)
        signature.bind(*inputs.positional, **inputs.named)
    except TypeError as unbound:
        error = unbound
    if error is failed and not handed_on:
        return
    raise InputError(
        f"the forward of {type(model).__name__} takes {signature}: {error}; for several inputs give a list of "
        "shapes, or a dict of them by name, and in a list again, [[…]] or [{…}], what one argument holds together"
    ) from None


def settled(model: nn.Module, input_shape: Any, dtype: Any) -> nn.Module:
    """A copy without data of a model with lazy modules, whose sizes one plain run on the meta device has settled."""
    copied = unspread(without_data(model))

    def blank(one: Fed) -> torch.Tensor:
        return torch.empty((2, *one.shape), dtype=one.dtype, device="meta")

    positional, named = inputs_of(input_shape, dtype, torch.float32).filled(blank)
    with untouched(list(copied.modules())), Staying("meta"):
        try:
            copied(*positional, **named)
        except Exception as error:
            if Survey(copied).lazy:
                raise refusal(error, "") from error
            # all sizes are settled, and the pass that follows tells what failed behind them
    return copied


def without_data(model: nn.Module) -> nn.Module:
    """A copy of a model on the meta device; the original's numbers are neither copied nor touched."""
    memo: dict[int, Any] = {}
    for tensor in (*model.parameters(), *model.buffers()):
        if isinstance(tensor, UninitializedParameter | UninitializedBuffer):
            make: Any = type(tensor)  # whose stub lacks what it takes
            memo[id(tensor)] = make(tensor.requires_grad, device="meta", dtype=tensor.dtype)
        else:
            empty = torch.empty_like(tensor, device="meta")
            memo[id(tensor)] = nn.Parameter(empty, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else empty
    return copy.deepcopy(model, memo)
