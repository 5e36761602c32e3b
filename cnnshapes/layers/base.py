"""What a layer is: a frozen dataclass whose fields are torch's own arguments, and the few questions it answers.

A new layer is one class in one file of this package. Everything else (JSON, PyTorch code, a torch module, the form on
the page, the command line, reading a torch model, the table in the README) walks `Layer.arguments()` or the registries
below, and the test harness fails until the class has an example and agrees with torch.

    @final
    @layer
    class PixelShuffle(Layer):
        '''(C·r², H, W) to (C, H·r, W·r).'''
        upscale_factor: int = integer()

        def compute_shape(self, *inputs: Shape) -> Shape: ...

Shapes are of one example, channels first, without the batch: (channels, height, width) or (features,). Arguments that
name a dimension (`dim`, `start_dim`) count the batch, as they do in torch: 1 is the channels.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, ClassVar, Final, NamedTuple, TypeVar, dataclass_transform

from cnnshapes import receptive_field
from cnnshapes.errors import DesignError, Edit, Repair, ShapeError
from cnnshapes.layers.arguments import INTEGRAL, REQUIRED, Argument, argument, flag, integer, number, sizes, word
from cnnshapes.receptive_field import ReceptiveField
from cnnshapes.term import Term

Shape = tuple[int, ...]
"""The sizes of one example, channels first: (channels, height, width) or (features,)."""

LAYERS: Final[dict[str, type[Layer]]] = {}
"""Every layer by its class name."""

READERS: Final[dict[str, Callable[..., Layer | None]]] = {}
"""Torch functions, by dotted name, to what makes the layer of a call. Filled by `reads`."""

AXES: Final[dict[int, tuple[str, ...]]] = {
    1: ("features",),
    2: ("channels", "length"),
    3: ("channels", "height", "width"),
    4: ("channels", "depth", "height", "width"),
}
"""What the dimensions of a shape are called, by how many there are."""


class Saved(NamedTuple):
    """Counts of what is kept for a backward pass: numbers of the network's type, and 8-byte indices."""

    numbers: int = 0
    indices: int = 0


NOTHING_SAVED: Final = Saved()

L = TypeVar("L", bound="type[Layer]")
T = TypeVar("T")


class Weight(tuple[int, ...]):
    """The shape of a learned weight, where it has to be told from the shape of an example, which it never equals."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Weight and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Weight, *self))


MOST_NUMBERS: Final = 2**61 - 1
"""Torch holds no larger tensor: it counts the bytes, four for each number, in 64 bits with a sign."""
_SIZES: Final = frozenset({"int", "sizes", "shape"})
_FROM_INPUT: Final = {"channels": 0, "features": -1}


def layer(cls: L) -> L:
    """Enter a class into the registries.

    Raises:
        TypeError: a layer of this name, or a reader of one of its torch functions, is there already.
    """
    made: Any = cls
    if made.__name__ in LAYERS:
        raise TypeError(f"there is a layer {made.__name__} already")
    LAYERS[made.__name__] = made
    for base in reversed(made.__mro__):
        for attribute, pattern in _readers_of(base):
            function = pattern.format(dims=getattr(made, "dims", ""), snake=_snake(made.__name__))
            _register(function, getattr(made, attribute))
    for function in made.functions:
        _register(function, made.from_call)
    return cls


@functools.cache
def _readers_of(base: type) -> list[tuple[str, str]]:
    """The methods of a class that read calls of torch, each with the pattern of a function's name."""
    members = [(name, getattr(member, "__func__", member)) for name, member in vars(base).items()]
    return [(name, pattern) for name, member in members for pattern in getattr(member, "_reads", ())]


def _register(function: str, reader: Any) -> None:
    known: Any = READERS.setdefault(function, reader)
    if known.__func__ is not reader.__func__:
        raise TypeError(f"{function} has a reader already")


def _snake(name: str) -> str:
    """`adaptive_avg_pool2d` for `AdaptiveAvgPool2d`, as torch.nn.functional names it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def reads(*functions: str) -> Callable[[Any], Any]:
    """Say which torch functions a class method turns into a layer.

    The method is called with the arguments of the torch call, each activation replaced by the shape of one example and
    each weight by its whole shape, and returns the layer, or None where the call is not this layer's after all.
    `{dims}` in a name stands for the class's number of spatial axes, `{snake}` for its name as torch.nn.functional
    writes it. A method of a family's base whose names have neither is registered once, and chooses the class itself.
    """

    def mark(method: Any) -> Any:
        getattr(method, "__func__", method)._reads = functions
        return method

    return mark


@functools.cache
def arguments_of(cls: type[Layer]) -> Mapping[str, Argument]:
    """The arguments of a layer class by name, in torch's order."""
    return {field.name: field.metadata["argument"] for field in dataclasses.fields(cls)}


