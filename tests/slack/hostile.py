"""Texts that people, or their programs, may really send; and what may stay live of them."""

import re

from hypothesis import strategies as st

PIECES = (
    *("<!channel>", "<!here|@here>", "<!everyone>", "<@U0CARLA>", "<@U0CARLA|carla>"),
    *("<!subteam^S1|@support>", "<!subteam^S1>", "<#C0ACME|acme>", "<#C0ACME>"),
    *("<!date^1741078800^{date}|today>", "<https://a.example/x?a=1&amp;b=2|a link>"),
    *("<https://a.example>", "<mailto:c@a.example|c@a.example>", "<javascript:alert(1)|x>"),
    *("<", ">", "&", "&amp;", "&lt;!channel&gt;", "&lt;", "&amp;lt;", "|", "^", "!", "@channel"),
    *("```", "`", "*", "_", "~", "> ", "- ", "1. ", ":wave:", "\n", " ", "word"),
    *("\u202e", "\x00", "\ud800", "👩\u200d👩\u200d👧", "👍🏽", "e\u0301", "שלום", "مرحبا"),
)

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=25).map("".join)
HUGE = "My robot &amp; its <https://a.example/log|log> fell <!here>. " * 800

TOKEN = re.compile(r"<([^<>]*)>")
_SAFE = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)
_DATE = re.compile(r"!date\^\d+\^[^|]*\|(?:[A-Za-z]+ ){0,2}\d+ \w+ \d{4} \d\d:\d\d UTC")
_LOOSE = re.compile(r"&(?!(?:amp|lt|gt);)")


def live(text: str) -> list[str]:
    """What Slack would make live in this mrkdwn: all but links and dates of our own."""
    found = TOKEN.findall(text)
    return [one for one in found if not _SAFE.match(one) and not _DATE.fullmatch(one)]


def is_well_formed(text: str) -> bool:
    """True when ``&`` stands for entities alone, and ``<`` and ``>`` for whole tokens (or bars)."""
    rest = re.sub(r"^>", "", TOKEN.sub("", text), flags=re.MULTILINE)
    return not _LOOSE.search(text) and "<" not in rest and ">" not in rest
