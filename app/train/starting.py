"""The form that starts a run of the design."""

from __future__ import annotations

import os
from typing import Final

import streamlit as st

from app.choice import choose
from app.language import sentence, t
from app.state import state
from app.values import plain
from cnnshapes import CnnshapesError
from cnnshapes.training import jobs
from cnnshapes.training.jobs import Limits
from cnnshapes.training.places import located
from cnnshapes.training.recipe import RECIPES, recipe
from cnnshapes.training.spec import Spec

ALLOWED: Final = "CNNSHAPES_TRAIN"
"""Environment variable: `on` or `off`; unless set, jobs may be started where the page listens to this machine alone."""


def allowed() -> bool:
    """Whether jobs may be started from the page."""
    setting = os.environ.get(ALLOWED, "auto").lower()
    if setting in ("on", "off"):
        return setting == "on"
    return st.get_option("server.address") in ("127.0.0.1", "localhost", "::1")


def show_starting() -> None:
    """Draw the form."""
    design = state().design
    st.subheader(t("Train {name}", name=plain(design.name)))
    if not allowed():
        st.info(
            t(
                "Starting runs is off, because this page can be reached from other machines. {setting} allows it.",
                setting=f"{ALLOWED}=on",
            ),
            icon=":material/lock:",
        )
        return
    known = {
        "digits": t("Digits: 1,797 of 8×8, ships with cnnshapes"),
        "cifar10": t("CIFAR-10, binary version"),
        "mnist": "MNIST",
        "fashion_mnist": "FashionMNIST",
        "folder": t("Class folders of your own"),
    }
    data = choose(t("Pictures"), known, "data", persist_state="session")
    folder = ""
    if data != "digits":
        folder = st.text_input(t("Folder of the pictures"), key="data_dir", persist_state="session", help=_where(data))
    beside = st.container()
    name = st.selectbox(
        t("Recipe"),
        list(RECIPES),
        key="recipe",
        persist_state="session",
        help=t("`fast` works for any stack; the others are the notes'"),
    )
    usual = RECIPES[name]
    one, two = st.columns(2)
    epochs = one.number_input(t("Epochs"), 1, 10_000, usual.epochs, key=f"epochs-{name}", persist_state="session")
    batch = two.number_input(t("Batch"), 1, 100_000, usual.batch_size, key=f"batch-{name}", persist_state="session")
    with st.expander(t("More")):
        lr = st.number_input(
            t("Learning rate"), 0.0, 100.0, usual.lr, format="%.4f", key=f"lr-{name}", persist_state="session"
        )
        smoothing = st.number_input(
            t("Label smoothing"), 0.0, 0.9, usual.label_smoothing, key=f"smoothing-{name}", persist_state="session"
        )
        flip = st.checkbox(t("Mirror half of the pictures"), usual.flip, key=f"flip-{name}", persist_state="session")
        crop = st.number_input(
            t("Shift pictures by up to"),
            0,
            100,
            usual.crop,
            key=f"crop-{name}",
            persist_state="session",
            help=t("pixels"),
        )
        initialisation = st.selectbox(t("First weights"), ("torch", "he"), key=f"init-{name}", persist_state="session")
        seconds = st.number_input(
            t("Seconds at most, 0 for any"), 0.0, 1e6, 0.0, key=f"seconds-{name}", persist_state="session"
        )
        seed = st.number_input(t("Seed"), 0, 2_147_483_647, usual.seed, key=f"seed-{name}", persist_state="session")
        device = st.text_input(
            t("Device"), "auto", key="device", persist_state="session", help="auto, cpu, cuda, cuda:1"
        )
    if st.button(t("Start"), type="primary", icon=":material/play_arrow:", width="stretch"):
        place = os.path.abspath(os.path.expanduser(folder)) if folder else ""  # noqa: PTH100, PTH111  whatever is typed
        try:
            located(data, place or None, design.input_shape)
        except CnnshapesError as error:
            beside.error(plain(sentence(str(error))), icon=":material/error:")
            return
        try:
            how = recipe(
                name, epochs=int(epochs), batch_size=int(batch), lr=lr, label_smoothing=smoothing,
                initialisation=initialisation, seconds=seconds or None, seed=int(seed), flip=flip, crop=int(crop),
            )  # fmt: skip
            spec = Spec(design, data, place, how, device)
            st.session_state["started"] = jobs.start(spec, Limits.from_environment()).name
        except (CnnshapesError, OSError) as error:
            st.error(plain(sentence(str(error))), icon=":material/error:")


def _where(data: str) -> str:
    if data == "folder":
        return t("with a folder of pictures for each class, or train and test with such folders")
    return t("`{command}` downloads them", command=f"cnnshapes data get {data} --data-dir FOLDER")
