"""Who is meant by what people type: ``@ana``, me, auto, nobody, or a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.errors import Refused
from storage.records.people import Person

ASSIGN_HELP = (
    "Say who: `/assign #12 @ben`, or `me`, `auto`, `nobody` in place of the name."
    " Without a number it means the only open ticket of this channel."
)
MOST_NAMED = 12
QUOTES = "\"'`“”„‘’‚«»‹›"
_ENDS = ",.!;:"
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>")
_ME = frozenset({"me", "myself", "self", "@me"})
_AUTO = frozenset({"auto", "automatic", "automatically", "anyone", "anybody", "@auto"})
_HELP = frozenset({"help", "?"})
_NOBODY = frozenset({"nobody", "none", "no-one", "noone", "unassigned", "unassign", "@nobody"})
_FILLERS = frozenset({"to", "for", "please", "pls", "ticket", "it", "a", "an", "as", "this"})


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


def read(rest: str) -> Whom:
    """Who is meant by ``@ana``, ``<@U1|ana>``, ``me``, ``auto``, ``nobody``; else Refused."""
    mentioned = _PERSON.findall(rest)
    if len(mentioned) == 1 and not words(_PERSON.sub(" ", rest)):
        slack_id, name = mentioned[0]
        return Whom("person", slack_id=slack_id, name=name)
    if mentioned:
        raise Refused(f"One person at a time, please. {ASSIGN_HELP}")
    return _by_name(words(rest))


def agent_named(name: str, agents: Collection[Person]) -> Person:
    """The one agent called so, also by a beginning that fits no other; else Refused with names."""
    said = name.casefold()
    called = [person for person in agents if person.name.casefold() == said]
    begins = [person for person in agents if _begins(person.name.casefold(), said)]
    found = called if len(called) == 1 else begins
    if len(found) == 1:
        return found[0]
    named = _listed(sorted(person.name for person in found or agents if person.name))
    if not named:
        raise Refused("I know no agent’s name yet. Type @ and choose the person from Slack’s list.")
    plain = "".join(char for char in name if char.isalnum() or char in " -_.")[:40].strip()
    so = f"“{plain}”" if plain else "so"
    if found:
        raise Refused(f"Several agents are called {so}: {named}. Say a little more of the name.")
    raise Refused(f"No agent is called {so}. The agents are {named}.")


def _listed(names: Sequence[str]) -> str:
    """As one says it: Ana, Ben and Mona; of very many the first, and how many more."""
    shown = list(names[:MOST_NAMED])
    if more := len(names) - len(shown):
        shown.append(f"{more} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1] if shown else "")))


def _begins(name: str, said: str) -> bool:
    """Any part of a name may begin so: people go by their last names, too."""
    return any(" ".join(name.split()[at:]).startswith(said) for at in range(len(name.split())))


def _by_name(said_words: list[str]) -> Whom:
    full = " ".join(said_words)
    said = full.casefold()
    if said in _ME:
        return Whom("me")
    if said in _AUTO:
        return Whom("auto")
    if said in _NOBODY or said == "no one":
        return Whom("nobody")
    name = full.removeprefix("@").strip()
    if not name or said in _HELP:
        raise Refused(ASSIGN_HELP)
    if "<" in name or "@" in name:
        raise Refused(f"Tickets are given to one person. {ASSIGN_HELP}")
    return Whom("person", name=name)


def words(rest: str) -> list[str]:
    """The words that say something, without those that people put between."""
    bare = (word.rstrip(_ENDS) for word in rest.split())
    return [word for word in bare if word.strip(QUOTES + ",.!").casefold() not in {*_FILLERS, ""}]
