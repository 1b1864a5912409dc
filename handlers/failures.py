"""What people and Slack hear when something could not be saved or went wrong: never silence."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.desk import NotSaved
from bot.outage import Outage
from handlers.front import UNDELIVERED, NotAvailable
from handlers.reading import Json, Kind, Unreadable, kind

log = logging.getLogger(__name__)

NOT_SAVED = "Sorry, this was not saved. Please try again in a moment."
NOT_AVAILABLE = "Something on our side is not available just now. Please try again in a moment."
ACKED = 200
AGAIN = 503


async def answer(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
    """Bolt's error handler. Only events may rely on Slack's retry (DESIGN, One road)."""
    if isinstance(error, Unreadable):
        return await _keep_unread(error, body, context)
    _note(error, kind(body))
    words = NOT_AVAILABLE if isinstance(error, NotAvailable) else NOT_SAVED
    match kind(body):
        case Kind.SUBMISSION:
            return keep_open(body, words)
        case Kind.COMMAND:
            return BoltResponse(status=ACKED, body=words)
        case Kind.OPTIONS:
            return BoltResponse(status=ACKED, body={"options": []})
        case Kind.PRESS | Kind.SHORTCUT:
            return await _tell(body, context, words)
    return BoltResponse(status=AGAIN)


async def _keep_unread(error: Unreadable, body: Json, context: AsyncBoltContext) -> BoltResponse:
    try:
        await context["front"].keep_unread(context["tenant"], body, error)
    except NotSaved:
        return BoltResponse(status=AGAIN)
    return BoltResponse(status=ACKED)


def _note(error: Exception, what: Kind) -> None:
    if isinstance(error, NotSaved) or Outage.explains(error.__cause__):
        return  # the desk says once that the database fails it, and metrics count the answers
    if isinstance(error, (NotAvailable, *UNDELIVERED)):
        log.warning("a %s was not taken: %r", what, error)
    else:
        log.error("a %s failed", what, exc_info=error)


def keep_open(body: Json, words: str, field: str = "") -> BoltResponse:
    """Show ``words`` in the form, at ``field`` or at the first, and leave all that was typed.

    A form without any input cannot show words: Slack then says itself that it had trouble. There
    the words are plain text, in which a code's marks would stand as they are.
    """
    words = words.replace("`", "")
    blocks = body["view"].get("blocks") or ()
    inputs = [block["block_id"] for block in blocks if block.get("type") == "input"]
    if not inputs:
        return BoltResponse(status=AGAIN)
    at = field if field in inputs else inputs[0]
    return BoltResponse(status=ACKED, body={"response_action": "errors", "errors": {at: words}})


async def _tell(body: Json, context: AsyncBoltContext, words: str) -> BoltResponse:
    """A word where the press was made; without an address, Slack shows a sign of its own on 503."""
    tenant, url = context.get("tenant"), body.get("response_url")
    if tenant is None or not url:
        return BoltResponse(status=AGAIN)
    told = await context["front"].respond(tenant, url, words)
    return BoltResponse(status=ACKED if told else AGAIN)
