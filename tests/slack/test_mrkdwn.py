"""Words of others are shown as they were meant, and never do anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import mrkdwn
from tests.slack.hostile import HUGE, TOKEN, is_well_formed, live, texts


@pytest.mark.parametrize(
    "came,shown",
    [
        ("Hello <@U1>, see <@U2|ben>", "Hello @someone, see @ben"),
        ("<!channel> <!here|@here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@support> <!subteam^S2>", "@support @group"),
        ("in <#C1|general> or <#C2>", "in #general or #channel"),
        ("by <!date^1^{date}|noon>", "by noon"),
        ("<https://a.example?a=1&amp;b=2|our log>", "<https://a.example?a=1&amp;b=2|our log>"),
        ("<mailto:c@a.example|c@a.example>", "<mailto:c@a.example|c@a.example>"),
        ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
        ("&lt;!channel&gt; &amp;amp;", "&lt;!channel&gt; &amp;amp;"),
        ("a < b > c & d", "a &lt; b &gt; c &amp; d"),
        ("<<!channel>>", "&lt;@channel&gt;"),
        ("*bold* `code`\nline", "*bold* `code`\nline"),
        ("in\u202edisguise\x00", "indisguise"),
    ],
)
def test_a_quoted_text_keeps_its_words_and_links_and_loses_its_mentions(
    came: str, shown: str
) -> None:
    assert mrkdwn.quote(came) == shown


@given(texts)
def test_nothing_quoted_is_live_or_torn(text: str) -> None:
    quoted = mrkdwn.quote(text)
    assert live(quoted) == []
    assert is_well_formed(quoted)


@given(texts)
def test_quoting_a_quote_changes_nothing_more(text: str) -> None:
    quoted = mrkdwn.quote(text)
    assert mrkdwn.quote(quoted) == quoted


@given(st.text())
def test_escaped_words_come_back_as_they_were(text: str) -> None:
    escaped = mrkdwn.escape(text)
    assert mrkdwn.unescape(escaped) == mrkdwn.clean(text)
    assert mrkdwn.quote(escaped) == escaped


def test_apostrophes_and_quotation_marks_stay_themselves() -> None:
    assert mrkdwn.escape('Don\'t "panic" & <run>') == 'Don\'t "panic" &amp; &lt;run&gt;'


def test_what_is_joined_to_finished_mrkdwn_is_escaped_as_slack_wants_it() -> None:
    assert mrkdwn.Mrkdwn("<@U1> ") + "isn't <b>" == "<@U1> isn't &lt;b&gt;"


@pytest.mark.parametrize(
    "came,said",
    [
        (
            "see <https://a.example|our log> &amp; <https://b.example>",
            "see our log & https://b.example",
        ),
        ("<@U1|carla> &lt;3", "@carla <3"),
        ("<!date^1^{date}|noon>", "noon"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_plain_words_are_what_a_reader_would_see(came: str, said: str) -> None:
    assert mrkdwn.plain(came) == said


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "slack://x", "data:text/html,x"])
def test_an_address_of_a_doubtful_kind_leaves_only_its_label(url: str) -> None:
    assert mrkdwn.link(url, "a <b>") == "a &lt;b&gt;"


def test_a_link_cannot_be_broken_out_of() -> None:
    made = mrkdwn.link("https://a.example/|x> <!channel>", "label> <!here>\nmore")
    assert live(made) == []
    assert is_well_formed(made)


@given(texts, st.integers(1, 60), st.integers(0, 4))
def test_a_shortened_text_is_short_whole_and_a_beginning(text: str, most: int, lines: int) -> None:
    quoted = mrkdwn.quote(text)
    short = mrkdwn.shorten(quoted, most, lines)
    assert len(short) <= max(most, 0)
    assert is_well_formed(short)
    assert set(TOKEN.findall(short)) <= set(TOKEN.findall(quoted))
    if short != quoted:
        assert quoted.startswith(re.sub(r"…(\n```)?$", "", short))


@pytest.mark.parametrize(
    "text,most,short",
    [
        ("short", 10, "short"),
        ("several words here", 12, "several…"),
        ("several words", 14, "several words"),
        ("a &amp;&amp;&amp;", 10, "a &amp;…"),
        ("see <https://a.example|the whole log> now", 20, "see…"),
        ("```\ncode that goes on\nand on```", 20, "```\ncode that…\n```"),
        ("ab👩\u200d👩\u200d👧cd", 5, "ab…"),
        ("noname", 1, "…"),
    ],
)
def test_a_text_is_cut_where_it_hurts_least(text: str, most: int, short: str) -> None:
    assert mrkdwn.shorten(text, most) == short


def test_a_tall_text_is_cut_by_lines() -> None:
    assert mrkdwn.shorten("a\nb\nc\nd", 100, 2) == "a\nb…"
    assert mrkdwn.shorten("a\nb", 100, 2) == "a\nb"


def test_the_bar_of_quotation_stands_beside_every_line_but_not_beside_code() -> None:
    assert mrkdwn.bar("a\n\nb") == ">a\n>\n>b"
    assert mrkdwn.bar("```\na\n```") == "```\na\n```"
    assert mrkdwn.bar("") == ""


def test_forty_thousand_characters_are_no_trouble() -> None:
    assert len(mrkdwn.shorten(mrkdwn.quote(HUGE), 3000)) <= 3000
