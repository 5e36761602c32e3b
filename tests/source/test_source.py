"""PyTorch source as a design: what is understood, what is left out and said so, and that nothing is ever run."""

from __future__ import annotations

import importlib
import inspect
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import cnnshapes
from cnnshapes import Design, ShapeError, presets
from cnnshapes.design import INPUT, Node
from cnnshapes.formats.code import to_code
from cnnshapes.layers import LAYERS, Max, Mean
from cnnshapes.source import SourceError, from_code
from tests.formats.designs import DESIGNS, as_code_names, chains, graphs
from tests.layers.strategies import settings_of
from tests.torchvision_models import torchvision_models

TUTORIAL = """
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.001, momentum=0.9)
for epoch in range(2):
    for i, data in enumerate(trainloader, 0):
        loss = criterion(net(data[0]), data[1])
print("done")
"""


def kinds(text: str) -> list[str]:
    """The layers that a text is read as."""
    return [node.layer.kind for node in from_code(text).design]


def test_the_tutorials_network() -> None:
    """The tutorial's class with its training loop below: the network alone, its input found, sizes left to follow."""
    reading = from_code(TUTORIAL)
    assert reading.notes == ()
    assert reading.error is None
    assert (reading.design.input_shape, reading.guessed) == ((3, 32, 32), True)
    assert not from_code(to_code(reading.design)).guessed
    assert cnnshapes.summary(reading.design).total_params == 62_006
    assert [node.name for node in reading.design][:6] == ["conv1", "relu1", "pool", "conv2", "relu2", "pool_2"]
    assert reading.lines["fc3"] == 21
    assert "in_features" not in reading.design["fc1"].layer.given()


def assert_comes_back(design: Design) -> None:
    """The source of a design reads as that design, its names being those of the source."""
    reading = from_code(to_code(design))
    assert reading.notes == ()
    assert reading.design == as_code_names(design)
    assert as_code_names(reading.design) == reading.design


@pytest.mark.parametrize("name", presets.PRESETS)
def test_presets_come_back(name: str) -> None:
    """The printed source of every preset reads as the preset."""
    assert_comes_back(presets.preset(name))


@pytest.mark.parametrize("design", DESIGNS)
def test_branches_come_back(design: Callable[[], Design]) -> None:
    """Sums of three, gates, concatenations and weights of their own come back from their source."""
    assert_comes_back(design())


@given(chains())
def test_chains_come_back(design: Design) -> None:
    """Any plain stack comes back from its source: its name, its input shape, and each node with its arguments."""
    assert_comes_back(design)


@given(graphs())
def test_graphs_come_back(design: Design) -> None:
    """Branches of any form come back from their source, whatever the nodes are called."""
    assert_comes_back(design)


@pytest.mark.parametrize("kind", LAYERS)
@settings(max_examples=8)
@given(data=st.data())
def test_every_layer_comes_back(kind: str, data: st.DataObject) -> None:
    """Each layer comes back from its source in any setting with which it computes."""
    layer, inputs = data.draw(settings_of(kind))
    design = Design("one", inputs[0], (Node("first", layer, (INPUT,) * len(inputs)),))
    try:
        cnnshapes.summary(design)
    except ShapeError:
        return
    if isinstance(layer, Mean | Max) and len(inputs[0]) == 2 and layer.dim in (2, -1):
        same = "GlobalAvgPool1d" if isinstance(layer, Mean) else "GlobalMaxPool1d"
        assert from_code(to_code(design)).design.nodes[0].layer.kind == same
        return
    assert_comes_back(design)


TORCHVISION = {
    "alexnet": ("AlexNet()", "alexnet", {}),
    "densenet": ("DenseNet(32, (6, 12, 24, 16), 64)", "densenet121", {}),
    "googlenet": ("GoogLeNet(aux_logits=False, init_weights=False)", "googlenet", {"aux_logits": False}),
    "mnasnet": ("MNASNet(1.0)", "mnasnet1_0", {}),
    "resnet": ("ResNet(Bottleneck, [3, 4, 6, 3])", "resnet50", {}),
    "shufflenetv2": ("ShuffleNetV2([4, 8, 4], [24, 116, 232, 464, 1024])", "shufflenet_v2_x1_0", {}),
    "squeezenet": ("SqueezeNet('1_0')", "squeezenet1_0", {}),
    "vgg": ("VGG(make_layers(cfgs['D']))", "vgg16", {}),
}


