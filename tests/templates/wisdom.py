"""Scenes of the knowledge base, for every template about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.usecases.kb import HitScene, KbScene
from storage.records.articles import Article, Audience
from storage.records.search import Piece
from storage.records.tickets import Ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Drawing = tuple[str, dict[str, Any]]


def messages(ticket: Ticket, text: str, name: str, many: int) -> Iterator[Drawing]:
    """What is found, for a ticket and for none, and nothing; articles of both audiences."""
    article = Article(1, 7, "a/b", name, text, Audience.PUBLIC, NOON, name, (name,) * min(many, 10))
    inside = replace(article, id=8, audience=Audience.INTERNAL, category="")
    pieces = (Piece("… "), Piece(text[:140], is_hit=True), Piece(text[:140]))
    hits = tuple(
        HitScene(each, pieces, is_due=each is inside) for each in (article, inside) if many
    )
    later = NOON + timedelta(days=3)
    for whom in (ticket, None):
        for is_sure in (True, False):
            scene = KbScene(name, hits, is_sure, whom, is_empty=not many, now=later)
            yield "article/found.j2", {"scene": scene}
    yield "article/found.j2", {"scene": KbScene(text, (), False, None, False, NOON)}
    yield "article/page.j2", {"article": article}
    yield "article/page.j2", {"article": inside}
