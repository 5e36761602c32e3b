"""A job on a Ray cluster: against a local head where Ray is installed, which `make test` does not ask for."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
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


@pytest.mark.skipif(not RAY, reason="Ray is not installed; jobs on a cluster are not tested")
@pytest.mark.filterwarnings("ignore")
def test_on_a_local_head(cluster: str) -> None:
    """The job runs on the cluster, and its result is in its folder."""
    job = submit(Spec(TINY, recipe=QUICK, device="cpu"), cluster)
    end = time.monotonic() + 100
    while job.status not in jobs.ENDED and time.monotonic() < end:
        time.sleep(0.5)
    assert job.status == "succeeded", job.reason
    assert job.result is not None


def test_without_a_cluster() -> None:
    """Without Ray, or where no cluster answers, one sentence says so."""
    with pytest.raises(InputError, match="Ray"):
        submit(Spec(TINY, recipe=QUICK, device="cpu"), "http://127.0.0.1:9")
