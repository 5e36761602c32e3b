"""The padding that keeps a size, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language import sentence, t
from app.solve.applied import consequence, use
from app.solve.rows import MOST, axis_names, choose_row, sizes_text
from app.state import state
from app.values import plain
from cnnshapes import Design, Report, Row
from cnnshapes.layers.pooling import MaxPool
from cnnshapes.layers.windows import Window
from cnnshapes.solve import Same, same_padding, with_same_padding


def draw(report: Report) -> None:
    """Draw the question and its answer."""
    asking, answering = st.columns([1, 2], gap="large")
    with asking:
        row = choose_row([row for row in report if isinstance(row.layer, Window)], "solve-same", alone=True)
        sizes = _sizes(row)
        window = _window(row)
    with answering:
        found = [same_padding(size, *window) for size in sizes]
        _answer(sizes, found)
        if row is not None:
            _use(row, window, found)


def _sizes(row: Row | None) -> Sequence[int]:
    if row is None:
        return [int(st.number_input(t("Size that goes in"), 1, MOST, 32, key="same-size"))]
    reads = row.input_shapes[0][1:]
    st.caption(
        t("It reads {reads} and now gives {gives}.", reads=sizes_text(reads), gives=sizes_text(row.output_shape[1:]))
    )
    return reads


def _window(row: Row | None) -> tuple[int, int, int]:
    """kernel_size, stride and dilation, at first the row's along its first axis."""
    kernel_size, stride, dilation, dilated = 3, 1, 1, True
    if row is not None and isinstance(row.layer, Window):
        window = row.layer.geometry
        kernel_size, stride, dilation = window.kernel_size[0], window.stride[0], window.dilation[0]
        dilated = "dilation" in row.layer.arguments()
    key = f"same-{state().version}-{row.name if row is not None else ''}"
    return (
        int(st.number_input("kernel_size", 1, MOST, kernel_size, key=f"{key}-kernel")),
        int(st.number_input("stride", 1, MOST, stride, key=f"{key}-stride")),
        int(st.number_input("dilation", 1, MOST, dilation, key=f"{key}-dilation")) if dilated else 1,
    )


def _answer(sizes: Sequence[int], found: Sequence[Same]) -> None:
    """The padding along each axis, once where all axes are alike."""
    names = axis_names(len(sizes))
    alike = len(set(sizes)) == 1
    for name, size, one in list(zip(names, sizes, found, strict=True))[: 1 if alike else None]:
        head = t("{size} → {wanted}", size=size, wanted=one.size)
        if one.padding is not None:
            padding = t("{sizes} with padding = {padding}", sizes=head, padding=one.padding)
        else:
            padding = t("{sizes} with no padding that is the same at both ends", sizes=head)
        st.markdown(f"**{padding}**" if alike else f"**{name}: {padding}**")
        st.code(t("both ends together: {formula}", formula=one.formula), language=None, wrap_lines=True)
        if one.why:
            st.info(f"{plain(sentence(one.why))}.", icon=":material/info:")
        elif one.before != one.after:
            st.caption(
                t("TensorFlow adds {before} at the near end and {after} at the far one, which moves its windows.",
                  before=one.before, after=one.after)
            )  # fmt: skip


def _use(row: Row, window: tuple[int, int, int], found: Sequence[Same]) -> None:
    design = state().design

    def padded(like_tensorflow: bool) -> Design:
        kernel_size, stride, dilation = window
        return with_same_padding(
            design,
            row.name,
            row.input_shapes[0][1:],
            kernel_size=kernel_size,
            stride=stride,
            dilation=dilation,
            like_tensorflow=like_tensorflow,
        )

    usual = padded(False)
    _offer(row, usual, t("Use in {row}", row=row.name), "primary")
    if any(one.padding is not None and one.before != one.after for one in found):
        _offer(row, padded(True), t("Use in {row} as TensorFlow pads", row=row.name), "secondary")
    added = len(usual) > len(design)
    if added and isinstance(row.layer, MaxPool):
        st.caption(t("A ZeroPad's zeros take part in the maximum, which matters where values are negative."))
    st.caption(t("{row} is like that already.", row=row.name) if usual == design else consequence(usual))


def _offer(row: Row, changed: Design, label: str, kind: str) -> None:
    done = t("{row} keeps the size.", row=row.name)
    st.button(
        label,
        type="primary" if kind == "primary" else "secondary",
        icon=":material/check:",
        on_click=use,
        args=(changed, t("same padding in {row}", row=row.name), done),
        disabled=changed == state().design,
    )
