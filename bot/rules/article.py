"""Articles: what their folder changes, and who may be sent one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from storage.records.articles import Article, Audience

LONGEST_REPLY = 2_800  # characters of Markdown; a form's input takes 3,000 (FACTS 9)


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes the database like the folder. ``changed`` are (before, after).

    ``clashes`` are slugs that somebody made in Slack: the folder does not write over those.
    """

    added: tuple[Article, ...]
    changed: tuple[tuple[Article, Article], ...]
    gone: tuple[Article, ...]
    clashes: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """True where all is as it should be."""
        return not (self.added or self.changed or self.gone)


def plan(
    live: Iterable[Article], wanted: Iterable[Article], broken: Collection[str], now: datetime
) -> Plan:
    """``wanted`` are new articles without keys of their own; those whose slug is there replace it.

    An article whose file is ``broken`` stays as it is.
    """
    by_slug = {each.slug: each for each in live}
    asked = {each.slug: each for each in wanted}
    clashes = {slug for slug in asked if slug in by_slug and not by_slug[slug].is_of_folder}
    changed = (
        (before, _like(before, asked[slug], now))
        for slug, before in by_slug.items()
        if slug in asked and slug not in clashes
    )
    kept = asked.keys() | set(broken)
    return Plan(
        added=tuple(each for slug, each in asked.items() if slug not in by_slug),
        changed=tuple((before, after) for before, after in changed if before != after),
        gone=tuple(e for slug, e in by_slug.items() if e.is_of_folder and slug not in kept),
        clashes=tuple(sorted(clashes)),
    )


def _like(before: Article, wanted: Article, now: datetime) -> Article:
    same = replace(
        wanted,
        id=before.id,
        stamp=before.stamp,
        version=before.version,
        changed_at=before.changed_at,
    )
    return before if same == before else replace(same, changed_at=now)


def marks(article: Article) -> tuple[str, ...]:
    """By which marks search may find it."""
    return (str(article.audience),)


def check_sendable(article: Article) -> None:
    """Raises Refused for what customers must not read."""
    if article.audience is not Audience.PUBLIC:
        raise Refused(
            f"“{article.title}” is internal, so it cannot be sent to a customer."
            " Answer in your own words, or have it made public first."
        )


def as_reply(article: Article) -> str:
    """The article as the words of a reply, cut between paragraphs where it is too long."""
    words = f"**{article.title}**\n\n{article.body}"
    if len(words) <= LONGEST_REPLY:
        return words
    cut = words[:LONGEST_REPLY].rfind("\n\n")
    return words[: cut if cut > LONGEST_REPLY // 2 else LONGEST_REPLY].rstrip() + "\n\n…"


def by_address(articles: Iterable[Article]) -> Mapping[str, Article]:
    """By slug, former ones too; who has one now comes before who had it once."""
    known = list(articles)
    former = {slug: each for each in known for slug in each.redirects}
    return {**former, **{each.slug: each for each in known}}
