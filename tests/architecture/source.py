"""The project's own source, as its architecture tests read it: files, modules, functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOP = Path(__file__).parents[2]
PRODUCT = ("app.py", "bot", "handlers", "storage", "web", "sandbox", "bench")


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its length in lines, its docstring not counted."""

    path: str
    line: int
    name: str
    length: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}: {self.length} lines"


def files(*parts: str) -> Iterator[Path]:
    """Python files at or below `parts`, paths from the top; migrations are generated: left out."""
    for part in parts:
        found = [TOP / part] if part.endswith(".py") else sorted((TOP / part).rglob("*.py"))
        yield from (path for path in found if path.exists() and "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(*parts: str) -> Iterator[Function]:
    """Every function, inner ones too."""
    for path in files(*parts):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                where = str(path.relative_to(TOP))
                yield Function(where, node.lineno, node.name, _length(node))


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    documented = ast.get_docstring(node) is not None and len(node.body) > 1
    first = node.body[1] if documented else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1
