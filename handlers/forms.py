"""Forms: opened while a trigger id lives, checked when sent, then offered whole."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.acts import ACTS
from bot.desk import NotSaved, Tenant
from bot.errors import Missing, Refused
from bot.rules import pages, replies
from bot.slack.kit import offer
from bot.slack.reading import moment
from bot.usecases import (
    account,
    ask,
    attach,
    authoring,
    csat,
    draft,
    escalation,
    guest,
    kb,
    labels,
    look,
    macro,
    note,
    polling,
    profile,
    promise,
    queue,
    recovery,
    rota,
    sheets,
    split,
    subscribing,
    urgent,
)
from bot.usecases.inputs import Acted, Door, Drafting, Place
from bot.usecases.scenes import ReplyFormScene
from bot.usecases.typed import OWN_WORDS as WORDS
from handlers import failures, live, reading
from handlers.front import Front
from storage.unit import Unit

log = logging.getLogger(__name__)

View = dict[str, Any]
Query = Callable[[Unit, Acted, datetime], object]

PREFIX = "form:"
# Of several acts with one form, the first is what its submission asks for.
FORMS = {f"{PREFIX}{act.form}": act for act in reversed(ACTS) if act.form}
EMPTY = "Please fill this in."
MORE = "more"
OWN_FIELD = "extra:"
MACRO = "macro"
SEND = "kb_send"
REPLY = "form:reply"
BOXES = ("body", "body2", "body3", "body4", "body5")  # of one long text


def register(app: AsyncApp) -> None:
    app.options("tags")(on_tags)
    for callback_id in FORMS:
        app.view_submission(callback_id)(on_form)


def _ticket(unit: Unit, item: Acted, now: datetime) -> object:
    return look.ticket(unit, live.meant(unit, item, now).id, now)


def reply_scene(unit: Unit, item: Acted, now: datetime) -> ReplyFormScene:
    """The Reply form of the ticket that is meant. Raises Refused, Missing or Unknown.

    With a macro it is filled in and previewed.
    """
    scene = look.reply_form(unit, live.meant(unit, item, now).id, now)
    writers = draft.writers(look.working(unit, now), scene.scene.ticket.id)
    others = tuple(person for person in writers if person.slack_id != item.person)
    scene = replace(scene, others_writing=others)
    if item.fields.get("escalation"):
        return escalation.begun(unit, scene, item, now)
    if sent := item.fields.get(kb.SENT):
        return kb.begun(unit, scene, sent)
    if chosen := item.fields.get(MACRO):
        return macro.begun(unit, scene, chosen, by=item.person, now=now)
    return scene


def _choose(unit: Unit, item: Acted, now: datetime) -> object:
    return macro.choice(unit, live.meant(unit, item, now).id, now)


def _macro(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return macro.form(unit, item.fields.get(MACRO, ""))


def _more(unit: Unit, item: Acted, now: datetime) -> object:
    found = live.meant(unit, item, now)
    if item.door is Door.SHORTCUT:
        return sheets.chooser(unit, found.id, now=now)
    return sheets.more(unit, found.id, now=now)


def _labels(unit: Unit, item: Acted, now: datetime) -> object:
    return labels.form(unit, live.meant(unit, item, now).id, now=now)


def _link(unit: Unit, item: Acted, now: datetime) -> object:
    return sheets.link(unit, live.meant(unit, item, now).id, now=now)


def _attach(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return attach.form(unit, item, now)


def _detach(unit: Unit, item: Acted, now: datetime) -> object:
    return attach.detach_form(unit, live.meant(unit, item, now).id, now)


def _snooze(unit: Unit, item: Acted, now: datetime) -> object:
    return sheets.snooze(unit, live.meant(unit, item, now).id, by=item.person, now=now)


def _promise(unit: Unit, item: Acted, now: datetime) -> object:
    return promise.form(unit, live.meant(unit, item, now).id, by=item.person, now=now)


def _split(unit: Unit, item: Acted, now: datetime) -> object:
    return split.form(unit, live.meant(unit, item, now).id, now)


def _new(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return look.new_form(unit, item.place.channel, item.text)


def _map_channel(unit: Unit, item: Acted, now: datetime) -> object:
    """Of the channel that was named, or of the ticket's."""
    if item.ticket_id is not None:
        return profile.map_form(unit, live.meant(unit, item, now).channel_id, now)
    look.authorised(unit, item.person, item.act, None)
    return profile.map_form(unit, account.key_of(item, "channel"), now)


def _escalate(unit: Unit, item: Acted, now: datetime) -> object:
    return escalation.form(unit, live.meant(unit, item, now).id, item, now)


