"""The picture of a design: boxes or a graph, bars of where it sits, and the receptive field drawn on the input."""

from app.diagram.tabs import show_diagram

__all__ = ["show_diagram"]
