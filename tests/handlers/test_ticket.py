"""Commands, buttons and menus: changes go to the inbox, questions are answered at once."""

import logging
from typing import Any

import pytest

from bot.usecases.inputs import Acted, Door, Place
from tests.handlers.conftest import NOW, TICKET, Scene
from tests.handlers.slack import press, typed


async def acted(scene: Scene) -> Acted:
    (item,) = await scene.inbox()
    assert isinstance(item, Acted)
    return item


async def test_a_button_is_kept_with_its_ticket_and_its_place(scene: Scene) -> None:
    assert (await scene.post.interaction(press("act:take", str(TICKET)))).status == 200
    item = await acted(scene)
    assert (item.act, item.person, item.door, item.ticket_id) == (
        "take",
        "U_ANA",
        Door.BUTTON,
        TICKET,
    )
    assert item.place == Place("C_TRIAGE", "1700000050.0001")
    assert item.key == "press:1700000100.000100:U_ANA:act:take"


async def test_a_button_of_a_list_may_carry_its_row(scene: Scene) -> None:
    await scene.post.interaction(press("act:take:3", str(TICKET)))
    assert (await acted(scene)).act == "take"


async def test_a_menu_s_choice_names_its_act(scene: Scene) -> None:
    await scene.post.interaction(press("act:menu", f"wait:{TICKET}"))
    item = await acted(scene)
    assert (item.act, item.ticket_id) == ("wait", TICKET)


@pytest.mark.parametrize("name", ["undo", "unsend"])
async def test_undo_and_delete_name_their_reply(scene: Scene, name: str) -> None:
    await scene.post.interaction(press(f"act:{name}", "42"))
    item = await acted(scene)
    assert (item.act, item.fields, item.ticket_id) == (name, {"reply": "42"}, None)


async def test_the_history_is_shown_to_who_asked_alone(scene: Scene) -> None:
    await scene.post.interaction(press("act:menu", f"history:{TICKET}"))
    (shown,) = scene.slack.of("chat.postEphemeral")
    assert (shown["channel"], shown["user"]) == ("C_TRIAGE", "U_ANA")
    assert "History of #1" in shown["text"]
    assert await scene.inbox() == []


async def test_a_menu_s_form_opens_for_its_ticket(scene: Scene) -> None:
    await scene.post.interaction(press("act:menu", f"priority:{TICKET}"))
    (opened,) = scene.slack.of("views.open")
    assert opened["trigger_id"] == "trigger"
    assert opened["view"]["callback_id"] == "form:priority"


async def test_a_colleague_who_is_no_agent_gets_a_polite_private_no(scene: Scene) -> None:
    olga = {"id": "U_OLGA", "team_id": "T_DESK"}
    answer = await scene.post.interaction(press("act:menu", f"priority:{TICKET}", user=olga))
    assert answer.status == 200
    (told,) = scene.slack.of("chat.postEphemeral")
    assert told["user"] == "U_OLGA"
    assert "agents" in told["text"]
    assert scene.slack.of("views.open") == []


async def test_a_no_goes_to_the_response_url_where_there_is_one(scene: Scene) -> None:
    carla = {"id": "U_CARLA", "team_id": "T_ACME"}
    url = f"{scene.address}response"
    body = press("act:menu", f"history:{TICKET}", user=carla, response_url=url)
    await scene.post.interaction(body)
    (told,) = scene.slack.of("response_url")
    assert told["response_type"] == "ephemeral"
    assert "support team" in told["text"]


async def test_a_button_of_an_older_version_says_so(scene: Scene) -> None:
    await scene.post.interaction(press("act:levitate", str(TICKET)))
    (told,) = scene.slack.of("chat.postEphemeral")
    assert "older version" in told["text"]


async def test_a_command_that_changes_something_is_kept(scene: Scene) -> None:
    answer = await scene.post.form(typed("/ticket", "take #1"))
    assert (answer.status, answer.text) == (200, "")
    item = await acted(scene)
    assert (item.act, item.number, item.door, item.at) == ("take", 1, Door.COMMAND, NOW)
    assert item.key == "command:trigger"


