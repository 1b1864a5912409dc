"""Accounts, their contacts, notes and history; each workspace has its own."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import accounts, channels, homes, tickets
from storage.errors import Conflict
from storage.records.accounts import Account, AccountChange, AccountNote, Contact
from storage.records.people import Looking
from storage.records.workspaces import Mode
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, CARLA, MINUTE, NOON, OURS, ZOES, ask

KEY = 9001


def account(name: str = "Acme", key: int = KEY, workspace_id: int = OURS) -> Account:
    return Account(workspace_id, key, name, name.casefold(), NOON, "Premium", ANA, "Europe/Madrid")


def note(key: int, text: str, *, is_warning: bool = False) -> AccountNote:
    return AccountNote(OURS, key, KEY, ANA, NOON + key * MINUTE, text, is_warning)


def test_an_account_comes_back_as_it_was_kept(unit: Unit) -> None:
    accounts.add(unit, account())
    assert accounts.by_id(unit, KEY) == account()
    assert accounts.by_slug(unit, "acme") == account()
    assert accounts.many(unit, [KEY, 1]) == {KEY: account()}
    assert accounts.count(unit) == 1


def test_two_accounts_cannot_have_one_name(unit: Unit) -> None:
    accounts.add(unit, account())
    with pytest.raises(IntegrityError), unit.savepoint():
        accounts.add(unit, account(key=KEY + 1))


def test_of_two_who_change_an_account_one_has_to_look_again(unit: Unit) -> None:
    accounts.add(unit, account())
    changed = accounts.save(unit, account(), replace(account(), tier="Standard"))
    assert accounts.by_id(unit, KEY) == changed
    with pytest.raises(Conflict):
        accounts.save(unit, account(), replace(account(), tier="Basic"))


def test_accounts_come_by_name_page_by_page(unit: Unit) -> None:
    for at, name in enumerate(("Globex", "Acme", "Initech")):
        accounts.add(unit, account(name, KEY + at))
    first = accounts.page(unit, most=2)
    assert [each.name for each in first] == ["Acme", "Globex"]
    assert [each.name for each in accounts.page(unit, after=first[-1].slug)] == ["Initech"]


def test_nothing_of_an_account_is_found_in_another_workspace(unit: Unit, zoes: Unit) -> None:
    accounts.add(unit, account())
    accounts.add_note(unit, note(1, "Careful", is_warning=True))
    accounts.put_contact(unit, Contact(OURS, 1, KEY, CARLA, NOON))
    accounts.add_change(unit, AccountChange(OURS, 1, KEY, NOON, ANA, "tier", "", "Premium"))
    assert accounts.by_id(zoes, KEY) is None
    assert accounts.by_slug(zoes, "acme") is None
    assert accounts.many(zoes, [KEY]) == {}
    assert accounts.page(zoes) == []
    assert accounts.count(zoes) == 0
    assert accounts.note(zoes, 1) is None
    assert accounts.notes(zoes, KEY) == []
    assert accounts.warnings(zoes, KEY) == ()
    assert accounts.contact(zoes, KEY, CARLA) is None
    assert accounts.contacts(zoes, KEY) == []
    assert accounts.changes(zoes, KEY) == []
    assert channels.of_account(zoes, KEY) == []
    assert tickets.latest_in(zoes, ask(unit).channel_id, most=5) == []
    with pytest.raises(IntegrityError), zoes.savepoint():
        accounts.add_note(zoes, replace(note(2, "Hers"), workspace_id=ZOES))


def test_removed_notes_are_not_shown_and_warnings_are_the_oldest_first(unit: Unit) -> None:
    accounts.add(unit, account())
    assert accounts.warnings(unit, KEY) == ()
    told = [
        note(1, "Careful", is_warning=True),
        note(2, "Nice people"),
        note(3, "Slow", is_warning=True),
    ]
    for each in told:
        accounts.add_note(unit, each)
    assert [each.text for each in accounts.warnings(unit, KEY)] == ["Careful", "Slow"]
    assert [each.text for each in accounts.notes(unit, KEY)] == ["Slow", "Nice people", "Careful"]
    accounts.save_note(unit, told[0], replace(told[0], removed_at=NOON))
    assert [each.text for each in accounts.warnings(unit, KEY)] == ["Slow"]


def test_the_latest_tickets_of_a_channel_come_first(unit: Unit) -> None:
    first, second = ask(unit, thread_ts="1.0"), ask(unit, thread_ts="2.0")
    assert tickets.latest_in(unit, ACME, most=5) == [second, first]
    assert tickets.latest_in(unit, ACME, most=1) == [second]


def test_contacts_who_left_come_last(unit: Unit) -> None:
    accounts.add(unit, account())
    carla = Contact(OURS, 1, KEY, CARLA, NOON)
    accounts.put_contact(unit, carla)
    accounts.put_contact(unit, Contact(OURS, 2, KEY, ANA, NOON - MINUTE))
    assert [each.person_id for each in accounts.contacts(unit, KEY)] == [CARLA, ANA]
    accounts.put_contact(unit, replace(carla, left_at=NOON))
    assert [each.person_id for each in accounts.contacts(unit, KEY)] == [ANA, CARLA]


def test_what_an_account_had_belongs_to_the_one_that_absorbs_it(unit: Unit, zoes: Unit) -> None:
    into = KEY + 1
    accounts.add(unit, account())
    accounts.add(unit, account("Acme Robotics", into))
    accounts.add_note(unit, note(1, "Careful", is_warning=True))
    accounts.add_change(unit, AccountChange(OURS, 1, KEY, NOON, ANA, "tier", "", "Premium"))
    accounts.put_contact(unit, Contact(OURS, 1, KEY, CARLA, NOON))
    accounts.put_contact(unit, Contact(OURS, 2, KEY, ANA, NOON))
    accounts.put_contact(unit, Contact(OURS, 3, into, ANA, NOON, left_at=NOON))
    homes.put(unit, ANA, Looking(NOON, account_id=KEY))
    homes.follow(zoes, KEY, into)
    accounts.absorb(zoes, KEY, into)  # of another workspace: nothing is there for it
    assert accounts.by_id(unit, KEY) is not None
    homes.follow(unit, KEY, into)
    accounts.absorb(unit, KEY, into)
    assert accounts.by_id(unit, KEY) is None
    assert accounts.warnings(unit, KEY) == ()
    assert [each.text for each in accounts.warnings(unit, into)] == ["Careful"]
    assert [each.what for each in accounts.changes(unit, into)] == ["tier"]
    met = accounts.contacts(unit, into)
    assert {(each.person_id, each.left_at) for each in met} == {(CARLA, None), (ANA, None)}
    seen = homes.of(unit, ANA)
    assert seen is not None
    assert seen.account_id == into


def test_an_account_that_still_has_channels_is_not_absorbed(unit: Unit) -> None:
    accounts.add(unit, account())
    accounts.add(unit, account("Acme Robotics", KEY + 1))
    place = channels.by_id(unit, ACME)
    assert place is not None
    channels.assign(unit, place, account_id=KEY, mode=None)
    with pytest.raises(IntegrityError), unit.savepoint():
        accounts.absorb(unit, KEY, KEY + 1)


def test_a_channel_keeps_its_account_whatever_slack_tells_of_it(unit: Unit) -> None:
    accounts.add(unit, account())
    before = channels.by_id(unit, ACME)
    assert before is not None
    mapped = channels.assign(unit, before, account_id=KEY, mode=Mode.ON_DEMAND)
    assert channels.by_id(unit, ACME) == mapped
    assert channels.of_account(unit, KEY) == [mapped]
    channels.put(unit, replace(before, name="renamed"))  # as somebody has read it before
    assert [each.name for each in channels.of_account(unit, KEY)] == ["renamed"]
    with pytest.raises(Conflict):
        channels.assign(unit, mapped, account_id=None, mode=None)
