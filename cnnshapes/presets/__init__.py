"""The networks of the notes and the classics, each a small readable Design; a file per family.

A preset is a function without arguments that returns a Design, entered under its own name by `@entered`.
"""

from cnnshapes.presets.base import PRESETS, Preset, preset

__all__ = ["PRESETS", "Preset", "preset"]
