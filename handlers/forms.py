"""Forms: opened while a trigger id lives, checked when sent, then offered whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse

from bot.acts import ACTS
from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.rules import replies
from bot.slack.reading import moment
from bot.usecases import look
from bot.usecases.inputs import Acted, Door, Place
from bot.usecases.scenes import ReplyFormScene
from handlers import failures, live, reading
from handlers.front import Front
from storage.unit import Unit

View = dict[str, Any]
Query = Callable[[Unit, Acted, datetime], object]

PREFIX = "form:"
FORMS = {f"{PREFIX}{act.form}": act for act in ACTS if act.form}
EMPTY = "Please fill this in."

# Fields of people's own words, in order: they lie in the text table, where they can be erased.
WORDS = ("title", "details", "text")


def register(app: AsyncApp) -> None:
    for callback_id in FORMS:
        app.view_submission(callback_id)(on_form)


def _ticket(unit: Unit, item: Acted, now: datetime) -> object:
    return look.ticket(unit, live.meant(unit, item, now).id, now)


def reply_scene(unit: Unit, item: Acted, now: datetime) -> ReplyFormScene:
    """The Reply form of the ticket that is meant. Raises Refused, Missing or Unknown."""
    return look.reply_form(unit, live.meant(unit, item, now).id, now)


def _new(unit: Unit, item: Acted, now: datetime) -> object:
    look.authorised(unit, item.person, item.act, None)
    return look.new_form(unit, item.place.channel, item.text)


# Form → its template and what fills it.
SCENES: dict[str, tuple[str, Query]] = {
    "reply": ("reply/form.j2", reply_scene),
    "new": ("ticket/new_form.j2", _new),
    "assign": ("ticket/assign_form.j2", _ticket),
    "priority": ("ticket/priority_form.j2", _ticket),
    "resolve": ("ticket/resolve_form.j2", _ticket),
}


async def opened(front: Front, tenant: Tenant, item: Acted, trigger_id: str) -> View:
    """Open the act's form; the view as Slack keeps it. Raises Refused or Missing.

    The form remembers where it was asked for, so that its answer goes there.
    """
    template, query = SCENES[live.act_of(item).form]
    now = front.clock.now()
    scene = await front.look(tenant, lambda unit: query(unit, item, now))
    view = front.renderer.modal(template, scene=scene)
    view["private_metadata"] = with_place(view["private_metadata"], item.place)
    answer = await front.call(tenant, "views.open", {"trigger_id": trigger_id, "view": view})
    return dict(answer["view"])


def with_place(note: str, place: Place) -> str:
    """A form's note with the place added; ``filled_in`` reads it back."""
    known = {name: value for name, value in asdict(place).items() if value}
    return json.dumps(json.loads(note) | {"place": known}, separators=(",", ":"))


async def on_form(
    body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant
) -> BoltResponse:
    """Checked live, so that the typed words stay when something is amiss; then offered whole."""
    item = replace(reading.understood(filled_in, body), at=front.clock.now())
    first = live.act_of(item).fields[0]
    if not reading.typed(body["view"]).get(first, "").strip():
        return failures.keep_open(body, EMPTY, first)
    try:
        await front.look(tenant, lambda unit: _check(unit, item))
    except (Refused, Missing) as refusal:
        return failures.keep_open(body, str(refusal))
    await front.offer(tenant, item)
    return await ack()


def _check(unit: Unit, item: Acted) -> None:
    look.authorised(unit, item.person, item.act, item.ticket_id)
    if item.act == "reply":
        replies.check_text(item.text)


def filled_in(body: reading.Json) -> Acted:
    """A form as its act. It has no time of its own: the epoch stands in."""
    form = reading.submission(body)
    act, note = FORMS[body["view"]["callback_id"]], json.loads(form.note or "{}")
    given = {name: form.fields.get(name, "") for name in act.fields}
    return Acted(
        act=act.name,
        person=form.by.user_id,
        door=Door.FORM,
        at=moment("0"),
        key=form.key,
        place=Place(**note.get("place", {})),
        ticket_id=reading.our_key(str(note["ticket_id"])) if "ticket_id" in note else None,
        fields={name: value for name, value in given.items() if name not in WORDS},
        text="\n".join(filter(None, (given.get(name, "").strip() for name in WORDS))),
        person_team=form.by.team_id,
    )
