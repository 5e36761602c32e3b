"""The page where code becomes a design and a design code."""

from app.code.page import draw

__all__ = ["draw"]
