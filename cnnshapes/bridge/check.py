"""Hold a report against torch and against torchinfo, row by row.

Torch is asked twice. Its own kernels compute every operation on the meta device, which gives a shape and a count for
each row; and the model runs once more as it is, unwatched, with hooks on its modules and torch's FlopCounterMode
around, which gives the shape of every module and the total. Small models run that second time on the CPU.

torchinfo counts by a rule of its own. A number of it that its rule gives for the same layer is no disagreement; the
note says in what the two differ. Only what neither explains is reported as a difference.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnshapes.bridge.build import build
from cnnshapes.bridge.failing import refusal
from cnnshapes.bridge.inputs import Inputs, inputs_of
from cnnshapes.bridge.moves import unspread
from cnnshapes.bridge.one_device import Staying
from cnnshapes.bridge.read import read, settled
from cnnshapes.bridge.stand_ins import is_mapped
from cnnshapes.bridge.state import on_device, untouched
from cnnshapes.bridge.survey import COMPILED, Survey, numbers_of
from cnnshapes.design import Design
from cnnshapes.layers.base import Shape, written
from cnnshapes.layers.reshaping import Identity
from cnnshapes.report import Report, Row, report_of

SMALL_MACS = 50_000_000
SMALL_PARAMS = 2_000_000
"""A model within both runs on the CPU with real numbers; a larger one on the meta device."""
_NO_GROUP: tuple[str, tuple[Row, ...]] = ("", ())
REAL_BATCH = 2
"""Examples in the unwatched run; torchinfo and FlopCounterMode are given one."""


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


def check(model: Design | nn.Module, input_shape: Any = None, *, dtype: Any = None) -> Agreement:
    """Hold every row of a network's report against torch and torchinfo.

    Args:
        model: a design, which is built as a torch module, or a module, which stays untouched.
        input_shape: for a module, as `cnnshapes.summary` takes it.
        dtype: for a module, the type of the input's numbers.

    Raises:
        ShapeError: the network cannot be computed.
        InputError: `model` is neither, or there is no shape.
    """
    if isinstance(model, Design):
        design = model if input_shape is None else model.with_input(input_shape)
        report = report_of(design)
        input_shape = report.input_shape
        with torch.device("meta"):
            module = build(design)
    else:
        report = read(model, input_shape, dtype=dtype)
        module = getattr(model, COMPILED, model)
        if Survey(module).lazy:
            module = settled(module, input_shape, dtype)
    by_torch = read(module, input_shape, dtype=dtype, by_formula=False)
    has_data = isinstance(model, Design) or not any(tensor.is_meta for tensor in module.parameters())
    small = report.total_macs <= SMALL_MACS and report.total_params <= SMALL_PARAMS and has_data
    device = "cpu" if small else "meta"
    inputs = inputs_of(input_shape, dtype, numbers_of(module))
    batch = report.batch or REAL_BATCH
    seen = _shapes(module, inputs, batch, device)
    counted = report.batch or 1
    macs = _count_macs(module, inputs, counted)
    infos, error = _torchinfo(module, inputs)
    groups = _groups(report, {*seen, *infos})
    lendable = _lendable(module, report, infos)
    constant: set[str] = set()  # rows that read no input, which have no batch
    for row in report:
        if constant.issuperset(filter(None, row.inputs)):
            constant.add(row.name)
    rows = tuple(
        _held(
            row,
            by_torch,
            groups.get(row.name, ("", ())),
            seen,
            infos,
            lendable,
            batch,
            batched=row.name not in constant,
        )
        for row in report
    )
    once = sum(row.macs for row in report if row.name in constant)  # however many examples there are
    macs = (macs - once) // counted + once
    totals = (
        _total("parameters", report.total_params, sum(parameter.numel() for parameter in module.parameters())),
        _total("MACs", report.total_macs, macs),
    )
    return Agreement(report.name, device, rows, totals, error)


def _groups(report: Report, paths: Collection[str]) -> dict[str, tuple[str, tuple[Row, ...]]]:
    """By the name of the first of them, a module's path and all rows of its first call."""
    groups: dict[str, tuple[str, tuple[Row, ...]]] = {}
    for path in sorted(paths, key=len):
        rows = tuple(row for row in report if not path or row.name == path or row.name.startswith(f"{path}."))
        if rows:
            groups[rows[0].name] = path, rows  # of modules that start with one row, the innermost
    return groups


def _lendable(module: nn.Module, report: Report, leaves: Collection[str]) -> list[int]:
    """How many numbers each parameter holds that is of no leaf with a row, such as a vector that only weights read."""
    names = [row.name for row in report]
    insides = [(leaf, (f"{leaf}.", f"{leaf}#")) for leaf in leaves]
    standing = tuple(
        f"{leaf}." for leaf, inside in insides if any(name == leaf or name.startswith(inside) for name in names)
    )
    return [parameter.numel() for name, parameter in module.named_parameters() if not name.startswith(standing)]


