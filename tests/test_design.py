"""A network as data: names, order, editing, JSON, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cnnshapes import Design, DesignError, Node, presets
from cnnshapes.design import INPUT, Builder
from cnnshapes.errors import Edit
from cnnshapes.layers import Add, Concat, Conv2d, Flatten, Linear, MaxPool2d, ReLU

IMAGE = (3, 32, 32)
SMALL = Design.chain(IMAGE, Conv2d(out_channels=4, kernel_size=3), ReLU(), Flatten(), Linear(out_features=10))


def forked() -> Design:
    """Two branches, one of them empty, and a sum."""
    builder = Builder("forked", (4, 8, 8))
    fork = builder.add(ReLU())
    branch = builder.add(Conv2d(out_channels=4, kernel_size=3, padding=1))
    builder.add(Add(), fork, branch)
    return builder.design()


def test_a_chain_names_its_nodes_by_kind() -> None:
    """Names count per kind, a name of one's own is kept, and later ones step around it."""
    conv = Conv2d(out_channels=4, kernel_size=3)
    design = Design.chain(IMAGE, conv, ("conv2", ReLU()), conv, Flatten(), Linear(out_features=2))
    assert [node.name for node in design] == ["conv1", "conv2", "conv3", "flatten1", "fc1"]
    assert [node.inputs for node in design][:2] == [(INPUT,), ("conv1",)]
    assert design["conv2"].layer == ReLU()
    assert len(design) == 5


@pytest.mark.parametrize("name", presets.PRESETS)
def test_json_round_trip(name: str) -> None:
    """Every preset comes back from JSON equal and with the same hash."""
    design = presets.preset(name)
    again = Design.from_json(design.to_json())
    assert again == design
    assert hash(again) == hash(design)


def test_json_leaves_out_what_follows() -> None:
    """Arguments at their default and the node before as the input are not written."""
    node = json.loads(SMALL.to_json())["nodes"][0]
    assert node == {"name": "conv1", "layer": "Conv2d", "arguments": {"out_channels": 4, "kernel_size": 3}}


def test_insert_remove_rename() -> None:
    """A layer goes in between and comes out again, and a new name reaches those that read it."""
    pooled = SMALL.inserted(MaxPool2d(2), after="relu1")
    assert [node.name for node in pooled] == ["conv1", "relu1", "pool1", "flatten1", "fc1"]
    assert pooled["flatten1"].inputs == ("pool1",)
    assert pooled.without("pool1") == SMALL
    assert SMALL.inserted(ReLU(), name="first")["conv1"].inputs == ("first",)
    assert SMALL.renamed("relu1", "act")["flatten1"].inputs == ("act",)
    assert SMALL.with_input((1, 28, 28)).input_shape == (1, 28, 28)


def test_editing_branches() -> None:
    """Behind a fork a layer is read by both branches; a merge whose two inputs become one keeps one."""
    design = forked()
    grown = design.inserted(ReLU(), after="relu1")
    assert grown["conv1"].inputs == ("relu2",)
    assert grown["add1"].inputs == ("relu2", "conv1")
    assert design.without("conv1")["add1"].inputs == ("relu1",)
    assert design.readers("relu1") == ["conv1", "add1"]


