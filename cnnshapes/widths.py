"""The widths of a whole network fitted to a budget of parameters, multiply–accumulates or GPU memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd, lcm
from typing import Final, NamedTuple

from cnnshapes.design import Design, Node
from cnnshapes.errors import Edit, InputError, ShapeError
from cnnshapes.memory import MARGIN, in_units
from cnnshapes.report import Report, report_of

BUDGETS: Final[dict[str, Callable[[Report, int], int]]] = {
    "parameters": lambda report, batch: report.total_params,
    "macs": lambda report, batch: report.total_macs,
    "memory": lambda report, batch: report.memory().total(batch),
}
"""What can be limited: learned numbers, multiply–accumulates of an example, bytes to train a batch with Adam."""
FACTORS: Final = tuple(2 ** (step / 4) for step in range(-16, 9))
"""Factors of the trade-off curve, from a sixteenth of the widths to four times."""
NARROWEST: Final = 2.0**-12
"""The factor that no network is tried below; it makes a width of 4,096 one."""
WIDEST: Final = 2.0**12
"""The factor that no network is tried above."""
CLOSE: Final = 1.0005
"""The search ends where the factors that fit and do not fit are this close."""


class Point(NamedTuple):
    """A network with all widths multiplied by a factor: what it costs.

    Attributes:
        factor: what the widths were multiplied by, before they were rounded.
        parameters: the learned numbers.
        macs: multiply–accumulates for one example.
        memory: bytes to train a batch with Adam.
    """

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
        before, after: what the one it started from costs, and what it does.
    """

    design: Design
    edits: tuple[Edit, ...]
    before: Point
    after: Point


def gpu_budget(gib: float) -> int:
    """The bytes that a batch may take on a GPU of so many GiB: all but what `memory.MARGIN` leaves free."""
    return int(gib * 2**30 * (1 - MARGIN))


