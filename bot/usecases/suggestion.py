"""What the desk suggests for a new ticket by itself, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from bot.errors import Refused
from bot.rules import article as rules_of_articles
from bot.rules import leaks as rules_of_leaks
from bot.rules import lifecycle
from bot.rules import mode as rules_of_modes
from bot.rules import suggestion as rules
from bot.usecases import announce, gaps, leaks, link, mode, offers, waking
from bot.usecases import notices as say
from bot.usecases.acting import Acting
from bot.usecases.events import Moved
from bot.usecases.inputs import Suggested
from bot.usecases.offers import AnswerScene
from bot.usecases.work import Work
from storage import articles, channels, suggestions
from storage.records.articles import Article, Audience
from storage.records.replies import Reply
from storage.records.suggestions import Fate, Suggestion, Told
from storage.records.tickets import Ticket

YES = frozenset({"on", "yes", "true", "always", "start"})
NO = frozenset({"off", "no", "false", "never", "stop", "none"})


def suggested(work: Work, item: Suggested) -> str:
    """Keep what was found for a ticket, and show it where it still helps."""
    before = work.ticket(item.ticket_id)
    if suggestions.of_ticket(work.unit, before.id):
        return "suggested already"
    found = Suggestion(
        work.workspace_id,
        before.id,
        work.at,
        item.articles,
        item.solved,
        item.elsewhere,
        item.category,
        item.twin,
        answer_id=_answer_of(work, before, item),
    )
    suggestions.add(work.unit, replace(found, told=Told.TOLD if found.answer_id else Told.NOTHING))
    gaps.requested(work, before, item.articles)
    after = _with_hunches(before, item)
    if after != before:
        after = waking.save(work, before, after)
        announce.refresh(work, after)
    if found.answer_id:
        _answer(work, after, found.answer_id)
    if found.is_shown:
        announce.under_card(work, after, say.SuggestionNote(after.id))
    return "suggested"


def _with_hunches(ticket: Ticket, item: Suggested) -> Ticket:
    guess = "" if ticket.category else item.category
    return rules.with_hunch(rules.with_hunch(ticket, rules.CATEGORY, guess), rules.TWIN, item.twin)


def _answer_of(work: Work, ticket: Ticket, item: Suggested) -> int | None:
    """The article that the customer is told by the desk itself; None where nobody should be."""
    if not item.answer or not rules.may_answer(ticket, work.channel_of(ticket), work.settings):
        return None
    article = articles.by_id(work.unit, int(item.answer))
    return article.id if article and not _unfit(work, ticket, article) else None


def _unfit(work: Work, ticket: Ticket, article: Article) -> str:
    """Why no customer may be told that article without a person having looked; ``""`` if so."""
    if article.audience is not Audience.PUBLIC or article.archived_at is not None:
        return "The article is not for customers any more."
    around = leaks.surroundings(work, ticket, by="")
    words = rules_of_articles.as_reply(article)
    return "It may say too much." if rules_of_leaks.found(words, around) else ""


def _answer(work: Work, ticket: Ticket, article_id: int) -> None:
    announce.to_customer(work, ticket, say.AnswerPost(ticket.id))
    gaps.sent(work, ticket, article_id)
    article = articles.by_id(work.unit, article_id)
    title = article.title if article else ""
    announce.tell(
        work, [Moved(ticket, work.at, None, act=rules.ANSWERED, before="", after=title[:60])]
    )


def why_not(work: Work, scene: AnswerScene) -> str:
    """Why the customer had better not be told (any more), ``""`` when all is well."""
    if not rules.may_answer(scene.ticket, work.channel_of(scene.ticket), work.settings):
        return "Somebody was faster, or it is not wanted there any more."
    return _unfit(work, scene.ticket, scene.article)


def as_it_is(work: Work, scene: AnswerScene) -> AnswerScene:
    """What was told, drawn anew: without its words where they are not for customers any more."""
    return replace(scene, is_fit=not _unfit(work, scene.ticket, scene.article))


def untold(work: Work, scene: AnswerScene) -> None:
    """It was not told after all."""
    before = scene.suggestion
    suggestions.save(work.unit, before, replace(before, answer_id=None, told=Told.NOTHING))


def refuse(work: Work, acting: Acting) -> str:
    """Nothing of it fits, says one of the team."""
    before = offers.of(work, acting.on.id)
    _keep(work, acting.on, before, rules.refused(before, by=acting.actor.id))
    return ""


def sent(work: Work, ticket: Ticket, reply: Reply) -> None:
    """A reply that began as an article has reached the customer."""
    if reply.article_id is None:
        return
    before = suggestions.of_ticket(work.unit, ticket.id)
    if before is None:
        before = Suggestion(work.workspace_id, ticket.id, work.at)
        suggestions.add(work.unit, before)
    _keep(work, ticket, before, rules.taken(before, reply.article_id, by=reply.author_id))
    gaps.sent(work, ticket, reply.article_id)


def same(work: Work, acting: Acting) -> str:
    """It asks the same as the other: they are linked, and the cards say so."""
    twin = acting.on.guessed(rules.TWIN)
    if not twin:
        raise Refused("Somebody has said already whether it is the same.")
    related = replace(acting.item, fields={"kind": "related", "other": twin})
    said = link.link(work, replace(acting, item=related))
    _judged(work, acting, Fate.TAKEN)
    return said


def not_same(work: Work, acting: Acting) -> str:
    """It asks something else."""
    if not acting.on.guessed(rules.TWIN):
        raise Refused("Somebody has said already whether it is the same.")
    _judged(work, acting, Fate.REFUSED)
    return f"#{acting.on.number} asks something else, then."


def _judged(work: Work, acting: Acting, fate: Fate) -> None:
    before = work.ticket(acting.on.id)
    after = waking.save(work, before, rules.with_hunch(before, rules.TWIN, ""))
    known = suggestions.of_ticket(work.unit, after.id)
    if known is not None:
        suggestions.save(work.unit, known, replace(known, twin_fate=fate, by_id=acting.actor.id))
    announce.refresh(work, after)


def helped(work: Work, acting: Acting) -> str:
    """The customer says that an article solved it."""
    before, me = acting.on, acting.actor.id
    rules.check_asker(before, acting.actor)
    after, events = lifecycle.solved_by_customer(before, by=me, now=work.at)
    after = waking.save(work, before, after)
    announce.tell(work, events)
    known = offers.of(work, before.id)
    _keep(work, after, known, replace(known, told=Told.SOLVED))
    gaps.judged(work, after, has_helped=True)
    return "Thanks for telling us. Write here again if anything is still open."


def person(work: Work, acting: Acting) -> str:
    """The customer wants a person, and somebody is told at once."""
    ticket, known = acting.on, offers.of(work, acting.on.id)
    rules.check_asker(ticket, acting.actor)
    event = rules.handed_over(ticket, known, by=acting.actor.id, now=work.at)
    _keep(work, ticket, known, replace(known, told=Told.PERSON))
    gaps.judged(work, ticket, has_helped=False)
    announce.tell(work, [event])
    return ""


def _keep(work: Work, ticket: Ticket, before: Suggestion, after: Suggestion) -> None:
    """Write it down, and draw again what shows it."""
    suggestions.save(work.unit, before, after)
    if after.is_shown:
        announce.under_card(work, ticket, say.SuggestionNote(ticket.id))
    if after.answer_id is not None:
        announce.to_customer(work, ticket, say.AnswerPost(ticket.id))


def let_answer(work: Work, acting: Acting) -> str:
    """The desk answers in a channel by itself from now on, or does not any more."""
    fields = acting.item.fields
    channel, word = mode.channel_meant(work, acting.item)
    said = fields.get("answers", "") or word
    if said not in YES | NO:
        raise Refused("Say whether it shall: `/desk answers #channel on`, or `off`.")
    rules_of_modes.check(channel, work.settings)
    return rules_of_modes.answers(channels.let_answer(work.unit, channel, answers=said in YES))
