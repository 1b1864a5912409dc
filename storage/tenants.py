"""All that a step has to know of its workspace, in one question: every step begins with it."""

from __future__ import annotations

from sqlalchemy import literal_column, select

from storage import people, workspaces
from storage.people import staff_table
from storage.records.people import Staff
from storage.records.workspaces import DeskSettings, Installation, Workspace
from storage.rows import of_workspace
from storage.unit import Unit
from storage.workspaces import installation_table, setting_table, workspace_table

Tenant = tuple[Workspace, Installation, DeskSettings, Staff | None, bool]

_own = installation_table.c
_TENANT = (
    select(
        workspace_table.c.name,
        workspace_table.c.url,
        _own.enterprise_id,
        _own.team_id,
        _own.app_id,
        _own.bot_id,
        _own.bot_user_id,
        literal_column("''"),
        _own.is_active,
        setting_table.c.version,
        setting_table.c.body,
        staff_table.c.told,
        staff_table.c.fetched_at,
    )
    .select_from(
        installation_table.join(workspace_table, workspace_table.c.id == _own.workspace_id)
        .outerjoin(setting_table, setting_table.c.workspace_id == _own.workspace_id)
        .outerjoin(staff_table, staff_table.c.workspace_id == _own.workspace_id)
    )
    .where(of_workspace(installation_table))
    .order_by(setting_table.c.version.desc().nulls_last())
    .limit(1)
)


def read(unit: Unit) -> Tenant:
    """The workspace, its installation without its token, its settings, and who does what there.

    The staff is as Slack told last, None when it was never asked; last comes whether it is to be
    asked again.
    """
    name, url, *own, version, body, told, fetched_at = unit.execute(
        _TENANT, {"workspace_id": unit.workspace_id}
    ).one()
    return (
        Workspace(unit.workspace_id, name, url),
        Installation(unit.workspace_id, *own),
        DeskSettings() if version is None else workspaces.read_settings(version, body),
        None if told is None else people.read_staff(told),
        fetched_at is None,
    )
