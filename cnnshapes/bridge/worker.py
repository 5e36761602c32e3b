"""A process that asks torch for others, so that they need not load it: a JSON line in, a JSON line out.

    python -m cnnshapes.bridge.worker

It ends with its input, and leaves the processor to whoever else wants it. A line it reads is a design, or a question
by hand that says what it asks:

    {"nodes": …, …}                                       → {"device", "torchinfo_error", "rows": [{"name", …}]}
    {"ask": "convolution", "image", "filters", "bias",
     "stride", "padding", "dilation"}                     → {"maps": [one for each filter]}
    {"ask": "pooling", "image", "kernel_size", "stride"}  → {"maps": [of the largest, of the means]}

Whatever cannot be answered is answered by `{"error": "…"}`.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final, TextIO

if __name__ == "__main__" and hasattr(os, "nice"):  # before torch is loaded, which takes seconds of a core
    os.nice(10)

import torch
from torch.nn import functional

from cnnshapes.bridge.check import check
from cnnshapes.design import Design
from cnnshapes.errors import CnnshapesError


def serve(lines: Iterable[str], output: TextIO) -> None:
    """Answer line by line."""
    for line in lines:
        output.write(json.dumps(answered(line), ensure_ascii=False) + "\n")
        output.flush()


def answered(line: str) -> dict[str, Any]:
    """What torch says to one question, or the sentence that says why it says nothing."""
    try:
        question = _question(line)
        if question is None:
            return dataclasses.asdict(check(Design.from_json(line)))
        return ASKED[question.pop("ask")](**question)
    except CnnshapesError as error:
        return {"error": str(error)}
    except Exception as error:  # the process must outlive one bad question
        return {"error": f"torch failed: {type(error).__name__}"}


def _question(line: str) -> dict[str, Any] | None:
    """The question by hand that a line holds, None where it is to be read as a design."""
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data if isinstance(data, dict) and data.get("ask") in ASKED else None


def _convolution(image: Any, filters: Any, bias: Any, **arguments: Any) -> dict[str, Any]:
    """`conv2d` of one picture of (channels, height, width) with filters of (filters, channels, height, width)."""
    double = torch.float64
    maps = functional.conv2d(
        torch.tensor([image], dtype=double),
        torch.tensor(filters, dtype=double),
        torch.tensor(bias, dtype=double),
        **arguments,
    )
    return {"maps": maps[0].tolist()}


def _pooling(image: Any, **arguments: Any) -> dict[str, Any]:
    """`max_pool2d` and `avg_pool2d` of one map of (height, width)."""
    picture = torch.tensor([[image]], dtype=torch.float64)
    pooled = (functional.max_pool2d(picture, **arguments), functional.avg_pool2d(picture, **arguments))
    return {"maps": [maps[0, 0].tolist() for maps in pooled]}


ASKED: Final[dict[str, Callable[..., dict[str, Any]]]] = {"convolution": _convolution, "pooling": _pooling}
"""What answers a question by hand."""


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(sys.stdin, sys.stdout)
