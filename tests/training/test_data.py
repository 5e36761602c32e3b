"""Data sets: each format is read as published, and what is truncated, altered or missing is refused by name."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
import torch

from cnnshapes import DataError, InputError
from cnnshapes.training.data import load
from cnnshapes.training.places import ARCHIVE, DATASETS, IDX, INSIDE, TESTING, TRAINING, located
from tests.training.examples import cifar10, idx, pictures


def test_digits() -> None:
    """scikit-learn's digits ship with the package: 1,797 of them, every fifth for testing, the whole range of bytes."""
    data = load("digits")
    assert (len(data.train), len(data.test), data.shape) == (1438, 359, (1, 8, 8))
    assert data.classes == tuple("0123456789")
    assert (int(data.train.images.min()), int(data.train.images.max())) == (0, 255)
    assert set(data.test.labels.tolist()) == set(range(10))
    assert data.train.labels[:4].tolist() == [0, 1, 2, 3]  # the fifth, a 4, is a test picture


def test_cifar10(tmp_path: Path) -> None:
    """A record is a label and the red, green and blue planes; the folder may be the one above the files."""
    (tmp_path / INSIDE).mkdir()
    first = cifar10(tmp_path / INSIDE)
    for folder in (tmp_path, tmp_path / INSIDE):
        data = load("cifar10", folder)
        assert (len(data.train), len(data.test), data.shape) == (50_000, 10_000, (3, 32, 32))
        assert data.train.labels[:100].tolist() == first[:100, 0].tolist()
        assert torch.equal(data.train.images[7, 1, 0], first[7, 1 + 1024 : 1 + 1024 + 32])
        assert data.classes[3] == "cat"


