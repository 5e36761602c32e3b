"""A design as text for a link: compact JSON, compressed, in the letters a URL may carry."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Final
from urllib.parse import parse_qs, urlsplit

from cnnshapes.design import Design
from cnnshapes.errors import DesignError, InputError

PAGE: Final = "http://localhost:8501"
"""Where the page is, as `make app` serves it."""
PARAMETER: Final = "d"
"""The query parameter that the design lives in."""
LONGEST: Final = 60_000
"""Characters; browsers carry that much in an address and fail at twice as much."""
LARGEST: Final = 1_000_000
"""Bytes of JSON that a link may unpack to, so that a few hostile kilobytes cannot fill the memory."""


def to_link(design: Design) -> str:
    """The design as letters, digits, - and _.

    Raises:
        InputError: the design is too large for a link.
    """
    text = json.dumps(design.to_dict(), ensure_ascii=False, separators=(",", ":"))
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    if len(packed) > LONGEST:
        raise InputError(f"a link of {len(packed)} characters is too long for a browser; save the design as JSON")
    return packed


ADDRESS: Final = re.compile(r"\w+://\S+|localhost\b\S*|\S*\?(?:\S*&)?d=\S*")
"""What is meant as an address, also without the `http://` that browsers hide."""


def in_address(text: str) -> str | None:
    """What such an address holds for `from_link`, None where the text is no address.

    Raises:
        InputError: the address has no design in it.
    """
    if ADDRESS.fullmatch(text.strip()) is None:
        return None
    try:
        found = parse_qs(urlsplit(text.strip()).query).get(PARAMETER)
    except ValueError:  # brackets that are no address
        return None
    if found is None:
        raise InputError(
            f"this address holds no design; one that does has ?{PARAMETER}= in it, such as the link that the page Code "
            "gives for the design"
        )
    return found[0]


def from_link(text: str) -> Design:
    """The design of such text.

    Raises:
        InputError: it is cut short, altered or no design.
    """
    if len(text) > LONGEST:
        raise InputError(f"the link is {len(text)} characters long; a design's has at most {LONGEST}")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, LARGEST)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise InputError("the link unpacks to more than a design can be, or was cut short")
        return Design.from_json(raw.decode())
    except (binascii.Error, zlib.error, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        why = str(error) if isinstance(error, DesignError) else "it was cut short or altered"
        raise InputError(f"the link holds no design: {why}") from error
