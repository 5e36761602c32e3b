"""How many bytes a network takes: to keep, to run, to train; and the largest batch that fits.

Training keeps what torch's autograd saves for the backward pass: each layer says which of its input and output, and
what besides (`Layer.saves`, `Layer.saved_besides`). A tensor saved by several layers is kept once, and a view shares
its input's memory; of an input that is overwritten a copy is saved. In front of the first weight that learns nothing is
saved, and of a product only the factors whose partner learns. Running keeps the network's inputs, what some later row
still reads or is returned, and what a running module was given; what Python's variables hold longer is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

from cnnshapes.errors import InputError
from cnnshapes.layers.dropout import DropoutFamily

if TYPE_CHECKING:
    from cnnshapes.report import Report, Row

OPTIMIZERS: Final[dict[str, int]] = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}
"""Numbers that an optimizer keeps for each parameter."""
NUMBER_BYTES: Final[dict[str, int]] = {"float32": 4, "float16": 2, "bfloat16": 2}
"""Bytes of one number, by torch's name of its type."""
GIB: Final = 2**30
"""Bytes of a GiB, which GPUs are sold by."""
INDEX_BYTES: Final = 8
MARGIN: Final = 0.1
"""Share of a GPU left free for what is not counted: torch's own context, workspaces, fragments."""

_SAVED: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        (
            "add sub rsub iadd isub neg roll pad cat stack sum mean clone masked_fill where repeat flip pixel_shuffle "
            "sign floor ceil round "
            "new_zeros new_ones zeros_like ones_like arange eq ne lt le gt ge argmax ones zeros full setitem "
            "cumsum unfold fold all any is_all_true logical_and logical_not logical_or"
        ).split(),
        (),
    ),
    **dict.fromkeys(
        (
            "pow square abs log log2 log10 log1p sin cos erf gelu silu normalize clamp clip maximum minimum atan2 var "
            "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d"
        ).split(),
        ("input",),
    ),
    **dict.fromkeys("matmul bmm baddbmm einsum linear mul imul div truediv".split(), ("factor",)),
    **dict.fromkeys("softmax log_softmax sigmoid tanh tan exp expm1 sqrt rsqrt reciprocal relu".split(), ("output",)),
    **dict.fromkeys(
        "norm linalg_norm linalg_vector_norm std prod cumprod logsumexp amax amin scaled_dot_product_attention".split(),
        ("input", "output"),
    ),
}
"""What autograd keeps of torch's functions where they are no layer, such as on parts of examples."""
_ARRANGING: Final = frozenset("view reshape flatten unflatten squeeze unsqueeze".split())
_VIEWS: Final = _ARRANGING | frozenset(
    "permute transpose movedim swapaxes getitem select narrow expand unbind chunk split T mT".split()
)
"""Those of them that give the same memory."""
_KNOWN: Final = _SAVED.keys() | _VIEWS

_WRITING: Final = "setitem"
_ATTENTION: Final = "multi_head_attention_forward"
_PRODUCT: Final = "matmul"
_SUM_OF_PRODUCTS: Final = "einsum"
MATRICES: Final = 2
"""Dimensions of an example that `matmul` multiplies as they lie in memory; what has more is put in order first."""


