"""What the papers say of their networks: counts, depths, receptive fields, and how they compare."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnnshapes
from cnnshapes.presets.resnet import resnet_cifar10
from cnnshapes.report import Report


def weighted_layers(report: Report) -> int:
    """The layers the papers count in a name: convolutions and linear layers, shortcuts aside."""
    return sum(row.kind in ("Conv2d", "Linear") and ".downsample." not in row.name for row in report)


@pytest.mark.parametrize(
    ("preset", "node", "pixels"),
    [
        ("alexnet", "features.10", 163),
        ("alexnet", "features.12", 195),
        ("alexnet_two_gpu", "conv5", 163),
        ("alexnet_two_gpu", "pool3", 195),
        ("resnet18", "layer4.1.conv2", 435),
        ("residual_block", "add1", 5),
        ("vgg_3x3_twice", "conv2", 5),
        ("vgg_5x5_once", "conv1", 5),
    ],
)
def test_receptive_field(preset: str, node: str, pixels: int) -> None:
    """One position of the node sees this many pixels in each direction, exactly."""
    field = cnnshapes.summary(preset)[node].receptive_field
    assert (field.size, field.exact) == (pixels, True)


def test_alexnet_shows_the_eight_counts_of_the_notes() -> None:
    """As the notes count, AlexNet's eight layers have these parameters, which is where 177,209,344 comes from."""
    counted = cnnshapes.summary("alexnet_two_gpu_as_counted")
    assert {row.name: row.params for row in counted if row.params} == {
        "conv1": 34_848,
        "conv2": 307_200,
        "conv3": 884_736,
        "conv4": 663_552,
        "conv5": 442_368,
        "dense1": 177_209_344,
        "dense2": 16_777_216,
        "dense3": 4_096_000,
    }
    assert counted["dense1"].input_shapes == ((13 * 13 * 256,),)
    assert cnnshapes.summary("alexnet_two_gpu")["dense1"].input_shapes == ((6 * 6 * 256,),)


def test_lenet5_of_1998_has_the_counts_of_the_paper() -> None:
    """Every layer has the paper's parameters but C3, which has all connections, and the output, which is linear."""
    report = cnnshapes.summary("lenet5_1998")
    counts = {row.name: row.params for row in report if row.params}
    assert counts == {"c1": 156, "s2": 12, "c3": 2_416, "s4": 32, "c5": 48_120, "f6": 10_164, "output": 850}
    shapes = [row.output_shape for row in report if row.name in ("c1", "s2", "c3", "s4", "c5")]
    assert shapes == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1)]


def test_parameters_are_ordered_as_the_notes_say() -> None:
    """GoogLeNet < AlexNet < VGG, whichever AlexNet and whichever VGG, and even with GoogLeNet's auxiliary heads."""
    alexnets = [cnnshapes.summary(name).total_params for name in ("alexnet", "alexnet_two_gpu", "alexnet_one_tower")]
    vggs = [cnnshapes.summary(f"vgg{depth}").total_params for depth in (11, 13, 16, 19)]
    assert cnnshapes.summary("googlenet_aux").total_params < min(alexnets)
    assert max(alexnets) < min(vggs)


@pytest.mark.parametrize("depth", [11, 13, 16, 19])
@pytest.mark.parametrize("suffix", ["", "_bn"])
def test_vgg_has_as_many_layers_as_its_name_says(depth: int, suffix: str) -> None:
    """VGG-16 has 16 layers with weights; a BatchNorm adds two numbers for each filter and nothing else."""
    report = cnnshapes.summary(f"vgg{depth}{suffix}")
    assert weighted_layers(report) == depth
    filters = sum(row.output_shape[0] for row in report if row.kind == "Conv2d")
    plain = cnnshapes.summary(f"vgg{depth}").total_params
    assert report.total_params == plain + (2 * filters if suffix else 0)


def test_vgg16_for_cifar10() -> None:
    """16 layers on 3×32×32, whose three poolings leave 512·4·4 features for ten classes."""
    report = cnnshapes.summary("vgg16_cifar10")
    assert weighted_layers(report) == 16
    assert (report.input_shape, report.flatten_size, report.output_shape) == ((3, 32, 32), 512 * 4 * 4, (10,))


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_resnet_has_as_many_layers_as_its_name_says(depth: int) -> None:
    """ResNet-50 has 50 layers with weights, the projections on its shortcuts aside."""
    assert weighted_layers(cnnshapes.summary(f"resnet{depth}")) == depth


