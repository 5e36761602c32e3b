"""What computes but is probably not meant, or costs more than it need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from cnnshapes.layers import Add, Layer, Linear, Multiply, Softmax
from cnnshapes.layers.activation import SoftmaxFamily
from cnnshapes.layers.base import ShapePreserving, written
from cnnshapes.layers.convolution import Convolution
from cnnshapes.layers.dropout import DropoutFamily
from cnnshapes.layers.normalization import BatchNorm
from cnnshapes.layers.pooling import AdaptiveAvgPool, AvgPool, GlobalAvgPool
from cnnshapes.layers.reshaping import Identity, Reshape, Unflatten

if TYPE_CHECKING:
    from cnnshapes.report import Report, Row

MOST: Final = 0.5
"""A Linear with a larger share of all parameters is pointed out."""
MANY: Final = 100_000
"""In a network of fewer parameters nobody minds where they are."""
ENOUGH: Final = 0.5
"""Positions that see more than this share of the picture see enough; the layers behind join the rest."""

_CALL: Final = re.compile(r"#\d+")
"""What tells a later call of a module from the first: `conv#2`."""

Readers = dict[str, list["Row"]]
"""The rows that read each row, by its name."""


@dataclass(frozen=True)
class Advice:
    """One thing worth looking at.

    Attributes:
        row: the name of the row it is about.
        kind: what it is, in two or three words; the same for all rows of one sort.
        text: what was found, and what to do about it.
    """

    row: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.row}: {self.text}"


def advice_on(report: Report) -> list[Advice]:
    """See `Report.advice`."""
    readers: dict[str, list[Row]] = {}
    for row in report:
        for source in row.inputs:
            readers.setdefault(source, []).append(row)
    return [*report.noticed, *(advice for rule in _RULES for advice in rule(report, readers))]


def linear_on_a_map(report: Report, readers: Readers) -> Iterator[Advice]:
    """A Linear reads the last dimension of a map that happens to have the right width."""
    for row in report:
        if isinstance(row.layer, Linear) and len(row.input_shapes[0]) > 2 and _is_a_usual_map(row):
            shape = row.input_shapes[0]
            yield Advice(
                row.name,
                "Linear on a map",
                f"it reads only the last dimension, {shape[-1]}, of a {written(shape)} map, once for each of the other "
                "positions; put a Flatten before it",
            )


def broadcast(report: Report, readers: Readers) -> Iterator[Advice]:
    """A sum or a product repeats a map along its channels or its positions, or both of its inputs."""
    rows = {row.name: row for row in report}
    fed = set(report.inputs)
    for row in report:
        if not fed.isdisjoint(row.inputs):
            fed.add(row.name)
        if isinstance(row.layer, Add | Multiply) and len(set(row.input_shapes)) > 1 and _is_a_mistake(row, rows, fed):
            yield Advice(
                row.name,
                "broadcast",
                f"its inputs {' and '.join(map(written, row.input_shapes))} differ, and the smaller is repeated to "
                f"fit; make them {written(row.output_shape)} if that is not meant",
            )


def _is_a_mistake(row: Row, rows: Mapping[str, Row], fed: Set[str]) -> bool:
    """Whether a sum or a product repeats what is hardly meant to be.

    A number for each channel is, as in a time embedding or squeeze-and-excitation, and so is what no input reaches,
    such as the bias of positions or a mask. A product may gate the channels by one map, or rows and columns by one
    each; a sum of each with each is meant where both were given the dimension that they are repeated along.
    """
    if row.output_shape not in row.input_shapes:
        return isinstance(row.layer, Add) and not all(_was_rearranged(rows.get(name)) for name in row.inputs)
    read = [(rows.get(name), shape) for name, shape in zip(row.inputs, row.input_shapes, strict=True) if name in fed]
    maps = [shape for source, shape in read if source is None or _is_a_map(source)]
    shapes = maps or [shape for _, shape in read]
    fits = row.output_shape in shapes and (isinstance(row.layer, Multiply) or not maps)
    return len(set(shapes)) > 1 and not fits


def _was_rearranged(row: Row | None) -> bool:
    return row is not None and isinstance(row.layer, Reshape | Unflatten)


def softmax_at_the_end(report: Report, readers: Readers) -> Iterator[Advice]:
    """CrossEntropyLoss takes the numbers before the softmax."""
    for row in report:
        if not isinstance(row.layer, SoftmaxFamily) or not _is_last(row, readers):
            continue
        loss = "CrossEntropyLoss computes the softmax itself, and a second one flattens its gradients"
        if not isinstance(row.layer, Softmax):
            loss = "CrossEntropyLoss computes it itself, and behind this layer NLLLoss is the loss"
        yield Advice(row.name, "softmax at the end", f"{loss}; leave the {row.kind} to inference, or out")


def _is_last(row: Row, readers: Readers) -> bool:
    """Whether nothing reads a row but what leaves its numbers as they are."""
    return all(
        reader.layer is not None
        and (isinstance(reader.layer, Identity) or reader.layer.merges_dimensions)
        and _is_last(reader, readers)
        for reader in readers.get(row.name, [])
    )


def bias_before_norm(report: Report, readers: Readers) -> Iterator[Advice]:
    """BatchNorm subtracts what a bias adds."""
    needed = report.returned | _shared(report)
    for row in report:
        reading = readers.get(row.name, [])
        if (
            row.name not in needed
            and "bias" in row.weights
            and reading
            and all(isinstance(one.layer, BatchNorm) for one in reading)
            and (not isinstance(row.layer, Linear) or len(row.output_shape) == 1)  # on a map its bias is no channel's
        ):
            count = row.weights["bias"][0]
            yield Advice(
                row.name,
                "bias before BatchNorm",
                f"{reading[0].name} subtracts the mean, and with it this bias; bias=False saves {count:,} parameters",
            )


def nothing_between(report: Report, readers: Readers) -> Iterator[Advice]:
    """Two convolutions or linear layers with nothing between them that bends are one in disguise."""
    shared = _shared(report)
    rows = {row.name: row for row in report}
    alone = {name for name in rows if len(readers.get(name, ())) == 1} - report.returned
    for row in report:
        if not _weighs(row.layer) or row.name in shared:
            continue
        source = rows.get(row.inputs[0])
        while source is not None and _is_straight(source.layer) and source.name in alone:
            source = rows.get(source.inputs[0])
        if source is not None and source.name in alone - shared and _weighs(source.layer) and not _factors(source, row):
            yield Advice(
                row.name,
                "no activation between",
                f"nothing between {source.name} and this {row.kind} bends, so together they can do no more than one "
                "linear layer; put an activation between them",
            )


def _shared(report: Report) -> frozenset[str]:
    """The rows of modules that a torch model calls several times, whose weights serve elsewhere too."""
    again = {_CALL.sub("", row.name) for row in report if "#" in row.name}
    return frozenset(row.name for row in report if _CALL.sub("", row.name) in again)


def _weighs(layer: Layer | None) -> bool:
    """Whether a layer is a full linear map of its input; a depthwise or grouped convolution is not."""
    return isinstance(layer, Linear) or (isinstance(layer, Convolution) and layer.groups == 1)


def _factors(first: Row, second: Row) -> bool:
    """Whether two linear maps are one large one written as two small ones, which is meant.

    The first narrows each position for the second to widen, as between two blocks of MobileNetV2, or they reach along
    different axes, as a 1×7 and a 7×1 do.
    """
    narrow = first.output_shape[_channels(first)]
    before, behind = first.input_shapes[0][_channels(first)], second.output_shape[_channels(second)]
    reach = [_kernel(row) for row in (first, second)]
    if max(reach[0], default=1) == 1:
        return narrow <= before and narrow < behind
    return len(reach[0]) == len(reach[1]) and all(min(sizes) == 1 for sizes in zip(*reach, strict=True))


def _channels(row: Row) -> int:
    """The dimension whose numbers a linear map mixes: the last for a Linear, the first for a convolution."""
    return -1 if isinstance(row.layer, Linear) else 0


def _kernel(row: Row) -> tuple[int, ...]:
    return row.weights["weight"][2:]


def _is_straight(layer: Layer | None) -> bool:
    kinds = (DropoutFamily, BatchNorm, AvgPool, AdaptiveAvgPool, GlobalAvgPool, Identity)
    return isinstance(layer, kinds) or (layer is not None and layer.merges_dimensions)


def one_large_linear(report: Report, readers: Readers) -> Iterator[Advice]:
    """A Linear behind the Flatten of a computed map that holds most of the network."""
    total = report.total_params
    if total < MANY:
        return
    rows = {row.name: row for row in report}
    for row in report:
        if not isinstance(row.layer, Linear) or row.params <= MOST * total:
            continue
        source = rows.get(row.inputs[0])
        while source is not None and isinstance(source.layer, ShapePreserving):
            source = rows.get(source.inputs[0])
        if source is None or source.layer is None or not source.layer.merges_dimensions or source.inputs[0] not in rows:
            continue
        left = row.layer.out_features * (source.input_shapes[0][0] + row.layer.bias)
        if left < row.params:
            yield Advice(
                row.name,
                "one large Linear",
                f"it holds {row.params:,} of the network's {total:,} parameters ({row.params / total:.0%}); a global "
                f"pooling in place of {source.name} would leave {left:,}",
            )


def sees_too_little(report: Report, readers: Readers) -> Iterator[Advice]:
    """No map has positions that see more than a small part of the picture."""
    sizes = report.input_shape[1:]
    maps = [
        number
        for number, row in enumerate(report)
        if len(row.output_shape) == len(report.input_shape) and _is_a_usual_map(row)
    ]
    after = report[maps[-1] + 1 :] if maps else ()
    if not sizes or not after:
        return
    if any(row.layer is None or _is_a_map(row) or prod(row.output_shape[1:]) > 1 for row in after):
        return  # there the positions are arranged in another way

    def share(number: int) -> float:
        axes = report[number].receptive_field.axes
        return min(float(axis.right - axis.left) / size for axis, size in zip(axes, sizes, strict=True))

    number = max(reversed(maps), key=share)  # a branch beside it may see less
    if share(number) <= ENOUGH:
        widest = report[number]
        seen = [int(axis.right - axis.left) for axis in widest.receptive_field.axes]
        yield Advice(
            widest.name,
            "sees too little",
            f"each position of the last map sees {written(seen)} of the {written(sizes)} input; more depth, stride or "
            "dilation before it would let it see the whole",
        )


def _is_a_usual_map(row: Row) -> bool:
    """Whether its positions run along the dimensions behind the channels."""
    return _is_a_map(row) and not row.receptive_field.dims


def _is_a_map(row: Row) -> bool:
    """Whether its positions see different parts of the picture."""
    return any(axis.jump for axis in row.receptive_field.axes)


def never_reached(report: Report, readers: Readers) -> Iterator[Advice]:
    """Parameters that the forward does not use."""
    if report.unused:
        count = sum(row.params for row in report.unused)
        yield Advice(
            report.unused[0].name,
            "never used",
            f"in evaluation mode the forward never reaches {count:,} parameters, from here on in {len(report.unused)} "
            "tensors",
        )


_RULES: Final[tuple[Callable[[Report, Readers], Iterator[Advice]], ...]] = (
    linear_on_a_map,
    broadcast,
    softmax_at_the_end,
    bias_before_norm,
    nothing_between,
    one_large_linear,
    sees_too_little,
    never_reached,
)
