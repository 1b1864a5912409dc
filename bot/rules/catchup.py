"""Slack's history beside ours: what was missed, and what still may be said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules import access
from bot.usecases.inputs import Deleted, Edited, Input, Said
from storage.records.catchup import Cause, Comparison, Gap, Known
from storage.records.messages import Message
from storage.records.people import Team
from storage.records.tickets import Ticket

LATE = timedelta(minutes=15)
"""What was found later than this after it was said is not answered as if on time."""

RECEIPT_WAITS = timedelta(minutes=1)
"""How long a late receipt waits, so that an answer found beside it comes first."""

MARGIN = timedelta(minutes=10)
"""Looked at before a gap: clocks differ, and what was on its way when it began may be lost."""

SETTLING = timedelta(minutes=1)
"""Slack's history may lag behind its events: what is younger than this is not yet missing there."""

RETRIES = timedelta(minutes=6)
"""For how long Slack brings an event again by itself (FACTS 1)."""

TOUCHED_UP = timedelta(days=2)
"""How old a reply may be whose edit is looked for where Slack has said nothing of it."""

KEPT = timedelta(days=1)
"""For how long Slack keeps messages at the least: what is younger and gone was deleted."""

LONGEST_PATIENCE = timedelta(hours=2)
"""For how long after a gap nothing is made of silence that nobody could look into yet."""

SOONEST, LATEST = timedelta(seconds=15), timedelta(minutes=2)
"""Between two looks whether that is over."""

NIGHT = time(3)
"""When the nightly comparison is due, in the desk's own zone."""

DAY = 86_400
"""Seconds of a UTC day: each begins at a multiple of it."""

NEVER = datetime.min.replace(tzinfo=UTC)

Missed = Said | Edited | Deleted

JOINS = frozenset({"channel_join", "group_join"})
LEAVES = frozenset({"channel_leave", "group_leave"})
MOVES = JOINS | LEAVES

BEFORE_ALL = "0"
"""A ts that is older than any."""

Absence = tuple[str, str]
"""Two ts between which the bot was not in a channel; the first is ``""`` before it ever came."""


@dataclass(frozen=True, slots=True)
class Told:
    """A message as Slack's history has it. ``stamp`` and ``editor`` are of its last edit.

    ``replies`` and ``latest_reply`` are what a thread's first message says of its thread. Of what
    ``is_unreadable`` nothing is known but where it stands.
    """

    said: Said
    stamp: str = ""
    editor: str = ""
    is_tombstone: bool = False
    is_unreadable: bool = False
    replies: int = 0
    latest_reply: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What is compared: all between ``listed_from`` and ``until``; taken in only ``since``.

    ``first`` is when the desk first worked: what was said before it is ours only where Slack told
    it all the same. ``edited_from``: threads with a reply since then are read for edits alone.
    """

    listed_from: datetime
    since: datetime
    until: datetime
    first: datetime = NEVER
    edited_from: datetime | None = None

    @property
    def oldest(self) -> str:
        """The first moment as Slack writes it."""
        return stamp(self.listed_from)


@dataclass(frozen=True, slots=True)
class Side:
    """Our side of one channel: what we know by ts, and our own posts as ts to thread.

    ``old_threads`` are older than all that is listed, of tickets that are not over.
    """

    known: Mapping[str, Known]
    posts: Mapping[str, str]
    old_threads: Collection[str] = ()


def stamp(moment: datetime) -> str:
    """A moment as a Slack ts, for bounds."""
    return f"{moment.timestamp():.6f}"


def moment(ts: str) -> datetime:
    """When a message was posted; for arithmetic only, a ts itself stays a string."""
    return datetime.fromtimestamp(float(ts), UTC)


def window(gaps: Iterable[Gap], *, first: datetime, reopen: timedelta, now: datetime) -> Window:
    """What to compare for these gaps; nothing from before the desk ``first`` worked is missed.

    In a gap that Slack's own retries outlast, no edit was lost for good.
    """
    gaps = list(gaps)
    began = min((gap.began_at for gap in gaps), default=now)
    is_long = any(gap.ended_at - gap.began_at > RETRIES for gap in gaps)
    since = max(began - MARGIN, first)
    # Whole days, for the books are kept by day.
    listed_from = day_of(max(min(since, now - reopen), first))
    return Window(listed_from, since, now, first, since - TOUCHED_UP if is_long else since)


def reaching_back(window: Window, owed: datetime) -> Window:
    """The same for a channel that Slack kept shut since then, as far as it is listed."""
    since = max(owed, window.listed_from, window.first)
    if since >= window.since:
        return window
    return replace(window, since=since, edited_from=since - TOUCHED_UP)


def of_people(told: Mapping[str, Told], team: Team) -> dict[str, Told]:
    """All but the desk's own posts."""
    return {ts: each for ts, each in told.items() if not _is_own(each.said, team)}


def _is_own(said: Said, team: Team) -> bool:
    return access.is_own_bot(said.bot_id, said.app_id, said.author, team)


