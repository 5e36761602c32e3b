"""Settings of a layer and shapes of its inputs, varied from an example by what the class says of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from cnnshapes.errors import CnnshapesError
from cnnshapes.layers import Argument, Layer, Shape
from tests.layers.examples import Example, examples_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

NUMBERS = (0.5, 1, 2, 2.0, 1.5, 0.1, 3, 0.75, 0.3, 2.5, 0, -1, 1.1)
CHANNELS = (1, 2, 3, 4, 6, 8, 9, 12, 16)
"""Numbers with and without common divisors, for groups and shuffles."""


@st.composite
def settings_of(draw: DrawFn, kind: str) -> Example:
    """Layers of a class with shapes of inputs, most of which fit together."""
    layer, inputs = draw(st.sampled_from(examples_of(kind)))
    often = draw(st.integers(1, 4))  # how likely each part of the example is to be replaced, in quarters
    careless = draw(st.integers(0, 3)) == 3  # values beyond their bounds, inputs that do not fit each other

    def changed() -> bool:
        return draw(st.integers(1, 4)) <= often

    shape = inputs[0]
    if careless and draw(st.integers(0, 4)) == 4:
        shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    first = tuple(
        draw(st.sampled_from(CHANNELS) if axis == 0 else st.integers(1, 13)) if changed() else size
        for axis, size in enumerate(shape)
    )
    others = [_beside(draw, first, other, careless) for other in inputs[1:]]
    changes = {
        name: draw(values(spec, getattr(layer, name), first, careless))
        for name, spec in layer.arguments().items()
        if changed()
    }
    return Example(_with(layer, changes), (first, *others))


def _with(layer: Layer, changes: dict[str, Any]) -> Layer:
    try:
        return layer.with_arguments(**changes)
    except CnnshapesError:  # a class that refuses the combination at once
        return layer


def _beside(draw: DrawFn, first: Shape, example: Shape, careless: bool) -> Shape:
    """The shape of a second input: that of the first but for one axis, or any."""
    if careless and draw(st.booleans()):
        return example
    if draw(st.booleans()):
        return first
    axis = draw(st.integers(0, len(first) - 1))
    size = draw(st.sampled_from((1, 2, 3, 6)))
    return (*first[:axis], size, *first[axis + 1 :])


def values(spec: Argument, current: Any, shape: Shape, careless: bool) -> SearchStrategy[Any]:
    """Values of an argument, in its bounds unless `careless`."""
    axes = max(1, len(shape) - 1)
    least = -4 if spec.minimum is None else int(spec.minimum) - careless
    whole = st.integers(least, least + 7)
    if spec.from_input:
        found = shape[0 if spec.from_input == "channels" else -1]
        return st.sampled_from([None, found, found + 1] if careless else [None, found])
    lengths = st.integers(0, 6) if careless else st.just(len(current) if isinstance(current, tuple) else axes)
    element = st.one_of(whole, st.none()) if spec.gaps else whole
    many = lengths.flatmap(lambda length: st.tuples(*[element] * length))
    fraction = st.one_of(
        st.sampled_from(NUMBERS), st.floats(-1 if careless else 0.0625, 4).map(lambda value: round(value, 3))
    ).filter(lambda value: careless or spec.fault(value) is None)
    choices: dict[str, list[SearchStrategy[Any]]] = {
        "int": [whole],
        "sizes": [whole, many],
        "shape": [st.lists(st.sampled_from((-1, 1, 2, 3, 4, 5, 6)), max_size=4).map(tuple)],
        "number": [fraction],
        "numbers": [fraction, st.tuples(*[fraction] * axes)],
        "flag": [st.booleans()],
        "word": [],
    }
    found_choices = choices[spec.kind] + [st.just(word) for word in spec.words]
    return st.one_of([*found_choices, st.none()] if spec.optional else found_choices)


def fixed_values(spec: Argument) -> list[Any]:
    """A few values of an argument, in and out of its bounds, tuples of many lengths among them."""
    found: list[Any] = [*spec.words, *([None] if spec.optional else [])]
    if spec.kind in ("int", "sizes", "number", "numbers"):
        found += [-5, -1, 0, 1, 2, 3, 7, 100]
    if spec.kind in ("number", "numbers"):
        found += [-1.0, 0.01, 0.5, 1.5, float("inf")]
    if spec.kind in ("sizes", "shape", "numbers"):
        found += [(), (0,), (2,), (1, 2), (9, 1), (0, 3), (-1, 2), (11, 1, 1), (4,) * 4, (1,) * 6]
    if spec.gaps:
        found += [(None,), (None, 2), (None,) * 3]
    return found + [True, False] * (spec.kind == "flag")


def fewer(test: Callable[..., None]) -> Callable[..., None]:
    """Settings for a test that needs fewer examples than the profile says."""
    return settings(max_examples=max(1, settings().max_examples // 3))(test)
