"""Korean particles, which depend on the sound that the word before them ends in: `3이`, `2가`, `커널은`, `Linear는`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PAIRS: Final = {"이(가)": "이가", "은(는)": "은는", "을(를)": "을를", "과(와)": "과와", "(으)로": ("으로", "로")}
"""How a catalogue writes a particle, and what it is after a consonant and after a vowel."""

RIEUL: Final = "ᆯ"
"""The final consonant ㄹ, after which 로 stands as after a vowel."""
READ: Final = dict(zip("0123456789%", "영일이삼사오육칠팔구트", strict=True))
"""How digits are read, and the end of 퍼센트; numbers that end in zeros end in a consonant, as 영 does."""

_CONSONANT: Final = re.compile("(?:[mn]e?|ng|ck|(?:(?<![aeiou])[aeiou]|ou)[pt])$", re.IGNORECASE)
"""How English words end that end in a consonant in Korean too: `Flatten`, `padding`, `block`, `Concat`, `Dropout`."""
_PARTICLE: Final = re.compile(r"([A-Za-z]+|[가-힣0-9%])([)\]\"'’`]*)(" + "|".join(map(re.escape, PAIRS)) + ")")


def with_particles(text: str) -> str:
    """The text with each particle as the sound before it asks for; behind other signs both are left to read."""
    return _PARTICLE.sub(_chosen, text)


def finished(text: str) -> str:
    """The text with its particles chosen, and a full stop between whole sentences."""
    return with_particles(text.replace("니다; ", "니다. "))


def _chosen(match: re.Match[str]) -> str:
    word, closing, pair = match.groups()
    after_consonant, after_vowel = PAIRS[pair]
    final = _final(word)
    vowel = not final or (final == RIEUL and pair == "(으)로")
    return word + closing + (after_vowel if vowel else after_consonant)


def _final(word: str) -> str:
    """The consonant that a word ends in as it is read, "" for none; which one is told for ㄹ alone where it is Latin."""
    if not word.isascii() or word in READ:
        return unicodedata.normalize("NFD", READ.get(word, word))[2:]
    spelled = word.isupper() or not re.search("[aeiouy]", word, re.IGNORECASE)  # letter by letter: SGD, fc
    if re.search("[lr]$" if spelled else "le?$", word, re.IGNORECASE):
        return RIEUL
    return word[-1] if (re.search("[mn]$", word, re.IGNORECASE) if spelled else _CONSONANT.search(word)) else ""
