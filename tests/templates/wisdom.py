"""Scenes of the knowledge base, for every template about it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.knowledge.folder import Broken
from bot.rules import pages
from bot.rules.redaction import Known, redacted
from bot.usecases import review
from bot.usecases.article import FolderScene
from bot.usecases.authoring import BOX, MOST_BOXES, ArticleFormScene
from bot.usecases.cautions import Caution
from bot.usecases.gaps import GapScene, GapsScene
from bot.usecases.harvest import Thread
from bot.usecases.kb import HitScene, KbScene, PageScene
from bot.usecases.review import NoteScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.shelves import DueArticle, DueScene, HistoryScene, StatsScene, VersionScene
from storage.records.articles import Article, ArticleVersion, Audience, BrokenFile
from storage.records.people import Person
from storage.records.questions import Outcome, Question
from storage.records.search import Piece
from storage.records.tickets import Ticket
from storage.suggestions import Figures

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=3)
Drawing = tuple[str, dict[str, Any]]


def messages(ticket: Ticket, text: str, name: str, many: int) -> Iterator[Drawing]:
    """What is found, for a ticket and for none, and nothing; what is old, lacking or broken."""
    public, inside = _articles(text, name, many)
    pieces = (Piece("… "), Piece(text[:140], is_hit=True), Piece(text[:140]))
    hits = tuple(HitScene(each, pieces, is_due=each is inside) for each in (public, inside) if many)
    for whom in (ticket, None):
        for is_sure in (True, False):
            scene = KbScene(9, name, hits, is_sure, whom, is_empty=not many, now=LATER)
            yield "article/found.j2", {"scene": scene}
    yield "article/found.j2", {"scene": KbScene(9, text, (), False, None, False, NOON)}
    yield from ((template, {"scene": scene}) for template, scene in _lists(text, name, many))
    owner = Person(1, 12, "U0ANA", "T0HARBOUR", name=name)
    for reason in review.REASONS:
        yield "article/note.j2", {"scene": NoteScene(public, reason, owner)}
    yield "article/note.j2", {"scene": NoteScene(inside, review.DAY, None)}
    for count in (0, 1, many):
        broken = (Broken(name, 3, text),) * count
        yield "article/folder.j2", {"scene": FolderScene(broken)}


def _articles(text: str, name: str, many: int) -> tuple[Article, Article]:
    article = Article(1, 7, "a/b", name, text, Audience.PUBLIC, NOON, name, (name,) * min(many, 10))
    inside = replace(article, id=8, audience=Audience.INTERNAL, category="", failed=many, helped=1)
    return article, inside


def _lists(text: str, name: str, many: int) -> Iterator[tuple[str, Any]]:
    public, inside = _articles(text, name, many)
    owner = Person(1, 12, "U0ANA", "T0HARBOUR", name=name)
    asked = Question(1, 5, NOON, 5, Outcome.SILENT, text=text)
    others = tuple(replace(asked, id=n, text=f"{n} {text}") for n in range(many))
    gaps = (GapScene((asked, *others), public), GapScene((asked,), None)) if many else ()
    yield "article/gaps.j2", GapsScene(gaps * min(many, 4), 2 * many, 1, LATER)
    due = (DueArticle(public, owner, True), DueArticle(inside, None, False)) if many else ()
    yield "article/due.j2", DueScene(due * min(many, 5), 2 * many, 1, LATER)
    version = ArticleVersion(1, 3, 7, name, text, Audience.PUBLIC, NOON, 12)
    changes = (f"-{text[:300]}", f"+{name}")
    told = (
        VersionScene(version, owner, True, changes),
        VersionScene(replace(version, id=4, is_used=False), None, False, changes),
    )
    yield "article/history.j2", HistoryScene(public, told[:many], 2 * many)
    counts = {Outcome.ANSWERED: 3 * many, Outcome.SILENT: many} if many else {}
    broken = (BrokenFile(name, 0, text, NOON),) * min(many, 9)
    top = ((public, 3), (inside, 1))[:many]
    figures = Figures(many, many, 0, many, 1, 1, 0, many, many, many, many)
    yield (
        "article/stats.j2",
        StatsScene(30, many, many, counts, top, many, many, 0, 1, broken, figures),
    )


def modals(fresh: TicketScene, text: str, name: str, many: int) -> Iterator[Drawing]:
    """Articles to read and to write; one of a ticket, and one that saving says something about."""
    public, inside = _articles(text, name, many)
    owner = Person(1, 12, "U0ANA", "T0HARBOUR", name=name)
    for each, page in ((public, 1), (inside, 2)):
        shown = PageScene(each, text[:9_000], page, 3, owner, each is inside, LATER)
        yield "article/page.j2", {"scene": shown}
    yield "article/page.j2", {"scene": PageScene(public, text[:9_000], 1, 1, None, False, NOON)}
    categories = tuple((f"c{n}", name) for n in range(min(many, 60)))
    parts = pages.cut(text, BOX)[:MOST_BOXES]
    empty = ArticleFormScene("kb_new", categories=categories)
    full = replace(
        empty, act="kb_edit", title=name, parts=parts, tags=name, synonyms=name,
        preview=text[:9_000], wrong=text, warnings=(Caution(name, (text,) * min(many, 5)),),
        about={"article": "7"},
    )  # fmt: skip
    said = redacted(text[:3_000], Known((name,), (name,)))
    thread = Thread(fresh, name[:90], (said,) * min(2 + many, 4))
    made = replace(empty, act="kb_from", title=thread.title, thread=thread, ticket=fresh)
    yield from (("article/form.j2", {"scene": each}) for each in (empty, full, made))
