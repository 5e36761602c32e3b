"""What real torch says of a layer: the shape, the parameters and the cost, or that it refuses."""

from __future__ import annotations

import warnings

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cnnshapes.bridge.build import layer_module
from cnnshapes.layers import Layer, Shape

BATCH = 2
"""A batch of one would hide mistakes of `view` and of statistics."""
torch.set_num_threads(1)


class TorchRefusalError(Exception):
    """Torch did not make the layer or did not run it."""


def module_of(layer: Layer, inputs: tuple[Shape, ...], device: str = "cpu") -> nn.Module:
    """The layer as torch's module in training mode.

    Raises:
        TorchRefusalError: torch does not make it.
    """
    with warnings.catch_warnings(action="ignore"), torch.device(device):
        try:
            return layer_module(layer, *inputs)
        except Exception as error:
            raise TorchRefusalError(f"{type(error).__name__}: {error}") from error


def shape_of(module: nn.Module, inputs: tuple[Shape, ...]) -> Shape:
    """The shape of one example that comes out of a real forward.

    Raises:
        TorchRefusalError: torch does not run it.
    """
    with warnings.catch_warnings(action="ignore"):  # of ranks that a Dropout2d does not expect, of even kernels
        try:
            output = module(*(torch.ones(BATCH, *shape) for shape in inputs))
        except Exception as error:
            raise TorchRefusalError(f"{type(error).__name__}: {error}") from error
    return tuple(output.shape[1:])


def macs_of(layer: Layer, inputs: tuple[Shape, ...]) -> int:
    """Multiply–accumulates of one example, half of the flops that torch counts on the meta device."""
    module = module_of(layer, inputs, "meta").eval()  # in training, BatchNorm without momentum asks for a number
    with warnings.catch_warnings(action="ignore"), FlopCounterMode(display=False) as counter:
        module(*(torch.empty(BATCH, *shape, device="meta") for shape in inputs))
    flops: int = counter.get_total_flops()
    assert flops % (2 * BATCH) == 0
    return flops // (2 * BATCH)
