"""What came out of a training run: accuracy, by class, the confusion matrix, and the worst mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cnnshapes.errors import DataError


@dataclass(frozen=True)
class Prediction:
    """What was predicted for one test picture.

    Attributes:
        picture: its number among the test pictures.
        label, predicted: what it shows, and what it was taken for, as numbers of classes.
        probability: that the network gave to what it predicted.
    """

    picture: int
    label: int
    predicted: int
    probability: float


@dataclass(frozen=True)
class Result:
    """How a trained network does on the test pictures.

    Attributes:
        classes: what the labels mean.
        confusion: how many pictures of each class (row) were taken for each class (column).
        loss: the mean cross-entropy.
        mistakes: the wrong predictions that were most certain.
        seconds: what training took, testing between the epochs included.
        epochs: how many it ran.
        precision: the type of numbers it computed with.
        mode: in which way the steps ran: eager, by a CUDA graph or compiled, and why.
    """

    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    loss: float
    mistakes: tuple[Prediction, ...] = ()
    seconds: float = 0.0
    epochs: float = 0.0
    precision: str = ""
    mode: str = ""

    @property
    def count(self) -> int:
        """How many pictures were tested."""
        return sum(map(sum, self.confusion))

    @property
    def correct(self) -> int:
        """How many of them were right."""
        return sum(row[number] for number, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """The share that was right, from 0 to 1."""
        return self.correct / self.count if self.count else 0.0

    @property
    def error_rate(self) -> float:
        """The share that was wrong."""
        return 1 - self.accuracy

    @property
    def by_class(self) -> dict[str, tuple[int, int]]:
        """By class how many of its pictures were right, and how many there are."""
        return {
            name: (row[at], sum(row)) for at, (name, row) in enumerate(zip(self.classes, self.confusion, strict=True))
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything about it, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """What `to_dict` gave.

        Raises:
            DataError: it is not.
        """
        try:
            return cls(
                **{
                    **data,
                    "classes": tuple(data["classes"]),
                    "confusion": tuple(map(tuple, data["confusion"])),
                    "mistakes": tuple(Prediction(**item) for item in data["mistakes"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise DataError(f"this is no result: {error}") from error

    def __str__(self) -> str:
        width = max(map(len, self.classes))
        lines = [
            f"{name.ljust(width)}  {right:>6,} of {count:>6,}  {right / count if count else 0:6.1%}"
            for name, (right, count) in self.by_class.items()
        ]
        return "\n".join([*lines, f"test accuracy {self.accuracy:.1%}"]).replace("%", " %")