def test_edits_set_arguments_and_change_the_class() -> None:
    """An edit of `layer` changes the class and keeps the arguments."""
    design = SMALL.with_edits([Edit("out_channels", 8, "conv1"), Edit("out_features", 5, "fc1")])
    assert design["conv1"].layer == Conv2d(out_channels=8, kernel_size=3)
    changed = Design.chain((3, 8, 8), MaxPool2d(2, 1)).with_edits([Edit("layer", "AvgPool2d", "pool1")])
    assert (changed["pool1"].layer.kind, changed["pool1"].layer.given()) == (
        "AvgPool2d",
        {"kernel_size": 2, "stride": 1},
    )


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: Design("d", IMAGE, (Node("a b", ReLU(), (INPUT,)),)), '"a b" is no name for a node'),
    (lambda: Design("d", IMAGE, (Node("input", ReLU(), (INPUT,)),)), '"input" is no name for a node'),
    (lambda: Design("d", IMAGE, (Node("a", ReLU(), (INPUT,)), Node("a", ReLU(), ("a",)))), 'two nodes are called "a"'),
    (lambda: Design("d", IMAGE, (Node("a", ReLU(), ("b",)),)), 'a reads "b", which does not come before it'),
    (lambda: Design("d", IMAGE, (Node("a", Concat(), ()),)), "a reads nothing"),
    (lambda: Design("d", (), ()), "is no shape of one example"),
    (lambda: Design("d", (3, 0, 5), ()), "is no shape of one example"),
    (lambda: Design("d", (3, 2**31, 5), ()), "an input dimension of 2147483648 is too large"),
    (lambda: Design("d", (1, 2, 3, 4, 5), ()), "is no shape of one example"),
    (lambda: SMALL["conv7"], 'there is no node "conv7"; there are "conv1", "fc1", "flatten1", "relu1"'),
    (lambda: Design.from_json("{"), "this is not JSON"),
    (lambda: Design.from_json("[" * 100_000), "this is not JSON of a design: it is nested too deep"),
    (lambda: Design.from_json("[]"), 'it should be an object with "cnnshapes": 1'),
]
WRONG_PARTS: list[tuple[dict[str, Any], str]] = [
    ({"extra": 1}, 'a design has no "extra"'),
    ({"nodes": "ReLU"}, 'a design needs "nodes", a list'),
    ({"nodes": [1]}, 'node 1 should be an object with a "name"'),
    ({"nodes": [{"name": "a", "layer": "Relu"}]}, 'there is no layer "Relu"; there is ReLU'),
    (
        {"nodes": [{"name": "a", "layer": "ReLU", "arguments": {"slope": 1}}]},
        "ReLU has no argument slope",
    ),
    ({"nodes": [{"name": "a", "layer": "ReLU", "arguments": [1]}]}, '"arguments" should be an object'),
    ({"nodes": [{"name": "a", "layer": "ReLU", "inputs": "input"}]}, '"inputs" should be a list of names'),
    ({"name": 3}, 'the "name" of a design should be text'),
    ({"input_shape": "3x32x32"}, "is no shape of one example"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_refused(make: Callable[[], Any], message: str) -> None:
    """What is no design is refused with one sentence."""
    with pytest.raises(DesignError) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize(("part", "message"), WRONG_PARTS)
def test_wrong_data(part: dict[str, Any], message: str) -> None:
    """Plain data with one thing wrong is refused, and the sentence says where."""
    data = {"cnnshapes": 1, "name": "d", "input_shape": [3, 8, 8], "nodes": []} | part
    with pytest.raises(DesignError) as caught:
        Design.from_dict(data)
    assert message in str(caught.value)


def test_insert_before_duplicate_move() -> None:
    """A layer in front, a second one like it, neighbours exchanged; at a merge it stands behind the node before."""
    assert SMALL.inserted_before(ReLU(), "conv1")["conv1"].inputs == ("relu2",)
    assert [node.name for node in SMALL.duplicated("conv1")][:2] == ["conv1", "conv2"]
    assert SMALL.moved("relu1", -1).moved("relu1", 1) == SMALL
    assert [node.name for node in SMALL.moved("flatten1", -1)] == ["conv1", "flatten1", "relu1", "fc1"]
    fork = forked().inserted_before(ReLU(), "add1")
    assert fork["add1"].inputs == ("relu1", "relu2")
    assert fork["relu2"].inputs == ("conv1",)


def test_moving_needs_a_plain_stack() -> None:
    """The first cannot go up, nor the last down, and the ends of a branch cannot change places."""
    for name, by, sentence in (("conv1", -1, "first already"), ("fc1", 1, "last already")):
        with pytest.raises(DesignError, match=sentence):
            SMALL.moved(name, by)
    with pytest.raises(DesignError, match="part of a branch"):
        forked().moved("add1", -1)


def test_what_a_node_reads() -> None:
    """Inputs are given only where a node does not read the one before it, and can be set and left again."""
    assert forked().inputs_given() == {"relu1": (), "conv1": (), "add1": ("relu1", "conv1")}
    changed = SMALL.with_inputs("relu1", ["input"])
    assert changed.inputs_given()["relu1"] == ("input",)
    assert changed.with_inputs("relu1") == SMALL
    with pytest.raises(DesignError, match="does not come before it"):
        SMALL.with_inputs("conv1", ["fc1"])
    assert SMALL.called("mine").name == "mine"
