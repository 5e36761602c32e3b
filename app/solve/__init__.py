"""The page that answers backwards: windows for a size, pictures for a Linear, widths for a budget."""

from app.solve.page import draw

__all__ = ["draw"]
