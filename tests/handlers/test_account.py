"""Accounts and macros at the door: presses, forms and commands become the right acts, or hints."""

from __future__ import annotations

from typing import Any

import pytest

from bot.usecases.inputs import Acted, Door, Drafting
from storage import accounts, macros
from storage.records.accounts import Account
from storage.records.macros import Macro
from storage.unit import Unit
from tests.handlers.conftest import NOW, OTHER_TICKET, TICKET, WORKSPACE, Scene
from tests.handlers.slack import press, submit, typed

ACME, MACRO = 900, 901
BLANK = {
    "map_channel": ("mode", "known", "name", "owner"),
    "account_save": ("name", "zone", "owner"),
    "account_note": ("text",),
    "macro_new": ("name", "text"),
    "macro_edit": ("name", "text"),
}


@pytest.fixture
async def furnished(scene: Scene) -> Scene:
    """The desk with an account and a macro."""

    def add(unit: Unit) -> None:
        accounts.add(unit, Account(WORKSPACE, ACME, "Acme", "acme", NOW))
        macros.add(unit, Macro(WORKSPACE, MACRO, "Hello", "hello", "Hi {{ customer }}", NOW))
        macros.add(
            unit, Macro(WORKSPACE, MACRO + 1, "Rush", "rush", "", NOW, (), (("priority", "high"),))
        )

    await scene.desk.write(WORKSPACE, add)
    return scene


def errors(answer: Any) -> Any:
    assert answer.json["response_action"] == "errors"
    return answer.json["errors"]


async def the_act(scene: Scene) -> Acted:
    """The one act that waits in the inbox."""
    (item,) = await scene.inbox()
    assert isinstance(item, Acted)
    return item


async def test_a_form_about_a_channel_brings_the_channel_along(furnished: Scene) -> None:
    form = submit("form:map_channel", {"about": {"channel": "600"}}, known=str(ACME), mode="off")
    assert (await furnished.post.interaction(form)).text == ""
    item = await the_act(furnished)
    assert (item.act, item.door) == ("map_channel", Door.FORM)
    assert item.fields["channel"] == "600"
    assert item.fields["known"] == str(ACME)


@pytest.mark.parametrize(
    "callback, note, given, field, words",
    [
        ("map_channel", {"channel": "600"}, {"mode": "auto"}, "name", "a name"),
        (
            "map_channel",
            {"channel": "600"},
            {"mode": "auto", "known": str(ACME), "name": "Globex"},
            "name",
            "not both",
        ),
        ("map_channel", {"channel": "601"}, {"mode": "auto", "name": "X"}, "mode", "of our own"),
        ("map_channel", {"channel": "4"}, {"mode": "auto", "name": "X"}, "mode", "not known"),
        (
            "map_channel",
            {"channel": "600"},
            {"mode": "auto", "name": "X", "owner": "U_CARLA"},
            "owner",
            "Carla is not one of our own",
        ),
        ("account_save", {"account": str(ACME)}, {"name": "x" * 81}, "name", "80 characters"),
        ("account_save", {"account": str(ACME)}, {"name": "A", "zone": "Berlim"}, "zone", "Berlin"),
        ("account_note", {"account": str(ACME)}, {"text": "x" * 501}, "text", "500 characters"),
        ("account_note", {"account": "4"}, {"text": "x"}, "text", "not there any more"),
        ("macro_new", {}, {"name": "hello", "text": "Hi"}, "name", "a macro called Hello"),
        ("macro_new", {}, {"name": "Bye", "text": "{{ x }}"}, "text", "there is no {{ x }}"),
        ("macro_new", {}, {"name": "Bye", "text": ""}, "text", "Write what the macro says"),
        ("macro_new", {}, {"name": "7 dwarfs", "text": "Hi"}, "name", "begin with a number"),
        ("macro_edit", {"macro": "4"}, {"name": "Bye", "text": "Hi"}, "name", "not there any more"),
    ],
)
async def test_what_is_wrong_in_a_form_is_told_at_its_field(
    furnished: Scene,
    callback: str,
    note: dict[str, str],
    given: dict[str, str],
    field: str,
    words: str,
) -> None:
    blank = dict.fromkeys(BLANK[callback], "")
    form = submit(f"form:{callback}", {"about": note}, **(blank | given))
    for block in form["view"]["blocks"]:
        block["optional"] = True
    told = errors(await furnished.post.interaction(form))
    assert words in told.get(field, str(told))
    assert await furnished.inbox() == []


