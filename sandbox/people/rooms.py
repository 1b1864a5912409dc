"""What people do with channels: open, join, invite, leave, share; and with their status."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox import deeds, shapes
from sandbox.people.part import Part, slack_permitting
from sandbox.people.refusals import NotAllowed
from sandbox.world import Channel, User


class Rooms(Part):
    """Channels, membership, status."""

    def create_channel(
        self, user: str, name: str, *, is_private: bool = False, members: Sequence[str] = ()
    ) -> Channel:
        """Open a channel with some people (the app by its name, too)."""
        creator = self._person(user)
        if creator.is_restricted:
            raise NotAllowed("user_is_restricted", "Guests cannot create channels.")
        invited = [self.senses.user(member) for member in members]
        _refuse_strangers(invited, [creator.team_id])
        plan = deeds.Plan(name.removeprefix("#"), is_private, tuple(u.id for u in invited))
        with slack_permitting():
            return deeds.create_channel(self.world, plan, creator=creator)

    def message_with(self, user: str, *others: str) -> Channel:
        """Open the DM with others; there is one for each set of people."""
        person = self._person(user)
        members = [person.id, *(self.senses.user(other).id for other in others)]
        return deeds.open_conversation(self.world, members)[0]

    def join(self, user: str, channel: str) -> None:
        """Walk into a public channel."""
        person, place = self._person(user), self.senses.channel(channel)
        if not self.senses.may_join(person, place):
            raise NotAllowed("channel_not_found", f"{person.name} cannot join {channel} unasked.")
        with slack_permitting():
            deeds.join(self.world, place, person)

    def leave(self, user: str, channel: str) -> None:
        """Walk out of a channel."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        with slack_permitting():
            deeds.leave(self.world, place, person)

    def invite(self, user: str, channel: str, guest: str) -> None:
        """Bring somebody, or the app, into a channel."""
        host, invited = self._person(user), self.senses.user(guest)
        place = self.senses.place(host, channel)
        _refuse_strangers([invited], place.team_ids)
        with slack_permitting():
            deeds.join(self.world, place, invited, inviter=host)

    def kick(self, user: str, channel: str, guest: str) -> None:
        """Put somebody, or the app, out of a channel."""
        host, removed = self._person(user), self.senses.user(guest)
        place = self.senses.place(host, channel)
        with slack_permitting():
            deeds.leave(self.world, place, removed, by=host)

    def rename(self, user: str, channel: str, name: str) -> None:
        """Give a channel another name."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        with slack_permitting():
            deeds.rename(self.world, place, name.removeprefix("#"), by=person)

    def archive(self, user: str, channel: str) -> None:
        """Close a channel for good, or until somebody opens it again."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        with slack_permitting():
            deeds.archive(self.world, place, by=person)

    def unarchive(self, user: str, channel: str) -> None:
        """Open an archived channel again."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        with slack_permitting():
            deeds.unarchive(self.world, place, by=person)

    def share_with(self, user: str, channel: str, team: str, *, accept: bool = True) -> None:
        """Invite a company by Slack Connect; unless ``accept``, the invitation stays open."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        company = self._company(team)
        with slack_permitting():
            if accept:
                deeds.share(self.world, place, company, by=person)
            else:
                deeds.start_share(self.world, place, company, by=person)

    def unshare(self, user: str, channel: str, team: str) -> None:
        """Disconnect a company from a channel."""
        person = self._person(user)
        place = self.senses.place(person, channel)
        with slack_permitting():
            deeds.unshare(self.world, place, self._company(team), by=person)

    def set_status(self, user: str, text: str, emoji: str = "") -> None:
        """Say how one is: "On holiday" with ":palm_tree:"; empty words clear it."""
        person = self._person(user)
        person.status_text, person.status_emoji = text, emoji
        person.updated = int(self.world.clock.time())
        self.world.touch("user", user=person.id)
        viewer = self.world.users[self.senses.app.bot_user]
        shown = shapes.user(self.world, person, viewer=viewer)
        for kind in ("user_change", "user_status_changed"):
            event = {"type": kind, "user": shown, "cache_ts": person.updated}
            event["event_ts"] = f"{self.world.clock.time():.6f}"
            self.world.emit(event, team=person.team_id)

    def _company(self, name: str) -> str:
        """A team's id, by id, name or domain."""
        for team in self.world.teams.values():
            if name.lower() in {team.id.lower(), team.name.lower(), team.domain}:
                return team.id
        known = ", ".join(team.domain for team in self.world.teams.values())
        raise NotAllowed("team_not_found", f"There is no company {name!r}, only {known}.")


def _refuse_strangers(invited: Sequence[User], team_ids: Sequence[str]) -> None:
    """Only people of the connected companies can be brought in; others come by Slack Connect."""
    for user in invited:
        if user.team_id not in team_ids:
            hint = f"{user.name} is of another company: share the channel first."
            raise NotAllowed("user_not_found", hint)
