"""Scenes of escalations: Tariq the specialist is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.usecases import packet
from bot.usecases.escalation import EscalateFormScene, WordsFormScene
from bot.usecases.guest import GuestScene
from bot.usecases.packet import PacketNoteScene, PacketScene
from bot.usecases.rota import (
    HandOverScene,
    LineScene,
    RotaScene,
    RotasScene,
    SwapFormScene,
    SwapScene,
)
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.ticket import TicketScene
from storage.records.escalations import LIVE, Escalation, Guest, Stage
from storage.records.messages import Message
from storage.records.people import Person
from storage.records.rotas import HandOver, Override, Rota
from storage.records.tickets import Priority

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LINK = "https://harbour.slack.com/archives/C0TECH/p1772452800000100"
Drawing = tuple[str, dict[str, Any]]

TARIQ = Person(1, 14, "U0TARIQ", "T0HARBOUR", name="Tariq")
CALLS = packet.CALLS


def escalation(text: str, stage: Stage = Stage.ASKED, **more: Any) -> Escalation:
    told: dict[str, Any] = {
        "tried": text,
        "setup": text,
        "severity": Priority.HIGH,
        "needed_at": NOON + HOUR,
        "stage": stage,
        "due_at": NOON + HOUR if stage in LIVE else None,
        "ended_at": None if stage in LIVE else NOON + HOUR,
    }
    return Escalation(1, 701, 201, "Technical", 104, 12, NOON, text, **(told | more))


def scene(fresh: TicketScene, said: Message, stage: Stage, *, text: str, name: str) -> PacketScene:
    who = replace(TARIQ, name=name)
    return PacketScene(
        escalation=escalation(text, stage),
        scene=fresh,
        asker=who,
        agent=who,
        holder=who,
        said=said,
        said_by=who,
        group="" if stage is Stage.ACCEPTED else "S0SPECIALS",
        called=(who,) * 12 if stage is Stage.ACCEPTED else (),
        above=name,
        went_to=name,
        link=LINK,
    )


def messages(fresh: TicketScene, said: Message, text: str, name: str) -> Iterator[Drawing]:
    """Every message of an escalation, at each of its stages."""
    for stage in Stage:
        shown = scene(fresh, said, stage, text=text, name=name)
        yield "escalation/packet.j2", {"scene": shown}
        going = replace(fresh, escalation=shown.escalation, holder=shown.holder, next_level=name)
        yield "ticket/card.j2", {"scene": going}
        for reason in packet.UNDER_CARD:
            for is_there in (True, False):
                note = PacketNoteScene(shown, reason, said, TARIQ, is_there, "S0SUPPORT")
                yield "escalation/note.j2", {"scene": note}
    shown = scene(fresh, said, Stage.ACCEPTED, text=text, name=name)
    for reason in packet.IN_PACKET:
        for person in (TARIQ, None):
            told = {"scene": PacketNoteScene(shown, reason, said, TARIQ), "person": person}
            yield "escalation/packet_note.j2", told
    for reason in CALLS:
        yield "escalation/page.j2", {"scene": fresh, "reason": reason}
    for over in (None, NOON):
        there = guest(fresh, said, name)
        there = replace(there, guest=replace(there.guest, ended_at=over))
        yield "escalation/invitation.j2", {"scene": there}
        yield "escalation/guest_note.j2", {"scene": there, "person": replace(TARIQ, name=name)}


def rotas(fresh: TicketScene, name: str, many: int) -> Iterator[Drawing]:
    """The list of rotas, and what is handed over."""
    who = replace(TARIQ, name=name)
    day = Override(1, 1, "on-call", "U0TARIQ", "", NOON, NOON + HOUR, 12)
    swaps = tuple(
        SwapScene(replace(day, id=n), who if n % 2 else None, None if n % 2 else who)
        for n in range(min(many, 12))
    )
    shown = RotaScene(1, Rota(name, ()), (who,) * min(many, 12), NOON, (who,), NOON, swaps)
    empty = RotaScene(2, Rota("night", ()), (), None, (), None)
    told = (shown, empty)[: many + 1]
    yield "rota/list.j2", {"scene": RotasScene(told)}
    yield "rota/list.j2", {"scene": RotasScene(())}
    line = HandOver(1, 901, "on-call", 201, 12, NOON)
    lines = (LineScene(line, fresh, None), LineScene(line, fresh, who))
    for count in (1, 20):
        many_lines = tuple(
            replace(each, line=replace(each.line, id=n)) for n, each in enumerate(lines * count)
        )
        over = HandOverScene(name, NOON, (TARIQ,), many_lines)
        yield "rota/hand_over.j2", {"scene": over}


def guest(fresh: TicketScene, said: Message, name: str) -> GuestScene:
    return GuestScene(Guest(1, 801, 201, 15, 12, 301, NOON), fresh, replace(TARIQ, name=name), said)


def modals(
    fresh: TicketScene, said: Message, reply: ReplyFormScene, *, text: str, name: str
) -> Iterator[Drawing]:
    """Every form of an escalation."""
    levels = (("Technical", name), ("Engineering", "Engineering"))
    form = EscalateFormScene(fresh, levels, "Technical", text, text, text, Priority.HIGH, "2h")
    yield "escalation/form.j2", {"scene": form}
    yield "escalation/form.j2", {"scene": replace(form, escalation=escalation(text))}
    for act in ("ask_back", "decline", "draft", "tell_back", "send_back"):
        for stage in (Stage.ASKED, Stage.ASKED_BACK, Stage.ANSWERED):
            shown = scene(fresh, said, stage, text=text, name=name)
            yield "escalation/words_form.j2", {"scene": WordsFormScene(shown, act, text)}
    yield "rota/form.j2", {"scene": SwapFormScene(1, Rota(name, ()))}
    yield "escalation/guest_form.j2", {"scene": fresh}
    yield "escalation/guest_says_form.j2", {"scene": guest(fresh, said, name)}
    yield (
        "reply/form.j2",
        {"scene": replace(reply, escalation=escalation(text), draft_of=replace(TARIQ, name=name))},
    )
