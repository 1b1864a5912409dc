"""Macros: kept by leads, filled in for a ticket, and what they set once their reply is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Missing, Refused
from bot.ids import new_id
from bot.rules import lifecycle
from bot.rules import macro as rules
from bot.rules.lifecycle import Told
from bot.rules.names import slug
from bot.slack import canned
from bot.usecases import announce, look, waking
from bot.usecases.acting import Acting
from bot.usecases.inputs import Acted
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.starters import STARTERS
from bot.usecases.work import Work
from storage import macros, people, tags
from storage.records.macros import Macro, MacroVersion
from storage.records.people import Person
from storage.records.tickets import Priority, Resolution, Ticket
from storage.unit import Unit

PAGE = 12
MOST_VERSIONS = 5
MOST_CHOICES = 100  # what a select takes (FACTS 9); the others by name
SAMPLE = {
    "customer_first_name": "Carla",
    "customer": "Carla Moreno",
    "ticket": "#12",
    "agent": "Ana Petrova",
    "agent_first_name": "Ana",
    "owner": "Ana Petrova",
    "account": "Acme",
    "channel": "#acme",
    "category": "Technical",
    "desk": "Harbour",
}
"""What a preview is filled with where there is no ticket."""

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MacrosScene:
    """One page of the macros that fit ``words``; pages count from 1."""

    macros: tuple[Macro, ...]
    total: int
    page: int
    words: str

    @property
    def next_page(self) -> int:
        """The number of the next page, 0 when this is the last."""
        return self.page + 1 if self.page * PAGE < self.total else 0


@dataclass(frozen=True, slots=True)
class MacroFormScene:
    """A macro as it is being written; ``id`` 0 for a new one. ``sets`` as the form's fields.

    ``preview`` is how it looks filled in, ``wrong`` what keeps it from that.
    """

    id: int
    name: str
    text: str
    tags: str
    sets: Mapping[str, str]
    categories: Choices
    variables: Mapping[str, str]
    preview: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceScene:
    """Which macro? ``choices`` are (key, name) of those in use, as many as a form can show."""

    scene: TicketScene
    choices: Choices
    total: int


@dataclass(frozen=True, slots=True)
class PreviewScene:
    """A macro filled in with samples, and how it came to be: each version with who saved it."""

    macro: Macro
    text: str
    versions: tuple[tuple[MacroVersion, Person | None], ...]


def listed(unit: Unit, words: str, page: int) -> MacrosScene:
    """One page of the macros in use that have all these words."""
    found = rules.fitting(macros.live(unit), words)
    return MacrosScene(tuple(found[(page - 1) * PAGE : page * PAGE]), len(found), page, words)


def previewed(unit: Unit, macro_id: int) -> PreviewScene:
    """How a macro looks, filled in with samples. Raises Missing."""
    found = of_key(unit, macro_id)
    text = canned.filled(found.text, SAMPLE) if found.text else ""
    versions = macros.versions(unit, found.id)[:MOST_VERSIONS]
    who = people.many(unit, {each.by_id for each in versions if each.by_id})
    return PreviewScene(found, text, tuple((each, who.get(each.by_id or 0)) for each in versions))


def allowed(unit: Unit, word: str, *, by: str) -> Macro:
    """The macro that is meant, for who may use one. Raises Refused, Missing or Unknown."""
    look.authorised(unit, by, "macro", None)
    return meant(unit, word)


def begun(
    unit: Unit, scene: ReplyFormScene, word: str, *, by: str, now: datetime
) -> ReplyFormScene:
    """The Reply form with the macro's words in it, and how they will look. Raises Refused."""
    work = look.working(unit, now)
    found = meant(unit, word)
    text = words_for(work, found, scene.scene.ticket, work.person(by))
    return replace(scene, text=text, preview=text, macro=found)


