"""What texts get wrong, and what they leave open: misspelt names, a forgotten super, several networks."""

from __future__ import annotations

import pytest

from cnnshapes.source import SourceError, from_code

TWO = """
class Generator(nn.Module):
    def __init__(self, noise):
        super().__init__()
        self.c = nn.ConvTranspose2d(noise, 3, 4)
    def forward(self, x):
        return self.c(x)

class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 1, 4)
    def forward(self, x):
        return self.c(x)
"""


@pytest.mark.parametrize(
    ("layer", "kind", "note"),
    [
        ("nn.Conv2D(3, 8, 3)", "Conv2d", "torch.nn has no Conv2D; read as Conv2d"),
        ("nn.Maxpool2d(2)", "MaxPool2d", "torch.nn has no Maxpool2d; read as MaxPool2d"),
        ("nn.Cov2d(3, 8, 3)", "Conv2d", "torch.nn has no Cov2d; read as Conv2d"),
        ("nn.Conv2d(3, 8, kernal_size=3)", "Conv2d", "Conv2d has no argument kernal_size; read as kernel_size"),
        ("nn.Conv2d(3, 8, 3, colour=1)", "Conv2d", "Conv2d has no argument colour; left out"),
    ],
)
def test_misspelt_names(layer: str, kind: str, note: str) -> None:
    """A layer or an argument with a wrong letter or capital is read as the one meant, and its line says so."""
    reading = from_code(f"m = nn.Sequential(nn.ReLU(), {layer})")
    assert [node.layer.kind for node in reading.design] == ["ReLU", kind]
    assert [str(one) for one in reading.notes] == [f"line 1: {note}"]


@pytest.mark.parametrize("name", ["MaxUnpool2d", "LSTM", "Embedding", "Softmin"])
def test_other_layers_of_torch_are_not_misspelt(name: str) -> None:
    """A name of torch that is much like another is not taken for it."""
    notes = from_code(f"m = nn.Sequential(nn.ReLU(), nn.{name}(2))").notes
    assert not [note for note in notes if "read as" in note.text]


@pytest.mark.parametrize(
    ("name", "read"), [("droput2", "self.droput2 was never set; read as self.dropout2"), ("pool", "")]
)
def test_an_attribute_that_was_never_set(name: str, read: str) -> None:
    """One that is nearly another is read as that; else the line that the forward is lost in is named."""
    text = TWO.partition("class Disc")[0].replace("4)\n", "4)\n        self.dropout2 = nn.Dropout()\n")
    text = text.replace("return self.c(x)", f"x = self.c(x)\n        x = self.{name}(x)\n        return x")
    if read:
        reading = from_code(text + "m = Generator(3)")
        assert [node.layer.kind for node in reading.design] == ["ConvTranspose2d", "Dropout"]
        assert [note.text for note in reading.notes] == [read]
    else:
        with pytest.raises(SourceError, match=r"^line 9: self\.pool was never set$") as caught:
            from_code(text + "m = Generator(3)")
        assert caught.value.line == 9


def test_a_forgotten_super() -> None:
    """A class whose `__init__` does not call its base's is read, and told that torch would not take it."""
    reading = from_code(
        TWO.replace("        super().__init__()\n", "").partition("class Disc")[2].join(["class Disc", ""])
    )
    assert [str(note) for note in reading.notes] == [
        "line 2: Discriminator never calls super().__init__(), without which torch takes no layer"
    ]
    assert not from_code(TWO.replace("super().__init__()", "nn.Module.__init__(self)") + "m = Discriminator()").notes


@pytest.mark.parametrize(
    ("made", "name", "note"),
    [
        ("", "Discriminator",
         "Discriminator is read; there is Generator too: write `model = Generator(noise=…)` below it to read that"),
        ("netG = Generator(100)\nnetD = Discriminator()", "Discriminator",
         "Discriminator is read; there is Generator too: write `netG` below it to read that"),
        ("netD = Discriminator()\nnetG = Generator(100)\nnetD", "Discriminator",
         "Discriminator is read; there is Generator too: write `netG` below it to read that"),
        ("netD = Discriminator()\nnetG = Generator(100)", "Generator",
         "Generator is read; there is Discriminator too: write `netD` below it to read that"),
    ],
)  # fmt: skip
def test_several_networks(made: str, name: str, note: str) -> None:
    """Of several networks one is read, and the others are named with the line that would have them read."""
    reading = from_code(TWO + made)
    assert reading.design.name == name
    assert [one.text for one in reading.notes] == [note]


NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.acts = nn.ModuleDict({"relu": nn.ReLU()})

    def forward(self, x):
        x = self.conv(x)
        return x
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("        return x\n", "", "line 8: Net.forward gives nothing back; end it with `return x`"),
        ("forward(self, x)", "forward(x)", "line 2: forward is given its object first: write def forward(self, x)"),
        ("forward", "foward", "line 8: Net has no forward; foward must be meant"),
        ("    def forward(self, x):\n        x = self.conv(x)\n        return x",
         "        def forward(self, x):\n            return self.conv(x)",
         "line 8: the forward of Net stands inside of another method; indent it as far as __init__"),
        ("self.conv(x)", "nn.ReLU(self.conv(x))",
         "line 9: ReLU is made of settings and then called: write nn.ReLU(…)(x)"),
        ("self.conv(x)", "self.acts['tanh'](x)", "line 9: there is no 'tanh' among 'relu'"),
        ("self.conv(x)", "self.acts(x)",
         "line 9: a ModuleDict cannot be called; call its layers in a loop, or make it a Sequential"),
        ("nn.Conv2d(3, 8, 3)", "nn.Sequential([nn.ReLU()])",
         "line 5: a Sequential takes its modules one by one: write nn.Sequential(*layers), and not the list itself"),
        ("nn.Conv2d(3, 8, 3)", "nn.Sequential(nn.Conv2d(3, 8, 3), F.relu)",
         "line 5: `F.relu` is no module; write a layer made by its call, such as nn.ReLU()"),
        ("nn.Conv2d(3, 8, 3)", "nn.Conv2d(3, filters=8, kernel_size=3)", "line 5: Conv2d has no argument filters"),
    ],
)  # fmt: skip
def test_what_python_or_torch_would_stop_at(old: str, new: str, sentence: str) -> None:
    """A mistake of the text is its headline, with its line and what would be right."""
    with pytest.raises(SourceError) as refused:
        from_code(NET.replace(old, new))
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("self.conv(x)", "conv(x)", "line 9: conv is not defined here; read as self.conv"),
        ("nn.Conv2d(", "Conv2d(", "line 5: Conv2d is not imported; read as nn.Conv2d"),
        ("return x", "return x, x", "line 9: the forward gives back 2 values; the first is read"),
        ("return x", "return {'out': x, 'aux': x}", "line 9: the forward gives back 2 values; the first is read"),
        ("__init__(self)", "_init_(self)", "line 3: Python never calls _init_ by itself; read as __init__"),
        ("__init__(self)", "__int__(self)", "line 3: Python never calls __int__ by itself; read as __init__"),
        ("(nn.Module)", "", "line 2: Net is no module of torch; write class Net(nn.Module)"),
    ],
)
def test_what_is_read_as_meant(old: str, new: str, note: str) -> None:
    """What can only be meant one way is read so, and its line says it."""
    reading = from_code(NET.replace(old, new))
    assert [node.layer.kind for node in reading.design] == ["Conv2d"]
    assert [str(one) for one in reading.notes] == [note]


def test_arguments_of_a_misspelt_init() -> None:
    """They are given as to any other, and the note is kept where the network has no name."""
    text = NET.replace("__init__(self)", "_init_(self, width)").replace(
        "super()._init_(self, width)", "super().__init__()"
    )
    (note,) = from_code(f"{text}\nNet(8)").notes
    assert str(note) == "line 3: Python never calls _init_ by itself; read as __init__"


@pytest.mark.parametrize(
    ("made", "called", "kind", "meant"),
    [
        ("[nn.Conv2d(3, 8, 3)]", "self.conv[0](x)", "list", "List"),
        ("{'a': nn.Sequential(nn.Conv2d(3, 8, 3))}", "self.conv['a'](x)", "dict", "Dict"),
        ("[]\n        self.conv.append((nn.Conv2d(3, 8, 3),))", "self.conv[0][0](x)", "list", "List"),
        ("[nn.ReLU()]", "self.conv[0](x)", "", ""),
        ("[nn.Conv2d(3, 8, 3)]\n        self.all = nn.Sequential(*self.conv)", "self.all(x)", "", ""),
    ],
)
def test_layers_in_a_plain_list(made: str, called: str, kind: str, meant: str) -> None:
    """Layers with weights that torch would not find are read, and what would have them learnt is said."""
    notes = from_code(NET.replace("nn.Conv2d(3, 8, 3)", made).replace("self.conv(x)", called)).notes
    said = f"line 5: self.conv is a plain {kind}, whose layers torch never learns; nn.Module{meant} is meant"
    assert [str(note) for note in notes] == ([said] if kind else [])


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("Dense", "Linear"), ("GlobalAvgPool2d", "AdaptiveAvgPool2d(1)"), ("BatchNormalization", "BatchNorm2d"),
        ("MaxPooling2D", "MaxPool2d"), ("AveragePooling1D", "AvgPool1d"), ("Conv2DTranspose", "ConvTranspose2d"),
    ],
)  # fmt: skip
def test_names_of_keras(name: str, layer: str) -> None:
    """A layer of Keras is left out, since its arguments are others, and torch's is named."""
    (note,) = from_code(f"m = nn.Sequential(nn.ReLU(), nn.{name}(8))").notes
    assert note.text.startswith(f"Keras's {name}, in torch nn.{layer}, is not understood; left out")


@pytest.mark.parametrize(
    ("layer", "name", "size"),
    [
        ("BatchNorm2d()", "num_features", 8),
        ("Linear(out_features=10)", "in_features", 30),
        ("LazyBatchNorm2d()", "", 0),
    ],
)
def test_the_size_of_an_input_that_is_not_given(layer: str, name: str, size: int) -> None:
    """Torch would refuse the layer, so the number that it should have is said; a lazy one finds its own."""
    reading = from_code(f"m = nn.Sequential(nn.Conv2d(3, 8, 3), nn.{layer})", (3, 32, 32))
    kind = layer.partition("(")[0]
    said = f"line 1: {kind} is not given {name}, which torch needs: write {name}={size}"
    assert [str(note) for note in reading.notes] == ([said] if name else [])


def test_a_sequential_has_no_add() -> None:
    """What is added to a Sequential as in Keras is appended, and its line says so."""
    reading = from_code("m = nn.Sequential()\nm.add(nn.Conv2d(3, 8, 3))")
    assert [node.layer.kind for node in reading.design] == ["Conv2d"]
    assert [str(one) for one in reading.notes] == ["line 2: a Sequential has no add; read as append"]


def test_attributes_by_name() -> None:
    """`self.__setattr__` and `self.__getattr__` set and give the attributes of a name that is put together."""
    text = NET.replace("self.conv = nn", "self.__setattr__('level_%d' % 1, nn").replace("3)\n", "3))\n", 1)
    reading = from_code(text.replace("self.conv(x)", "self.__getattr__('level_1')(x) if not x.is_cuda else x"))
    assert ([node.name for node in reading.design], reading.notes) == (["level_1"], ())
