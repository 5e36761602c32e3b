"""Functions and methods on tensors: what torch computes by them as layers, arrangements of one example, sums."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final

from cnnshapes.layers import READERS, Shape
from cnnshapes.layers.activation import check_dim
from cnnshapes.layers.axes import Slice, indexed
from cnnshapes.layers.base import written
from cnnshapes.layers.reshaping import Flatten, Reshape, reshaped
from cnnshapes.source.graph import Graph
from cnnshapes.source.modules import Parameter, Tensor, shapes_of, tensors_in
from cnnshapes.source.pure import guarded
from cnnshapes.source.values import BATCH, Largest, Skip, Unknown

SAME: Final = frozenset("contiguous clone detach float half double to cuda cpu type_as requires_grad_".split())
"""Methods of a tensor that give it back, or a copy."""


_NAMED: Final = {
    "size": ("dim",), "squeeze": ("dim",), "unsqueeze": ("dim",), "view": ("size",), "reshape": ("shape",),
    "expand": ("size",),
}  # fmt: skip
"""Methods of a tensor whose argument may be given by a name, and which."""
_PARTS: Final = ("chunks", "split_size", "split_size_or_sections")
"""Names of what `chunk` and `split` are given."""
_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "torch.add", ast.Sub: "torch.sub", ast.Mult: "torch.mul", ast.Div: "torch.div", ast.Pow: "torch.pow",
}  # fmt: skip
"""The functions that operators are."""


class Functions(Graph):
    """Makes the nodes of functions and methods of torch."""

    def operation(self, symbol: type[ast.operator], left: Any, right: Any, target: str) -> Any:
        """Sums, products and the like of tensors, weights and numbers."""
        sides = (left, right)
        weights = [side for side in sides if isinstance(side, Parameter)]
        if any(isinstance(side, Tensor) for side in sides) and symbol in _OPERATORS:
            return self._function(_OPERATORS[symbol], sides, {}, target)
        if weights and any(isinstance(side, int | float) for side in sides):
            return weights[0]
        tensors = tensors_in(sides)
        if tensors:
            return self._passed_on("this operator", tensors)
        raise Skip("this operation is not understood")

    def _method(self, tensor: Tensor, name: str, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        if name in SAME:
            return tensor
        if name in _NAMED and not given:
            given = [value for key, value in named.items() if key in _NAMED[name]]
        if name == "size":
            sizes = (BATCH, *tensor.shape)
            return sizes if not given else guarded(sizes.__getitem__, given[0])
        if name in ("dim", "ndimension"):
            return len(tensor.shape) + 1
        if name in ("view", "reshape"):
            inside = len(given) == 1 and isinstance(given[0], tuple | list)
            return self._rearranged(tensor, tuple(given[0] if inside else given), target)
        if name in ("squeeze", "unsqueeze"):
            return self._squeezed(tensor, name, given, target)
        if name == "__iter__":
            if not tensor.passed_on:
                raise Skip("the parts of a tensor along the batch are not understood")
            others = Unknown(f"the other values that {tensor.passed_on} gives are not understood")
            return [replace(tensor, passed_on=""), *[others] * (given[0] - 1)]
        if name == "__getitem__":
            if tensor.passed_on and given[0] == 0:
                return replace(tensor, passed_on="")
            return self._indexed(tensor, given[0], target)
        if name == "expand_as" and len(given) == 1 and isinstance(given[0], Tensor):
            name, given = "expand", (BATCH, *given[0].shape)
        if name == "expand" and tuple(given[1:]) == tensor.shape:
            return tensor
        return self._function(f"torch.Tensor.{name}", (tensor, *given), named, target)

    def _function(self, path: str, given: Sequence[Any], named: Mapping[str, Any], target: str) -> Any:
        name = path.rpartition(".")[2]
        given = [tuple(value) if isinstance(value, list) else value for value in given]
        named = {key: tuple(value) if isinstance(value, list) else value for key, value in named.items()}
        if not given and (first := next((key for key in ("input", "tensor", "tensors") if key in named), "")):
            given = [named.pop(first)]
        tensors = tensors_in([*given, *named.values()])
        if path == "torch.reshape" and len(given) == 2 and (shape := _without_batch(given[1], tensors)):
            return self.add(Reshape(shape), tensors, target=target)
        if name in ("reshape", "squeeze", "unsqueeze", "view") and tensors:
            return self._method(tensors[0], name, given[1:], named, target)
        if name in ("chunk", "split") and tensors:
            return self._split(tensors[0], name, given[1:], named)
        reader = READERS.get(path)
        if any(map(_holds_unknown, given)):
            return self._passed_on(f"a part of this `{name}`", tensors)
        if reader is None:
            return self._passed_on(f"`{name}`", tensors)
        weights = [value for value in (*given, *named.values()) if isinstance(value, Parameter)]
        if any(not weight.learned for weight in weights):
            return self._passed_on(f"a constant tensor in `{name}`", tensors)
        if any(isinstance(value, tuple) and any(isinstance(part, Parameter) for part in value) for value in given):
            return self._passed_on(f"this call of `{name}`", tensors)
        try:
            layer = reader(*map(shapes_of, given), **{key: shapes_of(value) for key, value in named.items()})
        except (TypeError, ValueError, LookupError, AttributeError, Skip):
            layer = None
        if layer is None:
            return self._passed_on(f"this call of `{name}`", tensors)
        if not (layer.arity is None or len(tensors) == layer.arity):
            return self._passed_on(f"this call of `{name}`", tensors)
        path = next((self.paths.get(id(weight.origin or weight), "") for weight in weights), "")
        found = self.add(layer, tensors, path, target)
        return Largest(found, Unknown(f"the indices of `{name}` are not understood")) if name == "max" else found

    def _passed_on(self, what: str, tensors: Sequence[Tensor]) -> Tensor:
        if not tensors:
            raise Skip(f"{what} is not understood")
        note = self.interpreter.note(f"{what} is not understood; left out, so that its input goes on as it is")
        return replace(tensors[0], lacks=tensors[0].lacks or note, passed_on=what)

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

    def _indexed(self, tensor: Tensor, index: Any, target: str) -> Any:
        """`x[:, 0, 1:-1]`: a node for each dimension cut, from the last on, since a number takes its own away."""
        sizes = (BATCH, *tensor.shape)
        entries = indexed(index, len(sizes))
        cut = [dim for dim, entry in enumerate(entries) if entry != slice(None)]
        found: Any = tensor
        picked = any(type(entry) is int for entry in entries)
        if not picked or len(cut) < 2 or 0 in cut or None in entries or len(entries) > len(sizes):
            return self._function("torch.Tensor.__getitem__", (tensor, index), {}, target)
        if sum(type(entry) is int for entry in entries) == len(tensor.shape):
            return self._passed_on("one number of each example", [tensor])
        for dim in reversed(cut):
            if not _is_whole(entries[dim], tensor.shape[dim - 1]):
                at = (*[slice(None)] * dim, entries[dim])
                found = self._function("torch.Tensor.__getitem__", (found, at), {}, target if dim == cut[0] else "")
        return found

    def _split(self, tensor: Tensor, name: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """`chunk` and `split`: a Slice for each part."""
        parts = given[0] if given else next((named[key] for key in _PARTS if key in named), None)
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
        return tuple(self.add(Slice.part(at + 1, start, length), [tensor]) for start, length in pairs)


def _is_whole(entry: Any, size: int) -> bool:
    """Whether an index keeps all of a dimension."""
    known = isinstance(entry, slice) and {type(entry.start), type(entry.stop), type(entry.step)} <= {int, type(None)}
    return known and entry.indices(size) == (0, size, 1)


def _holds_unknown(value: Any) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, tuple) and any(map(_holds_unknown, value)))


def _without_batch(sizes: Any, tensors: Sequence[Tensor]) -> Shape:
    """The shape that `torch.reshape(x, (-1, …))` gives each example, () for a Flatten and where it is not known."""
    if (
        not isinstance(sizes, tuple)
        or not tensors
        or not all(type(size) is int for size in sizes)
        or sizes[:1] != (-1,)
    ):
        return ()
    before, after = tensors[0].shape, sizes[1:]
    same = prod(after) == prod(before) and min(after, default=0) > 0
    return after if same and (len(after) > 1 or len(before) == 1) else ()
