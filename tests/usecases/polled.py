"""A desk without Slack on which customers are asked how we did, played from lines of a story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select

from bot.usecases import csat as asking
from bot.usecases import recovery as making_good
from bot.usecases import waking
from bot.usecases.inputs import (
    Deleted,
    Door,
    Edited,
    Place,
    Reacted,
    Said,
)
from storage import channels, csat, outbox, people, recovery, workspaces
from storage.outbox import outbox as outbox_table
from storage.records.boxes import Post
from storage.records.channels import Channel
from storage.records.csat import Poll, Recovery
from storage.records.people import Person, Staff
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage.cast import NOON, OURS, install
from tests.usecases import hands
from tests.usecases.hands import Stand

ACME, HELP, TRIAGE, TALKS = 101, 102, 103, 110
PLACES = {"acme": "CACME", "help": "CHELP"}
MOST_ROUNDS = 60
BELLS = (asking.BELL, making_good.BELL, waking.BELL)
PEOPLE: dict[str, dict[str, Any]] = {
    "carla": {"team_id": "T-ACME"},
    "omar": {"team_id": "T-ACME"},
    "gus": {"team_id": "T-OURS", "is_guest": True},
    "kim": {"team_id": "T-OURS"},
    "robo": {"team_id": "T-ACME", "is_bot": True},
    "left": {"team_id": "T-ACME", "is_deleted": True},
    "lost": {"team_id": "", "is_found": False},
    "ana": {"team_id": "T-OURS"},
    "ben": {"team_id": "T-OURS"},
    "mona": {"team_id": "T-OURS"},
}
SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1), "m": timedelta(minutes=1)}


def slack(name: str) -> str:
    """The Slack id of somebody."""
    return f"U{name.upper()}"


def settle(engine: Engine) -> None:
    """Acme's channel, the public one, a talk with Carla; Ana and Ben work, Mona leads."""
    with writing(engine, OURS) as unit:
        install(unit)
        for key, (name, told) in enumerate(PEOPLE.items(), 11):
            known = Person(OURS, key, slack(name), name=name.title(), fetched_at=NOON, **told)
            people.put(unit, known)
        acme = Channel(OURS, ACME, "CACME", "acme", "Acme", is_ext_shared=True, fetched_at=NOON)
        channels.put(unit, acme)
        channels.put(unit, Channel(OURS, HELP, "CHELP", "help", fetched_at=NOON))
        channels.put(unit, Channel(OURS, TRIAGE, "CTRIAGE", "triage", fetched_at=NOON))
        for key, name in enumerate(PEOPLE, TALKS):
            talk = f"D{name.upper()}"
            channels.put(unit, Channel(OURS, key, talk, talk, is_direct=True, fetched_at=NOON))
            channels.alias(unit, slack(name), key)
        wanted = DeskSettings(triage_channel="CTRIAGE", public_channel="CHELP")
        workspaces.save_settings(unit, wanted, NOON)
        agents = frozenset({slack("ana"), slack("ben")})
        people.put_staff(unit, Staff(agents=agents, leads=frozenset({slack("mona")})), NOON)


