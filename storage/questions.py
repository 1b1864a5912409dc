"""Questions to the knowledge base: for the list of gaps, and to test articles on once more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, Table, and_, bindparam, func, select, update

from storage import stamps, texts
from storage.base import (
    ChoiceText,
    Instant,
    any_of,
    key,
    metadata,
    optional,
    points,
    required,
    tenant,
)
from storage.records.questions import Gap, Outcome, Question
from storage.rows import VersionedRows, its, of_workspace, same
from storage.unit import Unit

question_table = Table(
    "question",
    metadata,
    tenant(),
    key(),
    required("at", Instant),
    required("text_id", BigInteger),
    required("outcome", ChoiceText(Outcome)),
    required("gap", ChoiceText(Gap)),
    optional("article_id", BigInteger),
    optional("person_id", BigInteger),
    optional("ticket_id", BigInteger),
    required("version", Integer),
    points("text_id", "text"),
    points("article_id", "article"),
    points("person_id", "person"),
    points("ticket_id", "ticket"),
    Index("ix_question_at", "workspace_id", "at", "id"),
    Index("ix_question_article", "workspace_id", "article_id", "at", "id"),
    Index("ix_question_ticket", "workspace_id", "ticket_id"),
    Index("ix_question_person", "workspace_id", "person_id"),
)

_columns = question_table.c
_QUESTIONS = VersionedRows(
    question_table,
    Question,
    source=question_table.join(
        texts.text,
        and_(
            texts.text.c.workspace_id == _columns.workspace_id,
            texts.text.c.id == _columns.text_id,
        ),
    ),
    joined={"text": texts.text.c.body},
)
_newest = _columns.at.desc(), _columns.id.desc()
_BY_ID = _QUESTIONS.select(same(_columns.id, "id"))
_UNANSWERED = (
    _QUESTIONS.select(
        _columns.at >= bindparam("since"),
        _columns.outcome.in_([Outcome.SILENT, Outcome.NOT_HELPED]),
        texts.text.c.body != "",
    )
    .order_by(*_newest)
    .limit(bindparam("most"))
)
_OF_ARTICLE = (
    _QUESTIONS.select(
        same(_columns.article_id, "article_id"),
        _columns.outcome != Outcome.SILENT,
        texts.text.c.body != "",
    )
    .order_by(*_newest)
    .limit(bindparam("most"))
)
_OF_TICKET = _QUESTIONS.select(same(_columns.ticket_id, "ticket_id")).order_by(*_newest)
_TEXTS_OF = (
    select(_columns.text_id)
    .where(of_workspace(question_table), same(_columns.person_id, "person_id"))
    .order_by(_columns.id)
)
_SETTLE = update(question_table).where(its(_columns.workspace_id), any_of(_columns.id, "ids"))
_OUTCOMES = (
    select(_columns.outcome, func.count())
    .where(of_workspace(question_table), _columns.at >= bindparam("since"))
    .group_by(_columns.outcome)
)
_many = func.count()
_TOP = (
    select(_columns.article_id, _many)
    .where(
        of_workspace(question_table),
        _columns.at >= bindparam("since"),
        _columns.article_id.is_not(None),
        _columns.outcome.in_([Outcome.ANSWERED, Outcome.SENT, Outcome.HELPED]),
    )
    .group_by(_columns.article_id)
    .order_by(_many.desc(), _columns.article_id)
    .limit(bindparam("most"))
)


def add(unit: Unit, question: Question) -> None:
    """Keep a question whose words lie in the text table already."""
    _QUESTIONS.add(unit, question)


def by_id(unit: Unit, question_id: int) -> Question | None:
    return _QUESTIONS.first(unit, _BY_ID, id=question_id)


def save(unit: Unit, before: Question, after: Question) -> Question:
    """Write what changed. Raises Conflict when somebody else was first."""
    if after.ticket_id is not None:  # figures of the day on which it was asked change with it
        stamps.rise(unit, [stamps.day_number(after.at)])
    return _QUESTIONS.save(unit, before, after)


def unanswered(unit: Unit, since: datetime, *, most: int) -> list[Question]:
    """Those that nothing of use was known for, the newest first; erased ones are left out."""
    return _QUESTIONS.all(unit, _UNANSWERED, since=since, most=most)


def of_article(unit: Unit, article_id: int, *, most: int) -> list[Question]:
    """Those that the article answered, the newest first; erased ones are left out."""
    return _QUESTIONS.all(unit, _OF_ARTICLE, article_id=article_id, most=most)


def of_ticket(unit: Unit, ticket_id: int) -> list[Question]:
    """Those that were asked for a ticket, the newest first."""
    return _QUESTIONS.all(unit, _OF_TICKET, ticket_id=ticket_id)


def text_ids(unit: Unit, person_id: int) -> list[int]:
    """Where the words of all that a person asked lie: for `texts.erase`."""
    rows = unit.execute(_TEXTS_OF, {"workspace_id": unit.workspace_id, "person_id": person_id})
    return [int(row[0]) for row in rows]


def settle(unit: Unit, ids: Collection[int], gap: Gap) -> int:
    """Say what becomes of these gaps; how many there were."""
    values = {"its_workspace_id": unit.workspace_id, "ids": list(ids), "gap": gap}
    return unit.execute(_SETTLE, values).rowcount if ids else 0


def outcomes(unit: Unit, since: datetime) -> Mapping[Outcome, int]:
    """How many questions came to which outcome."""
    rows = unit.execute(_OUTCOMES, {"workspace_id": unit.workspace_id, "since": since})
    return {outcome: int(many) for outcome, many in rows}


def top(unit: Unit, since: datetime, *, most: int) -> list[tuple[int, int]]:
    """The articles that answered most: key and how often."""
    values = {"workspace_id": unit.workspace_id, "since": since, "most": most}
    return [(int(article), int(many)) for article, many in unit.execute(_TOP, values)]
