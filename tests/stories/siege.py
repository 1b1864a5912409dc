"""A desk besieged: it is killed each second, Slack is in trouble, and people go on as always."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import func, select

from handlers.failures import NOT_SAVED
from sandbox.faults import DeliveryFaults, FaultSetting, MethodFaults
from sandbox.people import AppFailed, NotAllowed
from sandbox.world import Channel, Json, Message
from storage import inbox, outbox
from storage.catchup import gap_table
from storage.engine import to_read
from storage.tickets import ticket_table
from tests.stories.ordeal import Ordeal
from tests.stories.processes import PATIENCE, Process

# Desk time runs on while machines work: Slack's pauses are seconds, its retries minutes.
HURRY = 10
TICK = 0.1
SIEGE_PATIENCE = 900
UNHEARD = 60  # machine seconds: by then Slack has given up
MOST_UNHEARD = 40

_HARD = MethodFaults(lost=0.05, broken=0.10, latency=(1, 20))
SLACK_IN_TROUBLE = {"*": _HARD, "chat.postMessage": _HARD.model_copy(update={"every": 3})}
DISORDER = DeliveryFaults(doubled=0.20, shuffle=300)


# What a log may say of a Slack in trouble, and of nothing else: all of it heals by itself.
_NOT_TOLD = r"\b(Unsure|NotSent|RateLimited|TimeoutError)\b"
EXPLAINED = {
    "Slack did not say who or what it is": rf"inbox: a row waits for a fact .*{_NOT_TOLD}",
    "Slack did not say whose channel it is": rf"outbox: a fact is lacking .*{_NOT_TOLD}",
    "Slack did not let us look": rf"outbox: cannot look whether it landed .*{_NOT_TOLD}",
    "Slack did not open the form": rf"a (press|submission) was not taken: {_NOT_TOLD}",
    "Slack did not carry our word": rf"a private word did not reach its person: {_NOT_TOLD}",
    "Slack did not give its history": rf"catch-up: (not now|a channel waits) .*{_NOT_TOLD}",
    "Slack did not say who we are": r"Slack cannot be reached yet",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong. ``kill_every``: seconds until one that listens is killed; 0: nobody is."""

    faults: FaultSetting
    replicas: int = 1
    kill_every: float = 0.0

    def unexplained(self, process: Process) -> list[str]:
        """What its log says that is worse than news, and that this trouble does not explain."""
        is_slack = self.faults.methods["*"].broken > 0
        kinds = EXPLAINED.values() if is_slack else ()
        return [line for line in process.alarms if not any(re.search(k, line) for k in kinds)]


CALM = Trouble(FaultSetting(methods={"*": MethodFaults(latency=(1, 20))}))


def troubles(seed: int) -> dict[str, Trouble]:
    """By what they are called."""
    calm = CALM.faults.model_copy(update={"seed": seed})
    slack = FaultSetting(seed=seed, methods=SLACK_IN_TROUBLE)
    disorder = calm.model_copy(update={"delivery": DISORDER})
    everything = slack.model_copy(update={"delivery": DISORDER})
    return {
        "killed each second": Trouble(calm, kill_every=1),
        "one of two killed each second": Trouble(calm, replicas=2, kill_every=1),
        "Slack in trouble": Trouble(slack),
        "doubled and out of order": Trouble(disorder),
        "everything": Trouble(everything, kill_every=1),
        "everything, two replicas": Trouble(everything, replicas=2, kill_every=1),
    }


