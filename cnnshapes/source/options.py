"""What a program's command line says where nothing is given on it: the defaults of an argparse parser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cnnshapes.source.pure import TYPES, guarded
from cnnshapes.source.values import Reference, Skip, Unknown

PARSER: Final = "argparse.ArgumentParser"
METHODS: Final = frozenset(
    "add_argument add_argument_group add_mutually_exclusive_group parse_args parse_known_args set_defaults".split()
)
"""Methods of a parser that are understood."""


@dataclass(eq=False)
class Options:
    """A parser, its groups, and the namespace that it gives: the values by their names are those of all."""

    attributes: dict[str, Any] = field(default_factory=dict)

    def called(self, method: str, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        """What one of its methods gives."""
        if method == "add_argument":
            name, value = _option(given, named)
            self.attributes.setdefault(name, value)
            return None
        if method == "set_defaults":
            self.attributes.update(named)
            return None
        return (self, []) if method == "parse_known_args" else self


def _option(flags: Sequence[Any], named: Mapping[str, Any]) -> tuple[str, Any]:
    """The name and the default of an option."""
    if not flags or not all(isinstance(flag, str) for flag in (*flags, named.get("dest", ""))):
        raise Skip("the name of this option is not known")
    longest = next((flag for flag in flags if flag.startswith("--")), flags[0])
    name = named.get("dest") or longest.lstrip("-").replace("-", "_")
    action, kind = named.get("action"), named.get("type")
    default = {"store_true": False, "store_false": True}.get(action) if isinstance(action, str) else None
    if "default" not in named and (named.get("required") or not longest.startswith("-")):
        return name, Unknown(f"{longest} is not given")
    value = named.get("default", default)
    if isinstance(value, str) and isinstance(kind, Reference) and kind.path in TYPES:
        value = guarded(TYPES[kind.path], value)  # as argparse does with a text
    return name, value
