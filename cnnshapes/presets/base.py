"""The list of presets and how one is entered into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cnnshapes.design import Design
from cnnshapes.errors import InputError

Build = Callable[[], Design]
"""Makes the Design of a preset; nothing is built before someone asks."""


@dataclass(frozen=True)
class Preset:
    """A network that can be asked for by name.

    Attributes:
        name: `lenet5`.
        group: what it is listed under: `Notes`, `Comparisons`, or a family such as `VGG`.
        summary: one line on what it is and where it comes from.
        build: makes the Design.
    """

    name: str
    group: str
    summary: str
    build: Build


PRESETS: Final[dict[str, Preset]] = {}
"""Every preset by its name, in the order they are listed."""


def enter(name: str, group: str, summary: str, build: Build) -> None:
    """Enter what makes a Design into `PRESETS`; for families whose members a loop enters.

    Raises:
        TypeError: there is a preset of this name already.
    """
    if name in PRESETS:
        raise TypeError(f"there is a preset {name} already")
    PRESETS[name] = Preset(name, group, summary, build)


def entered(group: str, summary: str) -> Callable[[Build], Build]:
    """Enter a function that makes a Design into `PRESETS`, under the function's name."""

    def entering(build: Build) -> Build:
        enter(build.__name__, group, summary, build)
        return build

    return entering


def preset(name: str) -> Design:
    """The Design of a preset.

    Raises:
        InputError: there is none of this name; names those that look alike.
    """
    if name in PRESETS:
        return PRESETS[name].build()
    from difflib import get_close_matches

    alike = get_close_matches(name.lower(), PRESETS, n=3, cutoff=0.4)
    raise InputError(f'there is no preset "{name}"' + (f"; there is {', '.join(alike)}" if alike else ""))
