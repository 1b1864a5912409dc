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


def freshen(connection: Connection) -> list[str]:
    """Analyse the tables that are twice as large as when that was last done; which they were.

    Nobody waits for it: a table that somebody else has locked is left for the next time. SQLite
    needs nothing, as its plans come from the indexes alone.
    """
    if connection.dialect.name != "postgresql":
        return []
    grown = list(connection.execute(_GROWN, {"tables": list(metadata.tables)}).scalars())
    for name in grown:
        connection.exec_driver_sql(f'ANALYZE (SKIP_LOCKED) "{name}"')
    return grown
