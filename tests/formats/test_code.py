"""The PyTorch source: it runs as printed and gives what the report says."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnshapes import Design, ShapeError
from cnnshapes.design import Builder
from cnnshapes.formats.code import class_name, identifiers, to_code
from cnnshapes.layers import Add, Conv2d, Flatten, Hardtanh, Identity, Linear, LPPool2d, ReLU, Unflatten
from cnnshapes.presets import PRESETS
from cnnshapes.report import report_of
from tests.formats.designs import DESIGNS, branches, chains, graphs, lenet, residual

torch.set_num_threads(1)


def made(design: Design) -> nn.Module:
    """The module that the printed source defines, on the meta device."""
    namespace: dict[str, Any] = {}
    exec(compile(to_code(design), "printed", "exec"), namespace)  # noqa: S102  what the test is about
    with torch.device("meta"):
        module: nn.Module = namespace[class_name(design.name)]()
    return module.eval()


def assert_as_reported(design: Design) -> None:
    """The printed module has the report's weights, in order, and gives the report's output shape."""
    report = report_of(design)
    module = made(design)
    names = identifiers(row.name for row in report)
    own = [row for row in report if row.layer is not None and row.layer.torch_function]  # torch lists these first
    assert [(name, tuple(parameter.shape)) for name, parameter in module.named_parameters()] == [
        *((names[row.name], shape) for row in own for shape in row.weights.values()),
        *(
            (f"{names[row.name]}.{weight}", shape)
            for row in report
            if row not in own
            for weight, shape in row.weights.items()
        ),
    ]
    output = module(torch.empty((2, *design.input_shape), device="meta"))
    assert tuple(output.shape) == (2, *report.output_shape)


@pytest.mark.parametrize("design", DESIGNS)
def test_small_designs(design: Callable[[], Design]) -> None:
    """Stacks and branches run as printed, with the weights and the output that the report has."""
    assert_as_reported(design())


@given(chains())
def test_chains(design: Design) -> None:
    """Any plain stack runs as printed."""
    assert_as_reported(design)


@given(graphs())
def test_graphs(design: Design) -> None:
    """Branches of any form run as printed."""
    assert_as_reported(design)


@pytest.mark.parametrize("name", PRESETS)
def test_presets(name: str) -> None:
    """Every preset runs as printed."""
    assert_as_reported(PRESETS[name].build())


def test_source_of_lenet() -> None:
    """The source of LeNet-5: sizes filled in, a line per node, the shape behind each."""
    assert to_code(lenet()) == (
        "import torch\n"
        "from torch import nn\n"
        "\n\n"
        "class Lenet(nn.Module):\n"
        '    """3x32x32 to 10: 62,006 parameters, 651,720 multiply–accumulates for one example."""\n'
        "\n"
        "    def __init__(self) -> None:\n"
        "        super().__init__()\n"
        "        self.conv1 = nn.Conv2d(in_channels=3, out_channels=6, kernel_size=5)\n"
        "        self.relu1 = nn.ReLU()\n"
        "        self.pool1 = nn.MaxPool2d(kernel_size=2)\n"
        "        self.conv2 = nn.Conv2d(in_channels=6, out_channels=16, kernel_size=5)\n"
        "        self.relu2 = nn.ReLU()\n"
        "        self.pool2 = nn.MaxPool2d(kernel_size=2)\n"
        "        self.flatten1 = nn.Flatten()\n"
        "        self.fc1 = nn.Linear(in_features=400, out_features=120)\n"
        "        self.fc2 = nn.Linear(in_features=120, out_features=84)\n"
        "        self.fc3 = nn.Linear(in_features=84, out_features=10)\n"
        "\n"
        "    def forward(self, x: torch.Tensor) -> torch.Tensor:\n"
        "        x = self.conv1(x)  # 6x28x28\n"
        "        x = self.relu1(x)  # 6x28x28\n"
        "        x = self.pool1(x)  # 6x14x14\n"
        "        x = self.conv2(x)  # 16x10x10\n"
        "        x = self.relu2(x)  # 16x10x10\n"
        "        x = self.pool2(x)  # 16x5x5\n"
        "        x = self.flatten1(x)  # 400\n"
        "        x = self.fc1(x)  # 120\n"
        "        x = self.fc2(x)  # 84\n"
        "        x = self.fc3(x)  # 10\n"
        "        return x\n"
    )


def test_branches_keep_what_is_read_later() -> None:
    """What only the next line reads is x, what is read again or a function gives has its node's name."""
    _, forward = to_code(residual()).split("torch.Tensor:\n")
    assert forward == (
        "        layer1_0_conv1 = self.layer1_0_conv1(input)  # 8x6x6\n"
        "        x = self.layer1_0_bn1(layer1_0_conv1)  # 8x6x6\n"
        "        x = self.layer1_0_relu(x)  # 8x6x6\n"
        "        layer1_0_add = torch.add(torch.add(x, layer1_0_conv1), input)  # 8x6x6\n"
        "        pool = torch.mean(layer1_0_add, dim=(2, 3))  # 8\n"
        "        x = self.fc(pool)  # 3\n"
        "        return x\n"
    )