def form(unit: Unit, word: str) -> MacroFormScene:
    """The form of a macro, by its key, or of a new one. Raises Missing."""
    categories = tuple(
        (each, each) for each in look.working(unit, look.LONG_AGO).settings.categories
    )
    if not word.isdecimal():
        return MacroFormScene(0, "", "", "", {}, categories, canned.VARIABLES)
    found = of_key(unit, int(word))
    sets = dict(found.sets)
    fields = {**sets, "set_tags": ", ".join(filter(None, sets.get("tags", "").split(",")))}
    tags_ = ", ".join(found.tags)
    return MacroFormScene(
        found.id, found.name, found.text, tags_, fields, categories, canned.VARIABLES
    )


def written(unit: Unit, item: Acted) -> MacroFormScene:
    """The form with what is typed so far, and how that would look."""
    fields = item.fields
    scene = replace(
        form(unit, ""),
        id=int(fields.get("macro") or 0),
        name=fields.get("name", ""),
        text=item.text,
        tags=fields.get("tags", ""),
        sets=fields,
    )
    try:
        check(unit, item)
        return replace(scene, preview=canned.filled(item.text.strip(), SAMPLE))
    except (Refused, Missing) as refusal:
        return replace(scene, wrong=str(refusal))


def choice(unit: Unit, ticket_id: int, now: datetime) -> ChoiceScene:
    """The macros to choose from for a ticket. Raises Refused when there are none."""
    found = macros.live(unit)
    if not found:
        raise Refused("There are no macros yet. Leads make them with `/desk macros new`.")
    choices = tuple((str(each.id), each.name) for each in found[:MOST_CHOICES])
    return ChoiceScene(look.ticket(unit, ticket_id, now), choices, len(found))


def of_key(unit: Unit, macro_id: int) -> Macro:
    """The macro of that key, if it is in use. Raises Missing."""
    found = macros.by_id(unit, macro_id)
    if found is None or found.archived_at is not None:
        raise Missing("That macro is not there any more. `/desk macros` shows those that are.")
    return found


def meant(unit: Unit, word: str) -> Macro:
    """The macro of that key or name. Raises Refused with the nearest names."""
    if word.isdecimal() and (found := macros.by_id(unit, int(word))) and not found.archived_at:
        return found
    return rules.named(word, macros.live(unit))


def words_for(work: Work, macro: Macro, ticket: Ticket, agent: Person) -> str:
    """The macro's words for a ticket, as Markdown, by whichever door. Raises Refused."""
    return canned.filled(macro.text, values(work, ticket, agent))


def values(work: Work, ticket: Ticket, agent: Person) -> dict[str, str]:
    """What the variables stand for; only what its customer may know."""
    asker = work.person_by_id(ticket.requester_id)
    owner = work.person_by_id(ticket.owner_id) if ticket.owner_id else None
    channel = work.channel_of(ticket)
    account = work.account_of(channel)
    return {
        "customer_first_name": _first(asker) or "there",
        "customer": asker.name if asker else "",
        "ticket": f"#{ticket.number}",
        "agent": agent.name,
        "agent_first_name": _first(agent),
        "owner": owner.name if owner else "our team",
        "account": account.name if account else channel.company,
        "channel": f"#{channel.name}",
        "category": ticket.category,
        "desk": work.tenant.workspace.name,
    }


def _first(person: Person | None) -> str:
    return next(iter((person.name if person else "").split()), "")


def check(unit: Unit, item: Acted) -> None:
    """What is wrong with a macro as it is typed. Raises Refused with the field, or Missing."""
    work = look.working(unit, look.LONG_AGO)
    _wanted(work, item, _before(work, item))


def save(work: Work, acting: Acting) -> str:
    """A new macro, or another version of one, by form."""
    before = _before(work, acting.item)
    after = _wanted(work, acting.item, before)
    if before is None:
        macros.add(work.unit, after)
    else:
        after = macros.save(work.unit, before, after)
    _keep_version(work.unit, after, work.at, by=acting.actor.id)
    return f"The macro “{after.name}” is saved: `/ticket macro 12 {after.name}` uses it."


