"""Korean particles, which depend on the sound that the word before them ends in: `3이`, `2가`, `커널은`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PAIRS: Final = {"이(가)": "이가", "은(는)": "은는", "을(를)": "을를", "과(와)": "과와", "(으)로": ("으로", "로")}
"""How a catalogue writes a particle, and what it is after a consonant and after a vowel."""

RIEUL: Final = "ᆯ"
"""The final consonant ㄹ, after which 로 stands as after a vowel."""
DIGITS: Final = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
"""The digits as they are read; numbers that end in zeros end in a consonant, as 영 does."""

_PARTICLE: Final = re.compile(r"([가-힣0-9])([)\]\"'`%]*)(" + "|".join(map(re.escape, PAIRS)) + ")")


def with_particles(text: str) -> str:
    """The text with each particle as the sound before it asks for; behind other letters both are left to read."""
    return _PARTICLE.sub(_chosen, text)


def finished(text: str) -> str:
    """The text with its particles chosen, and a full stop between whole sentences."""
    return with_particles(text.replace("니다; ", "니다. "))


def _chosen(match: re.Match[str]) -> str:
    letter, closing, pair = match.groups()
    after_consonant, after_vowel = PAIRS[pair]
    final = unicodedata.normalize("NFD", DIGITS.get(letter, letter))[2:]
    vowel = not final or (final == RIEUL and pair == "(으)로")
    return letter + closing + (after_vowel if vowel else after_consonant)
