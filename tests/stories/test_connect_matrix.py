"""Captured Slack Connect deliveries, as signed HTTP, find the right tenant and the right author."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from sandbox.world import Channel, User
from storage import workspaces
from storage.inbox import inbox
from storage.messages import message_table
from storage.people import person_table
from storage.records.workspaces import Installation
from tests.stories.post import posting
from tests.stories.stage import Stage, stage

DATA = Path(__file__).parents[1] / "data" / "slack" / "events"
CASES = json.loads((DATA / "slack_connect_matrix.sample.json").read_text())["cases"]
OTHERS = Installation(78, "E0OTHER", "T0OTHER", "A2", "B2", "U2", "")
TS = "1700000000.000100"
# What the desk has no use for is acked and counted, and leaves no row. A mention comes as a
# message, too, with the same ts (FACTS 1), and that one is heard.
UNHEARD = {"file_shared", "file_public", "message_metadata_posted", "app_mention"}


def case_name(number: int) -> str:
    event = CASES[number]["body"]["event"]
    return f"{number}-{event['type']}-{event.get('subtype', '')}"


@pytest.mark.parametrize("number", range(len(CASES)), ids=case_name)
async def test_each_delivery_finds_its_tenant_and_its_author(
    database_url: str, number: int
) -> None:
    case = CASES[number]
    async with stage(database_url) as it, posting(it) as post:
        ours = _installed(case)
        for installation in (ours, OTHERS):
            await it.program.desk.write_all(
                lambda connection, each=installation: _install(connection, it, each)  # type: ignore[misc]
            )
        _peopled(it, case)
        assert await post.json(_delivered(case)) == 200
        await it.quiet()
        rows = await it.program.desk.read_all(lambda connection: connection.execute(_ROWS).all())
        authors = await it.program.desk.read_all(_authors)
    event = case["body"]["event"]
    if event["type"] in UNHEARD:
        assert (rows, authors) == ([], [])
        return
    (row,) = rows
    assert row.workspace_id == ours.workspace_id
    assert row.progress == "done"
    assert case["user_id"] in (row.body.get("author"), row.body.get("person"))
    if event["type"] == "message":
        actor = case["actor"]
        assert row.body["author_team"] in (actor["team_id"], actor["enterprise_id"])
        written = [] if "bot_id" in event else [(ours.workspace_id, case["user_id"])]
        assert authors == written


# What opened years ago is overdue, and looked at at once: that is no delivery.
_ROWS = select(inbox.c.workspace_id, inbox.c.kind, inbox.c.body, inbox.c.progress).where(
    inbox.c.kind != "TimeCame"
)


def _authors(connection: Connection) -> list[tuple[int, str]]:
    """Who wrote the stored messages, and in whose books they stand."""
    joined = message_table.c.author_id == person_table.c.id
    query = select(message_table.c.workspace_id, person_table.c.slack_id).where(joined)
    return [(workspace_id, slack_id) for workspace_id, slack_id in connection.execute(query)]


def _installed(case: Any) -> Installation:
    own = case["installed"]
    return Installation(
        77,
        own["enterprise_id"] or "",
        own["team_id"] or "",
        "A04TEM7H4S0",
        "B04TEM7H4S0",
        case["body"]["authorizations"][0]["user_id"],
        "xoxb-sandbox",
    )


def _install(connection: Connection, it: Stage, each: Installation) -> None:
    cipher = it.program.desk.cipher
    workspaces.install(connection, each, name="Somebody", url="https://x.example", cipher=cipher)


def _peopled(it: Stage, case: Any) -> None:
    """Let the local Slack know the captured person and channel."""
    world, user = it.slack.world, case["user_id"]
    company = case["actor"]["team_id"] or "T014GJXU940"
    world.users[user] = User(user, company, user.casefold(), "A Captured Person")
    members = [user, world.app.bot_user] if world.app else [user]
    teams = ["T0HARBOUR", company]
    world.channels["C04T3ACM40K"] = Channel("C04T3ACM40K", "captured", teams, members=members)


def _delivered(case: Any) -> Any:
    """The capture with what its source left out: every event has an id and a stamp (FACTS 1)."""
    event = {"ts": TS, "event_ts": TS, "text": "Why?"} | case["body"]["event"]
    return case["body"] | {"event": event, "event_id": "Ev0MATRIX", "event_time": 1_700_000_000}
