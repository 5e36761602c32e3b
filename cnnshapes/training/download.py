"""Download a data set: with progress, resumed where it broke off, checked against its published checksum."""

from __future__ import annotations

import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cnnshapes.errors import DataError, InputError
from cnnshapes.training.places import ARCHIVE, IDX

MIRROR: Final = "CNNSHAPES_MIRROR"
"""Environment variable: an address to download from instead, `https://example.org/sets`, with a folder per data set."""
CHUNK: Final = 1 << 18
TIMEOUT: Final = 30


@dataclass(frozen=True)
class Remote:
    """Where a data set is published: an address, and its files with their MD5."""

    address: str
    files: dict[str, str]


_IDX_MD5: Final = {
    "mnist": (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
    "fashion_mnist": (
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
}
REMOTES: Final[dict[str, Remote]] = {
    "cifar10": Remote("https://www.cs.toronto.edu/~kriz", {ARCHIVE: "c32a1d4ab5d03f1284b67883e8d87530"}),
    "mnist": Remote(
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        {f"{name}.gz": md5 for name, md5 in zip(IDX, _IDX_MD5["mnist"], strict=True)},
    ),
    "fashion_mnist": Remote(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        {f"{name}.gz": md5 for name, md5 in zip(IDX, _IDX_MD5["fashion_mnist"], strict=True)},
    ),
}


@dataclass(frozen=True)
class Progress:
    """How far a file has come: bytes so far, bytes in all (0 where unknown), bytes a second."""

    file: str
    done: int
    total: int
    rate: float

    def __str__(self) -> str:
        share = (
            f"{self.done / self.total:4.0%} of {self.total / 1e6:.1f} MB" if self.total else f"{self.done / 1e6:.1f} MB"
        )
        left = (self.total - self.done) / self.rate if self.total and self.rate else 0.0
        return f"{self.file}: {share}, {self.rate / 1e3:.0f} kB/s" + (f", {_clock(left)} left" if left else "")


def get(name: str, folder: Path, said: Callable[[Progress], None] = lambda progress: None) -> list[Path]:
    """Download the files of a data set into a folder; what is there and whole is kept.

    Args:
        name: `cifar10`, `mnist` or `fashion_mnist`.
        folder: where to; it is made.
        said: called as bytes arrive, at most a few times a second.

    Raises:
        InputError: there is no such data set to download.
        DataError: the download failed, or a file is not what it should be. What arrived is kept, to be resumed.
    """
    remote = REMOTES.get(name)
    if remote is None:
        raise InputError(f'there is no data set "{name}" to download; there is {", ".join(REMOTES)}')
    mirror = os.environ.get(MIRROR)
    address = f"{mirror.rstrip('/')}/{name}" if mirror else remote.address
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for file, md5 in remote.files.items():
        target = folder / file
        if not (target.exists() and _md5(target) == md5):
            _download(f"{address}/{file}", target, md5, said)
        found.append(target)
    return found


def _download(address: str, target: Path, md5: str, said: Callable[[Progress], None]) -> None:
    part = target.with_name(f"{target.name}.part")
    have = part.stat().st_size if part.exists() else 0
    try:
        request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  addresses are ours or the user's
            resumed = answer.status == 206
            have = have if resumed else 0
            total = have + int(answer.headers.get("Content-Length") or 0)
            _copy(answer.read, part, have, total, said)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # the part is whole already
            raise DataError(f"{address}: {error.code} {error.reason}; set {MIRROR} to download elsewhere") from error
    except ValueError as error:
        raise InputError(f"{address} is no address; {MIRROR} should be like https://example.org/sets") from error
    except (OSError, http.client.HTTPException) as error:
        raise DataError(
            f"{address}: {getattr(error, 'reason', error)}; run it again to resume, or set {MIRROR} to another place"
        ) from error
    if _md5(part) != md5:
        size = part.stat().st_size
        part.unlink()
        raise DataError(f"{target.name} came with {size:,} bytes and another checksum than {md5}; it was thrown away")
    part.replace(target)


def _copy(read: Callable[[int], bytes], part: Path, have: int, total: int, said: Callable[[Progress], None]) -> None:
    start = last = time.monotonic()
    done = have
    with part.open("ab" if have else "wb") as file:
        while chunk := read(CHUNK):
            try:
                file.write(chunk)
            except OSError as error:
                raise DataError(f"{part}: {error.strerror}; make room and run it again to resume") from error
            done += len(chunk)
            now = time.monotonic()
            if now - last > 0.2 or done == total:
                said(Progress(part.name.removesuffix(".part"), done, total, (done - have) / max(now - start, 1e-6)))
                last = now
    if total and done < total:
        raise OSError(f"the connection broke off at {done:,} of {total:,} bytes")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
