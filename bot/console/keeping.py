"""``app.py migrate``, ``backup`` and ``restore``: the database as a whole."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.console.place import Door, database_told, pass_door
from storage import backup as stored
from storage.backup import NoBackup, NotEmpty
from storage.errors import in_short
from storage.migrate import Newer, upgrade


@click.command()
@pass_door
def migrate(door: Door) -> None:
    """Bring the database up to date; ``run`` does so by itself."""
    place = door.place()
    try:
        with database_told():
            upgrade(place.database_url)
    except Newer as error:
        raise click.ClickException(str(error)) from None
    click.echo("The database is up to date.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_door
def backup(door: Door, file: Path) -> None:
    """Copy the whole database into FILE; the desk may run meanwhile."""
    place = door.place()
    try:
        saved = stored.save(place.database_url, file, _tell_rows)
    except (OSError, ValueError, SQLAlchemyError) as error:
        raise click.ClickException(f"No backup was made: {in_short(error)}.") from None
    click.echo(f"{file}: {sum(saved.values()):,} rows.")
    click.echo(
        f"The key to its tokens is NOT in it: keep {place.key_name} as well, in another place."
    )


def _tell_rows(table: str, rows: int) -> None:
    click.echo(f"  {table}: {rows:,}", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_door
def restore(door: Door, file: Path) -> None:
    """Fill an empty database, SQLite or PostgreSQL, from the backup FILE."""
    place = door.place()
    try:
        restored = stored.restore(place.database_url, file)
    except NotEmpty as error:
        raise click.ClickException(f"{error}. A backup goes into an empty database only.") from None
    except (NoBackup, OSError, SQLAlchemyError) as error:
        # Never the statement: its values are what customers wrote.
        raise click.ClickException(
            f"Nothing was restored from {file}: {in_short(error)}."
        ) from None
    click.echo(f"{sum(restored.values()):,} rows.")
    click.echo(f"Before you run the desk, see that {place.key_name} holds the key of that time.")
