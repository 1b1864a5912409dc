"""A week of a desk in a minute: every warning and breach once, at its minute or told after a stop.

Five customers in four time zones write, two agents answer and promise, and on Wednesday nobody is
there for three hours. Desk time goes from one thing that happens, or is due, to the next. On
PostgreSQL there are two desks, each of which ticks. ``THREADKEEPER_LONG=1`` makes it a busy week.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.rules import escalation as rules
from bot.rules.rehearsal import ACTS, Rehearsal, rehearsed
from bot.usecases import ledger
from bot.usecases.sla import LATE
from sandbox.local import Sandbox
from sandbox.server import serving
from sandbox.world import Message, World
from storage import catchup, escalations, past, promises, queues, sla, workspaces
from storage.escalations import escalation_table
from storage.promises import promise_table
from storage.records.clocks import Entry, Goal, Step
from storage.records.escalations import Stage as Reached
from storage.records.promises import PromiseState
from storage.records.tickets import Queue
from storage.sla import ledger_table
from storage.unit import Unit
from tests.databases import KINDS
from tests.stories import ladder
from tests.stories.crowd import shown
from tests.stories.deadlines import monday, until
from tests.stories.stage import UNHURRIED, Stage, at_work, replicas
from tests.stories.test_rota import ON_CALL, with_rotas
from tests.stories.told import typed
from tests.stories.worlds import world_at

pytestmark = [pytest.mark.story, pytest.mark.slow, pytest.mark.both]

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHIFTS = 7  # by day and by night
CUSTOMERS = {
    "carla": "acme-harbour",
    "omar": "acme-harbour",
    "zoe": "globex-harbour",
    "raj": "globex-harbour",
    "kim": "help",
}
AGENTS = ("ana", "ben")
IS_LONG = bool(os.environ.get("THREADKEEPER_LONG"))
MESSAGES, PROMISES, SOLUTIONS = (300, 20, 60) if IS_LONG else (120, 14, 24)
ESCALATIONS, ACCEPTANCES = (40, 25) if IS_LONG else (16, 8)
STOPS, STARTS = 2 * DAY + 12 * HOUR, 2 * DAY + 15 * HOUR


@dataclass(frozen=True, order=True)
class Doing:
    """Somebody does something so long after Monday, midnight."""

    after: timedelta
    who: str
    what: str


def plan(dice: random.Random) -> list[Doing]:
    """What people do in a week: customers at any time, agents in their hours."""
    found = []
    for number in range(MESSAGES):
        day = dice.choices(range(7), (5, 5, 5, 5, 5, 1, 1))[0]
        if number % 2:
            at, who, what = dice.uniform(0, 24), dice.choice(list(CUSTOMERS)), "ask"
        else:
            at, who, what = dice.uniform(8, 18), dice.choice(AGENTS), "answer"
        found.append(Doing(day * DAY + at * HOUR, who, what))
    wanted = (("promise", PROMISES), ("resolve", SOLUTIONS), ("escalate", ESCALATIONS))
    for what, count in (*wanted, ("accept", ACCEPTANCES)):
        for _ in range(count):
            after = dice.randrange(5) * DAY + dice.uniform(9, 16) * HOUR
            found.append(Doing(after, dice.choice(AGENTS), what))
    return sorted(found)


@asynccontextmanager
async def slack_alone() -> AsyncIterator[Sandbox]:
    """A Slack where the desk comes and goes, with one customer more, of a zone of his own."""
    world = world_at()
    _add_raj(world)
    async with serving(world, patience=UNHURRIED) as slack:
        slack.limits.enabled = False
        yield slack


def _add_raj(world: World) -> None:
    zoe = next(user for user in world.users.values() if user.name == "zoe")
    raj = replace(zoe, id="U00000RAJ", name="raj", real_name="Raj Patel", tz="Asia/Kolkata")
    raj.email = "raj@globex.example"
    world.users[raj.id] = raj
    place = next(each for each in world.channels.values() if each.name == "globex-harbour")
    place.members.append(raj.id)


@dataclass
class Week:
    """One week; ``threads`` are customers' threads: channel, ts, who asked."""

    slack: Sandbox
    dice: random.Random = field(default_factory=lambda: random.Random(11))
    threads: list[tuple[str, str, str]] = field(default_factory=list)
    began: datetime = LONG_AGO
    promised: int = 0

    async def do(self, it: Stage | None, one: Doing) -> None:
        """Without a desk (``it``) people do in Slack what they can."""
        if one.what == "ask":
            self._ask(one.who)
        elif one.what == "answer" and self.threads:
            channel, ts, _ = self.dice.choice(self.threads[-40:])
            words = self.dice.choice(("Which version is it?", "Please restart it, then it works."))
            self.slack.people.say(one.who, f"#{channel}", words, thread_ts=ts)
        elif it is not None:
            await self._command(it, one)
        if it is not None:
            await it.quiet()

    def _ask(self, who: str) -> None:
        channel, words = CUSTOMERS[who], f"The export fails, error {self.dice.randrange(9999)}?"
        own = [each for each in self.threads[-60:] if each[2] == who]
        if own and self.dice.random() < 0.5:
            self.slack.people.say(who, f"#{channel}", words, thread_ts=self.dice.choice(own)[1])
            return
        said = self.slack.people.say(who, f"#{channel}", words)
        self.threads.append((channel, said.ts, who))

    async def _command(self, it: Stage, one: Doing) -> None:
        live = await it.program.desk.read(
            it.program.workspace_id, lambda unit: queues.page(unit, Queue(), limit=60)
        )
        if one.what == "accept":
            await self._accept(it)
        if not live or one.what == "accept":
            return
        number = self.dice.choice(live).number
        hours = self.dice.choice((1, 2, 4))
        if one.what == "escalate":
            card = next(each for each in it.cards() if each.text.startswith(f"#{number} "))
            it.people.say(one.who, "#triage", "!escalate Who knows?", thread_ts=card.ts)
            return
        text = f"promise {number} {hours}h" if one.what == "promise" else f"resolve {number}"
        self.promised += "update comes by" in await typed(it, one.who, text, command="/ticket")

    async def _accept(self, it: Stage) -> None:
        """A specialist looks at the newest packet that nobody has, and says all there is to say."""
        waiting = [each for each in ladder.packets(it) if "act:accept" in str(each.blocks)]
        if waiting:
            await it.press("tariq", "act:accept", waiting[-1])
            await it.press("tariq", "act:discussed", waiting[-1])


