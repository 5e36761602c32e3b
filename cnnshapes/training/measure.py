"""From what a network gives for the test pictures to its result, and the pictures that go with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from cnnshapes.training.data import Pictures
from cnnshapes.training.results import Prediction, Result

WORST: Final = 24
"""Mistakes that are kept."""
SHOWN: Final = 8
"""Pictures that are kept of each class taken for each other."""


def result_of(log_probabilities: Tensor, labels: Tensor, classes: Sequence[str]) -> Result:
    """The result of predictions.

    Args:
        log_probabilities: (pictures, classes).
        labels: (pictures,).
        classes: what the labels mean.
    """
    log_probabilities, labels = log_probabilities.float().cpu(), labels.cpu()
    certain, predicted = log_probabilities.exp().max(1)
    confusion = torch.zeros(len(classes), len(classes), dtype=torch.long)
    confusion.index_put_((labels, predicted), torch.ones_like(labels), accumulate=True)
    wrong = (predicted != labels).nonzero().flatten()
    worst = wrong[certain[wrong].argsort(descending=True, stable=True)][:WORST].tolist()
    return Result(
        classes=tuple(classes),
        confusion=tuple(map(tuple, confusion.tolist())),
        loss=float(-log_probabilities.gather(1, labels.unsqueeze(1)).mean()),
        mistakes=tuple(
            Prediction(number, int(labels[number]), int(predicted[number]), float(certain[number])) for number in worst
        ),
    )


def save_pictures(folder: Path, pictures: Pictures, predicted: Tensor, keep: Sequence[int]) -> None:
    """Write some test pictures as PNG, `LABEL-PREDICTED-NUMBER.png`: the first of each pair, and those to keep."""
    from PIL import Image

    folder.mkdir(exist_ok=True)
    counts: Counter[tuple[int, int]] = Counter()
    for number, (label, taken_for) in enumerate(zip(pictures.labels.tolist(), predicted.tolist(), strict=True)):
        counts[label, taken_for] += 1
        if counts[label, taken_for] > SHOWN and number not in keep:
            continue
        image = pictures.images[number]
        mode = "RGB" if len(image) == 3 else "L"
        pixels = image.permute(1, 2, 0).contiguous().numpy().tobytes()
        picture = Image.frombytes(mode, (image.shape[2], image.shape[1]), pixels)
        picture.save(folder / f"{label}-{taken_for}-{number}.png")
