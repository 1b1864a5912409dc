"""Knowledge for those who answer: the best passages for a question, and an article as a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.knowledge import confidence, fresh
from bot.rules import article as rules
from bot.rules import pages
from bot.slack import mrkdwn
from bot.usecases import authoring, look, review
from bot.usecases.inputs import Acted
from bot.usecases.scenes.forms import ReplyFormScene
from storage import articles, messages, tickets, words
from storage.records.articles import Article
from storage.records.people import Person
from storage.records.search import Piece
from storage.records.tickets import Ticket
from storage.unit import Unit

BEST = 3
SENT = "article"
PAGE = 9_000  # characters of an article at once
HELP = (
    "Say what you look for: `/kb export fails`, or `/kb #12 export fails` to send it to a customer."
    " `/kb new` writes an article, `/kb edit`, `/kb history` and an article’s title change one,"
    " `/kb from 12` begins one with a solved ticket; `/kb gaps`, `/kb due` and `/kb stats` say what"
    " is missing, what is old, and how well it answers."
)
_AROUND = 140  # characters of a snippet before and behind the first hit
_NUMBERED = re.compile(r"\s*#([1-9][0-9]{0,8})\b\s*")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)\)")
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
        return self.article.is_public


@dataclass(frozen=True, slots=True)
class KbScene:
    """What was found; ``is_sure`` where the first should be it. ``ticket`` is whom to send it to.

    ``is_empty`` when there is no article at all. ``question_id`` is by what the question is kept.
    """

    question_id: int
    query: str
    hits: tuple[HitScene, ...]
    is_sure: bool
    ticket: Ticket | None
    is_empty: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class PageScene:
    """A page of an article; pages count from 1."""

    article: Article
    text: str
    page: int
    pages: int
    owner: Person | None
    is_due: bool
    now: datetime


def found(unit: Unit, item: Acted, now: datetime) -> KbScene:
    """The best passages for what was typed. Raises Refused where nothing was."""
    look.authorised(unit, item.person, item.act, None)
    said, ticket = _asked(unit, item)
    if not said:
        raise Refused(HELP)
    hits, sure = fresh.search(unit, said, limit=BEST)
    return KbScene(
        new_id(),
        said,
        tuple(hit for each in hits if (hit := hit_of(unit, int(each.id), said, now))),
        sure >= confidence.SILENT_BELOW,
        ticket,
        articles.stamp(unit) == 0,
        now,
    )


def page(unit: Unit, item: Acted, now: datetime) -> PageScene:
    """A page of the article that is meant. Raises Refused, Missing or Unknown."""
    look.authorised(unit, item.person, item.act, None)
    article = authoring.of_key(unit, item.fields.get(SENT, ""))
    parts = pages.cut(_IMAGE.sub(r"[\1](\2)", article.body), PAGE)
    told = item.fields.get("page", "")
    number = min(int(told), len(parts)) if told.isdecimal() and int(told) else 1
    owner = review.owner_of(look.working(unit, now), article)
    is_due = rules.is_due(article, now.date())
    return PageScene(article, parts[number - 1], number, len(parts), owner, is_due, now)


def begun(unit: Unit, scene: ReplyFormScene, key: str) -> ReplyFormScene:
    """The Reply form with an article in it. Raises Refused for one that is internal, Missing."""
    article = authoring.of_key(unit, key)
    rules.check_sendable(article)
    text = rules.as_reply(article)
    return replace(scene, text=text, preview=text, article=article)


def _asked(unit: Unit, item: Acted) -> tuple[str, Ticket | None]:
    """The words, and the ticket that they begin with or were typed about. Raises Missing."""
    said = (item.fields.get("words") or item.text).strip()
    key = item.fields.get("ticket", "")
    if numbered := _NUMBERED.match(said):
        ticket = tickets.by_number(unit, int(numbered[1]))
        if ticket is None:
            raise Missing(f"There is no ticket #{numbered[1]}. `/ticket list` shows the open ones.")
        return said[numbered.end() :].strip() or _request(unit, ticket), ticket
    found = tickets.by_id(unit, int(key)) if key.isdecimal() else None
    return said or (_request(unit, found) if found else ""), found


def _request(unit: Unit, ticket: Ticket) -> str:
    """What the customer asked: it is looked for where nobody said anything else."""
    opening = messages.by_id(unit, ticket.opening_id)
    return mrkdwn.plain(opening.text).strip() if opening else ""


def hit_of(unit: Unit, article_id: int, question: str, now: datetime) -> HitScene | None:
    """An article with its stretch that says most of a question; None when it is used no more."""
    article = articles.by_id(unit, article_id)
    if article is None or article.archived_at is not None:
        return None
    return HitScene(article, _snippet(article, question), rules.is_due(article, now.date()))


def _snippet(article: Article, question: str) -> tuple[Piece, ...]:
    """Of the paragraph that says most of the question."""
    asked = set(words.of_query(question))
    paragraphs = [fresh.plain(each) for each in _PARAGRAPH.split(article.body)]
    best = max(paragraphs, key=lambda each: len(asked & words.of_text(each)))
    return words.snippet(best, question, around=_AROUND)
