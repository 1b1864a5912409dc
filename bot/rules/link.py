"""How tickets belong together: merged, duplicate, related, parent and child, and what may not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.rules import lifecycle
from bot.rules.lifecycle import Told
from bot.usecases.events import Event, Resolved
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.tickets import Kinship, Link, Priority, Resolution, Status, Ticket

HELP = (
    "Say how they belong together and the other’s number, such as `/ticket link 12 related 15`."
    " It may be related, duplicate, child or parent; `/ticket merge 12 into 15` makes one of two."
)
HOW_TO_UNLINK = "Say the numbers of both, such as `/ticket unlink 12 15`."
DUPLICATE_OF_WHAT = (
    "Say of which ticket it is a duplicate, such as `/ticket resolve 12 duplicate #15`."
    " The customer is told where it goes on."
)
ONLY_FOR_DUPLICATES = "Only for a duplicate: choose that above, or leave this empty."
PARENT = "parent"
_KINDS = {
    "related": Kinship.RELATED,
    "relates": Kinship.RELATED,
    "duplicate": Kinship.DUPLICATE,
    "duplicates": Kinship.DUPLICATE,
    "dup": Kinship.DUPLICATE,
    "dupe": Kinship.DUPLICATE,
    "same": Kinship.DUPLICATE,
    "child": Kinship.CHILD,
    "merge": Kinship.MERGED,
    "merged": Kinship.MERGED,
    "into": Kinship.MERGED,
}
_NUMBER = re.compile(r"#?0*([1-9][0-9]{0,8})[.,;!]?")
_FILLERS = frozenset({"to", "of", "with", "is", "a", "an", "the", "and", "as", "from", "ticket"})


@dataclass(frozen=True, slots=True)
class Wish:
    """``kind`` None: none was said. ``is_turned``: the other is to be the child."""

    kind: Kinship | None
    number: int
    is_turned: bool = False


def parse(words: str, hint: str = HELP) -> Wish:
    """What ``related 15``, ``is child of #15`` or a bare ``15`` ask for. Refused with ``hint``."""
    left, numbers, kinds = [], [], list[str]()
    for word in words.casefold().split():
        if match := _NUMBER.fullmatch(word):
            numbers.append(int(match[1]))
        elif word in _KINDS or word == PARENT:
            kinds.append(word)
        elif word not in _FILLERS:
            left.append(word)
    if left or len(numbers) != 1 or len({_KINDS.get(kind) for kind in kinds}) > 1:
        raise Refused(hint)
    is_turned = kinds[:1] == [PARENT]
    kind = Kinship.CHILD if is_turned else _KINDS[kinds[0]] if kinds else None
    return Wish(kind, numbers[0], is_turned)


def check_pair(one: Ticket, other: Ticket) -> None:
    """Refused when the two are one."""
    if one.id == other.id:
        raise Refused(f"#{one.number} is that very ticket. Name another one.")


def check_same_customer(one: Ticket, other: Ticket, places: tuple[Channel, Channel]) -> None:
    """Refused unless both are of one account or channel: nobody reads another customer's words."""
    here, there = places
    is_same = here.account_id == there.account_id if here.account_id else here.id == there.id
    if not is_same:
        a, b = one.number, other.number
        raise Refused(
            f"#{a} and #{b} are of different customers, who must not read each other’s words."
            f" `/ticket link {a} related {b}` links them for the team alone."
        )


def merge(ticket: Ticket, into: Ticket, *, by: int, now: datetime) -> Told:
    """Its words and its thread belong to ``into`` from now on."""
    lifecycle.need(ticket, "merge")
    _check_whole(into)
    part = replace(ticket, merged_id=into.id)
    told, _ = lifecycle.resolved(part, Resolution.DUPLICATE, act="merge", by=by, now=now)
    before, after = str(ticket.status), f"#{into.number}"
    return told, (Resolved(told, now, by, act="merge", before=before, after=after),)


def _check_whole(into: Ticket) -> None:
    n = into.number
    check_original(into)
    if into.is_done:
        raise Refused(f"#{n} is {into.status}. Reopen it first with `/ticket reopen {n}`.")


def check_original(other: Ticket) -> None:
    """Refused where customers who are led there would be led on."""
    if other.merged_id is not None:
        raise Refused(f"#{other.number} is itself part of another ticket now. Name that one.")


def absorbed(into: Ticket, ticket: Ticket, *, by: int, now: datetime) -> Told:
    """The ticket that goes on: as pressing as the more pressing of both, ours if either was."""
    told = replace(
        into,
        priority=max(into.priority, ticket.priority, key=list(Priority).index),
        owner_id=into.owner_id or ticket.owner_id,
        last_customer_at=_latest(into.last_customer_at, ticket.last_customer_at),
    )
    is_asked = ticket.status in (Status.NEW, Status.OPEN)
    if is_asked and into.status in (Status.WAITING, Status.SNOOZED):
        told = lifecycle.back_to_us(told)
    came = lifecycle.moved(told, "absorb", "", f"#{ticket.number}", by=by, now=now)
    return told, (came, *_what_came_along(into, told, by=by, now=now))


