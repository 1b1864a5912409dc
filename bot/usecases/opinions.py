"""What ``/csat`` shows: how satisfied customers are, by account, agent, category and week."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.errors import Refused
from bot.rules import access, ballots, scores
from bot.rules.scores import Score
from bot.usecases import look, profile
from bot.usecases.inputs import Acted
from bot.usecases.work import Work
from storage import channels, csat, people, recovery
from storage.records.accounts import Account
from storage.records.channels import Channel
from storage.records.csat import Poll, PollCount
from storage.records.people import Person
from storage.unit import Unit

SPANS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
USUAL = "quarter"
MOST_LINES = 8
MOST_VOICES = 5
EPOCH = date(1970, 1, 1)
HELP = (
    "`/csat` shows the last quarter, `/csat month` (or week, year) another span, `/csat account"
    " acme` one account with what people wrote. `/csat send 12` asks about a ticket now."
    " `/csat off #acme` and `/csat on #acme` switch polls of a channel, `/csat settings` says when"
    " and how often customers are asked. The score is the share of 4 and 5 among all votes; the"
    " range behind it is where it lies with 95 % confidence (Wilson). A vote counts on the day on"
    " which it was asked for, in UTC."
)


@dataclass(frozen=True, slots=True)
class Group:
    """Scores of one kind: ``lines`` are names with scores; ``more`` did not fit in."""

    title: str
    lines: tuple[tuple[str, Score], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """What somebody wrote beside a vote, with the ticket's number and link."""

    poll: Poll
    person: Person | None
    number: int
    link: str

    @property
    def comment(self) -> str:
        """The words, Slack's mrkdwn."""
        return ballots.bare(self.poll.comment)


@dataclass(frozen=True, slots=True)
class OpinionScene:
    """How satisfied customers were from ``since`` to ``until``; ``help`` is all there is if said.

    ``account`` is the one that was asked for, None for all; ``to_do`` counts what is to be made
    good.
    """

    since: datetime
    until: datetime
    total: Score
    groups: tuple[Group, ...] = ()
    voices: tuple[Voice, ...] = ()
    account: Account | None = None
    to_do: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed: a span in days, and an account's name, ``""`` for the channel's own."""

    days: int
    is_account: bool = False
    name: str = ""


def read(words: str) -> Question:
    """What ``month``, ``account acme`` or nothing asks for. Raises Refused with what there is."""
    first, _, rest = words.strip().partition(" ")
    said = first.casefold().removesuffix("s").strip(".,!")
    if not said:
        return Question(SPANS[USUAL])
    if said in SPANS and not rest.strip():
        return Question(SPANS[said])
    if said in ("account", "customer", "company"):
        return Question(SPANS[USUAL], is_account=True, name=rest.strip())
    raise Refused(f"I do not know that. {HELP}")


def shown(unit: Unit, item: Acted, now: datetime) -> OpinionScene:
    """The answer to ``/csat``. Raises Refused, also where customers could look on; Unknown."""
    look.authorised(unit, item.person, item.act, None)
    words = item.fields.get("words", "") or item.text
    if words.strip().casefold() in ("help", "?"):
        return OpinionScene(now, now, Score(), help=HELP)
    asked, work = read(words), look.working(unit, now)
    since = now - timedelta(days=asked.days)
    here = item.place.channel
    if asked.is_account:
        found = profile.meant(unit, account_id=None, word=asked.name, here=here)
        return _of_account(work, found, since, now)
    profile.check_place(work, channels.by_slack(unit, here) if here else None, None)
    return _of_all(work, item.person, since, now)


def _of_all(work: Work, person: str, since: datetime, until: datetime) -> OpinionScene:
    counts = csat.counts(work.unit, since, until)
    known = channels.many(work.unit, {each.channel_id for each in counts})
    owners = people.many(work.unit, {each.owner_id for each in counts if each.owner_id})
    is_lead = access.is_one_of(work.person(person), access.Who.LEAD, work.team)
    mine = [each for each in counts if is_lead or _is(owners.get(each.owner_id or 0), person)]
    whose = {key: _customer(work, each) for key, each in known.items()}
    groups = (
        _group("By account", counts, lambda each: whose[each.channel_id]),
        _group("By agent" if is_lead else "You", mine, lambda each: _name(owners, each.owner_id)),
        _group("By category", counts, lambda each: each.category or "No category"),
        _weeks(counts),
    )
    said = csat.voices(work.unit, since, until, channel_ids=known, most=MOST_VOICES)
    return OpinionScene(
        since,
        until,
        scores.total(counts),
        tuple(group for group in groups if group.lines),
        tuple(_voice(work, each) for each in said) if is_lead else (),
        to_do=len(recovery.to_do(work.unit, most=100)),
    )


def _is(person: Person | None, slack_id: str) -> bool:
    return person is not None and person.slack_id == slack_id


def _customer(work: Work, channel: Channel) -> str:
    account = work.account_of(channel)
    return account.name if account else channel.company or f"#{channel.name}"


def _name(owners: Mapping[int, Person], owner_id: int | None) -> str:
    person = owners.get(owner_id or 0)
    return person.name if person and person.name else "Nobody’s tickets"


def _group(title: str, counts: Sequence[PollCount], key: Callable[[PollCount], str]) -> Group:
    """Those with the most votes first."""
    found = sorted(scores.by(counts, key).items(), key=lambda each: (-each[1].asked, each[0]))
    return Group(title, tuple(found[:MOST_LINES]), max(len(found) - MOST_LINES, 0))


def _weeks(counts: Sequence[PollCount]) -> Group:
    """By the Monday with which a week began, the newest first."""
    found = scores.by(counts, lambda each: _monday(each.day))
    lines = [(f"Week of {monday:%-d %b}", score) for monday, score in sorted(found.items())[::-1]]
    return Group("By week", tuple(lines[:MOST_LINES]), max(len(lines) - MOST_LINES, 0))


def _monday(day: int) -> date:
    then = EPOCH + timedelta(days=day)
    return then - timedelta(days=then.weekday())


def _of_account(work: Work, found: Account, since: datetime, until: datetime) -> OpinionScene:
    theirs = {each.id for each in channels.of_account(work.unit, found.id)}
    every = csat.counts(work.unit, since, until)
    counts = [each for each in every if each.channel_id in theirs]
    said = csat.voices(work.unit, since, until, channel_ids=theirs, most=MOST_VOICES)
    groups = (
        _group("By category", counts, lambda each: each.category or "No category"),
        _weeks(counts),
    )
    return OpinionScene(
        since,
        until,
        scores.total(counts),
        tuple(group for group in groups if group.lines),
        tuple(_voice(work, each) for each in said),
        account=found,
    )


def _voice(work: Work, poll: Poll) -> Voice:
    ticket = work.ticket(poll.ticket_id)
    link = look.permalink(work, work.channel_of(ticket), ticket.thread_ts)
    return Voice(poll, work.person_by_id(poll.asker_id), ticket.number, link)
