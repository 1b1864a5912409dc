"""What people type after ``/desk digest``: which digest, when, where, for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from bot.errors import Refused
from bot.rules.access import Who
from bot.rules.digest import DEFAULT_MINUTES
from storage.records.digests import Kind

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALLED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.DAILY: "Daily digest",
        Kind.EVENING: "Evening list of risks",
        Kind.QUEUE: "Own morning queue",
        Kind.WEEKLY: "Weekly trend",
        Kind.CUSTOMER: "Weekly report to a customer",
    }
)
MEANING: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.DAILY: "what needs a decision today, and the figures against last week",
        Kind.EVENING: "what may be missed before the next working day",
        Kind.QUEUE: "an agent’s own open tickets, by direct message",
        Kind.WEEKLY: "eight weeks at a glance, by account and category",
        Kind.CUSTOMER: "what a customer asked and got, in their own channel",
    }
)
NEEDS: Mapping[Kind, Who] = MappingProxyType(
    {
        Kind.DAILY: Who.LEAD,
        Kind.EVENING: Who.LEAD,
        Kind.QUEUE: Who.AGENT,
        Kind.WEEKLY: Who.LEAD,
        Kind.CUSTOMER: Who.LEAD,
    }
)
EXAMPLE = "`/desk digest daily at 8:30`, or `/desk digest weekly on friday at 16:00 in #digests`"
_NAMES = MappingProxyType(
    {str(kind): kind for kind in Kind}
    | {"day": Kind.DAILY, "week": Kind.WEEKLY, "trend": Kind.WEEKLY, "account": Kind.CUSTOMER}
    | dict.fromkeys(("night", "overnight", "risk", "risks"), Kind.EVENING)
)
_LOOSE = MappingProxyType(
    {"morning": Kind.DAILY, "digest": Kind.DAILY, "report": Kind.CUSTOMER}
    | dict.fromkeys(("mine", "own"), Kind.QUEUE)
)
"""Words that name a kind only where no other word does: ``evening digest``, ``weekly report``."""

_KINDS = _NAMES | _LOOSE
_HOW_OFTEN = (
    (Kind.DAILY, Kind.EVENING),
    (Kind.DAILY, Kind.QUEUE),
    (Kind.WEEKLY, Kind.CUSTOMER),
)
_WORKING = [DAYS.index("monday"), DAYS.index("friday")]
_WORDS = {
    "pause": "digest_pause",
    "stop": "digest_pause",
    "resume": "digest_resume",
    "continue": "digest_resume",
    "off": "digest_pause",
    "restart": "digest_resume",
    "unpause": "digest_resume",
    "delete": "digest_remove",
    "unsubscribe": "digest_remove",
    "cancel": "digest_remove",
    "remove": "digest_remove",
    "end": "digest_remove",
    "send": "digest_send",
    "now": "digest_send",
}
_FILLERS = frozenset(
    {"at", "on", "in", "to", "for", "the", "a", "an", "every", "each", "by", "new", "add", "please"}
    | {"my", "me", "message", "dm", "direct", "o'clock", "and", "tickets", "subscribe", "start"}
    | {"working", "business", "days", "weekday", "weekdays", "workday", "workdays", "from", "of"}
)
_ALWAYS = re.compile(r"\b(?:even if|also when|also if|even when) (?:it is )?empty\b|\balways\b")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
_NAME = re.compile(r"#[^\s<>]+")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?h?\s*(am|pm)?")
_HYPHEN = re.compile(r"(?<=[a-z])[-–](?=[a-z])")
_NAMED = MappingProxyType({"noon": "12:00", "midday": "12:00", "midnight": "0:00"})
_ZONE = re.compile(
    r"\d.*\b(?:utc|gmt|we?st|cet|cest|eet|bst|ist|jst|[ecmp][sd]?t|ae[sd]t|[a-z]+/[a-z_]+)\b"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``act`` is what is to be done; ``channel`` and ``person`` are Slack ids, ``""`` for
    none; a channel may be a mere ``#name``.

    ``minutes`` after midnight, None for the usual time; ``weekday`` None for Monday.
    """

    act: str
    kind: Kind
    minutes: int | None = None
    weekday: int | None = None
    channel: str = ""
    person: str = ""
    is_always: bool = False


