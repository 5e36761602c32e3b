"""The totals and the rows of a comparison as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from unicodedata import east_asian_width

import pandas as pd
import streamlit as st

from app.language import t
from app.values import plain
from cnnshapes import Row
from cnnshapes.compare import BATCH, Comparison, Line, Total
from cnnshapes.layers.base import written
from cnnshapes.memory import in_units

DIFFERENT: Final = "background-color: rgba(230, 159, 0, 0.28)"
ALONE: Final = "background-color: rgba(0, 114, 178, 0.22)"
"""Colours that the colour-blind tell apart; the first column says the same in words."""
PER_ROW: Final = ("output", "parameters", "macs")
MOST_HIGH: Final = 640
LETTER: Final = 7
WIDE_LETTER: Final = 13
MARGIN: Final = 20
MOST_WIDE: Final = 460
"""Pixels of a letter, of a Korean one, of what is left free beside a text, and of a column at most."""


def draw_totals(comparison: Comparison) -> None:
    """Draw what each network comes to, with the difference and the ratio to the first."""
    names = {
        "parameters": t("Parameters"),
        "macs": t("MACs"),
        "activations": t("Activations of one picture"),
        "memory": t("Memory to train {batch} pictures", batch=BATCH),
        "layers": t("Rows"),
        "field": t("Receptive field of the last map"),
    }
    first, *others = map(plain, comparison.names)
    heads = [first, *others, *(t("{name} − {first}", name=name, first=first) for name in others)]
    cells = {
        names[total.name]: [_amount(total.name, value) for value in total.values] + _differences(total)
        for total in comparison.totals
    }
    frame = pd.DataFrame.from_dict(cells, orient="index", columns=heads)
    st.table(frame, border="horizontal", alt=t("The totals of each network and their differences"))


def _amount(quantity: str, value: int) -> str:
    return in_units(value) if quantity == "memory" else f"{value:,}"


def _differences(total: Total) -> list[str]:
    """`+114,688 (× 1.39)` for each network but the first; `=` where they are equal."""
    told = []
    for difference, ratio in list(zip(total.differences, total.ratios, strict=True))[1:]:
        sign = "+" if difference > 0 else "−"
        times = f" (× {ratio:.3g})" if ratio is not None else ""
        told.append(f"{sign}{_amount(total.name, abs(difference))}{times}" if difference else "=")
    return told


def draw_rows(comparison: Comparison) -> None:
    """Draw the rows side by side, and the comparison to download."""
    with st.container(horizontal=True, vertical_alignment="center"):
        only = st.toggle(t("Only rows that differ"), key="compare-only", persist_state="session")
        st.download_button(
            t("Download CSV"),
            comparison.to_csv(),
            file_name=f"{'-'.join(comparison.names)}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    lines = [line for line in comparison.lines if not (only and line.same)]
    alike = sum(line.same for line in comparison.lines)
    st.caption(
        t("{count} rows side by side, {alike} of them alike. Coloured is what differs; the first column says it.",
          count=len(comparison.lines), alike=alike)
    )  # fmt: skip
    if not lines:
        return
    frame = cells(comparison, lines)
    st.dataframe(
        frame.style.apply(_colours, axis=None, lines=lines),
        hide_index=True,
        height=min(40 + 35 * len(frame), MOST_HIGH),
        column_config=_columns(comparison, frame),
        alt=t("The rows of the networks side by side, and in what they differ"),
    )


def cells(comparison: Comparison, lines: Sequence[Line]) -> pd.DataFrame:
    """The rows as text: what differs, then name, output, parameters and MACs of one network beside the next one's."""
    table = []
    for line in lines:
        found: dict[str, Any] = {"differs": _told(line, comparison.names)}
        for side, row in enumerate(line.rows):
            found |= {f"{what}{side}": text for what, text in _cells(row).items()}
        for side, more in enumerate(line.differences[1:], start=1):
            found[f"more{side}"] = f"{more:+,}".replace("-", "−") if more else ""
        table.append(found)
    return pd.DataFrame(table)


def _cells(row: Row | None) -> dict[str, str]:
    if row is None:
        return dict.fromkeys(("name", *PER_ROW), "")
    return {
        "name": row.name if row.parts else f"{row.name} ({row.kind})",
        "output": written(row.output_shape).replace("x", " × "),
        "parameters": f"{row.params:,}" if row.params else "",
        "macs": f"{row.macs:,}" if row.macs else "",
    }


def _told(line: Line, names: Sequence[str]) -> str:
    """In words what differs: `only in vgg16`, `≠ output, MACs`."""
    aspects = {
        "layer": t("arguments"),
        "output": t("output"),
        "parameters": t("parameters"),
        "macs": t("MACs"),
        "field": t("receptive field"),
    }
    told = []
    if line.missing:
        there = [name for at, name in enumerate(names) if at not in line.missing]
        told.append(t("only in {names}", names=", ".join(there)))
    if line.differing:
        told.append("≠ " + ", ".join(aspects[aspect] for aspect in line.differing))
    return "; ".join(told)


def _colours(frame: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """The style of each cell: what differs, and rows that not all networks have."""
    styles = []
    for line in lines:
        style = {}
        for column in frame.columns:
            what, side = column.rstrip("0123456789"), column[-1]
            there = side.isdigit() and what != "more" and line.rows[int(side)] is not None
            aspect = "layer" if what == "name" else what
            differs = there and aspect in line.differing
            style[column] = DIFFERENT if differs else ALONE if there and line.missing else ""
        styles.append(style)
    return pd.DataFrame(styles, index=frame.index, columns=frame.columns)


def width(texts: Iterable[str]) -> int:
    """Pixels of a column that shows the longest of these texts, or as much of it as leaves room for others."""
    return min(MOST_WIDE, MARGIN + max(sum(map(_letter, text)) for text in texts))


def _letter(letter: str) -> int:
    return WIDE_LETTER if east_asian_width(letter) in "WF" else LETTER


def _columns(comparison: Comparison, frame: pd.DataFrame) -> dict[str, Any]:
    column = st.column_config.Column
    differs = t("Differs")
    found: dict[str, Any] = {"differs": column(differs, width=width([differs, *frame["differs"]]), pinned=True)}
    for side, name in enumerate(comparison.names):
        found |= {
            f"name{side}": column(name, width=width([name, *frame[f"name{side}"]])),
            f"output{side}": column(t("Output"), width=112),
            f"parameters{side}": column(t("Parameters"), width=98, alignment="right"),
            f"macs{side}": column(t("MACs"), width=112, alignment="right"),
            f"more{side}": column(
                t("± parameters"),
                width=105,
                alignment="right",
                help=t(
                    "Parameters of {name} more or less than of {first}",
                    name=plain(name),
                    first=plain(comparison.names[0]),
                ),
            ),
        }
    return found
