"""A guest is a customer with our own team id: Slack takes their commands, the desk does not."""

from __future__ import annotations

import pytest

from tests.stories.stage import Stage, stage

SECRET = "The Acme export leaks tokens"


async def _told(it: Stage, command: str, text: str) -> str:
    """All that Kim reads after a command, at once and later."""
    answer = await it.people.command("kim", "#help", command, text)
    await it.quiet()
    return f"{answer} {[(each.text, each.blocks) for each in it.slack.world.ephemerals.values()]}"


@pytest.mark.parametrize(
    "command, text",
    [
        ("/ticket", "take"),
        ("/ticket", "resolve"),
        ("/ticket", "show"),
        ("/ticket", "list"),
        ("/ticket", "show 1"),
        ("/ticket", "take 1"),
        ("/ticket", "take 77"),
        ("/ticket", "show 77"),
        ("/ticket", "history 77"),
        ("/assign", "me"),
        ("/assign", "#1 ben"),
        ("/desk", "health"),
    ],
)
async def test_a_guest_learns_nothing_by_commands(
    database_url: str, command: str, text: str
) -> None:
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", SECRET)
        it.people.say("zoe", "#globex-harbour", "Where is the invoice?")
        await it.quiet()
        told = await _told(it, command, text)
        for word in ("export", "invoice", "Acme", "Globex", "#1", "#2", "There is no ticket"):
            assert word not in told
        assert "support team" in told
        assert "nobody yet" in str(it.cards()[0].blocks)