def _before(work: Work, item: Acted) -> Macro | None:
    key = item.fields.get("macro", "")
    return of_key(work.unit, int(key)) if key.isdecimal() and int(key) else None


def _wanted(work: Work, item: Acted, before: Macro | None) -> Macro:
    name = rules.checked_name(item.fields.get("name", ""))
    other = macros.by_slug(work.unit, slug(name))
    if other is not None and (before is None or other.id != before.id):
        raise Refused(f"There is a macro called {other.name} already.", field="name")
    text = canned.checked(item.text)
    sets = rules.checked_sets(item.fields, work.settings.categories)
    rules.check_does_something(text, sets)
    made = before or Macro(work.workspace_id, new_id(), "", "", "", work.at)
    tagged = rules.checked_tags(item.fields.get("tags", ""))
    return replace(made, name=name, slug=slug(name), text=text, tags=tagged, sets=sets)


def archive(work: Work, acting: Acting) -> str:
    """Nobody can choose it any more; replies that were made with it keep it."""
    found = of_key(work.unit, int(acting.item.fields["macro"]))
    macros.save(work.unit, found, replace(found, archived_at=work.at))
    return f"The macro “{found.name}” is archived. Its name is free again."


def furnish(unit: Unit, now: datetime) -> None:
    """Give a desk that never had a macro the starter set."""
    if macros.count(unit):
        return
    for one in STARTERS:
        macro = Macro(
            unit.workspace_id, new_id(), one.name, slug(one.name), one.text, now, one.tags, one.sets
        )
        macros.add(unit, macro)
        _keep_version(unit, macro, now, by=None)


def _keep_version(unit: Unit, macro: Macro, at: datetime, *, by: int | None) -> None:
    version = MacroVersion(
        unit.workspace_id,
        new_id(),
        macro.id,
        macro.name,
        macro.text,
        macro.tags,
        macro.sets,
        at,
        by,
    )
    macros.add_version(unit, version)


def applied(work: Work, macro_id: int, ticket: Ticket, *, by: int) -> Ticket:
    """Set what the macro sets; what makes no sense any more is left as it is."""
    found = macros.by_id(work.unit, macro_id)
    if found is None:
        return ticket
    macros.used(work.unit, found.id)
    for name, value in found.sets:
        try:
            after, events = _SETTERS[name](ticket, value, by, work.at)
        except Refused:
            continue
        kept = waking.save(work, ticket, after)
        tags.changed(work.unit, ticket, kept)
        announce.tell(work, events)
        ticket = kept
    return ticket


def _priority(ticket: Ticket, value: str, by: int, now: datetime) -> Told:
    return lifecycle.set_priority(ticket, Priority(value), by=by, now=now)


def _status(ticket: Ticket, value: str, by: int, now: datetime) -> Told:
    if value == "waiting":
        return lifecycle.wait(ticket, by=by, now=now)
    return lifecycle.resolve(ticket, by=by, resolution=Resolution.ANSWERED, now=now)


def _category(ticket: Ticket, value: str, by: int, now: datetime) -> Told:
    after = replace(ticket, category=value)
    if after == ticket:
        return ticket, ()
    return after, (lifecycle.moved(after, "category", ticket.category, value, by=by, now=now),)


def _tags(ticket: Ticket, value: str, by: int, now: datetime) -> Told:
    new = tuple(dict.fromkeys((*ticket.tags, *value.split(","))))
    after = replace(ticket, tags=new)
    if after == ticket:
        return ticket, ()
    before, now_has = ", ".join(ticket.tags), ", ".join(new)
    return after, (lifecycle.moved(after, "tag", before, now_has, by=by, now=now),)


_SETTERS: Mapping[str, Callable[[Ticket, str, int, datetime], Told]] = {
    "priority": _priority,
    "status": _status,
    "category": _category,
    "tags": _tags,
}
"""Field → how it is set. Resolving comes last, for what is done cannot be changed."""
