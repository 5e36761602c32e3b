"""Read one or two models of every family of a library and hold every row against torch.

`python -m tests.sweep [timm|pytorchcv|segmentation_models_pytorch [NAME ...]]`; none of the three is a requirement of
the tests. `pip install --no-deps` of one, with huggingface_hub and safetensors for timm, is all this needs. Models are
made on the meta device, so nothing is downloaded and no weight takes memory.
"""

from __future__ import annotations

import re
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import cnnshapes
from cnnshapes.bridge.one_device import Staying
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
        name: the library's.
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


def main(library: str = "timm", *names: str) -> None:
    """Print a line for each model and what it all comes to."""
    warnings.filterwarnings("ignore")
    torchvision_models()  # before another library imports it
    outcomes = []
    for name in names or LIBRARIES[library].names():
        outcome = outcome_of(name, library)
        outcomes.append(outcome)
        print(outcome, flush=True)
    wrong = [outcome for outcome in outcomes if outcome.faults]
    networks = [outcome for outcome in outcomes if outcome.convolutional]
    low = [outcome.name for outcome in networks if outcome.with_formula < 0.95 * outcome.rows]
    print(f"\n{len(outcomes)} models, {len(outcomes) - len(wrong)} exact: parameters, output shape, MACs, every row")
    print(f"{len(networks)} CNNs, {len(networks) - len(low)} with a formula on at least 95 % of the rows; else {low}")
    for outcome in wrong:
        print(outcome)


# ---- libraries ------------------------------------------------------------------------------------------------------


def spread(names: Iterable[tuple[str, str]]) -> list[str]:
    """The first and the middle one of the names with the same group and the same word in front."""
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, name in names:
        word = re.match("[a-z]+", name)
        grouped[group, word.group() if word else name].append(name)
    return [name for found in grouped.values() for name in sorted({found[0], found[len(found) // 2]})[:EACH]]


def timm_names() -> list[str]:
    """Of every file of timm's."""
    from timm.models import _registry

    return spread((module, name) for name, module in sorted(_registry._model_to_module.items()))


def timm_made(name: str) -> nn.Module:
    """A model of timm's."""
    import timm

    model: nn.Module = timm.create_model(name, pretrained=False)
    return model


def timm_shape(model: Any) -> tuple[int, ...]:
    """What a model of timm's is fed."""
    return tuple(getattr(model, "default_cfg", {}).get("input_size", (3, 224, 224)))


def pytorchcv_names() -> list[str]:
    """All but those that are fed sounds, several pictures, or print the positions they found."""
    from pytorchcv.model_provider import _models

    odd = "jasper quartznet raft propainter pfpc visemenet voca nvpattexp superpoint ntsnet".split()
    taken = [name for name in sorted(_models) if not name.startswith(tuple(odd)) and "pose" not in name]
    return spread(("", name) for name in taken)


def pytorchcv_made(name: str) -> nn.Module:
    """A model of pytorchcv's."""
    from pytorchcv.model_provider import get_model

    model: nn.Module = get_model(name, pretrained=False)
    return model


def pytorchcv_shape(model: Any) -> tuple[int, ...]:
    """What a model of pytorchcv's is fed."""
    return (int(getattr(model, "in_channels", 3)), *(getattr(model, "in_size", None) or (224, 224)))


ARCHITECTURES = "Unet UnetPlusPlus MAnet Linknet FPN PSPNet PAN DeepLabV3 DeepLabV3Plus UPerNet Segformer".split()
"""Of segmentation_models_pytorch."""


def segmentation_names() -> list[str]:
    """Every architecture on a ResNet-34, and a Unet on every family of encoders."""
    from segmentation_models_pytorch.encoders import encoders

    on = spread(("", name) for name in sorted(encoders) if name != "resnet34")
    return [f"{name} resnet34" for name in ARCHITECTURES] + [f"Unet {name}" for name in on]


def segmentation_made(name: str) -> nn.Module:
    """An architecture on an encoder."""
    import segmentation_models_pytorch

    architecture, encoder = name.split()
    model: nn.Module = getattr(segmentation_models_pytorch, architecture)(encoder, encoder_weights=None, classes=3)
    return model


def segmentation_shape(_model: Any) -> tuple[int, ...]:
    """A picture whose size halves five times."""
    return 3, 256, 256


class Library(NamedTuple):
    """A library of models: the names taken of it, a model by its name, and the shape that it is fed."""

    names: Callable[[], list[str]]
    made: Callable[[str], nn.Module]
    shape: Callable[[Any], tuple[int, ...]]


LIBRARIES = {
    "timm": Library(timm_names, timm_made, timm_shape),
    "pytorchcv": Library(pytorchcv_names, pytorchcv_made, pytorchcv_shape),
    "segmentation_models_pytorch": Library(segmentation_names, segmentation_made, segmentation_shape),
}


def made(name: str, library: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A model without data, and the shape it is made for."""
    torchvision_models()
    make = LIBRARIES[library].made
    try:
        with torch.device("meta"):
            model = make(name)
    except Exception:  # some work their sizes out with tensors, which must have numbers
        model = make(name).to("meta")
    return model.eval(), LIBRARIES[library].shape(model)


# ---- one model ------------------------------------------------------------------------------------------------------


def outcome_of(name: str, library: str = "timm") -> Outcome:
    """Read a model and hold it against torch."""
    outcome = Outcome(name)
    try:
        model, shape = made(name, library)
    except Exception as error:
        outcome.faults.append(f"{library} cannot make it: {error}")
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
    with Staying("meta"), FlopCounterMode(display=False) as counter:  # some keep a mask elsewhere
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
    main(*sys.argv[1:])
