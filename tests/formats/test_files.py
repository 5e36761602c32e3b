"""Writing files: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnshapes.formats.files import write


def test_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    """What stood there is replaced, and the file stays as readable as it was."""
    path = tmp_path / "out.txt"
    path.write_text("old and longer")
    path.chmod(0o640)
    write("new\n", path)
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_failure_leaves_no_trace(tmp_path: Path) -> None:
    """Text that cannot be encoded leaves the old file and nothing beside it."""
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write("half of it \ud800", path)
    assert path.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    """An error is about the path that the user gave."""
    path = tmp_path / "missing" / "out.txt"
    with pytest.raises(FileNotFoundError) as caught:
        write("text", path)
    assert caught.value.filename == str(path)


def test_writes_through_a_link(tmp_path: Path) -> None:
    """A symbolic link stays one; the file it leads to is replaced."""
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    write("new", link)
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_writes_into_a_device() -> None:
    """A device is written into, not replaced by a file."""
    write("text", os.devnull)
    assert not Path(os.devnull).is_file()
