"""A report or a design as text, and back where that exists: one file per format."""
