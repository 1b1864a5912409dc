"""Stored text back as it was typed, for editing it again."""

from __future__ import annotations

import re

from sandbox.page.mrkdwn import unescape
from sandbox.page.reader import Reader


def typed_again(reader: Reader, text: str) -> str:
    """``<@U1>`` as ``@ana``, ``<https://…|…>`` as the address, entities as characters."""
    return unescape(re.sub(r"<([^<>\n]+)>", lambda found: _typed(reader, found[1]), text))


def _typed(reader: Reader, token: str) -> str:
    target, _, label = token.partition("|")
    if target.startswith("@") and (user := reader.world.users.get(target[1:])):
        return f"@{user.name}"
    if target.startswith("#") and (channel := reader.world.channels.get(target[1:])):
        return f"#{channel.name}"
    if target.startswith("!subteam^"):
        return f"@{reader.group_handle(target.removeprefix('!subteam^'))}"
    if target.startswith("!"):
        return f"@{target[1:]}"
    return label if target.startswith("mailto:") and label else target
