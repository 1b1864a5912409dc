"""``python -m sandbox`` as a program of its own."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import connected
from sandbox.local import Sandbox, fresh_world
from sandbox.server import serving

MANIFEST = Path(__file__).with_name("manifest.json")


async def test_what_fails_inside_comes_out_as_it_is(manifest: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="mine"):
        async with serving(fresh_world(manifest)):
            raise KeyError("mine")


async def test_a_taken_port_is_an_error_at_once(slack: Sandbox, manifest: dict[str, Any]) -> None:
    port = int(slack.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with serving(fresh_world(manifest), port=port):
            pass


@pytest.mark.parametrize("farewell", [signal.SIGTERM, signal.SIGINT])
async def test_the_program_serves_until_it_is_told_to_stop(farewell: signal.Signals) -> None:
    arguments = ["-m", "sandbox", "--port", "0", "--no-limits", "--manifest", str(MANIFEST)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        said = (await process.stdout.readline()).decode()
        async with connected(said.split()[-1]) as hands:
            ts = await hands.say("carla", "#acme-harbour", "Hello?")
            assert [m["ts"] for m in await hands.messages("#acme-harbour")] == [ts]
            assert (await hands.state())["limits"]["on"] is False
        process.send_signal(farewell)
        assert await process.wait() == 0
