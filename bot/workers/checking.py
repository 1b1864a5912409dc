"""Proves a real installation, line by line: each is in order, or says how to mend it."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SendFailed
from bot.knowledge import folder as files
from bot.rules.trouble import remedy_of
from bot.slack.gateway import Gateway, NotSent, Paused, RateLimited, Unsure
from bot.slack.openid import NotProven, SignIn
from bot.usecases import trouble
from bot.workers.opening import CHANNELS, CannotOpen, Seed, channel_ids, usergroup_ids
from bot.workers.paging import NotHeard, Pager
from storage import workspaces
from storage.cipher import Cipher, WrongKey
from storage.engine import is_there, open_engine, to_read
from storage.errors import in_short
from storage.lag import prove
from storage.migrate import Newer, is_current
from storage.records.people import TeamRole

MOST_SKEW_SECONDS = 30  # Slack's signatures are good for five minutes (FACTS 1)
AWAY = (NotSent, Unsure, RateLimited)
UNREACHABLE = (*AWAY, Paused, SendFailed)
_REINSTALL = (
    "take the Bot User OAuth Token from your app’s OAuth page,"
    " where the app can be installed again if it was removed"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, whether it is in order, what was found or is to be done."""

    what: str
    is_ok: bool
    words: str


def fine(what: str, words: str) -> Finding:
    """Found in order."""
    return Finding(what, is_ok=True, words=words)


def amiss(what: str, words: str) -> Finding:
    """Found wrong; ``words`` say how to mend it."""
    return Finding(what, is_ok=False, words=words)


async def findings(
    client: AsyncWebClient, app_token: str, seed: Seed, scopes: Collection[str]
) -> AsyncIterator[Finding]:
    """All that can be asked of Slack; stops early where nothing further could succeed."""
    way = Gateway(client)
    try:
        headers, who = await way.headed("auth.test", {})
    except UNREACHABLE as error:
        what = "Slack" if isinstance(error, AWAY) else "bot token"
        yield amiss(what, _because(error, _REINSTALL))
        return
    yield fine("bot token", f"{who.get('user')} in {who.get('team')}")
    yield clock(headers.get("Date", ""), time.time())
    yield _scopes(headers.get("x-oauth-scopes", ""), scopes)
    if app_token:
        yield await _socket(client, app_token)
    for name in CHANNELS:
        if told := getattr(seed, name):
            yield await _channel(way, name, told)
    for role in TeamRole:
        if role is TeamRole.AGENT or _group(seed, role):
            yield await _people(way, seed, role)


def clock(date: str, now: float) -> Finding:
    """Slack's clock (an HTTP date) against ours (seconds since 1970)."""
    try:
        skew = now - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return fine("clock", "Slack did not tell the time")
    if abs(skew) > MOST_SKEW_SECONDS:
        way = "ahead of" if skew > 0 else "behind"
        return amiss("clock", f"{abs(skew):.0f} s {way} Slack’s: let NTP set this machine’s clock")
    return fine("clock", "agrees with Slack’s")


def database(url: str) -> Finding:
    """Whether it opens, is up to date, and takes what is written."""
    try:
        if not is_there(url):
            return _yet_to_be_made(Path(str(make_url(url).database)))
        if not is_current(url):
            return fine("database", "will be brought up to date by run")
        prove(url)
    except Newer as error:
        return amiss("database", str(error))
    except (SQLAlchemyError, OSError) as error:
        mend = "see that it runs, that DATABASE_URL is right, and that there is room on its disk"
        return amiss("database", f"cannot be written ({in_short(error)}): {mend}")
    return fine("database", "up to date, can be written")


