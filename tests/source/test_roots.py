"""Which network a text is about, and what of Python around it is walked."""

from __future__ import annotations

import pytest

from cnnshapes.source import SourceError, from_code

NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.block = nn.Sequential(nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = self.block(self.conv(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
"""
KINDS = ["Conv2d", "ReLU", "Conv2d", "AdaptiveAvgPool2d", "Flatten", "Linear"]
LOSS = """
class DiceLoss(nn.Module):
    def forward(self, pred, target):
        return (pred * target).sum()
"""


def kinds(text: str) -> list[str]:
    """The layers that are read of a text."""
    return [node.layer.kind for node in from_code(text, (3, 32, 32)).design]


@pytest.mark.parametrize(
    "text",
    [
        NET + "model = Net()\nsoftmax = nn.Softmax(dim=1)\n",
        NET + "sig = nn.Sigmoid()\n",
        "act_fn = nn.ReLU()\n" + NET,
        NET + "pool = nn.MaxPool2d(2)\npool(torch.rand(1, 3, 8, 8))\n",
        NET + "net = Net()\nfe = nn.Sequential(net.conv, net.block)\n",
        NET + "net = Net()\nblock = net.block\n",
        NET + LOSS,
        NET + LOSS + "criterion = DiceLoss()\n",
        NET + LOSS + "criterion = DiceLoss()\nmodel = Net()\ncriterion = DiceLoss()\n",
        NET + "class Trainer:\n    def __init__(self):\n        self.net = Net()\n"
        "    def forward(self, x):\n        return self.net(x)\n",
        NET + "class NetLoss(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.net = Net()\n    def forward(self, x):\n        return self.net(x).sum()\nloss = NetLoss()\n",
    ],
)
def test_a_network_is_read_before_a_helper(text: str) -> None:
    """A lone layer, a part of the network, a loss or what trains it is not what the text is about."""
    reading = from_code(text, (3, 32, 32))
    assert (reading.design.name, kinds(text), reading.notes) == ("Net", KINDS, ())


def test_what_can_be_made_is_read() -> None:
    """A class around a network that is not given one is named in a note; one that is given it is the network."""
    wrapper = (
        "class Wrapper(nn.Module):\n    def __init__(self, net):\n        super().__init__()\n"
        "        self.net = net\n    def forward(self, x):\n        return torch.sigmoid(self.net(x))\n"
    )
    reading = from_code(NET + wrapper, (3, 32, 32))
    assert reading.design.name == "Net"
    assert [note.text for note in reading.notes] == [
        "Net is read; there is Wrapper too: write `model = Wrapper(net=…)` below it to read that"
    ]
    assert kinds(NET + wrapper + "model = Wrapper(Net())\n") == [*KINDS, "Sigmoid"]


def test_helpers_alone_are_read() -> None:
    """Where there is nothing better, a layer alone is the network, and a loss is refused for its inputs."""
    assert kinds("act_fn = nn.ReLU()\n") == ["ReLU"]
    assert kinds(NET + "net = Net()\nmodel = nn.Sequential(net.conv, nn.Tanh())\n") == ["Conv2d", "Tanh"]
    with pytest.raises(SourceError, match=r"^line 3: DiceLoss.forward reads 2 inputs"):
        from_code(LOSS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (NET + "return x\n", "line 12: this is not Python: 'return' outside function"),
        (NET + "    return x\n", "line 12: this is not Python: 'return' outside function"),
        (NET + "if True:\n    break\n", "line 13: this is not Python: 'break' outside loop"),
        (NET.replace("        x = ", "        continue\n        x = "),
         "line 10: this is not Python: 'continue' not properly in loop"),
        (NET.replace("        self.fc = ", "        break\n        self.fc = "),
         "line 7: this is not Python: 'break' outside loop"),
        ("for i in range(3):\n    pass\nelse:\n    break\n", "line 4: this is not Python: 'break' outside loop"),
    ],
)  # fmt: skip
def test_statements_in_the_wrong_place(text: str, message: str) -> None:
    """What Python's compiler takes nowhere, though its parser does, is refused with the line."""
    with pytest.raises(SourceError) as caught:
        from_code(text)
    assert str(caught.value) == message


def test_a_trial_that_gives_something_back() -> None:
    """A function that tries the network may end in a return."""
    trial = "def test():\n    net = Net()\n    y = net(torch.randn(1, 3, 64, 64))\n    return y\n"
    assert from_code(NET + trial).design.input_shape == (3, 64, 64)


SIZED = """
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)

    def forward(self, x):
        return self.conv(x)

"""


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("def net_a():\n    cfg = {'w': 7}\n    return Net(cfg['w'])\n", ["made as `net_a()`, as here"]),
        ("def build(w):\n    return Net(w)\n\ndef main():\n    m = build(7)\n", ["made as `main()`, as here"]),
        ("def main():\n    w = 7\n    model = Net(w)\n\nmain()\n", []),
        ("def again():\n    return again()\n\ndef main():\n    build = Net\n    model = build(7)\n",
         ["made as `main()`, as here"]),
        ("def main():\n    w = 7\n    model = Net(w)\n    for i in range(9999):\n        for j in range(9999):\n"
         "            model.step(i)\n\nif __name__ == '__main__':\n    main()\n", []),
        ("def main():\n    w = 7\n    model = Net(w)\n    while True:\n        model.step()\n",
         ["made as `main()`, as here"]),
    ],
)  # fmt: skip
def test_made_in_a_function(text: str, noted: list[str]) -> None:
    """What a function of the text makes with variables of its own is read, called or not."""
    reading = from_code(SIZED + text, (3, 32, 32))
    assert reading.design["conv"].layer.given()["out_channels"] == 7
    assert [note.text.partition("; ")[2] for note in reading.notes] == noted


def test_not_made_with_what_is_unknown() -> None:
    """A function that makes the network with something that is not known makes none that is read."""
    with pytest.raises(SourceError, match="Net needs width"):
        from_code(SIZED + "def main():\n    model = Net(unknown())\n\nmain()\n")


@pytest.mark.parametrize("call", ["type('A', (object,), {})", "copy.deepcopy([], {})", "operator.add(1)", "map(print)"])
def test_calls_on_objects_are_never_pythons_own(call: str) -> None:
    """A function of Python on objects of the text is walked, or not understood."""
    reading = from_code("import copy, operator\n" + SIZED + f"net = Net({call})\nnet = Net(7)\n", (3, 32, 32))
    assert reading.design.name == "Net"


def test_given_by_a_function() -> None:
    """Where a text has no class and makes nothing, what its last function gives back that makes a module is read."""
    text = "def build(classes=10):\n    return nn.Sequential(nn.Conv2d(3, classes, 3))\n\ndef rate():\n    return 0.1\n"
    reading = from_code(text, (3, 32, 32))
    assert (reading.design.name, kinds(text), reading.notes) == ("build", ["Conv2d"], ())


@pytest.mark.parametrize(
    ("line", "width"),
    [
        ("self.width = 9 if type(width) is int else 5", 9),
        ("self.width = 9 if type(self) == Net and self.__class__ is Net else 5", 9),
        ("self.width = 9 if functools.partial(nn.BatchNorm2d, eps=1).func is nn.BatchNorm2d else 5", 9),
        ("self.width = 9 if Net.__name__ == 'Net' and nn.ReLU.__name__ == 'ReLU' else 5", 9),
        ("self.width = 9 if functools.partial(nn.ReLU) and F.relu else 5", 9),
        ("self.width = 9 if issubclass(nn.ReLU, nn.Module) and not issubclass(Net, nn.Conv2d) else 5", 9),
        ("self.width = 9 if isinstance(nn.ReLU, type) and not isinstance(nn.ReLU(), type) else 5", 9),
        ("self.width = len(list(filter(lambda n: n > 1, [1, 2, 3])))", 2),
    ],
)
def test_types(line: str, width: int) -> None:
    """What is told of classes and types is what Python tells."""
    text = "import functools\n" + SIZED.replace("nn.Conv2d(3, width, 3)", "nn.Conv2d(3, self.width, 3)")
    text = text.replace("        self.conv", f"        {line}\n        self.conv", 1) + "model = Net(4)\n"
    reading = from_code(text, (3, 32, 32))
    assert (reading.design["conv"].layer.given()["out_channels"], reading.notes) == (width, ())