@pytest.mark.parametrize("module", TORCHVISION)
def test_torchvision_source(module: str) -> None:
    """Whole files of torchvision, read without running them, give what torch's own model is read as."""
    call, function, options = TORCHVISION[module]
    models = torchvision_models()
    text = inspect.getsource(importlib.import_module(f"torchvision.models.{module}"))
    reading = from_code(f"{text}\nmodel = {call}\n", (3, 224, 224))
    if module == "googlenet":
        options = {**options, "init_weights": False}
    with torch.device("meta"):
        model = getattr(models, function)(**options)
    wanted, found = cnnshapes.summary(model.eval(), (3, 224, 224)), cnnshapes.summary(reading.design)
    assert reading.notes == ()
    assert (found.total_params, found.total_macs) == (wanted.reached_params, wanted.total_macs)
    assert [row.output_shape for row in found] == [row.output_shape for row in wanted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(True), nn.MaxPool2d(2, 2, 0, 1, False, True))",
         ["Conv2d", "ReLU", "MaxPool2d"]),
        ("from collections import OrderedDict\nm = nn.Sequential(OrderedDict([('a', nn.Conv2d(3, 4, 3)), "
         "('b', nn.ReLU())]))", ["Conv2d", "ReLU"]),
        ("layers = []\nc = 3\nfor v in [8, 'M', 16]:\n    if v == 'M':\n        layers.append(nn.MaxPool2d(2))\n"
         "    else:\n        layers += [nn.Conv2d(c, v, 3)]\n        c = v\nm = nn.Sequential(*layers)",
         ["Conv2d", "MaxPool2d", "Conv2d"]),
        ("class N(nn.Module):\n    def forward(self, x):\n        return sum(f(x) for f in [F.relu, F.silu, F.tanh])",
         ["ReLU", "SiLU", "Tanh", "Add"]),
        ("class N(nn.Module):\n    def forward(self, x):\n        return -x ** 2 - x / 3 - x",
         ["Power", "MultiplyScalar", "MultiplyScalar", "Subtract", "Subtract"]),
        ("m = nn.Sequential(*[nn.Linear(n, n + 1) for n in range(4, 7)])", ["Linear"] * 3),
        ("m = nn.Sequential(nn.LazyConv2d(8, 3), nn.Flatten(), nn.LazyLinear(10))", ["Conv2d", "Flatten", "Linear"]),
        ("class Block(nn.Sequential):\n    def __init__(self, c):\n"
         "        super().__init__(nn.Conv2d(c, c, 3), nn.ReLU())\nm = nn.Sequential(Block(3), Block(3))",
         ["Conv2d", "ReLU"] * 2),
    ],
)  # fmt: skip
def test_ways_to_write_a_stack(text: str, expected: list[str]) -> None:
    """Stacks by position, by name, in loops and comprehensions, of lazy modules and of classes of one's own."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("```python\nm = nn.Sequential(nn.ReLU())\n```", 2),
        (">>> m = nn.Sequential(\n...     nn.ReLU(),\n... )", 2),
        ("%matplotlib inline\n!pip install torch\nm = nn.Sequential(nn.ReLU())", 3),
        ("    width = 3\n    m = nn.Sequential(nn.ReLU())", 2),
    ],
)
def test_what_is_pasted_along(text: str, line: int) -> None:
    """Fences, prompts, a notebook's commands and an indentation are passed over; lines keep their numbers."""
    reading = from_code(text)
    assert [node.layer.kind for node in reading.design] == ["ReLU"]
    assert list(reading.made.values()) == [line]


FORWARD = """
class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.a = nn.Conv2d(3, width, 3, padding=1)
        self.bs = nn.ModuleList([nn.Conv2d(width, width, 3, padding=1) for _ in range(2)])
        self.gain = nn.Parameter(torch.ones(width, 1, 1))
        self.head = nn.Linear(width, 10)

    def branch(self, x):
        for b in self.bs:
            x = torch.relu(b(x))
        return x

    def forward(self, x):
        y = self.a(x)
        z = self.branch(y) * self.gain
        x = F.relu(y + z, inplace=True)
        x = torch.cat([x, y], 1)[:, :8] if False else x + y + z
        x = F.dropout(x, 0.5, training=self.training)
        b, c, h, w = x.size()
        x = F.avg_pool2d(x, (h, w)).view(b, c)
        return self.head(x) / 2
"""


