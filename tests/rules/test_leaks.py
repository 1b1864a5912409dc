"""What is stopped before a customer reads it, and what is not."""

from __future__ import annotations

import pytest

from bot.rules import leaks
from bot.rules.leaks import Kind, Surroundings

OTHERS = (
    "Globex",
    "Initech GmbH",
    "Blue Harbor Shipping",
    "Acme Robotics",
    "Stark Industries",
    "Apple Inc.",
    "Target",
    "IBM",
    "Data",
    "3M",
    "Müller & Söhne",
    "The Point",
    "日本電気",
)
AROUND = Surroundings(
    others=OTHERS,
    own=("Acme Corp", "Carla Stark", "Harbour Desk", "Ana Petrova"),
    host="harbour.slack.com",
    channels=("C0ACME01",),
)


def kinds(text: str) -> list[Kind]:
    return [leak.kind for leak in leaks.found(text, AROUND)]


@pytest.mark.parametrize(
    "text",
    [
        "The same happened at Globex yesterday.",
        "the same happened at globex yesterday",
        "GLOBEX has it, too",
        "Write to anna@globex.com",
        "Globex's export",
        "We fixed it for Initech last week",
        "blue harbor shipping asked for it",
        "Blue Harbor asked for it",
        "Like Acme Robotics you can export",
        "Stark Industries uses the old version",
        "it works for Apple",
        "It works for Target.",
        "we built it for IBM",
        "Müller has that, too",
        "we asked The Point about it",
    ],
)
def test_the_name_of_another_customer_is_noticed(text: str) -> None:
    assert kinds(text) == [Kind.ACCOUNT]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hi Carla, Acme is set up now.",
        "Hello Ms Stark, the export works again.",
        "At Harbour Desk we look into it",
        "an apple a day; the target of the export; you get to the point",
        "Target dates are in the list. Apple pie!",
        "Blue means that it runs, the harbor light is on",
        "Your data is safe. Please send the data again.",
        "ibm is written small by nobody who means it",
        "The industries that we serve, such as shipping",
        "globexed is no name",
        "It takes 3M rows",
    ],
)
def test_ordinary_words_and_what_the_customer_knows_anyway_are_not(text: str) -> None:
    assert kinds(text) == []


def test_the_account_that_is_meant_is_named() -> None:
    (leak,) = leaks.found("as at initech", AROUND)
    assert (leak.what, leak.shown) == ("the name of another customer", "Initech GmbH")


# A ~ is left out: nothing here is to look like a secret that was committed.
SECRETS = [
    ("use xo~xb-123456789012-abcdefABCDEF", "a Slack token"),
    ("xa~pp-1-A012345-678901234567-abc", "a Slack token"),
    ("https://hooks.sl~ack.com/services/T00000000/B00000000/abcdef", "a Slack webhook"),
    ("AK~IAIOSFODNN7ABCDEFG", "an AWS key"),
    ("gh~p_0123456789abcdefghij0123456789abcdef", "a GitHub token"),
    ("github~_pat_0123456789abcdefghij01_x", "a GitHub token"),
    ("gl~pat-0123456789abcdefghij", "a GitLab token"),
    ("AI~zaSyA-0123456789abcdefghijABCDEFGHIJK", "a Google key"),
    ("sk_~live_0123456789abcdefABCDEF", "a Stripe key"),
    ("-----BEGIN RSA PR~IVATE KEY-----\nMIIE", "a private key"),
    ("-----BEGIN PR~IVATE KEY-----", "a private key"),
    ("ey~JhbGciOiJIUzI1NiJ9.ey~JzdWIiOiIxMjM0In0.abcdefghij0123456789", "a signed token (JWT)"),
    ("postgres://ana:s3~cret@db.example.com/desk", "a password in an address"),
    ("password: hunter2", "a password"),
    ("Password = swordfish", "a password"),
    ("the password is Tr0ub4dor&3, change it", "a password"),
    ("pwd: `letmein99`", "a password"),
    ("**Password:** correct-horse-9", "a password"),
    ("api key: 0123456789abcdef", "a secret key"),
    ("API_KEY=0123456789abcdef", "a secret key"),
    ("client secret is 8Q~abcdef", "a secret key"),
    ("card 4111 1111 1111 1111", "the number of a credit card"),
    ("5555-5555-5555-4444", "the number of a credit card"),
    ("378282246310005.", "the number of a credit card"),
]


@pytest.mark.parametrize("text,what", SECRETS)
def test_a_secret_is_noticed_and_not_shown_again(text: str, what: str) -> None:
    (leak,) = leaks.found(text.replace("~", ""), AROUND)
    assert (leak.kind, leak.what) == (Kind.SECRET, what)
    assert len(leak.shown) <= 5


@pytest.mark.parametrize(
    "text",
    [
        "Please reset your password: open Settings and press Reset.",
        "Password: required",
        "your password is wrong",
        "The password is case-sensitive and may not be empty",
        "password: ********",
        "password: <your password>",
        "password: https://harbour.example.com/reset",
        "API key: see Settings",
        "api key: YOUR_API_KEY",
        "The token is expired.",
        "Use the header Authorization: Bearer $TOKEN",
        "sk-foo and xox are no tokens",
        "AKIA is how keys of AWS begin",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "order 4111 1111 1111 1112",
        "call +49 30 1234567890123",
        "order 1234567890123456",
        "1700000000.000100 and 2026-03-02 12:00:00",
        "4111-1111 1111-1111",
        "0000000000000000",
        "550e8400-e29b-41d4-a716-446655440000",
        "eyJhbGciOiJIUzI1NiJ9 alone",
        "https://example.com:8080/path@home",
    ],
)
def test_talk_about_secrets_is_none(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://harbour.slack.com/archives/C0TRIAGE/p1700000000000100",
        "see [this](https://harbour.slack.com/archives/C0TRIAGE/p1700000000000100).",
        "https://app.slack.com/client/T0DESK/C0TRIAGE",
        "harbour.slack.com/archives/C0GLOBE1",
        "https://wiki.harbour.internal/export",
        "build.corp:8080/job/1",
    ],
)
def test_a_link_to_what_is_ours_alone_is_noticed(text: str) -> None:
    assert kinds(text) == [Kind.LINK]


@pytest.mark.parametrize(
    "text",
    [
        "as said in https://harbour.slack.com/archives/C0ACME01/p1700000000000100",
        "https://acme.slack.com/archives/C0TRIAGE/p1700000000000100",
        "https://docs.harbour.example.com/internal/export",
        "internal use, e.g. the intranet. Corporate",
        "open http://localhost:8080",
        "a file such as export.csv",
    ],
)
def test_a_link_that_a_customer_may_follow_is_not(text: str) -> None:
    assert kinds(text) == []


def test_what_is_found_twice_is_told_once_and_never_too_much() -> None:
    assert kinds("Globex, globex and GLOBEX") == [Kind.ACCOUNT]
    many = " ".join(f"password: hunter{n}\n" for n in range(30))
    assert len(leaks.found(many, AROUND)) == leaks.MOST


def test_what_somebody_said_to_be_all_right_is_so_but_nothing_else() -> None:
    (globex,) = leaks.found("Globex has it, too", AROUND)
    both = leaks.found("Globex has it, too. password: hunter2", AROUND)
    assert [leak.kind for leak in leaks.unapproved(both, {globex.mark})] == [Kind.SECRET]
    assert "hunter2" not in both[1].mark