@pytest.mark.parametrize(
    "text,to",
    [
        ("#1 <@U_BEN|ben>".replace("U_BEN", "UBEN"), "UBEN"),
        ("1 me", "me"),
        ("#1 nobody", "nobody"),
        ("auto #1", "auto"),
        ("#1 @ben", "U_BEN"),
        ("#1 Ana", "U_ANA"),
    ],
)
async def test_assign_says_whom(scene: Scene, text: str, to: str) -> None:
    await scene.post.form(typed("/assign", text))
    item = await acted(scene)
    assert (item.act, item.number, item.fields) == ("assign", 1, {"to": to})


@pytest.mark.parametrize(
    "command,text,hint",
    [
        ("/ticket", "tkae 1", "/ticket take 1"),
        ("/assign", "", "/assign #12 @ben"),
        ("/assign", "#1 @benjamin", "The agents are Ana and Ben."),
        ("/ticket", "take twelve", "is not the number of a ticket"),
        ("/ticket", "resolve 1 sloved", "one of: answered, fixed"),
        ("/ticket", "xyzzy", "`resolve`"),
        ("/ticket", "help tkae", "/ticket take 12"),
        ("/ticket", "reopen", "Say which one is meant"),
        ("/ticket", "show 99", "no ticket #99"),
    ],
)
async def test_wrong_input_is_answered_privately_with_what_is_right(
    scene: Scene, command: str, text: str, hint: str
) -> None:
    answer = await scene.post.form(typed(command, text))
    assert answer.status == 200
    assert hint in answer.text
    assert await scene.inbox() == []


@pytest.mark.parametrize(
    "text,words",
    [
        ("", "`resolve`"),
        ("help", "/assign #12 @who"),
        ("help take", ":eyes: on any message"),
        ("help /assign", "give a ticket to somebody"),
        ("history 1", "History of #1"),
        ("show 1", "The export is slow"),
        ("list", "Open tickets"),
        ("mine", "Your open tickets"),
    ],
)
async def test_a_question_is_answered_in_the_ack(scene: Scene, text: str, words: str) -> None:
    answer = await scene.post.form(typed("/ticket", text))
    assert answer.json["blocks"]
    assert words in str(answer.json)
    assert "in_channel" not in answer.text


async def test_a_command_in_a_channel_with_one_open_ticket_means_that(scene: Scene) -> None:
    await scene.post.form(typed("/ticket", "take", channel_id="C_ACME"))
    item = await acted(scene)
    assert (item.number, item.ticket_id, item.place.channel) == (None, None, "C_ACME")


async def test_where_several_are_open_one_can_be_chosen(scene: Scene) -> None:
    await scene.another_ticket("C_ACME")
    answer = await scene.post.form(typed("/ticket", "take", channel_id="C_ACME"))
    buttons = [
        block["accessory"]["action_id"] for block in answer.json["blocks"] if "accessory" in block
    ]
    assert buttons == ["act:take:1", "act:take:2"]
    assert await scene.inbox() == []


async def test_what_was_said_beside_the_number_goes_with_the_choice(scene: Scene) -> None:
    await scene.another_ticket("C_ACME")
    answer = await scene.post.form(typed("/ticket", "resolve fixed", channel_id="C_ACME"))
    (choice, _) = [b["accessory"] for b in answer.json["blocks"] if "accessory" in b]
    await scene.post.interaction(press(choice["action_id"], choice["value"]))
    item = await acted(scene)
    assert (item.act, item.ticket_id, item.fields) == ("resolve", TICKET, {"resolution": "fixed"})


async def test_where_none_is_open_any_open_one_can_be_chosen(scene: Scene) -> None:
    answer = await scene.post.form(typed("/ticket", "take", channel_id="C_TRIAGE"))
    assert "which ticket do you mean?" in answer.text
    assert answer.text.count("act:take:") == 2


async def test_a_colleague_who_is_no_agent_is_not_told_who_the_agents_are(scene: Scene) -> None:
    answer = await scene.post.form(typed("/assign", "#1 @benjamin", user_id="U_OLGA"))
    assert "Only agents" in answer.text
    assert "Ana" not in answer.text


@pytest.mark.parametrize(
    "text,fields",
    [
        ("resolve 1 workaround", {"resolution": "workaround"}),
        ("resolve 1", {}),
        ("priority 1 high", {"priority": "high"}),
        ("wait 1", {}),
    ],
)
async def test_a_choice_may_be_typed(scene: Scene, text: str, fields: dict[str, str]) -> None:
    await scene.post.form(typed("/ticket", text))
    item = await acted(scene)
    assert (item.act, item.number, item.fields) == (text.split(" ", 1)[0], 1, fields)


