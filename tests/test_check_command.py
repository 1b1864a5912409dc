"""``app.py check --json`` tells machines what it tells people, also where settings are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import main
from bot.config import Settings

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
