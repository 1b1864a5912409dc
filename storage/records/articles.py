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
    it still holds, ``""`` for none. ``is_of_folder``: it came from a file, and goes with it.
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
    is_of_folder: bool = False
    archived_at: datetime | None = None
    stamp: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """An article as it was saved once; ``by_id`` is our key of who did, None for the folder."""

    workspace_id: int
    id: int
    article_id: int
    title: str
    body: str
    audience: Audience
    at: datetime
    by_id: int | None = None
