"""What it means that Slack refuses to tell a fact: there is no such thing, or nobody can say."""

from __future__ import annotations

from typing import Any

from bot.errors import SendFailed
from bot.rules.trouble import CHANNEL_INFO, USER_INFO
from bot.slack.gateway import Gateway, Paused
from bot.usecases.work import TenantFacts

# Slack's words for: we see nothing there (methods.json). All others tell nothing of the thing.
NOT_THERE = frozenset(
    {"user_not_found", "user_not_visible", "thread_not_found", "message_not_found"}
)
OUT_OF_SIGHT = frozenset({"channel_not_found", "not_in_channel"})
MOST_GUESSES = 5  # tries of what Slack refuses in a word that nobody here knows
_LONG_AGO = "1.000000"


async def is_refused(gateway: Gateway, method: str, own: TenantFacts, code: str) -> bool:
    """True when Slack has that code for what it surely can tell, too. Raises as the gateway."""
    try:
        await gateway.read(method, _surely_there(method, own))
    except SendFailed as failed:
        return failed.code == code
    except Paused:
        return False
    return False


def _surely_there(method: str, own: TenantFacts) -> dict[str, Any]:
    if method == USER_INFO:
        return {"user": own.installation.bot_user_id}
    triage = {"channel": own.settings.triage_channel}
    return triage if method == CHANNEL_INFO else triage | {"ts": _LONG_AGO, "limit": 1}