@dataclass_transform(frozen_default=True, field_specifiers=(argument, integer, sizes, number, flag, word))
@dataclasses.dataclass(frozen=True, repr=False, eq=False)
class Layer(ABC):
    """One operation of a network, as the arguments torch would be given.

    Frozen, hashable and comparable. Sizes that follow from the input (`in_channels`, `in_features`, `num_features`)
    may be left out, and are checked where given.
    """

    arity: ClassVar[int | None] = 1
    """How many inputs it reads; None for two or more."""
    ranks: ClassVar[tuple[int, ...]] = ()
    """How many dimensions an input may have; empty for any number."""
    base_name: ClassVar[str] = ""
    """What nodes of this kind are called, before a number: `conv`; the class name in lower case unless said."""
    torch_function: ClassVar[str] = ""
    """The torch function that computes it, such as torch.cat; empty where torch.nn has a class of the same name."""
    functions: ClassVar[tuple[str, ...]] = ()
    """Torch functions that take the input and then this class's own arguments; others need a method marked `reads`."""
    saves: ClassVar[tuple[str, ...]] = ()
    """What autograd keeps of it for the backward pass: its `input`, its `output`, both or neither; as a `factor` of a
    product its input is kept only where something that it is multiplied by learns."""
    is_view: ClassVar[bool] = False
    """Its output is its input's memory, arranged anew."""
    needs_order: ClassVar[bool] = False
    """It is a view of what lies in order in memory; anything else is copied first."""
    strided: ClassVar[bool] = False
    """Its output is in another order in memory than a fresh tensor, which a `view` behind it minds."""
    merges_dimensions: ClassVar[bool] = False
    """Its explanation tells where each dimension of its input came from."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if any(not kind.startswith("ClassVar") for kind in inspect.get_annotations(cls).values()):
            dataclasses.dataclass(frozen=True, repr=False, eq=False)(cls)  # the others inherit it: importing stays fast

    def __post_init__(self) -> None:
        for name, spec in arguments_of(type(self)).items():
            value = getattr(self, name)
            if type(value) is int and spec.kind in INTEGRAL:
                continue
            if value is REQUIRED:
                raise DesignError(f"{self.kind} needs {name} ({spec.describe()})")
            try:
                clean = spec.clean(value)
            except TypeError as error:
                raise DesignError(f"{self.kind}: {name} should be {spec.describe()}, not {value!r}") from error
            if clean is not value:
                object.__setattr__(self, name, clean)

    @classmethod
    def from_call(cls, input: Shape, *rest: Any, **given: Any) -> Layer | None:
        """The layer of a call of one of `functions`."""
        given.pop("out", None)
        return cls(*rest, **given)

    @classmethod
    def arguments(cls) -> Mapping[str, Argument]:
        """The arguments by name, in torch's order."""
        return arguments_of(cls)

    @classmethod
    def required(cls) -> frozenset[str]:
        """The arguments that must be given."""
        return frozenset(field.name for field in dataclasses.fields(cls) if field.default is REQUIRED)

    @property
    def kind(self) -> str:
        """The class name: `Conv2d`."""
        return type(self).__name__

    @classmethod
    def node_name(cls, number: int) -> str:
        """What the node of this kind and number is called unless the user names it: `conv1`."""
        name = cls.base_name or re.sub(r"[1-3]d$", "", cls.__name__).lower()
        return f"{name}_{number}" if name[-1].isdigit() else f"{name}{number}"

    def given(self) -> dict[str, Any]:
        """The arguments whose values are not the default, by name."""
        return {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != field.default or type(value) is not type(field.default)
        }

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.arguments())

    def __hash__(self) -> int:
        return hash((self.kind, *(getattr(self, name) for name in self.arguments())))

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in self.given().items())})"

    # ---- what a layer answers -------------------------------------------------------------------------------------

    @abstractmethod
    def compute_shape(self, *inputs: Shape) -> Shape:
        """The output shape for inputs whose number and rank are right; call `output_shape`, which checks first."""

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape of the output for inputs of these shapes.

        Raises:
            ShapeError: torch could not compute it; says which numbers break which rule and what would mend it.
        """
        self._check_arguments()
        if self.arity is not None and len(inputs) != self.arity:
            raise ShapeError(f"got {len(inputs)} inputs; it reads {self.arity}", kind=self.kind)
        if self.arity is None and len(inputs) < 2:
            raise ShapeError(f"got {len(inputs)} input; it needs two or more", kind=self.kind)
        if self.ranks:
            for shape in inputs:
                if len(shape) not in self.ranks:
                    raise ShapeError(
                        f"the input is {named(shape)}; it needs {' or '.join(axes(rank) for rank in self.ranks)}"
                        + _rank_hint(self.kind, len(shape), self.ranks),
                        kind=self.kind,
                    )
        output = self.compute_shape(*inputs)
        if min(output, default=1) < 1:
            raise ShapeError(f"nothing would be left of the {written(inputs[0])} input", kind=self.kind)
        if prod(output) > MOST_NUMBERS:
            raise ShapeError("the output would have more numbers than torch can hold, 2^61 − 1", kind=self.kind)
        return output

    def weights(self, *inputs: Shape) -> dict[str, Shape]:
        """The shapes of the learned weights by their names in torch, `{"weight": (64, 3, 3, 3), "bias": (64,)}`."""
        return {}

    def macs(self, output: Shape, *inputs: Shape) -> int:
        """Multiply–accumulates for one example: one per use of a weight; bias, norm, activation and pooling count 0."""
        return 0

    @property
    def shares_memory(self) -> bool:
        """Whether its output lies in its input's memory, as a view or written over it."""
        return self.is_view or bool(getattr(self, "inplace", False))

    def keeps(self, output: Shape) -> tuple[str, ...]:
        """Which of its `input` (or `factor`) and `output` autograd keeps, for an output of this shape."""
        return self.saves

    def saved_besides(self, output: Shape, *inputs: Shape) -> Saved:
        """What autograd keeps for one example beside its input and output: masks, indices, statistics."""
        return NOTHING_SAVED

    def works_with(self, *inputs: Shape) -> int:
        """How many numbers for one example it makes beside its output and drops again, in training or not."""
        return 0

    def buffers(self, *inputs: Shape) -> dict[str, Shape]:
        """The shapes of what it stores without learning it, such as running means, by their names in torch."""
        return {}

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        """The receptive field of the output, from those of the inputs."""
        return fields[0] if len(fields) == 1 else receptive_field.merged(fields, output)

    def remarks(self, *inputs: Shape) -> list[str]:
        """Sentences worth adding to the explanation, such as pixels that a floor leaves out."""
        return []

    def torch_arguments(self, inputs: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """For a layer that is a function in torch: its positional and keyword arguments for these inputs."""
        return tuple(inputs), self.given()

    def torch_call(self, function: Callable[..., T], inputs: Sequence[T]) -> T:
        """For a layer that is a function in torch: what it gives for these inputs.

        Args:
            function: `torch_function` itself, or something that writes a call of it down.
            inputs: what it reads, or what that is called.
        """
        positional, named_ = self.torch_arguments(inputs)
        return function(*positional, **named_)

    # ---- shared by the answers ------------------------------------------------------------------------------------

    def with_terms(self) -> Layer:
        """The same layer with `Term`s for numbers, so that its answers explain themselves."""
        changes = {field.name: _as_term(getattr(self, field.name), field.name) for field in dataclasses.fields(self)}
        return dataclasses.replace(self, **changes)

    def with_arguments(self, **changes: Any) -> Layer:
        """A copy with some arguments changed.

        Raises:
            DesignError: there is no such argument, or it cannot take the value.
        """
        for name in changes:
            if name not in self.arguments():
                raise DesignError(f"{self.kind} has no argument {name}; it has {', '.join(self.arguments()) or 'none'}")
        return dataclasses.replace(self, **changes)

    def resolved(self, *inputs: Shape) -> Layer:
        """The same layer with the sizes that were left out filled in from the inputs that reach it, as torch needs."""
        left_out = {
            name: int(inputs[0][_FROM_INPUT[spec.from_input]])
            for name, spec in self.arguments().items()
            if spec.from_input and getattr(self, name) is None
        }
        return dataclasses.replace(self, **left_out) if left_out else self

    def _check_arguments(self) -> None:
        """Refuse values outside their bounds; layers with rules between arguments add them in `check_rules`."""
        fault = self._fault
        if fault is not None:
            raise ShapeError(fault.problem, fault.offered, kind=self.kind)

    @functools.cached_property
    def _fault(self) -> ShapeError | None:
        for name, spec in self.arguments().items():
            value = getattr(self, name)
            if spec.kind in _SIZES and _uncountable(value):
                return ShapeError(f"{name} is larger than any size torch can hold, 2^61 − 1")
            broken = spec.fault(value)
            if broken:
                relation, bound = broken
                mended: Any = int(bound) if spec.kind in ("int", "sizes") else bound
                sign = "≥" if relation == "at least" else "≤"
                shown = f"{mended:g}" if isinstance(mended, float) else str(mended)
                repair = Repair(f"{name} {sign} {shown}", (Edit(name, mended),))
                return ShapeError(f"{name} is {sizes_text(value)}; it must be {relation} {shown}", [repair])
        try:
            self.check_rules()
        except ShapeError as error:
            return error
        return None

    def check_rules(self) -> None:  # noqa: B027  most layers have none
        """Rules between the arguments alone, whatever the input.

        Raises:
            ShapeError: they contradict each other.
        """


class ShapePreserving(Layer):
    """A layer whose output has the shape of its input: activations, dropout, most normalisations."""

    def compute_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]


