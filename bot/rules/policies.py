"""Reads what customers are promised, as operators write it: ``first = "4h"``, ``warn = 75``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from bot.rules.weekly import NotHours, read_hours
from storage.records.clocks import Goal
from storage.records.hours import Hours
from storage.records.policies import WARN, Policy, Wall
from storage.records.tickets import Priority
from storage.records.workspaces import TIERS

GOALS = {"first": Goal.FIRST, "next": Goal.NEXT, "resolution": Goal.RESOLUTION}
KEYS = ("name", "tier", "priority", *GOALS, "hours", "warn")
EVERYBODY = "everybody"
LONGEST_NAME = 60
MOST = 100
_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?")
_LONGEST = timedelta(hours=2_000)


class NotPolicies(ValueError):
    """What was written is no list of policies; ``mend`` says how to write the entry."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.mend = mend


def read_policies(told: Sequence[Mapping[str, Any]], tiers: Sequence[str] = TIERS) -> list[Policy]:
    """The policies that a list of tables means, in their order. Raises NotPolicies.

    Every refusal names the entry that it is about.
    """
    if len(told) > MOST:
        raise NotPolicies(f"has {len(told)} entries", f"leave {MOST} of them at most")
    found: list[Policy] = []
    for place, entry in enumerate(told, 1):
        try:
            found.append(_policy(entry, tiers))
        except (NotPolicies, NotHours) as slip:
            raise NotPolicies(f"in entry {_called(place, entry)} {slip.wrong}", slip.mend) from None
        if [each.name for each in found].count(found[-1].name) > 1:
            mend = f"give each a name of its own, or take one {found[-1].name} out"
            raise NotPolicies(f"in entry {_called(place, entry)} has the name of another", mend)
    return found


def _called(place: int, entry: Mapping[str, Any]) -> str:
    said = [str(entry[key])[:40] for key in ("name", "tier", "priority") if entry.get(key)]
    return f"{place} ({', '.join(said)})" if said else str(place)


def _policy(entry: Mapping[str, Any], tiers: Sequence[str]) -> Policy:
    _check_keys(entry)
    spans = {goal: _span(word, entry[word]) for word, goal in GOALS.items() if word in entry}
    if not spans:
        raise NotPolicies(
            "promises nothing", 'give a time to some of: first = "4h", next, resolution'
        )
    tier, priority = _tier(entry.get("tier"), tiers), _priority(entry.get("priority"))
    policy = Policy(_name(entry, tier, priority), spans, tier, priority, warn=_warn(entry))
    return _with_hours(policy, entry.get("hours", "desk"))


def _check_keys(entry: Mapping[str, Any]) -> None:
    for word in entry:
        if word not in KEYS:
            near = get_close_matches(word, KEYS, 1)
            mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(KEYS)}"
            raise NotPolicies(f"knows no {word[:40]}", mend)


def _name(entry: Mapping[str, Any], tier: str | None, priority: Priority | None) -> str:
    name = str(entry.get("name", "")).strip()
    if len(name) > LONGEST_NAME:
        raise NotPolicies("has a name that is too long", f"use {LONGEST_NAME} characters")
    return name or " ".join(filter(None, (tier, priority))) or EVERYBODY


def _span(word: str, told: Any) -> timedelta:
    match = _SPAN.fullmatch(str(told).strip().lower())
    hours, minutes = match.groups() if match else (None, None)
    span = timedelta(hours=float(hours or 0), minutes=int(minutes or 0))
    if not timedelta() < span <= _LONGEST:
        raise NotPolicies(
            f"has no such time as {word} ({str(told)[:40]})",
            'write open hours and minutes as "4h", "30m" or "1h30m"; two days of work are "16h"',
        )
    return span


def _tier(told: Any, tiers: Sequence[str]) -> str | None:
    if told is None:
        return None
    known = {each.casefold(): each for each in tiers}
    word = str(told).strip().casefold()
    if word not in known:
        near = get_close_matches(word, known, 1)
        mend = f"did you mean {known[near[0]]}?" if near else f"choose one of {', '.join(tiers)}"
        raise NotPolicies(f"knows no tier {str(told)[:40]}", mend)
    return known[word]


def _priority(told: Any) -> Priority | None:
    try:
        return None if told is None else Priority(str(told).strip().lower())
    except ValueError:
        mend = f"choose one of {', '.join(Priority)}"
        raise NotPolicies(f"knows no priority {str(told)[:40]}", mend) from None


def _warn(entry: Mapping[str, Any]) -> float:
    told = entry.get("warn", WARN * 100)
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 < told < 100:
        mend = "give the part of the time after which the owner is warned in percent, such as 75"
        raise NotPolicies(f"cannot warn at {str(told)[:20]}", mend)
    return float(told) / 100


_WALLS = {"desk": Wall.DESK, "account": Wall.ACCOUNT}


def _with_hours(policy: Policy, told: Any) -> Policy:
    if isinstance(told, Mapping):
        zone = str(told.get("zone", "desk")).strip().lower()
        wall = _WALLS.get(zone, Wall.OWN)
        plain = {key: value for key, value in told.items() if key != "zone" or wall is Wall.OWN}
        return replace(policy, hours=read_hours(plain), wall=wall)
    word = str(told).strip().lower()
    if word == "always":
        return replace(policy, hours=Hours.always(), wall=Wall.OWN)
    if word not in _WALLS:
        raise NotPolicies(
            f"knows no hours like {str(told)[:40]}",
            'choose "desk", "account" (the desk\'s, on the customer\'s wall), "always", or write'
            ' a table: hours = { weekdays = "08:00-20:00" }',
        )
    return replace(policy, wall=_WALLS[word])
