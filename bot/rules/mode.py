"""How a channel is tracked: which channel and mode somebody means, and whether that can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from bot.errors import Refused
from bot.rules import access
from storage.records.channels import Channel, Role
from storage.records.workspaces import DeskSettings, Mode

INHERIT = "inherit"

MEANING = MappingProxyType(
    {
        Mode.AUTO: "every message of customers becomes a ticket, but for kind words",
        Mode.COMMUNITY: "every question of anybody but the agents becomes a ticket",
        Mode.ON_DEMAND: "only what somebody asks for becomes a ticket:"
        " with :ticket:, by calling me, from a message’s menu, or by the form",
        Mode.OFF: "nothing becomes a ticket; tickets that are open go on",
    }
)
"""What each mode does, as the rest of a sentence."""

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
_NAME = re.compile(r"#([^\s<>]+)")
_SYNONYMS = MappingProxyType(
    {
        "ondemand": Mode.ON_DEMAND,
        "demand": Mode.ON_DEMAND,
        "on demand": Mode.ON_DEMAND,
        "manual": Mode.ON_DEMAND,
        "automatic": Mode.AUTO,
        "on": Mode.AUTO,
        "all": Mode.AUTO,
        "public": Mode.COMMUNITY,
        "none": Mode.OFF,
        "never": Mode.OFF,
    }
)
_DEFAULTS = frozenset({INHERIT, "default", "inherited", "reset"})
_USAGE = "`/desk mode #channel on-demand`"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``channel`` is Slack's id, ``name`` a mere name; both ``""`` for where somebody stands."""

    channel: str
    name: str
    mode: Mode | None


def parse(text: str) -> Wanted:
    """``#channel on-demand`` in either order; inherit is None. Refused with the choices."""
    channel, name, word = named(text)
    return Wanted(channel, name, mode_of(word))


def named(text: str) -> tuple[str, str, str]:
    """The channel's id or name, and what else is said. Raises Refused for several channels."""
    ids = _CHANNEL.findall(text)
    rest = _CHANNEL.sub(" ", text)
    names = _NAME.findall(rest)
    if len(ids) + len(names) > 1:
        raise Refused("One channel at a time, please.")
    word = " ".join(_NAME.sub(" ", rest).split()).casefold().strip(".,!`'\"")
    return next(iter(ids), ""), next(iter(names), ""), word


def mode_of(word: str) -> Mode | None:
    """The mode of that name, None for to inherit. Raises Refused with what there is."""
    said = word.removeprefix("to ").strip()
    if said in _DEFAULTS:
        return None
    if said in _SYNONYMS:
        return _SYNONYMS[said]
    choices = [*Mode, INHERIT]
    if said in choices:
        return Mode(said)
    near = get_close_matches(said, choices, n=1)
    such = f"Did you mean `/desk mode {near[0]}`? " if near else ""
    raise Refused(f"{such}A mode is one of: {', '.join(choices)}; such as {_USAGE}.")


def check(channel: Channel, settings: DeskSettings) -> None:
    """Refused where customers never are, whatever mode was wanted."""
    if not channel.is_found or not channel.is_member:
        raise Refused("I am not in that channel. Invite me there with `/invite`, then try again.")
    if channel.is_direct:
        raise Refused("A direct message is no channel. Say which one: " + _USAGE + ".")
    if access.role_of(channel, settings) in (Role.TRIAGE, Role.TECH, Role.DIGEST):
        raise Refused("That is one of the team’s own channels. No customer writes there.")
    if channel.is_archived:
        raise Refused("That channel is archived: nobody can write there.")


def told(channel: Channel, settings: DeskSettings) -> str:
    """How the channel is tracked now, as a sentence."""
    mode = access.mode_of(channel, settings)
    if channel.mode is None:
        return f"#{channel.name} follows the default, which is *{mode}*: {MEANING[mode]}."
    return f"#{channel.name} is *{mode}* now: {MEANING[mode]}."


def answers(channel: Channel) -> str:
    """Whether the desk answers there by itself, as a sentence."""
    if channel.answers:
        return (
            f"In #{channel.name} I answer by myself, from public articles and only where I am"
            " sure; the team sees every question all the same."
        )
    return f"In #{channel.name} I do not answer by myself: the team does."