@dataclass(eq=False)
class Siege(Ordeal):
    """What people did is kept by the number of the message, to be found again in the end.

    ``followed``: what the customer wrote after it, in order; ``edited``: its last words; ``sent``:
    the agent's answers that were accepted, in order; ``shown``: its cards in triage.
    """

    trouble: Trouble = CALM
    followed: dict[int, list[str]] = field(default_factory=dict)
    edited: dict[int, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    resolved: set[int] = field(default_factory=set)
    sent: dict[int, list[str]] = field(default_factory=dict)
    shown: dict[int, list[Message]] = field(default_factory=dict)
    kills: int = 0
    _acked: set[str] = field(default_factory=set)
    _agent: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def stand(self, *, messages: int, channels: int, kills: int) -> None:
        """People write ``messages`` while all that goes wrong; in the end all is quiet again.

        Nobody is killed any more after so many ``kills``, or once every message has its card.
        """
        trouble, (turn,) = self.trouble, self._turns(messages, 0, channels)
        await asyncio.gather(*(self.machine.open() for _ in range(trouble.replicas)))
        self.machine.take_turns()
        self.slack.world.listeners.append(self._notice_card)
        self.slack.faults.replace(trouble.faults)
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._watch_acks()), group.create_task(self._hurry())]
            if trouble.kill_every:
                group.create_task(self._kill_on(group, trouble.kill_every, messages, kills))
            await self._live(turn)
            await self.quiet(patience=SIEGE_PATIENCE)
            for task in beside:
                task.cancel()

    async def _live(self, turn: list[tuple[str, str]]) -> None:
        async with asyncio.TaskGroup() as people:
            for number, (person, channel) in enumerate(turn):
                words = f"Number {number} is broken, how do we mend it?"
                message = self.slack.people.say(person, channel, words)
                self.said.append((channel, message.ts))
                people.create_task(self._go_on(number, message))
                await asyncio.sleep(self.dice.uniform(0, 0.08))  # as people do
                await self.until(self._is_heard, patience=SIEGE_PATIENCE)

    def _is_heard(self) -> bool:
        """People do not talk to a wall: of what was said, not too much is on its way to us."""
        return len({ts for _, ts in self.said} - self._acked) < MOST_UNHEARD

    async def _go_on(self, number: int, message: Message) -> None:
        """What becomes of a message differs from one to the next."""
        chores: dict[int, Callable[[int, Message], Awaitable[None]]] = {
            0: self._insist,
            1: self._edit,
            2: self._take,
            3: self._answer,
            4: self._resolve,
        }
        if chore := chores.get(number % 8):
            await chore(number, message)

    async def _insist(self, number: int, message: Message) -> None:
        """Write on in the thread, each time after Slack knew that we have the last word.

        What Slack has given up is for catch-up to find, whenever that may be: no more is said then.
        """
        last, parent, author = message.ts, message.ts, message.user
        assert author
        for more in range(3):
            with contextlib.suppress(TimeoutError):
                await self.until(partial(self._acked.__contains__, last), patience=UNHEARD)
            if last not in self._acked:
                return
            words = f"More {number}.{more}: it still fails."
            said = self.slack.people.say(author, message.channel, words, thread_ts=parent)
            last = said.ts
            self.followed.setdefault(number, []).append(words)

    async def _edit(self, number: int, message: Message) -> None:
        assert message.user
        for version in range(2):
            self.edited[number] = f"Number {number} is broken in version {version}, please help?"
            self.slack.people.edit(message.user, message.channel, message.ts, self.edited[number])
            await asyncio.sleep(self.dice.uniform(0, 1))

    async def _take(self, number: int, message: Message) -> None:
        await self._press_until_saved(await self._card(number), "act:take")
        self.taken.add(number)

    async def _resolve(self, number: int, message: Message) -> None:
        card = await self._card(number)
        await self.until(lambda: self._is_answered(message), patience=SIEGE_PATIENCE)
        await self._press_until_saved(card, "act:resolve")
        self.resolved.add(number)

    def _is_answered(self, message: Message) -> bool:
        channel = self.slack.world.channels[message.channel]
        return any(channel.thread(message.ts))

    async def _answer(self, number: int, message: Message) -> None:
        card = await self._card(number)
        for more in range(3):
            words = f"Answer {number}.{more}: please restart it."
            async with self._agent:
                if await self._send(card, words):
                    self.sent.setdefault(number, []).append(words)

    async def _send(self, card: Message, words: str) -> bool:
        """Whether the form closed: then it is promised. A kill may cut that off."""
        try:
            await self._press(card, "act:reply")
            await self._submit(words)
        except (AppFailed, NotAllowed, TimeoutError):
            return False
        else:
            return not any(view.is_open for view in self.slack.world.views.values())
        finally:
            self.replies.add(words)
            for view in self.slack.world.views.values():
                view.is_open = False

    async def _press_until_saved(self, card: Message, action: str) -> None:
        """Whoever hears that something was not saved presses once more, if there still is what."""
        told = self._unsaved()
        await self._press_until_acked(card, action)
        while told < (told := self._unsaved()):
            with contextlib.suppress(NotAllowed):
                await self._press_until_acked(card, action)

    async def _press_until_acked(self, card: Message, action: str) -> None:
        async with asyncio.timeout(SIEGE_PATIENCE):
            while True:
                with contextlib.suppress(AppFailed, TimeoutError):
                    await self._press(card, action)
                    return
                await asyncio.sleep(0.2)

    def _unsaved(self) -> int:
        return sum(NOT_SAVED in each.text for each in self.slack.world.ephemerals.values())

    async def _card(self, number: int) -> Message:
        await self.until(lambda: number in self.shown, patience=SIEGE_PATIENCE)
        return self.shown[number][0]

    def _notice_card(self, event: Json, channel: Channel | None, team: str | None) -> None:
        """A listener of the world: hundreds wait for their cards, and none looks through all."""
        if channel is None or channel.name != "triage" or event["type"] != "message":
            return
        message = channel.messages.get(event.get("ts", ""))
        named = re.search(r"Number (\d+) is", message.text) if message else None
        if message and message.bot_id and not message.is_reply and named:
            self.shown.setdefault(int(named[1]), []).append(message)

    async def _kill_on(
        self, group: asyncio.TaskGroup, every: float, messages: int, kills: int
    ) -> None:
        """The one that has listened longest; another takes its place at once.

        Whoever listens has ``every`` seconds before the next one is killed, and longer on a machine
        that is so busy that nothing has come about in them.
        """
        while len(self.shown) < messages and self.kills < kills:
            await self.until(lambda: any(each.is_open for each in self.machine.ran))
            shown = len(self.told())
            await asyncio.sleep(every)
            with contextlib.suppress(TimeoutError):
                await self.until(lambda: len(self.told()) > shown, patience=PATIENCE)  # noqa: B023
            victim = next(each for each in self.machine.ran if each.is_open)
            victim.kill()
            self.kills += 1
            group.create_task(self._replace(victim), name="a new life")

    async def _replace(self, victim: Process) -> None:
        await victim.end()
        await self.machine.open()

    async def _hurry(self) -> None:
        """Let desk time pass, but not while nobody listens: Slack does not retry for ever."""
        while True:
            await asyncio.sleep(TICK)
            if any(each.is_open for each in self.machine.ran):
                self.slack.world.clock.move(TICK * (HURRY - 1))

    def _is_done(self) -> bool:
        with to_read(self.engine) as connection, connection.begin():
            tickets = select(func.count()).select_from(ticket_table)
            open_gaps = select(func.count()).where(gap_table.c.caught_up_at.is_(None))
            if connection.execute(tickets).scalar_one() < len(self.said):
                return False
            if connection.execute(open_gaps).scalar_one():
                return False
            return not inbox.count_waiting(connection) and not outbox.count_open(connection)

    async def _watch_acks(self) -> None:
        seq = 0
        while True:
            for entry in self.slack.traffic.since(seq, kind="event.message"):
                seq = entry.seq
                if entry.status == 200:
                    self._acked.add(entry.request["event"].get("ts", ""))
            await asyncio.sleep(TICK / 2)
