"""What the names of torch mean in a text: modules that are made and called, their attributes and methods."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from cnnshapes.design import INPUT, checked_shape
from cnnshapes.errors import CnnshapesError, DesignError
from cnnshapes.layers import LAYERS, READERS, Layer, Shape
from cnnshapes.layers.convolution import Convolution, TransposedConvolution
from cnnshapes.source.containers import KINDS, changed, contained, item, looked_through, set_item
from cnnshapes.source.functions import SAME, Functions
from cnnshapes.source.graph import Graph
from cnnshapes.source.inputs import Told, told
from cnnshapes.source.interpreter import Interpreter
from cnnshapes.source.modules import (
    BASE,
    FILLING,
    Container,
    Leaf,
    Modules,
    Opaque,
    Parameter,
    Tensor,
    container_of,
    layer_of,
    modules_of,
    numbered,
    pairs_in,
    parts_of,
    tensors_in,
)
from cnnshapes.source.options import METHODS, PARSER, Options
from cnnshapes.source.pure import guarded
from cnnshapes.source.spelling import meant, of_keras
from cnnshapes.source.values import BATCH, Bound, Instance, Partial, Reference, Skip, Stop, Unknown
from cnnshapes.source.weights import ARRANGING, arranged, of_numbers

SHORT: Final = {"nn": "torch.nn", "F": "torch.nn.functional", "TF": "torchvision.transforms.functional",
                "transforms": "torchvision.transforms"}  # fmt: skip
"""What these names mean in a text that forgot to import them."""
_FILLED: Final = frozenset("torch." + name for name in FILLING)
"""Functions that make a tensor of a given size, for parameters and as inputs."""
_NUMBERS: Final = frozenset({"torch.tensor", "torch.Tensor", "torch.FloatTensor"})
"""Functions that make a tensor of the numbers in a list."""
_CONTAINERS: Final = frozenset(f"torch.nn.{kind}" for kind in KINDS)
_MODULE_METHODS: Final = frozenset(
    "add_module register_module modules children named_children named_modules register_buffer register_parameter "
    "get_submodule items values keys append insert extend pop update clear".split()
)
"""Methods of a module that are understood, as those are that give it back or change nothing."""
_BACK: Final = SAME | {"eval", "train", "apply"}
"""Methods of a module that give it back."""
_NOTHING: Final = frozenset(
    "parameters named_parameters buffers named_buffers state_dict load_state_dict zero_grad reset_parameters "
    "share_memory register_forward_hook register_forward_pre_hook register_full_backward_hook "
    "save_hyperparameters".split()
)
"""Methods of a module that change nothing that shapes depend on."""
_PER_AXIS: Final = frozenset({"kernel_size", "stride", "padding", "output_padding", "dilation"})
"""Arguments of which torch's convolutions keep a number per axis."""
_CLASSES: Final = frozenset(name for name, cls in LAYERS.items() if not cls.torch_function)
_THROUGH: Final = {
    "typing.cast": 1, "cast": 1, "torch.nn.DataParallel": 0, "torch.compile": 0, "torch.autograd.Variable": 0,
    "torch.nn.utils.spectral_norm": 0, "torch.nn.utils.parametrizations.spectral_norm": 0,
}  # fmt: skip
"""Functions that give back one of their arguments, with the same weights, and which."""
_TRANSFORMS: Final = {
    "torchvision.transforms.CenterCrop": ("torchvision.transforms.functional.center_crop", "output_size"),
    "torchvision.transforms.Resize": ("torchvision.transforms.functional.resize", "size"),
}
"""Classes that are a function with one argument given, and which."""
_DICTIONARIES: Final = frozenset({"OrderedDict", "collections.OrderedDict"})