def test_cifar10_from_the_archive(tmp_path: Path) -> None:
    """The archive is read as it was downloaded; nothing is written beside it."""
    files = tmp_path / "files"
    files.mkdir()
    first = cifar10(files)
    with tarfile.open(tmp_path / ARCHIVE, "w:gz", compresslevel=0) as archive:
        for path in files.iterdir():
            archive.add(path, f"{INSIDE}/{path.name}")
    data = load("cifar10", tmp_path)
    assert torch.equal(data.train.images[0].flatten(), first[0, 1:])
    assert {path.name for path in tmp_path.iterdir()} == {"files", ARCHIVE}
    whole = (tmp_path / ARCHIVE).read_bytes()
    flipped = bytes([whole[len(whole) // 2] ^ 1])  # of a picture, uncompressed
    for content in (
        whole[: len(whole) // 2],
        whole[: len(whole) // 2] + flipped + whole[len(whole) // 2 + 1 :],
        b"no archive",
    ):
        (tmp_path / ARCHIVE).write_bytes(content)
        with pytest.raises(DataError, match=f"{ARCHIVE} is truncated, altered or no archive"):
            load("cifar10", tmp_path)


def test_cifar10_that_is_not_whole(tmp_path: Path) -> None:
    """A file that is missing, short or has a label beyond 9 is refused by its name."""
    with pytest.raises(DataError, match=r"has neither data_batch_1.bin nor cifar-10-binary.tar.gz"):
        load("cifar10", tmp_path)
    cifar10(tmp_path)
    whole = (tmp_path / TRAINING[2]).read_bytes()
    (tmp_path / TRAINING[2]).write_bytes(whole[:-1])
    with pytest.raises(DataError, match=r"data_batch_3.bin has 30,729,999 bytes; it should have 30,730,000"):
        load("cifar10", tmp_path)
    (tmp_path / TRAINING[2]).write_bytes(b"\x0b" + whole[1:])
    with pytest.raises(DataError, match=r"data_batch_3.bin has a label 11; there are 10 classes"):
        load("cifar10", tmp_path)
    (tmp_path / TRAINING[2]).write_bytes(whole)
    (tmp_path / TESTING).unlink()
    with pytest.raises(DataError, match=TESTING):
        load("cifar10", tmp_path)


def mnist(folder: Path, *, packed: bool = True) -> torch.Tensor:
    """Four files of made-up pictures; gives those for training."""
    images = torch.arange(20 * 28 * 28).reshape(20, 28, 28) % 256
    for name, numbers in zip(IDX, (images, torch.arange(20) % 10, images[:10], torch.arange(10)), strict=True):
        idx(folder / (f"{name}.gz" if packed else name), numbers, packed=packed)
    return images


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("name", "second"), [("mnist", "1"), ("fashion_mnist", "Trouser")])
def test_idx(tmp_path: Path, name: str, second: str, packed: bool) -> None:
    """MNIST and FashionMNIST, gzipped or not."""
    images = mnist(tmp_path, packed=packed)
    data = load(name, tmp_path)
    assert (len(data.train), len(data.test), data.shape, data.classes[1]) == (20, 10, (1, 28, 28), second)
    assert torch.equal(data.train.images[:, 0].long(), images)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x1f\x8b\x08broken", "is truncated or not gzip"),
        (None, "has no train-images-idx3-ubyte.gz"),
    ],
)
def test_idx_that_is_not_whole(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A file that is missing or truncated is refused by its name."""
    mnist(tmp_path)
    path = tmp_path / f"{IDX[0]}.gz"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        load("mnist", tmp_path)


def test_idx_of_other_sizes(tmp_path: Path) -> None:
    """A header that promises more than there is, other data, and counts that differ are refused."""
    mnist(tmp_path, packed=False)
    path = tmp_path / IDX[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    with pytest.raises(DataError, match=r"has 15,675 bytes of data; its header says 15,680"):
        load("mnist", tmp_path)
    path.write_bytes(b"not an IDX file")
    with pytest.raises(DataError, match="is no IDX file of bytes"):
        load("mnist", tmp_path)
    idx(path, torch.zeros(0, 28, 28), packed=False)
    with pytest.raises(DataError, match=f"{IDX[0]} has no data"):
        load("mnist", tmp_path)
    path.write_bytes(whole)
    idx(tmp_path / IDX[1], torch.arange(19) % 10, packed=False)
    with pytest.raises(DataError, match="has 20 pictures for 19 labels"):
        load("mnist", tmp_path)


def test_class_folders(tmp_path: Path) -> None:
    """Folders in the order people sort, hidden ones ignored, broken pictures told, every fifth for testing."""
    for name, count in (("class 10", 10), ("class 2", 10)):
        pictures(tmp_path / name, count, level=len(name))
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "class 2" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "class 2" / ".DS_Store").write_bytes(b"")
    data = load("folder", tmp_path, (3, 6, 5))
    assert data.classes == ("class 2", "class 10")
    assert (len(data.train), len(data.test), data.shape) == (16, 4, (3, 6, 5))
    assert data.skipped == ("class 2/broken.png",)
    assert data.train.labels.tolist() == [0] * 8 + [1] * 8
    assert data.train.images[data.train.labels == 0].float().mean() == len("class 2")
    assert load("folder", tmp_path, (1, 6, 5)).shape == (1, 6, 5)


def test_folders_with_a_split_of_their_own(tmp_path: Path) -> None:
    """Where there is train and test, that is the split."""
    for part, count in (("train", 6), ("test", 2)):
        for name in ("cats", "dogs"):
            pictures(tmp_path / part / name, count)
    data = load("folder", tmp_path, (3, 4, 4))
    assert (len(data.train), len(data.test), data.classes) == (12, 4, ("cats", "dogs"))
    pictures(tmp_path / "test" / "birds", 1)
    with pytest.raises(DataError, match="has a class birds"):
        load("folder", tmp_path, (3, 4, 4))


def test_folders_that_cannot_be(tmp_path: Path) -> None:
    """One class alone, no pictures, a shape without colours, a folder that is not there."""
    with pytest.raises(DataError, match="two or more classes"):
        load("folder", tmp_path, (3, 4, 4))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(DataError, match="no picture that can be opened"):
        load("folder", tmp_path, (3, 4, 4))
    with pytest.raises(InputError, match="1 or 3, height, width"):
        load("folder", tmp_path, (784,))
    with pytest.raises(DataError, match="there is no folder"):
        load("cifar10", tmp_path / "nowhere")
    with pytest.raises(InputError, match="is read from a folder"):
        load("cifar10")
    with pytest.raises(InputError, match="there is digits, cifar10"):
        load("imagenet")


@pytest.mark.parametrize("name", DATASETS[1:])
@pytest.mark.parametrize("folder", [None, ".", "nowhere", "\0"])
def test_what_is_not_there_is_seen_without_reading(tmp_path: Path, name: str, folder: str | None) -> None:
    """A folder that is not given, not there or has no such data is refused by a look, as by reading it."""
    place = None if folder is None else tmp_path / folder
    with pytest.raises((DataError, InputError)) as looked:
        located(name, place, (3, 4, 4))
    with pytest.raises((DataError, InputError)) as read:
        load(name, place, (3, 4, 4))
    assert str(looked.value) == str(read.value)


def test_what_is_there_is_found(tmp_path: Path) -> None:
    """The four files of MNIST, and class folders where one picture opens; a folder with notes alone is refused."""
    mnist(tmp_path)
    assert [path.name for path in located("mnist", tmp_path).values()] == [f"{name}.gz" for name in IDX]
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").write_text("no picture")
    with pytest.raises(DataError, match="no picture that can be opened"):
        located("folder", tmp_path, (3, 4, 4))
    pictures(tmp_path / "horses", 1)
    assert located("folder", tmp_path, (3, 4, 4)) == {"all": tmp_path}
