"""What a trouble means in plain words, how to mend it, and by what it is known to be over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records.channels import Channel
from storage.records.trouble import Trouble

SOONEST, LATEST = timedelta(minutes=1), timedelta(minutes=10)
"""Between two looks whether it is mended. Slack's events and a start let us look at once."""

POSTING = "chat.postMessage"
QUIET = 2 * SOONEST
"""Longer than the inbox waits before it asks again for a fact that Slack has refused."""
AGAIN = LATEST
"""What comes back so soon after its end is the same trouble still."""
GROUPS, MEMBERS = "usergroups.users.list", "conversations.members"
TELL_STAFF = frozenset({GROUPS, MEMBERS})
"""Slack's methods that tell who the agents are."""
USER_INFO, CHANNEL_INFO, REPLIES = "users.info", "conversations.info", "conversations.replies"
HISTORY, OWN_CHANNELS = "conversations.history", "users.conversations"
TELL_MISSED = frozenset({HISTORY, OWN_CHANNELS})
"""Slack's methods that tell what was written while nobody listened, and where."""
TELLING = TELL_STAFF | TELL_MISSED | {USER_INFO, CHANNEL_INFO, REPLIES}
"""Slack's methods that tell facts: no post waits for one of them, so none shows its end."""
SEEN_FROM_OUTSIDE = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
"""Codes whose end Slack tells when asked about the channel; of others only a post knows."""


WAITS = (
    "Nothing is lost: what is to be said there waits and goes out by itself once that is mended."
)
_AS_BEFORE = (
    "Nothing is lost: who was on the team when Slack told last still is."
    " It is asked again by itself."
)
_UNTOLD = (
    "Nothing is lost: messages wait of which I cannot learn who wrote them, or where,"
    " and are taken in by themselves once that is mended."
)
_UNHEARD = (
    "Nothing is lost: what was written while I did not listen is still in Slack,"
    " and is looked for once that is mended."
)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Plain sentences: what is wrong, what to do about it, and how things go on until then."""

    wrong: str
    mend: str
    meanwhile: str = WAITS


_INVITE = "Invite me there again with /invite."
_PERMIT = "Let apps post there, in the channel’s settings under Posting permissions."
_ASK_ADMIN = "Ask an admin of the Slack workspace to allow the app there."
_CHANNEL: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("I am no longer in {where}.", _INVITE),
    "channel_not_found": ("I was removed from {where}, or it was deleted.", _INVITE),
    "is_archived": ("{where} is archived.", "Unarchive it if it is still needed."),
    "restricted_action": ("Posting in {where} is restricted.", _PERMIT),
    "restricted_action_read_only_channel": ("{where} is read-only for me.", _PERMIT),
    "restricted_action_thread_only_channel": ("{where} takes replies in threads only.", _PERMIT),
    "restricted_action_non_threadable_channel": ("{where} takes no replies in threads.", _PERMIT),
    "posting_to_channel_denied": ("Posting in {where} is denied.", _PERMIT),
    "ekm_access_denied": (
        "Your organisation has suspended the keys of {where}.",
        "Ask those who manage your Enterprise Key Management.",
    ),
}
_REINSTALL = (
    "Install the app again from its settings, put the Bot User OAuth Token into SLACK_BOT_TOKEN,"
    " and restart."
)
_INSTALLATION: Mapping[str, tuple[str, str]] = {
    "app_uninstalled": ("The app was removed from Slack.", _REINSTALL),
    "tokens_revoked": ("The app’s token was revoked.", _REINSTALL),
    "token_revoked": ("The app’s token was revoked.", _REINSTALL),
    "account_inactive": ("The app’s account in Slack was switched off.", _REINSTALL),
    "token_expired": (
        "The app’s token has expired.",
        f"Leave token rotation off for this app. {_REINSTALL}",
    ),
    "invalid_auth": ("Slack does not know the app’s token.", _REINSTALL),
    "not_authed": ("There is no token.", _REINSTALL),
    "not_allowed_token_type": (
        "The token is not a bot’s.",
        "Put the one that begins with xoxb- into SLACK_BOT_TOKEN, and restart.",
    ),
    "team_access_not_granted": (
        "The organisation has not given the app to this workspace.",
        "An admin of the organisation can add it there.",
    ),
}
_ANY_INSTALLATION = (
    "Slack lets the app do nothing here.",
    "Ask an admin of the Slack workspace to allow the app again.",
)
_OUT_OF_SERVICE = (
    "Slack has taken {method} out of service.",
    "Install a newer version of the desk.",
)
_METHOD: dict[str, tuple[str, str]] = {
    "missing_scope": (
        "Slack does not let me use {method}: the app lacks a scope.",
        "app.py check names it: add it under OAuth & Permissions, and install the app again.",
    ),
    "no_such_subteam": (
        "A user group of my settings was disabled in Slack, or deleted.",
        "Enable it again, or name another (AGENTS_USERGROUP and its like) and restart.",
    ),
    "plan_upgrade_required": (
        "Slack does not let me use {method} on its present plan.",
        "Change the plan; or leave AGENTS_USERGROUP and its like empty, and restart.",
    ),
    "method_deprecated": _OUT_OF_SERVICE,
    "deprecated_endpoint": _OUT_OF_SERVICE,
}
_PAGER: dict[str, tuple[str, str]] = {
    "pager_unset": (
        "The outside pager calls nobody: this machine does not know its address.",
        "Give PAGER_URL and PAGER_SECRET to each machine that runs the desk, and restart.",
    ),
    "pager_unreachable": (
        "The outside pager calls nobody: it does not answer.",
        "See whether it runs; app.py check says more. It is tried again by itself.",
    ),
    "pager_refused": (
        "The outside pager calls nobody: it refuses our calls.",
        "Compare PAGER_URL and PAGER_SECRET with what it expects; app.py pager test tries them.",
    ),
    "pager_inside": (
        "The outside pager calls nobody: its address leads into a private network.",
        "Correct PAGER_URL, or set PAGER_PRIVATE=true if that is where it lies.",
    ),
}
_ANY_METHOD = (
    "Slack does not let me use {method}, for a reason that I do not know.",
    "It is tried again by itself. If it stays so, ask an admin of the Slack workspace.",
)


def remedy(trouble: Trouble, channel: str = "") -> Remedy:
    """What to tell people; ``channel`` is the name of the one in trouble, without #."""
    if trouble.is_of_installation:
        found = _INSTALLATION.get(trouble.code, _ANY_INSTALLATION)
    elif trouble.method:
        found = (_METHOD | _PAGER).get(trouble.code, _ANY_METHOD)
    else:
        found = _CHANNEL.get(trouble.code, ("Slack does not let me post in {where}.", _ASK_ADMIN))
    where = f"#{channel}" if channel else "a channel"
    wrong, mend = (words.format(where=where, method=trouble.method) for words in found)
    return Remedy(wrong[:1].upper() + wrong[1:], mend, _meanwhile(trouble))


