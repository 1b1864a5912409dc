"""Who somebody is, what a channel is, and who may do what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.errors import Refused, StaffFact, Unknown
from bot.rules import access
from bot.rules.access import Who
from storage.records.channels import Channel, CustomerChannel, Role, TeamChannel
from storage.records.people import Person, Team
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings, Mode
from tests.rules import cast
from tests.rules.cast import (
    ACME,
    ANA,
    CARLA,
    CARLAS_COLLEAGUE,
    COLLEAGUE,
    DIGEST,
    DIRECT,
    GUEST,
    LEFT_US,
    OTHER_GUEST,
    PUBLIC,
    RANDOM,
    ROBOT,
    SETTINGS,
    STRANGER,
    TEAM,
    TECH,
    TRIAGE,
    ZOE,
)


@pytest.mark.parametrize(
    "person, expected",
    [
        (ANA, True),
        (COLLEAGUE, True),
        (CARLA, False),
        (ZOE, False),
        (GUEST, False),
        (STRANGER, False),
        (LEFT_US, False),
        (replace(ANA, is_bot=True), False),
        (replace(ANA, team_id="T9", enterprise_id="E1"), True),
        (replace(ANA, team_id="E1"), True),
        (replace(ANA, team_id="T9", enterprise_id="E9"), False),
        (replace(CARLA, enterprise_id="E1", is_guest=True), False),
    ],
)
def test_staff_are_the_people_of_our_own_company(person: Person, expected: bool) -> None:
    assert access.is_staff(person, TEAM) is expected


def test_empty_ids_never_make_two_companies_one() -> None:
    alone = replace(TEAM, enterprise_id="")

    assert not access.is_staff(STRANGER, alone)
    assert not access.is_staff(CARLA, alone)
    assert not access.is_same_company(STRANGER, replace(STRANGER, id=41))


@pytest.mark.parametrize("person, expected", [(ANA, True), (COLLEAGUE, False), (CARLA, False)])
def test_agents_are_the_staff_of_the_usergroup(person: Person, expected: bool) -> None:
    assert access.is_agent(person, TEAM) is expected


def test_an_outsider_in_the_agents_group_is_no_agent() -> None:
    team = replace(TEAM, agents=frozenset({"UCARLA", "UGUEST"}))

    assert not access.is_agent(CARLA, team)
    assert not access.is_agent(GUEST, team)


def test_agents_that_nobody_asked_for_yet_have_to_be_asked_for() -> None:
    with pytest.raises(Unknown) as unknown:
        access.is_agent(ANA, cast.unasked())
    assert unknown.value.fact == StaffFact()


def test_an_outsider_is_no_agent_without_asking() -> None:
    assert not access.is_agent(CARLA, cast.unasked())


@pytest.mark.parametrize(
    "marks, expected",
    [
        (("B1", "", ""), True),
        (("", "A1", ""), True),
        (("", "", "UBOT"), True),
        (("B2", "A1", "U2"), True),
        (("B2", "A2", "UCARLA"), False),
        (("", "", ""), False),
    ],
)
def test_own_posts_are_known_by_any_of_their_marks(
    marks: tuple[str, str, str], expected: bool
) -> None:
    assert access.is_own_bot(*marks, TEAM) is expected


def test_a_team_without_ids_owns_no_post() -> None:
    assert not access.is_own_bot("", "", "", Team("T1", "", "", "", ""))


@pytest.mark.parametrize(
    "channel, expected",
    [
        (ACME, Role.CUSTOMER),
        (cast.channel(is_pending_ext_shared=True), Role.CUSTOMER),
        (cast.channel(is_org_shared=True), Role.OTHER),
        (PUBLIC, Role.PUBLIC),
        (replace(PUBLIC, is_ext_shared=True), Role.PUBLIC),
        (TRIAGE, Role.TRIAGE),
        (TECH, Role.TECH),
        (DIGEST, Role.DIGEST),
        (replace(TRIAGE, is_ext_shared=True), Role.CUSTOMER),
        (replace(TECH, is_pending_ext_shared=True), Role.CUSTOMER),
        (replace(TRIAGE, mode=Mode.AUTO), Role.TRIAGE),
        (RANDOM, Role.OTHER),
        (replace(RANDOM, mode=Mode.OFF), Role.OTHER),
        (replace(RANDOM, mode=Mode.AUTO), Role.CUSTOMER),
        (DIRECT, Role.DIRECT),
        (replace(DIRECT, is_ext_shared=True), Role.DIRECT),
    ],
)
def test_a_channels_role_follows_who_reads_there(channel: Channel, expected: Role) -> None:
    assert access.role_of(channel, SETTINGS) is expected


@pytest.mark.parametrize("channel", [TRIAGE, TECH, RANDOM])
def test_settings_that_are_not_set_name_no_channel(channel: Channel) -> None:
    assert access.role_of(channel, DeskSettings()) is Role.OTHER


@pytest.mark.parametrize(
    "channel, expected",
    [
        (ACME, Mode.AUTO),
        (PUBLIC, Mode.COMMUNITY),
        (replace(ACME, mode=Mode.ON_DEMAND), Mode.ON_DEMAND),
        (replace(PUBLIC, mode=Mode.OFF), Mode.OFF),
        (TRIAGE, Mode.OFF),
        (replace(TRIAGE, mode=Mode.AUTO), Mode.OFF),
        (RANDOM, Mode.OFF),
        (DIRECT, Mode.OFF),
    ],
)
def test_a_mode_is_inherited_from_the_role(channel: Channel, expected: Mode) -> None:
    assert access.mode_of(channel, SETTINGS) is expected


def test_customer_channels_inherit_the_workspaces_mode() -> None:
    settings = replace(SETTINGS, customer_mode=Mode.ON_DEMAND)

    assert access.mode_of(ACME, settings) is Mode.ON_DEMAND
    assert access.mode_of(PUBLIC, settings) is Mode.COMMUNITY


@pytest.mark.parametrize("channel", [ACME, PUBLIC])
def test_where_customers_read_is_proven_a_customer_channel(channel: Channel) -> None:
    proof = access.customer_channel(channel, SETTINGS)
    assert proof == CustomerChannel(channel.id, channel.slack_id)


@pytest.mark.parametrize("channel", [TRIAGE, TECH, RANDOM, DIRECT])
def test_nothing_for_customers_goes_to_other_channels(channel: Channel) -> None:
    with pytest.raises(Refused, match="not a customer channel"):
        access.customer_channel(channel, SETTINGS)


@pytest.mark.parametrize("channel", [TRIAGE, TECH, DIGEST])
def test_our_own_channels_are_proven_team_channels(channel: Channel) -> None:
    proof = access.team_channel(channel, SETTINGS)
    assert proof == TeamChannel(channel.id, channel.slack_id)


@pytest.mark.parametrize(
    "channel, why",
    [
        (replace(TRIAGE, is_ext_shared=True), "Customers can read"),
        (replace(TRIAGE, is_pending_ext_shared=True), "Customers can read"),
        (ACME, "Customers can read"),
        (PUBLIC, "Customers can read"),
        (RANDOM, "not one of the team’s"),
        (replace(RANDOM, mode=Mode.AUTO), "not one of the team’s"),
        (DIRECT, "not one of the team’s"),
    ],
)
def test_nothing_internal_goes_where_others_may_read(channel: Channel, why: str) -> None:
    with pytest.raises(Refused, match=why):
        access.team_channel(channel, SETTINGS)


def test_the_public_channel_is_no_team_channel_even_when_set_as_one() -> None:
    settings = replace(SETTINGS, triage_channel="CPUBLIC")

    with pytest.raises(Refused):
        access.team_channel(PUBLIC, settings)
    assert access.role_of(PUBLIC, settings) is Role.PUBLIC


@pytest.mark.parametrize("settings", [SETTINGS, replace(SETTINGS, public_channel="CTRIAGE")])
@pytest.mark.parametrize("is_pending", [False, True])
@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("mode", [None, *Mode])
@pytest.mark.parametrize("slack_id", ["CTRIAGE", "CPUBLIC", "CACME"])
def test_no_channel_is_both_the_teams_and_the_customers(
    slack_id: str, mode: Mode | None, is_shared: bool, is_pending: bool, settings: DeskSettings
) -> None:
    channel = cast.channel(
        slack_id, mode=mode, is_ext_shared=is_shared, is_pending_ext_shared=is_pending
    )
    assert not (
        _is_proven(access.team_channel, channel, settings)
        and _is_proven(access.customer_channel, channel, settings)
    )


def _is_proven(proof: Any, channel: Channel, settings: DeskSettings) -> bool:
    try:
        proof(channel, settings)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "person, who",
    [
        (ANA, Who.AGENT),
        (ANA, Who.STAFF),
        (ANA, Who.REQUESTER),
        (COLLEAGUE, Who.STAFF),
        (CARLA, Who.REQUESTER),
        (CARLAS_COLLEAGUE, Who.REQUESTER),
        (ZOE, Who.ANYONE),
        (STRANGER, Who.ANYONE),
    ],
)
def test_who_has_the_role_may(person: Person, who: Who) -> None:
    access.may(person, who, TEAM, cast.ticket(), requester=CARLA)


@pytest.mark.parametrize(
    "person, who, why",
    [
        (CARLA, Who.AGENT, "Only the support team can do this. Just write in the channel"),
        (CARLA, Who.STAFF, "Only the support team can do this."),
        (GUEST, Who.AGENT, "Only the support team can do this."),
        (STRANGER, Who.AGENT, "Only the support team can do this."),
        (LEFT_US, Who.AGENT, "Only the support team can do this."),
        (ROBOT, Who.AGENT, "Only the support team can do this."),
        (COLLEAGUE, Who.AGENT, "Only agents of the support team"),
        (COLLEAGUE, Who.REQUESTER, "Only the person who asked"),
        (ZOE, Who.REQUESTER, "Only the person who asked"),
        (STRANGER, Who.REQUESTER, "Only the person who asked"),
    ],
)
def test_who_lacks_the_role_gets_a_polite_no(person: Person, who: Who, why: str) -> None:
    with pytest.raises(Refused, match=why):
        access.may(person, who, TEAM, cast.ticket(), requester=CARLA)


def test_without_the_askers_record_only_the_asker_may() -> None:
    access.may(CARLA, Who.REQUESTER, TEAM, cast.ticket())
    with pytest.raises(Refused):
        access.may(CARLAS_COLLEAGUE, Who.REQUESTER, TEAM, cast.ticket())


@pytest.mark.parametrize("requester, other", [(GUEST, OTHER_GUEST), (COLLEAGUE, GUEST)])
def test_our_own_team_id_does_not_make_two_customers_one(requester: Person, other: Person) -> None:
    asked: Ticket = cast.ticket(requester_id=requester.id)

    with pytest.raises(Refused):
        access.may(other, Who.REQUESTER, TEAM, asked, requester=requester)


def test_without_a_ticket_nobody_has_asked() -> None:
    with pytest.raises(Refused):
        access.may(CARLA, Who.REQUESTER, TEAM, None)


def test_a_press_by_staff_waits_until_the_agents_are_known() -> None:
    with pytest.raises(Unknown):
        access.may(ANA, Who.AGENT, cast.unasked(), cast.ticket())
    with pytest.raises(Refused):
        access.may(CARLA, Who.AGENT, cast.unasked(), cast.ticket())
