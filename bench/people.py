"""What a team asks of its desk by command: all of the act table, each time of other tickets."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, text

from bench.past import ACCOUNTS, AGENTS, NOW, OURS, vocabulary
from bench.slack import TRIAGE
from bot import doors
from bot.acts import ACTS, Act
from bot.rules.access import Who
from storage.records.tickets import Status

TEAM, APP = "T1", "A1"
LEAD, MANAGER, AGENT = f"U{AGENTS[0]}", f"U{AGENTS[1]}", f"U{AGENTS[2]}"
OTHERS = AGENTS[10:]
FORM = "application/x-www-form-urlencoded"
COMMON, RARE = (50, 500), (5_000, 10_000)  # the ranks of words that are looked for


@dataclass(frozen=True, slots=True)
class Asked:
    """A delivery of Slack's: its body and what kind that is."""

    body: bytes
    kind: str = FORM


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that people do; ``ask`` makes the delivery of the next time."""

    name: str
    ask: Callable[[], Asked]


class Work:
    """Tickets to be worked on, each taken up once: what is done cannot be done again."""

    def __init__(self, engine: Engine, answers_to: str) -> None:
        """``answers_to``: where private answers go, a response_url."""
        self._dice = random.Random(11)
        self._answers_to = answers_to
        self._count = 0
        self._words = vocabulary()
        with engine.connect() as connection:
            rows = connection.execute(_TICKETS, {"workspace": OURS}).all()
        self._dice.shuffle(shuffled := [*rows])
        live = [row for row in shuffled if row.status in (Status.NEW, Status.OPEN)]
        self._live = (row.number for row in live)
        self._pairs = _pairs(shuffled)
        self._snoozed = _numbers(shuffled, Status.SNOOZED)
        self._done = _numbers(shuffled, Status.RESOLVED)
        self._others = cycle(OTHERS)
        self._merged: list[int] = []
        self._linked: list[tuple[int, int]] = []

    def deeds(self) -> Iterator[Deed]:
        """Each command of the act table, and what is looked for in several ways."""
        for act in ACTS:
            commands = doors.of(act)["command"]
            if commands:
                yield Deed(commands[0], lambda act=act, c=commands[0]: self._by(act, c))  # type: ignore[misc]
        yield Deed(
            "/ticket find, a rare word",
            lambda: self.typed(AGENT, f"/ticket find {self._word(RARE)}"),
        )
        yield Deed(
            "/ticket find, by account",
            lambda: self.typed(AGENT, f"/ticket find account:{self._name()}"),
        )
        yield Deed("/ticket tkae (a slip)", lambda: self.typed(AGENT, "/ticket tkae 12"))
        for name, who in (("an agent’s", AGENT), ("a lead’s", LEAD), ("a manager’s", MANAGER)):
            yield Deed(f"App Home, {name}", lambda who=who: self.home(who))  # type: ignore[misc]
        for section in ("mine", "waiting", "free"):
            yield Deed(f"App Home, {section} alone", lambda s=section: self._turned(s))  # type: ignore[misc]

    def _by(self, act: Act, command: str) -> Asked:
        who = LEAD if act.who in (Who.LEAD, Who.MANAGER) else AGENT
        if act.name in ("away", "back"):
            who = f"U{next(self._others)}"
        return self.typed(who, f"{command} {self._following(act)}")

    def _following(self, act: Act) -> str:  # noqa: PLR0911, C901 - one line for each kind of words
        match act.name:
            case "merge" | "link":
                return self._of_two(act.name)
            case "unmerge":
                return str(self._merged.pop() if self._merged else 1)
            case "unlink":
                one, other = self._linked.pop() if self._linked else (1, 2)
                return f"{one} {other}"
            case "wake":
                return str(next(self._snoozed))
            case "reopen":
                return str(next(self._done))
            case "find":
                return self._word(COMMON)
            case "assign":
                return f"#{next(self._live)} <@U{next(self._others)}|somebody>"
            case "team_add" | "team_remove":
                return f"<@U{next(self._others)}|somebody> specialist"
            case "account" | "channel" | "mode":
                return _OF_DESK[act.name].format(key=self._dice.choice(ACCOUNTS), name=self._name())
        rest = act.example.partition(f"{act.verb or act.desk} ")[2] if act.example else ""
        return rest.replace("12", str(next(self._live))) if act.needs_ticket else rest

    def _of_two(self, name: str) -> str:
        one, other = next(self._pairs)
        if name == "merge":
            self._merged.append(one)
            return f"{one} into {other}"
        self._linked.append((one, other))
        return f"{one} related {other}"

    def _word(self, ranks: tuple[int, int]) -> str:
        return self._words[self._dice.randrange(*ranks)]

    def _name(self) -> str:
        return f"company{self._dice.choice(ACCOUNTS)}"

    def typed(self, who: str, line: str) -> Asked:
        """A command in the cards’ channel."""
        command, _, text = line.partition(" ")
        fields = {
            "command": command,
            "text": text,
            "user_id": who,
            "channel_id": TRIAGE,
            "team_id": TEAM,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "trigger_id": self._once(),
            "response_url": self._answers_to,
        }
        return Asked(urlencode(fields).encode())

    def home(self, who: str) -> Asked:
        """Somebody opens the app’s home."""
        event = {"type": "app_home_opened", "user": who, "channel": "D1", "tab": "home"}
        own = {"enterprise_id": None, "team_id": TEAM, "user_id": "UBOT", "is_bot": True}
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event | {"event_ts": self._now()},
            "event_id": f"Ev{self._once()}",
            "event_time": int(NOW.timestamp()),
            "authorizations": [own | {"is_enterprise_install": False}],
        }
        return Asked(json.dumps(body).encode(), "application/json")

    def _turned(self, section: str) -> Asked:
        """A press at home: one section alone, as long as its page may be."""
        action = {
            "type": "button",
            "action_id": "act:home_show:1",
            "block_id": "b",
            "value": f"0={section}",
        }
        payload: dict[str, Any] = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": AGENT, "team_id": TEAM},
            "api_app_id": APP,
            "container": {"type": "view", "view_id": "V1"},
            "trigger_id": self._once(),
            "actions": [action | {"action_ts": self._now()}],
        }
        return Asked(urlencode({"payload": json.dumps(payload)}).encode())

    def _now(self) -> str:
        """A ts of desk time, another each time: of the last minute, as its clock stands."""
        self._count += 1
        return f"{NOW.timestamp() - 60 + self._count / 1000:.6f}"

    def _once(self) -> str:
        self._count += 1
        return f"{self._count}.{time.time_ns()}"


_OF_DESK = {
    "account": "{name}",
    "channel": "<#C{key}|acme-{key}>",
    "mode": "<#C{key}|acme-{key}> on-demand",
}
_TICKETS = text(
    "SELECT number, status, channel_id FROM ticket WHERE workspace_id = :workspace"
    " AND (status IN ('new', 'open', 'waiting', 'snoozed') OR number % 100 = 0)"
)


def _numbers(rows: Sequence[Any], status: Status) -> Iterator[int]:
    return cycle([row.number for row in rows if row.status == status])


def _pairs(rows: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Two live tickets of one customer."""
    waiting: dict[int, int] = {}
    for row in rows:
        if row.status == Status.WAITING:
            other = waiting.pop(row.channel_id, None)
            if other is None:
                waiting[row.channel_id] = row.number
            else:
                yield row.number, other
