"""What a forward makes of constants alone, such as a mask of ones, worked out for once when it asks for the numbers.

It is made on the meta device like all else, so nothing is spent on what is never asked for. When something is, the
calls so far are made again in their order, with numbers, and what reads an activation is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor

from cnnshapes.bridge.functions import BLANK, IN_PLACE
from cnnshapes.bridge.moves import staying
from cnnshapes.bridge.stand_ins import META, memory_of, tensors_of, with_tensors

LARGEST: Final = 2**24
"""Numbers that a tensor on the way may have at the most."""
_CPU: Final = torch.device("cpu")
_BY_CHANCE: Final = re.compile("rand|normal|bernoulli|multinomial|poisson|dropout|exponential|uniform")
"""Functions whose outcome does not follow from their arguments."""


class _Unknown(Exception):  # noqa: N818  it never leaves this module
    """The numbers follow from the input, or from chance."""


class _Made(NamedTuple):
    """A call and the tensors that it gave."""

    func: Any
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    outputs: Sequence[Tensor]


class Constants:
    """The calls of one pass that may be of constants alone.

    Args:
        data: tensors that have numbers, by the id of one that stands for it without.
    """

    def __init__(self, data: Mapping[int, Tensor] | None = None) -> None:
        self._data = data or {}
        self._made: list[_Made] = []
        self._again = 0  # so many of them were made again
        self._values: dict[int, Tensor] = {}
        self._copies: dict[int, Tensor] = {}  # of what has numbers, so that nothing is written into the model
        self._lost: set[int] = set()  # memory that was written to in a way that is not known

    def note(self, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], outputs: Sequence[Tensor]) -> None:
        """Note a call that reads no activation, or writes into a tensor.

        Args:
            func: the torch function that was called.
            args: its arguments by position.
            kwargs: those by name.
            outputs: the tensors that it gave.
        """
        if func in IN_PLACE and not args[0].is_meta:
            self._lost.add(memory_of(args[0]))  # what was made of it before has other numbers
        else:
            self._made.append(_Made(func, args, kwargs, outputs))

    def known(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call, with its numbers in each tensor whose numbers can be known."""
        if any(tensor.is_meta for tensor in tensors_of((args, dict(kwargs)))):
            self._make_again()

        def with_numbers(tensor: Tensor) -> Tensor:
            try:
                return self._value(tensor) if tensor.is_meta else tensor
            except _Unknown:
                return tensor

        found: tuple[tuple[Any, ...], dict[str, Any]] = with_tensors((tuple(args), dict(kwargs)), with_numbers)
        return found

    def answered(self, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], error: RuntimeError) -> Any:
        """Torch's answer, without data, where the numbers in constants are all it takes, such as what a mask picks.

        Args:
            func: the torch function.
            args: its arguments by position.
            kwargs: those by name.
            error: what torch raised for want of data.

        Raises:
            RuntimeError: the error; it takes more, or writes into what may be the model's.
        """
        if func in IN_PLACE:
            raise error
        args, kwargs = self.known(args, kwargs)
        try:
            result = func(*args, **kwargs)
        except RuntimeError:
            raise error from None
        return with_tensors(result, lambda tensor: torch.empty_like(tensor, device=META))

    def _value(self, tensor: Tensor) -> Tensor:
        """The tensor with its numbers.

        Raises:
            _Unknown: they follow from more than constants, or are too many.
        """
        own = self._data.get(id(tensor), tensor)
        value = self._values.get(id(tensor)) if own.is_meta else own
        if value is None or value.numel() > LARGEST or memory_of(value) in self._lost:
            raise _Unknown
        if value is own:
            return self._copies.setdefault(id(own), own.detach().clone())
        return value

    def _make_again(self) -> None:
        """Make the calls since the last time again."""
        for made in self._made[self._again :]:
            try:
                self._make(made)
            except Exception:  # whatever torch says of it, what it made is not known
                into = made.args[:1] if made.func in IN_PLACE else made.kwargs.get("out", ())
                self._lost.update(
                    memory_of(self._values[id(tensor)]) for tensor in tensors_of(into) if id(tensor) in self._values
                )
        self._again = len(self._made)

    def _make(self, made: _Made) -> None:
        """Make a call again.

        Raises:
            _Unknown: it takes more than constants, or makes too much.
        """
        func, args, kwargs, outputs = made
        if "out" in kwargs or _BY_CHANCE.search(str(getattr(func, "__name__", ""))):
            raise _Unknown
        if any(tensor.numel() > LARGEST for tensor in outputs):
            raise _Unknown
        first = args[:1] if func in BLANK else ()  # of which it reads no more than the shape and the type
        if func is Tensor.type_as:
            func, args = Tensor.to, (args[0], args[1].dtype)
        rest, named = with_tensors((tuple(args[len(first) :]), dict(kwargs)), self._value)
        if first:
            named["device"] = _CPU
        func, args, kwargs = staying(func, (*first, *rest), named, _CPU)
        result = func(*args, **kwargs)
        if func not in IN_PLACE:
            for tensor, value in zip(outputs, tensors_of(result), strict=True):
                self._values.setdefault(id(tensor), value)  # some give back what they are given
