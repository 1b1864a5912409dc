"""mrkdwn as HTML: what Slack shows, and that nothing of others ever becomes live."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.local import fresh_world
from sandbox.page import mrkdwn
from sandbox.page.reader import Reader
from sandbox.world import World

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC).timestamp()


def _world() -> World:
    clock = Clock()
    clock.freeze(NOON)
    return fresh_world({}, clock=clock)


def _reader(name: str = "ana") -> Reader:
    world = _world()
    user = next(u for u in world.users.values() if u.name == name)
    return Reader(world, user, "http://127.0.0.1:8765")


@pytest.mark.parametrize(
    "text,shown",
    [
        ("*bold* and _it_ and ~gone~", "<strong>bold</strong> and <em>it</em> and <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`a &lt; b *not*`", "<code>a &lt; b *not*</code>"),
        ("```one\n*two*```", "<pre>one\n*two*</pre>"),
        ("a\nb", "a<br>b"),
        ("&gt; quoted\n&gt; more\nfree", "<blockquote>quoted<br>more</blockquote>free"),
        ("fish &amp; chips &lt;3", "fish &amp; chips &lt;3"),
        ("&lt;!channel&gt; is only words", "&lt;!channel&gt; is only words"),
        (":no_such_emoji:", ":no_such_emoji:"),
        ("<!here>", '<span class="mention mention-me">@here</span>'),
        ("<@U000CARLA>", '<span class="mention">@Carla Moreno</span>'),
        ("<@U00000ANA>", '<span class="mention mention-me">@Ana Petrova</span>'),
        ("<!subteam^S0SUPPORT>", '<span class="mention">@support</span>'),
    ],
)
def test_marks_are_drawn_as_slack_draws_them(text: str, shown: str) -> None:
    assert mrkdwn.html(text, _reader()) == shown


def test_a_link_opens_elsewhere_under_its_label() -> None:
    shown = mrkdwn.html("<https://a.example/?x=1&amp;y=2|the *page*>", _reader())
    assert 'href="https://a.example/?x=1&amp;y=2" target="_blank"' in shown
    assert "the <strong>page</strong></a>" in shown


def test_a_permalink_of_this_slack_stays_in_the_page() -> None:
    reader = _reader()
    shown = mrkdwn.html(
        "<https://harbour.slack.com/archives/C000TRIAGE/p1772539200000100|it>", reader
    )
    assert 'href="/?as=ana&amp;channel=triage&amp;ts=1772539200.000100"' in shown


def test_a_private_channels_name_is_kept_from_those_outside() -> None:
    assert "triage" not in mrkdwn.html("<#C000TRIAGE>", _reader("carla"))
    assert "#triage" in mrkdwn.html("<#C000TRIAGE>", _reader("ana"))


@pytest.mark.parametrize(
    "name,words",
    [("ana", "Today at 1:30 PM"), ("kim", "Today at 9:30 PM"), ("zoe", "Today at 7:30 AM")],
)
def test_a_date_is_told_in_the_readers_own_time(name: str, words: str) -> None:
    token = f"<!date^{int(NOON) + 1800}^{{date_short_pretty}} at {{time}}|soon>"
    assert f">{words}</time>" in mrkdwn.html(token, _reader(name))


def test_a_date_that_is_no_date_shows_its_fallback() -> None:
    assert mrkdwn.html("<!date^tomorrow^{time}|soon>", _reader()) == "soon"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<javascript:alert(1)|"><b>click</b>>',
        '<https://a.example/"onmouseover="alert(1)|x>',
        "<data:text/html,hi|x>",
        '`"><svg onload=alert(1)>`',
        "```</pre><script>alert(1)</script>```",
        '<@U1"><script>alert(1)</script>>',
        "<!date^1^<b>{time}</b>|<i>x</i>>",
        ':"><script>alert(1)</script>:',
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    _assert_harmless(str(mrkdwn.html(hostile, _reader())))


@given(st.text("<>&\"'`*_~|!@#^:/{} \nabhtps=1", max_size=120))
def test_no_text_at_all_becomes_live(text: str) -> None:
    _assert_harmless(str(mrkdwn.html(text, READER)))
    _assert_harmless(str(mrkdwn.plain(text)))


READER = _reader()
TAGS = {"a", "strong", "em", "s", "code", "pre", "blockquote", "br", "span", "time", "img"}
ATTRIBUTES = {"href", "target", "rel", "class", "title", "datetime", "src", "alt", "data-go"}


class _Watcher(HTMLParser):
    """Collects whatever a browser would take for a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _assert_harmless(html: str) -> None:
    watcher = _Watcher()
    watcher.feed(html)
    for tag, attributes in watcher.seen:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        href = attributes.get("href") or "/"
        assert href.startswith(("/", "http://", "https://", "mailto:", "tel:"))
        assert (attributes.get("src") or "/page/").startswith("/page/")
