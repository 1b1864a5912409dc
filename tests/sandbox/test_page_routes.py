"""The page as HTTP: who sees what, what acts do, and which headers guard it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sandbox import deeds, page
from sandbox.local import Sandbox, fresh_world
from sandbox.people import Attachment
from sandbox.world import Message

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def box(manifest: dict[str, Any]) -> Sandbox:
    """A local Slack with a little history that is not served: nothing leaves it."""
    world = fresh_world(manifest, history=True)
    world.clock.freeze(world.clock.time())
    return Sandbox(world)


@pytest.fixture
async def web(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The page's own address space."""
    transport = httpx.ASGITransport(app=Starlette(routes=page.routes(box)))
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
        yield client


def _post_card(box: Sandbox, *texts: str) -> Message:
    world = box.world
    triage, bot = world.channels["C000TRIAGE"], world.users[box.people.senses.app.bot_user]
    text = {"type": "section", "text": {"type": "mrkdwn", "text": " ".join(texts)}}
    return deeds.post(world, triage, bot, deeds.Draft(text="card", blocks=[text]))


async def test_a_customer_sees_her_channels_and_nothing_of_others(web: httpx.AsyncClient) -> None:
    html = (await web.get("/part/sidebar?as=carla")).text
    assert "acme-harbour" in html
    for hidden in ("triage", "globex", "tech-support", "Threadkeeper"):
        assert hidden not in html


async def test_each_person_is_told_what_they_may_try(web: httpx.AsyncClient) -> None:
    assert "Take a card in #triage" in (await web.get("/?as=ana")).text
    assert "Take a card" not in (await web.get("/?as=tariq")).text
    assert "Ask something in #acme-harbour" in (await web.get("/?as=carla")).text


