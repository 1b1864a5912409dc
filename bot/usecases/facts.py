"""Facts that Slack told us, written down so that steps can go on; "not found" is a fact, too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.ids import new_id
from storage import channels, people
from storage.records.channels import Channel
from storage.records.people import Person
from storage.unit import Unit

Json = Mapping[str, Any]


def person(unit: Unit, slack_id: str, told: Json | None, at: datetime) -> None:
    """Keep what users.info told of somebody; None: there is no such user for us."""
    known = people.by_slack(unit, slack_id)
    fresh = known or Person(unit.workspace_id, new_id(), slack_id, team_id="")
    fresh = replace(fresh, is_found=told is not None, fetched_at=at)
    people.put(unit, fresh if told is None else _described(fresh, told))


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
    )


def channel(unit: Unit, slack_id: str, told: Json | None, *, company: str, at: datetime) -> None:
    """Keep what conversations.info told of a channel; None: it is not to be seen by us."""
    known = channels.by_slack(unit, slack_id)
    fresh = known or Channel(unit.workspace_id, new_id(), slack_id, name="")
    fresh = replace(fresh, is_found=told is not None, fetched_at=at)
    unseen = replace(fresh, is_member=False)
    channels.put(unit, unseen if told is None else _told_channel(fresh, told, company))


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


def agents(unit: Unit, slack_ids: Collection[str], at: datetime) -> None:
    """Keep who the agents are."""
    people.put_agents(unit, slack_ids, at)
