"""One apostrophe in all words that people read: the curly one, as phones and presses set it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import TOP

STRAIGHT = re.compile(r"[A-Za-z]'(?:s|t|re|ve|ll|d|m)\b|[a-z]s' [a-z]")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# Words that are read by machines, or are compared with what people type.
OTHERS = {
    "bot/rules/phrases.py": "what customers type, either way",
    "bot/rules/helping.py": "what customers type, either way",
    "bot/rules/policies.py": "what stands in a file of settings",
    "bot/doors.py": "a page of the docs",
    "bot/slack/filters.py": "a fault in a template, for its author",
    "handlers/app.py": "names in the log",
    "handlers/macro.py": "a line of the log",
}


def spoken(path: Path) -> Iterator[str]:
    """All strings of a module but its docstrings."""
    tree = ast.parse(path.read_text())
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_what_people_read_has_curly_apostrophes() -> None:
    found = [
        f"{path.relative_to(TOP)}: {words[:80]}"
        for folder in ("bot", "handlers", "sandbox")
        for path in sorted((TOP / folder).rglob("*.py"))
        if path.relative_to(TOP).as_posix() not in OTHERS
        for words in spoken(path)
        if STRAIGHT.search(words)
    ]
    assert found == []


def test_templates_have_curly_apostrophes() -> None:
    found = [
        f"{path.relative_to(TOP)}: {hit[0]}"
        for path in sorted((TOP / "templates").rglob("*.j2"))
        for hit in STRAIGHT.finditer(COMMENT.sub("", path.read_text()))
    ]
    assert found == []
