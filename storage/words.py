"""What counts as a word when texts are searched: one answer for both databases, and for queries.

A word is a run of letters and digits without case or accents, an English plural cut to its singular
(Harman's S-stemmer, JASIS 42, 1991). Where a script has no spaces each character is a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from storage.records.search import Piece

MOST_ASKED = 12  # words of a query; who types more has pasted a page
LONGEST = 40  # characters of a word that count
_NO_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W{_NO_SPACES}]+")
# Slack's own markup: <@U1>, <#C1|name>, <!here>, <https://…|label> (slack/FACTS.md section 4).
_MENTION = re.compile(r"<[@#!][^>|]*(?:\|([^>]*))?>")
_LINK = re.compile(r"<([^<>|\s]+)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain(text: str) -> str:
    """Slack's mrkdwn as it came, without markup: people by label or not at all, links with both."""
    if "<" in text:
        text = _MENTION.sub(lambda found: found[1] or " ", text)
        text = _LINK.sub(lambda found: f"{found[2]} {found[1]}" if found[2] else found[1], text)
    if "&" in text:
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def of_text(text: str) -> set[str]:
    """All words of a message."""
    return {word for found in _WORD.findall(plain(text)) if (word := _folded(found))}


def of_query(query: str) -> tuple[str, ...]:
    """The words that are asked for, each once, the first few; all other signs mean nothing."""
    found = (_folded(each) for each in _WORD.findall(unicodedata.normalize("NFC", query)))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_ASKED]


def snippet(text: str, query: str, *, around: int = 80) -> tuple[Piece, ...]:
    """The text around the first hit, plain, its hits apart; the beginning where there is none.

    ``around``: how many characters before and behind it.
    """
    asked, shown = set(of_query(query)), " ".join(plain(text).split())
    hits = [found.span() for found in _WORD.finditer(shown) if _folded(found[0]) in asked]
    first = hits[0] if hits else (0, 0)
    begin, end = _cut_before(shown, first[0] - around), _cut_behind(shown, first[1] + around)
    pieces, at = [Piece("… " if begin else "")], begin
    for start, stop in hits:
        if stop <= end:
            pieces += [Piece(shown[at:start]), Piece(shown[start:stop], is_hit=True)]
            at = stop
    pieces += [Piece(shown[at:end]), Piece(" …" if end < len(shown) else "")]
    return tuple(piece for piece in pieces if piece.text)


def _cut_before(text: str, at: int) -> int:
    """Where the word begins that the cut would split."""
    return 0 if at <= 0 else text.find(" ", at - 1) + 1 or at


def _cut_behind(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", 0, at + 1)
    return space if space > at // 2 else at


@lru_cache(maxsize=2_048)  # half a MB
def _folded(word: str) -> str:
    if not word.isascii():
        apart = unicodedata.normalize("NFKD", word)
        word = "".join(sign for sign in apart.casefold() if sign.isalnum())
    return _singular(word.lower().strip("_"))[:LONGEST]


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("us", "ss")):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else f"{word[:-3]}y"
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word[:-1]
