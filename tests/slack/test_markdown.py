"""What an agent types looks to the customer as a Slack user would expect."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.slack import richtext
from bot.slack.limits import MOST_WORDS, check_message
from bot.slack.markdown import to_plain, to_slack
from tests.slack.hostile import HUGE, texts


def _parts(text: str) -> list[dict[str, Any]]:
    [block] = to_slack(text)
    return list(block["elements"])


def _leaves(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for element in part.get("elements", ()):
        yield from _leaves(element) if "elements" in element else [element]


@pytest.mark.parametrize(
    "typed,style",
    [
        ("**x y**", "bold"),
        ("*x y*", "bold"),
        ("__x y__", "bold"),
        ("_x y_", "italic"),
        ("~x y~", "strike"),
        ("~~x y~~", "strike"),
        ("`x y`", "code"),
        ("# x y", "bold"),
    ],
)
def test_marks_of_markdown_and_of_slack_both_count(typed: str, style: str) -> None:
    [leaf] = _leaves(_parts(typed)[0])
    assert leaf == {"type": "text", "text": "x y", "style": {style: True}}


@pytest.mark.parametrize(
    "typed",
    [
        "2 * 3 * 4", "snake_case_name", "~5 km to ~7 km", "C:\\_temp\\*", "a <!channel> b", "<@U1>",
        "@here", "#123 is done", "at 10:30:45", "&amp; &lt;", "<b>html</b>",
        "[x](javascript:alert(1))",
        "![x]", "a | b", "*", "-", "---",
    ],
)  # fmt: skip
def test_everything_else_stays_what_was_typed(typed: str) -> None:
    assert _parts(typed) == [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": typed}]}
    ]


@pytest.mark.parametrize(
    "typed,url,label",
    [
        ("https://a.example/__init__.py?a=1&b=_2_", "https://a.example/__init__.py?a=1&b=_2", None),
        ("(https://a.example/x).", "https://a.example/x", None),
        ("[our log](https://a.example/x_y_z)", "https://a.example/x_y_z", "our log"),
        ("<https://a.example|our log>", "https://a.example", "our log"),
        ("<https://a.example>", "https://a.example", None),
        ("*https://a.example*", "https://a.example", None),
    ],
)
def test_links_work_however_they_are_typed(typed: str, url: str, label: str | None) -> None:
    [link] = [leaf for leaf in _leaves(_parts(typed)[0]) if leaf["type"] == "link"]
    assert (link["url"], link.get("text")) == (url, label)


def test_emoji_are_drawn() -> None:
    assert {"type": "emoji", "name": "wave"} in list(_leaves(_parts("hi :wave:")[0]))


def test_lists_keep_their_depth_and_their_numbers() -> None:
    lists = _parts("3. c\n   - deep\n4. d")
    assert [(one["style"], one["indent"], one.get("offset")) for one in lists] == [
        ("ordered", 0, 2),
        ("bullet", 1, None),
        ("ordered", 0, 3),
    ]


def test_the_line_after_a_list_or_a_quote_is_not_drawn_into_it() -> None:
    assert [part["type"] for part in _parts("> yours\nmine\n- a\nend")] == [
        "rich_text_quote",
        "rich_text_section",
        "rich_text_list",
        "rich_text_section",
    ]


def test_code_is_left_alone() -> None:
    code = "if *a* < b:\n    # :wave: https://a.example"
    assert _parts(f"```python\n{code}\n```") == [
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": code}]}
    ]


@pytest.mark.parametrize(
    "typed,code",
    [
        ("look: ```one\ntwo``` there", "one\ntwo"),
        ("```JSON\n{}\n```", "{}"),
        ("1. first\n   ```\n   a\n     b\n   ```", "a\n  b"),
        ("```never\nclosed", "never\nclosed"),
        ("~~~sh\nls\n~~~", "ls"),
    ],
)
def test_code_is_found_however_its_marks_stand(typed: str, code: str) -> None:
    [block] = [part for part in _parts(typed) if part["type"] == "rich_text_preformatted"]
    assert block["elements"] == [{"type": "text", "text": code}]


def test_line_breaks_and_empty_lines_are_kept() -> None:
    assert to_plain("a\nb\n\nc") == "a\nb\n\nc"


def test_no_words_make_no_blocks() -> None:
    assert to_slack(" \n ") == []
    assert to_plain("") == ""


@given(texts)
def test_whatever_is_typed_slack_takes_it_and_nobody_is_pinged(text: str) -> None:
    blocks = to_slack(text)
    check_message("text", blocks)
    kinds = {leaf["type"] for block in blocks for leaf in _all_leaves(block)}
    assert kinds <= {"text", "link", "emoji"}
    for block in Block.parse_all(blocks):
        block.validate_json()


def _all_leaves(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in block["elements"]:
        yield from _leaves(part)


@given(st.text(alphabet="aab *_~`>#-1.)\n\t[]()!<|\\:", max_size=120))
def test_no_letter_that_is_typed_gets_lost(text: str) -> None:
    shown = "".join(map(richtext.plain, to_slack(text)))
    assert Counter(shown)["a"] == text.count("a")
    assert Counter(shown)["b"] == text.count("b")


@pytest.mark.parametrize("nest", [">" * 300, "- " * 300, "1. " * 300])
def test_what_is_nested_too_deep_is_shown_as_it_is(nest: str) -> None:
    assert to_plain(nest + "end").endswith("end")


def test_forty_thousand_characters_are_shortened_and_fit() -> None:
    [block] = to_slack(HUGE)
    assert len(richtext.plain(block)) < MOST_WORDS
    check_message("text", [block])
