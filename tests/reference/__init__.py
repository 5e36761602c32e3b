"""Figures from outside the project that the tests hold its answers against.

notes_numbers.csv       every number that the study notes state, and a few known ones of the same networks
torchvision_models.csv  parameters, output shape and multiply–accumulates of torchvision's classifiers, counted by torch
"""

from __future__ import annotations

import csv
from pathlib import Path


def entries(name: str) -> list[dict[str, str]]:
    """The lines of `<name>.csv` as dictionaries."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
