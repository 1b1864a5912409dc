"""Accounts by hand: whose channel it is, what is known of a company, what the team noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import access
from bot.rules import account as rules
from bot.rules.names import slug
from bot.usecases import announce, contact, look, profile, waking
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage import accounts, channels, people, queues, tickets
from storage.records.accounts import Account, AccountChange, AccountNote
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.tickets import Queue
from storage.records.workspaces import Mode
from storage.unit import Unit

INHERIT = "inherit"
MOST_REDRAWN = 50  # cards of a channel; older ones show the change when they change themselves
MOST_MAPPED = 200  # channels by one press
MOST_SEEN = 200  # latest threads of a channel, whose askers are its first contacts


def map_channel(work: Work, acting: Acting) -> str:
    """Say whose channel it is, and how its messages become tickets."""
    fields = acting.item.fields
    channel = profile.customers_channel(work, key_of(acting.item, "channel"))
    account = _chosen(work, acting)
    mode = _mode(fields.get("mode", ""))
    if (answers := fields.get("answers", "")) and (answers == "on") != channel.answers:
        channel = channels.let_answer(work.unit, channel, answers=answers == "on")
    _belong(work, channel, account, mode=mode, by=acting.actor)
    return f"#{channel.name} belongs to {account.name} now."


def _chosen(work: Work, acting: Acting) -> Account:
    """The account of the form, made or changed as the form says."""
    fields = acting.item.fields
    before, wanted = _wanted(work, fields)
    owner = _owner(work, fields.get("owner", ""))
    if before is None:
        return _add(work, replace(wanted, owner_id=owner), by=acting.actor)
    tier = wanted.tier or before.tier
    after = replace(before, tier=tier, owner_id=owner or before.owner_id)
    return change(work, before, after, by=acting.actor)


def _wanted(work: Work, fields: dict[str, str]) -> tuple[Account | None, Account]:
    """The account that is meant, None for a new one; and what it is to be. Raises Refused."""
    tier = rules.checked_tier(fields.get("tier", ""), work.settings.tiers)
    chosen, name = fields.get("known", ""), fields.get("name", "").strip()
    if chosen.isdecimal() and name:
        raise Refused("Choose an account, or name a new one, but not both.", field="name")
    if chosen.isdecimal():
        found = profile.of_key(work, int(chosen))
        return found, replace(found, tier=tier)
    name = rules.checked_name(name)
    known = accounts.by_slug(work.unit, slug(name))
    if known is not None:
        return known, replace(known, tier=tier)
    return None, Account(work.workspace_id, new_id(), name, slug(name), work.at, tier)


def map_all(work: Work, acting: Acting) -> str:
    """Believe all guesses: each channel without account gets the one that it is probably of."""
    mapped, known = 0, profile.every(work.unit)
    unmapped = [each for each in profile.customers(work) if profile.is_unmapped(each)]
    for channel in unmapped[:MOST_MAPPED]:
        guess = profile.guessed(work, channel, known)
        if not guess.name:
            continue
        account = guess.account or _add(work, _called(work, guess.name), by=acting.actor)
        known = [account, *(each for each in known if each.id != account.id)]
        _belong(work, channel, account, mode=channel.mode, by=acting.actor)
        mapped += 1
    if not mapped:
        return "Every channel has its account already, or nothing lets me guess whose it is."
    return f"{mapped} channel{'s' if mapped > 1 else ''} mapped. `/desk channels` shows them."


def _called(work: Work, name: str) -> Account:
    return Account(work.workspace_id, new_id(), name, slug(name), work.at)


def no_customers(work: Work, acting: Acting) -> str:
    """The channel is no customer's: nothing there becomes a ticket."""
    channel = profile.customers_channel(work, key_of(acting.item, "channel"))
    channels.assign(work.unit, channel, account_id=None, mode=Mode.OFF)
    announce.channel_known(work, channel.id)
    return f"Nothing in #{channel.name} becomes a ticket any more."


