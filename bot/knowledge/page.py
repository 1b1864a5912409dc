"""What a reader sees of a text that was taken from a web page: its words without the tags."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BLOCKS = "p div br hr li ul ol tr td th table h1 h2 h3 h4 h5 h6 pre blockquote section article"
_WITHIN = "a span b i em strong u code img tbody thead sup sub small font kbd"
_LINES = frozenset(_BLOCKS.split())
_UNSEEN = frozenset(("script", "style"))
_KNOWN = "|".join((*_LINES, *_WITHIN.split(), *_UNSEEN))
_TAG = re.compile(rf"</?(?:{_KNOWN})\b[^<>]*>", re.IGNORECASE)
_SIGN = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
_MANY_LINES = re.compile(r"\s*\n\s*\n\s*")


def read(text: str) -> str:
    """The words; a text without tags of HTML stays as it is, so ``List<String>`` does."""
    if not _TAG.search(text):
        return unescape(text) if _SIGN.search(text) else text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _MANY_LINES.sub("\n\n", "".join(reader.said)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self.said.append("\n\n" if tag in _LINES else "")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self.said.append("\n\n" if tag in _LINES else "")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data)
