"""What App Home is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.today import TodayScene
from storage.records.people import Absence, Person


@dataclass(frozen=True, slots=True)
class HomeSection:
    """One of the lists at home: mine, free (nobody's), waiting or snoozed.

    ``next_id`` is the ticket behind which the next page begins, 0 when this is the last.
    """

    name: str
    tickets: tuple[TicketScene, ...]
    total: int
    next_id: int = 0


@dataclass(frozen=True, slots=True)
class HomeScene:
    """The home of one person; who is no agent sees a friendly pointer only.

    ``shown`` is the section that is looked at alone, ``""`` for all; ``is_paged``: not its first
    page. ``filters`` are (value, label) of what can be looked at alone, ``only`` the value that was
    chosen. ``absence`` is set while the person is away, as they said. ``may_see_figures``: the
    dashboard would let them in; ``today`` is for those who manage the desk
    (`bot.usecases.today.TodayScene`).
    """

    person: Person
    now: datetime
    is_agent: bool = False
    is_staff: bool = False
    sections: tuple[HomeSection, ...] = ()
    shown: str = ""
    is_paged: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    only: str = ""
    absence: Absence | None = None
    is_away_by_status: bool = False
    may_see_figures: bool = False
    today: TodayScene | None = None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The filters as a list's values: they come back like a button's, behind a key."""
        return [(f"1={value}", label) for value, label in self.filters]

    @property
    def chosen(self) -> str:
        """That of the choices which holds now."""
        return f"1={self.only}"
