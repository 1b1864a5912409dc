"""Tags, category and own fields, end to end: by command and by form, on the card, never outside."""

from __future__ import annotations

from dataclasses import replace

from sandbox.people import Spot
from storage import workspaces
from storage.records.workspaces import Extra, ExtraKind
from storage.unit import Unit
from tests.stories.crowd import shown
from tests.stories.stage import Stage, stage
from tests.stories.told import since, typed

ASKED = "The export is broken, can you help?"
PLAN = Extra("Plan", ExtraKind.CHOICE, tuple(f"Plan {n}" for n in range(60)))
FIELDS = (Extra("Version"), PLAN, Extra("Seats", ExtraKind.NUMBER), Extra("Due", ExtraKind.DATE))


async def told(it: Stage, text: str, person: str = "ana") -> str:
    return await typed(it, person, text, command="/ticket")


async def asked(it: Stage, *, fields: tuple[Extra, ...] = ()) -> str:
    """A ticket of Carla's at a desk with these fields; its thread's ts."""

    def step(unit: Unit) -> None:
        settings = workspaces.settings(unit)
        workspaces.save_settings(unit, replace(settings, extras=fields), it.program.clock.now())

    (installed,) = await it.program.desk.installations()
    await it.program.desk.write(installed.workspace_id, step)
    said = it.people.say("carla", "#acme-harbour", ASKED)
    await it.quiet()
    return str(said.ts)


async def test_tags_and_category_by_command_are_on_the_card_and_in_the_history(
    database_url: str,
) -> None:
    async with stage(database_url) as it:
        ts = await asked(it)
        assert "#1 is tagged vip, eu now" in await told(it, "tag 1 VIP eu")
        assert "`vip`" in shown(it.cards()[0])
        assert "#1 is tagged eu now" in await told(it, "tag 1 -vip")
        assert "`vip`" not in shown(it.cards()[0])
        assert "is Billing now" in await told(it, "category 1 bill")
        assert "Billing" in shown(it.cards()[0])
        history = await told(it, "history 1")
        assert "took away vip" in history
        assert "changed the category: Billing" in history
        assert not any("eu" in shown(m).split() for m in it.thread("acme-harbour", ts))


async def test_the_form_has_all_of_them_and_keeps_what_it_is_told(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it, fields=FIELDS)
        await told(it, "tag 1 vip")
        await it.choose("ana", it.cards()[0], "more")
        (view,) = it.open_views()
        await it.people.submit("ana", view.id, {"act": "label"})
        (view,) = it.open_views()
        offered = await it.people.options("ana", Spot(view_id=view.id), "tags", "re")
        assert [option["value"] for option in offered] == ["re"]
        offered = await it.people.options("ana", Spot(view_id=view.id), "tags", "")
        assert [option["value"] for option in offered] == ["vip"]
        await it.people.options("ana", Spot(view_id=view.id), "tags", "#Renewal")
        wrong = {"tags": ["renewal"], "extra:Plan": "Plan 7", "extra:Seats": "12"}
        await it.people.submit("ana", view.id, {"category": "Pre-sales", **wrong})
        await it.quiet()
        card = shown(it.cards()[0])
        assert "`renewal`" in card
        assert "`vip`" not in card
        assert "Pre-sales" in card
        assert "Plan: Plan 7" in card
        assert "Seats: 12" in card


async def test_a_field_is_set_by_command_and_wrong_values_get_a_hint(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it, fields=FIELDS)
        assert "Version of #1 is 4.2 now" in await told(it, "set 1 version 4.2")
        assert "Version: 4.2" in shown(it.cards()[0])
        assert "Seats takes a number" in await told(it, "set 1 seats many")
        assert "Due takes a date" in await told(it, "set 1 due soon")
        assert "There are: Version, Plan, Seats, Due" in await told(it, "set 1 colour red")
        assert "Say what Version is to be" in await told(it, "set 1 version")
        assert "Version of #1 is empty now" in await told(it, "set 1 version none")
        assert "single words" in await told(it, "tag 1 !!!")
        assert "There are: Technical" in await told(it, "category 1 zzz")


async def test_only_agents_set_labels_or_see_which_tags_there_are(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        await told(it, "tag 1 vip")
        assert "agents" in await told(it, "tag 1 eu", person="tariq")
        assert "eu" not in shown(it.cards()[0]).split()


async def test_a_long_history_is_read_page_by_page(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it)
        for n in range(30):
            await it.people.command("ana", "#triage", "/ticket", f"tag 1 t{n}")
            await it.people.command("ana", "#triage", "/ticket", f"tag 1 -t{n}")
        await it.quiet()
        latest = await told(it, "history 1")
        assert "61 changes" in latest
        assert "added t29" in latest
        assert "opened it" not in latest
        known = set(it.slack.world.ephemerals)
        newest = next(e for e in it.slack.world.ephemerals.values() if "61 changes" in e.text)
        await it.people.press("ana", Spot(ephemeral_id=newest.id), "act:history")
        await it.quiet()
        older = since(it, known)
        assert "opened it" in older
        assert "added t29" not in older


async def test_a_new_ticket_is_labelled_in_its_own_form(database_url: str) -> None:
    async with stage(database_url) as it:
        await asked(it, fields=FIELDS)
        await told(it, "new Import is slow")
        (view,) = it.open_views()
        wrong = await it.people.submit("ana", view.id, {"channel": "0", "extra:Seats": "many"})
        assert "Seats" in str(wrong)
        filled = {"category": "Billing", "extra:Seats": "12", "extra:Plan": "Plan 7"}
        await it.people.submit("ana", view.id, filled)
        await it.quiet()
        card = shown(it.cards()[-1])
        assert "Billing" in card
        assert "Seats: 12" in card
        assert "Plan: Plan 7" in card
