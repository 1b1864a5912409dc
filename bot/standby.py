"""What an operator says of who is asked, and who is on call: the ladder and the rotas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeGuard

from bot.customs import Wrong
from bot.rules import weekly
from storage.records.escalations import Level
from storage.records.hours import DAY, NINE
from storage.records.people import TeamRole
from storage.records.rotas import Rota, Shift

LEVEL = ("name", "channel", "usergroup", "people", "rota", "role", "accept")
ROTA = ("name", "zone", "shift", "shifts")
SHIFT = ("people", "usergroup", "turns", "turns_at", *weekly.KEYS)
MOST_LEVELS = 10
_SPAN = re.compile(r"(\d{1,4})\s*(m|min|minutes?|h|hours?|d|days?)?", re.IGNORECASE)
_MINUTES = {"h": 60, "d": DAY}
_TURN = re.compile(r"([a-z]+)\s+(\d{1,2}):(\d\d)", re.IGNORECASE)


def ladder(told: object) -> object:
    """Tables of levels, the nearest first. Raises Wrong."""
    if not _are_tables(told):
        return told
    levels = tuple(map(_level, told))
    if not levels:
        raise Wrong("has no level", "name at least one, or leave it out for the usual three")
    if len(levels) > MOST_LEVELS:
        raise Wrong(f"has {len(levels)} levels", f"leave {MOST_LEVELS} of them at most")
    _check_names([each.name for each in levels])
    return levels


def rotas(told: object) -> object:
    """Tables of rotas, each with its shifts. Raises Wrong."""
    if not _are_tables(told):
        return told
    found = tuple(map(_rota, told))
    _check_names([each.name for each in found])
    return found


def check_together(levels: Sequence[Level], found: Sequence[Rota]) -> None:
    """Raises Wrong for a level that is asked by a rota that is not there."""
    names = {each.name.casefold() for each in found}
    for level in levels:
        if level.rota and level.rota.casefold() not in names:
            raise Wrong(
                f"asks by a rota that is not there ({level.rota[:40]})",
                "add it as [[rota]], or name one of those",
            )


def with_ids(
    levels: Sequence[Level], channels: Mapping[str, str], usergroups: Mapping[str, str]
) -> tuple[Level, ...]:
    """Levels whose channels and usergroups are Slack ids; those not in the mappings stay."""
    return tuple(
        replace(
            each,
            channel=channels.get(each.channel, each.channel),
            usergroup=usergroups.get(each.usergroup, each.usergroup),
        )
        for each in levels
    )


def rotas_with_ids(found: Sequence[Rota], usergroups: Mapping[str, str]) -> tuple[Rota, ...]:
    """The same of rotas."""
    return tuple(
        replace(
            rota,
            shifts=tuple(
                replace(each, usergroup=usergroups.get(each.usergroup, each.usergroup))
                for each in rota.shifts
            ),
        )
        for rota in found
    )


def _are_tables(told: object) -> TypeGuard[Sequence[Mapping[str, Any]]]:
    return isinstance(told, (list, tuple)) and all(isinstance(each, Mapping) for each in told)


def _level(told: Mapping[str, Any]) -> Level:
    _check_keys(told, LEVEL)
    return Level(
        name=_name(told),
        channel=str(told.get("channel", "")).strip(),
        usergroup=str(told.get("usergroup", "")).strip(),
        people=_people(told),
        rota=str(told.get("rota", "")).strip(),
        role=_role(told),
        accept=_minutes(told.get("accept", "1h")),
    )


def _role(told: Mapping[str, Any]) -> TeamRole | None:
    """Specialists, where nobody else is named."""
    is_named = any(told.get(each) for each in ("usergroup", "people", "rota"))
    word = str(told.get("role", "" if is_named else TeamRole.SPECIALIST)).strip().lower()
    if not word:
        return None
    try:
        return TeamRole(word.removesuffix("s"))
    except ValueError:
        mend = f"use one of {', '.join(TeamRole)}"
        raise Wrong(f"knows no role {word[:40]}", mend) from None


def _rota(told: Mapping[str, Any]) -> Rota:
    _check_keys(told, ROTA)
    shifts = told.get("shift", told.get("shifts", ()))
    if not (_are_tables(shifts) and shifts):
        raise Wrong(f"has no shifts in {_name(told)}", "add them as [[rota.shift]]")
    return Rota(_name(told), tuple(_shift(each, told.get("zone", "UTC")) for each in shifts))


def _shift(told: Mapping[str, Any], zone: Any) -> Shift:
    _check_keys(told, SHIFT)
    hours = {name: each for name, each in told.items() if name in weekly.KEYS}
    try:
        found = weekly.read_hours({"zone": zone, **hours})
    except weekly.NotHours as error:
        raise Wrong(error.wrong, error.mend) from None
    people, group = _people(told), str(told.get("usergroup", "")).strip()
    if not (people or group):
        raise Wrong("has a shift of nobody", 'add people = ["Ana", "Ben"], or a usergroup')
    turns = str(told.get("turns", "")).strip().lower()
    if turns not in ("", "weekly"):
        raise Wrong(f"knows no turns {turns[:20]}", 'write turns = "weekly", or leave it out')
    return Shift(found, people, group, bool(turns), _turns_at(told.get("turns_at", "")))


def _turns_at(told: Any) -> int:
    said = str(told).strip()
    if not said:
        return NINE
    found = _TURN.fullmatch(said)
    day = found[1].lower() if found else ""
    if found is None or day not in weekly.DAYS or int(found[2]) > 23 or int(found[3]) > 59:
        raise Wrong(f"has no such time of turns ({said[:30]})", 'write it as "monday 09:00"')
    return weekly.DAYS.index(day) * DAY + int(found[2]) * 60 + int(found[3])


def _name(told: Mapping[str, Any]) -> str:
    name = str(told.get("name", "")).strip()
    if not name:
        raise Wrong("has an entry without a name", 'add name = "…" to it')
    return name


def _people(told: Mapping[str, Any]) -> tuple[str, ...]:
    people = told.get("people", ())
    names = people.split(",") if isinstance(people, str) else people
    return tuple(str(each).strip() for each in names if str(each).strip())


def _minutes(told: Any) -> int:
    said = str(told).strip()
    if said.lower() in ("", "never", "0"):
        return 0
    found = _SPAN.fullmatch(said)
    if found is None:
        raise Wrong(f"has no such time to accept ({said[:30]})", 'write it as "30m" or "2h"')
    return int(found[1]) * _MINUTES.get((found[2] or "m")[0].lower(), 1)


def _check_keys(told: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in told:
        if name not in known:
            near = get_close_matches(name, known, 1)
            mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise Wrong(f"knows no {name[:40]}", mend)


def _check_names(names: Sequence[str]) -> None:
    if long := next((each for each in names if len(each) > 40), ""):
        raise Wrong(f"has a name that is too long ({long[:20]}…)", "use 40 characters")
    if len({each.casefold() for each in names}) != len(names):
        raise Wrong("has the same name twice", "leave one of them")
