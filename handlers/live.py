"""Private answers to acts that only read: asked, rendered and shown while somebody waits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from bot import acts
from bot.acts import Act
from bot.desk import NotSaved, Tenant
from bot.errors import Missing
from bot.rules import commands
from bot.slack.render import Rendered
from bot.usecases import (
    acting,
    desk,
    edits,
    gaps,
    kb,
    ledger,
    lists,
    look,
    macro,
    mode,
    opinions,
    profile,
    queue,
    rota,
    search,
    shelves,
    subscribing,
    team,
    why,
)
from bot.usecases.inputs import Acted, Door, Looked
from bot.usecases.scenes.ticket import ListScene
from bot.usecases.work import tenant as facts_of
from handlers.front import Front
from storage.records.tickets import Ticket
from storage.unit import Unit

log = logging.getLogger(__name__)

Fields = dict[str, Any]
Query = Callable[[Unit, Acted, datetime], Fields]

MOST_CARRIED = 1500  # characters; a button holds 2,000 (FACTS 9)
OUTDATED = "That button is of an older version. Please use `/ticket help` instead."


def act_of(item: Acted) -> Act:
    """The row of the act table. Raises Missing for one that is there no more."""
    act = acts.by_name(item.act)
    if act is None:
        raise Missing(OUTDATED)
    return act


def meant(unit: Unit, item: Acted, now: datetime) -> Ticket:
    """The ticket that is meant, if the person may do the act. Raises Refused, Missing, Unknown."""
    look.authorised(unit, item.person, item.act, None)  # before anybody learns what there is
    ticket = acting.find(look.working(unit, now), item)
    if ticket is None:
        raise Missing(OUTDATED)
    look.authorised(unit, item.person, item.act, ticket.id)
    return ticket


def _show(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": look.ticket(unit, _shown(unit, item, now).id, now)}


def _shown(unit: Unit, item: Acted, now: datetime) -> Ticket:
    """The ticket that is meant, where it may be shown. Raises Refused, Missing, Unknown."""
    found = meant(unit, item, now)
    profile.check_ticket(unit, found, here=item.place.channel)
    return found


def _history(unit: Unit, item: Acted, now: datetime) -> Fields:
    told = item.fields.get("before", "")
    before = int(told) if told.isdecimal() else None
    return {"scene": lists.history(unit, _shown(unit, item, now).id, now, before=before)}


def _due(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": ledger.explained(unit, _shown(unit, item, now).id, now)}


def _why(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    scene = why.explained(unit, item, now)
    if scene.scene is not None and item.door is Door.COMMAND:
        profile.check_ticket(unit, scene.scene.ticket, here=item.place.channel)
    return {"scene": scene}


def _changes(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": edits.changes(unit, item, now)}


def _list(which: lists.Which) -> Query:
    def query(unit: Unit, item: Acted, now: datetime) -> Fields:
        look.authorised(unit, item.person, item.act, None)
        here = item.place.channel
        return {"scene": lists.tickets(unit, which, person=item.person, channel=here, now=now)}

    return query


def _find(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    older, words = item.fields.get("older", ""), item.fields.get("words", "")
    since = int(older) if older.isdecimal() else None
    here = item.place.channel
    scene = search.find(unit, words, by=item.person, here=here, older=since, now=now)
    return {"scene": scene}


def _help(unit: Unit, item: Acted, now: datetime) -> Fields:
    """For any colleague: it names no ticket and no customer. ``text`` is the verb to explain."""
    word = next(iter(item.text.split()), "").lstrip("/!")
    fields = help_fields(unit)
    known = {**acts.typed(), **acts.verbs()}
    verb = commands.meant(word, known) or word.casefold()
    near = verb if verb in known else commands.nearest(verb, known)
    some = (acts.by_verb(near),) if near else acts.of_phrase(word.casefold()) if word else ()
    return fields | {"one": next((_as_known(act, fields["acts"]) for act in some), None)}


def _as_known(act: Act, known: Collection[Act]) -> Act:
    """The act with the emoji that this desk has settled on."""
    return next((each for each in known if each.name == act.name), act)


def help_fields(unit: Unit, hint: str = "") -> Fields:
    """What the help shows: all acts on tickets; ``hint`` says what was perhaps meant."""
    known = acts.with_reactions(facts_of(unit).settings.reactions)
    return {
        "acts": tuple(act for act in known if not act.desk),
        "families": acts.FAMILIES,
        "hint": hint,
        "one": None,
    }


def _queues(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": queue.listed(unit, int(item.fields.get("page", "1")), now)}


def _health(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": desk.health(unit, item.person, now)}


def _channel(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": mode.shown(unit, item.text, item.place.channel, now)}


def _rota(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": rota.listed(unit, now)}


def _digests(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": subscribing.listed(unit, item.person, now)}


def _team(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": team.listed(unit)}


def _account(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    told = item.fields.get("account", "")
    key = int(told) if told.isdecimal() else None
    found = profile.meant(unit, account_id=key, word=item.text, here=item.place.channel)
    return {"scene": profile.account(unit, found.id, now)}


def _channels(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    page = int(item.fields.get("page", "1"))
    return {"scene": profile.page(unit, page, here=item.place.channel, now=now)}


def _macros(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": macro.listed(unit, _words(item), int(item.fields.get("page", "1")))}


def _words(item: Acted) -> str:
    """What a command said after its phrase; a next page's button says it again."""
    return item.text or item.fields.get("words", "")


