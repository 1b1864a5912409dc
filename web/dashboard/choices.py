"""What one may choose to look at alone: accounts, agents, categories and channels of this desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from bot.errors import Missing
from bot.rules import access
from bot.usecases import announce
from bot.usecases.figures import NOBODY, Where
from bot.usecases.work import TenantFacts
from storage import accounts, channels, people
from storage.records.people import Person
from storage.unit import Unit
from web.dashboard.asked import NONE

MOST = 300  # of each kind; the pages of accounts and channels lead to all of them
Option = tuple[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice:
    """A list to choose from: its name in the address, its label, what holds now, what there is."""

    name: str
    label: str
    chosen: str
    options: tuple[Option, ...]

    @property
    def words(self) -> str:
        """What is chosen, as people call it; ``""`` for all."""
        return dict(self.options).get(self.chosen, "") if self.chosen else ""


def read(unit: Unit, facts: TenantFacts, where: Where) -> tuple[Choice, ...]:
    """The four lists. Raises Missing for a key that is none of this workspace's."""
    return (
        _choice("account", "Account", where.account, _accounts(unit, where.account)),
        _choice("agent", "Agent", where.agent, _agents(unit, facts, where.agent)),
        _categories(facts, where.category),
        _choice("channel", "Channel", where.channel, _channels(unit, facts, where.channel)),
    )


def _choice(name: str, label: str, key: int | None, options: list[Option]) -> Choice:
    return Choice(name, label, "" if key is None else str(key), tuple(options))


def _accounts(unit: Unit, key: int | None) -> list[Option]:
    found = {each.id: each.name for each in accounts.page(unit, most=MOST)}
    if key and key not in found:
        found[key] = _there(accounts.by_id(unit, key)).name
    return [*_named(found), (str(NOBODY), "No account")]


def _agents(unit: Unit, facts: TenantFacts, key: int | None) -> list[Option]:
    """Who has a role now; of those who had one, who is asked about."""
    staff = facts.last_staff
    ids = sorted(staff.agents | staff.leads | staff.managers) if staff else []
    known = [people.by_slack(unit, slack_id) for slack_id in ids[:MOST]]
    found = {each.id: each.name for each in known if each is not None}
    if key and key not in found:
        found[key] = _colleague(_there(people.by_id(unit, key)), facts).name
    return [*_named(found), (str(NOBODY), "Nobody")]


def _colleague(person: Person, facts: TenantFacts) -> Person:
    """Tickets are owned by colleagues, past ones included."""
    if not access.is_of_our_company(person, facts.team):
        raise Missing
    return person


def _categories(facts: TenantFacts, category: str | None) -> Choice:
    names = list(facts.settings.categories)
    if category and category not in names:
        names.append(category)
    chosen = "" if category is None else category or NONE
    options = tuple((name, name) for name in names)
    return Choice("category", "Category", chosen, (*options, (NONE, "No category")))


def _channels(unit: Unit, facts: TenantFacts, key: int | None) -> list[Option]:
    found = {
        each.id: f"#{each.name}"
        for each in channels.tracked(unit)
        if access.role_of(each, facts.settings) in announce.CUSTOMER_ROLES
    }
    found = dict(list(found.items())[:MOST])
    if key is not None and key not in found:
        found[key] = f"#{_there(channels.by_id(unit, key)).name}"
    return _named(found)


def _named(found: dict[int, str]) -> list[Option]:
    rows = [(str(key), name) for key, name in found.items()]
    return sorted(rows, key=lambda row: row[1].casefold())


def _there(found: T | None) -> T:
    if found is None:
        raise Missing
    return found
