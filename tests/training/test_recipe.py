"""Recipes as data: refused where they make no sense, and the schedules as they are described."""

from __future__ import annotations

from typing import Any

import pytest

from cnnshapes import InputError
from cnnshapes.training.recipe import RECIPES, Recipe, recipe


def test_the_notes_own() -> None:
    """What the notes did is one choice away."""
    notes = RECIPES["notes"]
    assert (notes.optimizer, notes.lr, notes.momentum, notes.batch_size) == ("sgd", 0.001, 0.9, 4)
    adam = RECIPES["notes_adam"]
    assert (adam.optimizer, adam.lr, adam.schedule, adam.step_size, adam.gamma) == ("adam", 0.001, "step", 5, 0.9)


@pytest.mark.parametrize("name", RECIPES)
def test_json(name: str) -> None:
    """A recipe comes back from its dict as it was."""
    assert Recipe.from_dict(RECIPES[name].to_dict()) == RECIPES[name]


def test_schedules() -> None:
    """Constant, a step every few epochs, and one cycle: up over the first fifth, down to nothing."""
    constant, step = Recipe(schedule="constant", lr=0.5), RECIPES["notes_adam"]
    assert {constant.lr_at(epoch, epoch / 9) for epoch in range(10)} == {0.5}
    assert [round(step.lr_at(epoch, 0), 9) for epoch in (0, 4.9, 5, 10)] == [0.001, 0.001, 0.0009, 0.00081]
    cycle = Recipe(lr=1.0)
    assert [round(cycle.lr_at(0, share), 3) for share in (0, 0.1, 0.2, 0.6, 1, 1.5)] == [0.1, 0.55, 1, 0.5, 0, 0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lr": 0}, "lr is 0; it should be above 0"),
        ({"lr": float("nan")}, "lr is nan"),
        ({"optimizer": "lion"}, "sgd or adam"),
        ({"schedule": "cosine"}, "constant or step or one_cycle"),
        ({"batch_size": 0}, "batch_size is 0; it should be a whole number of at least 1"),
        ({"epochs": "3"}, "epochs is '3'"),
        ({"epochs": 2.5}, "epochs is 2.5; it should be a whole number"),
        ({"flip": "no"}, "flip is 'no'; it should be True or False"),
        ({"seconds": -1}, "seconds is -1"),
        ({"momentum": 0.0}, "nesterov needs a momentum"),
        ({"depth": 3}, "a recipe has no depth"),
    ],
)
def test_what_makes_no_sense(changes: dict[str, Any], said: str) -> None:
    """A number that cannot be gets a sentence with what could."""
    with pytest.raises(InputError, match=said):
        recipe("fast", **changes)
    with pytest.raises(InputError, match="there is fast, notes, notes_adam"):
        recipe("best")
