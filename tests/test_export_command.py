"""``app.py export`` writes the rows of one workspace; where there are several it asks which."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

import app
from app import main
from bot.config import Settings
from storage import channels, people, workspaces
from storage.cipher import Cipher
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.channels import Channel
from storage.unit import writing
from tests.storage.cast import ACME, CARLA, NOON, OURS, ZOES, ask, installation, person

KEY = Fernet.generate_key().decode()


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An operator's desk with three tickets, one a day."""
    url = f"sqlite:///{tmp_path}/desk.db"
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    lines = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")
    more = (f"DATABASE_URL={url}", f"ENCRYPTION_KEYS={KEY}")
    (tmp_path / ".env").write_text("\n".join((*lines, *more)))
    upgrade(url)
    installed(url, OURS)
    engine = open_engine(url)
    with writing(engine, OURS) as unit:
        people.put(unit, person(CARLA, "Carla"))
        channels.put(unit, Channel(OURS, ACME, "C-ACME", "acme"))
        for n in range(3):
            ask(unit, opened_at=NOON + timedelta(days=n))
    engine.dispose()
    return url


def installed(url: str, workspace_id: int) -> None:
    engine = open_engine(url)
    with writing(engine, workspace_id) as unit:
        workspaces.install(
            unit.connection,
            installation(workspace_id),
            name="one",
            url="https://one.slack.test/",
            cipher=Cipher([KEY]),
        )
    engine.dispose()


def export(*words: str) -> Result:
    return CliRunner().invoke(main, ["export", *words])


def opened(told: Result) -> list[str]:
    assert told.exit_code == 0, told.output
    return [row["opened_at"][:10] for row in csv.DictReader(StringIO(told.stdout))]


def test_both_days_of_a_time_are_in_it(url: str) -> None:
    assert opened(export("tickets")) == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert opened(export("tickets", "--since", "2026-03-03")) == ["2026-03-03", "2026-03-04"]
    days = ("--since", "2026-03-03", "--until", "2026-03-03")
    assert opened(export("tickets", *days)) == ["2026-03-03"]


def test_lines_of_json_are_the_other_format(url: str) -> None:
    told = export("messages", "--format", "jsonl").stdout.splitlines()
    assert len(told) == 3
    assert all(line.startswith("{") for line in told)


def test_of_several_workspaces_one_has_to_be_named(url: str) -> None:
    installed(url, ZOES)
    told = export("tickets")
    assert told.exit_code == 1
    assert "--workspace: T-OURS, T-ZOES" in told.stderr
    assert len(opened(export("tickets", "--workspace", "T-OURS"))) == 3
    assert opened(export("tickets", "--workspace", "T-ZOES")) == []


@pytest.mark.parametrize(
    "words, said",
    [
        (["cards"], "Invalid value"),
        (["tickets", "--since", "yesterday"], "Invalid value"),
        (["tickets", "--since", "2026-02-30"], "Invalid value"),
        (["tickets", "--until", "9999-12-31"], "Nobody had a calendar"),
        (["tickets", "--since", "2026-03-04", "--until", "2026-03-03"], "before --since"),
    ],
)
def test_what_nobody_understands_is_said(url: str, words: list[str], said: str) -> None:
    told = export(*words)
    assert told.exit_code == 2
    assert said in told.stderr


def test_a_database_without_a_desk_is_called_so(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    told = export("tickets")
    assert told.exit_code == 1
    assert told.stderr.startswith("Error: There is no desk in the database ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_in_a_line(url: str) -> None:
    program = [sys.executable, str(Path(app.__file__)), "export", "tickets"]
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr == (
        "Error: The output takes no more, the file is not whole: No space left on device.\n"
    )
