"""Accounts: what they may be called, what a channel lets us guess, who is meant."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Refused
from bot.rules import account
from bot.rules.names import slug
from storage.records.accounts import Account
from tests.rules import cast
from tests.rules.cast import NOON


def known(*names: str) -> list[Account]:
    return [Account(1, key, name, slug(name), NOON) for key, name in enumerate(names, start=1)]


ACME, GLOBEX, ACME_LABS = known("Acme Robotics", "Globex", "Acme Labs")


@pytest.mark.parametrize(
    "name, company, accounts, expected",
    [
        ("ext-globex-support", "", (), "Globex"),
        ("harbour-globex", "", (), "Globex"),
        ("globex-harbour", "Globex Corp", (), "Globex Corp"),
        ("globex-harbour", "Globex", (GLOBEX,), "Globex"),
        ("acme-harbour", "", (ACME,), "Acme Robotics"),
        ("acme-harbour", "", (ACME, ACME_LABS), "Acme"),
        ("shared-north_wind.traders", "", (), "North Wind Traders"),
        ("ext-support", "", (), ""),
        ("株式会社", "", (), "株式会社"),
        ("acme", "Big Holding", (ACME,), "Big Holding"),
        ("support", "One Inc, Two Inc", (), "One Inc"),
    ],
)
def test_a_channels_name_and_company_let_us_guess(
    name: str, company: str, accounts: tuple[Account, ...], expected: str
) -> None:
    channel: Any = cast.channel(name.upper(), company=company)
    guess = account.guess(channel, accounts, "Harbour")
    assert guess.name.casefold() == expected.casefold()
    assert (guess.account is not None) is (expected in {each.name for each in accounts})


@pytest.mark.parametrize(
    "word, expected",
    [
        ("acme robotics", ACME),
        ("ACME-ROBOTICS", ACME),
        ("glo", GLOBEX),
        ("labs", ACME_LABS),
        ("acme r", ACME),
    ],
)
def test_a_beginning_or_a_part_is_enough_where_it_fits_one(word: str, expected: Account) -> None:
    assert account.named(word, [ACME, GLOBEX, ACME_LABS]) == expected


@pytest.mark.parametrize(
    "word, words",
    [
        ("acme", "Several accounts are called so: Acme Robotics, Acme Labs"),
        ("glubex", "Did you mean `/desk account Globex`?"),
        ("zzz", "There are Acme Labs, Acme Robotics, Globex"),
    ],
)
def test_who_cannot_be_told_gets_the_nearest(word: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        account.named(word, [ACME, GLOBEX, ACME_LABS])


def test_without_accounts_the_way_to_the_first_is_told() -> None:
    with pytest.raises(Refused, match="/desk channels"):
        account.named("acme", [])


@pytest.mark.parametrize(
    "said, zone",
    [
        ("", ""),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_city_too(said: str, zone: str) -> None:
    assert account.checked_zone(said) == zone


@pytest.mark.parametrize(
    "check, field, words",
    [
        (lambda: account.checked_zone("Berlim"), "zone", "Did you mean Europe/Berlin"),
        (lambda: account.checked_zone("?!"), "zone", "no such time zone"),
        (lambda: account.checked_name("  "), "name", "a name"),
        (lambda: account.checked_name("x" * 81), "name", "80 characters"),
        (lambda: account.checked_tier("gold", ("Basic",)), "tier", "Choose one of: Basic"),
        (lambda: account.checked_note(" "), "text", "Write"),
        (lambda: account.checked_note("x" * 501), "text", "500 characters"),
    ],
)
def test_a_form_says_at_which_field_what_is_wrong(check: Any, field: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        check()
    assert refusal.value.field == field


def test_names_that_look_alike_compare_as_one() -> None:
    assert slug("  ACME  Robotics, Inc. ") == slug("acme robotics inc")
    assert slug("🤖") == "🤖"
