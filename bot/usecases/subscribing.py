"""Subscriptions to digests by form and words: listed, begun, paused, ended, sent at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import ChannelFact, Missing, Refused, Unknown
from bot.ids import new_id
from bot.rules import access, when
from bot.rules import digest as slots
from bot.rules import subscribing as rules
from bot.rules.subscribing import CALLED, MEANING, NEEDS, Wanted
from bot.usecases import digest, look
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted, Door
from bot.usecases.waking import asked
from bot.usecases.work import Work
from storage import channels, digests
from storage.records.channels import Channel, Role
from storage.records.digests import Kind, Subscription
from storage.records.people import Person
from storage.unit import Unit

MOST = 60
MOST_CHANNELS = 90
DIRECT = "direct"
YES = "yes"
GONE = "That digest is not there any more. `/desk digests` shows those there are."


@dataclass(frozen=True, slots=True)
class SubscriptionScene:
    """One digest: what it is called, who it is for, where and when it comes in whose zone."""

    subscription: Subscription
    title: str
    person: Person
    channel: Channel | None
    time: str
    zone: str
    is_mine: bool

    @property
    def is_paused(self) -> bool:
        """True until somebody resumes it."""
        return self.subscription.next_at is None


@dataclass(frozen=True, slots=True)
class SubscriptionsScene:
    """All digests that somebody may see: leads those of all, others their own."""

    lines: tuple[SubscriptionScene, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class DigestFormScene:
    """What the form offers: kinds that the person may have, and places, as (value, label).

    ``meanings`` say in a line what each of these kinds is.
    """

    kinds: tuple[tuple[str, str], ...]
    meanings: str
    places: tuple[tuple[str, str], ...]
    weekdays: tuple[tuple[str, str], ...]
    zone: str


def listed(unit: Unit, person: str, now: datetime) -> SubscriptionsScene:
    """Those of everybody for leads, else one's own. Raises Unknown."""
    work = look.working(unit, now)
    me = work.person(person)
    is_lead = access.is_one_of(me, access.Who.LEAD, work.team)
    found = [
        each for each in digests.live(unit) if is_lead or me.id in (each.person_id, each.by_id)
    ]
    return SubscriptionsScene(
        tuple(_scene(work, each, me) for each in found[:MOST]), len(found[MOST:])
    )


def _scene(work: Work, one: Subscription, me: Person) -> SubscriptionScene:
    day = f"{rules.DAYS[one.weekday].capitalize()}s" if one.is_weekly else "Working days"
    return SubscriptionScene(
        one,
        CALLED[one.kind],
        work.person_of(one.person_id),
        work.channel_by_id(one.channel_id) if one.channel_id is not None else None,
        f"{day} at {rules.clock(one.minutes)}",
        digest.zone_of(work, one),
        one.person_id == me.id,
    )


def form(unit: Unit, person: str) -> DigestFormScene:
    """The form of a new digest. Raises Unknown."""
    work = look.working(unit, look.LONG_AGO)
    me = work.person(person)
    kinds = [kind for kind in Kind if access.is_one_of(me, NEEDS[kind], work.team)]
    return DigestFormScene(
        tuple((str(kind), CALLED[kind]) for kind in kinds),
        ". ".join(f"{str(kind).capitalize()}: {MEANING[kind]}" for kind in kinds) + ".",
        _places(work, may_choose=Kind.DAILY in kinds),
        tuple((str(n), day.capitalize()) for n, day in enumerate(rules.DAYS)),
        me.zone,
    )


def _places(work: Work, *, may_choose: bool) -> tuple[tuple[str, str], ...]:
    """The team's channels before those of customers, of whom only the weekly report is told."""
    direct = (DIRECT, "By direct message")
    if not may_choose:
        return (direct,)
    known = channels.tracked(work.unit)
    own = [each for each in known if access.is_of_team(each, work.settings)]
    theirs = [each for each in known if _is_customers(each, work)]
    named = [(each.slack_id, f"#{each.name}") for each in own if not each.has_outsiders]
    named += [(each.slack_id, f"#{each.name} (customer)") for each in theirs]
    return (direct, *named[:MOST_CHANNELS])


