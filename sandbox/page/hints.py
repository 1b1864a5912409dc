"""What a newcomer may try, told to the person that they are just now."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.page.place import channels_of, people_of
from sandbox.page.reader import Reader
from sandbox.world import Channel, User, Usergroup


@dataclass(frozen=True)
class Hints:
    """A sentence about who one is, and steps."""

    lead: str
    steps: list[str]


def of(reader: Reader) -> Hints:
    """Hints for an outsider, a member of the desk's company, or a guest."""
    user = reader.user
    team = reader.world.teams.get(user.team_id)
    lead = f"You are {_first(user)} at {team.name if team else 'nowhere'}."
    app = reader.world.app
    is_inside = app is not None and app.team_id == user.team_id and not user.is_restricted
    if not is_inside:
        return Hints(lead, _outside(reader))
    return Hints(lead, _inside(reader) if _is_agent(reader) else _beside(reader))


def _is_agent(reader: Reader) -> bool:
    """Who works on cards is in a user group; where there is none, everybody may be."""
    groups = _at_work(reader)
    return not groups or any(reader.user.id in group.users for group in groups)


def _at_work(reader: Reader) -> list[Usergroup]:
    """Specialists are asked by agents, and leave the cards to them."""
    return [g for g in reader.world.usergroups.values() if g.handle != "specialists"]


def _first(user: User) -> str:
    return (user.real_name or user.name).partition(" ")[0]


def _outside(reader: Reader) -> list[str]:
    channel = next((c for c in channels_of(reader) if c.is_ext_shared), None)
    channel = channel or next((c for c in channels_of(reader) if not c.is_im), None)
    agent = _agent(reader, channel)
    return [
        f"Ask something in #{channel.name}." if channel else "Wait to be invited to a channel.",
        f"Become {_first(agent)}: click your name." if agent else "Click your name above.",
        "See the card in #triage, answer it.",
        "Come back and say thanks.",
        "Move the clock on: Next morning.",
    ]


def _inside(reader: Reader) -> list[str]:
    customer = next((u for u in people_of(reader.world) if u.team_id != reader.user.team_id), None)
    return [
        f"Take a card in {_home(reader)}.",
        "Reply: the customer sees your name.",
        "Notes in its thread stay inside.",
        f"Become {_first(customer)}: click your name." if customer else "Click your name above.",
        "Type / for the commands.",
    ]


def _beside(reader: Reader) -> list[str]:
    """A colleague reads along, but is no agent."""
    agents = [user for group in _at_work(reader) for user in group.users]
    agent = next((u for u in people_of(reader.world) if u.id in agents), None)
    return [
        f"Read the cards in {_home(reader)}.",
        "Press Take: only agents may.",
        "Write a note in a card’s thread.",
        f"Become {_first(agent)}, an agent: click your name." if agent else "Click your name.",
    ]


def _home(reader: Reader) -> str:
    private = next((c for c in channels_of(reader) if c.is_private and "triage" in c.name), None)
    return f"#{private.name}" if private else "your team’s channel"


def _agent(reader: Reader, channel: Channel | None) -> User | None:
    """Somebody of the desk whom the person meets in their channel."""
    app = reader.world.app
    members = [reader.world.users.get(m) for m in (channel.members if channel else [])]
    ours = (u for u in members if u and app and u.team_id == app.team_id and not u.is_bot)
    return next((u for u in ours if u.id != reader.user.id), None)
