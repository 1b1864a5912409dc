"""Whether a message asks for anything at all, or only greets, thanks or says good-bye."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import product
from types import MappingProxyType

from bot.rules import phrases

_LONGEST = 400
"""Characters besides emoji and space: nobody needs more for a thank-you, and it bounds the work."""


class Kind(Enum):
    """What a phrase does in a message."""

    GREETING = phrases.GREETINGS
    THANKS = phrases.THANKS
    PRAISE = phrases.PRAISE
    ACKNOWLEDGEMENT = phrases.ACKNOWLEDGEMENTS
    FAREWELL = phrases.FAREWELLS
    CLOSING = phrases.CLOSINGS
    SOLVED = phrases.SOLVED
    CLOSE_IT = phrases.CLOSE_IT
    URGENT = phrases.URGENT
    ADDRESSEE = phrases.ADDRESSEES
    EMPHASIS = phrases.EMPHASIS
    ASKING_WELL = phrases.ASKING_WELL


_BESIDE = frozenset({Kind.ADDRESSEE, Kind.EMPHASIS})
_COURTEOUS = frozenset(
    {
        Kind.GREETING,
        Kind.THANKS,
        Kind.PRAISE,
        Kind.ACKNOWLEDGEMENT,
        Kind.FAREWELL,
        Kind.CLOSING,
        Kind.SOLVED,
    }
)
_SOLVED = frozenset({Kind.SOLVED, Kind.CLOSE_IT})
# An acknowledgement is missing: "ok ✅" has understood, and solved nothing.
_BESIDE_SOLVED = (_COURTEOUS - {Kind.ACKNOWLEDGEMENT, Kind.SOLVED}) | _BESIDE
_URGENT = frozenset({Kind.URGENT})
_BESIDE_URGENT = frozenset({Kind.GREETING, Kind.THANKS, Kind.ASKING_WELL}) | _BESIDE

_NAMES_AFTER = MappingProxyType(
    {
        Kind.GREETING: (2, 0),
        Kind.PRAISE: (2, 0),
        Kind.ACKNOWLEDGEMENT: (2, 0),
        Kind.THANKS: (3, 1),
        Kind.FAREWELL: (3, 1),
    }
)
"""How many names may follow, and over how wide a gap: "Hi, Downtime" greets nobody."""

_CHECKS = frozenset(phrases.CHECKS.split())
_ALARMS = frozenset(phrases.ALARMS.split())
_TELLING = _ALARMS | frozenset(phrases.TELLING.split())

_NAMED_EMOJI = re.compile(r":([\w+'-]{1,100}):")
_PERSON = re.compile(r"<(?:@|!here|!channel|!everyone|!subteam\^)[^<>]*>")
_SMILE = re.compile(r"(?:[:;=]-?[)Dp]|&lt;3)(?!\w)")
_FROWN = re.compile(r"[:;=]'?-?\(")
_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")
_APOSTROPHE = re.compile(r"['’‘´ʼ]")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_|\n")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_CHOICE = re.compile(r"\[([^\]]*)\]|([^\[\]\s]+)")

_SOMEBODY = "\ue000"
"""Stands for a mention: a character that nobody can type."""

_GAPS = MappingProxyType(
    dict.fromkeys('*_~"“”„«»¡·•', 0) | dict.fromkeys(",:-–—()\n", 1) | dict.fromkeys(".;!…", 2)
)
"""Marks that say nothing: how far they set apart what follows, 2 being a new sentence."""

_LONGEST_ASKING = 100
_ASKING_MARKS = frozenset("?!؟")
_MARKS = _ASKING_MARKS | frozenset(".,¿¡")
_ASKING_EMOJI = frozenset(phrases.ASKING_EMOJI.split())

_DOTS = re.compile(r"[.,…·•–—―~*_-][\s.,…·•–—―~*_-]{0,20}")

_SHAPELESS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class _Word:
    """``gap`` is how far the word is set apart from the one before, as in ``_GAPS``."""

    form: str
    may_be_name: bool
    gap: int


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message's words, and the names of its emoji."""

    words: tuple[_Word, ...]
    emoji: frozenset[str]


