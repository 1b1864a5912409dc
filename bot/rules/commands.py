"""What people type after a slash command: a verb, perhaps a number, and the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

from bot.errors import Refused

VERBS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "new": ("create", "add", "open"),
        "show": ("view", "get", "status"),
        "list": ("ls", "all", "queue"),
        "mine": ("my", "me"),
        "take": ("claim", "grab", "own"),
        "resolve": ("close", "done", "solve", "finish"),
        "reopen": ("unresolve",),
        "help": ("?", "h"),
    }
)
"""What ``/ticket`` understands: verb → other words for it."""

ASSIGN_HELP = (
    "Say who: `/assign #12 @ben`, or `me`, `auto`, `nobody` in place of the name."
    " Without a number it means the only open ticket of this channel."
)

_NEW_HINT = "To open a ticket with these words, begin with `/ticket new`."

_ALONE = frozenset({"list", "mine"})
_WITHOUT_NUMBER = frozenset({"new", "list", "mine", "help", "find"})
_MOST_DIGITS = 9
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NUMBER = re.compile(r"#?0*([1-9][0-9]*)[.,;:!]?")
_LIKE_A_NUMBER = re.compile(r"#.*|[-+]?[0-9].*")
_GLUED = re.compile(r"([^\W\d_]+)#?[0-9]+(?!\S)")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
_QUOTES = "\"'`“”„‘’‚«»‹›"
_FILLERS = frozenset({"to", "for", "please", "pls", "ticket", "it", "an", "this"})
_ME = frozenset({"me", "myself", "self", "@me"})
_AUTO = frozenset({"auto", "automatic", "automatically", "anyone", "anybody", "@auto"})
_NOBODY = frozenset({"nobody", "none", "no-one", "noone", "unassigned", "unassign", "@nobody"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """``verb`` is one of the known ones; ``rest`` is what else was typed, as it was typed."""

    verb: str
    number: int | None
    rest: str


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is to have a ticket: a person has a Slack id, or only a ``name`` to look up."""

    kind: Literal["person", "me", "auto", "nobody"]
    slack_id: str = ""
    name: str = ""

    @property
    def to(self) -> str:
        """The field ``to`` of the act: a Slack id, me, auto or nobody; ``""`` for a mere name."""
        return self.slack_id if self.kind == "person" else self.kind


def parse(command: str, text: str, known: Mapping[str, Sequence[str]] = VERBS) -> Parsed:
    """What was asked by ``command`` (``/ticket`` or ``/assign``) and the ``text`` after it.

    ``known`` holds verbs with their synonyms; nothing typed means help, a bare number show.
    Raises Refused with the nearest right command, or with what a number looks like.
    """
    plain = _UNSEEN.sub("", text).strip()
    if command.strip().casefold() == "/assign":
        return _parsed_assign(plain)
    if not plain:
        return Parsed("help", None, "")
    return _parsed_ticket(_unglued(plain, known), known)


def whom(rest: str) -> Whom:
    """Who is meant by ``@ana``, ``<@U1|ana>``, ``me``, ``auto``, ``nobody``; else Refused."""
    mentioned = _PERSON.findall(rest)
    if len(mentioned) == 1 and not _meant(_PERSON.sub(" ", rest)):
        slack_id, name = mentioned[0]
        return Whom("person", slack_id=slack_id, name=name)
    if mentioned:
        raise Refused(f"One person at a time, please. {ASSIGN_HELP}")
    return _whom_by_name(_meant(rest))


def _whom_by_name(words: list[str]) -> Whom:
    said = " ".join(words).casefold()
    if said in _ME:
        return Whom("me")
    if said in _AUTO:
        return Whom("auto")
    if said in _NOBODY or said == "no one":
        return Whom("nobody")
    name = " ".join(words).removeprefix("@").strip()
    if not name:
        raise Refused(ASSIGN_HELP)
    if "<" in name or "@" in name:
        raise Refused(f"Tickets are given to one person. {ASSIGN_HELP}")
    return Whom("person", name=name)


def _parsed_assign(plain: str) -> Parsed:
    words = [_unquoted(word) for word in plain.split()]
    numbers = [word for word in words if _is_like_a_number(word)]
    if len(numbers) > 1:
        raise Refused(f"One ticket at a time, please. {ASSIGN_HELP}")
    said = " ".join(word for word in words if word not in numbers)
    number = _number(numbers[0]) if numbers else None
    whom(said)
    return Parsed("assign", number, said)


