"""Wrong words after /desk and after /ticket macro: each gets a private, plain and correct hint."""

from __future__ import annotations

from tests.stories import told
from tests.stories.stage import stage

WRONG = {
    "helth": "`/desk health`",
    "healt": "`/desk health`",
    "health now": "takes nothing more",
    "team lead": "Did you mean",
    "teem": "`/desk team`",
    "tema": "`/desk team`",
    "team add": "choose the person from Slack’s list",
    "team add ben": "choose the person from Slack’s list",
    "team add ben lead": "choose the person from Slack’s list",
    "team add @ben boss": "There is no such role",
    "team add @ben lead manager": "There is no such role",
    "team add @ben @mona": "One person at a time",
    "team add @ben": "is an agent already",
    "team add @kim": "not one of our own colleagues",
    "team add @threadkeeper": "not one of our own colleagues",
    "team add @mona manager": "Only managers",
    "team remove": "choose the person from Slack’s list",
    "team remove @gus": "has no such role",
    "team remove @ben": "member of a user group",
    "team remove @ana lead": "member of a user group",
    "team remoev @ben": "`/desk team",
    "chanels": "`/desk channels`",
    "acount acme": "`/desk account`",
    "account": "There are no accounts yet",
    "account acme": "There are no accounts yet",
    "accounts": "There are no accounts yet",
    "macro foo": "No macro has",
    "macros zzz": "No macro has",
    "macors": "`/desk macros`",
    "macros news": "No macro has",
    "new macros": "Did you mean",
    "xyzzy": "This is all that there is",
    "🤖": "This is all that there is",
    "@ben": "This is all that there is",
    "#12": "This is all that there is",
    "drop table account": "This is all that there is",
    "<!channel>": "This is all that there is",
    "   ": "/desk health",
    "help": "/desk team add @ben lead",
    "HELP me": "/desk health",
    "channels 2": "`/desk channels` takes nothing more",
    "/desk helth": "`/desk health`",
    "away tomorrow to friday": "“tomorrow to friday”",
    "away 9am PST": "Leave the time zone away",
    "digest weekly on monday and friday": "say one day",
    "digest customer weekly in #triage": "not a customer channel",
}
WRONG_MACROS = {
    "macro 1 zzz": "No macro is called so",
    "macro 1 ask for detials": "Did you mean Ask for details",
    "macro 99 solved": "no ticket #99",
    "macro 1 12": "No macro is called so",
    "macro 1 <!channel>": "No macro is called so",
    "macros 1 lokking": "Did you mean Looking into it",
    "marco 1 solved": "Did you mean `/ticket macro 1`",
}


async def test_every_wrong_command_gets_a_private_hint(database_url: str) -> None:
    unhelped = []
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "The export is broken, can you help?")
        await it.quiet()
        before = len(it.messages("digests"))
        tried = [("/desk", text, mend) for text, mend in WRONG.items()]
        tried += [("/ticket", text, mend) for text, mend in WRONG_MACROS.items()]
        for command, text, mend in tried:
            heard = await told.typed(it, "ana", text, channel="#digests", command=command)
            if mend not in heard or "<!" in heard:
                unhelped.append(f"{command} {text} → {heard!r} lacks {mend!r}")
        assert len(it.messages("digests")) == before  # nothing in public
    assert not unhelped, "\n".join(unhelped)


async def test_who_may_not_is_told_so_and_by_nothing_else(database_url: str) -> None:
    refused = {
        "gus": ("health", "team add @ben lead", "channels", "account acme", "macros", "macros new"),
        "tariq": ("health", "team remove @ben", "channels", "account acme", "macros new"),
        "ben": ("team add @gus", "team remove @ben", "macros new"),
    }
    async with stage(database_url) as it:
        it.people.say("carla", "#acme-harbour", "thanks!")
        await it.quiet()
        for person, commands in refused.items():
            for text in commands:
                heard = await told.typed(it, person, text, channel="#general")
                assert heard.startswith("Only "), (person, text, heard)
