"""The selected row: its formulas with the numbers put in, its layer as PyTorch, and every argument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app.actions import Rename, SetCode, SetKind, SetText, SetValue
from app.checker import Answer
from app.edits import edited
from app.language import language, sentence, t
from app.state import do, select, state
from app.values import capital, shown
from cnnshapes import Report, ShapeError
from cnnshapes.advice import Advice
from cnnshapes.design import Node
from cnnshapes.explain import symbolic
from cnnshapes.formats.code import layer_code
from cnnshapes.layers import LAYERS, Argument
from cnnshapes.report import Row

COMPUTATION = "+−·/⌊⌈"
"""Signs of a formula; one without them is a mere name."""
ARGUMENTS = frozenset(name for layer in LAYERS.values() for name in layer.arguments())
"""The names of all arguments."""
BREAK = "\u200b"
"""Where a long product may go on in the next line."""


def show_inspector(report: Report, error: ShapeError | None, answer: Answer | None, advice: Sequence[Advice]) -> None:
    """Draw the inspector of the selected row, the first of all where none is."""
    now = state()
    names = [node.name for node in now.design]
    key = f"row-{now.grid}-{now.looked_at}"
    st.selectbox(
        t("Row"),
        names,
        index=names.index(now.looked_at),
        key=key,
        on_change=edited(key, now.looked_at, select),
    )
    node = now.design[now.looked_at]
    row = next((found for found in report if found.name == node.name), None)
    for one in advice:
        if one.row == node.name:
            st.info(f"{_capital(sentence(one.text))}.", icon=":material/lightbulb:")
    _code(node, row)
    if row is not None:
        _formulas(row, answer)
    elif error is not None and error.node == node.name:
        st.error(f"{_capital(sentence(error.problem))}.", icon=":material/error:")
    else:
        st.caption(t("Nothing to show before the layers above can be computed."))
    box = st.expander(t("All arguments of {kind}", kind=node.layer.kind), on_change="rerun", key="arguments")
    if box.open:
        with box:
            _arguments(node)


def _code(node: Node, row: Row | None) -> None:
    """The layer as a line of PyTorch, to be edited."""
    now = state()
    line = layer_code(node, row)
    key = f"code-{now.grid}-{node.name}-{line}"
    text = now.typed(node.name, "code", line)
    st.text_input(
        t("As PyTorch"),
        value=text,
        key=key,
        on_change=edited(key, text, lambda text: do(SetCode(node.name, text))),
        help=t("Edit it and press Enter; it is read, never run. Sizes that follow from the input are filled in."),
    )


def _formulas(row: Row, answer: Answer | None) -> None:
    formulas, names = row.formulas, symbolic(row)
    titles = {"shape": t("Shape"), "parameters": t("Parameters"), "MACs": t("MACs")}
    for quantity, title in titles.items():
        if quantity not in formulas:
            continue
        st.markdown(f"**{title}**")
        st.code(sentence(formulas[quantity]).replace("; ", "\n"), language=None, wrap_lines=True)
        _factors(names, [quantity] if quantity in names else [name for name in names if name not in titles])
    if "note" in formulas:
        st.info(f"{_capital(sentence(formulas['note']))}.")
    _seen(row)
    said = next((one for one in (answer or {}).get("rows", ()) if one["name"] == row.name), None)
    if said and not said["agrees"]:
        st.error(t("Torch has {numbers}.", numbers=said["torch"]))
    if said and said["note"]:
        st.caption(f"{_capital(sentence(said['note']))}.")


def _factors(names: dict[str, str], wanted: list[str]) -> None:
    """What the numbers of a formula are called, one line for axes that are computed alike."""
    told = {names[name].replace(name, ""): names[name] for name in reversed(wanted)}
    lines = [text for text in reversed(told.values()) if any(sign in text for sign in COMPUTATION)]
    if lines:
        st.caption("  \n".join(f"= {text}" for text in lines).replace("·", f"·{BREAK}"))


def _seen(row: Row) -> None:
    seen = row.receptive_field
    if seen.axes:
        size, jump, offset = str(seen.size), str(seen.jump), str(seen.offset).replace("-", "−")
        st.caption(
            t("Receptive field: {size} input pixels, {jump} apart, from {offset}.", size=size, jump=jump, offset=offset)
            if seen.exact
            else t(
                "Receptive field: at most {size} input pixels, {jump} apart, from {offset}.",
                size=size,
                jump=jump,
                offset=offset,
            )
        )


def _arguments(node: Node) -> None:
    """Name and class of the row, then every argument."""
    now = state()
    name_key, kind_key = f"rename-{now.version}-{node.name}", f"kind-{now.version}-{node.name}"
    name = now.typed(node.name, "name", node.name)
    st.text_input(
        t("Name"),
        value=name,
        key=name_key,
        on_change=edited(name_key, name, lambda text: do(Rename(node.name, text))),
    )
    st.selectbox(
        t("Layer"),
        LAYERS,
        index=list(LAYERS).index(node.layer.kind),
        key=kind_key,
        on_change=edited(kind_key, node.layer.kind, lambda kind: do(SetKind(node.name, kind))),
    )
    for argument, spec in node.layer.arguments().items():
        _widget(node, argument, spec, getattr(node.layer, argument))


def _widget(node: Node, name: str, spec: Argument, value: Any) -> None:
    """The widget that fits the kind of argument."""
    now = state()
    key = f"argument-{language()}-{now.version}-{node.name}-{name}"  # options are known by text

    def take(value: object) -> None:
        do(SetValue(node.name, name, value))

    if spec.kind == "flag" and not spec.optional:
        st.checkbox(name, value=value, key=key, on_change=edited(key, value, take))
    elif spec.kind == "flag":
        words = {None: t("torch decides"), True: t("yes"), False: t("no")}
        choices = list(words)
        st.selectbox(
            name,
            choices,
            index=choices.index(value),
            key=key,
            on_change=edited(key, value, take),
            format_func=words.__getitem__,
        )
    elif spec.kind == "word":
        st.selectbox(name, spec.words, index=spec.words.index(value), key=key, on_change=edited(key, value, take))
    else:
        text = now.typed(node.name, name, shown(value))
        st.text_input(
            name,
            value=text,
            key=key,
            on_change=edited(key, text, lambda text: do(SetText(node.name, name, text))),
            placeholder=t("from the input") if spec.from_input else t("none"),
            help=_capital(sentence(spec.describe())),
        )


def _capital(text: str) -> str:
    """A sentence with a capital letter, unless the name of a row or an argument begins it: that stays as written."""
    return capital(text, ARGUMENTS.union(node.name for node in state().design))
