"""What people type after a slash command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import acts
from bot.errors import Refused
from bot.rules import whom
from bot.rules.commands import NotUnderstood, Parsed, Verb
from bot.rules.commands import parse as parse_of
from bot.rules.whom import Whom, agent_named
from storage.records.people import Person

VERBS = acts.verbs()


def parse(command: str, text: str) -> Parsed:
    """As the desk understands it today."""
    return parse_of(command, text, VERBS)


def answer(command: str, text: str) -> str:
    """The refusal, or a sentence when there was nothing to refuse."""
    try:
        parsed = parse(command, text)
    except Refused as refusal:
        return str(refusal)
    is_known = parsed.verb in {*VERBS, "assign"}
    is_number = parsed.number is None or 0 < parsed.number < 10**9
    return "Understood." if is_known and is_number else "misunderstood"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", Parsed("help", None, "")),
        ("   ", Parsed("help", None, "")),
        ("\u200b", Parsed("help", None, "")),
        ("help", Parsed("help", None, "")),
        ("help!", Parsed("help", None, "")),
        ("?", Parsed("help", None, "")),
        ("help take", Parsed("help", None, "take")),
        ("12", Parsed("show", 12, "")),
        ("#12", Parsed("show", 12, "")),
        ("show 12", Parsed("show", 12, "")),
        ("show", Parsed("show", None, "")),
        ("list", Parsed("list", None, "")),
        ("list open ones", Parsed("list", None, "")),
        ("mine", Parsed("mine", None, "")),
        ("my tickets", Parsed("mine", None, "")),
        ("take", Parsed("take", None, "")),
        ("take 12", Parsed("take", 12, "")),
        ("take #12", Parsed("take", 12, "")),
        ("TAKE #12", Parsed("take", 12, "")),
        ("Take: #12", Parsed("take", 12, "")),
        ("take #12 please", Parsed("take", 12, "")),
        ("take ticket 12", Parsed("take", 12, "")),
        ("take ticket #12", Parsed("take", 12, "")),
        ("take\u00a012", Parsed("take", 12, "")),
        ("take \u2009 #12", Parsed("take", 12, "")),
        ("\u200etake\u200b #12\u200f", Parsed("take", 12, "")),
        ("take “#12”", Parsed("take", 12, "")),
        ("take ‘12’", Parsed("take", 12, "")),
        ('take "12"', Parsed("take", 12, "")),
        ("“take” 12", Parsed("take", 12, "")),
        ("take `#12`", Parsed("take", 12, "")),
        ("take 12.", Parsed("take", 12, "")),
        ("take 0012", Parsed("take", 12, "")),
        ("take １２", Parsed("take", 12, "")),
        ("take #999999999", Parsed("take", 999_999_999, "")),
        ("take#12", Parsed("take", 12, "")),
        ("take12", Parsed("take", 12, "")),
        ("12 take", Parsed("take", 12, "")),
        ("resolve 12 fixed", Parsed("resolve", 12, "fixed")),
        ("#12 resolve Workaround", Parsed("resolve", 12, "workaround")),
        ("resolve 12 as duplicate", Parsed("resolve", 12, "duplicate")),
        ("resolve dupl 12", Parsed("resolve", None, "duplicate 12")),
        ("resolve 12 duplicate #15", Parsed("resolve", 12, "duplicate 15")),
        ("take (12)", Parsed("take", 12, "")),
        ("*take* *12*", Parsed("take", 12, "")),
        ("take:12", Parsed("take", 12, "")),
        ("take №12", Parsed("take", 12, "")),
        ("ｔａｋｅ 12?", Parsed("take", 12, "")),
        ("snooze 2d #12", Parsed("snooze", 12, "2d")),
        (
            "resolve 12 dup of https://a.b/C1/p1",
            Parsed("resolve", 12, "duplicate https://a.b/C1/p1"),
        ),
        (
            "resolve duplicate <https://a.b/p1> 12",
            Parsed("resolve", 12, "duplicate <https://a.b/p1>"),
        ),
        ("resolve #12 as a dupe of 15", Parsed("resolve", 12, "duplicate 15")),
        ("resolve duplicate of #15", Parsed("resolve", None, "duplicate 15")),
        ("resolve duplicate 15 #12", Parsed("resolve", 12, "duplicate 15")),
        ("resolve 12 not-a-request", Parsed("resolve", 12, "not a request")),
        ("resolve fixed", Parsed("resolve", None, "fixed")),
        ("priority 12 high", Parsed("priority", 12, "high")),
        ("priority urgent #12", Parsed("priority", 12, "urgent")),
        ("prio 12", Parsed("priority", 12, "")),
        ("12 priority low", Parsed("priority", 12, "low")),
        ("wait 12", Parsed("wait", 12, "")),
        ("history 12", Parsed("history", 12, "")),
        ("take this please", Parsed("take", None, "")),
        ("claim 12", Parsed("take", 12, "")),
        ("close 12", Parsed("resolve", 12, "")),
        ("Done 12", Parsed("resolve", 12, "")),
        ("ls", Parsed("list", None, "")),
        ("reopen 12", Parsed("reopen", 12, "")),
        ("new", Parsed("new", None, "")),
        ("new Export is slow", Parsed("new", None, "Export is slow")),
        ("new 12 exports are slow", Parsed("new", None, "12 exports are slow")),
        ("open Export is slow", Parsed("new", None, "Export is slow")),
        ("new He said “it’s\n  slow”", Parsed("new", None, "He said “it’s\n  slow”")),
        ("new R&amp;D &lt;3", Parsed("new", None, "R&amp;D &lt;3")),
    ],
)
def test_a_command_is_understood_as_it_was_meant(text: str, expected: Parsed) -> None:
    assert parse("/ticket", text) == expected


@pytest.mark.parametrize(
    "text, hint",
    [
        ("tkae 12", "Did you mean `/ticket take 12`?"),
        ("takee #12", "Did you mean `/ticket take 12`?"),
        ("reslove 4", "Did you mean `/ticket resolve 4`?"),
        ("resolved", "Did you mean `/ticket resolve`?"),
        ("claimm 3 now", "Did you mean `/ticket take 3`?"),
        ("closed 12", "Did you mean `/ticket resolve 12`?"),
        ("lst", "Did you mean `/ticket list`?"),
        ("hlep", "Did you mean `/ticket help`?"),
        ("12 tak", "Did you mean `/ticket take 12`?"),
        ("open 12", "Did you mean `/ticket reopen 12`, or `/ticket show 12`"),
        ("open #12", "Did you mean `/ticket reopen 12`"),
        ("the export is down", "begin with `/ticket new`"),
        ("my printer is broken", "begin with `/ticket new`"),
        ("all exports are down", "begin with `/ticket new`"),
        ("take twelve", "`twelve` is not the number of a ticket"),
        ("take 12 twice over", "Did you mean `/ticket take 12`?"),
        ("list foo", "Did you mean `/ticket list`?"),
        ("list mine", "Did you mean `/ticket mine`?"),
        ("list 12", "Did you mean `/ticket show 12`"),
        ("12 list", "Did you mean `/ticket show 12`"),
        ("resolve 12 fxied", "Did you mean `/ticket resolve 12 fixed`?"),
        ("resolve 12 it was the cache", "one of: answered, fixed,"),
        ("resolve 12 no", "one of: answered, fixed,"),
        ("priority 12 asap", "one of: low, normal, high, urgent"),
        ("print 12", "begin with `/ticket new`"),
        ("xyzzy", "This is all that there is:"),
        ("💥", "This is all that there is:"),
        ("/", "This is all that there is:"),
    ],
)
def test_a_slip_gets_the_nearest_right_command(text: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        parse("/ticket", text)
    assert hint in str(refused.value)


@pytest.mark.parametrize(
    "number", ["12a", "-3", "0", "#0", "#", "#abc", "1.5", "1e3", "9" * 20, "+4", "12/13"]
)
@pytest.mark.parametrize("text", ["take {}", "{} take", "resolve {} now", "{}"])
def test_what_is_no_number_is_told_what_numbers_look_like(number: str, text: str) -> None:
    with pytest.raises(Refused, match="Numbers look like `12` or `#12`"):
        parse("/ticket", text.format(number))


@pytest.mark.parametrize("text", ["take 12 13", "take #12, #13", "12 take 13"])
def test_one_ticket_at_a_time(text: str) -> None:
    with pytest.raises(Refused, match="One ticket at a time"):
        parse("/ticket", text)


def test_verbs_are_those_that_are_given() -> None:
    known = {"snooze": Verb(("sleep",), takes_words=True)}

    assert parse_of("/ticket", "sleep 12 2d", known) == Parsed("snooze", 12, "2d")
    with pytest.raises(NotUnderstood, match="There is no `/ticket take`"):
        parse_of("/ticket", "take 12", known)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_its_synonyms_mean_the_verb(verb: str) -> None:
    for word in (verb, *VERBS[verb].synonyms):
        assert parse("/ticket", word).verb == verb


OF_TICKETS = [act for act in acts.ACTS if act.example and not act.desk and not act.kb]


@pytest.mark.parametrize("act", OF_TICKETS, ids=lambda act: act.name)
def test_every_example_of_the_help_is_understood(act: acts.Act) -> None:
    command, _, text = act.example.partition(" ")
    assert acts.by_verb(parse(command, text).verb) == act


@pytest.mark.parametrize(
    "text, number, expected",
    [
        ("<@U123|ana>", None, Whom("person", "U123", "ana")),
        ("<@U123>", None, Whom("person", "U123")),
        ("<@W123ABC|ana>", None, Whom("person", "W123ABC", "ana")),
        ("#12 <@U123|ana>", 12, Whom("person", "U123", "ana")),
        ("<@U123|ana> 12", 12, Whom("person", "U123", "ana")),
        ("12 to <@U123|ana> please", 12, Whom("person", "U123", "ana")),
        ("@ana", None, Whom("person", "", "ana")),
        ("ana", None, Whom("person", "", "ana")),
        ("#12 @ana", 12, Whom("person", "", "ana")),
        ("“@ana” #12", 12, Whom("person", "", "ana")),
        ("12 Ana Maria", 12, Whom("person", "", "Ana Maria")),
        ("ticket 12 to @ana", 12, Whom("person", "", "ana")),
        ("me", None, Whom("me")),
        ("ME #12", 12, Whom("me")),
        ("@me", None, Whom("me")),
        ("to me please", None, Whom("me")),
        ("auto", None, Whom("auto")),
        ("12 auto", 12, Whom("auto")),
        ("anybody", None, Whom("auto")),
        ("nobody", None, Whom("nobody")),
        ("no one", None, Whom("nobody")),
        ("12\u00a0nobody", 12, Whom("nobody")),
        ("# 12 Me.", 12, Whom("me")),
        ("#12 nobody!", 12, Whom("nobody")),
        ("12 @Ben.", 12, Whom("person", "", "Ben")),
        ("12 ben, please", 12, Whom("person", "", "ben")),
        ("＃１２ me", 12, Whom("me")),
    ],
)
def test_assign_finds_the_ticket_and_the_person(
    text: str, number: int | None, expected: Whom
) -> None:
    parsed = parse("/assign", text)

    assert (parsed.verb, parsed.number) == ("assign", number)
    assert whom.read(parsed.rest) == expected


@pytest.mark.parametrize(
    "text, parsed",
    [
        ("/ticket take 12", Parsed("take", 12, "")),
        ("ticket 12", Parsed("show", 12, "")),
        ("/ticket", Parsed("help", None, "")),
        ("take12!", Parsed("take", 12, "")),
        ("take # 12", Parsed("take", 12, "")),
        ("TaKe ＃１２.", Parsed("take", 12, "")),
    ],
)
def test_slips_of_the_finger_do_no_harm(text: str, parsed: Parsed) -> None:
    assert parse("/ticket", text) == parsed


@pytest.mark.parametrize(
    "command, text, hint",
    [
        ("/ticket", "#1 #2 take", "One ticket at a time"),
        ("/ticket", "close all", "One ticket at a time, please: `/ticket resolve 12`."),
        ("/ticket", "take everything", "One ticket at a time, please: `/ticket take 12`."),
        ("/ticket", "take 1 for @ben", "`/assign #12 @ana`"),
        ("/ticket", "take <#C0ACME|acme>", "`#acme` is not the number"),
        ("/assign", "all @ben", "One ticket at a time"),
    ],
)
def test_what_cannot_be_meant_so_is_answered_with_what_can(
    command: str, text: str, hint: str
) -> None:
    assert hint in answer(command, text)


@pytest.mark.parametrize(
    "text, to", [("<@U123|ana>", "U123"), ("me", "me"), ("auto", "auto"), ("@ana", "")]
)
def test_who_is_meant_is_what_the_act_is_given(text: str, to: str) -> None:
    assert whom.read(text).to == to


AGENTS = [
    Person(1, n, f"U{n}", "T1", name=name)
    for n, name in enumerate(["Ana Petrova", "Ana Lima", "Ben Okafor", "Bo", "Bodil"])
]


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Ben Okafor", "Ben Okafor"),
        ("ben", "Ben Okafor"),
        ("BEN O", "Ben Okafor"),
        ("okafor", "Ben Okafor"),
        ("ana l", "Ana Lima"),
        ("bo", "Bo"),
        ("bod", "Bodil"),
    ],
)
def test_an_agent_is_found_by_an_unambiguous_beginning(name: str, expected: str) -> None:
    assert agent_named(name, AGENTS).name == expected


@pytest.mark.parametrize(
    "name, why",
    [
        ("ana", "Several agents are called “ana”: Ana Lima and Ana Petrova."),
        ("zoe", "called “zoe”. The agents are Ana Lima, Ana Petrova, Ben Okafor, Bo and Bodil."),
        ("en", "No agent is called “en”"),
    ],
)
def test_a_name_that_means_nobody_or_many_is_answered_with_names(name: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        agent_named(name, AGENTS)


def test_where_no_agent_is_known_yet_slack_s_list_is_the_way() -> None:
    with pytest.raises(Refused, match="Slack’s list"):
        agent_named("ben", [])


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "Say who"),
        ("#12", "Say who"),
        ("to", "Say who"),
        ("@", "Say who"),
        ("help", "Say who"),
        ("<@U1|ana> <@U2|ben>", "One person at a time"),
        ("<@U1|ana> and ben", "One person at a time"),
        ("@ana @ben", "given to one person"),
        ("<!subteam^S1|@support>", "given to one person"),
        ("<!channel>", "given to one person"),
        ("<#C1|general>", "given to one person"),
        ("12 13 me", "One ticket at a time"),
        ("12a me", "Numbers look like"),
        ("0 me", "Numbers look like"),
    ],
)
def test_an_assignment_that_cannot_be_is_explained(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        parse("/assign", text)


@pytest.mark.parametrize(
    "text", ["<!channel> now", "<@U1> help me", "take <!here>1", "take 1<!here>"]
)
def test_what_was_typed_is_never_live_in_the_answer(text: str) -> None:
    assert "<" not in answer("/ticket", text)


@given(text=st.text(max_size=200), command=st.sampled_from(["/ticket", "/assign"]))
def test_anything_typed_is_parsed_or_refused_in_a_sentence(text: str, command: str) -> None:
    sentence = answer(command, text)

    assert sentence[-1] in ".?!:"
    assert len(sentence) < 400


@pytest.mark.parametrize(
    "text", ["a" * 40_000, "#" * 40_000, "9" * 40_000, "take " * 8_000, "<@U" * 9_000]
)
def test_long_input_gets_a_short_answer(text: str) -> None:
    assert len(answer("/ticket", text)) < 400
    assert len(answer("/assign", text)) < 400
