"""The tickets behind a figure: a list, page by page, with the way into Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from bot.errors import Missing
from bot.rules.calendar import zone_named
from bot.rules.figures import BY_KEY, Figure, said
from bot.rules.figures import Unit as Counted
from bot.rules.tallies import Value
from bot.slack import mrkdwn
from bot.usecases import figures, look
from bot.usecases.figures import Where
from bot.usecases.work import Work
from storage import accounts, behind, channels, messages, people, tickets
from storage.behind import Found, Question, Spot, Which
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.tickets import Ticket
from storage.unit import Unit
from web.dashboard.asked import MOST_KEY, Asked

PAGE = 50
MOST_WORDS = 110
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# The figures that have a list, what is in it, and what is said of that beside the title.
LISTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "opened": ("opened", "Opened"),
        "resolved": ("resolved", "Resolved"),
        "reopened": ("reopened", "Reopened"),
        "backlog": ("backlog", "Opened"),
        "age_p50": ("backlog", "Opened"),
        "age_max": ("backlog", "Opened"),
        "first_p50": ("answered", "First answer"),
        "first_p90": ("answered", "First answer"),
        "resolution_p50": ("dealt_with", "Resolved"),
        "resolution_p90": ("dealt_with", "Resolved"),
        "sla": ("sla_missed", "Missed"),
        "promises": ("promises_broken", "Broken"),
        "csat": ("csat_poor", "Asked"),
        "csat_response": ("csat_silent", "Asked"),
        "escalated": ("escalated", "Escalated"),
        "hand_offs": ("hand_offs", "Handed over"),
        "bounces": ("bounces", "Came back"),
    }
)
_SHOWN = MappingProxyType(
    {
        "sla": "what was missed",
        "promises": "what was broken",
        "csat": "votes below 4",
        "csat_response": "polls without a vote",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket, what happened to it when, and where to read it."""

    ticket: Ticket
    title: str
    account: str
    channel: str
    asked_by: str
    owner: str
    at: str
    link: str


@dataclass(frozen=True, slots=True)
class Listing:
    """``of`` says what a list of a share shows; ``next_page`` is ``""`` on the last page."""

    figure: Figure
    value: str
    of: str
    when: str
    rows: tuple[Row, ...]
    next_page: str
    is_first: bool


def link(asked: Asked, figure: Figure, value: Value) -> str:
    """The address of the tickets behind a figure, ``""`` where there are none to show."""
    if figure.key not in LISTS or value is None:
        return ""
    # Of shares the list shows what went wrong: of all hundred nothing did.
    is_there = value != 100 if figure.unit is Counted.PERCENT else bool(value)
    return asked.to("tickets", figure=figure.key) if is_there else ""


def read(unit: Unit, asked: Asked, now: datetime, told: Mapping[str, str]) -> Listing:
    """The list that an address asks for. Raises Missing for a figure that has none."""
    figure = BY_KEY.get(told.get("figure", ""))
    if figure is None or figure.key not in LISTS:
        raise Missing
    kind, when = LISTS[figure.key]
    until, after = min(asked.span.until, now), _spot(told.get("after", ""))
    question = Question(kind, asked.span.since, until, _which(asked.where), PAGE + 1, after)
    found = behind.page(unit, question)
    report = figures.read(unit, asked.span, now=now, where=asked.where)
    around = _around(look.working(unit, now), found[:PAGE], asked.span.zone)
    last = found[PAGE - 1].spot if len(found) > PAGE else None
    return Listing(
        figure,
        said(figure, report.total.value(figure)),
        _SHOWN.get(figure.key, ""),
        when,
        tuple(map(around.row, found[:PAGE])),
        asked.to("tickets", figure=figure.key, after=_told(last)) if last else "",
        is_first=after is None,
    )


def _which(where: Where) -> Which:
    return Which(where.account, where.agent, where.category, where.channel)


def _told(spot: Spot) -> str:
    return f"{(spot.at - _EPOCH) // _MICROSECOND}.{spot.key}"


def _spot(told: str) -> Spot | None:
    if not told:
        return None
    at, _, key = told.partition(".")
    if not (f"{at}{key}".isascii() and at.isdecimal() and key.isdecimal()) or len(told) > 38:
        raise Missing
    if int(key) > MOST_KEY:
        raise Missing
    try:
        return Spot(_EPOCH + int(at) * _MICROSECOND, int(key))
    except OverflowError:
        raise Missing from None


@dataclass(frozen=True, slots=True)
class _Around:
    """All that rows of one page need, read at once."""

    work: Work
    zone: str
    tickets: Mapping[int, Ticket]
    openings: Mapping[int, Message]
    places: Mapping[int, Channel]
    accounts: Mapping[int, Account]
    people: Mapping[int, Person]

    def row(self, found: Found) -> Row:
        ticket = self.tickets[found.ticket_id]
        place, opening = self.places[ticket.channel_id], self.openings.get(ticket.opening_id)
        account = self.accounts.get(place.account_id or 0)
        return Row(
            ticket,
            titled(opening.text if opening else ""),
            account.name if account else "",
            place.name,
            self._name(ticket.requester_id),
            self._name(ticket.owner_id),
            f"{found.spot.at.astimezone(zone_named(self.zone)):%-d %b %Y, %H:%M}",
            look.permalink(self.work, place, ticket.thread_ts),
        )

    def _name(self, person_id: int | None) -> str:
        person = self.people.get(person_id or 0)
        return person.name if person else ""


def _around(work: Work, found: Sequence[Found], zone: str) -> _Around:
    unit = work.unit
    known = tickets.many(unit, {each.ticket_id for each in found})
    places = channels.many(unit, {each.channel_id for each in known.values()})
    companies = {each.account_id for each in places.values() if each.account_id is not None}
    names = {each.requester_id for each in known.values()}
    names |= {each.owner_id for each in known.values() if each.owner_id is not None}
    return _Around(
        work,
        zone,
        known,
        messages.many(unit, {each.opening_id for each in known.values()}),
        places,
        accounts.many(unit, companies),
        people.many(unit, names),
    )


def titled(text: str) -> str:
    """The first words of a request, plain."""
    words = " ".join(mrkdwn.plain(text).split())
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS].rstrip()}…"
