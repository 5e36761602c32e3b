"""What the names of torch mean in a text: layers, containers, parameters, and tensors that become nodes."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Final

from cnnshapes.design import INPUT, Design, Node, free_name
from cnnshapes.errors import CnnshapesError, DesignError, ShapeError
from cnnshapes.layers import LAYERS, READERS, Layer, Shape
from cnnshapes.layers.activation import check_dim
from cnnshapes.layers.axes import Narrow
from cnnshapes.layers.base import Weight, written
from cnnshapes.layers.linear import Scale
from cnnshapes.layers.merging import Add, Elementwise, Multiply
from cnnshapes.layers.reshaping import Flatten, reshaped
from cnnshapes.source.python import Interpreter
from cnnshapes.source.values import PLAIN, Bound, Class, Function, Instance, Reference, Skip, Unknown

FUNCTIONAL: Final = "torch.nn.functional."
SHORT: Final = {"nn": "torch.nn", "F": "torch.nn.functional"}
"""What these names mean in a text that forgot to import them."""
_MEANINGLESS: Final = frozenset(
    {"device", "dtype", "inplace", "return_indices", "track_running_stats", "requires_grad"}
)
"""Arguments that change no shape and no count."""
_SAME: Final = frozenset("contiguous clone detach float half double to cuda cpu type_as requires_grad_".split())
"""Methods of a tensor that give it back, or a copy."""
_FILLED: Final = frozenset("torch." + name for name in "ones zeros empty rand randn full".split())
"""Functions that make a tensor of a given size, for parameters."""
_CONTAINERS: Final = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
_MODULE_METHODS: Final = frozenset(
    "add_module register_module parameters modules children named_modules apply register_buffer register_parameter "
    "items values keys eval train to cuda".split()
)
"""Methods of a module that are understood, or change nothing that shapes depend on."""
_CLASSES: Final = frozenset(name for name, cls in LAYERS.items() if not cls.torch_function)
_DICTIONARIES: Final = frozenset({"OrderedDict", "collections.OrderedDict"})


@dataclass(eq=False)
class Leaf:
    """A module that is one layer of ours."""

    layer: Layer
    line: int
    calls: int = 0


@dataclass(eq=False)
class Container:
    """A Sequential, ModuleList or ModuleDict."""

    kind: str
    items: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Opaque:
    """A module of a class that is known neither to torch.nn nor to the text."""

    kind: str
    line: int


@dataclass(eq=False)
class Parameter:
    """A learned weight of its own, or a tensor of a given size."""

    shape: Shape


@dataclass(frozen=True)
class Tensor:
    """What a node gives: the node's name and the shape of one example."""

    node: str
    shape: Shape


class Batch:
    """The size of the batch, which no network should depend on."""


BATCH: Final = Batch()


