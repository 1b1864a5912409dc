"""The cast and their records, for tables of cases: plain values, nothing stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.usecases.inputs import Said
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.records.people import Person, Team
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday

TEAM = Team(
    team_id="T1",
    enterprise_id="E1",
    bot_user_id="UBOT",
    bot_id="B1",
    app_id="A1",
    agents=frozenset({"UANA", "UBEN"}),
)
SETTINGS = DeskSettings(
    triage_channel="CTRIAGE",
    tech_channel="CTECH",
    digest_channel="CDIGEST",
    public_channel="CPUBLIC",
)


def person(key: int, slack_id: str, team_id: str, **more: Any) -> Person:
    return Person(workspace_id=1, id=key, slack_id=slack_id, team_id=team_id, **more)


ANA = person(1, "UANA", "T1", name="Ana")
BEN = person(2, "UBEN", "T1", name="Ben")
COLLEAGUE = person(3, "UCOL", "T1", name="Sam of sales")
CARLA = person(10, "UCARLA", "T2", name="Carla")
CARLAS_COLLEAGUE = person(11, "UCARL", "T2", name="Carl")
ZOE = person(20, "UZOE", "T3", name="Zoe")
GUEST = person(30, "UGUEST", "T1", name="Gus", is_guest=True)
OTHER_GUEST = person(31, "UGUEST2", "T1", name="Gwen", is_guest=True)
STRANGER = person(40, "USTRANGER", "", is_found=False)
ROBOT = person(50, "UROBOT", "T2", is_bot=True)
LEFT_US = person(60, "ULEFT", "T1", is_deleted=True)
LEFT_CARLA = person(61, "ULEFT2", "T2", is_deleted=True)


def channel(slack_id: str = "CACME", key: int = 100, **more: Any) -> Channel:
    return Channel(workspace_id=1, id=key, slack_id=slack_id, name=slack_id.lower(), **more)


ACME = channel("CACME", 100, is_ext_shared=True)
GLOBEX = channel("CGLOBEX", 101, is_ext_shared=True)
PUBLIC = channel("CPUBLIC", 102)
TRIAGE = channel("CTRIAGE", 103)
TECH = channel("CTECH", 104)
DIGEST = channel("CDIGEST", 105)
RANDOM = channel("CRANDOM", 106)
DIRECT = channel("DANA", 107, is_direct=True)


def said(text: str = "The export is down.", **more: Any) -> Said:
    values: dict[str, Any] = {
        "channel": "CACME",
        "ts": "20.0",
        "author": "UCARLA",
        "at": NOON,
        "text": text,
    }
    return Said(**(values | more))


def ticket(**more: Any) -> Ticket:
    """Carla's ticket #12 of a minute ago, untouched."""
    values: dict[str, Any] = {
        "workspace_id": 1,
        "id": 900,
        "number": 12,
        "channel_id": ACME.id,
        "thread_ts": "10.0",
        "opening_id": 800,
        "requester_id": CARLA.id,
        "opened_at": NOON - timedelta(minutes=1),
    }
    return Ticket(**(values | more))


def message(said_at: datetime = NOON, **more: Any) -> Message:
    """Carla's word in the thread of her ticket."""
    values: dict[str, Any] = {
        "workspace_id": 1,
        "id": 801,
        "channel_id": ACME.id,
        "ts": "20.0",
        "thread_ts": "10.0",
        "author_id": CARLA.id,
        "side": Side.CUSTOMER,
        "end": End.JOINED,
        "said_at": said_at,
        "text_id": 801,
        "text": "It still fails.",
        "ticket_id": 900,
    }
    return Message(**(values | more))


def unasked(team: Team = TEAM) -> Team:
    """The team before anybody asked who the agents are."""
    return replace(team, agents=None)
