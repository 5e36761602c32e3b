"""Where the files of a data set are, found before any is read. No torch here: the page looks before it starts a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cnnshapes.errors import DataError, InputError
from cnnshapes.layers import Shape

DATASETS: Final = ("digits", "cifar10", "mnist", "fashion_mnist", "folder")
"""The data sets by name."""

ARCHIVE: Final = "cifar-10-binary.tar.gz"
INSIDE: Final = "cifar-10-batches-bin"
TRAINING: Final = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TESTING: Final = "test_batch.bin"

IDX: Final = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def located(name: str, folder: str | Path | None = None, shape: Shape | None = None) -> dict[str, Path]:
    """The files of a data set by their names, or the places of class folders by what is in them.

    Args:
        name: one of `DATASETS`.
        folder: where its files are; `digits` needs none.
        shape: (channels, height, width) that pictures of a `folder`, which are of any size, are to become.

    Raises:
        InputError: there is no data set of this name, it needs a folder, or the shape is none of pictures.
        DataError: the folder is not there or holds no such data; says what is missing.
    """
    if name not in DATASETS:
        raise InputError(f'there is no data set "{name}"; there is {", ".join(DATASETS)}')
    if name == "digits":
        return {}
    if folder is None:
        raise InputError(f"{name} is read from a folder, and none is given (data_dir, or --data-dir)")
    path = Path(folder)
    try:
        if not path.is_dir():
            raise DataError(f"there is no folder {path}")
        if name == "folder":
            return _class_folders(path, shape)
        return _cifar10(path) if name == "cifar10" else dict(_idx(path))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error


def _cifar10(folder: Path) -> dict[str, Path]:
    """The unpacked files of the binary version, or the archive itself."""
    for place in (folder, folder / INSIDE):
        if (place / TRAINING[0]).exists():
            return {name: place / name for name in (*TRAINING, TESTING)}
    if not (folder / ARCHIVE).exists():
        raise DataError(
            f"{folder} has neither {TRAINING[0]} nor {ARCHIVE}; `cnnshapes data get cifar10` downloads it, or give the "
            "folder that has the binary version's files"
        )
    return {ARCHIVE: folder / ARCHIVE}


def _idx(folder: Path) -> Iterator[tuple[str, Path]]:
    """The four files of MNIST and its like, gzipped or not."""
    for name in IDX:
        path = next((path for path in (folder / f"{name}.gz", folder / name) if path.exists()), None)
        if path is None:
            raise DataError(f"{folder} has no {name}.gz")
        yield name, path


def _class_folders(folder: Path, shape: Shape | None) -> dict[str, Path]:
    """FOLDER/train/CLASS and FOLDER/test/CLASS, or FOLDER/CLASS alone; each place has a picture that can be opened."""
    if shape is None or len(shape) != 3 or shape[0] not in (1, 3):
        raise InputError(
            f"pictures become (1 or 3, height, width), and the design reads {shape}; give it such an input shape"
        )
    parts = {part: folder / part for part in ("train", "test")}
    places = parts if all(place.is_dir() for place in parts.values()) else {"all": folder}
    for place in places.values():
        if not any(map(_opens, (path for of_class in classes_in(place) for path in files_in(of_class)))):
            raise no_picture(place)
    return places


def classes_in(folder: Path) -> list[Path]:
    """The folders of the classes, in the order people sort.

    Raises:
        DataError: there are fewer than two.
    """
    found = sorted((path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")), key=natural)
    if len(found) < 2:
        raise DataError(f"{folder} should have a folder of pictures for each of two or more classes")
    return found


def files_in(folder: Path) -> Iterable[Path]:
    """The files of a class, hidden ones left out, in the order people sort; none where there is no such folder."""
    files = [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return sorted((path for path in files if not path.name.startswith(".")), key=natural)


def no_picture(folder: Path) -> DataError:
    """What is said of class folders without a single picture."""
    return DataError(f"{folder} has no picture that can be opened")


def _opens(path: Path) -> bool:
    """Whether a file begins as a picture does."""
    from PIL import Image

    try:
        with Image.open(path):
            return True
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def natural(path: Path) -> list[tuple[int, int, str]]:
    """The order people sort in: picture 2 before picture 10."""
    return list(_natural(path.name))


def _natural(name: str) -> Iterator[tuple[int, int, str]]:
    import re

    for digits, text in re.findall(r"(\d+)|(\D+)", name):
        yield (0, int(digits), "") if digits else (1, 0, text.casefold())
