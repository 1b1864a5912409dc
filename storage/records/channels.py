"""Channels by keys of our own; Slack's ids are aliases that may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.light import light
from storage.records.workspaces import Mode


class Role(StrEnum):
    """What a channel is to the desk, by its share state and the workspace's settings."""

    CUSTOMER = "customer"
    PUBLIC = "public"
    TRIAGE = "triage"
    TECH = "tech"
    DIGEST = "digest"
    DIRECT = "direct"
    OTHER = "other"


@light(frozen=True, slots=True)
class Channel:
    """A conversation as last told by Slack. ``mode`` None means: inherit from the role's default.

    ``company`` names the other companies in it, ``""`` when there are none; ``account_id`` is whose
    channel it is once somebody has said so. ``is_team``: an account's cards go there, or did.
    ``answers``: the desk answers by itself there, from public articles and where it is sure.
    """

    workspace_id: int
    id: int
    slack_id: str
    name: str
    company: str = ""
    is_private: bool = False
    is_direct: bool = False
    is_ext_shared: bool = False
    is_org_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    is_member: bool = True
    is_found: bool = True
    mode: Mode | None = None
    account_id: int | None = None
    is_team: bool = False
    answers: bool = False
    fetched_at: datetime | None = None
    version: int = 1

    @property
    def has_outsiders(self) -> bool:
        """True when people of another company can read here, or soon could (FACTS 5)."""
        return self.is_ext_shared or self.is_pending_ext_shared

    @property
    def is_tracked(self) -> bool:
        """True when the bot is in it and can read all, as far as we know."""
        is_there = self.is_found and self.is_member and not self.is_archived
        return is_there and not self.is_direct


@dataclass(frozen=True, slots=True)
class CustomerChannel:
    """Proof that customers may read this channel: nothing internal goes here."""

    id: int
    slack_id: str


@dataclass(frozen=True, slots=True)
class TeamChannel:
    """Proof that only our own people read this channel."""

    id: int
    slack_id: str
