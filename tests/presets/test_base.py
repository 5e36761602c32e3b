"""The list of presets, and what every preset must be."""

from __future__ import annotations

import pytest

import cnnshapes
from cnnshapes.design import Design
from cnnshapes.errors import InputError
from cnnshapes.presets import PRESETS, preset
from cnnshapes.presets.base import enter, entered

ASKED_FOR = """
    classifier mnist_cnn fashion_dnn fashion_cnn lenet5 lenet5_1998
    alexnet_two_gpu alexnet_one_tower alexnet
    vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn vgg16_cifar10
    googlenet googlenet_aux resnet18 resnet34 resnet50 resnet101 resnet152
    resnet18_cifar10 resnet20_cifar10 resnet56_cifar10
    densenet121 densenet169 densenet201 mobilenet_v2
    vgg_3x3_twice vgg_5x5_once inception_without_1x1 inception_with_1x1 plain_block residual_block
""".split()


def test_every_promised_preset_is_listed() -> None:
    """No preset that users were told of is missing."""
    assert set(ASKED_FOR) <= set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_preset_computes_and_survives_json(name: str) -> None:
    """Each preset computes, goes by its own name, and comes back from JSON as it was."""
    design = preset(name)
    assert design.name == name
    report = cnnshapes.summary(name)
    assert len(report) == len(design) > 0
    assert report.total_params == sum(row.params for row in report) > 0
    assert Design.from_json(design.to_json()) == design


@pytest.mark.parametrize("name", PRESETS)
def test_preset_explains_each_row(name: str) -> None:
    """Each row of each preset has an explanation, with the parameters it counts where it has any."""
    for row in cnnshapes.summary(name):
        assert row.formulas["shape"], row.name
        assert bool(row.params) == ("parameters" in row.formulas), row.name


@pytest.mark.parametrize("name", PRESETS)
def test_no_node_is_named_like_the_module_around_another(name: str) -> None:
    """No node is called `layer1` where another is `layer1.conv`, for torch could not build both."""
    names = [node.name for node in preset(name)]
    around = {path[:at] for path in names for at, letter in enumerate(path) if letter == "."}
    assert not around & set(names)


@pytest.mark.parametrize("name", PRESETS)
def test_summary_is_one_line(name: str) -> None:
    """A preset says in one line, short enough for a terminal, what it is; a group is a word."""
    entry = PRESETS[name]
    assert entry.name == name
    assert 30 < len(entry.summary) <= 105
    assert "\n" not in entry.summary
    assert not entry.summary.endswith(".")
    assert entry.group.isalpha()


def test_summaries_tell_presets_apart() -> None:
    """No two presets have one summary."""
    assert len({entry.summary for entry in PRESETS.values()}) == len(PRESETS)


def test_the_notes_come_first_and_groups_stay_together() -> None:
    """Presets are listed group by group, the notes' own first."""
    groups = [entry.group for entry in PRESETS.values()]
    runs = [group for before, group in zip(["", *groups], groups, strict=False) if group != before]
    assert runs[0] == "Notes"
    assert len(runs) == len(set(runs))


def test_unknown_preset_names_those_that_look_alike() -> None:
    """A misspelt name is an error that offers the right one, whatever its case."""
    with pytest.raises(InputError, match=r'^there is no preset "ResNet-50"; there is resnet50, '):
        preset("ResNet-50")
    with pytest.raises(InputError, match=r"there is lenet5"):
        cnnshapes.summary("LeNet5")
    with pytest.raises(InputError, match=r'^there is no preset "zzz"$'):
        preset("zzz")


def test_a_name_is_entered_once() -> None:
    """A second preset of one name is refused, and the first stays."""
    first = PRESETS["lenet5"]
    with pytest.raises(TypeError, match="a preset lenet5 already"):
        enter("lenet5", "Notes", "another one", first.build)
    with pytest.raises(TypeError, match="a preset lenet5 already"):
        entered("Notes", "another one")(first.build)
    assert PRESETS["lenet5"] is first
