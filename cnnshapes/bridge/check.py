"""Hold a report against torch and against torchinfo, row by row.

Torch is asked twice. Its own kernels compute every operation on the meta device, which gives a shape and a count for
each row; and the model runs once more as it is, unwatched, with hooks on its modules and torch's FlopCounterMode
around, which gives the shape of every module and the total. Small models run that second time on the CPU.

torchinfo counts by a rule of its own. A number of it that its rule gives for the same layer is no disagreement; the
note says in what the two differ. Only what neither explains is reported as a difference.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnshapes.bridge.build import build
from cnnshapes.bridge.read import read, untouched, without_data
from cnnshapes.design import Design
from cnnshapes.layers.base import Shape, written
from cnnshapes.report import Report, Row, report_of

SMALL_MACS = 50_000_000
SMALL_PARAMS = 2_000_000
"""A model within both runs on the CPU with real numbers; a larger one on the meta device."""


@dataclass(frozen=True)
class RowAgreement:
    """One row held against torch and torchinfo.

    Attributes:
        name: the row's.
        agrees: torch gives the same shape, parameters and multiply–accumulates, and torchinfo's numbers are explained.
        ours, torch, torchinfo: `shape · parameters · MACs`; "–" where torchinfo has no row for it.
        note: why torchinfo's number is another one, or what differs.
    """

    name: str
    agrees: bool
    ours: str
    torch: str
    torchinfo: str
    note: str


@dataclass(frozen=True)
class Agreement:
    """All rows and the totals held against torch and torchinfo.

    Attributes:
        name: the network's.
        device: where the real forward ran, `cpu` or `meta`.
        rows: one per row of the report.
        totals: the same for the totals, by what they are.
        torchinfo_error: why torchinfo could not run the model, "" where it could.
    """

    name: str
    device: str
    rows: tuple[RowAgreement, ...]
    totals: tuple[RowAgreement, ...]
    torchinfo_error: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing is left that is not explained."""
        return all(row.agrees for row in (*self.rows, *self.totals))

    @property
    def differences(self) -> tuple[RowAgreement, ...]:
        """The rows and totals that disagree."""
        return tuple(row for row in (*self.rows, *self.totals) if not row.agrees)

    def __str__(self) -> str:
        lines = [("", "row", "cnnshapes", "torch", "torchinfo", "note")]
        lines += [
            ("✓" if row.agrees else "✗", row.name, row.ours, row.torch, row.torchinfo, row.note)
            for row in (*self.rows, *self.totals)
        ]
        widths = [max(len(line[column]) for line in lines) for column in range(5)]
        text = [
            "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[5])).rstrip()
            for line in lines
        ]
        count = len(self.differences)
        verdict = f"all {len(self.rows)} rows agree" if not count else f"{count} of {len(self.rows)} rows differ"
        text.append(f"{self.name}: {verdict} with torch (real forward on {self.device}) and torchinfo")
        if self.torchinfo_error:
            text.append(f"torchinfo could not run it: {self.torchinfo_error}")
        return "\n".join(text)


def check(model: Design | nn.Module, input_shape: Sequence[int] | None = None) -> Agreement:
    """Hold every row of a network's report against torch and torchinfo.

    Args:
        model: a design, which is built as a torch module, or a module, which is copied and stays untouched.
        input_shape: the shape of one example, for a module.

    Raises:
        ShapeError: the network cannot be computed.
        InputError: `model` is neither, or there is no shape.
    """
    if isinstance(model, Design):
        design = model if input_shape is None else model.with_input(input_shape)
        report = report_of(design)
        with torch.device("meta"):
            module = build(design)
    else:
        report = read(model, input_shape)
        module = without_data(model)
    shape = report.input_shape
    by_torch = read(module, shape, by_formula=False)
    small = report.total_macs <= SMALL_MACS and report.total_params <= SMALL_PARAMS
    real = _on_cpu(model, module) if small else module
    seen, macs = _run(real, shape, "cpu" if small else "meta", module)
    infos, error = _torchinfo(module, shape)
    rows = tuple(_held(row, by_torch, seen.get(row.name), infos.get(row.name)) for row in report)
    totals = (
        _total("parameters", report.total_params, _count(module)),
        _total("MACs", report.total_macs, macs),
    )
    return Agreement(report.name, "cpu" if small else "meta", rows, totals, error)


def _in_training(model: nn.Module) -> list[nn.Module]:
    """The modules of a model that are in training mode."""
    return [module for module in model.modules() if module.training]


def _on_cpu(model: Design | nn.Module, module: nn.Module) -> nn.Module:
    if isinstance(model, Design):
        return copy.deepcopy(module).to_empty(device="cpu")
    return copy.deepcopy(model)


