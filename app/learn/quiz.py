"""The quiz: a shape or a count of a real network is hidden until it is predicted."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import streamlit as st

from app.language import sentence, t
from app.state import state
from app.values import plain
from cnnshapes import InputError
from cnnshapes.layers.base import written
from cnnshapes.quiz import Question, Verdict, judged, question

KEY: Final = "quiz-score"
"""Where the session keeps the score."""
QUIZ: Final = "quiz"
"""The parameter of the address that keeps the number of the quiz, so that it can be shared."""
QUIZZES: Final = 9_999
"""There are so many quizzes, each a row of questions without end."""


@dataclass
class Score:
    """How it goes.

    Attributes:
        asked: questions that were answered.
        right: those of them that were answered rightly.
        streak: how many in a row the last of them were.
        place: the number of the question in its quiz, from 0.
        text: what was typed.
        verdict: what that is worth; None until something was predicted.
    """

    asked: int = 0
    right: int = 0
    streak: int = 0
    place: int = 0
    text: str = ""
    verdict: Verdict | None = None

    def predict(self, asked: Question, text: str) -> None:
        """Take an answer.

        Raises:
            InputError: it is no shape or count; nothing is counted then.
        """
        self.text = text
        self.verdict = judged(asked, text)
        self.asked += 1
        self.right += self.verdict.right
        self.streak = self.streak + 1 if self.verdict.right else 0

    def go_on(self) -> None:
        """The next question."""
        self.place += 1
        self.renew()

    def restart(self) -> None:
        """The first question of another quiz; the score goes on."""
        self.place = 0
        self.renew()

    def renew(self) -> None:
        """Ask anew, about something else."""
        self.text, self.verdict = "", None


def draw_quiz() -> None:
    """Draw this part of the page."""
    score: Score = st.session_state.setdefault(KEY, Score())
    level, own, number = _choosing(score)
    try:
        asked = question(level, number * 1_000 + score.place, [state().design] if own else ())
    except InputError as error:
        st.info(sentence(f"{error}."), icon=":material/info:")
        return
    left, right = st.columns([2.2, 1], gap="large")
    with left:
        _ask(asked)
        if score.verdict is None:
            _answer(score, asked)
        else:
            _judge(score, asked, score.verdict)
    with right, st.container(horizontal=True):
        st.metric(t("Right answers"), t("{right} of {asked}", right=score.right, asked=score.asked), border=True)
        st.metric(t("In a row"), score.streak, border=True)


def _choosing(score: Score) -> tuple[str, bool, int]:
    """The level, whether the questions are about the visitor's own design, and the number of the quiz."""
    levels = {"easy": t("Easy: shapes"), "medium": t("Medium: parameters"), "hard": t("Hard: MACs, in_features")}
    networks = {"presets": t("Known networks"), "own": t("My design")}
    first = st.session_state.setdefault("quiz-first", random.randint(1, QUIZZES))  # noqa: S311  no secret
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.segmented_control(
            t("Level"), list(levels), default="easy", format_func=levels.__getitem__, key="quiz-level",
            on_change=score.renew, required=True, persist_state="session",
        )  # fmt: skip
        about = st.segmented_control(
            t("About"), list(networks), default="presets", format_func=networks.__getitem__, key="quiz-about",
            on_change=score.renew, required=True, persist_state="session",
        )  # fmt: skip
        number = st.number_input(
            t("Quiz number"), 1, QUIZZES, first, key=QUIZ, bind="query-params", on_change=score.restart, width=160,
            help=t("The same number asks the same questions: a class can share the link"),
        )  # fmt: skip
    return level or "easy", about == "own", int(number or first)


def _ask(asked: Question) -> None:
    """The question, and what is given."""
    texts = {
        "shape": t("Which shape comes out of `{node}`?", node=asked.node),
        "padding": t("Which padding keeps height and width as they are in `{node}`?", node=asked.node),
        "parameters": t("How many parameters has `{node}`, weights and biases?", node=asked.node),
        "flatten": t("How many features does `{node}` hand on?", node=asked.node),
        "MACs": t("How many MACs does `{node}` take for one example?", node=asked.node),
        "in_features": t("Which in_features does `{node}` need?", node=asked.node),
    }
    st.markdown(f"#### {texts[asked.kind]}")
    st.caption(t("Shapes are channels x height x width, of one example."))
    given = [t("network {name}", name=asked.network), t("input {shape}", shape=written(asked.input_shape))]
    st.code("\n".join([*given, *(f"{name}: {layer}" for name, layer in asked.layers)]), language=None, wrap_lines=True)
    if asked.kind == "in_features":
        st.caption(t("Layers that keep the shape, such as ReLU, are left out."))


