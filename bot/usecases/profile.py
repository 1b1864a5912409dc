"""What is shown of accounts and of channels that may be theirs: for the team's eyes alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Missing, Refused
from bot.rules import access
from bot.rules import account as rules
from bot.rules.account import Guess
from bot.usecases import look
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import accounts, channels, people, queues, tickets
from storage.records.accounts import Account, AccountChange, AccountNote, Contact
from storage.records.channels import Channel, Role
from storage.records.people import Person
from storage.records.tickets import Queue, Ticket
from storage.records.workspaces import DeskSettings, Mode
from storage.unit import Unit

Choices = tuple[tuple[str, str], ...]
"""What may be chosen: value and label."""

CUSTOMERS = frozenset({Role.CUSTOMER, Role.PUBLIC})
MOST_ACCOUNTS = 5000
MOST_CHOICES = 99  # of Slack's hundred; one is left for "none of these"
PAGE = 12
MOST_OPEN, MOST_RECENT = 8, 5
IS_NEWS = timedelta(days=14)

TRIAGE = ("0", "The triage channel, as for all others")


@dataclass(frozen=True, slots=True)
class Noted:
    """A note with who wrote it."""

    note: AccountNote
    author: Person | None


@dataclass(frozen=True, slots=True)
class Met:
    """A contact with who that is. ``is_gone``: left the channels or their company."""

    contact: Contact
    person: Person
    is_new: bool

    @property
    def is_gone(self) -> bool:
        return self.contact.left_at is not None or self.person.is_deleted


@dataclass(frozen=True, slots=True)
class AccountScene:
    """An account with everybody and everything there. ``open_total`` counts all open tickets.

    ``place`` is the team channel of its own for cards, None where they go to triage.
    """

    account: Account
    owner: Person | None
    channels: tuple[Channel, ...]
    contacts: tuple[Met, ...]
    open: tuple[TicketScene, ...]
    open_total: int
    recent: tuple[TicketScene, ...]
    notes: tuple[Noted, ...]
    changes: tuple[tuple[AccountChange, Person | None], ...]
    now: datetime
    place: Channel | None = None


@dataclass(frozen=True, slots=True)
class ChannelScene:
    """A customers' channel: whose it is, or whose it probably is. ``open_total``: its tickets."""

    channel: Channel
    account: Account | None
    owner: Person | None
    guess: Guess
    open_total: int = 0


@dataclass(frozen=True, slots=True)
class LostScene:
    """A customers' channel that is not what it was; ``why`` is ``""`` when it is, after all.

    ``was`` is what it was called when that happened.
    """

    channel: Channel
    account: Account | None
    why: str
    was: str
    open: tuple[TicketScene, ...]
    open_total: int


@dataclass(frozen=True, slots=True)
class ChannelsScene:
    """One page of the customers' channels, those without account first; pages count from 1."""

    channels: tuple[ChannelScene, ...]
    total: int
    unmapped: int
    page: int

    @property
    def next_page(self) -> int:
        """The number of the next page, 0 when this is the last."""
        return self.page + 1 if self.page * PAGE < self.total else 0


@dataclass(frozen=True, slots=True)
class MapFormScene:
    """The form that asks whose channel it is. ``choices`` are (key, name) of accounts."""

    scene: ChannelScene
    choices: Choices
    tiers: Choices


@dataclass(frozen=True, slots=True)
class AccountFormScene:
    """The form to change an account; ``zone`` is a guess where none is known.

    ``places`` are (key, name) of where its cards may go, ``place`` the key of where they go.
    """

    account: Account
    owner: Person | None
    tiers: Choices
    zone: str
    places: Choices = ()
    place: str = ""


def account(unit: Unit, account_id: int, now: datetime) -> AccountScene:
    """All about one account. Raises Missing."""
    work = look.working(unit, now)
    found = of_key(work, account_id)
    theirs = channels.of_account(unit, found.id)
    live, total = _live(unit, theirs)
    return AccountScene(
        account=found,
        owner=_person(work, found.owner_id),
        channels=tuple(theirs),
        contacts=_contacts(work, found),
        open=_scenes(work, live),
        open_total=total,
        recent=_scenes(work, _recent(unit, theirs)),
        notes=tuple(
            Noted(each, _person(work, each.author_id)) for each in accounts.notes(unit, found.id)
        ),
        changes=tuple(
            (each, _person(work, each.actor_id))
            for each in accounts.changes(unit, found.id, most=MOST_RECENT)
        ),
        now=now,
        place=channels.by_slack(unit, found.team_channel) if found.team_channel else None,
    )


