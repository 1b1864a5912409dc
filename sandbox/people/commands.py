"""What people call the app with: slash commands and shortcuts."""

from __future__ import annotations

from sandbox.people import payloads
from sandbox.people.part import SILENT, Part, slack_permitting
from sandbox.people.refusals import NotAllowed
from sandbox.people.typed import escape, person_named
from sandbox.world import Channel, Json, User

_FAILED = '{command} failed with the error "{{error}}"'


class Commands(Part):
    """Commands and shortcuts: for members of the app's workspace only (slack/FACTS.md §5, §6)."""

    async def command(
        self,
        user: str,
        channel: str,
        command: str,
        text: str = "",
        *,
        thread_ts: str | None = None,
    ) -> Json:
        """Send "/ticket" with its words. What the app says in its ack is shown and given back.

        Raises ``NotAllowed``: invalid_command (also for outsiders), no_commands_in_threads.
        """
        person = self._person(user)
        place = self._conversation(person, channel)
        spec = self._spec(person, command)
        if thread_ts is not None:
            hint = f"{command} is not supported in threads. Sorry!"
            raise NotAllowed("no_commands_in_threads", hint)
        words = self._words(person, text, should_escape=bool(spec.get("should_escape")))
        payload = self._command(person, place, command) | {"text": words}
        outcome = await self._delivery.ask("slash_commands", payload)
        answer = self._must_answer(outcome, silent=_FAILED.format(command=command)).answer
        if any(answer.get(key) for key in ("text", "blocks", "attachments")):
            with slack_permitting():
                self._responses.show(place, person, answer)
        return answer

    def _command(self, person: User, place: Channel, command: str) -> Json:
        return payloads.command(self.world, self.senses.app, person, place) | {
            "command": command,
            "response_url": self._responses.mint(place, person),
            "trigger_id": self.world.triggers.mint(person.id),
        }

    def _spec(self, person: User, command: str) -> Json:
        """The manifest's entry of a command."""
        app = self.senses.app
        known: list[Json] = app.manifest.get("features", {}).get("slash_commands", [])
        spec = next((one for one in known if one["command"] == command), None)
        if spec is None or person.team_id != app.team_id:
            raise NotAllowed("invalid_command", f"{command} is not a valid command.")
        return spec

    def _words(self, person: User, text: str, *, should_escape: bool) -> str:
        """The words with & < > escaped; @names become ``<@U…|name>`` only with should_escape."""
        if not should_escape:
            return escape(text.strip())
        return " ".join(self._live(person, word) for word in text.split())

    def _live(self, person: User, word: str) -> str:
        named = person_named(self.world, word[1:], by=person) if word.startswith("@") else None
        return f"<@{named.id}|{named.name}>" if named else escape(word)

    async def shortcut(
        self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> None:
        """Choose a shortcut: from the menu of the message ``ts``, or without one from anywhere."""
        person = self._person(user)
        kind = "message" if ts else "global"
        self._check_shortcut(person, callback_id, kind=kind)
        payload = self._shortcut(person, callback_id, kind=kind)
        if channel is not None and ts is not None:
            payload |= self._on_message(person, channel, ts)
        outcome = await self._delivery.ask("interactive", payload)
        self._must_answer(outcome, silent=SILENT)

    def _shortcut(self, person: User, callback_id: str, *, kind: str) -> Json:
        app, team = self.senses.app, self.world.teams[self.senses.app.team_id]
        type_ = "message_action" if kind == "message" else "shortcut"
        payload = payloads.about(self.world, app, person, kind=type_, team=team)
        return payload | {
            "action_ts": f"{self.world.clock.time():.6f}",
            "callback_id": callback_id,
            "trigger_id": self.world.triggers.mint(person.id),
        }

    def _on_message(self, person: User, channel: str, ts: str) -> Json:
        place = self._conversation(person, channel)
        message = self.senses.message(place, ts)
        spot = payloads.on_message(self.world, place, message)
        return {
            "channel": spot["channel"],
            "message": spot["message"],
            "message_ts": ts,
            "response_url": self._responses.mint(place, person, message=message),
        }

    def _check_shortcut(self, person: User, callback_id: str, *, kind: str) -> None:
        app = self.senses.app
        if person.team_id != app.team_id:
            hint = f"{person.name} is not of the app’s workspace and has no shortcuts."
            raise NotAllowed("no_such_shortcut", hint)
        known: list[Json] = app.manifest.get("features", {}).get("shortcuts", [])
        ids = [shortcut["callback_id"] for shortcut in known if shortcut["type"] == kind]
        if callback_id not in ids:
            hint = f"There is no {kind} shortcut {callback_id!r}, only: {', '.join(ids) or 'none'}."
            raise NotAllowed("no_such_shortcut", hint)
