"""The page that holds two designs side by side."""

from app.compare.page import draw

__all__ = ["draw"]
