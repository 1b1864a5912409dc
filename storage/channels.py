"""Channels, and the Slack ids under which each of them is or was known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from storage import remembered
from storage.aliases import Aliases
from storage.base import (
    ChoiceText,
    Instant,
    Words,
    in_workspace,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.channels import Channel
from storage.records.workspaces import Mode
from storage.rows import VersionedRows, its, of_workspace, same
from storage.unit import Unit

channel_table = Table(
    "channel",
    metadata,
    tenant(),
    key(),
    required("slack_id", Text),
    required("name", Words),
    required("company", Words),
    required("is_private", Boolean),
    required("is_direct", Boolean),
    required("is_ext_shared", Boolean),
    required("is_org_shared", Boolean),
    required("is_pending_ext_shared", Boolean),
    required("is_archived", Boolean),
    required("is_member", Boolean),
    required("is_found", Boolean),
    optional("mode", ChoiceText(Mode)),
    optional("account_id", BigInteger),
    required("is_team", Boolean),
    required("answers", Boolean),
    optional("fetched_at", Instant),
    required("version", Integer),
    in_workspace(),
    points("account_id", "account"),
    Index("ix_channel_account", "workspace_id", "account_id"),
)
ALIASES = Aliases("channel")

_CHANNELS = VersionedRows(channel_table, Channel)
_columns = channel_table.c
_BY_ID = _CHANNELS.select(same(_columns.id, "id"))
_MANY = _CHANNELS.select(_columns.id.in_(bindparam("ids", expanding=True)))
_BY_SLACK = _CHANNELS.select(ALIASES.of(channel_table))
_TRACKED = _CHANNELS.select(
    _columns.is_member.is_(True),
    _columns.is_found.is_(True),
    _columns.is_archived.is_(False),
    _columns.is_direct.is_(False),
).order_by(_columns.name, _columns.id)
_OF_ACCOUNT = _CHANNELS.select(same(_columns.account_id, "account_id")).order_by(
    _columns.name, _columns.id
)
_NAMES = (
    select(_columns.name, _columns.slack_id)
    .where(of_workspace(channel_table), _columns.is_direct.is_(False))
    .order_by(_columns.fetched_at, _columns.id)
)
_DOUBT = (
    update(channel_table)
    .where(its(_columns.workspace_id), _columns.fetched_at >= bindparam("since"))
    .values(version=_columns.version + 1, fetched_at=None)
)
_ACCOUNTS = select(_columns.id, _columns.account_id).where(of_workspace(channel_table))


def by_slack(unit: Unit, slack_id: str) -> Channel | None:
    """The channel that Slack calls so, or once did."""
    return _CHANNELS.first(unit, _BY_SLACK, slack_id=slack_id)


def by_id(unit: Unit, channel_id: int) -> Channel | None:
    return _CHANNELS.first(unit, _BY_ID, id=channel_id)


def many(unit: Unit, ids: Collection[int]) -> dict[int, Channel]:
    """Those of the channels that exist, by id."""
    if not ids:
        return {}
    return {channel.id: channel for channel in _CHANNELS.all(unit, _MANY, ids=list(ids))}


def of_account(unit: Unit, account_id: int) -> list[Channel]:
    """All channels of an account by name, archived ones too."""
    return _CHANNELS.all(unit, _OF_ACCOUNT, account_id=account_id)


def slack_ids(unit: Unit) -> dict[str, str]:
    """Slack's ids of all channels by their names, as last heard; of one name, the last heard of."""
    found = unit.execute(_NAMES, {"workspace_id": unit.workspace_id})
    return {str(name): str(slack_id) for name, slack_id in found}


def accounts_of_all(unit: Unit) -> dict[int, int | None]:
    """Whose each channel of the workspace is, both as keys of ours."""
    return {row[0]: row[1] for row in unit.execute(_ACCOUNTS, {"workspace_id": unit.workspace_id})}


def assign(unit: Unit, channel: Channel, *, account_id: int | None, mode: Mode | None) -> Channel:
    """Let the channel belong to an account, or to none. Raises Conflict."""
    mapped = replace(channel, account_id=account_id, mode=mode)
    kept = _CHANNELS.save(unit, channel, mapped)
    remembered.changed(unit)
    return kept


def make_team(unit: Unit, channel: Channel) -> Channel:
    """From now on, and for ever, cards may stand in this channel. Raises Conflict."""
    kept = _CHANNELS.save(unit, channel, replace(channel, is_team=True))
    remembered.changed(unit)
    return kept


def let_answer(unit: Unit, channel: Channel, *, answers: bool) -> Channel:
    """Let the desk answer there by itself where it is sure, or not any more. Raises Conflict."""
    kept = _CHANNELS.save(unit, channel, replace(channel, answers=answers))
    remembered.changed(unit)
    return kept


def put(unit: Unit, channel: Channel) -> None:
    """Keep what Slack told of a channel, new or known; its ``slack_id`` becomes an alias of it.

    Whose it is, Slack does not know: see `assign`. IntegrityError for a new record of an id that
    has one: somebody has learned it meanwhile.
    """
    if _CHANNELS.put(unit, channel, leaving=("account_id", "is_team", "answers")):
        ALIASES.add(unit, channel.slack_id, channel.id)
        remembered.added(unit)
    else:
        alias(unit, channel.slack_id, channel.id)


def alias(unit: Unit, slack_id: str, channel_id: int) -> None:
    """From now on Slack's id means this channel, whatever it meant before."""
    ALIASES.put(unit, slack_id, channel_id)
    remembered.changed(unit)


def doubt_since(unit: Unit, since: datetime) -> None:
    """Slack will have to be asked again for all of which it was asked since then."""
    unit.execute(_DOUBT, {"its_workspace_id": unit.workspace_id, "since": since})
    remembered.changed(unit)


def tracked(unit: Unit) -> list[Channel]:
    """Channels that the bot is in and can read, by name; direct talks and archived ones left out.

    What is done with their messages is another matter: `Channel.mode`.
    """
    return _CHANNELS.all(unit, _TRACKED)