def fit(design: Design, quantity: str, limit: int, *, batch: int = 32, multiple: int = 1) -> Fit:
    """The largest factor by which all widths can be multiplied within a budget.

    Widths are `out_channels` and `out_features` of all layers but those that decide what the network gives out, such as
    the number of classes. They stay multiples of the groups in the network; where they only fit together in proportion,
    as with channels that are concatenated and then added, they stay in proportion. Sizes that follow from them are left
    to follow.

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
    widths = _widths(design, start, multiple)
    least = measure(widths.report(NARROWEST), batch)
    if least > limit:
        told = in_units if quantity == "memory" else "{:,}".format
        raise InputError(
            f"even with the narrowest widths the network takes {told(least)}, more than {told(limit)}; "
            f"{_ways_out(quantity, batch, multiple)}"
        )
    factor = _largest(lambda factor: measure(widths.report(factor), batch), limit)
    edits = widths.edits(factor)
    fitted = design.with_edits(edits)
    return Fit(fitted, edits, _point(1, start, batch), _point(factor, report_of(fitted), batch))


def _ways_out(quantity: str, batch: int, multiple: int) -> str:
    """What helps where not even the narrowest fits."""
    if multiple > 1:
        return f"widths that need not be multiples of {multiple} can be narrower"
    if quantity == "memory" and batch > 1:
        return "take fewer pictures at once, leave layers out or pool earlier"
    return "leave layers out or pool earlier"


def curve(design: Design, *, batch: int = 32, multiple: int = 1) -> tuple[Point, ...]:
    """What a network costs with its widths multiplied by each of `FACTORS`, as `fit` multiplies them.

    Raises:
        InputError: there is no width to change.
        ShapeError: the design cannot be computed.
    """
    widths = _widths(design, report_of(design), multiple)
    return tuple(_point(factor, widths.report(factor), batch) for factor in FACTORS)


def _point(factor: float, report: Report, batch: int) -> Point:
    return Point(factor, *(measure(report, batch) for measure in BUDGETS.values()))


def _largest(cost: Callable[[float], int], limit: int) -> float:
    """The largest factor whose cost is within the limit, to a share of `CLOSE`.

    Costs grow nearly as a power of the factor, so a straight line through the logarithms of what is known says where to
    look next: a little to either side of where it crosses the limit, so that both ends of the interval close in.
    """
    low, high = NARROWEST, WIDEST
    if cost(high) <= limit:
        return high
    near, power = 1.0, 2.0
    for step in range(64):
        if not low < near < high:
            near = (low * high) ** 0.5
        found = cost(near)
        low, high = (near, high) if found <= limit else (low, near)
        if high / low < CLOSE:
            break
        aside = CLOSE**0.4 if found <= limit else CLOSE**-0.4
        near = near * (max(limit, 1) / max(found, 1)) ** (1 / power) * aside if step % 4 != 3 else (low * high) ** 0.5
    return low


# ---- which widths there are, and what has to change with them -------------------------------------------------------

OWN: Final = ("out_channels", "out_features")
"""Arguments that are a width."""
FOLLOWING: Final = ("in_channels", "in_features", "num_features", "num_channels")
"""Arguments that a width before the layer decides."""


@dataclass(frozen=True)
class _Widths:
    """The widths of a design.

    Attributes:
        design: the network.
        fields: node, argument and value of each width, and of the groups that go along with one.
        following: the edits that let other sizes follow.
        multiple: what all widths are to be divisible by.
        base: what all widths are kept in proportion by; 0 where each is rounded by itself.
    """

    design: Design
    fields: tuple[tuple[str, str, int], ...]
    following: tuple[Edit, ...]
    multiple: int
    base: int = 0

    def edits(self, factor: float) -> tuple[Edit, ...]:
        """The edits that multiply all widths."""
        return (*self.following, *(Edit(field, self.width(width, factor), node) for node, field, width in self.fields))

    def width(self, width: int, factor: float) -> int:
        """A width times a factor, as a multiple of what all groups divide, at least one."""
        base = self.base or width
        return width // base * max(1, round(base * factor / self.multiple)) * self.multiple

    def report(self, factor: float) -> Report:
        """The report of the design with all widths multiplied.

        Raises:
            ShapeError: some size does not go along.
        """
        return report_of(self.design.with_edits(self.edits(factor)))


def _widths(design: Design, report: Report, multiple: int) -> _Widths:
    """The widths of a design, kept in proportion only where they do not fit together otherwise.

    Raises:
        InputError: there is none to change, or something else holds them.
    """
    channels = {row.name: row.input_shapes[0][0] for row in report}
    depthwise = {node.name for node in design if _is_depthwise(node, channels[node.name])}
    given = _deciding_the_output(design, depthwise)
    fields: list[tuple[str, str, int]] = []
    multiples = [multiple]
    for node in design:
        if node.name not in given:
            fields += [(node.name, field, getattr(node.layer, field)) for field in _own(node)]
        groups = getattr(node.layer, "groups", getattr(node.layer, "num_groups", 1))
        if node.name in depthwise:
            fields += [(node.name, "groups", groups)] if node.name not in given else []
        else:
            multiples += [groups, getattr(node.layer, "upscale_factor", 1) ** 2]
    if not fields:
        raise InputError(f"{design.name} has no width to change: its only ones decide what it gives out")
    free = _Widths(design, tuple(fields), _following(design), lcm(*multiples))
    base = gcd(*(width for _, _, width in fields))
    tied = _Widths(design, free.fields, free.following, free.multiple, base)
    for widths in (free, tied):
        try:
            for factor in (0.29, 0.37, 0.43):  # no width of some use comes out even at all of them
                widths.report(factor)
        except ShapeError as error:
            held = error
        else:
            return widths
    raise InputError(f"the widths of {design.name} cannot be multiplied together: {held}") from held


def _own(node: Node) -> list[str]:
    return [field for field in OWN if field in node.layer.arguments()]


def _is_depthwise(node: Node, channels: int) -> bool:
    """Whether each channel is a group of its own, and one that an earlier width decides."""
    return getattr(node.layer, "groups", 1) == channels > 1 and bool(_own(node)) and node.inputs != ("input",)


def _deciding_the_output(design: Design, depthwise: set[str]) -> set[str]:
    """The nodes on which the channels of what the network gives out depend: back from each end to the next widths."""
    read = {source for node in design for source in node.inputs}
    reached = {node.name for node in design if node.name not in read}
    for node in reversed(design.nodes):
        if node.name in reached and (node.name in depthwise or not _own(node)):
            reached.update(node.inputs)
    return reached


def _following(design: Design) -> tuple[Edit, ...]:
    return tuple(
        Edit(field, None, node.name)
        for node in design
        for field in FOLLOWING
        if getattr(node.layer, field, None) is not None and node.layer.arguments()[field].optional
    )
