"""Designs as links: there and back, and what a hostile link gets."""

from __future__ import annotations

import base64
import zlib

import pytest

from cnnshapes import Design, InputError, presets
from cnnshapes.formats.link import LARGEST, from_link, in_address, to_link
from cnnshapes.layers import Conv2d


@pytest.mark.parametrize("name", presets.PRESETS)
def test_there_and_back(name: str) -> None:
    """Every preset fits a link and comes back as it was."""
    design = presets.preset(name)
    assert from_link(to_link(design)) == design


def test_links_are_short() -> None:
    """VGG-16 takes a few hundred characters, all of them allowed in an address."""
    text = to_link(presets.preset("vgg16"))
    assert len(text) < 700
    assert text.replace("-", "").replace("_", "").isalnum()


def packed(data: bytes) -> str:
    """Bytes as a link holds them."""
    return base64.urlsafe_b64encode(zlib.compress(data)).decode().rstrip("=")


def test_addresses() -> None:
    """Only one address alone is one, with or without what browsers hide; one without a design says so."""
    for address in ("https://somewhere/page/?d=abc", " localhost:8501?lang=ko&d=abc\n", "somewhere:80/?d=abc"):
        assert in_address(address) == "abc"
    for text in ("x = 'a?d=b'  # and more", "http://[?d=1", "abc", "nn.Linear(2,3)"):
        assert in_address(text) is None
    for address in ("http://localhost:8501/", "localhost:8501", "https://somewhere/?lang=ko"):
        with pytest.raises(InputError, match="holds no design"):
            in_address(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!!!",
        "abc",
        to_link(presets.preset("lenet5"))[:-20],
        packed(b"not json"),
        packed(b"[]"),
        packed(b"\xff\xfe"),
        packed(b" " * (LARGEST + 1)),
        "A" * 100_000,
        packed(b'{"cnnshapes":1,"input_shape":[3,32,32],"nodes":[{"name":"a","layer":"__import__"}]}'),
    ],
)
def test_hostile_links_get_a_sentence(text: str) -> None:
    """Cut, altered, oversized and foreign links are refused by a sentence."""
    with pytest.raises(InputError, match="link"):
        from_link(text)


def test_a_design_too_large_for_a_link_says_so() -> None:
    """A design beyond what browsers carry is refused, with what to do instead."""
    names = [(f"n{zlib.crc32(str(i).encode()):x}_{i}", Conv2d(out_channels=i + 1, kernel_size=1)) for i in range(9000)]
    with pytest.raises(InputError, match="JSON"):
        to_link(Design.chain((3, 8, 8), *names))