def test_a_forward_of_functions() -> None:
    """Methods, lists of modules, weights of one's own, sums of several, sizes taken apart: each call is a node."""
    reading = from_code(FORWARD)
    assert reading.notes == ()
    assert [node.layer.kind for node in reading.design] == [
        "Conv2d", "Conv2d", "ReLU", "Conv2d", "ReLU", "Scale", "Add", "ReLU", "Add", "Dropout", "AvgPool2d", "Flatten",
        "Linear", "MultiplyScalar",
    ]  # fmt: skip
    assert reading.design["bs.1"].inputs == ("relu1",)
    assert len(reading.design["add2"].inputs) == 3
    namespace: dict[str, object] = {"nn": torch.nn, "torch": torch, "F": torch.nn.functional}
    exec(FORWARD, namespace)  # noqa: S102  the test's own text, which torch itself should read alike
    model: torch.nn.Module = namespace["Net"]()  # type: ignore[operator]
    wanted = cnnshapes.summary(model.eval(), (3, 32, 32))
    found = cnnshapes.summary(reading.design)
    assert (found.total_params, found.total_macs, found.output_shape) == (
        wanted.total_params,
        wanted.total_macs,
        wanted.output_shape,
    )


def test_a_wrong_size_points_at_the_line() -> None:
    """An impossible layer stays as it is written, and the error names its line and what mends it."""
    reading = from_code(TUTORIAL.replace("nn.Linear(16 * 5 * 5, 120)", "nn.Linear(500, 120)"), (3, 32, 32))
    assert str(reading.error) == (
        "fc1 (Linear): in_features is 500 but 400 features reach it. Use in_features = 400. (line 19)"
    )
    assert reading.design["fc1"].layer.given()["in_features"] == 500
    assert [node.name for node in reading.design][-1] == "fc3"


def test_a_view_that_mixes_examples_is_said() -> None:
    """`view(-1, 1050)` of another size is read as a Flatten, and its line named."""
    reading = from_code(TUTORIAL.replace("view(-1, 16 * 5 * 5)", "view(-1, 1050)"), (3, 32, 32))
    (note,) = reading.notes
    assert str(note) == (
        "line 18: view(-1, 1050) does not keep the examples apart: each has 16x5x5 = 400 numbers; read as a Flatten"
    )


def test_what_is_not_understood_is_named() -> None:
    """A class of another package and a function without a layer are named with their lines, and left out."""
    text = (
        "from timm.layers import DropPath\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.a = nn.Sequential(nn.Conv2d(3, 4, 3), DropPath(0.1), nn.ReLU())\n"
        "    def forward(self, x):\n"
        "        x = self.a(x)\n"
        "        x = torch.einsum('bchw->bcwh', x)\n"
        "        return x\n"
    )
    reading = from_code(text)
    assert [node.layer.kind for node in reading.design] == ["Conv2d", "ReLU"]
    assert [(note.line, note.text.split(" is not")[0]) for note in reading.notes] == [(5, "DropPath"), (8, "`einsum`")]


VIT = """
class ViT(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.patch = nn.Conv2d(3, dim, 4, 4)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos = nn.Parameter(torch.zeros(1, 65, dim))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls.expand(x.shape[0], -1, -1), x), dim=1)
        return x + self.pos
"""


