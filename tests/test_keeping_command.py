"""What goes wrong with a backup is told in a sentence, which tells nothing of customers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from app import main
from bot.config import Settings
from storage import channels, people, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.channels import Channel
from storage.unit import writing
from tests.storage.cast import ACME, CARLA, OURS, ask, installation, person

KEY = Fernet.generate_key().decode()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an operator works: a desk with one ticket of Carla’s, and its settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings(tmp_path, "desk.db")
    url = f"sqlite:///{tmp_path}/desk.db"
    upgrade(url)
    engine, cipher = open_engine(url), Cipher([KEY])
    with writing(engine, OURS) as unit:
        url = "https://one.slack.test/"
        workspaces.install(unit.connection, installation(OURS), name="one", url=url, cipher=cipher)
        people.put(unit, person(CARLA, "Carla"))
        channels.put(unit, Channel(OURS, ACME, "C-ACME", "acme"))
        ask(unit)
    engine.dispose()
    return tmp_path


def settings(place: Path, database: str, key: str = KEY) -> None:
    slack = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")
    own = (f"DATABASE_URL=sqlite:///{place}/{database}", f"ENCRYPTION_KEYS={key}")
    (place / ".env").write_text("\n".join((*slack, *own)))


def told(*words: str) -> Result:
    """What a command says, which ends with a sentence and no trace."""
    result = CliRunner().invoke(main, words)
    assert isinstance(result.exception, SystemExit | None)
    return result


def test_a_row_that_cannot_be_restored_is_not_told(place: Path) -> None:
    told("backup", "whole.backup")
    doubled, words = twice(place / "whole.backup", "person"), "Carla"
    assert words in doubled
    (place / "bad.backup").write_bytes(gzip.compress(doubled.encode()))
    settings(place, "new.db")
    said = told("restore", "bad.backup")
    assert said.exit_code == 1
    assert "Nothing was restored" in said.output
    assert words not in said.output
    assert len(said.output.splitlines()) == 1


def twice(path: Path, table: str) -> str:
    """A backup in which the first row of a table stands twice."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f'{{"table":"{table}"'))
    return "\n".join([*lines[: at + 2], *lines[at + 1 :]])
