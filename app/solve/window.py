"""Which window takes this size to that one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from app.language import t
from app.solve.applied import consequence, use
from app.solve.rows import MOST, axis_names, choose_row, sizes_text
from app.state import state
from cnnshapes import Report, Row
from cnnshapes.layers import Conv1d, MaxPool1d
from cnnshapes.layers.windows import Window
from cnnshapes.solve import Setting, setting_edits, settings_of

SHOWN: Final = 6
"""Windows offered at first; the plainest of all."""
ALONE: Final = {"conv": Conv1d(out_channels=1, kernel_size=1), "pool": MaxPool1d(1)}
"""What is asked about without a row of the design, along one axis."""
ARGUMENTS: Final = ("kernel_size", "stride", "padding", "dilation")


def draw(report: Report) -> None:
    """Draw the question and its answers."""
    asking, answering = st.columns([1, 2], gap="large")
    with asking:
        row = choose_row([row for row in report if isinstance(row.layer, Window)], "solve-window", alone=True)
        if row is not None and isinstance(row.layer, Window):
            layer, sizes, wanted = _of_row(row, row.layer)
        else:
            layer, sizes, wanted = _of_none()
        wishes = _filter()
    with answering:
        chosen = _choices(layer, sizes, wanted, wishes)
        if chosen and row is not None:
            _use(row, [*chosen, *chosen[-1:] * (len(row.output_shape) - 1 - len(chosen))])
        _tables(layer, sizes, wanted, wishes)


def _of_row(row: Row, layer: Window) -> tuple[Window, Sequence[int], Sequence[int]]:
    """The layer, what reaches it and what should come out; one size where all axes are alike."""
    reads, gives = row.input_shapes[0][1:], row.output_shape[1:]
    st.caption(t("It reads {reads} and now gives {gives}.", reads=sizes_text(reads), gives=sizes_text(gives)))
    key = f"{state().version}-{row.name}"
    square = len(set(reads)) == 1 and len(set(gives)) == 1
    apart = len(reads) > 1 and st.toggle(t("Each axis by itself"), value=not square, key=f"solve-apart-{key}")
    if not apart:
        return layer, reads[:1], [_size(t("I want out"), gives[0], f"solve-wanted-{key}")]
    names = axis_names(len(reads))
    wanted = [
        _size(t("I want out, {axis}", axis=name), size, f"solve-wanted-{key}-{name}")
        for name, size in zip(names, gives, strict=True)
    ]
    return layer, reads, wanted


def _of_none() -> tuple[Window, Sequence[int], Sequence[int]]:
    kind = st.segmented_control(
        t("Kind"),
        list(ALONE),
        default="conv",
        format_func={"conv": t("Convolution"), "pool": t("Pooling")}.__getitem__,
        key="solve-kind",
        required=True,
    )
    return (
        ALONE[kind or "conv"],
        [_size(t("Size that goes in"), 32, "solve-in")],
        [_size(t("I want out"), 16, "solve-out")],
    )


def _size(label: str, value: int, key: str) -> int:
    return int(st.number_input(label, 1, MOST, value, key=key))


def _filter() -> dict[str, int]:
    """What the windows should have, by argument."""
    wishes = {}
    with st.expander(t("Only some windows"), key="solve-filter", on_change="rerun") as opened:
        if not opened.open:
            return {}
        for name in ARGUMENTS:
            found = st.number_input(
                name, 0 if name == "padding" else 1, None, None, key=f"solve-{name}", placeholder=t("any")
            )
            if found is not None:
                wishes[name] = int(found)
        if st.checkbox(t("Every input position is read"), key="solve-dropped"):
            wishes["dropped"] = 0
    return wishes


def matching(found: Sequence[Setting], wishes: dict[str, int]) -> list[Setting]:
    """The windows that have what was wished for."""
    return [one for one in found if all(getattr(one, name) == value for name, value in wishes.items())]


def _choices(layer: Window, sizes: Sequence[int], wanted: Sequence[int], wishes: dict[str, int]) -> list[Setting]:
    """Offer the windows along each axis; returns those chosen, nothing where an axis has none."""
    chosen = []
    names = axis_names(len(sizes)) if len(sizes) > 1 else ("",)
    for place, name, size, want in zip(st.columns(len(sizes)), names, sizes, wanted, strict=True):
        with place:
            found = settings_of(layer, size, want)
            kept = matching(found, wishes)
            one = _choice(found, kept, size, want, name)
            chosen += [one] if one is not None else []
    return chosen if len(chosen) == len(sizes) else []


def _choice(found: Sequence[Setting], kept: Sequence[Setting], size: int, want: int, axis: str) -> Setting | None:
    head = t("{size} → {wanted}: {count} windows", size=size, wanted=want, count=len(found))
    st.markdown(f"**{axis} {head}**" if axis else f"**{head}**")
    if not kept:
        st.info(_why_none(found, size, want), icon=":material/info:")
        return None
    key = f"solve-choice-{axis}-{size}-{want}"
    more = f"{key}-more"
    shown = kept if st.session_state.get(more) else kept[:SHOWN]
    chosen = st.radio(
        t("Window"),
        shown,
        format_func=str,
        captions=[_caption(one, size) for one in shown],
        key=f"{key}-{hash(tuple(shown))}",
        label_visibility="collapsed",
    )
    if len(kept) > SHOWN:
        st.checkbox(t("Show all {count}", count=len(kept)), key=more)
    return chosen


def _why_none(found: Sequence[Setting], size: int, want: int) -> str:
    if found:
        return t("None of them has what is wished for; wish for less.")
    if want > size:
        return t("No window makes it so much larger; Upsample and ConvTranspose2d do.")
    return t("No window with a kernel up to 11 and a stride up to 8 does.")


def _caption(one: Setting, size: int) -> str:
    dropped = t("drops the last {count}", count=one.dropped) if one.dropped else ""
    return f"{one.formula(size)}{' · ' if dropped else ''}{dropped}"


def _tables(layer: Window, sizes: Sequence[int], wanted: Sequence[int], wishes: dict[str, int]) -> None:
    """All windows with their formulas, a table for each axis."""
    with st.expander(t("As a table"), key="solve-table", on_change="rerun") as opened:
        if not opened.open:
            return
        for size, want in dict.fromkeys(zip(sizes, wanted, strict=True)):
            cells = [(*one, one.formula(size)) for one in matching(settings_of(layer, size, want), wishes)]
            st.dataframe(
                pd.DataFrame(cells, columns=[*ARGUMENTS, t("dropped"), t("formula")]),
                hide_index=True,
                alt=t("All windows from {size} to {wanted}, the plainest first", size=size, wanted=want),
            )


def _use(row: Row, axes: Sequence[Setting]) -> None:
    design = state().design
    changed = design.with_edits(setting_edits(design[row.name], axes))
    told = str(axes[0]) if len(set(axes)) == 1 else "; ".join(map(str, axes))
    st.button(
        t("Use in {row}", row=row.name),
        type="primary",
        icon=":material/check:",
        on_click=use,
        args=(changed, f"{row.name}: {told}", t("{row} has {setting}.", row=row.name, setting=told)),
        disabled=changed == design,
    )
    st.caption(t("{row} is like that already.", row=row.name) if changed == design else consequence(changed))
