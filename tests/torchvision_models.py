"""torchvision's models without data: on the meta device, where tensors have a shape and no memory."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import nn

_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@functools.cache
def torchvision_models() -> Any:
    """The module `torchvision.models`; call this instead of importing it.

    Importing torchvision looks two operators of its compiled part up, which is built for one torch alone and missing
    next to any other. No classifier uses them, so their schemas are declared first.
    """
    make: Any = torch.library.Library
    library = make("torchvision", "DEF")
    for schema in _OPERATORS:
        library.define(schema)
    import torchvision

    torchvision.models.operators = library  # the declarations go when the library does
    _on_cpu(torchvision.models.regnet.BlockParams)
    return torchvision.models


def _on_cpu(kind: Any) -> None:
    """RegNet works its widths out with tensors; they need numbers when the model does not."""
    from_init_params = kind.from_init_params

    def with_numbers(**options: Any) -> Any:
        with torch.device("cpu"):
            return from_init_params(**options)

    kind.from_init_params = with_numbers


def on_meta(name: str, **options: Any) -> nn.Module:
    """A model by its torchvision name, in evaluation mode."""
    if name in ("googlenet", "inception_v3"):
        options.setdefault("init_weights", False)  # else it warns, and takes seconds
    with torch.device("meta"):
        model: nn.Module = torchvision_models().get_model(name, **options)
    return model.eval()
