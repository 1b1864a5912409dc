"""Takes out of a customer's thread what tells who they are, before it becomes an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.rules import credentials, ordinary

NAME, CUSTOMER, E_MAIL, PHONE = "[name]", "[customer]", "[e-mail]", "[phone]"
ADDRESS, SECRET, NUMBER, LINK = "[address]", "[secret]", "[number]", "[link]"

_MENTION = re.compile(r"<@[^<>]*>|<!(?:subteam|here|channel|everyone)[^<>]*>|(?<!\w)@\w[\w.-]*")
_CHANNEL = re.compile(r"<#[^<>]*>|(?<![\w/])#[a-z][\w-]{2,}")
_E_MAIL = re.compile(r"<mailto:[^<>]*>|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"<https?://[^<>]*>|\bhttps?://[^\s<>|]+")
_PHONE = re.compile(
    r"(?<![\w.,-])(?:\+|00)\d[\d ()/.-]{6,18}\d(?![\w-])"
    r"|(?<![\w.,-])\(?0\d{1,4}\)?[ /-]\d[\d /-]{4,14}\d(?![\w-])"
    r"|(?<![\w.,-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])"
)
_STREET = re.compile(
    r"\b\d{1,5}[a-z]? (?:[A-Z][\w'’.-]+ ){1,4}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Square|Way|Court|Ct)\b\.?"
    r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|kade|laan)\s\d{1,4}[a-z]?\b"
)
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_LONG_NUMBER = re.compile(
    r"(?<![\w.])(?:[A-Z]{1,5}[-_/ ]?)?\d(?:[ -]?\d){5,}(?![\w.]*\w)"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
)
# Addresses come before names, which may be parts of them.
_WITH_NAMES = ((_E_MAIL, E_MAIL), (_LINK, LINK))
_SHAPES = (
    (_MENTION, NAME),
    (_CHANNEL, CUSTOMER),
    (_STREET, ADDRESS),
    (_PHONE, PHONE),
    (_IP, NUMBER),
    (_LONG_NUMBER, NUMBER),
)
_SHORTEST_PART = 3
# Names that are words as well: they count with their capital alone.
_ALSO = """
april art august bill dawn drew faith frank grace guy hope jack joy june mark max may miles nick pat
pearl penny ray rich rob rose ruby sky sue summer sunny will
"""
_ALSO_WORDS = frozenset(_ALSO.split())
_WORDY = ordinary.ORDINARY | ordinary.TRADE | ordinary.LEGAL


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of a text: as it was, or ``instead`` of it where it was taken out."""

    text: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text in stretches, in order."""

    cuts: tuple[Cut, ...]

    @property
    def text(self) -> str:
        """What is left, with a word in place of what was taken out."""
        return "".join(each.instead or each.text for each in self.cuts)

    @property
    def removed(self) -> tuple[Cut, ...]:
        """What was taken out."""
        return tuple(each for each in self.cuts if each.instead)


@dataclass(frozen=True, slots=True)
class Known:
    """Who is not to be told of: people and companies, as they are called in full."""

    people: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()


def redacted(text: str, known: Known) -> Redacted:
    """The text without what tells who it is of; what was found first wins where two overlap."""
    return Redacted(tuple(_cuts(text, _spans(text, known))))


def _spans(text: str, known: Known) -> list[tuple[int, int, str]]:
    found = [*_secrets(text), *_shaped(text, _WITH_NAMES)]
    found += _named(text, _parts(known.companies, is_company=True), CUSTOMER)
    found += _named(text, _parts(known.people, is_company=False), NAME)
    return [*found, *_shaped(text, _SHAPES)]


def _cuts(text: str, spans: Iterable[tuple[int, int, str]]) -> Iterator[Cut]:
    at, taken = 0, sorted(_apart(spans))
    for begin, end, instead in taken:
        if begin > at:
            yield Cut(text[at:begin])
        yield Cut(text[begin:end], instead)
        at = end
    if at < len(text):
        yield Cut(text[at:])


def _apart(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for begin, end, instead in spans:
        if all(end <= other[0] or begin >= other[1] for other in kept):
            kept.append((begin, end, instead))
    return kept


def _secrets(text: str) -> Iterator[tuple[int, int, str]]:
    for _, secret in credentials.found(text):
        for found in re.finditer(re.escape(secret), text):
            yield found.start(), found.end(), SECRET


def _shaped(
    text: str, shapes: Iterable[tuple[re.Pattern[str], str]]
) -> Iterator[tuple[int, int, str]]:
    for shape, instead in shapes:
        for found in shape.finditer(text):
            yield found.start(), found.end(), instead


def _parts(names: Iterable[str], *, is_company: bool) -> list[str]:
    """Names in full, then those words of them that tell who it is, the longest first."""
    whole = {" ".join(name.split()) for name in names} - {""}
    single = {word for name in whole for word in re.findall(r"[^\W_][\w'’-]*", name)}
    telling = {
        word
        for word in single
        if len(word) >= _SHORTEST_PART and (not is_company or word.casefold() not in _WORDY)
    }
    return sorted(whole | telling, key=len, reverse=True)


def _named(text: str, names: Sequence[str], instead: str) -> Iterator[tuple[int, int, str]]:
    """A word of a name that is a common word as well counts only with its capital."""
    for name in names:
        shape = rf"(?<!\w)@?{re.escape(name)}(?:['’]s)?(?!\w)"
        for found in re.finditer(shape, text, re.IGNORECASE):
            is_common = name.casefold() in ordinary.ORDINARY | _ALSO_WORDS
            if not is_common or found[0][:1].isupper():
                yield found.start(), found.end(), instead
