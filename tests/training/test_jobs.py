"""Jobs as real processes: they end well, are killed and go on, wait for each other, and are never taken for another."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import torch
from filelock import FileLock

from cnnshapes import DataError, Design, InputError
from cnnshapes.design import Builder
from cnnshapes.layers import Conv2d
from cnnshapes.training import jobs, runner
from cnnshapes.training.jobs import Job, Limits, job, start, watch
from cnnshapes.training.predict import predict
from cnnshapes.training.recipe import Recipe
from cnnshapes.training.spec import LAST, WEIGHTS, Spec
from tests.training.examples import QUICK, RICH, TINY, pictures

LONG = Recipe(epochs=100_000, flip=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of jobs of each test's own, whose processes use one core; none outlives the test."""
    monkeypatch.setenv(jobs.ROOT, str(tmp_path / "jobs"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    yield tmp_path / "jobs"
    for process in jobs.CHILDREN:
        if process.poll() is None:
            process.kill()
        process.wait()
    jobs.CHILDREN.clear()


def spec(recipe: Recipe = QUICK, design: Design = TINY, processes: int = 1) -> Spec:
    """Training on the digits on the CPU."""
    return Spec(design, recipe=recipe, device="cpu", processes=processes)


def until(so: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def epochs(of: Job) -> int:
    """How many epochs a job has told."""
    return sum(line["kind"] == "epoch" for line in of.metrics())


def ended(of: Job) -> bool:
    """Whether it is over."""
    return of.status in jobs.ENDED


def test_to_the_end() -> None:
    """A job tells its epochs, leaves its result and its weights, and has nothing to cancel or resume."""
    done = start(spec())
    kinds = [line["kind"] for line in watch(done)]
    assert (done.status, kinds[0], kinds.count("epoch")) == ("succeeded", "start", 2), done.reason
    assert done.result is not None
    assert done.result.count == 359
    assert (done.folder / WEIGHTS).exists()
    wrong = {(mistake.label, mistake.predicted, mistake.picture) for mistake in done.result.mistakes}
    assert wrong <= {picture[:3] for picture in done.pictures()}
    assert all(truth == guess == 3 for truth, guess, _, _ in done.pictures(3, 3))
    assert len(done.pictures(3, 3)) == 8
    assert done.spec == spec()
    for refused in (done.cancel, done.resume):
        with pytest.raises(InputError):
            refused()
    assert job(done.name[-4:]).name == done.name
    picture = done.folder.parent / "pictures"
    pictures(picture, 1)
    said = predict(done.spec, done.folder, picture / "picture 1.png", done.result.classes)
    assert sum(said.values()) == pytest.approx(1, abs=1e-4)
    assert list(said.values()) == sorted(said.values(), reverse=True)
    assert done.predict((picture / "picture 1.png").read_bytes()) == pytest.approx(said, abs=1e-4)
    with pytest.raises(DataError, match="no picture"):
        done.predict(b"GIF?")
    done.remove()
    assert not done.folder.exists()


def test_killed_and_resumed_equals_a_run_that_was_not() -> None:
    """Kill -9 in the middle shows as interrupted at once; resumed, it ends with the control's weights bit for bit."""
    recipe = QUICK.with_changes(epochs=400, batch_size=32, schedule="constant", lr=0.05)
    killed = start(spec(recipe, RICH))
    until(lambda: epochs(killed) >= 2)
    os.kill(killed.state["pid"], signal.SIGKILL)
    moment = time.monotonic()
    until(lambda: killed.status == "interrupted")
    assert time.monotonic() - moment < 10
    told = epochs(killed)
    assert told < 400
    short = recipe.with_changes(epochs=told + 3)
    (killed.folder / "spec.json").write_text(json.dumps(spec(short, RICH).to_dict()))
    killed.resume()
    until(lambda: ended(killed))
    control = start(spec(short, RICH))
    until(lambda: ended(control))
    assert (killed.status, control.status) == ("succeeded", "succeeded"), (killed.reason, control.reason)
    one, other = (torch.load(done.folder / WEIGHTS, weights_only=True) for done in (killed, control))
    assert all(torch.equal(one[name], other[name]) for name in other)
    assert killed.result is not None
    assert control.result is not None
    assert killed.result.confusion == control.result.confusion


def test_cancel_and_queue() -> None:
    """Two users, one device: the second waits; the first is cancelled within a moment, and the second runs."""
    first = start(spec(LONG))
    until(lambda: epochs(first) > 0)
    second, third = start(spec()), start(spec(LONG, processes=2))
    until((second.folder / "heartbeat").exists)
    until((third.folder / "heartbeat").exists)
    third.cancel()
    until(lambda: third.status == "cancelled")
    until(lambda: jobs.CHILDREN[-1].poll() == 0)  # the process that waited for the first has gone too
    assert (first.status, second.status) == ("running", "queued")
    moment = time.monotonic()
    first.cancel()
    until(lambda: first.status == "cancelled")
    assert time.monotonic() - moment < 2
    assert (first.folder / LAST).exists()
    until(lambda: ended(second))
    assert second.status == "succeeded"


def test_failing_says_why() -> None:
    """A job whose data are gone, and one whose loss is no number, fail with a sentence."""
    gone = start(Spec(TINY, "cifar10", "/nowhere/at/all", QUICK, "cpu"))
    wild = start(spec(Recipe(lr=1000, clip=None, schedule="constant", weight_decay=1, flip=False), RICH))
    until(lambda: ended(gone) and ended(wild))
    assert (gone.status, gone.reason) == ("failed", "there is no folder /nowhere/at/all")
    assert wild.status == "failed"
    assert "the loss became" in wild.reason


def made(folder: Path, **state: object) -> Job:
    """A job's folder without a process."""
    place = folder / "20260101-000000-made-0000"
    place.mkdir(parents=True)
    (place / "spec.json").write_text(json.dumps(spec().to_dict()))
    (place / "state.json").write_text(json.dumps(state))
    return Job(place)


def test_a_reused_pid(folder: Path) -> None:
    """A live process with the job's pid that was started at another time is not the job."""
    me = psutil.Process()
    now = time.time()
    started = me.create_time()
    other = made(folder, status="running", pid=me.pid, process_started=started - 60, updated=now)
    assert other.status == "interrupted"
    other.say("running", process=me)
    assert other.status == "running"


def test_a_job_on_another_machine(folder: Path) -> None:
    """Where the process runs elsewhere its heartbeat alone tells; one that no one took up yet waits."""
    far = made(folder, status="running", pid=1, process_started=0, host="elsewhere", updated=time.time())
    assert far.status == "running"
    far.say("queued")
    assert far.status == "queued"
    (far.folder / "state.json").write_text(json.dumps({**far.state, "updated": time.time() - 60}))
    assert far.status == "interrupted"
    (far.folder / "state.json").write_text(json.dumps({"status": "queued", "updated": time.time() - 60}))
    assert far.status == "queued"


def test_a_heartbeat_that_stopped(folder: Path) -> None:
    """A process that lives and has been silent for too long counts as gone."""
    me = psutil.Process()
    silent = made(folder, status="running", pid=me.pid, process_started=me.create_time(), updated=time.time() - 60)
    assert silent.status == "interrupted"
    (silent.folder / "heartbeat").touch()
    assert silent.status == "running"


def test_a_process_that_loads_torch(folder: Path) -> None:
    """A process is given time to its first heartbeat, and not much for one that comes to stop."""
    me = psutil.Process()
    started = time.time() - 20
    loading = made(folder, status="queued", pid=me.pid, process_started=me.create_time(), updated=started)
    assert loading.status == "queued"
    (loading.folder / "heartbeat").touch()
    os.utime(loading.folder / "heartbeat", (started + 1, started + 1))
    assert loading.status == "interrupted"


def test_torn_files(folder: Path) -> None:
    """A last line of metrics that was torn is left out, and a state that cannot be read is an interrupted job."""
    torn = made(folder, status="failed", reason="x")
    (torn.folder / "metrics.jsonl").write_text('{"kind": "epoch", "epoch": 1}\n{"kind": "epo')
    assert torn.metrics() == [{"kind": "epoch", "epoch": 1}]
    assert torn.metrics(1) == []
    (torn.folder / "state.json").write_text('{"status": "fail')
    assert torn.status == "interrupted"
    torn.resume()
    until(lambda: ended(torn))
    assert torn.status == "succeeded"
    assert [line["epoch"] for line in torn.metrics() if line["kind"] == "epoch"] == [1, 1, 2]


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job still says why it failed, over its old state; one that cannot start leaves nothing behind."""
    full = made(folder, status="running", pid=1, process_started=0, host="elsewhere")

    def no_space(text: str, to: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(to))

    monkeypatch.setattr(jobs, "write", no_space)
    full.say("failed", "x")
    assert (full.status, full.reason, full.state["pid"]) == ("failed", "x", 1)
    before = set(folder.iterdir())
    with pytest.raises(OSError, match="No space left"):
        start(spec())
    assert set(folder.iterdir()) == before
    assert jobs.reason_of(OSError(errno.ENOSPC, "No space left", "a.png")) == "a.png: No space left"


def test_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caps on time, size and number, from the environment; time is cut, the others refuse."""
    monkeypatch.setenv("CNNSHAPES_MAX_SECONDS", "60")
    monkeypatch.setenv("CNNSHAPES_MAX_PARAMETERS", "1000")
    monkeypatch.setenv("CNNSHAPES_MAX_JOBS", "2")
    limits = Limits.from_environment()
    small = Design.chain((1, 8, 8), *(node.layer for node in TINY.nodes[2:]))
    assert limits.applied(spec(design=small), 0).recipe.seconds == 60
    assert limits.applied(spec(QUICK.with_changes(seconds=5), small), 1).recipe.seconds == 5
    with pytest.raises(InputError, match=r"tiny has 810 parameters; here 100 may"):
        Limits(parameters=100).applied(spec(), 0)
    with pytest.raises(InputError, match="2 jobs are queued or running, and 2 may be"):
        limits.applied(spec(design=small), 2)
    monkeypatch.setenv("CNNSHAPES_MAX_JOBS", "many")
    with pytest.raises(InputError, match="CNNSHAPES_MAX_JOBS is 'many'"):
        Limits.from_environment()
    assert not folder.exists()


def test_names(folder: Path) -> None:
    """A job is named by any part of its name that no other has."""
    known = made(folder, status="failed")
    assert job("made").name == known.name
    with pytest.raises(InputError, match='there is no job "x"; there is 20260101'):
        job("x")


def test_two_processes_share_a_batch() -> None:
    """Two processes with half of each batch each have the loss curve of one with the whole."""
    recipe = QUICK.with_changes(epochs=3, clip=None)
    alone, together = start(spec(recipe)), start(spec(recipe, processes=2))
    until(lambda: ended(alone) and ended(together), 60)
    assert (alone.status, together.status) == ("succeeded", "succeeded"), together.reason
    curves = [[line["loss"] for line in done.metrics() if line["kind"] == "epoch"] for done in (alone, together)]
    assert curves[0] == pytest.approx(curves[1], rel=1e-4)
    assert len(curves[0]) == 3
    with pytest.raises(InputError, match="cannot be shared evenly by 3"):
        spec(processes=3)


def test_two_processes_go_on() -> None:
    """Cancelled and resumed, two processes end with the weights of two left alone; one layer is read by no other."""
    builder = Builder("side", RICH.input_shape)
    for node in RICH.nodes:
        if node.name == "flatten":
            builder.add(Conv2d(out_channels=3, kernel_size=1), builder.last, name="unread")
        builder.add(node.layer, *node.inputs, name=node.name)
    recipe = Recipe(epochs=30, batch_size=32)
    stopped, control = (start(spec(recipe, builder.design(), processes=2)) for _ in range(2))
    until(lambda: epochs(stopped) > 2, 60)
    stopped.cancel()
    until(lambda: stopped.status == "cancelled")
    assert epochs(stopped) < 30
    stopped.resume()
    until(lambda: ended(stopped) and ended(control), 60)
    assert (stopped.status, control.status) == ("succeeded", "succeeded"), (stopped.reason, control.reason)
    one, other = (torch.load(done.folder / WEIGHTS, weights_only=True) for done in (stopped, control))
    assert all(torch.equal(one[name], other[name]) for name in other)
    first, second = torch.load(control.folder / LAST, weights_only=True)["processes"]
    assert not torch.equal(first["random"], second["random"])  # or both would drop out the same numbers


def test_devices_that_jobs_wait_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One GPU has one name, however it was asked for, and several processes take as many."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    waiting = made(folder, status="queued")

    def asked(device: str, processes: int = 1) -> set[str]:
        (waiting.folder / "spec.json").write_text(json.dumps(spec(processes=processes).to_dict() | {"device": device}))
        return runner.devices_named(waiting)

    assert asked("auto") == asked("cuda") == asked("cuda:0") == {"cuda:0"}
    assert asked("cuda", 2) == {"cuda:0", "cuda:1"}
    assert asked("cpu", 2) == {"cpu"}
    one, other = (FileLock(folder / name) for name in ("one", "other"))
    with FileLock(folder / "other"):
        assert not runner.taken([one, other])
        assert not one.is_locked
    assert runner.taken([one, other])
    runner.release([one, other])