async def all_is_taken_in(it: Stage) -> None:
    """After a stop, let seconds pass until what was missed is found."""
    for _ in range(100):
        await it.later(10)
        gaps = await it.program.desk.read(it.program.workspace_id, catchup.open_gaps)
        if not gaps and it.program.crew.reconciler.is_idle:
            return
    raise AssertionError("what was missed was not taken in")


def desk(slack: Sandbox, url: str) -> AbstractAsyncContextManager[Stage]:
    """Two replicas where that is possible."""
    return at_work(slack, url) if url.startswith("sqlite") else replicas(slack, url)


@pytest.mark.parametrize("database_url", KINDS if IS_LONG else KINDS[:1], indirect=True)
async def test_in_a_week_every_warning_and_breach_comes_once_and_in_time(
    database_url: str,
) -> None:
    url = database_url
    async with slack_alone() as slack:
        week = Week(slack)
        doings = plan(week.dice)
        async with desk(slack, url) as it:
            week.began = await monday(it, 0)
            await with_rotas(it, ON_CALL)
            for one in (each for each in doings if each.after < STOPS):
                await until(it, week.began + one.after)
                await week.do(it, one)
            await until(it, week.began + STOPS)
        for one in (each for each in doings if STOPS <= each.after < STARTS):
            _move_to(slack, week.began + one.after)
            await week.do(None, one)
        _move_to(slack, week.began + STARTS)
        await slack.idle()
        async with desk(slack, url) as it:
            await all_is_taken_in(it)
            for one in (each for each in doings if each.after >= STARTS):
                await until(it, week.began + one.after)
                await week.do(it, one)
            await until(it, week.began + 7 * DAY)
            await it.program.desk.read(it.program.workspace_id, lambda u: _look(u, week, it))


def _move_to(slack: Sandbox, at: datetime) -> None:
    slack.world.clock.move(max(0.0, (at - slack.world.clock.now()).total_seconds()))


def _look(unit: Unit, week: Week, it: Stage) -> None:
    lines = _lines(unit)
    assert sum(map(len, lines.values())) > 2 * MESSAGES / 3
    told = [(number, each) for number, of_one in lines.items() for each in of_one]
    alarms = [each for each in told if each[1].step in (Step.WARNED, Step.MISSED)]
    late = [(n, each) for n, each in alarms if each.noticed_at - each.at > LATE]
    _each_once(lines)
    _punctual([each for each in alarms if each not in late], late, week)
    _told_once(it, [each for each in alarms if each not in late], late)
    _explained(unit, lines, it.program.clock.now())
    _figures_add_up(unit, told, it.program.clock.now(), late=len(late))
    _promises_add_up(unit, week)
    _escalations_add_up(unit, week, it)
    called = [each for each in _direct(it) if each.text.startswith("You are on call now")]
    assert len(called) == 2 * SHIFTS


def _direct(it: Stage) -> list[Message]:
    rooms = (each for each in it.slack.world.channels.values() if each.is_im)
    return [message for room in rooms for message in room.messages.values()]


