"""What counts as a vote, and what is a message like any other."""

import pytest

from bot.rules import ballots

VOTES = [
    *(("1", 1), (" 5 ", 5), ("4.", 4), ("3!", 3), ("2/5", 2), ("4 of 5", 4), ("5 out of 5", 5)),
    *((":one:", 1), (":five:", 5), (":grinning:", 5), (":disappointed:", 1), ("5️⃣", 5), ("😀", 5)),
    *(("five", 5), ("Four!", 4), ("5 stars", 5), ("5/5!", 5), ("*5*", 5), ("５", 5), ("“3”", 3)),
    *(("⭐⭐⭐⭐⭐", 5), (":star: :star:", 2), ("<@U0BOT>: 4", 4), ("3 - could be better", 3)),
    *(("5: Ana was quick", 5), ("2, it took days\nand days", 2), ("4/5 – a bit slow", 4)),
    *(("☹️", 2), ("5 thanks", 5), ("5 - great", 5), ("4 – thank you!", 4), ("5, perfect", 5)),
]
NONE = [
    *(
        "",
        "0",
        "6",
        "10",
        "55",
        "1.5",
        "12",
        "#4",
        "-1",
        "fifty",
        "yes",
        "thanks",
        ":tada:",
        "tada",
    ),
    *("2 of them still fail", "3 days ago it worked", "1. restart 2. log in", "4 it is broken"),
    *("5?", "5 ?", "5 why", "```5```", "I give 5", "5 stars to Ana but the export fails", "1 2"),
    *("1-5", "3, 4", "10/10", "⭐" * 6, "One more thing: the logo", "2-factor login is slow"),
    *("3, could you look again", "1: restart, 2: log in", "4 - it doesn’t work", "3-4 people"),
]


@pytest.mark.parametrize("text,score", VOTES)
def test_a_number_or_a_face_is_a_vote_also_with_a_kind_word(text: str, score: int) -> None:
    assert ballots.read(text) == score


@pytest.mark.parametrize("text", NONE)
def test_whatever_may_ask_for_something_is_none(text: str) -> None:
    assert ballots.read(text) is None


@pytest.mark.parametrize("text", ["0", "7", "10", "4.5", "1-5", "3 4", "10/10", "100 %", "⭐" * 6])
def test_a_number_that_is_no_score_is_a_slip(text: str) -> None:
    assert ballots.is_slip(text)


@pytest.mark.parametrize("text", ["4711", "5", "5 more seats", "12:30", "#4", "2026-11-22", ""])
def test_other_numbers_are_none(text: str) -> None:
    assert not ballots.is_slip(text)


@pytest.mark.parametrize(
    "emoji,score",
    [("one", 1), ("five", 5), ("neutral_face", 3), ("grinning::skin-tone-2", 5), ("tada", None)],
)
def test_faces_and_keycaps_say_how_we_did(emoji: str, score: int | None) -> None:
    assert ballots.score_of(emoji) == score


@pytest.mark.parametrize(
    "text,words",
    [
        ("comment: too slow", "too slow"),
        ("Comment - it took days", "it took days"),
        ("FEEDBACK: fine\nbut slow", "fine\nbut slow"),
        ("comment", ""),
        ("no comment: really", ""),
        ("comments: none", ""),
    ],
)
def test_a_comment_begins_with_its_word(text: str, words: str) -> None:
    assert ballots.comment_in(text) == words
    assert ballots.bare(text) == (words or text)


def test_there_is_a_face_for_each_score() -> None:
    assert [face.score for face in ballots.FACES] == [1, 2, 3, 4, 5]
    assert all(ballots.score_of(face.emoji) == face.score for face in ballots.FACES)
    assert all(ballots.face_of(face.score) is face for face in ballots.FACES)
