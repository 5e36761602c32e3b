"""Weights of a network's own and constant tensors: their sizes, and the same numbers in another arrangement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final

from cnnshapes.layers import Shape
from cnnshapes.layers.axes import indexed
from cnnshapes.source.modules import Parameter
from cnnshapes.source.pure import guarded
from cnnshapes.source.values import DEEPEST, Skip


def of_numbers(value: Any) -> Shape:
    """The sizes of a tensor that is made of numbers, () of one number; raises Skip where they are not known."""
    sizes: list[int] = []
    while isinstance(value, list | tuple) and len(sizes) < DEEPEST:
        sizes.append(len(value))
        value = value[0] if value else 0.0
    if not isinstance(value, int | float):
        raise Skip("the size of this tensor is not known")
    return tuple(sizes)


def arranged(weight: Parameter, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What a method gives that tells the sizes of a weight or arranges it; raises Skip for any other."""
    if weight.shape is None:
        raise Skip("the size of this weight is not known")
    if name not in ARRANGING:
        raise Skip(f"`.{name}` of a weight is not understood")
    values = [*given, *named.values()]
    if len(values) == 1 and isinstance(values[0], tuple | list) and name != "__getitem__":
        values = list(values[0])
    found = guarded(ARRANGING[name], weight.shape, *values)
    return replace(weight, shape=tuple(found), origin=weight.origin or weight) if isinstance(found, tuple) else found


def _viewed(shape: Shape, *sizes: int) -> Shape:
    known = prod(size for size in sizes if size != -1)
    after = tuple(prod(shape) // max(known, 1) if size == -1 else size for size in sizes)
    if prod(after) != prod(shape):
        raise Skip("the size of this weight is not known")
    return after


def _unsqueezed(shape: Shape, dim: int) -> Shape:
    at = dim % (len(shape) + 1)
    return (*shape[:at], 1, *shape[at:])


def _squeezed(shape: Shape, dim: int | None = None) -> Shape:
    wanted = range(len(shape)) if dim is None else (dim % len(shape),)
    return tuple(size for at, size in enumerate(shape) if size != 1 or at not in wanted)


def _expanded(shape: Shape, *sizes: Any) -> Shape:
    """The weight itself, which is repeated to fit wherever it is read."""
    return (*[1] * (len(sizes) - len(shape)), *shape)


def _indexed(shape: Shape, index: Any) -> Shape:
    entries = indexed(index, len(shape))
    if any(entry is not None and entry != slice(None) for entry in entries):
        raise Skip("a part of a weight is not understood")
    sizes = iter(shape)
    return (*(1 if entry is None else next(sizes) for entry in entries), *sizes)


def _permuted(shape: Shape, *dims: int) -> Shape:
    return tuple(shape[dim] for dim in dims)


ARRANGING: Final[dict[str, Callable[..., Any]]] = {
    "view": _viewed, "reshape": _viewed, "unsqueeze": _unsqueezed, "squeeze": _squeezed, "expand": _expanded,
    "expand_as": lambda shape, other: shape, "__getitem__": _indexed, "permute": _permuted,
    "t": lambda shape: shape[::-1], "numel": prod, "nelement": prod, "dim": len,
}  # fmt: skip
"""Methods, each with what makes of a weight's sizes those of the result, or a number."""
