"""``app.py books`` and ``app.py failed``, as an operator of two workspaces types them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from app import main
from bot.config import Settings
from storage import catchup, inbox, outbox
from storage.engine import open_engine
from storage.migrate import upgrade
from storage.records.boxes import Arrival, Delivery, Post, PostState, Progress
from storage.records.catchup import Cause, Gap
from storage.records.messages import End
from storage.unit import Unit, reading, writing
from tests.storage.cast import ACME, MINUTE, NOON, OURS, ZOES, ask, say, settle

SAID, UNTOLD, RECEIPT, ZOES_PAGE = 5001, 5002, 5003, 5004


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Two workspaces; in ours two messages and a receipt have failed, in Zoe's a page."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    url = f"sqlite:///{tmp_path}/desk.db"
    lines = ("SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN=xapp-1", "TRIAGE_CHANNEL=#triage")
    (tmp_path / ".env").write_text("\n".join((*lines, f"DATABASE_URL={url}")))
    upgrade(url)
    engine = open_engine(url)
    settle(engine)
    with writing(engine, OURS) as unit:
        ticket = ask(unit, number=12)
        came(unit, SAID, "KeyError('ts')")
        came(unit, UNTOLD, "lacks PersonFact('U9')")
        left = {"kind": "receipt", "ticket_id": ticket.id, "channel_id": ACME}
        outbox.announce(unit, unsent(OURS, RECEIPT, "template: receipt.j2: x", **left))
    with writing(engine, ZOES) as unit:
        outbox.announce(unit, unsent(ZOES, ZOES_PAGE, "pager_refused", kind="page"))
    yield engine
    engine.dispose()


def came(unit: Unit, key: int, why: str) -> None:
    body = {"from": "carla"}
    arrival = Arrival(OURS, key, "channel:C-ACME", "Said", f"said:{key}", body, NOON, "Hers")
    inbox.put(unit.connection, [arrival])
    inbox.finish(unit.connection, [inbox.Ending(OURS, key, Progress.FAILED, why)], NOON)


def unsent(workspace_id: int, key: int, why: str, **fields: object) -> Post:
    told = {"lane": f"channel:{ACME}", "body": {}, "delivery": Delivery.POST, "due_at": NOON}
    told |= {"state": PostState.FAILED, "error": why} | fields
    return Post(workspace_id, key, **told)  # type: ignore[arg-type]


def app(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def listed() -> list[str]:
    return app("failed", "list").stdout.splitlines()


def test_the_list_tells_where_each_row_belongs(desk: Engine) -> None:
    assert listed() == [
        "workspace 1 (https://ours.slack.test/):",
        f"in   {SAID}  Said in #acme, 2026-03-02 12:00:00Z",
        "     KeyError('ts')",
        f"in   {UNTOLD}  Said in #acme, 2026-03-02 12:00:00Z",
        "     lacks PersonFact('U9')",
        f"out  {RECEIPT}  receipt of #12 in #acme, 2026-03-02 12:00:00Z",
        "     template: receipt.j2: x",
        "workspace 2 (https://ours.slack.test/):",
        f"out  {ZOES_PAGE}  page, 2026-03-02 12:00:00Z",
        "     pager_refused",
    ]


@pytest.mark.parametrize(
    "row, advice",
    [
        (SAID, "the log has all under this id"),
        (UNTOLD, "`app.py check` may say why"),
        (RECEIPT, "start the desk anew"),
        (ZOES_PAGE, "Compare PAGER_URL and PAGER_SECRET"),
    ],
)
def test_each_row_is_shown_with_what_to_do(desk: Engine, row: int, advice: str) -> None:
    told = app("failed", "show", str(row))
    assert told.exit_code == 0, told.output
    assert advice in told.stdout
    assert "Hers" not in told.stdout


def test_several_rows_of_both_boxes_and_workspaces_are_tried_again(desk: Engine) -> None:
    told = app("failed", "retry", str(SAID), str(ZOES_PAGE), "77")
    assert told.exit_code == 1
    assert told.stdout == f"{SAID} will be tried again.\n{ZOES_PAGE} will be tried again.\n"
    assert "no failed row 77." in told.stderr
    assert [each.split()[1] for each in listed() if each[:3] in ("in ", "out")] == [
        str(UNTOLD),
        str(RECEIPT),
    ]


def test_all_rows_are_tried_again_at_once(desk: Engine) -> None:
    told = app("failed", "retry", "--all")
    assert told.exit_code == 0, told.output
    assert told.stdout.count("will be tried again.") == 4
    assert listed()[-1] == "Nothing has failed."
    assert app("failed", "retry", "--all").stdout == "Nothing has failed.\n"


@pytest.mark.parametrize(
    "words", [["retry"], ["retry", "--all", "1"], ["drop"], ["show"], ["drop", "one"]], ids=" ".join
)
def test_what_is_not_said_clearly_changes_nothing(desk: Engine, words: list[str]) -> None:
    before = listed()
    assert app("failed", *words).exit_code == 2
    assert listed() == before


def test_what_was_dropped_is_gone_from_the_list_but_not_from_the_books(desk: Engine) -> None:
    assert app("failed", "drop", str(SAID), str(UNTOLD), str(RECEIPT)).exit_code == 0
    assert not any(str(row) in line for row in (SAID, UNTOLD, RECEIPT) for line in listed())
    assert app("failed", "drop", str(SAID)).exit_code == 1
    told = app("books", "--channel", "#acme").stdout
    assert "seen 3 = 1 opened + 0 joined + 0 ignored + 0 refused + 2 failed" in told
    with reading(desk, OURS) as unit:
        post = outbox.by_id(unit, RECEIPT)
    assert post is not None
    assert post.state is PostState.DROPPED


@pytest.mark.parametrize("channel", ["#acme", "acme", "C-ACME"])
def test_a_channel_may_be_said_in_three_ways(desk: Engine, channel: str) -> None:
    with writing(desk, OURS) as unit:
        say(unit, end=End.IGNORED, reason="courtesy")
    told = app("books", "--channel", channel)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[:5] == [
        "workspace 1 (https://ours.slack.test/):",
        "2026-03-02  #acme",
        "  seen 4 = 1 opened + 0 joined + 1 ignored + 0 refused + 2 failed",
        "  ignored: courtesy 1",
        "  not compared with Slack yet",
    ]


def test_a_channel_that_nobody_knows_is_called_so(desk: Engine) -> None:
    told = app("books", "--channel", "#acmee")
    assert told.exit_code == 1
    assert told.stderr == "Error: The desk knows no channel #acmee.\n"


def test_a_day_to_come_has_no_messages(desk: Engine) -> None:
    assert "No messages were seen." in app("books", "--since", "2999-01-01").stdout


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "2026-13-01", "02.03.2026"])
def test_a_day_that_is_none_is_refused(desk: Engine, day: str) -> None:
    assert app("books", "--since", day).exit_code == 2


def test_no_line_of_the_books_is_wider_than_a_narrow_terminal(desk: Engine) -> None:
    with writing(desk, OURS) as unit:
        catchup.add(unit, Gap(OURS, 1, Cause.SOCKET, NOON, NOON + MINUTE))
        catchup.close(unit, [1], NOON + 2 * MINUTE)
        catchup.found_more(unit, [1], 1234)
    assert max(len(line) for line in app("books").stdout.splitlines()) <= 80
