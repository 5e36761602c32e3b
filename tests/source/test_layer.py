"""One layer as PyTorch source: what is printed is read back, and what is no layer gets a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnshapes import presets
from cnnshapes.formats.code import layer_code
from cnnshapes.layers import Add, Concat, Conv2d, Layer, Linear, ReLU
from cnnshapes.report import report_of
from cnnshapes.source import SourceError
from cnnshapes.source.layer import layer_from_code


@given(st.sampled_from(["lenet5", "googlenet", "mobilenet_v2", "densenet121", "resnet50"]), st.data())
def test_what_is_printed_is_read_back(name: str, data: st.DataObject) -> None:
    """Each row's code, sizes filled in, is the same layer again, with those sizes left to follow."""
    design = presets.preset(name)
    row = data.draw(st.sampled_from(report_of(design).rows))
    node = design[row.name]
    again = layer_from_code(layer_code(node, row), row.input_shapes)
    assert again.resolved(*row.input_shapes) == node.layer.resolved(*row.input_shapes)
    assert layer_from_code(layer_code(node), row.input_shapes) == again


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("nn.Conv2d(6, 16, kernel_size=5)", Conv2d(out_channels=16, kernel_size=5)),
        ("Conv2d(6, 8 * 2, 5)", Conv2d(out_channels=16, kernel_size=5)),
        ("self.conv = nn.Conv2d(7, 16, 5)", Conv2d(7, 16, 5)),
        ("nn.Linear(14, 3)", Linear(out_features=3)),
        ("torch.cat((a, b), dim=1)", Concat()),
        ("torch.add(a, b)", Add()),
        ("F.relu(x)", ReLU()),
    ],
)
def test_ways_to_write_a_layer(text: str, layer: Layer) -> None:
    """With and without nn., assigned, as a function; a size that is not what reaches the layer stays."""
    assert layer_from_code(text, [(6, 14, 14)]) == layer


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it should be a call such as nn.Conv2d"),
        ("import os", "it should be a call"),
        ("nn.ReLU", "it should be a call"),
        ("nn.Conv2d(6, 16, 5", "not Python"),
        ("nn.Conv2d(6, 16)", "needs kernel_size"),
        ("nn.Conv2d(6, 16, 'x')", "kernel_size should be a whole number"),
        ("nn.Conv2d(6, 16, 5, kernels=3)", "no argument kernels"),
        ("nn.Conv2d(6, width, 5)", "out_channels of this Conv2d is not known"),
        ("nn.Foo(3)", "`nn.Foo` is no layer"),
        ("nn.Sequential(nn.ReLU())", "is no layer"),
        ("__import__('os').system('echo')", "not understood"),
    ],
)
def test_what_is_no_layer(text: str, sentence: str) -> None:
    """Says what was not understood; nothing of it runs."""
    with pytest.raises(SourceError, match=sentence):
        layer_from_code(text, [(6, 14, 14)])
