"""What our own people type in an internal thread to act on its ticket: a word after ``!``."""

from __future__ import annotations

import re
from datetime import datetime

from bot.errors import Refused
from bot.rules import commands, whom
from bot.rules.commands import Parsed, Verbs
from storage.records.tickets import Ticket

# Phones and keyboards of East Asia write a wide mark.
_BANG = re.compile(r"\s*[!\uff01](?=[^\W\d_]|\?)")
_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})(?!\S)")
_SLASHED = re.compile(r"/ticket ([a-z-]+)(?: #?[0-9]+)?")
_ASSIGN = "assign"
_PUTS_ASIDE = frozenset({"resolve", "resolve_as", "not_a_request", "wait", "snooze"})
"""Acts after which nobody of ours looks at the ticket before something happens."""

WHOM = "Say who: `!assign @ben`, or `me`, `auto`, `nobody` in place of the name."


def is_like_one(text: str) -> bool:
    """True for words that begin with ``!`` and a letter; "!!!" and "! wow" are just a note."""
    return _BANG.match(commands.visible(text)) is not None


def parse(text: str, number: int, known: Verbs, elsewhere: Verbs) -> Parsed:
    """What is asked in the thread of ticket ``number``.

    ``known`` may follow the mark; ``elsewhere`` is what follows ``/ticket`` alone. Raises Refused
    with the nearest right form.
    """
    said = _BANG.sub("", commands.visible(text), count=1)
    word, rest = [*said.split(maxsplit=1), ""][:2]
    verb = commands.meant(word, known)
    if verb is None:
        raise _slip(word, known, elsewhere)
    if not known[verb].needs_ticket:
        return Parsed(verb, None, rest)
    if verb == _ASSIGN and not rest:
        return Parsed(verb, number, "")
    command = "/assign" if verb == _ASSIGN else "/ticket"
    name = "" if verb == _ASSIGN else f"{verb} "
    try:
        rest = _of_this_ticket(verb, rest, number, takes_words=known[verb].takes_words)
        return commands.parse(command, f"{name}#{number} {rest}", known)
    except Refused as slip:
        raise Refused(_worded(str(slip))) from None


def puts_aside(act: str) -> bool:
    """True for what is not to be done before all that the customer has said is read."""
    return act in _PUTS_ASIDE


def is_overtaken(act: str, ticket: Ticket, typed_at: datetime) -> bool:
    """True where the customer has said something since that whoever typed it cannot have read."""
    last = ticket.last_customer_at
    return puts_aside(act) and last is not None and last > typed_at


def _of_this_ticket(verb: str, rest: str, number: int, *, takes_words: bool) -> str:
    """The rest without the thread's own number; another ticket's number is no slip of the pen."""
    found = _NUMBER.match(rest)
    if found and int(found[1]) == number and (rest.startswith("#") or not takes_words):
        return rest[found.end() :].lstrip()
    if found and (verb == _ASSIGN or not takes_words):
        raise Refused(
            f"This is the thread of #{number}. For another ticket, write under its own card."
        )
    return rest


def _worded(hint: str) -> str:
    """A hint of the slash commands, as it is said in a thread."""
    return _SLASHED.sub(r"!\1", hint.replace(whom.ASSIGN_HELP, WHOM))


def _slip(word: str, known: Verbs, elsewhere: Verbs) -> Refused:
    unknown = commands.unknown(word, "!")
    other = commands.meant(word, elsewhere)
    if other:
        return Refused(
            f"`!{other}` is not about one ticket. Type `/ticket {other}` where you write messages,"
            " outside of threads."
        )
    if word.casefold() in commands.GIVEN_BACK:
        return Refused(f"{unknown} Did you mean `!{_ASSIGN} nobody`?")
    near = commands.nearest(word, known)
    if near:
        return Refused(f"{unknown} Did you mean `!{near}`?")
    return Refused(
        f"{unknown} `!help` names all that there is. What you wrote stays a note for the team."
    )
