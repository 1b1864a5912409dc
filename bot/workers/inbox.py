"""Works the inbox: lanes in order, many rows in a transaction; one bad row never stops the rest."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.desk import Desk
from bot.errors import Conflict, Fact, SendFailed, Unknown
from bot.slack.gateway import NotSent, Paused, RateLimited, Unsure
from bot.usecases import ahead
from bot.usecases.codec import from_arrival
from bot.usecases.handle import handle
from bot.usecases.inputs import Said
from bot.usecases.work import Work, tenant
from bot.workers.asking import Asker
from bot.workers.pace import backoff
from storage import driven, inbox
from storage.errors import is_trouble
from storage.inbox import Ending
from storage.records.boxes import Arrival, Progress
from storage.unit import Spoilt, Unit, hopefully, savepoint
from storage.writer import Full

log = structlog.get_logger()

MOST_ROWS = 100
GROUP_SECONDS = 0.05
POLL_SECONDS = 1.0
ASK_LATER_SECONDS = 15.0  # Slack has refused: somebody has to mend that first
MOST_TRIES = 5
EVERYDAY = 2  # conflicts of a row one after the other; who meets more of them lets the others pass
# A reply in a new channel by somebody unknown, under a parent by somebody else, needs six; the
# bound only keeps a step from asking for ever.
MOST_FACTS = 8

LaneKey = tuple[int, str]
Part = Callable[[Connection], AbstractContextManager[None]]


@dataclass(slots=True)
class Round:
    """What one transaction did: rows worked, facts it lacked, outbox lanes it wrote to.

    ``now`` is the desk time at which it began, ``until`` when it takes no more, by the monotonic
    clock. It may have ``left`` rows that could be worked at once.
    """

    now: datetime
    until: float
    worked: int = 0
    left: bool = False
    facts: dict[LaneKey, tuple[Arrival, Fact]] = field(default_factory=dict)
    lanes: set[LaneKey] = field(default_factory=set)
    kinds: dict[int, str] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    stuck: set[LaneKey] = field(default_factory=set)

    def end(self, arrival: Arrival, progress: Progress, outcome: str) -> None:
        """Note how a row ended; all are written down together when the round is over."""
        self.endings.append(Ending(arrival.workspace_id, arrival.id, progress, outcome))
        self.ended.add(arrival.id)

    def ends(self) -> Counter[tuple[str, str]]:
        """How many rows of a kind came to which end; an end's own reason is left out."""
        return Counter((self.kinds[each.id], _end(each)) for each in self.endings)


def _end(ending: Ending) -> str:
    return "failed" if ending.progress is Progress.FAILED else ending.outcome.partition(":")[0]


@dataclass(eq=False)
class InboxWorker:
    """``announced`` hears which outbox lanes have something new, after it is durable.

    In a rush more waits than a round can take; ``rush_began`` and ``rush_over`` tell of each.
    """

    desk: Desk
    clock: Clock
    asker: Asker
    announced: Callable[[set[LaneKey]], None]
    ended: Callable[[str, str, int], None] = lambda kind, end, count: None
    rush_began: Callable[[], None] = lambda: None
    rush_over: Callable[[], None] = lambda: None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _asking: set[LaneKey] = field(default_factory=set)
    _unanswered: Counter[LaneKey] = field(default_factory=Counter)
    _stopping: bool = False
    _is_rushed: bool = False

    def wake(self) -> None:
        """Something may be waiting: a hint, nothing more."""
        self._news.set()

    def stop(self) -> None:
        """Finish the round at hand, then end."""
        self._stopping = True
        self._news.set()

    @property
    def is_rushed(self) -> bool:
        """True while more waits than the last round could take."""
        return self._is_rushed

    @property
    def is_idle(self) -> bool:
        """True when nothing is being asked for and no wake-up is pending."""
        return not self._asking and not self._news.is_set()

    async def run(self) -> None:
        """Until stopped."""
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                if not await self._work_round(group):
                    await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _work_round(self, group: asyncio.TaskGroup) -> bool:
        self._news.clear()
        now, skip = self.clock.now(), frozenset(self._asking)
        try:
            done = await self._write_round(now, skip)
        except Exception as error:
            if not self.desk.outage.explains(error):
                log.exception("inbox: a round failed")
            self._note_rush(is_rushed=False)
            await self.desk.outage.rest()
            return True
        self._note_rush(is_rushed=done.left)
        for (kind, end), count in done.ends().items():
            self.ended(kind, end, count)
        if done.lanes:
            self.announced(done.lanes)
        for lane, (arrival, fact) in done.facts.items():
            self._asking.add(lane)
            group.create_task(self._ask(lane, arrival, fact), name=f"fact {fact}")
        return done.worked > 0

    def _note_rush(self, *, is_rushed: bool) -> None:
        if is_rushed != self._is_rushed:
            self._is_rushed = is_rushed
            (self.rush_began if is_rushed else self.rush_over)()

    async def _write_round(self, now: datetime, skip: frozenset[LaneKey]) -> Round:
        """Nearly always all rows succeed; where one does not, each gets a savepoint of its own."""
        try:
            return await self.desk.write_all(lambda each: work_round(each, now, skip))
        except Spoilt:
            return await self.desk.write_all(lambda each: work_round(each, now, skip, savepoint))

    async def _ask(self, lane: LaneKey, arrival: Arrival, fact: Fact) -> None:
        """Learn the fact, or let the row rest a while: Slack's silence is not the row's fault.

        What was answered counts, not what was asked: each life of a desk that is killed asks anew.
        """
        try:
            await self.asker.learn(arrival.workspace_id, fact)
            self._unanswered.pop(lane, None)
            await self._put_back(replace(arrival, facts=arrival.facts + 1), arrival.due_at)
        except RateLimited as limited:
            await self._rest_row(arrival, limited.retry_after, limited)
        except (NotSent, Unsure, Conflict, SQLAlchemyError, Full) as error:
            self._unanswered[lane] += 1
            wait = backoff(self._unanswered[lane] - 1)
            await self._rest_row(arrival, wait.total_seconds(), error)
        except (Paused, SendFailed, Unknown) as error:
            await self._rest_row(arrival, ASK_LATER_SECONDS, error)
        except Exception as error:
            log.exception("inbox: asking for a fact failed", fact=repr(fact))
            await self._rest_row(arrival, ASK_LATER_SECONDS, error)
        finally:
            self._asking.discard(lane)
            self._news.set()

    async def _rest_row(self, arrival: Arrival, seconds: float, error: Exception) -> None:
        """The row as it was before it asked, due again in ``seconds`` of desk time."""
        if not self.desk.outage.explains(error):
            log.warning("inbox: a row waits for a fact", row=arrival.id, error=repr(error))
        try:
            await self._put_back(arrival, self.clock.now() + timedelta(seconds=seconds))
        except (SQLAlchemyError, Full):
            await asyncio.sleep(0 if self._stopping else POLL_SECONDS)

    async def _put_back(self, arrival: Arrival, due_at: datetime | None) -> None:
        await self.desk.write_all(lambda each: inbox.delay(each, arrival, due_at=due_at))


