"""Count multiply–accumulates of torch's kernels by torch's own formulas."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from cnnshapes.bridge.functions import QUIET

UNLIKE: Final = "numbers of unlike types, which it does not multiply"
_OF_ONE_TYPE: Final = frozenset(
    getattr(torch.ops.aten, name) for name in ("mm", "addmm", "bmm", "baddbmm", "convolution")
)
"""Kernels that refuse numbers of unlike types, but do not look at them without data."""


class CountMacs(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the kernels that run inside. Much lighter than FlopCounterMode, which also tracks modules.

    Attributes:
        macs: multiply–accumulates so far, for the whole batch.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.macs = 0
        self._casts = torch._C._is_any_autocast_enabled()  # which does nothing on the meta device

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        formula = flop_registry.get(func._overloadpacket)
        if formula is None and func is not torch.ops.prim.device.default:
            with self:  # an operation made of others is counted by them
                parts = func.decompose(*args, **kwargs)
            if parts is not NotImplemented:
                return parts
        result = func(*args, **kwargs)
        if formula is not None:
            if func._overloadpacket in _OF_ONE_TYPE and not self._casts:
                _check_types(args)
            self.macs += formula(*args, **kwargs, out_val=result) // 2
        return result


def _check_types(args: Any) -> None:
    """Refuse what torch refuses with data.

    Raises:
        RuntimeError: tensors of several types.
    """
    types = list(dict.fromkeys(str(value.dtype).removeprefix("torch.") for value in args if isinstance(value, Tensor)))
    if len(types) > 1:
        raise RuntimeError(f"{' and '.join(types)} are {UNLIKE}")


def counted(func: Any, args: Any, kwargs: Any) -> tuple[Any, int]:
    """What a torch function gives for tensors on the meta device, and its multiply–accumulates for the whole batch.

    Raises:
        RuntimeError, TypeError and others: as torch does.
    """
    if func in QUIET:
        return func(*args, **kwargs), 0
    with CountMacs() as counting:
        result = func(*args, **kwargs)
    return result, counting.macs
