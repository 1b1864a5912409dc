"""People by keys of our own, of our company and of others."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from storage.records.light import light


@light(frozen=True, slots=True)
class Person:
    """A Slack user as last told by Slack.

    ``team_id`` is the person's own company, not the tenant. ``status`` is what the person shows
    beside the name, until ``status_until``, where that is said.
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
    status: str = ""
    status_emoji: str = ""
    status_until: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody has said to be away; ``until`` None: until they say to be back."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looking:
    """What somebody looks at in the app's home: everything (``""``), or one ``section`` of it.

    ``category`` and ``account_id`` leave other tickets out; ``after_id`` is the ticket behind which
    the page begins.
    """

    looked_at: datetime
    section: str = ""
    category: str | None = None
    account_id: int | None = None
    after_id: int | None = None


class TeamRole(StrEnum):
    """What somebody does at the desk; one person may do several of these."""

    AGENT = "agent"
    SPECIALIST = "specialist"
    LEAD = "lead"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who does what at the desk, as Slack ids. A role's word in the plural is its field.

    ``grouped`` are the members of other usergroups that the settings name: ``S0GROUP U0PERSON``.
    """

    agents: frozenset[str] = frozenset()
    specialists: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    managers: frozenset[str] = frozenset()
    grouped: frozenset[str] = frozenset()

    def having(self, role: TeamRole) -> frozenset[str]:
        """All who have that role."""
        found: frozenset[str] = getattr(self, f"{role}s")
        return found

    def in_group(self, usergroup: str) -> frozenset[str]:
        """The members of a usergroup (a Slack id) that is not one of a role."""
        pairs = (pair.split(" ") for pair in self.grouped)
        return frozenset(person for group, person in pairs if group == usergroup)

    def with_role(self, slack_id: str, role: TeamRole) -> Staff:
        """The same, where the person has that role, too."""
        return replace(self, **{f"{role}s": self.having(role) | {slack_id}})

    def without_role(self, slack_id: str, role: TeamRole) -> Staff:
        """The same, where the person has not that role."""
        return replace(self, **{f"{role}s": self.having(role) - {slack_id}})

    def joined_by(self, other: Staff) -> Staff:
        """All of both."""
        names = [field.name for field in fields(self)]
        return Staff(**{name: getattr(self, name) | getattr(other, name) for name in names})


NO_STAFF = Staff()


@dataclass(frozen=True, slots=True)
class Team:
    """Who belongs to the desk: our own ids in Slack and the Slack ids of those with a role.

    ``agents`` None: Slack has not been asked yet who has any role.
    """

    team_id: str
    enterprise_id: str
    bot_user_id: str
    bot_id: str
    app_id: str
    agents: frozenset[str] | None = None
    specialists: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    managers: frozenset[str] = frozenset()
