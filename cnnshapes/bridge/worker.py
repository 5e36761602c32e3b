"""A process that checks designs for others, so that they need not load torch: a JSON line in, a JSON line out.

    python -m cnnshapes.bridge.worker

Each line it reads is a design; each line it writes is `{"device", "torchinfo_error", "rows": [{"name", "agrees", …}]}`
or `{"error": "…"}`. It ends with its input.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import torch

from cnnshapes.bridge.check import check
from cnnshapes.design import Design
from cnnshapes.errors import CnnshapesError


def serve(lines: Iterable[str], output: TextIO) -> None:
    """Answer line by line."""
    for line in lines:
        output.write(json.dumps(checked(line), ensure_ascii=False) + "\n")
        output.flush()


def checked(line: str) -> dict[str, Any]:
    """The agreement of one design, or the sentence that says why there is none."""
    try:
        agreement = check(Design.from_json(line))
    except CnnshapesError as error:
        return {"error": str(error)}
    except Exception as error:  # the process must outlive one bad design
        return {"error": f"torch failed: {type(error).__name__}"}
    return dataclasses.asdict(agreement)


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(sys.stdin, sys.stdout)