def _is_customers(channel: Channel, work: Work) -> bool:
    return access.role_of(channel, work.settings) is Role.CUSTOMER


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form while it is still open. Raises Refused, Missing, Unknown."""
    work = look.working(unit, item.at)
    _new(work, _wanted(item), work.person(item.person))


def _wanted(item: Acted) -> Wanted:
    if item.door is not Door.FORM:
        return rules.parse(item.text)
    fields = item.fields
    where, day, time = fields.get("where", ""), fields.get("weekday", ""), fields.get("time", "")
    return Wanted(
        "digest_new",
        rules.kind_of(fields.get("kind", "")),
        rules.minutes_of(time) if time.strip() else None,
        int(day) if day.isdecimal() and int(day) < 7 else None,
        channel="" if where == DIRECT else where,
        person=fields.get("who", ""),
        is_always=YES in fields.get("empty", ""),
    )


def subscribe(work: Work, acting: Acting) -> str:
    """Let a digest come; or, in words, pause, resume, end or send one that does."""
    wanted = _wanted(acting.item)
    if wanted.act != "digest_new":
        return _BY_WORDS[wanted.act](work, _meant(work, wanted, acting.actor))
    new = _new(work, wanted, acting.actor)
    _refuse_twin(work, new)
    digests.subscribe(work.unit, new)
    told = _scene(work, new, acting.actor)
    by = asked(work.person_of(new.person_id), work.settings, work.at)
    first = when.said(new.next_at or work.at, replace(by, zone=told.zone))
    where = f"in #{told.channel.name}" if told.channel else "by direct message"
    whose = "" if told.is_mine or told.channel else f" to {told.person.name}"
    time = told.time if new.is_weekly else told.time.lower()
    return f"{told.title}{whose}: {time} ({told.zone}), {where}. The first: {first}."


def _new(work: Work, wanted: Wanted, actor: Person) -> Subscription:
    """What is wanted, if the actor may have it so. Raises Refused, Unknown."""
    access.may(actor, NEEDS[wanted.kind], work.team, None)
    reader = _reader(work, wanted, actor)
    channel = _channel(work, wanted)
    new = Subscription(
        work.workspace_id,
        new_id(),
        wanted.kind,
        actor.id,
        reader.id,
        work.at,
        channel_id=channel.id if channel else None,
        minutes=rules.usual(wanted.kind) if wanted.minutes is None else wanted.minutes,
        weekday=wanted.weekday or 0,
        zone=_zone(work, wanted.kind, channel),
        is_always=wanted.is_always,
    )
    return replace(new, next_at=slots.next_slot(new, digest.hours_of(work, new), work.at))


def _reader(work: Work, wanted: Wanted, actor: Person) -> Person:
    if not wanted.person or wanted.person == actor.slack_id:
        return actor
    access.may(actor, access.Who.LEAD, work.team, None)
    reader = work.person(wanted.person)
    if not access.is_one_of(reader, NEEDS[wanted.kind], work.team):
        name = reader.name or "That person"
        raise Refused(f"{name} has not the role for that. `/desk team` shows who has.", field="who")
    return reader


def _channel(work: Work, wanted: Wanted) -> Channel | None:
    """Where it goes, None for a direct message; customers get their own report and nothing else."""
    if wanted.kind is Kind.QUEUE and wanted.channel:
        raise Refused("An own queue comes by direct message.", field="where")
    if not wanted.channel:
        if wanted.kind is Kind.CUSTOMER:
            raise Refused("Say in which of the customer’s channels: `in #acme`.", field="where")
        return None
    channel = _named(work, wanted.channel)
    if channel.fetched_at is None:
        raise Unknown(ChannelFact(channel.slack_id))
    try:
        check_place(work, wanted.kind, channel)
    except Refused as refused:
        raise Refused(str(refused), field="where") from None
    return channel


def _named(work: Work, said: str) -> Channel:
    """The channel of a Slack id, or of a mere name. Raises Missing and Unknown."""
    if not said.startswith("#"):
        return work.channel(said)
    called = [each for each in channels.tracked(work.unit) if f"#{each.name}" == said]
    if len(called) != 1:
        raise Missing(f"I am in no channel called {said[:80]}. Type # and choose it from the list.")
    return called[0]


def check_place(work: Work, kind: Kind, channel: Channel) -> None:
    """The wall: internal figures to the team alone, reports to customers' own channels alone."""
    if not channel.is_found or not channel.is_member:
        raise Refused("I am not in that channel. Invite me there first.")
    if kind is not Kind.CUSTOMER:
        access.team_channel(channel, work.settings)
        return
    access.customer_channel(channel, work.settings)
    if channel.slack_id == work.settings.public_channel:
        raise Refused("Several customers read there: choose a channel of one customer alone.")


def _zone(work: Work, kind: Kind, channel: Channel | None) -> str:
    """A customer's own wall; a reader's follows them wherever they go."""
    if kind is not Kind.CUSTOMER or channel is None:
        return ""
    account = work.account_of(channel)
    return (account.zone if account else "") or work.settings.hours.zone


