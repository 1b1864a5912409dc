"""People, and who of them are agents."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import people, tenants
from storage.records.people import Person, Staff
from storage.unit import Unit
from tests.storage.cast import ANA, CARLA, NOON, OURS, ZOE


def test_a_person_comes_back_as_slack_told(unit: Unit) -> None:
    told = Person(
        OURS,
        14,
        "W14",
        "T-ACME",
        enterprise_id="E1",
        name="Dörte\0",
        image="https://x/y.png",
        zone="Europe/Berlin",
        is_guest=True,
        fetched_at=NOON,
    )
    people.put(unit, told)
    assert people.by_slack(unit, "W14") == replace(told, name="Dörte\ufffd")


def test_a_person_told_again_is_replaced(unit: Unit) -> None:
    carla = people.by_id(unit, CARLA)
    assert carla is not None
    people.put(unit, replace(carla, name="Carla B.", is_deleted=True))
    assert people.by_id(unit, CARLA) == replace(carla, name="Carla B.", is_deleted=True, version=2)


def test_of_two_who_learn_a_person_in_the_same_moment_one_has_to_look_again(unit: Unit) -> None:
    people.put(unit, Person(OURS, 201, "U-NEW", "T-ACME"))
    with pytest.raises(IntegrityError), unit.savepoint():
        people.put(unit, Person(OURS, 202, "U-NEW", "T-ACME"))
    assert people.by_slack(unit, "U-NEW") == Person(OURS, 201, "U-NEW", "T-ACME")


def test_a_person_may_be_known_by_two_ids(unit: Unit) -> None:
    people.alias(unit, "W-CARLA", CARLA)
    assert people.by_slack(unit, "W-CARLA") == people.by_slack(unit, "U-CARLA")


def test_nobody_of_another_tenant_is_found(unit: Unit) -> None:
    assert people.by_slack(unit, "U-ZOE") is None
    assert people.by_id(unit, ZOE) is None
    assert people.many(unit, [CARLA, ANA, ZOE]).keys() == {CARLA, ANA}


def test_agents_are_unknown_until_slack_has_told(unit: Unit, zoes: Unit) -> None:
    assert people.staff(unit) is None
    people.put_staff(unit, Staff(agents=frozenset(["U-ANA", "U-BEN", "U-ANA"])), NOON)
    assert people.staff(unit) == Staff(agents=frozenset({"U-ANA", "U-BEN"}))
    assert people.staff(zoes) is None


def test_no_agents_is_something_else_than_not_known(unit: Unit) -> None:
    people.put_staff(unit, Staff(agents=frozenset([])), NOON)
    assert people.staff(unit) == Staff(agents=frozenset())


def test_agents_told_again_replace_the_former(unit: Unit) -> None:
    people.put_staff(unit, Staff(agents=frozenset(["U-ANA"])), NOON)
    people.put_staff(unit, Staff(agents=frozenset(["U-BEN"])), NOON)
    assert people.staff(unit) == Staff(agents=frozenset({"U-BEN"}))


def test_doubted_agents_have_to_be_asked_for_again_and_are_kept_until_slack_answers(
    unit: Unit,
) -> None:
    anas = Staff(agents=frozenset(["U-ANA"]))
    people.put_staff(unit, anas, NOON)
    assert tenants.read(unit)[3:] == (anas, False)
    people.doubt_staff(unit)
    assert tenants.read(unit)[3:] == (anas, True)
    assert people.trust_staff(unit, NOON)
    assert tenants.read(unit)[3:] == (anas, False)


def test_a_doubt_that_came_while_slack_was_asked_is_not_cleared_by_its_answer(unit: Unit) -> None:
    anas, bens = (Staff(agents=frozenset([each])) for each in ("U-ANA", "U-BEN"))
    people.put_staff(unit, anas, NOON)
    people.doubt_staff(unit)
    asked = people.staff_doubts(unit)
    people.doubt_staff(unit)
    people.put_staff(unit, bens, NOON, doubts=asked)
    assert tenants.read(unit)[3:] == (bens, True)
    assert people.trust_staff(unit, NOON, doubts=asked)
    assert tenants.read(unit)[3:] == (bens, True)
    assert people.trust_staff(unit, NOON, doubts=people.staff_doubts(unit))
    assert tenants.read(unit)[3:] == (bens, False)


def test_who_was_asked_for_since_is_doubted_and_nobody_of_before_nor_of_others(
    unit: Unit, zoes: Unit
) -> None:
    for at, each in ((NOON, ANA), (NOON - timedelta(hours=1), CARLA)):
        known = people.by_id(unit, each)
        assert known is not None
        people.put(unit, replace(known, fetched_at=at))
    zoe = people.by_id(zoes, ZOE)
    assert zoe is not None
    people.put(zoes, replace(zoe, fetched_at=NOON))
    people.doubt_since(unit, NOON)
    doubted = [people.by_id(unit, ANA), people.by_id(unit, CARLA), people.by_id(zoes, ZOE)]
    assert [each is not None and each.fetched_at is None for each in doubted] == [
        True,
        False,
        False,
    ]


def test_where_nobody_was_ever_told_nobody_can_be_trusted(unit: Unit, zoes: Unit) -> None:
    people.put_staff(zoes, Staff(agents=frozenset(["U-ZOE"])), NOON)
    people.doubt_staff(unit)
    assert not people.trust_staff(unit, NOON)
    assert people.staff(unit) is None


def test_people_are_found_by_the_beginning_of_any_part_of_their_name(unit: Unit) -> None:
    people.put(unit, Person(OURS, 301, "U-OE", "T-ACME", name="Jörg Öztürk"))
    people.put(unit, Person(OURS, 302, "U-JO", "T-ACME", name="Joan Carlsen"))
    people.put(unit, Person(OURS, 303, "U-B", "T-ACME", name="Carl the bot", is_bot=True))

    def found(name: str, most: int = 9) -> list[int]:
        return [person.id for person in people.called(unit, name, most=most)]

    assert found("carl") == [CARLA, 302]
    assert found("öztürk") == found("JÖRG ö") == [301]
    assert found("arla") == found("%") == found("") == []
    assert found("carl", most=1) == [CARLA]


def test_nobody_of_another_tenant_is_found_by_name(zoes: Unit) -> None:
    assert people.called(zoes, "carla", most=9) == []
    assert [person.id for person in people.called(zoes, "zoe", most=9)] == [ZOE]
