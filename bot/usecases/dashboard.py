"""Who may look at the dashboard: leads and managers, asked anew with every page."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules import access
from bot.rules.access import Who
from bot.usecases import look
from bot.usecases.work import Work
from storage import people, sessions
from storage.records.people import Person
from storage.records.sessions import Session
from storage.unit import Unit

STAYS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, at which workspace."""

    workspace_id: int
    workspace: str
    person: Person


def admitted(unit: Unit, slack_id: str, now: datetime) -> Viewer:
    """Somebody whom Slack has proven to be that user.

    Raises Refused with a sentence for them, Unknown when Slack has to be asked who that is.
    """
    work = look.working(unit, now)
    access.may(work.person(slack_id), Who.LEAD, work.team, None)
    return _viewer(work, work.person(slack_id))


def begin(unit: Unit, viewer: Viewer, *, attempt: str, at: datetime) -> str:
    """A session of 12 h from ``at`` on, machine time; the secret that the browser is to keep.

    Raises Refused for an attempt to sign in that was used before.
    """
    secret = secrets.token_urlsafe(32)
    ends, begun_by = at + STAYS, hashed(attempt)
    if sessions.has_begun(unit, begun_by):
        raise Refused("You have signed in with that page already. Please sign in anew.")
    person_id = viewer.person.id
    session = Session(viewer.workspace_id, hashed(secret), person_id, begun_by, at, ends)
    sessions.begin(unit, session)
    return secret


def end(unit: Unit, secret: str) -> None:
    """Whoever holds that secret is out."""
    sessions.end(unit, hashed(secret))


def viewer(unit: Unit, secret: str, *, at: datetime, now: datetime) -> Viewer | None:
    """Who holds that secret, if they may still look; ``at`` is machine time, ``now`` desk time.

    Raises Unknown when Slack has to be asked (again) who that is, or who does what.
    """
    session = sessions.live(unit, hashed(secret), at)
    known = people.by_id(unit, session.person_id) if session else None
    if known is None:
        return None
    work = look.working(unit, now)
    person = work.person(known.slack_id)
    if not work.tenant.installation.is_active:
        return None
    return _viewer(work, person) if access.is_one_of(person, Who.LEAD, work.team) else None


def _viewer(work: Work, person: Person) -> Viewer:
    return Viewer(work.workspace_id, work.tenant.workspace.name, person)


def hashed(secret: str) -> str:
    """What is stored of a secret of 32 random bytes: no need to make guessing slow."""
    return hashlib.sha256(secret.encode()).hexdigest()
