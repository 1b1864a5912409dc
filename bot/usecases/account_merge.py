"""Two accounts of one company made one: somebody had set it up a second time by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.errors import Refused
from bot.rules import account as rules
from bot.usecases import account, look, profile
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage import accounts, channels, homes
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.unit import Unit

ALONE = (
    "There is no other account that it could be a part of. To give it another name, press *Edit*."
)


@dataclass(frozen=True, slots=True)
class MergeScene:
    """An account that is to be part of another. ``choices`` are (key, name), likest names first;
    ``has_more``: there are others, which can be named in words."""

    account: Account
    channels: tuple[Channel, ...]
    choices: profile.Choices
    has_more: bool


def form(unit: Unit, item: Acted, now: datetime) -> MergeScene:
    """What a lead may choose from. Raises Refused where there is nothing, and Missing.

    It names other companies, so it is not shown where customers could look over the shoulder.
    """
    look.authorised(unit, item.person, item.act, None)
    work = look.working(unit, now)
    profile.check_place(work, channels.by_slack(unit, item.place.channel), None)
    one = profile.of_key(work, account.key_of(item, "account"))
    others = rules.likest(one, profile.every(unit))
    if not others:
        raise Refused(ALONE)
    choices = tuple((str(each.id), each.name) for each in others[: profile.MOST_CHOICES])
    theirs = tuple(channels.of_account(unit, one.id))
    return MergeScene(one, theirs, choices, has_more=len(others) > len(choices))


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with the form, while it is still open. Raises Refused and Missing."""
    _both(look.working(unit, look.LONG_AGO), item)


def merge(work: Work, acting: Acting) -> str:
    """All that the one has belongs to the other, and the one is gone."""
    one, into = _both(work, acting.item)
    for channel in channels.of_account(work.unit, one.id):
        channels.assign(work.unit, channel, account_id=into.id, mode=channel.mode)
    homes.follow(work.unit, one.id, into.id)
    accounts.absorb(work.unit, one.id, into.id)
    account.record(work, into.id, "merged", by=acting.actor, before=one.name, after=into.name)
    account.change(work, into, rules.united(into, one), by=acting.actor)
    account.redraw(work, into.id)
    return f"{one.name} is part of {into.name} now, with all that it had."


def _both(work: Work, item: Acted) -> tuple[Account, Account]:
    one = profile.of_key(work, account.key_of(item, "account"))
    into = _chosen(work, item)
    if into.id == one.id:
        raise Refused(f"{one.name} is that very account. Choose another one.", field="into")
    return one, into


def _chosen(work: Work, item: Acted) -> Account:
    chosen, name = item.fields.get("into", ""), item.fields.get("name", "").strip()
    if bool(chosen) == bool(name):
        raise Refused("Choose an account, or write its name, but not both.", field="into")
    if name:
        return rules.named(name, profile.every(work.unit))
    return profile.of_key(work, account.key_of(item, "into"))
