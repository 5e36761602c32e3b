"""How quick the page is, measured here and now: `make bench-page`. A real server, a real browser, real clients."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websockets
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Subprotocol

from app.design.grid import HEADER, ROW, WIDTHS
from cnnshapes import Design
from cnnshapes.formats.link import PARAMETER, to_link
from cnnshapes.layers import BatchNorm2d, Conv2d, ReLU
from tests.app.browser import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[1]
SIZES = (20, 100, 200)
EDITS = 10
STARTS = 5
BYTECODE = str(Path(tempfile.gettempdir()) / "cnnshapes-bytecode")
CLIENTS = 50
SECONDS = 20
BETWEEN = 5.0
"""Seconds from one edit of a client to the next, in the mean."""

WATCH = """() => {
  const value = () => [...document.querySelectorAll('[data-testid=stMetric]')][0]
    .querySelector('[data-testid=stMetricValue]').innerText;
  const before = value();
  window.taken = new Promise(done => addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    const start = performance.now();
    const look = () => value() !== before ? done(performance.now() - start) : requestAnimationFrame(look);
    look();
  }, {once: true, capture: true}));
}"""
"""Times one edit inside the page: from the key to the frame in which the total of parameters is another."""


def main() -> None:
    """Print every section, or those asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=["start", "edits", "clients"])
    sections = parser.parse_args().sections
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before\n")
    if "start" in sections:
        start()
    if "edits" in sections:
        edits()
    if "clients" in sections:
        clients()


@contextmanager
def server() -> Iterator[str]:
    """The app on a free port, as it is started by `make app`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}"]
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as jobs:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**settings, "CNNSHAPES_JOBS": jobs, "PYTHONPYCACHEPREFIX": BYTECODE},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def answered(address: str) -> None:
    """Wait until the server is up."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310  our own address
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@contextmanager
def page() -> Iterator[Page]:
    """A page of a browser that runs already."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1440, "height": 950})
        yield opened
        browser.close()


def stack(layers: int) -> Design:
    """A plain network of so many layers."""
    block = (Conv2d(out_channels=16, kernel_size=3, padding=1), BatchNorm2d(), ReLU())
    return Design.chain((3, 64, 64), *(block[number % 3] for number in range(layers)))


# ---- sections -------------------------------------------------------------------------------------------------------


def start() -> None:
    """From starting the server to the first usable page: LeNet-5's grid, in a browser that has nothing cached."""
    _started()  # once before, which compiles what Python keeps compiled
    times = [_started() for _ in range(STARTS)]
    usable, up = map(statistics.median, zip(*times, strict=True))
    print(
        f"server's start to the first usable page, median of {STARTS}: {usable:.1f} s ({up:.1f} s until it answers)\n"
    )


def _started() -> tuple[float, float]:
    """Seconds until the page is usable, and until the server answers."""
    with page() as visited:
        begun = time.perf_counter()
        with server() as address:
            answered(address)
            up = time.perf_counter() - begun
            visited.goto(address)
            visited.get_by_test_id("stDataFrame").locator("canvas").first.wait_for(timeout=60_000)
            usable = time.perf_counter() - begun
    return usable, up


def edits() -> None:
    """From Enter in a cell to the new total in the page; for 150 ms of it Streamlit's grid waits by itself."""
    print(f"from Enter in a cell to the new total, median of {EDITS} (least to most):")
    with server() as address, page() as visited:
        answered(address)
        for layers in SIZES:
            taken = edited(visited, f"{address}/?{PARAMETER}={to_link(stack(layers))}")
            print(
                f"  {layers:>4} layers: {statistics.median(taken):4.0f} ms ({min(taken):.0f} to {max(taken):.0f})",
                flush=True,
            )
    print()


def edited(visited: Page, address: str) -> list[float]:
    """Milliseconds of each edit of the first row's channels."""
    visited.goto(address)
    grid = visited.get_by_test_id("stDataFrame")
    grid.locator("canvas").first.wait_for(timeout=60_000)
    taken = []
    names = list(WIDTHS)
    across = sum(WIDTHS[name] for name in names[: names.index("out")]) + WIDTHS["out"] / 2
    for number in range(EDITS + 1):
        visited.wait_for_function(
            "document.querySelector('.stApp').getAttribute('data-test-script-state') === 'notRunning'", timeout=60_000
        )
        visited.wait_for_timeout(700)
        box = grid.bounding_box()
        assert box is not None
        visited.mouse.click(
            box["x"] + across * max(1, box["width"] / sum(WIDTHS.values())), box["y"] + HEADER + ROW / 2
        )
        visited.wait_for_timeout(100)
        text = str(17 + number)
        visited.keyboard.type(text[0])
        visited.locator(".gdg-input").wait_for()
        visited.keyboard.type(text[1:])
        visited.wait_for_timeout(250)
        visited.evaluate(WATCH)
        visited.keyboard.press("Enter")
        taken.append(visited.evaluate("window.taken"))
    return [float(one) for one in taken[1:]]  # the first warms both sides


def clients() -> None:
    """Clients at once, each editing its own LeNet-5 and thinking in between; what the server takes for each edit.

    Each speaks Streamlit's protocol over a websocket, as a browser does, and draws nothing; the clients' own work is on
    the same cores.
    """
    with server() as address:
        answered(address)
        taken = asyncio.run(_all(address))
    ordered = sorted(taken)
    print(
        f"{CLIENTS} clients at once, an edit each {BETWEEN:.0f} s, {len(taken)} edits: from an edit's arrival to the "
        f"end of its answer\n  p50 {statistics.median(ordered) * 1e3:.0f} ms, "
        f"p95 {ordered[int(len(ordered) * 0.95)] * 1e3:.0f} ms, most {ordered[-1] * 1e3:.0f} ms\n"
    )


async def _all(address: str) -> list[float]:
    found = await asyncio.gather(*(_client(address, number) for number in range(CLIENTS)))
    return [one for taken in found for one in taken]


async def _client(address: str, number: int) -> list[float]:
    """Seconds of the edits of one client, which speaks Streamlit's own protocol."""
    dice = random.Random(number)  # noqa: S311  it decides when to type
    taken: list[float] = []
    await asyncio.sleep(number * 0.1)
    stream = f"{address.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(stream, subprotocols=[Subprotocol("streamlit")], max_size=None) as connection:
        code = await _run(connection, "", "")
        end = time.perf_counter() + CLIENTS * 0.1 + SECONDS
        await asyncio.sleep(CLIENTS * 0.1 - number * 0.1 + dice.uniform(0, BETWEEN))
        while time.perf_counter() < end:
            begun = time.perf_counter()
            code = await _run(connection, code, f"nn.Conv2d(3, {dice.randint(2, 64)}, {dice.randint(1, 5)})")
            taken.append(time.perf_counter() - begun)
            await asyncio.sleep(dice.uniform(0.5, 1.5) * BETWEEN)
    return taken


async def _run(connection: Any, widget: str, text: str) -> str:
    """One run of the script with a text typed into a widget; gives the id of the line of code it draws."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    if widget:
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget, text
    await connection.send(message.SerializeToString())
    found = ""
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(await asyncio.wait_for(connection.recv(), 60))
        kind = answer.WhichOneof("type")
        if kind == "delta" and answer.delta.new_element.text_input.label == "As PyTorch":
            found = answer.delta.new_element.text_input.id
        if kind == "script_finished":
            return found


if __name__ == "__main__":
    main()
