"""The command line of training, with real jobs on the digits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cnnshapes.__main__ import main
from cnnshapes.training import download, jobs
from tests.training.examples import TINY, cifar10, pictures

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with a folder of jobs of its own; gives its exit status, stdout and stderr."""
    monkeypatch.setenv(jobs.ROOT, str(tmp_path / "jobs"))

    def run_(*arguments: str | Path) -> tuple[int, str, str]:
        status = main(list(map(str, arguments)))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A design's file."""
    path = tmp_path / "tiny.json"
    path.write_text(TINY.to_json())
    return path


def test_train_and_predict(run: Run, tiny: Path, tmp_path: Path) -> None:
    """A line for each epoch, the accuracy by class and last of all; then the job is listed, shown again and asked."""
    status, out, err = run("train", tiny, "--epochs", "4", "--no-flip", "--device", "cpu", "--init", "he")
    assert status == 0
    assert out.splitlines()[-1].startswith("test accuracy ")
    assert out.splitlines()[-1].endswith(" %")
    assert len(out.splitlines()) == 11
    assert err.startswith("810 parameters on cpu; float32, eager\nepoch   1  loss ")
    (job,) = jobs.jobs()
    assert (job.spec.recipe.flip, job.spec.recipe.initialisation, job.spec.recipe.epochs) == (False, "he", 4)
    assert run("jobs", "list")[1].startswith(f"{job.name}  succeeded    ")
    assert run("jobs", "watch", job.name)[1] == out
    pictures(tmp_path / "some", 1)
    status, said, _ = run("predict", job.name, tmp_path / "some" / "picture 1.png")
    assert (status, len(said.splitlines())) == (0, 5)
    (tmp_path / "no.png").write_bytes(b"no picture")
    assert run("predict", job.name, tmp_path / "no.png")[2].startswith("cnnshapes: this is no picture, or of a kind")
    assert "No such file" in run("predict", job.name, tmp_path / "gone.png")[2]
    assert run("jobs", "remove", job.name)[0] == 0
    assert run("jobs", "list")[1] == ""


def test_detach_cancel_resume(run: Run, tiny: Path) -> None:
    """A job that is not waited for is named, cancelled and resumed from elsewhere."""
    name = run("train", tiny, "--epochs", "100000", "--detach", "--device", "cpu")[1].strip()
    job = jobs.job(name)
    for line in jobs.watch(job):
        if line["kind"] == "epoch":
            break
    assert run("jobs", "cancel", name) == (0, "", "")
    status, _, err = run("jobs", "watch", name)
    assert (status, err.splitlines()[-1]) == (1, f"cnnshapes: {name} cancelled")
    assert job.has_checkpoint()
    assert run("jobs", "resume", name)[0] == 0
    assert job.status in jobs.LIVE
    assert "nothing to resume" in run("jobs", "resume", name)[2]
    run("jobs", "cancel", name)
    list(jobs.watch(job))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "vgg11"), "vgg11 gives 1000 and digits has 10 classes; give classifier.6 10 outputs"),
        (("train", "lenet5", "--data", "cifar10"), "--data-dir"),
        (("train", "lenet5", "--data", "cifar10", "--data-dir", "/nowhere"), "there is no folder /nowhere"),
        (("train", "lenet5", "--recipe", "best"), "there is fast, notes, notes_adam"),
        (("train", "lenet5", "--epochs", "0"), "epochs is 0"),
        (("train", "lenet5", "--device", "gpu0"), "there is auto, cpu, cuda or cuda:1"),
        (("jobs", "cancel"), "say which job to cancel"),
        (("jobs", "watch", "x"), 'there is no job "x": none was started yet'),
        (("data", "get", "imagenet"), "there is cifar10, mnist, fashion_mnist"),
    ],
)
def test_what_makes_no_sense(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """One sentence, and no job is left."""
    status, out, err = run(*arguments)
    assert status != 0
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1
    assert not jobs.jobs()


def test_data_that_is_there_already(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`data get` names the files; what is whole is not asked for again."""
    cifar10(tmp_path)
    known = tmp_path / "data_batch_1.bin"
    monkeypatch.setitem(download.REMOTES, "cifar10", download.Remote("", {known.name: download._md5(known)}))
    assert run("data", "get", "cifar10", "--data-dir", tmp_path) == (0, f"{known}\n", "")
