"""What people type after /desk digest."""

import pytest

from bot.errors import Refused
from bot.rules import subscribing
from bot.rules.subscribing import Wanted
from storage.records.digests import Kind

NEW = "digest_new"


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("daily", Wanted(NEW, Kind.DAILY)),
        ("daily at 8:30", Wanted(NEW, Kind.DAILY, 510)),
        ("every morning at 9", Wanted(NEW, Kind.DAILY, 540)),
        ("weekly on fridays at 4pm", Wanted(NEW, Kind.WEEKLY, 960, 4)),
        ("evening 17.45 even if empty", Wanted(NEW, Kind.EVENING, 1065, is_always=True)),
        ("my queue at 12 am", Wanted(NEW, Kind.QUEUE, 0)),
        (
            "weekly in <#C0DIGEST|digests> for <@U0MONA|mona>",
            Wanted(NEW, Kind.WEEKLY, channel="C0DIGEST", person="U0MONA"),
        ),
        ("report to <#C0ACME|acme> on tue", Wanted(NEW, Kind.CUSTOMER, None, 1, channel="C0ACME")),
        ("daily in #Digests", Wanted(NEW, Kind.DAILY, channel="#digests")),
        ("pause daily", Wanted("digest_pause", Kind.DAILY)),
        ("send weekly now", Wanted("digest_send", Kind.WEEKLY)),
        ("delete the evening", Wanted("digest_remove", Kind.EVENING)),
    ],
)
def test_words_are_understood(text: str, wanted: Wanted) -> None:
    assert subscribing.parse(text) == wanted


@pytest.mark.parametrize(
    "text, hint",
    [
        ("", "Say which"),
        ("dayly", "Did you mean daily?"),
        ("daily at noonish", "no time of day"),
        ("daily at 25:00", "no time of day"),
        ("daily for @mona", "choose the person from Slack’s list"),
    ],
)
def test_a_slip_is_told_how_to_mend_it(text: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        subscribing.parse(text)
