"""What a reply should not tell its customer: other customers' names, secrets, internal links."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from bot.rules import credentials, ordinary

MOST = 6
"""Warnings at once: their marks have to fit into the value of one checkbox (FACTS 9)."""
SHOWN = 60
MARK = 8

_WORD = re.compile(r"[^\W_]+")
_URL = re.compile(
    r"\b(?:https?://)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?P<path>[/:][^\s<>|]*)?", re.IGNORECASE
)
_IN_SLACK = re.compile(r"/(?:archives|client/[TE][A-Z0-9]+)/(?P<channel>[CGD][A-Z0-9]{2,30})")
_INTERNAL = re.compile(r"\.(?:internal|intranet|corp)$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:^|[.!?:…]\s|\n)[\s\W]*$")

# Only a capital inside a sentence makes companies of these.
_COMMON = ordinary.ORDINARY | ordinary.TRADE | ordinary.LEGAL


class Kind(StrEnum):
    """What sort of thing should stay here."""

    ACCOUNT = "account"
    SECRET = "secret"  # noqa: S105  the word, not one
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in a draft that is perhaps not for its reader.

    ``what`` says it in plain words, ``shown`` is as much of it as may be shown again. ``mark`` is
    the same for the same thing, and tells nothing of it: by it somebody says that it is all right.
    """

    kind: Kind
    what: str
    shown: str
    mark: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the draft is held against.

    ``others`` are the names of all accounts but the reader's. ``own`` are names that the reader
    knows anyway: of the account and its people, and ours. ``host`` is where our Slack is, and
    ``channels`` the Slack ids of those channels of it that the reader is in.
    """

    others: Collection[str] = ()
    own: Collection[str] = ()
    host: str = ""
    channels: Collection[str] = ()


def found(text: str, around: Surroundings) -> tuple[Leak, ...]:
    """What should perhaps not be sent, each once, in the order of kinds; the first few."""
    leaks = [*_accounts(text, around), *_secrets(text), *_links(text, around)]
    return tuple({leak.mark: leak for leak in leaks}.values())[:MOST]


def unapproved(leaks: Iterable[Leak], marks: Collection[str]) -> tuple[Leak, ...]:
    """Those that nobody has said to be all right."""
    return tuple(leak for leak in leaks if leak.mark not in marks)


def _leak(kind: Kind, what: str, shown: str, secret: str = "") -> Leak:
    mark = sha256(f"{kind}:{secret or shown}".encode()).hexdigest()[:MARK]
    return Leak(kind, what, shown[:SHOWN], mark)


def _accounts(text: str, around: Surroundings) -> Iterator[Leak]:
    known = {word for name in around.own for word in _words(name)}
    draft = _Draft(text, [(each[0], each.start()) for each in _WORD.finditer(text)])
    present = {word.casefold() for word, _ in draft.words}
    for name in around.others:
        whole = [word for word in _words(name) if word not in ordinary.LEGAL] or _words(name)
        if present.isdisjoint(whole[:1]) or known.issuperset(whole):
            continue
        if draft.has(whole) or draft.has(short := _short(whole)) or _is_told(draft, short, known):
            yield _leak(Kind.ACCOUNT, "the name of another customer", name)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text and its words, each with where it begins."""

    text: str
    words: list[tuple[str, int]]

    def has(self, parts: Sequence[str]) -> bool:
        """Whether several words stand there side by side."""
        said = [word.casefold() for word, _ in self.words]
        places = (at for at, word in enumerate(said) if word == parts[0])
        return len(parts) > 1 and any(said[at : at + len(parts)] == parts for at in places)


def _is_told(draft: _Draft, short: Sequence[str], known: Collection[str]) -> bool:
    """Whether the first word of a name alone says whose it is."""
    if short[0] in known:
        return False
    said = [(word, at) for word, at in draft.words if word.casefold() == short[0]]
    return any(_tells(draft.text[:at], word, is_all=len(short) == 1) for word, at in said)


def _tells(before: str, word: str, *, is_all: bool) -> bool:
    """Whether one word alone names a company; ``is_all``: it is called nothing else.

    ``before`` is what stands before it.
    """
    if len(word) < (3 if is_all else 4) or word.isdecimal():
        return False
    if word.casefold() not in _COMMON and (len(word) > 3 or word.isupper()):
        return True
    return is_all and word[:1].isupper() and not _SENTENCE.search(before)


def _short(whole: Sequence[str]) -> list[str]:
    """A name without what many names end with: Blue Harbor Shipping is called Blue Harbor."""
    words = list(whole)
    while len(words) > 1 and words[-1] in ordinary.TRADE:
        words.pop()
    return words


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _secrets(text: str) -> Iterator[Leak]:
    for what, secret in credentials.found(text):
        yield _leak(Kind.SECRET, what, f"{secret[:4]}…", secret)


def _links(text: str, around: Surroundings) -> Iterator[Leak]:
    for url in _URL.finditer(text):
        if what := _inside(url["host"].casefold(), url["path"] or "", around):
            yield _leak(Kind.LINK, what, url[0].rstrip(".,;:!?)'\"*_~`"))


def _inside(host: str, path: str, around: Surroundings) -> str:
    """What a link leads to that is not for customers, ``""`` when they may follow it."""
    if host == "app.slack.com" or (around.host and host == around.host.casefold()):
        there = _IN_SLACK.search(path)
        if there and there["channel"] not in around.channels:
            return "a link into our own Slack"
    return "a link to an internal site" if _INTERNAL.search(host) else ""