async def test_a_channel_that_one_is_not_in_is_not_shown_for_the_asking(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    _post_card(box, "an internal word")
    for query in ("as=carla&channel=triage", "as=carla&channel=C000TRIAGE"):
        assert "an internal word" not in (await web.get(f"/?{query}")).text
        assert "an internal word" not in (await web.get(f"/part/messages?{query}")).text
    assert "an internal word" in (await web.get("/?as=ana&channel=triage")).text


async def test_hostile_text_is_shown_as_it_was_typed(web: httpx.AsyncClient, box: Sandbox) -> None:
    box.people.say("carla", "acme-harbour", HOSTILE)
    box.people.set_status("carla", HOSTILE)
    html = (await web.get("/?as=carla")).text
    assert "&lt;script&gt;alert(1)" in html
    assert HOSTILE not in html


async def test_no_script_but_the_pages_own_would_ever_run(web: httpx.AsyncClient) -> None:
    guard = (await web.get("/?as=ana")).headers["content-security-policy"]
    assert "default-src 'none'" in guard
    assert "script-src 'self';" in guard
    assert "unsafe" not in guard


async def test_the_page_asks_no_other_server_for_anything(web: httpx.AsyncClient) -> None:
    html = (await web.get("/?as=ana&channel=triage")).text
    assert 'src="http' not in html
    assert '<link rel="stylesheet" href="http' not in html


async def test_outsiders_are_shown_with_their_company(web: httpx.AsyncClient) -> None:
    html = (await web.get("/part/messages?as=ana&channel=acme-harbour")).text
    assert "Acme Robotics</span>" in html
    assert "Harbour</span>" not in html


async def test_saying_something_shows_it(web: httpx.AsyncClient) -> None:
    said = await web.post(
        "/act/say?as=carla", data={"channel": "acme-harbour", "text": "The *arm* stops"}
    )
    assert said.json()["ok"]
    html = (await web.get("/part/messages?as=ana&channel=acme-harbour")).text
    assert "The <strong>arm</strong> stops" in html


async def test_a_reply_is_counted_under_its_parent(web: httpx.AsyncClient, box: Sandbox) -> None:
    parent = box.people.say("carla", "acme-harbour", "The arm stops")
    data = {"channel": "acme-harbour", "text": "On it", "thread": parent.ts}
    await web.post("/act/say?as=ana", data=data)
    html = (await web.get("/part/messages?as=carla&channel=acme-harbour")).text
    assert "<b>1 reply</b>" in html
    assert "On it" not in html
    thread = (await web.get(f"/part/replies?as=carla&channel=acme-harbour&thread={parent.ts}")).text
    assert "On it" in thread


async def test_a_command_in_a_thread_is_refused_in_slacks_words(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    command = box.people.senses.app.manifest["features"]["slash_commands"][0]["command"]
    parent = box.people.say("ana", "acme-harbour", "Hello")
    data = {"channel": "acme-harbour", "text": command, "thread": parent.ts}
    answer = await web.post("/act/say?as=ana", data=data)
    assert answer.status_code == 400
    assert answer.json()["hint"] == f"{command} is not supported in threads. Sorry!"


async def test_reacting_twice_takes_the_reaction_back(web: httpx.AsyncClient, box: Sandbox) -> None:
    message = box.people.say("carla", "acme-harbour", "The arm stops")
    data = {"channel": "C0ACMEHARB", "ts": message.ts, "name": "eyes"}
    await web.post("/act/react?as=ana", data=data)
    assert list(message.reactions) == ["eyes"]
    await web.post("/act/react?as=ana", data=data)
    assert message.reactions == {}


async def test_only_own_messages_offer_to_be_changed(web: httpx.AsyncClient, box: Sandbox) -> None:
    message = box.people.say("carla", "acme-harbour", "The arm stops")
    address = f"/menu/message?channel=acme-harbour&ts={message.ts}"
    assert "data-edit" in (await web.get(f"{address}&as=carla")).text
    assert "data-edit" not in (await web.get(f"{address}&as=ana")).text


async def test_unread_is_what_came_since_one_last_looked(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    box.people.say("carla", "acme-harbour", "One")
    box.people.say("carla", "acme-harbour", "Two, @ben")
    sidebar = (await web.get("/part/sidebar?as=ana&channel=triage")).text
    assert 'aria-label="2 unread"' in sidebar
    assert 'aria-label="1 mentions"' in (await web.get("/part/sidebar?as=ben&channel=triage")).text
    html = (await web.get("/?as=ana&channel=acme-harbour")).text
    assert html.count('class="new"') == 1
    assert "unread" not in (await web.get("/part/sidebar?as=ana&channel=triage")).text


async def test_switching_keeps_the_channel_for_those_who_are_in_it(web: httpx.AsyncClient) -> None:
    html = (await web.get("/menu/people?as=carla&channel=acme-harbour")).text
    assert "/?as=ana&amp;channel=acme-harbour" in html
    assert 'href="/?as=zoe"' in html


async def test_an_ephemeral_is_seen_by_one_and_marked(web: httpx.AsyncClient, box: Sandbox) -> None:
    world = box.world
    ana = box.people.senses.user("ana")
    deeds.whisper(world, world.channels["C000TRIAGE"], ana, text="For you alone")
    assert "Only visible to you" in (await web.get("/part/messages?as=ana&channel=triage")).text
    assert "For you alone" not in (await web.get("/part/messages?as=ben&channel=triage")).text


async def test_a_deleted_parent_leaves_its_thread(web: httpx.AsyncClient, box: Sandbox) -> None:
    parent = box.people.say("carla", "acme-harbour", "Oops")
    box.people.say("ana", "acme-harbour", "What?", thread_ts=parent.ts)
    await web.post("/act/delete?as=carla", data={"channel": "acme-harbour", "ts": parent.ts})
    html = (await web.get("/part/messages?as=ana&channel=acme-harbour")).text
    assert "This message was deleted." in html
    assert "Oops" not in html


async def test_a_file_is_for_those_in_its_channel(web: httpx.AsyncClient, box: Sandbox) -> None:
    message = box.people.say(
        "carla", "acme-harbour", "log", files=[Attachment("a.html", b"<script>x</script>")]
    )
    address = f"/page/file/{message.files[0]}/a.html"
    mine = await web.get(f"{address}?as=ana")
    assert mine.content == b"<script>x</script>"
    assert mine.headers["content-disposition"] == "attachment"
    assert (await web.get(f"{address}?as=zoe")).status_code == 404


@pytest.mark.parametrize("move,seconds", [("600", 600), ("3600", 3600)])
async def test_the_clock_moves_on(
    web: httpx.AsyncClient, box: Sandbox, move: str, seconds: int
) -> None:
    before = box.world.clock.time()
    await web.post("/act/clock?as=ana", data={"move": move})
    assert box.world.clock.time() == before + seconds


async def test_next_morning_is_nine_where_one_is(web: httpx.AsyncClient, box: Sandbox) -> None:
    await web.post("/act/clock?as=kim", data={"move": "morning"})
    assert box.world.clock.now().hour == 0  # nine in Tokyo
    assert "09:00" in (await web.get("/part/clock?as=kim")).text


@pytest.mark.parametrize("move", ["-5", "soon", "nan", "1e99"])
async def test_the_clock_takes_no_nonsense(web: httpx.AsyncClient, box: Sandbox, move: str) -> None:
    before = box.world.clock.time()
    answer = await web.post("/act/clock?as=ana", data={"move": move})
    assert answer.status_code == 400
    assert box.world.clock.time() == before


async def test_the_inspector_lists_what_went_over_the_wire(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    request = {"channel": "C1", "text": HOSTILE}
    box.traffic.note(
        "from_app",
        "chat.postMessage",
        request,
        {"ok": False, "error": "not_in_channel"},
        status=200,
        took_ms=3,
    )
    html = (await web.get("/traffic")).text
    assert "chat.postMessage" in html
    assert "not_in_channel" in html
    full = (await web.get("/traffic/1")).text
    assert "&lt;script&gt;" in full


async def test_an_external_person_has_no_commands_shortcuts_or_home(web: httpx.AsyncClient) -> None:
    html = (await web.get("/?as=carla")).text
    assert 'data-commands="[]"' in html
    assert "/menu/shortcuts" not in html
    assert "view=home" not in html


async def test_pages_that_do_not_exist_say_so(web: httpx.AsyncClient) -> None:
    for address in ("/part/secrets", "/menu/secrets", "/traffic/99", "/page/emoji/0.svg"):
        assert (await web.get(address)).status_code == 404


@pytest.mark.parametrize("kind", ["people", "members", "clock", "react", "emoji", "shortcuts"])
async def test_every_menu_can_be_opened(web: httpx.AsyncClient, kind: str) -> None:
    answer = await web.get(f"/menu/{kind}?as=ana&channel=triage")
    assert answer.status_code == 200


async def test_a_status_is_set_for_whom_one_is(web: httpx.AsyncClient, box: Sandbox) -> None:
    await web.post("/act/status?as=ana", data={"words": "Out of office"})
    assert box.people.senses.user("ana").status_text == "Out of office"
    assert 'value="Out of office"' in (await web.get("/menu/people?as=ana&channel=triage")).text


async def test_a_menu_of_a_message_that_is_gone_says_so(web: httpx.AsyncClient) -> None:
    assert (await web.get("/menu/message?as=ana&channel=triage&ts=1.1")).status_code == 404


async def test_replies_in_ones_threads_are_counted_until_one_looks(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    parent = box.people.say("carla", "acme-harbour", "The arm stops")
    box.people.mark_read("carla", "acme-harbour")
    box.people.say("ana", "acme-harbour", "On it", thread_ts=parent.ts)
    assert 'aria-label="1 new replies"' in (await web.get("/part/sidebar?as=carla")).text
    assert "new replies" not in (await web.get("/part/sidebar?as=omar")).text
    assert "On it" in (await web.get("/part/threads?as=carla&view=threads")).text
    await web.get("/?as=carla&channel=acme-harbour")
    assert "new replies" not in (await web.get("/part/sidebar?as=carla")).text


async def test_the_apps_own_messages_stand_with_the_app(
    web: httpx.AsyncClient, box: Sandbox
) -> None:
    channel = box.people.message_with("ana", "threadkeeper")
    bot = box.world.users[box.people.senses.app.bot_user]
    deeds.post(box.world, channel, bot, deeds.Draft(text="Good morning"))
    sidebar = (await web.get("/part/sidebar?as=ana")).text
    assert "Direct messages" not in sidebar
    assert sidebar.count(bot.real_name) == 1
    html = (await web.get(f"/?as=ana&channel={channel.id}")).text
    assert "Good morning" in html
    assert "aria-current=page>Messages" in html
