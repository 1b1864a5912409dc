"""Whatever people do with escalations, somebody has each ticket, and the walls stand."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine

from bot.usecases.inputs import Door
from storage import escalations, messages, outbox
from storage.engine import open_engine
from storage.records.escalations import Stage
from storage.records.tickets import Ticket
from tests.usecases.hands import CUSTOMERS, INNER, OUTER, TEAM, WHO, Stand, settle

LIVES = int(os.environ.get("THREADKEEPER_ESCALATIONS", "6"))
STEPS_OF_ONE_LIFE = 80

MOST_TICKETS = 4
NUMBER = st.integers(1, 3)
OF_CUSTOMERS = {"UCARLA": ("acme-secret", "CACME"), "UZOE": ("globex-secret", "CGLOBEX")}
SOMEBODY = st.sampled_from(WHO)
DOORS = st.sampled_from([Door.FORM, Door.REACTION, Door.WORDS])
LEVELS = st.sampled_from(["", "", "Technical", "Engineering", "Manager"])
HOURS = st.sampled_from([0.004, 0.004, 0.1, 1, 5, 30, 400])
BY_SPECIALISTS = ("accept", "ask_back", "decline", "draft", "draft", "discussed")
BY_AGENTS = ("tell_back", "tell_back", "send_back", "complete", "withdraw")
ON_TICKETS: tuple[str, ...] = (
    "take",
    "assign",
    "resolve",
    "not_a_request",
    "reopen",
    "wait",
    "snooze",
    "solved",
)
ON_TICKETS += ("urgent", "wake", "priority", "unmerge")
# What is done more often stands more often.
DEEDS: tuple[str, ...] = ("escalate",) * 6 + ("press",) * 12 + ("approve",) * 3 + ("ticket",) * 3
DEEDS += ("talk", "talk", "undo", "reply", "merge", "move", "pull in", "guest", "ask", "write")
FIELDS: dict[str, dict[str, str]] = {
    "assign": {"to": "nobody"},
    "snooze": {"until": "2d"},
    "priority": {"priority": "high"},
    "resolve": {"resolution": "answered"},
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    settle(engine)
    yield engine
    engine.dispose()


class Ladder(RuleBasedStateMachine):
    """One life of a desk with two customers, whose words carry secrets of their own."""

    engine: ClassVar[Engine]
    steps: ClassVar[int] = 0
    seen: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.stand = Stand(self.engine)
        self.deeds = {
            "escalate": self._escalate,
            "press": self._press,
            "approve": self._approve,
            "ticket": self._act,
            "talk": self._talk,
            "undo": self._undo,
            "reply": self._reply,
            "merge": self._merge,
            "move": self._move,
            "pull in": self._pull_in,
            "guest": self._guest,
            "write": self._write,
        }
        self.ask("UCARLA")
        self.ask("UZOE")

    @rule(deed=st.sampled_from(DEEDS), number=NUMBER, other=NUMBER, person=SOMEBODY, data=st.data())
    def somebody_does(
        self, deed: str, number: int, other: int, person: str, data: st.DataObject
    ) -> None:
        self.number, self.other, self.person, self.data = number, other, person, data
        self.ticket = self._ticket(number)
        if deed == "ask":
            self.ask(data.draw(st.sampled_from(sorted(CUSTOMERS))))
        elif self.ticket is not None:
            self.deeds[deed](self.ticket)

    @rule(hours=HOURS)
    def wait(self, hours: float) -> None:
        self.stand.pass_time(timedelta(hours=hours))

    def ask(self, person: str) -> None:
        if len(self.stand.tickets()) < MOST_TICKETS:
            self.stand.now += timedelta(minutes=10)
            self._say(person, "")

    def _say(self, person: str, thread_ts: str) -> None:
        secret, place = OF_CUSTOMERS[person]
        self.stand.say(person, place, f"Why does the {secret} import stop?", thread_ts)

    def _write(self, ticket: Ticket) -> None:
        person = next(who for who, place in CUSTOMERS.items() if place == ticket.channel_id)
        self._say(person, ticket.thread_ts)

    def _escalate(self, ticket: Ticket) -> None:
        """Mostly by an agent, by whichever door."""
        by = self.data.draw(st.sampled_from(["UANA", "UBEN", self.person]))
        door, level = self.data.draw(DOORS), self.data.draw(LEVELS)
        told = {"level": level, "tried": INNER} if door is Door.FORM else {"question": ""}
        words = "" if door is Door.REACTION else f"{INNER}: which log?"
        self.stand.act("escalate", by, door=door, ticket_id=ticket.id, fields=told, text=words)

    def _press(self, ticket: Ticket) -> None:
        """Mostly by somebody for whom it is, else by anybody."""
        key = self._packet(ticket)
        if key is None:
            return
        of_agents = self.data.draw(st.booleans())
        act = self.data.draw(st.sampled_from(BY_AGENTS if of_agents else BY_SPECIALISTS))
        fitting = ["UANA", "UBEN"] if of_agents else ["UTARIQ", "UMONA", "UBEN"]
        by = self.data.draw(st.sampled_from([*fitting, self.person]))
        self.stand.act(act, by, fields={"escalation": str(key)}, text=f"{INNER} of {act}")

    def _approve(self, ticket: Ticket) -> None:
        if (key := self._packet(ticket)) is not None:
            told: dict[str, Any] = {"ticket_id": ticket.id, "fields": {"escalation": str(key)}}
            self.stand.act("reply", "UANA", text=f"{OUTER} {ticket.number}", **told)

    def _reply(self, ticket: Ticket) -> None:
        self.stand.act("reply", "UBEN", text=OUTER, ticket_id=ticket.id)

    def _undo(self, ticket: Ticket) -> None:
        live = self.stand.live(ticket)
        if live is not None and live.reply_id is not None:
            self.stand.act("undo", "UANA", fields={"reply": str(live.reply_id)})

    def _act(self, ticket: Ticket) -> None:
        act = self.data.draw(st.sampled_from(ON_TICKETS))
        by = self.data.draw(st.sampled_from(["UANA", self.person]))
        self.stand.act(act, by, ticket_id=ticket.id, fields=FIELDS.get(act, {}))

    def _merge(self, ticket: Ticket) -> None:
        self.stand.act("merge", "UANA", ticket_id=ticket.id, fields={"into": str(self.other)})

    def _talk(self, ticket: Ticket) -> None:
        key = self._packet(ticket)
        if key is not None and self.person in TEAM and (ts := self._packet_ts(key)):
            self.stand.say(self.person, "CTECH", f"{INNER} talk", ts)

    def _move(self, ticket: Ticket) -> None:
        act = self.data.draw(st.sampled_from(["away", "back"]))
        self.stand.act(act, self.data.draw(st.sampled_from(["UANA", "UBEN", self.person])))

    def _pull_in(self, ticket: Ticket) -> None:
        told: dict[str, Any] = {"ticket_id": ticket.id, "fields": {"who": self.person}}
        self.stand.act("pull_in", "UANA", text=f"{INNER}: do you know?", **told)

    def _guest(self, ticket: Ticket) -> None:
        guest = escalations.guest_of(self.stand.unit, ticket.id)
        act = self.data.draw(st.sampled_from(["guest_says", "guest_says", "let_go"]))
        if guest is not None:
            told = {"guest": str(guest.id)}
            self.stand.act(act, "UGUS", text=f"{INNER}: yes", fields=told)

    def _ticket(self, number: int) -> Ticket | None:
        return next((each for each in self.stand.tickets() if each.number == number), None)

    def _packet(self, ticket: Ticket) -> int | None:
        """The one that is under way, else one that is over."""
        found = escalations.of_ticket(self.stand.unit, ticket.id)
        live = self.stand.live(ticket)
        return live.id if live else found[-1].id if found else None

    def _packet_ts(self, key: int) -> str:
        post = outbox.by_picture(self.stand.unit, f"packet:{key}")
        return post.ts if post else ""

    @invariant()
    def somebody_has_each_ticket_and_the_walls_stand(self) -> None:
        type(self).steps += 1
        self.stand.send()
        for ticket in self.stand.tickets():
            stages = escalations.of_ticket(self.stand.unit, ticket.id)
            type(self).seen |= {str(each.stage) for each in stages}
        assert list(self.stand.wrong()) == []

    def teardown(self) -> None:
        self.stand.close()


def test_somebody_has_each_ticket_and_the_walls_stand(engine: Engine) -> None:
    machine = type("Ladder", (Ladder,), {"engine": engine, "steps": 0, "seen": set()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_OF_ONE_LIFE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"{machine.steps} steps, {sorted(machine.seen)}\n")  # type: ignore[attr-defined]
    if LIVES >= 100:  # then each stage was there
        assert machine.seen == {str(each) for each in Stage}  # type: ignore[attr-defined]


def test_words_that_are_erased_are_gone_from_the_notes_that_passed_them_on(engine: Engine) -> None:
    stand = Stand(engine)
    stand.say("UCARLA", "CACME", "Why does the import stop?")
    (ticket,) = stand.tickets()
    stand.act("escalate", "UANA", ticket_id=ticket.id, text="Which log?")
    live = stand.live(ticket)
    assert live is not None
    told = {"escalation": str(live.id)}
    stand.act("ask_back", "UTARIQ", fields=told, text="Which hidden version?")
    stand.send()
    assert stand.shows("hidden") == ["escalation-note", "packet"]
    stand.act("tell_back", "UANA", fields=told, text="The hidden one of last week.")
    stand.send()
    assert stand.shows("hidden") == ["escalation-note", "mirror", "packet-note"]
    for message in messages.of_ticket(stand.unit, ticket.id):
        stand.erase(ticket, message)
    stand.send()
    assert stand.shows("hidden") == []
    assert stand.shows("These words were erased") == ["escalation-note", "packet-note"]
    stand.close()
