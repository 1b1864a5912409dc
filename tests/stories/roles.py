"""Who had which role when, by Slack's groups and by hand, found without the desk's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.rules.access import Who
from storage.records.people import Staff, TeamRole

# The members of the sandbox's usergroups, which nobody changes while a story is told.
BY_GROUP = {
    TeamRole.AGENT: frozenset({"U00000ANA", "U00000BEN"}),
    TeamRole.SPECIALIST: frozenset({"U000TARIQ"}),
    TeamRole.LEAD: frozenset({"U00000ANA"}),
    TeamRole.MANAGER: frozenset({"U0000MONA"}),
}
OURS = frozenset({"U00000ANA", "U00000BEN", "U000TARIQ", "U0000MONA", "U00000GUS"})
ABLE = {
    Who.AGENT: frozenset({TeamRole.AGENT, TeamRole.LEAD, TeamRole.MANAGER}),
    Who.SPECIALIST: frozenset(TeamRole),
    Who.LEAD: frozenset({TeamRole.LEAD, TeamRole.MANAGER}),
    Who.MANAGER: frozenset({TeamRole.MANAGER}),
}
# What is done in a hurry is done while a role is given or taken.
AT_ONCE = timedelta(seconds=1)


@dataclass(frozen=True)
class Roles:
    """``by_hand``: what leads had given, each from a moment until that of the next."""

    by_hand: Sequence[tuple[datetime, Staff]] = ()

    def could(self, slack_id: str, who: Who, at: datetime) -> bool:
        """Whether somebody might do, at that moment, what is for ``who``."""
        if who is Who.STAFF:
            return slack_id in OURS
        if who in (Who.ANYONE, Who.REQUESTER):
            return True
        return slack_id in OURS and any(slack_id in self._having(r, at) for r in ABLE[who])

    def ever_could(self, who: Who) -> frozenset[str]:
        """Those of our own people who at some time might do what is for ``who``."""
        if who not in ABLE:
            return OURS
        return frozenset(
            slack_id
            for slack_id in OURS
            for role in ABLE[who]
            if slack_id in BY_GROUP[role]
            or any(slack_id in staff.having(role) for _, staff in self.by_hand)
        )

    def _having(self, role: TeamRole, at: datetime) -> frozenset[str]:
        found = set(BY_GROUP[role])
        ends = [since for since, _ in self.by_hand[1:]]
        for n, (since, staff) in enumerate(self.by_hand):
            is_over = n < len(ends) and ends[n] + AT_ONCE < at
            if since - AT_ONCE <= at and not is_over:
                found |= staff.having(role)
        return frozenset(found)
