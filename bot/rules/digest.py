"""When a digest comes: at a time on somebody's wall, once a day or week, late or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from bot.rules import calendar
from storage.records.digests import Kind, Subscription
from storage.records.hours import Hours

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
IN_TIME = timedelta(minutes=10)
"""What comes later says so."""

LATEST: Mapping[Kind, timedelta] = MappingProxyType(
    {
        Kind.DAILY: timedelta(hours=4),
        Kind.EVENING: timedelta(hours=3),
        Kind.QUEUE: timedelta(hours=4),
        Kind.WEEKLY: timedelta(hours=24),
        Kind.CUSTOMER: timedelta(hours=24),
    }
)
"""How late each kind is still of use; what would come later is skipped, and the next says so."""

DEFAULT_MINUTES: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.DAILY: 9 * 60,
        Kind.EVENING: 17 * 60,
        Kind.QUEUE: 8 * 60 + 30,
        Kind.WEEKLY: 9 * 60,
        Kind.CUSTOMER: 10 * 60,
    }
)
FARTHEST = 400  # days: every calendar that opens at all has a working day within that


@dataclass(frozen=True, slots=True)
class Round:
    """What to do now: see to the slot, if any, and look again at ``next_at``.

    ``skipped_at`` is the last slot that nobody was there for and that is of no use any more.
    """

    slot_at: datetime | None
    next_at: datetime
    skipped_at: datetime | None = None


def look(subscription: Subscription, hours: Hours, now: datetime) -> Round:
    """What is due by ``now``; ``hours`` are those of the desk in the zone of who reads it.

    Where that zone changed meanwhile, no day has two slots and none that was seen to comes again.
    """
    slots = list(_missed(subscription, hours, now))
    after = next_slot(subscription, hours, now)
    if not slots:
        return Round(None, after)
    *before, last = slots
    if now - last > LATEST[subscription.kind]:
        return Round(None, after, last)
    return Round(last, after, before[-1] if before else None)


def is_late(slot_at: datetime, now: datetime) -> bool:
    """True when whoever reads it will wonder why it comes only now."""
    return now - slot_at > IN_TIME


def next_slot(subscription: Subscription, hours: Hours, after: datetime) -> datetime:
    """The first slot behind ``after`` (aware), in UTC."""
    zone = calendar.zone_of(hours)
    begin = after.astimezone(zone).date()
    days = (begin + A_DAY * n for n in range(FARTHEST))
    slots = (
        at_minutes(day, subscription.minutes, hours)
        for day in days
        if _is_its(day, subscription, hours)
    )
    return next(at for at in slots if at > after)


def _missed(subscription: Subscription, hours: Hours, now: datetime) -> Iterator[datetime]:
    """Slots up to now on days that nobody has seen to, the oldest first."""
    zone = calendar.zone_of(hours)
    since = subscription.last_at
    begun = (since or subscription.made_at).astimezone(zone).date()
    day = begun + A_DAY if since else begun
    day = max(day, now.astimezone(zone).date() - A_WEEK * 5)
    while day <= now.astimezone(zone).date():
        at = at_minutes(day, subscription.minutes, hours)
        if _is_its(day, subscription, hours) and subscription.made_at < at <= now:
            yield at
        day += A_DAY


def at_minutes(day: date, minutes: int, hours: Hours) -> datetime:
    """That time on the wall, in UTC; one that a night in spring leaves out comes as much later."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return wall.replace(tzinfo=calendar.zone_of(hours)).astimezone(UTC)


def _is_its(day: date, subscription: Subscription, hours: Hours) -> bool:
    """On working days; what is weekly waits for the first of them from its day of the week on."""
    if not calendar.is_working_day(day, hours):
        return False
    if not subscription.is_weekly:
        return True
    back = _since_its_day(day, subscription)
    between = (day - A_DAY * n for n in range(1, back + 1))
    return not any(calendar.is_working_day(each, hours) for each in between)


def placed(hours: Hours, zone: str) -> Hours:
    """The desk's hours on another wall."""
    return replace(hours, zone=zone) if zone else hours


def days(
    subscription: Subscription, hours: Hours, slot_at: datetime, *, there: Hours
) -> tuple[date, date]:
    """The first and the last of the whole days of which a slot tells, in the zone of the desk.

    ``hours`` are the desk's, ``there`` the same on the wall of who reads it: wherever that is, the
    next slot goes on where the one before ended. What is weekly tells of seven days, and waits for
    a working day with the same seven.
    """
    today = _day_of(slot_at, hours)
    wall = _day_of(slot_at, there)
    if subscription.is_weekly:
        if _is_its(wall, subscription, there):
            today -= A_DAY * _since_its_day(wall, subscription)
        return today - A_WEEK, today - A_DAY
    before = _day_of(at_minutes(_worked_before(wall, there), subscription.minutes, there), hours)
    return min(max(before, today - A_WEEK), today - A_DAY), today - A_DAY


def _day_of(at: datetime, hours: Hours) -> date:
    return at.astimezone(calendar.zone_of(hours)).date()


def _since_its_day(day: date, subscription: Subscription) -> int:
    """How many days ago it was the subscription's day of the week."""
    return (day.weekday() - subscription.weekday) % 7


def _worked_before(day: date, hours: Hours) -> date:
    """The working day before, or a week ago when there was none since."""
    back = (day - A_DAY * n for n in range(1, 8))
    return next((each for each in back if calendar.is_working_day(each, hours)), day - A_WEEK)


def horizon(slot_at: datetime, hours: Hours) -> datetime:
    """Until when a digest looks ahead: the next working day is there again, and has begun."""
    day = slot_at.astimezone(calendar.zone_of(hours)).date()
    return calendar.opens_next(at_minutes(day + A_DAY, 0, hours), hours)
