"""Digests when their time comes: each slot once, late ones say so, empty ones stay away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.errors import Refused
from bot.ids import new_id
from bot.rules import access
from bot.rules import digest as rules
from bot.rules.subscribing import NEEDS
from bot.usecases import announce, briefing, decisions
from bot.usecases.bells import Bell
from bot.usecases.inputs import DigestDue
from bot.usecases.work import Work, tenant
from storage import digests
from storage.records.channels import Channel, Role
from storage.records.digests import Digest, Kind, Outcome, Subscription
from storage.records.hours import Hours
from storage.unit import Unit

MOST_AT_ONCE = 200
MOMENT = timedelta(microseconds=1)
LOOK_AGAIN = timedelta(minutes=2)
"""After so long somebody else may see to what was claimed, should nobody have."""
FIRST_ID = 1
"""The key of the one that begins by itself: of two replicas the database lets one add it."""
OURS = frozenset({Role.DIGEST, Role.TRIAGE, Role.TECH})


def furnish(unit: Unit, minutes: int, now: datetime) -> None:
    """Give a desk that never had a digest the managers' daily one, in its channel for digests.

    It comes ``minutes`` after midnight. The bot need not be there: what it cannot post is told as
    any trouble is. Raises Unknown, and IntegrityError where another replica was first.
    """
    work = Work(unit, tenant(unit), 0, now)
    if not work.settings.digest_channel or digests.were_any(unit):
        return
    channel = work.channel(work.settings.digest_channel)
    if access.role_of(channel, work.settings) not in OURS or channel.is_archived:
        return  # nothing internal goes there; the next start looks again
    desk = work.person(work.tenant.installation.bot_user_id)
    new = Subscription(
        work.workspace_id,
        FIRST_ID,
        Kind.DAILY,
        desk.id,
        desk.id,
        now,
        channel_id=channel.id,
        minutes=minutes,
    )
    next_at = rules.next_slot(new, hours_of(work, new), now)
    digests.subscribe(unit, replace(new, next_at=next_at))


BELL = Bell(digests.TIMER, lambda due, now: DigestDue(due.id, due.at, now), patience=LOOK_AGAIN)


def came(work: Work, item: DigestDue) -> str:
    """See to the slot that is due, if one is, and say when the next one will be."""
    before = digests.subscription(work.unit, item.subscription_id)
    if before is None or before.next_at is None:
        return "not any more"
    if not may_read(work, before):
        digests.save(work.unit, before, replace(before, next_at=None, ended_at=work.at))
        return "its reader may not see it any more"
    found = rules.look(before, hours_of(work, before), work.at)
    after = replace(
        before,
        next_at=found.next_at,
        last_at=found.slot_at or found.skipped_at or before.last_at,
        skipped_at=found.skipped_at or before.skipped_at,
    )
    if found.slot_at is None:
        return _passed_over(work, before, after, found.skipped_at)
    return _seen_to(work, before, after, found.slot_at)


def _passed_over(
    work: Work, before: Subscription, after: Subscription, slot_at: datetime | None
) -> str:
    digests.save(work.unit, before, after)
    if slot_at is None:
        return "not yet"
    digests.add(work.unit, _digest(work, after, slot_at, Outcome.SKIPPED))
    return "skipped"


def _seen_to(work: Work, before: Subscription, after: Subscription, slot_at: datetime) -> str:
    made = _made(work, after, slot_at)
    if made.outcome is Outcome.SENT:
        after = replace(after, skipped_at=None)
    digests.save(work.unit, before, after)
    digests.add(work.unit, made)
    if made.outcome is Outcome.SENT:
        announce.digest(work, made, place_of(work, after))
    return str(made.outcome)


def _made(work: Work, subscription: Subscription, slot_at: datetime) -> Digest:
    """The digest of a slot, with what is to be decided; EMPTY where it would tell nothing."""
    sent = _digest(work, subscription, slot_at, Outcome.SENT)
    if subscription.kind in (Kind.DAILY, Kind.EVENING):
        sent = _with_decisions(work, sent)
    if subscription.is_always or not _is_empty(work, sent):
        place_of(work, subscription)
        return sent
    return replace(sent, outcome=Outcome.EMPTY)


def _digest(work: Work, subscription: Subscription, slot_at: datetime, outcome: Outcome) -> Digest:
    first, last = days_of(work, subscription, slot_at)
    return Digest(
        work.workspace_id,
        new_id(),
        subscription.id,
        subscription.kind,
        slot_at,
        work.at,
        outcome,
        subscription.person_id,
        subscription.channel_id,
        first=first.isoformat(),
        last=last.isoformat(),
        zone=zone_of(work, subscription),
        skipped_at=subscription.skipped_at,
    )


def _with_decisions(work: Work, digest: Digest) -> Digest:
    topics = decisions.OVERNIGHT if digest.kind is Kind.EVENING else decisions.ALL
    until = rules.horizon(digest.slot_at, work.settings.hours)
    found = decisions.gathered(work, until, topics)
    shown = tuple(each.line for each in found[: briefing.MOST_DECISIONS])
    return replace(digest, lines=shown, more=len(found) - len(shown))


def _is_empty(work: Work, digest: Digest) -> bool:
    if digest.kind is Kind.CUSTOMER:
        channel = work.channel_by_id(digest.channel_id or 0)
        return channel is None or briefing.customer(work, digest, channel).is_empty
    return briefing.is_empty(work, digest)


def days_of(work: Work, subscription: Subscription, slot_at: datetime) -> tuple[date, date]:
    """The days of which a slot tells: the desk's own, so that all read the same figures."""
    there = hours_of(work, subscription)
    return rules.days(subscription, work.settings.hours, slot_at, there=there)


