"""What people write, and what Slack makes of it."""

from __future__ import annotations

import pytest

from sandbox.local import Sandbox
from sandbox.people import Attachment, NotAllowed
from sandbox.people.typed import read
from tests.sandbox.receiver import Receiver


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("@ana look", "<@U00000ANA> look"),
        ("mail me@ana.example", "mail <mailto:me@ana.example|me@ana.example>"),
        ("see #help", "see <#C00000HELP|help>"),
        ("see #triage", "see #triage"),
        ("#12 is done", "#12 is done"),
        ("@nobody", "@nobody"),
        ("@here", "<!here>"),
        ("<!here>", "&lt;!here&gt;"),
        ("at https://a.example/x?a=1&b=2.", "at <https://a.example/x?a=1&amp;b=2>."),
        ("`@ana <x>`", "`@ana &lt;x&gt;`"),
        ("*so* _it_ ~no~ :tada:", "*so* _it_ ~no~ :tada:"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("at 12:30:45", "at 12:30:45"),
    ],
)
def test_typed_words_become_slacks_text(quiet: Sandbox, typed: str, stored: str) -> None:
    assert read(quiet.world, typed, by=quiet.people.senses.user("kim")).text == stored


def test_staff_see_their_channels_and_groups_by_name(quiet: Sandbox) -> None:
    ana = quiet.people.senses.user("ana")
    assert read(quiet.world, "#triage", by=ana).text == "<#C000TRIAGE|triage>"
    assert read(quiet.world, "@support", by=ana).text == "<!subteam^S0SUPPORT>"
    carla = quiet.people.senses.user("carla")
    assert read(quiet.world, "@support", by=carla).text == "@support"


