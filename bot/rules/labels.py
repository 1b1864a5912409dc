"""What agents say of a ticket beside its status: tags, a category, fields of the desk's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from math import isfinite

from bot.errors import Refused
from bot.rules import lifecycle
from bot.rules.lifecycle import Told
from storage.records.tickets import Ticket
from storage.records.workspaces import Extra, ExtraKind

MOST_TAGS = 200
LONGEST_TAG = 40
LONGEST_VALUE = 300
TAGS_HELP = "Name tags to add, and with a minus those to take away: `/ticket tag 12 vip -old`."
NOTHING = frozenset({"none", "nothing", "no", "-", "clear", "remove", "empty"})
_UNSURE = re.compile(r"\d,\d{3}$| (?!\d{3}(?!\d))")  # a thousand to some, one to others
_TAG = re.compile(r"[^\W_](?:[\w.:/&-]*[^\W_])?")


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags to add and to take away, each in the form in which it is kept."""

    add: tuple[str, ...] = ()
    take: tuple[str, ...] = ()


def tag_of(word: str) -> str:
    """The tag as it is kept: small letters, without ``#``. Raises Refused for what is none."""
    plain = word.strip().lstrip("#").lower()
    if len(plain) > LONGEST_TAG:
        raise Refused(f"A tag has {LONGEST_TAG} characters at most.", field="tags")
    if not _TAG.fullmatch(plain):
        raise Refused(
            f"Tags are single words of letters and digits, such as `vip` or `q3-renewal`."
            f" {TAGS_HELP}",
            field="tags",
        )
    return plain


def parse_tags(words: str) -> Tags:
    """What ``vip, -old +eu`` asks for. Raises Refused."""
    said = [word for word in re.split(r"[\s,;]+", words) if word not in ("", "and")]
    take = [tag_of(word[1:]) for word in said if word[0] in "-−–"]
    add = [tag_of(word.removeprefix("+")) for word in said if word[0] not in "-−–"]
    if not add and not take:
        raise Refused(TAGS_HELP)
    if both := sorted({*add} & {*take}):
        raise Refused(f"`{both[0]}` is to be added and taken away. Say one of both. {TAGS_HELP}")
    return Tags(tuple(dict.fromkeys(add)), tuple(dict.fromkeys(take)))


def tag(ticket: Ticket, wanted: Tags, *, by: int, now: datetime) -> Told:
    """Tags stay in the order in which they came. Refused when nothing would change."""
    lifecycle.need(ticket, "tag")
    new = [each for each in wanted.add if each not in ticket.tags]
    gone = [each for each in wanted.take if each in ticket.tags]
    if not new and not gone:
        n = ticket.number
        lacks = f"#{n} is not tagged so." if wanted.take else f"#{n} is tagged so already."
        now_has = f" It is tagged {', '.join(ticket.tags[:9])}." if ticket.tags else ""
        raise Refused(lacks + now_has)
    tags = (*(each for each in ticket.tags if each not in gone), *new)
    if len(tags) > MOST_TAGS:
        raise Refused(f"A ticket has {MOST_TAGS} tags at most. Take some away first.")
    told = replace(ticket, tags=tags)
    before, after = ", ".join(gone), ", ".join(new)
    return told, (lifecycle.moved(told, "tag", before, after, by=by, now=now),)


def category_of(word: str, known: Sequence[str]) -> str:
    """The category that is meant, also by a beginning that fits no other; ``""`` for none.

    Raises Refused with what there is.
    """
    if word.strip().casefold() in NOTHING:
        return ""
    return _choice(word, known, "category")


def set_category(ticket: Ticket, category: str, *, by: int, now: datetime) -> Told:
    """``""`` takes it away. Refused when that changes nothing."""
    lifecycle.need(ticket, "category")
    if ticket.category == category:
        is_so = f"is {category}" if category else "has none"
        raise Refused(f"The category of #{ticket.number} {is_so} already.")
    told = replace(ticket, category=category)
    return told, (lifecycle.moved(told, "category", ticket.category, category, by=by, now=now),)


