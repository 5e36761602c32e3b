"""Korean: the words of each page in a file of its name, the sentences of the core in `core`."""

from __future__ import annotations

from typing import Final

from app.language.catalogue import Catalogue
from app.language.korean import code, compare, core, design, diagram, frame, learn, solve, train
from app.language.korean.particles import finished

PAGES: Final = (frame, design, diagram, solve, compare, learn, code, train)

KOREAN: Final = Catalogue(
    {english: korean for page in PAGES for english, korean in page.WORDS.items()}, core.SENTENCES, finished
)