@dataclass(frozen=True, slots=True)
class _State:
    """How the words read so far: is the wanted said, how many names may follow, how far apart."""

    is_said: bool = False
    names: int = 0
    gap: int = 0

    def after(self, kind: Kind, *, is_wanted: bool) -> _State:
        is_said = self.is_said or is_wanted
        if kind is Kind.EMPHASIS:
            return replace(self, is_said=is_said)
        names, gap = _NAMES_AFTER.get(kind, (0, 0))
        return _State(is_said, names, gap)

    def takes_name(self, word: _Word) -> bool:
        return self.names > 0 and word.may_be_name and word.gap <= self.gap


def is_empty(text: str, *, has_files: bool) -> bool:
    """True when there is nothing to see: no file, and only space or characters without a shape."""
    return not has_files and all(_is_unseen(char) for char in text)


def is_courtesy(text: str, *, has_files: bool = False) -> bool:
    """True when the message only greets, thanks, agrees or says good-bye.

    ``text`` is Slack's mrkdwn, escaped as it came (FACTS 4). A file, a link, code, a question or
    one unknown word is substance: it is better to track a thank-you than to lose a request. A lone
    dot or dash says nothing at all.
    """
    if has_files or _DOTS.fullmatch(text.strip()):
        return not has_files
    heard = _hear(text)
    if heard is None or heard.emoji & _TELLING:
        return False
    is_said = _says(heard.words, _COURTEOUS, beside=_BESIDE)
    return is_said is not None and (is_said or bool(heard.emoji))


def only_asks_again(text: str) -> bool:
    """True for question and exclamation marks alone: they mean what was said before."""
    if len(text) > _LONGEST_ASKING:
        return False
    emoji = {name.lower() for name in _NAMED_EMOJI.findall(text)}
    bare = _without_symbols(_NAMED_EMOJI.sub(" ", text), emoji)
    marks = {*unicodedata.normalize("NFKC", bare)} - {*" \n"}
    is_asked = marks & _ASKING_MARKS or emoji & _ASKING_EMOJI
    return bool(is_asked) and marks <= _MARKS and emoji <= _ASKING_EMOJI


def wants_solved(text: str) -> bool:
    """True when the message says that it is solved, perhaps with thanks, and nothing else."""
    heard = _hear(text)
    if heard is None or heard.emoji & _TELLING:
        return False
    is_said = _says(heard.words, _SOLVED, beside=_BESIDE_SOLVED)
    return is_said is not None and (is_said or bool(heard.emoji & _CHECKS))


def wants_urgent(text: str) -> bool:
    """True when the message says that it is urgent, and nothing else."""
    heard = _hear(text)
    if heard is None:
        return False
    is_said = _says(heard.words, _URGENT, beside=_BESIDE_URGENT)
    return is_said is not None and (is_said or bool(heard.emoji & _ALARMS))


def _is_unseen(char: str) -> bool:
    if char.isspace() or char in _SHAPELESS or "\ufe00" <= char <= "\ufe0f":
        return True
    return unicodedata.category(char) in {"Cf", "Cc"}


def _hear(text: str) -> _Heard | None:
    """What the message says, or None when it says more than phrases and names, or too much."""
    emoji = {name.lower() for name in _NAMED_EMOJI.findall(text)}
    bare = _PERSON.sub(_SOMEBODY, _NAMED_EMOJI.sub(" ", text))
    bare = _HYPHEN.sub(" ", _APOSTROPHE.sub("", _without_faces(bare, emoji)))
    bare = _without_symbols(bare, emoji)
    if len(bare) - sum(map(str.isspace, bare)) > _LONGEST:
        return None
    words = _known_words(_unescaped(bare))
    return None if words is None else _Heard(words, frozenset(emoji))


def _known_words(text: str) -> tuple[_Word, ...] | None:
    """The words, or None at the first that is neither in a phrase nor a name: mostly at once."""
    words = []
    for word in _words(text):
        if not (word.form or word.may_be_name):
            return None
        words.append(word)
    return tuple(words)


def _without_faces(text: str, emoji: set[str]) -> str:
    for face, name in ((_SMILE, ":)"), (_FROWN, ":(")):
        text, count = face.subn(" ", text)
        emoji.update([name] if count else [])
    return text


