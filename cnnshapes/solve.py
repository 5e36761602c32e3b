"""Questions backwards: which window gives this size, which picture fits this Linear, which widths fit this budget."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import lcm
from typing import Any, Final, NamedTuple

from cnnshapes import arithmetic
from cnnshapes.design import Design
from cnnshapes.errors import Edit, InputError, ShapeError
from cnnshapes.layers.base import Shape
from cnnshapes.report import Report, report_of, rows

# ---- windows --------------------------------------------------------------------------------------------------------

KERNELS: Final = range(1, 12)
STRIDES: Final = range(1, 9)
DILATIONS: Final = range(1, 5)


class Setting(NamedTuple):
    """A window along one axis.

    Attributes:
        kernel_size, stride, padding, dilation: as torch has them.
        dropped: input positions at the far end that no window reaches.
    """

    kernel_size: int
    stride: int
    padding: int
    dilation: int
    dropped: int

    def __str__(self) -> str:
        """The formula with the numbers: `kernel_size=3, stride=2, padding=1`."""
        parts = [f"kernel_size={self.kernel_size}", f"stride={self.stride}", f"padding={self.padding}"]
        return ", ".join(parts + ([f"dilation={self.dilation}"] if self.dilation != 1 else []))


def settings(size: int, wanted: int, *, pooling: bool = False) -> list[Setting]:
    """All windows that take one size to another, the plainest first.

    Kernels up to 11, strides up to 8, dilations up to 4 are tried, with paddings up to the window itself, or for a
    pooling up to half of the kernel, as torch allows. A kernel of 1 is left undilated.

    Args:
        size: positions of the input along an axis.
        wanted: positions of the output.
        pooling: whether the window is a pooling's.

    Raises:
        InputError: a size is less than 1.
    """
    if size < 1 or wanted < 1:
        raise InputError("both sizes should be 1 or more")
    found = []
    for kernel, stride, dilation in itertools.product(KERNELS, STRIDES, DILATIONS):
        if (kernel == 1 and dilation > 1) or (wanted == 1 and stride > max(1, kernel)):
            continue
        span = arithmetic.span(kernel, dilation)
        most = kernel // 2 if pooling else span - 1
        for padding in range(most + 1):
            if size + 2 * padding >= span and arithmetic.window(size, kernel, stride, 2 * padding, dilation) == wanted:
                lost = arithmetic.dropped(size, kernel, stride, 2 * padding, padding, dilation)
                found.append(Setting(kernel, stride, padding, dilation, lost))
    return sorted(found, key=_plainness)


def _plainness(setting: Setting) -> tuple[Any, ...]:
    """Windows that everyone would write first come first."""
    kernel, stride, padding, dilation, dropped = setting
    usual = kernel in (1, 2, 3, 5, 7, 11) and stride in (1, 2, 4)
    centred = 2 * padding in (0, dilation * (kernel - 1))
    return (
        dilation != 1,
        dropped > 0,
        stride > kernel,
        not usual,
        not centred,
        kernel not in (3, 2),
        kernel,
        stride,
        padding,
    )


class Same(NamedTuple):
    """What keeps a size.

    Attributes:
        padding: torch's argument; None where no equal padding of both ends does.
        before, after: what has to be added at the two ends.
        size: what comes out.
        why: a sentence where `padding` is None, "" where not.
    """

    padding: int | None
    before: int
    after: int
    size: int
    why: str


def same_padding(size: int, kernel_size: int, stride: int = 1, dilation: int = 1) -> Same:
    """The padding by which a window gives ⌈size / stride⌉ positions, as "same" means it.

    Source: D·(F − 1) zeros at stride 1 [torch Conv2d]; (⌈W/S⌉ − 1)·S + D·(F − 1) + 1 − W at others [TensorFlow's SAME].

    Raises:
        InputError: a number is less than 1.
    """
    if min(size, kernel_size, stride, dilation) < 1:
        raise InputError("size, kernel_size, stride and dilation should be 1 or more")
    wanted = -(-size // stride)
    span = arithmetic.span(kernel_size, dilation)
    both = max(0, (wanted - 1) * stride + span - size)
    before, after = both // 2, both - both // 2
    for padding in (before, after):
        if size + 2 * padding >= span and arithmetic.window(size, kernel_size, stride, 2 * padding, dilation) == wanted:
            return Same(padding, before, after, wanted, "")
    uneven = f"{before} at the near end and {after} at the far one, which no padding of both ends alike gives"
    if stride == 1:
        why = f'it takes {uneven}; padding="same" does'
    else:
        why = f'it takes {uneven}; torch has padding="same" at stride 1 only, so put a ZeroPad before it'
    return Same(None, before, after, wanted, why)


# ---- inputs ---------------------------------------------------------------------------------------------------------

LARGEST: Final = 512
"""Sides of pictures are tried up to this."""


def input_sizes(design: Design, node: str, features: int, largest: int = LARGEST) -> list[Shape]:
    """The square inputs for which a Linear of a design is reached by so many features.

    Args:
        design: the network; `in_features` of the Linear itself are not looked at.
        node: the Linear.
        features: how many should reach it.
        largest: the largest side tried.

    Raises:
        DesignError: there is no such node.
    """
    at = design.index(node)
    source = design.nodes[at].inputs[0]
    upto = Design(design.name, design.input_shape, design.nodes[:at])
    dims = len(design.input_shape) - 1
    if not dims:
        return [(features,)] if source == "input" else []
    found = []
    for side in range(1, largest + 1):
        shape = (design.input_shape[0], *(side,) * dims)
        try:
            reached = {row.name: row.output_shape for row in rows(upto.with_input(shape))}
        except ShapeError:
            continue
        output = reached.get(source, shape)
        if output[-1] == features and len(output) == 1:
            found.append(shape)
        elif len(output) == 1 and output[-1] > 4 * features:
            break  # larger pictures only bring more
    return found


# ---- widths ---------------------------------------------------------------------------------------------------------

BUDGETS: Final[dict[str, Callable[[Report, int], int]]] = {
    "parameters": lambda report, batch: report.total_params,
    "macs": lambda report, batch: report.total_macs,
    "memory": lambda report, batch: report.memory().total(batch),
}
"""What can be limited: learned numbers, multiply–accumulates of an example, bytes to train a batch with Adam."""
FACTORS: Final = tuple(2 ** (step / 4) for step in range(-16, 13))
"""Factors of the trade-off curve, from a sixteenth of the widths to eight times."""
SEARCHED: Final = 16
"""Halvings in search of the largest factor."""


@dataclass(frozen=True)
class Point:
    """A network with all widths multiplied by a factor: what it costs."""

    factor: float
    parameters: int
    macs: int
    memory: int


@dataclass(frozen=True)
class Fit:
    """The widest network within a budget.

    Attributes:
        design: the network.
        edits: what turns the one it started from into it, to be done as one step.
        factor: what the widths were multiplied by, before they were rounded.
        used: what it takes of the budget.
        curve: what it costs at other factors.
    """

    design: Design
    edits: tuple[Edit, ...]
    factor: float
    used: int
    curve: tuple[Point, ...]


def fit(design: Design, quantity: str, limit: int, *, batch: int = 32, multiple: int = 1) -> Fit:
    """The largest factor by which all widths can be multiplied within a budget.

    Widths are `out_channels` and `out_features` of all layers but those whose width is the number of classes: the last
    that has one, and those that nobody reads. They stay multiples of the groups in the network. Sizes that follow from
    them are left to follow.

    Args:
        design: the network to start from.
        quantity: `parameters`, `macs` or `memory` (bytes to train `batch` examples with Adam).
        limit: the most it may take.
        batch: examples at once, for `memory`.
        multiple: widths are rounded to multiples of it, 8 for fast GPUs.

    Raises:
        InputError: there is no such quantity, no width to change, or not even the narrowest fits; says what it takes.
        ShapeError: the design cannot be computed.
    """
    measure = BUDGETS.get(quantity)
    if measure is None:
        raise InputError(f'there is no budget of "{quantity}"; there is one of {", ".join(BUDGETS)}')
    start = report_of(design)
    widths = _Widths(design, start, multiple)
    if not widths.fields:
        raise InputError(f"{design.name} has no width to change: its only one is the number of classes")

    def cost(factor: float) -> int:
        return measure(widths.report(factor), batch)

    low, high = FACTORS[0] / 16, FACTORS[-1]
    least = cost(low)
    if least > limit:
        raise InputError(f"even the narrowest takes {least:,}, more than {limit:,}; leave layers out or pool earlier")
    while cost(high) <= limit and high < 1e6:
        low, high = high, high * 2
    for _ in range(SEARCHED):
        middle = (low * high) ** 0.5
        if cost(middle) <= limit:
            low = middle
        else:
            high = middle
    edits = widths.edits(low)
    fitted = design.with_edits(edits)
    return Fit(fitted, edits, low, cost(low), tuple(_curve(widths, batch)))


def _curve(widths: _Widths, batch: int) -> Iterator[Point]:
    for factor in FACTORS:
        report = widths.report(factor)
        yield Point(factor, *(measure(report, batch) for measure in BUDGETS.values()))


class _Widths:
    """The widths of a design, and what else has to change with them."""

    OWN: Final = ("out_channels", "out_features")
    FOLLOWING: Final = ("in_channels", "in_features", "num_features", "num_channels")

    def __init__(self, design: Design, report: Report, multiple: int) -> None:
        self.design = design
        self.fields: list[tuple[str, str, int]] = []
        self.other: list[Edit] = []
        self.depthwise: list[tuple[str, int]] = []
        grouping = [multiple]
        reached = {row.name: row.input_shapes[0] for row in report}
        for node in design:
            arguments = node.layer.arguments()
            channels = reached[node.name][0]
            for field in self.OWN:
                if field in arguments:
                    self.fields.append((node.name, field, getattr(node.layer, field)))
            self.other += [
                Edit(field, None, node.name)
                for field in self.FOLLOWING
                if field in arguments and arguments[field].optional and getattr(node.layer, field) is not None
            ]
            groups = getattr(node.layer, "groups", getattr(node.layer, "num_groups", 1))
            if "groups" in arguments and groups == channels > 1 and node.inputs != ("input",):
                self.depthwise.append((node.name, groups))
            elif groups > 1:
                grouping.append(groups)
        read = {source for node in design for source in node.inputs}
        self.fields = [field for field in self.fields[:-1] if field[0] in read]
        self.multiple = lcm(*grouping)

    def edits(self, factor: float) -> tuple[Edit, ...]:
        """The edits that multiply all widths."""
        own = [Edit(field, self.width(width, factor), node) for node, field, width in self.fields]
        groups = [Edit("groups", self.width(width, factor), node) for node, width in self.depthwise]
        return (*self.other, *own, *groups)

    def report(self, factor: float) -> Report:
        """The report of the design with all widths multiplied.

        Raises:
            InputError: some size does not go along.
        """
        try:
            return report_of(self.design.with_edits(self.edits(factor)))
        except ShapeError as error:
            raise InputError(f"the widths of {self.design.name} cannot be multiplied together: {error}") from error

    def width(self, width: int, factor: float) -> int:
        """A width times a factor, as a multiple of what all groups divide."""
        return max(1, round(width * factor / self.multiple)) * self.multiple
