"""The page one designs on: totals, the grid, the inspector, the diagram."""

from app.design.page import draw

__all__ = ["draw"]
