"""Links to messages, as people paste them."""

import pytest

from bot.rules.permalinks import Pointed, for_number, read

LINK = "https://harbour.slack.com/archives/C0ACMEHARB/p1700000000000100"
THERE = Pointed("C0ACMEHARB", "1700000000.000100")
REPLY = Pointed("C0ACMEHARB", "1700000000.000100", "1600000000.000200")


@pytest.mark.parametrize(
    "text, pointed",
    [
        (LINK, THERE),
        (f"<{LINK}>", THERE),
        (f"<{LINK}|the message>", THERE),
        (f"please {LINK} it is about", THERE),
        (f"{LINK}?thread_ts=1600000000.000200&cid=C0ACMEHARB", REPLY),
        (f"{LINK}?cid=C0ACMEHARB&amp;thread_ts=1600000000.000200", REPLY),
        ("", None),
        ("#12", None),
        ("https://harbour.slack.com/archives/C0ACMEHARB", None),
        ("https://harbour.slack.com/archives/C0ACMEHARB/p17", None),
    ],
)
def test_a_link_says_where_its_message_stands(text: str, pointed: Pointed | None) -> None:
    assert read(text) == pointed


@pytest.mark.parametrize(
    "text, found",
    [
        (f"take {LINK}", ("take", LINK, THERE)),
        (f"{LINK} me", ("", LINK, THERE)),
        (f"merge <{LINK}|it> into 2", ("merge", f"<{LINK}|it>", THERE)),
        ("take 12", None),
        (f"note 12 {LINK}", None),
        ("take https://example.com/", None),
    ],
)
def test_a_link_may_stand_where_a_number_stands(
    text: str, found: tuple[str, str, Pointed] | None
) -> None:
    assert for_number(text) == found