def meant(unit: Unit, *, account_id: int | None, word: str, here: str) -> Account:
    """The account by key, by name, or by the channel (a Slack id) in which somebody stands.

    Raises Refused, also where customers of another account could look over the shoulder.
    """
    work = look.working(unit, look.LONG_AGO)
    place = channels.by_slack(unit, here) if here else None
    if account_id is not None:
        found = of_key(work, account_id)
    elif word:
        found = rules.named(word, every(unit))
    else:
        found = _of_place(work, place)
    check_place(work, place, found)
    return found


def _of_place(work: Work, place: Channel | None) -> Account:
    found = work.account_of(place) if place else None
    if found is None:
        check_place(work, place, None)
        raise Refused(rules.which(every(work.unit)))
    return found


def check_place(work: Work, place: Channel | None, account: Account | None) -> None:
    """Nothing of one account is shown where customers of another are. Raises Refused."""
    if place is None or access.role_of(place, work.settings) not in CUSTOMERS:
        return
    if account is None or place.account_id != account.id:
        raise Refused(
            "Customers are in this channel, so nothing of others is shown here, not even to you"
            " alone. Ask again in triage or in a direct message with me."
        )


def check_ticket(unit: Unit, ticket: Ticket, *, here: str) -> None:
    """The same for a ticket; ``here`` is a Slack id. Those of the channel itself are at home."""
    work = look.working(unit, look.LONG_AGO)
    place = channels.by_slack(unit, here) if here else None
    if place is not None and place.id != ticket.channel_id:
        check_place(work, place, work.account_of(work.channel_of(ticket)))


def of_key(work: Work, account_id: int) -> Account:
    """The account of that key. Raises Missing."""
    found = accounts.by_id(work.unit, account_id)
    if found is None:
        raise Missing("That account is not there any more.")
    return found


def every(unit: Unit) -> list[Account]:
    """All accounts by name."""
    return accounts.page(unit, most=MOST_ACCOUNTS)


def companies(unit: Unit) -> dict[str, int | None]:
    """What customers are called, mapped or not: as accounts, and as their Slacks name themselves.

    Each with its account's key, None where nobody has said whose channel it is.
    """
    found = {
        name: each.account_id
        for each in channels.tracked(unit)
        for name in each.company.split(", ")
        if name
    }
    return found | {each.name: each.id for each in every(unit)}


def channel(work: Work, found: Channel) -> ChannelScene:
    """A channel with its account, or with a guess."""
    return _scene(work, found, () if found.account_id else every(work.unit))


def _scene(work: Work, found: Channel, known: Collection[Account]) -> ChannelScene:
    mine = work.account_of(found)
    guess = Guess(mine, mine.name) if mine else guessed(work, found, known)
    owner = _person(work, mine.owner_id) if mine else None
    open_total = queues.count(work.unit, Queue(channel_id=found.id))
    return ChannelScene(found, mine, owner, guess, open_total)


def guessed(work: Work, found: Channel, known: Collection[Account]) -> Guess:
    """Whose channel it probably is."""
    return rules.guess(found, known, work.tenant.workspace.name)


def customers(work: Work) -> list[Channel]:
    """The channels where customers are, those without account first; ours for all is left out."""
    found = [
        each
        for each in channels.tracked(work.unit)
        if access.role_of(each, work.settings) is Role.CUSTOMER and not is_ours(each, work.settings)
    ]
    return sorted(found, key=lambda each: (not is_unmapped(each), each.name))


def is_unmapped(channel: Channel) -> bool:
    """True while somebody should say whose channel it is."""
    return channel.account_id is None and channel.mode is not Mode.OFF


def page(unit: Unit, number: int, *, here: str, now: datetime) -> ChannelsScene:
    """One page of the customers' channels. Raises Refused where customers are."""
    work = look.working(unit, now)
    check_place(work, channels.by_slack(unit, here) if here else None, None)
    found, known = customers(work), every(unit)
    shown = found[(number - 1) * PAGE : number * PAGE]
    return ChannelsScene(
        tuple(_scene(work, each, known) for each in shown),
        len(found),
        sum(map(is_unmapped, found)),
        number,
    )


