"""Files coming in and going away; sharing one is posting a message that carries it."""

from __future__ import annotations

from sandbox.world import File, Json, User, World


def upload(world: World, *, user: User, name: str, content: bytes, mimetype: str) -> File:
    """Keep a file that nobody sees yet: ``post`` takes its id in ``files``. Emits file_created."""
    file = File(
        id=world.new_id("F"),
        name=name,
        mimetype=mimetype,
        content=content,
        user=user.id,
        created=int(world.clock.time()),
    )
    world.files[file.id] = file
    tell_of_file(world, file)
    return file


def tell_of_file(world: World, file: File) -> None:
    """Emit file_created."""
    event: Json = {"type": "file_created", "file_id": file.id, "file": {"id": file.id}}
    world.emit(event | {"event_ts": world.event_ts()}, team=world.users[file.user].team_id)


def delete_file(world: World, file: File, *, by: User) -> None:
    """Erase a file everywhere. Emits file_deleted."""
    file.deleted, file.content = True, b""
    world.touch("file", file=file.id)
    event: Json = {"type": "file_deleted", "file_id": file.id, "channel_ids": list(file.channels)}
    world.emit(event | {"event_ts": world.event_ts()}, team=by.team_id)
