"""A torch model as a design, where every operation of its forward is a layer of ours."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Any

from cnnshapes.bridge.read import read
from cnnshapes.design import Design, Node
from cnnshapes.errors import DesignError, ReadError
from cnnshapes.layers.base import Layer, written
from cnnshapes.layers.linear import Learned
from cnnshapes.layers.padding import Pad
from cnnshapes.report import Report, Row, report_of

if TYPE_CHECKING:
    from torch import nn


def design_of(model: nn.Module, input_shape: Any) -> Design:
    """The design of what a model's forward does for this input.

    Nodes are called as the rows of its report, so a module built from the design has the same state dict, key by key,
    wherever the model's weights sit in modules of torch.nn. Sizes that follow from the input are left out.

    Raises:
        ReadError: there is a row that no layer stands for, a module with weights that is called twice, weights shared
            between rows, or not just one input and one output; says which.
        ShapeError, InputError: as `cnnshapes.summary`.
    """
    report = read(model, input_shape)
    if len(report.inputs) != 1 or len(report.outputs) != 1:
        raise ReadError(
            f"{report.name} has {len(report.inputs)} inputs and {len(report.outputs)} outputs, and a design one of each"
        )
    names = _names(report)
    nodes = tuple(_node(row, names) for row in _returned_last(report))
    _check_weights(model, report)
    try:
        design = Design(report.name, report.input_shape, nodes)
    except DesignError as error:
        raise ReadError(f"{report.name} cannot be a design: {error}") from error
    found = report_of(design).output_shape
    if found != report.output_shape:
        raise ReadError(
            f"{report.name} gives {written(report.output_shape)}, which is not what its last operation gives"
        )
    return design


def _returned_last(report: Report) -> list[Row]:
    """The rows with the one that the forward returns at the end, where a design has its output.

    Raises:
        ReadError: it returns something else, or a row that others read.
    """
    rows = list(report)
    (returned,) = report.returned if len(report.returned) == 1 else ("",)
    if not returned:
        raise ReadError(f"{report.name} returns what no operation of a design gives, such as indices or a constant")
    if returned in report.inputs and not rows:
        return rows
    if returned in report.inputs or any(returned in row.inputs for row in rows):
        raise ReadError(
            f"{report.name} returns {returned}, which other operations read; a design returns what its last one gives"
        )
    rows.sort(key=lambda row: row.name == returned)
    return rows


def _check_weights(model: nn.Module, report: Report) -> None:
    """Hold the weights that are no module's against the parameters they are.

    Raises:
        ReadError: one is used in another shape than it has, so it would not fit into the design's.
    """
    for row in report:
        if isinstance(row.layer, Learned):
            path, _, name = row.name.rpartition(".")
            parameter = model.get_submodule(path)._parameters.get(name)
            if parameter is not None and tuple(parameter.shape) != row.layer.size:
                raise ReadError(
                    f"{row.name} cannot be part of a design: it is used as {written(row.layer.size)} and has the shape "
                    f"{written(parameter.shape)}"
                )


def _names(report: Report) -> dict[str, str]:
    """The node of each row by the row's name: a further call of a module, `pool#2`, is a node of its own, `pool_2`."""
    taken = {row.name for row in report}
    names = {name: name for name in ("", *report.inputs)}
    for row in report:
        name = row.name.replace("#", "_")
        while name != row.name and name in taken:
            name += "_"
        taken.add(name)
        names[row.name] = name
    return names


def _node(row: Row, names: Mapping[str, str]) -> Node:
    """The node of a row.

    Raises:
        ReadError: it cannot be one.
    """
    if row.layer is None:
        problem = f"there is no layer for {row.kind}"
    elif "#" in row.name and (row.weights or row.layer.buffers(*row.input_shapes)):
        problem = "the module is called twice, and a design has each weight once"
    elif sum(map(prod, row.weights.values())) != row.params:
        problem = "its weights are shared with another row"
    elif "" in row.inputs:
        problem = "it reads a constant of the model"
    else:
        return Node(
            names[row.name],
            row.layer.with_arguments(**_as_written(row.layer)),
            tuple(names[source] for source in row.inputs),
        )
    raise ReadError(f"{row.name} cannot be part of a design: {problem}")


def _as_written(layer: Layer) -> dict[str, Any]:
    """The arguments as a person would write them: one number for all axes, no size that the input decides."""
    found: dict[str, Any] = {}
    for name, spec in layer.arguments().items():
        value = getattr(layer, name)
        if spec.from_input:
            found[name] = None  # so that the design can be edited
        elif spec.kind in ("sizes", "numbers") and isinstance(value, tuple) and len({*value}) == 1:
            axes = getattr(layer, "dims", len(value)) * (2 if isinstance(layer, Pad) else 1)
            if len(value) == axes and None not in value:
                found[name] = value[0]
    return found