def test_a_path_is_told_by_a_comment() -> None:
    """Names that are paths lose their dots, and the source says so; where none is, it says nothing."""
    comment = "# names have _ for each dot: layer1_0_conv1 is layer1.0.conv1\n"
    assert f"        {comment}        self.layer1_0_conv1 = " in to_code(residual())
    assert "#" not in to_code(lenet()).partition("def forward")[0]


def test_a_functions_arguments() -> None:
    """Layers that are functions in torch are printed as calls, with their arguments."""
    code = to_code(branches())
    assert "cat1 = torch.cat((conv1, x, input), dim=1)  # 14x8x6" in code
    assert "pool2 = torch.mean(cat1, dim=(2, 3), keepdim=True)  # 14x1x1" in code
    assert "mul1 = torch.mul(cat1, x)  # 14x8x6" in code


def test_real_numbers_flow_through() -> None:
    """The printed sum of a value with itself and the input is just that, on real numbers."""
    builder = Builder("sum", (2, 3))
    first = builder.add(Identity(), "input")
    builder.add(Add(), first, first, "input")
    namespace: dict[str, Any] = {}
    exec(to_code(builder.design()), namespace)  # noqa: S102
    x = torch.arange(12.0).reshape(2, 2, 3)
    assert torch.equal(namespace["Sum"]()(x), 3 * x)


def test_values_that_are_no_literals() -> None:
    """Infinity and tuples of one number are printed as Python reads them."""
    code = to_code(
        Design.chain((2, 4, 4), LPPool2d(float("inf"), 2), Hardtanh(-float("inf"), 6.0), Flatten(), Unflatten(1, (8,)))
    )
    assert 'nn.LPPool2d(norm_type=float("inf"), kernel_size=2)' in code
    assert 'nn.Hardtanh(min_val=float("-inf"), max_val=6.0)' in code
    assert "nn.Unflatten(dim=1, unflattened_size=(8,))" in code


def test_names_that_python_or_torch_has_taken() -> None:
    """Names of nodes that are keywords, methods of a Module, numbers or alike become names of their own that work."""
    names = [
        "class",
        "type",
        "train",
        "forward",
        "x",
        "self",
        "torch",
        "0",
        "_modules",
        "a.b",
        "a_b",
        "합성",
        "__class__",
    ]
    assert_as_reported(Design.chain((3,), *((name, Linear(out_features=3)) for name in names), name="taken names"))


def test_every_name_of_a_module_is_avoided() -> None:
    """No node may take the place of anything that torch.nn.Module has."""
    public = [name for name in dir(nn.Module()) if not name.startswith("_")]
    assert not set(identifiers(public).values()) & set(public)


@given(st.lists(st.from_regex(r"\w+(\.\w+)*", fullmatch=True), unique=True, max_size=8))
def test_identifiers(names: list[str]) -> None:
    """Whatever a node may be called becomes an identifier, no keyword and no private name, and no two the same."""
    made_of = identifiers(names)
    assert list(made_of) == names
    assert len(set(made_of.values())) == len(names)
    for name in made_of.values():
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert not name.startswith("_")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lenet5", "Lenet5"),
        ("resnet18_cifar", "Resnet18Cifar"),
        ("My design (2)!", "MyDesign2"),
        ("5x5", "Net5x5"),
        ("none", "NetNone"),
        ("", "Net"),
        ("합성곱", "합성곱"),
    ],
)
def test_class_names(name: str, expected: str) -> None:
    """The name of a design, any text at all, becomes the name of a class."""
    assert class_name(name) == expected
    compile(to_code(Design.chain((1,), ReLU(), name=name)), "printed", "exec")


@given(st.text())
def test_any_text_as_a_design_s_name(name: str) -> None:
    """No name of a design breaks the source."""
    compile(to_code(Design.chain((1,), ReLU(), name=name)), "printed", "exec")


def test_a_design_that_cannot_be_computed() -> None:
    """There is no source of a network that does not compute."""
    with pytest.raises(ShapeError, match="conv1"):
        to_code(Design.chain((1, 2, 2), Conv2d(out_channels=1, kernel_size=5)))
