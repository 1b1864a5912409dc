"""Who is signed in to the dashboard, each for a few hours."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import BigInteger, Table, Text, UniqueConstraint, bindparam, delete, insert, select

from storage.base import Instant, key, metadata, points, required, tenant
from storage.records.sessions import Session
from storage.rows import its, of_workspace, same
from storage.unit import Unit

session_table = Table(
    "session",
    metadata,
    tenant(),
    key("id", Text),
    required("person_id", BigInteger),
    required("sign_in", Text),
    required("at", Instant),
    required("until_at", Instant),
    points("person_id", "person"),
    UniqueConstraint("workspace_id", "sign_in"),
)

_columns = session_table.c
_BY_ID = select(*(_columns[each.name] for each in fields(Session))).where(
    of_workspace(session_table), same(_columns.id, "id"), _columns.until_at > bindparam("now")
)
_BY_SIGN_IN = select(_columns.id).where(
    of_workspace(session_table), same(_columns.sign_in, "sign_in")
)
_BEGIN = insert(session_table)
_END = delete(session_table).where(its(_columns.workspace_id), its(_columns.id))
_SWEEP = delete(session_table).where(
    its(_columns.workspace_id), _columns.until_at <= bindparam("now")
)


def live(unit: Unit, session_id: str, now: datetime) -> Session | None:
    """The session of that hash, None when there is none or it is over."""
    values = {"workspace_id": unit.workspace_id, "id": session_id, "now": now}
    row = unit.execute(_BY_ID, values).first()
    return None if row is None else Session(*row)


def has_begun(unit: Unit, sign_in: str) -> bool:
    """Whether that attempt to sign in has begun a session that is not forgotten yet."""
    values = {"workspace_id": unit.workspace_id, "sign_in": sign_in}
    return unit.execute(_BY_SIGN_IN, values).first() is not None


def begin(unit: Unit, session: Session) -> None:
    """Keep a new one, and forget those that are over.

    IntegrityError for an attempt to sign in that has begun one already.
    """
    own = {"its_workspace_id": unit.workspace_id}
    unit.execute(_SWEEP, own | {"now": session.at})
    unit.execute(_BEGIN, asdict(session))


def end(unit: Unit, session_id: str) -> None:
    """Forget one, if it is there."""
    unit.execute(_END, {"its_workspace_id": unit.workspace_id, "its_id": session_id})
