"""Scenes of macros, for every template about them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.slack.canned import VARIABLES
from bot.usecases import macro
from bot.usecases.scenes.forms import ReplyFormScene
from bot.usecases.scenes.ticket import TicketScene
from storage.records.macros import Macro, MacroVersion
from storage.records.people import Person

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CATEGORIES = (("Billing", "Billing"),)
Drawing = tuple[str, dict[str, Any]]


def made(text: str, name: str, many: int) -> Macro:
    sets = (("tags", name), ("status", "waiting"))
    return Macro(1, 801, name, "x", text, NOON, (name,) * min(many, 10), sets, uses=many)


def messages(text: str, name: str, many: int) -> Iterator[Drawing]:
    """Every message about macros."""
    shown = (made(text, name, many), made("", name, 0)) * many
    page = shown[: macro.PAGE]
    yield "macro/list.j2", {"scene": macro.MacrosScene(page, len(shown), 1, "")}
    yield "macro/list.j2", {"scene": macro.MacrosScene((), 0, 1, name)}
    for said in (text, ""):
        yield "macro/show.j2", {"scene": preview(said, name, many)}


def preview(text: str, name: str, many: int) -> macro.PreviewScene:
    """A macro that was saved by somebody and by nobody, under other names."""
    kept = made(text, name, many)
    version = MacroVersion(1, 1, kept.id, f"{name} before", text, (), (), NOON)
    saved = ((version, Person(1, 12, "U0ANA", "T0HARBOUR", name=name)), (version, None))
    return macro.PreviewScene(kept, text, (saved * many)[: macro.MOST_VERSIONS])


def modals(fresh: TicketScene, text: str, name: str, many: int) -> Iterator[Drawing]:
    """Every form about macros."""
    choices = tuple((str(n), name) for n in range(min(many, macro.MOST_CHOICES))) or (("1", name),)
    yield "macro/choose_form.j2", {"scene": macro.ChoiceScene(fresh, choices, many + 1)}
    sets = {"priority": "high", "status": "waiting", "category": "Billing", "set_tags": name}
    new = macro.MacroFormScene(0, "", "", "", {}, CATEGORIES, VARIABLES)
    yield "macro/form.j2", {"scene": new}
    edited = replace(new, id=801, name=name, text=text, tags=name, sets=sets)
    yield "macro/form.j2", {"scene": replace(edited, preview=text)}
    yield "macro/form.j2", {"scene": replace(edited, wrong=name)}


def begun(form: ReplyFormScene, name: str) -> ReplyFormScene:
    """A reply that began as a macro."""
    return replace(form, macro=made(form.text, name, 1))
