"""Run a model plainly, all of it on one device, with data or without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from cnnshapes.bridge.constants import Constants
from cnnshapes.bridge.failing import asks_for_values
from cnnshapes.bridge.functions import READING, REPLYING, VALUES, Unanswered, counts_of, replied
from cnnshapes.bridge.moves import cast, is_available, named_device, staying
from cnnshapes.bridge.stand_ins import META, tensors_of, with_tensors


class Staying(TorchFunctionMode):
    """Everything that runs inside stays on one device, whatever it names.

    On the meta device a tensor that the forward makes or keeps elsewhere loses its data where it meets one of there,
    and what is asked of constants is answered.

    Args:
        device: its name.
        data: tensors that have numbers, by the id of one that stands for it there without.
    """

    def __init__(self, device: str, data: Mapping[int, Tensor] | None = None) -> None:
        super().__init__()
        self.device = torch.device(device)
        self._constants = Constants(data)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in REPLYING:
            if (reply := replied(func, args, kwargs)) is not Unanswered:
                return reply
            func, args, kwargs = cast(func, args, kwargs)
        meets = any(tensor.is_meta for tensor in tensors_of((args, kwargs)))
        if self.device != META or meets or not is_available(named_device(func, args, kwargs)):
            func, args, kwargs = staying(func, args, kwargs, self.device)
        if self.device != META or func in READING:
            return func(*args, **kwargs)
        if func in VALUES:
            args, kwargs = self._constants.known(args, kwargs)
            return func(*args, **kwargs)
        given = args, kwargs
        if meets:
            args, kwargs = with_tensors(given, lambda tensor: _without_data(func, tensor))
        try:
            result = func(*args, **kwargs)
        except RuntimeError as error:
            if not asks_for_values(error):
                raise
            result = self._constants.answered(func, *given, error)
        self._constants.note(func, *given, tuple(tensors_of(result)))
        return result


def _without_data(func: Any, tensor: Tensor) -> Tensor:
    return tensor if tensor.is_meta or counts_of(func, tensor) else torch.empty_like(tensor, device=META)