def save(work: Work, acting: Acting) -> str:
    """Change what is known of an account, by form."""
    before = profile.of_key(work, key_of(acting.item, "account"))
    after = replace(
        edited(work, before, acting.item.fields),
        owner_id=_owner(work, acting.item.fields.get("owner", "")),
    )
    if after.team_channel and not (place := work.channel(after.team_channel)).is_team:
        channels.make_team(work.unit, place)
    change(work, before, after, by=acting.actor)
    redraw(work, before.id)
    return f"{after.name} is saved."


def edited(work: Work, before: Account, fields: dict[str, str]) -> Account:
    """The account as a form wants it, but for its owner. Raises Refused with the field."""
    name = rules.checked_name(fields.get("name", ""))
    other = accounts.by_slug(work.unit, slug(name))
    if other is not None and other.id != before.id:
        raise Refused(f"There is an account called {other.name} already.", field="name")
    return replace(
        before,
        name=name,
        slug=slug(name),
        tier=rules.checked_tier(fields.get("tier", ""), work.settings.tiers),
        zone=rules.checked_zone(fields.get("zone", "")),
        team_channel=_team_channel(work, before, fields.get("team_channel", "")),
    )


def _team_channel(work: Work, before: Account, key: str) -> str:
    """The Slack id of where its cards go, ``""`` for triage. Raises Refused."""
    if not key.isdecimal():
        return before.team_channel
    if key == profile.TRIAGE[0]:
        return ""
    known = work.channel_by_id(int(key))
    place = work.channel(known.slack_id) if known else None
    if place is None or not access.fit_for_cards(place, work.settings):
        raise Refused(
            "Cards go only where none but our own people read, and where I am. Choose such a"
            " channel, and invite me there with /invite first.",
            field="team_channel",
        )
    return place.slack_id


def note(work: Work, acting: Acting) -> str:
    """Write down what the team should know."""
    account = profile.of_key(work, key_of(acting.item, "account"))
    is_warning = acting.item.fields.get("kind") == "warning"
    new = AccountNote(
        work.workspace_id,
        new_id(),
        account.id,
        acting.actor.id,
        work.at,
        rules.checked_note(acting.item.text),
        is_warning,
    )
    accounts.add_note(work.unit, new)
    if not is_warning:
        return f"Noted for {account.name}."
    redraw(work, account.id)
    return f"Every ticket of {account.name} shows that now."


