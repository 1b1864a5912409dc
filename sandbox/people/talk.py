"""What people do with messages: say, edit, delete, react, read."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox import deeds
from sandbox.people.part import Part, slack_permitting
from sandbox.people.refusals import NotAllowed
from sandbox.people.typed import read
from sandbox.world import Message, User


@dataclass(frozen=True)
class Attachment:
    """A file somebody adds to a message."""

    name: str
    content: bytes

    @property
    def mimetype(self) -> str:
        """What Slack takes the file for, by its name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


class Talk(Part):
    """Messages and reactions."""

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Sequence[Attachment] = (),
        broadcast: bool = False,
    ) -> Message:
        """Write into a channel, thread or DM ("@ana"); ``text`` is as typed, with @names and links.

        Raises ``NotAllowed``: not_in_channel, is_archived, no_text, thread_not_found, is_a_command.
        """
        author = self._person(user)
        place = self._conversation(author, channel)
        _check_sendable(text, files)
        typed = read(self.world, text, by=author)
        draft = deeds.Draft(
            text=typed.text,
            blocks=typed.blocks,
            files=tuple(self._upload(author, file) for file in files),
            thread_ts=thread_ts,
            broadcast=broadcast,
        )
        with slack_permitting():
            return deeds.post(self.world, place, author, draft)

    def _upload(self, author: User, file: Attachment) -> str:
        kept = deeds.upload(
            self.world, user=author, name=file.name, content=file.content, mimetype=file.mimetype
        )
        return kept.id

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change an own message. The same words again change nothing and tell nobody."""
        author = self._person(user)
        place = self._conversation(author, channel)
        message = self.senses.own_message(author, place, ts)
        typed = read(self.world, text, by=author)
        if not typed.text.strip():
            raise NotAllowed("no_text", "To empty a message, delete it.")
        if typed.text == message.text:
            return
        deeds.edit(self.world, message, by=author, text=typed.text, blocks=typed.blocks)

    def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete an own message."""
        author = self._person(user)
        place = self._conversation(author, channel)
        deeds.delete(self.world, self.senses.own_message(author, place, ts), by=author)

    def unfurl(self, channel: str, ts: str) -> None:
        """Let Slack add a preview: message_changed with the same words (slack/FACTS.md §4)."""
        place = self.senses.channel(channel)
        message = self.senses.message(place, ts)
        preview = {
            "id": 1,
            "fallback": "A page",
            "title": "A page",
            "from_url": "https://a.example",
        }
        author = self.senses.user(message.user or self.senses.app.bot_user)
        deeds.edit(self.world, message, by=author, attachments=[preview], mark=False)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add an emoji by its name, such as "eyes"."""
        person = self._person(user)
        place = self._conversation(person, channel)
        message = self.senses.message(place, ts)
        with slack_permitting():
            deeds.react(self.world, message, user=person, name=name.strip(":"))

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take an own emoji back."""
        person = self._person(user)
        place = self._conversation(person, channel)
        message = self.senses.message(place, ts)
        with slack_permitting():
            deeds.unreact(self.world, message, user=person, name=name.strip(":"))

    def mark_read(self, user: str, channel: str, ts: str | None = None) -> None:
        """Have read a conversation up to ``ts``, or to its end."""
        person = self._person(user)
        place = self._conversation(person, channel)
        deeds.mark_read(self.world, place, person, ts or place.last_ts)

    def dismiss(self, user: str, ephemeral_id: str) -> None:
        """Put away a message that only they see."""
        deeds.hush(self.world, self.senses.ephemeral(self._person(user), ephemeral_id))


def _check_sendable(text: str, files: Sequence[Attachment]) -> None:
    """Refuse what Slack's message field would not send as a message."""
    if not text.strip() and not files:
        raise NotAllowed("no_text", "Slack sends no empty messages.")
    if text.startswith("/"):
        raise NotAllowed("is_a_command", "Words after a / are a command: use `command`.")