class Spatial(Layer):
    """A layer of a family with one class per number of spatial axes."""

    dims: ClassVar[int]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "dims" in cls.__dict__ and not cls.ranks:
            cls.ranks = (cls.dims + 1,)

    def each(self, field: str, *, spread: bool = True) -> tuple[Any, ...]:
        """An argument's value for each axis: (3, 3) of 3, (3, 1) of (3, 1), and (3, 3) of (3,) where torch spreads it.

        Raises:
            ShapeError: a tuple of another length.
        """
        value = getattr(self, field)
        if not isinstance(value, tuple):
            return (value,) * self.dims
        if len(value) == self.dims:
            return value
        if len(value) == 1 and spread:
            return value * self.dims
        usual = next((size for size in value if size is not None), int(self.arguments()[field].minimum or 0))
        raise ShapeError(miscounted(field, value, self.dims), [Repair.set(field, usual)])


def expect(layer_: Layer, field: str, given: int | None, found: int, what: str) -> int:
    """The size that reaches a layer, held against the one it was told to expect; the one found is returned.

    Raises:
        ShapeError: they differ; offers the one found, or None where the layer can take it from its input.
    """
    if given is not None and given != found:
        said = f"{field} is {int(given)} but {found} {what} reach it"
        if found == 1:
            said = f"{field} is {int(given)} but 1 {what.removesuffix('s')} reaches it"
        raise ShapeError(said, [Repair.set(field, int(found))], kind=layer_.kind)
    return found


