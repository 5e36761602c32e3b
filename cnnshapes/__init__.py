"""Shapes, parameters, multiply–accumulates and receptive fields of convolutional networks, with the numbers put in.

>>> import cnnshapes
>>> print(cnnshapes.summary("lenet5").flatten_size)
400
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnshapes import layers, presets
from cnnshapes.design import Design, Node
from cnnshapes.errors import (
    CnnshapesError,
    DataError,
    DesignError,
    InputError,
    ReadError,
    ShapeError,
    TrainingError,
)
from cnnshapes.report import Report, Row, report_of, rows
from cnnshapes.training import train
from cnnshapes.version import __version__

if TYPE_CHECKING:
    from cnnshapes.bridge.check import Agreement
    from cnnshapes.source import Reading

__all__ = [
    "CnnshapesError",
    "DataError",
    "Design",
    "DesignError",
    "InputError",
    "Node",
    "ReadError",
    "Report",
    "Row",
    "ShapeError",
    "TrainingError",
    "__version__",
    "check",
    "design_of",
    "from_code",
    "layers",
    "presets",
    "rows",
    "summary",
    "train",
]


def summary(model: Any, input_shape: Any = None, *, dtype: Any = None) -> Report:
    """What shape, how many parameters, why: the report of a network.

    Args:
        model: a `Design`, the name of a preset (`"lenet5"`), or a `torch.nn.Module`.
        input_shape: the shape of one example without the batch, (channels, height, width) or (features,). A module
            needs it; a design and a preset have one of their own, which this replaces. For a module with several
            inputs a list of shapes, or a dict of them for inputs given by name. What one argument holds together is a
            list or a dict again, in a list where it is given by position: [{"image": (3, 32, 32)}].
        dtype: for a module, the type of the input's numbers, such as "int64"; that of its parameters unless given.

    Raises:
        ShapeError: the network cannot be computed; `error.report` has the rows before the failing one.
        ReadError: the forward of a module cannot be followed, or fails by itself.
        InputError: there is no preset of this name, `model` is none of the three, or there is no such shape.
    """
    if isinstance(model, Design | str):
        return report_of(_design(model, input_shape))
    from cnnshapes.bridge.read import read

    return read(model, input_shape, dtype=dtype)


def design_of(model: Any, input_shape: Any) -> Design:
    """The design of what the forward of a torch module does: to edit, to open on the page, to print as code.

    Args:
        model: a `torch.nn.Module`.
        input_shape: the shape of one example, without the batch.

    Raises:
        ReadError: its forward is more than a design can say; says which row stands in the way.
        ShapeError, InputError: as for `summary`.
    """
    from cnnshapes.bridge.redesign import design_of as design_of_

    return design_of_(model, input_shape)


def from_code(text: str, input_shape: Sequence[int] | None = None) -> Reading:
    """The design of PyTorch source, which is read and never executed. See `cnnshapes.source.from_code`.

    Args:
        text: an nn.Sequential, or a class with its `__init__` and `forward`.
        input_shape: the shape of one example; unless given, found from the text.

    Raises:
        SourceError: the text is no Python, or no network was found in it; says where.
    """
    from cnnshapes.source import from_code as from_code_

    return from_code_(text, input_shape)


def check(model: Any, input_shape: Any = None, *, dtype: Any = None) -> Agreement:
    """Hold every row against a real torch forward pass and against torchinfo. Needs torch and torchinfo.

    Args:
        model: as for `summary`.
        input_shape: as for `summary`.
        dtype: as for `summary`.

    Raises:
        ShapeError: the network cannot be computed.
        ReadError: the forward of a module cannot be followed, or fails by itself.
        InputError: `model` is none of the three.
    """
    from cnnshapes.bridge.check import check as check_

    if isinstance(model, Design | str):
        return check_(_design(model, input_shape))
    return check_(model, input_shape, dtype=dtype)


def _design(model: Design | str, input_shape: Sequence[int] | None) -> Design:
    design = presets.preset(model) if isinstance(model, str) else model
    return design if input_shape is None else design.with_input(input_shape)
