"""Tickets by hand: commands, buttons, menus and shortcuts, all made from the act table."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot import acts
from bot.acts import ACTS, Act
from bot.desk import Tenant
from bot.errors import Missing, Refused
from bot.rules import commands, permalinks
from bot.rules.access import Who
from bot.slack.reading import moment
from bot.usecases import attach, look, pointed, typed
from bot.usecases.attach import ATTACH
from bot.usecases.inputs import Acted, Door
from bot.usecases.split import HERE
from handlers import filling, forms, live, lookups, readers, reading
from handlers.front import UNDELIVERED, Front
from handlers.matching import any_of

log = logging.getLogger(__name__)

ELSEWHERE = frozenset({"/csat"})  # handlers.csat looks at its first word
COMMANDS = ("/ticket", *({act.command for act in ACTS if act.command} - ELSEWHERE))
SHORTCUTS = tuple(act.shortcut for act in ACTS if act.shortcut)
ON_MESSAGES = {
    callback_id: act
    for act in ACTS
    for callback_id in (act.message_shortcut, act.ticket_shortcut)
    if callback_id
}
BUTTONS = re.compile("^act:")
REPLY = "reply"
KB, SEND = "kb", "kb_send"
COMMENT = "csat_comment"  # in a poll, from a customer
ABOUT = {act.name: act.about for act in ACTS if act.about}


def register(app: AsyncApp) -> None:
    """Buttons first: they are pressed most."""
    app.action(BUTTONS)(on_press)
    app.command(any_of(COMMANDS))(on_command)
    app.global_shortcut(any_of(SHORTCUTS))(on_shortcut)
    app.message_shortcut(any_of(ON_MESSAGES))(on_message_shortcut)


async def on_press(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = reading.understood(pressed, body)
    try:
        await _press(front, tenant, item, body.get("trigger_id", ""))
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


async def _press(front: Front, tenant: Tenant, item: Acted, trigger_id: str) -> None:
    act = live.act_of(item)
    if act.reads:
        await front.show(tenant, item, await live.answer(front, tenant, item))
    else:
        await _do(front, tenant, item, trigger_id)


async def _asked_for(
    front: Front, tenant: Tenant, item: Acted, trigger_id: str
) -> forms.View | None:
    """The act's form, opened. Where Slack shows it to no customer, the act is done without it."""
    try:
        return await forms.opened(front, tenant, item, trigger_id)
    except UNDELIVERED as error:
        act = live.act_of(item)
        if act.who is not Who.REQUESTER and act.name != COMMENT:
            raise
        log.info("done without its form: %r", error)
        await front.offer(tenant, item)
        return None


def pressed(body: reading.Json) -> Acted:
    """A button ``act:take`` with a ticket's key, or a menu's choice ``take:key``.

    A picker's buttons add what the command had said beside the number: ``key=fixed``. A button
    ``key@message`` names the message whose words are meant. Undo and the like carry the key of a
    reply instead; their ticket is where they were pressed.
    """
    press = reading.press(body)
    name, value = press.action_id.split(":")[1], press.value
    if name == "menu":
        name, _, value = value.partition(":")
    item = Acted(
        act=name,
        person=press.by.user_id,
        door=Door.BUTTON,
        at=press.at,
        key=press.key,
        place=press.place,
        person_team=press.by.team_id,
    )
    key, _, chosen = value.partition("=")
    act = acts.by_name(name)
    item = _carrying(item, act, chosen) if act and chosen else item
    if about := ABOUT.get(name):
        return replace(item, fields={**item.fields, about: str(reading.our_key(key))})
    if act and not act.needs_ticket:
        return item
    key, _, said = key.partition("@")
    fields = {**item.fields, typed.SAID: said} if said else item.fields
    return replace(item, ticket_id=reading.our_key(key), fields=fields)


def _carrying(item: Acted, act: Act, chosen: str) -> Acted:
    """What a command had said, for the act's first field or as its own words."""
    if not act.fields:
        return item
    if act.fields[0] in typed.OWN_WORDS:
        return replace(item, text=chosen)
    return replace(item, fields={act.fields[0]: chosen})


