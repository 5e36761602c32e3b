"""To be drawn."""


def draw() -> None:
    """Draw the page."""
