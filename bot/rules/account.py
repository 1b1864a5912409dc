"""Accounts: their names, what a channel's name lets us guess, and what may be said of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from zoneinfo import available_timezones

from bot.errors import Refused
from bot.rules.names import slug
from storage.records.accounts import Account
from storage.records.channels import Channel

LONGEST_NAME = 80
LONGEST_NOTE = 500
_OF_CHANNELS = frozenset(
    {"ext", "external", "shared", "share", "customer", "customers", "client", "clients", "cust"}
    | {"partner", "partners", "support", "help", "helpdesk", "desk", "slack", "connect", "channel"}
    | {"team", "private", "public", "sc", "x", "and"}
)
_PARTS = re.compile(r"[-_.\s]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose channel it probably is: an account that is there, or the ``name`` of a new one."""

    account: Account | None
    name: str


def checked_name(name: str) -> str:
    """The name without spaces around it. Raises Refused."""
    said = " ".join(name.split())
    if not said:
        raise Refused("Give the account a name.", field="name")
    if len(said) > LONGEST_NAME:
        raise Refused(f"A name has {LONGEST_NAME} characters at most.", field="name")
    return said


def checked_tier(word: str, tiers: Sequence[str]) -> str:
    """One of the tiers, or ``""`` for none. Raises Refused."""
    found = next((tier for tier in tiers if tier.casefold() == word.strip().casefold()), "")
    if word.strip() and not found:
        raise Refused(f"There is no such tier. Choose one of: {', '.join(tiers)}.", field="tier")
    return found


def checked_zone(word: str) -> str:
    """The zone's IANA name, also by its city alone; ``""`` for none. Raises Refused."""
    said = word.strip().replace(" ", "_").casefold()
    if not said:
        return ""
    found = _zones().get(said)
    if found is None:
        near = get_close_matches(said, _zones(), n=1, cutoff=0.75)
        such = f" Did you mean {_zones()[near[0]]}?" if near else ""
        raise Refused(f"There is no such time zone, such as Europe/Berlin.{such}", field="zone")
    return found


@cache
def _zones() -> dict[str, str]:
    whole = {zone.casefold(): zone for zone in available_timezones()}
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(whole.values())}
    return cities | whole


def checked_note(text: str) -> str:
    """The note's words. Raises Refused."""
    said = text.strip()
    if not said:
        raise Refused("Write what the team should know.", field="text")
    if len(said) > LONGEST_NOTE:
        raise Refused(
            f"A note has {LONGEST_NOTE} characters at most; this one has {len(said)}.", field="text"
        )
    return said


def guess(channel: Channel, accounts: Iterable[Account], desk: str) -> Guess:
    """By the connected company, else by the channel's name without what channels are called.

    ``desk`` is what our own company is called.
    """
    known = {account.slug: account for account in accounts}
    company = channel.company.partition(", ")[0].strip()
    own = {slug(word) for word in _PARTS.split(desk)} | {slug(desk)}
    words = [word for word in _PARTS.split(channel.name) if word]
    left = [word for word in words if word.casefold() not in _OF_CHANNELS and slug(word) not in own]
    by_name = " ".join(word.capitalize() if word.isascii() else word for word in left)
    for name in (company, by_name):
        if found := known.get(slug(name)):
            return Guess(found, found.name)
    near = _begins_alike(slug(by_name), known)
    if near is not None and (not company or _begins_alike(slug(company), known)):
        return Guess(near, near.name)
    return Guess(None, (company or by_name)[:LONGEST_NAME])


def _begins_alike(said: str, known: dict[str, Account]) -> Account | None:
    """The one account whose name begins so, or the other way round: acme and Acme Robotics."""
    if len(said) < 3:
        return None
    found = [each for name, each in known.items() if name.startswith(said) or said.startswith(name)]
    return found[0] if len(found) == 1 else None


def named(word: str, accounts: Collection[Account]) -> Account:
    """The account that is meant, also by a beginning that fits no other.

    Raises Refused with the nearest one.
    """
    said = slug(word)
    exact = [each for each in accounts if each.slug == said]
    begins = [each for each in accounts if each.slug.startswith(said)] if said else []
    parts = [each for each in accounts if said in map(slug, each.name.split())]
    for found in (exact, begins, parts):
        if len(found) == 1:
            return found[0]
    if not accounts:
        raise Refused("There are no accounts yet. `/desk channels` says whose channel each is.")
    raise Refused(_no_account(said, begins or parts, accounts))


def likest(account: Account, others: Iterable[Account]) -> list[Account]:
    """The other accounts, first those whose names begin most like its own."""
    rest = [each for each in others if each.id != account.id]
    return sorted(rest, key=lambda each: (-_shared(account.slug, each.slug), each.slug))


def _shared(one: str, other: str) -> int:
    """With how many of the same letters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def united(into: Account, account: Account) -> Account:
    """What both are together: what ``into`` lacks is filled in from the other one."""
    return replace(
        into,
        tier=into.tier or account.tier,
        owner_id=into.owner_id or account.owner_id,
        zone=into.zone or account.zone,
        team_channel=into.team_channel or account.team_channel,
    )


def which(accounts: Collection[Account]) -> str:
    """What to say to who names no account."""
    names = ", ".join(sorted(account.name for account in accounts)[:8])
    if not names:
        return "There are no accounts yet. `/desk channels` says whose channel each is."
    more = " and more" if len(accounts) > 8 else ""
    return (
        f"Say which account: `/desk account {names.partition(', ')[0]}`. There are {names}{more}."
    )


def _no_account(said: str, several: Sequence[Account], accounts: Collection[Account]) -> str:
    if several:
        names = ", ".join(account.name for account in several[:5])
        return f"Several accounts are called so: {names}. Say a little more of the name."
    by_slug = {account.slug: account for account in accounts}
    near = get_close_matches(said, by_slug, n=1, cutoff=0.6)
    if near:
        return f"No account is called so. Did you mean `/desk account {by_slug[near[0]].name}`?"
    names = ", ".join(sorted(account.name for account in accounts)[:8])
    more = " and more" if len(accounts) > 8 else ""
    return f"No account is called so. There are {names}{more}."
