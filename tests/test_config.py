"""Settings: all that is wrong is told at once, with how to mend it, and no secret is shown."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import customs
from bot.config import Settings, SettingsError, policies_in
from storage.records.workspaces import Extra, ExtraKind

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-secret-bot",
    "SLACK_APP_TOKEN": "xapp-secret-app",
    "TRIAGE_CHANNEL": "#triage",
}


@pytest.fixture(autouse=True)
def _an_empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def given(tmp_path: Path, **values: str) -> Settings:
    """The settings of an operator who wrote GOOD, and these, into .env."""
    lines = [f"{name}={value}" for name, value in (GOOD | values).items()]
    (tmp_path / ".env").write_text("\n".join(lines))
    return Settings.load()


def refused(tmp_path: Path, **values: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        given(tmp_path, **values)
    return caught.value


def test_two_tokens_and_a_channel_are_enough(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert settings.is_socket_mode
    assert settings.database_url == "sqlite:///var/threadkeeper.db"
    assert (settings.port, settings.slack_post_rate) == (3000, 1.0)
    assert settings.slack_api_url == "https://slack.com/api/"


def test_a_signing_secret_is_the_other_way_in(tmp_path: Path) -> None:
    settings = given(tmp_path, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="8f742231b10e8888abcd")
    assert not settings.is_socket_mode


def test_the_daily_digest_comes_at_nine_at_another_time_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert given(tmp_path).daily_digest == "09:00"
    assert given(tmp_path, DAILY_DIGEST="8.30").daily_digest == "08:30"
    assert given(tmp_path, DAILY_DIGEST="").daily_digest == ""
    monkeypatch.setenv("DAILY_DIGEST", "5pm")
    assert given(tmp_path, DAILY_DIGEST="").daily_digest == "17:00"
    monkeypatch.setenv("DAILY_DIGEST", "")
    assert given(tmp_path, DAILY_DIGEST="8:30").daily_digest == ""


def test_a_time_that_is_none_is_told_with_one_that_is(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, DAILY_DIGEST="25:00").problems
    assert (problem.name, problem.wrong) == ("DAILY_DIGEST", "is no time of day (25:00)")
    assert "such as 09:00, or leave it empty" in problem.mend


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    names = [problem.name for problem in caught.value.problems]
    assert names == [
        "SLACK_BOT_TOKEN",
        "TRIAGE_CHANNEL",
        "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET",
    ]
    assert all(problem.mend for problem in caught.value.problems)


def test_wrong_settings_of_every_kind_are_told_together(tmp_path: Path) -> None:
    error = refused(
        tmp_path,
        PORT="http",
        DATABASE_URL="mysql://root:hunter2@db/desk",
        TECH_CHANNEL="tech",
        PUBLIC_SUPPORT_CHANNEL="#triage",
        SLACK_POST_RATE="-1",
        LOG_LEVEL="loud",
        TEMPLATES_DIR="nowhere",
        AGENTS_USERGROUP="agents",
        CLOCK_URL="noon",
    )
    assert {problem.name for problem in error.problems} == {
        "PORT",
        "DATABASE_URL",
        "TECH_CHANNEL",
        "TRIAGE_CHANNEL",
        "SLACK_POST_RATE",
        "LOG_LEVEL",
        "TEMPLATES_DIR",
        "AGENTS_USERGROUP",
        "CLOCK_URL",
    }
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    "name,value,said",
    [
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "put it into SLACK_APP_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-1-secret", "user’s token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-secret", "token rotation"),
        ("SLACK_BOT_TOKEN", "secret", "xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-secret…", "xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-secret of ours", "xoxb-"),
        ("SLACK_API_URL", "http://[::secret/", "http://"),
        ("SLACK_API_URL", "https://us:secret@api:port/", "http://"),
        ("SLACK_API_URL", "https://slack.com/api secret", "http://"),
        ("DATABASE_URL", "sqlite:///", "sqlite:///path"),
        ("DATABASE_URL", "sqlite:///.", "sqlite:///path"),
        ("DATABASE_URL", "sqlite:///secret/", "sqlite:///path"),
        ("DATABASE_URL", "sqlite://secret/desk.db", "sqlite:///path"),
        ("DATABASE_URL", "sqlite:///:memory:", "sqlite:///path"),
        ("DATABASE_URL", "postgresql://desk:secret@host:port/desk", "postgresql://user"),
        ("SLACK_APP_TOKEN", "xoxb-1-secret", "xapp-"),
        ("SLACK_APP_TOKEN", "secret", "xapp-"),
        ("SLACK_APP_TOKEN", "xapp-1 secret", "xapp-"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-secret", "Signing Secret"),
        ("ENCRYPTION_KEYS", "secret", "Fernet"),
    ],
)
def test_a_swapped_or_malformed_secret_is_recognised_and_not_repeated(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    error = refused(tmp_path, **{name: value})
    assert [problem.name for problem in error.problems] == [name]
    assert said in str(error)
    assert "secret" not in str(error).replace("Signing Secret", "")


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    settings = given(tmp_path, ENCRYPTION_KEYS=key, DATABASE_URL="postgresql://u:hunter2@db/desk")
    for secret in ("secret-bot", "secret-app", key, "hunter2"):
        assert secret not in f"{settings!r} {settings}"


def test_several_encryption_keys_are_parted_by_commas(tmp_path: Path) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    settings = given(tmp_path, ENCRYPTION_KEYS=", ".join(keys))
    assert [key.get_secret_value() for key in settings.encryption_keys] == keys


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765/api", "http://127.0.0.1:8765/api/"])
def test_another_slack_may_be_given_with_or_without_the_last_slash(
    tmp_path: Path, url: str
) -> None:
    assert given(tmp_path, SLACK_API_URL=url).slack_api_url == "http://127.0.0.1:8765/api/"


@pytest.mark.parametrize("channel", ["C024BE91L", "G012345678", "#triage", "#stütz_punkt-2"])
def test_a_channel_is_an_id_or_a_name(tmp_path: Path, channel: str) -> None:
    assert given(tmp_path, TRIAGE_CHANNEL=channel).triage_channel == channel


@pytest.mark.parametrize("channel", ["D024BE91L", "triage", "# triage", "U024BE91L"])
def test_what_is_no_channel_is_refused(tmp_path: Path, channel: str) -> None:
    assert refused(tmp_path, TRIAGE_CHANNEL=channel).problems[0].name == "TRIAGE_CHANNEL"


def test_the_environment_wins_over_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "threadkeeper.toml").write_text('PORT = 1\nhost = "::1"\nlog_level = "error"\n')
    monkeypatch.setenv("PORT", "3")
    settings = given(tmp_path, LOG_LEVEL="debug")
    assert (settings.port, settings.log_level, settings.host) == (3, "DEBUG", "::1")


def test_an_unknown_name_in_the_file_is_told_with_the_nearest_right_one(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text('TRIAGE_CHANEL = "#triage"\n')
    error = refused(tmp_path)
    assert "did you mean TRIAGE_CHANNEL?" in str(error)


def test_a_file_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text("port = \n")
    assert "line 1" in str(refused(tmp_path))


def test_names_of_others_in_the_environment_are_left_alone(tmp_path: Path) -> None:
    assert given(tmp_path, SLACK_CLIENT_ID="1.2", HOMEPAGE="x").port == 3000


def test_given_settings_ask_neither_environment_nor_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_POST_RATE", "-3")
    monkeypatch.setenv("TECH_CHANNEL", "#elsewhere")
    settings = Settings.given(
        slack_bot_token="xoxb-sandbox", slack_app_token="xapp-sandbox", triage_channel="#triage"
    )
    assert settings.slack_post_rate == 1
    assert settings.tech_channel == ""


def test_periods_and_categories_are_the_desks_only_when_they_are_said(tmp_path: Path) -> None:
    assert customs.said(given(tmp_path)) == {}
    told = given(tmp_path, REOPEN_DAYS="7", NUDGE_DAYS="0", CATEGORIES="Robots, Bills and taxes")
    assert customs.said(told) == {
        "reopen": timedelta(days=7),
        "nudge": timedelta(),
        "categories": ("Robots", "Bills and taxes"),
    }


def test_fields_of_the_desks_own_come_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text(
        """
        [[ticket_fields]]
        name = "Version"
        [[ticket_fields]]
        name = "Plan"
        kind = "choice"
        choices = ["Free", "Paid"]
        """
    )
    assert given(tmp_path).ticket_fields == (
        Extra("Version"),
        Extra("Plan", ExtraKind.CHOICE, ("Free", "Paid")),
    )


@pytest.mark.parametrize(
    "name, value, wrong",
    [
        ("REOPEN_DAYS", "soon", "has no such value"),
        ("NUDGE_DAYS", "-1", "has no such value"),
        ("CATEGORIES", "Robots, robots", "has the same name twice"),
        ("CATEGORIES", "Robots,,Bills", "has an empty name"),
        ("CATEGORIES", ",".join(map(str, range(61))), "has 61 names"),
        ("CATEGORIES", "x" * 61, "has a name that is too long"),
        ("TICKET_FIELDS", '[{"name": "Plan", "kind": "choice"}]', "has no choices for Plan"),
        ("TICKET_FIELDS", '[{"name": "A", "choices": ["x"]}]', "has choices for A, a text"),
        ("TICKET_FIELDS", '[{"name": "A", "kind": "colour"}]', "has no such value"),
        ("TICKET_FIELDS", '[{"name": "A"}, {"name": "a"}]', "has the same name twice"),
    ],
)
def test_wrong_customs_are_told_with_how_to_mend_them(
    tmp_path: Path, name: str, value: str, wrong: str
) -> None:
    (problem,) = refused(tmp_path, **{name: value}).problems
    assert (problem.name, problem.wrong.startswith(wrong)) == (name, True)
    assert problem.mend


def test_emoji_of_acts_are_a_table_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "threadkeeper.toml"
    file.write_text('[reactions]\ntake = [":eyes:", "Raised_Hand::skin-tone-2"]\nwait = ["zzz"]\n')
    told = given(tmp_path)
    assert told.reactions == {"take": ("eyes", "raised_hand"), "wait": ("zzz",)}
    assert customs.said(told) == {"reactions": told.reactions}


@pytest.mark.parametrize(
    "line, wrong",
    [
        ('fly = ["eyes"]', "names no such act (fly)"),
        ('snooze = ["zzz"]', "names no such act (snooze)"),
        ('take = ["👀"]', "has no name of an emoji"),
        ('take = ["white_check_mark"]', "lets white_check_mark mean take and resolve"),
        ('take = "eyes"', "has no such value"),
    ],
)
def test_wrong_emoji_of_acts_say_how_to_mend_them(tmp_path: Path, line: str, wrong: str) -> None:
    (tmp_path / "threadkeeper.toml").write_text(f"[reactions]\n{line}\n")
    (problem,) = refused(tmp_path).problems
    assert problem.wrong.startswith(wrong)
    assert problem.mend


def test_opening_hours_are_a_table_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text(
        '[hours]\nzone = "Europe/Berlin"\nweekdays = "08:00-12:00, 13:00-17:00"\nholidays = "DE"\n'
    )
    hours = given(tmp_path).hours
    assert hours is not None
    assert (hours.zone, hours.country, hours.opens, hours.closes) == (
        "Europe/Berlin",
        "DE",
        8 * 60,
        17 * 60,
    )


def test_wrong_hours_say_how_to_write_them(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text('[hours]\nmondy = "9-17"\n')
    (problem,) = refused(tmp_path).problems
    assert (problem.name, problem.wrong) == ("HOURS", "knows no mondy")
    assert problem.mend == "did you mean monday?"


def test_what_is_promised_are_tables_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text(
        '[[sla]]\ntier = "Premium"\nfirst = "1h"\n[[sla]]\nfirst = "4h"\nhours = "always"\n'
    )
    told = given(tmp_path)
    assert told.sla is not None
    assert [each.name for each in told.sla] == ["Premium", "everybody"]
    assert customs.said(told) == {"policies": told.sla}


def test_a_wrong_promise_is_named(tmp_path: Path) -> None:
    (tmp_path / "threadkeeper.toml").write_text('[[sla]]\ntier = "Premuim"\nfirst = "1h"\n')
    (problem,) = refused(tmp_path).problems
    assert (problem.name, problem.wrong) == ("SLA", "in entry 1 (Premuim) knows no tier Premuim")
    assert problem.mend == "did you mean Premium?"


def test_a_file_of_promises_is_read_alone_and_its_slips_name_the_file(tmp_path: Path) -> None:
    file = tmp_path / "promises.toml"
    file.write_text('[hours]\nzone = "Asia/Tokyo"\n[[sla]]\nfirst = "1h"\n')
    policies, hours = policies_in(file)
    assert [each.name for each in policies] == ["everybody"]
    assert hours is not None
    assert hours.zone == "Asia/Tokyo"
    for slip, wrong in (
        ('[[sla]]\nfirst = "soon"\n', "in entry 1 has no such time"),
        ("first = ", "cannot be read"),
        ("", "promises nothing"),
        ("sla = 7", "promises nothing"),
    ):
        file.write_text(slip)
        with pytest.raises(SettingsError) as caught:
            policies_in(file)
        (problem,) = caught.value.problems
        assert problem.name == str(file)
        assert problem.wrong.startswith(wrong)


def test_a_pager_has_a_secret_and_is_called_in_the_open_nowhere(tmp_path: Path) -> None:
    url = "https://pager.example/hook/abc"
    assert not given(tmp_path, PAGER_URL="").pager_url
    (problem,) = refused(tmp_path, PAGER_URL=url).problems
    assert problem.name == "PAGER_SECRET"
    told = {"PAGER_URL": url, "PAGER_SECRET": "sixteen characters"}
    assert "hook/abc" not in repr(given(tmp_path, **told))
    (problem,) = refused(tmp_path, **told | {"PAGER_URL": "http://pager.example"}).problems
    assert problem.mend == "begin it with https://"
    inside = told | {"PAGER_URL": "http://pager:8080/", "PAGER_PRIVATE": "true"}
    assert given(tmp_path, **inside).pager_private
    for wrong in ({"PAGER_URL": "pager.example"}, {"PAGER_SECRET": "short"}):
        assert len(refused(tmp_path, **told | wrong).problems) == 1


DASHBOARD = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hush"}


@pytest.mark.parametrize(
    "url",
    ["https://desk.example.com", "https://desk.example.com:8443/", "http://localhost:3000"],
)
def test_the_dashboard_is_switched_on_by_its_address(tmp_path: Path, url: str) -> None:
    assert not given(tmp_path).has_dashboard
    settings = given(tmp_path, DASHBOARD_URL=url, **DASHBOARD)
    assert settings.has_dashboard
    assert settings.dashboard_url == url.rstrip("/")
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example.com",
        "http://localhost.evil.example",
        "https://desk.example.com/dashboard",
        "https://desk.example.com?x=1",
        "https://ana@desk.example.com",
        "desk.example.com",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_would_not_be_safe_is_refused(tmp_path: Path, url: str) -> None:
    (problem,) = refused(tmp_path, DASHBOARD_URL=url, **DASHBOARD).problems
    assert problem.name == "DASHBOARD_URL"


def test_a_dashboard_needs_the_apps_id_and_secret(tmp_path: Path) -> None:
    error = refused(tmp_path, DASHBOARD_URL="https://desk.example.com")
    names = [problem.name for problem in error.problems]
    assert names == ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"]
    error = refused(tmp_path, SLACK_CLIENT_ID="xoxb-1", SLACK_CLIENT_SECRET="xoxb-secret")
    assert {problem.name for problem in error.problems} == {
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
    }
    assert "xoxb-secret" not in str(error)