@dataclass(frozen=True)
class Memory:
    """Bytes of a network.

    Attributes:
        parameters: its learned numbers.
        buffers: what it stores without learning it, such as running means.
        gradients: one number for each trainable parameter.
        optimizer: what the optimizer keeps beside them.
        inference: for one example, the most that is alive at once in a forward pass without gradients.
        training: for one example, what autograd saves until the backward pass.
        backward: for one example, the gradients of one layer's inputs and output, which the backward pass adds.
        assumed: the rows that have no layer of ours, for which inputs and output were counted as saved.
    """

    parameters: int
    buffers: int
    gradients: int
    optimizer: int
    inference: int
    training: int
    backward: int
    assumed: tuple[str, ...] = ()

    def total(self, batch: int, *, training: bool = True) -> int:
        """Bytes for a batch of examples, in training with gradients and the optimizer's state."""
        kept = self.parameters + self.buffers
        if training:
            return kept + self.gradients + self.optimizer + batch * (self.training + self.backward)
        return kept + batch * self.inference

    def largest_batch(self, gpu_bytes: int, *, training: bool = True, margin: float = MARGIN) -> int:
        """The most examples at once on a GPU of so many bytes, with a share `margin` of it left free; 0 if none fits.

        Raises:
            InputError: `margin` is not from 0 to below 1.
        """
        if not 0 <= margin < 1:
            raise InputError(f"margin is {margin}; it should be a share from 0 to below 1, such as {MARGIN}")
        room = int(gpu_bytes * (1 - margin)) - self.total(0, training=training)
        each = self.total(1, training=training) - self.total(0, training=training)
        return max(0, room // each) if each else 0

    def __str__(self) -> str:
        lines = {
            "Parameters": self.parameters,
            "Buffers": self.buffers,
            "Gradients": self.gradients,
            "Optimizer": self.optimizer,
            "Inference, per example": self.inference,
            "Training, per example": self.training + self.backward,
        }
        width = max(map(len, lines))
        return "\n".join(f"{name.ljust(width)}  {in_units(size)}" for name, size in lines.items())


def in_units(size: int) -> str:
    """`512 bytes`, `1.50 MiB`: bytes in the largest unit of 1,024 that leaves at least one."""
    value = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if value < 1024 or unit == "TiB":
            return f"{size} bytes" if unit == "bytes" else f"{value:,.2f} {unit}"
        value /= 1024
    raise AssertionError(size)


def memory_of(report: Report, *, number_bytes: int = 4, optimizer: str = "adam") -> Memory:
    """The memory of a network.

    Args:
        report: of the network.
        number_bytes: bytes of one number: 4 for float32, 2 for float16 and bfloat16.
        optimizer: `sgd`, `momentum`, `adam` or `adamw`.

    Raises:
        InputError: there is no such optimizer.
    """
    if optimizer not in OPTIMIZERS:
        raise InputError(f'there is no optimizer "{optimizer}" here; there is {", ".join(OPTIMIZERS)}')
    rows = report.rows
    storages, disordered = _storages(rows, training=False)
    work = max((row.activations + sum(map(prod, row.input_shapes)) for row in rows), default=0)
    return Memory(
        parameters=report.total_params * number_bytes,
        buffers=report.buffer_bytes if report.buffer_bytes is not None else _buffers(rows, number_bytes),
        gradients=report.trainable_params * number_bytes,
        optimizer=report.trainable_params * number_bytes * OPTIMIZERS[optimizer],
        inference=_peak(rows, storages, disordered, report, number_bytes),
        training=sum(kept_by_row(report, number_bytes=number_bytes).values()),
        backward=work * number_bytes,
        assumed=tuple(row.name for row in rows if row.layer is None and _function(row) not in _KNOWN),
    )


def kept_by_row(report: Report, *, number_bytes: int = 4) -> dict[str, int]:
    """Bytes that autograd keeps until the backward pass, for one example, by the row whose output or mask they are.

    The network's own input is under its name, `input`. They add up to `Memory.training`.

    Args:
        report: of the network.
        number_bytes: bytes of one number: 4 for float32, 2 for float16 and bfloat16.
    """
    storages, disordered = _storages(report.rows)
    sizes = {row.name: row.activations for row in report.rows}
    sizes |= {name: prod(shape) for name, shape in report.inputs.items()}
    outputs: dict[str, int] = {}  # numbers by the row whose memory it is
    besides: dict[str, int] = {}  # bytes
    differentiated: set[str] = set()
    for row in report.rows:
        if not _learns(row) and differentiated.isdisjoint(row.inputs):
            continue  # no gradient passes here, so nothing is kept for one
        differentiated.add(row.name)
        kept, (numbers, indices) = _saved(row)
        copied, of_weight = _copied(row, disordered)
        besides[row.name] = (numbers + of_weight) * number_bytes + indices * INDEX_BYTES
        for at, (source, shape) in enumerate(zip(row.inputs, row.input_shapes, strict=True)):
            others = row.inputs[:at] + row.inputs[at + 1 :]
            multiplied = not differentiated.isdisjoint(others) or _learns(row)
            if "input" not in kept and not ("factor" in kept and multiplied):
                continue
            home = storages.get(source, source)
            if getattr(row.layer, "inplace", False):
                besides[row.name] += row.activations * number_bytes  # what is overwritten is copied before
            elif copied[at]:
                besides[row.name] += copied[at] * number_bytes
            else:
                outputs[home] = sizes.get(home, prod(shape))  # of a part the whole stays
        if "output" in kept:
            outputs[storages[row.name]] = sizes[storages[row.name]]
    bytes_of = {name: numbers * number_bytes + besides.pop(name, 0) for name, numbers in outputs.items()}
    return {**bytes_of, **{name: size for name, size in besides.items() if size}}


def _learns(row: Row) -> bool:
    """Whether weights of the row are trained; such as it does not read first are, unless it has others that are not."""
    return row.trainable > 0 or (bool(row.weights) and not row.params)


def _saved(row: Row) -> tuple[tuple[str, ...], tuple[int, int]]:
    """What autograd keeps, as `Layer.saves` says it, and how many numbers and indices besides."""
    if row.layer is not None:
        return row.layer.keeps(row.output_shape), row.layer.saved_besides(row.output_shape, *row.input_shapes)
    function = _function(row)
    if function == _ATTENTION:
        return ("input",), (4 * row.activations, 0)  # its queries, keys and values, and what they give together
    if function == _SUM_OF_PRODUCTS:  # of two factors at a time; what they give is a factor of the next
        return ("factor",), (max(0, len(row.inputs) - 2) * row.activations, 0)
    return () if function in _VIEWS else _SAVED.get(function, ("input", "output")), (0, 0)


def _copied(row: Row, disordered: Set[str]) -> tuple[list[int], int]:
    """How many numbers of each input, and of a weight, a product copies so that each pair of matrices is in order."""
    if row.layer is not None or _function(row) != _PRODUCT:
        return [0] * len(row.inputs), 0
    copies = []
    output, pairs, of_weight = row.output_shape, prod(row.output_shape[:-2]), 0
    for source, shape in zip(row.inputs, row.input_shapes, strict=True):
        repeated = max(pairs, prod(shape[:-2])) * prod(shape[-2:])
        copied = len(shape) > MATRICES and (source in disordered or repeated > prod(shape))
        copies.append(repeated if copied else 0)
        if len(row.inputs) == 1 and MATRICES < len(shape) == len(output):
            matrix = shape[-2] * output[-2] if shape[-1] == output[-1] else shape[-1] * output[-1]
            of_weight = pairs * matrix if row.params > matrix else 0
    return copies, of_weight


def _storages(rows: Sequence[Row], *, training: bool = True) -> tuple[dict[str, str], set[str]]:
    """The row whose memory each row's output lies in, and the rows whose output is not in order there.

    It is its own, or that of what it views or overwrites. What is not in order, such as a transposed tensor, is copied
    before its dimensions are arranged anew.
    """
    found: dict[str, str] = {}
    disordered: set[str] = set()
    for row in rows:
        source = row.inputs[0] if row.inputs else row.name
        found[row.name] = row.name
        shares, arranges, reorders = _treatment(row)
        shares = shares or (not training and isinstance(row.layer, DropoutFamily))  # which then passes its input on
        if shares and not (arranges and source in disordered):
            found[row.name] = found.get(source, source)
            if reorders or source in disordered:
                disordered.add(row.name)
    return found, disordered


def _treatment(row: Row) -> tuple[bool, bool, bool]:
    """Whether a row gives its input's memory, arranges the dimensions anew, and gives them in another order."""
    if row.layer is not None:
        return row.layer.shares_memory, row.layer.needs_order, row.layer.strided
    function = _function(row)
    if function == _WRITING:
        return row.input_shapes[0] == row.output_shape, False, False  # else what it writes into was made afresh
    return function in _VIEWS, function in _ARRANGING, function in _VIEWS - _ARRANGING


def _function(row: Row) -> str:
    """The torch function of a row that is no layer: `add` for `add_`, `getitem` for `__getitem__`."""
    return row.kind.strip("_")


def _peak(
    rows: Sequence[Row], storages: dict[str, str], disordered: Set[str], report: Report, number_bytes: int
) -> int:
    """The most bytes alive at once: the network's inputs, which the caller holds, and what is still to be read.

    What a row makes besides, such as a padded copy or the indices of a max pooling, torch makes also where nobody keeps
    it.
    """
    last = _last_use(rows, storages, report.modules)
    last |= {storages[name]: len(rows) for name in report.returned if name in storages}
    kept = sum(prod(shape) for shape in report.inputs.values())
    alive: dict[str, int] = {}
    peak = kept * number_bytes
    for position, row in enumerate(rows):
        home = storages[row.name]
        if home not in report.inputs:
            alive.setdefault(home, row.activations)
        _, (numbers, indices) = _saved(row)
        if row.layer is not None:
            numbers = row.layer.works_with(*row.input_shapes)  # the rest is little, or for training
        copied, of_weight = _copied(row, disordered)
        numbers += kept + sum(alive.values()) + sum(copied) + of_weight
        peak = max(peak, numbers * number_bytes + indices * INDEX_BYTES)
        alive = {name: size for name, size in alive.items() if last[name] > position}
    return peak


def _last_use(rows: Sequence[Row], storages: Mapping[str, str], modules: Mapping[str, str]) -> dict[str, int]:
    """The position of the last row for which each memory is held: its last reader, or the last of a module given it.

    A call in Python holds its arguments until it returns.
    """
    last: dict[str, int] = {}
    ends: dict[str, int] = {}  # of the modules around a row, where their run of rows ends
    for position in range(len(rows) - 1, -1, -1):
        row = rows[position]
        ends = {path: ends.get(path, position) for path in _around(row.name) if path in modules}
        for source in (*row.inputs, row.name):
            until = [end for path, end in ends.items() if source != row.name and not source.startswith(f"{path}.")]
            home = storages.get(source, source)
            last[home] = max(last.get(home, 0), position, *until)
    return last


def _around(name: str) -> list[str]:
    """The paths of the modules around a row: `layer1` and `layer1.0` for `layer1.0.conv1`."""
    parts = name.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def _buffers(rows: Sequence[Row], number_bytes: int) -> int:
    """Bytes of the buffers that the layers say; a buffer of no dimension counts something, in 8 bytes."""
    total = 0
    for row in rows:
        if row.layer is not None:
            for shape in row.layer.buffers(*row.input_shapes).values():
                total += prod(shape) * number_bytes if shape else INDEX_BYTES
    return total
