"""The page that trains the design."""

from app.train.page import draw

__all__ = ["draw"]
