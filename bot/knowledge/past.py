"""What this process knows of a workspace's past tickets: found by their words, and sorted by kind.

It lives in memory and follows the database; what it finds is looked up there before it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from bot.knowledge import fresh, terms
from bot.knowledge.confidence import Calibration
from bot.knowledge.passages import Found, Passage
from storage import messages, suggestions, tickets
from storage.records.suggestions import Suggestion, Told
from storage.suggestions import Past
from storage.unit import Unit

if TYPE_CHECKING:  # big ones, and a process is to start without them
    from bot.knowledge.category import Guess, Sorter
    from bot.knowledge.library import Library
    from bot.knowledge.meaning import Meaning
    from bot.knowledge.wordindex import WordIndex

MOST_TICKETS = 10_000
MOST_LEARNT = 3_000
FEWEST_LEARNT = 20  # tickets with a category: of fewer there is nothing to learn
AT_ONCE = 250
MOST_OUTCOMES, NEW_OUTCOMES = 300, 10
FEWEST_STEMS, SAME = 4, 0.6
LONGEST = 600  # characters of a request that tell what it is about
END = 2**63 - 1
_MARKED = re.compile(r"<(?:[@#!][^>|]*|[^>|]*)(?:\|([^>]*))?>|:[\w+'-]+:")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}


@dataclass(frozen=True, slots=True)
class Alike:
    """A ticket that asks the like; ``confidence`` from 0.0 to 1.0."""

    ticket_id: int
    confidence: float


def _empty_index() -> WordIndex:
    from bot.knowledge.wordindex import WordIndex  # noqa: PLC0415

    return WordIndex()


def _empty_sorter() -> Sorter:
    from bot.knowledge.category import Sorter  # noqa: PLC0415

    return Sorter()


@dataclass(slots=True)
class Memory:
    """Of one workspace, used on one thread at a time.

    ``newest`` is the key up to which tickets were looked at, ``oldest`` that of the oldest that is
    known; between the keys of each pair in ``unread`` are some that are not, the latest pair last.
    The database is read in steps of a few, for others wait for it, too. Beyond ``most`` the oldest
    are forgotten.
    """

    index: WordIndex | Library = field(default_factory=_empty_index)
    newest: int = 0
    oldest: int = END
    unread: list[tuple[int, int]] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    sorter: Sorter = field(default_factory=_empty_sorter)
    labels: tuple[int, int] = (0, 0)
    calibration: Calibration = field(default_factory=Calibration)
    outcomes: int = 0
    most: int = MOST_TICKETS
    step: int = AT_ONCE

    def follow(self, unit: Unit) -> bool:
        """Take in some of what is new, else of what is older; False when all is known."""
        if self._take_in(unit, self.newest, END):
            return True
        self._leave_old()
        if not self.unread:
            return False
        self._take_in(unit, *self.unread.pop())
        self._leave_old()
        return bool(self.unread)

    def _take_in(self, unit: Unit, after: int, before: int) -> bool:
        """The latest between two keys; those that are left for later are unread."""
        found = suggestions.past(unit, after=after, before=before, most=self.step)
        if not found:
            return False
        if len(found) == self.step:
            self.unread.append((after, found[-1].ticket_id))
        self.index.add(_passage(each) for each in found)
        self.known.update(each.ticket_id for each in found)
        self.newest = max(self.newest, found[0].ticket_id)
        self.oldest = min(self.oldest, found[-1].ticket_id)
        self._let_go()
        return True

    def _leave_old(self) -> None:
        """What is older than all that is known need not be read once that is enough."""
        if len(self.known) >= self.most:
            self.unread = [each for each in self.unread if each[1] > self.oldest]

    def _let_go(self) -> None:
        """Of the oldest what is too many; not before that is a quarter, for it costs a merge."""
        if len(self.known) <= self.most * 5 // 4:
            return
        known = sorted(self.known)
        gone, self.oldest = known[: -self.most], known[-self.most]
        self.index.remove(map(str, gone))
        self.known.difference_update(gone)

    @property
    def waiting(self) -> int:
        """How many tickets have no meaning yet, where they are to have any."""
        return int(getattr(self.index, "waiting", 0))

    def absorb(self, most: int) -> int:
        """Learn what some of them mean; how many those were."""
        return cast("Library", self.index).absorb(most) if self.waiting else 0

    def calibrate(self, unit: Unit) -> None:
        """Let what became of earlier suggestions say how sure later ones are."""
        known = suggestions.outcomes(unit, most=MOST_OUTCOMES)
        if len(known) < self.outcomes + NEW_OUTCOMES:
            return
        self.outcomes = len(known)
        fresh.calibrate(unit, Calibration().fitted(_judged(unit, known)))

    def alike(self, words: str, *, most: int, only: Collection[int] | None = None) -> list[Alike]:
        """Tickets with such words, of these channels or of all, the likest first."""
        marks = None if only is None else [_mark(each) for each in only]
        found = self.index.search(words, limit=most, only=marks)
        return [Alike(int(each.id), self.calibration.confidence([each])) for each in found]

    def forget(self, ticket_ids: Iterable[int]) -> None:
        """Those have no words any more."""
        if gone := [str(each) for each in ticket_ids]:
            self.index.remove(gone)

    def guess(self, words: str) -> Guess | None:
        """Which category it is; None before there was enough to learn from."""
        return next(iter(self.sorter.guesses([words])), None) if self.sorter.categories else None

    def is_outdated(self, unit: Unit) -> bool:
        """True when people have sorted tickets since it learned."""
        return suggestions.labels(unit, after=self.oldest) != self.labels

    def examples(self, unit: Unit) -> list[tuple[str, str]]:
        """What there is to learn from, the oldest first: words and the category people gave."""
        self.labels = suggestions.labels(unit, after=self.oldest)
        found: list[Past] = []
        before = END
        while len(found) < MOST_LEARNT:
            page = suggestions.past(unit, after=self.oldest - 1, before=before, most=AT_ONCE)
            if not page:
                break
            found += [each for each in page if each.category]
            before = page[-1].ticket_id
        return [(spoken(each.text), each.category) for each in reversed(found)]


def by_meaning(meaning: Meaning) -> Memory:
    """An empty one, whose tickets are found and sorted by meaning as well."""
    from bot.knowledge.category import Sorter  # noqa: PLC0415
    from bot.knowledge.library import Library  # noqa: PLC0415
    from bot.knowledge.meaning import Remembering  # noqa: PLC0415

    remembering = Remembering(meaning)
    return Memory(Library(_empty_index(), remembering), sorter=Sorter(remembering))


def _judged(unit: Unit, known: Sequence[Suggestion]) -> Iterator[tuple[Found, bool]]:
    """What search finds first for those questions today, and whether that was right.

    Where people refused what was offered, or it did not help, it is wrong; of another one that
    comes first today nothing is known.
    """
    for each in known:
        ticket = tickets.by_id(unit, each.id)
        opening = messages.by_id(unit, ticket.opening_id) if ticket else None
        if opening is None or opening.deleted_at or not opening.text:
            continue
        found, _ = fresh.search(unit, spoken(opening.text), limit=1)
        if not found:
            continue
        first = int(found[0].id)
        right = each.sent_id or (each.answer_id if each.told is Told.SOLVED else None)
        wrong = {*map(int, each.articles), each.answer_id}
        if right is not None or first in wrong:
            yield found[0], first == right


def spoken(text: str) -> str:
    """Slack's mrkdwn as words alone; of a long text the beginning."""
    bare = _MARKED.sub(lambda found: f" {found[1] or ''} ", text)
    return fresh.plain(_ENTITY.sub(lambda found: _SIGNS[found[1]], bare))[:LONGEST].strip()


def says_the_same(words: str, other: str) -> bool:
    """True for two that share most of their words, however rare those are among all tickets."""
    one, two = {*terms.stems(words)}, {*terms.stems(other)}
    return len(one) >= FEWEST_STEMS and len(one & two) >= SAME * len(one | two)


def _passage(past: Past) -> Passage:
    return Passage(str(past.ticket_id), spoken(past.text), marks=(_mark(past.channel_id),))


def _mark(channel_id: int) -> str:
    return f"c={channel_id}"
