"""A folder of Markdown becomes articles, or says in which line it does not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import folder
from bot.knowledge.folder import Broken, Draft
from storage.records.articles import Article, Audience
from tests.storage.cast import NOON

WHOLE = """---
title: Ask for a refund
audience: public
category: Billing
tags: [money, cards]
synonyms: cash back, chargeback
redirects:
  - old/refunds
review: 2026-12-31
---

Within *14* days.
"""


def test_a_file_says_all_about_its_article() -> None:
    assert folder.draft("billing/refunds", WHOLE) == Draft(
        "billing/refunds",
        "Ask for a refund",
        "Within *14* days.",
        Audience.PUBLIC,
        "Billing",
        ("money", "cards"),
        ("cash back", "chargeback"),
        ("old/refunds",),
        "2026-12-31",
    )


def test_without_front_matter_the_heading_is_the_title_and_nobody_outside_reads_it() -> None:
    found = folder.draft("a", "# Harbour fees\r\n\r\nThey rise.\r\n")
    assert isinstance(found, Draft)
    assert (found.title, found.audience) == ("Harbour fees", Audience.INTERNAL)


@pytest.mark.parametrize(
    "text, line, why",
    [
        ("", 1, "has no title"),
        ("---\ntitle: A\n---\n  \n", 0, "says nothing"),
        ("---\ntitle: A\n", 1, "has no end"),
        ("---\ntitle: A\ntags: [a\n---\nx", 3, "is not YAML"),
        ("---\ntitle: A\n  audience: public\n---\nx", 3, "is not YAML"),
        ("---\ntitle: A\naudience: everybody\n---\nx", 3, "public or internal"),
        ("---\ntitle: A\naudeince: public\n---\nx", 3, "did you mean audience?"),
        ("---\ntitle: A\nzzz: 1\n---\nx", 3, "known are title"),
        ("---\ntitle: [A]\n---\nx", 2, "one line of words"),
        ("---\ntitle: A\ntags: {a: 1}\n---\nx", 3, "is a list"),
        ("---\ntitle: A\nreview: soon\n---\nx", 3, "is a day"),
        ("---\n- a\n---\nx", 2, "no list of `name: value`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, why: str) -> None:
    found = folder.draft("a", text)
    assert isinstance(found, Broken)
    assert found.line == line
    assert why in found.why


def test_a_folder_is_read_with_the_folders_within(tmp_path: Path) -> None:
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "refunds.md").write_text(WHOLE)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("# No\n\nno")
    (tmp_path / "latin.md").write_bytes(b"# Caf\n\n\xe9")
    (tmp_path / "long.md").write_text("# Long\n\n" + "x" * folder.LONGEST)
    found = folder.read(tmp_path)
    assert [each.slug for each in found.drafts] == ["billing/refunds"]
    assert [str(each).split(":")[0] for each in found.broken] == ["latin.md, line 3", "long.md"]


def test_an_article_is_written_as_it_is_read() -> None:
    article = Article(
        1,
        1,
        "a",
        "Yes: no",
        "# Two\n\n- x",
        Audience.PUBLIC,
        NOON,
        "B",
        ("t",),
        ("s u",),
        ("r",),
        "2026-12-31",
    )
    found = folder.draft("a", folder.written(article))
    assert found == Draft(
        "a", "Yes: no", "# Two\n\n- x", Audience.PUBLIC, "B", ("t",), ("s u",), ("r",), "2026-12-31"
    )


@given(st.text(max_size=300))
def test_any_text_is_an_article_or_is_told_why_not(text: str) -> None:
    assert isinstance(folder.draft("a", text), Draft | Broken)
    assert isinstance(folder.draft("a", f"---\n{text}\n---\nx"), Draft | Broken)


def test_no_file_is_written_outside_of_the_folder(tmp_path: Path) -> None:
    assert folder.file_of(tmp_path, "../outside") is None
    assert folder.file_of(tmp_path, "a/b") == tmp_path / "a" / "b.md"