def _macro(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": macro.previewed(unit, int(item.fields["macro"]))}


def _kb(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": kb.found(unit, item, now)}


def _kb_history(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": shelves.history(unit, item)}


def _kb_due(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": shelves.due(unit, _page(item), now)}


def _kb_gaps(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": gaps.listed(unit, _page(item), now)}


def _kb_stats(unit: Unit, item: Acted, now: datetime) -> Fields:
    look.authorised(unit, item.person, item.act, None)
    return {"scene": shelves.stats(unit, now)}


def _page(item: Acted) -> int:
    told = item.fields.get("page", "")
    return max(1, int(told)) if told.isdecimal() else 1


def _csat(unit: Unit, item: Acted, now: datetime) -> Fields:
    return {"scene": opinions.shown(unit, item, now)}


# Act → the template of its private answer and what fills it.
ANSWERS: dict[str, tuple[str, Query]] = {
    "show": ("ticket/show.j2", _show),
    "why": ("intake/why.j2", _why),
    "changes": ("intake/changes.j2", _changes),
    "list": ("ticket/list.j2", _list("open")),
    "mine": ("ticket/list.j2", _list("mine")),
    "find": ("ticket/found.j2", _find),
    "history": ("ticket/history.j2", _history),
    "due": ("sla/due.j2", _due),
    "help": ("ticket/help.j2", _help),
    "health": ("desk/health.j2", _health),
    "channel": ("desk/mode.j2", _channel),
    "team": ("team/list.j2", _team),
    "rota": ("rota/list.j2", _rota),
    "digests": ("digest/list.j2", _digests),
    "queues": ("desk/queues.j2", _queues),
    "macros": ("macro/list.j2", _macros),
    "macro_show": ("macro/show.j2", _macro),
    "kb": ("article/found.j2", _kb),
    "kb_history": ("article/history.j2", _kb_history),
    "kb_due": ("article/due.j2", _kb_due),
    "kb_gaps": ("article/gaps.j2", _kb_gaps),
    "kb_stats": ("article/stats.j2", _kb_stats),
    "csat": ("csat/opinions.j2", _csat),
    "account": ("account/card.j2", _account),
    "channels": ("account/channels.j2", _channels),
}


async def answer(front: Front, tenant: Tenant, item: Acted) -> Rendered:
    """The private answer to an act that only reads. Raises Refused or Missing."""
    template, query = ANSWERS[item.act]
    now = front.clock.now()
    fields = await front.look(tenant, lambda unit: query(unit, item, now))
    if isinstance(scene := fields.get("scene"), kb.KbScene):
        await _remembered(front, tenant, item, scene)
    return front.renderer.message(template, **fields)


async def _remembered(front: Front, tenant: Tenant, item: Acted, scene: kb.KbScene) -> None:
    """Keep what was asked, for the figures and the list of gaps; nobody waits in vain for that."""
    best = scene.hits[0].article.id if scene.hits else None
    about = scene.ticket.id if scene.ticket else None
    asked = Looked(
        scene.question_id, item.person, scene.now, scene.query, best, scene.is_sure, about
    )
    try:
        await front.offer(tenant, asked)
    except NotSaved as error:
        log.info("a question was not kept: %r", error)


async def picker(front: Front, tenant: Tenant, item: Acted) -> Rendered | None:
    """Open tickets to choose from, when an act needs one and the channel has none, or several.

    A link names the ticket of its message, or none.

    Raises Missing where there is nothing to choose from.
    """
    act = act_of(item)
    if not act.needs_ticket or item.number is not None or item.place.ts:
        return None
    if act.needs_number:
        raise Missing(f"Say which one is meant: `{act.example}`.")
    scene = await _listed(front, tenant, item, "channel")
    if scene.total == 1:
        return None
    if not scene.total:
        scene = await _listed(front, tenant, item, "open")
    if not scene.total:
        raise Missing("No ticket is open just now, here or elsewhere.")
    chosen = _carried(act, item)
    return front.renderer.message("ticket/picker.j2", scene=scene, act=act, chosen=chosen)


def _carried(act: Act, item: Acted) -> str:
    """What was said without a number, for the picker's buttons. Raises Missing for too much."""
    said = item.text or (item.fields.get(act.fields[0], "") if act.fields else "")
    if len(said) > MOST_CARRIED:
        raise Missing(f"Say which one is meant, before all these words: `{act.example}`.")
    return said


async def _listed(front: Front, tenant: Tenant, item: Acted, which: lists.Which) -> ListScene:
    now, query = front.clock.now(), _list(which)
    scene: ListScene = (await front.look(tenant, lambda unit: query(unit, item, now)))["scene"]
    return scene