def absences(told: Iterable[Told], *, bot: str) -> list[Absence]:
    """When the bot was not in the channel: a stay begins where it joins and ends where it leaves.

    Where nothing tells of its leaving, it was away since its last coming, or always.
    """
    moves = sorted((each.said.ts, each.said.subtype) for each in told if each.said.author == bot)
    found, left = [], ""
    for ts, what in moves:
        if what in JOINS:
            found.append((left, ts))
        if what in MOVES:
            left = ts
    return found


def _was_there(ts: str, away: Iterable[Absence]) -> bool:
    return not any(left < ts < back for left, back in away)


def oldest_kept(told: Iterable[Told]) -> str:
    """The first ts of which Slack is seen to keep the words, ``""`` when there is none.

    Comings and goings, and what stands in the place of a message, may outlast words.
    """
    kept = (each for each in told if not each.is_tombstone and each.said.subtype not in MOVES)
    return min((each.said.ts for each in kept), default="")


def in_doubt(
    told: Mapping[str, Told], ours: Side, *, read: Collection[str], window: Window, kept: str
) -> set[str]:
    """What of the window was deleted, or is older than all that Slack keeps: nobody can tell."""
    gone = _gone(told, ours, read=read, window=window, kept=BEFORE_ALL)
    sure = _gone(told, ours, read=read, window=window, kept=kept)
    return {each.ts for each in gone if each.ts >= window.oldest} - {each.ts for each in sure}


def threads_to_read(listed: Mapping[str, Told], ours: Side, window: Window) -> list[str]:
    """The threads, by their first ts, in which something may be other than we know; oldest first.

    A thread whose number of replies and whose latest reply are as we know them is taken as known,
    unless it was written in not long before we may have missed an edit.
    """
    known = _known_threads(ours)
    since = stamp(window.edited_from or window.since)
    threads = set(ours.old_threads)
    for ts, told in listed.items():
        if told.said.is_reply:
            if told.said.thread_ts not in listed:
                threads.add(told.said.thread_ts)
        elif _is_other(told, known.get(ts, set()), since):
            threads.add(ts)
    gone = {ts for ts in known if ts in ours.known and ts not in listed and ts >= window.oldest}
    return sorted(threads | gone)


def _known_threads(ours: Side) -> dict[str, set[str]]:
    """The replies of each thread that we know to stand there, our own among them."""
    threads: dict[str, set[str]] = {}
    for each in ours.known.values():
        if each.thread_ts and not each.is_deleted and not each.is_stub:
            threads.setdefault(each.thread_ts, set()).add(each.ts)
    for ts, thread_ts in ours.posts.items():
        if thread_ts and thread_ts != ts:
            threads.setdefault(thread_ts, set()).add(ts)
    return threads


def _is_other(told: Told, known: Collection[str], since: str) -> bool:
    if not told.replies:
        return bool(known)
    is_same = told.replies == len(known) and told.latest_reply == max(known, default="")
    return not is_same or told.latest_reply >= since


def missed(
    told: Mapping[str, Told],
    ours: Side,
    *,
    channel: str,
    read: Collection[str],
    window: Window,
    away: Collection[Absence] = (),
    kept: str = "",
) -> list[Missed]:
    """What has to be taken in, in the order in which it happened.

    ``told`` is all that Slack has in its ``channel``, but the desk's own posts; ``read`` the
    threads that were read; nothing that was said while the bot was ``away`` is taken for missed.
    ``kept`` is the first ts that Slack is seen to keep there, ``""`` when nobody has looked.
    """
    since = stamp(window.since)
    found: list[Missed] = []
    for ts, each in told.items():
        known = ours.known.get(ts)
        if known is None or known.is_stub:
            is_message = not (each.is_tombstone or each.is_unreadable)
            if is_message and ts >= since and _was_there(ts, away):
                found.append(each.said)
        elif not known.is_deleted and not known.is_own:
            found += _changed(each, known, window)
    gone = _gone(told, ours, read=read, window=window, kept=kept)
    found += [_deleted(channel, known.ts, window) for known in gone]
    return sorted(found, key=lambda item: (item.at, item.ts))


def _changed(told: Told, known: Known, window: Window) -> list[Missed]:
    if told.is_tombstone:
        return [_deleted(told.said.channel, known.ts, window)]
    if not told.stamp or not _is_edited(told, known):
        return []
    said = told.said
    edit = Edited(
        channel=said.channel,
        ts=said.ts,
        editor=told.editor or said.author,
        at=moment(told.stamp),
        event_ts=f"{_second(told.stamp)}.999999",
        text=said.text,
        thread_ts=said.thread_ts,
        author=said.author,
        bot_id=said.bot_id,
        files=said.files,
    )
    return [edit]


def _is_edited(told: Told, known: Known) -> bool:
    """Slack's mark counts whole seconds: of two edits in one second its history has the last.

    Words that we do not keep cannot differ.
    """
    if known.text is None:
        return _second(told.stamp) > _second(known.stamp)
    return told.said.text != known.text and _second(told.stamp) >= _second(known.stamp)


def _second(ts: str) -> int:
    return int(ts.partition(".")[0] or 0)


