"""The one table of acts: what can be done with a ticket, by whom, by which doors.

Commands, buttons, reactions, shortcuts and help are made of this table; each family of acts has a
module with its rows. An act with ``form`` opens that form where Slack gave a trigger id and fields
are lacking; elsewhere it acts with ``defaults``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.acts import (
    accounts,
    answers,
    csat,
    desk,
    digests,
    escalation,
    intake,
    kinship,
    knowledge,
    labels,
    life,
    looking,
    owners,
)
from bot.acts.row import Act
from bot.rules.commands import Verb
from bot.rules.desk import Phrase

__all__ = [
    "ACTS",
    "FAMILIES",
    "Act",
    "Family",
    "by_name",
    "by_phrase",
    "by_reaction",
    "by_verb",
    "kb_words",
    "of_phrase",
    "phrases",
    "takes_reaction",
    "typed",
    "verbs",
    "with_reactions",
]


@dataclass(frozen=True, slots=True)
class Family:
    """Acts that people look for together; ``title`` stands above them in the help."""

    title: str
    acts: tuple[Act, ...]


FAMILIES = (
    Family("See what there is", looking.ACTS),
    Family("Open a ticket", intake.ACTS),
    Family("Whose it is", owners.ACTS),
    Family("Answer and note", answers.ACTS),
    Family("Knowledge", knowledge.ACTS),
    Family("Ask the specialists", escalation.ACTS),
    Family("How it goes on", life.ACTS),
    Family("What kind it is", labels.ACTS),
    Family("What belongs together", kinship.ACTS),
    Family("How we did", csat.ACTS),
    Family("The desk", desk.ACTS),
    Family("Digests", digests.ACTS),
    Family("Customers", accounts.ACTS),
)
ACTS: tuple[Act, ...] = tuple(act for family in FAMILIES for act in family.acts)

NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_BY_NAME = {act.name: act for act in ACTS}


def by_name(name: str) -> Act | None:
    """The act of that name, None when there is none."""
    return _BY_NAME.get(name)


def by_reaction(emoji: str, own: Mapping[str, tuple[str, ...]] = NONE) -> tuple[Act, ...]:
    """The acts an emoji may mean; which one depends on who reacts. Skin tones are ignored."""
    name = emoji.partition("::")[0]
    return tuple(act for act in with_reactions(own) if name in act.reactions)


def with_reactions(own: Mapping[str, tuple[str, ...]]) -> tuple[Act, ...]:
    """The table with a desk's ``own`` emoji, by act; acts that are not named there keep theirs."""
    if not own:
        return ACTS
    return tuple(replace(act, reactions=own.get(act.name, act.reactions)) for act in ACTS)


def takes_reaction(act: Act) -> bool:
    """True for acts that need no more than a person and a message of a ticket."""
    needs_more = act.form or act.reads or act.about or act.needs_number or not act.needs_ticket
    is_whole = not act.fields or act.fields == ("until",) or act.fields[0] in act.defaults
    return bool(act.reactions) or (is_whole and not needs_more)


def by_phrase(phrase: str) -> Act:
    """The act of what follows ``/desk``. Raises KeyError for none of the phrases."""
    return next(act for act in ACTS if act.desk == phrase)


def of_phrase(phrase: str) -> tuple[Act, ...]:
    """The act of what follows ``/desk``, and those whose phrases begin with it and go on."""
    return tuple(a for a in ACTS if a.desk == phrase or a.desk.startswith(f"{phrase} "))


def phrases() -> dict[str, Phrase]:
    """What may follow ``/desk``, for the parser and its nearest-command hints."""
    return {act.desk: Phrase(act.synonyms, act.takes_words) for act in ACTS if act.desk}


def kb_words() -> dict[str, Act]:
    """The acts that follow ``/kb``, by their word."""
    return {act.kb: act for act in ACTS if act.kb}


def verbs() -> dict[str, Verb]:
    """What may follow ``/ticket``, for the parser and its nearest-command hints."""
    return {
        act.verb: Verb(
            act.synonyms,
            act.needs_ticket,
            act.choices,
            act.takes_words,
            takes_time=act.fields[:1] == ("until",),
            other=act.other,
        )
        for act in ACTS
        if act.verb
    }


def by_verb(verb: str) -> Act:
    """The act of what follows ``/ticket``, or of a slash command of its own without its slash.

    Raises KeyError for none.
    """
    found = next((act for act in ACTS if verb in (act.verb, act.command.removeprefix("/"))), None)
    if found is None or not verb:
        raise KeyError(verb)
    return found


def typed() -> dict[str, Verb]:
    """What may follow ``!`` in an internal thread."""
    known = verbs()
    rows = {act.typed: act for act in ACTS if act.typed}
    return {word: known.get(word, Verb(row.synonyms)) for word, row in rows.items()}
