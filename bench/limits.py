"""Slack's limits and our own pace, in desk time: how old cards and answers are on a busy day.

The program runs in this process before the strict local Slack of the tests, whose clock is moved on
step by step: what would take minutes takes seconds, and no neighbour of this machine changes it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.measure import SQLITE, Figure, Measurement, Run, Site, at
from sandbox.world import Message, User
from storage import inbox, outbox
from tests.stories.stage import Stage, stage

STEP = 0.25  # desk seconds; ages are measured in these
MINUTE = 60.0
PATIENCE = 300  # desk seconds after the last change
PER_MINUTE = ("ask",) * 8 + ("take",) * 4 + ("reply",) * 3 + ("edit",) * 3 + ("solve",) * 2
WHERE = {"acme-harbour": "T00ACME", "globex-harbour": "T0GLOBEX", "help": "T00ACME"}
AGENT, AGENT_ID = "ben", "U00000BEN"


@dataclass(eq=False)
class Case:
    """A request, when what was done to it (desk seconds), and its card once that was found."""

    number: int
    who: str
    asked: Message
    done: dict[str, float] = field(default_factory=dict)
    card: Message | None = None

    @property
    def question(self) -> str:
        return f"Question {self.number}:"


@dataclass(frozen=True, eq=False)
class Change:
    """What somebody did at a moment (desk seconds), and the words that its card shows then."""

    case: Case
    at: float
    words: str

    @property
    def is_shown(self) -> bool:
        card = self.case.card
        return card is not None and self.words in f"{card.text} {card.blocks}"


@dataclass(eq=False)
class BusyDay:
    """Twenty changes a minute at moments that a die chose, told to one team channel."""

    stage: Stage
    cases: list[Case] = field(default_factory=list)
    pending: list[Change] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(20))

    def now(self) -> float:
        """Desk seconds."""
        return self.stage.slack.world.clock.time()

    async def live(self, minutes: int) -> None:
        """So many minutes of changes, and then until everything is shown."""
        for due_at, what in sorted(_plan(self.dice, minutes, self.now())):
            while self.now() < due_at:
                await self.step()
            self.change(what)
        end = self.now() + PATIENCE
        while self.pending or await self._open_posts():
            assert self.now() < end, f"{len(self.pending)} changes were not shown in time"
            await self.step()

    async def step(self) -> None:
        """A moment of desk time, and all that can be done in it."""
        self.stage.slack.world.clock.move(STEP)
        await _settled(self.stage)
        self._look()

    def change(self, what: str) -> None:
        """Somebody does this to a case that it was not done to; without one they ask."""
        ready = [case for case in self.cases if what not in case.done and self._is_calm(case)]
        if what == "ask" or not ready:
            self._ask()
            return
        case = self.dice.choice(ready)
        case.done[what] = self.now()
        words = _DEEDS[what](self.stage, case)
        self.pending.append(Change(case, self.now(), words))

    def _is_calm(self, case: Case) -> bool:
        """A solved case shows less, so nothing may be pending then, and nothing comes after."""
        busy = {change.case for change in self.pending}
        return case not in busy and "solve" not in case.done

    def _ask(self) -> None:
        number = len(self.cases)
        channel = [*WHERE][number % len(WHERE)]
        who = _join(self.stage, f"guest{number}", channel)
        asked = self.stage.people.say(who, f"#{channel}", f"Question {number}: why does it fail?")
        self.cases.append(Case(number, who, asked))
        self.pending.append(Change(self.cases[-1], self.now(), self.cases[-1].question))

    def _look(self) -> None:
        cards = [card for card in self.stage.cards() if card.text]
        for case in {change.case for change in self.pending if change.case.card is None}:
            case.card = next((card for card in cards if case.question in card.text), None)
        self.ages += [self.now() - each.at for each in self.pending if each.is_shown]
        self.pending = [each for each in self.pending if not each.is_shown]

    async def _open_posts(self) -> bool:
        return bool(await self.stage.program.desk.read_all(outbox.lanes))

    def answers(self) -> list[float]:
        """How old each post of ours in a customer's thread was: after the request, or its end."""
        found = []
        for case in self.cases:
            channel = self.stage.slack.world.channels[case.asked.channel]
            receipt, *others = [post for post in channel.thread(case.asked.ts) if post.bot_id]
            found.append(float(receipt.ts) - float(case.asked.ts))
            found += [float(post.ts) - case.done["solve"] for post in others]
        return found


