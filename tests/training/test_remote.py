"""A job on a Ray cluster: against a local head where Ray is installed, which `make test` does not ask for."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnnshapes import InputError
from cnnshapes.training import jobs
from cnnshapes.training.remote import submit
from cnnshapes.training.spec import Spec
from tests.training.examples import QUICK, TINY

RAY = importlib.util.find_spec("ray") is not None
ADDRESS = "http://127.0.0.1:8265"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A head on this machine."""
    monkeypatch.setenv(jobs.ROOT, str(tmp_path / "jobs"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    ray = [sys.executable, "-m", "ray.scripts.scripts"]
    subprocess.run([*ray, "start", "--head", "--num-cpus=2", "--disable-usage-stats"], check=True, capture_output=True)
    yield ADDRESS
    subprocess.run([*ray, "stop", "--force"], check=True, capture_output=True)


def until(so: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


@pytest.mark.skipif(not RAY, reason="Ray is not installed; jobs on a cluster are not tested")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.timeout(300)
def test_on_a_local_head(cluster: str) -> None:
    """A job runs on the cluster, is cancelled, goes on there, and its result is in its folder."""
    long = submit(Spec(TINY, recipe=QUICK.with_changes(epochs=100_000), device="cpu"), cluster)
    until(lambda: any(line["kind"] == "epoch" for line in long.metrics()))
    long.cancel()
    until(lambda: long.status == "cancelled")
    spec = Spec(TINY, recipe=QUICK, device="cpu")
    (long.folder / "spec.json").write_text(json.dumps(spec.to_dict()))  # the rest is short
    long.resume()
    job = submit(spec, cluster)
    for done in (long, job):
        until(lambda done=done: done.status in jobs.ENDED)  # type: ignore[misc]
        assert (done.status, done.cluster) == ("succeeded", cluster), done.reason
        assert done.result is not None
    assert job.name in {known.name for known in jobs.jobs()}


def test_without_a_cluster() -> None:
    """Without Ray, or where no cluster answers, one sentence says so."""
    with pytest.raises(InputError, match="Ray"):
        submit(Spec(TINY, recipe=QUICK, device="cpu"), "http://127.0.0.1:9")
