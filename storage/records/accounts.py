"""Accounts: customer companies, who is whose contact there, and what the team noted about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A customer company. ``slug`` is its name as it is compared: letters and digits, no case.

    ``zone`` is an IANA name, ``""`` when not known; ``owner_id`` our key of a colleague.
    ``team_channel`` is the Slack id of where its new cards go, ``""`` for triage as all others'.
    """

    workspace_id: int
    id: int
    name: str
    slug: str
    made_at: datetime
    tier: str = ""
    owner_id: int | None = None
    zone: str = ""
    team_channel: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """One person at an account. ``left_at``: gone from its channels, or from their company."""

    workspace_id: int
    id: int
    account_id: int
    person_id: int
    seen_at: datetime
    left_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class AccountNote:
    """What the team should know of an account; a warning is shown on each of its tickets."""

    workspace_id: int
    id: int
    account_id: int
    author_id: int
    at: datetime
    text: str
    is_warning: bool = False
    removed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Who changed what of an account; ``before`` and ``after`` are short words for people."""

    workspace_id: int
    id: int
    account_id: int
    at: datetime
    actor_id: int | None
    what: str
    before: str = ""
    after: str = ""
