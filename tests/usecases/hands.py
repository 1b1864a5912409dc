"""A desk without Slack, on which anybody does anything with escalations, and time passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, select

from bot.errors import Conflict, DirectFact, Fact, Unknown
from bot.rules import escalation as rules
from bot.slack.render import Renderer
from bot.usecases import announce, facts, ladder, tell, waking
from bot.usecases.handle import handle
from bot.usecases.inputs import Acted, Delivered, Door, Input, Place, Said
from bot.usecases.tell import Outgoing
from bot.usecases.work import Work, tenant
from storage import channels, escalations, messages, outbox, people, texts, tickets, workspaces
from storage.outbox import Sent
from storage.outbox import outbox as outbox_table
from storage.records.boxes import Post, PostState
from storage.records.channels import Channel
from storage.records.escalations import Escalation, Hand
from storage.records.messages import Message
from storage.records.people import Person, Staff
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings
from storage.unit import writing
from tests.storage.cast import NOON, OURS, install

ACME, GLOBEX, TRIAGE, TECH = 101, 102, 103, 104
CHANNELS = {ACME: "CACME", GLOBEX: "CGLOBEX", TRIAGE: "CTRIAGE", TECH: "CTECH"}
CUSTOMERS = {"UCARLA": ACME, "UZOE": GLOBEX}
SECRETS = {"CACME": "acme-secret", "CGLOBEX": "globex-secret"}
INNER, OUTER = "inner-word", "for-the-customer"
TEAM = ("UANA", "UBEN", "UTARIQ", "UMONA")
WHO = ("UCARLA", "UZOE", *TEAM, "UGUS")
RENDERER = Renderer()
MOST_ROUNDS = 20
BELLS = (ladder.BELL, waking.BELL)

_keys = count(1_000_000)


class Undone(Exception):
    """Takes all of one life back."""


def settle(engine: Engine) -> None:
    """Two customers, two agents, a specialist, a manager, and a colleague without a role."""
    with writing(engine, OURS) as unit:
        install(unit)
        for key, slack_id in enumerate(WHO, 11):
            team = {"UCARLA": "T-ACME", "UZOE": "T-GLOBEX"}.get(slack_id, "T-OURS")
            name = slack_id.removeprefix("U").title()
            people.put(unit, Person(OURS, key, slack_id, team, name=name, fetched_at=NOON))
        for key, slack_id in CHANNELS.items():
            name = slack_id.removeprefix("C").lower()
            is_shared = slack_id in SECRETS
            told = Channel(OURS, key, slack_id, name, is_ext_shared=is_shared, fetched_at=NOON)
            channels.put(unit, told)
        wanted = DeskSettings(triage_channel="CTRIAGE", tech_channel="CTECH")
        workspaces.save_settings(unit, wanted, NOON)
        staff = Staff(
            agents=frozenset({"UANA", "UBEN"}),
            specialists=frozenset({"UTARIQ"}),
            managers=frozenset({"UMONA"}),
        )
        people.put_staff(unit, staff, NOON)


@dataclass
class Stand:
    """One life of that desk, in one transaction that is never committed."""

    engine: Engine
    now: datetime = NOON
    faults: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    last_shown: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ending = ExitStack()
        self.unit = self._ending.enter_context(writing(self.engine, OURS))

    def keep(self) -> None:
        """All of it was, and others see it."""
        self._ending.close()

    def close(self) -> None:
        """Nothing of it ever was."""
        self._ending.__exit__(Undone, Undone(), None)

    def _work(self) -> Work:
        return Work(self.unit, tenant(self.unit), next(_keys), self.now)

    def do(self, item: Input) -> str:
        """One Input, as the inbox worker does it; its text is kept like there."""
        work = self._work()
        if words := getattr(item, "text", ""):
            texts.put(self.unit, work.row_id, words)
        try:
            with self.unit.savepoint():
                outcome = handle(work, item)
        except Conflict as conflict:
            outcome = f"conflict: {conflict}"
        self.outcomes.append(outcome.partition(":")[0])
        return outcome

    def act(self, act: str, person: str, *, door: Door = Door.FORM, **told: Any) -> str:
        """Somebody asks for an act, whether it makes sense or not."""
        values = {"place": Place("CTRIAGE")} | told
        return self.do(Acted(act, person, door, self.now, f"key{next(_keys)}", **values))

    def say(self, person: str, channel: str, words: str, thread_ts: str = "") -> None:
        """Somebody writes."""
        ts = f"{int(self.now.timestamp())}.{next(_keys):06}"
        self.do(Said(channel, ts, person, self.now, words, thread_ts))

    def pass_time(self, span: timedelta) -> None:
        """What comes due meanwhile is done in its order, one after the other."""
        end = self.now + span
        for _ in range(MOST_ROUNDS):
            dues = [each.timer.next_at(self.unit.connection) for each in BELLS]
            at = min(filter(None, dues), default=None)
            if at is None or at > end:
                break
            self.now = max(self.now, at)
            self._ring()
            self.send()
        self.now = max(self.now, end)

    def _ring(self) -> None:
        connection = self.unit.connection
        for bell in BELLS:
            for each in bell.timer.due(connection, self.now, most=9):
                if bell.timer.claim(connection, [each]):
                    self.do(bell.item(each, self.now))

    def send(self) -> None:
        """The outbox posts what is due; each message is looked at from outside."""
        for _ in range(MOST_ROUNDS):
            waiting = [post for post in self._posts() if self._sent(post)]
            if not waiting:
                return

    def _posts(self) -> list[Post]:
        table = outbox_table
        query = (
            select(table)
            .where(table.c.state == PostState.WAITING, table.c.due_at <= self.now)
            .order_by(table.c.id)
        )
        rows = self.unit.connection.execute(query)
        return [Post(**{k: v for k, v in row._mapping.items() if k in FIELDS}) for row in rows]

    def _sent(self, post: Post) -> bool:
        work = self._work()
        try:
            ready = tell.prepare(work, post)
        except Unknown as lacking:
            self._learn(lacking.fact)
            return True
        if isinstance(ready, tell.NotYet):
            return False
        state, ts = PostState.DROPPED, post.ts
        if isinstance(ready, Outgoing):
            self._looked_at(ready)
            state, ts = PostState.SHOWN, post.ts or f"{next(_keys)}.000100"
        sent = Sent(OURS, post.id, state, post.wanted, ts, self.now)
        outbox.end(self.unit.connection, [sent])
        if post.kind == "reply" and state is PostState.SHOWN:
            self.do(Delivered(post.id, self.now, ts))
        return True

    def _learn(self, fact: Fact) -> None:
        """Slack opens a conversation with anybody."""
        assert isinstance(fact, DirectFact)
        told = {"id": f"D{fact.slack_id}", "is_im": True}
        facts.channel(self.unit, fact.slack_id, told, company="", at=self.now, seen=0)

    def _looked_at(self, ready: Outgoing) -> None:
        """Customers read nothing of others', nothing internal; direct messages are for us."""
        if not ready.template or ready.post.kind == "home":
            return
        words = str(RENDERER.message(ready.template, **ready.fields))
        self.last_shown[ready.post.id] = (ready.post.kind, words)
        channel = str(ready.arguments.get("channel", ""))
        theirs = [secret for place, secret in SECRETS.items() if place != channel]
        if channel in SECRETS:
            bad = [word for word in (INNER, *theirs) if word in words]
            self.faults += [f"{word} in {channel}: {ready.post.kind}" for word in bad]
        elif channel in CUSTOMERS and INNER in words:
            self.faults.append(f"{INNER} to {channel}: {ready.post.kind}")
        elif not channel.startswith(("CTRIAGE", "CTECH", "D")):
            self.faults.append(f"{ready.post.kind} to {channel}")

    def shows(self, words: str) -> list[str]:
        """What kinds of messages show such words by now."""
        return sorted(kind for kind, shown in self.last_shown.values() if words in shown)

    def erase(self, ticket: Ticket, message: Message) -> None:
        """Whoever wrote it wants it forgotten."""
        texts.erase(self.unit, messages.text_ids(self.unit, message))
        gone = replace(message, deleted_at=self.now, text="")
        messages.save(self.unit, message, gone)
        announce.words_changed(self._work(), ticket, gone)

    def tickets(self) -> list[Ticket]:
        """All that there are."""
        found = (tickets.by_number(self.unit, number) for number in range(1, 9))
        return [each for each in found if each is not None]

    def live(self, ticket: Ticket) -> Escalation | None:
        return escalations.of_live(self.unit, ticket.id)

    def wrong(self) -> Iterator[str]:
        """What must never be: a ticket that nobody has, a packet that nobody watches …"""
        yield from self.faults
        yield from (f"failed: {each}" for each in self.outcomes if each.startswith("failed"))
        for ticket in self.tickets():
            yield from self._wrong_with(ticket)

    def _wrong_with(self, ticket: Ticket) -> Iterator[str]:
        packets = escalations.of_ticket(self.unit, ticket.id)
        going = [each for each in packets if each.is_live]
        live = self.live(ticket)
        there = rules.holder(ticket, live)
        name = f"#{ticket.number} ({ticket.status})"
        if going != ([live] if live else []):
            yield f"{name}: what is remembered is not what is stored"
        if ticket.is_done != (there.hand is Hand.NOBODY):
            yield f"{name}: held by {there}"
        if ticket.is_done and (live or escalations.guest_of(self.unit, ticket.id)):
            yield f"{name}: somebody is still asked"
        if live is not None:
            yield from _unheld(name, live, there)
            yield from self._unmeasured(name, ticket, there)

    def _unmeasured(self, name: str, ticket: Ticket, there: rules.Holder) -> Iterator[str]:
        last = escalations.hands_of(self.unit, ticket.id)[-1]
        if last.hand is not there.hand:
            yield f"{name}: the last hand is {last.hand}, and {there.hand} has it"


def _unheld(name: str, live: Escalation, there: rules.Holder) -> Iterator[str]:
    if there.hand is Hand.LEVEL and not there.level:
        yield f"{name}: no level"
    if there.hand in (Hand.SPECIALIST, Hand.AGENT) and there.person_id is None:
        yield f"{name}: {there.hand} nobody"
    if live.due_at is None:
        yield f"{name}: {live.stage} and nobody looks after it"


FIELDS = set(Post.__dataclass_fields__)
