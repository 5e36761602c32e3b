"""The process that asks torch for the page."""

from __future__ import annotations

from app.checker import Checker
from cnnshapes import Design, presets
from cnnshapes.bridge.worker import checked
from cnnshapes.layers import Conv2d


def test_torch_answers_and_survives_a_crash() -> None:
    """A design is checked in another process, once; after a crash the next question starts a new one."""
    checker = Checker()
    lenet = presets.preset("lenet5")
    answer = checker.ask(lenet).result(60)
    assert [row["agrees"] for row in answer["rows"]] == [True] * len(lenet)
    assert checker.ask(lenet).result(1) is answer
    first = checker._process
    assert first is not None
    first.kill()
    first.wait()
    answer = checker.ask(presets.preset("classifier")).result(60)
    assert all(row["agrees"] for row in answer["rows"])
    assert checker._process is not None
    checker._process.kill()
    checker._process.wait()
    for pipe in (first.stdin, first.stdout, checker._process.stdin, checker._process.stdout):
        assert pipe is not None
        pipe.close()


def test_a_bad_line_gets_a_sentence() -> None:
    """What cannot be checked is answered by a sentence, and the process goes on."""
    assert "JSON" in checked("nonsense")["error"]
    broken = Design.chain((3, 4, 4), Conv2d(out_channels=4, kernel_size=5))
    assert "does not fit" in checked(broken.to_json())["error"]
