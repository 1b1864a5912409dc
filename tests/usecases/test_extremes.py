"""As much of everything as the desk may keep: each answer and form stands, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.rules.labels import MOST_TAGS
from bot.slack.render import Renderer
from bot.usecases import labels, lists, look, macro, profile, queue, search, sheets
from sandbox.blocks import message_faults, view_faults
from storage import accounts, channels, history, indexing, macros, people, tickets, workspaces
from storage.engine import open_engine
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.macros import Macro
from storage.records.people import Staff
from storage.records.tickets import Change, Ticket
from storage.records.workspaces import DeskQueue, DeskSettings, Extra, ExtraKind
from storage.unit import Unit, writing
from tests.storage import cast
from tests.storage.cast import ANA, BEN, CARLA, MINUTE, NOON, OURS, ask

RENDERER = Renderer()
NAME = "شركة الروبوتات العالمية 🤖 "
CHOICES = tuple(f"אפשרות ארוכה מאוד מספר {n} 🤖" for n in range(60))


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    engine = open_engine(database_url)
    _settle(engine)
    with writing(engine, OURS) as unit:
        yield unit
    engine.dispose()


def _settle(engine: Engine) -> None:
    cast.settle(engine)
    fields = tuple(Extra(f"שדה {n}", ExtraKind.CHOICE, CHOICES) for n in range(60))
    queues = tuple(DeskQueue(category=each) for each in CHOICES)
    settings = DeskSettings(
        triage_channel="C-LOBBY", categories=CHOICES, extras=fields, queues=queues
    )
    with writing(engine, OURS) as unit:
        workspaces.save_settings(unit, settings, NOON)
        people.put_staff(unit, Staff(agents=frozenset({"U-ANA", "U-BEN"})), NOON)
        for known in people.many(unit, [ANA, BEN, CARLA]).values():
            people.put(unit, replace(known, fetched_at=NOON))


def message(template: str, scene: object) -> str:
    """What Slack is sent, which it takes whole."""
    said = RENDERER.message(template, scene=scene)
    assert not message_faults(said.blocks)
    assert "there is more than fits" not in str(said)
    return str(said.blocks)


def form(template: str, scene: object) -> dict[str, Any]:
    view = RENDERER.modal(template, scene=scene)
    assert not view_faults(view, kind="modal")
    return view


def changed(unit: Unit, ticket: Ticket, **fields: Any) -> Ticket:
    after = replace(ticket, **fields)
    return tickets.save(unit, ticket, after)


def test_three_thousand_tickets_of_one_agent_are_listed_and_found(unit: Unit) -> None:
    for n in range(3_000):
        ask(unit, owner_id=ANA, opened_at=NOON - n * MINUTE)
    for which in ("mine", "open"):
        scene = lists.tickets(unit, which, person="U-ANA", channel="", now=NOON)
        assert scene.total == 3_000
        assert f"and {3_000 - len(scene.tickets)} more" in message("ticket/list.j2", scene)
    while indexing.follow(unit.connection):
        pass
    found = search.find(unit, "owner:me", by="U-ANA", here="", older=None, now=NOON)
    assert len(found.hits) == search.PAGE
    assert "'More'" in message("ticket/found.j2", found)


def test_a_ticket_of_200_tags_is_shown_and_edited(unit: Unit) -> None:
    tags = tuple(f"תג-{n}-{'x' * 30}"[:40] for n in range(MOST_TAGS))
    ticket = changed(unit, ask(unit), tags=tags)
    scene = look.ticket(unit, ticket.id, NOON)
    assert "and 188 more" in message("ticket/card.j2", scene)
    assert "and 188 more" in message("ticket/show.j2", scene)
    asked = labels.form(unit, ticket.id, now=NOON)
    view = form("ticket/labels_form.j2", asked)
    assert "100 more tags do not fit here" in str(view)
    assert len(view["blocks"]) == 62
    assert len(labels.offered(unit, "תג", by="U-ANA")) <= 100


def test_a_request_form_of_sixty_fields_and_sixty_options_each_can_be_opened(unit: Unit) -> None:
    for n in range(200):
        place = Channel(OURS, 9000 + n, f"C-{n}", f"{n}-help", NAME, is_ext_shared=True)
        channels.put(unit, replace(place, fetched_at=NOON))
    view = form("ticket/new_form.j2", sheets.new(unit, "C-150", ""))
    fields = [block for block in view["blocks"] if block["block_id"].startswith("extra:")]
    assert len(fields) == 60
    where = next(block for block in view["blocks"] if block["block_id"] == "channel")
    assert len(where["element"]["options"]) == 100
    assert "150-help" in str(where["element"]["initial_option"])


def test_sixty_queues_are_reached_page_by_page(unit: Unit) -> None:
    seen, page = list[str](), 1
    while page:
        scene = queue.listed(unit, page, NOON)
        message("desk/queues.j2", scene)
        seen += [each.queue.category for each in scene.queues]
        page = scene.next_page
    assert seen == ["", *CHOICES]


def test_two_thousand_changes_are_read_page_by_page(unit: Unit) -> None:
    ticket = ask(unit, owner_id=ANA)
    long = "ערך " * 60
    history.add(
        unit,
        [
            Change(OURS, 7000 + n, ticket.id, NOON + n * MINUTE, ANA, "priority", long, long)
            for n in range(2_000)
        ],
    )
    seen, before = 0, None
    while True:
        scene = lists.history(unit, ticket.id, NOON, before=before)
        message("ticket/history.j2", scene)
        seen += len(scene.changes)
        if not scene.older:
            break
        before = int(scene.older)
    assert seen == scene.total == 2_000


def test_a_hundred_macros_are_listed_and_chosen(unit: Unit) -> None:
    for n in range(100):
        macros.add(unit, Macro(OURS, 8000 + n, f"{NAME * 2}{n}", f"m{n}", "Words. " * 200, NOON))
    seen, page = 0, 1
    while page:
        scene = macro.listed(unit, "", page)
        message("macro/list.j2", scene)
        seen += len(scene.macros)
        page = scene.next_page
    assert seen == 100
    view = form("macro/choose_form.j2", macro.choice(unit, ask(unit).id, NOON))
    assert len(view["blocks"][0]["element"]["options"]) == 100


def test_sixty_accounts_and_an_account_of_200_channels_are_shown(unit: Unit) -> None:
    for n in range(60):
        accounts.add(unit, Account(OURS, 500 + n, f"{NAME * 4}{n}", f"a{n}", NOON))
    for n in range(200):
        place = Channel(OURS, 9000 + n, f"C-{n}", f"{n}-help", NAME * 5, is_ext_shared=True)
        channels.put(unit, replace(place, fetched_at=NOON))
        channels.assign(unit, place, account_id=500, mode=None)
        ask(unit, channel_id=place.id)
    card = profile.account(unit, 500, NOON)
    assert "and 190 more" in message("account/card.j2", card)
    assert "and 192 more" in message("account/card.j2", card)
    shown = profile.page(unit, 1, here="", now=NOON)
    message("account/channels.j2", shown)
    form("account/map_form.j2", profile.map_form(unit, 9000, NOON))
    form("account/form.j2", profile.account_form(unit, 500, NOON))
