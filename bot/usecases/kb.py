"""Knowledge for those who answer: the best passages for a question, and an article as a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.knowledge import confidence, fresh
from bot.knowledge.passages import Found
from bot.rules import article as rules
from bot.usecases import look
from bot.usecases.inputs import Acted
from bot.usecases.scenes import ReplyFormScene
from storage import articles, tickets, words
from storage.records.articles import Article, Audience
from storage.records.search import Piece
from storage.records.tickets import Ticket
from storage.unit import Unit

BEST = 3
SENT = "article"
_AROUND = 140  # characters of a snippet before and behind the first hit
_NUMBERED = re.compile(r"\s*#([1-9][0-9]{0,8})\b\s*")
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class HitScene:
    """An article with the stretch that fits best. ``is_due``: somebody should look it through."""

    article: Article
    pieces: tuple[Piece, ...]
    is_due: bool

    @property
    def is_public(self) -> bool:
        """Whether customers may read it."""
        return self.article.audience is Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class KbScene:
    """What was found; ``is_sure`` where the first should be it. ``ticket`` is whom to send it to.

    ``is_empty`` when there is no article at all.
    """

    query: str
    hits: tuple[HitScene, ...]
    is_sure: bool
    ticket: Ticket | None
    is_empty: bool
    now: datetime


def found(unit: Unit, item: Acted, now: datetime) -> KbScene:
    """The best passages for what was typed. Raises Refused where nothing was."""
    look.authorised(unit, item.person, item.act, None)
    said, ticket = _asked(unit, item)
    if not said:
        raise Refused("Say what you look for: `/kb export fails`, or `/kb #12 export fails`.")
    hits, sure = fresh.search(unit, said, limit=BEST)
    return KbScene(
        said,
        tuple(hit for each in hits if (hit := _hit(unit, each, said, now))),
        sure >= confidence.SILENT_BELOW,
        ticket,
        articles.stamp(unit) == 0,
        now,
    )


def page(unit: Unit, item: Acted) -> Article:
    """The article that is meant, whole. Raises Missing."""
    look.authorised(unit, item.person, item.act, None)
    return of_key(unit, item.fields.get(SENT, ""))


def begun(unit: Unit, scene: ReplyFormScene, key: str) -> ReplyFormScene:
    """The Reply form with an article in it. Raises Refused for one that is internal, Missing."""
    article = of_key(unit, key)
    rules.check_sendable(article)
    text = rules.as_reply(article)
    return replace(scene, text=text, preview=text)


def of_key(unit: Unit, key: str) -> Article:
    """The article of that key, if it is in use. Raises Missing."""
    article = articles.by_id(unit, int(key)) if key.isdecimal() else None
    if article is None or article.archived_at is not None:
        raise Missing("That article is not there any more. `/kb` finds those that are.")
    return article


def _asked(unit: Unit, item: Acted) -> tuple[str, Ticket | None]:
    """The words, and the ticket that they begin with or were typed about. Raises Missing."""
    said = (item.fields.get("words") or item.text).strip()
    key = item.fields.get("ticket", "")
    if numbered := _NUMBERED.match(said):
        ticket = tickets.by_number(unit, int(numbered[1]))
        if ticket is None:
            raise Missing(f"There is no ticket #{numbered[1]}. `/ticket list` shows the open ones.")
        return said[numbered.end() :].strip(), ticket
    return said, tickets.by_id(unit, int(key)) if key.isdecimal() else None


def _hit(unit: Unit, found: Found, question: str, now: datetime) -> HitScene | None:
    article = articles.by_id(unit, int(found.id))
    if article is None or article.archived_at is not None:
        return None
    is_due = bool(article.review_on) and article.review_on <= now.date().isoformat()
    return HitScene(article, _snippet(article, question), is_due)


def _snippet(article: Article, question: str) -> tuple[Piece, ...]:
    """Of the paragraph that says most of the question."""
    asked = set(words.of_query(question))
    paragraphs = [fresh.plain(each) for each in _PARAGRAPH.split(article.body)]
    best = max(paragraphs, key=lambda each: len(asked & words.of_text(each)))
    return words.snippet(best, question, around=_AROUND)
