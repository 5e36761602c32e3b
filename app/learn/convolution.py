"""Convolution by hand: an image, filters, and the window that steps over it with its products written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from app.checker import checker
from app.choice import choose
from app.language import sentence, t
from app.learn.board import show_board
from app.learn.controls import complain, offer_start, stepping
from app.learn.examples import CONVOLUTIONS
from app.learn.grids import edited, growing, show_size
from app.learn.lesson import Fault, Lesson, Numbers, number, numbers
from app.learn.picture import Grid, Place
from app.learn.torch_says import torch_says
from app.learn.why import draw_why
from cnnshapes import InputError
from cnnshapes.by_hand import Product, Steps, convolved, plain

KEY = "convolution-by-hand"
"""Where the session keeps the lesson, and how its widgets' names begin."""
LARGEST = {"channels": 4, "filters": 4, "height": 12, "width": 12, "kernel_height": 7, "kernel_width": 7}
"""What fits the page."""


class Settings(NamedTuple):
    """What the widgets say, along rows and columns."""

    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]


def draw_convolution() -> None:
    """Draw this part of the page."""
    lesson: Lesson = st.session_state.setdefault(KEY, Lesson(CONVOLUTIONS["notes"]))
    settings = _choosing(lesson)
    image, faults = numbers(lesson.image)
    read = [numbers(cells) for cells in lesson.filters]
    bias = [number(text) for text in lesson.bias]
    complain(t("Image"), faults)
    for (_, wrong), name in zip(read, _filter_names(lesson), strict=True):
        complain(name, wrong)
    if None in bias:
        st.error(t("The bias is no number; it should be like 1, −2 or 0.25."), icon=":material/error:")
    steps: list[Steps] = []
    if None not in bias and not faults and not any(wrong for _, wrong in read):
        given = [value for value in bias if value is not None]
        steps = _computed(image, [one for one, _ in read], given, settings)
    if steps:
        show_size(*steps[0].formulas, t("channels = filters = {count}", count=len(steps)), flat=len(image[0]) == 1)
        place = stepping(lesson, len(steps[0].positions), KEY)
        _board(lesson, faults, [wrong for _, wrong in read], settings.padding, steps, place)
        _sums(lesson, steps, place)
        asked = {"image": image, "filters": [one for one, _ in read], "bias": bias, **settings._asdict()}
        torch_says(checker().ask_by_hand("convolution", **asked), [one.output for one in steps])
    else:
        _board(lesson, faults, [wrong for _, wrong in read], settings.padding)
    _sizes(lesson)
    draw_why()


def _computed(image: Numbers, filters: list[Numbers], bias: list[float], settings: Settings) -> list[Steps]:
    """The convolution by each filter; none, with the reason, where the sizes do not fit together."""
    try:
        return [convolved(image, one, bias=own, **settings._asdict()) for one, own in zip(filters, bias, strict=True)]
    except InputError as error:
        st.error(sentence(f"{error}."), icon=":material/error:")
        return []


# ---- what is convolved ----------------------------------------------------------------------------------------------


def _choosing(lesson: Lesson) -> Settings:
    """The example and the settings; a signal, which has one row, takes them along its one axis."""
    titles = {
        "notes": t("The notes' 6×6 image and 3×3 filter"),
        "edge": t("Edges: a Sobel filter"),
        "blur": t("Blur: a dot smeared over its neighbours"),
        "identity": t("A filter that changes nothing"),
        "rgb": t("RGB: one filter of three channels"),
        "two": t("Two filters give two maps"),
        "signal": t("1-D: smoothing by (0.25, 0.5, 0.25)"),
    }
    key = f"{KEY}-example"

    def begin() -> None:
        lesson.show(CONVOLUTIONS[st.session_state[key]])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choose(t("Example"), titles, key, on_change=begin, persist_state="session", width=400)
        typed = {
            setting: st.number_input(
                setting, least, 12, getattr(lesson.example, setting), key=f"{KEY}-{setting}-{name}", width=130,
                persist_state="session",
            )
            for setting, least in (("stride", 1), ("padding", 0), ("dilation", 1))
        }  # fmt: skip
        offer_start(lesson, KEY)
    if len(lesson.image[0]) > 1:
        return Settings(*((int(value), int(value)) for value in typed.values()))
    return Settings((1, int(typed["stride"])), (0, int(typed["padding"])), (1, int(typed["dilation"])))


def _filter_names(lesson: Lesson) -> list[str]:
    if len(lesson.filters) == 1:
        return [t("Filter")]
    return [t("Filter {number}", number=number_) for number_ in range(1, len(lesson.filters) + 1)]


def _map_names(count: int) -> list[str]:
    return [t("Map")] if count == 1 else [t("Map {number}", number=number_) for number_ in range(1, count + 1)]


