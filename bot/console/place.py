"""The place where a desk keeps what is true, as ``app.py`` lends it to commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from storage import workspaces
from storage.cipher import Cipher, WrongKey
from storage.engine import open_engine
from storage.errors import in_short
from storage.records.hours import Hours
from storage.records.policies import Policy
from storage.records.workspaces import Installation
from storage.unit import Unit, reading

Opened = Callable[[Engine, int], AbstractContextManager[Unit]]


@dataclass(frozen=True, slots=True)
class Place:
    """A database and the key to the tokens in it; ``key_name`` says where operators find that."""

    database_url: str
    cipher: Cipher
    key_name: str

    def units(self, opened: Opened) -> Iterator[AbstractContextManager[Unit]]:
        """A unit of each workspace, to be entered: ``opened`` reads or writes."""
        engine = self._engine()
        for each in self._installations(engine):
            yield opened(engine, each.workspace_id)

    @contextmanager
    def only_unit(self, team_id: str) -> Iterator[Unit]:
        """To read the workspace of that Slack id, or the only one there is."""
        engine = self._engine()
        known = {each.team_id: each for each in self._installations(engine)}
        found = known.get(team_id) if team_id else next(iter(known.values()), None)
        if found is None or (not team_id and len(known) > 1):
            there = ", ".join(sorted(known)) or "none was ever opened"
            raise click.ClickException(f"Say which workspace with --workspace: {there}.")
        with reading(engine, found.workspace_id) as unit:
            yield unit

    def _engine(self) -> Engine:
        engine = open_engine(self.database_url)
        click.get_current_context().call_on_close(engine.dispose)
        return engine

    def _installations(self, engine: Engine) -> list[Installation]:
        try:
            with database_told(), engine.connect() as connection, connection.begin():
                return list(workspaces.installations(connection, cipher=self.cipher))
        except WrongKey as error:
            mend = f"{self.key_name} has to hold that one, too"
            raise click.ClickException(f"{str(error).capitalize()}: {mend}.") from None


@dataclass(frozen=True, slots=True)
class Door:
    """What commands get from ``app.py``, the only one who reads settings: asked for when needed."""

    place: Callable[[], Place]
    policies_in: Callable[[Path], tuple[tuple[Policy, ...], Hours | None]]


pass_door = click.make_pass_decorator(Door)


@contextmanager
def database_told() -> Iterator[None]:
    """A database that does not answer, or holds no desk, is told in one line."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        said = in_short(error)
        if "no such table" in said or "does not exist" in said:
            raise click.ClickException(f"There is no desk in DATABASE_URL: {said}.") from None
        raise click.ClickException(f"The database does not answer: {said}.") from None
