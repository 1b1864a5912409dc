"""Tags, category and fields of a ticket: set one by one, or all together by a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.errors import Refused
from bot.rules import labels as rules
from bot.rules.labels import Tags
from bot.rules.lifecycle import Told
from bot.usecases import announce, look, waking
from bot.usecases.acting import Acting
from bot.usecases.events import Event
from bot.usecases.inputs import Acted
from bot.usecases.scenes.forms import FieldScene, LabelsFormScene
from bot.usecases.work import Work
from storage import tags as stored_tags
from storage.records.tickets import Ticket
from storage.records.workspaces import DeskSettings
from storage.unit import Unit

MOST_SHOWN = 100  # in a form, as Slack takes no more
Change = Callable[[Ticket], Told]


def tag(work: Work, acting: Acting) -> str:
    """Add tags and take tags away: ``vip -old``."""
    wanted, me = rules.parse_tags(acting.item.fields.get("tags", "")), acting.actor.id
    after = _move(work, acting, lambda t: rules.tag(t, wanted, by=me, now=work.at))
    now_has = f"tagged {', '.join(after.tags[:20])}" if after.tags else "without tags"
    return f"#{after.number} is {now_has} now."


def category(work: Work, acting: Acting) -> str:
    """What kind of request it is; ``none`` takes it away."""
    word, me = acting.item.fields.get("category", ""), acting.actor.id
    chosen = rules.category_of(word, work.settings.categories)
    after = _move(work, acting, lambda t: rules.set_category(t, chosen, by=me, now=work.at))
    return f"The category of #{after.number} is {after.category or 'empty'} now."


def fill(work: Work, acting: Acting) -> str:
    """One field of the desk's own: its name, then what it is to be."""
    words, me = acting.item.fields.get("field", ""), acting.actor.id
    extra, said = rules.field_and_value(words, work.settings.extras)
    if not said:
        raise Refused(f"Say what {extra.name} is to be, or `none` to empty it.")
    value = rules.value_of(extra, said)
    after = _move(work, acting, lambda t: rules.set_extra(t, extra, value, by=me, now=work.at))
    return f"{extra.name} of #{after.number} is {value or 'empty'} now."


def label(work: Work, acting: Acting) -> str:
    """All of them, as a form says; what it leaves as it was is no change."""
    before = acting.on
    after, events = _all(before, acting.item, work.settings, by=acting.actor.id, now=work.at)
    if not events:
        raise Refused(f"Nothing of #{before.number} was changed.")
    _keep(work, before, after)
    announce.tell(work, events)
    return f"#{after.number} is labelled."


def check(unit: Unit, item: Acted) -> None:
    """Refused, at its field, when a form holds something that cannot be kept."""
    work = look.working(unit, item.at)
    _all(work.ticket(item.ticket_id or 0), item, work.settings, by=0, now=item.at)


def fields_of(item: Acted, settings: DeskSettings) -> tuple[tuple[str, str], ...]:
    """The desk's own fields as a form fills them in. Refused, at its field, for what cannot be."""
    said = {each.name: item.fields.get(rules.field_name(each), "") for each in settings.extras}
    values = ((each.name, rules.value_of(each, said[each.name])) for each in settings.extras)
    return tuple((name, value) for name, value in values if value)


def check_new(unit: Unit, item: Acted) -> None:
    """Refused, at its field, when the form of a new ticket holds something that cannot be kept."""
    fields_of(item, look.working(unit, item.at).settings)


def form(unit: Unit, ticket_id: int, *, now: datetime) -> LabelsFormScene:
    """All labels as they are; a category that was taken out of the settings may stay."""
    scene = look.ticket(unit, ticket_id, now)
    ticket, settings = scene.ticket, look.working(unit, now).settings
    return LabelsFormScene(
        scene,
        _pairs(settings.categories, ticket.category),
        _pairs(ticket.tags[:MOST_SHOWN]),
        tuple(FieldScene.of(each, ticket.own_field(each.name)) for each in settings.extras),
        hidden=len(ticket.tags[MOST_SHOWN:]),
    )


def _pairs(values: Sequence[str], old: str = "") -> tuple[tuple[str, str], ...]:
    """Each as value and label, and the ``old`` one that is no choice any more."""
    return tuple((each, each) for each in dict.fromkeys((*values, *filter(None, [old]))))


def offered(unit: Unit, typed: str, *, by: str) -> list[tuple[str, str]]:
    """(value, label) of tags that begin so, and of the new one that is typed. Raises Refused."""
    look.authorised(unit, by, "label", None)
    begin = typed.strip().lstrip("#").lower()
    known = [(tag, tag) for tag in stored_tags.known(unit, begin, most=MOST_SHOWN - 1)]
    try:
        new = rules.tag_of(begin)
    except Refused:
        return known
    return known if (new, new) in known else [(new, f"New tag: {new}"), *known]


def _all(before: Ticket, item: Acted, settings: DeskSettings, *, by: int, now: datetime) -> Told:
    after, events = before, list[Event]()
    for change in _changes(before, item, settings, by=by, now=now):
        after, more = change(after)
        events += more
    return after, tuple(events)


def _changes(
    ticket: Ticket, item: Acted, settings: DeskSettings, *, by: int, now: datetime
) -> Iterator[Change]:
    """What a form wants otherwise than it is."""
    fields = item.fields
    if (chosen := fields.get("category", "")) != ticket.category:
        yield lambda t: rules.set_category(t, chosen, by=by, now=now)
    if (wanted := _tags(ticket, fields.get("tags", ""))) != Tags():
        yield lambda t: rules.tag(t, wanted, by=by, now=now)
    for extra in settings.extras:
        said = fields.get(rules.field_name(extra), "").strip()
        if said == ticket.own_field(extra.name):
            continue
        if (value := rules.value_of(extra, said)) != ticket.own_field(extra.name):
            yield lambda t, e=extra, v=value: rules.set_extra(t, e, v, by=by, now=now)  # type: ignore[misc]


def _tags(ticket: Ticket, said: str) -> Tags:
    """Of more tags than a form can show, those that it did not show stay."""
    chosen = [rules.tag_of(each) for each in said.split(",") if each.strip()]
    shown = ticket.tags[:MOST_SHOWN]
    new = tuple(dict.fromkeys(each for each in chosen if each not in ticket.tags))
    return Tags(new, tuple(each for each in shown if each not in chosen))


def _move(work: Work, acting: Acting, change: Change) -> Ticket:
    after, events = change(acting.on)
    after = _keep(work, acting.on, after)
    announce.tell(work, events)
    return after


def _keep(work: Work, before: Ticket, after: Ticket) -> Ticket:
    saved = waking.save(work, before, after)
    stored_tags.changed(work.unit, before, saved)
    return saved
