"""What the core says: errors, notes, advice, and what the presets are."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {}