def expect_channels(layer_: Layer, field: str, given: int | None, shape: Shape) -> int:
    """The channels that reach a layer, held against the number it was told to expect; the one found is returned.

    Raises:
        ShapeError: they differ; where that number is the last size and no other, for it comes last in the input.
    """
    if given is not None and len(shape) > 1 and given == shape[-1] and given not in shape[:-1]:
        raise ShapeError(
            f"{field} is {int(given)}, which the {written(shape)} input has last; channels come first, as in "
            f"{written((shape[-1], *shape[:-1]))}",
            kind=layer_.kind,
        )
    return expect(layer_, field, given, shape[0], "channels")


def axes(rank: int) -> str:
    """`(channels, height, width)` for 3."""
    return f"({', '.join(AXES.get(rank, tuple(f'd{i}' for i in range(rank))))})"


def written(shape: Sequence[int]) -> str:
    """A shape as text: `16x10x10`; what CSV and messages use."""
    return "x".join(str(int(size)) for size in shape)


def named(shape: Shape) -> str:
    """A shape as words: `a vector of 400 features`, `a 6x28x28 map`."""
    if len(shape) == 1:
        return "a vector of 1 feature" if shape[0] == 1 else f"a vector of {shape[0]} features"
    first = str(int(shape[0]))
    return f"{'an' if first.startswith('8') or first in ('11', '18') else 'a'} {written(shape)} map"


def miscounted(field: str, value: tuple[Any, ...], dims: int) -> str:
    """What is wrong with a tuple of another length than there are axes."""
    count = f"{len(value)} number{'s' if len(value) != 1 else ''}"
    needed = f"one number or {dims}" if dims > 1 else "one number"
    return f"{field} {sizes_text(value)} has {count}; it needs {needed}"


def sizes_text(value: Any) -> str:
    """A size or one per axis as text: `5`, `(3, 1)`, `(3,)`."""
    if not isinstance(value, tuple):
        return str(value)
    return f"({', '.join(map(str, value))}{',' if len(value) == 1 else ''})"


def _rank_hint(kind: str, rank: int, allowed: tuple[int, ...]) -> str:
    sibling = LAYERS.get(f"{kind[:-2]}{rank - 1}d")
    if sibling is not None and rank > max(allowed):
        return f" ({sibling.__name__} takes this one)"
    if 1 < rank < min(allowed):
        return " (is the first, the channels, missing? A grey picture has 1)"
    if rank == 1:
        return " (place it before the Flatten, or an Unflatten before it)"
    if 1 in allowed:
        return " (a Flatten or a global pooling before it makes one)"
    return ""


def _uncountable(value: Any) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, int) and abs(item) > MOST_NUMBERS for item in items)


def _as_term(value: Any, name: str) -> Any:
    if type(value) is int:
        return Term(value, name)
    if isinstance(value, tuple):
        return tuple(_as_term(item, name) for item in value)
    return value