def remove_note(work: Work, acting: Acting) -> str:
    """Take a note away; whoever looks at the history still learns that there was one."""
    before = accounts.note(work.unit, key_of(acting.item, "note"))
    if before is None or before.removed_at is not None:
        raise Missing("That note is not there any more.")
    accounts.save_note(work.unit, before, replace(before, removed_at=work.at))
    what = "warning" if before.is_warning else "note"
    record(work, before.account_id, f"removed a {what}", by=acting.actor)
    if before.is_warning:
        redraw(work, before.account_id)
    return f"The {what} is gone."


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with a form of an account, while it is still open. Raises Refused, Missing."""
    work = look.working(unit, look.LONG_AGO)
    FORMS[item.act](work, item)


def _check_map(work: Work, item: Acted) -> None:
    profile.customers_channel(work, key_of(item, "channel"))
    _wanted(work, item.fields)
    _owner(work, item.fields.get("owner", ""))


def _check_save(work: Work, item: Acted) -> None:
    edited(work, profile.of_key(work, key_of(item, "account")), item.fields)
    _owner(work, item.fields.get("owner", ""))


def _check_note(work: Work, item: Acted) -> None:
    profile.of_key(work, key_of(item, "account"))
    rules.checked_note(item.text)


FORMS: dict[str, Callable[[Work, Acted], None]] = {
    "map_channel": _check_map,
    "account_save": _check_save,
    "account_note": _check_note,
}
"""Act → what is looked at before its form closes."""


def key_of(item: Acted, name: str) -> int:
    """The key in a field. Raises Missing."""
    told = item.fields.get(name, "")
    if not told.isdecimal():
        raise Missing("That button is of an older version. Please use `/desk help` instead.")
    return int(told)


def _mode(word: str) -> Mode | None:
    return None if word in ("", INHERIT) else Mode(word)


def _owner(work: Work, slack_id: str) -> int | None:
    """Our key of who cares for the account. Raises Refused for who is no colleague."""
    if not slack_id:
        return None
    person = work.person(slack_id)
    if not access.is_staff(person, work.team):
        name = person.name or "That person"
        raise Refused(f"{name} is not one of our own colleagues.", field="owner")
    return person.id


def _add(work: Work, account: Account, *, by: Person) -> Account:
    accounts.add(work.unit, account)
    record(work, account.id, "added", by=by, after=account.name)
    return account


def change(work: Work, before: Account, after: Account, *, by: Person) -> Account:
    """Keep the account as it is to be, each difference a row of its history."""
    for what, old, new in _differences(work, before, after):
        record(work, before.id, what, by=by, before=old, after=new)
    return accounts.save(work.unit, before, after)


def _differences(work: Work, before: Account, after: Account) -> list[tuple[str, str, str]]:
    who = people.many(work.unit, {key for key in (before.owner_id, after.owner_id) if key})
    names = {key: person.name for key, person in who.items()}
    told = [
        ("name", before.name, after.name),
        ("tier", before.tier, after.tier),
        ("owner", names.get(before.owner_id or 0, ""), names.get(after.owner_id or 0, "")),
        ("time zone", before.zone, after.zone),
        ("team channel", _named(work, before.team_channel), _named(work, after.team_channel)),
    ]
    return [each for each in told if each[1] != each[2]]


def _named(work: Work, slack_id: str) -> str:
    found = channels.by_slack(work.unit, slack_id) if slack_id else None
    return f"#{found.name}" if found else ""


def _belong(
    work: Work, channel: Channel, account: Account, *, mode: Mode | None, by: Person
) -> None:
    before = work.account_of(channel)
    mapped = channels.assign(work.unit, channel, account_id=account.id, mode=mode)
    if before is not None and before.id != account.id:
        record(work, before.id, "channel", by=by, before=f"#{channel.name}")
    if before is None or before.id != account.id:
        record(work, account.id, "channel", by=by, after=f"#{channel.name}")
        _meet(work, mapped)
    announce.channel_known(work, channel.id)
    _redraw_channel(work, channel.id)


def _meet(work: Work, channel: Channel) -> None:
    """Who asked there lately are the first contacts."""
    latest = tickets.latest_in(work.unit, channel.id, most=MOST_SEEN)
    for asker_id in {ticket.requester_id for ticket in latest}:
        contact.seen(work, channel.id, asker_id)


def record(
    work: Work, account_id: int, what: str, *, by: Person, before: str = "", after: str = ""
) -> None:
    """Write down who changed what of an account."""
    row = AccountChange(
        work.workspace_id, new_id(), account_id, work.at, by.id, what, before, after
    )
    accounts.add_change(work.unit, row)


def redraw(work: Work, account_id: int) -> None:
    """Draw anew what shows the account: notes about its channels, and cards."""
    for channel in channels.of_account(work.unit, account_id):
        announce.channel_known(work, channel.id)
        _redraw_channel(work, channel.id)


def _redraw_channel(work: Work, channel_id: int) -> None:
    """Cards show the account, its tier and its warnings; the tier says what is promised."""
    for ticket in queues.page(work.unit, Queue(channel_id=channel_id), limit=MOST_REDRAWN):
        saved = waking.save(work, ticket, ticket)
        if saved.due_at == ticket.due_at:
            announce.refresh(work, saved)
        else:
            announce.promises_moved(work, saved)
