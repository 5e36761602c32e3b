"""Downloads: progress, resume, checksum, mirror, against a server of our own."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnshapes import DataError, InputError
from cnnshapes.training import download
from cnnshapes.training.download import MIRROR, REMOTES, Progress, Remote, get

CONTENT = bytes(range(256)) * 4000


class Server(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT, whole or from where it is asked, and breaks off where told to."""

    breaks_at: int | None = None
    asked: list[str | None]

    def do_GET(self) -> None:
        given = self.headers.get("Range")
        type(self).asked.append(given)
        start = int(given.removeprefix("bytes=").rstrip("-")) if given else 0
        if "missing" in self.path:
            self.send_error(404)
            return
        self.send_response(206 if given else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : self.breaks_at])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    """A server on this machine, and a data set `small` that it has."""

    class Fresh(Server):
        asked: list[str | None] = []  # noqa: RUF012  one list for each test

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fresh) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        md5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
        monkeypatch.setitem(REMOTES, "small", Remote("http://127.0.0.1:9/nowhere", {"small.bin": md5}))
        monkeypatch.setenv(MIRROR, f"http://127.0.0.1:{running.server_address[1]}/")
        yield Fresh
        running.shutdown()


def test_whole(server: type[Server], tmp_path: Path) -> None:
    """A file arrives from the mirror with progress, and is not asked for again."""
    told: list[Progress] = []
    (path,) = get("small", tmp_path / "new", told.append)
    assert path.read_bytes() == CONTENT
    assert told[-1].done == told[-1].total == len(CONTENT)
    assert "small.bin: 100% of 1.0 MB" in str(told[-1])
    get("small", tmp_path / "new")
    assert server.asked == [None]


def test_resume(server: type[Server], tmp_path: Path) -> None:
    """What broke off is gone on from, and the whole has the right checksum."""
    server.breaks_at = 600_000
    with pytest.raises(DataError, match="run it again to resume"):
        get("small", tmp_path)
    part = tmp_path / "small.bin.part"
    have = part.stat().st_size
    assert 0 < have <= 600_000
    server.breaks_at = None
    (path,) = get("small", tmp_path)
    assert path.read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={have}-"]
    assert not part.exists()


def test_altered(server: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another checksum is thrown away."""
    monkeypatch.setitem(REMOTES, "small", Remote("", {"small.bin": "0" * 32}))
    with pytest.raises(DataError, match="another checksum than 0000"):
        get("small", tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_not_there(server: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says no, one that does not answer, and a data set that is not downloaded."""
    monkeypatch.setitem(REMOTES, "small", Remote("", {"missing.bin": "0" * 32}))
    with pytest.raises(DataError, match="404"):
        get("small", tmp_path)
    monkeypatch.setenv(MIRROR, "nowhere")
    with pytest.raises(InputError, match=f"nowhere/small/missing.bin is no address; {MIRROR} should be like"):
        get("small", tmp_path)
    monkeypatch.setenv(MIRROR, "http://127.0.0.1:9")
    with pytest.raises(DataError, match=f"set {MIRROR} to another place"):
        get("small", tmp_path)
    with pytest.raises(InputError, match="there is cifar10, mnist, fashion_mnist"):
        get("digits", tmp_path)


def test_time_left() -> None:
    """Progress tells the share, the rate and the time left."""
    assert str(Progress("a.gz", 50_000_000, 170_000_000, 80_000)) == "a.gz:  29% of 170.0 MB, 80 kB/s, 25:00 min left"
    assert str(Progress("a.gz", 5_000_000, 0, 80_000)) == "a.gz: 5.0 MB, 80 kB/s"
    assert download.CHUNK > 0