def _parsed_ticket(plain: str, known: Mapping[str, Sequence[str]]) -> Parsed:
    first, rest = _cut(plain)
    if _is_like_a_number(first):
        return _number_first(first, rest, known)
    verb = _verb(first, known)
    if verb is None:
        raise Refused(_nearest(first, rest, known))
    if first.casefold() == "open" and verb == "new" and _NUMBER.fullmatch(rest):
        raise Refused(_open_again(_number(rest)))
    if verb in _ALONE and first.casefold() not in known and len(rest.split()) > 1:
        raise Refused(f"Did you mean `/ticket {verb}`? {_NEW_HINT}")
    return _with_number(verb, rest)


def _with_number(verb: str, rest: str) -> Parsed:
    word, after = _cut(rest)
    if word.casefold() == "ticket" and verb not in _WITHOUT_NUMBER:
        word, after = _cut(after)
    if verb in _WITHOUT_NUMBER or not _is_like_a_number(word):
        return Parsed(verb, None, rest)
    return _with_one(verb, _number(word), after)


def _with_one(verb: str, number: int, rest: str) -> Parsed:
    if _NUMBER.fullmatch(_cut(rest)[0]):
        raise Refused(f"One ticket at a time, please: `/ticket {verb} {number}`.")
    return Parsed(verb, number, rest)


def _number_first(first: str, rest: str, known: Mapping[str, Sequence[str]]) -> Parsed:
    """A number, then its verb, is as good as the other way round; alone it asks to be shown."""
    number = _number(first)
    if not rest:
        return Parsed("show", number, "")
    word, after = _cut(rest)
    verb = _verb(word, known)
    if verb is None or verb in _WITHOUT_NUMBER:
        raise Refused(_nearest(word, f"{number} {after}", known))
    return _with_one(verb, number, after)


def _cut(plain: str) -> tuple[str, str]:
    """The first word, without quotes that phones put around it, and all that follows as it is."""
    word, after = [*plain.split(maxsplit=1), "", ""][:2]
    return _unquoted(word), after.strip()


def _verb(word: str, known: Mapping[str, Sequence[str]]) -> str | None:
    said = word.casefold().strip("!.,;:/").removesuffix("?") or word
    if said in known:
        return said
    return next((verb for verb, others in known.items() if said in others), None)


def _nearest(word: str, rest: str, known: Mapping[str, Sequence[str]]) -> str:
    means = {each: verb for verb, others in known.items() for each in (*others, verb)}
    near = get_close_matches(word.casefold(), means, n=1, cutoff=0.6)
    if near:
        number = _NUMBER.fullmatch(_cut(rest)[0])
        right = f"{means[near[0]]} {number[1]}" if number else means[near[0]]
        return f"{_unknown(word)} Did you mean `/ticket {right}`?"
    if rest and "new" in known:
        return f"{_unknown(word)} {_NEW_HINT}"
    return f"{_unknown(word)} `/ticket help` shows all that there is."


def _unknown(word: str) -> str:
    """The word is shown only as far as it is plain: nothing typed is live in our words."""
    plain = "".join(char for char in word if char.isalnum() or char in "-_#")[:24]
    return f"There is no `/ticket {plain}`." if plain else "That is no command."


def _open_again(number: int) -> str:
    return (
        f"Did you mean `/ticket reopen {number}`, or `/ticket show {number}` to look at it?"
        " A new ticket is opened with `/ticket new` and its title."
    )


def _number(word: str) -> int:
    found = _NUMBER.fullmatch(word)
    if found is None or len(found[1]) > _MOST_DIGITS:
        raise Refused(
            f"{_shown(word)} is not the number of a ticket. Numbers look like `12` or `#12`;"
            " `/ticket list` shows the open ones."
        )
    return int(found[1])


def _shown(word: str) -> str:
    plain = "".join(char for char in word if char.isalnum() or char in "-+#.,")[:24]
    return f"`{plain}`" if plain else "That"


def _is_like_a_number(word: str) -> bool:
    return _LIKE_A_NUMBER.fullmatch(word) is not None


def _unglued(plain: str, known: Mapping[str, Sequence[str]]) -> str:
    """take#12 and take12 as two words, where the first is a verb."""
    glued = _GLUED.match(plain)
    if glued and _verb(glued[1], known):
        return f"{glued[1]} {plain[glued.end(1) :]}"
    return plain


def _unquoted(word: str) -> str:
    bare = word.strip(_QUOTES)
    wide = unicodedata.normalize("NFKC", bare)
    return wide if _LIKE_A_NUMBER.fullmatch(wide) else bare


def _meant(rest: str) -> list[str]:
    return [word for word in rest.split() if word.strip(_QUOTES + ",.!").casefold() not in _FILLERS]
