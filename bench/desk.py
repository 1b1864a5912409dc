"""Ours: the whole program, in HTTP mode, with every limit of its own lifted."""

from __future__ import annotations

import os

from pydantic import SecretStr
from starlette.applications import Starlette

import app
from bench.child import serve
from bench.load import SECRET
from bench.slack import TRIAGE
from bot.config import Settings
from handlers import serving


def _settings() -> Settings:
    return Settings(
        slack_bot_token=SecretStr("xoxb-bench"),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=os.environ["SLACK_API_URL"],
        database_url=os.environ["DATABASE_URL"],
        triage_channel=TRIAGE,
        slack_post_rate=0,
    )


async def _main() -> None:
    async with app.running(_settings()) as program:
        await serve(Starlette(routes=[serving.route(program.bolt, SECRET)]))


if __name__ == "__main__":
    import uvloop

    uvloop.run(_main())
