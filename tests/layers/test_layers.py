"""One harness over every layer class and many settings of it, held against real torch.

The settings are varied from `examples.py` by what each class says of its arguments, so a new layer is covered by a
line there. `differences.py` lists where torch computes what cnnshapes refuses.
"""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import assume, given

from cnnshapes import Design, ShapeError, rows
from cnnshapes.bridge.build import build
from cnnshapes.formats.code import to_code
from cnnshapes.layers import LAYERS
from cnnshapes.layers.padding import CircularPad
from cnnshapes.report import Row, report_of
from tests.layers.designs import TESTED, can_be_designed, design_of
from tests.layers.differences import reason
from tests.layers.examples import EXAMPLES, Example, examples_of
from tests.layers.strategies import fewer, fixed_values, settings_of
from tests.layers.torch_says import BATCH, TorchRefusalError, macs_of, module_of, shape_of


@pytest.mark.parametrize("kind", LAYERS)
def test_every_layer_has_an_example_that_computes(kind: str) -> None:
    """A class without an example fails here, and so does an example that cannot be computed."""
    examples = examples_of(kind)
    assert examples, f"add a line for {kind} to tests/layers/examples.py"
    for layer, inputs in examples:
        assert all(size > 0 for size in layer.output_shape(*inputs))


def agrees_with_torch(example: Example) -> None:
    """Shape, weights and multiply–accumulates are torch's, or both refuse."""
    layer, inputs = example
    try:
        module = module_of(layer, inputs)
        theirs = shape_of(module, inputs)
    except TorchRefusalError:
        with pytest.raises(ShapeError):
            layer.output_shape(*inputs)
        return
    try:
        ours = layer.output_shape(*inputs)
    except ShapeError:
        assert reason(layer, inputs, theirs)  # only some of what torch computes
        return
    assert ours == theirs
    weights = [(name, tuple(weight.shape)) for name, weight in module.named_parameters()]
    assert list(layer.weights(*inputs).items()) == weights
    assert layer.macs(ours, *inputs) == macs_of(layer, inputs)


@pytest.mark.parametrize("kind", LAYERS)
def test_agrees_with_torch(kind: str) -> None:
    """Shape, weights and multiply–accumulates are torch's, and what torch refuses is refused."""

    @given(settings_of(kind))
    def agrees(example: Example) -> None:
        agrees_with_torch(example)

    agrees()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: repr(example.layer))
def test_examples_agree_with_torch(example: Example) -> None:
    """Each example as it stands agrees with torch."""
    agrees_with_torch(example)


@pytest.mark.parametrize("kind", LAYERS)
def test_json(kind: str) -> None:
    """A design with the layer comes back from JSON equal, with the same hash, whether it computes or not."""

    @fewer
    @given(settings_of(kind))
    def comes_back(example: Example) -> None:
        assume(can_be_designed(example))
        design = design_of(example)
        again = Design.from_json(design.to_json())
        assert again == design
        assert hash(again) == hash(design)
        assert again.to_json() == design.to_json()

    comes_back()


def reads_unwritten_memory(example: Example) -> bool:
    """Whether torch returns memory it never wrote: a circular padding that crops one end may wrap too little."""
    return isinstance(example.layer, CircularPad) and any(end < 0 for ends in example.layer.ends for end in ends)


def named(row: Row, weight: str) -> str:
    """The key of a weight in the state dict; a layer that is a function in torch has one, of the node's own name."""
    return row.name if row.layer is not None and row.layer.torch_function else f"{row.name}.{weight}"


@pytest.mark.parametrize("kind", LAYERS)
def test_built_module_and_printed_code(kind: str) -> None:
    """The built module has torch's names for the weights and gives our shape; the printed code gives its numbers."""

    @fewer
    @given(settings_of(kind))
    def both_run(example: Example) -> None:
        assume(can_be_designed(example))
        design = design_of(example)
        try:
            report = report_of(design)
        except ShapeError:
            return
        with warnings.catch_warnings(action="ignore"):  # of even kernels and of Softmax without a dimension
            built = build(design).eval()
            namespace: dict[str, type[torch.nn.Module]] = {}
            exec(compile(to_code(design), "printed", "exec"), namespace)  # noqa: S102  it is our own text that runs
            printed = namespace["OneLayer"]().eval()
            assert [(named(row, name), shape) for row in report for name, shape in row.weights.items()] == [
                (name, tuple(weight.shape)) for name, weight in built.named_parameters()
            ]
            with torch.no_grad():
                for ours, theirs in zip(printed.parameters(), built.parameters(), strict=True):
                    ours.copy_(theirs)
                batch = torch.rand(BATCH, *design.input_shape)
                expected = built(batch.clone())
                assert tuple(expected.shape[1:]) == report.output_shape
                if not reads_unwritten_memory(example):
                    assert torch.allclose(printed(batch.clone()), expected, equal_nan=True)

    both_run()


@pytest.mark.parametrize("kind", LAYERS)
def test_repairs(kind: str) -> None:
    """Every repair offered gives a network that computes, and torch computes the repaired layer too."""

    @fewer
    @given(settings_of(kind))
    def mend(example: Example) -> None:
        assume(can_be_designed(example))
        design = design_of(example)
        error = error_of(design)
        for repair in error.repairs if error else ():
            assert repair.text in str(error)
            mended = design.with_edits(repair.edits)
            shapes = {row.name: row.output_shape for row in rows(mended)}
            with warnings.catch_warnings(action="ignore"):
                assert tuple(build(mended)(torch.ones(BATCH, *mended.input_shape)).shape[1:]) == shapes[TESTED]

    mend()


def error_of(design: Design) -> ShapeError | None:
    """Why the design cannot be computed, None where it can."""
    try:
        list(rows(design))
    except ShapeError as error:
        return error
    return None


@pytest.mark.parametrize("kind", LAYERS)
def test_one_wrong_argument_has_a_repair(kind: str) -> None:
    """Where one argument makes an example impossible, the error names the node, and a repair or what to feed it."""
    for layer, inputs in examples_of(kind):
        for name, spec in layer.arguments().items():
            for value in fixed_values(spec):
                broken = Example(layer.with_arguments(**{name: value}), inputs)
                error = error_of(design_of(broken))
                if error is not None:
                    assert str(error).startswith(f"{TESTED} ({kind}): "), broken
                    assert error.repairs or error.fits, f"{broken}: {error}"
