"""How a network is trained: the optimizer and its numbers, as data that anyone can read."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cnnshapes.errors import InputError

OPTIMIZERS: Final = ("sgd", "adam")
SCHEDULES: Final = ("constant", "step", "one_cycle")
INITIALISATIONS: Final = ("torch", "he")


@dataclass(frozen=True)
class Recipe:
    """A way to train.

    Attributes:
        optimizer: `sgd` or `adam`.
        lr: the learning rate, at its highest.
        momentum, nesterov: of SGD.
        weight_decay: of weights; biases and normalisations are not decayed.
        schedule: `constant`; `step` multiplies by `gamma` every `step_size` epochs; `one_cycle` rises over the first
            fifth and falls to nothing.
        batch_size: pictures per step.
        epochs: passes over the training pictures.
        seconds: stop then, if the epochs are not over; the schedule follows whichever is further.
        flip: mirror half of the pictures.
        crop: shift each picture by up to so many pixels.
        label_smoothing: share of a label given to all classes.
        initialisation: `torch` as torch has it, or `he` (Kaiming normal, biases 0) [He 2015].
        clip: the largest norm of all gradients together, None for any.
        seed: of the weights, the order and the augmentation.
    """

    optimizer: str = "sgd"
    lr: float = 0.1
    momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    schedule: str = "one_cycle"
    step_size: int = 5
    gamma: float = 0.9
    batch_size: int = 128
    epochs: int = 8
    seconds: float | None = None
    flip: bool = True
    crop: int = 0
    label_smoothing: float = 0.0
    initialisation: str = "torch"
    clip: float | None = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of("optimizer", self.optimizer, OPTIMIZERS)
        _one_of("schedule", self.schedule, SCHEDULES)
        _one_of("initialisation", self.initialisation, INITIALISATIONS)
        _within("lr", self.lr, 0, 1000, above=True)
        _within("gamma", self.gamma, 0, 1, above=True)
        _within("momentum", self.momentum, 0, 1)
        _within("weight_decay", self.weight_decay, 0, 1)
        _within("label_smoothing", self.label_smoothing, 0, 1)
        _whole("batch_size", self.batch_size, 1, 1_000_000)
        _whole("epochs", self.epochs, 1, 100_000)
        _whole("step_size", self.step_size, 1, 100_000)
        _whole("crop", self.crop, 0, 1000)
        _whole("seed", self.seed, 0, 2**31 - 1)
        for name, said in (("flip", self.flip), ("nesterov", self.nesterov)):
            _one_of(name, said, (True, False))
        for name, value in (("seconds", self.seconds), ("clip", self.clip)):
            if value is not None:
                _within(name, value, 0, math.inf, above=True)
        if self.nesterov and not self.momentum:
            raise InputError("nesterov needs a momentum above 0")

    def with_changes(self, **changes: Any) -> Recipe:
        """A copy with some numbers changed; None leaves one as it is.

        Raises:
            InputError: there is no such number, or it cannot be so.
        """
        return self.from_dict(self.to_dict() | {name: value for name, value in changes.items() if value is not None})

    def to_dict(self) -> dict[str, Any]:
        """Everything about it, for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Recipe:
        """What `to_dict` gave.

        Raises:
            InputError: it is no recipe.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        for name in data:
            if name not in known:
                raise InputError(f"a recipe has no {name}; it has {', '.join(sorted(known))}")
        return cls(**data)

    def lr_at(self, epoch: float, share: float) -> float:
        """The learning rate `epoch` epochs, or a share of all there is to do, into the run."""
        if self.schedule == "step":
            return self.lr * self.gamma ** (math.floor(epoch) // self.step_size)
        if self.schedule == "one_cycle":
            rise = 0.2
            share = min(max(share, 0.0), 1.0)
            return self.lr * (0.1 + 0.9 * share / rise if share < rise else (1 - share) / (1 - rise))
        return self.lr

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.to_dict().items() if value not in (None, False))


def recipe(name: str, **changes: Any) -> Recipe:
    """A recipe by name, with some numbers changed; None leaves one as it is.

    Raises:
        InputError: there is no such recipe or number.
    """
    if name not in RECIPES:
        raise InputError(f'there is no recipe "{name}"; there is {", ".join(RECIPES)}')
    return RECIPES[name].with_changes(**changes)


def _one_of(name: str, value: Any, words: Iterable[Any]) -> None:
    if value not in words:
        raise InputError(f"{name} is {value!r}; it should be {' or '.join(map(str, words))}")


def _whole(name: str, value: Any, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InputError(f"{name} is {value!r}; it should be a whole number of at least {least} and at most {most}")


def _within(name: str, value: Any, least: float, most: float, *, above: bool = False) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and (least < value if above else least <= value) and value <= most):
        raise InputError(
            f"{name} is {value!r}; it should be {'above' if above else 'at least'} {least:g}"
            + (f" and at most {most:g}" if most != math.inf else "")
        )


RECIPES: Final[dict[str, Recipe]] = {
    "fast": Recipe(),
    "notes": Recipe(
        lr=0.001, nesterov=False, weight_decay=0, schedule="constant", batch_size=4, epochs=2, flip=False, clip=None
    ),
    "notes_adam": Recipe(
        optimizer="adam",
        lr=0.001,
        momentum=0,
        nesterov=False,
        weight_decay=0,
        schedule="step",
        step_size=5,
        gamma=0.9,
        batch_size=128,
        epochs=5,
        flip=False,
        clip=None,
    ),
}
"""`fast` works for any stack; `notes` and `notes_adam` are what the study notes did."""
