"""What convolution and pooling share: a window that slides over each axis."""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from cnnshapes import arithmetic, receptive_field
from cnnshapes.errors import Edit, Repair, WindowError
from cnnshapes.layers.base import Shape, Spatial, sizes_text, written
from cnnshapes.receptive_field import ReceptiveField


class Geometry(NamedTuple):
    """A window, one number per axis: `both` is what padding adds at the two ends together, `before` the near end's."""

    kernel_size: tuple[int, ...]
    stride: tuple[int, ...]
    before: tuple[int, ...]
    both: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool = False


class Window(Spatial):
    """A layer that slides a window: convolutions and poolings."""

    @property
    @abstractmethod
    def geometry(self) -> Geometry:
        """The window, one number per axis."""

    def positions(self, shape: Shape) -> tuple[int, ...]:
        """How many positions the window takes along each axis of an input.

        Raises:
            WindowError: the window does not fit.
        """
        window = self.geometry
        formula = arithmetic.ceil_window if window.ceil_mode else arithmetic.window
        result = tuple(map(formula, shape[1:], window.kernel_size, window.stride, window.both, window.dilation))
        if min(result) < 1:
            raise self._misfit(shape[1:])
        return result

    def receptive_field(
        self, fields: Sequence[ReceptiveField], inputs: Sequence[Shape], output: Shape
    ) -> ReceptiveField:
        kernel_size, stride, before, _, dilation, _ = self.geometry
        return receptive_field.through_window(fields[0], inputs[0], kernel_size, stride, before, dilation)

    def remarks(self, *inputs: Shape) -> list[str]:
        """Pixels that no window reaches, at the far border and between windows."""
        kernel_size, stride, before, both, dilation, ceil_mode = self.geometry
        remarks = []
        names = {1: ("position",), 2: ("row", "column"), 3: ("slice", "row", "column")}[self.dims]
        lost = [
            0 if ceil_mode else arithmetic.dropped(size, k, s, p, p - b, d)
            for size, k, s, p, b, d in zip(inputs[0][1:], kernel_size, stride, both, before, dilation, strict=True)
        ]
        parts = [name if count == 1 else f"{count} {name}s" for count, name in zip(lost, names, strict=True) if count]
        if ceil_mode and any(map(self._left_out, inputs[0][1:], self.positions(inputs[0]), range(self.dims))):
            remarks.append("a last window that would start in the padding is left out")
        if parts:
            remarks.append(f"the floor drops the last {' and '.join(parts)} of the {written(inputs[0][1:])} input")
        if any(map(operator.gt, stride, self.reach)):
            remarks.append("the stride is larger than the kernel, so positions between the windows are never read")
        return remarks

    def _left_out(self, size: int, positions: int, axis: int) -> bool:
        """Whether ceil_mode would have one more window along this axis, were it not for the padding it starts in."""
        _, stride, _, both, _, _ = self.geometry
        reached = (positions - 1) * stride[axis] + self.reach[axis]
        return reached < size + both[axis] and arithmetic.starts_in_padding(
            positions + 1, size, stride[axis], both[axis]
        )

    @property
    def reach(self) -> tuple[int, ...]:
        """Positions from the first to the last one the kernel touches, along each axis."""
        return tuple(map(arithmetic.span, self.geometry.kernel_size, self.geometry.dilation))

    def _misfit(self, found: tuple[int, ...]) -> WindowError:
        kernel_size, _, before, both, dilation, _ = self.geometry
        padded = tuple(size + extra for size, extra in zip(found, both, strict=True))
        reach = self.reach
        dilated = f" (spanning {'×'.join(map(str, reach))})" if reach != kernel_size else ""
        padding = f" with padding {sizes_text(uniform(before))}" if any(both) else ""
        repairs = []
        arguments = self.arguments()
        needed = uniform([max(b, b - (-(r - w) // 2)) for b, r, w in zip(before, reach, padded, strict=True)])
        if "padding" in arguments and self._may_pad(needed):
            repairs.append(Repair(f"padding ≥ {sizes_text(needed)}", (Edit("padding", needed),)))
        fitting = [min(k, (w - 1) // d + 1) for k, w, d in zip(kernel_size, padded, dilation, strict=True)]
        if min(fitting) >= 1:
            largest = uniform(fitting)
            repairs.append(Repair(f"kernel_size ≤ {sizes_text(largest)}", (Edit("kernel_size", largest),)))
        if "dilation" in arguments and reach != kernel_size:
            spread = [
                min(d, (w - 1) // (k - 1)) if k > 1 else d
                for k, w, d in zip(kernel_size, padded, dilation, strict=True)
            ]
            if min(spread) >= 1:
                tightest = uniform(spread)
                repairs.append(Repair(f"dilation ≤ {sizes_text(tightest)}", (Edit("dilation", tightest),)))
        return WindowError(
            f"{a_kernel(kernel_size)}{dilated} does not fit {the_input(found)}{padding}", repairs, kind=self.kind
        )

    def _may_pad(self, padding: int | tuple[int, ...]) -> bool:
        """Whether the layer takes this padding; poolings allow half the kernel."""
        return True


def uniform(values: Sequence[int]) -> int | tuple[int, ...]:
    """One number where all axes agree, else one per axis."""
    plain = tuple(int(value) for value in values)
    return plain[0] if len(set(plain)) == 1 else plain


def a_kernel(kernel_size: Sequence[int]) -> str:
    """`a 5×5 kernel`, `an 11×11 kernel`, `a kernel of 7`."""
    if len(kernel_size) == 1:
        return f"a kernel of {int(kernel_size[0])}"
    first = str(int(kernel_size[0]))
    article = "an" if first in ("11", "18") or first.startswith("8") else "a"
    return f"{article} {'×'.join(str(int(size)) for size in kernel_size)} kernel"


def the_input(found: Sequence[int]) -> str:
    """`the 4×4 input`, `the input of length 12`."""
    if len(found) == 1:
        return f"the input of length {int(found[0])}"
    return f"the {'×'.join(str(int(size)) for size in found)} input"
