"""A network as data: named nodes, each reading the input or earlier nodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final, Self

from cnnshapes.errors import DesignError, Edit
from cnnshapes.layers.base import LAYERS, Layer, Shape

INPUT: Final = "input"
"""The name that nodes read the network's input by."""

LARGEST_SIZE: Final = 2**31
"""No dimension of an input is larger; it keeps a mistyped design from computing numbers nobody can read."""

_NAME = re.compile(r"\w+(\.\w+)*\Z")


@dataclass(frozen=True, slots=True)
class Node:
    """A layer with a name and what it reads.

    Attributes:
        name: letters, digits, underscores, and dots between the levels of nested modules: `layer1.0.conv1`.
        layer: what it computes.
        inputs: names of earlier nodes, or `input`.
    """

    name: str
    layer: Layer
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A network: its name, the shape of one example without the batch, and its nodes in the order they compute.

    Each node reads only what stands before it, so there can be no cycle. The last node is the output. Frozen and
    hashable; the editing methods return a new Design.

    Raises:
        DesignError: a name twice or not a name, a node that reads what is not before it, an impossible input shape.
    """

    name: str
    input_shape: Shape
    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", checked_shape(self.input_shape))
        object.__setattr__(self, "nodes", tuple(self.nodes))
        known = {INPUT}
        for node in self.nodes:
            if not _NAME.match(node.name) or node.name == INPUT:
                raise DesignError(f'"{node.name}" is no name for a node; use letters, digits, _ and dots, not "input"')
            if node.name in known:
                raise DesignError(f'two nodes are called "{node.name}"; each needs a name of its own')
            if not node.inputs:
                raise DesignError(f'{node.name} reads nothing; it must read "input" or an earlier node')
            for source in node.inputs:
                if source not in known:
                    raise DesignError(
                        f'{node.name} reads "{source}", which does not come before it; it can read '
                        f"{_some(known, last=INPUT)}"
                    )
            known.add(node.name)

    @classmethod
    def chain(cls, input_shape: Sequence[int], *layers: Layer | tuple[str, Layer], name: str = "design") -> Self:
        """A plain stack, each layer reading the one before; give (name, layer) to name one yourself."""
        builder = Builder(name, input_shape)
        for item in layers:
            node_name, layer = item if isinstance(item, tuple) else ("", item)
            builder.add(layer, name=node_name)
        built = builder.design()
        return cls(built.name, built.input_shape, built.nodes)

    # ---- reading --------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, name: str) -> Node:
        return self.nodes[self.index(name)]

    def index(self, name: str) -> int:
        """Where the node of this name stands.

        Raises:
            DesignError: there is none.
        """
        for position, node in enumerate(self.nodes):
            if node.name == name:
                return position
        raise DesignError(f'there is no node "{name}"; there are {_some(node.name for node in self.nodes)}')

    def inputs_given(self) -> dict[str, tuple[str, ...]]:
        """What each node reads, by name; none where that is just the node before it."""
        before = (INPUT, *(node.name for node in self.nodes))
        return {
            node.name: () if node.inputs == (last,) else node.inputs
            for node, last in zip(self.nodes, before, strict=False)
        }

    def readers(self, name: str) -> list[str]:
        """The nodes that read this one."""
        return [node.name for node in self.nodes if name in node.inputs]

    # ---- editing --------------------------------------------------------------------------------------------------

    def with_input(self, input_shape: Sequence[int]) -> Design:
        """The same network for another input."""
        return replace(self, input_shape=tuple(input_shape))

    def with_layer(self, name: str, layer: Layer) -> Design:
        """The same network with another layer at a node."""
        at = self.index(name)
        return self._with_nodes((*self.nodes[:at], replace(self.nodes[at], layer=layer), *self.nodes[at + 1 :]))

    def with_edits(self, edits: Iterable[Edit]) -> Design:
        """The same network with arguments changed.

        Editing `layer` changes the class and keeps the rest, editing `before` puts a layer of a class in front, editing
        the input's `input_shape` feeds it another.
        """
        input_shape = self.input_shape
        layers: dict[str, Layer] = {}
        in_front: list[Edit] = []
        for edit in edits:
            if edit.inserts:
                in_front.append(edit)
                continue
            if edit.node == INPUT:
                input_shape = edit.value
                continue
            layer = layers.get(edit.node) or self[edit.node].layer
            if edit.field == "layer":
                layers[edit.node] = layer_class(edit.value)(**layer.given())
            else:
                layers[edit.node] = layer.with_arguments(**{edit.field: edit.value})
        changed = self.with_input(input_shape)._with_nodes(
            replace(node, layer=layers[node.name]) if node.name in layers else node for node in self.nodes
        )
        for edit in in_front:
            changed = changed.inserted_before(layer_class(edit.value)(), edit.node)
        return changed

    def inserted(self, layer: Layer, after: str = INPUT, name: str = "") -> Design:
        """The same network with a layer behind a node (or the input), read by all that read that node."""
        at = 0 if after == INPUT else self.index(after) + 1
        name = name or free_name(layer, {node.name for node in self.nodes})
        behind = [
            replace(node, inputs=tuple(name if source == after else source for source in node.inputs))
            for node in self.nodes[at:]
        ]
        return self._with_nodes((*self.nodes[:at], Node(name, layer, (after,)), *behind))

    def inserted_before(self, layer: Layer, name: str) -> Design:
        """The same network with a layer in front of a node, where the node before reaches it, else its first input."""
        at = self.index(name)
        node = self.nodes[at]
        before = self.nodes[at - 1].name if at else INPUT
        source = before if before in node.inputs else node.inputs[0]
        new = Node(free_name(layer, {one.name for one in self.nodes}), layer, (source,))
        reading = replace(node, inputs=tuple(new.name if read == source else read for read in node.inputs))
        return self._with_nodes((*self.nodes[:at], new, reading, *self.nodes[at + 1 :]))

    def duplicated(self, name: str) -> Design:
        """The same network with a second node like this one behind it, which reads it."""
        return self.inserted(self[name].layer, name)

    def moved(self, name: str, by: int) -> Design:
        """The same network with a node one place up (−1) or down (1), where nothing but the stack joins the two.

        Raises:
            DesignError: it is first or last already, or part of a branch.
        """
        at = self.index(name)
        first, second = (at - 1, at) if by < 0 else (at, at + 1)
        if first < 0 or second >= len(self):
            raise DesignError(f"{name} is {'first' if by < 0 else 'last'} already")
        upper, lower = self.nodes[first], self.nodes[second]
        if lower.inputs != (upper.name,) or len(upper.inputs) > 1 or self.readers(upper.name) != [lower.name]:
            raise DesignError(f"{upper.name} and {lower.name} are part of a branch, and cannot change places")
        behind = [
            replace(node, inputs=tuple(upper.name if source == lower.name else source for source in node.inputs))
            for node in self.nodes[second + 1 :]
        ]
        pair = replace(lower, inputs=upper.inputs), replace(upper, inputs=(lower.name,))
        return self._with_nodes((*self.nodes[:first], *pair, *behind))

    def with_inputs(self, name: str, inputs: Sequence[str] = ()) -> Design:
        """The same network with a node that reads these; none for the node before it.

        Raises:
            DesignError: there is no such node, or one of them does not come before it.
        """
        at = self.index(name)
        before = self.nodes[at - 1].name if at else INPUT
        node = replace(self.nodes[at], inputs=tuple(inputs) or (before,))
        return self._with_nodes((*self.nodes[:at], node, *self.nodes[at + 1 :]))

    def called(self, name: str) -> Design:
        """The same network under another name."""
        return replace(self, name=name)

    def without(self, name: str) -> Design:
        """The same network without a node; what read it reads what its first input was."""
        at = self.index(name)
        source = self.nodes[at].inputs[0]
        behind = [
            replace(node, inputs=_unique(source if read == name else read for read in node.inputs))
            for node in self.nodes[at + 1 :]
        ]
        return self._with_nodes((*self.nodes[:at], *behind))

    def renamed(self, name: str, to: str) -> Design:
        """The same network with a node called something else."""
        self.index(name)
        return self._with_nodes(
            tuple(
                Node(
                    to if node.name == name else node.name,
                    node.layer,
                    tuple(to if s == name else s for s in node.inputs),
                )
                for node in self.nodes
            )
        )

    def _with_nodes(self, nodes: Iterable[Node]) -> Design:
        return Design(self.name, self.input_shape, tuple(nodes))

    # ---- JSON -----------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The design as plain data. Arguments at their default are left out, inputs where they are the node before."""
        nodes = []
        inputs = self.inputs_given()
        for node in self.nodes:
            entry: dict[str, Any] = {"name": node.name, "layer": node.layer.kind}
            if node.layer.given():
                entry["arguments"] = node.layer.given()
            if inputs[node.name]:
                entry["inputs"] = list(node.inputs)
            nodes.append(entry)
        return {"cnnshapes": 1, "name": self.name, "input_shape": list(self.input_shape), "nodes": nodes}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """The design of such plain data.

        Raises:
            DesignError: it is not the data of a design; says where and what would be right.
        """
        if not isinstance(data, Mapping) or data.get("cnnshapes") != 1:
            raise DesignError('this is no design: it should be an object with "cnnshapes": 1')
        _only(data, {"cnnshapes", "name", "input_shape", "nodes"}, "a design")
        entries = data.get("nodes")
        if not isinstance(entries, Sequence) or isinstance(entries, str):
            raise DesignError('a design needs "nodes", a list')
        nodes = []
        before = INPUT
        for position, entry in enumerate(entries):
            where = f"node {position + 1}"
            if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
                raise DesignError(f'{where} should be an object with a "name"')
            where = f'node "{entry["name"]}"'
            _only(entry, {"name", "layer", "arguments", "inputs"}, where)
            given = entry.get("arguments", {})
            inputs = entry.get("inputs", [before])
            if not isinstance(given, Mapping):
                raise DesignError(f'{where}: "arguments" should be an object')
            if not isinstance(inputs, list) or not all(isinstance(source, str) for source in inputs):
                raise DesignError(f'{where}: "inputs" should be a list of names')
            layer = layer_class(entry.get("layer"))
            unknown = sorted(set(given) - set(layer.arguments()))
            if unknown:
                known = ", ".join(layer.arguments()) or "none"
                raise DesignError(f"{where}: {layer.__name__} has no argument {unknown[0]}; it has {known}")
            nodes.append(Node(entry["name"], layer(**given), tuple(inputs)))
            before = entry["name"]
        name = data.get("name", "design")
        if not isinstance(name, str):
            raise DesignError('the "name" of a design should be text')
        return cls(name, checked_shape(data.get("input_shape")), tuple(nodes))

    def to_json(self) -> str:
        """The design as JSON text, a node per line."""
        import json  # here, for who imports cnnshapes seldom needs it

        data = self.to_dict()
        lines = ",\n".join("    " + json.dumps(node, ensure_ascii=False) for node in data.pop("nodes"))
        head = json.dumps(data, ensure_ascii=False)[:-1]
        return f'{head}, "nodes": [\n{lines}\n]}}\n' if lines else f'{head}, "nodes": []}}\n'

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The design of such text.

        Raises:
            DesignError: it is not JSON, or not the data of a design.
        """
        import json

        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise DesignError(f"this is not JSON: {error}") from error
        except RecursionError:
            raise DesignError("this is not JSON of a design: it is nested too deep") from None
        except ValueError:
            raise DesignError("this is not JSON of a design: a number in it has too many digits") from None
        return cls.from_dict(data)


class Builder:
    """Puts a design with branches together: `add` returns the name of the new node, to be read by later ones."""

    def __init__(self, name: str, input_shape: Sequence[int]) -> None:
        self._name = name
        self._input_shape = input_shape
        self._nodes: list[Node] = []
        self._names: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self.last = INPUT

    def add(self, layer: Layer, *inputs: str, name: str = "") -> str:
        """Add a layer that reads the given nodes, the last one added if none is given; returns its name."""
        if not name:
            kind = layer.node_name(0)
            self._kinds[kind] += 1
            name = free_name(layer, self._names, self._kinds[kind])
        self._nodes.append(Node(name, layer, inputs or (self.last,)))
        self._names.add(name)
        self.last = name
        return name

    def design(self) -> Design:
        """The design so far."""
        return Design(self._name, checked_shape(self._input_shape), tuple(self._nodes))


def layer_class(name: Any) -> type[Layer]:
    """The class of a layer by its name.

    Raises:
        DesignError: there is none; names those that look alike.
    """
    if isinstance(name, str) and name in LAYERS:
        return LAYERS[name]
    from difflib import get_close_matches

    alike = get_close_matches(str(name), LAYERS, n=3, cutoff=0.5)
    raise DesignError(f'there is no layer "{name}"' + (f"; there is {', '.join(alike)}" if alike else ""))


def free_name(layer: Layer, taken: Container[str], start: int = 1) -> str:
    """The first of conv1, conv2, … from `start` on that is not taken."""
    return next(name for number in count(start) if (name := layer.node_name(number)) not in taken)


def checked_shape(shape: Any) -> Shape:
    """The shape as a tuple.

    Raises:
        DesignError: it is no shape of one example.
    """
    if isinstance(shape, Sequence) and not isinstance(shape, str) and 1 <= len(shape) <= 4:
        sizes = tuple(shape)
        if all(type(size) is int and size >= 1 for size in sizes):
            if max(sizes) < LARGEST_SIZE:
                return sizes
            raise DesignError(f"an input dimension of {max(sizes)} is too large; it should be below {LARGEST_SIZE}")
    raise DesignError(
        f"{shape!r} is no shape of one example; it should be one to four positive whole numbers without the batch, "
        "such as (3, 32, 32) for channels, height and width"
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _only(data: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in data:
        if key not in allowed:
            raise DesignError(f'{where} has no "{key}"; it has {", ".join(sorted(allowed))}')


def _some(names: Iterable[str], last: str = "") -> str:
    listed = sorted(set(names) - {last}) + ([last] if last else [])
    shown = listed if len(listed) <= 12 else [*listed[:11], "…"]
    return ", ".join(f'"{name}"' for name in shown) or "none"