def _gone(
    told: Mapping[str, Told], ours: Side, *, read: Collection[str], window: Window, kept: str
) -> list[Known]:
    """What we know and Slack has no more.

    What is older than all that Slack is seen to keep is left as it is: a workspace may keep its
    messages for some days only, and that is nobody's deletion. Nor is a history without a single
    message believed, unless we know of no more than one.
    """
    settled, young = stamp(window.until - SETTLING), stamp(window.until - KEPT)
    first = min(young, oldest_kept(told.values()) or young, kept or young)
    gone = [
        known
        for ts, known in ours.known.items()
        if ts not in told
        and first < ts <= settled
        and _was_looked_for(known, read)
        and not (known.is_deleted or known.is_stub or known.is_own)
    ]
    return gone if told or kept or len(gone) == 1 else []


def _was_looked_for(known: Known, read: Collection[str]) -> bool:
    return not known.thread_ts or known.thread_ts in read


def _deleted(channel: str, ts: str, window: Window) -> Deleted:
    return Deleted(channel, ts, window.until, f"found {stamp(window.until)}")


def tally(
    told: Mapping[str, Told],
    ours: Side,
    *,
    read: Collection[str],
    window: Window,
    away: Collection[Absence] = (),
    kept: str = "",
) -> Counter[datetime]:
    """How many messages Slack had in the window on each UTC day; ours may have gone on since.

    What was said while the bot was ``away``, or before the desk first worked, counts where it was
    told: by a thread that was taken in whole, or a first event before our first mark of life.
    Replies of threads that were not read count as we know them: Slack's own number of replies said
    that they are the same. So does what Slack may not keep any longer. What was taken back after
    the window, while Slack was asked, still stood there then.
    """
    first = stamp(window.first)
    counted = {
        ts
        for ts, each in told.items()
        if not each.is_tombstone
        and (_is_known(ours.known.get(ts)) or (ts >= first and _was_there(ts, away)))
    }
    counted |= {
        known.ts
        for known in ours.known.values()
        if not (known.is_stub or known.is_own)
        and (
            known.deleted_at > window.until
            if known.deleted_at
            else known.thread_ts and known.thread_ts not in read
        )
    }
    young = stamp(window.until - KEPT)
    doubtful = in_doubt(told, ours, read=read, window=window, kept=kept)
    counted |= {ts for ts in doubtful if ts < young}
    latest = stamp(window.until)
    days = Counter(_second(ts) // DAY for ts in counted if window.oldest <= ts <= latest)
    return Counter({datetime.fromtimestamp(day * DAY, UTC): count for day, count in days.items()})


def _is_known(known: Known | None) -> bool:
    return known is not None and not known.is_stub


def is_of_a_loss(gap: Gap) -> bool:
    """Whether something is likely to be lost; at night all is only looked at once more."""
    return gap.cause is not Cause.NIGHT


def is_unread(gap: Gap, last: Comparison | None) -> bool:
    """Whether what was said in a gap may still be found in a channel that was ``last`` compared so.

    Where Slack lets nobody read, nothing is going to be found. Where one channel is perhaps open
    again, the others have nothing to make up for.
    """
    if gap.caught_up_at is not None:
        return False
    if gap.cause is Cause.SHUT:
        return last is not None and bool(last.error) and last.until < gap.ended_at
    return last is None or last.since > gap.began_at or last.until < gap.ended_at


def look_again(ended_at: datetime, now: datetime) -> datetime:
    """When to look whether what was lost is found, the later the longer the gap is over."""
    return now + min(max(SOONEST, (now - ended_at) / 4), LATEST)


def may_wait(gaps: Iterable[Gap], now: datetime) -> bool:
    """Whether others may wait for what could not be read of these gaps just now."""
    ended = [gap.ended_at for gap in gaps]
    return bool(ended) and now < min(ended) + LONGEST_PATIENCE


def day_of(at: datetime) -> datetime:
    """The first moment of its UTC day."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def marked(item: Input, now: datetime) -> Input:
    """What is told late, by Slack's last retry or by its history, says when it was found."""
    if isinstance(item, Said) and is_late(item.at, now):
        return replace(item, found_at=now)
    return item


def is_late(said_at: datetime, found_at: datetime | None) -> bool:
    """True for what catch-up found so late that an answer as if on time would be a lie."""
    return found_at is not None and found_at - said_at > LATE


def is_of_use(ticket: Ticket, opening: Message, first: Message | None) -> bool:
    """Whether a customer who was not heard in time still gains by our first word.

    ``first`` is the message that began the thread: where that is gone, nobody reads on.
    """
    is_there = first is not None and first.deleted_at is None and first.reason != "gone"
    return is_there and opening.deleted_at is None and ticket.last_ours_at is None


def night_before(now: datetime, zone: str) -> datetime:
    """The last moment at which a nightly comparison was due."""
    here = now.astimezone(ZoneInfo(zone))
    due = datetime.combine(here.date(), NIGHT, here.tzinfo)
    if due > here:
        due = datetime.combine(here.date() - timedelta(days=1), NIGHT, here.tzinfo)
    return due.astimezone(UTC)