def work_round(
    connection: Connection, now: datetime, skip: frozenset[LaneKey], part: Part = hopefully
) -> Round:
    """Work what waits for at most `GROUP_SECONDS`; each row is a ``part`` of the transaction.

    Rows of a lane are worked in order, never around a stuck one. Raises Spoilt as ``part`` does.
    """
    done = Round(now, time.monotonic() + GROUP_SECONDS, stuck=set(skip))
    arrivals = inbox.take(connection, now, most=MOST_ROWS, skip=skip)
    ahead.look(connection, arrivals)
    is_done = _work_rows(connection, arrivals, done, part)
    done.left = done.worked > 0 and (not is_done or len(arrivals) == MOST_ROWS)
    with part(connection):
        driven.settle(connection)
    inbox.finish(connection, done.endings, now)
    return done


def _work_rows(
    connection: Connection, arrivals: Sequence[Arrival], done: Round, part: Part
) -> bool:
    """True when all had their turn in time."""
    for place, arrival in enumerate(arrivals, 1):
        if (arrival.workspace_id, arrival.lane) in done.stuck:
            continue
        done.kinds[arrival.id] = arrival.kind
        _work_row(connection, arrival, done, part)
        if time.monotonic() > done.until:
            return place == len(arrivals)
    return True


def _work_row(connection: Connection, arrival: Arrival, done: Round, part: Part) -> None:
    unit = Unit(arrival.workspace_id, connection)
    try:
        with part(connection):
            outcome = _handle(unit, arrival, done)
    except Spoilt:
        raise
    except Unknown as unknown:
        _lacks(arrival, unknown.fact, done)
    except Exception as error:
        if is_trouble(error):
            raise  # it is not the row's fault
        # Whatever it was, the other rows go on.
        _failed(connection, arrival, error, done)
    else:
        done.end(arrival, Progress.DONE, outcome)
        done.worked += 1


def _handle(unit: Unit, arrival: Arrival, done: Round) -> str:
    item = from_arrival(arrival)
    is_missed = isinstance(item, Said) and item.is_missed
    at = min(item.at, done.now)  # Slack's clock may be ahead: nothing is to wait for ours
    found_at = item.found_at if isinstance(item, Said) else None
    work = Work(unit, tenant(unit), arrival.id, at, is_missed, found_at, ended=done.ended)
    outcome = handle(work, item)
    done.lanes.update((arrival.workspace_id, name) for name in work.lanes)
    return outcome


def _lacks(arrival: Arrival, fact: Fact, done: Round) -> None:
    lane = (arrival.workspace_id, arrival.lane)
    if arrival.facts >= MOST_FACTS:
        done.end(arrival, Progress.FAILED, f"lacks {fact}")
        return
    done.stuck.add(lane)
    done.facts[lane] = (arrival, fact)


def _failed(connection: Connection, arrival: Arrival, error: Exception, done: Round) -> None:
    """A conflict is everyday; anything else is ours to mend, so the row is logged with it."""
    done.stuck.add((arrival.workspace_id, arrival.lane))
    tried = replace(arrival, tries=arrival.tries + 1)
    if not isinstance(error, Conflict):
        where = {"workspace": arrival.workspace_id, "inbox": arrival.id, "kind": arrival.kind}
        log.error("inbox: a row failed", **where, exc_info=error)
    if tried.tries >= MOST_TRIES:
        inbox.delay(connection, tried, due_at=None)
        done.end(arrival, Progress.FAILED, repr(error)[:500])
        return
    at_once = isinstance(error, Conflict) and tried.tries <= EVERYDAY
    wait = timedelta(seconds=0 if at_once else 2**tried.tries)
    inbox.delay(connection, tried, due_at=done.now + wait)