def _what_came_along(before: Ticket, after: Ticket, *, by: int, now: datetime) -> Iterator[Event]:
    owners = [str(each.owner_id or "") for each in (before, after)]
    for act, old, new in (
        ("assign", *owners),
        ("priority", before.priority, after.priority),
        ("status", before.status, after.status),
    ):
        if old != new:
            yield lifecycle.moved(after, act, old, new, by=by, now=now)


def unmerge(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """It is a ticket of its own again, and ours to look at."""
    lifecycle.need(ticket, "unmerge")
    if ticket.merged_id is None:
        raise Refused(f"#{ticket.number} is not merged into another ticket.")
    return lifecycle.reopen(replace(ticket, merged_id=None), by=by, now=now, act="unmerge")


def released(into: Ticket, ticket: Ticket, *, by: int, now: datetime) -> Told:
    """What the other ticket's history says of it."""
    return into, (lifecycle.moved(into, "release", "", f"#{ticket.number}", by=by, now=now),)


def going_back(
    parts: Collection[Ticket], link: Link, into: Ticket, there: Collection[Message]
) -> list[int]:
    """Which of the messages that are ``there`` belong to what is parted from ``into``.

    Those that came along, and what was said since in the threads of its ``parts``: the ticket
    itself, and all that was merged into it before.
    """
    threads = {(each.channel_id, each.thread_ts) for each in parts if each.thread_ts}
    threads -= {(into.channel_id, into.thread_ts)}  # of one thread, only what came along is known
    return [
        each.id
        for each in there
        if each.id in link.moved
        or {(each.channel_id, each.ts), (each.channel_id, each.thread_ts)} & threads
    ]


def linked(
    one: Ticket, kind: Kinship, other: Ticket, known: Collection[Link], *, now: datetime
) -> Link:
    """The link to keep. Refused when it is there, or a ticket would get a second parent."""
    ends = sorted((one.id, other.id)) if kind is Kinship.RELATED else [one.id, other.id]
    link = Link(one.workspace_id, ends[0], kind, ends[1], now)
    for each in known:
        if {each.ticket_id, each.other_id} == {one.id, other.id}:
            raise Refused(
                f"#{one.number} and #{other.number} are linked already."
                f" `/ticket unlink {one.number} {other.number}` takes that back."
            )
        if kind is Kinship.CHILD and each.kind is kind and each.ticket_id == one.id:
            raise Refused(f"#{one.number} has a parent already. Unlink that one first.")
    return link


def circle(other: Ticket, kind: Kinship, one: Ticket) -> str:
    """Why ``other`` cannot be above ``one``, for it is below it already."""
    if kind is Kinship.DUPLICATE:
        return (
            f"#{other.number} is itself closed as a duplicate, which leads to #{one.number}."
            f" Reopen it first with `/ticket reopen {other.number}`, or name another one."
        )
    return (
        f"#{other.number} is itself below #{one.number}. Unlink it from its parent first, which"
        f" `/ticket show {other.number}` names."
    )


def duplicate(ticket: Ticket, *, by: int, now: datetime) -> Told:
    """It asks for the same as another ticket, which is where the work goes on."""
    lifecycle.need(ticket, "resolve")
    return lifecycle.resolved(ticket, Resolution.DUPLICATE, act="duplicate", by=by, now=now)


def as_duplicate(
    one: Ticket, other: Ticket, known: Collection[Link], *, now: datetime
) -> tuple[Link | None, list[Link]]:
    """The link to add, None where it is there, and those that say less and give way to it."""
    pair = [each for each in known if {each.ticket_id, each.other_id} == {one.id, other.id}]
    is_there = any(each.kind is Kinship.DUPLICATE and each.ticket_id == one.id for each in pair)
    outdated = [each for each in pair if each.kind in (Kinship.RELATED, Kinship.DUPLICATE)]
    if is_there:
        return None, []
    return Link(one.workspace_id, one.id, Kinship.DUPLICATE, other.id, now), outdated


def told(ticket: Ticket, act: str, words: str, *, by: int, now: datetime) -> Told:
    """A row of history: ``act`` is link or unlink, ``words`` such as ``related to #15``."""
    lifecycle.need(ticket, act)
    before, after = ("", words) if act == "link" else (words, "")
    return ticket, (lifecycle.moved(ticket, act, before, after, by=by, now=now),)


_SEEN_FROM_ONE = {
    Kinship.RELATED: "related to",
    Kinship.CHILD: "child of",
    Kinship.DUPLICATE: "duplicate of",
    Kinship.MERGED: "part of",
}
_SEEN_FROM_OTHER = {
    Kinship.RELATED: "related to",
    Kinship.CHILD: "parent of",
    Kinship.DUPLICATE: "has the duplicate",
    Kinship.MERGED: "contains",
}


def word(link: Link, ticket_id: int) -> str:
    """What the link is, seen from that end of it."""
    return (_SEEN_FROM_ONE if link.ticket_id == ticket_id else _SEEN_FROM_OTHER)[link.kind]


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
