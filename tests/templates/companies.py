"""Scenes of accounts and of the channels that are theirs, for every template about them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.rules.account import Guess
from bot.usecases import account_merge, profile
from bot.usecases.scenes.ticket import TicketScene
from storage.records.accounts import Account, AccountChange, AccountNote, Contact
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.workspaces import Mode

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = Person(1, 12, "U0ANA", "T0HARBOUR", name="Ana")
ACME = Channel(1, 101, "C0ACME", "acme-help", "Acme Robotics", is_ext_shared=True)
TIERS = (("Standard", "Standard"), ("Premium", "Premium"))

Drawing = tuple[str, dict[str, Any]]


def account(name: str) -> Account:
    return Account(1, 701, name, "acme", NOON, tier=name, owner_id=12, zone="Europe/Madrid")


def note(text: str, *, is_warning: bool) -> AccountNote:
    return AccountNote(1, 702, 701, 12, NOON, text, is_warning)


def known(fresh: TicketScene, name: str, many: int) -> TicketScene:
    """The ticket of an account with some warnings."""
    warnings = (note(name, is_warning=True),) * many
    return replace(fresh, account=account(name), warnings=warnings)


def card(fresh: TicketScene, name: str, many: int) -> profile.AccountScene:
    person = replace(ANA, name=name)
    met = profile.Met(Contact(1, 703, 701, 11, NOON), person, is_new=True)
    left = replace(met, contact=replace(met.contact, left_at=NOON), is_new=False)
    noted = [profile.Noted(note(name, is_warning=is_), person) for is_ in (True, False)]
    return profile.AccountScene(
        account=account(name),
        owner=person,
        channels=(replace(ACME, name=name, is_archived=True, is_member=False),) * many,
        contacts=(met, left) * many,
        open=(fresh,) * min(many, profile.MOST_OPEN),
        open_total=many,
        recent=(fresh,) * min(many, profile.MOST_RECENT),
        notes=tuple(noted) * many,
        changes=((AccountChange(1, 1, 701, NOON, 12, "tier", name, name), person),) * min(many, 5),
        now=NOON + timedelta(days=1),
        place=replace(ACME, name=name) if many else None,
    )


def channels(name: str) -> list[profile.ChannelScene]:
    """Mapped, guessed, without a guess, and of no customer."""
    place, mine = replace(ACME, name=name, company=name), account(name)
    return [
        profile.ChannelScene(place, mine, replace(ANA, name=name), Guess(mine, name), 3),
        profile.ChannelScene(place, None, None, Guess(mine, name)),
        profile.ChannelScene(place, None, None, Guess(None, name)),
        profile.ChannelScene(replace(place, mode=Mode.AUTO), None, None, Guess(None, "")),
        profile.ChannelScene(replace(place, mode=Mode.OFF), None, None, Guess(None, name)),
    ]


def messages(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    """Every message about accounts."""
    yield "account/card.j2", {"scene": card(fresh, name, many)}
    for one in channels(name):
        yield "account/onboarding.j2", {"scene": one}
    shown = tuple(channels(name) * many)[: profile.PAGE]
    yield "account/channels.j2", {"scene": profile.ChannelsScene(shown, many, many, 1)}
    for why in ("archived", "deleted", "left", "unshared", "partly unshared"):
        told = (fresh,) * min(many, profile.MOST_OPEN)
        lost = profile.LostScene(ACME, account(name), why, name, told, many)
        yield "account/channel_note.j2", {"scene": lost}


def modals(name: str, many: int) -> Iterator[Drawing]:
    """Every form about accounts."""
    choices = tuple((str(n), name or "–") for n in range(min(many, profile.MOST_CHOICES)))
    for one in channels(name):
        yield "account/map_form.j2", {"scene": profile.MapFormScene(one, choices, TIERS)}
    edited = profile.AccountFormScene(
        account(name), ANA, TIERS, "Europe/Madrid", (profile.TRIAGE, *choices), "0"
    )
    yield "account/form.j2", {"scene": edited}
    yield "account/note_form.j2", {"scene": edited}
    for theirs, has_more in (((), False), ((ACME,) * min(many, 9), True)):
        merged = account_merge.MergeScene(account(name), theirs, choices, has_more=has_more)
        yield "account/merge_form.j2", {"scene": merged}
