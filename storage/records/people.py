"""People by keys of our own, of our company and of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user as last told by Slack.

    ``team_id`` is the person's own company, not the tenant.
    """

    workspace_id: int
    id: int
    slack_id: str
    team_id: str
    enterprise_id: str = ""
    name: str = ""
    image: str = ""
    zone: str = "UTC"
    is_bot: bool = False
    is_guest: bool = False
    is_deleted: bool = False
    is_found: bool = True
    fetched_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Team:
    """Who belongs to the desk: our own ids in Slack and the Slack ids of the agents."""

    team_id: str
    enterprise_id: str
    bot_user_id: str
    bot_id: str
    app_id: str
    agents: frozenset[str] | None = None
