"""Tenants, the app's installation in each of them, and the settings kept for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    insert,
    or_,
    select,
    update,
)

from storage import remembered
from storage.base import Instant, Words, in_workspace, key, metadata, required, tenant
from storage.cipher import Cipher
from storage.records.clocks import Goal
from storage.records.csat import Polling
from storage.records.escalations import Level
from storage.records.hours import Hours
from storage.records.people import Staff, TeamRole
from storage.records.policies import Policy, Wall
from storage.records.rotas import Rota, Shift
from storage.records.tickets import Priority
from storage.records.workspaces import (
    Answer,
    DeskQueue,
    DeskSettings,
    Extra,
    ExtraKind,
    Installation,
    Mode,
    Way,
    Workspace,
)
from storage.rows import its, of_workspace, same
from storage.unit import Unit

workspace_table = Table(
    "workspace",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    required("name", Words),
    required("url", Text),
)
installation_table = Table(
    "installation",
    metadata,
    tenant(),
    required("enterprise_id", Text),
    required("team_id", Text),
    required("app_id", Text),
    required("bot_id", Text),
    required("bot_user_id", Text),
    required("token", Text),  # encrypted
    required("is_active", Boolean),
    in_workspace(),
    # The one way from Slack's ids to a tenant, so the one index across tenants.
    UniqueConstraint("enterprise_id", "team_id"),
)
setting_table = Table(
    "workspace_setting",
    metadata,
    tenant(),
    key("version", Integer),
    required("body", Text),
    required("at", Instant),
    in_workspace(),
)

_installed = installation_table.c
_WORKSPACE = select(workspace_table.c.id, workspace_table.c.name, workspace_table.c.url).where(
    same(workspace_table.c.id, "workspace_id")
)
_INSTALLATIONS = select(
    _installed.workspace_id,
    _installed.enterprise_id,
    _installed.team_id,
    _installed.app_id,
    _installed.bot_id,
    _installed.bot_user_id,
    _installed.token,
    _installed.is_active,
).order_by(_installed.workspace_id)
_OWN = _INSTALLATIONS.where(of_workspace(installation_table))
_FIND = (
    _INSTALLATIONS.where(
        same(_installed.enterprise_id, "enterprise_id"),
        or_(same(_installed.team_id, "team_id"), _installed.team_id == ""),
        _installed.is_active.is_(True),
    )
    .order_by(None)
    .order_by(_installed.team_id.desc())
    .limit(1)
)
_TENANT_OF = select(_installed.workspace_id).where(
    same(_installed.enterprise_id, "enterprise_id"), same(_installed.team_id, "team_id")
)
_ADD_WORKSPACE = insert(workspace_table)
_INSTALL = insert(installation_table)
_RENAME = update(workspace_table).where(its(workspace_table.c.id))
_REINSTALL = update(installation_table).where(its(_installed.workspace_id)).values(is_active=True)
_DEACTIVATE = (
    update(installation_table).where(its(_installed.workspace_id)).values(is_active=False, token="")
)
_SETTINGS = (
    select(setting_table.c.version, setting_table.c.body)
    .where(of_workspace(setting_table))
    .order_by(setting_table.c.version.desc())
    .limit(1)
)
_ADD_SETTINGS = insert(setting_table)
_IDS = select(workspace_table.c.id).order_by(workspace_table.c.id)


def find(
    connection: Connection, enterprise_id: str, team_id: str, *, cipher: Cipher
) -> Installation | None:
    """The active installation that an event is for: the team's own, else its organisation's.

    Slack's empty ids are ``""``; an organisation-wide installation has no team.
    """
    row = connection.execute(_FIND, {"enterprise_id": enterprise_id, "team_id": team_id}).first()
    return None if row is None else _read_installation(row, cipher)


def installations(connection: Connection, *, cipher: Cipher) -> list[Installation]:
    """All installations, inactive ones too, whose token is ``""``."""
    return [_read_installation(row, cipher) for row in connection.execute(_INSTALLATIONS)]


def installation(unit: Unit) -> Installation:
    """The unit's own installation; its token stays in the database and is ``""`` here."""
    row = unit.execute(_OWN, {"workspace_id": unit.workspace_id}).one()
    return replace(Installation(*row), token="")


def install(
    connection: Connection, installation: Installation, *, name: str, url: str, cipher: Cipher
) -> int:
    """Keep an installation, new or again, and return its workspace's id.

    Known Slack ids keep their workspace and get the new token; for others ``workspace_id`` is the
    key of the new workspace.
    """
    known = connection.execute(
        _TENANT_OF,
        {"enterprise_id": installation.enterprise_id, "team_id": installation.team_id},
    ).scalar()
    if known is None:
        _add(connection, installation, name=name, url=url, cipher=cipher)
        return installation.workspace_id
    _renew(connection, replace(installation, workspace_id=known), name=name, url=url, cipher=cipher)
    return int(known)


def deactivate(unit: Unit) -> None:
    """The app was removed: forget the token; all else stays."""
    unit.execute(_DEACTIVATE, {"its_workspace_id": unit.workspace_id})
    remembered.changed(unit)


def ids(connection: Connection) -> list[int]:
    """All workspaces that there are."""
    return [int(row[0]) for row in connection.execute(_IDS)]


def by_slack_id(connection: Connection) -> dict[str, int]:
    """All workspaces by the Slack id of their team, or of the organisation that is one as a whole.

    For those who look without a key.
    """
    found = connection.execute(_INSTALLATIONS)
    return {row.team_id or row.enterprise_id: int(row.workspace_id) for row in found}


def workspace(unit: Unit) -> Workspace:
    """The unit's own workspace."""
    row = unit.execute(_WORKSPACE, {"workspace_id": unit.workspace_id}).one()
    return Workspace(*row)