@pytest.mark.parametrize(("depth", "millions", "params"), [(20, "0.27", 269_722), (56, "0.85", 853_018)])
def test_resnet_for_cifar10_has_the_parameters_of_the_paper(depth: int, millions: str, params: int) -> None:
    """The paper's table 6 states 0.27M and 0.85M, which only shortcuts without parameters give."""
    report = cnnshapes.summary(f"resnet{depth}_cifar10")
    assert report.total_params == params
    assert f"{params / 1e6:.2f}" == millions
    assert weighted_layers(report) == depth


@given(blocks=st.integers(1, 8))
def test_resnet_for_cifar10_grows_by_six_layers(blocks: int) -> None:
    """With n blocks a stage there are 6n + 2 layers, maps of 32, 16 and 8 pixels, and shortcuts that learn nothing."""
    report = cnnshapes.summary(resnet_cifar10("any", blocks))
    assert weighted_layers(report) == 6 * blocks + 2
    last = [report[f"layer{stage}.{blocks - 1}.relu2"].output_shape for stage in (1, 2, 3)]
    assert last == [(16, 32, 32), (32, 16, 16), (64, 8, 8)]
    assert sum(row.params for row in report if "shortcut" in row.name) == 0


def test_resnet18_for_cifar10() -> None:
    """Its first convolution keeps the 32×32 image, and a 4×4 map is left; counted as usual, 0.56 G MACs."""
    report = cnnshapes.summary("resnet18_cifar10")
    assert weighted_layers(report) == 18
    assert [report[name].output_shape for name in ("relu", "layer4.1.relu2")] == [(64, 32, 32), (512, 4, 4)]
    assert (report.total_params, report.total_macs) == (11_173_962, 555_422_720)


def test_auxiliary_heads_are_half_of_googlenet() -> None:
    """The two heads hold 6,379,984 parameters; the network they hang on is the one that predicts, and ends the list."""
    report = cnnshapes.summary("googlenet_aux")
    assert sum(row.params for row in report if row.name.startswith("aux")) == 6_379_984
    assert report[-1].name == "fc"
    assert (report["aux1.fc2"].output_shape, report["aux2.fc2"].output_shape) == ((1000,), (1000,))
    rest = [row for row in report if not row.name.startswith("aux")]
    assert rest == list(cnnshapes.summary("googlenet"))


def test_two_small_kernels_see_as_much_as_a_large_one_for_less() -> None:
    """Two 3×3 see what one 5×5 sees and keep the same shape, with 294,912 weights against 409,600."""
    twice, once = cnnshapes.summary("vgg_3x3_twice"), cnnshapes.summary("vgg_5x5_once")
    assert (twice.total_params, once.total_params) == (294_912, 409_600)
    assert twice.output_shape == once.output_shape == once.input_shape
    assert twice[-1].receptive_field.size == once[-1].receptive_field.size


def test_a_bottleneck_saves_weights_and_changes_no_shape() -> None:
    """A 1×1 convolution to 32 channels first takes 147,456 weights down to 40,960, between the same shapes."""
    without, bottleneck = cnnshapes.summary("inception_without_1x1"), cnnshapes.summary("inception_with_1x1")
    assert (without.total_params, bottleneck.total_params) == (147_456, 40_960)
    assert without.input_shape == bottleneck.input_shape
    assert without.output_shape == bottleneck.output_shape


def test_a_shortcut_costs_nothing() -> None:
    """The residual block has the parameters and multiply–accumulates of the plain one, and one row more: the sum."""
    plain, residual = cnnshapes.summary("plain_block"), cnnshapes.summary("residual_block")
    assert (plain.total_params, plain.total_macs) == (residual.total_params, residual.total_macs)
    assert [row.kind for row in residual if row.kind != "Add"] == [row.kind for row in plain]
    assert residual["add1"].inputs == ("bn2", "input")
