"""Acts in words: what follows a slash command's verb, or ``!`` in an internal thread."""

from __future__ import annotations

from dataclasses import replace

from bot import acts
from bot.acts import Act
from bot.errors import Refused
from bot.rules import access, commands, lookup, permalinks, whom
from bot.rules import typed as rules
from bot.rules.intake import BEFORE
from bot.slack import mrkdwn
from bot.usecases import attach, catchup, look, macro, why
from bot.usecases.inputs import Acted, Door, Edited, Place, Said
from bot.usecases.notices import Completion, Whisper
from bot.usecases.work import Work
from storage import channels, messages, tickets
from storage.records.channels import Role
from storage.records.messages import Message, Side
from storage.records.tickets import Ticket
from storage.unit import Unit

OWN_WORDS = ("title", "details", "text", "question", "impact", "deadline")
"""Fields of people's own words, in order: they lie in the text table, where they can be erased."""

SAID = "said"
"""The field of a message of the internal thread whose words are meant, by our key."""

HELP, KB, KB_FROM = "help", "kb", "kb_from"
LONGEST_CHOICE = 200  # characters; a button holds more, no name of anything does
NOT_AGAIN = (
    "A message that is changed does nothing more. Write it as a new message in this thread,"
    " and it is done."
)
OVERTAKEN = (
    "The customer has written on #{n} since you typed `!{word}`, so nothing was done. Look at what"
    " they say, and type it again if it still holds."
)
UNREAD = (
    "Your `!{word}` on #{n} reached the desk late, while something in the customer’s channel is"
    " still being read, so nothing was done. Look again in some minutes, and type it again if it"
    " still holds."
)
ASTRAY = (
    "Words such as `!take` do something in the thread under a ticket’s card. Write them there,"
    " or type `/ticket take 12` here."
)
TEAM_ROLES = frozenset({Role.TRIAGE, Role.TECH, Role.DIGEST})


def filled(act: Act, rest: str) -> tuple[dict[str, str], str]:
    """The fields of an act, and its own words, by what was typed after it.

    A choice, a time and the like fill the first field. Who gets a ticket is an id, a word, or ``@``
    and a name. Raises Refused when nobody is named so.
    """
    if act.command == "/assign":
        meant = whom.read(rest)
        return {"to": meant.to or f"@{meant.name}"}, ""
    is_short = act.fields[:1] and act.fields[0] not in OWN_WORDS
    if act.takes_words and not is_short:
        return {}, mrkdwn.plain(rest)
    if rest and (act.choices or act.takes_words):
        return {act.fields[0]: mrkdwn.plain(rest)}, ""
    return {}, ""


def is_like_one(item: Said | Edited) -> bool:
    """Whether the words would do something in an internal thread."""
    return rules.is_like_one(item.text)


def is_new(work: Work, item: Said) -> bool:
    """Whether nobody has heeded the words before; that they came along with a thread is nothing."""
    known = _message(work, item)
    return known is None or (known.reason == BEFORE and known.ticket_id is None)


def is_astray(work: Work, item: Said) -> bool:
    """Whether one of the words that do something was written in a team channel, but not there."""
    channel = channels.by_slack(work.unit, item.channel)
    if channel is None or item.bot_id or not access.is_of_team(channel, work.settings):
        return False
    try:
        rules.parse(item.text, 1, acts.typed(), acts.verbs())
    except Refused:
        return False
    return access.role_of(channel, work.settings) in TEAM_ROLES


def thread_of(work: Work, item: Said | Edited) -> Ticket | None:
    """The ticket in whose internal thread it was said; nowhere else do such words do anything."""
    message = _message(work, item)
    if message is None or message.side is not Side.NOTE or message.ticket_id is None:
        return None
    return tickets.by_id(work.unit, message.ticket_id)


def _message(work: Work, item: Said | Edited) -> Message | None:
    channel = channels.by_slack(work.unit, item.channel)
    return messages.by_ts(work.unit, channel.id, item.ts) if channel else None


def words_of(unit: Unit, message_id: int, ticket: Ticket) -> str:
    """What stands behind ``!reply`` in the internal thread, as it stands there now.

    ``""`` where it is gone, or never was such a word of that ticket.
    """
    message = messages.by_id(unit, message_id)
    if message is None or message.side is not Side.NOTE or message.ticket_id != ticket.id:
        return ""
    if not rules.is_like_one(message.text):
        return ""
    try:
        return mrkdwn.plain(rules.parse(message.text, ticket.number, acts.typed(), {}).rest)
    except Refused:
        return ""


