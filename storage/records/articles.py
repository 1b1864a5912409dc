"""Articles of the knowledge base, and every version of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Audience(StrEnum):
    """Who may read an article: customers as well, or the team alone."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Article:
    """``slug`` is its address, such as ``billing/refunds``; of those in use each is another one.

    ``body`` is Markdown. ``redirects`` are slugs that it had before; ``synonyms`` are more words
    that people ask by; ``review_on`` is a day as ``2026-12-31`` when somebody should look whether
    it still holds, ``""`` for none, and ``owner`` who: a Slack id, or a name in a file.
    ``file_print`` tells how its file read when it was last taken in, ``""`` for one of Slack alone.
    ``ticket_id`` is the ticket that it was made of, if any.
    ``helped`` and ``failed`` count answers that people judged since its words last changed;
    ``reminded`` is what its owner was last asked to look at it for.
    ``stamp`` rises with each change of any article of the workspace.
    """

    workspace_id: int
    id: int
    slug: str
    title: str
    body: str
    audience: Audience
    changed_at: datetime
    category: str = ""
    tags: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    review_on: str = ""
    owner: str = ""
    file_print: str = ""
    ticket_id: int | None = None
    helped: int = 0
    failed: int = 0
    reminded: str = ""
    archived_at: datetime | None = None
    stamp: int = 0
    version: int = 1

    @property
    def is_of_folder(self) -> bool:
        """True where it came from a file, with which it goes."""
        return bool(self.file_print)

    @property
    def is_public(self) -> bool:
        """Whether customers may read it."""
        return self.audience is Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """An article as it was saved once; ``by_id`` is our key of who did, None for the folder.

    ``is_used`` is False for what a file said while the article had been changed in Slack: it is
    kept to be looked at, and was never shown.
    """

    workspace_id: int
    id: int
    article_id: int
    title: str
    body: str
    audience: Audience
    at: datetime
    by_id: int | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    is_used: bool = True


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file of the folder that is no article. ``line`` counts from 1, 0 for the whole file."""

    slug: str
    line: int
    why: str
    since: datetime
