"""Questions to the knowledge base: kept with what came of them, and listed where nothing did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.knowledge import confidence, fresh, likeness
from bot.usecases import review
from bot.usecases.acting import Acting
from bot.usecases.inputs import Looked
from bot.usecases.work import Work
from storage import articles, messages, questions
from storage.records.articles import Article
from storage.records.questions import Gap, Outcome, Question
from storage.records.tickets import Ticket
from storage.unit import Unit

KEPT = timedelta(days=180)  # that a question counts as a gap
MOST = 1_000  # questions that are compared
MOST_GROUPS = 100
PAGE = 8
TOLD = frozenset({Outcome.SENT, Outcome.HELPED, Outcome.NOT_HELPED})


@dataclass(frozen=True, slots=True)
class GapScene:
    """Questions that ask the like and had no good answer; the newest first.

    ``failed`` is the article that was shown for one of them and did not help.
    """

    questions: tuple[Question, ...]
    failed: Article | None

    @property
    def key(self) -> int:
        """What the group is known by in buttons."""
        return self.questions[0].id

    @property
    def wordings(self) -> tuple[str, ...]:
        """How it was asked, each wording once."""
        return tuple(dict.fromkeys(" ".join(each.text.split()) for each in self.questions))


@dataclass(frozen=True, slots=True)
class GapsScene:
    """One page of what people asked in vain; ``total`` counts groups. Pages count from 1."""

    gaps: tuple[GapScene, ...]
    total: int
    page: int
    now: datetime

    @property
    def next_page(self) -> int:
        """The number of the next page, 0 when this is the last."""
        return self.page + 1 if self.page * PAGE < self.total else 0


def looked(work: Work, item: Looked) -> str:
    """Somebody asked. The words lie under the key of the Input's row, like a message's."""
    person = work.person(item.person)
    outcome = Outcome.ANSWERED if item.is_sure else Outcome.SILENT
    keep(
        work.unit,
        Question(
            work.workspace_id,
            item.question_id,
            work.at,
            work.row_id,
            outcome,
            article_id=item.article_id,
            person_id=person.id,
            ticket_id=item.ticket_id,
        ),
    )
    return outcome


def keep(unit: Unit, question: Question) -> None:
    """Keep what was asked, whose words lie in the text table, if nobody kept it before."""
    if questions.by_id(unit, question.id) is None:
        questions.add(unit, question)


def unhelpful(work: Work, acting: Acting) -> str:
    """An agent says that a passage does not answer what was asked."""
    fields = acting.item.fields
    before = _question(work.unit, fields.get("asked", ""))
    article_id = int(fields.get("article") or 0)
    if before.outcome is Outcome.NOT_HELPED:
        return "That was noted already: the question is on the list of gaps."
    after = replace(before, outcome=Outcome.NOT_HELPED, article_id=article_id or before.article_id)
    questions.save(work.unit, before, after)
    if article_id:
        review.judged(work, article_id, has_helped=False)
    return "Noted. The question is on the list of gaps now: `/kb gaps` shows it."


def _question(unit: Unit, key: str) -> Question:
    found = questions.by_id(unit, int(key)) if key.isdecimal() else None
    if found is None:
        raise Missing("That question is not kept any more. Ask it again with `/kb`.")
    return found


def requested(work: Work, ticket: Ticket, found: Sequence[str]) -> None:
    """A customer asked; ``found`` are keys of the articles that fit, the best first.

    A desk that has no articles at all has no gaps either.
    """
    opening = messages.by_id(work.unit, ticket.opening_id)
    if opening is None or opening.text_id is None or not articles.stamp(work.unit):
        return
    asked = Question(work.workspace_id, ticket.id, work.at, opening.text_id, Outcome.SILENT)
    if found:
        asked = replace(asked, outcome=Outcome.ANSWERED, article_id=int(found[0]))
    keep(work.unit, replace(asked, person_id=ticket.requester_id, ticket_id=ticket.id))


def sent(work: Work, ticket: Ticket, article_id: int) -> None:
    """A customer was sent the article: it answers what was asked, as far as anybody knows."""
    asked = questions.of_ticket(work.unit, ticket.id)
    if any(e.article_id == article_id and e.outcome in TOLD for e in asked):
        return
    fitting = [e for e in asked if e.article_id == article_id and e.outcome is Outcome.ANSWERED]
    before = next(iter([*fitting, *(e for e in asked if e.outcome is Outcome.SILENT)]), None)
    if before is not None:
        after = replace(before, outcome=Outcome.SENT, article_id=article_id)
        questions.save(work.unit, before, after)
        return
    opening = messages.by_id(work.unit, ticket.opening_id)
    if opening is not None and opening.text_id is not None:
        told = Question(work.workspace_id, new_id(), work.at, opening.text_id, Outcome.SENT)
        whose = replace(told, person_id=ticket.requester_id, ticket_id=ticket.id)
        keep(work.unit, replace(whose, article_id=article_id))


def judged(work: Work, ticket: Ticket, *, has_helped: bool) -> None:
    """The customer says of what was sent that it solved the matter, or did not."""
    outcome = Outcome.HELPED if has_helped else Outcome.NOT_HELPED
    for each in questions.of_ticket(work.unit, ticket.id):
        if each.outcome is Outcome.SENT and each.article_id is not None:
            questions.save(work.unit, each, replace(each, outcome=outcome))
            review.judged(work, each.article_id, has_helped=has_helped)


def listed(unit: Unit, page: int, now: datetime) -> GapsScene:
    """What people asked in vain, grouped, what was asked most first."""
    found = open_gaps(unit, now)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return GapsScene(tuple(shown), len(found), page, now)


def open_gaps(unit: Unit, now: datetime) -> list[GapScene]:
    """All groups that nobody has dismissed and no article answers by now.

    Where the like was asked in vain after an article was written, it is a gap again.
    """
    groups = [group for group in _groups(unit, now) if _is_open(group)][:MOST_GROUPS]
    scenes = (_scene(unit, group) for group in groups)
    return [each for each in scenes if not _is_answered(unit, each)]


def of_key(unit: Unit, key: str, now: datetime) -> GapScene:
    """The group with that question in it. Raises Missing."""
    wanted = _question(unit, key).id
    for group in _groups(unit, now):
        if any(each.id == wanted for each in group):
            return _scene(unit, group)
    raise Missing("That gap is not there any more. `/kb gaps` shows those that are.")


def dismiss(work: Work, acting: Acting) -> str:
    """These questions need no article, nor do others like them."""
    found = of_key(work.unit, acting.item.fields.get("asked", ""), work.at)
    questions.settle(work.unit, [each.id for each in found.questions], Gap.DISMISSED)
    return "These questions, and others like them, are no gap any more."


def written(unit: Unit, key: str, now: datetime) -> None:
    """An article was written about them."""
    try:
        found = of_key(unit, key, now)
    except (Missing, Refused):
        return
    questions.settle(unit, [each.id for each in found.questions], Gap.WRITTEN)


def _groups(unit: Unit, now: datetime) -> list[list[Question]]:
    asked = questions.unanswered(unit, now - KEPT, most=MOST)
    asked = [each for each in asked if each.gap is not Gap.WRITTEN]
    return [[asked[at] for at in group] for group in likeness.grouped([q.text for q in asked])]


def _is_open(group: Sequence[Question]) -> bool:
    return all(each.gap is Gap.OPEN for each in group)


def _scene(unit: Unit, group: Sequence[Question]) -> GapScene:
    failed = next((each.article_id for each in group if each.outcome is Outcome.NOT_HELPED), None)
    article = articles.by_id(unit, failed) if failed is not None else None
    is_there = article is not None and article.archived_at is None
    return GapScene(tuple(group), article if is_there else None)


def _is_answered(unit: Unit, gap: GapScene) -> bool:
    """Whether something is known by now that is another article, or says something else."""
    found, sure = fresh.search(unit, gap.wordings[0], limit=1)
    if not found or sure < confidence.SILENT_BELOW:
        return False
    best = articles.by_id(unit, int(found[0].id))
    if best is None:
        return False
    is_other = gap.failed is None or gap.failed.id != best.id
    return is_other or best.changed_at > gap.questions[0].at
