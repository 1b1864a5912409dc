"""Articles that somebody should look through: because a day came, or because they do not help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.errors import Refused
from bot.rules import article as rules
from bot.rules import calendar, whom
from bot.usecases import announce
from bot.usecases.acting import Acting
from bot.usecases.codec import to_arrival
from bot.usecases.inputs import ReviewDue
from bot.usecases.notices import ArticleNote
from bot.usecases.work import Work
from storage import articles, inbox, people
from storage.records.articles import Article
from storage.records.people import Person

DAY, FAILING = "review", "failing"
REASONS = (DAY, FAILING, "clash", "file-gone")
EARLIEST = 9  # o'clock, in the desk's own hours
AGAIN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class NoteScene:
    """An article, and why somebody should look at it; ``owner`` None where nobody is named."""

    article: Article
    reason: str
    owner: Person | None


def ring(connection: Connection, now: datetime) -> None:
    """Let each desk look which of its articles are due."""
    for workspace_id in articles.due(connection, _latest(now)):
        inbox.put(connection, [to_arrival(workspace_id, ReviewDue(now))])


def is_due(connection: Connection, now: datetime) -> bool:
    """True when a desk has articles that nobody was asked to look at."""
    return bool(articles.due(connection, _latest(now)))


def _latest(now: datetime) -> str:
    """The day that it is where the day begins first."""
    return (now + timedelta(hours=14)).date().isoformat()


def came(work: Work, item: ReviewDue) -> str:
    """Ask for those that are due, once each, in the morning of the day."""
    local = work.at.astimezone(calendar.zone_named(work.settings.hours.zone))
    today = local.date() if local.hour >= EARLIEST else local.date() - timedelta(days=1)
    due = [each for each in articles.live(work.unit) if _is_to_be_told(each, today.isoformat())]
    for each in due:
        articles.save(work.unit, each, replace(each, reminded=each.review_on))
        announce.to_triage(work, ArticleNote(each.id, DAY, each.review_on))
    return f"{len(due)} articles are to be looked through"


def _is_to_be_told(article: Article, today: str) -> bool:
    return "" < article.review_on <= today and article.reminded != article.review_on


def judged(work: Work, article_id: int, *, has_helped: bool) -> None:
    """Somebody says so; whoever looks after an article that keeps failing is told once."""
    before = articles.by_id(work.unit, article_id)
    if before is None:
        return
    articles.judged(work.unit, article_id, helped=int(has_helped), failed=int(not has_helped))
    now = articles.by_id(work.unit, article_id) or before
    if rules.is_failing(now) and not rules.is_failing(before) and now.archived_at is None:
        announce.to_triage(work, ArticleNote(now.id, FAILING, work.at.isoformat()))


def reviewed(work: Work, acting: Acting) -> str:
    """Somebody has looked at it, and it holds: it is due again in half a year."""
    before = articles.by_id(work.unit, int(acting.item.fields.get("article") or 0))
    if before is None or before.archived_at is not None:
        raise Refused("That article is not there any more.")
    again = (work.at + AGAIN).date()
    after = replace(before, review_on=again.isoformat(), helped=0, failed=0)
    articles.save(work.unit, before, after)
    return f"“{before.title}” holds. It is due again on {again:%-d %B %Y}."


def note_scene(work: Work, article_id: int, reason: str) -> NoteScene | None:
    """What is told of it; None where there is no need any more."""
    found = articles.by_id(work.unit, article_id)
    if found is None or found.archived_at is not None:
        return None
    if reason == DAY and not rules.is_due(found, (work.at + timedelta(days=1)).date()):
        return None
    if reason == FAILING and not rules.is_failing(found):
        return None
    return NoteScene(found, reason, owner_of(work, found))


def owner_of(work: Work, article: Article) -> Person | None:
    """Who looks after it, by Slack id or as a file names them; None where nobody is known so."""
    if not article.owner:
        return None
    if (found := people.by_slack(work.unit, article.owner)) is not None:
        return found
    staff = (people.by_slack(work.unit, each) for each in sorted(work.tenant.agents or ()))
    try:
        named = [each for each in staff if each is not None]
        return whom.agent_named(article.owner.removeprefix("@"), named)
    except Refused:
        return None
