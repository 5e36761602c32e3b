"""A few of timm's models, each odd in another way; `make sweep` has one or two of every family."""

from __future__ import annotations

import importlib.util

import pytest

from tests.sweep import outcome_of

ODD = {
    "convnextv2_atto": "a norm over the responses, by hand",
    "csatv2": "an attention that multiplies examples with each other",
    "dm_nfnet_f0": "standardised weights, gains by number",
    "efficientvit_m0": "attention over windows, with the batch folded in",
    "levit_128": "a cache of biases that a forward fills",
    "pit_ti_224": "a class token that is a parameter expanded",
    "resnest26d": "a convolution whose branches are weighed by softmax",
    "vit_tiny_patch16_224": "attention by torch's own function",
}


@pytest.mark.skipif(importlib.util.find_spec("timm") is None, reason="timm is not installed: 8 of its models not read")
@pytest.mark.filterwarnings("ignore")  # timm's own
@pytest.mark.parametrize("name", ODD)
def test_models_of_timm(name: str) -> None:
    """Parameters, output shape, MACs and every row are torch's."""
    assert not outcome_of(name).faults
