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
        ("daily 0830", Wanted(NEW, Kind.DAILY, 510)),
        ("daily at 9h30", Wanted(NEW, Kind.DAILY, 570)),
        ("daily at noon", Wanted(NEW, Kind.DAILY, 720)),
        ("daily mon-fri at 9", Wanted(NEW, Kind.DAILY, 540)),
        ("daily on weekdays at 9", Wanted(NEW, Kind.DAILY, 540)),
        ("evening digest at 18", Wanted(NEW, Kind.EVENING, 1080)),
        ("my queue every morning at 8", Wanted(NEW, Kind.QUEUE, 480)),
        ("my own daily digest", Wanted(NEW, Kind.DAILY)),
        ("weekly digest on Friday", Wanted(NEW, Kind.WEEKLY, None, 4)),
        ("weekly report to customer <#C0ACME|acme>", Wanted(NEW, Kind.CUSTOMER, channel="C0ACME")),
        ("unsubscribe weekly", Wanted("digest_remove", Kind.WEEKLY)),
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
        ("daily at 24:00", "no time of day"),
        ("daily at 9:60", "no time of day"),
        ("daily at 13pm", "no time of day"),
        ("daily at 9 and 17", "no time of day"),
        ("daily at 9:00 CET", "leave out the zone"),
        ("daily at 9 Europe/Berlin", "leave out the zone"),
        ("daily for mona", "choose people with @"),
        ("daily and weekly", "one digest at a time"),
        ("daily on friday", "each working day"),
        ("weekly on monday and friday", "say one day"),
        ("daily for @mona", "choose the person from Slack’s list"),
    ],
)
def test_a_slip_is_told_how_to_mend_it(text: str, hint: str) -> None:
    with pytest.raises(Refused, match=hint):
        subscribing.parse(text)