def test_what_fails_behind_what_was_left_out() -> None:
    """The first thing left out on the way to a layer that fails is named beside the error; a mistake before it not."""
    reading = from_code(VIT, (3, 32, 32))
    assert reading.error is not None
    assert reading.error.source == "line 12; it may come of line 11, where this call of `cat` is not understood"
    assert reading.notes == (reading.cause,)
    before = from_code(VIT.replace("(3, dim", "(4, dim"), (3, 32, 32))
    assert before.error is not None
    assert (before.error.source, before.cause) == ("line 10", None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no network in the text: no nn.Sequential, and no class with a forward"),
        ("class A(nn.Module:\n  pass", "line 1: this is not Python: invalid syntax"),
        ("m = keras.Sequential([Dense(3)])", "this looks like Keras; only PyTorch is read"),
        ("class N(nn.Module):\n  def forward(self, x, y):\n    return x + y",
         "line 2: N.forward reads 2 inputs (x, y); a design has one"),
        ("class N(nn.Module):\n  def __init__(self, n):\n    self.c = nn.Conv2d(3, n, 5)\n  def forward(self, x):\n"
         "    return self.c(x)", "line 1: N needs n; write `model = N(n=…)` below it"),
        ("class N(nn.Module):\n  def __init__(self):\n    self.c = nn.Conv2d(3, width, 5)\n  def forward(self, x):\n"
         "    return self.c(x)",
         "line 3: its forward gives back no tensor that could be followed (line 3: the out_channels of this Conv2d is "
         "not known; left out)"),
        ("m = nn.Sequential(\n    nn.ReLU(),\n    nn.Conv2d(3, 8),\n)",
         "line 3: Conv2d needs kernel_size (a whole number or one per axis)"),
        ("class N(nn.Module):\n  def __init__(self):\n    self.fc = nn.Linear(8)\n  def forward(self, x):\n"
         "    return self.fc(x)", "line 3: Linear needs out_features (a whole number)"),
        ("cfg = {'VGG11': [64, 'M']}\nwidths = cfg['VGG99']\nm = nn.Sequential(nn.Conv2d(3, widths[0], 3))",
         "line 2: `cfg['VGG99']` finds no key 'VGG99'; there is 'VGG11'"),
    ],
)  # fmt: skip
def test_texts_without_a_network(text: str, sentence: str) -> None:
    """Each is refused in one sentence that says where and why."""
    with pytest.raises(SourceError) as refused:
        from_code(text)
    assert str(refused.value) == sentence


