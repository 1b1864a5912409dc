"""People, the Slack ids under which each of them is known, and who of them does what."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    Boolean,
    Integer,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from storage import remembered
from storage.aliases import Aliases
from storage.base import (
    Instant,
    Words,
    in_workspace,
    key,
    metadata,
    optional,
    required,
    tenant,
)
from storage.records.people import Person, Staff
from storage.rows import VersionedRows, its, of_workspace, same
from storage.unit import Unit

person_table = Table(
    "person",
    metadata,
    tenant(),
    key(),
    required("slack_id", Text),
    required("team_id", Text),
    required("enterprise_id", Text),
    required("name", Words),
    required("image", Words),
    required("zone", Text),
    required("is_bot", Boolean),
    required("is_guest", Boolean),
    required("is_deleted", Boolean),
    required("is_found", Boolean),
    optional("fetched_at", Instant),
    required("status", Words),
    required("status_emoji", Words),
    optional("status_until", Instant),
    required("version", Integer),
    in_workspace(),
)
ALIASES = Aliases("person")
# One row of all roles, because they are asked for with every message and told by Slack at once.
staff_table = Table(
    "staff",
    metadata,
    tenant(),
    required("told", Text),
    optional("fetched_at", Instant),
    required("doubts", Integer),
    in_workspace(),
)

_PEOPLE = VersionedRows(person_table, Person)
_columns = person_table.c
_BY_ID = _PEOPLE.select(same(_columns.id, "id"))
_MANY = _PEOPLE.select(_columns.id.in_(bindparam("ids", expanding=True)))
_BY_SLACK = _PEOPLE.select(ALIASES.of(person_table))
_NAMES = select(_columns.id, _columns.name).where(
    of_workspace(person_table), _columns.name != "", _columns.is_bot.is_(False)
)
_STAFF = select(staff_table.c.told).where(of_workspace(staff_table))
_DOUBTS = select(staff_table.c.doubts).where(of_workspace(staff_table))
_CHANGE_STAFF = update(staff_table).where(its(staff_table.c.workspace_id))
_TRUST_STAFF = _CHANGE_STAFF.where(its(staff_table.c.doubts))
_DOUBT_STAFF = _CHANGE_STAFF.values(doubts=staff_table.c.doubts + 1, fetched_at=None)
_PUT_STAFF = insert(staff_table)
_DOUBT = (
    update(person_table)
    .where(its(_columns.workspace_id), _columns.fetched_at >= bindparam("since"))
    .values(version=_columns.version + 1, fetched_at=None)
)


def by_slack(unit: Unit, slack_id: str) -> Person | None:
    """The person whom Slack calls so, or once did."""
    return _PEOPLE.first(unit, _BY_SLACK, slack_id=slack_id)


def by_id(unit: Unit, person_id: int) -> Person | None:
    return _PEOPLE.first(unit, _BY_ID, id=person_id)


def many(unit: Unit, ids: Collection[int]) -> dict[int, Person]:
    """Those of the people who are known, by id."""
    if not ids:
        return {}
    return {person.id: person for person in _PEOPLE.all(unit, _MANY, ids=list(ids))}


def called(unit: Unit, name: str, *, most: int) -> list[Person]:
    """Those whose name, or a later part of it, begins so, whatever the case; by name.

    All names are read, tens of thousands in some 20 ms: databases differ in what is a small letter.
    """
    said = name.strip().casefold()
    rows = unit.execute(_NAMES, {"workspace_id": unit.workspace_id})
    fitting = sorted((full, key) for key, full in rows if said and _begins(full.casefold(), said))
    known = many(unit, [key for _, key in fitting[:most]])
    return [known[key] for _, key in fitting[:most]]


def _begins(name: str, said: str) -> bool:
    return name.startswith(said) or f" {said}" in name


def put(unit: Unit, person: Person) -> None:
    """Keep what Slack told of somebody, new or known; ``slack_id`` becomes an alias.

    IntegrityError for a new record of an id that has one: somebody has learned it meanwhile.
    """
    if _PEOPLE.put(unit, person):
        ALIASES.add(unit, person.slack_id, person.id)
        remembered.added(unit)
    else:
        alias(unit, person.slack_id, person.id)


def alias(unit: Unit, slack_id: str, person_id: int) -> None:
    """From now on Slack's id means this person, whomever it meant before."""
    ALIASES.put(unit, slack_id, person_id)
    remembered.changed(unit)


def staff(unit: Unit) -> Staff | None:
    """Who does what at the desk, as Slack told last; None when it was never asked."""
    told = unit.execute(_STAFF, {"workspace_id": unit.workspace_id}).scalar()
    return None if told is None else read_staff(told)


def doubt_since(unit: Unit, since: datetime) -> None:
    """Slack will have to be asked again for all of whom it was asked since then."""
    unit.execute(_DOUBT, {"its_workspace_id": unit.workspace_id, "since": since})
    remembered.changed(unit)


def put_staff(unit: Unit, staff: Staff, at: datetime, *, doubts: int | None = None) -> None:
    """Keep who does what, as Slack told ``at``; see `trust_staff` for the ``doubts``."""
    told = {"told": write_staff(staff)}
    if not unit.execute(_CHANGE_STAFF, _its_staff(unit) | told).rowcount:
        new = {"workspace_id": unit.workspace_id, "fetched_at": None, "doubts": 0}
        unit.execute(_PUT_STAFF, new | told)
    trust_staff(unit, at, doubts=doubts)


def staff_doubts(unit: Unit) -> int:
    """How often it was doubted who does what: to be read before Slack is asked for it."""
    return unit.execute(_DOUBTS, {"workspace_id": unit.workspace_id}).scalar() or 0


def doubt_staff(unit: Unit) -> None:
    """Slack will have to be asked again; until it answers nothing else is known than before."""
    unit.execute(_DOUBT_STAFF, _its_staff(unit))
    remembered.changed(unit)


def trust_staff(unit: Unit, at: datetime, *, doubts: int | None = None) -> bool:
    """What Slack told last holds, as far as it was asked ``at``. False when that is nothing.

    ``doubts`` were there before it was asked: those that came meanwhile stay. None: none did.
    """
    if staff(unit) is None:
        return False
    asked = {"its_doubts": staff_doubts(unit) if doubts is None else doubts, "fetched_at": at}
    unit.execute(_TRUST_STAFF, _its_staff(unit) | asked)
    remembered.changed(unit)
    return True


def _its_staff(unit: Unit) -> dict[str, int]:
    return {"its_workspace_id": unit.workspace_id}


def write_staff(staff: Staff) -> str:
    """As JSON, the same for the same people."""
    return json.dumps({name: sorted(ids) for name, ids in asdict(staff).items()})


@lru_cache(maxsize=256)
def read_staff(told: str) -> Staff:
    """The staff of a stored text."""
    return Staff(**{name: frozenset(ids) for name, ids in json.loads(told).items()})
