"""What stands in the way, and how to mend it: nothing here where nothing is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.actions import Mend
from app.language import sentence, t
from app.state import computed, culprit, discard, do, last_computed, select, state, undo
from app.values import plain
from cnnshapes import Report, ShapeError
from cnnshapes.advice import Advice
from cnnshapes.compare import Change, change
from cnnshapes.errors import Repair

HINTED = 3
"""Rows that the line of advice names."""


def show_problems(error: ShapeError | None) -> None:
    """Draw the message of the last step, what could not be read, and the layer that cannot be computed."""
    now = state()
    if now.message:
        st.warning(plain(now.message), icon=":material/info:")
    for number, ((node, argument), draft) in enumerate(now.drafts.items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"draft-{number}"):
            st.warning(
                t("{problem}. Until then the last good value counts.", problem=sentence(draft.problem.rstrip("."))),
                icon=":material/edit_note:",
                width="stretch",
            )
            st.button(
                t("Back to the last good value"),
                key=f"discard-{number}",
                on_click=discard,
                args=(node, argument),
                width="content",
            )
    if error is not None:
        _broken(error)


def _broken(error: ShapeError) -> None:
    with st.container(border=False, gap="small", key="broken"):
        st.error(f"**{error.node}** ({error.kind}): {sentence(error.problem)}.", icon=":material/error:")
        before, step = last_computed(), culprit()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if error.repairs:
                st.caption(t("What would mend it:"), width="content")
            else:
                st.caption(
                    t("No change of one argument mends it; the rows above it stand, and undo takes the step back."),
                    width="content",
                )
            if step is not None:
                offer = t("Undo: {step}", step=plain(step.name))
                st.button(offer, icon=":material/undo:", key="undo-culprit", on_click=undo)
            for number, repair in enumerate(error.repairs):
                st.button(_offer(repair, before), key=f"repair-{number}", on_click=do, args=(Mend(repair.edits),))


def _offer(repair: Repair, before: Report | None) -> str:
    """A repair and what the whole network costs with it."""
    after, _ = computed(state().design.with_edits(repair.edits))
    text = sentence(repair.text)
    if before is None:
        return f"**{text}** · " + t(
            "{parameters} parameters, {macs} MACs", parameters=f"{after.total_params:,}", macs=f"{after.total_macs:,}"
        )
    return f"**{text}** · {costing(change(before, after))}"


def costing(cost: Change) -> str:
    """What a step costs: `+120 parameters, −1,204 MACs`."""
    return t("{parameters} parameters, {macs} MACs", parameters=_signed(cost.parameters), macs=_signed(cost.macs))


def _signed(number: int) -> str:
    return f"{number:+,}".replace("-", "−")


def show_advice(advice: Sequence[Advice]) -> None:
    """One line on what computes but is probably not meant; the inspector of each row has the sentence."""
    found: dict[str, str] = {}
    for one in advice:
        found.setdefault(one.row, sentence(one.kind))
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="advice"):
        st.caption(t("ⓘ Worth a look:"), width="content")
        for row in list(found)[:HINTED]:
            st.button(f"{row}: {found[row]}", key=f"hint-{row}", on_click=select, args=(row,), type="tertiary")
        more = list(found)[HINTED:]
        if more:
            st.caption(t("and {count} rows more, marked ⓘ", count=len(more)), width="content")
