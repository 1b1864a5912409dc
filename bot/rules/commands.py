"""What people type after a slash command: a verb, perhaps a number, and the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import Refused
from bot.rules import when, whom

_FIND_HINT = (
    "To narrow tickets down, search: `/ticket find in:#acme-help status:open`, or by words."
)
_NEW_HINT = "To open a ticket with these words, begin with `/ticket new`."

_OF_A_LIST = frozenset({"all", "open", "ones", "ticket", "tickets", "please"})
_MOST_DIGITS = 9
_MOST_OF_A_SEARCH = 2  # words; more of them tell of something
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NUMBER = re.compile(r"#?0*([1-9][0-9]*)[.,;:!?]*")
_BRACKETED = re.compile(r"[(\[*_~]+(\S+?)[)\]*_~]+")
_LIKE_A_NUMBER = re.compile(r"#.*|[-+]?[0-9].*")
_GLUED = re.compile(r"([^\W\d_]+)[:=,]?#?[0-9]+[.,;:!?]?(?!\S)")
_HASH_APART = re.compile(r"(?<!\S)#\s+(?=[0-9])")
_CHANNEL = re.compile(r"<(#)[CG][A-Z0-9]+\|([^<>]*)>")
# By Slack (FACTS 4); a semicolon that ends a word is no more there.
_ESCAPES = {"lt": "<", "gt": ">", "amp": "&"}
_ESCAPED = re.compile(r"&(lt|gt|amp)(?:;|$)")
_ALL = frozenset({"all", "everything", "everybody", "them"})
GIVEN_BACK = frozenset({"unassign", "release", "drop", "untake", "unclaim", "disown"})
_DELETED = frozenset({"delete", "remove", "erase", "destroy", "trash"})
_HELP = frozenset({"help", "?"})
# duplicate 15, dup of #15, duplicate of https://…
_OTHER = re.compile(
    r"\b([^\W\d_]+)\s+(?:(?:of|to)\s+)?(?:#?0*([1-9][0-9]{0,8})(?!\S)|(<?https?://\S+))"
)


class NotUnderstood(Refused):
    """There is no such command, nor one like it: the help is to follow ``str()``."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What may stand for a verb, and after it: a number, one of ``choices``, or any words.

    With ``takes_time`` the words say when, so that the 2 of ``2 days`` is no ticket's number.
    Behind the choice ``other`` stands another ticket, by its number or a link to a message of it.
    """

    synonyms: tuple[str, ...] = ()
    needs_ticket: bool = True
    choices: tuple[str, ...] = ()
    takes_words: bool = False
    takes_time: bool = False
    other: str = ""


Verbs = Mapping[str, Verb]


@dataclass(frozen=True, slots=True)
class Parsed:
    """``verb`` is one of the known; ``rest`` is a choice of it, or words as they were typed."""

    verb: str
    number: int | None
    rest: str


def parse(command: str, text: str, known: Verbs) -> Parsed:
    """What was asked by ``command`` (``/ticket``, ``/assign`` …) and the ``text`` after it.

    Nothing typed means help, a bare number show. Raises Refused with the nearest right command,
    with what a number looks like or which choices there are; NotUnderstood when all else fails.
    """
    plain = _HASH_APART.sub("#", visible(text)).strip()
    if command.strip().casefold() == "/assign":
        return _parsed_assign(plain)
    alone = command.strip().casefold().removeprefix("/")
    if alone != "ticket" and alone in known:
        if not known[alone].needs_ticket:
            return Parsed(alone, None, plain)
        if plain.casefold() in _HELP:
            return Parsed("help", None, alone)
        return _about_a_ticket(alone, plain, known[alone])
    first, rest = _cut(plain)
    if first.casefold() in ("/ticket", "ticket"):  # the command itself, pasted behind it
        plain = rest
    if not plain:
        return Parsed("help", None, "")
    return _parsed_ticket(_unglued(plain, known), known)


def visible(text: str) -> str:
    """The text without marks that nobody sees and that phones and copying leave behind."""
    return _UNSEEN.sub("", text)


def meant(word: str, known: Verbs) -> str | None:
    """The verb that a word stands for; synonyms count."""
    said = _plainly(word) or word
    if said in known:
        return said
    return next((verb for verb, row in known.items() if said in row.synonyms), None)


def _plainly(word: str) -> str:
    """The word without what phones, haste and habit put around it."""
    wide = unicodedata.normalize("NFKC", word).casefold()
    return wide.strip("!.,;:/*_~").removesuffix("?")


def _parsed_assign(plain: str) -> Parsed:
    words, numbers = _sorted(plain)
    if len(numbers) > 1 or (not numbers and words and words[0].casefold() in _ALL):
        raise Refused(f"One ticket at a time, please. {whom.ASSIGN_HELP}")
    number = _number(numbers[0]) if numbers else None
    said = " ".join(words)
    whom.read(said)
    return Parsed("assign", number, said)


def _parsed_ticket(plain: str, known: Verbs) -> Parsed:
    first, rest = _cut(plain)
    if _is_like_a_number(first):
        return _number_first(first, rest, known)
    verb = meant(first, known)
    if verb is None:
        raise _slip(first, rest, known)
    if first.casefold() == "open" and verb == "new" and _NUMBER.fullmatch(rest):
        raise Refused(_open_again(_number(rest)))
    if known[verb].needs_ticket:
        return _about_a_ticket(verb, rest, known[verb])
    if not known[verb].takes_words:
        _need_nothing_more(verb, rest, known)
        return Parsed(verb, None, "")
    return Parsed(verb, None, rest)


def _number_first(first: str, rest: str, known: Verbs) -> Parsed:
    """A number, then its verb, is as good as the other way round; alone it asks to be shown."""
    number = _number(first)
    if not rest:
        return Parsed("show", number, "")
    word, after = _cut(rest)
    verb = meant(word, known)
    if _is_like_a_number(word):
        raise Refused(
            f"One ticket at a time, please, and what to do with it: `/ticket show {number}`."
        )
    if verb is None:
        raise _slip(word, f"{number} {after}", known)
    if not known[verb].needs_ticket:
        raise Refused(f"Did you mean `/ticket show {number}`, or `/ticket {verb}`?")
    return _about_a_ticket(verb, f"{number} {after}", known[verb])


def _about_a_ticket(verb: str, rest: str, row: Verb) -> Parsed:
    if row.takes_words:
        return _with_words(verb, rest, row)
    rest, other = _other(rest, row)
    words, numbers = _sorted(rest)
    if len(numbers) > 1:
        raise Refused(f"One ticket at a time, please: `/ticket {verb} {_number(numbers[0])}`.")
    number = _number(numbers[0]) if numbers else None
    if not numbers and _ALL & {word.casefold() for word in words}:
        raise Refused(f"One ticket at a time, please: `/ticket {verb} 12`.")
    if not row.choices and any(word.startswith(("@", "<@")) for word in words):
        raise Refused(f"Did you mean `/ticket {verb} {number or 12}`? {ASSIGN_HINT}")
    said = " ".join(whom.words(" ".join(words)))
    choice = _choice(verb, number, said, row.choices) if said else ""
    return Parsed(verb, number, f"{choice} {other}" if other else choice)


def _other(rest: str, row: Verb) -> tuple[str, str]:
    """What was said, and the other ticket's number or link that stood behind the choice for it."""
    for found in _OTHER.finditer(rest) if row.other else ():
        stem = found[1].casefold().rstrip("es")  # of dupe and duplicates, too
        if len(stem) > 2 and row.other.startswith(stem):
            return f"{rest[: found.start()]}{row.other}{rest[found.end() :]}", found[2] or found[3]
    return rest, ""