def meant(work: Work, item: Said, ticket: Ticket) -> Acted | Completion | str:
    """The act that is asked for, or the form that it needs, or help.

    Raises Refused with the nearest right word, or when it is not for the person.
    """
    parsed = rules.parse(item.text, ticket.number, acts.typed(), acts.verbs())
    act = acts.by_verb(parsed.verb)
    if act.name == HELP:
        return _help(parsed.rest)
    if act.name == KB:
        act = _of_knowledge(act, parsed.rest, ticket)
    _check(work, item, act, ticket)
    if act.in_threads:
        return _somewhere(work, item, act, ticket=ticket, rest=parsed.rest)
    if act.name == KB_FROM or (act.command == "/assign" and not parsed.rest.strip()):
        return _completion(item, act, ticket)
    fields, words = filled(act, parsed.rest)
    if act.name == "detach" and not fields and (thread := attach.key_here(work, item)):
        fields = {"thread": thread}
    if act.reads or not (words or fields.get(act.lacks) or not act.lacks):
        return _completion(item, act, ticket, chosen=fields.get("words", ""))
    if act.is_seen_first:
        return _seen_first(work, item, act, ticket=ticket, chosen=fields.get(act.fields[0], ""))
    asked = _asked(item, act)
    fields = dict(act.defaults) | _named(work, fields, item.author)
    return replace(asked, ticket_id=ticket.id, fields=fields, text=words)


def _check(work: Work, item: Said, act: Act, ticket: Ticket) -> None:
    """Refused where it is not for the person, or the customer has, or may have, written since."""
    access.may(work.person(item.author), act.who, work.team, ticket)
    if rules.is_overtaken(act.name, ticket, item.at):
        raise Refused(OVERTAKEN.format(n=ticket.number, word=act.verb))
    if rules.puts_aside(act.name) and catchup.is_before_theirs(work, ticket):
        raise Refused(UNREAD.format(n=ticket.number, word=act.verb))


def _seen_first(work: Work, item: Said, act: Act, *, ticket: Ticket, chosen: str) -> Completion:
    """A button to what is to be looked at: a macro that was chosen, or one's own words."""
    if chosen:
        return _completion(item, act, ticket, chosen=macro.meant(work.unit, chosen).name)
    said = _message(work, item)
    return replace(_completion(item, act, ticket), said=said.id if said else None)


def _of_knowledge(act: Act, rest: str, ticket: Ticket) -> Act:
    """What ``!kb`` means here: ``from`` makes an article of this ticket. Raises Refused."""
    words = acts.kb_words()
    asked = lookup.parse(rest, {word: found.takes_words for word, found in words.items()})
    if not asked.word:
        return act
    if words[asked.word].name != KB_FROM:
        raise Refused(
            f"`!kb {asked.word}` is not about one ticket. Type `/kb {asked.word}` where you write"
            " messages, outside of threads."
        )
    if asked.number not in (None, ticket.number):
        raise Refused(
            f"This is the thread of #{ticket.number}. Type `/kb from {asked.number}` where you"
            " write messages, outside of threads."
        )
    return words[asked.word]


def _asked(item: Said, act: Act) -> Acted:
    return Acted(
        act=act.name,
        person=item.author,
        door=Door.WORDS,
        at=item.at,
        key=f"typed:{item.channel}:{item.ts}",
        place=place(item),
    )


def _somewhere(work: Work, item: Said, act: Act, *, ticket: Ticket, rest: str) -> Acted | str:
    """An act on a message that its link names; without one, on what the ticket is about."""
    there = permalinks.read(rest)
    at = Place(there.channel, there.ts, there.thread_ts) if there else Place()
    asked = replace(_asked(item, act), place=at)
    if act.name == "why":
        return why.told(work.unit, replace(asked, text=str(ticket.number)), work.at)
    if act.name == attach.ATTACH:
        words = permalinks.without(rest).strip() or f"#{ticket.number}"
        return replace(asked, place=at if there else place(item), fields={"into": words})
    if there is None:
        raise Refused(
            f"This is the thread of #{ticket.number}, which is tracked. Choose *Track as ticket*"
            f" from the menu of another message, or add its link: `!{act.verb} https://…`."
        )
    return asked


def place(item: Said) -> Place:
    """Where the words stand, so that the answer goes there."""
    return Place(item.channel, item.ts, item.thread_ts)


def answer(item: Said | Edited, words: str) -> Whisper:
    """What only the person who typed it gets to read."""
    person = item.editor if isinstance(item, Edited) else item.author
    return Whisper(words, person, item.channel, item.thread_ts)


def _named(work: Work, fields: dict[str, str], by: str) -> dict[str, str]:
    to = fields.get("to", "")
    if not to.startswith("@"):
        return fields
    return {**fields, "to": look.agent_named(work.unit, to.removeprefix("@"), by=by).slack_id}


def _completion(item: Said, act: Act, ticket: Ticket, *, chosen: str = "") -> Completion:
    return Completion(
        act=act.name,
        ticket_id=ticket.id,
        person=item.author,
        channel=item.channel,
        thread_ts=item.thread_ts,
        chosen=chosen[:LONGEST_CHOICE],
    )


def _help(rest: str) -> str:
    known = acts.typed()
    word = next(iter(rest.split()), "")
    verb = commands.meant(word.lstrip("!"), known) if word else None
    if verb is None:
        return f"In this thread you can write {', '.join(f'`!{each}`' for each in known)}."
    act = acts.by_verb(verb)
    return f"`!{verb}`: {act.help}.{_others(act)}{_choices(act)}"


def _others(act: Act) -> str:
    said = [f"`!{each}`" for each in act.synonyms if each.isalpha()]
    return f" {', '.join(said)} mean the same." if said else ""


def _choices(act: Act) -> str:
    return f" It may be followed by {', '.join(act.choices)}." if act.choices else ""
