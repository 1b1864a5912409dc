"""An outbox with a sender that a test drives by hand, a clock that stands, and Slack's twin."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

import aiohttp
from sqlalchemy import Engine

from bot.clock import SetClock
from bot.desk import Desk
from bot.errors import Fact
from bot.slack.gateway import Gateway, NotSent
from bot.slack.render import Renderer
from bot.slack.ways import Ways
from bot.workers.asking import Asker
from bot.workers.mending import Mender
from bot.workers.outbox import OutboxWorker
from bot.workers.pace import Paces
from storage import channels, outbox, people, tickets, workspaces
from storage.presence import Presence
from storage.records.boxes import Delivery, Post, PostState
from storage.records.channels import Channel
from storage.records.people import Staff
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage import cast as people_of
from tests.storage.cast import ACME, ANA, CIPHER, NOON, OURS
from tests.workers.slack import Slack

TRIAGE = 103
CUSTOMERS, TEAM = f"channel:{ACME}", f"channel:{TRIAGE}"
SECOND = timedelta(seconds=1)

_ids = count(5000)


class NearWays(Ways):
    """Every workspace's way leads to the twin."""

    slack: Gateway

    async def to(self, workspace_id: int) -> Gateway | None:
        return self.slack


def settle(engine: Engine) -> Ticket:
    """A desk with a triage channel and one ticket of Carla's in the channel shared with Acme."""
    people_of.settle(engine)
    with writing(engine, OURS) as unit:
        told = DeskSettings(triage_channel="C-TRIAGE")
        workspaces.save_settings(unit, told, NOON)
        people.put_staff(unit, Staff(agents=frozenset({"U-ANA", "U-BEN"})), NOON)
        shared = channels.by_id(unit, ACME)
        assert shared is not None
        channels.put(unit, replace(shared, is_ext_shared=True, fetched_at=NOON))
        channels.put(unit, Channel(OURS, TRIAGE, "C-TRIAGE", "triage", fetched_at=NOON))
        return people_of.ask(unit)


async def _told_nothing(workspace_id: int, fact: Fact) -> None:
    raise NotSent(f"{fact}: nobody is to be asked here")


@dataclass(eq=False)
class Office:
    """``worker`` never runs by itself: ``work`` lets it work a lane until there is nothing due."""

    desk: Desk
    ticket: Ticket
    presence: Presence
    slack: Slack = field(default_factory=Slack)
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    def __post_init__(self) -> None:
        ways = NearWays(self.desk, cast("aiohttp.ClientSession", None), "")
        ways.slack = self.slack
        self.mender = Mender(self.desk, self.clock, ways, Asker(self.desk, ways, self.clock))
        self.worker = OutboxWorker(
            self.desk,
            self.clock,
            ways,
            Renderer(),
            Paces(0),
            self.presence,
            arrived=lambda: None,
            learn=_told_nothing,
        )

    async def put(self, kind: str, **fields: Any) -> Post:
        """Announce a notice of the ticket's; the row as it stands then."""
        post = self._post(kind, **fields)
        await self.desk.write(OURS, lambda unit: outbox.announce(unit, post))
        return await self.look(post)

    def _post(self, kind: str, **fields: Any) -> Post:
        is_team = kind in ("card", "thread-note")
        told: dict[str, Any] = {
            "lane": TEAM if is_team else CUSTOMERS,
            "channel_id": TRIAGE if is_team else ACME,
            "thread_ts": "" if is_team else self.ticket.thread_ts,
            "urgency": 1 if is_team else 0,
            "delivery": Delivery.POST,
            "body": {"ticket_id": self.ticket.id},
            "due_at": self.clock.now(),
            "ticket_id": self.ticket.id,
            "picture": f"{kind}:{self.ticket.id}" if kind in ("card", "receipt") else "",
        }
        key = next(_ids)
        return Post(OURS, key, kind=kind, nonce=f"nonce{key}", **(told | fields))

    async def whisper(self, **fields: Any) -> Post:
        """Announce a private answer to Ana."""
        body: dict[str, Any] = {"words": "Done.", "person": "U-ANA", "channel": "C-TRIAGE"}
        body |= {"thread_ts": "", "response_url": "", "returned_row": 0}
        told = {"lane": "person:U-ANA", "delivery": Delivery.ONCE, "body": body, "thread_ts": ""}
        nowhere = {"channel_id": None, "ticket_id": None}
        return await self.put("whisper", **(told | nowhere | fields))

    async def change(self, **fields: Any) -> None:
        """Let the ticket be another than it was."""
        before = self.ticket
        self.ticket = replace(before, **fields)
        await self.desk.write(OURS, lambda unit: tickets.save(unit, before, self.ticket))

    async def look(self, post: Post) -> Post:
        """The row as it stands now."""
        found = await self.desk.read(
            OURS,
            lambda unit: (
                outbox.by_picture(unit, post.picture)
                if post.picture
                else outbox.by_id(unit, post.id)
            ),
        )
        assert found is not None
        return found

    async def work(self, lane: str = CUSTOMERS) -> datetime | None:
        """Work a lane; when there is more to do in it."""
        await asyncio.to_thread(self.presence.renew)
        return await self.work_unseen(lane)

    async def work_unseen(self, lane: str = CUSTOMERS) -> datetime | None:
        """The same without a look at the presence first."""
        return await self.worker._drain((OURS, lane))

    async def wait(self, seconds: float) -> None:
        """Let desk time pass."""
        self.clock.advance(timedelta(seconds=seconds))

    async def die_while_sending(self, post: Post) -> Post:
        """What a kill leaves behind: the row is claimed, and nobody knows how the call ended."""

        def step(unit: Unit) -> None:
            outbox.begin(unit, [post], self.clock.now())

        await self.desk.write(OURS, step)
        return await self.look(post)


__all__ = ["ANA", "CIPHER", "CUSTOMERS", "SECOND", "TEAM", "Office", "PostState", "settle"]
