"""The whole desk with its dashboard: a manager of the local Slack signs in and follows a number."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

import app
from sandbox import page
from sandbox.server import serving
from tests.stories.stage import UNHURRIED
from tests.stories.worlds import world_at

pytestmark = pytest.mark.story


async def test_the_demos_manager_signs_in_and_finds_the_ticket_behind_a_number(
    tmp_path: Path,
) -> None:
    world = world_at()
    async with serving(world, patience=UNHURRIED, more=page.routes) as slack:
        settings = app._demo_settings(slack, tmp_path)
        async with app.joined(settings), httpx.AsyncClient(trust_env=False) as mona:
            slack.people.say("carla", "#acme-harbour", "Our export fails since this morning.")
            mona.base_url = settings.dashboard_url
            sent = await mona.get("/dashboard/go")
            allow = sent.headers["location"].replace("/authorize?", "/allow?as=U0000MONA&")
            back = await mona.get(allow)
            inside = await mona.get(back.headers["location"])
            assert inside.headers["location"] == "/dashboard/"
            while "1 ticket" not in (today := await shown(mona, "?range=today")):
                await slack.idle()
            (there,) = re.findall(r'href="/dashboard/(tickets\?[^"]*figure=opened)"', today)
            listed = await shown(mona, there.replace("&amp;", "&"))
            assert "Our export fails since this morning." in listed
            (link,) = re.findall(r'href="(http[^"]*/archives/[^"]*)"', listed)
            assert (await mona.get(link)).status_code == 307  # the page of the local Slack
            assert (await mona.get("/healthz")).text == "ok"


async def shown(mona: httpx.AsyncClient, path: str) -> str:
    answer = await mona.get(f"/dashboard/{path}")
    assert answer.status_code == 200
    return answer.text
