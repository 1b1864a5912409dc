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

from bot.workers import checking
from bot.workers.checking import Finding
from bot.workers.opening import Seed
from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving

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
    assert "cannot be reached" in only.words


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
