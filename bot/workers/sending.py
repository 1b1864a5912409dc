"""The next batch of a lane: what to look up, what to send, and what is written down afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.errors import Fact, FileFact, Unknown
from bot.usecases import look, mirrors, trouble
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import Delivered
from bot.usecases.tell import Dropped, NotYet, Outgoing, prepare, sought, unnamed
from bot.usecases.work import Work, tenant
from bot.workers import noting
from bot.workers.pace import Paces
from storage import gates, inbox, outbox
from storage.outbox import Sent
from storage.records.boxes import Delivery, Post, PostState
from storage.unit import Unit

log = structlog.get_logger()

FEW, MANY = 10, 200  # as many are found by one look into Slack's history, if they have to be
QUICK_SECONDS = 0.5
POSTING, UPDATING = "chat.postMessage", "chat.update"
HISTORY, THREAD = "conversations.history", "conversations.replies"
PAUSE = timedelta(seconds=60)
SETTLE = timedelta(seconds=2)
ORPHANED = "nobody knows how it ended"
TELLS_ITS_TICKET = frozenset({"reply", "opening"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A lane that is to go on: how its last ``posts`` ended, and how many it may take now."""

    lane: str
    results: Sequence[Sent] = ()
    posts: Sequence[Post] = ()
    most: int = FEW


