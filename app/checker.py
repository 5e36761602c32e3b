"""Torch's word on a design, or on a convolution by hand, from a process of its own; the page asks and goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import streamlit as st

from cnnshapes import Design

KEPT: Final = 200
"""Answers kept, the oldest forgotten first."""
SECONDS: Final = 120
"""A check that takes longer is given up and its process ended."""

Answer = dict[str, Any]


class Checker:
    """One torch process for all sessions; it starts with the first question and again after a crash.

    Attributes:
        warm: whether it has loaded torch, so that an answer may come at once.
    """

    def __init__(self) -> None:
        self._queue = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checker")
        self._answers: OrderedDict[Design | str, Future[Answer]] = OrderedDict()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self.warm = False

    def ask(self, design: Design) -> Future[Answer]:
        """The answer, or the promise of one: what `cnnshapes.bridge.worker` says of the design."""
        return self._promise(design)

    def ask_by_hand(self, what: str, **question: Any) -> Future[Answer]:
        """The same for a question by hand, `convolution` or `pooling`, with what the worker needs to know for it."""
        return self._promise(json.dumps({"ask": what, **question}))

    def _promise(self, question: Design | str) -> Future[Answer]:
        with self._lock:
            known = self._answers.get(question)
            if known is None:
                known = self._answers[question] = self._queue.submit(self._answer, question)
            self._answers.move_to_end(question)
            while len(self._answers) > KEPT:
                _, forgotten = self._answers.popitem(last=False)
                forgotten.cancel()
            return known

    def _answer(self, question: Design | str) -> Answer:
        process = self._process
        if process is None or process.poll() is not None:
            command = [sys.executable, "-m", "cnnshapes.bridge.worker"]
            process = self._process = subprocess.Popen(  # noqa: S603  our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        watchdog = threading.Timer(SECONDS, process.kill)
        watchdog.start()
        try:
            if process.stdin is None or process.stdout is None:
                return {"error": "torch could not be started"}
            asked = question if isinstance(question, str) else json.dumps(question.to_dict())
            process.stdin.write(asked + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            self.warm = bool(line)
            answer: Answer = json.loads(line) if line else {"error": "torch took too long or was ended"}
        except (OSError, ValueError):
            process.kill()
            answer = {"error": "torch was ended"}
        finally:
            watchdog.cancel()
        return answer


@st.cache_resource(show_spinner=False)
def checker() -> Checker:
    """The one checker of the server."""
    return Checker()
