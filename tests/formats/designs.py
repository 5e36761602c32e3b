"""Small designs that the formats are tried on, and a strategy that makes plain stacks of many kinds."""

from __future__ import annotations

from hypothesis import strategies as st

from cnnshapes import Design
from cnnshapes.design import INPUT, Builder, Node
from cnnshapes.errors import CnnshapesError
from cnnshapes.formats.code import class_name, identifiers
from cnnshapes.layers import (
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concat,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GroupNorm,
    InstanceNorm2d,
    Layer,
    Linear,
    MaxPool2d,
    Multiply,
    Permute,
    PReLU,
    ReLU,
    Scale,
    Select,
    Sigmoid,
    Slice,
    Softmax,
    Transpose,
    Upsample,
)
from cnnshapes.report import report_of
from cnnshapes.source.graph import as_written


def lenet() -> Design:
    """LeNet-5 for CIFAR-10, sizes that follow from the input left out."""
    return Design.chain(
        (3, 32, 32),
        Conv2d(out_channels=6, kernel_size=5),
        ReLU(),
        MaxPool2d(2),
        Conv2d(out_channels=16, kernel_size=5),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(out_features=120),
        Linear(out_features=84),
        Linear(out_features=10),
        name="lenet",
    )


def residual() -> Design:
    """A sum of three branches, one of them the input itself, and a global pooling; nodes are named by paths."""
    builder = Builder("residual-block", (8, 6, 6))
    first = builder.add(Conv2d(out_channels=8, kernel_size=3, padding=1, bias=False), name="layer1.0.conv1")
    builder.add(BatchNorm2d(), name="layer1.0.bn1")
    second = builder.add(ReLU(), name="layer1.0.relu")
    builder.add(Add(), second, first, "input", name="layer1.0.add")
    builder.add(GlobalAvgPool2d(), name="pool")
    builder.add(Linear(out_features=3), name="fc")
    return builder.design()


def branches() -> Design:
    """Concatenation, a gate by multiplication, grouped and transposed convolution, tuples for arguments."""
    builder = Builder("branches", (4, 8, 6))
    left = builder.add(Conv2d(out_channels=6, kernel_size=(3, 1), padding=(1, 0), groups=2), "input")
    right = builder.add(AvgPool2d(3, 1, 1), "input")
    both = builder.add(Concat(), left, right, "input")
    gate = builder.add(GlobalAvgPool2d(keepdim=True), both)
    builder.add(Sigmoid(), gate)
    builder.add(Multiply(), both, builder.last)
    builder.add(ConvTranspose2d(out_channels=5, kernel_size=2, stride=2))
    builder.add(Upsample(scale_factor=0.5, mode="bilinear"))
    builder.add(Conv2d(out_channels=5, kernel_size=3, padding="same", padding_mode="reflect"))
    builder.add(GroupNorm(5))
    builder.add(InstanceNorm2d(affine=True))
    builder.add(PReLU(5))
    builder.add(Flatten())
    builder.add(Softmax(1))
    return builder.design()


def empty() -> Design:
    """No node at all."""
    return Design("empty", (3, 8, 8), ())


DESIGNS = (lenet, residual, branches, empty)

_WIDTHS = st.integers(1, 6)
_LAYERS: st.SearchStrategy[Layer] = st.one_of(
    st.builds(
        Conv2d,
        out_channels=_WIDTHS,
        kernel_size=st.sampled_from([1, 2, 3, (3, 1)]),
        stride=st.sampled_from([1, 2]),
        padding=st.sampled_from([0, 1]),
        bias=st.booleans(),
    ),
    st.builds(MaxPool2d, kernel_size=st.just(2), ceil_mode=st.booleans()),
    st.builds(Dropout, p=st.sampled_from([0.1, 0.5])),
    st.sampled_from([ReLU(), BatchNorm2d(), PReLU()]),
)


@st.composite
def chains(draw: st.DrawFn) -> Design:
    """Some layers that keep or halve an image, then a Flatten and linear layers."""
    layers = draw(st.lists(_LAYERS, max_size=5))
    widths = draw(st.lists(_WIDTHS, max_size=3))
    shape = (draw(_WIDTHS), 40, draw(st.sampled_from([40, 57])))
    return Design.chain(shape, *layers, Flatten(), *(Linear(out_features=width) for width in widths), name="chain")


_NAMES = st.sampled_from(
    ["", "", "", "layer1.0.conv1", "layer1_0_conv1", "features.0", "0", "x", "class", "train", "out", "cat1", "합성"]
)
"""What nodes may be called: by their kind, by paths, by names that Python or torch has taken."""
_KEEPING: st.SearchStrategy[Layer] = st.one_of(
    st.builds(Conv2d, out_channels=st.sampled_from([4, 8]), kernel_size=st.just(3), padding=st.just(1)),
    st.builds(Conv2d, out_channels=st.just(4), kernel_size=st.just(1), groups=st.sampled_from([1, 2])),
    st.builds(MaxPool2d, kernel_size=st.just(3), stride=st.just(1), padding=st.just(1)),
    st.sampled_from([ReLU(), BatchNorm2d(), PReLU(), Scale((1, 1, 1)), GlobalAvgPool2d(keepdim=True), Sigmoid()]),
    st.sampled_from([Transpose(2, 3), Slice((0,), (2,)), Select(-1, 0), Permute((0, 1, 3, 2)), Flatten(2), Flatten()]),
)
_MERGING = st.sampled_from([Add(), Add(), Multiply(), Concat(), Concat()])


@st.composite
def graphs(draw: st.DrawFn) -> Design:
    """Networks with branches of any form: each node reads the input or earlier ones, and the whole computes."""
    shape = (4, 6, 6)
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 9))):
        known = [INPUT, *(node.name for node in nodes)]
        read = draw(st.lists(st.sampled_from(known[-4:]), min_size=1, max_size=3))
        layer = draw(_KEEPING) if len(read) == 1 else draw(_MERGING)
        name = draw(_NAMES)
        name = name if name and name not in known else layer.node_name(number + 1)
        grown = [*nodes, Node(name, layer, tuple(read))]
        try:
            report_of(Design("graph", shape, tuple(grown)))
        except CnnshapesError:
            continue
        nodes = grown
    return Design("graph", shape, tuple(nodes))


def as_code_names(design: Design) -> Design:
    """The design as source has it: with its names for the class and the nodes, sizes left to follow where they do."""
    names = identifiers(node.name for node in design) | {INPUT: INPUT}
    nodes = [
        Node(names[node.name], as_written(node.layer, row.input_shapes), tuple(names[source] for source in node.inputs))
        for node, row in zip(design, report_of(design), strict=True)
    ]
    return Design(class_name(design.name), design.input_shape, tuple(nodes))
