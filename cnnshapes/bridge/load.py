"""A torch model out of a user's own file: `net.py:ClassName` on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

from torch import nn

from cnnshapes.errors import CnnshapesError, InputError

_MODULE: Final = "_cnnshapes_file"
"""The name a file is imported under, so that none of an installed module is taken."""


def load(path: Path, class_name: str) -> nn.Module:
    """Import a file, as a script beside its neighbours, and make one of its classes without arguments.

    Raises:
        InputError: there is no such file or class, it is no torch.nn.Module, or its own code fails.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    beside = str(path.resolve().parent)
    sys.path.insert(0, beside)
    try:
        with running(f"importing {path}"):
            module = _imported(path)
        made = getattr(module, class_name, None)
        if not (isinstance(made, type) and issubclass(made, nn.Module)):
            raise InputError(f"{path} has no torch.nn.Module class {class_name}{_instead(module, class_name)}")
        with running(f"making {class_name}() without arguments"):
            model: nn.Module = made()
    finally:
        sys.path.remove(beside)
    return model


@contextmanager
def running(what: str) -> Iterator[None]:
    """While a user's code runs, its prints go to stderr and what it raises becomes a sentence.

    Raises:
        InputError: `<what> failed: <the exception>`.
    """
    try:
        with redirect_stdout(sys.stderr):
            yield
    except CnnshapesError:
        raise
    except (Exception, SystemExit) as error:
        said = " ".join(str(error).split())
        raise InputError(f"{what} failed: {type(error).__name__}" + (f": {said}" if said else "")) from error


def _imported(path: Path) -> ModuleType:
    spec = spec_from_file_location(_MODULE, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path} is no Python file")
    module = module_from_spec(spec)
    sys.modules[_MODULE] = module  # a dataclass looks up the module it stands in
    spec.loader.exec_module(module)
    return module


def _instead(module: ModuleType, class_name: str) -> str:
    classes = [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == _MODULE
    ]
    names = get_close_matches(class_name, classes, n=3, cutoff=0.4) or classes[:3]
    return f"; it has {', '.join(names)}" if names else ""