class Network:
    """Builds the nodes of a design from what a text does. It is the `Library` of an `Interpreter`."""

    def __init__(self, input_shape: Shape) -> None:
        self.input_shape = input_shape
        self.interpreter = Interpreter(self)
        self.nodes: list[Node] = []
        self.lines: dict[str, int] = {}
        self.error: ShapeError | None = None
        self.paths: dict[int, str] = {}
        self.assigned: Counter[str] = Counter()
        self._names: set[str] = set()
        self._prefixes: list[str] = []
        self._nested = ""  # the last node, where it is part of a larger expression
        self._read: dict[str, tuple[Tensor, ...]] = {}  # by sums and products

    # ---- paths ----------------------------------------------------------------------------------------------------

    def name_modules(self, root: Any, path: str = "") -> None:
        """Give every module below `root` its path, the first it is found by; `root` itself has none."""
        if isinstance(root, Instance):
            children = root.attributes
        elif isinstance(root, Container):
            children = root.items
        else:
            return
        for name, child in children.items():
            if isinstance(child, Instance | Container | Leaf | Parameter | Opaque) and id(child) not in self.paths:
                below = f"{path}.{name}" if path else str(name)
                self.paths[id(child)] = below
                self._names.add(below)
                self.name_modules(child, below)

    # ---- nodes ----------------------------------------------------------------------------------------------------

    def add(self, layer: Layer, inputs: Sequence[Tensor], name: str = "", target: str = "") -> Tensor:
        """A new node; one that cannot be computed is kept, and the first error too."""
        if isinstance(layer, Elementwise) and not name:
            inputs = self._flattened(layer, inputs)
        taken = {node.name for node in self.nodes} | {INPUT}
        named = self.assigned[target] == 1 and not any(self._prefixes) and target not in self._names
        if not name and target and named:
            name = target
        if not name or name in taken:
            name = self._free(layer, name, taken)
        self._nested = "" if target else name
        self.nodes.append(Node(name, layer, tuple(tensor.node for tensor in inputs)))
        self.lines[name] = self.interpreter.line
        if isinstance(layer, Elementwise):
            self._read[name] = tuple(inputs)
        shapes = [tensor.shape for tensor in inputs]
        try:
            shape = layer.output_shape(*shapes)
        except ShapeError as error:
            if self.error is None:
                self.error = error
                error.source = f"line {self.interpreter.line}"
            shape = _supposed(layer, shapes, error)
        else:
            self.nodes[-1] = Node(name, as_written(layer, shapes), self.nodes[-1].inputs)
        return Tensor(name, shape)

    def _flattened(self, layer: Layer, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        """The inputs of a sum whose first is a sum in the same expression, `a + b + c`, as those of one sum of all."""
        last = self.nodes[-1] if self.nodes else None
        if last is None or last.layer != layer or not last.name == inputs[0].node == self._nested:
            return inputs
        if self.lines[last.name] != self.interpreter.line or any(tensor.node == last.name for tensor in inputs[1:]):
            return inputs
        self.nodes.pop()
        return [*self._read.pop(last.name), *inputs[1:]]

    def _free(self, layer: Layer, name: str, taken: set[str]) -> str:
        if name:  # a further call of a module
            return next(free for number in range(2, 10_000) if (free := f"{name}_{number}") not in taken)
        prefix = f"{self._prefixes[-1]}." if self._prefixes and self._prefixes[-1] else ""
        own = {known[len(prefix) :] for known in taken | self._names | set(self.assigned) if known.startswith(prefix)}
        return prefix + free_name(layer, own)

    def design(self, name: str, result: Any) -> Design:
        """The design whose last node is what the text gave back.

        Raises:
            Skip: it gave back no tensor.
        """
        if not isinstance(result, Tensor):
            first = f" ({self.interpreter.notes[0]})" if self.interpreter.notes else ""
            raise Skip(f"its forward gives back no tensor that could be followed{first}")
        nodes = self.nodes
        if nodes and result.node != nodes[-1].name and result.node != INPUT:
            wanted = _needed(nodes, result.node)
            nodes = [node for node in nodes if node.name in wanted]
        return Design(name, self.input_shape, tuple(nodes))

    # ---- the library ----------------------------------------------------------------------------------------------

    def items(self, value: Any) -> list[Any] | None:
        """The modules of a container."""
        if isinstance(value, Instance) and any(map(value.cls.comes_from, ("nn.Sequential", "nn.ModuleList"))):
            return list(_modules(value).values())
        if isinstance(value, Container):
            return list(value.items.values())
        return None

    def is_instance(self, value: Any, path: str) -> bool:
        """Whether a value is of one of torch's classes."""
        kind = path.rpartition(".")[2]
        if isinstance(value, Leaf):
            return value.layer.kind == kind
        if isinstance(value, Container):
            return value.kind == kind
        return isinstance(value, Tensor) and kind == "Tensor"

    def attribute(self, value: Any, name: str) -> Any:  # noqa: PLR0912  one case for each kind of value
        """An attribute of a tensor or a module."""
        if isinstance(value, Tensor):
            if name == "shape":
                return (BATCH, *value.shape)
            if name in ("ndim",):
                return len(value.shape) + 1
            if name in ("device", "dtype", "is_cuda"):
                return Reference(f"tensor.{name}")
            return Bound(name, value)
        if isinstance(value, Leaf):
            known = value.layer.resolved(self.input_shape) if name not in value.layer.arguments() else value.layer
            if name in known.arguments():
                return getattr(known, name)
            if name in ("weight", "bias"):
                return Parameter((1,))
        if isinstance(value, Parameter) and name == "shape":
            return value.shape
        if isinstance(value, Container) and name in value.items:
            return value.items[name]
        if isinstance(value, Instance):
            if name == "training":
                return True
            if name in _MODULE_METHODS:
                return Bound(name, value)
            raise Skip(f"self.{name} was never set")
        if isinstance(value, Container | Leaf | Parameter | Opaque):
            return Bound(name, value)
        raise Skip(f"`.{name}` of this is not understood")

    def operation(self, symbol: type[ast.operator], left: Any, right: Any, target: str) -> Any:
        """Sums and products of tensors, and numbers on them, which change no shape."""
        sides = [side for side in (left, right) if isinstance(side, Tensor)]
        if len(sides) == 2 and symbol in (ast.Add, ast.Mult):
            return self.add(Add() if symbol is ast.Add else Multiply(), sides, target=target)
        weight = next((side for side in (left, right) if isinstance(side, Parameter)), None)
        if len(sides) == 1 and weight is not None and symbol is ast.Mult:
            return self._scaled(sides[0], weight, target)
        if len(sides) == 1 and any(isinstance(side, int | float) for side in (left, right)):
            return sides[0]  # a number on every element changes no shape and costs nothing that is counted
        if sides:
            return self._passed_on("this operator", sides)
        raise Skip("this operation is not understood")

    def _scaled(self, tensor: Tensor, weight: Parameter, target: str) -> Tensor:
        return self.add(Scale(tuple(weight.shape)), [tensor], self.paths.get(id(weight), ""), target)

    def call(self, function: Any, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        """A call of something of torch."""
        match function:
            case Reference(path=path):
                return self._reference(_full(path), given, named, target)
            case Leaf():
                return self._leaf(function, given, target)
            case Opaque(kind=kind, line=line):
                self.interpreter.line = line
                return self._passed_on(kind, _tensors(given))
            case Container(kind="Sequential"):
                return self._sequential(function, given, target)
            case Instance():
                return self._instance(function, given, named)
            case Bound(function=str(name), to=Tensor() as tensor):
                return self._method(tensor, name, given, named, target)
            case Bound(function=str(name), to=owner):
                return self._of_module(owner, name, given, named)
            case _:
                raise Skip("this call is not understood")

    # ---- modules --------------------------------------------------------------------------------------------------

    def _leaf(self, leaf: Leaf, given: Sequence[Any], target: str) -> Tensor:
        inputs = [value for value in given if isinstance(value, Tensor)]
        if len(inputs) != 1:
            raise Skip(f"what {leaf.layer.kind} reads here is not known")
        leaf.calls += 1
        path = self.paths.get(id(leaf), "")
        if leaf.calls > 1 and leaf.layer.weights(inputs[0].shape):
            self.interpreter.note(
                f"{path} is called again; a design has each weight once, so this call has weights of its own"
            )
        return self.add(leaf.layer, inputs, path, "" if path else target)

    def _sequential(self, container: Container, given: Sequence[Any], target: str) -> Any:
        value: Any = given[0] if given else Unknown("it reads nothing")
        for child in container.items.values():
            value = self.interpreter.called(child, (value,), {}, "")
        return value

    def _instance(self, instance: Instance, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        forward = instance.cls.method("forward") or instance.cls.method("__call__")
        if forward is None and instance.cls.comes_from("nn.Sequential"):
            return self._sequential(Container("Sequential", _modules(instance)), given, "")
        if forward is None:
            raise Skip(f"{instance.cls.node.name} has no forward")
        self._prefixes.append(self.paths.get(id(instance), ""))
        try:
            return self.interpreter.called(Bound(forward, instance), given, named)
        finally:
            self._prefixes.pop()

    def _of_module(self, owner: Any, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:  # noqa: PLR0912
        if name == "super().__init__":
            self._start(owner, given)
            return None
        if name == "super().forward" and isinstance(owner, Instance) and owner.cls.comes_from("nn.Sequential"):
            return self._sequential(Container("Sequential", _modules(owner)), given, "")
        if name in ("add_module", "register_module") and len(given) == 2:
            (owner.attributes if isinstance(owner, Instance) else owner.items)[given[0]] = given[1]
            return None
        if name == "register_parameter" and isinstance(owner, Instance) and len(given) == 2:
            owner.attributes[given[0]] = given[1]
            return None
        if isinstance(owner, Instance) and name in ("items", "values", "keys"):
            return self._of_module(Container("ModuleDict", _modules(owner)), name, given, named)
        if isinstance(owner, Container) and name in ("append", "extend"):
            for item in given[:1] if name == "append" else self.interpreter.items(given[0], ast.Name(id="the list")):
                owner.items[str(len(owner.items))] = item
            return owner
        if isinstance(owner, Container) and name in ("items", "values", "keys"):
            pairs = list(owner.items.items())
            return {"items": pairs, "values": [one for _, one in pairs], "keys": [key for key, _ in pairs]}[name]
        if name in ("to", "cuda", "eval", "train", "apply", "requires_grad_"):
            return owner
        if name in ("modules", "parameters", "children", "named_modules"):
            return []  # only looked through to initialise weights
        if name == "register_buffer":
            return None
        if name == "forward":
            return self.call(owner, given, named, "")
        if name in ("size", "numel", "dim"):
            raise Skip(f"`.{name}` of a weight is not understood")
        return None  # weights are filled, or frozen: nothing that shapes depend on

    def _start(self, instance: Any, given: Sequence[Any]) -> None:
        """`super().__init__(...)` of a class that comes from one of torch's containers."""
        for kind in ("Sequential", "ModuleList", "ModuleDict"):
            if isinstance(instance, Instance) and instance.cls.comes_from(f"nn.{kind}"):
                instance.attributes.update(_container(kind, given, self.interpreter).items)

    def _reference(self, path: str, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        tensors = [value for value in given if isinstance(value, Tensor)]
        kind = path.removeprefix("torch.nn.")
        if path in _CONTAINERS:
            return _container(kind, given, self.interpreter)
        if path in _DICTIONARIES:
            return dict(given[0]) if given else {}
        if path == "torch.nn.Parameter":
            return given[0] if given and isinstance(given[0], Parameter) else Parameter((1,))
        if path in _FILLED:
            sizes = tuple(given[0]) if given and isinstance(given[0], tuple | list) else tuple(given)
            if path == "torch.full":
                sizes = sizes if given and isinstance(given[0], tuple | list) else ()
            if all(type(size) is int for size in sizes):
                return Parameter(sizes)
            raise Skip("the size of this tensor is not known")
        if path.startswith("torch.nn.") and kind.removeprefix("Lazy") in _CLASSES:
            return Leaf(self._layer(kind, given, named), self.interpreter.line)
        if path == "torch.nn.Module" or path.startswith("torch.nn.init."):
            return None
        if path in ("typing.cast", "cast") and len(given) == 2:
            return given[1]
        if path.startswith(("torch.jit.is_", "torch.onnx.is_")):
            return False
        if tensors or any(isinstance(value, tuple | list) and _tensors(value) for value in given) or "input" in named:
            return self._function(path, given, named, target)
        name = path.rpartition(".")[2]
        if name[:1].isupper():
            return Opaque(name, self.interpreter.line)
        return Unknown(f"`{path}` is not understood")

    def _layer(self, kind: str, given: Sequence[Any], named: Mapping[str, Any]) -> Layer:
        """The layer of a call of its class in torch.nn."""
        cls = LAYERS[kind.removeprefix("Lazy")]
        order = [name for name, spec in cls.arguments().items() if cls.__name__ == kind or not spec.from_input]
        if kind.startswith("MaxPool"):
            order.insert(4, "return_indices")
        arguments = dict(zip(order, given, strict=False))
        if len(given) > len(order) and order:
            raise Skip(f"{kind} takes {len(order)} arguments and is given {len(given)}")
        arguments |= named
        if arguments.get("return_indices"):
            raise Skip(f"{kind} with return_indices is not understood")
        for name, value in list(arguments.items()):
            if name not in cls.arguments():
                del arguments[name]
                if name not in _MEANINGLESS:
                    self.interpreter.note(f"{kind} has no argument {name} here; left out")
            elif isinstance(value, list):
                arguments[name] = tuple(value)
            elif not isinstance(value, PLAIN):
                why = f": {value.why}" if isinstance(value, Unknown) else ""
                raise Skip(f"the {name} of this {kind} is not known{why}")
        try:
            return cls(**arguments)
        except DesignError as error:
            raise Skip(str(error)) from error

    # ---- functions on tensors -------------------------------------------------------------------------------------

    def _method(self, tensor: Tensor, name: str, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        if name in _SAME:
            return tensor
        if name == "size":
            sizes = (BATCH, *tensor.shape)
            return sizes if not given else self.interpreter._guarded(sizes.__getitem__, given[0])
        if name in ("dim", "ndimension"):
            return len(tensor.shape) + 1
        if name in ("view", "reshape"):
            inside = len(given) == 1 and isinstance(given[0], tuple | list)
            return self._rearranged(tensor, tuple(given[0] if inside else given), target)
        if name in ("squeeze", "unsqueeze"):
            return self._squeezed(tensor, name, given, target)
        if name in ("add", "add_"):
            return self.operation(ast.Add, tensor, given[0] if given else None, target)
        return self._function(f"torch.Tensor.{name}", (tensor, *given), named, target)

    def _function(self, path: str, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        name = path.rpartition(".")[2]
        given = [tuple(value) if isinstance(value, list) else value for value in given]
        named = dict(named)
        tensors = _tensors([*given, *named.values()])
        if name in ("reshape", "squeeze", "unsqueeze", "view") and tensors:
            return self._method(tensors[0], name, given[1:] or tuple(named.values()), {}, target)
        if name in ("chunk", "split") and tensors:
            return self._split(tensors[0], name, given[1:], named)
        reader = READERS.get(path)
        if reader is None or any(isinstance(value, Unknown) for value in given):
            return self._passed_on(f"`{name}`", tensors)
        try:
            layer = reader(*map(_shapes, given), **{key: _shapes(value) for key, value in named.items()})
        except (TypeError, ValueError, LookupError, AttributeError):
            layer = None
        if layer is None:
            return self._passed_on(f"this call of `{name}`", tensors)
        if not (layer.arity is None or len(tensors) == layer.arity):
            return self._passed_on(f"this call of `{name}`", tensors)
        weight = next((value for value in given if isinstance(value, Parameter)), None)
        return self.add(layer, tensors, self.paths.get(id(weight), "") if weight else "", target)

    def _passed_on(self, what: str, tensors: Sequence[Tensor]) -> Tensor:
        if not tensors:
            raise Skip(f"{what} is not understood")
        self.interpreter.note(f"{what} is not understood; left out, so that its input goes on as it is")
        return tensors[0]

    def _rearranged(self, tensor: Tensor, sizes: tuple[Any, ...], target: str) -> Tensor:
        """`view` and `reshape`, the batch first."""
        before = tensor.shape
        first, *rest = sizes or (None,)
        if any(not (type(size) is int or size is BATCH) for size in sizes):
            return self._passed_on("this `view`", [tensor])
        after: tuple[Any, ...] = tuple(rest)
        if first is BATCH and -1 in after:
            known = -prod(size for size in after if isinstance(size, int))
            if known > 0 and prod(before) % known == 0:
                after = tuple(prod(before) // known if size == -1 else size for size in after)
        if len(after) == 1 and (first is BATCH or first == -1):
            if after[0] != prod(before):
                self.interpreter.note(
                    f"view({'-1' if first == -1 else 'batch'}, {after[0]}) does not keep the examples apart: each has "
                    f"{written(before)} = {prod(before)} numbers; read as a Flatten"
                )
            return self.add(Flatten(), [tensor], target=target) if len(before) > 1 else tensor
        layer = reshaped(before, after) if (first is BATCH or first == -1) and all(
            isinstance(size, int) for size in after) else None  # fmt: skip
        if layer is None:
            return self._passed_on("this `view`", [tensor])
        return self.add(layer, [tensor], target=target)

    def _squeezed(self, tensor: Tensor, name: str, given: Sequence[Any], target: str) -> Tensor:
        shape, rank = tensor.shape, len(tensor.shape) + (1 if name == "squeeze" else 2)
        if given and type(given[0]) is int:
            at = given[0] % rank - 1
            if name == "unsqueeze" and at >= 0:
                after: Shape = (*shape[:at], 1, *shape[at:])
            elif 0 <= at < len(shape) and shape[at] == 1:
                after = (*shape[:at], *shape[at + 1 :])
            else:
                after = shape
        else:
            after = tuple(size for size in shape if size != 1)
        if after == shape:
            return tensor
        layer = reshaped(shape, after or (1,))
        return self._passed_on(f"`{name}`", [tensor]) if layer is None else self.add(layer, [tensor], target=target)

    def _split(self, tensor: Tensor, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """`chunk` and `split`: a Narrow for each part."""
        parts = given[0] if given else named.get("chunks", named.get("split_size_or_sections"))
        dim = given[1] if len(given) > 1 else named.get("dim", 0)
        at = check_dim(dim, tensor.shape, name) if type(dim) is int and dim else -1
        if at < 0:
            return self._passed_on(f"`{name}` of the batch", [tensor])
        size = tensor.shape[at]
        if isinstance(parts, tuple | list):
            lengths = list(parts)
        elif type(parts) is int and parts > 0:
            each = -(-size // parts) if name == "chunk" else parts
            lengths = [min(each, size - start) for start in range(0, size, each)]
        else:
            return self._passed_on(f"`{name}`", [tensor])
        starts = [sum(lengths[:at]) for at in range(len(lengths))]
        pairs = zip(starts, lengths, strict=True)
        return tuple(self.add(Narrow(dim, start, length), [tensor]) for start, length in pairs)


def _full(path: str) -> str:
    """A dotted name with the abbreviations everyone uses written out."""
    first, _, rest = path.partition(".")
    return f"{SHORT[first]}.{rest}" if first in SHORT and rest else path


def _container(kind: str, given: Sequence[Any], interpreter: Interpreter) -> Container:
    if len(given) == 1 and isinstance(given[0], dict):
        return Container(kind, {str(key): value for key, value in given[0].items()})
    if kind != "Sequential" and given:
        given = interpreter.items(given[0], ast.Name(id="the list"))
    for value in given:
        if isinstance(value, Unknown):
            raise Skip(value.why)
        if not isinstance(value, Leaf | Container | Instance | Opaque | Class | Function):
            raise Skip(f"a part of this {kind} is no module")
    return Container(kind, {str(at): value for at, value in enumerate(given)})


def _modules(instance: Instance) -> dict[str, Any]:
    kinds = Instance | Container | Leaf | Opaque
    return {name: value for name, value in instance.attributes.items() if isinstance(value, kinds)}


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, tuple | list):
            found.extend(_tensors(value))
    return found


def _shapes(value: Any) -> Any:
    """An argument of a call as a layer's reader takes it."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, Parameter):
        return Weight(value.shape)
    if isinstance(value, tuple):
        return tuple(_shapes(item) for item in value)
    return value


def as_written(layer: Layer, shapes: Sequence[Shape]) -> Layer:
    """The layer without the sizes that agree with what reaches it, so that the design can be edited."""
    follows = {
        name: None for name, spec in layer.arguments().items() if spec.from_input and getattr(layer, name) is not None
    }
    if not follows:
        return layer
    bare = layer.with_arguments(**follows)
    return bare if bare.resolved(*shapes) == layer else layer


def _supposed(layer: Layer, shapes: Sequence[Shape], error: ShapeError) -> Shape:
    """The shape that a layer would give if it were mended, to read on with."""
    for repair in error.offered:
        try:
            return layer.with_arguments(**{edit.field: edit.value for edit in repair.edits}).output_shape(*shapes)
        except CnnshapesError:
            continue
    return shapes[0]


def _needed(nodes: Sequence[Node], last: str) -> set[str]:
    """The names of a node and of all it depends on, so that it comes last."""
    wanted = {last}
    for node in reversed(nodes):
        if node.name in wanted:
            wanted.update(node.inputs)
    return wanted
