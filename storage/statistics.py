"""Keeps the planner's picture of tables that grow fast: PostgreSQL itself looks once a minute.

Until then it knows nothing of a new table, or knows it as small, and a statement that is prepared
meanwhile may take an index that does not fit: a burst on a new desk cost it twice the work.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, Connection, Text, bindparam, text

from storage.base import metadata

_GROWN = text("""
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)
    AND relname = ANY (:tables)
    AND pg_relation_size(oid)
        > 2 * greatest(relpages, 1) * CAST(current_setting('block_size') AS bigint)
""").bindparams(bindparam("tables", type_=ARRAY(Text)))


def grown(connection: Connection) -> list[str]:
    """The tables that are twice as large as when they were last analysed.

    None on SQLite, which needs nothing: its plans come from the indexes alone.
    """
    if connection.dialect.name != "postgresql":
        return []
    found = connection.execute(_GROWN, {"tables": list(metadata.tables)})
    return [str(name) for name in found.scalars()]


def freshen(connection: Connection) -> list[str]:
    """Analyse those tables; which they were.

    Nobody waits for it: a table that somebody else has locked is left for the next time.
    """
    found = grown(connection)
    for name in found:
        connection.exec_driver_sql(f'ANALYZE (SKIP_LOCKED) "{name}"')
    return found
