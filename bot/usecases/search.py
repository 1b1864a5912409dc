"""Search: who and what the typed filters mean, and a page of what was found, for agents alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.rules import access, calendar
from bot.rules import account as rules_of_accounts
from bot.rules import search as rules
from bot.rules.search import Question
from bot.slack import mrkdwn
from bot.usecases import look, profile
from bot.usecases.scenes.ticket import TicketScene
from bot.usecases.work import Work
from storage import channels, people, search, words
from storage.records.channels import Channel
from storage.records.people import Person
from storage.records.search import Found, Hit, Piece, Sought
from storage.records.tickets import Owner
from storage.unit import Unit

PAGE = 10
MOST_LOOKS = 6  # at so many stretches of the index, each of a thousand messages or so
MOST_PEOPLE = 50
_NOBODY = frozenset({"nobody", "none", "no-one", "noone", "unassigned"})


@dataclass(frozen=True, slots=True)
class HitScene:
    """A ticket with the message that was found: who said it, and where the words stand in it."""

    scene: TicketScene
    author: Person | None
    said_at: datetime
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FoundScene:
    """A page of hits. ``older`` is where the next begins, 0 when that was all.

    ``query`` is what was typed; ``only`` names the customer whose tickets alone are shown, because
    customers are in the channel where it was asked.
    """

    query: str
    hits: tuple[HitScene, ...]
    older: int
    is_first: bool
    only: str
    now: datetime


def find(
    unit: Unit, text: str, *, by: str, here: str, older: int | None, now: datetime
) -> FoundScene:
    """What fits, the newest words first. ``by`` and ``here`` are Slack ids. Raises Refused."""
    work = look.working(unit, now)
    sought = meant(work, rules.parse(text), work.person(by))
    theirs, only = _theirs(work, here)
    if theirs is not None:
        mine = theirs if sought.channel_ids is None else set(sought.channel_ids) & set(theirs)
        sought = replace(sought, channel_ids=tuple(mine))
    found = _page(unit, sought, older)
    plain = mrkdwn.plain(sought.words)
    return FoundScene(
        query=text,
        hits=_scenes(work, found.hits, plain),
        older=found.older or 0,
        is_first=older is None,
        only=only,
        now=now,
    )


def _theirs(work: Work, here: str) -> tuple[tuple[int, ...] | None, str]:
    """The channels to which a search is bound, and what they are called: None where nobody looks.

    Customers may look over the shoulder of whoever asks in a channel of theirs.
    """
    place = channels.by_slack(work.unit, here) if here else None
    if place is None or access.role_of(place, work.settings) not in profile.CUSTOMERS:
        return None, ""
    account = work.account_of(place)
    if account is None:
        return (place.id,), f"#{place.name}"
    return tuple(each.id for each in channels.of_account(work.unit, account.id)), account.name


def _page(unit: Unit, sought: Sought, older: int | None) -> Found:
    """A full page, if a bounded look finds one: what hardly fits common words is looked for on."""
    hits: tuple[Hit, ...] = ()
    for _ in range(MOST_LOOKS):
        found = search.find(unit, sought, limit=PAGE - len(hits), older=older)
        hits, older = (*hits, *found.hits), found.older
        if older is None or len(hits) == PAGE:
            break
    return Found(hits, older)


def _scenes(work: Work, hits: Sequence[Hit], query: str) -> tuple[HitScene, ...]:
    work.ahead = look.ahead_of(work, [hit.ticket for hit in hits])
    authors = people.many(work.unit, {hit.message.author_id or 0 for hit in hits})
    return tuple(
        HitScene(
            look.scene(work, hit.ticket),
            authors.get(hit.message.author_id or 0),
            hit.message.said_at,
            words.snippet(look.with_names(work.unit, hit.message).text, query),
        )
        for hit in hits
    )


def meant(work: Work, asked: Question, by: Person) -> Sought:
    """What is sought. Raises Refused for whoever and whatever is not known."""
    zone = calendar.zone_named(by.zone)
    return Sought(
        words=mrkdwn.plain(asked.words),
        author_ids=_authors(work, asked.of("from"), by),
        channel_ids=_channels(work, asked),
        statuses=rules.statuses(asked.of("status")),
        category=rules.category(asked.of("category"), work.settings.categories),
        before=rules.day("before", asked.of("before"), work.at, zone),
        since=rules.day("since", asked.of("since"), work.at, zone),
        owners=_owners(work, asked.of("owner"), by),
        priorities=rules.priorities(asked.of("priority")),
        tag=rules.tag(asked.of("tag")),
    )


def _authors(work: Work, said: Collection[str], by: Person) -> tuple[int, ...] | None:
    if not said:
        return None
    return tuple(_ids(each for word in said for each in _people(work, "from", word, by)))


def _owners(work: Work, said: Collection[str], by: Person) -> tuple[int | Owner, ...] | None:
    if not said:
        return None
    nobody = [Owner.NOBODY] if any(word.casefold() in _NOBODY for word in said) else []
    named = [word for word in said if word.casefold() not in _NOBODY]
    owners = _ids(each for word in named for each in _people(work, "owner", word, by))
    return (*nobody, *owners)


def _ids(found: Iterable[Person]) -> dict[int, None]:
    return {each.id: None for each in found}


def _people(work: Work, what: str, word: str, by: Person) -> Sequence[Person]:
    """All who are called so: several Carlas are all meant. Raises Refused for nobody."""
    if (slack_id := rules.person_id(word)) is not None:
        known = people.by_slack(work.unit, slack_id)
        found = [known] if known else []
    elif word.casefold().removeprefix("@") in ("me", "myself"):
        found = [by]
    else:
        found = people.called(work.unit, word.removeprefix("@"), most=MOST_PEOPLE)
    if not found:
        raise Refused(
            f"Nobody who ever wrote here is called so, after `{what}:`. Type @ and choose the"
            " person from Slack’s list, or put a name of two words in quotes."
        )
    return found


def _channels(work: Work, asked: Question) -> tuple[int, ...] | None:
    """The channels of ``in:`` and ``account:``; both mean those of the one that are the other's."""
    found: list[set[int]] = []
    if places := asked.of("in"):
        found.append({_channel(work, word).id for word in places})
    if accounts := asked.of("account"):
        found.append({key for word in accounts for key in _of_account(work, word)})
    return tuple(set.intersection(*found)) if found else None


def _channel(work: Work, word: str) -> Channel:
    if (slack_id := rules.channel_id(word)) is not None:
        named = channels.by_slack(work.unit, slack_id)
    else:
        name = word.removeprefix("#").casefold()
        named = next((each for each in channels.tracked(work.unit) if each.name == name), None)
    if named is None:
        raise Refused("I am in no channel called so, after `in:`. Type # and choose it.")
    return named


def _of_account(work: Work, word: str) -> Iterable[int]:
    try:
        account = rules_of_accounts.named(mrkdwn.plain(word), profile.every(work.unit))
    except Refused as slip:
        raise Refused(str(slip).replace("/desk account ", "account:")) from None
    return (each.id for each in channels.of_account(work.unit, account.id))
