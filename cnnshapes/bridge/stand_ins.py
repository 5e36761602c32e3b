"""Tensors that have a shape and no data, and what is known of each while a forward runs on them.

The batch of the stand-ins is a prime that divides no size of the model, so it can be told apart in any shape, and the
shape of one example is what is left without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from torch import Tensor

from cnnshapes.bridge.survey import Survey
from cnnshapes.layers import Shape
from cnnshapes.receptive_field import ReceptiveField, within_all_positions

META: Final = torch.device("meta")
KEPT: Final = 20_000
"""Blanks kept between models; they are small, and a model of a thousand layers has some hundred different ones."""


class Blank:
    """All there is to know of a tensor without data. Equal ones are one object, so a key of them is quickly looked up.

    Attributes:
        shape: the shape of one example.
        dtype: the type of its numbers.
        usual: the batch is its first dimension, and its numbers lie in order and are of the model's real type, so that
            a formula is all there is to say.
        beside: it is not what its row's layer gives, but came with it, as indices come with what is largest.
        base: one such tensor, that no one else holds; `base.data` is another, which torch makes fastest.
    """

    __slots__ = ("base", "beside", "dtype", "shape", "usual")

    def __init__(self, tensor: Tensor, batch: int, dtype: torch.dtype, *, beside: bool = False) -> None:
        self.beside = beside
        with torch.inference_mode(False):  # what is made in inference mode cannot be written to outside of it
            self.base = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=META)
        self.dtype = tensor.dtype
        self.shape = example(tensor.shape, batch)
        real = tensor.dtype == dtype and not dtype.is_complex  # torch counts complex numbers its own way
        self.usual = real and not beside and tensor.shape[:1] == (batch,) and self.base.is_contiguous()


class Blanks:
    """The blanks of passes whose stand-ins have one batch, on models whose numbers are of one type.

    Attributes:
        of_memory: each by what the memory of its tensors goes by.
    """

    def __init__(self, batch: int, dtype: torch.dtype) -> None:
        self.batch = batch
        self.dtype = dtype
        self.of_memory: dict[int, Blank] = {}
        self._of_layout: dict[Any, Blank] = {}
        self._of_examples: dict[tuple[Shape, torch.dtype], Blank] = {}

    def like(self, tensor: Tensor, *, beside: bool = False) -> Blank:
        """The blank of a tensor that is there."""
        key = (tensor.shape, tensor.stride(), tensor.dtype, beside)
        blank = self._of_layout.get(key)
        if blank is None or is_mapped(tensor):
            if len(self._of_layout) >= KEPT:
                self.of_memory.clear()
                self._of_layout.clear()
                self._of_examples.clear()
            blank = Blank(tensor, self.batch, self.dtype, beside=beside)
            if is_mapped(tensor):  # there is more to it than this tells, so that it is equal to no other
                blank.usual = False
                return blank
            if type(blank.base) is Tensor:  # a forward may make fake ones, in a mode of its own
                self._of_layout[key] = self.of_memory[memory_of(blank.base)] = blank
        return blank

    def of(self, shape: Shape, dtype: torch.dtype) -> Blank:
        """The blank of a batch of examples of this shape, the batch in front and the numbers in order."""
        blank = self._of_examples.get((shape, dtype))
        if blank is None:
            blank = self.like(torch.empty((self.batch, *shape), dtype=dtype, device=META))
            if type(blank.base) is Tensor:
                self._of_examples[shape, dtype] = blank
        return blank


@dataclass(slots=True)
class Origin:
    """What is known of a tensor.

    Attributes:
        tensor: the tensor, which is held so that its id stays its own.
        row: the operation it came from, "" for what was made of weights and constants alone.
        blank: its shape and the like.
        field: that operation's receptive field, None where it sees no input.
        parameters: ids of the parameters it was made of, where that was no row of its own.
    """

    tensor: Tensor
    row: str
    blank: Blank
    field: ReceptiveField | None = None
    parameters: frozenset[int] = frozenset()

    @property
    def shape(self) -> Shape:
        """The shape of one example."""
        return self.blank.shape


class StandIns:
    """What is known of the tensors of one pass.

    Args:
        survey: of the model.
        blanks: those of the pass's batch.

    Attributes:
        origins: what came from an operation, or is an input, by id.
        plain: tensors that the modules keep without having registered them, by id.
        doubtful: whether one was taken for what is known of another, and there was a third that looks like it.
    """

    def __init__(self, survey: Survey, blanks: Blanks) -> None:
        self.batch = blanks.batch
        self.blanks = blanks
        self.origins: dict[int, Origin] = {}
        self.parameters = survey.parameters
        self.plain: Mapping[int, Tensor] = {}
        self.doubtful = False
        self._buffers = survey.buffers
        self._strangers: dict[int, Origin] = {}
        self._without_data: dict[int, tuple[Tensor, Tensor]] = {}

    def made(self, shape: Shape, dtype: torch.dtype, name: str, field: ReceptiveField | None) -> Tensor:
        """A tensor of a batch of examples without data, known as the output of row `name`."""
        blank = self.blanks.of(shape, dtype)
        tensor: Tensor = blank.base.data
        self.origins[id(tensor)] = Origin(tensor, name, blank, field)
        return tensor

    def known(self, tensor: Tensor) -> Origin | None:
        """What is known of a tensor that came from an operation, or was made of one that did by no function."""
        return self.origins.get(id(tensor)) or self._of_another(tensor)

    def _of_another(self, tensor: Tensor) -> Origin | None:
        """What is known of the tensor that another was made of by no function, as by `nn.Parameter(x)`.

        The two have one memory. So have all tensors of a blank, and of those the last one is meant.
        """
        memory = memory_of(tensor) if tensor.is_meta and not self.is_models(tensor) else 0
        if not memory or all(size % self.batch or not size for size in whole(tensor).shape):
            return None
        blank = self.blanks.of_memory.get(memory)
        alike = [
            one for one in self.origins.values() if one.row and (one.blank is blank or memory_of(one.tensor) == memory)
        ]
        if not alike:
            return None
        self.doubtful = self.doubtful or len({one.row for one in alike}) > 1
        found, blank = alike[-1], self.blanks.like(tensor)
        field = found.field
        if field is not None and blank.shape != found.shape:  # one example's positions may be mapped, and mixed
            field = within_all_positions(field, found.shape)._replace(exact=False)
        origin = self.origins[id(tensor)] = replace(found, tensor=tensor, blank=blank, field=field)
        return origin

    def stranger(self, tensor: Tensor) -> Origin | None:
        """What is known of a tensor that no operation gave; None where another tensor may look like it."""
        known = self._strangers.get(id(tensor))
        if known is None:
            if (other := self._of_another(tensor)) is not None:
                return other
            if is_mapped(tensor):
                return None
            if type(tensor) not in (Tensor, torch.nn.Parameter) and tensor.is_meta and not self.is_models(tensor):
                return None
            try:
                blank = self.blanks.like(tensor)
            except RuntimeError:  # it has no strides
                return None
            own = frozenset((id(tensor),)) if id(tensor) in self.parameters else frozenset[int]()
            known = self._strangers[id(tensor)] = Origin(tensor, "", blank, None, own)
        return known

    def made_of_parameters(self, tensor: Tensor) -> Origin | None:
        """What is known of a parameter, or of what was made of some without an operation of its own."""
        if id(tensor) in self.parameters:
            return self.stranger(tensor)
        origin = self.origins.get(id(tensor))
        return origin if origin is not None and not origin.row else None

    def is_models(self, tensor: Tensor) -> bool:
        """Whether it is a parameter, a buffer or another tensor that the model keeps, or a part of one."""
        key = id(tensor)
        if key in self.parameters or key in self._buffers or key in self.plain:
            return True
        return tensor._base is not None and self.is_models(tensor._base)

    def is_weight(self, origin: Origin) -> bool:
        """Whether a tensor is a parameter, or all of one in another shape: `gamma.view(1, -1, 1, 1)`."""
        if origin.row or len(origin.parameters) != 1:
            return False
        (key,) = origin.parameters
        _, _, _, numbers, _ = self.parameters[key]
        return origin.tensor.numel() == numbers

    def mixed(self, tensor: Tensor) -> str:
        """The row that gave a tensor whose first dimension holds the batch together with something else; else ""."""
        first = tensor.shape[0] if tensor.shape and self.batch > 1 else 0
        origin = self.origins.get(id(tensor))
        return origin.row if origin is not None and first > self.batch and first % self.batch == 0 else ""

    def on_meta(self, value: Any, stays: Callable[[Tensor], bool]) -> Any:
        """The same arguments with every tensor on the meta device but what `stays`; the model's are never touched."""

        def without_data(tensor: Tensor) -> Tensor:
            if stays(tensor):
                return tensor
            if tensor.is_meta and not self.is_models(tensor):
                return tensor
            known = self._without_data.get(id(tensor))
            if known is None:
                if is_mapped(tensor):
                    empty = torch.empty_like(tensor, device=META)  # mapped along with it
                else:
                    empty = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=META)
                known = self._without_data[id(tensor)] = (tensor, empty)  # the first too, so that its id stays its own
            return known[1]

        return with_tensors(value, without_data)


