"""``app.py sla rehearse``: what a few past tickets come to, counted by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from app import main
from bot.config import Settings
from bot.ids import new_id
from storage import accounts, channels, history, people, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.clocks import Goal
from storage.records.hours import Hours
from storage.records.policies import Policy
from storage.records.tickets import Change
from storage.records.workspaces import DeskSettings
from storage.unit import Unit, writing
from tests.storage.cast import ACME, CARLA, LOBBY, OURS, ask, installation, person

KEY = Fernet.generate_key().decode()
LONG_AGO = datetime.now(UTC) - timedelta(days=20)
TRIED = """
[[sla]]
name = "premium"
tier = "Premium"
first = "1h"
resolution = "8h"
hours = "always"

[[sla]]
name = "everybody"
first = "4h"
next = "2h"
hours = "always"
"""
# Hours since it was opened, and what befell the ticket then.
PREMIUM = (
    ((0.5, "answer"), (5, "resolve")),
    ((2, "answer"), (10, "resolve")),
    ((0.9, "answer"),),
)
OTHERS = (
    ((1, "answer"), (3, "write"), (4.6, "answer"), (6, "resolve")),
    ((3.5, "resolve"),),
    ((1, "not-a-request"),),
)


@pytest.fixture
def policy(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk that promises a first answer within eight hours, and what is to be tried."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    lines = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")
    more = (f"DATABASE_URL={database_url}", f"ENCRYPTION_KEYS={KEY}")
    (tmp_path / ".env").write_text("\n".join((*lines, *more)))
    engine = open_engine(database_url)
    with writing(engine, OURS) as unit:
        _settle(unit)
        for stories, channel_id in ((PREMIUM, ACME), (OTHERS, LOBBY)):
            for each in stories:
                _befell(unit, channel_id, each)
    engine.dispose()
    file = tmp_path / "tried.toml"
    file.write_text(TRIED)
    return file


def _settle(unit: Unit) -> None:
    told = installation(OURS)
    home = "https://ours.slack.test/"
    workspaces.install(unit.connection, told, name="Ours", url=home, cipher=Cipher([KEY]))
    span = {Goal.FIRST: timedelta(hours=8)}
    settings = DeskSettings(policies=(Policy("today", span, hours=Hours.always()),))
    workspaces.save_settings(unit, settings, LONG_AGO)
    people.put(unit, person(CARLA, "Carla"))
    accounts.add(unit, Account(OURS, 1, "Acme", "acme", LONG_AGO, tier="Premium"))
    channels.put(unit, Channel(OURS, ACME, "C-ACME", "acme", account_id=1))
    channels.put(unit, Channel(OURS, LOBBY, "C-LOBBY", "lobby"))


def _befell(unit: Unit, channel_id: int, story: Sequence[tuple[float, str]]) -> None:
    ticket = ask(unit, channel_id=channel_id, opened_at=LONG_AGO)
    rows = (
        Change(OURS, new_id(), ticket.id, LONG_AGO + timedelta(hours=hours), CARLA, act)
        for hours, act in ((0, "open"), *story)
    )
    history.add(unit, list(rows))


def rehearse(policy: Path, *words: str) -> str:
    told = CliRunner().invoke(main, ["sla", "rehearse", "--policy", str(policy), *words])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_each_tier_and_goal_is_counted_under_both_policies(policy: Path) -> None:
    (told,) = json.loads(rehearse(policy, "--json"))
    assert told["workspace"] == "Ours"
    others, premium = told["tiers"]
    assert (others["tier"], others["tickets"]) == ("", 3)
    assert (premium["tier"], premium["tickets"]) == ("Premium", 3)
    assert [_of(premium, "today", goal) for goal in Goal] == [(3, 0, 0), NOTHING, NOTHING]
    assert [_of(premium, "tried", goal) for goal in Goal] == [(2, 2, 1), NOTHING, (1, 2, 2)]
    assert [_of(others, "today", goal) for goal in Goal] == [(2, 0, 0), NOTHING, NOTHING]
    assert [_of(others, "tried", goal) for goal in Goal] == [(2, 1, 0), (1, 1, 0), NOTHING]


NOTHING = (0, 0, 0)


def _of(tier: dict[str, Any], side: str, goal: Goal) -> tuple[int, int, int]:
    found = tier["goals"][goal][side]
    return found["met"], found["warned"], found["missed"]


def test_people_read_it_as_a_table(policy: Path) -> None:
    told = rehearse(policy, "--since", "30d").splitlines()
    assert told[0].startswith("Ours: tickets since ")
    assert "no tier: 3 tickets" in told
    assert [line.split() for line in told if "resolution" in line][1] == [
        "resolution", "-", "-", "-", "1", "33%", "2", "2",
    ]  # fmt: skip


def test_a_time_without_tickets_is_said_to_be_one(policy: Path) -> None:
    assert "There were no tickets in that time." in rehearse(policy, "--since", "5d")
