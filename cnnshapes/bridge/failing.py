"""Where in the user's own code a forward failed, and what that means."""

from __future__ import annotations

import inspect
import linecache
import os
import re
import traceback
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from torch import nn
from torch.nn.functional import multi_head_attention_forward

from cnnshapes.bridge.counting import UNLIKE
from cnnshapes.bridge.functions import ARRANGING, MULTIPLYING, spoken
from cnnshapes.design import INPUT, Design, Node
from cnnshapes.errors import DesignError, ReadError, Repair, ShapeError
from cnnshapes.layers import Layer, Shape
from cnnshapes.layers.base import written
from cnnshapes.report import Report, report_of

_MISFED: Final = (
    ("input_size", r"must be equal to input_size\. Expected (?P<takes>\d+), got (?P<given>\d+)"),
    ("input_size", r"inconsistent input_size: got (?P<given>\d+) expected (?P<takes>\d+)"),
    ("hidden_size", r"hidden\d has inconsistent hidden_size: got (?P<given>\d+), expected (?P<takes>\d+)"),
    ("embed_dim", r"expecting embedding dimension of (?P<takes>\d+), but got (?P<given>\d+)"),
    ("kdim", r"expecting key weights shape of \(\d+, (?P<given>\d+)\), but got .*\[\d+, (?P<takes>\d+)\]"),
    ("vdim", r"expecting value weights shape of \(\d+, (?P<given>\d+)\), but got .*\[\d+, (?P<takes>\d+)\]"),
    ("in1_features", r"input1 size does not match weight size: got (?P<given>\d+) but expected (?P<takes>\d+)"),
    ("in2_features", r"input2 size does not match weight size: got (?P<given>\d+) but expected (?P<takes>\d+)"),
)
"""What layers of torch's say themselves, with the argument that it is about."""
_HELD: Final = re.compile(r"argument 'input' .*must be Tensor, not (tuple|list|dict)$")
_STATE: Final = re.compile(r"Expected hidden\[\d\] size \((.*)\), got \[(.*)\]")
_UNCALLED: Final = r"missing \d+ required |takes .*\d+ .*arguments? but|got an unexpected keyword argument"
_UNPACKED: Final = r"values to unpack|tuple index out of range"
_SIZES: Final = r"\.shape\b|\.size\("
_NOT_THE_USERS = tuple(f"{folder}{os.sep}" for folder in (Path(torch.__file__).parent, Path(__file__).parents[1]))


class Refused(NamedTuple):
    """The operation that a layer refused: its name, the layer, and the rows it reads."""

    name: str
    layer: Layer
    inputs: tuple[str, ...]


