"""The layers are those of torch.nn, with its names, argument names, order and defaults."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping

import pytest
from torch import nn
from torch.nn.modules import activation, batchnorm, conv, dropout, instancenorm, normalization, padding, pooling
from torch.nn.modules import upsampling as upsampling_module

from cnnshapes.layers import LAYERS
from cnnshapes.layers.arguments import REQUIRED

LEFT_OUT = {
    "MultiheadAttention": "reads three inputs and gives two outputs",
    "LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d": "in_channels may "
    "be left out of every convolution here",
    "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d": "num_features may be left out too",
    "LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d": "num_features may be left out too",
    "SyncBatchNorm": "needs several processes",
    "CrossMapLRN2d": "an old form of LocalResponseNorm",
    "FractionalMaxPool2d FractionalMaxPool3d": "its windows are drawn at random",
    "MaxUnpool1d MaxUnpool2d MaxUnpool3d": "reads the indices that a pooling gives as a second output",
}
"""Classes of torch's families without a layer here, and why."""

NOT_OURS = {"device", "dtype", "return_indices", "min_value", "max_value"}
"""Where and in what type numbers are kept, a second output, and old names of Hardtanh's arguments."""


def torch_parameters(kind: str) -> Mapping[str, inspect.Parameter]:
    """What torch's class takes, in its order."""
    parameters = inspect.signature(getattr(nn, kind)).parameters
    starred = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {
        name: parameter
        for name, parameter in parameters.items()
        if name not in NOT_OURS and parameter.kind not in starred
    }


MODULES = [kind for kind, layer in LAYERS.items() if not layer.torch_function]


@pytest.mark.parametrize("kind", MODULES)
def test_arguments_are_torchs(kind: str) -> None:
    """Names, order, defaults and keyword-only arguments are those of torch's class."""
    fields = {field.name: field for field in dataclasses.fields(LAYERS[kind])}
    theirs = torch_parameters(kind)
    assert list(fields) == list(theirs)
    for name, parameter in theirs.items():
        field = fields[name]
        assert field.kw_only == (parameter.kind is inspect.Parameter.KEYWORD_ONLY), name
        if LAYERS[kind].arguments()[name].from_input:
            assert field.default is None, name  # torch requires it; here the input decides
        elif parameter.default is inspect.Parameter.empty:
            assert field.default is REQUIRED, name
        else:
            assert field.default == parameter.default, name
            assert type(field.default) is type(parameter.default), name


@pytest.mark.parametrize(
    "family",
    [activation, batchnorm, conv, dropout, instancenorm, normalization, padding, pooling, upsampling_module],
    ids=lambda family: family.__name__.rsplit(".", 1)[1],
)
def test_every_class_of_torchs_families_is_there(family: object) -> None:
    """A class that torch has and cnnshapes has not stands in `LEFT_OUT` with its reason."""
    left_out = {name for names in LEFT_OUT for name in names.split()}
    missing = set(vars(family)["__all__"]) - set(LAYERS) - left_out
    assert not missing


def test_nothing_is_left_out_that_is_there() -> None:
    """The list of what is left out names only classes of torch.nn that have no layer."""
    for name in (name for names in LEFT_OUT for name in names.split()):
        assert name not in LAYERS
        assert hasattr(nn, name)
