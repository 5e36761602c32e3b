"""Along which dimensions a torch function that is no layer of ours reads more than one position of its input.

Torch's own descriptions of its operators tell: what it tags as pointwise reads none, and what takes a `dim` works along
that. Of anything else nothing is known.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor

from cnnshapes.layers.axes import indexed

_ALONG_DIM: Final = frozenset(
    (
        "all amax amin any argmax argmin argsort cat concat concatenate cummax cummin cumprod cumsum "
        "fft_fft fft_fft2 fft_ifft fft_ifft2 flip "
        "gumbel_softmax linalg_norm linalg_vector_norm log_softmax logcumsumexp logsumexp max mean median min mode "
        "nanmean nansum norm normalize prod quantile roll softmax softmin sort std sum var"
    ).split()
)
"""Functions whose `dim` or `dims` are all that they read along."""
_POINTWISE: Final = frozenset("bernoulli clone dropout fill floor_divide gelu softsign zero".split())
"""Pointwise functions that torch does not tag so."""


def along(func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], rank: int) -> tuple[int, ...] | None:
    """The dimensions along which a call reads more than one position of its tensors, the batch counted.

    Args:
        func: the torch function.
        args: its arguments by position.
        kwargs: those by name.
        rank: how many dimensions its first tensor has.

    Returns:
        None where any may be read: no dimension was given, or the function is not known.
    """
    if func is Tensor.__setitem__:
        return _indexed(rank, args[1])
    name = str(getattr(func, "__name__", "")).strip("_")
    where = _dim_argument(func, name) if name in _ALONG_DIM else None
    if where is not None:
        key, position, default = where
        dims = kwargs.get(key, args[position] if len(args) > position else default)
        dims = (dims,) if isinstance(dims, int) else dims
        if isinstance(dims, list | tuple) and dims and all(type(dim) is int for dim in dims):
            return tuple(dim % rank for dim in dims)
        return None
    return () if _is_pointwise(name) else None


@functools.cache
def _dim_argument(func: Any, name: str) -> tuple[str, int, Any] | None:
    """The name, position and default of the argument that says along which dimensions a function works."""
    try:
        parameters = inspect.signature(func).parameters
        named = {key: parameter.default for key, parameter in parameters.items()}
    except ValueError:  # written in C; the operator behind it has a schema
        named = {}
        packet = getattr(torch.ops.aten, name, None)
        for overload in packet.overloads() if packet is not None else ():
            arguments = getattr(packet, overload)._schema.arguments
            if any(argument.name in ("dim", "dims") and "int" in str(argument.type) for argument in arguments):
                named = {argument.name: argument.default_value for argument in arguments}
                break
    return next(((key, at, named[key]) for at, key in enumerate(named) if key in ("dim", "dims")), None)


@functools.cache
def _is_pointwise(name: str) -> bool:
    """Whether torch's operator of this name reads one position; `__rsub__` and `add_` go by the plain name."""
    for plain in (name, name[1:] if name[:1] in ("i", "r") else ""):  # `__iand__`, `__ror__`
        if plain in _POINTWISE:
            return True
        packet = getattr(torch.ops.aten, plain, None) if plain else None
        if packet is not None:
            return any(torch.Tag.pointwise in getattr(packet, overload).tags for overload in packet.overloads())
    return False


def _indexed(rank: int, index: Any) -> tuple[int, ...] | None:
    """The dimensions of which an assignment writes a part, as `x[:, :4] = y` does of the channels."""
    entries = index if isinstance(index, tuple) else (index,)
    if any(not isinstance(entry, int | slice | type(...)) for entry in entries):
        return None
    return tuple(dim for dim, entry in enumerate(indexed(index, rank)) if entry != slice(None))
