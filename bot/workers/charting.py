"""Puts the picture of a digest into Slack, where nobody sees it before its message shows it.

A file that was put there twice harms nobody, so what is unsure is simply done again; the message
that shows it is a post like any other.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from bot.charts import png
from bot.charts.chart import Chart, words
from bot.desk import Desk
from bot.errors import SendFailed
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.usecases import briefing

log = structlog.get_logger()

PLACE, COMPLETE, INFO = (
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "files.info",
)
METHODS = (PLACE, COMPLETE, INFO)
FILE_NAME = "chart.png"
LOOKS, LOOK_SECONDS = 5, 0.5  # Slack looks at a file for a moment before it may be shown
TROUBLE = (NotSent, Paused, RateLimited, SendFailed, Unsure)


async def put_up(
    gateway: Gateway, desk: Desk, *, workspace_id: int, digest_id: int, now: datetime
) -> None:
    """Draw, upload and remember. Every try counts, so that no digest waits for its picture long.

    Raises what Slack made of it.
    """
    chart = await desk.read(workspace_id, lambda unit: briefing.chart(unit, digest_id, now))
    try:
        file_id = await _uploaded(gateway, chart) if chart else ""
    except TROUBLE as error:
        log.warning("digest: its picture is not in Slack", digest=digest_id, error=repr(error))
        is_final = isinstance(error, SendFailed | Paused)
        await desk.write(
            workspace_id, lambda unit: briefing.unpictured(unit, digest_id, is_final=is_final)
        )
        if not is_final:
            raise
    else:
        await desk.write(workspace_id, lambda unit: briefing.pictured(unit, digest_id, file_id))


async def _uploaded(gateway: Gateway, chart: Chart) -> str:
    content = await asyncio.to_thread(png.picture, chart)
    about = {"filename": FILE_NAME, "length": len(content), "alt_txt": words(chart)[:1_000]}
    place = await gateway.read(PLACE, about)
    await gateway.upload(str(place["upload_url"]), content)
    file_id = str(place["file_id"])
    await _complete(gateway, file_id, chart.title)
    await _seen(gateway, file_id)
    return file_id


async def _complete(gateway: Gateway, file_id: str, title: str) -> None:
    """An answer that was lost is found again: a file that is known is complete."""
    try:
        await gateway.call(COMPLETE, {"files": [{"id": file_id, "title": title}]})
    except Unsure:
        await gateway.read(INFO, {"file": file_id})


async def _seen(gateway: Gateway, file_id: str) -> None:
    """Until Slack knows that it is a picture: before that, a message with it is refused."""
    for _ in range(LOOKS):
        told = (await gateway.read(INFO, {"file": file_id})).get("file") or {}
        if str(told.get("mimetype", "")).startswith("image/"):
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise Unsure(f"{file_id}: Slack has not looked at it yet")
