"""Facts that Slack told us, written down so that steps can go on; "not found" is a fact, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import FileFact
from bot.ids import new_id
from bot.usecases import announce
from bot.usecases.work import Work, tenant
from storage import channels, messages, people, tickets
from storage.records.channels import Channel
from storage.records.messages import MOST_ASKED, FileRef, Message
from storage.records.people import Person, Staff
from storage.unit import Unit

Json = Mapping[str, Any]


def version_of(known: Person | Channel | None) -> int:
    """What is known before Slack is asked: an event that doubts it meanwhile raises that."""
    return known.version if known else 0


def _is_older(known: Person | Channel | None, seen: int) -> bool:
    """Somebody has written since Slack was asked: what it answered may be older than that."""
    return known is not None and known.version != seen


def person(unit: Unit, slack_id: str, told: Json | None, at: datetime, *, seen: int) -> None:
    """Keep what users.info told of somebody; None: there is no such user for us.

    ``seen`` is `version_of` whoever was known before Slack was asked; so it is below.
    """
    known = people.by_slack(unit, slack_id)
    if _is_older(known, seen):
        return
    fresh = known or Person(unit.workspace_id, new_id(), slack_id, team_id="")
    fresh = replace(fresh, is_found=told is not None, fetched_at=at)
    people.put(unit, fresh if told is None else _described(fresh, told))


def hold_person(unit: Unit, slack_id: str, at: datetime, *, seen: int) -> bool:
    """Slack refuses to tell: who is known stays as they were. False of whom nothing is known."""
    known = people.by_slack(unit, slack_id)
    if known is None or not known.is_found:
        return False
    if not _is_older(known, seen):
        people.put(unit, replace(known, fetched_at=at))
    return True


def _described(person: Person, told: Json) -> Person:
    """Externals may have their name only under ``profile`` (FACTS 5)."""
    profile = told.get("profile") or {}
    names = (profile.get("real_name"), told.get("real_name"), profile.get("display_name"))
    return replace(
        person,
        team_id=told.get("team_id") or profile.get("team") or "",
        enterprise_id=(told.get("enterprise_user") or {}).get("enterprise_id") or "",
        name=next((name for name in names if name), told.get("name") or ""),
        image=profile.get("image_192") or profile.get("image_72") or "",
        zone=told.get("tz") or person.zone,
        is_bot=bool(told.get("is_bot")),
        is_guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        is_deleted=bool(told.get("deleted")),
        status=profile.get("status_text") or "",
        status_emoji=profile.get("status_emoji") or "",
        status_until=_until(profile.get("status_expiration")),
    )


def _until(seconds: object) -> datetime | None:
    """When a status ends; Slack's 0 is never."""
    is_told = isinstance(seconds, int) and seconds > 0
    return datetime.fromtimestamp(int(str(seconds)), UTC) if is_told else None


def channel(
    unit: Unit, slack_id: str, told: Json | None, *, company: str, at: datetime, seen: int
) -> None:
    """Keep what conversations.info told of a channel; None: it is not to be seen by us."""
    called_now = str((told or {}).get("id") or slack_id)
    known = channels.by_slack(unit, slack_id)
    if _is_older(known, seen):
        return
    known = known or channels.by_slack(unit, called_now)
    fresh = known or Channel(unit.workspace_id, new_id(), slack_id, name="")
    fresh = replace(fresh, is_found=told is not None, fetched_at=at)
    unseen = replace(fresh, is_member=False)
    channels.put(unit, unseen if told is None else _told_channel(fresh, told, company))
    if called_now != slack_id:
        channels.alias(unit, slack_id, fresh.id)


def seen_shared(unit: Unit, slack_id: str) -> None:
    """Slack lists it as shared, which we did not know: ours it is not before Slack tells more."""
    known = channels.by_slack(unit, slack_id)
    if known is not None and not known.has_outsiders:
        channels.put(unit, replace(known, is_pending_ext_shared=True, fetched_at=None))


def hold_channel(unit: Unit, slack_id: str, at: datetime, *, seen: int) -> bool:
    """Slack refuses to tell: a channel that we are in stays as it was.

    False where we are not, or where somebody has begun to share it: who reads there nobody knows.
    """
    known = channels.by_slack(unit, slack_id)
    if known is None or not (known.is_found and known.is_member):
        return False
    if known.is_pending_ext_shared and not known.is_ext_shared:
        return False
    if not _is_older(known, seen):
        channels.put(unit, replace(known, fetched_at=at))
    return True


def _told_channel(channel: Channel, told: Json, company: str) -> Channel:
    return replace(
        channel,
        slack_id=told.get("id") or channel.slack_id,
        name=told.get("name") or channel.name,
        company=company,
        is_private=bool(told.get("is_private")),
        is_direct=bool(told.get("is_im") or told.get("is_mpim")),
        is_ext_shared=bool(told.get("is_ext_shared")),
        is_org_shared=bool(told.get("is_org_shared")),
        is_pending_ext_shared=bool(told.get("is_pending_ext_shared")),
        is_archived=bool(told.get("is_archived")),
        is_member=bool(told.get("is_member", True)),
    )


def staff(unit: Unit, told: Staff, at: datetime, *, doubts: int) -> None:
    """Keep who does what at the desk; ``doubts`` were there before Slack was asked."""
    people.put_staff(unit, told, at, doubts=doubts)


def file(unit: Unit, fact: FileFact, told: FileRef | None, at: datetime) -> None:
    """Keep what files.info told of a message's file and draw anew what shows it.

    None: it is not for us to see. A message that was deleted meanwhile has no files any more.
    """
    settled = told if told and told.name else FileRef(fact.slack_id, asked=MOST_ASKED)
    changed = _with_file(unit, fact, lambda _: settled)
    if changed is None or not settled.name or changed.ticket_id is None:
        return
    if ticket := tickets.by_id(unit, changed.ticket_id):
        announce.words_changed(Work(unit, tenant(unit), 0, at), ticket, changed)


def file_untold(unit: Unit, fact: FileFact) -> None:
    """Count that Slack was asked about a message's file and did not say anything of use."""
    _with_file(unit, fact, lambda file: replace(file, asked=file.asked + 1))


def _with_file(unit: Unit, fact: FileFact, become: Callable[[FileRef], FileRef]) -> Message | None:
    """The message with another account of one file, None when it does not hold that (any more)."""
    known = messages.by_id(unit, fact.message_id)
    if known is None or all(file.id != fact.slack_id for file in known.files):
        return None
    files = tuple(become(file) if file.id == fact.slack_id else file for file in known.files)
    return messages.save(unit, known, replace(known, files=files))
