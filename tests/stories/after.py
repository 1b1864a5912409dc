"""What must be true when all troubles are over and nothing moves any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from sandbox.world import Channel, Message
from storage import books, catchup, lanes
from storage.base import metadata
from storage.inbox import inbox
from storage.unit import Unit
from tests.stories.crowd import CUSTOMER_CHANNELS, TOKEN, Crowd
from tests.stories.stage import Stage
from tests.stories.walls import Row, Walls, is_mere_place, nonce_of, read

OPEN = ("waiting", "sending")


class Safe(Walls):
    """What holds at every moment, whatever is still on its way."""

    def __init__(self, stage: Stage, crowd: Crowd, unit: Unit) -> None:
        super().__init__(stage, crowd, read(unit))
        self.unit = unit

    def faults(self) -> list[str]:
        """All that is wrong."""
        checks = (
            self._nothing_failed,
            self._nothing_stands_twice,
            self._no_inside_word_outside,
            self._no_word_of_another_company,
            self._nobody_acts_out_of_role,
            self._history_explains_the_present,
            self._replies_stand_in_their_order,
            self._no_message_begins_two_tickets,
            self._what_was_acked_is_kept,
        )
        return [fault for check in checks for fault in check()]

    def _nothing_failed(self) -> Iterator[str]:
        for row in self.seen.failed:
            yield f"inbox row failed: {row.kind} {row.key} {row.outcome}"

    def _replies_stand_in_their_order(self) -> Iterator[str]:
        """In each thread of a customer, as they were written."""
        threads: dict[int, list[Row]] = {}
        for post in self.seen.posts:
            if post.kind == "reply" and post.state == "shown":
                threads.setdefault(post.ticket_id, []).append(post)
        for ticket_id, posts in threads.items():
            stamps = [post.ts for post in posts]
            if stamps != sorted(stamps):
                number = self.seen.tickets[ticket_id].number
                yield f"replies of #{number} stand in another order: {stamps}"

    def _no_message_begins_two_tickets(self) -> Iterator[str]:
        openings = Counter(ticket.opening_id for ticket in self.seen.tickets.values())
        for opening, count in openings.items():
            if count > 1:
                yield f"message {opening} began {count} tickets"
        began = {message.id for message in self.seen.messages if message.end == "opened"}
        if began - set(openings):
            yield f"{began - set(openings)} opened a ticket that is not there"

    def _what_was_acked_is_kept(self) -> Iterator[str]:
        """Words of a form, too, which nobody could catch up with. Asked once of each.

        They are in some table, if only in the answer that gave them back to their person. Of those
        that still wait to be understood it is asked again.
        """
        acked, self.crowd.acked = self.crowd.acked, {}
        missing = set(acked) - _tokens(_all_kept(self.unit)) if acked else set[str]()
        waiting = _tokens(_all_waiting(self.unit)) if missing else set[str]()
        self.crowd.acked = {token: acked[token] for token in missing & waiting}
        for token in missing - waiting:
            yield f"{token} was acked, and is lost: {acked[token]}"


class AtRest(Safe):
    """What holds when all is done: nothing is left, and Slack and books say the same."""

    def __init__(self, stage: Stage, crowd: Crowd, unit: Unit, unheard: set[str]) -> None:
        """``unheard``: ts of what was said where the bot was not."""
        super().__init__(stage, crowd, unit)
        self.unheard = unheard

    def faults(self) -> list[str]:
        """All that is wrong."""
        checks = (
            self._nothing_is_left,
            self._each_message_has_one_end,
            self._books_equal_history,
            self._one_card_that_tells_the_state,
            self._one_receipt_where_due,
            self._no_word_of_what_was_deleted,
            self._what_was_posted_is_known,
        )
        return [*super().faults(), *(fault for check in checks for fault in check())]

    def _nothing_is_left(self) -> Iterator[str]:
        for row in self.unit.execute(select(inbox).where(inbox.c.progress == "waiting")):
            yield f"still in the inbox: {row}"
        for post in self.seen.posts:
            if post.state in OPEN:
                yield f"still in the outbox: {post}"
        for reply in self.seen.replies:
            if reply.state in ("held", "sending"):
                yield f"a reply is {reply.state}: {reply}"
        for gap in catchup.open_gaps(self.unit):
            yield f"not caught up: {gap}"
        for held in self.unit.execute(select(lanes.lane).where(lanes.lane.c.holder != 0)):
            yield f"a lane is held: {held}"

    def _ends_in(self, name: str) -> Iterator[str]:
        """One for each; what was gone before anybody could tell us of it may have none."""
        for fault in super()._ends_in(name):
            ts = fault.split()[1]
            said = self.crowd.said.get((name, ts))
            may_miss = ts in self.unheard or (said is not None and said.is_gone)
            if not (may_miss and fault.endswith("has 0 ends")):
                yield fault

    def _books_equal_history(self) -> Iterator[str]:
        """Message by message, and in the sums that the desk itself shows."""
        for balance in books.balances(self.unit):
            if not balance.is_balanced:
                yield f"the books do not balance: {balance}"
        for name in CUSTOMER_CHANNELS:
            theirs = {m.ts for m in self._channel(name).messages.values() if _is_of_people(m)}
            channel_id = self.seen.channels.get(name)
            ours = {
                m.ts
                for m in self.seen.messages
                if m.channel_id == channel_id
                and not m.deleted_at
                and m.reason != "reply"
                and not is_mere_place(m)
            }
            for ts in theirs - ours - self.unheard:
                yield f"{name}: Slack has {ts}, the books do not"
            for ts in ours - theirs:
                if not ts.startswith("form:"):
                    yield f"{name}: the books have {ts}, Slack does not"

    def _channel(self, name: str) -> Channel:
        channels = self.stage.slack.world.channels.values()
        return next(each for each in channels if each.name == name)

    def _what_was_posted_is_known(self) -> Iterator[str]:
        """Each post of ours is in the outbox where Slack has it, and the other way round."""
        places = {nonce_of(message): message.ts for message in self.bot}
        for post in self.seen.posts:
            if post.delivery != "post" or post.state != "shown":
                continue
            if post.ts != places.get(post.nonce, post.ts):
                yield f"{post.kind} of {post.ticket_id} is not at {post.ts}"
            if post.shown != post.wanted:
                yield f"{post.kind} of {post.ticket_id} shows {post.shown}, not {post.wanted}"


def _tokens(rows: Iterable[Row]) -> set[str]:
    return {token for row in rows for token in TOKEN.findall(str(tuple(row)))}


def _all_kept(unit: Unit) -> Iterator[Row]:
    """What is kept for good, in whatever table: what waits in the inbox is not."""
    for table in metadata.sorted_tables:
        if table.name != inbox.name:
            yield from unit.connection.execute(select(table))


def _all_waiting(unit: Unit) -> Iterator[Row]:
    yield from unit.execute(select(inbox).where(inbox.c.progress == "waiting"))


def _is_of_people(message: Message) -> bool:
    return not message.bot_id and message.subtype in (None, "", "file_share", "thread_broadcast")
