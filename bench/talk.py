"""What Slack sends: who asks what in which channel, as the payloads of its events."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from bench.slack import AGENT, APP_ID, BOT_USER, COMPANY, TEAM, TRIAGE

THANKS = "Thanks a lot, have a nice day!"


@dataclass(frozen=True, slots=True)
class Team:
    """Some of a workspace's people: where their cards appear, where their customers write."""

    id: str
    triage: str
    channels: tuple[str, ...]


def team(channels: int) -> Team:
    """All of the workspace whose token the desk is given, with so many customer channels."""
    return Team(TEAM, TRIAGE, tuple(f"C0CUSTOMER{number:03d}" for number in range(channels)))


def teams(number: int, channels: int) -> tuple[Team, ...]:
    """They share that workspace; each serves one account, which has so many channels."""
    return tuple(
        Team(TEAM, f"{TRIAGE}{n:03d}", tuple(f"C0OF{n:03d}N{c}" for c in range(channels)))
        for n in range(number)
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that becomes a ticket; ``mark`` is a word of it that its card shows."""

    team: Team
    who: str
    where: str
    ts: str
    mark: str


class Talk:
    """Customers who write now, each in each channel once: a second message would join the first.

    Raises StopIteration when everybody has written everywhere (PRODUCT 1.2).
    """

    def __init__(self, of: Sequence[Team], people: int, newcomers: int = 0) -> None:
        self._numbers = count(1)
        self._known = _turns("KNOWN", of, people)
        self._new = _turns("NEW", of, newcomers)

    def ask(self) -> Asked:
        """By one of those that the desk knows, once each of them has written anywhere."""
        return self._asked(*next(self._known))

    def ask_anew(self) -> Asked:
        """By newcomers, in turn: as many as there are write for the first time."""
        return self._asked(*next(self._new))

    def _asked(self, of: Team, who: str, where: str) -> Asked:
        ts = self.stamp()
        return Asked(of, who, where, ts, f"case{ts.rpartition('.')[2]}")

    def stamp(self) -> str:
        """A ts that there was not yet, of this second; good for a million."""
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def replied(self, asked: Asked) -> bytes:
        """One more word of the customer in the thread."""
        ts = self.stamp()
        text = f"It also fails for {ts}, in case that helps."
        thread = {"thread_ts": asked.ts, "parent_user_id": asked.who}
        return _event(asked.team, _message(asked.who, asked.where, ts, text) | thread)

    def thanked(self, asked: Asked) -> bytes:
        """A message beside it that asks for nothing."""
        return _event(asked.team, _message(asked.who, asked.where, self.stamp(), THANKS))

    def answered(self, asked: Asked) -> bytes:
        """A word of an agent's in the customer's thread."""
        message = _message(AGENT, asked.where, self.stamp(), "We are looking into it.")
        return _event(asked.team, message | {"team": asked.team.id, "thread_ts": asked.ts})

    def edited(self, asked: Asked) -> bytes:
        """The customer finds other words for it."""
        ts, first = self.stamp(), _message(asked.who, asked.where, asked.ts, _question(asked))
        now = first | {"text": f"{_question(asked)} (again at {ts})"}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": asked.where,
            "channel_type": "channel",
            "message": now | {"edited": {"user": asked.who, "ts": ts}},
            "previous_message": first,
            "ts": ts,
            "event_ts": ts,
        }
        return _event(asked.team, event)

    def reacted(self, asked: Asked, emoji: str, *, by: str = "") -> bytes:
        """Somebody's emoji on it, the customer's own when nobody is named."""
        ts = self.stamp()
        event = {
            "type": "reaction_added",
            "user": by or asked.who,
            "reaction": emoji,
            "item": {"type": "message", "channel": asked.where, "ts": asked.ts},
            "item_user": asked.who,
            "event_ts": ts,
        }
        return _event(asked.team, event)


DEEDS: Mapping[str, Callable[[Talk, Asked], bytes]] = {
    "replied": Talk.replied,
    "thanked": Talk.thanked,
    "answered": Talk.answered,
    "edited": Talk.edited,
    "reacted": lambda talk, asked: talk.reacted(asked, "tada"),
}
RECENT = 500


def days(talk: Talk, kinds: Sequence[str]) -> Iterator[bytes]:
    """Payloads without end: kinds take turns, of which the first is "asked".

    The others are `DEEDS`, each about one of the last `RECENT` tickets.
    """
    recent: deque[Asked] = deque(maxlen=RECENT)
    for number, kind in enumerate(cycle(kinds)):
        if kind == "asked":
            recent.append(talk.ask())
            yield payload(recent[-1])
        else:
            yield DEEDS[kind](talk, recent[number * 7 % len(recent)])


def _turns(name: str, of: Sequence[Team], people: int) -> Iterator[tuple[Team, str, str]]:
    """All people of all teams' customers take turns, each time in another channel."""
    for turn in range(len(of[0].channels)):
        for person in range(people):
            for number, each in enumerate(of):
                place = (turn + person) % len(each.channels)
                yield each, f"U0{name}{number:03d}{person:03d}", each.channels[place]


def payload(asked: Asked) -> bytes:
    """The event that tells of the message."""
    return _event(asked.team, _message(asked.who, asked.where, asked.ts, _question(asked)))


def _question(asked: Asked) -> str:
    return (
        f"Hello, the export of {asked.mark} stops at 80 % since this morning. Can you have a look?"
    )


def _message(who: str, where: str, ts: str, text: str) -> dict[str, Any]:
    words = [{"type": "text", "text": text}]
    section = {"type": "rich_text_section", "elements": words}
    return {
        "type": "message",
        "user": who,
        "ts": ts,
        "client_msg_id": f"9a1c7c2e-0000-4000-8000-{ts.rpartition('.')[2]:>012}",
        "text": text,
        "team": COMPANY,
        "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [section]}],
        "channel": where,
        "event_ts": ts,
        "channel_type": "channel",
    }


def _event(of: Team, event: dict[str, Any]) -> bytes:
    ts = event["event_ts"]
    own = {"enterprise_id": None, "team_id": of.id, "user_id": BOT_USER, "is_bot": True}
    body = {
        "token": "verification-token",
        "team_id": COMPANY,
        "context_team_id": of.id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{ts.rpartition('.')[2]}",
        "event_time": int(float(ts)),
        "authorizations": [own | {"is_enterprise_install": False}],
        "is_ext_shared_channel": True,
        "event_context": f"4-{ts}",
    }
    return json.dumps(body, separators=(",", ":")).encode()
