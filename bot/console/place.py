"""The place where a desk keeps what is true, as ``app.py`` lends it to commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError, ProgrammingError

from storage import workspaces
from storage.engine import is_there, open_engine
from storage.errors import in_short, is_trouble
from storage.migrate import Newer, current_within, is_head
from storage.records.hours import Hours
from storage.records.policies import Policy
from storage.unit import Unit, reading

NO_DESK = "There is no desk in {}: none has run there yet. Is DATABASE_URL the one of your desk?"
OLDER = (
    "The database is of an older version. A start of the desk brings it up to date, and so does"
    " `app.py migrate`; make a backup with the older version before."
)

Opened = Callable[[Engine, int], AbstractContextManager[Unit]]


@dataclass(frozen=True, slots=True)
class Place:
    """A database; ``key_name`` says where operators find the key to the tokens in it.

    Whoever only looks makes nothing: a file that root had made would be closed to the desk.
    """

    database_url: str
    key_name: str

    def units(self, opened: Opened) -> Iterator[AbstractContextManager[Unit]]:
        """A unit of each workspace, to be entered: ``opened`` reads or writes."""
        engine, known = self._opened()
        for workspace_id in known.values():
            yield _told(opened(engine, workspace_id))

    @contextmanager
    def only_unit(self, team_id: str) -> Iterator[Unit]:
        """To read the workspace of that Slack id, or the only one there is."""
        engine, known = self._opened()
        found = known.get(team_id) if team_id else next(iter(known.values()), None)
        if found is None or (not team_id and len(known) > 1):
            there = ", ".join(sorted(known)) or "none was ever opened"
            raise click.ClickException(f"Say which workspace with --workspace: {there}.")
        with _told(reading(engine, found)) as unit:
            yield unit

    def _opened(self) -> tuple[Engine, dict[str, int]]:
        """The database, whose tables are those of this version, and the workspaces in it."""
        with database_told():
            if not is_there(self.database_url):
                raise _no_desk(self.database_url)
            engine = open_engine(self.database_url)
            click.get_current_context().call_on_close(engine.dispose)
            with engine.connect() as connection, connection.begin():
                self._see_to(current_within(connection))
                return engine, workspaces.by_slack_id(connection)

    def _see_to(self, revision: str | None) -> None:
        if revision is None:
            raise _no_desk(self.database_url)
        try:
            is_ours = is_head(revision)
        except Newer as error:
            raise click.ClickException(str(error)) from None
        if not is_ours:
            raise click.ClickException(OLDER)


def _no_desk(url: str) -> click.ClickException:
    return click.ClickException(NO_DESK.format(f"the database {make_url(url).database}"))


@dataclass(frozen=True, slots=True)
class Door:
    """What commands get from ``app.py``, the only one who reads settings: asked for when needed."""

    place: Callable[[], Place]
    policies_in: Callable[[Path], tuple[tuple[Policy, ...], Hours | None]]


pass_door = click.make_pass_decorator(Door)


@contextmanager
def database_told() -> Iterator[None]:
    """A database that does not answer is told in one line."""
    try:
        yield
    except DBAPIError as error:
        if not is_trouble(error) and not isinstance(error, ProgrammingError):
            raise
        raise click.ClickException(f"The database does not answer: {in_short(error)}.") from None


@contextmanager
def _told(opening: AbstractContextManager[Unit]) -> Iterator[Unit]:
    with database_told(), opening as unit:
        yield unit
