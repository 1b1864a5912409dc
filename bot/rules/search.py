"""What people type to find tickets: words, and filters such as ``from:@carla status:open``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.errors import Refused
from storage.records.tickets import Priority, Status

T = TypeVar("T")

LONGEST = 400  # characters; a button that goes on carries them all
FILTERS = {
    "from": "from:@carla",
    "account": "account:acme",
    "in": "in:#acme-help",
    "status": "status:open",
    "owner": "owner:@ana",
    "tag": "tag:vip",
    "category": "category:billing",
    "priority": "priority:high",
    "before": "before:2026-01-31",
    "since": "since:yesterday",
}
HELP = "You can add " + ", ".join(f"`{example}`" for example in FILTERS.values()) + "."
ASK = f"Say what to look for: `/ticket find export fails`. {HELP}"

_SYNONYMS = {
    **dict.fromkeys(("by", "author"), "from"),
    **dict.fromkeys(("customer", "company"), "account"),
    **dict.fromkeys(("state", "is"), "status"),
    **dict.fromkeys(("assignee", "agent", "assigned"), "owner"),
    **dict.fromkeys(("tags", "label"), "tag"),
    "channel": "in",
    "prio": "priority",
    "cat": "category",
    "until": "before",
    "after": "since",
}
_LIVE = (Status.NEW, Status.OPEN, Status.WAITING, Status.SNOOZED)
_DONE = (Status.RESOLVED, Status.CLOSED)
_STATUSES: Mapping[str, tuple[Status, ...]] = {
    **{status: (status,) for status in Status},
    **dict.fromkeys(("open", "live", "unsolved", "unresolved", "active"), _LIVE),
    **dict.fromkeys(("done", "solved", "finished"), _DONE),
    "pending": (Status.WAITING,),
}
_NAMES = {"status": (*Status, "done")}  # of the words that mean several, only these are told
_QUOTES = str.maketrans("“”„«»‘’‚", '"""""\'\'\'')
# A filter with its value, quoted or not; quoted words; any other word.
_PIECE = re.compile(r'([A-Za-z_]{2,20}):(?:"([^"]*)"|(<[^<>]*>)|(\S*))|"([^"]*)"|(\S+)')
_LEFT_OUT = re.compile(r'(?:^|\s)(-[^\W\d_][\w:.@-]{0,40})(?=[^"]*(?:"[^"]*"[^"]*)*$)')
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_AGO = re.compile(r"(\d{1,3})([dw])")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: ``words``, and by filter's name what was said for it, each once or more.

    Values are as they were typed: who and what they mean is looked up.
    """

    words: str = ""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """All that was said for one filter; nothing when it was not asked about."""
        return self.said.get(name, ())


def parse(text: str) -> Question:
    """The question. Raises Refused with how to ask, for nothing at all and for odd filters."""
    if len(text) > LONGEST:
        raise Refused("That is too long to look for. A few words of it are enough.")
    words: list[str] = []
    said: dict[str, tuple[str, ...]] = {}
    for name, value in _pieces(text):
        if name:
            said[name] = (*said.get(name, ()), *_several(name, value))
        elif value.strip():
            words.append(value)
    if not words and not said:
        raise Refused(ASK)
    _check_none_left_out(text)
    return Question(" ".join(words), said)


def _check_none_left_out(text: str) -> None:
    """Refused where a minus stands before a word, as if that left tickets out."""
    if found := _LEFT_OUT.search(text.translate(_QUOTES)):
        raise Refused(
            f"A minus leaves nothing out: all words have to be in one message. Take `{found[1]}`"
            " away, or put it in quotes to look for it."
        )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Filters with their values; words come under ``""``."""
    for found in _PIECE.finditer(text.translate(_QUOTES)):
        name, quoted, token, plain, phrase, word = found.groups()
        value = next((each for each in (quoted, token, plain) if each is not None), "")
        if name is None or _is_word(name, value):
            yield "", word or phrase or (found[0] if name else "")
        else:
            yield _named(name), _needed(_named(name), value.strip())


