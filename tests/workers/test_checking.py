"""`app.py check` finds what is wrong with an installation, and says how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.workers import checking
from bot.workers.checking import Finding
from bot.workers.opening import CannotOpen, Seed, migrated
from sandbox.faults import FaultSetting, MethodFaults
from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving
from storage import backup
from storage.engine import open_engine

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())
SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]
SEED = Seed("xoxb-sandbox", "#triage", "#tech-support", "#digests", "#help", "@support")
NINE = "Mon, 02 Mar 2026 09:00:00 GMT"
NINE_SECONDS = 1_772_442_000.0


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with serving(fresh_world(MANIFEST)) as slack:
        yield slack


async def found(slack: Sandbox, seed: Seed = SEED, **told: Any) -> dict[str, Finding]:
    """What is found, by its name."""
    async with aiohttp.ClientSession() as session:
        url = f"{slack.url}/api/"
        client = AsyncWebClient(seed.token, url, session=session, retry_handlers=[])
        app_token, scopes = told.get("app_token", ""), told.get("scopes", SCOPES)
        asked = checking.findings(client, app_token, seed, scopes)
        return {each.what: each async for each in asked}


async def test_a_sound_installation_is_in_order(slack: Sandbox) -> None:
    told = await found(slack)
    assert [each for each in told.values() if not each.is_ok] == []
    assert {"bot token", "clock", "scopes", "triage channel", "agents"} <= set(told)


async def test_a_wrong_token_ends_the_questions(slack: Sandbox) -> None:
    told = await found(slack, replace(SEED, token="xoxb-wrong"))
    assert list(told) == ["bot token"]
    assert "invalid_auth" in told["bot token"].words


async def test_slack_out_of_reach_is_told(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        nowhere = "http://127.0.0.1:1/api/"
        client = AsyncWebClient("xoxb-sandbox", nowhere, session=session, retry_handlers=[])
        (only,) = [each async for each in checking.findings(client, "", SEED, SCOPES)]
    assert not only.is_ok
    assert only.what == "Slack"
    assert "SLACK_API_URL" in only.words


@pytest.mark.parametrize(
    "fault, words",
    [
        (MethodFaults(broken=1), "no answer (auth.test: internal_error)"),
        (MethodFaults(lost=1), "no answer ("),
        (MethodFaults(limited=1, retry_after=30), "no more calls for 30 s"),
    ],
)
async def test_a_slack_in_trouble_is_no_fault_of_the_token(
    slack: Sandbox, fault: MethodFaults, words: str
) -> None:
    slack.faults.replace(FaultSetting(methods={"auth.test": fault}))
    told = await found(slack)
    assert list(told) == ["Slack"]
    assert words in told["Slack"].words


async def test_an_address_where_no_slack_is_answers_nothing(slack: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        elsewhere = f"{slack.url}/nowhere/"
        client = AsyncWebClient("xoxb-sandbox", elsewhere, session=session, retry_handlers=[])
        (only,) = [each async for each in checking.findings(client, "", SEED, SCOPES)]
    assert "http_404" in only.words
    assert "SLACK_API_URL" in only.words


@pytest.mark.parametrize("fault", [MethodFaults(broken=1), MethodFaults(lost=1)])
async def test_a_socket_that_nobody_answers_for_is_no_fault_of_its_token(
    slack: Sandbox, fault: MethodFaults
) -> None:
    slack.faults.replace(FaultSetting(methods={"apps.connections.open": fault}))
    told = await found(slack, app_token="xapp-sandbox")
    assert not told["Socket Mode"].is_ok
    assert "app-level token" not in told["Socket Mode"].words
    assert told["triage channel"].is_ok


async def test_what_a_missing_scope_hides_is_not_blamed_on_the_channel(slack: Sandbox) -> None:
    assert slack.world.app is not None
    unread = ("channels:read", "groups:read", "usergroups:read")
    slack.world.app.scopes = [each for each in SCOPES if each not in unread]
    told = await found(slack)
    assert "channels:read" in told["scopes"].words
    for what in ("triage channel", "agents"):
        assert "mend the scopes first" in told[what].words
        assert "nvite" not in told[what].words


async def test_an_archived_channel_is_told(slack: Sandbox) -> None:
    slack.people.archive("ana", "#help")
    told = await found(slack)
    assert "unarchive it" in told["public channel"].words
    assert not told["public channel"].is_ok


def test_a_look_at_a_database_that_is_yet_to_be_made_does_not_make_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/not-there/desk.db"
    assert checking.database(url).words == "will be made by run"
    assert checking.troubles(url) == []
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = checking.database(f"sqlite:///{tmp_path}/file/deep/desk.db")
    assert not found.is_ok
    assert f"let the desk write in {tmp_path}/file" in found.words


def test_a_file_that_is_no_database_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("A shopping list, rather long, for it has to fill a page.")
    told = checking.database(f"sqlite:///{tmp_path}/desk.db")
    assert "not a database" in told.words
    assert not told.is_ok


def test_a_database_of_a_newer_version_is_told(database_url: str) -> None:
    brought_by_a_newer_version(database_url)
    told = checking.database(database_url)
    assert "newer version" in told.words
    assert not told.is_ok


async def test_a_desk_does_not_open_on_a_database_of_a_newer_version(database_url: str) -> None:
    brought_by_a_newer_version(database_url)
    with pytest.raises(CannotOpen, match="newer version"):
        await migrated(database_url)


def test_no_backup_leaves_out_what_only_a_newer_version_knows(
    database_url: str, tmp_path: Path
) -> None:
    brought_by_a_newer_version(database_url)
    with pytest.raises(ValueError, match="of another version"):
        backup.save(database_url, tmp_path / "desk.backup")


def brought_by_a_newer_version(url: str) -> None:
    """As a migration leaves it that we do not have."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


