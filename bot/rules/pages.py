"""A long text in Markdown, cut between its paragraphs and never inside of a block of code."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
GAP = "\n\n"


def cut(text: str, most: int) -> tuple[str, ...]:
    """Pages of at most ``most`` characters; `joined` makes the text of them again.

    What has no border within ``most`` is cut between lines, and a line anywhere.
    """
    pages: list[str] = []
    for block in _blocks(text):
        if pages and len(pages[-1]) + len(GAP) + len(block) <= most:
            pages[-1] += GAP + block
        else:
            pages += _short(block, most)
    return tuple(pages) or ("",)


def joined(pages: tuple[str, ...]) -> str:
    """Pages as one text."""
    return GAP.join(page.strip("\n") for page in pages if page.strip())


def is_whole(pages: tuple[str, ...], text: str) -> bool:
    """Whether all pages end where a paragraph does."""
    return joined(pages) == GAP.join(_blocks(text))


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, and blocks of code with all their empty lines."""
    lines: list[str] = []
    fence = ""
    for line in text.replace("\r\n", "\n").strip("\n").split("\n"):
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        elif not line.strip():
            if lines:
                yield "\n".join(lines)
            lines = []
            continue
        lines.append(line)
    if lines:
        yield "\n".join(lines)


def _short(block: str, most: int) -> Iterator[str]:
    """A block in pieces; code stays code in each."""
    mark = _FENCE.match(block)
    if len(block) <= most or mark is None:
        yield from _by_lines(block, most)
        return
    inside = block.split("\n", 1)[-1].removesuffix(mark[1]).strip("\n")
    for piece in _by_lines(inside, most - 2 * len(mark[1]) - 2):
        yield f"{mark[1]}\n{piece}\n{mark[1]}"


def _by_lines(block: str, most: int) -> Iterator[str]:
    piece = ""
    for line in block.split("\n"):
        longer = f"{piece}\n{line}" if piece else line
        if len(longer) <= most:
            piece = longer
            continue
        if piece:
            yield piece
        *whole, piece = [line[at : at + most] for at in range(0, len(line), most)] or [""]
        yield from whole
    if piece:
        yield piece