def zone_of(work: Work, subscription: Subscription) -> str:
    """On whose wall the time is meant: of what the desk began by itself, on its own."""
    person = work.person_by_id(subscription.person_id)
    # Slack gives bots a zone, too, wherever they serve.
    own = person.zone if person and not person.is_bot else ""
    return subscription.zone or own or work.settings.hours.zone


def hours_of(work: Work, subscription: Subscription) -> Hours:
    """The desk's working days there."""
    return rules.placed(work.settings.hours, zone_of(work, subscription))


def may_read(work: Work, subscription: Subscription) -> bool:
    """What goes to one person goes only while they have the role for it. Raises Unknown."""
    if subscription.channel_id is not None:
        return True
    known = work.person_of(subscription.person_id)
    person = work.person(known.slack_id)
    return access.is_one_of(person, NEEDS[subscription.kind], work.team)


def place_of(work: Work, subscription: Subscription) -> Channel:
    """Where it goes. Raises Unknown where a direct talk has to be opened first, and Refused."""
    if subscription.channel_id is not None:
        return found_channel(work, subscription.channel_id)
    person = work.person_of(subscription.person_id)
    return work.direct(person.slack_id)


def found_channel(work: Work, channel_id: int) -> Channel:
    """The channel of that key. Raises Refused."""
    channel = work.channel_by_id(channel_id)
    if channel is None:
        raise Refused("That channel is not known any more.")
    return channel


def _between_slots(work: Work, subscription: Subscription) -> datetime:
    """A moment that is no slot of the subscription, also when it is asked twice at once."""
    at = work.at + MOMENT
    while digests.is_taken(work.unit, subscription.id, at):
        at += MOMENT
    return at


def send_now(work: Work, subscription: Subscription) -> Digest:
    """Send what the next slot would tell, as things are; also when that is nothing."""
    place = place_of(work, subscription)
    slot_at = _between_slots(work, subscription)
    made = replace(_digest(work, subscription, slot_at, Outcome.SENT), is_asked=True)
    if subscription.kind in (Kind.DAILY, Kind.EVENING):
        made = _with_decisions(work, made)
    digests.add(work.unit, made)
    announce.digest(work, made, place)
    return made