HOSTILE = {
    "power": "n = 9 ** 9 ** 9",
    "shift": "n = 1 << 10 ** 12",
    "range": "for i in range(10 ** 12):\n    pass",
    "loops": "for i in range(9999):\n    for j in range(9999):\n        k = i * j",
    "while": "while True:\n    pass",
    "recursion": "def f(x):\n    return [f(x), f(x)]\na = f(1)",
    "text": "a = 'a' * 10 ** 9\nb = [0] * 10 ** 12",
    "doubling": "a = [0]\nb = 'ab'\nfor i in range(60):\n    a = a + a\n    b = b + b",
    "doubling in place": "a = [0]\nfor i in range(60):\n    a += a\n    a.extend(a)",
    "nesting": "a = [0]\nb = [0]\nfor i in range(60):\n    a = [a, a]\n    b = [b, b]\nc = a == b\nd = f'{a}'\n"
    "e = str(a)\nf = {(a, 1): 2}\ng = a.index(b)\nh = sorted([a, b])\nm = nn.Conv2d(3, a, 3)",
    "itself": "a = [0]\na.append(a)\nb = nn.Sequential(*a)\nc = a == a\nd = sum(a)",
    "format": "a = '%99999999999d' % 3\nb = f'{3:>999999999}'",
    "brackets": "a = " + "(" * 5000 + ")" * 5000,
    "signs": "a = " + "-" * 100_000 + "1",
    "sum": "a = " + "1+" * 50_000 + "1",
    "nested calls": "a = " + "nn.Sequential(" * 150 + "nn.ReLU()" + ")" * 150,
    "long": "x = 1\n" * 170_000,
    "many parts": "f(1)\n" * 39_000,
    "copies": "x = [i for i in range(9999)]\n" + "y = sorted(x)\n" * 4_000,
    "comparisons": "x = [i for i in range(9999)]\ny = x.copy()\n" + "z = x == y\n" * 4_000,
    "kept lists": "a = []\nfor i in range(9000):\n    a.append([0] * 9000)",
    "pairs": "x = [i for i in range(9999)]\n" + "y = list(zip(x, x, x, x))\n" * 2_000,
    "classes": "class A0(nn.Module): pass\n"
    + "".join(f"class A{i}(A{i - 1}, A{i - 1}): pass\n" for i in range(1, 70))
    + "a = A50().foo",
    "formats": "s = 'ab'\nfor i in range(40):\n    s = '{}{}'.format(s, s)\nt = '{0.__class__}'.format(s)",
    "numbers": "import math\na = math.prod([10 ** 18] * 9000)\nb = math.exp(5000)",
    "notes": "for i in range(9000):\n    a.b.c(i)\n" + "d.e\n" * 9_000,
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_texts_cost_little(attack: str) -> None:
    """Texts made to fill the memory or to run for ever are left, or refused in a sentence."""
    text = HOSTILE[attack] + "\nmodel = nn.Sequential(nn.ReLU())\n"
    said, read = "", ["ReLU"]

    def attempt() -> None:
        nonlocal said, read
        try:
            read = kinds(text)
        except SourceError as error:
            said = str(error)

    started = time.process_time()
    attempt()
    taken = time.process_time() - started
    tracemalloc.start()
    attempt()  # again, for to trace memory takes several times as long
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read == ["ReLU"]
    assert taken < 5  # some tenths of a second
    assert most < 200 * 2**20
    assert len(said.splitlines()) <= 1
    assert len(said) < 300


NETWORKS = {
    "depth": "class N(nn.Module):\n    def forward(self, x):\n        for i in range(9999):\n"
    "            x = F.relu(x)\n        return x",
    "itself": "class N(nn.Module):\n    def forward(self, x):\n        return self.forward(x)",
    "in itself": "s = nn.Sequential(nn.ReLU())\ns.append(s)",
    "width": "class N(nn.Module):\n    def forward(self, x):\n        for i in range(60):\n"
    "            x = torch.cat([x] * 100, 1)\n        return x",
    "loops": "class N(nn.Module):\n    def forward(self, x):\n        for i in range(9999):\n"
    "            for j in range(9999):\n                y = j\n        return x",
}


@pytest.mark.parametrize("attack", NETWORKS)
def test_hostile_networks_get_a_sentence(attack: str) -> None:
    """Networks without an end are refused in a sentence, or read as far as they can be computed."""
    started = time.process_time()
    try:
        error = from_code(NETWORKS[attack]).error
        said = str(error) if error is not None else ""
    except SourceError as refused:
        said = str(refused)
    assert said
    assert len(said.splitlines()) == 1
    assert time.process_time() - started < 5


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A text that would write a file, in every place code can stand in, writes none."""
    trace = tmp_path / "trace"
    act = f"__import__('pathlib').Path({str(trace)!r}).touch()"
    text = (
        f"import os\n{act}\n@{act}\nclass Net(nn.Module):\n    {act}\n    def __init__(self, a={act}):\n"
        f"        super().__init__()\n        {act}\n        self.c = nn.Conv2d(3, 4, 3)\n        eval({act!r})\n"
        f"    def forward(self, x):\n        {act}\n        ().__class__.__bases__[0].__subclasses__()\n"
        f"        return self.c(x)\nos.system('touch {trace}')\nmodel = Net()\n"
    )
    assert kinds(text) == ["Conv2d"]
    assert not trace.exists()


def test_lines_of_a_sequential() -> None:
    """Where no forward calls the layers, each comes from the line that made it, the failing one too."""
    reading = from_code(
        "net = nn.Sequential(\n    nn.Conv2d(3, 8, 3),\n    nn.Flatten(),\n    nn.Linear(7, 10),\n)", (3, 8, 8)
    )
    assert list(reading.lines.values()) == [2, 3, 4]
    assert reading.error is not None
    assert reading.error.source == "line 4"


OPTIONS = """
import argparse
import torch.nn as nn
parser = argparse.ArgumentParser()
group = parser.add_argument_group("network")
group.add_argument("--dataset", required=True)
group.add_argument("-n", "--noise-size", type=int, default="100", help="channels")
group.add_argument("--width", type=int, default=64)
group.add_argument("--batchnorm", action="store_true")
group.add_argument("--seed", type=int)
opt, _ = parser.parse_known_args()
if opt.seed is None:
    opt.seed = random.randint(1, 10000)
nc = 3
if opt.dataset == "mnist":
    nc = 1
elif opt.dataset == "fake":
    nc = 4
opt.width = opt.width * 2

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(opt.noise_size, opt.width, 3), nn.Conv2d(opt.width, nc, 3))
        if opt.batchnorm:
            self.main.append(nn.BatchNorm2d(nc))

    def forward(self, x):
        return self.main(x)
"""


def test_options_have_their_defaults() -> None:
    """What a network is made with is read from the parser of the command line, as where nothing is given on it."""
    design = from_code(OPTIONS).design
    assert design.input_shape[0] == 100
    assert [node.layer.given()["out_channels"] for node in design] == [128, 3]


def test_a_refusal_names_the_network_first() -> None:
    """Where the network is lost, its own line comes before those of what surrounds it."""
    with pytest.raises(SourceError) as refused:
        from_code(OPTIONS.replace("nc = 3\n", ""))
    assert str(refused.value) == (
        "line 23: its forward gives back no tensor that could be followed (line 23: the out_channels of this Conv2d is "
        "not known: --dataset is not given; left out)"
    )
