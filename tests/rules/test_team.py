"""Who gets which role, and who may give it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.rules import access, team
from bot.rules.access import Who
from storage.records.people import Person, Staff, TeamRole
from tests.rules import cast
from tests.rules.cast import ANA, BEN, CARLA, COLLEAGUE, GUEST, LEFT_US, ROBOT, TEAM

LED = replace(TEAM, specialists=frozenset({"UCOL"}), leads=frozenset({"UANA"}))
MANAGED = replace(LED, managers=frozenset({"UMONA"}))
MONA = cast.person(4, "UMONA", "T1", name="Mona")


@pytest.mark.parametrize(
    "rest, expected",
    [
        ("<@UBEN|ben>", ("UBEN", None)),
        ("<@UBEN|ben> lead", ("UBEN", TeamRole.LEAD)),
        ("<@UBEN> as a Manager, please", ("UBEN", TeamRole.MANAGER)),
        ("specialists <@UBEN|ben>", ("UBEN", TeamRole.SPECIALIST)),
        ("<@UBEN|ben> to the team", ("UBEN", None)),
    ],
)
def test_a_person_and_a_role_are_read(rest: str, expected: tuple[str, TeamRole | None]) -> None:
    assert team.named(rest) == expected


@pytest.mark.parametrize(
    "rest, words",
    [
        ("", "choose the person"),
        ("ben lead", "choose the person"),
        ("<@U1> <@U2> lead", "One person at a time"),
        ("<@U1> boss", "no such role"),
        ("<@U1> lead manager", "no such role"),
    ],
)
def test_what_cannot_be_read_says_how_it_is_typed(rest: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        team.named(rest)
    assert "/desk team add @ben lead" in str(refusal.value)


@pytest.mark.parametrize("person", [CARLA, GUEST, ROBOT, LEFT_US])
def test_no_outsider_guest_bot_or_leaver_gets_a_role(person: Person) -> None:
    with pytest.raises(Refused, match="not one of our own colleagues"):
        team.check_fits(person, TEAM)


@pytest.mark.parametrize("person", [CARLA, GUEST, ROBOT, LEFT_US])
def test_nor_has_one_though_every_list_names_them(person: Person) -> None:
    named = frozenset({person.slack_id})
    everywhere = replace(TEAM, agents=named, specialists=named, leads=named, managers=named)
    assert access.roles(person, everywhere) == frozenset()
    for who in (Who.AGENT, Who.SPECIALIST, Who.LEAD, Who.MANAGER, Who.STAFF):
        with pytest.raises(Refused):
            access.may(person, who, everywhere, None)


@pytest.mark.parametrize(
    "person, able",
    [
        (ANA, {Who.AGENT, Who.SPECIALIST, Who.LEAD, Who.STAFF}),
        (BEN, {Who.AGENT, Who.SPECIALIST, Who.STAFF}),
        (COLLEAGUE, {Who.SPECIALIST, Who.STAFF}),
        (MONA, {Who.AGENT, Who.SPECIALIST, Who.LEAD, Who.MANAGER, Who.STAFF}),
        (CARLA, set()),
    ],
)
def test_each_role_may_what_is_its_own_and_below(person: Person, able: set[Who]) -> None:
    for who in (Who.AGENT, Who.SPECIALIST, Who.LEAD, Who.MANAGER, Who.STAFF):
        if who in able:
            access.may(person, who, MANAGED, None)
        else:
            with pytest.raises(Refused, match="Only"):
                access.may(person, who, MANAGED, None)


def test_until_somebody_leads_agents_may_do_what_leads_may() -> None:
    access.may(BEN, Who.LEAD, TEAM, None)
    access.may(BEN, Who.MANAGER, TEAM, None)
    with pytest.raises(Refused, match="Only leads and managers"):
        access.may(BEN, Who.LEAD, LED, None)


def test_without_a_manager_leads_stand_in() -> None:
    access.may(ANA, Who.MANAGER, LED, None)
    with pytest.raises(Refused, match="Only managers"):
        access.may(ANA, Who.MANAGER, MANAGED, None)


def test_managers_are_made_by_managers_alone() -> None:
    team.check_may_give(ANA, TeamRole.LEAD, MANAGED)
    team.check_may_give(MONA, TeamRole.MANAGER, MANAGED)
    with pytest.raises(Refused, match="Only managers"):
        team.check_may_give(ANA, TeamRole.MANAGER, MANAGED)


def test_leads_work_on_tickets_and_managers_are_given_none() -> None:
    lead_only = replace(TEAM, agents=frozenset(), leads=frozenset({"UANA"}))
    assert access.is_agent(ANA, lead_only)
    assert not access.is_agent(MONA, MANAGED)


def test_only_what_was_given_by_hand_is_taken_away() -> None:
    by_hand = Staff(agents=frozenset({"UBEN"}), leads=frozenset({"UBEN"}))
    assert team.taken(by_hand, Staff(), BEN, TeamRole.LEAD) == (
        Staff(agents=frozenset({"UBEN"})),
        (TeamRole.LEAD,),
    )
    assert team.taken(by_hand, Staff(), BEN, None)[0] == Staff()
    with pytest.raises(Refused, match="has no such role"):
        team.taken(by_hand, Staff(), ANA, None)
    with pytest.raises(Refused, match="Ana is an agent as a member of a user group"):
        team.taken(by_hand, Staff(agents=frozenset({"UANA"})), ANA, None)
