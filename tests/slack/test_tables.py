"""Tables of Markdown stand in columns."""

from __future__ import annotations

from bot.slack import markdown, tables

TABLE = (
    "Fees:\n\n| Port | Fee |\n|---|---:|\n| **Oslo** | 12 |\n| Rio \\| Sul | 7 |\n\nThat is all."
)


def test_a_table_is_drawn_in_columns_of_one_width() -> None:
    assert tables.drawn(TABLE) == (
        "Fees:\n\n```\nPort       Fee\n─────────  ───\nOslo       12\nRio | Sul  7\n```\n\n"
        "That is all."
    )


def test_what_only_looks_like_one_stays() -> None:
    for text in ("a | b\nc | d", "| a |", "```\n| a |\n|---|\n```", "", "|\n|---|---|"):
        assert tables.drawn(text) == text


def test_slack_shows_it_as_code() -> None:
    (block,) = markdown.to_slack(TABLE)
    kinds = [part["type"] for part in block["elements"]]
    assert kinds == ["rich_text_section", "rich_text_preformatted", "rich_text_section"]
