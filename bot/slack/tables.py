"""Tables of Markdown, which rich text lacks: drawn in letters of one width, in a block of code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_FENCE = re.compile(r" {0,3}(```|~~~)")
_RULE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"(\*\*|__|`|~~)(.+?)\1")
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")
WIDEST = 40  # columns of a cell; Slack breaks lines that are much longer

Row = list[str]


def drawn(text: str) -> str:
    """``text`` with each table as a block of code; all else stays as it is."""
    if "|" not in text:
        return text
    lines, told, at, is_code = text.replace("\r\n", "\n").split("\n"), [], 0, False
    while at < len(lines):
        is_code ^= bool(_FENCE.match(lines[at]))
        rows = [] if is_code else _table(lines, at)
        told += ["```", *_laid_out(rows), "```"] if rows else [lines[at]]
        at += len(rows) + 1 if rows else 1  # the rule below the heads is no row
    return "\n".join(told)


def _table(lines: Sequence[str], at: int) -> list[Row]:
    """The rows of the table that begins there, its heads first; none where there is no table."""
    if "|" not in lines[at] or at + 1 == len(lines) or not _RULE.fullmatch(lines[at + 1]):
        return []
    heads = _cells(lines[at])
    if len(_cells(lines[at + 1])) != len(heads):
        return []
    rows = [heads]
    for line in lines[at + 2 :]:
        if "|" not in line:
            break
        rows.append(_cells(line))
    return [(row + [""] * len(heads))[: len(heads)] for row in rows]


def _cells(line: str) -> Row:
    inside = line.strip().removeprefix("|")
    inside = inside.removesuffix("|") if not inside.endswith("\\|") else inside
    return [_plain(cell.strip().replace("\\|", "|")) for cell in _CELL.split(inside)]


def _plain(cell: str) -> str:
    """Words alone: in a block of code no mark means anything."""
    words = _LINK.sub(lambda found: f"{found[1]} ({found[2]})", _MARKS.sub(r"\2", cell))
    return words if len(words) <= WIDEST else words[: WIDEST - 1] + "…"


def _laid_out(rows: Sequence[Row]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    ]
    rule = "  ".join("─" * width for width in widths)
    return [lines[0].rstrip(), rule, *(line.rstrip() for line in lines[1:])]


def _width(words: str) -> int:
    """Columns: signs of East Asia take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)