def _meanwhile(trouble: Trouble) -> str:
    if trouble.method in TELL_STAFF:
        return _AS_BEFORE
    if trouble.method in TELL_MISSED:
        return _UNHEARD
    return _UNTOLD if trouble.method in TELLING else WAITS


def remedy_of(code: str) -> Remedy:
    """The same of an outside pager that has not taken a call."""
    return Remedy(*_PAGER[code])


def silences(trouble: Trouble) -> bool:
    """True when nothing can be posted anywhere, so that nobody can be told of it in Slack."""
    return trouble.is_of_installation or trouble.method == POSTING


def may_deafen(trouble: Trouble) -> bool:
    """True when Slack may have kept words from us for it, and not only refused our own."""
    return not trouble.method or trouble.method in TELLING


def is_seen(trouble: Trouble) -> bool:
    """True when Slack can be asked whether it is mended; else only the next try tells."""
    return trouble.is_of_installation or trouble.code in SEEN_FROM_OUTSIDE


def seems_mended(trouble: Trouble, channel: Channel | None) -> bool:
    """Whether Slack, asked just now, shows nothing of it: worth a try, and no proof.

    What answers our questions may refuse our posts all the same. Of a token it is enough that it
    was not refused.
    """
    return trouble.is_of_installation if channel is None else is_open(channel)


def is_open(channel: Channel) -> bool:
    """Whether we are in it and could write there, by what Slack has shown of it."""
    return channel.is_found and channel.is_member and not channel.is_archived


def is_quiet(trouble: Trouble, now: datetime) -> bool:
    """Whether Slack's good words may be believed where no post is kept back to prove them.

    Not as long as questions are refused for it, or answers to one person, which nothing keeps.
    """
    return trouble.channel_id is not None or trouble.met_at + QUIET <= now


def is_the_same(ended: Trouble, code: str, now: datetime) -> bool:
    """True when what is met now is no new trouble, but this one, told as mended too soon."""
    return ended.code == code and ended.ended_at is not None and now < ended.ended_at + AGAIN


def next_look(trouble: Trouble, now: datetime) -> datetime:
    """Ever later, for what is not mended within the hour will hardly be within the minute."""
    return now + min(max(SOONEST, (now - trouble.began_at) / 4), LATEST)
