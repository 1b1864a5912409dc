"""A thread that is tracked late: all that was said in it before is taken in, judged by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.errors import ThreadFact
from bot.ids import new_id
from bot.rules import access, catchup, intake
from bot.rules.catchup import Told
from bot.slack import history
from bot.slack.gateway import Gateway
from bot.usecases.inputs import Said
from bot.usecases.work import Work, tenant
from storage import catchup as counted
from storage import inbox, messages, texts, threads
from storage.records.channels import Channel
from storage.records.messages import End, Message, Side
from storage.unit import Unit

FACTS_BESIDE_AUTHORS = 3  # the channel, the agents, and once more


async def told(gateway: Gateway, around: ThreadFact) -> tuple[Told, ...]:
    """All that Slack shows of the thread around a message, oldest first. Raises as the gateway.

    Whether a reply's ts brings the whole thread or the reply alone is not to be relied on
    (FACTS 8), so a thread without its first message is asked for by that.
    """
    channel = around.slack_channel
    found = await _replies(gateway, channel, around.ts)
    first = str(found[0].get("thread_ts") or "") if found else ""
    if first and all(each.get("ts") != first for each in found):
        found = await _replies(gateway, channel, first) or found
    return tuple(history.all_told(channel, found))


async def _replies(gateway: Gateway, channel: str, ts: str) -> list[Mapping[str, Any]]:
    return await gateway.pages("conversations.replies", "messages", channel=channel, ts=ts)


def lacks(thread: Sequence[Told]) -> int:
    """How many facts taking it in may lack."""
    return len({each.said.author for each in thread}) + FACTS_BESIDE_AUTHORS


def take_in(unit: Unit, around: ThreadFact, thread: Sequence[Told], now: datetime) -> None:
    """Keep what of it we do not know. Raises Unknown for its authors and the channel."""
    work = Work(unit, tenant(unit), 0, now)
    here, ts = work.channel(around.slack_channel), around.ts
    for each in thread:
        _keep(work, here, each)
    first = thread[0].said.thread_ts if thread else ""
    threads.mark(unit, here.id, {ts, first or ts}, now)


def _keep(work: Work, channel: Channel, each: Told) -> None:
    said, team = each.said, work.tenant.team
    known = messages.by_ts(work.unit, channel.id, said.ts)
    is_nothing = each.is_tombstone or each.is_unreadable
    if is_nothing or (known is not None and not _lacks_words(known)):
        return
    if access.is_own_bot(said.bot_id, said.app_id, said.author, team):
        return
    message = _message(work, channel, each)
    if message.text_id is not None:
        texts.put(work.unit, message.text_id, message.text)
    if known is None:
        messages.add(work.unit, message)
        _count(work, message, said)
    else:
        messages.save(work.unit, known, replace(message, id=known.id, version=known.version))


def _lacks_words(known: Message) -> bool:
    """A mere place, or what was said where nothing is kept before somebody attaches the thread."""
    is_place = known.reason == "gone" and known.deleted_at is None
    return is_place or (known.reason == "elsewhere" and known.deleted_at is None)


def _count(work: Work, message: Message, said: Said) -> None:
    """Count it in Slack's own number of that day, which left out what was said before we came.

    What a comparison found is in that number already, and in the inbox.
    """
    if inbox.progress_by_key(work.unit, said.dedupe_key()) is None:
        day, at = catchup.day_of(said.at), message.said_at
        counted.one_more(work.unit, message.channel_id, day=day, said_at=at)


def _message(work: Work, channel: Channel, each: Told) -> Message:
    said = each.said
    author = work.person(said.author) if said.author and not said.bot_id else None
    return Message(
        workspace_id=work.workspace_id,
        id=new_id(),
        channel_id=channel.id,
        ts=said.ts,
        thread_ts=said.thread_ts if said.is_reply else "",
        author_id=author.id if author else None,
        side=Side.OTHER,
        end=End.IGNORED,
        reason=intake.no_words(said, work.tenant.team) or intake.BEFORE,
        said_at=said.at,
        text_id=new_id() if said.text else None,
        text=said.text,
        files=said.files,
        edited_at=catchup.moment(each.stamp) if each.stamp else None,
        edit_stamp=each.stamp,
    )