def parse(text: str) -> Wanted:
    """Raises Refused with what can be said instead."""
    channel, person = _CHANNEL.search(text), _PERSON.search(text)
    plain = _CHANNEL.sub(" ", _PERSON.sub(" ", text)).casefold()
    name = _NAME.search(plain)
    plain = _NAME.sub(" ", plain)
    if "@" in plain:
        raise Refused("Type @ and choose the person from Slack’s list.")
    plain = _HYPHEN.sub(" ", plain)
    is_always = bool(_ALWAYS.search(plain))
    words = [each.strip(",.!") for each in _ALWAYS.sub(" ", plain).split()]
    words = [each for each in words if each and each not in _FILLERS]
    act = next((_WORDS[each] for each in words if each in _WORDS), "digest_new")
    kind, minutes, weekday = _sorted([each for each in words if each not in _WORDS])
    return Wanted(
        act,
        kind,
        minutes,
        weekday,
        channel=channel[1] if channel else name[0] if name else "",
        person=person[1] if person else "",
        is_always=is_always,
    )


def _sorted(words: list[str]) -> tuple[Kind, int | None, int | None]:
    days = list(dict.fromkeys(day for each in words if (day := day_of(each)) is not None))
    rest = " ".join(each for each in words if each not in _KINDS and day_of(each) is None)
    kind = _kind(words)
    minutes = minutes_of(rest) if rest else None
    return kind, minutes, _day(kind, days)


def _kind(words: list[str]) -> Kind:
    """Which one is meant: ``daily`` may also say how often, and ``weekly`` for a customer."""
    found = {_NAMES[each] for each in words if each in _NAMES}
    found = found or {_LOOSE[each] for each in words if each in _LOOSE}
    for often, kind in _HOW_OFTEN:
        if found == {often, kind}:
            return kind
    if len(found) > 1:
        raise Refused(f"Say one digest at a time. For example {EXAMPLE}.")
    if not found:
        raise Refused(_no_kind(words))
    return found.pop()


def _day(kind: Kind, days: list[int]) -> int | None:
    """The day of the week, if there is to be one. Raises Refused."""
    is_weekly = kind in (Kind.WEEKLY, Kind.CUSTOMER)
    if is_weekly and len(days) > 1:
        raise Refused(f"That comes once a week: say one day. For example {EXAMPLE}.", field="time")
    if not is_weekly and days not in ([], _WORKING):
        raise Refused(
            f"{CALLED[kind]}: that comes on each working day. What comes once a week is `weekly`,"
            " or for a customer `customer`."
        )
    return days[0] if is_weekly and days else None


def _no_kind(words: list[str]) -> str:
    near = get_close_matches(words[0], _KINDS, n=1, cutoff=0.7) if words else []
    hint = f" Did you mean {_KINDS[near[0]]}?" if near else ""
    return f"Say which: daily, evening, queue, weekly or customer.{hint} For example {EXAMPLE}."


def kind_of(word: str) -> Kind:
    """What a form chose. Raises Refused."""
    try:
        return Kind(word)
    except ValueError:
        raise Refused("Choose which digest.", field="kind") from None


def day_of(word: str) -> int | None:
    """Monday is 0; names may be cut after three letters or stand in the plural."""
    said = word.strip().casefold()
    long_enough = len(said) >= 3
    found = (n for n, day in enumerate(DAYS) if f"{day}s".startswith(said))
    return next(found, None) if long_enough else None


def minutes_of(said: str) -> int:
    """A time of day as minutes after midnight. Raises Refused."""
    plain = said.strip().casefold()
    match = _TIME.fullmatch(_NAMED.get(plain, plain))
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if match and match[3]:
        hour = hour % 12 + (12 if match[3] == "pm" else 0) if 1 <= hour <= 12 else 99
    if hour > 23 or minute > 59:
        raise Refused(_no_time(plain), field="time")
    return hour * 60 + minute


def _no_time(said: str) -> str:
    if _ZONE.search(said):
        return "It comes on the clock of whoever reads it, so leave out the zone: say `8:30`."
    wrong = "".join(char for char in said if char.isalnum() or char in " :.")[:30].strip()
    return (
        f"“{wrong}” is no time of day. Say it as `8:30` or `5pm`, a day as `friday`, and choose"
        " people with @ and channels with #."
    )


def clock(minutes: int) -> str:
    """``08:30``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def usual(kind: Kind) -> int:
    """At which minute it comes where nobody says."""
    return DEFAULT_MINUTES[kind]