def _without_symbols(text: str, emoji: set[str]) -> str:
    """The text without drawn emoji, which go to ``emoji``, and without what cannot be seen."""
    if text.isascii():
        return text
    unseen = {char for char in set(text) if _is_unseen(char) and not char.isspace()}
    drawn = {char for char in set(text) - unseen if _is_drawn(char)}
    emoji.update(drawn)
    return text.translate({ord(char): " " for char in drawn} | {ord(char): "" for char in unseen})


def _is_drawn(char: str) -> bool:
    """Emoji and their skin tones; ASCII's own symbols (^ and `) are none."""
    is_symbol = unicodedata.category(char) in {"So", "Sk"} and not char.isascii()
    return is_symbol or char in "‼⁉"


def _unescaped(text: str) -> str:
    """Slack escapes these three, and no others (FACTS 4)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _words(text: str) -> Iterator[_Word]:
    gap = 0
    for token in _TOKEN.finditer(_plain(text)):
        written = token[0]
        if written in _GAPS:
            gap = max(gap, _GAPS[written])
            continue
        yield _Word(_known_form(_fold(written)), _may_be_name(written), gap)
        gap = 0


def _plain(text: str) -> str:
    """The text without accents, which people leave out anyway."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parts if not unicodedata.combining(char))


def _fold(written: str) -> str:
    return "and" if written == "&" else written.casefold()


def _may_be_name(written: str) -> bool:
    is_capitalised = written[:1].isupper() and written[1:].islower()
    return is_capitalised and len(written) <= 15 and _fold(written) not in _not_names()


def _known_form(word: str) -> str:
    """The word as phrases have it, thaaanks being thanks; ``""`` when none has it."""
    known = _vocabulary()
    if word in known:
        return word
    if not _RUN.search(word):
        return ""
    forms = (_LONG_RUN.sub(r"\1\1", word), _LONG_RUN.sub(r"\1", word), _RUN.sub(r"\1", word))
    return next((form for form in forms if form in known), "")


def _says(
    words: tuple[_Word, ...], wanted: frozenset[Kind], *, beside: frozenset[Kind]
) -> bool | None:
    """Whether a wanted phrase is among the words; None when they hold more than such phrases."""
    reached: list[set[_State]] = [{_State()}, *(set() for _ in words)]
    for start in range(len(words)):
        steps = [(end, kind) for end, kind in _phrases_at(words, start) if kind in wanted | beside]
        for state in reached[start]:
            for end, kind in steps:
                reached[end].add(state.after(kind, is_wanted=kind in wanted))
            if state.takes_name(words[start]):
                reached[start + 1].add(replace(state, names=state.names - 1))
    return any(state.is_said for state in reached[-1]) if reached[-1] else None


def _phrases_at(words: tuple[_Word, ...], start: int) -> Iterator[tuple[int, Kind]]:
    """The phrases that begin here, each with where it ends; no phrase runs across a comma."""
    form: tuple[str, ...] = ()
    for end, word in enumerate(words[start : start + _longest_phrase()], start + 1):
        if form and word.gap:
            return
        form = (*form, word.form)
        for kind in _lexicon().get(form, ()):
            yield end, kind


@cache
def _lexicon() -> dict[tuple[str, ...], frozenset[Kind]]:
    lexicon: dict[tuple[str, ...], frozenset[Kind]] = {(_SOMEBODY,): frozenset({Kind.ADDRESSEE})}
    for kind in Kind:
        for line in kind.value.replace("|\n", "|").strip().splitlines():
            for form in _expanded(line):
                lexicon[form] = lexicon.get(form, frozenset()) | {kind}
    return lexicon


def _expanded(line: str) -> Iterator[tuple[str, ...]]:
    """Every phrase that a line of ``phrases`` stands for, word by word, as a message is read."""
    parts = [choice.split("|") if choice else [word] for choice, word in _CHOICE.findall(line)]
    for chosen in product(*parts):
        form = tuple(_forms_of(" ".join(chosen)))
        if form:
            yield form


@cache
def _forms_of(phrase: str) -> list[str]:
    plain = _plain(_HYPHEN.sub(" ", _APOSTROPHE.sub("", phrase)))
    return [_fold(word) for word in _TOKEN.findall(plain)]


@cache
def _longest_phrase() -> int:
    return max(map(len, _lexicon()))


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for form in _lexicon() for word in form)


@cache
def _not_names() -> frozenset[str]:
    return frozenset(_forms_of(phrases.NOT_NAMES))
