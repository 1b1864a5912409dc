"""A desk that is killed again and again while people write, and what must be true then."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select, text

from sandbox.faults import DeliveryFaults, FaultSetting, MethodFaults
from sandbox.local import Sandbox
from sandbox.people import AppFailed, NotAllowed, Spot
from sandbox.world import Channel, Json, Message, User
from storage import inbox, outbox
from storage.engine import to_read
from storage.tickets import ticket_table
from storage.workspaces import workspace_table
from tests.stories.processes import PATIENCE, Machine, Process

UNDO_SECONDS = 11
LAST_RETRY = 310  # seconds; the third comes 300 after the second (FACTS 1)
ACME = "T00ACME"

_HANG_UP = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def faults(seed: int) -> FaultSetting:
    """Two of a hundred answers never arrive, calls are slow, events doubled and out of order."""
    return FaultSetting(
        seed=seed,
        methods={"*": MethodFaults(lost=0.02, latency=(1, 30))},
        delivery=DeliveryFaults(doubled=0.05, shuffle=100),
    )


@dataclass(eq=False)
class Killer:
    """Kills the desk at the Nth thing that happens in Slack after it was armed.

    The app's own posts and updates count: then its call has had its effect, and it dies before
    the answer is there.
    """

    left: int = 0
    victim: Process | None = None

    def hear(self, event: Json, channel: Channel | None, team: str | None) -> None:
        """A listener of the world."""
        self.left -= 1
        if self.left == 0 and self.victim is not None:
            self.victim.kill()

    def arm(self, victim: Process, *, after: int) -> None:
        """Aim."""
        self.left, self.victim = after, victim


@dataclass(eq=False)
class Ordeal:
    """Customers write, agents answer, and the desk dies.

    ``said`` holds channel and ts of every message, ``replies`` the words of every reply sent off.
    """

    slack: Sandbox
    machine: Machine
    engine: Engine
    dice: random.Random
    said: list[tuple[str, str]] = field(default_factory=list)
    replies: set[str] = field(default_factory=set)
    _killer: Killer = field(default_factory=Killer)
    _begun: int = 0
    _cuts: set[int] = field(default_factory=set)

    async def play(self, *, messages: int, kills: int, channels: int, cuts: int = 0) -> None:
        """Customers write ``messages`` in turns, one turn for each life of the desk.

        ``cuts``: how often PostgreSQL ends all its connections meanwhile.
        """
        self._begun = 1
        self._cuts = set(self.dice.sample(range(messages), cuts))
        turns = self._turns(messages, kills, channels)
        process = await self.machine.open()
        self.slack.world.listeners.append(self._killer.hear)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_killing(process, kills, messages // (kills + 1)))
            group.create_task(self._write(turns))
        for _ in range(2):
            await self.slack.idle()
            self.slack.world.clock.move(LAST_RETRY)
        await self.quiet()

    async def _keep_killing(self, process: Process, kills: int, share: int) -> None:
        for _ in range(kills):
            self._killer.arm(process, after=self.dice.randint(3, 2 * share))
            async with asyncio.timeout(PATIENCE):
                await process.end()
            assert process.was_killed, "\n".join(process.log)
            process = await self.machine.open()
            self._begun += 1

    def _turns(self, messages: int, kills: int, channels: int) -> list[list[tuple[str, str]]]:
        """Who writes where: nobody twice in one channel, so that each message is its own ticket."""
        people = self._customers(-(-messages // channels))
        places = self._channels(channels, people)
        all_of_them = [(person, place) for person in people for place in places][:messages]
        self.dice.shuffle(all_of_them)
        size = -(-messages // (kills + 1))
        return [all_of_them[at : at + size] for at in range(0, messages, size)]

    def _customers(self, count: int) -> list[str]:
        users = [
            User(f"U0ACME{n}", ACME, f"acme{n}", f"Acme {n}", "Customer") for n in range(count)
        ]
        self.slack.world.users.update((user.id, user) for user in users)
        return [user.id for user in users]

    def _channels(self, count: int, people: list[str]) -> list[str]:
        made = [self.slack.people.senses.channel("#acme-harbour")]
        for number in range(1, count):
            channel = self.slack.people.create_channel("ana", f"acme-{number}", members=["ben"])
            self.slack.people.share_with("ana", channel.id, ACME)
            self.slack.people.invite("ana", channel.id, self.slack.people.senses.app.bot_user)
            made.append(channel)
        for channel in made:
            channel.members += people
        return [channel.id for channel in made]

    async def _write(self, turns: list[list[tuple[str, str]]]) -> None:
        for number, turn in enumerate(turns, 1):
            await self.until(lambda number=number: self._begun >= number)  # type: ignore[misc]
            await self._answer_some()
            half = len(turn) // 2
            await self._say(turn[:half])
            self._let_undo_pass()
            await self._say(turn[half:])

    def _let_undo_pass(self) -> None:
        """Replies go out now; while the desk is down time stands, else Slack stops retrying."""
        if self.machine.ran[-1].is_open:
            self.slack.world.clock.move(UNDO_SECONDS)

    async def _say(self, turn: list[tuple[str, str]]) -> None:
        for person, channel in turn:
            words = f"Number {len(self.said)} is broken, how do we mend it?"
            message = self.slack.people.say(person, channel, words)
            if len(self.said) in self._cuts:
                await asyncio.to_thread(self._cut)
            self.said.append((channel, message.ts))
            await asyncio.sleep(self.dice.uniform(0, 0.02))

    def _cut(self) -> None:
        with to_read(self.engine) as connection, connection.begin():
            connection.execute(_HANG_UP)

    async def _answer_some(self) -> None:
        cards = self.cards()
        for card in self.dice.sample(cards, min(4, len(cards))):
            await self._reply(card, is_undone=self.dice.random() < 0.3)

    async def _reply(self, card: Message, *, is_undone: bool) -> None:
        """Answer by the form. What a kill cuts off may or may not have counted."""
        words = f"Answer {len(self.replies)}: please restart it."
        try:
            await self._press(card, "act:reply")
            await self._submit(words)
            if is_undone:
                await self._press(await self._held(words), "act:undo")
        except (AppFailed, NotAllowed, TimeoutError):
            pass
        finally:
            self.replies.add(words)
            for view in self.slack.world.views.values():
                view.is_open = False

    async def _press(self, message: Message, action: str) -> None:
        spot = Spot(channel=message.channel, ts=message.ts)
        await self.slack.people.press("ana", spot, action)

    async def _submit(self, words: str) -> None:
        view = next((v for v in self.slack.world.views.values() if v.is_open), None)
        if view is None:
            raise NotAllowed("no_view", "The form did not open.")
        await self.slack.people.submit("ana", view.id, {"text": words})

    async def _held(self, words: str) -> Message:
        def found() -> list[Message]:
            return [m for m in self.all("triage") if words in str(m.blocks)]

        await self.until(lambda: bool(found()), patience=5)
        return found()[0]

    def workspace_id(self) -> int:
        """The desk's own key of its only workspace."""
        with to_read(self.engine) as connection, connection.begin():
            return int(connection.execute(select(workspace_table.c.id)).scalar_one())

    def all(self, channel: str) -> list[Message]:
        """All messages of a channel, threads and all."""
        return list(self.slack.people.senses.channel(channel).messages.values())

    def told(self) -> list[Message]:
        """What the desk posted in the channels where customers wrote."""
        places = {channel for channel, _ in self.said}
        return [m for channel in places for m in self.all(channel) if m.metadata]

    def posted(self) -> list[Message]:
        """All that the desk posted, wherever that was."""
        places = self.slack.world.channels.values()
        return [m for channel in places for m in channel.messages.values() if m.metadata]

    def cards(self) -> list[Message]:
        """The cards of tickets in triage."""
        posts = [m for m in self.all("triage") if m.bot_id and not m.is_reply]
        return [m for m in posts if "act:menu" in str(m.blocks)]

    async def until(self, is_so: Callable[[], bool], *, patience: float = PATIENCE) -> None:
        """Wait until it is so: asked again after each change in Slack, and now and then."""
        async with asyncio.timeout(patience):
            seq = 0
            while not is_so():
                seq = await self.slack.world.wait_beyond(seq, timeout=0.1)

    async def quiet(self, *, patience: float = 2 * PATIENCE) -> None:
        """Wait until every message has its ticket and neither side has anything left to do."""
        with self._logs_in_sight():
            async with asyncio.timeout(patience):
                calm = 0
                while calm < 3:
                    await self.slack.idle()
                    calm = calm + 1 if await asyncio.to_thread(self._is_done) else 0
                    await asyncio.sleep(0.05)

    @contextmanager
    def _logs_in_sight(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            logs = ["\n".join(each.log[-30:]) for each in self.machine.ran]
            raise AssertionError("\n-----\n".join(logs)) from None

    def _is_done(self) -> bool:
        assert self.slack.delivery.events.given_up == 0, "Slack gave an event up"
        with to_read(self.engine) as connection, connection.begin():
            tickets = connection.execute(
                select(func.count()).select_from(ticket_table)
            ).scalar_one()
            if tickets < len(self.said):
                return False
            return not inbox.count_waiting(connection) and not outbox.count_open(connection)
