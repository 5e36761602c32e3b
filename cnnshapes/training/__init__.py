"""Train a design on pictures: data, recipes, the loop, its results, and jobs that outlive whoever started them.

recipe, spec      how to train, and what, on which pictures, where: data
data, download    labelled pictures in memory, by format; getting them
batches           pictures as numbers on the device
loop              steps, tests, progress
devices           which, its memory, which way a step is fastest
optimizers        the first weights, and what changes them
checkpoints       what a run goes on from
measure, results  from outputs to accuracy and mistakes; those as data
predict           what a trained network says of a picture
jobs, runner      a run as a process and a folder; that process
commands          the command line's part
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnshapes.design import Design
from cnnshapes.layers import Shape

if TYPE_CHECKING:
    from torch import nn

    from cnnshapes.training.recipe import Recipe
    from cnnshapes.training.results import Result


class Trained(NamedTuple):
    """A trained network.

    Attributes:
        result: how it does on the test pictures.
        model: the module, in evaluation mode.
        history: what the run told, a dict for each epoch and each report between.
    """

    result: Result
    model: nn.Module
    history: list[dict[str, Any]]


def train(
    model: Design | str | nn.Module,
    data: str = "digits",
    *,
    input_shape: Shape | None = None,
    data_dir: str | Path | None = None,
    recipe: Recipe | str = "fast",
    device: str = "auto",
    folder: str | Path | None = None,
    said: Callable[[dict[str, Any]], None] | None = None,
    **changes: Any,
) -> Trained:
    """Train a network here and now, in this process.

    Args:
        model: a `Design`, the name of a preset, or a `torch.nn.Module` whose design is built anew and trained in its
            place.
        data: the name of a data set: digits, cifar10, mnist, fashion_mnist, or folder.
        input_shape: (channels, height, width), which a module needs; a design and a preset have one of their own, which
            this replaces.
        data_dir: where its files are; digits needs none.
        recipe: how, or the name of a recipe: fast, notes, notes_adam.
        device: auto, cpu, cuda or cuda:1.
        folder: where checkpoints go; what is there already is gone on from.
        said: is told how it goes, as it goes.
        **changes: numbers of the recipe to change, such as epochs=3 or lr=0.05.

    Raises:
        ReadError: the forward of a module is more than a design can say.
        ShapeError: the design cannot be computed, or does not give one number for each class.
        DataError: the pictures are missing or not what they should be.
        TrainingError: the loss is no number, or memory or disk ran out.
        InputError: something given makes no sense; says what would.
    """
    from cnnshapes import _design, design_of
    from cnnshapes.training import data as data_
    from cnnshapes.training import recipe as recipe_
    from cnnshapes.training.loop import Run
    from cnnshapes.training.spec import Spec

    design = _design(model, input_shape) if isinstance(model, Design | str) else design_of(model, input_shape)
    how = recipe_.recipe(recipe) if isinstance(recipe, str) else recipe
    place = Path(folder) if folder is not None else None
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
    spec = Spec(design, data, str(data_dir or ""), how.with_changes(**changes), device)
    history: list[dict[str, Any]] = []

    def tell(line: dict[str, Any]) -> None:
        history.append(line)
        if said is not None:
            said(line)

    run = Run(spec, data_.load(data, data_dir, design.input_shape), place, tell)
    result = run.run()
    return Trained(result, run.model.eval(), history)
