"""Wrong input by the hundred: each gets a private, plain and correct hint, none an error."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass

import pytest

from sandbox import shapes
from sandbox.people import AppFailed
from sandbox.world import Message
from tests.stories import ears, told
from tests.stories.stage import Stage, stage
from tests.stories.told import since

LONG = "w" * 3_000
RTL = "שלום, הרובוט נעצר"
NOWHERE = "https://harbour.slack.com/archives/C0ACMEHARB/p1700000000000100"
ASKED = ("The export is broken, can you help?", "The invoice is wrong")

# What is typed after /ticket, and what has to be in the answer.
TICKET: Mapping[str, str] = {
    # slips of the finger, verb by verb
    "trakc https://harbour.slack.com/archives/C0ACMEHARB/p1": "`/ticket track",
    "wyh 1": "`/ticket why 1`",
    "shwo": "`/ticket show`",
    "lsit": "`/ticket list`",
    "mnie": "`/ticket mine`",
    "fnid invoice": "`/ticket find`",
    "fidn": "`/ticket find`",
    "tkae": "`/ticket take`",
    "replly 1": "`/ticket reply 1`",
    "anwser 1": "`/ticket reply 1`",
    "noet 1 they called": "`/ticket note 1`",
    "commnet 1 they called": "`/ticket note 1`",
    "resovle 2 fixed": "`/ticket resolve 2`",
    "closse 2": "`/ticket resolve 2`",
    "reoepn 2": "`/ticket reopen 2`",
    "wiat 2 2d": "`/ticket wait 2`",
    "snoze 2 2d": "`/ticket snooze 2`",
    "snoooze 2 2d": "`/ticket snooze 2`",
    "postpnoe 2": "`/ticket snooze 2`",
    "waek 2": "`/ticket wake 2`",
    "priorty 2 high": "`/ticket priority 2`",
    "pirority 2 high": "`/ticket priority 2`",
    "dismis 2": "`/ticket dismiss 2`",
    "ignroe 2": "`/ticket dismiss 2`",
    "spilt 2": "`/ticket split 2`",
    "tga 2 vip": "`/ticket tag 2`",
    "categroy 2 billing": "`/ticket category 2`",
    "megre 1 into 2": "`/ticket merge 1`",
    "unmegre 2": "`/ticket unmerge 2`",
    "lnik 1 related 2": "`/ticket link 1`",
    "unlnik 1 2": "`/ticket unlink 1`",
    "hisotry 2": "`/ticket history 2`",
    "macor 2 solved": "`/ticket macro 2`",
    "hepl": "`/ticket help`",
    # a verb that is no act, or of another command
    "delete 1": "`/ticket",
    "transfer 1 @ben": "`/assign",
    "give 1 @ben": "`/assign",
    "assign @ben": "`/assign",
    "escalade!!! now": "`/ticket escalate`",
    "status?": "which ticket",
    "foo": "This is all that there is",
    "foo bar": "`/ticket new`",
    "kb export": "no articles yet",
    # numbers that are none
    "take 1 2 3": "One ticket at a time",
    "take 12 12": "One ticket at a time",
    "take #1 #1": "One ticket at a time",
    "take 1,2": "not the number of a ticket",
    "take 1-2": "not the number of a ticket",
    "take 0x1": "not the number of a ticket",
    "take 1e3": "not the number of a ticket",
    "take +1": "not the number of a ticket",
    "take -1": "not the number of a ticket",
    "take 00": "not the number of a ticket",
    "take 1.0": "not the number of a ticket",
    "take #one": "not the number of a ticket",
    "take #": "not the number of a ticket",
    "take ##1": "not the number of a ticket",
    "take 99999999999999999999": "not the number of a ticket",
    "take 999999999": "no ticket #999999999",
    "take 4711": "no ticket #4711",
    "show 4711": "no ticket #4711",
    "history 4711": "no ticket #4711",
    "note 4711 They called": "no ticket #4711",
    "reply 4711": "no ticket #4711",
    "snooze #4711 2d": "no ticket #4711",
    "wait #4711": "no ticket #4711",
    "tag 4711 vip": "no ticket #4711",
    "merge 4711 into 1": "no ticket #4711",
    "merge 1 into 4711": "no ticket #4711",
    "link 1 related 4711": "no ticket #4711",
    "unlink 1 4711": "no ticket #4711",
    "split 4711": "no ticket #4711",
    "priority 4711 high": "no ticket #4711",
    "dismiss 4711": "no ticket #4711",
    "why 4711": "no ticket #4711",
    "reopen 4711": "no ticket #4711",
    "unmerge 4711": "no ticket #4711",
    "4711": "no ticket #4711",
    "#4711 take": "no ticket #4711",
    "１２": "no ticket #12",
    "take ٣": "not the number",
    "take ½": "not the number",
    # missing numbers, where several are open elsewhere
    "take": "which ticket",
    "reply": "which ticket",
    "note They called": "which ticket",
    "snooze 2d": "which ticket",
    "wait": "which ticket",
    "priority high": "which ticket",
    "tag vip": "which ticket",
    "dismiss": "which ticket",
    "history": "which ticket",
    "split": "which ticket",
    "merge into 2": "which ticket",
    "reopen": "`/ticket reopen 12`",
    "unmerge": "`/ticket unmerge 12`",
    "unlink": "`/ticket unlink",
    "why": "Add the link of the message",
    "track": "Choose *Track as ticket*",
    "track this please": "Choose *Track as ticket*",
    "track https://example.com/": "Choose *Track as ticket*",
    "attach": "Add the link",
    "attach 1": "Add the link",
    "attach the thread": "Add the link",
    "attach https://example.com/": "Add the link",
    "resolve 1 duplicate": "`/ticket resolve 12 duplicate #15`",
    "resolve 1 duplicate 1": "that very ticket",
    "resolve 1 duplicate of 4711": "no ticket #4711",
    "detach 1": "No thread is attached",
    "detach": "`/ticket detach 12`",
    # choices
    "priority 1 hgih": "`/ticket priority 1 high`",
    "priority 1 highest": "low, normal, high, urgent",
    "priority 1 1": "One ticket at a time",
    "priority 1 p1": "low, normal, high, urgent",
    "priority 1 🔥": "low, normal, high, urgent",
    "resolve 1 fxied": "`/ticket resolve 1 fixed`",
    "resolve 1 because I say so": "may be followed by one of",
    "resolve 1 wontfix": "may be followed by one of",
    "category 1 bilings": "Billing",
    "category 1 astrology": "Technical",
    "set 1 build 4.2": "no fields of its own",
    "macro 1 no such macro": "No macro is called so",
    # dates
    "snooze 1 yesterday": "tomorrow 9am",
    "snooze 1 when hell freezes": "tomorrow 9am",
    "snooze 1 31 feb": "tomorrow 9am",
    "snooze 1 2020-01-01": "past",
    "snooze 1 25:00": "tomorrow 9am",
    "snooze 1 9am 10am": "tomorrow 9am",
    "snooze 1 -2d": "tomorrow 9am",
    "snooze 1 0d": "tomorrow 9am",
    "snooze 1 99999999999d": "tomorrow 9am",
    "snooze 1 9999-12-31": "a nearer time",
    "snooze 1 13/13/2027": "`2026-12-01`",
    "snooze 1 next": "tomorrow 9am",
    "snooze 1 tomorrow banana": "tomorrow 9am",
    "snooze 1 {{ now }}": "tomorrow 9am",
    f"snooze 1 {'9' * 400}h": "tomorrow 9am",
    "wait 1 until the cows come home": "tomorrow 9am",
    "wait 1 yesterday": "tomorrow 9am",
    # tags
    "tag 1": "Labels of #1",
    "tag 1 !!!": "single words",
    "tag 1 -": "single words",
    "tag 1 <b>": "single words",
    "tag 1 🎉": "single words",
    "tag 1 vip -vip": "added and taken away",
    "tag 1 -never": "not tagged so",
    f"tag 1 {'x' * 41}": "40 characters",
    f"tag 1 {LONG[:2000]}": "40 characters",
    "tag 1 ';DROP": "single words",
    "tag 1 {{7*7}}": "single words",
    # two tickets
    "merge 1": "Merge #1",
    "merge 1 into 1": "that very ticket",
    "merge 1 2 3": "`/ticket merge 12 into 15`",
    "merge 1 with everything": "`/ticket merge 12 into 15`",
    "link 1 2 as cousin": "`/ticket link 12 related 15`",
    "link 1 related 1": "that very ticket",
    "unlink 1": "`/ticket",
    "unlink 1 2": "not linked",
    "unmerge 1": "not merged",
    "unpromise 1": "No update is promised",
    "promise 1 soon": "tomorrow 9am",
    "promise 1 yesterday": "tomorrow 9am",
    "due 4711": "no ticket #4711",
    "wake 1": "not snoozed",
    "reopen 1": "open already",
    # words that want to be something else
    "note 1": "Note on #1",
    f"note 1 {LONG}x": "3,000 fit in one",
    "'; DROP TABLE ticket; --": "/ticket",
    "1; DELETE FROM ticket": "/ticket",
    "' OR '1'='1": "/ticket",
    "{{ 7 * 7 }}": "/ticket",
    "{% for x in y %}": "/ticket",
    "${jndi:ldap://x}": "/ticket",
    "<script>alert(1)</script>": "/ticket",
    "*bold* _it_ ~no~ `code`": "/ticket",
    "<!here> help": "/ticket",
    "<!subteam^S0SUPPORT>": "/ticket",
    "<@U00000BEN> take": "/ticket",
    "@ben": "/ticket",
    "#triage": "not the number of a ticket",
    "\u202e1 ekat": "/ticket",
    RTL: "`/ticket new`",
    "🤖🔥": "This is all that there is",
    ":fire:": "This is all that there is",
    "a\x00b\x07": "/ticket",
    "\x1b[31mtake": "/ticket",
    LONG: "This is all that there is",
    f"{LONG} 1": "`/ticket new`",
    "take " + "1 " * 900: "One ticket at a time",
    "../../etc/passwd": "/ticket",
    "http://example.com": "/ticket",
    "help nosuchverb": "Here is what I understand",
    "help 🤖": "Here is what I understand",
    "help tkae": "/ticket take 12",
    "help snoze": "/ticket snooze 12",
    # what comes from a phone, from elsewhere, or in a hurry
    "#1 #2 take": "One ticket at a time",
    "TAKE 1 and 2!": "One ticket at a time",
    "take １ ２": "One ticket at a time",
    "close all": "`/ticket resolve 12`",
    "take everything": "`/ticket take 12`",
    "delete everything": "`/ticket new`",
    "/ticket tkae 1": "`/ticket take 1`",
    "take 1 for @ben": "`/assign #12 @ana`",
    "take <#C0ACMEHARB|acme-harbour>": "`#acme-harbour` is not the number",
    f"take {NOWHERE}": "belongs to no ticket",
    f"{NOWHERE} history": "belongs to no ticket",
    "show https://example.com/": "not the number",
    "show T0GLOBEX#1": "not the number",
    "show U000CARLA": "not the number",
    "snooze 1 tmrw 3": "`3am`, `3pm` or `15:00`",
    "snooze 1 0m": "past",
    "snooze 1 -3h": "tomorrow 9am",
    "snooze 1 in -2 days": "tomorrow 9am",
    "snooze 1 9am yesterday": "past",
    "snooze 1 32.13.2026": "no such day",
    "snooze 1 feb 30": "no such day",
    "snooze 1 24:00": "tomorrow 9am",
    "snooze 1 morgen 9 uhr": "tomorrow 9am",
    "wait 1 0": "0 of what?",
    "wait 1 @here": "tomorrow 9am",
    "promise 1 0h": "past",
    "promise 1 -1h": "tomorrow 9am",
    "promise 1 yesterday 3pm": "past",
    "promise 1 @ben 3pm": "tomorrow 9am",
    "promise 1 tomorrow 4": "`4am`, `4pm` or `16:00`",
    "tag 1 @here": "single words",
    "link 1 <-> 2": "`/ticket link 12 related 15`",
    "find tag:": "`tag:vip`",
    "find before:2026-13-01": "takes a day",
    "list 1": "`/ticket show 1`",
    "mine 4": "`/ticket show 4`",
    "list tomorrow": "`/ticket list`",
    # what a stranger tried next
    "take 1/2": "`1/2` is not the number",
    "release 1": "`/assign #1 nobody`",
    "unassign #2": "`/assign #2 nobody`",
    "remove 2": "`/ticket dismiss 2`",
    "list closed": "`/ticket find",
    "list #acme-harbour": "`/ticket find in:",
    "mine @ben": "`/ticket find",
    'find ""': "Say what to look for",
    "find export -broken": "A minus leaves nothing out",
    "find status:banana": "new, open, waiting, snoozed, resolved, closed, done",
    "find 4711": "`/ticket show 4711`",
    "snooze 1 9am UTC": "Leave the time zone away",
    "snooze 1 2026-12-24T09:00:00Z": "Leave the time zone away",
    "snooze 1 next blursday": "“next blursday”",
    "snooze 1 29 feb 2027": "no such day",
    "snooze 1 monday or tuesday": "“monday or tuesday”",
    "promise 1 3pm yesterday": "That is past",
    "promise 1 tomorrow at 25:00": "“tomorrow at 25:00”",
    "promise 1 friday 31 feb": "no such day",
    "promise 1 2d ago": "“2d ago”",
    "unlink 1 carla": "`/ticket unlink 12 15`",
    "merge 1 into https://example.com/": "`/ticket merge 12 into 15`",
    f"merge 1 into {NOWHERE}": "belongs to no ticket",
    f"resolve 1 duplicate of {NOWHERE}": "belongs to no ticket",
    f"split {NOWHERE}": "belongs to no ticket",
    f"reply {LONG}": "before all these words",
    f"set {LONG}": "before all these words",
    "help away": "`/desk away until monday`",
    "*tkae* 1": "`/ticket take 1`",
    "> take 1": "That is no command",
}

# After /assign.
ASSIGN: Mapping[str, str] = {
    "#1 @ben @gus": "One person at a time",
    "#1 ben okafor and ana": "No agent is called",
    "#1 @nobdy": "No agent is called",
    "#1 mee": "No agent is called",
    "#1 @carla": "not one of the agents",
    "#1 @omar": "not one of the agents",
    "#1 @kim": "not one of the agents",
    "#1 @threadkeeper": "not one of the agents",
    "#1 <!here>": "No agent is called",
    "#1 <@U0NOBODY>": "Tickets are given to one person",
    "#1 ben@example.com": "Tickets are given to one person",
    "#4711 @ben": "no ticket #4711",
    "4711 me": "no ticket #4711",
    "#1 #2 me": "One ticket at a time",
    "#0 me": "not the number of a ticket",
    "#x me": "not the number of a ticket",
    "-1 me": "not the number of a ticket",
    f"{'9' * 30} me": "not the number of a ticket",
    "me": "which ticket",
    "#1": "`/assign #12 @ben`",
    "help": "`/assign #12 @ben`",
    "?": "`/assign #12 @ben`",
    f"#1 {RTL}": "No agent is called",
    f"#1 {LONG}": "No agent is called",
    "#1 🤖": "No agent is called",
    "#1 '; DROP TABLE person": "No agent is called",
    "#1 {{ me }}": "No agent is called",
    "#1 nobody": "Nobody has #1",
    "#1 @here": "No agent is called",
    "#1 W0OTHERWS1": "No agent is called",
    "#1 ben\nana": "No agent is called",
    "#1-#3 @ben": "not the number of a ticket",
    "all @ben": "One ticket at a time",
    f"{NOWHERE} me": "belongs to no ticket",
}

# Written under the card of #1.
THREAD: Mapping[str, str] = {
    "!tkae": "`!take`",
    "!taek now": "`!take`",
    "!asign @ben": "`!assign`",
    "!rply": "`!reply`",
    "!noet they called": "`!note`",
    "!reslove": "`!resolve`",
    "!reopne": "`!reopen`",
    "!wiat": "`!wait`",
    "!snozze 2d": "`!snooze`",
    "!wkae": "`!wake`",
    "!piority high": "`!priority`",
    "!dismss": "`!dismiss`",
    "!splt": "`!split`",
    "!tga vip": "`!tag`",
    "!catgory billing": "`!category`",
    "!mrege 2": "`!merge`",
    "!lnk 2": "`!link`",
    "!histroy": "`!history`",
    "!marco solved": "`!macro`",
    "!hlep": "`!help`",
    "!list": "`/ticket list`",
    "!mine": "`/ticket mine`",
    "!new Printer": "`/ticket new`",
    "!find invoice": "`/ticket find`",
    "!track": "`!track https",
    "!why 99": "of #1",
    "!attach": "thread of #1 itself",
    "!attach #2": "thread of #1 itself",
    "!atach #2": "`!attach`",
    "!xyzzy": "`!help`",
    "!important": "`!help`",
    f"!{LONG}": "`!help`",
    "!שלום": "`!help`",
    "!привет": "`!help`",
    "!help me": "`!snooze`",
    "!help xyzzy": "`!snooze`",
    "!take 2": "the thread of #1",
    "!take #4711": "the thread of #1",
    "!take 1 2": "`!take`",
    "!take it now": "`!take`",
    "!resolve fxied": "`!resolve fixed`",
    "!resolve because": "one of",
    "!resolve 2 fixed": "the thread of #1",
    "!priority hihg": "`!priority high`",
    "!priority 5": "the thread of #1",
    "!priority 🔥": "low, normal, high, urgent",
    "!assign @carla": "not one of the agents",
    "!assign @ben @gus": "`!assign @ben`",
    "!assign 2 @ben": "the thread of #1",
    "!assign somebody else": "No agent is called",
    "!snooze yesterday": "tomorrow 9am",
    "!snooze 2 fortnights": "tomorrow 9am",
    "!snooze -1d": "tomorrow 9am",
    "!snooze 31 feb": "tomorrow 9am",
    "!wait for godot": "tomorrow 9am",
    "!tag !!!": "single words",
    "!tag vip -vip": "added and taken away",
    "!tag -never": "not tagged so",
    "!category astrology": "Technical",
    "!set build 7": "no fields of its own",
    "!merge 1": "that very ticket",
    "!merge into 4711": "no ticket #4711",
    "!merge with everything": "Say how they belong together",
    "!link cousin 2": "Say how they belong together",
    "!unlink 2": "not linked",
    "!unmerge": "not merged",
    "!unpromise": "No update is promised",
    "!promise the fix": "tomorrow 9am",
    "!wake": "not snoozed",
    "!reopen": "open already",
    "!macro no such one": "No macro is called so",
    "!macro {{ 7 * 7 }}": "No macro is called so",
    "!take <!channel>": "`!take`",
    "!take @ben": "`/assign #12 @ana`",
    "！take 2": "the thread of #1",
    "!wait 0m": "past",
    "!snooze tmrw 3": "`3am`, `3pm` or `15:00`",
    "!promise -2h x": "tomorrow 9am",
    "!resolve all": "one of",
    "!assign @here": "`!assign @ben`",
    "!note": "Complete",
    "!unassign": "`!assign nobody`",
    "!reply hello there": "Nothing is sent yet",
    "!promise 3pm yesterday": "That is past",
    "!merge https://example.com": "Say how they belong together",
    f"!resolve duplicate of {NOWHERE}": "belongs to no ticket",
    f"!note {LONG}{LONG[:50]}": "3,000 fit in one",
}

# The menu of a message, what was filled in, and what stands beside the field then.
FORMS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("note_ticket", {"text": " "}, "fill this in"),
    ("note_ticket", {"text": "\n\t "}, "fill this in"),
    ("reply_ticket", {"text": " "}, "fill this in"),
    ("reply_ticket", {"text": "\u200b\u2060"}, "nothing to send"),
    ("snooze_ticket", {"other": "yesterday"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "soon"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "31.02.2027"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "2020-02-02"}, "past"),
    ("snooze_ticket", {"other": "'; DROP TABLE ticket; --"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "{{ 7*7 }}"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": RTL}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "🔥"}, "tomorrow 9am"),
    ("snooze_ticket", {"other": "9" * 150}, "for hours, or"),
    ("snooze_ticket", {"other": "3 years"}, "tomorrow 9am"),
)
ALIVE = re.compile(r"<!(?!date)|Traceback")


@dataclass(frozen=True)
class Desk:
    """Two open tickets of two askers, the first with its card's thread."""

    stage: Stage
    card: Message

    async def command(self, name: str, text: str) -> str:
        """What Ana alone reads after typing in a channel without a ticket."""
        known = set(self.stage.slack.world.ephemerals)
        try:
            await self.stage.people.command("ana", "#digests", name, text)
        except AppFailed as failed:
            return f"no answer: {failed}"
        await self.stage.quiet()
        return since(self.stage, known) or self._form()

    async def type(self, words: str) -> str:
        """What Ana alone reads after writing in the internal thread."""
        known = set(self.stage.slack.world.ephemerals)
        self.stage.people.say("ana", "#triage", words, thread_ts=self.card.ts)
        await self.stage.quiet()
        return since(self.stage, known)

    def _form(self) -> str:
        return " ".join(view.view["title"]["text"] for view in self.stage.open_views())

    def public(self) -> dict[str, int]:
        """How much stands in each channel that others read."""
        return {
            name: len(self.stage.messages(name))
            for name in ("acme-harbour", "digests", "help", "triage")
        }


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Fails at its end when an error was logged."""
    with ears.errors() as heard:
        async with stage(database_url) as it:
            it.people.say("carla", "#acme-harbour", ASKED[0])
            it.people.say("omar", "#acme-harbour", ASKED[1])
            await it.quiet()
            yield Desk(it, it.cards()[0])
            await it.quiet()
    assert not heard, "\n".join(heard)


async def test_wrong_commands(desk: Desk) -> None:
    await _tried(desk, TICKET, lambda text: desk.command("/ticket", text))


async def test_wrong_assignments(desk: Desk) -> None:
    await _tried(desk, ASSIGN, lambda text: desk.command("/assign", text))


async def test_wrong_words_in_the_internal_thread(desk: Desk) -> None:
    await _tried(desk, THREAD, desk.type, own=len(THREAD))


async def test_wrong_forms_stay_open_with_what_was_typed(desk: Desk) -> None:
    unhelped = []
    for shortcut, typed, mend in FORMS:
        here = {"channel": desk.card.channel, "ts": desk.card.ts}
        await desk.stage.people.shortcut("ana", shortcut, **here)
        (view,) = desk.stage.open_views()
        submitted = await desk.stage.people.submit("ana", view.id, typed)
        answer = " ".join(submitted.errors.values())
        if mend not in answer or not desk.stage.open_views():
            unhelped.append(f"{shortcut} {typed} → {answer[:300]!r} lacks {mend!r}")
        await desk.stage.people.close_all("ana", view.id)
    assert not unhelped, "\n".join(unhelped)


async def test_a_link_to_a_message_stands_for_the_number_of_its_ticket(desk: Desk) -> None:
    world, number = desk.stage.slack.world, desk.card.text.split()[0]
    asked = next(m for m in desk.stage.messages("acme-harbour") if m.text == ASKED[0])
    assert ASKED[0] in await desk.command("/ticket", shapes.permalink(world, asked))
    link = shapes.permalink(world, desk.card)
    assert f"History of {number}" in await desk.command("/ticket", f"history {link}")
    assert "now belongs to Ben" in await desk.command("/assign", f"{link} @Ben.")


async def test_who_may_not_act_does_not_learn_which_tickets_there_are(desk: Desk) -> None:
    heard = {
        await told.typed(
            desk.stage, "gus", f"{verb} {number}", channel="#general", command="/ticket"
        )
        for verb, number in (("reopen", 1), ("reopen", 77), ("reopen", 999_999))
    }
    assert len(heard) == 1
    assert "Only the person who asked" in heard.pop()


def test_there_are_enough_of_them() -> None:
    assert len(TICKET) + len(ASSIGN) + len(THREAD) + len(FORMS) >= 200


async def _tried(
    desk: Desk,
    wrong: Mapping[str, str],
    ask: Callable[[str], Awaitable[str]],
    *,
    own: int = 0,
) -> None:
    """Each gets its hint, and nothing but the ``own`` words of whoever typed is read by others."""
    before = desk.public()
    answers = {text: await ask(text) for text in wrong}
    unhelped = [
        f"{text[:60]} → {answers[text][:300]!r} lacks {mend!r}"
        for text, mend in wrong.items()
        if mend not in answers[text] or ALIVE.search(answers[text])
    ]
    assert not unhelped, "\n".join(unhelped)
    assert desk.public() == {**before, "triage": before["triage"] + own}
