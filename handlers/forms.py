"""Forms: opened while a trigger id lives, checked when sent, then offered whole."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.acts import ACTS
from bot.desk import NotSaved, Tenant
from bot.errors import Missing, Refused
from bot.rules import pages
from bot.slack.kit import offer
from bot.slack.reading import moment
from bot.usecases import labels, macro
from bot.usecases.inputs import Acted, Door, Drafting, Place
from bot.usecases.typed import OWN_WORDS as WORDS
from handlers import failures, filling, live, reading
from handlers.front import Front
from handlers.matching import any_of

log = logging.getLogger(__name__)

View = dict[str, Any]

PREFIX = "form:"
# Of several acts with one form, the first is what its submission asks for.
FORMS = {f"{PREFIX}{act.form}": act for act in reversed(ACTS) if act.form}
EMPTY = "Please fill this in."
MORE = "more"
OWN_FIELD = "extra:"
REPLY = "form:reply"
BOXES = ("body", "body2", "body3", "body4", "body5")  # of one long text


def register(app: AsyncApp) -> None:
    app.options("tags")(on_tags)
    app.view_submission(any_of(FORMS))(on_form)


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
    template, query = filling.SCENES[live.act_of(item).form]
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
        await front.look(tenant, lambda unit: filling.check(unit, item))
        if item.act in (MORE, filling.MACRO):
            return await _gone_on(ack, front, tenant, item)
    except (Refused, Missing) as refusal:
        field = getattr(refusal, "field", "") or filling.MENDED_AT.get(item.act, "")
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
    if not live.act_of(chosen).form or (chosen.act == filling.MACRO and chosen.fields):
        await front.offer(tenant, chosen)
        return await ack()
    view = await _drawn(front, tenant, chosen)
    await drafting(front, tenant, chosen, view)
    return await ack(response_action="update", view=view)


async def with_macro(front: Front, tenant: Tenant, item: Acted) -> Acted:
    """A macro that says something goes on as a reply that begins with it; others just set fields.

    Raises Refused with the nearest names when there is no such macro.
    """
    word = item.fields.get(filling.MACRO, "")
    found = await front.look(tenant, lambda unit: macro.allowed(unit, word, by=item.person))
    act = "reply" if found.text else item.act
    return replace(item, act=act, fields={filling.MACRO: str(found.id)})


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
