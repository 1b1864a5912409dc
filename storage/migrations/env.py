"""Alembic's door: works on the connection that `storage.migrate` hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage import passages
from storage.tables import metadata


def render_item(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    """Write what a column is in the database; our own types may change after the migration."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{type(thing.impl_instance).__name__}()"
    return False


def is_truth(name: str | None, kind: str, parents: Any) -> bool:
    """False for the index of words, which only its migration describes."""
    return kind != "table" or not (name or "").startswith(passages.TABLE)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    include_name=is_truth,
    compare_type=True,
)
context.run_migrations()
