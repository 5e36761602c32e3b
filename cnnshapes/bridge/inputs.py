"""What a model is fed: one shape, several, or several by name; and what it gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from cnnshapes.design import INPUT, LARGEST_SIZE
from cnnshapes.errors import InputError
from cnnshapes.layers import Shape


class Fed(NamedTuple):
    """One input of a model: the name its rows are read by, the shape of one example, the type of its numbers."""

    name: str
    shape: Shape
    dtype: torch.dtype


Inputs = tuple[list[Fed], dict[str, Fed]]
"""What is given by position, and what by name."""


def inputs_of(input_shape: Any, dtype: Any, default: torch.dtype) -> Inputs:
    """The positional and the keyword inputs.

    Args:
        input_shape: the shape of one example, such as (3, 32, 32); or a list of such shapes for several inputs; or a
            dict of them for inputs given by name.
        dtype: the type of the numbers, as a `torch.dtype` or its name, for all or in the same structure as the shapes.
        default: the type where none is given.

    Raises:
        InputError: a shape that is none, or a type that torch has not.
    """
    if isinstance(input_shape, Mapping):
        named = dtype if isinstance(dtype, Mapping) else dict.fromkeys(input_shape, dtype)
        return [], {
            str(name): Fed(str(name), _shape(shape), _dtype(named.get(name), default))
            for name, shape in input_shape.items()
        }
    if (
        isinstance(input_shape, list | tuple)
        and input_shape
        and all(isinstance(part, Sequence) for part in input_shape)
    ):
        types = dtype if isinstance(dtype, Sequence) and not isinstance(dtype, str) else [dtype] * len(input_shape)
        if len(types) != len(input_shape):
            raise InputError(f"there are {len(input_shape)} inputs and {len(types)} types; give one for each")
        names = [INPUT] if len(input_shape) == 1 else [f"{INPUT}{number + 1}" for number in range(len(input_shape))]
        return [
            Fed(name, _shape(shape), _dtype(kind, default))
            for name, shape, kind in zip(names, input_shape, types, strict=True)
        ], {}
    return [Fed(INPUT, _shape(input_shape), _dtype(dtype, default))], {}


def unbatched(inputs: Inputs) -> Any:
    """The shapes without their first dimension, as they would be given; None where there is none to leave out."""
    positional, named = inputs
    if not all(one.shape for one in (*positional, *named.values())):
        return None
    if named:
        return {name: one.shape[1:] for name, one in named.items()}
    shapes = [one.shape[1:] for one in positional]
    return shapes if len(shapes) > 1 else shapes[0]


def tensors_in(value: Any, path: str = "") -> Iterator[tuple[str, Tensor]]:
    """Every tensor of a model's output with where it sits: `logits`, `1`, `features.0`."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from tensors_in(item, _joined(path, key))
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        for key, item in zip(value._fields, value, strict=True):
            yield from tensors_in(item, _joined(path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from tensors_in(item, _joined(path, number))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from tensors_in(getattr(value, field.name), _joined(path, field.name))


def _joined(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _shape(shape: Any) -> Shape:
    # unlike a design's, a model's input may have no dimension but the batch, or more than four
    if isinstance(shape, Sequence) and not isinstance(shape, str):
        found = tuple(shape)
        if all(type(size) is int and 1 <= size < LARGEST_SIZE for size in found):
            return found
    if isinstance(shape, Tensor):
        raise InputError(
            f"a tensor is no shape; give that of one example, without the batch, such as {tuple(shape.shape[1:])}"
        )
    raise InputError(
        f"{shape!r} is no shape of one example; it should be positive whole numbers without the batch, such as "
        "(3, 32, 32), or a list or dict of such shapes for several inputs"
    )


def _dtype(dtype: Any, default: torch.dtype) -> torch.dtype:
    if dtype is None:
        return default
    found = getattr(torch, dtype, None) if isinstance(dtype, str) else dtype
    if isinstance(found, torch.dtype):
        return found
    raise InputError(f"{dtype!r} is no type of numbers; torch has float32, float16, int64, complex64 and others")
