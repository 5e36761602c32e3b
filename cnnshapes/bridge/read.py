"""Read a torch model: the report of its own forward pass, without data and without leaving a trace on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from cnnshapes.bridge.survey import Survey
from cnnshapes.bridge.tracing import Tracer, marking_batch
from cnnshapes.design import INPUT, checked_shape
from cnnshapes.errors import InputError, ShapeError
from cnnshapes.receptive_field import of_input
from cnnshapes.report import Report


def read(model: Any, input_shape: Sequence[int] | None, *, by_formula: bool = True) -> Report:
    """The report of a torch model for one example of a shape.

    Args:
        model: any `torch.nn.Module`, in training or evaluation mode; it is read in evaluation mode.
        input_shape: the shape of one example without the batch.
        by_formula: False has torch compute every shape and count every operation, for `check` to compare with.

    Raises:
        InputError: `model` is no module, or there is no shape.
        ShapeError: its forward cannot run; the error names the module's path.
    """
    if not isinstance(model, nn.Module):
        raise InputError(
            f"a summary is of a Design, the name of a preset or a torch.nn.Module, not of {type(model).__name__}"
        )
    if input_shape is None:
        raise InputError(
            "a torch model does not say what it is fed: give the shape of one example, such as (3, 32, 32)"
        )
    shape = checked_shape(input_shape)
    survey = Survey(model)
    tracer = Tracer(survey, marking_batch(survey.sizes | set(shape)), by_formula=by_formula)
    stand_in = tracer.stand_in(shape, survey.dtype, INPUT, of_input(len(shape) - 1))

    def report() -> Report:
        return Report(type(model).__name__, shape, tuple(tracer.rows.values()), unused=survey.unused(tracer.uncounted))

    try:
        with untouched(survey.training), tracer.watching():
            model(stand_in)
    except ShapeError as error:
        error.report = report()
        raise
    return report()


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
