"""Slack's request signature, version v0, made with machine time (slack/FACTS.md §1)."""

from __future__ import annotations

import hashlib
import hmac
import time


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The two headers that prove ``body`` comes from Slack, as of now."""
    timestamp = str(int(time.time()))
    base = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}
