"""What Slack would refuse is refused before it is sent, and one table says why."""

from typing import Any

import pytest

from bot.slack.limits import TooMuch, bytes_in, check_message, check_view, fit

Block = dict[str, Any]


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _button(**changed: Any) -> Block:
    return {"type": "button", "text": _plain("Go"), "action_id": "go", "value": "1"} | changed


def _actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def _option(text: str = "One") -> Block:
    return {"text": _plain(text), "value": "1"}


TOO_MUCH = [
    _section("x" * 3001),
    _section(""),
    {"type": "section", "fields": [_mrkdwn("x")] * 11},
    {"type": "section", "fields": [_mrkdwn("x" * 2001)]},
    {"type": "header", "text": _plain("x" * 151)},
    {"type": "context", "elements": [_mrkdwn("x")] * 11},
    _actions(*(_button(action_id=str(n)) for n in range(26))),
    _actions(_button(text=_plain("x" * 76))),
    _actions(_button(value="x" * 2001)),
    _actions(_button(action_id="x" * 256)),
    _actions(_button(), _button()),
    _actions(_button(confirm={"title": _plain("x" * 101)})),
    _actions({"type": "overflow", "action_id": "m", "options": [_option()] * 6}),
    _actions({"type": "overflow", "action_id": "m", "options": [_option("x" * 76)]}),
    _section("x") | {"accessory": _button(text=_plain(""))},
    {"type": "video"},
]


@pytest.mark.parametrize("block", TOO_MUCH, ids=lambda block: str(block)[:50])
def test_a_block_over_a_limit_is_refused(block: Block) -> None:
    with pytest.raises(TooMuch):
        check_message("text", [block])


def test_blocks_at_their_limits_pass() -> None:
    full = [_section("x" * 3000), _actions(*(_button(action_id=str(n)) for n in range(25)))]
    check_message("x" * 4000, full)


@pytest.mark.parametrize("text", ["", "x" * 4001])
def test_a_message_needs_a_text_and_not_too_long_a_one(text: str) -> None:
    with pytest.raises(TooMuch, match=r"message\.text"):
        check_message(text, [])


def test_many_blocks_and_many_words_are_refused() -> None:
    with pytest.raises(TooMuch, match=r"message\.blocks: 51"):
        check_message("text", [_section("x")] * 51)
    with pytest.raises(TooMuch, match="in its blocks"):
        check_message("text", [_section("x" * 3000)] * 5)


def test_twins_among_block_ids_are_refused() -> None:
    with pytest.raises(TooMuch, match="twice"):
        check_message("text", [_section("x") | {"block_id": "same"}] * 2)


@pytest.mark.parametrize("key", ["title", "submit", "close"])
def test_the_frame_of_a_modal_has_limits_too(key: str) -> None:
    view = {"type": "modal", "title": _plain("x"), "blocks": [], key: _plain("x" * 25)}
    with pytest.raises(TooMuch, match=f"modal.{key}"):
        check_view(view)


def test_blocks_that_fit_are_left_alone() -> None:
    blocks = [_section("x")] * 50
    assert fit(blocks, 50) is blocks


def test_blocks_that_do_not_fit_are_cut_at_the_end_and_say_so() -> None:
    for blocks in ([_section("x")] * 60, [_section("x" * 3000)] * 20):
        fitting = fit(blocks, 50)
        assert "more" in fitting[-1]["elements"][0]["text"]
        assert fitting[0] == blocks[0]
        check_message("text", fitting)


def test_the_buttons_at_the_end_stay_whatever_is_cut() -> None:
    end = [_actions(_button()), {"type": "context", "elements": [_mrkdwn("A footnote")]}]
    for blocks in ([_section("x")] * 60, [_section("x" * 3000)] * 20):
        fitting = fit([*blocks, *end], 50)
        assert fitting[-2:] == end
        assert "more" in fitting[-3]["elements"][0]["text"]
        check_message("text", fitting)


def test_a_home_is_cut_by_what_it_weighs_on_its_way() -> None:
    robots = [_section("🤖" * 3000)] * 20
    assert "more" in str(fit(robots, 100, 250_000, bytes_in)[-1])


def test_a_view_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(TooMuch, match="bytes"):
        check_view({"type": "home", "blocks": [_section("🤖" * 3000)] * 20})
