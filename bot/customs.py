"""What an operator may say of the desk's own ways: periods, hours, categories, its own fields."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from bot.acts import ACTS, takes_reaction, with_reactions
from bot.rules.access import Who
from bot.rules.policies import NotPolicies, read_policies
from bot.rules.weekly import NotHours, read_hours
from storage.records.workspaces import Extra, ExtraKind

# What the environment has no words for stands in it; it may say all the rest, too.
TOML_FILE = "threadkeeper.toml"
MOST_NAMES = 60
_EMOJI = re.compile(r"[\w+'-]{1,100}")
LONGEST_NAME = 60  # Slack takes 75 characters of an option's value


class Wrong(ValueError):
    """A value that cannot stay: what is ``wrong`` with it, and how to ``mend`` it."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


def by_comma(told: object) -> object:
    """``Billing, Technical`` as a list; a list stays."""
    return [each.strip() for each in told.split(",")] if isinstance(told, str) else told


def named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Categories, or the choices of a field: few enough for a menu, each once. Raises Wrong."""
    _check_names(names)
    return names


def hours(told: object) -> object:
    """A table of opening hours. Raises Wrong."""
    if not isinstance(told, Mapping):
        return told
    try:
        return read_hours(told)
    except NotHours as error:
        raise Wrong(error.wrong, error.mend) from None


def policies(told: object) -> object:
    """A list of tables of what is promised. Raises Wrong, which names the entry."""
    if not isinstance(told, list) or not all(isinstance(each, Mapping) for each in told):
        return told
    try:
        return tuple(read_policies(told))
    except NotPolicies as error:
        raise Wrong(error.wrong, error.mend) from None


def fields(told: tuple[Extra, ...]) -> tuple[Extra, ...]:
    """Fields with names of their own; a choice has choices, nothing else has. Raises Wrong."""
    _check_names([each.name for each in told])
    for each in told:
        if each.kind is ExtraKind.CHOICE and not each.choices:
            raise Wrong(f"has no choices for {each.name}", 'add choices = ["…", "…"] to it')
        if each.kind is not ExtraKind.CHOICE and each.choices:
            raise Wrong(f"has choices for {each.name}, a {each.kind}", 'make it kind = "choice"')
        _check_names(each.choices)
    return told


def reactions(told: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Emoji by act, each by its name without colons or skin tone. Raises Wrong."""
    own = {act: tuple(map(_emoji, emoji)) for act, emoji in told.items()}
    able = sorted(act.name for act in ACTS if takes_reaction(act))
    if unknown := next((act for act in own if act not in able), ""):
        raise Wrong(f"names no such act ({unknown[:20]})", f"use some of {', '.join(able)}")
    _check_meanings(own)
    return own


def _emoji(told: str) -> str:
    name = told.strip().strip(":").partition("::")[0].lower()
    if not _EMOJI.fullmatch(name):
        raise Wrong(f"has no name of an emoji ({told[:20]})", "use names as Slack has them: eyes")
    return name


def _check_meanings(own: Mapping[str, tuple[str, ...]]) -> None:
    """An emoji may mean one thing for the team, and one for customers."""
    meanings: dict[tuple[str, bool], str] = {}
    for act in with_reactions(own):
        for emoji in act.reactions:
            first = meanings.setdefault((emoji, act.who is Who.REQUESTER), act.name)
            if first != act.name:
                both = f"{first} and {act.name}"
                raise Wrong(f"lets {emoji} mean {both}", "leave it with one of them")


def _check_names(names: Collection[str]) -> None:
    if len(names) > MOST_NAMES:
        raise Wrong(f"has {len(names)} names", f"leave {MOST_NAMES} of them at most")
    if not all(each.strip() for each in names):
        raise Wrong("has an empty name", "take the comma, or the entry, out")
    if long := next((each for each in names if len(each) > LONGEST_NAME), ""):
        raise Wrong(f"has a name that is too long ({long[:20]}…)", f"use {LONGEST_NAME} characters")
    if len({each.casefold() for each in names}) != len(names):
        raise Wrong("has the same name twice", "leave one of them")


def said(settings: Any) -> dict[str, Any]:
    """The desk's settings that the operator has said; the others stay as they are stored."""
    days = {"reopen": "reopen_days", "nudge": "nudge_days", "give_up": "give_up_days"}
    told = {name: getattr(settings, each) for name, each in days.items()}
    periods = {name: timedelta(days=each) for name, each in told.items() if each is not None}
    others = {"categories": settings.categories, "extras": settings.ticket_fields}
    others |= {"hours": settings.hours, "reactions": settings.reactions}
    others |= {"policies": settings.sla}
    others |= {"ladder": settings.ladder, "rotas": settings.rota}
    others |= {"suggests": settings.suggestions}
    return periods | {name: each for name, each in others.items() if each is not None}
