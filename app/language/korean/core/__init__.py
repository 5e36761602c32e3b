"""What the core says, a file for each part of it that says something."""

from __future__ import annotations

from typing import Final

from app.language.korean.core import (
    advice,
    designs,
    layers,
    presets,
    source,
    torch_calls,
    torch_errors,
    torch_settings,
    training,
)

PARTS: Final = (layers, designs, advice, presets, source, torch_errors, torch_calls, torch_settings, training)

SENTENCES: Final = {english: korean for part in PARTS for english, korean in part.SENTENCES.items()}