def _refuse_twin(work: Work, new: Subscription) -> None:
    for each in digests.live(work.unit):
        is_same = (each.kind, each.channel_id) == (new.kind, new.channel_id)
        if is_same and (new.channel_id is not None or each.person_id == new.person_id):
            raise Refused(
                f"There is one already: {CALLED[each.kind].lower()} at {rules.clock(each.minutes)}."
                " Delete it first; `/desk digests` shows it."
            )


def _meant(work: Work, wanted: Wanted, actor: Person) -> Subscription:
    """The one of that kind: in the channel or for the person that was named, else one's own."""
    found = [each for each in digests.live(work.unit) if each.kind is wanted.kind]
    if wanted.channel:
        place = _named(work, wanted.channel)
        found = [each for each in found if each.channel_id == place.id]
    else:
        whose = work.person(wanted.person) if wanted.person else actor
        shared = [each for each in found if each.channel_id is not None]
        direct = [each for each in found if each.channel_id is None]
        own = [each for each in direct if each.person_id == whose.id]
        found = own or ([] if wanted.person else shared)
    if not found:
        raise Missing(_none(wanted))
    if len(found) > 1:
        raise Refused("There are several of that kind. `/desk digests` has a button for each.")
    return _allowed(work, found[0], actor)


def _none(wanted: Wanted) -> str:
    called = CALLED[wanted.kind].lower()
    if wanted.person or wanted.channel:
        return f"No {called} comes there. `/desk digests` shows those there are."
    return f"No {called} comes to you so far. {rules.EXAMPLE} begins one."


def _pressed(work: Work, acting: Acting) -> Subscription:
    told = acting.item.fields.get("subscription", "")
    found = digests.subscription(work.unit, int(told)) if told.isdecimal() else None
    if found is None or found.ended_at is not None:
        raise Missing(GONE)
    return _allowed(work, found, acting.actor)


def _allowed(work: Work, one: Subscription, actor: Person) -> Subscription:
    """One's own are one's own matter; those of others, and of channels, are a lead's."""
    access.may(actor, NEEDS[one.kind], work.team, None)
    if actor.id not in (one.person_id, one.by_id):
        access.may(actor, access.Who.LEAD, work.team, None)
    return one


def _called(work: Work, one: Subscription) -> str:
    """What it is called, and where it comes where that is not the reader's own talk with us."""
    channel = work.channel_by_id(one.channel_id) if one.channel_id is not None else None
    return f"{CALLED[one.kind]} in #{channel.name}" if channel else CALLED[one.kind]


def pause(work: Work, acting: Acting) -> str:
    """It comes no more until it is resumed."""
    return _pause(work, _pressed(work, acting))


def _pause(work: Work, one: Subscription) -> str:
    digests.save(work.unit, one, replace(one, next_at=None))
    return f"{_called(work, one)}: paused. *Resume* in `/desk digests` lets it come again."


def resume(work: Work, acting: Acting) -> str:
    """It comes again, from its next slot on: nothing that was paused is told of late."""
    return _resume(work, _pressed(work, acting))


def _resume(work: Work, one: Subscription) -> str:
    if one.next_at is not None:
        raise Refused(f"{CALLED[one.kind]}: it comes anyway, nobody paused it.")
    next_at = slots.next_slot(one, digest.hours_of(work, one), work.at)
    # What passed meanwhile was not missed: nobody wanted it.
    digests.save(work.unit, one, replace(one, next_at=next_at, made_at=work.at))
    by = asked(work.person_of(one.person_id), work.settings, work.at)
    zone = digest.zone_of(work, one)
    return f"{_called(work, one)}: next {when.said(next_at, replace(by, zone=zone))}."


def remove(work: Work, acting: Acting) -> str:
    """It never comes again."""
    return _remove(work, _pressed(work, acting))


def _remove(work: Work, one: Subscription) -> str:
    digests.save(work.unit, one, replace(one, next_at=None, ended_at=work.at))
    return f"{_called(work, one)}: deleted."


def send(work: Work, acting: Acting) -> str:
    """What the next one would tell, at once."""
    return _send(work, _pressed(work, acting))


def _send(work: Work, one: Subscription) -> str:
    digest.send_now(work, one)
    return f"{_called(work, one)}: on its way."


_BY_WORDS = {
    "digest_pause": _pause,
    "digest_resume": _resume,
    "digest_remove": _remove,
    "digest_send": _send,
}