def field_and_value(words: str, known: Sequence[Extra]) -> tuple[Extra, str]:
    """``Build number 4.2`` as a field and what it is to be. Raises Refused with the fields."""
    said = words.strip()
    if not known:
        raise Refused("This desk has no fields of its own. They are set in threadkeeper.toml.")
    for extra in sorted(known, key=lambda each: -len(each.name)):
        if re.match(rf"{re.escape(extra.name)}\b", said, re.IGNORECASE):
            return extra, said[len(extra.name) :].strip(" :=")
    name, _, value = said.partition(" ")
    meant = _choice(name, [each.name for each in known], "field")
    return next(each for each in known if each.name == meant), value


def value_of(extra: Extra, words: str) -> str:
    """The value as it is kept, ``""`` for nothing. Raises Refused when the field cannot hold it."""
    said = words.strip()
    if said.casefold() in NOTHING | {""}:
        return ""
    try:
        return _READ[extra.kind](extra, said)
    except ValueError as error:
        raise Refused(f"{extra.name} takes {error}.", field=field_name(extra)) from None


def field_name(extra: Extra) -> str:
    """What the field is called in forms."""
    return f"extra:{extra.name}"


def set_extra(ticket: Ticket, extra: Extra, value: str, *, by: int, now: datetime) -> Told:
    """``""`` takes it away. Refused when that changes nothing."""
    lifecycle.need(ticket, "field")
    before = ticket.own_field(extra.name)
    if before == value:
        is_so = f"is {value} already" if value else "is empty already"
        raise Refused(f"{extra.name} of #{ticket.number} {is_so}.")
    others = [pair for pair in ticket.extras if pair[0] != extra.name]
    told = replace(ticket, extras=(*others, *([(extra.name, value)] if value else [])))
    moved = lifecycle.moved(told, f"field {extra.name}", before, value, by=by, now=now)
    return told, (moved,)


def shown(ticket: Ticket, known: Collection[Extra]) -> tuple[tuple[str, str], ...]:
    """The fields that are filled in and still are fields, in the order of the settings."""
    values = dict(ticket.extras)
    return tuple((each.name, values[each.name]) for each in known if each.name in values)


def _choice(word: str, known: Sequence[str], what: str) -> str:
    said = " ".join(word.casefold().strip(" .,!\"'`").split())
    named = {each.casefold(): each for each in known}
    begins = [each for plain, each in named.items() if said and plain.startswith(said)]
    if said in named:
        return named[said]
    if len(begins) == 1:
        return begins[0]
    near = get_close_matches(said, named, n=1)
    such = f" Did you mean {named[near[0]]}?" if near else ""
    raise Refused(f"There is no such {what}.{such} There are: {', '.join(known[:60])}.", field=what)


def _text(extra: Extra, said: str) -> str:
    if len(said) > LONGEST_VALUE:
        raise ValueError(f"{LONGEST_VALUE} characters at most")
    return said


def _chosen(extra: Extra, said: str) -> str:
    try:
        return _choice(said, extra.choices, extra.name)
    except Refused:
        listed = ", ".join(extra.choices[:60])
        raise ValueError(f"one of: {listed}") from None


def _number(extra: Extra, said: str) -> str:
    if _UNSURE.search(said):
        raise ValueError("a number without anything between its digits, such as `1000` or `4.5`")
    plain = said.replace(" ", "").replace(",", ".")
    try:
        found = float(plain)
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise ValueError("a number, such as `12` or `4.5`")
    return plain


def _date(extra: Extra, said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        raise ValueError("a date, such as `2026-12-01`") from None


_READ = {
    ExtraKind.TEXT: _text,
    ExtraKind.CHOICE: _chosen,
    ExtraKind.NUMBER: _number,
    ExtraKind.DATE: _date,
}
