"""Tenants, installations and settings."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select

from storage import workspaces
from storage.cipher import Cipher, WrongKey, new_key
from storage.records.clocks import Goal
from storage.records.csat import Polling
from storage.records.escalations import Level
from storage.records.hours import Hours
from storage.records.people import Staff, TeamRole
from storage.records.policies import Policy, Wall
from storage.records.rotas import Rota, Shift
from storage.records.tickets import Priority
from storage.records.workspaces import (
    Answer,
    DeskQueue,
    DeskSettings,
    Extra,
    ExtraKind,
    Installation,
    Mode,
    Way,
    Workspace,
)
from storage.unit import Unit, writing
from tests.storage.cast import CIPHER, NOON, OURS, ZOES, install, installation

CHANGED = DeskSettings(
    suggests=False,
    group_names={"@support": "S1"},
    triage_channel="C-TRIAGE",
    tech_channel="C-TECH",
    digest_channel="C-DIGEST",
    public_channel="C-PUBLIC",
    agents_usergroup="S-AGENTS",
    specialists_usergroup="S-SPECIALISTS",
    leads_usergroup="S-LEADS",
    managers_usergroup="S-MANAGERS",
    staff=Staff(agents=frozenset({"U-ANA", "U-BEN"}), leads=frozenset({"U-ANA"})),
    tiers=("Basic", "Gold"),
    customer_mode=Mode.ON_DEMAND,
    answer=Answer.REACTION,
    grouping=timedelta(minutes=2),
    undo=timedelta(seconds=2.5),
    reopen=timedelta(days=3),
    policies=(
        Policy("Gold", {Goal.FIRST: timedelta(hours=1)}, "Gold", Priority.HIGH, warn=0.5),
        Policy("all day", {Goal.NEXT: timedelta(minutes=90)}, None, None, Hours.always(), Wall.OWN),
    ),
    nudge=timedelta(days=1),
    give_up=timedelta(days=2),
    hours=Hours(
        "Europe/Berlin",
        (((8 * 60, 12 * 60), (13 * 60, 16 * 60)),) * 6 + ((),),
        "DE-BE",
        frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
    ),
    categories=("Robots", "Bills"),
    reactions={"take": ("raised_hand",), "resolve": ()},
    extras=(Extra("Build"), Extra("Plan", ExtraKind.CHOICE, ("Free", "Paid"))),
    ladder=(
        Level("Robots", "C-ROBOTS", "S-ROBOTS", ("U-BEN",), "night", TeamRole.LEAD, 15),
        Level("Boss", role=None, accept=0),
    ),
    csat=Polling(
        is_on=False,
        delay=timedelta(hours=1),
        gap=timedelta(days=30),
        remind=timedelta(),
        expire=timedelta(days=3),
        low=3,
        off=(7, 8),
    ),
    rotas=(
        Rota(
            "night",
            (
                Shift(Hours("Asia/Tokyo"), ("U-ANA", "Ben"), "S-NIGHT", True, 8 * 60),
                Shift(Hours.always()),
            ),
        ),
    ),
    queues=(
        DeskQueue("Bills", Way.TURNS, owner_first=True, members=("U-ANA",), capacity=9, pass_on=30),
    ),
    has_pager=True,
)


def found(unit: Unit, enterprise_id: str, team_id: str) -> Installation | None:
    return workspaces.find(unit.connection, enterprise_id, team_id, cipher=CIPHER)


def test_an_event_finds_the_installation_of_its_team(unit: Unit) -> None:
    assert found(unit, "", "T-ZOES") == installation(ZOES)
    assert found(unit, "", "T-NOBODY") is None


def test_an_organisation_wide_installation_serves_all_its_teams(unit: Unit) -> None:
    org = Unit(3, unit.connection)
    install(org, enterprise_id="E1", team_id="")
    assert found(unit, "E1", "T-ANY") == installation(3, enterprise_id="E1")
    assert found(unit, "E2", "T-ANY") is None


def test_a_teams_own_installation_goes_before_its_organisations(unit: Unit) -> None:
    install(Unit(3, unit.connection), enterprise_id="E1", team_id="")
    install(Unit(4, unit.connection), enterprise_id="E1", team_id="T-OWN")
    assert found(unit, "E1", "T-OWN") == installation(4, enterprise_id="E1", team_id="T-OWN")


def test_installing_again_keeps_the_workspace_and_takes_the_new_token(unit: Unit) -> None:
    again = Unit(99, unit.connection)
    assert install(again, team_id="T-OURS", token="xoxb-new", bot_id="B2") == OURS
    now = found(unit, "", "T-OURS")
    assert now == installation(OURS, token="xoxb-new", bot_id="B2")
    assert len(workspaces.installations(unit.connection, cipher=CIPHER)) == 2


def test_installing_again_renames_the_workspace(unit: Unit) -> None:
    workspaces.install(
        unit.connection, installation(OURS), name="New name", url="https://new/", cipher=CIPHER
    )
    assert workspaces.workspace(unit) == Workspace(OURS, "New name", "https://new/")


def test_a_removed_app_finds_nothing_and_leaves_no_token(unit: Unit) -> None:
    workspaces.deactivate(unit)
    assert found(unit, "", "T-OURS") is None
    ours, zoes = workspaces.installations(unit.connection, cipher=CIPHER)
    assert ours == installation(OURS, token="", is_active=False)
    assert zoes.is_active


def test_a_removed_app_can_be_installed_again(unit: Unit) -> None:
    workspaces.deactivate(unit)
    install(unit)
    assert found(unit, "", "T-OURS") == installation(OURS)


def test_the_units_own_installation_comes_without_its_token(unit: Unit) -> None:
    assert workspaces.installation(unit) == installation(OURS, token="")


def test_a_token_is_not_readable_in_the_database(unit: Unit) -> None:
    stored = unit.execute(select(workspaces.installation_table.c.token)).scalars()
    assert all("xoxb" not in token for token in stored)


def test_a_token_of_an_older_key_is_still_read() -> None:
    old, new = new_key(), new_key()
    token = Cipher([old]).encrypt("xoxb-1")
    assert Cipher([new, old]).decrypt(token) == "xoxb-1"
    with pytest.raises(WrongKey):
        Cipher([new]).decrypt(token)


def test_a_cipher_needs_a_proper_key() -> None:
    with pytest.raises(ValueError):
        Cipher([])
    with pytest.raises(ValueError):
        Cipher(["too short"])


def test_settings_have_defaults_until_some_are_saved(unit: Unit) -> None:
    assert workspaces.settings(unit) == DeskSettings()


def test_every_setting_comes_back_as_it_was_saved(unit: Unit) -> None:
    workspaces.save_settings(unit, CHANGED, NOON)
    assert workspaces.settings(unit) == replace(CHANGED, version=1)
    same = [
        field.name
        for field in fields(DeskSettings)
        if getattr(CHANGED, field.name) == getattr(DeskSettings(), field.name)
    ]
    assert same == ["version"], "a new setting belongs into CHANGED, too"


def test_settings_that_are_the_same_make_no_new_version(unit: Unit) -> None:
    first = workspaces.save_settings(unit, CHANGED, NOON)
    assert workspaces.save_settings(unit, replace(CHANGED, version=7), NOON) == first
    changed = replace(CHANGED, answer=Answer.SILENT)
    assert workspaces.save_settings(unit, changed, NOON) == replace(changed, version=2)
    assert workspaces.settings(unit).answer is Answer.SILENT


def test_default_settings_can_be_saved_as_the_first_version(unit: Unit) -> None:
    assert workspaces.save_settings(unit, DeskSettings(), NOON).version == 1


def test_settings_of_one_tenant_are_not_anothers(unit: Unit, zoes: Unit) -> None:
    workspaces.save_settings(zoes, CHANGED, NOON)
    assert workspaces.settings(unit) == DeskSettings()


def test_settings_are_read_anew_after_another_process_changed_them(engine: Engine) -> None:
    for answer in Answer:
        with writing(engine, OURS) as unit:
            workspaces.save_settings(unit, replace(CHANGED, answer=answer), NOON)
        with writing(engine, OURS) as unit:
            assert workspaces.settings(unit).answer is answer
