"""``app.py check --json`` tells machines what it tells people, also where settings are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import main
from bot.config import Settings
from storage import workspaces
from storage.cipher import Cipher, new_key
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.unit import writing
from tests.storage.cast import OURS, installation

NOWHERE = "http://127.0.0.1:9/api/"
WHOLE = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nothing is set."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def checked(place: Path, *lines: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was found by what was looked at."""
    (place / ".env").write_text("\n".join(lines))
    result = CliRunner().invoke(main, ["check", "--json"])
    return result.exit_code, {each["what"]: each for each in json.loads(result.stdout)}


def test_wrong_settings_are_findings_too(place: Path) -> None:
    code, found = checked(place, "PORT=often")
    assert code == 2
    assert {"SLACK_BOT_TOKEN", "PORT"} <= set(found)
    assert not any(each["is_ok"] for each in found.values())
    assert all(each["words"] for each in found.values())


def test_a_slack_that_cannot_be_reached_is_one_finding_of_several(place: Path) -> None:
    url = f"sqlite:///{place}/desk.db"
    code, found = checked(place, *WHOLE, f"SLACK_API_URL={NOWHERE}", f"DATABASE_URL={url}")
    assert code == 1
    assert found["settings"]["is_ok"]
    assert not found["Slack"]["is_ok"]


def desk_of(place: Path, key: str) -> str:
    """The URL of a database in which a desk keeps a token under that key."""
    url = f"sqlite:///{place}/desk.db"
    upgrade(url)
    engine = open_engine(url)
    with writing(engine, OURS) as unit:
        told = installation(OURS)
        workspaces.install(unit.connection, told, name="one", url="", cipher=Cipher([key]))
    engine.dispose()
    return url


def keys_of(place: Path, url: str, *lines: str) -> dict[str, Any]:
    """What is found of the keys."""
    _, found = checked(place, *WHOLE, f"SLACK_API_URL={NOWHERE}", f"DATABASE_URL={url}", *lines)
    return dict(found["keys"])


def test_a_key_that_opens_the_tokens_is_in_order(place: Path) -> None:
    kept, given = new_key(), new_key()
    url = desk_of(place, kept)
    (place / "desk.key").write_text(kept)
    assert keys_of(place, url)["is_ok"]
    assert keys_of(place, url, f"ENCRYPTION_KEYS={given},{kept}")["is_ok"]


@pytest.mark.parametrize("kept", ["another", "", "no key at all"])
def test_a_key_that_opens_nothing_is_told_with_its_place(place: Path, kept: str) -> None:
    url = desk_of(place, new_key())
    file = place / "desk.key"
    file.write_text(new_key() if kept == "another" else kept)
    told = keys_of(place, url)
    assert not told["is_ok"]
    assert str(file) in told["words"]
    assert "from its copy" in told["words"]


def test_a_key_that_is_gone_is_told_and_none_is_made(place: Path) -> None:
    told = keys_of(place, desk_of(place, new_key()))
    assert not told["is_ok"]
    assert not (place / "desk.key").exists()


def test_given_keys_that_open_nothing_are_told_by_their_name(place: Path) -> None:
    told = keys_of(place, desk_of(place, new_key()), f"ENCRYPTION_KEYS={new_key()}")
    assert not told["is_ok"]
    assert told["words"].startswith("ENCRYPTION_KEYS cannot open")


def test_before_the_first_start_there_is_no_key_to_look_at(place: Path) -> None:
    assert keys_of(place, f"sqlite:///{place}/desk.db")["is_ok"]
    assert not (place / "desk.key").exists()


def test_a_start_with_a_file_that_holds_no_key_says_so_in_a_sentence(place: Path) -> None:
    url = desk_of(place, new_key())
    (place / "desk.key").write_text("no key at all")
    (place / ".env").write_text("\n".join((*WHOLE, f"DATABASE_URL={url}")))
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert f"{place}/desk.key holds no key" in result.stderr
