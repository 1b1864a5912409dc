"""Scenes of what the desk suggests by itself, for the templates about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.usecases.kb import HitScene
from bot.usecases.offers import AnswerScene, SolvedScene, SuggestionScene
from storage.records.articles import Article, Audience
from storage.records.messages import End, Message, Side
from storage.records.people import Person
from storage.records.search import Piece
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Status, Ticket

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Drawing = tuple[str, dict[str, Any]]


def messages(ticket: Ticket, text: str, name: str, many: int) -> Iterator[Drawing]:
    """What is suggested and told, as it is offered and as people made of it."""
    article = Article(1, 7, "a/b", name or "A", text, Audience.PUBLIC, NOON, name)
    inside = replace(article, id=8, audience=Audience.INTERNAL)
    pieces = (Piece("… "), Piece(text[:140], is_hit=True), Piece(text[:140]))
    hits = tuple(HitScene(e, pieces, is_due=e is inside) for e in (article, inside) if many)
    ana = Person(1, 12, "U0ANA", "T0HARBOUR", name=name)
    said = Message(1, 3, 101, "1.0", "", 11, Side.CUSTOMER, End.OPENED, NOON, 4, text=text)
    before = SolvedScene(ticket, "https://harbour.slack.com/archives/C0/p1")
    found = Suggestion(1, ticket.id, NOON, ("7",), answer_id=7, told=Told.TOLD)
    scene = SuggestionScene(
        *(ticket, found, hits, (replace(before, words=said),) * 2, (before,) * 3),
        *(article, ana, NOON),
    )
    for fate in Fate:
        told = replace(found, fate=fate, told=Told.SOLVED)
        yield "suggestion/note.j2", {"scene": replace(scene, suggestion=told)}
    yield "suggestion/note.j2", {"scene": replace(scene, hits=(), solved=(), sent=None, by=None)}
    for state in Told:
        yield (
            "suggestion/answer.j2",
            {"scene": AnswerScene(ticket, replace(found, told=state), article, ana)},
        )
    done = replace(ticket, status=Status.RESOLVED)
    yield "suggestion/answer.j2", {"scene": AnswerScene(done, found, article, None)}
    yield "suggestion/answer.j2", {"scene": AnswerScene(done, found, inside, ana, is_fit=False)}