def _answer(score: Score, asked: Question) -> None:
    """The field in which one predicts."""
    hint = (
        t("such as 6x28x28")
        if asked.kind == "shape"
        else t("such as 2")
        if asked.kind == "padding"
        else t("such as 456, or 5*5*3*6 + 6")
    )
    with st.form("quiz-form", border=False):
        text = st.text_input(t("Your prediction"), score.text, key=f"quiz-answer-{score.place}", placeholder=hint)
        sent = st.form_submit_button(t("Predict"), type="primary")
    if not sent:
        return
    try:
        score.predict(asked, text)
    except InputError as error:
        st.warning(plain(sentence(f"{error}.")), icon=":material/info:")
        return
    st.rerun()


def _judge(score: Score, asked: Question, verdict: Verdict) -> None:
    """Right or wrong, which slip it was, and why the answer is what it is."""
    given, answer = _written(asked, verdict.given), _written(asked, asked.answer)
    if verdict.right:
        st.success(t("Right: {answer}", answer=answer), icon=":material/check:")
    else:
        st.error(t("{given} is not right; it is {answer}.", given=given, answer=answer), icon=":material/close:")
        if verdict.slips:
            names = slips()
            said = t(" or: ").join(names[slip] for slip in verdict.slips)
            st.markdown(t("{given} comes out where {slip}.", given=given, slip=said))
    st.code(sentence(asked.why).replace("; ", "\n"), language=None, wrap_lines=True)
    st.button(
        t("Next question"), type="primary", icon=":material/arrow_forward:", on_click=score.go_on, shortcut="Mod+Enter"
    )


def _written(asked: Question, answer: tuple[int, ...]) -> str:
    """A shape as one writes it, a count with commas between its thousands."""
    return written(answer) if asked.kind == "shape" else f"{answer[0]:,}"


def slips() -> dict[str, str]:
    """The slips by their names in `cnnshapes.quiz`, in the reader's language, to stand after "where"."""
    return {
        "no padding": t("the padding is left out"),
        "padding once": t("the padding is added at one end alone, P in place of 2P"),
        "no stride": t("the stride is left out"),
        "no dilation": t("the dilation is left out"),
        "no + 1": t("the + 1 at the end is left out"),
        "rounded up": t("the division is rounded up, not down"),
        "rounded down": t("the division is rounded down, though ceil_mode rounds up"),
        "channels kept": t("the channels of the input are kept; there are as many as filters"),
        "swapped": t("height and width are swapped"),
        "channels last": t("the channels stand last; torch has them first"),
        "no channels": t("the channels are left out"),
        "no bias": t("the bias is left out"),
        "needless bias": t("a bias is counted, and there is none"),
        "one bias": t("one bias is counted, and each filter or feature has its own"),
        "no input channels": t("a filter has one channel alone; it has all of the input's"),
        "one filter": t("one filter is counted, not all"),
        "no groups": t("the groups are left out, by which a filter sees its share of the channels alone"),
        "statistics": t("running mean and variance are counted; they are stored, but not learned"),
        "one of two": t("one of the two learned numbers of each channel is counted alone"),
        "with bias": t("the additions of the bias are counted"),
        "no positions": t("the weights are counted once, not once for each position"),
        "input positions": t("the positions of the input are taken, not of the output"),
        "twice": t("multiplications and additions are counted apart"),
        "only channels": t("the channels alone are taken, as a global pooling leaves them"),
        "added": t("the sizes are added, not multiplied"),
        "one side": t("one side is taken once, not height times width"),
        "no pooling": t("the poolings are left out"),
        "no last pooling": t("the last pooling is left out"),
        "input size": t("height and width of the picture are taken, before any layer"),
        "both ends": t("it is counted for both ends together; padding is what each end gets"),
        "whole kernel": t("the whole kernel is taken"),
    }
