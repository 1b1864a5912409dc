"""Each form: its template, what fills it in, and what is checked while it is still open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.rules import replies
from bot.usecases import (
    account,
    account_merge,
    ask,
    attach,
    audience,
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
    typed,
    urgent,
)
from bot.usecases.inputs import Acted, Door
from bot.usecases.scenes.forms import ReplyFormScene
from handlers import live
from storage.records.tickets import Ticket
from storage.unit import Unit

Query = Callable[[Unit, Acted, datetime], object]
MACRO = "macro"


def _ticket(unit: Unit, item: Acted, now: datetime) -> object:
    return look.ticket(unit, live.meant(unit, item, now).id, now)


def reply_scene(unit: Unit, item: Acted, now: datetime) -> ReplyFormScene:
    """The Reply form of the ticket that is meant. Raises Refused, Missing or Unknown.

    With a macro it is filled in and previewed.
    """
    scene = audience.reply_form(unit, live.meant(unit, item, now).id, now)
    writers = draft.writers(look.working(unit, now), scene.scene.ticket.id)
    others = tuple(person for person in writers if person.slack_id != item.person)
    scene = replace(scene, others_writing=others)
    if item.fields.get("escalation"):
        return escalation.begun(unit, scene, item, now)
    if sent := item.fields.get(kb.SENT):
        return kb.begun(unit, scene, sent)
    if chosen := item.fields.get(MACRO):
        return macro.begun(unit, scene, chosen, by=item.person, now=now)
    words = item.text or _words_said(unit, item, scene.scene.ticket)
    return replace(scene, text=words, preview=words)


def _words_said(unit: Unit, item: Acted, ticket: Ticket) -> str:
    """What was typed behind ``!reply``, where somebody pressed the button that it brought."""
    said = item.fields.get(typed.SAID, "")
    return typed.words_of(unit, int(said), ticket) if said.isdecimal() else ""


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
    return sheets.new(unit, item.place.channel, item.text)


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
    "account_merge": ("account/merge_form.j2", account_merge.form),
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
    "account_merge": account_merge.check,
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


def check(unit: Unit, item: Acted) -> None:
    """Raises Refused or Missing for what a person can mend while the form is open."""
    look.authorised(unit, item.person, item.act, item.ticket_id)
    if found := CHECKS.get(item.act):
        found(unit, item)