def _sizes(lesson: Lesson) -> None:
    """Other sizes, more channels and filters, and the biases, one step away."""
    panel = st.expander(t("Sizes, channels, filters and bias"), key=f"{KEY}-sizes", on_change="rerun")
    if not panel.open:
        return
    kernel = lesson.filters[0]
    values = (len(lesson.image), len(lesson.image[0]), len(lesson.image[0][0]))
    more = (len(lesson.filters), len(kernel[0]), len(kernel[0][0]))
    names = {
        "channels": t("Channels"),
        "height": t("Image height"),
        "width": t("Image width"),
        "filters": t("Filters"),
        "kernel_height": t("Filter height"),
        "kernel_width": t("Filter width"),
    }
    keys = {name: f"{KEY}-{name}-{lesson.version}" for name in names}

    def resize() -> None:
        size = {name: max(1, min(LARGEST[name], int(st.session_state[key] or 1))) for name, key in keys.items()}
        kernel_size = (size["kernel_height"], size["kernel_width"])
        lesson.resize(size["channels"], (size["height"], size["width"]), size["filters"], kernel_size)

    with panel:
        with st.container(horizontal=True):
            for (name, label), value in zip(names.items(), (*values, *more), strict=True):
                st.number_input(label, 1, LARGEST[name], value, key=keys[name], on_change=resize, width=140)
        with st.container(horizontal=True):
            for place in range(len(lesson.bias)):
                _bias(lesson, place)


def _bias(lesson: Lesson, place: int) -> None:
    key = f"{KEY}-bias-{place}-{lesson.version}"

    def typed() -> None:
        lesson.bias[place] = st.session_state[key]

    label = t("Bias") if len(lesson.bias) == 1 else t("Bias of filter {number}", number=place + 1)
    st.text_input(label, lesson.bias[place], key=key, on_change=typed, help=t("It is added to each sum"), width=140)


# ---- what comes out -------------------------------------------------------------------------------------------------


def _board(
    lesson: Lesson,
    image_faults: list[Fault],
    filter_faults: list[list[Fault]],
    padding: Place,
    steps: Sequence[Steps] = (),
    place: int = 0,
) -> None:
    """The image with the window on it, the filters, and the maps as far as the window has come."""
    products = steps[0].positions[place].products if steps else ()
    images = [
        _image(lesson, channel, padding, [one for one in products if one.channel == channel], image_faults)
        for channel in range(len(lesson.image))
    ]
    names = _filter_names(lesson)
    kernels = [
        edited(_of_channel(lesson, name, channel), f"filter/{at}/{channel}", texts, _in_channel(faults, channel))
        for at, (name, cells, faults) in enumerate(zip(names, lesson.filters, filter_faults, strict=True))
        for channel, texts in enumerate(cells)
    ]
    maps = [
        growing(name, f"map/{at}", one.output, one.positions, place)
        for at, (name, one) in enumerate(zip(_map_names(len(steps)), steps, strict=True))
    ]
    show_board(lesson, f"{KEY}-board", images, "∗", kernels, *(("=", maps) if maps else ()))


def _image(lesson: Lesson, channel: int, padding: Place, products: list[Product], faults: list[Fault]) -> Grid:
    weights = {(one.row, one.column): f"×{plain(one.weight)}" for one in products}
    return edited(
        _of_channel(lesson, t("Image"), channel),
        f"image/{channel}",
        lesson.image[channel],
        _in_channel(faults, channel),
        window=weights,
        padding=padding,
        small=weights if len(lesson.filters) == 1 else {},
    )


def _in_channel(faults: list[Fault], channel: int) -> list[Fault]:
    return [fault for fault in faults if fault.channel == channel + 1]


def _of_channel(lesson: Lesson, name: str, channel: int) -> str:
    """The name with the channel, where there are several; three are called by their colours."""
    colours = (t("red"), t("green"), t("blue"))
    if len(lesson.image) == 1:
        return name
    own = colours[channel] if len(lesson.image) == len(colours) else t("channel {number}", number=channel + 1)
    return f"{name}, {own}" if name else own


def _sums(lesson: Lesson, steps: list[Steps], place: int) -> None:
    """The products and their sums at this place."""
    channels = [_of_channel(lesson, "", channel) for channel in range(len(lesson.image))]
    for one, name in zip(steps, _filter_names(lesson), strict=True):
        lines = one.positions[place].lines
        if len(channels) > 1:
            lines = [*(f"{channel}: {line}" for channel, line in zip(channels, lines, strict=False)), lines[-1]]
        st.code("\n".join([name, *lines] if len(steps) > 1 else lines), language=None, wrap_lines=True)