async def test_scopes_that_were_not_granted_are_named(slack: Sandbox) -> None:
    told = await found(slack, scopes=[*SCOPES, "canvases:write"])
    assert "canvases:write" in told["scopes"].words
    assert not told["scopes"].is_ok


async def test_a_wrong_app_token_is_told(slack: Sandbox) -> None:
    told = await found(slack, app_token="xapp-wrong")
    assert not told["Socket Mode"].is_ok


async def test_a_channel_without_the_bot_or_with_customers_is_told(slack: Sandbox) -> None:
    seed = replace(SEED, triage_channel="#nowhere", tech_channel="#acme-harbour")
    told = await found(slack, seed)
    assert "/invite" in told["triage channel"].words
    assert "shared with customers" in told["tech channel"].words


async def test_without_a_usergroup_the_members_of_triage_are_the_agents(slack: Sandbox) -> None:
    seed = replace(SEED, agents_usergroup="")
    assert (await found(slack, seed))["agents"].words == "4 in #triage, besides the bot"
    for person in ("ana", "ben", "tariq", "mona"):
        slack.people.leave(person, "#triage")
    told = (await found(slack, seed))["agents"]
    assert not told.is_ok
    assert "add your agents" in told.words


async def test_each_role_that_has_a_usergroup_is_looked_at(slack: Sandbox) -> None:
    seed = replace(SEED, leads_usergroup="@leads", managers_usergroup="@nobody")
    told = await found(slack, seed)
    assert told["leads"].words == "1 in @leads"
    assert "no usergroup @nobody" in told["managers"].words
    assert "specialists" not in told


@pytest.mark.parametrize(
    "date, ours, words",
    [
        (NINE, NINE_SECONDS + 3, "agrees with Slack’s"),
        (NINE, NINE_SECONDS + 90, "90 s ahead of"),
        (NINE, NINE_SECONDS - 90, "90 s behind"),
        ("", NINE_SECONDS, "did not tell"),
        ("soon", NINE_SECONDS, "did not tell"),
    ],
)
def test_a_clock_that_is_wrong_is_told(date: str, ours: float, words: str) -> None:
    assert words in checking.clock(date, ours).words


def test_a_database_that_takes_writes_is_in_order(database_url: str) -> None:
    assert checking.database(database_url) == checking.fine(
        "database", "up to date, can be written"
    )


def test_a_new_database_is_in_order(empty_database_url: str) -> None:
    assert checking.database(empty_database_url).is_ok


def test_a_database_that_is_not_there_is_told() -> None:
    told = checking.database("postgresql://nobody@127.0.0.1:1/nothing")
    assert not told.is_ok
    assert "DATABASE_URL" in told.words
