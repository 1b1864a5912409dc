"""files.*: the v2 way of uploading, and what is told of files."""

from __future__ import annotations

import mimetypes

from sandbox import deeds, shapes
from sandbox.api.call import Call, invalid
from sandbox.api.chat import read_thread
from sandbox.api.content import read_blocks, stored_text
from sandbox.refused import Refused
from sandbox.world import Channel, File, Json

UPLOAD_MOST = 1_000_000_000
SHARES_MOST = 100


def get_upload_url(call: Call) -> Json:
    """Step one: a place to send the bytes to, and the id the file will have."""
    length = call.number("length")
    if length <= 0:
        raise invalid("must be greater than 0 [json-pointer:/length]")
    if length > UPLOAD_MOST:
        raise Refused("file_upload_size_restricted")
    name = call.text("filename")
    file = File(
        id=call.world.new_id("F"),
        name=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=b"",
        user=call.bot.id,
        created=int(call.world.clock.time()),
        complete=False,
        awaited=length,
    )
    call.world.files[file.id] = file
    return {"upload_url": f"{call.world.address}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """Step three: name the files and, if a channel is given, post them there.

    The answer has no ts and no shares: sharing is asynchronous in Slack (FACTS 8).
    """
    given = call.structure("files")
    if not isinstance(given, list) or not given:
        raise invalid("must be a non-empty array [json-pointer:/files]")
    files = [_uploaded(call, item) for item in given]
    channels = [_share_channel(call, channel_id) for channel_id in _share_ids(call)]
    for file in files:
        file.complete = True
        deeds.tell_of_file(call.world, file)
    for channel in channels:
        _share(call, channel, files)
    return {"files": [{"id": file.id, "title": file.title or file.name} for file in files]}


def _uploaded(call: Call, item: object) -> File:
    """A file whose bytes have come, with its title; else file_not_found."""
    facts = item if isinstance(item, dict) else {}
    file = call.world.files.get(str(facts.get("id")))
    if file is None or file.complete or len(file.content) != file.awaited:
        raise Refused("file_not_found")
    file.title = str(facts.get("title") or "")
    return file


def _share_ids(call: Call) -> list[str]:
    found = [call.text("channel_id")] if call.given("channel_id") else call.listed("channels")
    if len(found) > SHARES_MOST:
        raise Refused("channels_limit_exceeded")
    return found


def _share_channel(call: Call, channel_id: str) -> Channel:
    """Where to share: the bot must be in it."""
    channel = call.world.channels.get(channel_id)
    if channel is None or channel.is_archived:
        raise Refused("channel_not_found")
    if call.bot.id not in channel.members:
        raise Refused("channel_not_found" if channel.is_private else "not_in_channel")
    return channel


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    draft = deeds.Draft(
        text=stored_text(call.text("initial_comment")),
        blocks=read_blocks(call) or [],
        files=tuple(file.id for file in files),
        thread_ts=read_thread(call, channel),
    )
    deeds.post(call.world, channel, call.bot, draft)


def info(call: Call) -> Json:
    """One file; also the way to learn of those in Slack Connect channels (FACTS 5)."""
    return {
        "file": shapes.file(call.world, visible_file(call)),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def visible_file(call: Call) -> File:
    """A file of the bot's own or shared where the bot is; file_not_found or file_deleted."""
    file = call.world.files.get(call.text("file"))
    if file is None or not file.complete or not _may_see(call, file):
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    return file


def _may_see(call: Call, file: File) -> bool:
    shared = (call.world.channels[channel_id] for channel_id in file.channels)
    return file.user == call.bot.id or any(call.bot.id in c.members for c in shared)


def list_all(call: Call) -> Json:
    """The files the bot may see, by channel or person, newest first; pages by number."""
    channel, user = call.given("channel"), call.given("user")
    found = [
        file
        for file in reversed(call.world.files.values())
        if file.complete and not file.deleted and _may_see(call, file)
        if channel in (None, *file.channels) and user in (None, file.user)
    ]
    count, number = call.number("count", 100), call.number("page", 1)
    shown = found[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(found), "page": number}
    paging["pages"] = -(-len(found) // count)
    return {"files": [shapes.file(call.world, file) for file in shown], "paging": paging}


def delete(call: Call) -> Json:
    """Erase an own file."""
    file = visible_file(call)
    if file.user != call.bot.id:
        raise Refused("cant_delete_file")
    deeds.delete_file(call.world, file, by=call.bot)
    return {}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": info,
    "files.list": list_all,
    "files.delete": delete,
}
