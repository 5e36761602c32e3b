"""The process of a job: waits for its device, trains, and says how it goes in the job's folder.

    python -m cnnshapes.training.runner FOLDER

Under `torchrun` each process has a share of every batch, and the first of them writes.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO

import psutil
import torch
import torch.distributed as dist
from filelock import FileLock, Timeout

from cnnshapes.errors import TrainingError
from cnnshapes.formats.files import write
from cnnshapes.training.data import load
from cnnshapes.training.devices import devices_of
from cnnshapes.training.jobs import LIVE, Job, jobs, reason_of
from cnnshapes.training.loop import Cancelled, Run
from cnnshapes.training.measure import save_pictures

BEAT: Final = 1.0
"""Seconds between heartbeats."""
LOOK: Final = 0.2
"""Seconds between looks at the queue."""


def main(folder: Path) -> int:
    """Run a job to its end; 0 where it succeeded or was cancelled."""
    job = Job(folder)
    first = int(os.environ.get("RANK", "0")) == 0
    lock = FileLock(folder / "job.lock")
    if first:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            sys.stderr.write(f"{job.name} runs already\n")
            return 1
        job.say("queued", process=psutil.Process())
    try:
        with beating(job):
            return _run(job, first)
    finally:
        lock.release()


def _run(job: Job, first: bool) -> int:
    cancel = job.folder / "cancel"
    try:
        spec = job.spec
        queue = _device(job, cancel) if first else _first_has_it(job)
        with queue, _together(spec.device):
            data = load(spec.data, spec.data_dir or None, spec.design.input_shape)
            metrics = job.folder / "metrics.jsonl"
            with metrics.open("a", encoding="utf-8") as file:
                _mend(metrics, file)
                tell = _teller(file) if first else lambda line: None
                if data.skipped:
                    tell({"kind": "skipped", "files": list(data.skipped[:100]), "count": len(data.skipped)})
                if first:
                    job.say("running", process=psutil.Process())
                run = Run(spec, data, job.folder, tell, cancel.exists)
                result = run.run()
        if first:
            worst = [mistake.picture for mistake in result.mistakes]
            save_pictures(job.folder / "pictures", data.test, run.predicted, worst)
            write(json.dumps(result.to_dict()), job.folder / "result.json")
            job.say("succeeded")
    except Cancelled:
        if first:
            job.say("cancelled")
    except BaseException as error:
        if job.state.get("status") != "failed":  # of several processes the first that fails knows why
            job.say("failed", reason_of(error))
        with suppress(OSError):  # the disk may be full
            traceback.print_exc()
        return 1
    return 0


def _teller(file: TextIO) -> Any:
    def tell(line: dict[str, Any]) -> None:
        try:
            file.write(json.dumps({**line, "time": time.time()}) + "\n")
            file.flush()
        except OSError as error:
            raise TrainingError(f"writing metrics.jsonl failed: {error.strerror or error}") from error

    return tell


def _mend(path: Path, file: TextIO) -> None:
    """End a line that a killed process left unfinished, so that the next one stands alone."""
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        file.write("\n")


@contextmanager
def beating(job: Job) -> Iterator[None]:
    """Touch the heartbeat while this lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            try:
                (job.folder / "heartbeat").touch()
            except OSError:
                return  # the folder is gone
            over.wait(BEAT)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _device(job: Job, cancel: Path) -> Iterator[None]:
    """Hold this machine's devices; the jobs that were started before, and live, come first. A cluster sees to that."""
    if job.cluster:
        job.say("starting", process=psutil.Process())
        yield
        return
    names = devices_named(job)
    folder, host = job.folder.parent, socket.gethostname()
    locks = [FileLock(folder / f".{host}-{name.replace(':', '-')}.lock") for name in sorted(names)]
    while any(_waits(other, names) for other in jobs() if other.name < job.name) or not taken(locks):
        if cancel.exists():
            raise Cancelled
        time.sleep(LOOK)
    try:
        if cancel.exists():
            raise Cancelled
        job.say("starting", process=psutil.Process())
        yield
    finally:
        release(locks)


def devices_named(job: Job) -> set[str]:
    """The devices that a job works on."""
    return set(map(str, devices_of(job.spec.device, job.spec.processes)))


def taken(locks: Sequence[FileLock]) -> bool:
    """Take all locks, or none where another job has one."""
    try:
        for lock in locks:
            lock.acquire(timeout=0)
    except Timeout:
        release(locks)
        return False
    return True


def release(locks: Sequence[FileLock]) -> None:
    """Let go of those that are held."""
    for lock in locks:
        lock.release()


@contextmanager
def _first_has_it(job: Job) -> Iterator[None]:
    """Wait for the first process to hold the device; to join it at once would run into torch's time-out."""
    while (status := job.state.get("status")) == "queued":
        time.sleep(LOOK)
    if status not in LIVE:
        raise Cancelled
    yield


def _waits(other: Job, names: Collection[str]) -> bool:
    here = socket.gethostname()
    try:
        same = not devices_named(other).isdisjoint(names)
    except Exception:
        return False
    return same and not other.cluster and other.state.get("host", here) == here and other.status in LIVE


@contextmanager
def _together(name: str) -> Iterator[None]:
    """Join the other processes of `torchrun`, where there are any."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    gpu = name != "cpu" and torch.cuda.is_available()
    if gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if gpu else "gloo")
    try:
        yield
    except Cancelled:  # all of them are
        dist.destroy_process_group()
        raise
    # where one fails it says why at once: leaving the others would wait for what they will never send
    dist.destroy_process_group()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
