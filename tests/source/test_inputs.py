"""Which input a text is meant for: what it says, wherever it says it, else what its layers say."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnshapes.formats.code import to_code
from cnnshapes.source import from_code

NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        return self.fc(F.adaptive_avg_pool2d(self.conv(x), 1).flatten(1))

net = Net()
"""
VECTORS = "net = nn.Sequential(nn.Linear(100, 20), nn.ReLU(), nn.Linear(20, 3))\n"
VOLUMES = "net = nn.Sequential(nn.Conv3d(1, 8, 3), nn.ReLU())\n"


@pytest.mark.parametrize(
    "call",
    [
        "from torchsummary import summary\nsummary(net.cuda(), (3, 64, 64))",
        "summary(net, input_size=[(3, 64, 64)])",
        "summary(net, (1, 3, 64, 64))",
        "import torchinfo\ntorchinfo.summary(net, input_size=(16, 3, 64, 64))",
        "from torchinfo import summary\nsummary(net, input_data=torch.randn(1, 3, 64, 64))",
        "import torchinfo\ntorchinfo.summary(net, (3, 64, 64), batch_dim=0)",
        "import cnnshapes\ncnnshapes.summary(net, (3, 64, 64))",
        "print(net(torch.randn(2, 3, 64, 64)).shape)",
        "assert net(torch.randn(2, 3, 64, 64)).shape == (2, 10)",
        "net(torch.empty(3, 64, 64))",
        "x = torch.randn(1, 3, 64, 64)\nout = net.forward(x)",
        "net(torch.zeros([3, 64, 64]).unsqueeze(0))",
        "if __name__ == '__main__':\n    b = 4\n    x = torch.rand(b, 3, 64, 64).to(device).float()\n    y = net(x)",
        "net = nn.DataParallel(net)\nwith torch.no_grad():\n    net(torch.Tensor(2, 3, 64, 64))",
        "def test():\n    net = Net()\n    y = net(torch.ones(size=(1, 3, 64, 64)))\n    print(y.size())\n# test()",
        "torch.onnx.export(net, torch.randn(1, 3, 64, 64), 'net.onnx')",
        "flops, params = profile(net, inputs=(torch.randn(1, 3, 64, 64),))",
    ],
)
def test_pictures(call: str) -> None:
    """What the network is called with, or a summary of it, is its input, with or without a batch as each has it."""
    reading = from_code(NET + call + "\n")
    assert (reading.design.input_shape, reading.guessed, reading.notes) == ((3, 64, 64), False, ())


def test_the_example_that_a_module_keeps() -> None:
    """Where nothing is called, the `example_input_array` of a Lightning module is its input."""
    kept = NET.replace("__init__()\n", "__init__()\n        self.example_input_array = torch.zeros(1, 3, 40, 40)\n")
    reading = from_code(kept)
    assert (reading.design.input_shape, reading.guessed, reading.notes) == ((3, 40, 40), False, ())
    assert from_code(kept + "net(torch.randn(1, 3, 64, 64))").design.input_shape == (3, 64, 64)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (VECTORS + "net(torch.randn(100))", (100,)),
        (VECTORS + "net(torch.randn(16, 100))", (100,)),
        (VECTORS + "net(torch.randn(16, 5, 100))", (5, 100)),
        (VECTORS + "from torchsummary import summary\nsummary(net, (1, 100))", (1, 100)),
        (VECTORS + "from torchinfo import summary\nsummary(net, (16, 100))", (100,)),
        (VOLUMES + "net(torch.randn(2, 1, 16, 40, 40))", (1, 16, 40, 40)),
        (VOLUMES + "net(torch.randn(1, 16, 40, 40))", (1, 16, 40, 40)),
        (VOLUMES + "from torchinfo import summary\nsummary(net, (4, 1, 16, 40, 40))", (1, 16, 40, 40)),
    ],
)
def test_vectors_and_volumes(text: str, shape: tuple[int, ...]) -> None:
    """A single vector has no batch, and a first convolution tells by its dimensions whether there is one."""
    reading = from_code(text)
    assert (reading.design.input_shape, reading.guessed) == (shape, False)


