"""The layer that a module of torch.nn is: their arguments have the same names, so one function serves all classes."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from torch import nn

from cnnshapes.errors import DesignError
from cnnshapes.layers import LAYERS, Layer


@functools.cache
def leaf_classes() -> dict[type[nn.Module], tuple[type[Layer], Callable[[Any], Any]]]:
    """The classes of torch.nn that are one layer of ours each, with what gets the arguments from its attributes."""
    found: dict[type[nn.Module], tuple[type[Layer], Callable[[Any], Any]]] = {}
    for name, layer in LAYERS.items():
        module = getattr(nn, name, None)
        if module is not None and not layer.torch_function:
            stored = [argument for argument in layer.arguments() if argument != "bias"]
            if "return_indices" in module.__init__.__code__.co_varnames:
                stored.append("return_indices")  # with them the module gives two tensors, and is no layer of ours
            found[module] = layer, operator.itemgetter(*stored) if stored else _nothing
    return found


def layer_of(module: nn.Module) -> Layer | None:
    """The layer that a module is, None where its class is none of ours or it was changed beyond its arguments."""
    known = leaf_classes().get(type(module))
    if known is None or getattr(module, "return_indices", False):
        return None
    layer, _ = known
    given = {name: getattr(module, name) for name in layer.arguments() if name != "bias"}
    if "bias" in layer.arguments():
        # without weights there is no bias to have; the argument then keeps its default
        given["bias"] = module._parameters.get("bias") is not None or module._parameters.get("weight") is None
    try:
        return layer(**given)
    except DesignError:
        return None


def _nothing(attributes: Any) -> tuple[()]:
    return ()
