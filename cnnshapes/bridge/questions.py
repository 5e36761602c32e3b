"""A call of a torch function: which tensors it reads, and what its outcome follows from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from cnnshapes.bridge.answers import Call
from cnnshapes.bridge.functions import ARRANGING, BLANK, IN_PLACE, INDEXING, LIKE
from cnnshapes.bridge.stand_ins import Origin, StandIns, tensors_of, whole
from cnnshapes.layers.base import Weight

_NUMBERS: Final[frozenset[type]] = frozenset((bool, float, complex))
_PLAIN: Final[frozenset[type]] = frozenset(
    (int, str, type(None), type(...), torch.dtype, torch.device, torch.memory_format, torch.layout)
)
LISTS: Final[frozenset[type]] = frozenset((tuple, list, torch.Size))


@dataclass(slots=True)
class Question:
    """A call, and the tensors among its arguments.

    Attributes:
        func, args, kwargs: the call.
        inputs: the activations.
        others: the parameters, and what was made of them and of constants.
        strangers: all the rest.
    """

    func: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    inputs: list[Origin]
    others: list[Origin]
    strangers: list[Tensor]

    @property
    def first(self) -> Tensor | None:
        """The tensor that it writes into, if any."""
        known = self.inputs or self.others
        return known[0].tensor if known else None

    def reaches(self, batch: int) -> bool:
        """Whether it takes rows up to the stand-ins' batch of a tensor with fewer: a cache for so many examples."""
        if self.func not in INDEXING:
            return False
        tensor, index = self.args[:2]
        first = index[0] if type(index) is tuple and index else index
        stop = first.stop if type(first) is slice else None
        return type(stop) is int and stop == batch and bool(tensor.dim()) and tensor.size(0) < batch

    def sizes_named(self, stand_ins: StandIns) -> list[int]:
        """The sizes that it has in a batch's place, which do not take any: of a `view`, or of tensors beside it."""
        named: list[Any] = []
        if len(self.args) > 1 and self.func in ARRANGING:
            first = self.args[1]
            named.append(first[0] if isinstance(first, (tuple, list)) and first else first)
        for tensor in (*self.strangers, *(known.tensor for known in (*self.others, *self.inputs))):
            if not stand_ins.is_models(tensor):
                named += tensor.shape[:1]
        return [size for size in named if type(size) is int and size > 0 and size % stand_ins.batch]

    def key(self, stand_ins: StandIns) -> Any:
        """Find its tensors, and return something that is equal for calls that have the same outcome.

        None where there is no telling.
        """
        key: Any = None
        try:
            key = (self.func, *self._marks(self.args, stand_ins))
            if self.kwargs:
                key = (*key, tuple(self.kwargs), *self._marks(self.kwargs.values(), stand_ins))
        except _Unlike:
            self._find(stand_ins)
        if self.func in LIKE:
            self._keep_first()
        elif self.func in BLANK:
            self.inputs.clear()
        return key

    def _keep_first(self) -> None:
        """Forget the tensors that only lend their shape or type."""
        first = self.args[0]
        self.inputs[:] = [origin for origin in self.inputs if origin.tensor is first]
        self.others[:] = [origin for origin in self.others if origin.tensor is first]
        self.strangers[:] = [tensor for tensor in self.strangers if tensor is first]

    def _marks(self, values: Iterable[Any], stand_ins: StandIns) -> tuple[Any, ...]:
        """Something hashable for each value, equal where formulas and torch's meta kernels answer alike.

        Raises:
            _Unlike: there is no telling.
        """
        origins = stand_ins.origins
        marks: list[Any] = []
        for value in values:
            origin = origins.get(id(value))
            if origin is not None and origin.row:
                self.inputs.append(origin)
                marks.append(origin.blank)
                continue
            kind = type(value)
            if kind in _PLAIN:
                marks.append(value)
            elif kind in _NUMBERS:
                marks.append((kind, value))  # for 1 == 1.0 == True
            elif kind in LISTS:
                marks.append((kind, self._marks(value, stand_ins)))
            elif kind is slice:
                marks.append((kind, self._marks((value.start, value.stop, value.step), stand_ins)))
            elif isinstance(value, Tensor):
                marks.append(self._mark(value, origin, stand_ins))
            else:
                raise _Unlike
        return tuple(marks)

    def _mark(self, tensor: Tensor, origin: Origin | None, stand_ins: StandIns) -> Any:
        """The mark of a tensor that is no activation, as far as is known."""
        known = origin or stand_ins.stranger(tensor)
        if known is None:
            raise _Unlike
        if known.row:  # it was made of one by no function
            self.inputs.append(known)
            return known.blank
        if origin is None and not known.parameters:
            self.strangers.append(tensor)
            return (Tensor, known.blank)
        self.others.append(known)
        return (Weight if stand_ins.is_weight(known) else Tensor, known.blank)

    def _find(self, stand_ins: StandIns) -> None:
        """The tensors of a call some of whose arguments have no mark."""
        for found in (self.inputs, self.others, self.strangers):
            found.clear()
        for tensor in tensors_of((self.args, dict(self.kwargs))):
            origin = stand_ins.known(tensor)
            if origin is None:
                origin = stand_ins.made_of_parameters(whole(tensor))
            if origin is None:
                self.strangers.append(tensor)
            else:
                (self.inputs if origin.row else self.others).append(origin)

    def repeats(self, call: Call, result: Any) -> bool:
        """Whether what torch gave can be given again to the like of it: nothing but fresh tensors without data.

        Args:
            call: what became of it.
            result: what torch gave.
        """
        outputs = result if type(result) in (tuple, list) else () if result is None else (result,)
        if not all(item is None or (type(item) is Tensor and item.is_meta) for item in outputs):
            return False
        if call.returns:
            return call.outputs[0] is (self.inputs or self.others)[0].blank  # else its shape was written to
        given = {id(tensor) for tensor in self.strangers}.union(id(one.tensor) for one in (*self.inputs, *self.others))
        return self.func not in IN_PLACE and given.isdisjoint(map(id, outputs))


class _Unlike(Exception):  # noqa: N818  no error
    """An argument that cannot be told from another by looking at it."""