def test_the_networks_own_calls_count_alone() -> None:
    """Calls of other modules say nothing; of several the last does; what is called goes before the docstring."""
    other = "conv = nn.Conv2d(3, 8, 3)\nconv(torch.randn(1, 3, 99, 99))\n"
    assert from_code(other + NET).design.input_shape == (3, 32, 32)
    several = NET + "net(torch.randn(1, 3, 50, 50))\nnet(torch.randn(1, 3, 60, 60))\n"
    assert from_code(several).design.input_shape == (3, 60, 60)
    written = to_code(from_code(several).design)
    assert from_code(written).design.input_shape == (3, 60, 60)
    assert from_code(f"{written}\nNet()(torch.randn(2, 3, 70, 70))\n").design.input_shape == (3, 70, 70)
    assert from_code(NET + "net(torch.randn(1, 3, 0, 50))\n").guessed


TRIED = """
class Net(nn.Module):
    def __init__(self, in_channels=3):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 8, 3)

    def forward(self, x):
        return self.conv(x)

def test():
    model = Net(in_channels=1)
    print(model(torch.randn(2, 1, 40, 40)).shape)
"""


@pytest.mark.parametrize("call", ["", "test()", "if __name__ == '__main__':\n    test()"])
def test_what_a_function_makes_and_calls(call: str) -> None:
    """Where only a function of the text makes the network, its arguments are taken along with its input."""
    reading = from_code(TRIED + call + "\n")
    assert (reading.design.input_shape, reading.error, reading.guessed) == ((1, 40, 40), None, False)


def test_what_a_function_makes_beside_the_texts_own() -> None:
    """The network that the text itself makes is not held to what a function gives another one of its class."""
    reading = from_code(TRIED + "net = Net()\n")
    assert (reading.design.input_shape, reading.error, reading.guessed) == ((3, 32, 32), None, True)


def test_a_stated_input_that_does_not_fit_is_kept() -> None:
    """An input that the network cannot compute is its error, and no other is tried."""
    reading = from_code("net = nn.Sequential(nn.Conv2d(3, 8, 9))\nnet(torch.randn(1, 3, 6, 6))\n")
    assert reading.design.input_shape == (3, 6, 6)
    assert "does not fit the 6×6 input" in str(reading.error)


ALEXNET = (Path(__file__).parent / "examples" / "alexnet.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kernel_size=5, padding=2", "kernel_size=5, padding=2, groups=5",
         "5 groups do not divide in_channels 64 evenly. Use groups = 4. (line 38; "),
        ("256 * 6 * 6", "9999",
         "in_features is 9999 but 9216 features reach it. Use in_features = 9216. (line 41; "),
    ],
)  # fmt: skip
def test_an_error_of_the_text_is_told_from_one_of_the_guess(old: str, new: str, sentence: str) -> None:
    """Of sizes that all fail, one that lets most layers compute is assumed, and the error says so."""
    reading = from_code(ALEXNET.replace(old, new))
    assert reading.design.input_shape == (3, 224, 224)
    assert sentence + "the text does not say its input: 3x224x224 is assumed)" in str(reading.error)


def test_a_missing_flatten_tells_the_size() -> None:
    """A Linear that fits the flattened map of one size only says that the pictures have that size."""
    reading = from_code("m = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(8 * 62 * 62, 10))")
    assert reading.design.input_shape == (3, 64, 64)
    assert "flattened it has 30752 features. Use a Flatten before it" in str(reading.error)


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ("nn.ConvTranspose2d(100, 64, 4, 1, 0), nn.ConvTranspose2d(64, 3, 4, 2, 1)", (100, 1, 1)),
        ("nn.ConvTranspose2d(64, 3, 2, stride=2)", (64, 32, 32)),
        ("nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(9000, 10)", (1, 28, 28)),
        ("nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(9000, 10)", (3, 32, 32)),
    ],
)
def test_what_is_tried_first(layers: str, shape: tuple[int, ...]) -> None:
    """A generator's noise has one position, grey pictures are MNIST's, and a wrong number does not make them tiny."""
    assert from_code(f"m = nn.Sequential({layers})").design.input_shape == shape


def test_a_wrong_layer_is_no_other_input() -> None:
    """Channels that a convolution gives do not follow the input: where the next wants others, that one is wrong."""
    text = "m = nn.Sequential(nn.Conv2d(4, 16, 3, padding=1), nn.Conv2d(8, 4, 3, padding=1))"
    reading = from_code(text)
    assert reading.design.input_shape[0] == 4
    assert reading.error is not None
    assert reading.error.node == reading.design.nodes[1].name
