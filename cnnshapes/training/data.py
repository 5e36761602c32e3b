"""Labelled pictures in memory, read from the formats that data sets are published in. Nothing is unpickled.

A data set has a name here, and a folder of the user's to read it from; `digits` ships with the package. Pictures are
kept as bytes, (number, channels, height, width), and become numbers a batch at a time, on the device (`batches`).
"""

from __future__ import annotations

import csv
import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from math import prod
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from cnnshapes.errors import DataError
from cnnshapes.layers import Shape
from cnnshapes.training.places import ARCHIVE, IDX, TESTING, TRAINING, classes_in, files_in, located, no_picture

CIFAR10: Final = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
FASHION: Final = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
DIGITS: Final = tuple("0123456789")
ONE_IN: Final = 5
"""Where a data set has no test pictures of its own, every fifth of a class is one."""


@dataclass(frozen=True)
class Pictures:
    """Pictures and what they show.

    Attributes:
        images: bytes, (number, channels, height, width).
        labels: the class of each, as its number.
    """

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Dataset:
    """A data set, whole in memory.

    Attributes:
        name: what it is called here.
        classes: what the labels mean.
        train, test: its two parts.
        skipped: files that were no pictures.
    """

    name: str
    classes: tuple[str, ...]
    train: Pictures
    test: Pictures
    skipped: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape:
        """(channels, height, width) of a picture."""
        return tuple(self.train.images.shape[1:])


Reader = Callable[[dict[str, Path], Shape], Dataset]


def load(name: str, folder: str | Path | None = None, shape: Shape | None = None) -> Dataset:
    """A data set by name.

    Args:
        name: `digits`, `cifar10`, `mnist`, `fashion_mnist`, or `folder` for class folders of your own pictures.
        folder: where its files are; `digits` needs none.
        shape: (channels, height, width) that pictures of a `folder`, which are of any size, are resized to.

    Raises:
        InputError: there is no data set of this name, it needs a folder, or the shape is none of pictures.
        DataError: a file is missing, truncated or altered; says which.
    """
    places = located(name, folder, shape)
    return READERS[name](places, shape or ())


# ---- digits: scikit-learn's 1,797 of the UCI repository -------------------------------------------------------------


def _digits() -> Dataset:
    """8×8 pictures of 0 to 16 in each pixel, as scikit-learn ships them; every fifth is for testing."""
    packed = (resources.files("cnnshapes.training") / "digits.csv.gz").read_bytes()
    rows = [list(map(float, row)) for row in csv.reader(io.StringIO(gzip.decompress(packed).decode()))]
    table = torch.tensor(rows)
    images = (table[:, :64] * (255 / 16)).round().to(torch.uint8).reshape(-1, 1, 8, 8)
    labels = table[:, 64].long()
    testing = torch.arange(len(labels)) % ONE_IN == ONE_IN - 1
    return Dataset(
        "digits", DIGITS, Pictures(images[~testing], labels[~testing]), Pictures(images[testing], labels[testing])
    )


# ---- CIFAR-10, binary version ---------------------------------------------------------------------------------------

RECORD: Final = 1 + 3 * 32 * 32
RECORDS: Final = 10_000


def _cifar10(places: dict[str, Path]) -> Dataset:
    """Records of a label and 1,024 red, green and blue bytes; from the unpacked files or the archive itself."""
    archive = places.get(ARCHIVE)
    files = _unpacked(archive) if archive else {name: _read(path) for name, path in places.items()}
    batches = [_cifar10_batch(name, files[name]) for name in (*TRAINING, TESTING)]
    images = torch.cat([batch.images for batch in batches[:-1]])
    labels = torch.cat([batch.labels for batch in batches[:-1]])
    return Dataset("cifar10", CIFAR10, Pictures(images, labels), batches[-1])


