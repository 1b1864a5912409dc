"""Commands that look at the desk's database make nothing there, and ask for no key."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app import main
from bot.config import Settings
from storage import workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit import writing
from tests.storage.cast import OURS, installation

LOOKS = (
    ["books"],
    ["failed", "list"],
    ["failed", "show", "1"],
    ["failed", "retry", "1"],
    ["failed", "drop", "1"],
    ["export", "tickets"],
    ["backup", "desk.backup"],
)
WORKED = (["books"], ["failed", "list"], ["export", "tickets"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an operator stands; the settings name no key, which would lie beside the database."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    lines = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")
    url = f"sqlite:///{tmp_path}/kept/desk.db"
    (tmp_path / ".env").write_text("\n".join((*lines, f"DATABASE_URL={url}")))
    return tmp_path


def opened(folder: Path) -> str:
    """A desk has run there, with a key that is elsewhere now."""
    url = f"sqlite:///{folder}/kept/desk.db"
    upgrade(url)
    engine = open_engine(url)
    with writing(engine, OURS) as unit:
        workspaces.install(
            unit.connection, installation(OURS), name="one", url="", cipher=Cipher.fresh()
        )
    engine.dispose()
    return url


def marked(url: str, revision: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
    engine.dispose()


def told(words: list[str]) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_where_no_desk_has_run_nothing_is_made(folder: Path, words: list[str]) -> None:
    answer = told(words)
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert "no desk" in answer.stderr or "no tables" in answer.stderr
    assert [each.name for each in folder.iterdir()] == [".env"]


@pytest.mark.parametrize("words", WORKED, ids=" ".join)
def test_what_only_looks_needs_no_key_and_makes_none(folder: Path, words: list[str]) -> None:
    opened(folder)
    answer = told(words)
    assert answer.exit_code == 0, answer.output
    assert not list(folder.rglob("*.key"))


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_a_database_of_a_newer_version_is_refused_by_all(folder: Path, words: list[str]) -> None:
    marked(opened(folder), "a_later_one")
    answer = told(words)
    assert answer.exit_code == 1
    assert "version" in answer.stderr
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("words", WORKED, ids=" ".join)
def test_a_database_of_an_older_version_is_to_be_brought_up_first(
    folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(folder)
    monkeypatch.setattr("storage.migrate.head", lambda: "of a version to come")
    answer = told(words)
    assert answer.exit_code == 1
    assert "`app.py migrate`" in answer.stderr


def test_a_file_that_is_no_database_is_told_in_a_line(folder: Path) -> None:
    (folder / "kept").mkdir()
    (folder / "kept" / "desk.db").write_bytes(b"a letter to the manager, not a database" * 99)
    answer = told(["books"])
    assert answer.exit_code == 1
    assert answer.stderr == "Error: The database does not answer: file is not a database.\n"