def _add_up(parts: Sequence[int], total: int) -> bool:
    """Whether some of the parts add up to a total above 0."""
    sums = {0}
    for part in parts if total > 0 else ():
        sums |= {found + part for found in sums if found + part <= total}
    return total > 0 and total in sums


def _tensors(inputs: Inputs, batch: int, device: str) -> tuple[list[Any], dict[str, Any]]:
    """The positional and the keyword arguments of a forward."""
    return inputs.filled(lambda one: torch.zeros((batch, *one.shape), dtype=one.dtype, device=device))


def _shapes(model: nn.Module, inputs: Inputs, batch: int, device: str) -> dict[str, Shape]:
    """Run a model unwatched: the output shape of each module by its path, batch included, at its first call."""
    seen: dict[str, Shape] = {}
    positional, named = _tensors(inputs, batch, device)
    with _running(model, device), contextlib.ExitStack() as hooks:
        for path, module in model.named_modules():

            def note(_module: nn.Module, _args: Any, output: Any, path: str = path) -> None:
                if isinstance(output, Tensor) and not is_mapped(output):
                    seen.setdefault(path, tuple(output.shape))

            hooks.enter_context(module.register_forward_hook(note))
        _run(model, positional, named)
    return seen


def _run(model: nn.Module, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
    """Run a model.

    Raises:
        ShapeError, ReadError: it fails, which no pass without data has met.
    """
    try:
        model(*positional, **named)
    except Exception as error:
        raise refusal(error, "") from error


@contextlib.contextmanager
def _running(model: nn.Module, device: str) -> Iterator[None]:
    """Let a model run on a device, all of it whatever it names, and leave nothing of that on it."""
    modules = list(model.modules())
    with untouched(modules), on_device(unspread(model), device) as own, Staying(device, own):
        yield


def _count_macs(model: nn.Module, inputs: Inputs, batch: int) -> int:
    positional, named = _tensors(inputs, batch, "meta")
    with _running(model, "meta"), FlopCounterMode(display=False) as counter:
        _run(model, positional, named)
    return int(counter.get_total_flops()) // 2


class _Info(NamedTuple):
    """What torchinfo says of a module, batch included.

    Attributes:
        class_name, output_size, num_params, macs: as torchinfo has them.
        by_rule: the MACs that its own rule gives (`_by_torchinfos_rule`).
        sizes: how many numbers each parameter of the module holds.
    """

    class_name: str
    output_size: Shape
    num_params: int
    macs: int
    by_rule: int
    sizes: tuple[int, ...]


def _torchinfo(model: nn.Module, inputs: Inputs) -> tuple[dict[str, _Info], str]:
    """The rows of torchinfo by path, and why it failed where it did."""
    import torchinfo

    paths = {id(module): path for path, module in model.named_modules()}
    positional, named = _tensors(inputs, 1, "meta")
    data: Any = named or (positional[0] if len(positional) == 1 and isinstance(positional[0], Tensor) else positional)
    try:
        with _running(model, "meta"), contextlib.redirect_stdout(None):
            statistics = torchinfo.summary(model, input_data=data, device="meta", verbose=0, mode="eval")
    except Exception as error:  # whatever another library raises is what there is to report
        return {}, str(error.__cause__ or error).splitlines()[0]
    # torchinfo keeps the last model of each class name, which would never be freed
    getattr(torchinfo.torchinfo, "_cached_forward_pass", {}).pop(type(model).__name__, None)
    infos: dict[str, _Info] = {}
    for layer in statistics.summary_list:
        if layer.layer_id in paths and layer.is_leaf_layer:
            size = tuple(layer.output_size)
            rule = _by_torchinfos_rule(layer.class_name, size, layer.module)
            sizes = tuple(parameter.numel() for parameter in layer.module.parameters())
            info = _Info(layer.class_name, size, layer.num_params, layer.macs, rule, sizes)
            infos.setdefault(paths[layer.layer_id], info)
    return infos, ""


def _held(
    row: Row,
    by_torch: Report,
    group: tuple[str, tuple[Row, ...]],
    seen: Mapping[str, Shape],
    infos: Mapping[str, _Info],
    lendable: Sequence[int],
    batch: int,
    *,
    batched: bool,
) -> RowAgreement:
    """Hold a row against torch's, and the module that starts with it against the real forward and torchinfo."""
    ours = _figures(row.output_shape, row.params, row.macs)
    try:
        theirs = by_torch[row.name]
    except KeyError:
        if isinstance(row.layer, Identity):
            return RowAgreement(row.name, True, ours, "–", "–", "torch computes nothing here")
        return RowAgreement(row.name, False, ours, "–", "–", "torch has no such operation")
    torchs = _figures(theirs.output_shape, theirs.params, theirs.macs)
    notes = []
    agrees = ours == torchs
    path, rows = group
    info = infos.get(path)
    real = seen.get(path)
    alone = not batched or row.name != path  # it, or what of its module the row reads, may have no batch
    if len(rows) == 1 and real is not None:
        found = _of_one(real, batch, row.output_shape, alone=alone)
        if found != row.output_shape:
            agrees = False
            notes.append(f"the real forward gave {written(found)}")
    shown = "–"
    if info is not None and rows:
        size = _of_one(info.output_size, 1, row.output_shape, alone=alone)
        shown = _figures(size, info.num_params, info.macs)
        more = sum(each.params for each in rows) - info.num_params
        lent = more if _add_up(lendable, more) or _add_up(info.sizes, -more) else 0
        if lent > 0:
            notes.append(f"{lent} parameters more than the module's own, of weights that no row reads before")
        elif lent:
            notes.append(f"{-lent} of the module's own parameters count where a row before reads them")
        if len(rows) == 1:
            note = _against_torchinfo(row, size, info, lent)
        else:
            note = _module_against_torchinfo(path, rows, info, lent)
        agrees = agrees and not note.startswith("differs")
        notes.append(note)
    elif row.macs and infos and not any(not leaf or row.name.startswith(f"{leaf}.") for leaf in infos):
        notes.append("torchinfo counts modules without children alone, and leaves this out")
    return RowAgreement(row.name, agrees, ours, torchs, shown, "; ".join(filter(None, notes)))


def _of_one(shape: Shape, batch: int, expected: Shape, *, alone: bool) -> Shape:
    """The shape of one example, whose batch is the first dimension unless another reading gives what is expected.

    The batch may be a later dimension, as in a sequence, or folded into one, as in attention over windows; what is made
    of weights alone may have none, unless it was repeated for each example, as queries are.
    """
    if alone and shape == expected:
        return expected
    for axis, size in enumerate(shape):
        before, after = shape[:axis], shape[axis + 1 :]
        leading = size == batch and (*before, *after) == expected
        folded = size % batch == 0 and (*before, size // batch, *after) == expected
        if leading or folded:
            return expected
    return shape[1:]


def _against_torchinfo(row: Row, size: Shape, info: _Info, lent: int) -> str:
    """Why torchinfo has another number: "" where it has none, `differs …` where its own rule does not explain it.

    `lent` of the row's parameters are not the module's; below 0, so many of the module's count in another row.
    """
    if size != row.output_shape:
        return f"differs in shape: torchinfo has {written(size)}"
    if info.num_params not in (row.params - lent, sum(map(prod, row.weights.values()))):
        return f"differs in parameters: torchinfo has {info.num_params}"
    if info.macs == row.macs:
        return ""
    if info.macs != info.by_rule:
        return f"differs in MACs: torchinfo has {info.macs}"
    if row.layer is None or row.kind not in info.class_name:
        return f"torchinfo counts {info.macs} MACs, from the parameters of {info.class_name} alone"
    reasons = []
    if "ConvTranspose" in row.kind:
        reasons.append("counts weights per output position, not per input position")
    if row.macs == 0:
        learned = "a scale and a shift" if "bias" in row.weights else "a learned slope or scale"
        reasons.append(f"counts {learned} as MACs")
    elif "bias" in row.weights:
        positions = prod(row.output_shape[1:]) if "Conv" in row.kind else 1
        reasons.append(f"adds the bias, {prod(row.weights['bias']) * positions}")
    if "Conv" not in row.kind and len(row.output_shape) > 1 and row.macs:
        reasons.append(f"leaves out the {prod(row.output_shape[:-1])} positions")
    return "torchinfo " + " and ".join(reasons)


def _module_against_torchinfo(path: str, rows: Sequence[Row], info: _Info, lent: int) -> str:
    """The same for a module of several rows, which torchinfo has as one."""
    if info.num_params != sum(row.params for row in rows) - lent:
        return f"differs in parameters of {path}: torchinfo has {info.num_params}"
    macs = sum(row.macs for row in rows)
    if info.macs == macs:
        return ""
    if info.macs != info.by_rule:
        return f"differs in MACs of {path}: torchinfo has {info.macs}, its rows {macs}"
    return (
        f"torchinfo counts {info.macs} MACs for {path or 'the model'}, from the parameters of {info.class_name} alone"
    )


def _by_torchinfos_rule(class_name: str, size: Shape, module: nn.Module) -> int:
    """What torchinfo's own rule gives for one example.

    Each weight and bias counts once per position of the output in a class called Conv, once in any other; and once per
    step of the sequence where `weight` or `bias` is but a part of the parameter's name, as in an LSTM.
    """
    total = 0
    for name, parameter in module.named_parameters():
        if name in ("weight", "bias"):
            times = prod(size[:1] + size[2:]) if "Conv" in class_name else size[0]
        elif "weight" in name or "bias" in name:
            times = prod(size[:2])
        else:
            times = 0
        total += int(parameter.numel() * times)
    return total


def _figures(shape: Sequence[int], params: int, macs: int) -> str:
    return f"{written(shape)} · {params} · {macs}"


def _total(name: str, ours: int, torchs: int) -> RowAgreement:
    return RowAgreement(f"total {name}", ours == torchs, str(ours), str(torchs), "–", "")
