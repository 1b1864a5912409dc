"""For which installation a payload is meant, and who acted (FACTS 5, 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.slack.reading import need, text
from handlers.reading.shape import Json


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """Where the app is installed. ``team_id`` is ``""`` for an organisation (FACTS 13)."""

    enterprise_id: str
    team_id: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who acted, and for which company: a T… or E… id, ``""`` where nobody says (FACTS 5)."""

    user_id: str
    team_id: str = ""


def tenant_key(body: Json) -> InstallationKey:
    """The installation a payload is meant for; never the acting company's (FACTS 5).

    With Slack Connect the outer ``team_id`` and a view's ``team`` often are the other side's.
    """
    installed = text(body.get("view") or {}, "app_installed_team_id")
    if body.get("authorizations"):
        return _key(body["authorizations"][0])
    if installed and not _is_for_organisation(body):
        return InstallationKey("", installed)
    return _key(body)


def _key(source: Json) -> InstallationKey:
    enterprise = _enterprise(source)
    if _is_for_organisation(source) and enterprise:
        return InstallationKey(enterprise, "")
    team = id_of(source.get("team")) or text(source, "team_id")
    if not team and not enterprise:
        raise KeyError("team_id")
    return InstallationKey(enterprise, team)


def _enterprise(source: Json) -> str:
    """Shortcuts and the like say it inside of ``team``."""
    team = source.get("team")
    inside = text(team, "enterprise_id") if isinstance(team, Mapping) else ""
    return id_of(source.get("enterprise")) or text(source, "enterprise_id") or inside


def _is_for_organisation(source: Json) -> bool:
    """A slash command says it as a word, everything else as a boolean (FACTS 6)."""
    return source.get("is_enterprise_install") in (True, "true")


def id_of(thing: object) -> str:
    """Slack names channels, teams and users either by id or by an object that has one."""
    if isinstance(thing, Mapping):
        return text(thing, "id")
    return thing if isinstance(thing, str) else ""


def author(body: Json) -> Author:
    """Who acted and for whom. The company is the person's own, not the tenant's."""
    event = body.get("event")
    if event is None:
        return acting(body)
    return Author(_user_of(event), company(body, event))


def acting(body: Json) -> Author:
    """Who pressed, submitted or typed."""
    user = body.get("user")
    if isinstance(user, Mapping):
        return Author(need(user, "id"), text(user, "team_id"))
    return Author(need(body, "user_id"), text(body, "team_id"))


def _user_of(event: Json) -> str:
    direct = id_of(event.get("user")) or text(event, "user_id")
    if direct:
        return direct
    inner = event.get("message") or event.get("previous_message") or {}
    return text(inner, "user") if isinstance(inner, Mapping) else ""


def company(body: Json, event: Json) -> str:
    """The author's company as far as an event says: ``""`` where nobody does."""
    named = text(event, "user_team") or text(event, "team")
    if not named:
        return "" if body.get("is_ext_shared_channel") is not False else tenant_key(body).team_id
    if named.startswith("E") and event.get("type") != "app_mention":
        return _team_in_organisation(body, named)
    return named


def _team_in_organisation(body: Json, enterprise: str) -> str:
    """The envelope often knows which workspace of the organisation it was."""
    if body.get("enterprise_id") == enterprise:
        return text(body, "team_id") or enterprise
    if body.get("context_enterprise_id") == enterprise:
        return text(body, "context_team_id") or enterprise
    return enterprise
