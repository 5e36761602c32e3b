"""Read one or two models of every family of timm and hold every row against torch: `python -m tests.sweep [NAME ...]`.

timm is no requirement of the tests; `pip install --no-deps timm huggingface_hub safetensors` is all this needs. Models
are made on the meta device, so nothing is downloaded and no weight takes memory.
"""

from __future__ import annotations

import re
import sys
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import cnnshapes
from cnnshapes.bridge.read import read
from cnnshapes.report import Report
from tests.torchvision_models import torchvision_models

EACH = 2
"""Models of a family, at the most."""
STEM = 4
"""So many convolutions and no more cut a picture into patches, as for networks of linear layers alone."""
NO_CNN = ("lstm", "scaled_dot_product_attention", "matmul", "__matmul__", "bmm", "baddbmm", "einsum")
"""What attention and recurrence are called in a report."""


@dataclass
class Outcome:
    """What came of one model.

    Attributes:
        name: timm's.
        rows, with_formula: of its report.
        convolutional: whether it is made of convolutions, without attention or recurrence.
        faults: what differs from torch, or why it could not be read.
        seconds: what the reading took.
    """

    name: str
    rows: int = 0
    with_formula: int = 0
    convolutional: bool = False
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        share = f"{self.with_formula}/{self.rows}"
        kind = "CNN" if self.convolutional else ""
        faults = "; ".join(self.faults[:3])
        return f"{self.name:45} {share:>11} {kind:3} {1000 * self.seconds:7.0f} ms  {faults or 'exact'}"


def main(names: list[str]) -> None:
    """Print a line for each model and what it all comes to."""
    warnings.filterwarnings("ignore")
    outcomes = []
    for name in names or families():
        outcome = outcome_of(name)
        outcomes.append(outcome)
        print(outcome, flush=True)
    wrong = [outcome for outcome in outcomes if outcome.faults]
    networks = [outcome for outcome in outcomes if outcome.convolutional]
    low = [outcome.name for outcome in networks if outcome.with_formula < 0.95 * outcome.rows]
    print(f"\n{len(outcomes)} models, {len(outcomes) - len(wrong)} exact: parameters, output shape, MACs, every row")
    print(f"{len(networks)} CNNs, {len(networks) - len(low)} with a formula on at least 95 % of the rows; else {low}")
    for outcome in wrong:
        print(outcome)


def families() -> list[str]:
    """The first and the middle one of timm's models with the same file and the same word in front of the name."""
    torchvision_models()  # before timm imports it
    from timm.models import _registry

    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, module in sorted(_registry._model_to_module.items()):
        word = re.match("[a-z]+", name)
        grouped[module, word.group() if word else name].append(name)
    return [name for names in grouped.values() for name in sorted({names[0], names[len(names) // 2]})[:EACH]]


def made(name: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A model of timm's without data, and the shape it is made for."""
    torchvision_models()
    import timm

    try:
        with torch.device("meta"):
            model = timm.create_model(name, pretrained=False)
    except Exception:  # some work their sizes out with tensors, which must have numbers
        model = timm.create_model(name, pretrained=False).to("meta")
    settings: Any = getattr(model, "default_cfg", {})
    return model.eval(), tuple(settings.get("input_size", (3, 224, 224)))


def outcome_of(name: str) -> Outcome:
    """Read a model of timm's and hold it against torch."""
    outcome = Outcome(name)
    try:
        model, shape = made(name)
    except Exception as error:
        outcome.faults.append(f"timm cannot make it: {error}")
        return outcome
    started = time.perf_counter()
    try:
        report = cnnshapes.summary(model, shape)
    except Exception as error:
        outcome.faults.append(f"{type(error).__name__}: {error}")
        return outcome
    outcome.seconds = time.perf_counter() - started
    outcome.rows = len(report)
    outcome.with_formula = sum(row.layer is not None for row in report)
    kinds = {row.kind for row in report}
    convolutions = sum(row.kind == "Conv2d" for row in report)
    outcome.convolutional = not kinds.intersection(NO_CNN) and convolutions > STEM
    try:
        outcome.faults += faults(model, shape, report)
    except Exception as error:
        outcome.faults.append(f"comparison failed: {type(error).__name__}: {error}")
    return outcome


def faults(model: nn.Module, shape: tuple[int, ...], report: Report) -> list[str]:
    """Where a report differs from what torch says of the same model."""
    found = []
    params = sum(parameter.numel() for parameter in model.parameters())
    if report.total_params != params:
        found.append(f"parameters {report.total_params}, torch {params}")
    by_torch = {row.name: row for row in read(model, shape, by_formula=False)}
    model.requires_grad_(False)
    with FlopCounterMode(display=False) as counter:
        output = model(torch.empty((1, *shape), device="meta"))
    shapes = [tuple(tensor.shape[1:]) for tensor in _tensors(output)]
    if list(report.outputs.values()) != shapes:
        found.append(f"output {list(report.outputs.values())}, torch {shapes}")
    if 2 * report.total_macs != counter.get_total_flops():
        found.append(f"MACs {report.total_macs}, torch {counter.get_total_flops() / 2}")
    for row in report:
        theirs = by_torch.get(row.name)
        if theirs is None:
            if row.kind != "Identity":
                found.append(f"{row.name} is no operation of torch's")
        elif (row.output_shape, row.params, row.macs) != (theirs.output_shape, theirs.params, theirs.macs):
            found.append(f"{row.name} {row.output_shape} {row.macs}, torch {theirs.output_shape} {theirs.macs}")
    extra = by_torch.keys() - {row.name for row in report}
    if extra:
        found.append(f"torch alone has {sorted(extra)[:3]}")
    return found


def _tensors(output: Any) -> list[torch.Tensor]:
    if isinstance(output, torch.Tensor):
        return [output]
    return [tensor for part in output for tensor in _tensors(part)]


if __name__ == "__main__":
    main(sys.argv[1:])