def _is_word(name: str, value: str) -> bool:
    """Addresses, times and ``Error: it fails`` are words; so is what has no value and no name."""
    is_known = name.casefold() in FILTERS or name.casefold() in _SYNONYMS
    return not is_known and (not value or value.startswith("//") or name != name.lower())


def _named(name: str) -> str:
    said = name.casefold()
    known = said if said in FILTERS else _SYNONYMS.get(said, "")
    if known:
        return known
    near = get_close_matches(said, [*FILTERS, *_SYNONYMS], n=1, cutoff=0.7)
    such = f" Did you mean `{FILTERS[_SYNONYMS.get(near[0], near[0])]}`?" if near else f" {HELP}"
    raise Refused(f"There is no filter `{said}:`.{such} To look for it as words, put it in quotes.")


def _needed(name: str, value: str) -> str:
    if not value:
        raise Refused(f"Say what after `{name}:`, without a space, such as `{FILTERS[name]}`.")
    return value


def _several(name: str, value: str) -> Iterator[str]:
    """Commas part statuses and priorities; names may hold one."""
    parts = value.split(",") if name in ("status", "priority") else [value]
    return (part.strip() for part in parts if part.strip())


def person_id(word: str) -> str | None:
    """The Slack id of somebody who was chosen from Slack's list, None for a typed name."""
    found = _PERSON.fullmatch(word)
    return found[1] if found else None


def channel_id(word: str) -> str | None:
    """The same of a channel."""
    found = _CHANNEL.fullmatch(word)
    return found[1] if found else None


def statuses(said: Collection[str]) -> tuple[Status, ...] | None:
    """Where tickets may stand; open means: not solved yet. Raises Refused."""
    found = [status for word in said for status in _one(word, _STATUSES, "status")]
    return tuple(dict.fromkeys(found)) or None


def priorities(said: Collection[str]) -> tuple[Priority, ...] | None:
    """How pressing they may be. Raises Refused."""
    known = {str(each): (each,) for each in Priority}
    found = [each for word in said for each in _one(word, known, "priority")]
    return tuple(dict.fromkeys(found)) or None


def category(said: Collection[str], known: Collection[str]) -> str | None:
    """One of the desk's categories, also by its beginning. Raises Refused."""
    if not said:
        return None
    by_name = {name.casefold(): (name,) for name in known}
    return _one(_single("category", said), by_name, "category")[0]


def tag(said: Collection[str]) -> str | None:
    """The tag as it is kept."""
    return _single("tag", said).removeprefix("#").lower() if said else None


def _one(word: str, known: Mapping[str, tuple[T, ...]], what: str) -> tuple[T, ...]:
    plain = word.casefold().replace("_", " ").strip()
    begins = {values for name, values in known.items() if name.startswith(plain)}
    if found := known.get(plain) or (begins.pop() if len(begins) == 1 else None):
        return found
    near = get_close_matches(plain, known, n=1)
    such = f" Did you mean `{what}:{near[0]}`?" if near else ""
    named = _NAMES.get(what) or dict.fromkeys(str(values[0]) for values in known.values())
    names = ", ".join(named)
    raise Refused(f"There is no such {what}.{such} There are {names}.")


def _single(name: str, said: Collection[str]) -> str:
    (value, *more) = said
    if more:
        raise Refused(f"One `{name}:` at a time, please.")
    return value


def day(name: str, said: Collection[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The beginning (UTC) of the day that ``before:`` or ``since:`` names, where the asker is.

    Raises Refused for what is no day.
    """
    if not said:
        return None
    words = _single(name, said).casefold()
    found = _day(words, now.astimezone(zone).date())
    if found is None:
        raise Refused(
            f"`{name}:` takes a day, such as `{name}:2026-01-31`, `{name}:yesterday` or `{name}:7d`"
            " for a week ago."
        )
    return datetime(found.year, found.month, found.day, tzinfo=zone).astimezone(UTC)


def _day(words: str, today: date) -> date | None:
    if words in ("today", "yesterday"):
        return today - timedelta(days=words == "yesterday")
    if ago := _AGO.fullmatch(words):
        return today - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1))
    found = _DATE.fullmatch(words)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