def next_size(size: int, taken: int, seconds: float) -> int:
    """How many a lane may claim next: of at most ``size`` Slack has ``taken`` so many in so long.

    More while Slack is quick, for each batch waits for a transaction; fewer when it is not, for
    what is claimed and then takes long is told as it was.
    """
    if taken < size:
        return FEW
    return min(MANY, 2 * size) if seconds < QUICK_SECONDS else max(FEW, size // 2)


@dataclass(slots=True)
class Batch:
    """What to do now, in order: while there is something ``unsure``, nothing else is sent.

    ``next_at``: when something of this lane is due again (desk time). ``blocked``: until when Slack
    wants no more calls of a method, for all lanes alike. ``closed``: methods whose gates let
    nothing more through now. ``lacks``: what Slack has to be asked before the next of this lane can
    be told. ``files``: what it may be asked first; ``asked`` are those for which nothing waits any
    more.
    """

    asked: Collection[FileFact] = ()

    unsure: list[Outgoing] = field(default_factory=list)
    ready: list[Outgoing] = field(default_factory=list)
    next_at: datetime | None = None
    has_arrivals: bool = False
    blocked: dict[str, datetime | None] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    lacks: Fact | None = None
    files: list[FileFact] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.unsure and not self.ready

    def rest_until(self, at: datetime | None) -> None:
        """Remember the earliest moment at which to come back."""
        self.next_at = min(filter(None, (at, self.next_at)), default=None)


def next_batches(
    unit: Unit,
    turns: Sequence[Turn],
    *,
    now: datetime,
    paces: Paces,
    asked: Collection[FileFact] = (),
) -> list[Batch]:
    """Write down how posts ended and claim what is next, durable before Slack hears of it."""
    results = [sent for turn in turns for sent in turn.results]
    told = write_down(unit, results, [post for turn in turns for post in turn.posts], now)
    found = outbox.of_lanes(unit, {turn.lane: turn.most for turn in turns}, now=now)
    blocked: dict[str, datetime | None] = {}
    batches = [Batch(asked, has_arrivals=told, blocked=blocked) for _ in turns]
    lanes = [_Lane(*each) for each in zip(turns, found, batches, strict=True)]
    if any(found):
        _claim(unit, lanes, now, paces)
    _rest_while_held(unit, [each for each in lanes if each.batch.is_empty], now)
    return batches


@dataclass(frozen=True, slots=True)
class _Lane:
    turn: Turn
    waiting: Sequence[Post]
    batch: Batch

    @property
    def is_full(self) -> bool:
        """True when there may be more than was read."""
        return len(self.waiting) == self.turn.most


def _rest_while_held(unit: Unit, lanes: Sequence[_Lane], now: datetime) -> None:
    held = outbox.held_until(unit, [each.turn.lane for each in lanes], now=now)
    for each, until in zip(lanes, held, strict=True):
        each.batch.rest_until(until)


def _claim(unit: Unit, lanes: Sequence[_Lane], now: datetime, paces: Paces) -> None:
    work = Work(unit, tenant(unit), 0, now)
    posts = [post for each in lanes for post in each.waiting]
    look.read_ahead(work, [post.ticket_id for post in posts if post.ticket_id])
    gates.lock(unit, paces.shared)
    for each in lanes:
        _fill(work, each, paces)
    batches = [each.batch for each in lanes if not each.batch.unsure]
    outbox.begin(unit, [ready.post for batch in batches for ready in batch.ready], now)


def _fill(work: Work, lane: _Lane, paces: Paces) -> None:
    if orphans := [post for post in lane.waiting if _is_orphan(post)]:
        _let_settle(work.unit, orphans, lane.batch, work.at)
        return
    _take_all(work, lane.waiting, lane.batch, paces)
    if lane.batch.closed and lane.is_full:
        _take_beside(work, lane, paces)


def _take_all(work: Work, posts: Sequence[Post], batch: Batch, paces: Paces) -> None:
    for post in posts:
        if not _take(work, post, batch, paces):
            return


def _take_beside(work: Work, lane: _Lane, paces: Paces) -> None:
    """Posts and updates have gates of their own: while one is closed, the other's work goes on."""
    turn, batch = lane.turn, lane.batch
    if len(batch.closed) > 1 or batch.unsure:
        return
    beside = outbox.new_of_lane if UPDATING in batch.closed else outbox.there_of_lane
    claimed = {each.post.id for each in batch.ready}
    found = beside(work.unit, turn.lane, now=work.at, most=turn.most)
    _take_all(work, [post for post in found if post.id not in claimed], batch, paces)


def write_down(unit: Unit, results: Sequence[Sent], posts: Sequence[Post], now: datetime) -> bool:
    """Keep how ``posts`` ended; True when a ticket is told of it by way of the inbox.

    Replies and opening posts move their ticket when, and only when, Slack has them.
    """
    outbox.end(unit.connection, results)
    by_id = {post.id: post for post in posts}
    for each in results:
        if each.place:
            noting.met(unit, each.place, each.error, now)
        elif each.state is PostState.SHOWN and by_id[each.id].kept_by:
            _taken(unit, by_id[each.id], now)
    mirrors.sort(unit, _first_shown(results, by_id), now)
    told = [
        to_arrival(unit.workspace_id, Delivered(each.id, now, each.ts, each.error))
        for each in results
        if each.state in (PostState.SHOWN, PostState.FAILED)
        and by_id[each.id].kind in TELLS_ITS_TICKET
    ]
    if told:
        inbox.put(unit.connection, told)
    return bool(told)


def _first_shown(results: Sequence[Sent], posts: Mapping[int, Post]) -> list[Post]:
    """What stands in Slack now, and did not before."""
    shown = [posts[each.id] for each in results if each.state is PostState.SHOWN]
    return [post for post in shown if not post.ts]


def _taken(unit: Unit, post: Post, now: datetime) -> None:
    ended = trouble.taken(unit, post, now)
    if ended is not None:
        log.info("slack: mended", **trouble.named(ended))


def _take(work: Work, post: Post, batch: Batch, paces: Paces) -> bool:
    """Put one row where it belongs; False when the lane has to stop here."""
    if post.due_at > work.at:
        # A pause or a retry holds the lane, so that what follows does not overtake it.
        batch.rest_until(post.due_at)
        return False
    if (UPDATING if post.ts else POSTING) in batch.closed:
        return True
    if post.state is PostState.SENDING and post.delivery is Delivery.ONCE:
        _end(work, post, PostState.DROPPED, "nobody knows whether it arrived")
        return True
    try:
        return _take_due(work, post, batch, paces)
    except Unknown as unknown:
        batch.lacks = unknown.fact
        return False


def _take_due(work: Work, post: Post, batch: Batch, paces: Paces) -> bool:
    ready = prepare(work, post)
    if _is_unsure(post) and isinstance(ready, Dropped):
        # Not true any more, but perhaps there: only who knows its place could take it away.
        ready = sought(work, post) or ready
    if isinstance(ready, Dropped):
        _drop(work, ready, batch)
    elif isinstance(ready, NotYet):
        return _put_off(work, post, ready, batch)
    elif _is_unsure(post):
        return _look_up(work, ready, batch)
    elif nameless := [fact for fact in unnamed(ready) if fact not in batch.asked]:
        batch.files += nameless
        return False
    else:
        return _pass_gates(work, ready, batch, paces)
    return True


def _is_unsure(post: Post) -> bool:
    """Nobody knows whether Slack has it, and it must not be there twice."""
    return post.state is PostState.SENDING and post.delivery is Delivery.POST and not post.ts


def _look_up(work: Work, ready: Outgoing, batch: Batch) -> bool:
    """Slack's Retry-After holds for looking, too, and outlives who was told of it."""
    method = THREAD if ready.arguments.get("thread_ts") else HISTORY
    until = gates.blocked_until(work.unit, f"method:{method}")
    if until is not None and until > work.at:
        batch.rest_until(until)
        return False
    batch.unsure.append(ready)
    return True


def _drop(work: Work, dropped: Dropped, batch: Batch) -> None:
    post = dropped.post
    if not dropped.is_failure:
        _end(work, post, PostState.DROPPED, dropped.reason)
        return
    ids, why = (post.workspace_id, post.id), dropped.reason
    failed = Sent(*ids, PostState.FAILED, post.wanted, post.ts, post.due_at, why)
    batch.has_arrivals |= write_down(work.unit, [failed], [post], work.at)


def _is_orphan(post: Post) -> bool:
    """Its sender died, or could not write down how it ended. Senders that live leave an error."""
    return post.state is PostState.SENDING and not post.error


def _let_settle(unit: Unit, orphans: Sequence[Post], batch: Batch, now: datetime) -> None:
    """What a dead sender had on its way may land until now: look, or send again, a moment later.

    The moment counts from here, not from the try: the last post of a batch is sent long after.
    """
    until = now + SETTLE
    outbox.end(
        unit.connection,
        [
            Sent(
                post.workspace_id, post.id, PostState.SENDING, post.shown, post.ts, until, ORPHANED
            )
            for post in orphans
        ],
    )
    batch.rest_until(until)


def _put_off(work: Work, post: Post, reason: NotYet, batch: Batch) -> bool:
    if reason.is_paused:
        until = work.at + PAUSE
        _end(work, post, PostState.WAITING, reason.reason, due_at=until)
        batch.rest_until(until)
        return False
    return True


def _pass_gates(work: Work, ready: Outgoing, batch: Batch, paces: Paces) -> bool:
    post = ready.post
    wanted = paces.gates(ready.method, post.channel_id, post.urgency)
    if ready.method not in batch.blocked:
        batch.blocked[ready.method] = gates.blocked_until(work.unit, f"method:{ready.method}")
    blocked = batch.blocked[ready.method]
    free_at = gates.passes(work.unit, wanted, work.at) if wanted else None
    free_at = max(filter(None, (free_at, blocked)), default=None)
    if free_at is not None and free_at > work.at:
        batch.rest_until(free_at)
        batch.closed.add(ready.method)
        return ready.method in (POSTING, UPDATING)
    batch.ready.append(ready)
    return True


def _end(
    work: Work, post: Post, state: PostState, why: str, *, due_at: datetime | None = None
) -> None:
    shown = post.shown if state is PostState.WAITING else post.wanted
    sent = Sent(post.workspace_id, post.id, state, shown, post.ts, due_at or post.due_at, why)
    outbox.end(work.unit.connection, [sent])