async def test_a_choice_that_is_not_typed_is_asked_by_form(scene: Scene) -> None:
    await scene.post.form(typed("/ticket", "priority 1"))
    (opened,) = scene.slack.of("views.open")
    assert opened["view"]["callback_id"] == "form:priority"


async def test_a_no_in_the_app_home_comes_by_direct_message(scene: Scene) -> None:
    olga = {"id": "U_OLGA", "team_id": "T_DESK"}
    view = {"type": "view", "view_id": "V1"}
    body = press("act:history", str(TICKET), user=olga, channel=None, container=view)
    assert (await scene.post.interaction(body)).status == 200
    (told,) = scene.slack.of("chat.postMessage")
    assert told["channel"] == "U_OLGA"
    assert "agents" in told["text"]


async def test_a_question_that_the_database_does_not_answer_is_told_privately(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await scene.lose_the_tickets()
    answer = await scene.post.form(typed("/ticket", "list"))
    assert answer.status == 200
    assert "not available just now" in answer.text
    assert not any(record.exc_info for record in caplog.records)
    assert "SELECT" not in caplog.text


async def test_a_colleague_may_not_list_tickets(scene: Scene) -> None:
    answer = await scene.post.form(typed("/ticket", "list", user_id="U_OLGA"))
    assert "Only agents" in answer.text
    assert "export" not in answer.text


@pytest.mark.parametrize("text", ["new Export is slow", "new"])
async def test_a_new_ticket_is_asked_by_form(scene: Scene, text: str) -> None:
    await scene.post.form(typed("/ticket", text, channel_id="C_ACME"))
    (opened,) = scene.slack.of("views.open")
    assert opened["view"]["callback_id"] == "form:new"
    assert text.removeprefix("new").strip() in str(opened["view"])


async def test_a_title_stands_in_the_form_as_it_was_typed(scene: Scene) -> None:
    await scene.post.form(typed("/ticket", "new R&amp;D &lt;b&gt; by <@U_BEN|ben>"))
    (opened,) = scene.slack.of("views.open")
    assert "R&D <b> by @ben" in str(opened["view"])


async def test_the_shortcut_opens_the_same_form(scene: Scene) -> None:
    body: dict[str, Any] = {
        "type": "shortcut",
        "callback_id": "new_ticket",
        "action_ts": "1700000100.0001",
        "trigger_id": "trigger",
        "team": {"id": "T_DESK"},
        "user": {"id": "U_ANA", "team_id": "T_DESK"},
    }
    assert (await scene.post.interaction(body)).status == 200
    assert len(scene.slack.of("views.open")) == 1


async def test_a_press_that_is_not_saved_is_told_to_who_pressed(scene: Scene) -> None:
    await scene.save_nothing_more()
    url = f"{scene.address}response"
    answer = await scene.post.interaction(press("act:take", str(TICKET), response_url=url))
    assert answer.status == 200
    (told,) = scene.slack.of("response_url")
    assert "not saved" in told["text"]


async def test_where_nothing_can_be_told_slack_shows_its_own_sign(scene: Scene) -> None:
    await scene.save_nothing_more()
    assert (await scene.post.interaction(press("act:take", str(TICKET)))).status == 503


async def test_a_command_that_is_not_saved_says_so(scene: Scene) -> None:
    await scene.save_nothing_more()
    answer = await scene.post.form(typed("/ticket", "take 1"))
    assert answer.status == 200
    assert "not saved" in answer.text


async def test_a_form_that_comes_too_late_is_told(scene: Scene) -> None:
    scene.slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    answer = await scene.post.form(typed("/ticket", "new"))
    assert answer.status == 200
    assert "try again" in answer.text


async def test_who_is_not_known_yet_is_asked_for_while_the_trigger_lives(scene: Scene) -> None:
    dana = {"id": "U_DANA", "team_id": "T_DESK", "real_name": "Dana"}
    scene.slack.answers["users.info"] = {"ok": True, "user": dana}
    await scene.post.interaction(press("act:menu", f"priority:{TICKET}", user=dana))
    assert [asked["user"] for asked in scene.slack.of("users.info")] == ["U_DANA"]
    (told,) = scene.slack.of("chat.postEphemeral")
    assert "Only agents" in told["text"]
