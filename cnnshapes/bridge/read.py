"""Read a torch model: the report of its own forward pass, without data and without leaving a trace on it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from cnnshapes.bridge.failing import refusal
from cnnshapes.bridge.inputs import Fed, inputs_of, tensors_in
from cnnshapes.bridge.survey import Survey
from cnnshapes.bridge.tracing import Tracer, marking_batch
from cnnshapes.errors import InputError, ReadError
from cnnshapes.layers import Shape
from cnnshapes.receptive_field import of_input
from cnnshapes.report import Report


def read(model: Any, input_shape: Any, *, dtype: Any = None, by_formula: bool = True) -> Report:
    """The report of a torch model for one example.

    Args:
        model: any `torch.nn.Module`, in training or evaluation mode; it is read in evaluation mode.
        input_shape: the shape of one example without the batch; a list of shapes for several inputs, a dict of them
            for inputs given by name.
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
    model = getattr(model, "_orig_mod", model)  # what torch.compile wrapped
    survey = Survey(model)
    if survey.scripted is not None:
        where = f"{survey.scripted}: " if survey.scripted else ""
        raise ReadError(f"{where}a scripted module has no Python forward to follow; summarise it before scripting")
    if survey.lazy:
        survey = Survey(model := _materialized(model, input_shape, dtype))
    positional, named = inputs_of(input_shape, dtype, survey.dtype)
    fed = [*positional, *named.values()]
    batch = marking_batch(survey.sizes.union(*(one.shape for one in fed)))
    tracer = Tracer(survey, batch, by_formula=by_formula)
    # only the first input's axes are the picture's; what the others are like, their names do not tell
    fields = [of_input(len(one.shape) - 1) if number == 0 else None for number, one in enumerate(fed)]
    stand_ins = [tracer.stand_in(one.shape, one.dtype, one.name, field) for one, field in zip(fed, fields, strict=True)]
    outputs: dict[str, Shape] = {}

    def report() -> Report:
        return Report(
            type(model).__name__,
            fed[0].shape,
            tuple(tracer.rows.values()),
            unused=survey.unused(tracer.uncounted),
            inputs={one.name: one.shape for one in fed},
            outputs=outputs,
            modules=survey.modules,
            buffer_bytes=survey.buffer_bytes,
        )

    try:
        with untouched(survey.training), tracer.watching():
            result = model(*stand_ins[: len(positional)], **dict(zip(named, stand_ins[len(positional) :], strict=True)))
    except Exception as error:
        failed = refusal(error, tracer.failed_in)
        failed.report = report()
        if failed is error:
            raise
        raise failed from error
    outputs.update((path, tracer.example(tensor.shape)) for path, tensor in tensors_in(result))
    return report()


def _materialized(model: nn.Module, input_shape: Any, dtype: Any) -> nn.Module:
    """A copy without data of a model with lazy modules, whose sizes one plain run on the meta device has settled."""
    copied = copy.deepcopy(model).to("meta")
    positional, named = inputs_of(input_shape, dtype, torch.float32)

    def blank(one: Fed) -> torch.Tensor:
        return torch.empty((2, *one.shape), dtype=one.dtype, device="meta")

    with untouched([module for module in copied.modules() if module.training]):
        try:
            copied(*map(blank, positional), **{name: blank(one) for name, one in named.items()})
        except Exception as error:
            raise refusal(error, "") from error
    return copied


@contextmanager
def untouched(training: Sequence[nn.Module]) -> Iterator[None]:
    """Evaluation mode without gradients for the modules in training, and everything as it was afterwards."""
    random_state = torch.get_rng_state()
    try:
        for module in training:
            module.__dict__["training"] = False  # not .eval(), which a class may override with effects of its own
        with torch.no_grad():
            yield
    finally:
        for module in training:
            module.__dict__["training"] = True
        torch.set_rng_state(random_state)
