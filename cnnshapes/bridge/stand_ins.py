"""Tensors that have a shape and no data, and what is known of each while a forward runs on them.

The batch of the stand-ins is a prime that divides no size of the model, so it can be told apart in any shape, and the
shape of one example is what is left without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor

from cnnshapes.layers import Shape
from cnnshapes.receptive_field import ReceptiveField

META: Final = torch.device("meta")
KEPT: Final = 20_000
"""Blanks kept between models; they are small, and a model of a thousand layers has some hundred different ones."""


class Blank:
    """All there is to know of a tensor without data. Equal ones are one object, so a key of them is quickly looked up.

    Attributes:
        shape: the shape of one example.
        dtype: the type of its numbers.
        usual: the batch is its first dimension and its numbers lie in order, so that a formula is all there is to say.
        base: one such tensor, that no one else holds; `base.data` is another, which torch makes fastest.
    """

    __slots__ = ("base", "dtype", "shape", "usual")

    def __init__(self, tensor: Tensor, batch: int) -> None:
        with torch.inference_mode(False):  # what is made in inference mode cannot be written to outside of it
            self.base = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=META)
        self.dtype = tensor.dtype
        self.shape = example(tensor.shape, batch)
        self.usual = tensor.shape[:1] == (batch,) and self.base.is_contiguous()


class Blanks:
    """The blanks of passes whose stand-ins have one batch."""

    def __init__(self, batch: int) -> None:
        self.batch = batch
        self._of_layout: dict[Any, Blank] = {}
        self._of_examples: dict[tuple[Shape, torch.dtype], Blank] = {}

    def like(self, tensor: Tensor) -> Blank:
        """The blank of a tensor that is there."""
        key = (tensor.shape, tensor.stride(), tensor.dtype)
        blank = self._of_layout.get(key)
        if blank is None:
            if len(self._of_layout) >= KEPT:
                self._of_layout.clear()
                self._of_examples.clear()
            blank = Blank(tensor, self.batch)
            if type(blank.base) is Tensor:  # a forward may make fake ones, in a mode of its own
                self._of_layout[key] = blank
        return blank

    def of(self, shape: Shape, dtype: torch.dtype) -> Blank:
        """The blank of a batch of examples of this shape, the batch in front and the numbers in order."""
        blank = self._of_examples.get((shape, dtype))
        if blank is None:
            blank = self.like(torch.empty((self.batch, *shape), dtype=dtype, device=META))
            if type(blank.base) is Tensor:
                self._of_examples[shape, dtype] = blank
        return blank


class Origin(NamedTuple):
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


def example(shape: Sequence[int], batch: int) -> Shape:
    """The shape of one example: without the batch, or with what was folded into it."""
    if shape and shape[0] == batch:
        return tuple(shape[1:])
    for axis, size in enumerate(shape):
        if size == batch:
            return (*shape[:axis], *shape[axis + 1 :])
        if size % batch == 0 and size:
            return (*shape[:axis], size // batch, *shape[axis + 1 :])
    return tuple(shape)


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


def marking_batch(numbers: Iterable[int]) -> int:
    """A prime that divides none of these numbers, so that a batch of it is recognised in any shape."""
    return next((prime for prime in _PRIMES if all([number % prime for number in numbers])), 999_983)


_PRIMES = [number for number in range(101, 1000) if all(number % divisor for divisor in range(2, 32))]