def _run(model: nn.Module, shape: Shape, device: str, counted: nn.Module) -> tuple[dict[str, Shape], int]:
    """Run a model unwatched: the output shape of each module by its path, and the multiply–accumulates in all."""
    seen: dict[str, Shape] = {}
    handles = []
    for path, module in model.named_modules():

        def note(_module: nn.Module, _args: Any, output: Any, path: str = path) -> None:
            if isinstance(output, Tensor):
                seen.setdefault(path, tuple(output.shape[1:]))

        handles.append(module.register_forward_hook(note))
    dtype = next((p.dtype for p in model.parameters() if p.is_floating_point()), torch.float32)
    with untouched(_in_training(model)):
        model(torch.zeros((2, *shape), dtype=dtype, device=device))
    for handle in handles:
        handle.remove()
    with untouched(_in_training(counted)), FlopCounterMode(display=False) as counter:
        counted(torch.empty((1, *shape), dtype=dtype, device="meta"))
    return seen, counter.get_total_flops() // 2


def _torchinfo(model: nn.Module, shape: Shape) -> tuple[dict[str, Any], str]:
    """What torchinfo says of each module by its path, and why it could not."""
    import torchinfo

    copied = copy.deepcopy(model)
    paths = {id(module): path for path, module in copied.named_modules()}
    dtype = next((p.dtype for p in model.parameters() if p.is_floating_point()), torch.float32)
    data = torch.empty((1, *shape), dtype=dtype, device="meta")
    try:
        with untouched(_in_training(copied)), contextlib.redirect_stdout(None):
            statistics = torchinfo.summary(copied, input_data=data, device="meta", verbose=0, mode="eval")
    except Exception as error:  # whatever another library raises is what there is to report
        return {}, str(error.__cause__ or error).splitlines()[0]
    infos: dict[str, Any] = {}
    for info in statistics.summary_list:
        if info.layer_id in paths and info.is_leaf_layer:
            infos.setdefault(paths[info.layer_id], info)
    return infos, ""


def _held(row: Row, by_torch: Report, seen: Shape | None, info: Any) -> RowAgreement:
    ours = _figures(row.output_shape, row.params, row.macs)
    try:
        theirs = by_torch[row.name]
    except KeyError:
        return RowAgreement(row.name, False, ours, "–", "–", "torch has no such operation")
    torchs = _figures(theirs.output_shape, theirs.params, theirs.macs)
    notes = []
    agrees = ours == torchs
    if seen is not None and seen != row.output_shape:
        agrees = False
        notes.append(f"the real forward gave {written(seen)}")
    shown = "–"
    if info is not None:
        shown = _figures(tuple(info.output_size[1:]), info.num_params, info.macs)
        differs = _against_torchinfo(row, info)
        agrees = agrees and not differs.startswith("differs")
        notes.append(differs)
    return RowAgreement(row.name, agrees, ours, torchs, shown, "; ".join(filter(None, notes)))


def _against_torchinfo(row: Row, info: Any) -> str:
    """Why torchinfo has another number: "" where it has none, `differs …` where its own rule does not explain it."""
    if tuple(info.output_size[1:]) != row.output_shape:
        return f"differs in shape: torchinfo has {written(info.output_size[1:])}"
    if info.num_params not in (row.params, sum(map(prod, row.weights.values()))):
        return f"differs in parameters: torchinfo has {info.num_params}"
    if info.macs == row.macs:
        return ""
    # torchinfo's rule: every weight and bias, once per output position in a convolution, once in any other layer
    counted = [prod(shape) for name, shape in row.weights.items() if name in ("weight", "bias")]
    positions = prod(row.output_shape[1:]) if "Conv" in row.kind else 1
    if info.macs != sum(counted) * positions:
        return f"differs in MACs: torchinfo has {info.macs}"
    reasons = []
    if "ConvTranspose" in row.kind:
        reasons.append("counts weights per output position, not per input position")
    if row.macs == 0:
        learned = "a scale and a shift" if "bias" in row.weights else "a learned slope or scale"
        reasons.append(f"counts {learned} as MACs")
    elif "bias" in row.weights:
        reasons.append(f"adds the bias, {prod(row.weights['bias']) * positions}")
    if "Conv" not in row.kind and len(row.output_shape) > 1 and row.macs:
        reasons.append(f"leaves out the {prod(row.output_shape[:-1])} positions")
    return "torchinfo " + " and ".join(reasons)


def _figures(shape: Sequence[int], params: int, macs: int) -> str:
    return f"{written(shape)} · {params} · {macs}"


def _total(name: str, ours: int, torchs: int) -> RowAgreement:
    return RowAgreement(f"total {name}", ours == torchs, str(ours), str(torchs), "–", "")


def _count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
