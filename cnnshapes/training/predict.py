"""What a trained network says of a picture.

    python -m cnnshapes.training.predict FOLDER < PICTURE

answers for a job's folder in JSON, `{"dog": 0.9, …}` or `{"error": "…"}`, so that who asks need not load torch.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from cnnshapes.bridge.build import build
from cnnshapes.errors import CnnshapesError, DataError
from cnnshapes.training.batches import Batches
from cnnshapes.training.checkpoints import read_checkpoint
from cnnshapes.training.data import Pictures
from cnnshapes.training.jobs import Job
from cnnshapes.training.spec import BEST, Spec, ends_in

LARGEST: int = 50_000_000
"""Pixels of a picture that is opened."""


def predict(
    spec: Spec, folder: Path, picture: bytes | Path, classes: Sequence[str], checkpoint: str = BEST
) -> dict[str, float]:
    """The probability of each class, the likeliest first.

    Args:
        spec: what was trained.
        folder: of its checkpoints.
        picture: a file of a picture, or its content.
        classes: what the network was trained to tell apart.
        checkpoint: the best of the run, or `last.pt`.

    Raises:
        DataError: there is no checkpoint, or it is no picture.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    state = read_checkpoint(folder / checkpoint)
    model = build(spec.design)
    model.load_state_dict(state["model"])
    channels = len(state["mean"])
    try:
        content = picture if isinstance(picture, bytes) else picture.read_bytes()
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > LARGEST:
                raise DataError(f"the picture has more than {LARGEST:,} pixels")
            mode = "RGB" if channels == 3 else "L"
            pixels = ImageOps.exif_transpose(opened).convert(mode)
    except UnidentifiedImageError:
        raise DataError("this is no picture, or of a kind that cannot be opened") from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"the picture cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    flat = torch.frombuffer(bytearray(pixels.tobytes()), dtype=torch.uint8)
    image = flat.reshape(1, pixels.height, pixels.width, channels).permute(0, 3, 1, 2)
    pictures = Pictures(image, torch.zeros(1, dtype=torch.long))
    batches = Batches(pictures, spec.design.input_shape, torch.device("cpu"), state["mean"], state["std"])
    with torch.no_grad():
        outputs = model.eval()(next(batches.testing())[0]).float()
    found = outputs if ends_in(spec.design) == "probabilities" else outputs.softmax(1)
    order = found[0].argsort(descending=True).tolist()
    return {classes[number]: float(found[0, number]) for number in order}


def main(folder: Path, picture: bytes) -> None:
    """Print the answer for the network of a job."""
    job = Job(folder)
    result = job.result
    try:
        if result is None:
            raise DataError(f"{job.name} has no result yet")
        said: dict[str, object] = dict(predict(job.spec, job.folder, picture, result.classes))
    except CnnshapesError as error:
        said = {"error": str(error)}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin.buffer.read())