@pytest.mark.parametrize("person", ["U_OLGA", "U_CARLA"])
@pytest.mark.parametrize("callback", ["map_channel", "account_note", "macro_new"])
async def test_who_may_not_is_told_in_the_form(
    furnished: Scene, person: str, callback: str
) -> None:
    form = submit(
        f"form:{callback}", {"about": {"channel": "600"}}, mode="auto", text="x", name="x"
    )
    told = errors(await furnished.post.interaction(form | {"user": {"id": person}}))
    assert "Only" in str(told)
    assert await furnished.inbox() == []


async def test_from_a_tickets_menu_its_channel_is_set_up(furnished: Scene) -> None:
    form = submit("form:more", {"ticket_id": TICKET}, act="map_channel")
    answer = await furnished.post.interaction(form)
    assert answer.json["response_action"] == "update"
    assert '"about":{"channel":"600"}' in str(answer.json["view"])


async def test_a_choice_that_cannot_be_is_told_in_its_form(furnished: Scene) -> None:
    form = submit("form:more", {"ticket_id": OTHER_TICKET}, act="map_channel")
    told = errors(await furnished.post.interaction(form))
    assert "of our own" in told["act"]


async def test_a_press_on_an_account_shows_it_to_who_pressed_alone(furnished: Scene) -> None:
    await furnished.post.interaction(press("act:account", str(ACME)))
    (shown,) = furnished.slack.of("chat.postEphemeral")
    assert shown["user"] == "U_ANA"
    assert "Acme" in shown["text"]
    assert await furnished.inbox() == []


async def test_a_macros_button_opens_the_reply_filled_in(furnished: Scene) -> None:
    await furnished.post.interaction(press("act:macro:1", f"{TICKET}=hel"))
    (opened,) = furnished.slack.of("views.open")
    assert "Hi Carla" in str(opened["view"])
    assert f'"macro":"{MACRO}"' in str(opened["view"])
    (told,) = await furnished.inbox()
    assert isinstance(told, Drafting)


async def test_a_chosen_macro_replaces_the_form_by_the_reply(furnished: Scene) -> None:
    form = submit("form:macro", {"ticket_id": TICKET}, macro=str(MACRO))
    answer = await furnished.post.interaction(form)
    assert answer.json["response_action"] == "update"
    assert "Hi Carla" in str(answer.json["view"])


async def test_a_macro_that_says_nothing_is_just_done(furnished: Scene) -> None:
    form = submit("form:macro", {"ticket_id": TICKET}, macro=str(MACRO + 1))
    assert (await furnished.post.interaction(form)).text == ""
    item = await the_act(furnished)
    assert (item.act, item.ticket_id) == ("macro", TICKET)
    assert item.fields == {"macro": str(MACRO + 1)}


async def test_a_reply_that_began_as_a_macro_says_so(furnished: Scene) -> None:
    note = {"ticket_id": TICKET, "about": {"macro": str(MACRO)}}
    await furnished.post.interaction(submit("form:reply", note, text="Hi Carla!"))
    item = await the_act(furnished)
    assert (item.act, item.text, item.fields) == ("reply", "Hi Carla!", {"macro": str(MACRO)})


async def test_the_next_page_of_macros_keeps_the_words(furnished: Scene) -> None:
    await furnished.post.interaction(press("act:macros", "1=hel"))
    (shown,) = furnished.slack.of("chat.postEphemeral")
    assert "Hello" in str(shown["blocks"])
    assert "Rush" not in str(shown["blocks"])


async def test_a_macro_by_command_opens_the_reply_form(furnished: Scene) -> None:
    members = {"ok": True, "members": ["U_CARLA", "U_ANA"]}
    furnished.slack.answers["conversations.members"] = members
    answer = await furnished.post.form(typed("/ticket", "macro 1 hello"))
    assert answer.text == ""
    (opened,) = furnished.slack.of("views.open")
    assert "Hi Carla" in str(opened["view"])
    (told,) = furnished.slack.of("views.update")
    assert "Read there by" in str(told["view"])
    assert "Hi Carla" in str(told["view"])
