"""The process that asks torch for the page."""

from __future__ import annotations

import json

from app.checker import SECONDS, Checker
from cnnshapes import Design, presets
from cnnshapes.bridge.worker import answered
from cnnshapes.layers import Conv2d


def test_torch_answers_and_survives_a_crash() -> None:
    """A design is checked in another process, once; after a crash the next question starts a new one."""
    checker = Checker()
    lenet = presets.preset("lenet5")
    answer = checker.ask(lenet).result(SECONDS)
    assert [row["agrees"] for row in answer["rows"]] == [True] * len(lenet)
    assert checker.ask(lenet).result(1) is answer
    first = checker._process
    assert first is not None
    first.kill()
    first.wait()
    answer = checker.ask(presets.preset("classifier")).result(SECONDS)
    assert all(row["agrees"] for row in answer["rows"])
    by_hand = checker.ask_by_hand(
        "convolution", image=[[[1, 2, 3]]], filters=[[[[1, -1]]]], bias=[0.5], stride=[1, 1], padding=[0, 1], dilation=1
    )
    assert by_hand.result(SECONDS) == {"maps": [[[-0.5, -0.5, -0.5, 3.5]]]}
    assert checker._process is not None
    checker._process.kill()
    checker._process.wait()
    for pipe in (first.stdin, first.stdout, checker._process.stdin, checker._process.stdout):
        assert pipe is not None
        pipe.close()


def test_a_bad_line_gets_a_sentence() -> None:
    """What cannot be checked is answered by a sentence, and the process goes on."""
    assert "JSON" in answered("nonsense")["error"]
    broken = Design.chain((3, 4, 4), Conv2d(out_channels=4, kernel_size=5))
    assert "does not fit" in answered(broken.to_json())["error"]


def test_convolution_and_pooling_by_hand() -> None:
    """Torch's own numbers for a question by hand; one that makes no sense is answered, and not taken for a design."""
    image = [[1, 2], [3, 4]]
    pooling = {"ask": "pooling", "image": image, "kernel_size": [2, 2], "stride": [2, 2]}
    assert answered(json.dumps(pooling)) == {"maps": [[[4.0]], [[2.5]]]}
    convolution = {"image": [image], "filters": [[[[1]]], [[[2]]]], "bias": [0, 1], "stride": 2, "padding": 0}
    said = answered(json.dumps({"ask": "convolution", **convolution, "dilation": 1}))
    assert said == {"maps": [[[1.0]], [[3.0]]]}
    assert answered(json.dumps({"ask": "convolution", **convolution, "stride": 0})) == {
        "error": "torch failed: RuntimeError"
    }
    assert answered(json.dumps({"ask": "convolution"})) == {"error": "torch failed: TypeError"}
    assert "error" in answered(json.dumps({"ask": "something"}))
