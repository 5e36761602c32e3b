"""The tree of a text, and what can be told of it without walking it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from textwrap import dedent
from typing import Final

from cnnshapes.source.values import Reference, Scope, SourceError

LONGEST: Final = 200_000
"""Characters of a text."""
MOST_PARTS: Final = 100_000
"""Names, numbers, calls and the like in a text; the source of a DenseNet-201 has 20,000."""


_PROMPT: Final = re.compile(r"^\s*(>>>|\.\.\.|In \[\d*\]:) ?")
_NO_PYTHON: Final = re.compile(r"\s*([%!]|```)")
_MISPLACED: Final[dict[type[ast.stmt], str]] = {
    ast.Return: "'return' outside function",
    ast.Break: "'break' outside loop",
    ast.Continue: "'continue' not properly in loop",
}
"""What Python says of a statement in the wrong place."""


def parsed(text: str) -> ast.Module:
    """The tree of a text.

    Raises:
        SourceError: it is no Python, or too long; says where.
    """
    if len(text) > LONGEST:
        raise SourceError(f"the text has {len(text):,} characters; {LONGEST:,} are the most that are read")
    try:
        tree = _tree(text)
    except SyntaxError as error:
        raise SourceError(f"this is not Python: {error.msg}", error.lineno or 0) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError("this is not Python that a network is written in: it is nested too deep") from error
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS:
        raise SourceError("the text has more parts than any network; paste the network alone")
    _check_placed(tree)
    return tree


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        bare = _bare(text)
        if bare == text:
            raise
        try:
            return ast.parse(bare)
        except SyntaxError as again:
            raise again from None


def _check_placed(tree: ast.Module) -> None:
    """Raises SourceError for a `return`, `break` or `continue` where Python takes none, which its parser lets pass."""
    waiting: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    while waiting:
        node, function, loop = waiting.pop()
        wrong = next((text for kind, text in _MISPLACED.items() if isinstance(node, kind)), "")
        if wrong and isinstance(node, ast.stmt) and not (function if isinstance(node, ast.Return) else loop):
            raise SourceError(f"this is not Python: {wrong}", node.lineno)
        for name, field in ast.iter_fields(node):
            inside = function, loop
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inside = not isinstance(node, ast.ClassDef), False
            elif isinstance(node, ast.For | ast.AsyncFor | ast.While) and name == "body":
                inside = function, True
            parts = field if isinstance(field, list) else []
            waiting += [
                (part, *inside) for part in parts if isinstance(part, ast.stmt | ast.excepthandler | ast.match_case)
            ]


def _bare(text: str) -> str:
    """The text without what is pasted along with Python, line for line: prompts, fences, a notebook's commands."""
    lines = [_PROMPT.sub("", line) for line in text.splitlines()]
    return dedent("\n".join("" if _NO_PYTHON.match(line) else line for line in lines))


def imported(statement: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    """Set the names that an import makes; nothing is imported."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            scope[alias.asname or alias.name] = Reference(f"{statement.module or ''}.{alias.name}")
        elif alias.asname:
            scope[alias.asname] = Reference(alias.name)
        else:
            first = alias.name.split(".")[0]
            scope[first] = Reference(first)


def single(targets: Sequence[ast.expr]) -> str:
    """The one name that is set, "" where it is something else."""
    return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""


def set_by(statement: ast.stmt) -> Iterable[str]:
    """The names that a statement may set."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def first_line(node: ast.AST) -> str:
    """The first line of a statement, for messages."""
    return _quotable(ast.unparse(node).splitlines()[0][:80])


def shortened(node: ast.AST | None) -> str:
    """An expression as text, for messages."""
    text = _quotable(ast.unparse(node)) if node is not None else ""
    return text if len(text) <= 60 else f"{text[:57]}…"


def _quotable(text: str) -> str:
    """Code without backticks of its own, since messages put it between some."""
    return text.replace("`", "'")
