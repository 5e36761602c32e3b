"""Writing text to where a user says, whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from shutil import copymode
from typing import TextIO


def write(text: str, to: str | os.PathLike[str] | TextIO) -> None:
    """Write text as UTF-8 to a path, or to an open text file.

    A path is written beside itself and moved into place, so that a failure leaves what was there, and nothing else.

    Raises:
        OSError: the path cannot be written.
    """
    if not isinstance(to, str | os.PathLike):
        to.write(text)
        return
    named = Path(to)
    if named.exists() and not named.is_file():  # a device or a pipe is written into, not replaced
        named.write_text(text, encoding="utf-8", newline="")
        return
    target = named.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        if target.exists():
            copymode(target, beside)
        beside.replace(target)
    except BaseException as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = os.fspath(to), None  # the file that was asked for
        raise
