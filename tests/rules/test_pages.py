"""Long texts are cut where a reader would, and come together again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.rules import pages

CODE = "```\n" + "\n\n".join(f"line {n}" for n in range(40)) + "\n```"


def test_a_text_is_cut_between_paragraphs_and_put_together_again() -> None:
    text = "\n\n".join(f"Paragraph {n} of some length." for n in range(30))
    cut = pages.cut(text, 100)
    assert all(len(page) <= 100 for page in cut)
    assert pages.joined(cut) == text
    assert pages.is_whole(cut, text)


def test_code_with_empty_lines_is_one_block_and_stays_code_where_it_must_be_cut() -> None:
    assert pages.cut(f"before\n\n{CODE}\n\nafter", 1_000)[0].endswith("after")
    cut = pages.cut(f"before\n\n{CODE}", 120)
    assert all(page.startswith("```\n") and page.endswith("\n```") for page in cut[1:])
    assert not pages.is_whole(cut, f"before\n\n{CODE}")


@given(st.text("ab \n`#", max_size=300), st.integers(12, 60))
def test_no_page_is_too_long_and_no_word_is_lost(text: str, most: int) -> None:
    cut = pages.cut(text, most)
    assert all(len(page) <= most for page in cut)
    letters = [sign for sign in text if sign in "ab#"]
    assert [sign for page in cut for sign in page if sign in "ab#"] == letters