def settings(unit: Unit) -> DeskSettings:
    """The newest settings, or the defaults, with version 0, when none were kept."""
    row = unit.execute(_SETTINGS, {"workspace_id": unit.workspace_id}).first()
    return DeskSettings() if row is None else read_settings(*row)


def save_settings(unit: Unit, wanted: DeskSettings, at: datetime) -> DeskSettings:
    """Keep settings as the next version if they differ from the newest; return the newest."""
    newest = settings(unit)
    if newest.version and replace(wanted, version=newest.version) == newest:
        return newest
    kept = replace(wanted, version=newest.version + 1)
    row = {"version": kept.version, "body": _write_settings(kept), "at": at}
    unit.execute(_ADD_SETTINGS, {"workspace_id": unit.workspace_id, **row})
    remembered.changed(unit)
    return kept


def _add(
    connection: Connection, installation: Installation, *, name: str, url: str, cipher: Cipher
) -> None:
    tenant_row = {"id": installation.workspace_id, "name": name, "url": url}
    connection.execute(_ADD_WORKSPACE, tenant_row)
    row = asdict(installation) | {"token": cipher.encrypt(installation.token)}
    connection.execute(_INSTALL, row | {"is_active": True})


def _renew(
    connection: Connection, installation: Installation, *, name: str, url: str, cipher: Cipher
) -> None:
    known = installation.workspace_id
    connection.execute(_RENAME, {"its_id": known, "name": name, "url": url})
    renewed = {
        "app_id": installation.app_id,
        "bot_id": installation.bot_id,
        "bot_user_id": installation.bot_user_id,
        "token": cipher.encrypt(installation.token),
    }
    connection.execute(_REINSTALL, {"its_workspace_id": known, **renewed})
    remembered.changed(Unit(known, connection))


def _read_installation(row: Row[*tuple[Any, ...]], cipher: Cipher) -> Installation:
    stored = Installation(*row)
    return replace(stored, token=cipher.decrypt(stored.token))


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _hours(told: dict[str, Any]) -> Hours:
    return Hours(
        zone=told["zone"],
        week=tuple(tuple((opens, closes) for opens, closes in day) for day in told["week"]),
        country=told["country"],
        closed=frozenset(date.fromisoformat(day) for day in told["closed"]),
    )


def _policy(told: dict[str, Any]) -> Policy:
    return Policy(
        name=told["name"],
        spans={Goal(goal): _span(seconds) for goal, seconds in told["spans"].items()},
        tier=told["tier"],
        priority=None if told["priority"] is None else Priority(told["priority"]),
        hours=None if told["hours"] is None else _hours(told["hours"]),
        wall=Wall(told["wall"]),
        warn=told["warn"],
    )


def _policies(told: list[dict[str, Any]]) -> tuple[Policy, ...]:
    return tuple(map(_policy, told))


def _staff(told: dict[str, list[str]]) -> Staff:
    return Staff(**{name: frozenset(ids) for name, ids in told.items()})


def _extras(told: list[dict[str, Any]]) -> tuple[Extra, ...]:
    return tuple(
        Extra(each["name"], ExtraKind(each["kind"]), tuple(each["choices"])) for each in told
    )


def _queues(told: list[dict[str, Any]]) -> tuple[DeskQueue, ...]:
    return tuple(
        DeskQueue(**{**each, "way": Way(each["way"]), "members": tuple(each["members"])})
        for each in told
    )


def _ladder(told: list[dict[str, Any]]) -> tuple[Level, ...]:
    return tuple(
        Level(
            **{
                **each,
                "people": tuple(each["people"]),
                "role": TeamRole(each["role"]) if each["role"] else None,
            }
        )
        for each in told
    )


def _rotas(told: list[dict[str, Any]]) -> tuple[Rota, ...]:
    return tuple(Rota(each["name"], tuple(map(_shift, each["shifts"]))) for each in told)


def _shift(told: dict[str, Any]) -> Shift:
    return Shift(**{**told, "hours": _hours(told["hours"]), "people": tuple(told["people"])})


def _polling(told: dict[str, Any]) -> Polling:
    spans = {name: _span(told[name]) for name in ("delay", "gap", "remind", "expire")}
    return Polling(**{**told, **spans, "off": tuple(told["off"])})


def _reactions(told: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {act: tuple(emoji) for act, emoji in told.items()}


# How to read what JSON cannot say itself; the other settings are plain text.
_READ: dict[str, Callable[[Any], Any]] = {
    "customer_mode": Mode,
    "answer": Answer,
    "grouping": _span,
    "undo": _span,
    "reopen": _span,
    "nudge": _span,
    "give_up": _span,
    "policies": _policies,
    "categories": tuple,
    "reactions": _reactions,
    "extras": _extras,
    "queues": _queues,
    "hours": _hours,
    "staff": _staff,
    "tiers": tuple,
    "ladder": _ladder,
    "rotas": _rotas,
    "has_pager": bool,
    "csat": _polling,
    "suggests": bool,
    "group_names": dict,
}


def _write_settings(kept: DeskSettings) -> str:
    """As JSON: durations in seconds, the version left to its column."""
    body = asdict(kept)
    del body["version"]
    spans = {name: body[name].total_seconds() for name, read in _READ.items() if read is _span}
    return json.dumps(body | spans, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    """What JSON cannot say itself: a span in seconds, a day, and a set, in order."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.isoformat() if isinstance(value, date) else sorted(value)


@lru_cache(maxsize=256)
def read_settings(version: int, body: str) -> DeskSettings:
    """The settings of a stored body; one that the body is too old to know has its default."""
    told = json.loads(body)
    return DeskSettings(version, **{name: _READ.get(name, str)(told[name]) for name in told})
