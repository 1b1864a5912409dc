"""Facts are kept from transaction to transaction, and never longer than they are true."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.usecases.work import Work, tenant
from storage import people, remembered, workspaces
from storage.records.people import Staff
from storage.unit import Unit, reading, writing
from tests.storage import cast
from tests.storage.cast import NOON, OURS

ANA = cast.person(cast.ANA, "Ana")


def _name(unit: Unit) -> str:
    person = Work(unit, tenant(unit), 0, NOON).person_by_id(ANA.id)
    return person.name if person else ""


def _asked(unit: Unit) -> bool:
    """Whether the fact is known without asking the database."""
    return any(getattr(known, "name", "") == ANA.name for known in remembered.facts(unit).values())


@pytest.fixture(autouse=True)
def known_before(engine: Engine) -> None:
    with reading(engine, OURS) as other:
        assert _name(other) == ANA.name


def test_what_one_transaction_read_the_next_knows(engine: Engine) -> None:
    with reading(engine, OURS) as unit:
        assert _asked(unit)


@contextmanager
def _undone(engine: Engine) -> Iterator[Unit]:
    """A transaction that fails in the end."""
    with suppress(ZeroDivisionError), writing(engine, OURS) as unit:
        yield unit
        raise ZeroDivisionError


def _renamed(unit: Unit) -> None:
    people.put(unit, replace(ANA, name="Anna"))


def _agents(unit: Unit) -> None:
    people.put_staff(unit, Staff(agents=frozenset(["U1"])), NOON)


def _settings(unit: Unit) -> None:
    settings = workspaces.settings(unit)
    workspaces.save_settings(unit, replace(settings, triage_channel="C9"), NOON)


@pytest.mark.parametrize("change", [_renamed, _agents, _settings, workspaces.deactivate])
def test_whoever_changes_one_ends_them_all(engine: Engine, change: Callable[[Unit], None]) -> None:
    with writing(engine, OURS) as unit:
        change(unit)
        assert not _asked(unit)
    with reading(engine, OURS) as unit:
        assert not _asked(unit)


def test_a_change_is_seen_at_once_in_its_transaction_and_after(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        _renamed(unit)
        assert _name(unit) == "Anna"
    with reading(engine, OURS) as unit:
        assert _name(unit) == "Anna"


def test_a_change_that_was_undone_was_never_seen_by_others(engine: Engine) -> None:
    with _undone(engine) as unit:
        _renamed(unit)
        assert _name(unit) == "Anna"
    with reading(engine, OURS) as unit:
        assert _name(unit) == ANA.name


def test_a_part_that_was_undone_leaves_nothing_behind(engine: Engine) -> None:
    with writing(engine, OURS) as unit:
        with cast.undone(unit):
            _renamed(unit)
            assert _name(unit) == "Anna"
        assert _name(unit) == ANA.name


def test_somebody_new_is_known_to_others_only_when_it_is_sure(engine: Engine) -> None:
    new = replace(ANA, id=77, slack_id="U77", name="Nell", fetched_at=NOON)
    with _undone(engine) as unit:
        people.put(unit, new)
        assert Work(unit, tenant(unit), 0, NOON).person("U77").name == "Nell"
    with reading(engine, OURS) as unit:
        assert Work(unit, tenant(unit), 0, NOON).person_by_id(77) is None
        assert _asked(unit), "the others are still known"
