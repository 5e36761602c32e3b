"""The page to learn on: convolution and pooling by hand, and a quiz."""

from app.learn.page import draw

__all__ = ["draw"]