def example(shape: Sequence[int], batch: int, *, folded: bool = True) -> Shape:
    """The shape of one example: without the batch, or with what was folded into it.

    A batch that does not mark itself, for it may divide sizes of the model, is looked for as a whole dimension, and
    folded into the first one alone.

    Args:
        shape: of a tensor.
        batch: the size of the batch.
        folded: whether the batch may be part of a dimension.
    """
    if shape and shape[0] == batch:
        return tuple(shape[1:])
    marks = batch in _MARKING
    for axis, size in enumerate(shape):
        if size == batch:
            return (*shape[:axis], *shape[axis + 1 :])
        if marks and size and size % batch == 0:
            return (*shape[:axis], size // batch, *shape[axis + 1 :])
    if not marks and folded and batch > 1 and shape and shape[0] and shape[0] % batch == 0:
        return (shape[0] // batch, *shape[1:])
    return tuple(shape)


is_mapped: Final[Callable[[Tensor], bool]] = torch._C._functorch.is_functorch_wrapped_tensor
"""Whether a function transform wraps a tensor: `torch.vmap` hides a dimension of it, and all end with their call."""


def whole(tensor: Tensor) -> Tensor:
    """The tensor with the dimensions that `torch.vmap` hides."""
    while is_mapped(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor


def memory_of(tensor: Tensor) -> int:
    """The same for all that have one memory, 0 where a tensor has none to speak of."""
    try:
        return int(whole(tensor).untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):
        return 0


def tensors_of(value: Any) -> Iterator[Tensor]:
    """The tensors among the arguments of a call or in what it gave."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_of(item)


def with_tensors(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """The arguments of a call with another tensor for each of theirs."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, (list, tuple)):
        changed = [with_tensors(item, change) for item in value]
        return type(value)(*changed) if hasattr(value, "_fields") else type(value)(changed)
    if isinstance(value, dict):
        return {name: with_tensors(item, change) for name, item in value.items()}
    return value


def marking_batch(numbers: Iterable[int], least: int = 0) -> int:
    """A prime that divides none of these numbers, so that a batch of it is recognised in any shape."""
    fitting = (prime for prime in _PRIMES if prime >= least and all(number % prime for number in numbers))
    return next(fitting, _LAST)


_PRIMES: Final = [number for number in range(101, 1000) if all(number % divisor for divisor in range(2, 32))]
_LAST: Final = 999_983
_MARKING: Final = frozenset((*_PRIMES, _LAST))