def _plan(dice: random.Random, minutes: int, start: float) -> Iterator[tuple[float, str]]:
    for minute in range(minutes):
        for what in PER_MINUTE:
            yield start + (minute + dice.random()) * MINUTE, what


def _join(it: Stage, name: str, channel: str) -> str:
    world = it.slack.world
    user = User(f"U{name.upper()}", WHERE[channel], name, name.capitalize())
    world.users[user.id] = user
    it.people.senses.channel(channel).members.append(user.id)
    return name


def _take(it: Stage, case: Case) -> str:
    it.people.react(AGENT, case.asked.channel, case.asked.ts, "eyes")
    return AGENT_ID


def _reply(it: Stage, case: Case) -> str:
    text = "It happens on Mondays only, I think."
    it.people.say(case.who, case.asked.channel, text, thread_ts=case.asked.ts)
    return "1 more message"


def _edit(it: Stage, case: Case) -> str:
    now = f"{case.question} why does it fail on Mondays?"
    it.people.edit(case.who, case.asked.channel, case.asked.ts, now)
    return now


def _solve(it: Stage, case: Case) -> str:
    it.people.react(AGENT, case.asked.channel, case.asked.ts, "white_check_mark")
    return "Resolved"


_DEEDS: dict[str, Callable[[Stage, Case], str]] = {
    "take": _take,
    "reply": _reply,
    "edit": _edit,
    "solve": _solve,
}


async def _settled(it: Stage) -> None:
    """The desk knows the time and has done what it can; posts may wait for their gates."""
    crew, calm = it.program.crew, 0
    async with asyncio.timeout(60):
        while calm < 3:
            await it.slack.idle()
            behind = it.slack.world.clock.now() - it.program.clock.now()
            waiting = await it.program.desk.read_all(inbox.count_waiting)
            is_calm = crew.inbox.is_idle and crew.outbox.is_idle and not waiting
            calm = calm + 1 if is_calm and not behind.total_seconds() else 0
            await asyncio.sleep(0.001)


async def measure(site: Site) -> Run:
    """Desk time is the same on all databases, so one of them tells it."""
    column, make = next(iter(site.databases.items()), (SQLITE, None))
    if make is None:
        return {}
    async with stage(make(), rate=1, limits=True) as it:
        it.slack.world.clock.freeze()
        day = BusyDay(it)
        await day.live(site.size(10, 2))
        answers = day.answers()
        refused = sum(it.slack.limits.refusals.values())
    return {column: _figures(day.ages, answers) | {"refused": refused}}


def _figures(ages: Sequence[float], answers: Sequence[float]) -> dict[str, float]:
    return {
        "card_p95": at(ages, 95),
        "card_p50": at(ages, 50),
        "card_longest": max(ages),
        "answer_p95": at(answers, 95),
        "answer_longest": max(answers),
        "changes": len(ages),
    }


LIMITS = Measurement(
    "limits",
    "keeps cards and answers young within all limits: 20 changes a minute (desk time)",
    (
        Figure("card_p95", "age of a card's change, p95, desk s", "{:.2f}", aim="10"),
        Figure("card_p50", "… p50", "{:.2f}"),
        Figure("card_longest", "… longest", "{:.2f}"),
        Figure("answer_p95", "age of a post to a customer, p95, desk s", "{:.2f}", aim="2"),
        Figure("answer_longest", "… longest", "{:.2f}"),
        Figure("changes", "changes"),
        Figure("refused", "calls that Slack refused (429)"),
    ),
    measure,
    repeats=False,
)
