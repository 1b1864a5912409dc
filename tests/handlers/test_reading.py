"""Slack's payloads as captured, and what the desk makes of them."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.usecases.inputs import (
    ChannelChanged,
    Deleted,
    Edited,
    HomeOpened,
    MemberMoved,
    PersonChanged,
    Place,
    Reacted,
    Said,
    StaffChanged,
    Uninstalled,
)
from handlers import FEATURES, reading
from handlers.reading import Author, InstallationKey, Kind, Unreadable, understood
from storage.records.messages import FileRef

EVENTS = Path(__file__).parents[1] / "data/slack/events"
INDEX = json.loads((EVENTS / "INDEX.json").read_text())["files"]
MATRIX = json.loads((EVENTS / "slack_connect_matrix.sample.json").read_text())["cases"]
READERS = {
    name: read for feature in FEATURES for name, read in getattr(feature, "EVENTS", {}).items()
} | {"app_mention": reading.message}


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.sample.json").read_text())


def delivered(event: Any) -> Any:
    """An inner event as Slack would deliver it."""
    if "event" in event:
        return event
    authorization = {"enterprise_id": None, "team_id": "T111", "is_enterprise_install": False}
    return {
        "type": "event_callback",
        "event": event,
        "event_time": 1700000000,
        "authorizations": [authorization],
    }


def read(name: str) -> Any:
    body = delivered(sample(name))
    return understood(READERS[body["event"]["type"]], body)


def payloads(kind: str) -> list[Any]:
    found = sorted(EVENTS.glob(f"*.{kind}.json"))
    return [pytest.param(path, id=path.name.removesuffix(f".{kind}.json")) for path in found]


def at(ts: float) -> datetime:
    return datetime.fromtimestamp(ts, UTC)


@pytest.mark.parametrize("case", MATRIX)
def test_slack_connect_names_our_installation_and_the_author_s_company(case: Any) -> None:
    installed, actor = case["installed"], case["actor"]
    assert reading.tenant_key(case["body"]) == InstallationKey(
        installed["enterprise_id"] or "", installed["team_id"]
    )
    who = reading.author(case["body"])
    assert who.user_id == case["user_id"]
    assert who.team_id == (actor["team_id"] or actor["enterprise_id"] or "")


@pytest.mark.parametrize("path", payloads("sample"))
def test_every_sample_is_read_without_complaint(path: Path) -> None:
    if INDEX[path.name]["scope"] not in ("envelope", "inner_event"):
        return
    body = delivered(json.loads(path.read_text()))
    reader = READERS.get(body["event"]["type"])
    item = understood(reader, body) if reader else None
    assert item is None or item.dedupe_key()


@pytest.mark.parametrize("path", payloads("shape"))
def test_a_shape_with_placeholders_is_read_or_found_unreadable(path: Path) -> None:
    body = json.loads(path.read_text())
    reader = READERS.get((body.get("event") or {}).get("type"))
    if reader is None:
        return
    with suppress(Unreadable):
        understood(reader, body)


def test_a_message_keeps_its_ts_as_text_and_its_author_s_company() -> None:
    assert read("message") == Said(
        channel="C111",
        ts="1610261659.001400",
        author="W111",
        at=at(1610261659.0014),
        text="Hi there! Thanks for sharing the info!",
        author_team="T111",
        channel_type="channel",
    )


def test_a_mention_is_the_same_saying_as_its_message() -> None:
    mention = read("app_mention")
    message = {**sample("app_mention")["event"], "type": "message", "channel_type": "channel"}
    twin = reading.message(delivered(message))
    assert twin is not None
    assert mention.dedupe_key() == twin.dedupe_key()


def test_a_broadcast_is_a_reply() -> None:
    said = read("message.thread_broadcast")
    assert said.is_reply
    assert said.subtype == "thread_broadcast"


def test_files_come_with_a_message_of_words() -> None:
    said = read("message.file_share.reply")
    assert said.text == "This is the text in the message"
    assert said.files == (
        FileRef(
            "F111",
            "sample.txt",
            "text/plain",
            4,
            "https://xxx.slack.com/files/W111/F111/sample.txt",
        ),
    )


def test_a_file_from_another_company_is_only_an_id() -> None:
    event = sample("message")["event"] | {
        "subtype": "file_share",
        "files": [{"id": "F1", "file_access": "check_file_info"}],
    }
    del event["text"]
    said = reading.message(delivered(event))
    assert isinstance(said, Said)
    assert (said.text, said.files) == ("", (FileRef("F1"),))


def test_a_modern_bot_is_told_by_its_ids() -> None:
    said = read("message.from_other_bot")
    assert (said.subtype, said.bot_id, said.app_id) == ("", "B999", "A222")


def test_a_classic_bot_has_no_author() -> None:
    said = read("message.bot_message")
    assert (said.author, said.bot_id, said.subtype) == ("", "B888", "bot_message")


def test_an_edit_names_the_message_the_editor_and_the_edit() -> None:
    edited = read("message.message_changed.reply")
    assert edited == Edited(
        channel="C111",
        ts="1626342128.008700",
        editor="U111",
        at=at(1626342137.0089),
        event_ts="1626342137.008900",
        text="updated message",
        thread_ts="1626342092.008500",
        author="U111",
    )


def test_an_edit_of_a_message_with_files_keeps_them() -> None:
    assert [file.id for file in read("message.message_changed.files").files] == ["F111"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"edited": None}, id="counters of a thread"),
        pytest.param({"text": "before"}, id="a link preview on an edited message"),
        pytest.param({"text": "before", "edited": None}, id="a link preview"),
    ],
)
def test_what_changes_no_words_is_no_edit(change: dict[str, Any]) -> None:
    event = sample("message.message_changed.reply")
    event["previous_message"]["text"] = "before"
    event["message"] |= change
    assert reading.message(delivered(event)) is None


def test_an_edit_without_the_former_words_is_told_all_the_same() -> None:
    event = sample("message.message_changed.reply") | {"previous_message": []}
    assert isinstance(reading.message(delivered(event)), Edited)


def test_taking_a_file_away_is_an_edit() -> None:
    event = sample("message.message_changed.files")
    event["message"] = event["message"] | {"files": [], "edited": None}
    edited = reading.message(delivered(event))
    assert isinstance(edited, Edited)
    assert edited.files == ()


@pytest.mark.parametrize(
    "name",
    [
        "message.message_deleted",
        "message.message_deleted.reply",
        "message.message_changed.tombstone",
        "message.message_changed.tombstone_previous_array",
    ],
)
def test_a_tombstone_is_a_deletion_like_any_other(name: str) -> None:
    deleted = read(name)
    assert isinstance(deleted, Deleted)
    event = delivered(sample(name))["event"]
    assert deleted.ts == (event.get("deleted_ts") or event["message"]["ts"])
    assert deleted.event_ts == event["event_ts"]


@pytest.mark.parametrize("subtype", ["message_replied", "tombstone"])
def test_an_echo_of_a_thread_says_nothing(subtype: str) -> None:
    event = sample("message")["event"] | {"subtype": subtype}
    assert reading.message(delivered(event)) is None


def test_a_hidden_message_says_nothing() -> None:
    assert reading.message(delivered(sample("message")["event"] | {"hidden": True})) is None


def test_housekeeping_is_kept_for_the_books() -> None:
    assert read("message.channel_join").subtype == "channel_join"


def test_a_reaction_names_the_message_it_is_on() -> None:
    on = read("reaction_added")
    assert on == Reacted(
        channel="C111",
        ts="1599529504.000400",
        person="W111",
        emoji="heart_eyes",
        at=at(1599616881.0008),
        event_ts="1599616881.000800",
    )
    assert read("reaction_removed").removed
    assert replace(on, removed=True).dedupe_key() != on.dedupe_key()


def test_a_reaction_on_a_file_is_nobody_s_business() -> None:
    event = sample("reaction_added")["event"] | {"item": {"type": "file", "file": "F1"}}
    assert reading.reaction(delivered(event)) is None


@pytest.mark.parametrize(
    "name,channel",
    [
        ("channel_rename", "C02ELGNBH"),
        ("channel_archive", "C024BE91L"),
        ("channel_deleted", "C024BE91L"),
        ("channel_left", "C024BE91L"),
        ("group_rename", "G02ELGNBH"),
        ("group_left", "G02ELGNBH"),
        ("group_archive", "G024BE91L"),
    ],
)
def test_a_changed_channel_is_named_whatever_its_event_looks_like(name: str, channel: str) -> None:
    changed = read(name)
    assert isinstance(changed, ChannelChanged)
    assert (changed.channel, changed.what) == (channel, name)


def test_a_channel_that_starts_to_be_shared_has_a_new_id() -> None:
    changed = read("channel_id_changed")
    assert (changed.channel, changed.new_id) == ("G111", "C111")


def test_an_event_without_a_stamp_has_the_time_of_its_delivery() -> None:
    moved = read("member_joined_channel")
    assert moved == MemberMoved("C111", "U999", at(1599616881), "1599616881")
    assert not read("member_left_channel").joined


def test_a_changed_profile_and_a_changed_usergroup_are_named() -> None:
    event = {"type": "user_change", "user": {"id": "U1", "team_id": "T9"}, "event_ts": "1.2"}
    assert reading.person_changed(delivered(event)) == PersonChanged("U1", at(1.2), "1.2")
    assert read("subteam_updated") == StaffChanged("S0614TZR7", at(1700000000), "1700000000")
    assert read("subteam_members_changed").usergroup == "S0614TZR7"


def test_only_the_home_tab_is_the_home() -> None:
    assert isinstance(read("app_home_opened.home"), HomeOpened)
    assert read("app_home_opened.messages") is None


def test_a_revoked_bot_token_ends_the_installation_and_a_user_s_does_not() -> None:
    assert isinstance(read("app_uninstalled"), Uninstalled)
    assert isinstance(read("tokens_revoked"), Uninstalled)
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}, "event_ts": "1.0"}
    assert reading.uninstalled(delivered(event)) is None


@pytest.mark.parametrize(
    "name,key",
    [
        ("view_submission.ext_shared", InstallationKey("", "T-installed-workspace")),
        ("view_closed.ext_shared", InstallationKey("", "T-installed-workspace")),
        ("view_submission.org_install", InstallationKey("E111", "")),
        ("app_mention.org_install", InstallationKey("E111", "")),
        ("app_home_opened.messages", InstallationKey("E111", "")),
        ("slash_command", InstallationKey("", "T111")),
        ("block_actions.message", InstallationKey("", "T111")),
        ("shortcut", InstallationKey("E111", "T111")),
        ("message", InstallationKey("E111", "T111")),
    ],
)
def test_the_tenant_is_where_the_app_is_installed(name: str, key: InstallationKey) -> None:
    assert reading.tenant_key(sample(name)) == key


def test_a_command_for_a_whole_organisation_says_so_in_a_word() -> None:
    body = sample("slash_command") | {"is_enterprise_install": "true", "enterprise_id": "E1"}
    assert reading.tenant_key(body) == InstallationKey("E1", "")


@pytest.mark.parametrize("name", ["team_id", "enterprise_id"])
def test_an_installation_that_is_no_text_is_malformed(name: str) -> None:
    body = sample("slash_command") | {"authorizations": [{name: ["T111"]}]}
    with pytest.raises(Unreadable):
        understood(reading.tenant_key, body)


def test_who_presses_may_be_of_another_company() -> None:
    body = sample("block_actions.message")
    body["user"]["team_id"] = "T-other"
    assert reading.author(body) == Author("U111", "T-other")
    assert reading.tenant_key(body).team_id == "T111"


def test_a_press_knows_where_it_was_made() -> None:
    press = reading.press(sample("block_actions.message"))
    assert press.value == "1"
    assert press.place == Place(
        channel="C111",
        ts="1606455372.001200",
        response_url="https://hooks.slack.com/actions/T111/111/xxx",
    )
    assert press.key == "press:1606455407.603639:U111:save"


def test_a_chosen_option_is_the_value_of_its_menu() -> None:
    body = sample("block_actions.message")
    action = {"action_id": "act:menu", "action_ts": "1.0", "selected_option": {"value": "wait:7"}}
    body["actions"] = [action]
    assert reading.press(body).value == "wait:7"


def test_what_was_typed_is_found_by_its_block() -> None:
    form = reading.submission(sample("view_submission.ext_shared"))
    assert form.fields == {"zniAM": "Hi there!"}
    assert form.by == Author("W111", "T-other-side")
    assert form.key == "submit:V11111:1664950703.CmTS8F7U"


@pytest.mark.parametrize(
    "element,value",
    [
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "static_select", "selected_option": {"value": "high"}}, "high"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
    ],
)
def test_each_kind_of_input_gives_one_value(element: dict[str, Any], value: str) -> None:
    view = {"state": {"values": {"block": {"action": element}}}}
    assert reading.typed(view) == {"block": value}


@pytest.mark.parametrize(
    "name,kind",
    [
        ("message", Kind.EVENT),
        ("slash_command", Kind.COMMAND),
        ("block_actions.home", Kind.PRESS),
        ("view_submission", Kind.SUBMISSION),
        ("view_closed", Kind.CLOSED),
        ("shortcut", Kind.SHORTCUT),
        ("message_action", Kind.SHORTCUT),
        ("block_suggestion", Kind.OPTIONS),
        ("app_rate_limited", Kind.OTHER),
    ],
)
def test_the_kind_of_a_payload_is_told_by_its_type(name: str, kind: Kind) -> None:
    assert reading.kind(sample(name)) is kind


@pytest.mark.parametrize("told", [None, 1, [], {}, "nonsense"])
def test_a_kind_that_nobody_knows_is_other(told: object) -> None:
    assert reading.kind({"type": told}) is Kind.OTHER


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message"},
        {"type": "message", "channel": "C1", "ts": 1.5},
        {"type": "message", "channel": "C1", "ts": "yesterday"},
        {"type": "message", "channel": "C1", "ts": "1.0", "text": ["hi"]},
        {"type": "message", "channel": "C1", "ts": "1.0", "files": [None]},
        {"type": "message", "subtype": "message_changed", "channel": "C1"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "event_ts": "1.0"},
        {"type": "message", "channel": "C1", "ts": "9" * 400},
    ],
)
def test_a_message_that_slack_never_sends_is_unreadable(event: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        understood(reading.message, delivered(event))
