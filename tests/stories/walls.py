"""What must be true whatever people did: the walls, the books, pictures that equal the state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from bot.acts import ACTS, by_name
from bot.rules.access import Who
from bot.usecases.tell import DONE_BEFORE, NEEDLESS
from sandbox.world import Message, View
from storage.books import by_day
from storage.channels import channel_table
from storage.history import change_table
from storage.inbox import inbox
from storage.messages import message_table
from storage.outbox import outbox
from storage.people import person_table
from storage.replies import reply_table
from storage.texts import text
from storage.tickets import ticket_table
from storage.unit import Unit
from storage.workspaces import read_settings, setting_table
from tests.stories import past
from tests.stories.crowd import CUSTOMER_CHANNELS, TOKEN, Crowd, Said, shown
from tests.stories.roles import Roles
from tests.stories.stage import Stage

# Words of the desk's inside: none of them stands in what the desk says to customers by itself.
INSIDE = re.compile(
    r"\b(our turn|turn|triage|internal|owner|normal|low|high|snoozed|nobody yet)\b", re.IGNORECASE
)
NAMES = {"acme-harbour": "Acme|Carla|Omar", "globex-harbour": "Globex|Zoe", "help": "Kim"}
SIDES = {"acme-harbour": "acme", "globex-harbour": "globex", "help": "help"}
BY_AGENTS = frozenset({"take", "assign", "wait", "priority", "not-a-request", "resolve"})
BY_AGENTS |= {"snooze", "wake", "tag", "category", "merge", "absorb", "unmerge", "release"}
BY_AGENTS |= {"link", "unlink", "duplicate", "attach", "detach"}
BY_THOSE_WHO_ASKED = frozenset({"solved", "unsolved", "urgent"})
UNNEEDED = frozenset({DONE_BEFORE, NEEDLESS})
OWN_WORDS = frozenset({"receipt", "solved", "urgent", "nudge", "goes-on"})
FOR_CUSTOMERS = frozenset({"form:urgent", "form:ask"})
# What colleagues who are no agents fill in, such as a specialist's answer: what it is for.
FOR_COLLEAGUES = {
    f"form:{act.form}": act.who
    for act in ACTS
    if act.form and act.who in (Who.STAFF, Who.SPECIALIST)
}
NO_WORDS = frozenset({"tombstone", "channel_join", "group_join", "channel_leave", "group_leave"})
QUOTING_STAFF = frozenset({"reply", "opening"})

DONE = "done: "  # and the act: what an Input came to

Row = Any


@dataclass
class Seen:
    """The database in one moment, as plain rows."""

    tickets: dict[int, Row]
    messages: list[Row]
    changes: list[Row]
    posts: list[Row]
    replies: list[Row]
    people: dict[int, Row]
    channels: dict[str, int]
    failed: list[Row]
    words: list[Row]
    booked: int
    acted: list[Row]
    roles: Roles
    stale: list[str] = field(default_factory=list)


def read(unit: Unit) -> Seen:
    """All of one workspace."""

    def rows(table: Table) -> list[Row]:
        return [*unit.connection.execute(select(table).order_by(table.c.id))]

    versions = unit.connection.execute(select(setting_table).order_by(setting_table.c.version))
    return Seen(
        tickets={row.id: row for row in rows(ticket_table)},
        messages=rows(message_table),
        changes=rows(change_table),
        posts=rows(outbox),
        replies=rows(reply_table),
        people={row.id: row for row in rows(person_table)},
        channels={row.name: row.id for row in rows(channel_table)},
        failed=[row for row in rows(inbox) if row.progress == "failed"],
        words=rows(text),
        booked=sum(line.count for line in by_day(unit)),
        acted=[row for row in rows(inbox) if DONE in row.outcome],
        roles=Roles([(row.at, read_settings(row.version, row.body).staff) for row in versions]),
    )


async def look(stage: Stage) -> Seen:
    """The database as it is now."""
    return await stage.program.desk.read(stage.program.workspace_id, read)


class Walls:
    """Each ``_…`` check yields sentences about what is wrong; ``faults`` gathers them all."""

    def __init__(self, stage: Stage, crowd: Crowd, seen: Seen) -> None:
        self.stage = stage
        self.crowd = crowd
        self.seen = seen
        channels = stage.slack.world.channels.values()
        said = [(c, m) for c in channels for m in c.messages.values() if m.bot_id]
        standing = [(c, m) for c, m in said if m.app_id and m.subtype not in NO_WORDS]
        self.bot = [message for channel, message in standing if not channel.is_im]
        self.direct = [(c.members, message) for c, message in standing if c.is_im]
        self.by_nonce = {post.nonce: post for post in seen.posts}

    def faults(self) -> list[str]:
        """All that is wrong."""
        checks = (
            self._each_message_has_one_end,
            self._nothing_stands_twice,
            self._one_card_that_tells_the_state,
            self._one_receipt_where_due,
            self._no_inside_word_outside,
            self._no_word_of_another_company,
            self._no_word_of_what_was_deleted,
            self._nobody_acts_out_of_role,
            self._history_explains_the_present,
            self._each_picture_is_fresh,
        )
        return [fault for check in checks for fault in check()]

    def _each_message_has_one_end(self) -> Iterator[str]:
        for row in self.seen.failed:
            yield f"inbox row failed: {row.kind} {row.key} {row.outcome}"
        rows = [row for row in self.seen.messages if not is_mere_place(row)]
        if self.seen.booked != len(rows):
            yield f"{self.seen.booked} in the books, {len(rows)} rows"
        for name in CUSTOMER_CHANNELS:
            yield from self._ends_in(name)

    def _ends_in(self, name: str) -> Iterator[str]:
        written = {said.ts for said in self.crowd.said.values() if said.channel == name}
        channel_id = self.seen.channels.get(name)
        rows = [
            each
            for each in self.seen.messages
            if each.channel_id == channel_id and not is_mere_place(each)
        ]
        found = Counter(row.ts for row in rows)
        yield from (f"{name}: {ts} has {found[ts]} ends" for ts in written if found[ts] != 1)
        ours = {post.ts for post in self.seen.posts if post.ts}
        for row in rows:
            if row.ts not in written | ours and not row.ts.startswith("form:"):
                yield f"{name}: nobody wrote {row.ts} ({row.end} {row.reason})"
            if row.end in ("opened", "joined") and row.ticket_id is None:
                yield f"{name}: {row.ts} is {row.end}, but of no ticket"

    def _nothing_stands_twice(self) -> Iterator[str]:
        nonces = Counter(nonce_of(message) for message in self.bot)
        for nonce, count in nonces.items():
            post = self.by_nonce.get(nonce)
            if post is None:
                yield f"nobody announced the post {nonce!r}"
            elif count > 1:
                yield f"{post.kind} of {post.ticket_id} stands {count} times"
        for post in self.seen.posts:
            if post.state == "failed" and not self._had_no_thread(post):
                yield f"{post.kind} of {post.ticket_id} was given up: {post.error}"

    def _had_no_thread(self, post: Row) -> bool:
        """The team hears that its reply has nowhere to stand: the customer took the words back."""
        is_reply = post.kind == "reply" and post.error == "cannot_reply_to_message"
        return is_reply and not self._has_thread(self.seen.tickets[post.ticket_id])

    def _standing(self, kind: str) -> dict[int, list[Message]]:
        """Messages by ticket, of one kind of notice."""
        found: dict[int, list[Message]] = {id_: [] for id_ in self.seen.tickets}
        for message in self.bot:
            post = self.by_nonce.get(nonce_of(message))
            if post is not None and post.kind == kind:
                found[post.ticket_id].append(message)
        return found

    def _is_open(self, kind: str, ticket_id: int) -> bool:
        return any(
            post.kind == kind
            and post.ticket_id == ticket_id
            and post.state in ("waiting", "sending")
            for post in self.seen.posts
        )

    def _one_card_that_tells_the_state(self) -> Iterator[str]:
        for ticket_id, cards in self._standing("card").items():
            ticket = self.seen.tickets[ticket_id]
            if self._is_open("card", ticket_id):
                continue
            if len(cards) != 1:
                yield f"#{ticket.number} has {len(cards)} cards"
                continue
            told = shown(cards[0])
            for word in self._told_by_card(ticket):
                if word not in told:
                    yield f"the card of #{ticket.number} does not say {word!r}: {told[:900]}"

    def _told_by_card(self, ticket: Row) -> Iterator[str]:
        yield f"#{ticket.number}"
        yield str(ticket.status).capitalize()
        if ticket.status in ("resolved", "closed"):
            yield f"as {ticket.resolution}"
            return
        if ticket.status != "snoozed":
            yield "our turn" if ticket.turn == "ours" else "the customer’s turn"
        yield str(ticket.priority.value).capitalize()
        owner = self.seen.people[ticket.owner_id] if ticket.owner_id else None
        yield f"<@{owner.slack_id}>" if owner else "nobody yet"
        yield from self._opening_words(ticket)

    def _opening_words(self, ticket: Row) -> Iterator[str]:
        """The newest token of the message that opened it."""
        row = next(m for m in self.seen.messages if m.id == ticket.opening_id)
        names = {key: name for name, key in self.seen.channels.items()}
        said = self.crowd.said.get((names[row.channel_id], row.ts))
        if said is not None and said.tokens and said.tokens[-1] and not said.is_gone:
            yield said.tokens[-1]

    def _one_receipt_where_due(self) -> Iterator[str]:
        for ticket_id, receipts in self._standing("receipt").items():
            ticket = self.seen.tickets[ticket_id]
            if len(receipts) > 1:
                yield f"#{ticket.number} has {len(receipts)} receipts"
            is_due = self._has_thread(ticket) and ticket.status not in ("resolved", "closed")
            is_due = is_due and not self._is_open("receipt", ticket_id)
            if is_due and not receipts and not self._is_needless("receipt", ticket_id):
                yield f"#{ticket.number} has no receipt"

    def _is_under_way(self, message: Message) -> bool:
        """Slack has not taken what it is to show by now."""
        post = self.by_nonce.get(nonce_of(message))
        return post is not None and post.state in ("waiting", "sending")

    def _is_needless(self, kind: str, ticket_id: int) -> bool:
        """It was dropped because it came too late to be of use."""
        return any(
            post.kind == kind and post.ticket_id == ticket_id and post.error in UNNEEDED
            for post in self.seen.posts
        )

    def _has_thread(self, ticket: Row) -> bool:
        """Slack lets nobody answer below a message that was taken back."""
        place = (ticket.channel_id, ticket.thread_ts)
        gone = {(m.channel_id, m.ts) for m in self.seen.messages if m.deleted_at}
        return bool(ticket.thread_ts) and place not in gone

    def _no_inside_word_outside(self) -> Iterator[str]:
        for name, message in self._outside():
            told = shown(message)
            if "notezq" in told:
                yield f"a note stands in {name}: {told[:300]}"
            post = self.by_nonce.get(nonce_of(message))
            found = INSIDE.search(told) if post is not None and post.kind in OWN_WORDS else None
            if found:
                yield f"{found[0]!r} stands in {name}: {told[:600]}"

    def _no_word_of_another_company(self) -> Iterator[str]:
        for name, message in self._outside():
            told = shown(message)
            for other, names in NAMES.items():
                if other != name and re.search(rf"\b({names})\b|\b{SIDES[other]}zq", told):
                    yield f"{name} reads of {other}: {told[:300]}"
        yield from self._private_words()

    def _is_asked_to_help(self, members: Collection[str], message: Message) -> bool:
        """A colleague without a role may be pulled in for one ticket (PRODUCT 7.5)."""
        post = self.by_nonce.get(nonce_of(message))
        known = [each for each in self.seen.people.values() if each.slack_id in members]
        ours = any(each.team_id == "T0HARBOUR" and not each.is_guest for each in known)
        return post is not None and post.kind == "invitation" and ours

    def _private_words(self) -> Iterator[str]:
        """Whispers, homes and forms show tickets to agents alone, but for a call for help."""
        world = self.stage.slack.world
        agents = self.seen.roles.ever_could(Who.AGENT)
        for whisper in world.ephemerals.values():
            if whisper.user not in agents and TOKEN.search(f"{whisper.text} {whisper.blocks}"):
                yield f"{whisper.user} was whispered {whisper.text[:300]}"
        for members, message in self.direct:
            is_theirs = bool(agents & {*members}) or self._is_asked_to_help(members, message)
            if TOKEN.search(shown(message)) and not is_theirs:
                yield f"{members} were told {shown(message)[:300]}"
        for view in [*world.homes.values(), *world.views.values()]:
            if view.user not in agents and not self._may_see(view):
                yield f"{view.user} was shown {str(view.view)[:300]}"

    def _may_see(self, view: View) -> bool:
        """Whether a view is for people who are no agents."""
        form = str(view.view.get("callback_id"))
        if form in FOR_COLLEAGUES:
            return view.user in self.seen.roles.ever_could(FOR_COLLEAGUES[form])
        is_theirs = view.type != "modal" or form in FOR_CUSTOMERS
        return is_theirs and not TOKEN.search(str(view.view))

    def _outside(self) -> Iterator[tuple[str, Message]]:
        channels = self.stage.slack.world.channels
        for message in self.bot:
            if (name := channels[message.channel].name) in CUSTOMER_CHANNELS:
                yield name, message

    def _no_word_of_what_was_deleted(self) -> Iterator[str]:
        told = " ".join(shown(each) for each in self.bot if not self._is_under_way(each))
        standing, kept = {*TOKEN.findall(told)}, {*TOKEN.findall(str(self.seen.words))}
        for said in self.crowd.said.values():
            yield from _remains(said, standing, kept)

    def _nobody_acts_out_of_role(self) -> Iterator[str]:
        for change in self.seen.changes:
            if change.actor_id is None:
                continue
            ticket = self.seen.tickets[change.ticket_id]
            actor, asked = self.seen.people[change.actor_id], self.seen.people[ticket.requester_id]
            is_agent = self.seen.roles.could(actor.slack_id, Who.AGENT, change.at)
            is_asking = actor.id == asked.id or (
                actor.team_id == asked.team_id and actor.team_id != "T0HARBOUR"
            )
            if change.act in BY_AGENTS and not is_agent:
                yield f"{actor.name} did {change.act} with #{ticket.number}"
            if change.act in BY_THOSE_WHO_ASKED and not (is_agent or is_asking):
                yield f"{actor.name} said {change.act} of #{ticket.number}"
            if change.act == "answer" and (actor.team_id != "T0HARBOUR" or actor.is_guest):
                yield f"{actor.name} counts as ours in #{ticket.number}"

        yield from self._acts_of_others()

    def _acts_of_others(self) -> Iterator[str]:
        """By the table of acts; a ticket's acts are also told by its history."""
        for row in self.seen.acted:
            name = row.outcome.rpartition(DONE)[2]
            person = row.body.get("person") or row.body["author"]
            act = by_name(name)
            if act is None or not self.seen.roles.could(person, act.who, row.at):
                yield f"{person} did {name}"

    def _each_picture_is_fresh(self) -> Iterator[str]:
        yield from self.seen.stale

    def _history_explains_the_present(self) -> Iterator[str]:
        numbers = {ticket.id: ticket.number for ticket in self.seen.tickets.values()}
        for ticket in self.seen.tickets.values():
            changes = [change for change in self.seen.changes if change.ticket_id == ticket.id]
            yield from past.replayed(ticket, changes, numbers)


def is_mere_place(row: Row) -> bool:
    """A row that only says: people wrote under something there that was not theirs."""
    return row.reason == "gone" and not row.deleted_at


def nonce_of(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("id", ""))


def _remains(said: Said, standing: set[str], kept: set[str]) -> Iterator[str]:
    """Deleted words are nowhere; an older wording is shown nowhere."""
    tokens = [token for token in said.tokens if token]
    if said.is_gone:
        yield from (f"{token} was deleted but is shown" for token in tokens if token in standing)
        yield from (f"{token} was deleted but is kept" for token in tokens if token in kept)
    else:
        older = tokens if said.tokens and not said.tokens[-1] else tokens[:-1]
        yield from (f"{token} was edited but is shown" for token in older if token in standing)