def _with_words(verb: str, rest: str, row: Verb) -> Parsed:
    word, after = _cut(rest)
    if word.casefold() == "ticket":
        word, after = _cut(after)
    if word.startswith("#") or (_is_like_a_number(word) and not row.takes_time):
        return Parsed(verb, _number(word), after)
    is_number = _NUMBER.fullmatch(word) and not when.is_unit(_cut(after)[0])
    if is_number:
        return Parsed(verb, _number(word), after)
    before, _, last = rest.rpartition(" ")
    if row.takes_time and last.startswith("#") and _NUMBER.fullmatch(last):  # snooze 2d #12
        return Parsed(verb, _number(last), before.strip())
    return Parsed(verb, None, rest)


def _choice(verb: str, number: int | None, said: str, choices: tuple[str, ...]) -> str:
    """The choice that is meant, also by its beginning alone; else Refused with what there is."""
    plain = said.casefold().strip(".,!").replace("-", " ")
    found = [choice for choice in choices if choice.startswith(plain)]
    if plain in choices or len(found) == 1:
        return plain if plain in choices else found[0]
    if not choices and number is None:
        raise Refused(_no_number(said))
    raise Refused(_no_choice(f"/ticket {verb} {number or 12}", plain, choices))


def _no_choice(right: str, said: str, choices: tuple[str, ...]) -> str:
    if not choices:
        return f"Did you mean `{right}`?"
    near = get_close_matches(said, choices, n=1)
    such = f"Did you mean `{right} {near[0]}`? " if near else ""
    return f"{such}`{right}` may be followed by one of: {', '.join(choices)}."


