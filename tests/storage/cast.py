"""Who is in the storage tests: Carla asks, Ana and Ben answer, Zoe is of another tenant."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine

from storage import channels, messages, people, texts, tickets, workspaces
from storage.cipher import Cipher
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.tickets import Ticket
from storage.records.workspaces import Installation
from storage.unit import Unit, writing

OURS, ZOES = 1, 2
CARLA, ANA, BEN, ZOE = 11, 12, 13, 21
ACME, LOBBY, ZOES_CHANNEL = 101, 102, 201
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CIPHER = Cipher.fresh()
TEAMS = {OURS: "T-OURS", ZOES: "T-ZOES"}

_ids = count(1000)


class Undone(Exception):
    """Takes back what was written."""


@contextmanager
def undone(unit: Unit) -> Iterator[None]:
    """Whatever the block writes is taken back: room for the next example."""
    with suppress(Undone), unit.savepoint():
        yield
        raise Undone


def settle(engine: Engine) -> None:
    """Two tenants, with people and channels of their own."""
    for workspace_id in (OURS, ZOES):
        with writing(engine, workspace_id) as unit:
            install(unit)
    with writing(engine, OURS) as unit:
        for person_id, name in ((CARLA, "Carla"), (ANA, "Ana"), (BEN, "Ben")):
            people.put(unit, person(person_id, name))
        channels.put(unit, Channel(OURS, ACME, "C-ACME", "acme"))
        channels.put(unit, Channel(OURS, LOBBY, "C-LOBBY", "lobby"))
    with writing(engine, ZOES) as unit:
        people.put(unit, person(ZOE, "Zoe", workspace_id=ZOES))
        channels.put(unit, Channel(ZOES, ZOES_CHANNEL, "C-ACME", "acme"))


def installation(workspace_id: int, **fields: Any) -> Installation:
    told = {
        "enterprise_id": "",
        "team_id": TEAMS.get(workspace_id, ""),
        "app_id": "A1",
        "bot_id": "B1",
        "bot_user_id": "U-BOT",
        "token": f"xoxb-{workspace_id}",
    }
    return Installation(workspace_id, **(told | fields))


def install(unit: Unit, **fields: Any) -> int:
    return workspaces.install(
        unit.connection,
        installation(unit.workspace_id, **fields),
        name=f"workspace {unit.workspace_id}",
        url="https://ours.slack.test/",
        cipher=CIPHER,
    )


def person(person_id: int, name: str, *, workspace_id: int = OURS) -> Person:
    return Person(workspace_id, person_id, f"U-{name.upper()}", TEAMS[workspace_id], name=name)


def say(unit: Unit, words: str = "The printer smokes", **fields: Any) -> Message:
    """Somebody, Carla unless told otherwise, says something, which is kept and handed back."""
    new = next(_ids)
    texts.put(unit, new, words)
    told: dict[str, Any] = {
        "channel_id": ACME,
        "ts": f"{new}.000100",
        "thread_ts": "",
        "author_id": CARLA,
        "side": Side.CUSTOMER,
        "end": End.OPENED,
        "said_at": NOON,
        "text_id": new,
        "text": words,
    }
    message = Message(unit.workspace_id, new, **(told | fields))
    messages.add(unit, message)
    return message


def ask(unit: Unit, **fields: Any) -> Ticket:
    """Carla says something that becomes a ticket, which is kept and handed back."""
    new = next(_ids)
    opening = say(unit, ticket_id=new)
    told: dict[str, Any] = {
        "number": new,
        "channel_id": ACME,
        "thread_ts": opening.ts,
        "opening_id": opening.id,
        "requester_id": CARLA,
        "opened_at": NOON,
    }
    ticket = Ticket(unit.workspace_id, new, **(told | fields))
    tickets.add(unit, ticket)
    return ticket
