"""Block Kit's rules (slack/FACTS.md §9): what Slack refuses in messages and views, and where."""

from __future__ import annotations

from sandbox.blocks.layout import message_faults
from sandbox.blocks.views import view_faults

__all__ = ["message_faults", "view_faults"]
