"""Results, worked out by hand on a few predictions."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from cnnshapes import DataError
from cnnshapes.training.measure import result_of
from cnnshapes.training.results import Prediction, Result

PROBABILITIES = torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
LABELS = torch.tensor([0, 0, 1, 1])


def test_counts() -> None:
    """Accuracy, error rate, by class, the confusion matrix and the worst mistake first."""
    result = result_of(PROBABILITIES.log(), LABELS, ("cat", "dog"))
    assert result.confusion == ((1, 1), (1, 1))
    assert (result.accuracy, result.error_rate, result.correct, result.count) == (0.5, 0.5, 2, 4)
    assert result.by_class == {"cat": (1, 2), "dog": (1, 2)}
    rounded = [dataclasses.replace(mistake, probability=round(mistake.probability, 5)) for mistake in result.mistakes]
    assert rounded == [Prediction(1, 0, 1, 0.8), Prediction(2, 1, 0, 0.6)]
    assert result.loss == pytest.approx(float(-torch.tensor([0.9, 0.2, 0.4, 0.7]).log().mean()))
    assert str(result).splitlines()[-1] == "test accuracy 50.0 %"


def test_json() -> None:
    """A result comes back from its dict as it was, and what is none is refused."""
    result = result_of(PROBABILITIES.log(), LABELS, ("cat", "dog"))
    assert Result.from_dict(result.to_dict()) == result
    with pytest.raises(DataError, match="this is no result"):
        Result.from_dict({"classes": []})
