"""A browser, a local Slack with its page, and a small app that answers as the test says."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox import page
from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving
from tests.browser.window import Window
from tests.sandbox.receiver import Receiver, receiving
from tests.stories.stage import UNHURRIED, Stage

CHROMIUM = Path(os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium"))
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Threadkeeper"},
    "features": {
        "slash_commands": [
            {"command": "/ticket", "description": "Work tickets", "usage_hint": "new | list"},
            {"command": "/assign", "description": "Give a ticket to somebody"},
        ],
        "shortcuts": [
            {"name": "New ticket", "type": "global", "callback_id": "new", "description": "Open"},
            {"name": "Track", "type": "message", "callback_id": "track", "description": "Track it"},
        ],
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them all, and say plainly when they cannot run."""
    missing = pytest.mark.skip(reason=f"no Chromium at {CHROMIUM} (set TEST_CHROMIUM)")
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(missing)


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[Sandbox]:
    """The cast with a little history, served with its page."""
    world = fresh_world(MANIFEST, history=True)
    async with serving(world, patience=UNHURRIED, more=page.routes) as box:
        box.limits.enabled = False
        yield box


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Sandbox) -> AsyncIterator[Receiver]:
    """The app under test, listening over HTTP."""
    installed = slack.people.senses.app
    async with receiving(installed.signing_secret) as receiver:
        installed.request_url = receiver.url
        yield receiver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, one for all tests, so all run on one event loop."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_as(slack: Sandbox, app: Receiver, browser: Browser) -> AsyncIterator[Window]:
    """Open windows as people; at the end none may have seen a script error."""
    window = Window(slack, browser)
    yield window
    await window.close()
    assert window.errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def window(desk: Stage, browser: Browser) -> AsyncIterator[Window]:
    """Windows on the Slack of a test's own ``desk``; at the end none may have seen an error."""
    opened = Window(desk.slack, browser)
    yield opened
    await opened.close()
    assert opened.errors == []