def _escalations_add_up(unit: Unit, week: Week, it: Stage) -> None:
    """Each has one packet, and goes on in the minute in which nobody has accepted it."""
    settings = workspaces.settings(unit)
    query = select(escalation_table.c.id)
    every = [escalations.by_id(unit, key) for key in unit.connection.execute(query).scalars()]
    found = {each.id: each for each in every if each is not None}
    assert len(found) == len(ladder.packets(it))
    figures = escalations.figures(unit, week.began - DAY, week.began + 9 * DAY)
    passed = [each for each in found.values() if each.previous_id]
    assert (figures.asked + len(passed), figures.passed) == (len(found), len(passed))
    assert figures.asked >= ESCALATIONS / 2
    assert passed
    for each in passed:
        before = found[each.previous_id or 0]
        level = rules.level_named(settings.ladder, before.level)
        due = rules.look_at(level, Reached.ASKED, settings.hours, before.asked_at)
        assert due is not None
        is_stopped = week.began + STOPS <= due <= week.began + STARTS
        assert timedelta() <= each.asked_at - due < (3 * HOUR if is_stopped else MINUTE)


def _lines(unit: Unit) -> dict[int, list[Entry]]:
    ids = unit.connection.execute(select(ledger_table.c.ticket_id).distinct()).scalars().all()
    return {each: sla.of_ticket(unit, each) for each in ids}


def _each_once(lines: dict[int, list[Entry]]) -> None:
    for of_one in lines.values():
        for goal in Goal:
            seen: Counter[Step] = Counter()
            for each in (line for line in of_one if line.goal is goal):
                seen = Counter() if each.step is Step.BEGAN else seen
                seen[each.step] += 1
                assert max(seen[Step.WARNED], seen[Step.MISSED]) <= 1
                assert not (seen[Step.MISSED] and each.step is Step.MET)


def _punctual(on_time: list[tuple[int, Entry]], late: list[tuple[int, Entry]], week: Week) -> None:
    assert on_time
    assert late
    for _, each in on_time:
        assert each.noticed_at - each.at < timedelta(minutes=1), each
    for _, each in late:
        assert week.began + STOPS - SECOND <= each.at <= week.began + STARTS, each


def _told_once(it: Stage, on_time: list[tuple[int, Entry]], late: list[tuple[int, Entry]]) -> None:
    posts = [shown(m) for m in it.messages("triage")]
    notes = [each for each in posts if re.match(r"#\d+: (missed|nearly due)", each)]
    assert len(notes) == len(on_time)
    together = [each for each in posts if each.startswith("While the desk was down")]
    assert 1 <= len(together) <= 2
    missed = [each for _, each in late if each.step is Step.MISSED]
    assert sum(int(each.split()[5]) for each in together) >= len(missed)


def _explained(unit: Unit, lines: dict[int, list[Entry]], now: datetime) -> None:
    for ticket_id in lines:
        for story in ledger.explained(unit, ticket_id, now).clocks:
            assert story.lines
            is_ahead = story.clock.is_running and story.clock.due_at and story.clock.due_at >= now
            if is_ahead:
                assert (story.lines[-1].what, story.lines[-1].at) == ("due", story.clock.due_at)


def _figures_add_up(unit: Unit, told: list[tuple[int, Entry]], now: datetime, *, late: int) -> None:
    """The ledger, its figures, and a rehearsal of the same policies say the same."""
    steps = (Step.WARNED, Step.MISSED, Step.MET)
    counted = Counter((each.goal, each.step) for _, each in told if each.step in steps)
    figures: Counter[tuple[Goal, Step]] = Counter()
    for each in sla.outcomes(unit, now - 60 * DAY, now + DAY):
        figures[each.goal, each.step] += each.many
    assert figures == counted
    settings = workspaces.settings(unit)
    again = Rehearsal(settings.policies, settings.hours)
    rehearsed(past.tickets(unit, now - 60 * DAY, now, ACTS), again, now=now)
    replayed: Counter[tuple[Goal, Step]] = Counter()
    for (_, goal, step), many in again.counts.items():
        replayed[goal, step] += many
    for (goal, step), many in replayed.items():  # no desk was down in the rehearsal
        differs = abs(many - counted[goal, step])
        assert differs <= (late if step is Step.WARNED else 0), (goal, step)


def _promises_add_up(unit: Unit, week: Week) -> None:
    states = Counter(unit.connection.execute(select(promise_table.c.state)).scalars())
    assert states.total() == week.promised
    assert week.promised >= PROMISES / 2
    figures: Counter[PromiseState] = Counter()
    for each in promises.outcomes(unit, week.began - DAY, week.began + 9 * DAY):
        figures[each.state] += each.many
    ended = (PromiseState.KEPT, PromiseState.BROKEN)
    assert figures == Counter({each: states[each] for each in ended if states[each]})