async def on_command(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    command = reading.understood(reading.command, body)
    try:
        command = await _numbered(front, tenant, command)
        item = await _named(front, tenant, commanded(command, front.clock.now()))
        answer = await answered(front, tenant, item, command.trigger_id)
    except commands.NotUnderstood as slip:
        hint = str(slip)
        fields = await front.look(tenant, lambda unit: live.help_fields(unit, hint))
        answer = front.renderer.message("ticket/help.j2", **fields)._asdict()
    except (Refused, Missing) as refusal:
        answer = front.worded(str(refusal))._asdict()
    await ack(**answer)


async def _numbered(front: Front, tenant: Tenant, command: reading.Command) -> reading.Command:
    """The same with a number where somebody pasted a link to a message of the ticket."""
    found = permalinks.for_number(command.text)
    if found is None or not _is_of_ticket(found[0]):
        return command
    _, link, there = found
    by = command.by.user_id
    number = await front.look(tenant, lambda unit: pointed.number_at(unit, there, by=by))
    return replace(command, text=command.text.replace(link, f" #{number} ", 1))


def _is_of_ticket(word: str) -> bool:
    """Whether the verb is about a ticket, and not about the message that a link points to."""
    verb = commands.meant(word, acts.verbs()) if word else "show"
    act = acts.by_verb(verb) if verb else None
    return bool(act and act.needs_ticket and not act.message_shortcut)


async def _named(front: Front, tenant: Tenant, item: Acted) -> Acted:
    """The same with a Slack id where somebody was given by a mere name."""
    to = item.fields.get("to", "")
    if not to.startswith("@"):
        return item
    name = to.removeprefix("@")
    person = await front.look(tenant, lambda unit: look.agent_named(unit, name, by=item.person))
    return replace(item, fields={"to": person.slack_id})


async def answered(front: Front, tenant: Tenant, item: Acted, trigger_id: str) -> dict[str, Any]:
    """Do what a command wants; the ack's words and blocks, for whoever typed it alone."""
    act = live.act_of(item)
    if choice := await live.picker(front, tenant, item):
        return choice._asdict()
    if act.reads:
        return (await live.answer(front, tenant, item))._asdict()
    await _do(front, tenant, item, trigger_id)
    return {}


async def _do(front: Front, tenant: Tenant, item: Acted, trigger_id: str) -> None:
    """What changes something: by its form where it lacks what it cannot do without."""
    if item.act == filling.MACRO and item.fields:
        item = await forms.with_macro(front, tenant, item)
    if item.act == SEND:
        item = replace(item, act=REPLY)
    act = live.act_of(item)
    if not act.form or not _lacks_fields(act, item):
        await front.offer(tenant, item)
        return
    view = await _asked_for(front, tenant, item, trigger_id)
    if view and act.form == REPLY:
        await readers.show(front, tenant, item, view)


def _lacks_fields(act: Act, item: Acted) -> bool:
    """The first field is what an act cannot do without.

    A new ticket always goes by its form: a title alone does not say where it belongs.
    """
    if act.by_form:
        return True
    if act.desk and item.text:
        return False
    words = item.text if act.needs_ticket and act.fields[0] in typed.OWN_WORDS else ""
    return not (item.fields.get(act.fields[0]) or words)


def commanded(command: reading.Command, now: datetime) -> Acted:
    """What a command asks for. Raises Refused with the nearest right command."""
    parsed = commands.parse(command.name, command.text, acts.verbs())
    asked = _asked(command, parsed, now)
    return lookups.meant(asked) if asked.act == KB else _pointed(asked, parsed.rest)


def _pointed(item: Acted, said: str) -> Acted:
    """An act on one message stands where that message's link points to."""
    act = acts.by_name(item.act)
    there = permalinks.read(said) if act and (act.message_shortcut or act.name == ATTACH) else None
    if there is None:
        return item
    place = replace(item.place, channel=there.channel, ts=there.ts, thread_ts=there.thread_ts)
    left = {name: permalinks.without(words).strip() for name, words in item.fields.items()}
    return replace(item, place=place, text="", fields=_this_one(act) or left)


def _this_one(act: Act | None) -> dict[str, str]:
    """The fields of an act that could also choose its message in a form."""
    return {"message": HERE} if act and act.fields == ("message",) else {}


def _asked(command: reading.Command, parsed: commands.Parsed, now: datetime) -> Acted:
    act = acts.by_verb(parsed.verb)
    fields, words = typed.filled(act, parsed.rest)
    return Acted(
        act=act.name,
        person=command.by.user_id,
        door=Door.COMMAND,
        at=now,
        key=command.key,
        place=command.place,
        number=parsed.number,
        fields=fields,
        text=words,
        person_team=command.by.team_id,
    )


async def on_shortcut(body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant) -> None:
    item = replace(reading.understood(called, body), at=front.clock.now())
    try:
        await forms.opened(front, tenant, item, body.get("trigger_id", ""))
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


def called(body: reading.Json) -> Acted:
    """A global shortcut: it has no place (FACTS 7)."""
    by = reading.author(body)
    act = next(act for act in ACTS if act.shortcut == body["callback_id"])
    return Acted(
        act=act.name,
        person=by.user_id,
        door=Door.SHORTCUT,
        at=moment(body["action_ts"]),
        key=f"shortcut:{body['trigger_id']}",
        person_team=by.team_id,
    )


async def on_message_shortcut(
    body: dict[str, Any], ack: AsyncAck, front: Front, tenant: Tenant
) -> None:
    item = reading.understood(chosen, body)
    try:
        item = await _or_attached(front, tenant, item)
        await _press(front, tenant, item, body.get("trigger_id", ""))
    except (Refused, Missing) as refusal:
        await front.whisper(tenant, item, str(refusal))
    await ack()


async def _or_attached(front: Front, tenant: Tenant, item: Acted) -> Acted:
    """The chooser of a message of our own that belongs to no ticket: it may become part of one."""
    if item.act != forms.MORE:
        return item
    now = front.clock.now()
    is_elsewhere = await front.look(tenant, lambda u: attach.is_elsewhere(u, item, now))
    return replace(item, act=ATTACH) if is_elsewhere else item


def chosen(body: reading.Json) -> Acted:
    """An act from the menu of a message."""
    by, act = reading.author(body), ON_MESSAGES[body["callback_id"]]
    return Acted(
        act=act.name,
        fields=_this_one(act),
        person=by.user_id,
        door=Door.SHORTCUT,
        at=moment(body["action_ts"]),
        key=f"shortcut:{body['trigger_id']}",
        place=reading.place(body),
        person_team=by.team_id,
    )
