"""What to train: a design, on which pictures, by which recipe, where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cnnshapes.design import Design
from cnnshapes.errors import InputError, ShapeError
from cnnshapes.layers import LogSoftmax, Softmax
from cnnshapes.layers.base import written
from cnnshapes.report import Report, report_of
from cnnshapes.training.recipe import Recipe

if TYPE_CHECKING:
    from cnnshapes.training.data import Dataset

LAST: Final = "last.pt"
"""The checkpoint that a run goes on from, in its folder."""
BEST: Final = "best.pt"
"""The checkpoint after the epoch that did best on the test pictures."""
WEIGHTS: Final = "weights.pt"
"""The weights of the end alone, a state dict for the exported code."""


@dataclass(frozen=True)
class Spec:
    """What to train.

    Attributes:
        design: the network.
        data: the name of a data set.
        data_dir: where its files are, "" where it needs none.
        recipe: how.
        device: `auto`, `cpu`, `cuda` or `cuda:1`.
        processes: how many share the work, one per GPU.
    """

    design: Design
    data: str = "digits"
    data_dir: str = ""
    recipe: Recipe = field(default_factory=Recipe)
    device: str = "auto"
    processes: int = 1

    def __post_init__(self) -> None:
        if self.processes < 1:
            raise InputError(f"processes is {self.processes}; it should be 1 or more")
        if self.recipe.batch_size % self.processes:
            raise InputError(
                f"a batch of {self.recipe.batch_size} cannot be shared evenly by {self.processes} processes"
            )

    def to_dict(self) -> dict[str, Any]:
        """Everything about it, for JSON."""
        return {
            "design": self.design.to_dict(),
            "data": self.data,
            "data_dir": self.data_dir,
            "recipe": self.recipe.to_dict(),
            "device": self.device,
            "processes": self.processes,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Spec:
        """What `to_dict` gave.

        Raises:
            DesignError: it is not.
        """
        try:
            return cls(
                Design.from_dict(data["design"]),
                str(data["data"]),
                str(data["data_dir"]),
                Recipe.from_dict(data["recipe"]),
                str(data["device"]),
                int(data["processes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"this is nothing to train by: {error}") from error


def checked(design: Design, data: Dataset) -> Report:
    """The report of a design that can be trained on a data set.

    Raises:
        ShapeError: it cannot be computed, or does not give one number for each class; says what would.
        InputError: it does not read pictures.
    """
    report = report_of(design)
    if len(design.input_shape) != 3:
        raise InputError(f"{design.name} reads {written(design.input_shape)}; pictures are (channels, height, width)")
    classes = len(data.classes)
    if report.output_shape != (classes,):
        last = next((row for row in reversed(report.rows) if row.weights), None)
        mend = f"; give {last.name} {classes} outputs" if last is not None and len(report.output_shape) == 1 else ""
        raise ShapeError(
            f"{design.name} gives {written(report.output_shape)} and {data.name} has {classes} classes{mend}"
        )
    if not report.trainable_params:
        raise InputError(f"{design.name} has nothing to learn: no layer of it has weights")
    return report


def ends_in(design: Design) -> str:
    """What its outputs are: `logits`, `log_probabilities` or `probabilities`, which decides the loss."""
    last = design.nodes[-1].layer if design.nodes else None
    if isinstance(last, LogSoftmax):
        return "log_probabilities"
    return "probabilities" if isinstance(last, Softmax) else "logits"
