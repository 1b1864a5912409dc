"""Makes tickets of talk that was there before the desk: a past for the demo, to look at figures by.

What was said is Slack's; how each ticket went on is made up, the same from the same talk.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.ids import new_id
from bot.rules import calendar
from bot.rules import csat as polls
from storage import (
    accounts,
    channels,
    csat,
    escalations,
    history,
    messages,
    people,
    promises,
    sla,
    texts,
    tickets,
    workspaces,
)
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.clocks import Entry, Goal
from storage.records.clocks import Step as ClockStep
from storage.records.csat import POLLING, Ballot, Poll, PollState
from storage.records.escalations import Escalation, Hand, HandOff, Stage
from storage.records.escalations import Step as HandStep
from storage.records.hours import Hours
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.promises import Promise, PromiseState
from storage.records.tickets import Change, Priority, Resolution, Status, Ticket, Turn
from storage.unit import Unit

HOUR = timedelta(hours=1)
FORGOTTEN = timedelta(days=12)
"""What is older than that is over."""
TIERS = ("Enterprise", "Premium", "Standard")


class Said(NamedTuple):
    """A message: its ts, who wrote it (a Slack id) and what."""

    ts: str
    author: str
    text: str

    @property
    def at(self) -> datetime:
        """When it was said."""
        return datetime.fromtimestamp(float(self.ts), UTC)


class Member(NamedTuple):
    """Somebody who takes part: Slack ids of person and company."""

    slack_id: str
    team_id: str
    name: str
    zone: str


class Place(NamedTuple):
    """A channel with what was asked there; ``company`` is ``""`` for a public one."""

    slack_id: str
    name: str
    company: str
    talks: Sequence[Sequence[Said]]


def remember(unit: Unit, places: Iterable[Place], members: Iterable[Member], now: datetime) -> int:
    """Make a ticket of each talk; how many."""
    known = {each.slack_id: _person(unit, each, now) for each in members}
    many = 0
    for number, place in enumerate(places):
        channel = _channel(unit, place, now, tier=TIERS[number % len(TIERS)])
        for talk in sorted(place.talks, key=lambda talk: float(talk[0].ts)):
            _Past(unit, channel, known, talk, _dice(talk), now).write()
            many += 1
    return many


def _dice(talk: Sequence[Said]) -> random.Random:
    return random.Random(talk[0].ts)  # noqa: S311 - they decide what is made up, nothing else


def _person(unit: Unit, member: Member, now: datetime) -> int:
    found = people.by_slack(unit, member.slack_id)
    if found is None:
        found = Person(unit.workspace_id, new_id(), member.slack_id, member.team_id)
        found = replace(found, name=member.name, zone=member.zone, fetched_at=now)
        people.put(unit, found)
    return found.id


def _channel(unit: Unit, place: Place, now: datetime, *, tier: str) -> Channel:
    found = channels.by_slack(unit, place.slack_id)
    if found is None:
        found = Channel(unit.workspace_id, new_id(), place.slack_id, place.name, place.company)
        found = replace(found, is_ext_shared=bool(place.company), fetched_at=now)
        channels.put(unit, found)
    if not place.company or found.account_id is not None:
        return found
    slug = "".join(each for each in place.company.lower() if each.isalnum())
    account = accounts.by_slug(unit, slug)
    if account is None:
        account = Account(unit.workspace_id, new_id(), place.company, slug, now, tier=tier)
        accounts.add(unit, account)
    return channels.assign(unit, found, account_id=account.id, mode=found.mode)


@dataclass(eq=False)
class _Past:
    """One talk on its way to a ticket."""

    unit: Unit
    channel: Channel
    known: dict[str, int]
    talk: Sequence[Said]
    dice: random.Random
    now: datetime

    def __post_init__(self) -> None:
        self.key = new_id()
        self.begin = self.talk[0].at
        asker = self.talk[0].author
        self.answers = [each for each in self.talk[1:] if each.author != asker]
        self.owner = self.known[self.answers[0].author] if self.answers else None
        last = self.talk[-1].at + self.dice.lognormvariate(0.5, 1) * HOUR
        is_recent, is_forgotten = self.now - last < FORGOTTEN, self.dice.random() < 0.1
        is_over = bool(self.answers) and last < self.now - HOUR and not (is_recent and is_forgotten)
        self.end = last if is_over else None

    def write(self) -> None:
        """All of it."""
        number = tickets.take_numbers(self.unit, 1)[0]
        said = [self._said(n, each) for n, each in enumerate(self.talk)]
        ticket = self._ticket(number, said[0])
        for each in said:
            texts.put(self.unit, each.id, each.text)
            messages.add(self.unit, each)
        tickets.add(self.unit, ticket)
        self._happened(ticket)
        self._promised(ticket)
        if self.answers and self.dice.random() < 0.08:
            self._escalated(ticket, workspaces.settings(self.unit).hours)
        if self.end:
            self._polled(ticket, self.end)

    def _said(self, number: int, said: Said) -> Message:
        is_ours, key = said.author != self.talk[0].author, new_id()
        return Message(
            workspace_id=self.unit.workspace_id,
            id=key,
            channel_id=self.channel.id,
            ts=said.ts,
            thread_ts=self.talk[0].ts if number else "",
            author_id=self.known[said.author],
            side=Side.OURS if is_ours else Side.CUSTOMER,
            end=End.JOINED if number else End.OPENED,
            said_at=said.at,
            text_id=key,
            text=said.text,
            ticket_id=self.key,
        )

    def _ticket(self, number: int, opening: Message) -> Ticket:
        categories = ("", *workspaces.settings(self.unit).categories[:4])
        theirs = [each.at for each in self.talk if each.author == self.talk[0].author]
        ticket = Ticket(
            workspace_id=self.unit.workspace_id,
            id=self.key,
            number=number,
            channel_id=self.channel.id,
            thread_ts=opening.ts,
            opening_id=opening.id,
            requester_id=opening.author_id or 0,
            opened_at=self.begin,
            status=Status.OPEN if self.answers else Status.NEW,
            priority=self.dice.choices(list(Priority), (1, 7, 2, 1))[0],
            category=self.dice.choices(categories, (1, 6, 3, 2, 2))[0],
            owner_id=self.owner,
            first_answer_at=self.answers[0].at if self.answers else None,
            last_customer_at=max(theirs),
            last_ours_at=self.answers[-1].at if self.answers else None,
        )
        if self.end is None:
            is_theirs = self.talk[-1].author != self.talk[0].author
            waits = replace(ticket, status=Status.WAITING, turn=Turn.THEIRS)
            return waits if is_theirs else ticket
        how = self.dice.choice((Resolution.ANSWERED, Resolution.ANSWERED, Resolution.FIXED))
        done = replace(ticket, status=Status.CLOSED, turn=Turn.NOBODYS, resolution=how)
        return replace(done, resolved_at=self.end)

    def _note(self, at: datetime, act: str, after: str = "", by: int | None = None) -> None:
        change = Change(self.unit.workspace_id, new_id(), self.key, at, by, act, "", after)
        history.add(self.unit, [change])

    def _happened(self, ticket: Ticket) -> None:
        self._note(self.begin, "open", f"#{ticket.number}", ticket.requester_id)
        for n, each in enumerate(self.answers):
            self._note(each.at, "answer", by=self.owner)
            if not n:
                self._note(each.at, "take", str(self.owner), self.owner)
        if self.answers:
            self._met(Goal.FIRST, self.answers[0].at, 4 * HOUR)
        if self.end:
            self._met(Goal.RESOLUTION, self.end, 16 * HOUR)
            if self.dice.random() < 0.07:  # it was thought to be done before
                self._note(self.end - HOUR, "resolve", "answered", self.owner)
                self._note(self.end - HOUR / 2, "reopen-by-word", "", ticket.requester_id)
            self._note(self.end, "resolve", str(ticket.resolution), self.owner)

    def _met(self, goal: Goal, at: datetime, span: timedelta) -> None:
        due = self.begin + span * self.dice.uniform(1, 3)
        step, when = (ClockStep.MET, at) if at <= due else (ClockStep.MISSED, due)
        entry = Entry(goal, when, step, "everybody", span, span, due, when)
        sla.add(self.unit, self.key, [entry], [new_id()])

    def _promised(self, ticket: Ticket) -> None:
        if len(self.answers) < 2 or self.owner is None or self.dice.random() > 0.3:
            return
        state = self.dice.choice((PromiseState.KEPT, PromiseState.KEPT, PromiseState.BROKEN))
        made, ended = self.answers[0].at, self.answers[1].at
        promise = Promise(ticket.workspace_id, new_id(), self.key, self.owner, made, ended)
        promises.add(self.unit, replace(promise, state=state, ended_at=ended, noticed_at=ended))

    def _escalated(self, ticket: Ticket, hours: Hours) -> None:
        """Specialists are there while the desk is open."""
        key, by = new_id(), self.owner or 0
        at = calendar.opens_next(self.answers[0].at, hours)
        end = calendar.add_open_time(at, 5 * HOUR, hours)
        packet = Escalation(
            ticket.workspace_id, key, self.key, "Technical", self.channel.id, by, at, "Known?"
        )
        escalations.add(self.unit, replace(packet, stage=Stage.CLOSED, ended_at=end))
        steps = [(HandStep.ASKED, Hand.LEVEL), (HandStep.ACCEPTED, Hand.SPECIALIST)]
        if self.dice.random() < 0.3:
            steps += [(HandStep.ASKED_BACK, Hand.AGENT), (HandStep.TOLD, Hand.SPECIALIST)]
        steps += [(HandStep.ANSWERED, Hand.AGENT), (HandStep.CLOSED, Hand.NOBODY)]
        for step, hand in steps:
            off = HandOff(
                ticket.workspace_id, new_id(), self.key, key, at, step, by, hand, by, "Technical"
            )
            escalations.hand_over(self.unit, off)
            at = calendar.add_open_time(at, self.dice.uniform(0.1, 1.2) * HOUR, hours)

    def _polled(self, ticket: Ticket, end: datetime) -> None:
        """As the desk asks: in its hours, and nobody twice in a fortnight."""
        at = polls.ask_at(end, POLLING, workspaces.settings(self.unit).hours)
        last = csat.last_asked(self.unit, ticket.requester_id)
        if at >= self.now or polls.is_too_soon(last, POLLING, now=at):
            return
        poll = Poll(
            ticket.workspace_id, new_id(), self.key, ticket.requester_id, self.channel.id, end
        )
        poll = replace(poll, owner_id=self.owner, category=ticket.category, asked_at=at)
        if self.dice.random() < 0.4:
            csat.add(self.unit, replace(poll, state=PollState.EXPIRED, ended_at=at + 72 * HOUR))
            return
        score = self.dice.choices((1, 2, 3, 4, 5), (1, 1, 2, 6, 9))[0]
        voted = replace(poll, state=PollState.VOTED, score=score, ballot=Ballot.BUTTON)
        csat.add(self.unit, replace(voted, voted_at=at + HOUR))