def _need_nothing_more(verb: str, rest: str, known: Verbs) -> None:
    words, numbers = _sorted(rest)
    if numbers and (found := _NUMBER.fullmatch(numbers[0])):
        raise Refused(f"Did you mean `/ticket show {found[1]}`, or `/ticket {verb}`?")
    said = [word for word in words if word.casefold() not in _OF_A_LIST]
    other = meant(said[0], known) if len(said) == 1 else None
    if other and not known[other].needs_ticket:
        raise Refused(f"Did you mean `/ticket {other}`?")
    if said or numbers:
        is_sentence = len(said) > _MOST_OF_A_SEARCH
        more = _NEW_HINT if is_sentence else _FIND_HINT
        raise Refused(f"Did you mean `/ticket {verb}`? {more}")


def _sorted(plain: str) -> tuple[list[str], list[str]]:
    """All words, and all that look like numbers of tickets."""
    words = [_bare(word) for word in plain.split()]
    numbers = [word for word in words if _is_like_a_number(word)]
    return [word for word in words if not _is_like_a_number(word)], numbers


def _cut(plain: str) -> tuple[str, str]:
    """The first word, without quotes that phones put around it, and all that follows as it is."""
    word, after = [*plain.split(maxsplit=1), "", ""][:2]
    return _unquoted(word), after.strip()


def _slip(word: str, rest: str, known: Verbs) -> Refused:
    said = word.casefold().strip("/")
    if said in ("assign", "give", "transfer"):
        return Refused(f"{unknown(word)} {ASSIGN_HINT}")
    number = _NUMBER.fullmatch(_cut(rest)[0])
    if said in GIVEN_BACK:
        n = number[1] if number else "12"
        return Refused(f"To give a ticket back, type `/assign #{n} nobody`.")
    if said in _DELETED and number:
        return Refused(_not_deleted(number[1]))
    near = nearest(word, known)
    if near:
        right = f"{near} {number[1]}" if number else near
        return Refused(f"{unknown(word)} Did you mean `/ticket {right}`?")
    if rest and "new" in known:
        return Refused(f"{unknown(word)} {_NEW_HINT}")
    return NotUnderstood(f"{unknown(word)} This is all that there is:")


ASSIGN_HINT = "A ticket is given to somebody with `/assign #12 @ana`, or `/assign #12 me`."


def _not_deleted(number: str) -> str:
    return (
        f"Tickets are not deleted. `/ticket dismiss {number}` closes what asked for nothing,"
        f" `/ticket resolve {number}` what is done."
    )


def nearest(word: str, known: Verbs) -> str:
    """The verb that was perhaps meant, ``""`` when none is like it."""
    means = {each: verb for verb, row in known.items() for each in (*row.synonyms, verb)}
    said = _plainly(word)
    near = get_close_matches(said, means, n=1, cutoff=0.7)
    # In a short word two letters that changed places are a third of it.
    near = near or [each for each in means if len(said) > 2 and sorted(each) == sorted(said)]
    return means[near[0]] if near else ""


def unknown(word: str, before: str = "/ticket ") -> str:
    """The word is shown only as far as it is plain: nothing typed is live in our words."""
    plain = "".join(char for char in _unescaped(word) if char.isalnum() or char in "-_#")[:24]
    return f"There is no `{before}{plain}`." if plain else "That is no command."


def _open_again(number: int) -> str:
    return (
        f"Did you mean `/ticket reopen {number}`, or `/ticket show {number}` to look at it?"
        " A new ticket is opened with `/ticket new` and its title."
    )


def _number(word: str) -> int:
    found = _NUMBER.fullmatch(word)
    if found is None or len(found[1]) > _MOST_DIGITS:
        raise Refused(_no_number(word))
    return int(found[1])


def _no_number(word: str) -> str:
    return (
        f"{_shown(word)} is not the number of a ticket. Numbers look like `12` or `#12`;"
        " `/ticket list` shows the open ones."
    )


def _shown(word: str) -> str:
    word = _CHANNEL.sub(r"\1\2", _unescaped(word))
    plain = "".join(char for char in word if char.isalnum() or char in " -+#.,/")[:24]
    return f"`{plain}`" if plain else "That"


def _unescaped(word: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[1]], word)


def _is_like_a_number(word: str) -> bool:
    return _LIKE_A_NUMBER.fullmatch(word) is not None


def _unglued(plain: str, known: Verbs) -> str:
    """take#12 and take12 as two words, where the first is a verb."""
    glued = _GLUED.match(plain)
    if glued and meant(glued[1], known):
        return f"{glued[1]} {plain[glued.end(1) :].lstrip(':=,')}"
    return plain


def _bare(word: str) -> str:
    """Also without what stands around a number: (1), [1], *1*."""
    found = _BRACKETED.fullmatch(word)
    inside = _unquoted(found[1]) if found else ""
    return inside if _is_like_a_number(inside) else _unquoted(word)


def _unquoted(word: str) -> str:
    bare = word.strip(whom.QUOTES).replace("№", "#")
    wide = unicodedata.normalize("NFKC", bare)
    return wide if _LIKE_A_NUMBER.fullmatch(wide) else bare