def _yet_to_be_made(file: Path) -> Finding:
    folder = next(each for each in file.absolute().parents if each.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return amiss("database", f"{file} cannot be made: let the desk write in {folder}")
    return fine("database", "will be made by run")


def opens(url: str, cipher: Cipher | None) -> bool:
    """Whether the tokens in the database can be read, if there are any; None is no key at all."""
    try:
        if not is_there(url) or not is_current(url):
            return True
        engine = open_engine(url)
        try:
            with to_read(engine) as connection, connection.begin():
                if cipher is None:
                    return not workspaces.by_slack_id(connection)
                workspaces.installations(connection, cipher=cipher)
        finally:
            engine.dispose()
    except WrongKey:
        return False
    except (Newer, SQLAlchemyError, OSError):
        return True  # the line about the database says why
    return True


async def dashboard(sign_in: SignIn | None) -> Finding:
    """Whether managers can sign in: Slack looks at id and secret before it looks at a code."""
    if sign_in is None:
        return fine("dashboard", "not switched on; docs/dashboard.md says how")
    try:
        error = await sign_in.error_for("no-code")
    except NotProven as unreachable:
        return amiss("dashboard", f"{unreachable}. Check SLACK_API_URL and the network")
    if error in _MEND_SIGN_IN:
        return amiss("dashboard", f"Slack says {error}: {_MEND_SIGN_IN[error]}")
    return fine("dashboard", f"sign-in works if the app’s redirect URLs have {sign_in.back}")


_MEND_SIGN_IN = {
    "invalid_client_id": "take SLACK_CLIENT_ID from your app’s Basic Information",
    "bad_client_secret": "take SLACK_CLIENT_SECRET from your app’s Basic Information",
    "bad_redirect_uri": "add the address to your app under OAuth & Permissions, Redirect URLs",
}


def troubles(url: str) -> list[Finding]:
    """What the desk has met and nobody has mended yet; nothing where there is no database yet."""
    try:
        if not is_there(url):
            return []
        engine = open_engine(url)
        try:
            with to_read(engine) as connection, connection.begin():
                found = trouble.of_all(connection)
        finally:
            engine.dispose()
    except (SQLAlchemyError, OSError):
        return []  # the line about the database says why
    words = [f"{each.remedy.wrong} {each.remedy.mend}" for each in found]
    return [amiss("trouble", told) for told in words]


async def pager(outside: Pager) -> Finding:
    """Whether the outside pager can be reached; a look wakes nobody."""
    try:
        status = await outside.look()
    except NotHeard as error:
        told = remedy_of(str(error))
        return amiss("pager", f"{told.wrong} {told.mend}")
    except RateLimited:
        return fine("pager", "answers; it wants no more calls just now")
    return fine("pager", f"answers ({status} to a look); `app.py pager test` sends a call")


def articles(folder: Path | None) -> list[Finding]:
    """Whether every file of the articles can be read; nothing where no folder is set."""
    if folder is None:
        return []
    found = files.read(folder)
    if not found.broken:
        return [fine("articles", f"{len(found.drafts)} in {folder}")]
    return [amiss("articles", str(each)) for each in found.broken]


def _scopes(granted: str, wanted: Collection[str]) -> Finding:
    have = {scope.strip() for scope in granted.split(",")}
    missing = sorted(set(wanted) - have)
    if missing and granted:
        mend = "add them under OAuth & Permissions and install the app again"
        return amiss("scopes", f"missing {', '.join(missing)}: {mend}")
    return fine("scopes", f"all {len(wanted)} of the manifest" if granted else "not told")


def _because(error: Exception, mend: str) -> str:
    """Why Slack gave no answer, and what to do; ``mend``: where it is for us to mend."""
    match error:
        case RateLimited():
            return f"Slack wants no more calls for {error.retry_after:g} s: check again then"
        case NotSent() | Unsure():
            again = "See SLACK_API_URL, the network and slack-status.com, then check again"
            return f"no answer ({error}). {again}"
        case _:
            return f"Slack says {error}: {mend}"


def _of_ours(error: Exception, mend: str) -> str:
    """The same of calls that need one of the manifest's scopes."""
    return _because(error, "mend the scopes first" if str(error) == "missing_scope" else mend)


async def _socket(client: AsyncWebClient, app_token: str) -> Finding:
    own = AsyncWebClient(app_token, client.base_url, session=client.session)
    try:
        await Gateway(own).call("apps.connections.open", {})
    except UNREACHABLE as error:
        mend = "make an app-level token with connections:write, and switch Socket Mode on"
        return amiss("Socket Mode", _because(error, mend))
    return fine("Socket Mode", "can be opened")


async def _channel(way: Gateway, name: str, told: str) -> Finding:
    what = name.replace("_", " ")
    try:
        found = (await channel_ids(way, [told])).get(told, told)
        channel = (await way.read("conversations.info", {"channel": found}))["channel"]
    except CannotOpen as error:
        return amiss(what, str(error))
    except UNREACHABLE as error:
        return amiss(what, f"{told}: {_of_ours(error, 'invite the bot there, or correct it')}")
    if channel.get("is_archived"):
        return amiss(what, f"#{channel.get('name')} is archived: unarchive it, or choose another")
    if not channel.get("is_member"):
        return amiss(what, f"the bot is not in #{channel.get('name')}: /invite it there")
    is_shared = channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
    if is_shared and name != "public_channel":
        return amiss(what, f"#{channel.get('name')} is shared with customers: choose another")
    return fine(what, f"#{channel.get('name')}")


def _group(seed: Seed, role: TeamRole) -> str:
    """The usergroup whose members have that role, ``""`` when none is set."""
    told: str = getattr(seed, f"{role}s_usergroup")
    return told


async def _people(way: Gateway, seed: Seed, role: TeamRole) -> Finding:
    """Somebody must be able to press buttons; a group that was set is to have somebody in it."""
    what = f"{role}s"
    try:
        if group := _group(seed, role):
            return _counted(what, await _of_group(way, group), group)
        count = await _of_triage(way, seed.triage_channel)
    except CannotOpen as error:
        return amiss(what, str(error))
    except UNREACHABLE as error:
        return amiss(what, _of_ours(error, "correct the setting, or leave it empty"))
    return _counted(what, count, f"{seed.triage_channel}, besides the bot")


async def _of_group(way: Gateway, told: str) -> int:
    group = (await usergroup_ids(way, [told]))[told]
    answer = await way.read("usergroups.users.list", {"usergroup": group})
    return len(answer.get("users", ()))


async def _of_triage(way: Gateway, told: str) -> int:
    channel = (await channel_ids(way, [told])).get(told, told)
    members = await way.pages("conversations.members", "members", channel=channel)
    return len(members) - 1


def _counted(what: str, count: int, where: str) -> Finding:
    if count < 1:
        return amiss(what, f"nobody in {where}: add your {what}")
    return fine(what, f"{count} in {where}")