def _complete(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return escalation.complete_form(unit, item, now)


def _about_packet(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return escalation.words_form(unit, item, now)


def _guest(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return guest.form(unit, item, now)


def _queue(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return queue.form(unit, account.key_of(item, "queue"))


def _rota(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return rota.form(unit, account.key_of(item, "rota"))


def _digest(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return subscribing.form(unit, item.person)


def _account(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return profile.account_form(unit, account.key_of(item, "account"), now)


# Form → its template and what fills it.
SCENES: dict[str, tuple[str, Query]] = {
    "reply": ("reply/form.j2", reply_scene),
    "new": ("ticket/new_form.j2", _new),
    "ask": ("intake/ask_form.j2", ask.form),
    "urgent": ("intake/urgent_form.j2", urgent.form),
    "split": ("intake/split_form.j2", _split),
    "assign": ("ticket/assign_form.j2", _ticket),
    "note": ("ticket/note_form.j2", _ticket),
    "priority": ("ticket/priority_form.j2", _ticket),
    "resolve": ("ticket/resolve_form.j2", _link),
    "more": ("ticket/more_form.j2", _more),
    "macro": ("macro/choose_form.j2", _choose),
    "macro_new": ("macro/form.j2", _macro),
    "macro_edit": ("macro/form.j2", _macro),
    "map_channel": ("account/map_form.j2", _map_channel),
    "account_save": ("account/form.j2", _account),
    "queue": ("desk/queue_form.j2", _queue),
    "account_note": ("account/note_form.j2", _account),
    "labels": ("ticket/labels_form.j2", _labels),
    "merge": ("ticket/merge_form.j2", _link),
    "link": ("ticket/link_form.j2", _link),
    "attach": ("ticket/attach_form.j2", _attach),
    "detach": ("ticket/detach_form.j2", _detach),
    "snooze": ("ticket/snooze_form.j2", _snooze),
    "escalate": ("escalation/form.j2", _escalate),
    "complete": ("escalation/form.j2", _complete),
    **dict.fromkeys(
        ("ask_back", "decline", "draft", "tell_back", "send_back"),
        ("escalation/words_form.j2", _about_packet),
    ),
    "pull_in": ("escalation/guest_form.j2", _ticket),
    "rota_swap": ("rota/form.j2", _rota),
    "digest_new": ("digest/form.j2", _digest),
    "guest_says": ("escalation/guest_says_form.j2", _guest),
    "promise": ("promise/form.j2", _promise),
    "kb_new": ("article/form.j2", authoring.new_form),
    "kb_edit": ("article/form.j2", authoring.edit_form),
    "kb_from": ("article/form.j2", authoring.from_form),
    "kb_open": ("article/page.j2", kb.page),
    "csat_comment": ("csat/comment_form.j2", csat.form),
    "csat_settings": ("csat/settings_form.j2", polling.form),
    **dict.fromkeys(("recovery_done", "recovery_drop"), ("csat/outcome_form.j2", recovery.form)),
}


async def opened(front: Front, tenant: Tenant, item: Acted, trigger_id: str) -> View:
    """Open the act's form; the view as Slack keeps it. Raises Refused or Missing.

    The form remembers where it was asked for, so that its answer goes there.
    """
    view = await _drawn(front, tenant, item)
    answer = await front.call(tenant, "views.open", {"trigger_id": trigger_id, "view": view})
    await drafting(front, tenant, item, view)
    return dict(answer["view"])


async def drafting(
    front: Front, tenant: Tenant, item: Acted, view: View, *, is_over: bool = False
) -> None:
    """Let others know that somebody writes a reply, or does no more; no other form concerns them.

    It is a courtesy: nothing fails for it.
    """
    note = json.loads(view.get("private_metadata") or "{}")
    if view["callback_id"] != REPLY or "ticket_id" not in note:
        return
    now, key = front.clock.now(), f"{item.key}:over" if is_over else item.key
    about = Drafting(int(note["ticket_id"]), now, key, item.person, is_over=is_over)
    try:
        await front.offer(tenant, about)
    except NotSaved as error:
        log.info("nobody was told who writes: %r", error)


async def _drawn(front: Front, tenant: Tenant, item: Acted) -> View:
    template, query = SCENES[live.act_of(item).form]
    now = front.clock.now()
    scene = await front.look(tenant, lambda unit: query(unit, item, now))
    view = front.renderer.modal(template, scene=scene)
    view["private_metadata"] = with_place(view["private_metadata"], item.place)
    return view


def with_place(note: str, place: Place) -> str:
    """A form's note with the place added; ``filled_in`` reads it back."""
    known = {name: value for name, value in asdict(place).items() if value}
    return json.dumps(json.loads(note) | {"place": known}, separators=(",", ":"))


async def on_tags(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    """While somebody types: tags that begin so, and the new one."""
    person, typed = reading.author(body).user_id, str(body.get("value", ""))
    try:
        found = await front.look(tenant, lambda unit: labels.offered(unit, typed, by=person))
    except Refused:
        found = []
    await ack(options=[offer(value, label) for value, label in found])


async def on_form(
    body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant
) -> BoltResponse:
    """Checked live, so that the typed words stay when something is amiss; then offered whole."""
    item = replace(reading.understood(filled_in, body), at=front.clock.now())
    if empty := left_empty(body["view"]):
        return failures.keep_open(body, EMPTY, empty)
    try:
        await front.look(tenant, lambda unit: _check(unit, item))
        if item.act in (MORE, MACRO):
            return await _gone_on(ack, front, tenant, item)
    except (Refused, Missing) as refusal:
        field = getattr(refusal, "field", "") or MENDED_AT.get(item.act, "")
        return failures.keep_open(body, str(refusal), field)
    await front.offer(tenant, item)
    return await ack()


def left_empty(view: View) -> str:
    """The first input that has to be filled in and holds spaces alone; Slack lets those pass."""
    typed = reading.typed(view)
    needed = (
        block["block_id"]
        for block in view.get("blocks") or ()
        if block.get("type") == "input" and not block.get("optional")
    )
    return next((name for name in needed if not typed.get(name, "").strip()), "")


async def _gone_on(ack: AsyncAck, front: Front, tenant: Tenant, item: Acted) -> BoltResponse:
    """The act that was chosen in a form, which its own form replaces, if it has one."""
    if item.act == MORE:
        chosen = replace(item, act=item.fields["act"], fields={})
    else:
        chosen = await with_macro(front, tenant, item)
    if live.act_of(chosen).reads:
        await front.show(tenant, chosen, await live.answer(front, tenant, chosen))
        return await ack()
    if not live.act_of(chosen).form or (chosen.act == MACRO and chosen.fields):
        await front.offer(tenant, chosen)
        return await ack()
    view = await _drawn(front, tenant, chosen)
    await drafting(front, tenant, chosen, view)
    return await ack(response_action="update", view=view)


async def with_macro(front: Front, tenant: Tenant, item: Acted) -> Acted:
    """A macro that says something goes on as a reply that begins with it; others just set fields.

    Raises Refused with the nearest names when there is no such macro.
    """
    word = item.fields.get(MACRO, "")
    found = await front.look(tenant, lambda unit: macro.allowed(unit, word, by=item.person))
    act = "reply" if found.text else item.act
    return replace(item, act=act, fields={MACRO: str(found.id)})


def _check(unit: Unit, item: Acted) -> None:
    look.authorised(unit, item.person, item.act, item.ticket_id)
    if check := CHECKS.get(item.act):
        check(unit, item)


# Act → what is checked while its form is still open. Each raises Refused.
CHECKS: dict[str, Callable[[Unit, Acted], object]] = {
    "reply": lambda unit, item: replies.check_text(item.text),
    "note": lambda unit, item: note.check(item.text),
    "snooze": sheets.check_snooze,
    "new": labels.check_new,
    "promise": promise.check,
    "label": labels.check,
    "resolve_as": sheets.check_resolution,
    "attach": attach.check,
    "merge": sheets.check_link,
    "link": sheets.check_link,
    "macro_new": macro.check,
    "macro_edit": macro.check,
    "map_channel": account.check,
    "account_save": account.check,
    "queue": queue.check,
    "account_note": account.check,
    "escalate": escalation.check,
    "complete": escalation.check,
    **dict.fromkeys(
        ("ask_back", "decline", "draft", "tell_back", "send_back"), escalation.check_words
    ),
    "pull_in": guest.check,
    "rota_swap": rota.check,
    "digest_new": subscribing.check,
    "guest_says": guest.check,
    **dict.fromkeys(("kb_new", "kb_edit", "kb_from"), authoring.check),
    "csat_comment": csat.check,
    "csat_settings": polling.check,
    **dict.fromkeys(("recovery_done", "recovery_drop"), recovery.check),
}
# Act → the field at which a refusal is shown, where that is not the first.
MENDED_AT = dict.fromkeys(("snooze", "promise", "merge", "link", "resolve_as", "attach"), "other")


def filled_in(body: reading.Json) -> Acted:
    """A form as its act. It has no time of its own: the epoch stands in."""
    form = reading.submission(body)
    return read(body["view"], by=form.by, key=form.key)


def read(view: reading.Json, *, by: reading.Author, key: str) -> Acted:
    """What stands in a form now, as the act that it is for."""
    act, note = FORMS[view["callback_id"]], json.loads(view.get("private_metadata") or "{}")
    typed = reading.typed(view)
    own = {name: value for name, value in typed.items() if name.startswith(OWN_FIELD)}
    given = {name: typed.get(name, "") for name in act.fields} | own | note.get("about", {})
    if BOXES[0] in typed:
        given["text"] = pages.joined(tuple(typed.get(name, "") for name in BOXES))
    return Acted(
        act=act.name,
        person=by.user_id,
        door=Door.FORM,
        at=moment("0"),
        key=key,
        place=Place(**note.get("place", {})),
        ticket_id=reading.our_key(str(note["ticket_id"])) if "ticket_id" in note else None,
        fields={name: value for name, value in given.items() if name not in WORDS},
        text="\n".join(filter(None, (given.get(name, "").strip() for name in WORDS))),
        person_team=by.team_id,
    )
