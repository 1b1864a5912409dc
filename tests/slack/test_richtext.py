"""Rich text of people's own messages can be read as words."""

from bot.slack import mrkdwn, richtext

TEXT = {"type": "text", "text": "a < b "}
BLOCK = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                TEXT,
                {"type": "text", "text": "bold ", "style": {"bold": True, "italic": True}},
                {"type": "user", "user_id": "U1"},
                {"type": "broadcast", "range": "here"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://a.example?a&b", "text": "log"},
                {"type": "link", "url": "https://b.example"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "noon"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 1,
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]}
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q\nr"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
    ],
}


def test_as_mrkdwn_it_is_what_slack_itself_would_send() -> None:
    assert richtext.mrkdwn(BLOCK) == (
        "a &lt; b *_bold_* <@U1><!here><!subteam^S1><#C1>:wave:<https://a.example?a&amp;b|log>"
        "<https://b.example>noon\n    2. two\n> q\n> r\n```x = 1```"
    )


def test_as_plain_text_it_has_no_marks_and_no_escapes() -> None:
    assert richtext.plain(BLOCK) == (
        "a < b bold @someone@here@group#channel:wave:loghttps://b.examplenoon"
        "\n    2. two\n> q\n> r\nx = 1"
    )


def test_quoting_it_disarms_it() -> None:
    assert "<@U1>" not in mrkdwn.quote(richtext.mrkdwn(BLOCK))


def test_unknown_elements_are_passed_over() -> None:
    odd = {"type": "rich_text", "elements": [{"type": "novelty"}, {"type": "rich_text_section"}]}
    assert richtext.plain(odd) == "\n"
