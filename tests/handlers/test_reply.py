"""The Reply form: who reads there, a preview that loses nothing, and no customer in it."""

import json
from typing import Any

from bot.usecases.inputs import Acted
from storage import accounts
from storage.records.accounts import Account
from storage.unit import Unit
from tests.handlers.conftest import NOW, TICKET, WORKSPACE, Scene
from tests.handlers.slack import press, submit

NOTE = {"ticket_id": TICKET, "place": {"channel": "C_TRIAGE"}}


def typing(text: str) -> dict[str, Any]:
    """Ana's open Reply form."""
    view = submit("form:reply", NOTE, text=text)["view"]
    return press("reply:preview", str(TICKET), view=view, channel=None, container=None)


async def test_the_form_opens_at_once_and_then_says_who_reads_there(scene: Scene) -> None:
    members = {"ok": True, "members": ["U_CARLA", "U_ANA", "U_BOT", "U_OMAR"]}
    scene.slack.answers["conversations.members"] = members
    omar = {"id": "U_OMAR", "team_id": "T_ACME", "real_name": "Omar"}
    scene.slack.answers["users.info"] = {"ok": True, "user": omar}
    assert (await scene.post.interaction(press("act:reply", str(TICKET)))).status == 200
    assert [method for method, _ in scene.slack.told] == [
        "views.open",
        "conversations.members",
        "users.info",
        "views.update",
    ]
    (opened,), (updated,) = scene.slack.of("views.open"), scene.slack.of("views.update")
    assert "#acme" in str(opened["view"])
    readers = "Read there by *2* of theirs: Carla, Omar · and *1* of us: Ana"
    assert readers in str(updated["view"])
    assert (updated["view_id"], updated["hash"]) == ("V1", "h1")


async def test_the_form_quotes_what_the_customer_wrote_last(scene: Scene) -> None:
    await scene.carla_adds("It is <@U_BEN> who knows, or <@U_WHO>")
    await scene.post.interaction(press("act:reply", str(TICKET)))
    (opened,) = scene.slack.of("views.open")
    assert "It is @Ben who knows, or @someone" in str(opened["view"])
    assert "The export is slow" not in str(opened["view"])


async def test_a_ticket_that_no_customer_sees_gets_no_form(scene: Scene) -> None:
    await scene.lose_the_thread()
    await scene.post.interaction(press("act:reply", str(TICKET)))
    assert scene.slack.of("views.open") == []
    (told,) = scene.slack.of("chat.postEphemeral")
    assert "nobody would read a reply" in told["text"]


async def test_a_reply_that_is_too_long_stays_in_its_form(scene: Scene) -> None:
    answer = await scene.post.interaction(submit("form:reply", NOTE, text="long " * 700))
    assert "Shorten it by" in answer.json["errors"]["text"]
    assert await scene.inbox() == []


async def test_the_form_stays_when_slack_does_not_say_who_reads_there(scene: Scene) -> None:
    scene.slack.answers["conversations.members"] = {"ok": False, "error": "channel_not_found"}
    answer = await scene.post.interaction(press("act:reply", str(TICKET)))
    assert answer.status == 200
    assert len(scene.slack.of("views.open")) == 1


async def test_a_customer_who_finds_the_button_gets_no_form(scene: Scene) -> None:
    carla = {"id": "U_CARLA", "team_id": "T_ACME"}
    await scene.post.interaction(press("act:reply", str(TICKET), user=carla))
    assert scene.slack.of("views.open") == []
    (told,) = scene.slack.of("chat.postEphemeral")
    assert told["user"] == "U_CARLA"


async def test_a_preview_shows_the_words_and_keeps_them(scene: Scene) -> None:
    scene.slack.answers["conversations.members"] = {"ok": True, "members": ["U_CARLA"]}
    assert (await scene.post.interaction(typing("It is *fixed*"))).status == 200
    (updated,) = scene.slack.of("views.update")
    blocks = updated["view"]["blocks"]
    (box,) = [block for block in blocks if block["type"] == "input"]
    assert box["element"]["initial_value"] == "It is *fixed*"
    assert "how the customer will see it" in str(blocks)
    assert updated["view"]["private_metadata"] == typing("")["view"]["private_metadata"]
    assert await scene.inbox() == []


async def test_sending_keeps_the_words_apart_from_the_fields(scene: Scene) -> None:
    answer = await scene.post.interaction(submit("form:reply", NOTE, text="It is fixed"))
    assert (answer.status, answer.text) == (200, "")
    (item,) = await scene.inbox()
    assert isinstance(item, Acted)
    assert (item.act, item.ticket_id, item.text, item.fields) == (
        "reply",
        TICKET,
        "It is fixed",
        {},
    )
    assert item.key == "submit:V1:h1"
    assert item.place.channel == "C_TRIAGE"


async def globex(scene: Scene) -> None:
    """There is another customer; Carla reads what is written to Acme."""
    scene.slack.answers["conversations.members"] = {"ok": True, "members": ["U_CARLA"]}

    def add(unit: Unit) -> None:
        accounts.add(unit, Account(WORKSPACE, 800, "Globex", "globex", NOW))

    await scene.desk.write(WORKSPACE, add)


async def test_a_reply_that_names_another_customer_is_not_sent_yet(scene: Scene) -> None:
    await globex(scene)
    answer = await scene.post.interaction(submit("form:reply", NOTE, text="Globex has it, too"))
    assert answer.json["response_action"] == "update"
    view = answer.json["view"]
    assert "the name of another customer: Globex" in str(view)
    box, ticks = (block["element"] for block in view["blocks"] if block["type"] == "input")
    assert box["initial_value"] == "Globex has it, too"
    assert ticks["type"] == "checkboxes"
    assert json.loads(view["private_metadata"]) == NOTE
    assert await scene.inbox() == []


async def test_what_was_looked_at_can_be_sent_as_it_is(scene: Scene) -> None:
    await globex(scene)
    form = submit("form:reply", NOTE, text="Globex has it, too")
    shown = (await scene.post.interaction(form)).json["view"]
    (ticks,) = (
        block["element"]
        for block in shown["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "checkboxes"
    )
    ticked = {"anyway": {"anyway": {"type": "checkboxes", "selected_options": ticks["options"]}}}
    form["view"]["state"]["values"] |= ticked
    assert (await scene.post.interaction(form)).text == ""
    (item,) = await scene.inbox()
    assert isinstance(item, Acted)
    assert (item.text, item.fields) == ("Globex has it, too", {})


async def test_what_was_added_since_is_asked_about_too(scene: Scene) -> None:
    await globex(scene)
    form = submit("form:reply", NOTE, text="password: hunter2", anyway="12345678")
    answer = await scene.post.interaction(form)
    assert "a password: hunt…" in str(answer.json)
    assert await scene.inbox() == []


async def test_who_may_not_reply_learns_no_names_of_customers(scene: Scene) -> None:
    await globex(scene)
    form = submit("form:reply", NOTE, text="Globex?") | {"user": {"id": "U_CARLA"}}
    answer = await scene.post.interaction(form)
    assert "support team" in answer.json["errors"]["text"]