@dataclass
class Desk(Stand):
    """One life of it; ``told`` gathers what people were told privately."""

    told: list[tuple[str, str]] = field(default_factory=list)
    place: str = "acme"
    asker: str = "carla"

    def tell(self, line: str) -> None:
        """Play the steps of a story, parted by semicolons."""
        for step in filter(None, (each.strip() for each in line.split(";"))):
            self._step(step)
            self.send()
            self._hear()

    def _step(self, step: str) -> None:
        who, _, deed = step.partition(" ")
        if step[0].isdigit():
            self.pass_time(int(step[:-1]) * SPANS[step[-1]])
        elif who in PEOPLE:
            verb, _, rest = deed.partition(" ")
            DEEDS[verb](self, who, rest)
        else:
            OTHERS[who](self, deed)

    @property
    def ticket(self) -> Ticket:
        return self.tickets()[0]

    @property
    def poll(self) -> Poll | None:
        found = [csat.latest(self.unit, each.id) for each in self.tickets()]
        return next((each for each in reversed(found) if each), None)

    @property
    def task(self) -> Recovery | None:
        return recovery.of_poll(self.unit, self.poll.id) if self.poll else None

    def posts(self, kind: str) -> list[Post]:
        """Rows of the outbox that Slack was given."""
        query = select(outbox_table).where(outbox_table.c.kind == kind, outbox_table.c.ts != "")
        rows = self.unit.connection.execute(query)
        named = [{k: v for k, v in row._mapping.items() if k in hands.FIELDS} for row in rows]
        return [Post(**each) for each in named]

    def pass_time(self, span: timedelta) -> None:
        """What comes due meanwhile is done at its minute."""
        end = self.now + span
        for _ in range(MOST_ROUNDS):
            dues = [each.timer.next_at(self.unit.connection) for each in BELLS]
            at = min(filter(None, dues), default=None)
            if at is None or at > end:
                break
            self.now = max(self.now, at)
            self.ring()
            self.send()
        self.now = max(self.now, end)

    def ring(self) -> None:
        """Claim all that is due, and do it."""
        on = self.unit.connection
        for bell in BELLS:
            for each in bell.timer.due(on, self.now, most=9):
                if bell.timer.claim(on, [each]):
                    self.do(bell.item(each, self.now))

    def _hear(self) -> None:
        query = select(outbox_table.c.body, outbox_table.c.id).where(
            outbox_table.c.kind == "whisper"
        )
        rows = sorted(self.unit.connection.execute(query), key=lambda row: row.id)
        self.told = [(row.body["person"], row.body["words"]) for row in rows]

    # What people do.

    def asks(self, who: str, words: str) -> None:
        """Somebody writes in the place of the story; a new ticket."""
        self.asker = who
        self.now += timedelta(minutes=10)
        self.last = self._said(who, words or "Why does the import stop?", "")

    def says(self, who: str, words: str) -> None:
        self.now += timedelta(seconds=5)
        self.last = self._said(who, words, self.ticket.thread_ts)

    def tells(self, who: str, words: str) -> None:
        """In the talk with the desk alone, in the thread of what was asked there."""
        (post,) = self.posts("csat")
        self.now += timedelta(seconds=5)
        self.last = self._said(who, words, post.ts, "DCARLA")

    def writes(self, who: str, words: str) -> None:
        """In that talk, at its top."""
        self.now += timedelta(seconds=5)
        self.last = self._said(who, words, "", "DCARLA")

    def _said(self, who: str, words: str, thread_ts: str, place: str = "") -> tuple[str, str, str]:
        channel = place or PLACES[self.place]
        ts = f"{int(self.now.timestamp())}.{next(hands._keys):06}"
        self.do(Said(channel, ts, slack(who), self.now, words, thread_ts))
        return channel, ts, thread_ts

    def edits(self, who: str, words: str) -> None:
        channel, ts, thread_ts = self.last
        self.now += timedelta(seconds=5)
        stamp = f"{self.now.timestamp():.6f}"
        author = slack(who)
        self.do(Edited(channel, ts, author, self.now, stamp, words, thread_ts, author))

    def deletes(self, who: str, words: str) -> None:
        channel, ts, _ = self.last
        self.do(Deleted(channel, ts, self.now, f"{self.now.timestamp():.6f}"))

    def presses(self, who: str, words: str) -> None:
        """A face of the poll; ``2 of old`` that of the first one."""
        score, _, _ = words.partition(" ")
        key = self.posts("csat")[0].body["poll_id"]
        fields = {"score": score, "poll": str(key)}
        self.act("vote", slack(who), door=Door.BUTTON, fields=fields)

    def comments(self, who: str, words: str) -> None:
        key = self.posts("csat")[0].body["poll_id"]
        self.act("csat_comment", slack(who), fields={"poll": str(key)}, text=words)

    def reacts(self, who: str, words: str, *, removed: bool = False) -> None:
        post = self.posts("csat")[0]
        channel = channels.by_id(self.unit, post.channel_id or 0)
        place = channel.slack_id if channel else ""
        told = (place, post.ts, slack(who), words, self.now, str(next(hands._keys)))
        self.do(Reacted(*told, removed=removed))

    def unreacts(self, who: str, words: str) -> None:
        self.reacts(who, words, removed=True)

    def does(self, who: str, words: str) -> None:
        """An act of a ticket: ``resolve``, ``reopen 1``, ``resolve fixed`` …"""
        act, _, more = words.partition(" ")
        how = "answered" if not more or more.isdecimal() else more
        fields = {"resolution": how} if act == "resolve" else {}
        if act == "merge":
            fields = {"into": "#2", "other": ""}
        number = int(more) if more.isdecimal() else None
        found = None if number else self.ticket.id
        told: dict[str, Any] = {"ticket_id": found, "number": number, "fields": fields}
        self.act(act, slack(who), **told)

    def makes(self, who: str, words: str) -> None:
        """Something with the task: ``take``, ``done called them``, ``drop by mistake``."""
        act, _, more = words.partition(" ")
        assert self.task is not None
        fields = {"recovery": str(self.task.id)}
        self.act(f"recovery_{act}", slack(who), fields=fields, text=more)

    def types(self, who: str, words: str) -> None:
        """An act of the desk with words: ``csat_off``."""
        act, _, more = words.partition(" ")
        from_here = Place(PLACES[self.place])
        self.act(act, slack(who), place=from_here, text=more, door=Door.COMMAND)

    # What the world does.

    def in_(self, deed: str) -> None:
        self.place = deed

    def asked(self, deed: str) -> None:
        """Carla asked, Ana answered and solved it, and the poll was sent."""
        self.asks("carla", "")
        self.says("ana", "Please restart it.")
        self.does("ana", "resolve")
        self.pass_time(timedelta(hours=6))

    def gone(self, deed: str) -> None:
        """Somebody leaves."""
        person = people.by_slack(self.unit, slack(deed))
        assert person is not None
        people.put(self.unit, replace(person, is_deleted=True))

    def stop(self, deed: str) -> None:
        """The desk is down for so long; then it looks what is due."""
        self.now += int(deed[:-1]) * SPANS[deed[-1]]
        self.ring()

    def set(self, deed: str) -> None:
        """A setting of the polls: ``low 3``, ``gap 0``."""
        name, _, value = deed.partition(" ")
        before = workspaces.settings(self.unit)
        told: Any = int(value) if name == "low" else timedelta(days=int(value))
        polling = replace(before.csat, **{name: told})
        workspaces.save_settings(self.unit, replace(before, csat=polling), self.now)


DEEDS: dict[str, Callable[[Desk, str, str], None]] = {
    name: getattr(Desk, name)
    for name in (
        *("asks", "says", "tells", "writes", "edits", "deletes", "presses", "comments"),
        *("reacts", "unreacts", "does", "makes", "types"),
    )
}
OTHERS: dict[str, Callable[[Desk, str], None]] = {
    "in": Desk.in_,
    "asked": Desk.asked,
    "gone": Desk.gone,
    "stop": Desk.stop,
    "set": Desk.set,
}

__all__ = ["Desk", "Unit", "outbox", "settle", "slack"]