def lost(work: Work, found: Channel, *, what: str, was: str) -> LostScene:
    """What became of a customers' channel; ``what`` is Slack's event of it."""
    why = ""
    if not found.is_found or not found.is_member:
        why = "deleted" if what.endswith("_deleted") else "left"
    elif found.is_archived:
        why = "archived"
    elif what == "channel_unshared":
        why = "partly unshared" if found.has_outsiders else "unshared"
    waiting = queues.page(work.unit, Queue(channel_id=found.id), limit=MOST_OPEN)
    total = queues.count(work.unit, Queue(channel_id=found.id)) if waiting else 0
    return LostScene(found, work.account_of(found), why, was, _scenes(work, waiting), total)


def map_form(unit: Unit, channel_id: int, now: datetime) -> MapFormScene:
    """The form for one channel. Raises Missing; Refused for a channel of our own."""
    work = look.working(unit, now)
    found = customers_channel(work, channel_id)
    known = every(unit)
    scene = _scene(work, found, known)
    first = [scene.guess.account] if scene.guess.account else []
    rest = [each for each in known if each not in first]
    choices = tuple((str(each.id), each.name) for each in [*first, *rest][:MOST_CHOICES])
    return MapFormScene(scene, choices, _tiers(work))


def customers_channel(work: Work, channel_id: int) -> Channel:
    """A channel that may belong to an account. Raises Missing, or Refused for one of ours."""
    found = channels.by_id(work.unit, channel_id)
    if found is None:
        raise Missing("That channel is not known any more.")
    if is_ours(found, work.settings):
        raise Refused("That channel belongs to no account: it is one of our own.")
    return found


def is_ours(channel: Channel, settings: DeskSettings) -> bool:
    """The team's channels and the public one belong to no account, whoever else reads there."""
    is_public = channel.slack_id == settings.public_channel
    return is_public or access.is_of_team(channel, settings)


def account_form(unit: Unit, account_id: int, now: datetime) -> AccountFormScene:
    """The form for one account. Raises Missing."""
    work = look.working(unit, now)
    found = of_key(work, account_id)
    met = (each.person.zone for each in _contacts(work, found) if not each.is_gone)
    zone = found.zone or next((each for each in met if each != "UTC"), "")
    owner, tiers = _person(work, found.owner_id), _tiers(work)
    return AccountFormScene(found, owner, tiers, zone, *_places(work, found))


def _places(work: Work, account: Account) -> tuple[Choices, str]:
    """Where its cards may go: triage first, then the channel that is chosen, then all others."""
    settings = work.settings
    fit = [each for each in channels.tracked(work.unit) if access.fit_for_cards(each, settings)]
    chosen = channels.by_slack(work.unit, account.team_channel) if account.team_channel else None
    others = [each for each in fit if each.slack_id != settings.triage_channel]
    others.sort(key=lambda each: chosen is None or each.id != chosen.id)
    named = [(str(each.id), f"#{each.name}") for each in others[: MOST_CHOICES - 1]]
    known = {key for key, _ in named}
    place = str(chosen.id) if chosen and str(chosen.id) in known else TRIAGE[0]
    return (TRIAGE, *named), place


def _tiers(work: Work) -> Choices:
    return tuple((tier, tier) for tier in work.settings.tiers)


def _contacts(work: Work, found: Account) -> tuple[Met, ...]:
    listed = accounts.contacts(work.unit, found.id)
    who = people.many(work.unit, {each.person_id for each in listed})
    return tuple(
        Met(each, who[each.person_id], found.made_at < each.seen_at > work.at - IS_NEWS)
        for each in listed
        if each.person_id in who
    )


def _live(unit: Unit, theirs: Sequence[Channel]) -> tuple[list[Ticket], int]:
    waiting = [
        each
        for place in theirs
        for each in queues.page(unit, Queue(channel_id=place.id), limit=MOST_OPEN)
    ]
    total = sum(queues.count(unit, Queue(channel_id=place.id)) for place in theirs)
    return sorted(waiting, key=lambda each: each.opened_at)[:MOST_OPEN], total


def _recent(unit: Unit, theirs: Sequence[Channel]) -> list[Ticket]:
    """The latest that are done; a few more are looked at, for some of the latest are not."""
    latest = [
        each
        for place in theirs
        for each in tickets.latest_in(unit, place.id, most=MOST_OPEN + MOST_RECENT)
    ]
    done = [each for each in latest if each.is_done]
    return sorted(done, key=lambda each: each.opened_at, reverse=True)[:MOST_RECENT]


def _scenes(work: Work, found: Sequence[Ticket]) -> tuple[TicketScene, ...]:
    work.ahead = look.ahead_of(work, found)
    return tuple(look.scene(work, each) for each in found)


def _person(work: Work, person_id: int | None) -> Person | None:
    return work.person_by_id(person_id) if person_id else None
