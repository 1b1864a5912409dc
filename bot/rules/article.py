"""Articles: what their folder changes, who may write them, and who may be sent one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b

from bot.errors import Refused
from storage.records.articles import Article

LONGEST_REPLY = 2_800  # characters of Markdown; a form's input takes 3,000 (FACTS 9)
LONGEST_TITLE = 150
LONGEST_SLUG = 60
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes the database like the folder. ``changed`` are (before, after).

    ``clashes`` are slugs that somebody made in Slack: the folder does not write over those.
    ``unused`` are articles of the folder that were changed both in Slack and in their file, with
    what the file says; ``kept`` those changed in Slack whose file is gone.
    """

    added: tuple[Article, ...] = ()
    changed: tuple[tuple[Article, Article], ...] = ()
    gone: tuple[Article, ...] = ()
    clashes: tuple[str, ...] = ()
    unused: tuple[tuple[Article, Article], ...] = ()
    kept: tuple[Article, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """True where all is as it should be."""
        return not (self.added or self.changed or self.gone or self.unused or self.kept)


def plan(
    live: Iterable[Article],
    wanted: Iterable[Article],
    broken: Collection[str],
    now: datetime,
    *,
    retired: Mapping[str, Article] | None = None,
) -> Plan:
    """``wanted`` are new articles without keys of their own; those whose slug is there replace it.

    An article whose file is ``broken`` stays as it is. ``retired`` were taken out in Slack, and
    come back only when their files change.
    """
    by_slug = {each.slug: each for each in live}
    asked = {each.slug: each for each in wanted}
    left = {
        slug: each
        for slug, each in by_slug.items()
        if each.is_of_folder and slug not in asked.keys() | set(broken)
    }
    new = [each for slug, each in asked.items() if slug not in by_slug]
    new = [each for each in new if not _is_retired(each, retired or {})]
    moved = _moved(left, new, now)
    left = {slug: each for slug, each in left.items() if slug not in moved}
    pairs = [(by_slug[slug], each) for slug, each in asked.items() if slug in by_slug]
    changed = [*moved.values(), *((before, _like(before, each, now)) for before, each in pairs)]
    there = {after.slug for _, after in moved.values()}
    return Plan(
        added=tuple(each for each in new if each.slug not in there),
        changed=tuple((before, after) for before, after in changed if before != after),
        gone=tuple(each for each in left.values() if not is_changed_in_slack(each)),
        clashes=tuple(sorted(before.slug for before, each in pairs if _clash(before, each))),
        unused=tuple((before, each) for before, each in pairs if _both_changed(before, each)),
        kept=tuple(each for each in left.values() if is_changed_in_slack(each)),
    )


def print_of(article: Article) -> str:
    """What tells an article's words from others: that a file says the same, or was changed."""
    told = (
        article.title,
        article.body,
        article.audience,
        article.category,
        ",".join(article.tags),
        ",".join(article.synonyms),
        article.review_on,
        article.owner,
    )
    return blake2b("\0".join(told).encode("utf-8", "replace"), digest_size=8).hexdigest()


def is_changed_in_slack(article: Article) -> bool:
    """Whether an article of the folder says something else than its file did."""
    return article.is_of_folder and print_of(article) != article.file_print


def _is_retired(wanted: Article, retired: Mapping[str, Article]) -> bool:
    before = retired.get(wanted.slug)
    return before is not None and before.file_print == wanted.file_print


def _moved(
    left: Mapping[str, Article], new: Iterable[Article], now: datetime
) -> dict[str, tuple[Article, Article]]:
    """By former slug, those whose file has another name now: it says so, or says the very same."""
    found: dict[str, tuple[Article, Article]] = {}
    for each in new:
        same = (s for s, old in left.items() if old.file_print == each.file_print)
        former = next((s for s in (*each.redirects, *same) if s in left and s not in found), None)
        if former is not None:
            known = (*each.redirects, *left[former].redirects, former)
            redirects = tuple(dict.fromkeys(known))
            renamed = replace(left[former], slug=each.slug, redirects=redirects)
            found[former] = (left[former], _like(renamed, each, now))
    return found


def _clash(before: Article, wanted: Article) -> bool:
    return not before.is_of_folder and print_of(before) != wanted.file_print


def _both_changed(before: Article, wanted: Article) -> bool:
    is_new = wanted.file_print not in (before.file_print, print_of(before))
    return is_changed_in_slack(before) and is_new


def _like(before: Article, wanted: Article, now: datetime) -> Article:
    """As the file says; where only Slack, or both, have changed the words they stay."""
    redirects = tuple(dict.fromkeys((*before.redirects, *wanted.redirects)))
    with_addresses = replace(before, redirects=redirects)
    if _clash(before, wanted) or _both_changed(before, wanted):
        return with_addresses
    if print_of(before) == wanted.file_print:
        return replace(with_addresses, file_print=wanted.file_print)
    if wanted.file_print == before.file_print:
        return with_addresses
    told = replace(
        with_addresses,
        title=wanted.title,
        body=wanted.body,
        audience=wanted.audience,
        category=wanted.category,
        tags=wanted.tags,
        synonyms=wanted.synonyms,
        review_on=wanted.review_on,
        owner=wanted.owner,
        file_print=wanted.file_print,
    )
    return edited(before, told, now)


def edited(before: Article, after: Article, now: datetime) -> Article:
    """``after`` with what follows from its new words: old judgements are of other words."""
    if (before.title, before.body) == (after.title, after.body):
        return replace(after, changed_at=now)
    return replace(after, changed_at=now, helped=0, failed=0, reminded="")


def marks(article: Article) -> tuple[str, ...]:
    """By which marks search may find it."""
    return (str(article.audience),)


def check_sendable(article: Article) -> None:
    """Raises Refused for what customers must not read."""
    if not article.is_public:
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


def slug_for(title: str, taken: Collection[str]) -> str:
    """An address made of a title, unlike those that are taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    made = _NOT_IN_SLUG.sub("-", plain).strip("-")[:LONGEST_SLUG].rstrip("-") or "article"
    number, slug = 1, made
    while slug in taken:
        number += 1
        slug = f"{made}-{number}"
    return slug


def checked_title(title: str) -> str:
    """One line of words. Raises Refused."""
    said = " ".join(title.split()).lstrip("# ")
    if not said:
        raise Refused("An article needs a title.", field="title")
    if len(said) > LONGEST_TITLE:
        raise Refused(f"A title has {LONGEST_TITLE} characters at most.", field="title")
    return said


def is_due(article: Article, today: date) -> bool:
    """Whether somebody should look whether it still holds."""
    return bool(article.review_on) and article.review_on <= today.isoformat()


FEWEST_FAILED = 3


def is_failing(article: Article) -> bool:
    """Whether it keeps being of no use: three say so, and twice as many as say that it helped."""
    return article.failed >= FEWEST_FAILED and article.failed >= 2 * article.helped


def standing(article: Article) -> float:
    """By what its score is multiplied in search: 1.0, less where people say it did not help.

    A single word counts little: two helpful answers are taken for granted.
    """
    if article.failed <= article.helped:
        return 1.0
    return (2 + article.helped) / (2 + article.failed)
