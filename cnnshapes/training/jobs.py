"""Jobs: a training run as a process of its own and a folder, which outlive whoever started them.

    spec.json       what to train
    state.json      where it stands: status, reason, and the process by its pid and start time
    metrics.jsonl   a line for each thing it told (`loop.Run.said`)
    heartbeat       touched every second while the process lives
    cancel          there once someone asked it to stop
    log.txt         what the process printed
    last.pt best.pt weights.pt result.json pictures/

Jobs of one device run one after the other, in the order they were started; a lock that the system frees when its holder
dies keeps the others waiting. Jobs on a cluster (`remote`) are queued by the cluster.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psutil

from cnnshapes.errors import CnnshapesError, DataError, InputError
from cnnshapes.formats.files import write
from cnnshapes.report import report_of
from cnnshapes.training.results import Result
from cnnshapes.training.spec import LAST, Spec

LIVE: Final = ("queued", "starting", "running")
ENDED: Final = ("succeeded", "failed", "cancelled", "interrupted")
STALE: Final = 8.0
"""Seconds without a heartbeat after which a process counts as gone."""
LOADING: Final = 45.0
"""Seconds that a process may take to its first heartbeat: on a busy machine torch alone takes ten."""
UNSTARTED: Final = 3600.0
"""Seconds that a cluster may take to start a job before it counts as gone."""
ROOT: Final = "CNNSHAPES_JOBS"
"""Environment variable: the folder of all jobs."""


@dataclass(frozen=True)
class Limits:
    """What whoever may start jobs may ask for; None for no limit.

    Attributes:
        seconds: that a job may train.
        parameters: that its network may have.
        jobs: that may be queued or running at once.
    """

    seconds: float | None = None
    parameters: int | None = None
    jobs: int | None = None

    @classmethod
    def from_environment(cls) -> Limits:
        """From CNNSHAPES_MAX_SECONDS, CNNSHAPES_MAX_PARAMETERS and CNNSHAPES_MAX_JOBS.

        Raises:
            InputError: one of them is no number.
        """
        found: dict[str, Any] = {}
        for name, kind in (("seconds", float), ("parameters", int), ("jobs", int)):
            variable = f"CNNSHAPES_MAX_{name.upper()}"
            text = os.environ.get(variable)
            if text:
                try:
                    found[name] = kind(text)
                except ValueError:
                    raise InputError(f"{variable} is {text!r}; it should be a number") from None
        return cls(**found)

    def applied(self, spec: Spec, waiting: int) -> Spec:
        """The spec within the limits: its time cut to what is allowed.

        Raises:
            InputError: the network is too large, or too many jobs wait.
        """
        if self.jobs is not None and waiting >= self.jobs:
            raise InputError(f"{waiting} jobs are queued or running, and {self.jobs} may be; wait or cancel one")
        count = report_of(spec.design).total_params
        if self.parameters is not None and count > self.parameters:
            raise InputError(f"{spec.design.name} has {count:,} parameters; here {self.parameters:,} may be trained")
        if self.seconds is None or (spec.recipe.seconds is not None and spec.recipe.seconds <= self.seconds):
            return spec
        from dataclasses import replace

        return replace(spec, recipe=spec.recipe.with_changes(seconds=self.seconds))


@dataclass(frozen=True)
class Job:
    """A job by its folder; everything is read anew each time, so it may be asked from any process."""

    folder: Path

    @property
    def name(self) -> str:
        """What it is called: when it was started, what it trains, four letters."""
        return self.folder.name

    @property
    def spec(self) -> Spec:
        """What it trains."""
        return Spec.from_dict(json.loads((self.folder / "spec.json").read_text(encoding="utf-8")))

    @property
    def state(self) -> dict[str, Any]:
        """What it last said of itself."""
        try:
            found = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"status": "interrupted", "reason": "its state cannot be read"}
        return found if isinstance(found, dict) else {"status": "interrupted"}

    @property
    def status(self) -> str:
        """One of LIVE or ENDED; a job whose process is gone without a word was interrupted."""
        state = self.state
        status = str(state.get("status"))
        if status in LIVE and not (_alive(state) and self._beats(state)):
            again = self.state  # it may have ended between the two looks
            return "interrupted" if again.get("status") in LIVE else str(again.get("status"))
        return status

    @property
    def reason(self) -> str:
        """Why it failed, or "" where it did not."""
        return str(self.state.get("reason", ""))

    @property
    def cluster(self) -> str:
        """The address of the cluster that runs it, or "" where this machine does."""
        return str(self.state.get("cluster", ""))

    @property
    def result(self) -> Result | None:
        """How the trained network does, None before the end."""
        try:
            return Result.from_dict(json.loads((self.folder / "result.json").read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return None

    def pictures(self, label: int | None = None, predicted: int | None = None) -> list[tuple[int, int, int, Path]]:
        """Test pictures that were kept, as (label, predicted, number, file): all, or those of one class or guess."""
        found = []
        for path in (self.folder / "pictures").glob("*-*-*.png"):
            truth, guess, number = map(int, path.stem.split("-"))
            if label in (None, truth) and predicted in (None, guess):
                found.append((truth, guess, number, path))
        return sorted(found, key=lambda picture: picture[2])

    def predict(self, picture: bytes) -> dict[str, float]:
        """The probability of each class for a picture, the likeliest first, by a process that loads torch for it.

        Raises:
            DataError: it is no picture, or nothing was trained yet.
        """
        command = [sys.executable, "-m", "cnnshapes.training.predict", str(self.folder)]
        done = subprocess.run(command, input=picture, capture_output=True, check=False)  # noqa: S603  our own module
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except ValueError as error:
            raise DataError("the picture could not be shown to the network") from error
        if "error" in said:
            raise DataError(said["error"])
        return said

    def metrics(self, start: int = 0) -> list[dict[str, Any]]:
        """What it told, from line `start` on; a last line that is still being written, or was torn, is left out."""
        try:
            lines = (self.folder / "metrics.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()[start:]
        except OSError:
            return []
        found = []
        for line in lines:
            with contextlib.suppress(ValueError):
                item = json.loads(line)
                if isinstance(item, dict):
                    found.append(item)
        return found

    def cancel(self) -> None:
        """Ask it to stop; it does before its next step and leaves a checkpoint.

        Raises:
            InputError: it has ended.
        """
        status = self.status
        if status == "interrupted":
            self.say("cancelled")
        elif status in LIVE:
            (self.folder / "cancel").touch()
        else:
            raise InputError(f"{self.name} has {status} already")

    def resume(self, limits: Limits | None = None) -> None:
        """Go on from its last checkpoint, or from the beginning where it has none.

        Raises:
            InputError: it runs, or is done, or is more than the limits allow.
        """
        status = self.status
        if status in LIVE or status == "succeeded":
            raise InputError(
                f"{self.name} {'is ' + status if status in LIVE else 'is done'}; there is nothing to resume"
            )
        if limits is not None:
            spec = limits.applied(self.spec, waiting())
            write(json.dumps(spec.to_dict()), self.folder / "spec.json")
        (self.folder / "cancel").unlink(missing_ok=True)
        if self.cluster:
            from cnnshapes.training.remote import send

            send(self, self.cluster)
        else:
            _launch(self)

    def remove(self) -> None:
        """Delete its folder.

        Raises:
            InputError: it still runs.
        """
        if self.status in LIVE:
            raise InputError(f"{self.name} is {self.status}; cancel it first")
        shutil.rmtree(self.folder)

    def say(
        self, status: str, reason: str = "", process: psutil.Process | None = None, cluster: str | None = None
    ) -> None:
        """Write its state, whole or not at all; the process and the cluster stay what they were unless given.

        What was handed to a cluster has no process until one takes it up. On a full disk the state is written over what
        was there, which takes no new space, so that a job can say that it was the disk.
        """
        kept = self._kept() if cluster is None else {"cluster": cluster}
        state: dict[str, Any] = {**kept, "status": status, "reason": reason, "updated": time.time()}
        if process is not None:
            state |= {"pid": process.pid, "process_started": process.create_time(), "host": socket.gethostname()}
        text, path = json.dumps(state), self.folder / "state.json"
        try:
            write(text, path)
        except OSError:
            if not path.exists():
                raise
            with path.open("r+", encoding="utf-8") as file:
                file.write(text)
                file.truncate()

    def has_checkpoint(self) -> bool:
        """Whether there is something to go on from."""
        return (self.folder / LAST).exists()

    def _kept(self) -> dict[str, Any]:
        try:
            found = json.loads((self.folder / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _beats(self, state: Mapping[str, Any]) -> bool:
        try:
            last = (self.folder / "heartbeat").stat().st_mtime
        except OSError:
            last = 0.0
        updated = float(state.get("updated", 0))
        if "pid" not in state:
            patience = UNSTARTED
        else:
            patience = LOADING if state.get("status") == "queued" and last < updated else STALE
        return time.time() - max(last, updated) < patience


def root() -> Path:
    """The folder of all jobs."""
    given = os.environ.get(ROOT)
    return Path(given) if given else Path.home() / ".local" / "share" / "cnnshapes" / "jobs"


def start(spec: Spec, limits: Limits | None = None) -> Job:
    """Start a job; it waits until its device is free.

    Raises:
        InputError: it is more than the limits allow.
        OSError: its folder cannot be written.
    """
    job = prepared(spec, limits)
    _launch(job)
    return job


def prepared(spec: Spec, limits: Limits | None = None) -> Job:
    """The folder of a job that someone will run.

    Raises:
        InputError: it is more than the limits allow.
        OSError: its folder cannot be written.
    """
    if limits is not None:
        spec = limits.applied(spec, waiting())
    named = "".join(letter if letter.isalnum() else "-" for letter in spec.design.name)[:40]
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005  as the user's clock shows it
    folder = root() / f"{moment}-{named}-{secrets.token_hex(2)}"
    folder.mkdir(parents=True)
    job = Job(folder)
    try:
        write(json.dumps(spec.to_dict()), folder / "spec.json")
        job.say("queued")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return job


def _launch(job: Job) -> None:
    spec = job.spec
    command = [sys.executable, "-m"]
    if spec.processes > 1:
        command += ["torch.distributed.run", "--standalone", f"--nproc-per-node={spec.processes}", "-m"]
    command += ["cnnshapes.training.runner", str(job.folder.resolve())]
    package = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    with (job.folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  this Python, on a folder of ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # it outlives the terminal or the page it was started from
            # threads that spin while they wait take the cores from each other: 9 times slower beside two busy processes
            env={"OMP_WAIT_POLICY": "passive", **os.environ, "PYTHONPATH": paths},
        )
    with contextlib.suppress(psutil.NoSuchProcess):
        job.say("queued", process=psutil.Process(process.pid))
    CHILDREN.append(process)


CHILDREN: Final[list[subprocess.Popen[bytes]]] = []
"""What this process started; kept so that they are reaped."""


def jobs() -> list[Job]:
    """All jobs, the newest first."""
    _reap()
    try:
        folders = sorted((path for path in root().iterdir() if (path / "spec.json").exists()), reverse=True)
    except OSError:
        return []
    return [Job(path) for path in folders]


def waiting() -> int:
    """How many jobs are queued or running."""
    return sum(job.status in LIVE for job in jobs())


def job(name: str) -> Job:
    """The job whose name is this, or contains it and is the only one that does.

    Raises:
        InputError: there is none, or several.
    """
    all_jobs = jobs()
    found = [known for known in all_jobs if name == known.name] or [known for known in all_jobs if name in known.name]
    if not all_jobs:
        raise InputError(f'there is no job "{name}": none was started yet')
    if len(found) != 1:
        many = ", ".join(known.name for known in (found or all_jobs)[:5])
        raise InputError(f'there {"are several jobs" if found else "is no job"} "{name}"; there is {many}')
    return found[0]


def watch(job: Job, every: float = 0.2) -> Iterator[dict[str, Any]]:
    """What a job tells, as it tells it, until it ends."""
    seen = 0
    while True:
        ended = job.status in ENDED
        lines = job.metrics(seen)
        seen += len(lines)
        yield from lines
        if ended:
            _join(job)
            return
        _reap()
        time.sleep(every)


def _alive(state: Mapping[str, Any]) -> bool:
    """Whether the process is the one that wrote the state, and not another with its pid; elsewhere its heart tells."""
    if state.get("host", socket.gethostname()) != socket.gethostname() or "pid" not in state:
        return True
    try:
        process = psutil.Process(int(state["pid"]))
        same = abs(process.create_time() - float(state["process_started"])) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, KeyError, TypeError, ValueError):
        return False


def _reap() -> None:
    for process in list(CHILDREN):
        if process.poll() is not None:
            CHILDREN.remove(process)


def _join(job: Job) -> None:
    """Wait for the process of a job that has ended, where this process started it."""
    pid = job.state.get("pid")
    for process in CHILDREN:
        if process.pid == pid:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
    _reap()


def reason_of(error: BaseException) -> str:
    """Why a job failed, in a sentence."""
    if isinstance(error, CnnshapesError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'reading or writing failed'}: {error.strerror}"
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0] if said else 'no message'}"