def test_a_rich_text_block_says_the_same(quiet: Sandbox) -> None:
    said = quiet.people.say("kim", "#help", "@ana run `ls`:\n```a < b```\nok")
    (block,) = said.blocks
    kinds = [element["type"] for element in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_preformatted", "rich_text_section"]
    inline = block["elements"][0]["elements"]
    assert inline[0] == {"type": "user", "user_id": "U00000ANA"}
    assert inline[2] == {"type": "text", "text": "ls", "style": {"code": True}}
    assert block["elements"][1]["elements"] == [{"type": "text", "text": "a < b"}]


def test_a_time_of_day_is_no_emoji(quiet: Sandbox) -> None:
    (block,) = quiet.people.say("kim", "#help", "at 12:30:45 :tada:").blocks
    kinds = [element["type"] for element in block["elements"][0]["elements"]]
    assert kinds == ["text", "emoji"]


def test_people_write_only_where_they_are(quiet: Sandbox) -> None:
    with pytest.raises(NotAllowed, match="not_in_channel"):
        quiet.people.say("zoe", "#acme-harbour", "Hi")
    with pytest.raises(NotAllowed, match="not_in_channel"):
        quiet.people.say("carla", "#triage", "Hi")
    with pytest.raises(NotAllowed, match="Did you mean acme-harbour"):
        quiet.people.say("carla", "#acme-harbor", "Hi")
    with pytest.raises(NotAllowed, match="Did you mean carla"):
        quiet.people.say("karla", "#acme-harbour", "Hi")


@pytest.mark.parametrize("text, error", [(" \n", "no_text"), ("/ticket new", "is_a_command")])
def test_what_slack_would_not_send_is_refused(quiet: Sandbox, text: str, error: str) -> None:
    with pytest.raises(NotAllowed, match=error):
        quiet.people.say("kim", "#help", text)


def test_only_the_author_edits_and_deletes(quiet: Sandbox) -> None:
    said = quiet.people.say("carla", "#acme-harbour", "Hi")
    with pytest.raises(NotAllowed, match="cant_update_message"):
        quiet.people.edit("omar", "#acme-harbour", said.ts, "Ho")
    with pytest.raises(NotAllowed, match="cant_update_message"):
        quiet.people.delete("ana", "#acme-harbour", said.ts)
    quiet.people.edit("carla", "#acme-harbour", said.ts, "Ho")
    assert (said.text, said.edited is None) == ("Ho", False)


async def test_an_edit_an_unfurl_and_a_deletion_are_told_apart(
    slack: Sandbox, app: Receiver
) -> None:
    said = slack.people.say("carla", "#acme-harbour", "https://a.example")
    await slack.idle()
    slack.people.unfurl("#acme-harbour", said.ts)
    await slack.idle()
    slack.people.edit("carla", "#acme-harbour", said.ts, "Never mind")
    await slack.idle()
    slack.people.delete("carla", "#acme-harbour", said.ts)
    await slack.idle()
    _, unfurl, edit, deletion = app.events()
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"]
    assert "edited" not in unfurl["message"]
    assert edit["message"]["edited"]["user"] == "U000CARLA"
    assert deletion["subtype"] == "message_deleted"
    assert deletion["deleted_ts"] == said.ts


async def test_a_file_in_a_shared_channel_says_only_where_to_ask(
    slack: Sandbox, app: Receiver
) -> None:
    slack.people.say("carla", "#acme-harbour", "The log", files=[Attachment("x.txt", b"boom")])
    await slack.idle()
    (event,) = app.events()
    assert event["subtype"] == "file_share"
    assert event["files"][0]["file_access"] == "check_file_info"
    assert app.events("file_shared")[0]["file_id"] == event["files"][0]["id"]


async def test_a_direct_message_opens_itself(slack: Sandbox, app: Receiver) -> None:
    slack.people.say("ana", "@threadkeeper", "Hi")
    await slack.idle()
    (event,) = app.events()
    assert event["channel_type"] == "im"


async def test_reactions_come_without_a_team(slack: Sandbox, app: Receiver) -> None:
    said = slack.people.say("carla", "#acme-harbour", "Hi")
    slack.people.react("ana", "#acme-harbour", said.ts, ":eyes:")
    slack.people.unreact("ana", "#acme-harbour", said.ts, "eyes")
    await slack.idle()
    (added,) = app.events("reaction_added")
    assert added["reaction"] == "eyes"
    assert added["item"]["ts"] == said.ts
    assert "team" not in added
    assert len(app.events("reaction_removed")) == 1
    with pytest.raises(NotAllowed, match="no_reaction"):
        slack.people.unreact("ana", "#acme-harbour", said.ts, "eyes")


async def test_the_app_hears_when_it_is_invited_and_put_out(slack: Sandbox, app: Receiver) -> None:
    slack.people.invite("ana", "#general", "threadkeeper")
    slack.people.say("ana", "#general", "Welcome")
    slack.people.kick("ana", "#general", "threadkeeper")
    slack.people.say("ana", "#general", "Bye")
    await slack.idle()
    assert [e["user"] for e in app.events("member_joined_channel")] == ["U00KEEPERB"]
    assert "Welcome" in [e["text"] for e in app.events()]
    assert "Bye" not in [e["text"] for e in app.events()]
    assert len(app.events("channel_left")) == 1


def test_nobody_walks_into_a_closed_channel(quiet: Sandbox) -> None:
    for user, channel in [("gus", "#triage"), ("zoe", "#acme-harbour"), ("kim", "#general")]:
        with pytest.raises(NotAllowed, match="cannot join"):
            quiet.people.join(user, channel)
    quiet.people.join("tariq", "#help")
    assert "U000TARIQ" in quiet.people.senses.channel("#help").members


def test_outsiders_come_only_by_a_shared_channel(quiet: Sandbox) -> None:
    with pytest.raises(NotAllowed, match="share the channel first"):
        quiet.people.invite("ana", "#help", "zoe")
    quiet.people.share_with("ana", "#help", "globex")
    quiet.people.invite("ana", "#help", "zoe")
    assert "U00000ZOE" in quiet.people.senses.channel("#help").members
