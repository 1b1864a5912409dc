"""``python -m sandbox``: the local Slack on its own, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from sandbox import page
from sandbox.local import fresh_world
from sandbox.server import serving
from sandbox.world import Json


def main() -> None:
    """Read the command line, serve, leave with 0."""
    wanted = _arguments()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(wanted))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Slack")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765, help="0 lets the system choose")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"))
    parser.add_argument("--request-url", help="where the app listens; without it, Socket Mode")
    parser.add_argument("--no-limits", action="store_true", help="lift Slack’s rate limits")
    parser.add_argument("--history", action="store_true", help="begin with a few old messages")
    return parser.parse_args()


async def _serve(wanted: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    world = fresh_world(
        read_manifest(wanted.manifest), request_url=wanted.request_url, history=wanted.history
    )
    async with serving(world, host=wanted.host, port=wanted.port, more=page.routes) as box:
        box.limits.enabled = not wanted.no_limits
        sys.stdout.write(f"The sandbox is at {box.url}\n")
        sys.stdout.flush()
        await stop.wait()


def read_manifest(path: Path) -> Json:
    """An app manifest, as YAML or JSON."""
    text = path.read_text("utf-8")
    manifest = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return dict(manifest)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed (it is not made for Windows)."""
    try:
        import uvloop  # noqa: PLC0415 — it may not be there
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
