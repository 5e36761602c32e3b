"""Torch's own answer on the meta device, asked once for each operation on tensors of given shapes.

A transformer of twelve equal blocks asks the same twelve times. Kernels on the meta device look at shapes, strides and
types alone, so the answer is kept by those and given out as fresh tensors.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import torch
from torch import Tensor

from cnnshapes.bridge.counting import CountMacs
from cnnshapes.bridge.functions import IN_PLACE, QUIET

KEPT: Final = 20_000
"""Answers kept between models."""


class Blank(NamedTuple):
    """What is to be known of a tensor without data to make another."""

    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype
    device: torch.device

    @classmethod
    def of(cls, tensor: Tensor) -> Blank:
        """Its description."""
        return cls(tuple(tensor.shape), tensor.stride(), tensor.dtype, tensor.device)

    def tensor(self) -> Tensor:
        """A tensor like it."""
        return torch.empty_strided(self.shape, self.stride, dtype=self.dtype, device=self.device)


_kept: dict[Any, tuple[type | None, tuple[Blank | None, ...], int]] = {}
_PLAIN: Final[frozenset[type]] = frozenset(
    (
        *(int, float, bool, str, complex, type(None), type(...), torch.dtype, torch.device),
        *(torch.memory_format, torch.layout),
    )
)


def computed(func: Any, args: Any, kwargs: Any) -> tuple[Any, int]:
    """What a torch function gives for tensors on the meta device, and its multiply–accumulates for the whole batch.

    Raises:
        RuntimeError, TypeError and others: as torch does.
    """
    key = None
    if func not in IN_PLACE:
        try:
            key = (func, _described(args), _described(kwargs), torch.is_autocast_enabled("cpu"))
        except _Unlike:
            key = None
    known = _kept.get(key) if key is not None else None
    if known is not None:
        kind, blanks, macs = known
        tensors = [blank.tensor() if blank is not None else None for blank in blanks]
        return (tensors[0] if kind is None else kind(tensors)), macs
    macs = 0
    if func in QUIET:
        result = func(*args, **kwargs)
    else:
        with CountMacs() as counted:
            result = func(*args, **kwargs)
        macs = counted.macs
    if key is not None:
        _keep(key, result, macs, args)
    return result, macs


def _keep(key: Any, result: Any, macs: int, args: Any) -> None:
    kind = None if isinstance(result, Tensor) else type(result)
    tensors = [result] if kind is None else result
    if kind not in (None, tuple, list) or not all(isinstance(item, Tensor | None) for item in tensors):
        return
    if any(
        item is value is not None for item in tensors for value in args
    ):  # handed through, which a caller may rely on
        return
    if len(_kept) >= KEPT:
        _kept.clear()
    _kept[key] = kind, tuple(None if item is None else Blank.of(item) for item in tensors), macs


class _Unlike(Exception):  # noqa: N818  no error
    """An argument that cannot be told from another by looking at it."""


def _described(value: Any) -> Any:
    """Something hashable that is equal for arguments for which a meta kernel answers alike."""
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if isinstance(value, Tensor):
        if kind not in (Tensor, torch.nn.Parameter) or not value.is_meta:
            raise _Unlike
        return Blank.of(value)
    if kind in (tuple, list, torch.Size):
        return kind, tuple(map(_described, value))
    if kind is dict:
        return tuple((name, _described(item)) for name, item in value.items())
    if kind is slice:
        return kind, _described((value.start, value.stop, value.step))
    raise _Unlike