def _unpacked(archive: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for member in packed:
                name = Path(member.name).name
                if name in {*TRAINING, TESTING} and member.isfile() and member.size == RECORD * RECORDS:
                    content = packed.extractfile(member)
                    found[name] = content.read() if content is not None else b""
            while packed.fileobj.read(1 << 20):
                pass  # to the end, where gzip's checksum is
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DataError(f"{archive} is truncated, altered or no archive ({error}); download it again") from error
    missing = [name for name in (*TRAINING, TESTING) if name not in found]
    if missing:
        raise DataError(f"{archive} has no whole {missing[0]}; download it again")
    return found


def _cifar10_batch(name: str, content: bytes) -> Pictures:
    if len(content) != RECORD * RECORDS:
        raise DataError(f"{name} has {len(content):,} bytes; it should have {RECORD * RECORDS:,}")
    records = torch.frombuffer(bytearray(content), dtype=torch.uint8).reshape(RECORDS, RECORD)
    labels = records[:, 0].long()
    _check_labels(name, labels, 10)
    return Pictures(records[:, 1:].reshape(RECORDS, 3, 32, 32).contiguous(), labels)


# ---- MNIST and FashionMNIST: gzipped IDX ----------------------------------------------------------------------------


def _idx(name: str, classes: tuple[str, ...]) -> Reader:
    def read(places: dict[str, Path], shape: Shape) -> Dataset:
        images, labels, test_images, test_labels = (_idx_file(places[file]) for file in IDX)
        return Dataset(
            name, classes, _paired(IDX[0], images, labels, classes), _paired(IDX[2], test_images, test_labels, classes)
        )

    return read


def _idx_file(path: Path) -> Tensor:
    """A tensor of bytes: two zeros, the type 8, the number of dimensions, each size in four bytes, the numbers."""
    content = _read(path)
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path.name} is truncated or not gzip ({error})") from error
    dims = content[3] if len(content) > 3 and content[:3] == b"\0\0\x08" else 0
    if dims not in (1, 3) or len(content) < 4 + 4 * dims:
        raise DataError(f"{path.name} is no IDX file of bytes")
    sizes = struct.unpack(f">{dims}I", content[4 : 4 + 4 * dims])
    body = content[4 + 4 * dims :]
    if not body:
        raise DataError(f"{path.name} has no data")
    if len(body) != prod(sizes):
        raise DataError(f"{path.name} has {len(body):,} bytes of data; its header says {prod(sizes):,}")
    return torch.frombuffer(bytearray(body), dtype=torch.uint8).reshape(sizes)


def _paired(name: str, images: Tensor, labels: Tensor, classes: tuple[str, ...]) -> Pictures:
    if images.dim() != 3 or labels.dim() != 1 or len(images) != len(labels):
        raise DataError(f"{name} has {len(images)} pictures for {len(labels)} labels")
    _check_labels(name, labels, len(classes))
    return Pictures(images.unsqueeze(1), labels.long())


# ---- class folders of one's own -------------------------------------------------------------------------------------


def _folder(places: dict[str, Path], shape: Shape) -> Dataset:
    """Two places as they are, or one of which every fifth picture of a class is for testing."""
    skipped: list[str] = []
    first, *rest = places.values()
    classes = [path.name for path in classes_in(first)]
    if rest:
        unknown = [path.name for path in classes_in(rest[0]) if path.name not in classes]
        if unknown:
            raise DataError(f"{rest[0]} has a class {unknown[0]} that {first} has not")
        parts = [_labelled(place, classes, shape, skipped) for place in (first, *rest)]
    else:
        whole = _labelled(first, classes, shape, skipped)
        within = torch.cat([torch.arange(int((whole.labels == label).sum())) for label in range(len(classes))])
        testing = within % ONE_IN == ONE_IN - 1
        parts = [Pictures(whole.images[mask], whole.labels[mask]) for mask in (~testing, testing)]
    for part, what in zip(parts, ("train", "test"), strict=True):
        if not len(part):
            raise DataError(f"{first} leaves no picture to {what} with; a class needs {ONE_IN} or more")
    return Dataset("folder", tuple(classes), parts[0], parts[1], tuple(skipped))


def _labelled(folder: Path, classes: Sequence[str], shape: Shape, skipped: list[str]) -> Pictures:
    from PIL import Image, ImageOps

    images, labels = [], []
    channels, height, width = shape
    for label, name in enumerate(classes):
        for path in files_in(folder / name):
            try:
                with Image.open(path) as picture:
                    small = ImageOps.exif_transpose(picture).convert("RGB" if channels == 3 else "L")
                    small = small.resize((width, height), Image.Resampling.BILINEAR)
                pixels = torch.frombuffer(bytearray(small.tobytes()), dtype=torch.uint8)
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
                skipped.append(str(path.relative_to(folder)))
                continue
            images.append(pixels.reshape(height, width, channels).permute(2, 0, 1))
            labels.append(label)
    if not images:
        raise no_picture(folder)
    return Pictures(torch.stack(images), torch.tensor(labels))


# ---- shared ---------------------------------------------------------------------------------------------------------


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error


def _check_labels(name: str, labels: Tensor, classes: int) -> None:
    if len(labels) and int(labels.max()) >= classes:
        raise DataError(f"{name} has a label {int(labels.max())}; there are {classes} classes, from 0")


READERS: Final[dict[str, Reader]] = {
    "digits": lambda places, shape: _digits(),
    "cifar10": lambda places, shape: _cifar10(places),
    "mnist": _idx("mnist", DIGITS),
    "fashion_mnist": _idx("fashion_mnist", FASHION),
    "folder": _folder,
}
"""What reads each data set from where `located` found it, by its name."""
