"""What a model is fed: one shape, several, or several by name; and what it gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
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


Tree = Any
"""A `Fed`, or a list or dict of trees, as an argument may hold several tensors."""


@dataclasses.dataclass(frozen=True)
class Inputs:
    """What is given by position, and what by name."""

    positional: list[Tree]
    named: dict[str, Tree]

    def each(self) -> list[Fed]:
        """Every tensor of them."""
        found: list[Fed] = []
        self.filled(found.append)
        return found

    def filled(self, make: Callable[[Fed], Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a forward, with what is made for each tensor in its place."""
        return _filled(self.positional, make), _filled(self.named, make)


def _filled(tree: Tree, make: Callable[[Fed], Any]) -> Any:
    if isinstance(tree, Fed):
        return make(tree)
    if isinstance(tree, dict):
        return {name: _filled(part, make) for name, part in tree.items()}
    return [_filled(part, make) for part in tree]


def inputs_of(input_shape: Any, dtype: Any, default: torch.dtype) -> Inputs:
    """The positional and the keyword inputs.

    Args:
        input_shape: the shape of one example, such as (3, 32, 32); or a list of such shapes for several inputs; or a
            dict of them for inputs given by name. In place of a shape there may be a list or a dict again, where the
            forward takes one: [[(3, 32, 32), (1, 32, 32)]] is one argument that holds two.
        dtype: the type of the numbers, as a `torch.dtype` or its name, for all or in the same structure as the shapes.
        default: the type where none is given.

    Raises:
        InputError: a shape that is none, or a type that torch has not.
    """
    if isinstance(input_shape, Mapping):
        return Inputs([], _planted(input_shape, dtype, default, ""))
    if not _is_several(input_shape):
        return Inputs([_planted(input_shape, dtype, default, INPUT)], {})
    alone = len(input_shape) == 1
    names = [INPUT if alone else f"{INPUT}{number}" for number in range(1, len(input_shape) + 1)]
    parts = zip(input_shape, _kinds(dtype, len(input_shape)), names, strict=True)
    return Inputs([_planted(given, kind, default, name) for given, kind, name in parts], {})


def _planted(given: Any, kind: Any, default: torch.dtype, name: str) -> Tree:
    """What an argument holds, from its shapes and types in one structure."""
    if isinstance(given, Mapping):
        kinds = kind if isinstance(kind, Mapping) else dict.fromkeys(given, kind)
        return {str(key): _planted(part, kinds.get(key), default, _joined(name, key)) for key, part in given.items()}
    if _is_several(given):
        parts = enumerate(zip(given, _kinds(kind, len(given)), strict=True))
        return [_planted(part, each, default, _joined(name, at)) for at, (part, each) in parts]
    return Fed(name, _shape(given), _dtype(kind, default))


def _is_several(given: Any) -> bool:
    """Whether something is a list of shapes, and no shape."""
    several = isinstance(given, list | tuple) and bool(given)
    return several and all(isinstance(part, Sequence | Mapping) for part in given)


def _kinds(dtype: Any, count: int) -> Sequence[Any]:
    """A type for each of so many inputs.

    Raises:
        InputError: there are more or fewer.
    """
    if not isinstance(dtype, Sequence) or isinstance(dtype, str):
        return [dtype] * count
    if len(dtype) != count:
        raise InputError(f"there are {count} inputs and {len(dtype)} types; give one for each")
    return dtype


def unbatched(inputs: Inputs) -> Any:
    """The shapes without their first dimension, as they would be given; None where that is no batch of theirs all."""
    if len({one.shape[:1] for one in inputs.each()} | {()}) != 2:
        return None
    shapes, named = inputs.filled(lambda one: one.shape[1:])
    if named:
        return named
    return shapes[0] if len(shapes) == 1 and isinstance(shapes[0], tuple) else shapes


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