class Network(Functions):
    """Builds the nodes of a design from what a text does. It is the `Library` of an `Interpreter`.

    Attributes:
        root: the module that the text is about, once it is known.
        assumed: the text makes no such module; it was made of a class of the text.
        told: what the calls of modules and of summaries say of their inputs.
    """

    def __init__(self, input_shape: Shape) -> None:
        super().__init__(input_shape, Interpreter(self))
        self.root: Any = None
        self.assumed = False
        self.told: list[Told] = []

    def items(self, value: Any) -> list[Any] | None:
        """The modules of a container, the names of one that has names."""
        container = contained(value)
        if container is None:
            return None
        return list(container.items if container.kind == "ModuleDict" else container.items.values())

    def length(self, value: Any) -> Any:
        """The size of the batch, of a tensor."""
        return BATCH if isinstance(value, Tensor) else None

    def truth(self, value: Any) -> bool | None:
        """Modules are true, but containers without any; whether a tensor holds depends on its numbers."""
        walked = self.items(value)
        if walked is not None:
            return bool(walked)
        return True if isinstance(value, Instance | Leaf | Opaque) else None

    def is_instance(self, value: Any, path: str) -> bool:
        """Whether a value is of one of torch's classes."""
        kind = path.rpartition(".")[2]
        if isinstance(value, Instance):
            return value.cls.comes_from(f"nn.{kind}")
        if isinstance(value, Leaf):
            return kind in (value.layer.kind, "Module")
        if isinstance(value, Container):
            return kind in (value.kind, "Module")
        return isinstance(value, Tensor) and kind == "Tensor"

    def attribute(self, value: Any, name: str) -> Any:  # noqa: PLR0912  one case for each kind of value
        """An attribute of a tensor or a module."""
        if isinstance(value, Tensor):
            if name == "shape":
                return (BATCH, *value.shape)
            if name == "data":
                return value
            if name in ("ndim",):
                return len(value.shape) + 1
            if name == "is_cuda":
                return False
            if name in ("device", "dtype"):
                return Reference(f"tensor.{name}")
            return Bound(name, value)
        if isinstance(value, Leaf):
            known = value.layer.resolved(self.input_shape) if name not in value.layer.arguments() else value.layer
            if name == "weight" or (name == "bias" and getattr(known, "bias", True)):
                return Parameter(None, learned=True)
            if name in known.arguments():
                found = getattr(known, name)
                if isinstance(known, Convolution | TransposedConvolution) and name in _PER_AXIS and type(found) is int:
                    return known.each(name)
                return found or None if name == "bias" else found
        if isinstance(value, Parameter) and name == "shape" and value.shape is not None:
            return value.shape
        if isinstance(value, Parameter) and name == "data":
            return value
        if name == "_modules" and isinstance(value, Container | Instance):
            if isinstance(value, Container):
                return value.items
            found = Modules(value)
            self.interpreter.items(found, ast.Name(id=name))  # counts them as steps
            return found
        if isinstance(value, Modules):
            return Bound(name, Container("ModuleDict", value))
        if isinstance(value, Container) and name in value.items:
            return value.items[name]
        if isinstance(value, Instance):
            if BASE in value.attributes:
                return self.attribute(value.attributes[BASE], name)
            if name == "training":
                return False  # as a module is read, in evaluation
            if name in _MODULE_METHODS | _BACK | _NOTHING:
                return Bound(name, value)
            alike = meant(name, value.attributes)
            if not alike:
                raise Stop(f"self.{name} was never set")
            self.interpreter.note(f"self.{name} was never set; read as self.{alike}")
            return value.attributes[alike]
        if isinstance(value, Options) and name in value.attributes:
            return value.attributes[name]
        if isinstance(value, Container | Leaf | Parameter | Opaque) or (isinstance(value, Options) and name in METHODS):
            return Bound(name, value)
        raise Skip(f"`.{name}` of this is not understood")

    def call(  # noqa: PLR0912  one case for each kind of function
        self, function: Any, given: Sequence[Any], named: Mapping[str, Any], target: str
    ) -> Any:
        """A call of something of torch."""
        if (one := told(function, given, named)) is not None:
            self.told.append(one)
        if (tried := self._tried(function, given, named)) is not None:
            return tried
        match function:
            case Reference(path="torch.utils.checkpoint.checkpoint") if given:
                return self.interpreter.called(given[0], given[1:], {}, target)
            case Reference(path=path):
                return self._reference(self._spelt(_full(path)), given, named, target)
            case Leaf():
                return self._leaf(function, given, named, target)
            case Opaque(kind=kind, line=line):
                self.interpreter.line = line
                layer = of_keras(kind)
                what = f"Keras's {kind}, in torch nn.{layer}," if layer else kind
                return self._passed_on(what, tensors_in([*given, *named.values()]))
            case Container(kind="Sequential"):
                return self._sequential(function, given or [*named.values()], target)
            case Instance():
                return self._instance(function, given, named, target)
            case Container(kind=kind):
                raise Stop(f"a {kind} cannot be called; call its layers in a loop, or make it a Sequential")
            case Bound(function="__setitem__", to=Container() | Instance() as owner) if of := contained(owner):
                return set_item(of, *given)
            case Bound(function="__getitem__", to=Container() | Instance() as owner) if of := contained(owner):
                if isinstance(given[0], slice) or isinstance(owner, Instance):
                    self._pay(of)
                return item(of, given[0])
            case Bound(function=str(name), to=Tensor() as tensor):
                return self._method(tensor, name, given, named, target)
            case Bound(function=str(name), to=Options() as options):
                return options.called(name, given, named)
            case Bound(function=str(name), to=owner):
                return self._of_module(owner, name, given, named)
            case _:
                raise Skip("this call is not understood")

    def operation(self, symbol: type[ast.operator], left: Any, right: Any, target: str) -> Any:
        """Sums of containers, and what is done with tensors."""
        container = contained(left)
        more = self.items(right) if contained(right) else right
        if container is not None and symbol is ast.Add and isinstance(more, list | tuple):
            self._pay(container)
            return numbered(container.kind, [*container.items.values(), *more])
        return super().operation(symbol, left, right, target)

    def _tried(self, function: Any, given: Sequence[Any], named: Mapping[str, Any]) -> Parameter | None:
        """What a layer or function gives of a tensor of a given size, as an `__init__` finds sizes by; None elsewhere.

        The nodes that this takes are none of the design's.
        """
        first = given[0] if given else None
        if self.root is not None or not self.interpreter.inside or not isinstance(first, Parameter) or first.learned:
            return None
        if not first.shape or not _is_shape(first.shape[1:]) or tensors_in([*given, *named.values()]):
            return None
        known = isinstance(function, Leaf) or (isinstance(function, Container) and function.kind == "Sequential")
        if not known and not (isinstance(function, Reference) and _full(function.path) in READERS):
            return None
        kept, calls = dict(vars(self)), {leaf: leaf.calls for leaf in parts_of(function) if isinstance(leaf, Leaf)}
        noted = len(self.interpreter.notes)
        vars(self).update(vars(Graph(first.shape[1:], self.interpreter)))
        try:
            found = self.call(function, (Tensor(INPUT, first.shape[1:]), *given[1:]), named, "")
            failed = self.error is not None
        finally:
            del self.interpreter.notes[noted:]
            vars(self).update(kept)
            for leaf, count in calls.items():
                leaf.calls = count
        if failed or not isinstance(found, Tensor) or found.lacks is not None:
            raise Skip("the size of this tensor is not known")
        return Parameter((first.shape[0], *found.shape))

    # ---- modules --------------------------------------------------------------------------------------------------

    def _leaf(self, leaf: Leaf, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Tensor:
        inputs = [value for value in (*given, *named.values()) if isinstance(value, Tensor)]
        if len(inputs) != 1:
            raise Skip(f"what {leaf.layer.kind} reads here is not known")
        layer = leaf.layer
        if len(given) + len(named) > 1:
            layer = self._sized(layer, inputs[0].shape, given[1] if len(given) > 1 else named.get("output_size"))
        leaf.calls += 1
        path = self.paths.get(id(leaf), "")
        if leaf.calls > 1 and leaf.layer.weights(inputs[0].shape):
            self.interpreter.note(
                f"{path} is called again; a design has each weight once, so this call has weights of its own"
            )
        if id(leaf) in self._listed and id(leaf) not in self.paths and leaf.layer.weights(inputs[0].shape):
            self._say_unlearned(*self._listed[id(leaf)])
        if not leaf.lazy:
            self._say_not_given(leaf, inputs[0].shape)
        given_to = self.add(layer, inputs, path, "" if path else target)
        self.made[given_to.node] = leaf.line
        return given_to

    def _sized(self, layer: Layer, shape: Shape, wanted: Any) -> Layer:
        """A layer that is told the size it gives, as torch's transposed convolutions may be."""
        if isinstance(layer, TransposedConvolution) and isinstance(wanted, list | tuple):
            with suppress(CnnshapesError):
                least = layer.with_arguments(output_padding=0).output_shape(shape)[1:]
                sizes = wanted[-layer.dims :]
                if len(sizes) == len(least) and all(type(size) is int for size in sizes):
                    padding = tuple(size - own for size, own in zip(sizes, least, strict=True))
                    sized = layer.with_arguments(output_padding=padding if any(padding) else 0)
                    sized.output_shape(shape)
                    return sized
        self.interpreter.note(f"what {layer.kind} is given beside its input is not understood; left out")
        return layer

    def _say_not_given(self, leaf: Leaf, shape: Shape) -> None:
        """Note a size of its input that a layer is not given: a design has it follow, torch has not."""
        layer, full = leaf.layer, leaf.layer.resolved(shape)
        for name, spec in layer.arguments().items():
            if spec.from_input and getattr(layer, name) is None:
                text = f"{layer.kind} is not given {name}, which torch needs: write {name}={getattr(full, name)}"
                self.interpreter.note(text, line=leaf.line, stops=True)

    def _say_unlearned(self, owner: Instance, name: str) -> None:
        """Note that layers in a list or dict of Python's own are none of the module's."""
        kind = "dict" if isinstance(owner.attributes[name], dict) else "list"
        self.interpreter.note(
            f"self.{name} is a plain {kind}, whose layers torch never learns; nn.Module{kind.capitalize()} is meant",
            line=owner.cls.setting.get(name, owner.cls.node.lineno),
        )

    def _sequential(self, container: Container, given: Sequence[Any], target: str) -> Any:
        value: Any = given[0] if given else Unknown("it reads nothing")
        for child in container.items.values():
            value = self.interpreter.called(child, (value,), {}, "")
        return value

    def _instance(self, instance: Instance, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        forward = instance.cls.method("forward") or instance.cls.method("__call__")
        if forward is None and BASE in instance.attributes:
            return self._leaf(instance.attributes[BASE], given, named, target)
        if forward is None and instance.cls.comes_from("nn.Sequential"):
            return self._sequential(Container("Sequential", modules_of(instance)), given, "")
        if forward is None:
            raise Skip(f"{instance.cls.node.name} has no forward")
        self._prefixes.append(self.paths.get(id(instance), ""))
        try:
            return self.interpreter.called(Bound(forward, instance), given, named)
        finally:
            self._prefixes.pop()

    def _of_module(self, owner: Any, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:  # noqa: PLR0912
        if name == "super().__init__":
            self._start(owner, given, named)
            return None
        if name == "super().forward" and isinstance(owner, Instance) and BASE in owner.attributes:
            return self._leaf(owner.attributes[BASE], given, named, "")
        if name == "super().forward" and isinstance(owner, Instance) and owner.cls.comes_from("nn.Sequential"):
            return self._sequential(Container("Sequential", modules_of(owner)), given, "")
        modules = owner.attributes if isinstance(owner, Instance) else getattr(owner, "items", None)
        if name in ("add_module", "register_module") and modules is not None:
            key, module = _two(given, named, "name", "module")
            modules[key] = module
            return None
        if name in ("register_parameter", "register_buffer") and isinstance(owner, Instance):
            key, weight = _two(given[:2], named, "name", "param", "tensor")
            owner.attributes[key] = weight
            return None
        if isinstance(owner, Container | Instance | Leaf) and (found := looked_through(owner, name)) is not None:
            return self.interpreter.items(found, ast.Name(id=name))
        if name == "get_submodule" and given and isinstance(given[0], str):
            return self._below(owner, given[0])
        if name in _BACK:
            return owner
        if name in _NOTHING:
            return []  # only looked through to initialise weights
        if name == "forward":
            return self.call(owner, given, named, "")
        if tensors_in(given) and not isinstance(owner, Parameter):
            return self._passed_on(f"`.{name}`", tensors_in(given))
        if (container := contained(owner)) is not None:
            return self._changed(container, name, given)
        if isinstance(owner, Opaque):
            return Unknown(f"`.{name}` of this is not understood")
        if isinstance(owner, Parameter) and name.endswith("_") and not name.endswith("__"):
            return owner  # its numbers are set
        if name == "size" and isinstance(owner, Parameter) and owner.shape is not None:
            return guarded(owner.shape.__getitem__, *given, *named.values()) if given or named else owner.shape
        if isinstance(owner, Parameter):
            reader = Reference(f"torch.Tensor.{name}")
            tried = self._tried(reader, (owner, *given), named) if name not in ARRANGING else None
            return tried or arranged(owner, name, given, named)
        raise Skip(f"`.{name}` of this is not understood")

    def _below(self, module: Any, path: str) -> Any:
        """The module of a path below another."""
        for name in filter(None, path.split(".")):
            module = item(Container("ModuleDict", modules_of(module)), name)
        return module

    def _pay(self, container: Container) -> None:
        """Count the modules of a container as steps, where all are handled at once."""
        self.interpreter.items(container.items, ast.Name(id="the container"))

    def _changed(self, container: Container, name: str, given: Sequence[Any]) -> Any:
        """A method of a container that may change it."""
        if name == "add":
            self.interpreter.note(f"a {container.kind} has no add; read as append")
            name = "append"
        if name in ("insert", "pop") or isinstance(container.items, Modules):
            self._pay(container)
        if name == "extend" and given:
            given = [self.interpreter.items(given[0], ast.Name(id="the list"))]
        if name == "update" and given:
            given = [pairs_in(given[0])]
        return changed(container, name, given)

    def _start(self, instance: Any, given: Sequence[Any], named: Mapping[str, Any]) -> None:
        """`super().__init__(...)` of a class that comes from one of torch's containers or layers."""
        kind = next(filter(None, map(_torch_class, instance.cls.origins())), "")
        if f"torch.nn.{kind}" in _CONTAINERS:
            instance.attributes.update(container_of(kind, given, self.interpreter).items)
        elif kind.removeprefix("Lazy") in _CLASSES:
            layer = layer_of(kind, given, named, self.interpreter.note)
            instance.attributes[BASE] = Leaf(layer, instance.cls.node.lineno, kind.startswith("Lazy"))
        elif given and not kind:
            raise Skip(f"what {instance.cls.node.name} does with its arguments is not known")

    def _spelt(self, path: str) -> str:
        """A dotted name, with a class of torch.nn that is misspelt as it must be meant."""
        package, _, kind = path.rpartition(".")
        if not package and kind in _CLASSES:
            self.interpreter.note(f"{kind} is not imported; read as nn.{kind}")
            return f"torch.nn.{kind}"
        if package != "torch.nn" or kind in _CLASSES or not kind[:1].isupper():
            return path
        alike = meant(kind, _CLASSES)
        if alike:
            self.interpreter.note(f"torch.nn has no {kind}; read as {alike}")
        return f"torch.nn.{alike or kind}"

    def _reference(  # noqa: PLR0912  one case for each kind of name
        self, path: str, given: Sequence[Any], named: Mapping[str, Any], target: str
    ) -> Any:
        kind, name = path.removeprefix("torch.nn."), path.rpartition(".")[2]
        if path in _CONTAINERS:
            return container_of(kind, given, self.interpreter)
        if path == PARSER:
            return Options()
        if path in _DICTIONARIES:
            return {**((pairs_in(given[0]) or {}) if given else {}), **named}
        if path in ("torch.nn.Parameter", "torch.nn.parameter.Parameter"):
            of = given[0] if given else named.get("data")
            return Parameter(of.shape if isinstance(of, Parameter) else None, learned=True)
        if path in _NUMBERS and (len(given) == 1 and (path == "torch.tensor" or isinstance(given[0], tuple | list))):
            return Parameter(of_numbers(given[0]))
        if path in _FILLED:
            given = given or [named["size"]] if "size" in named else given
            listed = bool(given) and isinstance(given[0], tuple | list)
            sizes = tuple(given[0]) if listed else () if path == "torch.full" else tuple(given)
            if all(type(size) is int for size in sizes):
                return Parameter(sizes)
            raise Skip("the size of this tensor is not known")
        if path.startswith("torch.nn.") and kind.removeprefix("Lazy") in _CLASSES:
            layer = layer_of(kind, given, named, self.interpreter.note)
            return Leaf(layer, self.interpreter.line, kind.startswith("Lazy"))
        if len(given) == 1 and path in _TRANSFORMS:
            function, argument = _TRANSFORMS[path]
            return Partial(Reference(function), (), {argument: given[0]})
        if path == "torch.nn.Module" or path.startswith("torch.nn.init."):
            return None
        if len(given) > _THROUGH.get(path, len(given)):
            return given[_THROUGH[path]]
        if path.startswith(("torch.jit.is_", "torch.onnx.is_")) or name == "is_available":
            return False
        if tensors_in([*given, *named.values()]):
            return self._function(path, given, named, target)
        if name[:1].isupper():
            return Opaque(name, self.interpreter.line)
        return Unknown(f"`{path}` is not understood")


def _is_shape(sizes: Shape) -> bool:
    """Whether sizes are those of one example."""
    try:
        return checked_shape(sizes) == sizes
    except DesignError:
        return False


def _two(given: Sequence[Any], named: Mapping[str, Any], *names: str) -> list[Any]:
    """The two arguments of a call by their names; raises Skip where they are not given, or the first is no text."""
    found = [*given, *(named[name] for name in names if name in named)]
    if len(found) != 2 or not isinstance(found[0], str):
        raise Skip("what this sets is not known")
    return found


def _torch_class(base: Any) -> str:
    """The name of a class of torch.nn but for Module, "" for anything else."""
    path = _full(base.path) if isinstance(base, Reference) else ""
    return path.removeprefix("torch.nn.") if path.startswith("torch.nn.") and path != "torch.nn.Module" else ""


def _full(path: str) -> str:
    """A dotted name with the abbreviations everyone uses written out."""
    first, _, rest = path.partition(".")
    return f"{SHORT[first]}.{rest}" if first in SHORT and rest else path
