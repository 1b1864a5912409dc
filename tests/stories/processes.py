"""The desk as operators run it: ``app.py run`` in a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.local import Sandbox
from sandbox.world import Channel, Json
from tests.stories.forks import Fork, fork

APP = Path(__file__).parents[2] / "app.py"
# Seconds, on a machine that does many other things: a start took a minute and a half there.
PATIENCE = 240

_LISTENS = re.compile(r"listening .*?(http://\S+/slack/events)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TROUBLE = re.compile(r"\[(?:error|critical)|^(?:ERROR|CRITICAL)|Traceback", re.MULTILINE)
_ALARM = re.compile(r"\[(?:warning|error|critical)|^(?:WARNING|ERROR|CRITICAL)|Traceback")


@dataclass(eq=False)
class Process:
    """One run of the program. ``log`` has all that it said, line by line."""

    process: asyncio.subprocess.Process | Fork
    log: list[str] = field(default_factory=list)
    address: str = ""
    was_killed: bool = False

    def __post_init__(self) -> None:
        self._heard = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            said = _COLOUR.sub("", line.decode()).rstrip()
            self.log.append(said)
            if found := _LISTENS.search(said):
                self.address = found[1]
            self._hear()
        self._hear()

    def _hear(self) -> None:
        self._heard.set()
        self._heard = asyncio.Event()

    async def says(self, words: str) -> None:
        """Wait for a line with these words; AssertionError when it ends without one."""
        async with asyncio.timeout(PATIENCE):
            while not any(words in line for line in self.log):
                assert not self.reading.done(), "\n".join(self.log)
                await self._heard.wait()

    @property
    def is_open(self) -> bool:
        """Whether it listens, as far as one can tell."""
        return bool(self.address) and not self.was_killed and self.process.returncode is None

    def kill(self) -> None:
        """End it at once, as a power cut would: ``kill -9``."""
        self.was_killed = True
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)

    async def die(self) -> None:
        """The same, and wait until it is gone: until then its database is its own."""
        self.kill()
        await self.end()

    def terminate(self) -> None:
        """Ask it to stop, as an operator does."""
        self.process.send_signal(signal.SIGTERM)

    async def end(self) -> int:
        """Wait until it has ended; its exit code."""
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
            await self.reading
        return self.process.returncode or 0

    @property
    def alarms(self) -> list[str]:
        """The lines of its log that tell of anything worse than news."""
        return [line for line in self.log if _ALARM.search(line)]

    @property
    def trouble(self) -> list[str]:
        """The lines of its log that tell of errors, with what follows them."""
        text = "\n".join(self.log)
        return [text[found.start() : found.start() + 4000] for found in _TROUBLE.finditer(text)]


@dataclass(eq=False)
class Machine:
    """Where processes run: a folder, a database, and a local Slack to be told where they listen."""

    slack: Sandbox
    database_url: str
    folder: Path
    ran: list[Process] = field(default_factory=list)
    _turn: int = 0

    async def begin(self, **settings: str) -> Process:
        """Start one more; ``settings`` go into its environment."""
        environment = self._environment() | settings
        process = await fork(["run"], folder=self.folder, environment=environment)
        return self._watched(Process(process))

    async def command(self, **settings: str) -> Process:
        """The same from the very first, as an operator types it: two seconds dearer."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(APP),
            "run",
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env=self._environment() | settings,
        )
        return self._watched(Process(process))

    def _watched(self, process: Process) -> Process:
        self.ran.append(process)
        return process

    async def open(self, **settings: str) -> Process:
        """Start one more, wait until it listens, and send Slack's events to it."""
        return await self.served(await self.begin(**settings))

    async def served(self, process: Process) -> Process:
        """Wait until this process listens, and send Slack's events to it."""
        await process.says("listening")
        self.send_events_to(process)
        return process

    def send_events_to(self, process: Process) -> None:
        """Let Slack bring everything to this process from now on."""
        assert self.slack.world.app is not None
        self.slack.world.app.request_url = process.address

    def take_turns(self) -> None:
        """Let all that listen have Slack's events in turn, as behind a load balancer."""
        self.slack.world.listeners.append(self._next_turn)

    def _next_turn(self, event: Json, channel: Channel | None, team: str | None) -> None:
        """A listener of the world."""
        there = [each for each in self.ran if each.is_open]
        self._turn += 1
        if there:
            self.send_events_to(there[self._turn % len(there)])

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "SLACK_API_URL": f"{self.slack.url}/api/",
            "DATABASE_URL": self.database_url,
            "PORT": "0",
            "LOG_FORMAT": "text",
            "TRIAGE_CHANNEL": "#triage",
            "TECH_CHANNEL": "#tech-support",
            "DIGEST_CHANNEL": "#digests",
            "DAILY_DIGEST": "",
            "PUBLIC_SUPPORT_CHANNEL": "#help",
            "AGENTS_USERGROUP": "@support",
            "SLACK_POST_RATE": "0",
            "CLOCK_URL": f"{self.slack.url}/control/clock",
        }


@asynccontextmanager
async def machine(slack: Sandbox, database_url: str, folder: Path) -> AsyncIterator[Machine]:
    """What is still running when the block ends is killed."""
    it = Machine(slack, database_url, folder)
    try:
        yield it
    finally:
        for each in it.ran:
            each.kill()
            await each.end()
