"""Torch's error messages in plain words: which layer, which numbers, and what to change.

One function for each message, found by the pattern above it. It is given the numbers in the message, and says what
happened; with the design at hand it says where.

explained(message, design) -> Explanation    what a message means, None where it is not known

explanation             what an explanation is, and the list of the messages
layers, merging, data   messages of layers; of sums, views and batches; of labels, types, devices and saved weights
settings                messages of settings that no layer takes, of paddings, splits, resizings and sequences
calls, gradients        messages of wrong arguments and names; of the backward pass
"""

from __future__ import annotations

from cnnshapes.design import Design
from cnnshapes.torch_errors import (
    calls,
    data,
    gradients,
    layers,
    merging,
    settings,
)  # each enters the messages it knows
from cnnshapes.torch_errors.explanation import MEANINGS, Explanation, Network

__all__ = ["Explanation", "calls", "data", "explained", "gradients", "layers", "merging", "settings"]


def explained(message: str, design: Design | None = None) -> Explanation | None:
    """The meaning of torch's error message; None where it is not known.

    Args:
        message: the message, or a whole traceback that ends in it.
        design: the network it came from, so that the layer can be named.
    """
    text = " ".join(message.split())
    for pattern, meaning in MEANINGS:
        match = pattern.search(text)
        if match is not None and (found := meaning(match, Network(design))) is not None:
            return found
    return None