def source_of(error: BaseException) -> str:
    """`net.py:12: x = self.fc(x)`, the innermost line of the user's forward; empty where the error has none."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        if not name.startswith(_NOT_THE_USERS):
            text = linecache.getline(name, line).strip()
            return f"{Path(name).name}:{line}" + (f": {text}" if text else "")
    return ""


def let_go(error: BaseException) -> None:
    """Let go of what an error holds that nobody will see: the frames it came through, and the model in them."""
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one.__traceback__ is not None:
            one.__traceback__ = None
            waiting += [one.__cause__, one.__context__]


def hands_on(error: Exception) -> bool:
    """Whether forwards that take any inputs, as `*inputs`, failed to unpack them or to call another with them."""
    if not re.search(_UNCALLED if isinstance(error, TypeError) else _UNPACKED, str(error)):
        return False
    if re.search(_SIZES, source_of(error)):
        return False  # the sizes of an input were unpacked, not the inputs
    frames = (frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__))
    users = [code for code in frames if not code.co_filename.startswith(_NOT_THE_USERS)]
    return bool(users) and all(code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) for code in users)


def refusal(
    error: Exception, path: str, batch: int = 0, modules: Mapping[str, nn.Module] | None = None
) -> ShapeError | ReadError:
    """What a user is told of an error that a forward raised.

    Args:
        error: what was raised.
        path: the module that was running, "" at the top.
        batch: the size of the stand-ins' batch, 0 where there is none to speak of.
        modules: those of the model by their paths, where its layers' own words may be told better.
    """
    failed: ShapeError | ReadError | None = error if isinstance(error, ShapeError) else None
    if batch and modules is not None:  # where torch's own function refused, what it said is the cause
        cause = error.__cause__ if failed is not None else error
        failed = _misfed(str(cause), path, batch, modules) or failed
    if failed is None:
        said = str(error).strip().splitlines()[0].strip(" .") if str(error).strip() else ""
        said = in_words(said, batch) if batch else said
        where = f"{path}: " if path else ""
        failed = ReadError(f"{where}{_reason(error, said)}")
    failed.source = source_of(error)
    return failed


def _reason(error: Exception, said: str) -> str:
    """Why a forward cannot be followed, in our words where torch's own tell little, else in torch's."""
    if asks_for_values(error):
        return "its forward asks for the numbers in a tensor, which a summary computes without"
    if makes_nested(error):
        return "its forward makes a nested tensor, whose examples have sizes of their own; pad them to one shape"
    if held := _HELD.search(said):
        return (
            f"a {held[1]} reaches it, and it reads one tensor; recurrent layers and attentions give more than their "
            "output, so take the first in a forward, as `x, _ = self.lstm(x)` does"
        )
    if state := _STATE.search(said):
        return f"the state it is given is ({state[2]}), and it takes ({state[1]}): layers·directions, batch, size"
    return f"its forward raised {type(error).__name__}{': ' if said else ''}{said}"


def _misfed(message: str, path: str, batch: int, modules: Mapping[str, nn.Module]) -> ShapeError | None:
    """What a recurrent layer or an attention says itself of the features that reach it; None of anything else.

    Args:
        message: the layer's own.
        path: where the layer is; the number of a later call behind it.
        batch: the size of the stand-ins' batch.
        modules: the model's by their paths.
    """
    where, _, again = path.partition("#")
    module = modules.get(where)
    field, found = next(((name, match) for name, words in _MISFED if (match := re.search(words, message))), ("", None))
    if found is None or not hasattr(module, field):
        return None
    takes, given = int(found["takes"]), int(found["given"])
    if given % batch == 0:
        return None  # the batch is where the features should be
    heads = getattr(module, "num_heads", 1)
    unshared = field == "embed_dim" and given % heads
    around = where.rpartition(".")[0]
    if isinstance(modules.get(around), nn.TransformerEncoderLayer | nn.TransformerDecoderLayer):
        field, module, where = "d_model", modules[around], around
    problem = f"{field} is {takes} but {given} features reach it"
    if again:
        problem += f"; this is call {again} of {where}, with the weights of the first"
    elif unshared:
        problem += f", which {heads} heads cannot share"
    offered = [] if again or unshared else [Repair.set(field, given)]
    return ShapeError(problem, offered, node=where, kind=type(module).__name__)


def makes_nested(error: Exception) -> bool:
    """Whether torch failed for it has no nested tensors without data."""
    return "NestedTensorImpl" in str(error) or "NestedIntNode" in str(error)


def asks_for_values(error: Exception) -> bool:
    """Whether torch failed for want of data: `if x.sum() > 0`, `x.item()`, a boolean mask."""
    text = str(error).lower()
    return isinstance(error, NotImplementedError | RuntimeError | TypeError | ValueError) and (
        "meta tensor" in text
        or "meta device type tensor" in text
        or "item() cannot be called" in text
        or "data-dependent" in text
        or "data-independent" in text
        or "should be a 1d cpu int64 tensor" in text  # pack_padded_sequence looks at the lengths
    )


def repairs(report: Report, refused: Refused, offered: tuple[Repair, ...]) -> tuple[Repair, ...]:
    """The repairs of what was refused, each tried on a design of the rows before it; those offered if they make none.

    A design has a node for each call of a module, so an edit of a module that is called again would be no repair.
    """
    calls = [name for name in (refused.name, *(row.name for row in report)) if "#" in name]
    again = {node for name in calls for node in (name.replace("#", "_"), name.split("#")[0])}
    names = {row.name: row.name.replace("#", "_") for row in report} | {INPUT: INPUT}
    try:
        nodes = [_node(row.name, row.layer, row.inputs, names) for row in report]
        nodes.append(_node(refused.name, refused.layer, refused.inputs, names))
        report_of(Design(report.name, report.input_shape, tuple(nodes)))
    except ShapeError as error:
        return tuple(repair for repair in error.repairs if again.isdisjoint(edit.node for edit in repair.edits))
    except (DesignError, KeyError):  # an operation without a layer, a second input, two names that look alike
        pass
    return () if "#" in refused.name else offered


def _node(name: str, layer: Layer | None, inputs: Sequence[str], names: dict[str, str]) -> Node:
    if layer is None:
        raise DesignError(f"there is no layer for {name}")
    return Node(name.replace("#", "_"), layer, tuple(names[source] for source in inputs))


def torchs_refusal(func: Any, shapes: Sequence[Shape], error: RuntimeError, batch: int) -> str:
    """What torch refused, as a sentence with the numbers of one example.

    Args:
        func: the torch function.
        shapes: of one example, of the tensors among its arguments.
        error: what torch raised.
        batch: the size of the stand-ins' batch.
    """
    if func in MULTIPLYING and len(shapes) == 2 and min(map(len, shapes)) and shapes[0][-1] != shapes[1][-2:][0]:
        first, second = shapes
        row, column = first[-1], second[-2:][0]
        fitting = written((*second[:-2], row, *second[-1:][: len(second) - 1]))
        turned = " or transposed" if len(second) > 1 and second[-1] == row else ""
        return (
            f"{written(first)} times {written(second)} cannot be: rows of {row} meet columns of {column}; the second "
            f"would fit as {fitting}{turned}"
        )
    if func is multi_head_attention_forward and shapes[1][-1] != shapes[0][-1]:
        _, keys, values, *_ = [shape[-1] for shape in shapes]
        return (
            f"keys of {keys} features reach queries of {shapes[0][-1]}; kdim={keys} and vdim={values} would take them"
        )
    said = in_words(str(error).splitlines()[0].strip(" ."), batch)
    if "does not require grad" in said:
        return f"{spoken(func)} needs gradients, and a summary computes without any"
    if "fake impl" in said:
        return f"{spoken(func)} computes with numbers alone, as quantised layers do; summarise the model before"
    problem = f"torch refuses {spoken(func)} of {' and '.join(map(written, shapes))}: {said}"
    if "scalar types: Long" in said or "IntTensor" in said:
        problem += '; give its input whole numbers, dtype="int64"'
    if UNLIKE in said or ("expected scalar type" in said and " but found " in said):
        problem += "; give both one type, by x.to(weight.dtype) or the dtype of the input"
    if "Input type" in said and "complex" in said:
        kind = "real" if said.index("complex") < said.index(" and ") else "complex"
        problem += f'; give it {kind} numbers, dtype="{"float32" if kind == "real" else "complex64"}"'
    return problem


def in_words(message: str, batch: int) -> str:
    """A message of torch's with the stand-ins' batch called by that name: `batch·144` for a multiple of it."""

    def spoken_size(match: re.Match[str]) -> str:
        times, rest = divmod(int(match[0]), batch)
        return match[0] if rest or not times else "batch" if times == 1 else f"batch·{times}"

    return re.sub(r"\d+", spoken_size, message)


def misarranged(func: Any, args: tuple[Any, ...], shape: Shape, batch: int) -> str:
    """What is wrong with the sizes of a `view` or `reshape`; "" where it is something else.

    Args:
        func: the torch function.
        args: its arguments.
        shape: of one example of the tensor that is rearranged.
        batch: the size of the stand-ins' batch.
    """
    if func not in ARRANGING:
        return ""
    sizes = args[1] if len(args) == 2 and isinstance(args[1], (tuple, list)) else args[1:]
    if not all(isinstance(size, int) for size in sizes):
        return ""
    numbers, asked = prod(shape), prod(size for size in sizes[1:] if size > 0)
    call = f"{spoken(func)}({', '.join('batch' if size == batch else str(size) for size in sizes)})"
    found = f"{call} does not fit: {numbers} numbers of each example reach it"
    if type(sizes[0]) is int and sizes[0] not in (-1, batch) and asked == numbers:
        return f"{call} fixes the batch at {sizes[0]}; write x.size(0) or -1 there"
    if asked == numbers or (-1 in sizes[1:] and asked and numbers % asked == 0):
        return f"{call} cannot be: the numbers do not lie in this order in memory; use reshape, or contiguous() before"
    if len(sizes) == 1:
        return f"{call} leaves no dimension for the batch; write x.size(0), {numbers}"
    if len(sizes) == 2:
        return f"{found}, so it must be {call.split(',', maxsplit=1)[0]}, {numbers})"
    sizes_asked = "·".join(str(size) for size in sizes[1:] if size > 0)
    product = f"{sizes_asked} = {asked}" if "·" in sizes_asked else sizes_asked
    return f"{found}, and {numbers} is not {'a multiple of ' if -1 in sizes[1:] else ''}{product}"
